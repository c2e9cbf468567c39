"""Many accounts at once come to what the rules say of each alone, whatever the care, the cap and the council."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.care_accounts.limits import charge_within_cap
from billing.care_accounts.stretches import Accounts, stretches
from billing.care_accounts.totals import totals
from billing.care_accounts.weeks import KINDS, due_lines
from finance import care_cap
from finance.care_cap import AccountFacts, Terms
from finance.days import Span, day, number
from tests.billing.care_accounts.accounts import alike, columns, several
from tests.finance.care_cap.accounts import LAST, START, days

MANY = settings(max_examples=150, deadline=None)
World = tuple[list[AccountFacts], Terms]


def worked(accounts: Accounts, held: Terms, end: object):  # type: ignore[no-untyped-def]
    cut = stretches(accounts, held, end)  # type: ignore[arg-type]
    return cut, totals(accounts, cut, held.rounding)


@MANY
@given(several(), st.integers(0, 420))
def test_totals_days_reached_and_lines_are_those_of_each_account_alone(world: World, until: int) -> None:
    people, held = world
    end = START + days(until)
    accounts = columns(people)
    cut, made = worked(accounts, held, number(end))
    lines = due_lines(accounts, cut, made, held, number(end))
    for who, known in enumerate(people):
        alone = care_cap.meter(known, held, end)
        assert int(made.parts[who]) + made.rest[who] == alone.total_exact * 420
        assert made.reached[who] == (-1 if alone.reached_on is None else number(alone.reached_on))
        assert made.cap[who] == (-1 if alone.cap_pence is None else alone.cap_pence)
        mine = lines.take(lines.who == who)
        assert alike(mine, care_cap.due_lines(alone, held))
    assert set(lines.kind.tolist()) <= set(range(len(KINDS)))


@MANY
@given(several(), st.integers(0, 400), st.integers(1, 40))
def test_the_charge_within_the_cap_is_that_of_each_account_alone(world: World, first: int, length: int) -> None:
    people, held = world
    accounts = columns(people)
    cut, made = worked(accounts, held, number(LAST))
    span = Span(START + days(first), min(START + days(first + length), LAST))
    who = np.arange(len(people))
    charge = charge_within_cap(
        cut, made, held.rounding, who, np.full(len(who), number(span.first)), np.full(len(who), number(span.end))
    )
    for place, known in enumerate(people):
        alone = care_cap.meter(known, held, LAST)
        assert charge[place] == care_cap.charge_within_cap(alone, held, span).charge_pence


@MANY
@given(several())
def test_what_was_left_as_the_cap_was_reached_is_what_the_day_before_had_left(world: World) -> None:
    people, held = world
    _, made = worked(columns(people), held, number(LAST))
    for who, known in enumerate(people):
        if made.reached[who] >= 0:
            on = day(int(made.reached[who]))
            before = care_cap.meter(known, held, on)
            today = care_cap.meter(known, held, on + days(1))
            jumped = [each for each in today.jumps if each.on == on]
            start = jumped[-1].after if jumped else before.total_exact
            assert made.left[who] == max((held.cap_pence(on) - start) * 420 // 1, 0)
