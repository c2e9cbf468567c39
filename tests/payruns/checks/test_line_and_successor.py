"""A line and what was to replace it are asked about once: when the new one is first paid, and only if both go on."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.days import FOR_EVER, number
from interfaces.database.connection import Database
from payruns.checks.line_and_successor import beside
from tests import builders
from tests.payruns.checks.two_runs import findings_of_second_run

MAY = dt.date(2026, 5, 4)


def line(nr: int, starts: int, ends: int | None = None, **more: Any) -> dict[str, Any]:
    """A line of home care; days are counted from 4 May."""
    days = {"starts": MAY + dt.timedelta(days=starts), "ends": None if ends is None else MAY + dt.timedelta(days=ends)}
    plain = {
        "person": 1,
        "ref": f"L{nr}",
        "service": 1,
        "kind": "home care",
        "package": 1,
        "days": 0,
        "payee": "A",
        "unit": "week",
    }
    return {"nr": nr, **plain, **days, **more}


PAID = {1: (7, 280_000), 2: (8, 300_000)}


@pytest.mark.parametrize(
    "old, new, check",
    [
        (line(1, -90), line(2, 0), "line and its successor"),
        (line(1, -90), line(2, 0, package=2), "two packages"),
        (line(1, -90), line(2, 0, kind="direct payment", service=2), "direct payment beside care"),
        (line(1, -90, kind="direct payment", service=2), line(2, 0), "direct payment beside care"),
        (line(1, -90, 1), line(2, 0), None),  # one day in common is that of the change
        (line(1, -90, 0), line(2, 0), None),
        (line(1, -90, days=31), line(2, 0, days=96), None),  # weekdays, and a weekend
        (line(1, -90, days=31), line(2, 0, days=16), "line and its successor"),
        (line(1, -90), line(2, 0, service=2), None),
        (line(1, -90, unit="hour"), line(2, 0, unit="hour"), None),  # more hours, by another line
        (line(1, -90, kind="nursing"), line(2, 0, kind="residential"), None),  # found as two homes
        (line(1, 0), line(2, 0), None),  # begun together: one arrangement
    ],
)
def test_what_is_found_of_an_old_line_and_a_new_one(
    old: dict[str, Any], new: dict[str, Any], check: str | None
) -> None:
    found = beside([old, new], {2}, PAID)
    assert [(each.check, each.subject, each.party, each.amount) for each in found] == (
        [(check, 2, 8, 280_000)] if check else []
    )


def test_a_small_line_more_is_more_care_and_one_paid_before_is_asked_of_no_longer() -> None:
    lines = [line(1, -90), line(2, 0)]
    assert not beside(lines, {2}, {**PAID, 2: (8, 139_999)})
    assert beside(lines, {2}, {**PAID, 2: (8, 140_000)})
    assert not beside(lines, set(), PAID)
    (found,) = beside(lines, {2}, {2: PAID[2]})
    assert found.amount == 300_000, "the other is paid by another run: all of this one is at stake"


spans = st.tuples(st.integers(-60, 20), st.one_of(st.none(), st.integers(1, 90)))


@given(spans, spans, st.integers(0, 127), st.integers(0, 127))
def test_only_two_that_meet_for_two_days_on_a_weekday_of_both(
    one: tuple[int, int | None], other: tuple[int, int | None], days: int, theirs: int
) -> None:
    old, new = (
        line(nr, first, None if length is None else first + length, days=on)
        for nr, (first, length), on in ((1, one, days), (2, other, theirs))
    )

    def nights(each: dict[str, Any]) -> set[int]:
        return set(range(number(each["starts"]), number(each["ends"]) if each["ends"] else number(MAY) + 400))

    meets = len(nights(old) & nights(new)) >= 2 and (not days or not theirs or bool(days & theirs))
    assert bool(beside([old, new], {2}, PAID)) == (meets and old["starts"] < new["starts"])
    assert number(MAY) < FOR_EVER


FACTS = {
    "people": [builders.ADA],
    "payees": [builders.payee("V1"), builders.payee("V2", name="Other Care")],
    "services": [builders.HOME_CARE],
    "pay_calendars": [builders.pay_calendar("4W", "four-weekly")],
    "contracts": [builders.contract("K1", "4W"), builders.contract("K2", "4W", payee_ref="V2")],
    "rates": [builders.rate("R1", "K1", "HC", "week", "700.00"), builders.rate("R2", "K2", "HC", "week", "750.00")],
    "packages": [builders.package("PK1", "P1")],
    "service_lines": [builders.line("L1", "PK1", "K1", "HC", "week")],
}


@pytest.mark.parametrize("ended, found", [("", [280_000]), ("2026-05-03", [])])
def test_an_old_line_not_ended_stops_the_run_that_first_pays_its_successor(
    database: Database, ended: str, found: list[int]
) -> None:
    new = builders.line("L2", "PK1", "K2", "HC", "week", start_date="2026-05-04")
    old = builders.line("L1", "PK1", "K1", "HC", "week", end_date=ended)
    made = findings_of_second_run(database, FACTS, {"service_lines": [new, old]})
    same = [each for each in made if each.check_name == "line and its successor"]
    assert [(each.severity, each.amount) for each in same] == [("stop", pence) for pence in found]
