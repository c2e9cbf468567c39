"""A large bill is a shock where it moved, reaches far back, or is many times the last; as large as ever it is none."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from billing.charges.checks import after_death, cost_told_differs, credit, figures_not_known, nobody_to_bill, not_signed
from billing.charges.checks.bill_shock import find
from billing.charges.checks.first_bill import CHECKS as FIRST_BILLS
from billing.charges.checks.gone import find as gone
from billing.charges.checks.seen import Seen
from billing.charges.policy import ChargingPolicy
from ledgers.runs import Finding

STARTS = dt.date(2026, 5, 4)


def lines(*rows: tuple[int, int, int]) -> pa.Table:
    """Lines of a run: payer, pence, how many weeks before the run’s days their period begins."""
    return pa.table(
        {
            "party": pa.array([party for party, _, _ in rows], pa.int64()),
            "amount": pa.array([pence for _, pence, _ in rows], pa.int64()),
            "period_starts": pa.array([STARTS - dt.timedelta(weeks=weeks) for _, _, weeks in rows], pa.date32()),
        }
    )


def seen(now: pa.Table, before: pa.Table | None, **choices: Any) -> Seen:
    run: Any = type("Run", (), {"window_starts": STARTS, "up_to": STARTS + dt.timedelta(weeks=4)})
    return Seen(None, run, ChargingPolicy(**choices), now, before, 0)  # type: ignore[arg-type]  # nothing is read


@pytest.mark.parametrize(
    "pence, before, weeks, shock",
    [
        (250_000, 240_000, 0, False),  # large, and as large as ever: within 10%
        (250_000, 227_272, 0, True),  # moved by a little more than that
        (250_000, 227_273, 0, False),
        (250_000, 300_000, 0, True),  # it fell
        (250_000, None, 0, True),  # there was no last one
        (200_000, 100_000, 0, False),
        (40_001, 10_000, 0, True),  # more than three times the last
        (30_000, 10_000, 0, False),
        (5_000, 5_000, 14, True),  # reaches back more than thirteen weeks
        (5_000, 5_000, 13, False),
    ],
)
def test_what_is_a_shock(pence: int, before: int | None, weeks: int, shock: bool) -> None:
    found = list(find(seen(lines((7, pence, weeks)), lines((7, before, 0)) if before else lines())))
    assert [(each.check, each.severity, each.amount, each.before) for each in found] == (
        [("bill shock", "stop", pence, before or 0)] if shock else []
    )


def test_a_size_of_its_own_keeps_small_ones_quiet() -> None:
    sizes = {**ChargingPolicy().sizes, "bill shock": 6_000}
    assert not list(find(seen(lines((7, 5_000, 14)), lines((7, 5_000, 0)), sizes=sizes)))
    assert list(find(seen(lines((7, 6_000, 14)), lines((7, 6_000, 0)), sizes=sizes)))


def test_those_that_moved_furthest_come_first() -> None:
    some = seen(lines((1, 900_000, 0), (2, 500_000, 0)), lines((1, 800_000, 0), (2, 100_000, 0)))
    assert [each.party for each in find(some)] == [2, 1]


def test_credits_and_payers_gone() -> None:
    both = seen(lines((7, -500, 0)), lines((8, 300, 0), (9, -300, 0)))
    assert [(each.party, each.amount) for each in credit.find(both)] == [(7, -500)]
    assert [(each.party, each.amount, each.before) for each in gone(both)] == [(8, 0, 300)]
    assert not list(gone(seen(lines(), None)))
    moved: list[Finding] = list(gone(both))
    assert [each.moved for each in moved] == [300]


def test_every_other_check_says_where_it_is_shown() -> None:
    for module in (after_death, cost_told_differs, figures_not_known, nobody_to_bill, not_signed):
        assert all(check.words for check in module.CHECKS)
    assert [check.severity for check in FIRST_BILLS] == ["note", "look"]
