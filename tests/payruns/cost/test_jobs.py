"""Costing a package: every figure by hand, and the same to the penny as the pay runs would then pay."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import func, select

from finance.problems import NoSuchPerson
from interfaces.database.connection import Database
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.tables import entry
from payruns.cost import CostRefused, LineAsked, Option, ShareAsked, cost_package
from payruns.cost.costing import Bearing
from payruns.cost.market import range_of, range_words
from payruns.cost.options import LineChange
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from tests.payruns.cost.cost_council import ON, contract, council, one, package, rate, record
from tests.saying import said

JUNE = dt.date(2026, 6, 1)
HOURS = LineAsked("HC", "hour", 14 * 60, contract="K2", starts=JUNE)
HOME = LineAsked("RES", "week", 100, contract="K1", starts=JUNE)


def test_hours_from_the_rate_card_shared_with_the_nhs(database: Database) -> None:
    """14 × £25.05 = £350.70 a week; 40% is £140.28. From 1 June 304 days are 43 weeks and 3 days, 365 are 52 and 1."""
    (cost,) = one(council(database), replace(HOURS, shares=(ShareAsked("ICB", "percent", 4000),))).options
    assert cost.week == Bearing(35_070, 21_042, 14_028)
    assert (cost.year.days, cost.full.days) == (304, 365)
    assert cost.this_year == Bearing(43 * 35_070 + 15_030, 43 * 21_042 + 9_018, 43 * 14_028 + 6_012)
    assert cost.full_year == Bearing(52 * 35_070 + 5_010, 52 * 21_042 + 3_006, 52 * 14_028 + 2_004)
    assert cost.lines[0].steps == ("£25.05 an hour × 14 hours a week × 7 days ÷ 7 = £350.70",)


def test_a_care_home_with_a_top_up(database: Database) -> None:
    """304 days are ten four-week periods at £300.00 of top-up and 24 days at £75 ÷ 7: £257.14, rounded on its own."""
    (cost,) = one(council(database), replace(HOME, top_up=750_000)).options
    assert cost.week == Bearing(100_275, 92_775, third_party=7_500)
    assert cost.this_year == Bearing(4_354_800, 4_354_800 - 325_714, third_party=325_714)


@pytest.mark.parametrize("route, gross, council_pays", [("added", 110_278, 100_275), ("deducted", 100_275, 90_272)])
def test_nursing_care_added_to_the_price_or_taken_from_it(
    database: Database, route: str, gross: int, council_pays: int
) -> None:
    """£100.03 a week is the NHS's either way: on top of £1,002.75, or out of it."""
    (cost,) = one(council(database), replace(HOME, nursing="standard", nursing_route=route)).options
    assert cost.week == Bearing(gross, council_pays, nhs=10_003)


def test_an_agreed_rate_without_a_contract_is_rounded_once_in_all(database: Database) -> None:
    """£25.05 × 10.5 is £263.025 a week. Ten months are 304 ÷ 7 weeks of it, £11,422.80 (not 43 weeks of £263.03)."""
    line = LineAsked("HC", "hour", 630, rate=250_500, starts=JUNE)
    (cost,) = one(council(database), line).options
    assert (cost.week.gross, cost.this_year.gross) == (26_303, 1_142_280)


def test_every_other_week_shows_the_week_it_falls_and_the_average(database: Database) -> None:
    """Two carers on Tuesday and Saturday: £86.00 in a week it falls. 22 of the 44 weeks to 31 March are on:
    £1,892.00.
    """
    line = LineAsked("HC", "visit", 100, rate=215_000, days=0b0100010, every_weeks=2, carers=2, starts=JUNE)
    (cost,) = one(council(database), line).options
    assert (cost.week.gross, cost.average_week, cost.this_year.gross) == (8_600, 4_300, 189_200)
    assert cost.lines[0].plan == "1 visit Tue Sat every 2 weeks with 2 carers"
    assert (
        cost.lines[0]
        .notes[0]
        .startswith("It falls every 2 weeks: this is a week in which it falls, that of 1 June 2026.")
    )


def test_days_priced_apart_and_bank_holidays(database: Database) -> None:
    """Monday and Sunday at £10 and £13. From 1 June to 31 March: 44 Mondays, 43 Sundays; three Mondays are holidays at
    £20 (31 August, 28 December, 29 March)."""
    line = LineAsked("HC", "visit", 100, contract="K2", days=0b1000001, starts=JUNE)
    (cost,) = one(council(database), line).options
    assert cost.week.gross == 2_300
    assert cost.this_year.gross == 41 * 1_000 + 3 * 2_000 + 43 * 1_300
    assert cost.lines[0].rate == 115_000


def test_a_contract_closed_on_bank_holidays_and_a_card_that_ends(database: Database) -> None:
    """A Monday each week at £60. 44 Mondays less three closed to 31 March; eight more to 31 May 2027, less two."""
    line = LineAsked("DAY", "day", 100, contract="K3", days=1, starts=JUNE)
    (cost,) = one(council(database), line).options
    assert (cost.week.gross, cost.this_year.gross) == (6_000, 41 * 6_000)
    assert cost.full_year.gross == (41 + 9 - 2) * 6_000
    assert "Its rate card ends on 31 March 2027; the last price is carried on from there." in cost.lines[0].notes


def test_the_standard_week_has_no_bank_holiday(database: Database) -> None:
    """25 May 2026 is a bank holiday Monday, so the week shown is the next one."""
    line = LineAsked("DAY", "day", 100, contract="K3", days=1, starts=dt.date(2026, 5, 25))
    (cost,) = one(council(database), line).options
    assert (cost.lines[0].week_starts, cost.week.gross) == (JUNE, 6_000)


def test_a_start_a_year_out_is_pointed_out_and_the_year_is_named(database: Database) -> None:
    """Asked on 20 May 2026. 1 June 2025 is 353 days before it, in 2025-26; 22 April 2026 is 28 days before, in
    2026-27.
    """
    made = one(council(database), replace(HOURS, starts=dt.date(2025, 6, 1), where="a.csv line 2"))
    early, year = made.warnings
    assert early == (
        "a.csv line 2: it starts on 1 June 2025, 353 days before 20 May 2026. It is costed at the prices of then and "
        "set "
        "beside the rates paid now. If the start is a slip, correct it."
    )
    assert year == (
        "One: the figures for a financial year are for 2025-26, that of its first day, 1 June 2025; not for 2026-27, "
        "that of "
        "20 May 2026."
    )
    text = said(made.sections())
    assert "Check this first" in text and "2025-26, 304 days" in text
    assert one(database, replace(HOURS, starts=dt.date(2026, 4, 22))).warnings == ()
    (early,) = one(database, replace(HOURS, starts=dt.date(2026, 4, 21), where="a.csv line 2")).warnings
    assert early.startswith("a.csv line 2: it starts on 21 April 2026, 29 days before 20 May 2026.")
    (late,) = one(database, replace(HOURS, starts=dt.date(2027, 4, 1))).warnings
    assert late.startswith(
        "One: the figures for a financial year are for 2027-28, that of its first day, 1 April 2027;"
    )
    plain, later = HOURS, replace(HOURS, starts=dt.date(2027, 4, 1), where="a.csv line 3")
    assert cost_package(database, [Option("Both", (plain, later))], on=ON).warnings == (
        "a.csv line 3: it starts on 1 April 2027, so financial year 2026-27 has none of it.",
    )
    assert "2026-27, 304 days" in said(one(database, HOURS).sections())


def test_a_top_up_above_the_price_is_refused(database: Database) -> None:
    """£50.00 a week may be topped up by £50.00 and no more; by £30.00 where the NHS bears £20.00; every other
    week, by £25.00.
    """
    line = LineAsked("HC", "hour", 60, rate=500_000, starts=JUNE, where="a.csv line 2")
    council(database)
    assert one(database, replace(line, top_up=500_000)).options[0].week == Bearing(5_000, 0, third_party=5_000)
    nhs = (ShareAsked("ICB", "percent", 4000),)
    assert one(database, replace(line, top_up=300_000, shares=nhs)).options[0].week == Bearing(5_000, 0, 2_000, 3_000)
    alternate = replace(line, days=1, every_weeks=2, unit="visit", quantity=100)
    assert one(database, replace(alternate, top_up=250_000)).options[0].average_week == 2_500
    for asked, top_up, left in (
        (replace(line, top_up=1_500_000), "£150.00", "£50.00"),
        (replace(line, top_up=300_100, shares=nhs), "£30.01", "£30.00"),
        (replace(alternate, top_up=250_100), "£25.01", "£25.00"),
    ):
        with pytest.raises(CostRefused) as refused:
            one(database, asked)
        (only,) = refused.value.problems
        assert str(only) == (
            f"a.csv line 2, top_up: a top-up of {top_up} a week is more than the {left} a week there is for others "
            f"to pay. "
            "Give a top-up no higher than that, or correct the price."
        )


def test_a_top_up_on_record_above_the_price_is_pointed_out(database: Database) -> None:
    """One hour at £25.05 with a top-up of £30.00: no more is taken off than it costs, and it is pointed
    out. Two hours are enough.
    """
    line = {"line_ref": "L1", "contract_ref": "K2", "service_ref": "HC", "unit": "hour", "quantity": "1"}
    council(
        database,
        **package([line]),
        contributions=[
            {
                "contribution_ref": "C1",
                "line_ref": "L1",
                "kind": "top-up",
                "weekly_amount": "30.00",
                "collector": "provider",
                "start_date": "2026-04-06",
            }
        ],
    )
    more = Option("More", from_record=True, changes=(LineChange("L1", {"quantity": 120}),))
    made = cost_package(database, [more], on=ON, person="P1")
    assert [each.week.council for each in made.options] == [0, 2_010]
    assert made.warnings == ("As it stands, L1: others are said to bear more of it than it costs. Check its top-up.",)


def test_months_and_one_offs(database: Database) -> None:
    """£310.00 a month is £70.00 for seven days of a 31-day month and £72.33 of a 30-day one. A one-off is in no
    week.
    """
    month = LineAsked("DAY", "calendar month", 100, rate=3_100_000, starts=dt.date(2026, 7, 1))
    (cost,) = one(council(database), month).options
    assert (cost.week.gross, cost.this_year.gross, cost.full_year.gross) == (7_000, 279_000, 372_000)
    (cost,) = one(database, LineAsked("DAY", "one-off", 100, rate=5_000_000, starts=JUNE)).options
    assert (cost.week.gross, cost.this_year.gross, cost.full_year.gross) == (0, 50_000, 50_000)


def test_a_line_that_ends_counts_its_own_days(database: Database) -> None:
    """Six weeks of £350.70 are £2,104.20, in this year and in the full one alike."""
    (cost,) = one(council(database), replace(HOURS, ends=dt.date(2026, 7, 13))).options
    assert (cost.week.gross, cost.this_year.gross, cost.full_year.gross) == (35_070, 210_420, 210_420)
    assert "It ends on 12 July 2026, and the years count it to then." in cost.lines[0].notes


def test_a_fixed_third_party_share_comes_before_a_percentage(database: Database) -> None:
    """Of £1,002.75 the family bears £75.00; the NHS 40% of the £927.75 left, £371.10; the council £556.65."""
    shares = (ShareAsked("FAM", "fixed", 750_000), ShareAsked("ICB", "percent", 4000))
    (cost,) = one(council(database), replace(HOME, shares=shares)).options
    assert cost.week == Bearing(100_275, 55_665, 37_110, 7_500)


def test_the_range_of_rates_already_paid(database: Database) -> None:
    """£20 to £24 and £30 agreed, and one at the card's £25.05: seven lines. Nearest rank: second, fourth, sixth."""
    pounds = ["20", "21", "22", "23", "24", "30"]
    lines = [
        {"line_ref": f"L{place}", "contract_ref": "K2", "service_ref": "HC", "unit": "hour", "quantity": "5"}
        for place in range(7)
    ]
    lines += [{**lines[0], "line_ref": "L7", "end_date": "2026-05-19"}, {**lines[0], "line_ref": "L8", "unit": "visit"}]
    agreed = [
        {"rate_ref": f"A{place}", "line_ref": f"L{place}", "rate": each, "start_date": "2026-04-06"}
        for place, each in enumerate(pounds)
    ]
    council(database, **package(lines, agreed_rates=agreed))
    line = one(database, HOURS).options[0].lines[0]
    assert line.paid is not None
    assert (line.paid.lines, line.paid.least, line.paid.most) == (7, 200_000, 300_000)
    assert (line.paid.lower_quartile, line.paid.median, line.paid.upper_quartile) == (210_000, 230_000, 250_500)
    assert line.paid.place(250_500) == "above the middle of rates now paid"
    assert line.paid.place(199_900) == "below every rate now paid"
    assert one(database, HOME).options[0].lines[0].paid is None


def test_a_rate_agreed_for_somebody_who_has_died_leaves_out_nobody_elses_line(database: Database) -> None:
    """L1 at £22 agreed and L2 at the card's £25.05 are live. L0 and L3, of somebody who died on 1 May, stand on
    either side.
    """
    line = {"contract_ref": "K2", "service_ref": "HC", "unit": "hour", "quantity": "5", "start_date": "2026-04-06"}
    whole = {"start_date": "2026-04-06", "weekly_budget": "900.00", "approved_by": "Funding panel"}
    council(
        database,
        people=[
            {
                "person_ref": "P2",
                "name": "Alan Example",
                "date_of_birth": "1940-01-01",
                "date_of_death": "2026-05-01",
                "primary_support_reason": "physical support: personal care",
            }
        ],
        packages=[
            {**whole, "package_ref": "PK1", "person_ref": "P1"},
            {**whole, "package_ref": "PK2", "person_ref": "P2"},
        ],
        service_lines=[
            {**line, "line_ref": "L0", "package_ref": "PK2"},
            {**line, "line_ref": "L1", "package_ref": "PK1"},
            {**line, "line_ref": "L2", "package_ref": "PK1"},
            {**line, "line_ref": "L3", "package_ref": "PK2"},
        ],
        agreed_rates=[
            {"rate_ref": f"A{place}", "line_ref": ref, "rate": pounds, "start_date": "2026-04-06"}
            for place, (ref, pounds) in enumerate((("L0", "15"), ("L1", "22"), ("L3", "16")))
        ],
    )
    paid = one(database, HOURS).options[0].lines[0].paid
    assert paid is not None
    assert (paid.lines, paid.least, paid.most) == (2, 220_000, 250_500)


def test_a_persons_package_as_it_stands_and_changed(database: Database) -> None:
    lines = [
        {"line_ref": "L1", "contract_ref": "K2", "service_ref": "HC", "unit": "hour", "quantity": "10"},
        {"line_ref": "L2", "contract_ref": "K3", "service_ref": "DAY", "unit": "day", "quantity": "1", "days": "Tue"},
        {
            "line_ref": "L3",
            "contract_ref": "K1",
            "service_ref": "RES",
            "unit": "week",
            "quantity": "1",
            "end_date": "2026-05-01",
        },
    ]
    agreed = [{"rate_ref": "A1", "line_ref": "L1", "rate": "26.00", "start_date": "2026-04-06"}]
    council(
        database,
        **package(lines, agreed_rates=agreed),
        contributions=[
            {
                "contribution_ref": "C1",
                "line_ref": "L1",
                "kind": "client",
                "weekly_amount": "50.00",
                "collector": "council",
                "start_date": "2026-04-06",
            }
        ],
    )
    more = Option(
        "More hours, no day care",
        from_record=True,
        changes=(LineChange("L1", {"quantity": 14 * 60}), LineChange("L2", drop=True)),
    )
    card = Option("At the card’s rate", from_record=True, changes=(LineChange("L1", {"contract": "K2"}),))
    made = cost_package(database, [more, card], on=ON, person="P1")
    assert [(each.name, each.week.gross) for each in made.options] == [
        ("As it stands", 26_000 + 6_000),
        ("More hours, no day care", 36_400),
        ("At the card’s rate", 25_050 + 6_000),
    ]
    first = made.options[0]
    assert (first.year.first, first.year.days) == (ON, 316)
    assert [each.ref for each in first.lines] == ["L1", "L2"]
    assert "Funding panel agreed £900.00 a week for package PK1." in made.notes
    assert "1 contribution of the client on record is left out." in made.notes
    assert "What it would cost, Ada Example (P1)" in made.title


def test_what_is_costed_is_what_the_pay_runs_then_pay(database: Database) -> None:
    """The same package, costed, then bought and paid to 31 March: the same pence in all and by funder."""
    council(database)
    first = dt.date(2026, 4, 8)
    hours = LineAsked("HC", "hour", 630, contract="K2", starts=first, shares=(ShareAsked("ICB", "percent", 3333),))
    visits = LineAsked("HC", "visit", 200, contract="K2", days=0b1010011, every_weeks=3, carers=2, starts=first)
    day = LineAsked("DAY", "day", 100, contract="K3", days=0b11, starts=first)
    (cost,) = cost_package(database, [Option("All", (hours, visits, day))], on=first).options
    common = {"contract_ref": "K2", "service_ref": "HC", "start_date": "2026-04-08"}
    lines = [
        {**common, "line_ref": "L1", "unit": "hour", "quantity": "10.5"},
        {
            **common,
            "line_ref": "L2",
            "unit": "visit",
            "quantity": "2",
            "days": "Mon Tue Fri Sun",
            "every_weeks": "3",
            "carers": "2",
        },
        {
            **common,
            "line_ref": "L3",
            "contract_ref": "K3",
            "service_ref": "DAY",
            "unit": "day",
            "quantity": "1",
            "days": "Mon Tue",
        },
    ]
    record(
        database,
        **package(lines),
        funding_shares=[
            {"share_ref": "S1", "line_ref": "L1", "funder_ref": "ICB", "percent": "33.33", "start_date": "2026-04-06"}
        ],
    )
    _pay(database, dt.date(2027, 4, 1))
    with database.begin() as connection:
        sums = select(entry.c.funder, func.sum(entry.c.amount)).where(entry.c.kind == "care").group_by(entry.c.funder)
        paid = {funder: int(pence) for funder, pence in connection.execute(sums)}
    assert sum(paid.values()) == cost.this_year.gross
    assert (paid[0], paid[1]) == (cost.this_year.council, cost.this_year.nhs)


def _pay(database: Database, up_to: dt.date) -> None:
    at = dt.datetime.combine(up_to, dt.time(9))
    with database.begin() as connection:
        ledger.add_officers(connection, {"Grace": "manager", "Pat": "clerk"}, {"manager": 10**9})
    run = calculate_payrun(database, draft_payrun(database, "W", by="Pat", at=at, up_to=up_to).nr)
    machine.submit_run(database, run.nr, by="Pat", at=at)
    machine.approve_run(database, run.nr, by="Grace", at=at)
    release_payrun(database, run.nr, by="Grace", at=at)


def test_everything_wrong_is_told_at_once(database: Database) -> None:
    council(database, contracts=[contract("K9", "W", end_date="2026-05-31")])
    lines = (
        replace(HOURS, unit="night", where="x.toml option 1 line 1"),
        replace(HOURS, contract="K22", where="x.toml option 1 line 2"),
        replace(HOURS, contract="K9", where="x.toml option 1 line 3"),
    )
    with pytest.raises(CostRefused) as refused:
        cost_package(database, [Option("One", lines)], on=ON)
    assert [str(each) for each in refused.value.problems] == [
        "x.toml option 1 line 2: there is no contract “K22”. Did you mean K2?",
        "x.toml option 1 line 3: contract K9 ended on 31 May 2026. Give another contract, or another start.",
    ]
    with pytest.raises(CostRefused) as refused:
        cost_package(database, [Option("One", lines[:1])], on=ON)
    assert [str(each) for each in refused.value.problems] == [
        (
            "x.toml option 1 line 1: no rate covers 1 June 2026. Load the contract’s rate for that day, or an agreed "
            "rate for the line."
        )
    ]
    with pytest.raises(NoSuchPerson, match="There is no person “P2”. Did you mean P1?"):
        cost_package(database, [], on=ON, person="P2")
    with pytest.raises(CostRefused, match="changes a person’s package, and no person was named"):
        cost_package(database, [Option("One", from_record=True)], on=ON)


def test_prices_by_age_need_the_person(database: Database) -> None:
    """£30 an hour for those under 65, £20 from 65. Ada is 85."""
    council(
        database,
        contracts=[contract("K9", "W")],
        rates=[
            rate("R7", "K9", "HC", "hour", "30.00", age_to="64"),
            rate("R8", "K9", "HC", "hour", "20.00", age_from="65"),
        ],
    )
    line = replace(HOURS, contract="K9")
    with pytest.raises(CostRefused, match="the date of birth is not known"):
        one(database, line)
    record(
        database,
        **package([{"line_ref": "L1", "contract_ref": "K2", "service_ref": "HC", "unit": "hour", "quantity": "1"}]),
    )
    assert one(database, line, person="P1").options[1].week.gross == 14 * 2_000


def test_quartiles_are_told_to_the_penny() -> None:
    """Three lines at £20.00, £20.3125 (a mean of days priced apart) and £21.50."""
    found = range_of("HC", "hour", None, np.array([200_000, 203_125, 215_000]))
    assert found is not None and found.median == 203_125
    words = range_words(found)
    assert "£20.00 to £21.50" in words and "half at or under £20.31, three" in words
