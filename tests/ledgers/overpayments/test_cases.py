"""A case goes on while its payee owes, and says what each run took off."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from ledgers.overpayments.cases import OverpaymentAct, in_words, steps_of

DAY = dt.date(2026, 5, 8)
AT = dt.datetime(2026, 5, 4, 9)


def test_each_run_says_what_it_took_off_until_nothing_is_owed() -> None:
    rows = [
        (3, DAY, 0, -300_00, 0, -300_00),
        (4, DAY, -300_00, 1_000_00, 900_00, -200_00),
        (5, DAY, -200_00, -50_00, 0, -250_00),
        (6, DAY, -250_00, 400_00, 150_00, 0),
        (7, DAY, 0, 400_00, 400_00, 0),
    ]
    steps = steps_of(rows)
    assert [(each.run, each.taken_off, each.owed_after) for each in steps] == [
        (3, 0, 300_00),
        (4, 100_00, 200_00),
        (5, 0, 250_00),
        (6, 250_00, 0),
    ]
    assert [each.to_debtors for each in steps] == [0, 0, 0, 0]


def test_a_balance_made_a_debt_ends_a_case() -> None:
    (step,) = steps_of([(3, DAY, 0, -300_00, 0, 0), (4, DAY, 0, 5_00, 5_00, 0)])
    assert (step.to_debtors, step.owed_after) == (300_00, 0)


def test_how_it_is_recovered_in_words() -> None:
    def act(pence: int | None, percent: int | None) -> OverpaymentAct:
        return OverpaymentAct("recovery", None, pence, percent, "x", "Bo", AT)

    assert in_words(None) == in_words(act(None, None)) == "all that is due is set against it"
    assert in_words(act(250_00, None)) == "at most £250.00 a run"
    assert in_words(act(None, 10)) == "10% of what is due"
    assert in_words(act(0, None)) == "nothing is taken off: it is to be invoiced"


@given(st.integers(1, 10**7), st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 10**6)), max_size=8))
def test_what_was_owed_is_taken_off_made_a_debt_or_still_owed(opened: int, later: list[tuple[int, int]]) -> None:
    """Whatever the runs did: what was owed and added is what came back and what is left, to the penny."""
    rows, carried = [(1, DAY, 0, -opened, 0, -opened)], -opened
    for place, (due, most) in enumerate(later, 2):
        if carried >= 0:
            break
        taken = min(-carried, max(due, 0), most)
        paid = max(due, 0) - taken
        rows.append((place, DAY, carried, due, paid, carried + due - paid))
        carried += due - paid
    steps = steps_of(rows)
    added = sum(max(-each.due, 0) for each in steps[1:])
    assert opened + added == sum(each.taken_off for each in steps) + steps[-1].owed_after
