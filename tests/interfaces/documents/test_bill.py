"""What papers say where the account, a death or a credit asks for other words."""

from dataclasses import replace

from billing.documents.building import DIRECT
from billing.documents.care_content import BilledCare, Pattern, QuantityAtPrice
from billing.documents.content import CREDIT_NOTE, Bill, BilledStretch, Correction, Item, Unpaid
from interfaces.documents.bill import tell_bill
from interfaces.documents.care_words import amount_of
from interfaces.documents.sheet import SheetSection
from interfaces.documents.words import words_of as language
from tests.interfaces.documents.papers import BILL_PAPER, MONTH, TO, day

BARE = replace(
    BILL_PAPER, care=(), assessed=(), stretches=(), items=(), changes=(), movements=(), brought_forward=0, since=None
)


def words_of(bill: Bill) -> str:
    """Everything it says."""
    told = tell_bill(bill)
    said = [told.title, told.headline, *told.summary]
    for each in told.sections:
        said += [each.title, *each.sentences, *(cell for row in each.rows for cell in row), *each.after]
    return " ".join(said).replace("\xa0", " ")


def section(bill: Bill, title: str) -> SheetSection:
    return next(each for each in tell_bill(bill).sections if each.title == title)


def test_what_was_to_be_paid_earlier_stands_apart() -> None:
    bill = replace(
        BARE,
        issued=day(6, 2),
        due=day(6, 30),
        amount=23_490,
        brought_forward=32_160,
        earlier=(Unpaid(32_160, day(6, 2)),),
    )
    assert "Please pay £556.50 by 30 June 2026. £321.60 of it was to be paid by 2 June 2026." in words_of(bill)
    assert section(bill, "The account").rows[-1][1] == "£321.60"


def test_a_credit_note_asks_for_nothing_by_its_own_day() -> None:
    note = replace(
        BARE,
        kind=CREDIT_NOTE,
        issued=day(6, 2),
        due=day(6, 30),
        amount=-12_000,
        brought_forward=60_000,
        earlier=(Unpaid(48_000, day(6, 1)),),
    )
    said = words_of(note)
    assert "£480.00 is still owed. £480.00 was to be paid by 1 June 2026." in said and "30 June" not in said


def test_a_credit_after_a_death_is_paid_back_to_the_estate() -> None:
    note = replace(
        BARE,
        kind=CREDIT_NOTE,
        amount=-12_000,
        died=day(4, 12),
        charged_until=day(4, 12),
        to=replace(TO, capacity="executors"),
        changes=(
            Correction("charge", "Home care", day(4, 6), day(5, 4), 40_000, 28_000, "the person’s record changed"),
        ),
    )
    said = words_of(note)
    assert "Charges end on 12 April 2026, the day of death." in said
    assert "belongs to the estate" in said and "next bill" not in said
    assert "next bill" in words_of(replace(note, to=TO))
    later = replace(note, charged_until=day(4, 15))
    assert "The death was on 12 April 2026. Charges end on 15 April 2026." in words_of(later)


def test_a_paper_of_changes_alone_is_headed_by_their_days() -> None:
    change = Correction(
        "charge",
        "Home care",
        day(3, 9),
        day(4, 6),
        40_000,
        28_000,
        "",
        workings=(BilledStretch(day(3, 9), 1, 20_000, "rest"), BilledStretch(day(3, 16), 1, 8_000, "part", 2, 28_000)),
    )
    bill = replace(BARE, kind=CREDIT_NOTE, amount=-12_000, changes=(change,))
    assert words_of(bill).startswith("Credit note for care: 9 March to 5 April 2026")
    rows = [
        tuple(cell.replace("\xa0", " ") for cell in row)
        for row in section(bill, "How these earlier days were worked out").rows
    ]
    assert [row[1:] for row in rows] == [
        (
            "9 March to 15 March 2026",
            "1 week at £200.00; what other care leaves of the most that can be asked for",
            "£200.00",
        ),
        (
            "16 March to 17 March 2026",
            "2 of the 7 days of a week at £280.00; the most that can be asked for, for the days of care",
            "£80.00",
        ),
    ]


def test_a_direct_payment_and_a_top_up_are_told_for_what_they_are() -> None:
    top_up = Item("third-party top-up", "Rose House", *MONTH, 34_000, workings=(BilledStretch(MONTH[0], 4, 8_500, ""),))
    kept = Item(DIRECT, "Direct payment", *MONTH, -10_000)
    said = words_of(replace(BARE, amount=24_000, items=(top_up, kept)))
    assert "Top-up: Rose House: 4 weeks at £85.00" in said
    assert "Already taken off the direct payment: Direct payment" in said and "paid to the provider" not in said


def test_each_price_has_a_row_with_its_quantity_and_part_of_a_week_its_days() -> None:
    hours = BilledCare(
        "Home care",
        "",
        *MONTH,
        48_872,
        Pattern("hour", 630),
        "hour",
        1_260,
        (230_000, 235_200),
        priced=(QuantityAtPrice("hour", 600, 230_000), QuantityAtPrice("hour", 660, 235_200)),
    )
    day_ = BilledCare(
        "Residential care",
        "",
        *MONTH,
        21_966,
        Pattern("week", 100),
        "week",
        14,
        (15_376_400,),
        priced=(QuantityAtPrice("week", 14, 15_376_400, 1, 7),),
    )
    month = BilledCare(
        "Account",
        "",
        *MONTH,
        3_596,
        None,
        "calendar month",
        90,
        (398_000,),
        priced=(QuantityAtPrice("calendar month", 90, 398_000, 28, 31),),
        weeks=4,
    )
    rows = section(replace(BARE, care=(hours, day_, month)), "The care, and what it costs").rows
    assert [(row[0], *row[2:]) for row in rows[:-1]] == [
        ("Home care", "10.5 hours a week: 21 hours in all", "", "£488.72"),
        ("Of which", "10 hours", "£23.00 an hour", ""),
        ("Of which", "11 hours", "£23.52 an hour", ""),
        ("Residential care", "each week: 1 day in all; a day is a seventh of a week", "£1,537.64 a week", "£219.66"),
        ("Account", "28 days; the month has 31 days; 4 weeks at £8.99", "£39.80 a month", "£35.96"),
    ]
    two = QuantityAtPrice("week", 286, 891_000, 20, 7)
    assert amount_of(language("English"), two) == "2 weeks and 6 days"
