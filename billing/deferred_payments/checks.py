"""What a reviewer must see of deferred payments before signing: debts near or at their limit, unsecured, or overdue."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from billing.deferred_payments.loan_to_date import Loan, LoanRefused, Rules
from finance.days import spoken
from finance.deferred_payments import check_agreement, limit_on, review_due_on, security_on
from finance.money import round_fraction, sterling
from finance.parameters import UNSURE
from finance.problems import Refusal
from ledgers.runs import Finding

ONE = dt.timedelta(days=1)


def find(loans: Iterable[Loan], refused: Sequence[LoanRefused], rules: Rules, since: dt.date) -> list[Finding]:
    """The findings of a run whose window opened on ``since``."""
    found = [each for loan in loans for each in _guarded(loan, rules, since)]
    found += [
        Finding(
            "cannot be worked out",
            "look",
            f"{each.held.agreement.ref}: {each.why.what} {each.why.what_to_do}",
            subject=each.held.agreement.nr,
            party=each.held.agreement.bill_payer,
        )
        for each in refused
    ]
    return found


def _guarded(loan: Loan, rules: Rules, since: dt.date) -> list[Finding]:
    """The findings of one loan; that it cannot be looked at is one too."""
    kept = loan.held.agreement
    try:
        wrong = [
            Finding("agreement", "look", f"{kept.ref}: {each.what} {each.what_to_do}", kept.nr, kept.bill_payer)
            for each in check_agreement(loan.ledger.facts.agreement)
        ]
        return wrong + list(_of(loan, rules, since))
    except Refusal as error:
        what = f"{kept.ref} cannot be looked at: {error.what} {error.what_to_do}"
        return [Finding("agreement", "look", what, kept.nr, kept.bill_payer)]


def _of(loan: Loan, rules: Rules, since: dt.date) -> Iterator[Finding]:
    kept, facts, last = loan.held.agreement, loan.ledger.facts.agreement, loan.up_to - ONE

    def said(check: str, what: str, severity: str = "look", amount: int | None = None) -> Finding:
        return Finding(check, severity, f"{kept.ref}: {what}", kept.nr, kept.bill_payer, amount)

    owed = loan.owed
    if owed > 0 and kept.signed is None:
        yield said("not signed", f"{sterling(owed)} is lent and the agreement is not signed.", amount=owed)
    if owed > 0 and kept.signed is not None and not security_on(facts, last).secured:
        yield said("not secured", f"{sterling(owed)} is owed without security: {kept.security}.", amount=owed)
    rows = loan.ledger.within(since, loan.up_to)
    over = sum((each.over_limit_exact for each in rows), Fraction(0))
    if over:
        pence = round_fraction(over)
        yield said("over the limit", f"{sterling(pence)} of charges found no room and stays on the bill.", amount=pence)
    unsure = {
        (each.rate.ceiling.first, each.rate.ceiling.value, each.rate.ceiling.status)
        for each in rows
        if each.rate.ceiling is not None and not each.rate.ceiling.sure
    }
    for first, percent, status in sorted(unsure):
        yield said(
            "rate not confirmed",
            f"the most interest allowed from {spoken(first)}, {percent}% a year, {UNSURE[status]}. Read it, and "
            "give it in the council file, under deferred_payments.most_interest.",
        )
    ended = loan.ledger.days[-1].ended if loan.ledger.days else False
    if ended and owed > 0 and kept.ended and (last - kept.ended).days > rules.policy.overdue_days:
        yield said("overdue", f"ended on {spoken(kept.ended)} and {sterling(owed)} is still owed.", amount=owed)
    if ended and kept.ended is None:
        yield said("paid in full", "it is paid in full, and no ending is recorded.", "note")
    if owed < 0:
        yield said("in credit", f"it is {sterling(-owed)} in credit, to be paid back.", amount=owed)
    if ended or not any(each.first <= last for each in facts.valuations):
        return
    if review_due_on(facts, owed, last):
        limit = limit_on(facts, last)
        yield said("review due", f"{sterling(owed)} is owed of a limit of {sterling(limit)}.", amount=owed)
    reached = loan.limit_reached_on(rules)
    if reached and reached <= last + relativedelta(months=rules.policy.near_limit_months):
        yield said("near the limit", f"at today’s terms it comes to its limit on {spoken(reached)}.", amount=owed)
    if loan.held.share_on(last) is None and kept.starts <= last:
        yield said("no terms", f"nothing says what is deferred on {spoken(last)}, so nothing is.", "note")
