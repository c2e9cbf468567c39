"""Doubts about what a run pays: what stopped money and is gone, what was told twice, one account under two names."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from payruns.doubts import ENDED, Account, doubled_adjustments, paid_again, shared_accounts, sharing

ON = dt.date(2026, 4, 12)


def adjustment(nr: int, **more: Any) -> dict[str, Any]:
    plain = {"payee": 7, "person": 3, "on": ON, "amount": 15_000, "reason": "Taxi home from hospital"}
    return {"nr": nr, "ref": f"J{nr}", **plain, **more}


def test_a_line_paid_again_says_what_is_gone_and_what_it_costs() -> None:
    rows = [{"subject": 1, "party": 7, "amount": 210_000}, {"subject": 2, "party": 7, "amount": 5}]
    (found,) = paid_again({1: (ENDED, ON)}, rows, stops=True)
    assert (found.severity, found.subject, found.amount) == ("stop", 1, 210_000)
    assert found.what == (
        "The line was known to end on 12 April 2026, and that has been moved or taken away since: £2,100.00 for days "
        "before this period."
    )
    assert not paid_again({1: (ENDED, ON)}, [{"subject": 1, "party": 7, "amount": -210_000}], stops=True)


def test_adjustments_alike_but_for_their_references_and_their_spaces() -> None:
    known = [adjustment(1), adjustment(2, reason=" taxi home  from HOSPITAL")]
    (found,) = doubled_adjustments({1: 15_000, 2: 15_000}, known, stops=True)
    assert (found.subject, found.kind, found.severity) == (2, "adjustment", "stop")
    assert found.what.startswith("J2 is like J1: £150.00 for 12 April 2026")
    (late,) = doubled_adjustments({2: 15_000}, known, stops=False)
    assert (late.subject, late.severity) == (2, "look"), "one paid by an earlier run counts as well"
    assert not doubled_adjustments({}, known, stops=True), "what this run does not pay is no concern of it"


def test_of_three_alike_two_are_found() -> None:
    known = [adjustment(1), adjustment(2), adjustment(3)]
    found = doubled_adjustments(dict.fromkeys((1, 2, 3), 15_000), known, stops=True)
    assert [each.subject for each in found] == [2, 3]


@given(st.sampled_from(["payee", "person", "on", "amount", "reason"]))
def test_adjustments_that_differ_in_any_one_thing_are_two(name: str) -> None:
    other = {"payee": 8, "person": None, "on": ON + dt.timedelta(days=1), "amount": 15_001, "reason": "Taxi there"}
    assert not doubled_adjustments({1: 1, 2: 1}, [adjustment(1), adjustment(2, **{name: other[name]})], stops=True)


ACCOUNTS = st.dictionaries(
    st.integers(1, 6),
    st.tuples(st.sampled_from(["000097", "000098"]), st.sampled_from(["12345678"]), st.sampled_from(["", "A1"])),
)


@given(ACCOUNTS, st.dictionaries(st.integers(1, 6), st.integers(-5, 5)))
def test_an_account_is_shared_when_two_that_are_paid_have_it(
    accounts: dict[int, Account], paid: dict[int, int]
) -> None:
    told = {each.party for each in shared_accounts(sharing(paid, accounts), paid, {}, stops=False)}
    money = [payee for payee, pence in paid.items() if pence > 0 and payee in accounts]
    assert told == {one for one in money for other in money if one != other and accounts[one] == accounts[other]}
