"""A bill put together from its steps: weeks charged alike, why, what the care cost, what changed; and accounts
that follow on.
"""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.documents.accounts import BilledAccounts
from billing.documents.building import (
    IN_FULL,
    BillEntry,
    Head,
    NamedLine,
    PricedDays,
    WeeksAlike,
    build,
    care,
    stretches,
)
from billing.documents.care_content import QuantityAtPrice
from billing.documents.content import BILL, Addressee, BilledStretch, Correction, CouncilOnPaper, DoesNotAddUp

MONDAY = dt.date(2026, 4, 6)
WEEK = dt.timedelta(weeks=1)
TO = Addressee("Mary Example", ("1 High Street",))


def step(weeks: int = 4, charge: int = 100, **more: object) -> WeeksAlike:
    """A line charged alike for some weeks at the most that can be asked for."""
    made = WeeksAlike(1, "charge", MONDAY, MONDAY + weeks * WEEK, weeks, 500, 100, 100, charge)
    return replace(made, **more)  # type: ignore[arg-type]


def head(amount: int) -> Head:
    return Head(7, BILL, "BP1", "Mary", "client", "Mary", TO, MONDAY, MONDAY, MONDAY, MONDAY + 4 * WEEK, amount)


def posted(now: int, was: int = 0, weeks: int = 0, **more: object) -> BillEntry:
    starts = MONDAY + weeks * WEEK
    return replace(BillEntry("charge", 1, starts, starts + 4 * WEEK, was, now), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "made, limit",
    [
        (step(), "assessed"),
        (step(charge=60, cost=60), "cost"),
        (step(charge=500, limit=IN_FULL), "full"),
        (step(charge=0, limit=0), "nothing"),
        (step(charge=43, limit=43), "part"),
    ],
)
def test_why_a_week_is_charged_what_it_is(made: WeeksAlike, limit: str) -> None:
    assert [each.limit for each in stretches([made], MONDAY)] == [limit]


def test_services_of_one_week_are_one_sum_and_weeks_alike_one_stretch() -> None:
    home = step(charge=60, cost=60)
    day = step(3, 40, subject=2, starts=MONDAY + WEEK)
    assert stretches([day, home], MONDAY) == [
        BilledStretch(MONDAY, 1, 60, "cost"),
        BilledStretch(MONDAY + WEEK, 3, 100, "assessed"),
    ]


def test_part_of_a_week_is_of_the_week_it_is_in() -> None:
    part = WeeksAlike(1, "charge", MONDAY + dt.timedelta(days=2), MONDAY + WEEK, 1, 71, 71, 100, 71)
    assert stretches([part], MONDAY) == [BilledStretch(MONDAY, 1, 71, "part", 5, 100)]


def test_care_says_how_much_at_what_price_and_when_somebody_else_pays_some() -> None:
    lines = {1: NamedLine("Home care", "A provider", None)}
    pieces = [
        PricedDays(
            1, MONDAY + place * WEEK, MONDAY + (place + 1) * WEEK, "hour", 2_000 + place // 2 * 100, Fraction(21, 2)
        )
        for place in range(4)
    ]
    (told,) = care([step(cost=215)], {1: pieces}, lines)
    assert (told.quantity, told.rates, told.cost, told.note) == (4 * 630, (2_000, 2_100), 860, "")
    assert told.priced == (QuantityAtPrice("hour", 2 * 630, 2_000), QuantityAtPrice("hour", 2 * 630, 2_100))
    (less,) = care([step(cost=115)], {1: pieces}, lines)
    assert (less.cost, less.note) == (460, "less others")


def test_every_price_is_told_however_many_there_are() -> None:
    pieces = [
        PricedDays(1, MONDAY + place * WEEK, MONDAY + (place + 1) * WEEK, "hour", 2_000 + place, Fraction(10))
        for place in range(4)
    ]
    (told,) = care([step(cost=200)], {1: pieces}, {})
    assert [(each.quantity, each.rate) for each in told.priced] == [(600, 2_000 + place) for place in range(4)]


@pytest.mark.parametrize(
    "unit, units, days, told",
    [
        ("week", Fraction(1, 7), 1, [QuantityAtPrice("week", 14, 1_537_640, 1, 7)]),
        ("week", Fraction(20, 7), 20, [QuantityAtPrice("week", 286, 1_537_640, 20, 7)]),
        ("week", Fraction(3), 21, [QuantityAtPrice("week", 300, 1_537_640)]),
        ("4 weeks", Fraction(7, 28), 7, [QuantityAtPrice("4 weeks", 25, 1_537_640, 7, 28)]),
        # from Monday 6 April: 25 days of April and 3 of May
        (
            "calendar month",
            Fraction(25, 30) + Fraction(3, 31),
            28,
            [
                QuantityAtPrice("calendar month", 83, 1_537_640, 25, 30),
                QuantityAtPrice("calendar month", 10, 1_537_640, 3, 31),
            ],
        ),
        # 17 days of a month from 23 March to 22 April
        ("calendar month", Fraction(17, 31), 17, [QuantityAtPrice("calendar month", 55, 1_537_640, 17, 31)]),
    ],
)
def test_part_of_a_week_or_a_month_is_told_in_days(
    unit: str, units: Fraction, days: int, told: list[QuantityAtPrice]
) -> None:
    end = MONDAY + dt.timedelta(days=days)
    weeks = -(-days // 7)
    (made,) = care([step(weeks, ends=end)], {1: [PricedDays(1, MONDAY, end, unit, 1_537_640, units)]}, {})
    assert list(made.priced) == told


def test_lines_that_do_not_come_to_the_amount_make_no_paper() -> None:
    bill = build(head(400), CouncilOnPaper(), [posted(400)], [step()], {}, {})
    assert bill.amount == bill.charged == 400
    with pytest.raises(DoesNotAddUp, match=r"B0000007 is £4.01 in the ledger, and its lines come to £4.00"):
        build(head(401), CouncilOnPaper(), [posted(400)], [step()], {}, {})


def test_steps_that_are_not_what_was_posted_are_not_shown() -> None:
    bill = build(head(300), CouncilOnPaper(), [posted(300, what="Home care")], [step()], {}, {})
    assert bill.stretches == () and [(each.what, each.amount) for each in bill.items] == [("Home care", 300)]


def test_days_before_and_days_charged_before_are_changes() -> None:
    rows = [posted(400), posted(50, 90, weeks=-4, reason="a suspension changed"), posted(30, weeks=-8)]
    bill = build(head(390), CouncilOnPaper(), rows, [step()], {}, {})
    assert [(each.was, each.now, each.reason) for each in bill.changes] == [
        (0, 30, ""),
        (90, 50, "a suspension changed"),
    ]
    assert isinstance(bill.changes[0], Correction) and bill.changed == -10


def test_a_funder_is_told_lines_and_no_changes() -> None:
    rows = [posted(400, kind="recharge"), posted(-90, weeks=-4, kind="recharge", note="recharged before")]
    bill = build(head(310), CouncilOnPaper(), rows, [], {}, {})
    assert bill.changes == () and [(each.amount, each.reason) for each in bill.items] == [
        (400, ""),
        (-90, "recharged before"),
    ]


# Accounts -------------------------------------------------------------------------------------------------------------

RUNS = st.lists(st.tuples(st.sampled_from(["charges", "receipts"]), st.integers(-500, 500)), min_size=1, max_size=12)


@given(RUNS)
def test_what_one_bill_says_is_owed_the_next_brings_forward_and_the_ledger_has(runs: list[tuple[str, int]]) -> None:
    """Whatever runs come in whatever order, each posting something to one payer's account."""
    at = dt.datetime(2026, 1, 1)
    rows = [
        {"nr": nr, "stream": stream, "released_at": at + dt.timedelta(days=nr)}
        for nr, (stream, _) in enumerate(runs, 1)
    ]
    billed = [(nr, pence) for nr, (stream, pence) in enumerate(runs, 1) if stream == "charges" and pence]
    bills = [
        {"nr": place, "run": nr, "party": 1, "stream": "charges", "kind": BILL, "issued": at.date(), "amount": pence}
        for place, (nr, pence) in enumerate(billed, 1)
    ]
    moves = [{"party": 1, "run": nr, "pence": pence} for nr, (_, pence) in enumerate(runs, 1)]
    others = [
        {"party": 1, "run": nr, "kind": "receipt", "subject": nr, "on": at.date(), "pence": pence, "revision": 1}
        for nr, (stream, pence) in enumerate(runs, 1)
        if stream == "receipts"
    ]

    def table(some: list[dict[str, object]], *names: str) -> pa.Table:
        return pa.table({name: [row[name] for row in some] for name in (some[0] if some else names)})

    accounts = BilledAccounts.of(table(rows), table(bills, "party"), table(moves), table(others, "party"), {})  # type: ignore[arg-type]
    owed = 0
    for place, (nr, pence) in enumerate(billed, 1):
        told = accounts.at(1, place, nr, pence)
        assert told.brought_forward == owed
        owed = told.brought_forward + sum(each.amount for each in told.movements) + pence
        assert owed == sum(each for _, each in runs[:nr])
