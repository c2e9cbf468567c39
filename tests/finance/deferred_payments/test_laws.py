"""What is true of every debt, whatever happened to it and however the council compounds."""

import datetime as dt
import os
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from finance.days import Span
from finance.deferred_payments import (
    Deferring,
    EndedBy,
    Ending,
    LoanFacts,
    LoanMovement,
    LoanPolicy,
    MovementKind,
    Style,
    Valuation,
    redemption,
    run_ledger,
    statement,
    yearly_return,
)
from tests.finance.deferred_payments.loans import END, FIRST, POLICIES, choosing, days, lent, loans, repaid, slow
from tests.finance.deferred_payments.loans import agreement as an_agreement

FEW = settings(max_examples=int(os.environ.get("DEFERRED_HISTORIES", "20")), deadline=None)


@FEW
@given(loans(), POLICIES)
def test_every_days_debt_agrees_with_one_kept_from_its_definition(facts: LoanFacts, policy: LoanPolicy) -> None:
    ledger, by_hand = run_ledger(facts, policy, END), slow(facts, policy, END)
    borne = Fraction(0)
    for day in ledger.days:
        borne += day.interest_exact
        assert (day.on, day.closing, borne) == (day.on, by_hand.closing[day.on], by_hand.interest[day.on])


@FEW
@given(loans(), POLICIES, st.integers(1, 700))
def test_the_debt_is_advances_interest_and_fees_less_repayments_over_any_days(
    facts: LoanFacts, policy: LoanPolicy, at: int
) -> None:
    ledger, cut = run_ledger(facts, policy, END), FIRST + days(at)
    whole, early, late = ledger.between(FIRST, END), ledger.between(FIRST, cut), ledger.between(cut, END)
    assert whole.ties and early.ties and late.ties and early.closing == late.opening
    for name in ("advances", "fees", "interest", "refunds", "repayments", "written_off", "interest_billed"):
        assert getattr(whole, name) == getattr(early, name) + getattr(late, name)
    assert whole.fees - whole.repayments + whole.refunds - whole.written_off == sum(
        each.effect_pence for each in facts.movements if each.kind != "advance" and each.on < END
    )


@FEW
@given(loans(), POLICIES, st.integers(1, 700), st.integers(1, 200))
def test_stopping_on_any_day_and_splitting_what_is_deferred_change_nothing(
    facts: LoanFacts, policy: LoanPolicy, at: int, cut: int
) -> None:
    whole = run_ledger(facts, policy, END)
    stop = FIRST + days(at)
    assert run_ledger(facts, policy, stop).days == whole.days[: max((stop - whole.first).days, 0)]
    parts: list[Deferring] = []
    for each in facts.deferring:
        turn = each.first + days(cut)
        inside = each.end is None or turn < each.end
        parts += [replace(each, end=turn), replace(each, first=turn)] if inside else [each]
    assert run_ledger(replace(facts, deferring=tuple(parts)), policy, END).days == whole.days


def _known_on(facts: LoanFacts, day: dt.date) -> LoanFacts:
    """Everything known on a day. What is to be deferred later is known too: only the day's end of the debt stops it."""
    return replace(facts, movements=tuple(each for each in facts.movements if each.on <= day))


@FEW
@given(loans(), POLICIES, st.integers(0, 700))
def test_paying_the_redemption_figure_on_its_day_ends_the_debt_for_good(
    facts: LoanFacts, policy: LoanPolicy, at: int
) -> None:
    day = FIRST + days(at)
    known = _known_on(facts, day)
    ledger = run_ledger(known, policy, END)
    if day < ledger.first or ledger.redemption(day) <= 0:
        return
    figure = redemption(ledger, day)
    assert figure.pence == ledger.redemption(day) == figure.parts.closing and figure.parts.ties
    paid = replace(known, movements=(*known.movements, repaid(figure.pence, day, "redeemed")))
    after = run_ledger(paid, policy, END)
    assert {row.closing for row in after.within(day, END)} == {0}
    assert all(row.ended for row in after.within(day, END))
    assert sum(row.totals.interest for row in after.within(day + days(1), END)) == 0
    assert {row.totals.advances for row in after.within(day + days(1), END)} <= {0}
    assert {row.redemption for row in after.within(day, END)} == {0}


@FEW
@given(loans(), POLICIES, st.integers(0, 700))
def test_a_penny_less_than_the_redemption_figure_does_not_end_it(facts: LoanFacts, policy: LoanPolicy, at: int) -> None:
    day = FIRST + days(at)
    known = _known_on(facts, day)
    ledger = run_ledger(known, policy, END)
    if day < ledger.first or ledger.redemption(day) <= 1:
        return
    short = replace(known, movements=(*known.movements, repaid(ledger.redemption(day) - 1, day, "short")))
    assert run_ledger(short, policy, day + days(1)).redemption(day) == 1


@FEW
@given(loans(), POLICIES, st.integers(0, 700))
def test_the_redemption_figure_is_the_balance_of_a_day_on_which_nothing_more_is_deferred(
    facts: LoanFacts, policy: LoanPolicy, at: int
) -> None:
    """By definition: end the agreement on the day, with all that is known and no payment more, and read the balance."""
    day = FIRST + days(at)
    if policy.value("repaid_money_bears_interest", day) == "up to the day before" or day < (facts.first or END):
        return
    ledger = run_ledger(facts, policy, END)
    ends = Ending(day, EndedBy.REPAID)
    ended = replace(
        facts, agreement=replace(facts.agreement, ended=min(facts.agreement.ended or ends, ends, key=_when))
    )
    assert ledger.redemption(day) == run_ledger(ended, policy, day + days(1)).balance(day)


def _when(ending: Ending) -> dt.date:
    return ending.on


@FEW
@given(loans(), POLICIES, st.integers(0, 700), st.integers(1, 5_000_000))
def test_nothing_that_happens_on_a_day_changes_the_room_for_that_days_charges(
    facts: LoanFacts, policy: LoanPolicy, at: int, pence: int
) -> None:
    """A fee, or a payment that does not clear the debt, leaves the day's deferred charge as it was."""
    day = FIRST + days(at)
    ledger = run_ledger(facts, policy, END)
    if day < ledger.first:
        return
    row = ledger.on(day)
    single = sum(each.pence for each in facts.movements if each.on == day and each.kind is MovementKind.ADVANCE)
    for extra in (
        LoanMovement(day, MovementKind.FEE, pence, "fee"),
        repaid(min(pence, max(row.redemption - 1, 1)), day),
    ):
        if extra.kind is MovementKind.REPAYMENT and row.redemption <= 1:
            continue
        more = run_ledger(replace(facts, movements=(*facts.movements, extra)), policy, day + days(1)).on(day)
        if more.ended == row.ended:
            assert more.totals.advances - single == row.totals.advances - single


@FEW
@given(loans(), POLICIES, st.integers(0, 700))
def test_a_lower_valuation_takes_back_nothing_already_deferred(facts: LoanFacts, policy: LoanPolicy, at: int) -> None:
    day = FIRST + days(at)
    earlier = tuple(each for each in facts.agreement.valuations if each.first != day)
    lower = replace(facts.agreement, valuations=(*earlier, Valuation(day, 0)))
    before, after = (run_ledger(each, policy, END) for each in (facts, replace(facts, agreement=lower)))
    assert before.within(FIRST, day) == after.within(FIRST, day)
    single = sum(each.pence for each in facts.movements if each.kind is MovementKind.ADVANCE and day <= each.on < END)
    values = [each.first for each in facts.agreement.valuations if each.first > day]
    # a debt in credit has room even for a worthless home
    credit = sum(max(-each.effect_pence, 0) for each in facts.movements)
    assert after.between(day, min([END, *values])).advances <= single + credit
    assert all(row.totals.advances >= 0 for row in after.days if not _single_advance(facts, row.on))


def _single_advance(facts: LoanFacts, day: dt.date) -> bool:
    return any(each.on == day and each.kind is MovementKind.ADVANCE for each in facts.movements)


@FEW
@given(loans(), POLICIES, st.integers(0, 500), st.integers(1, 200))
def test_a_statements_lines_add_up_and_the_next_goes_on_from_it(
    facts: LoanFacts, policy: LoanPolicy, at: int, length: int
) -> None:
    ledger = run_ledger(facts, policy, END)
    first, end = FIRST + days(at), FIRST + days(at + length)
    one, two = statement(ledger, first, end), statement(ledger, end, END)
    for each in (one, two):
        assert each.totals.opening + sum(line.pence for line in each.lines) == each.totals.closing
        assert sum(line.pence for line in each.lines if line.what == "interest") == each.totals.interest
    assert one.totals.closing == two.totals.opening == ledger.balance(end - days(1))


@FEW
@given(
    st.integers(1, 30_000_000), st.sampled_from([("daily", 1), ("monthly", 31), ("quarterly", 92)]), st.integers(1, 545)
)
def test_carrying_the_fraction_keeps_within_a_penny_of_exact_compounding(
    pence: int, often: tuple[str, int], length: int
) -> None:
    """Compounding in fractions for ever, against whole pence added and the fraction carried."""
    start, policy = dt.date(2023, 12, 31), choosing(compounding=often[0])
    end = start + days(length + 1)
    ledger = run_ledger(LoanFacts(an_agreement(signed=start), (), (lent(pence, start),)), policy, end)
    debt, waiting, exact = Fraction(pence), Fraction(0), Fraction(pence)
    for row in ledger.days[1:]:
        factor = row.rate.daily(366 if row.on.year == 2024 else 365)
        waiting += debt * factor
        exact = debt + waiting
        turn = row.on + days(1)
        if often[0] == "daily" or (turn.day == 1 and (often[0] == "monthly" or turn.month in (1, 4, 7, 10))):
            debt, waiting = (Fraction(round(exact * 10**9), 10**9), Fraction(0))  # a thousand-millionth of a penny
    assert abs(ledger.days[-1].closing - exact) < 1


YEARS = (Span(dt.date(2023, 4, 1), dt.date(2024, 4, 1)), Span(dt.date(2024, 4, 1), dt.date(2025, 4, 1)))


@settings(max_examples=15, deadline=None)
@given(st.tuples(*(loans(f"DPA{each}") for each in range(3))))
def test_the_yearly_return_reconciles_and_each_year_begins_where_the_last_ended(book: tuple[LoanFacts, ...]) -> None:
    ledgers = [run_ledger(each, choosing(compounding="quarterly"), END) for each in book]
    first, second = (yearly_return(ledgers, year) for year in YEARS)
    assert first.reconciles and second.reconciles
    ended, began = first.figure("outstanding at the end"), second.figure("outstanding at the start")
    assert ended.parts == began.parts
    assert first.figure("owed at the end").pence == second.figure("owed at the start").pence == ended.pence
    for told in (first, second):
        standing = told.figure("outstanding at the end")
        by_style = [told.figure(f"standing: {style}") for style in Style]
        assert sum(each.count for each in by_style) == standing.count
        assert sum(each.pence for each in by_style) == standing.pence
