"""Many accounts at once come to what the rules say of each alone, whatever the care, the cap and the council."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.care_accounts.limits import ChargesBeforeLimit, Limits, charge_within_cap, over_the_cap
from billing.care_accounts.stretches import CareAccounts, stretches
from billing.care_accounts.totals import round_parts, totals
from billing.care_accounts.weeks import KINDS, due_lines
from finance import care_cap
from finance.care_cap import AccountFacts, Met, MeteredCare, Terms
from finance.days import Span, day, number
from finance.money import Rounding
from tests.billing.care_accounts.accounts import alike, columns, several
from tests.finance.care_cap.accounts import LAST, START, days, made_up

MANY = settings(max_examples=150, deadline=None)
World = tuple[list[AccountFacts], Terms]


def worked(accounts: CareAccounts, held: Terms, end: object):  # type: ignore[no-untyped-def]
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


@MANY
@given(several(), st.sampled_from(["0.00", "900.00", "950.37", "7000.00"]), st.sampled_from(["200.00", "199.99"]))
def test_what_the_limit_takes_off_leaves_the_charge_within_the_cap(world: World, cap: str, living: str) -> None:
    """Weeks told afresh and limited by the day the cap was reached and what was left come to what the rules say."""
    held = made_up((START, cap), living=living)
    people = [_weekly(known) for known in world[0]]
    _, made = worked(columns(people), held, number(LAST))
    reached = np.flatnonzero(made.reached >= 0)
    limits = Limits(reached, made.reached[reached], made.left[reached], reached * 0, reached * 0, held)
    rows = [(who, each.first, each) for who, known in enumerate(people) for each in known.care]
    asked = ChargesBeforeLimit(
        *(
            np.asarray(column, np.int64)
            for column in (
                [who for who, _, _ in rows],
                [number(first - days((first - START).days % 7)) for _, first, _ in rows],
                [number(first) for _, first, _ in rows],
                [number(each.end or LAST) for _, _, each in rows],
                [each.care_home for _, _, each in rows],
                [each.pence for _, _, each in rows],
            )
        )
    )
    off = over_the_cap(limits, asked)
    assert ((off >= 0) & (off <= asked.pence)).all()
    for who, known in enumerate(people):
        alone = care_cap.meter(known, held, LAST)
        for week in np.unique(asked.week[asked.person == who]).tolist():
            mine = (asked.person == who) & (asked.week == week)
            may = care_cap.charge_within_cap(alone, held, Span(day(week), day(week + 7))).charge_pence
            assert int((asked.pence - off)[mine].sum()) == may


def _weekly(known: AccountFacts) -> AccountFacts:
    """The council's own care from START on, one fact a charging week in whole pence, as charges are."""
    weeks = [START + days(7 * count) for count in range((LAST - START).days // 7)]
    care = [
        MeteredCare.charged(first, end, each.pence * (end - first).days // 7, care_home=each.care_home)
        for each in known.care
        for opens in weeks
        if (first := max(opens, each.first)) < (end := min(opens + days(7), each.end or LAST))
        and each.met is Met.COUNCIL
    ]
    return AccountFacts(known.person, tuple(care))


def test_half_a_penny_and_anything_more_is_over_the_half() -> None:
    halves, more = np.asarray([210, 210, 630, 630, 209]), np.asarray([False, True, False, True, True])
    assert round_parts(halves, more, Rounding.HALF_UP).tolist() == [1, 1, 2, 2, 0]
    assert round_parts(halves, more, Rounding.HALF_EVEN).tolist() == [0, 1, 2, 2, 0]
