"""What is true of every care account, whatever the care, the cap and the council."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from finance.care_cap import (
    AccountFacts,
    AccountKind,
    MeteredCare,
    Terms,
    account_changes,
    account_total,
    charge_within_cap,
    due_lines,
    meter,
    recorded_to,
    yearly_statement,
)
from finance.days import Span
from finance.money import round_fraction
from tests.finance.care_cap.accounts import LAST, START, cares, days, made_up, slow, worlds

FEW = settings(max_examples=20, deadline=None)
World = tuple[AccountFacts, Terms]


@FEW
@given(worlds())
def test_the_total_the_day_it_is_reached_and_every_charge_agree_with_a_day_at_a_time(world: World) -> None:
    known, held = world
    account, by_hand = meter(known, held, LAST), slow(known, held, LAST)
    assert account.total_exact == by_hand.total
    assert account.reached_on == by_hand.reached
    for day, charge in by_hand.charges.items():
        assert charge_within_cap(account, held, Span(day, day + days(1))).charge_exact == charge


@FEW
@given(worlds())
def test_the_total_never_falls_but_by_an_adjustment_and_never_passes_the_cap(world: World) -> None:
    account = meter(*world, LAST)
    for piece in account.pieces:
        assert piece.day.counted >= 0 and piece.day.charge <= piece.day.asked
        assert piece.cap_pence is None or piece.total_at(piece.end) <= piece.cap_pence
    joins = {each.on for each in account.jumps}
    total = Fraction(0)
    for piece in account.pieces:
        assert piece.before == total or piece.first in joins
        total = piece.total_at(piece.end)
    assert all(each.after >= each.before for each in account.jumps if not each.adjustment)


@FEW
@given(worlds(), st.integers(1, 419), st.data())
def test_stopping_on_any_day_or_splitting_any_care_changes_nothing(world: World, at: int, data: st.DataObject) -> None:
    known, held = world
    whole, day = meter(known, held, LAST), START + days(at)
    by_hand = slow(known, held, LAST)
    assert meter(known, held, day).total_exact == by_hand.totals.get(day - days(1), Fraction(0))
    parts = []
    for each in known.care:
        cut = each.first + days(data.draw(st.integers(1, 60)))
        inside = each.end is None or cut < each.end
        parts += [replace(each, end=cut), replace(each, first=cut)] if inside else [each]
    split = meter(replace(known, care=tuple(parts)), held, LAST)
    assert (split.total_exact, split.reached_on) == (whole.total_exact, whole.reached_on)
    assert due_lines(split, held) == due_lines(whole, held)


@FEW
@given(worlds())
def test_the_weeks_adjustments_and_totals_brought_in_add_to_the_rounded_total(world: World) -> None:
    known, held = world
    account = meter(known, held, LAST)
    until = recorded_to(account, held)
    exact = meter(known, held, until).total_exact
    assert sum(each.pence for each in due_lines(account, held)) == round_fraction(exact, held.rounding)
    assert all(each.pence > 0 for each in due_lines(account, held) if each.kind is AccountKind.METERED)


@FEW
@given(worlds(), st.lists(st.lists(cares(), max_size=3), min_size=1, max_size=3))
def test_after_any_late_news_the_account_is_what_it_would_have_been_and_falls_only_by_reversals(
    world: World, news: list[list[MeteredCare]]
) -> None:
    known, held = world
    entries = list(account_changes(due_lines(meter(known, held, LAST), held), [], LAST))
    seen = len(entries)
    for count, care in enumerate(news, 1):
        known = replace(known, care=tuple(care))
        due = due_lines(meter(known, held, LAST), held)
        before = list(entries)
        entries += account_changes(due, entries, LAST + days(count))
        assert entries[:seen] == before and account_changes(due, entries, LAST) == ()
        assert account_total(entries) == sum(each.pence for each in due)
        for each in entries[seen:]:
            assert each.pence > 0 or each.reversal or each.kind is AccountKind.ADJUSTMENT
            held_before = sum(old.pence for old in before if old.key == each.key)
            assert not each.reversal or each.pence == -held_before
        seen = len(entries)


@FEW
@given(worlds(), st.integers(0, 420))
def test_two_statements_one_after_the_other_tie_to_the_account(world: World, first: int) -> None:
    known, held = world
    entries = account_changes(due_lines(meter(known, held, LAST), held), [], START + days(first))
    entries += account_changes((), entries, START + days(first + 1))  # news that none of it was so
    account = meter(known, held, LAST)
    assume(account.pieces)
    since = START + days(first)
    one = yearly_statement(account, [e for e in entries if e.recorded <= since], held, on=min(since, LAST))
    two = yearly_statement(account, entries, held, on=LAST, since=since) if since < LAST else None
    assert one.closing_pence == account_total(entries, since)
    assert two is None or two.opening_pence == one.closing_pence


@FEW
@given(worlds())
def test_a_yearly_adjustment_keeps_the_share_of_the_cap_that_has_been_reached(world: World) -> None:
    known, held = world
    account = meter(known, held, LAST)
    for each in account.jumps:
        if each.adjustment and held.accrued_follows(each.on):
            day_before = meter(known, held, each.on)
            assert day_before.cap_pence is not None
            assert each.before / day_before.cap_pence == each.after / held.cap_pence(each.on)


def test_a_long_life_of_weekly_charges_is_quick_and_ends_on_a_hand_reckoned_figure() -> None:
    weeks = [START + days(7 * week) for week in range(1040)]
    care = tuple(MeteredCare.charged(week, week + days(7), 10_001, care_home=False) for week in weeks)
    end: dt.date = weeks[-1] + days(7)
    account = meter(AccountFacts("P1", care), made_up((START, "500000.00")), end)
    assert account.total_exact == 1040 * 10_001
