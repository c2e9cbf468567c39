"""Adjustments told twice: alike but for their references, whichever run pays the first."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from payruns.checks.doubled_adjustment import doubled_adjustments

ON = dt.date(2026, 4, 12)


def adjustment(nr: int, **more: Any) -> dict[str, Any]:
    plain = {"payee": 7, "person": 3, "on": ON, "amount": 15_000, "reason": "Taxi home from hospital"}
    return {"nr": nr, "ref": f"J{nr}", **plain, **more}


def test_adjustments_alike_but_for_their_references_and_their_spaces() -> None:
    known = [adjustment(1), adjustment(2, reason=" taxi home  from HOSPITAL")]
    (found,) = doubled_adjustments({1: 15_000, 2: 15_000}, known)
    assert (found.subject, found.kind, found.severity) == (2, "adjustment", "stop")
    assert found.what.startswith("J2 is like J1: £150.00 for 12 April 2026")
    (late,) = doubled_adjustments({2: 15_000}, known)
    assert late.subject == 2, "one paid by an earlier run counts as well"
    assert not doubled_adjustments({}, known), "what this run does not pay is no concern of it"


def test_of_three_alike_two_are_found() -> None:
    known = [adjustment(1), adjustment(2), adjustment(3)]
    found = doubled_adjustments(dict.fromkeys((1, 2, 3), 15_000), known)
    assert [each.subject for each in found] == [2, 3]


@given(st.sampled_from(["payee", "person", "on", "amount", "reason"]))
def test_adjustments_that_differ_in_any_one_thing_are_two(name: str) -> None:
    other = {"payee": 8, "person": None, "on": ON + dt.timedelta(days=1), "amount": 15_001, "reason": "Taxi there"}
    assert not doubled_adjustments({1: 1, 2: 1}, [adjustment(1), adjustment(2, **{name: other[name]})])
