"""One person is not in two places: found on both lines, naming the other; a move, a break and a successor are not."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.days import number
from interfaces.database.connection import Database
from ledgers.store import read_findings
from payruns.checks.two_places import at_once
from payruns.jobs import calculate_payrun, draft_payrun
from tests import builders

JUNE = dt.date(2026, 6, 1)
AT = dt.datetime(2026, 5, 4, 9)


def line(nr: int, kind: str, starts: dt.date, ends: dt.date | None, person: int = 1) -> dict[str, Any]:
    return {"person": person, "nr": nr, "ref": f"L{nr}", "kind": kind, "starts": starts, "ends": ends, "payee": "A"}


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


kinds = st.sampled_from(["residential", "nursing", "direct payment"])
spans = st.tuples(st.integers(0, 90), st.one_of(st.none(), st.integers(1, 120)))


@given(st.lists(st.tuples(kinds, spans, st.booleans()), max_size=5))
def test_a_line_is_found_where_another_place_has_two_days_of_it(drawn: list[tuple[str, Any, bool]]) -> None:
    lines = [
        line(nr, kind, JUNE + days(first), None if length is None else JUNE + days(first + length))
        for nr, (kind, (first, length), _) in enumerate(drawn, 1)
    ]
    paid = {nr: (7, 100) for nr, (_, _, is_paid) in enumerate(drawn, 1) if is_paid}
    found = {each.subject for each in at_once(lines, paid)}

    def nights(each: dict[str, Any]) -> set[int]:
        end = number(each["ends"]) if each["ends"] else number(JUNE) + 400
        return set(range(number(each["starts"]), end))

    def at_home(each: dict[str, Any]) -> bool:
        return bool(each["kind"] == "direct payment")

    def wrong(one: dict[str, Any], other: dict[str, Any]) -> bool:
        home = one if not at_home(one) else other
        both_at_home, stays = at_home(one) and at_home(other), at_home(one) == at_home(other) or len(nights(home)) > 56
        return not both_at_home and stays and len(nights(one) & nights(other)) >= 2

    wanted = {
        one["nr"] for one in lines if one["nr"] in paid and any(wrong(one, each) for each in lines if each is not one)
    }
    assert found == wanted


@pytest.mark.parametrize("ended, expected", [(None, ["L1", "L2"]), ("2026-04-20", [])])
def test_an_old_home_never_ended_stops_the_run_and_a_move_does_not(
    database: Database, ended: str | None, expected: list[str]
) -> None:
    facts = {
        "people": [builders.ADA],
        "payees": [builders.payee("V1"), builders.payee("V2", name="The Elms")],
        "services": [builders.RESIDENTIAL],
        "pay_calendars": [builders.pay_calendar("4W", "four-weekly", "Care homes")],
        "contracts": [
            builders.contract("K1", "4W", name="The Oaks"),
            builders.contract("K2", "4W", name="The Elms", payee_ref="V2"),
        ],
        "rates": [
            builders.rate("R1", "K1", "RES", "week", "700.00"),
            builders.rate("R2", "K2", "RES", "week", "750.00"),
        ],
        "packages": [builders.package("PK1", "P1")],
        "service_lines": [
            builders.line("L1", "PK1", "K1", "RES", "week", end_date=ended),
            builders.line("L2", "PK1", "K2", "RES", "week", start_date="2026-04-20"),
        ],
    }
    builders.tell(database, facts, AT)
    builders.officers(database, {"first officer": "officer"}, {})
    run = draft_payrun(database, "4W", by="first officer", at=AT, up_to=dt.date(2026, 5, 4))
    calculate_payrun(database, run.nr)
    with database.read() as connection:
        found = [each for each in read_findings(connection, run.nr) if each.check_name == "two homes"]
    assert [each.severity for each in found] == ["stop"] * len(expected)
    named = sorted(each.what.split(" ")[0] for each in found)
    assert named == sorted(expected)
