"""What is true of every posted loan: after any history of late news, the ledger holds what the facts make due."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.deferred_payments import kinds
from billing.deferred_payments import tables as t
from billing.deferred_payments.due import due
from billing.deferred_payments.facts import AgreementFacts, LoanAmount, PostedCharge, Share, Signed, Valued
from billing.deferred_payments.jobs import redemption_of, show
from billing.deferred_payments.loan_to_date import Rules, work_out
from billing.deferred_payments.policy import DeferredPolicy
from finance.columns import Database
from tests.billing.deferred_payments.loanbook import LoanBook

FIRST = dt.date(2024, 1, 1)
RULES = Rules.of(DeferredPolicy.of({"compounding": "monthly"}, "test"))


def _days(most: int) -> st.SearchStrategy[dt.date]:
    return st.integers(0, most).map(lambda count: FIRST + dt.timedelta(days=count))


@st.composite
def loans(draw: st.DrawFn) -> AgreementFacts:
    ended = draw(st.none() | _days(400))
    signed = Signed(
        1,
        "DPA1",
        1,
        1,
        "P1",
        "A resident",
        "deferred charge",
        FIRST,
        draw(st.none() | _days(200)),
        "first charge",
        FIRST,
        None,
        draw(st.sampled_from([None, "daily", "quarterly"])),
        draw(st.sampled_from([None, 3_00])),
        draw(st.none() | _days(300)),
        False,
        draw(st.sampled_from([None, 5_000_00])),
        FIRST,
        ended,
        "sale" if ended else None,
    )
    weeks = draw(st.integers(1, 16))
    charges = []
    for each in range(weeks):
        first, end = FIRST + dt.timedelta(weeks=4 * each), FIRST + dt.timedelta(weeks=4 * each + 4)
        late = draw(st.integers(0, 27))
        charges.append(PostedCharge(first, end, draw(st.integers(-9, 900_000)), (first + dt.timedelta(days=late), end)))
        charges += [PostedCharge(first, end, draw(st.integers(-999, 99_999)))] if draw(st.booleans()) else []
    turn = draw(_days(400))
    how = st.sampled_from([(300_00, None, None), (None, 123_45, None), (None, None, 33_33), (None, None, None)])
    shares = tuple(Share(a, b, *draw(how), None) for a, b in ((FIRST, turn), (turn, None)) if b is None or a < b)
    values = [Valued(FIRST, draw(st.sampled_from([25_000_00, 300_000_00])), draw(st.sampled_from([0, 10_00])), "v")]
    values += [Valued(draw(_days(400)), 20_000_00, 0, "v")] if draw(st.booleans()) else []
    paid = tuple(
        LoanAmount(f"R{each}", draw(_days(450)), draw(st.sampled_from([-50_00, 100_00, 9_000_00])), "bank")
        for each in range(2)
    )
    fees = tuple(LoanAmount(f"F{each}", draw(_days(450)), 120_00, "yearly", draw(st.booleans())) for each in range(2))
    return AgreementFacts(signed, shares, tuple(values), fees, paid, (), tuple(charges))


@settings(max_examples=25, deadline=None)
@given(loans(), _days(450))
def test_the_entries_of_a_loan_add_up_to_its_debt_on_any_day(held: AgreementFacts, day: dt.date) -> None:
    loan = work_out(held, RULES, day)
    assert sum(each.pence for each in loan.due) == loan.owed


@settings(max_examples=25, deadline=None)
@given(loans())
def test_no_period_defers_more_than_was_charged_for_it(held: AgreementFacts) -> None:
    loan = work_out(held, RULES, dt.date(2025, 6, 1))
    charged: dict[dt.date, int] = {}
    for each in held.charges:
        charged[each.first] = charged.get(each.first, 0) + max(each.pence, 0)
    for entry in loan.due:
        if entry.kind == kinds.CHARGE:
            assert 0 <= entry.pence <= charged[entry.first] + 1  # the one rounding is of the running total


@settings(max_examples=15, deadline=None)
@given(loans(), _days(400), st.integers(1, 60))
def test_what_is_due_so_far_is_never_changed_by_waiting(held: AgreementFacts, day: dt.date, wait: int) -> None:
    """Interest and repayments of months past, and the charges of periods past, are the same whenever they are
    asked for.
    """
    early = due(held, work_out(held, RULES, day).ledger, day)
    late = due(held, work_out(held, RULES, day + dt.timedelta(days=wait)).ledger, day + dt.timedelta(days=wait))
    past = [each for each in late if each.end <= day]
    assert past == [each for each in early if each.end <= day]


@pytest.mark.parametrize("seed", range(2))
def test_after_any_history_the_ledger_holds_what_the_facts_make_due(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    book = LoanBook(database, DeferredPolicy.of({"compounding": "quarterly"}, "test"))  # type: ignore[arg-type]
    book.agreement(value=40_000_00, brought_in=1_000_00, brought_in_on=dt.date(2025, 1, 1))
    book.terms(pays=200_00)
    day, weeks, last = dt.date(2025, 1, 6), 0, dt.date(2025, 1, 31)
    for step in range(6):
        for _ in range(chance.randint(0, 3)):
            some = dt.date(2025, 1, 1) + dt.timedelta(days=chance.randint(0, 150))
            news = chance.choice(["charge", "charge", "repaid", "unpaid", "valued", "fee", "terms"])
            if news == "charge":
                starts = day + dt.timedelta(weeks=4 * weeks)
                book.charge("DPA1", starts, starts + dt.timedelta(weeks=4), chance.randint(1_000_00, 6_000_00))
                weeks += 1
            elif news == "repaid":
                book.paid("DPA1", some, chance.randint(1_00, 2_000_00), f"R{chance.randint(1, 3)}")
            elif news == "unpaid":
                book.cancel(t.deferred_repayment, f"R{chance.randint(1, 3)}")
            elif news == "valued":
                book.valued("DPA1", some, chance.choice([18_000_00, 25_000_00, 90_000_00]))
            elif news == "fee":
                book.fee("DPA1", some, 75_00, chance.choice(["billed", "added to the debt"]))
            elif news == "terms":
                book.terms(pays=chance.randint(0, 900_00))
        book.run(last)
        found = show(book.database, "DPA1", last, book.policy)
        assert found.posted == found.loan.owed, step
        expected = {(each.kind, each.first): each.pence for each in found.loan.due}
        assert {key: pence for key, pence in book.entries().items() if pence} == expected
        last += dt.timedelta(days=chance.randint(0, 25))
    figure = redemption_of(book.database, "DPA1", last, book.policy).redemption.pence
    if figure > 0:
        book.paid("DPA1", last, figure, "redeemed")
        book.run(last)
        redeemed = show(book.database, "DPA1", last, book.policy)
        assert (redeemed.posted, redeemed.loan.owed) == (0, 0)
