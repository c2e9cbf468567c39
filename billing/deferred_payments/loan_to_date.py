"""One agreement worked out up to a day: its loan day by day and what it makes due, or why it could not be."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from billing.deferred_payments.due import LoanDue, due
from billing.deferred_payments.facts import AgreementFacts
from billing.deferred_payments.policy import DeferredPolicy
from finance.deferred_payments import Ledger, LoanPolicy, limit_on, run_ledger
from finance.deferred_payments.policy import year_days
from finance.deferred_payments.projection import limit_reached_on
from finance.parameters import Parameter
from finance.problems import Refusal

ONE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """A council's choices and the most interest allowed, made ready once for many agreements."""

    policy: DeferredPolicy
    loans: LoanPolicy
    table: Parameter

    @classmethod
    def of(cls, policy: DeferredPolicy) -> "Rules":
        return cls(policy, policy.loans, policy.table)


@dataclass(frozen=True, slots=True)
class Loan:
    """An agreement and its debt over every day before ``up_to``."""

    held: AgreementFacts
    ledger: Ledger
    up_to: dt.date

    @property
    def ref(self) -> str:
        return self.held.agreement.ref

    @property
    def due(self) -> list[LoanDue]:
        return due(self.held, self.ledger, self.up_to)

    @property
    def owed(self) -> int:
        """The debt at the close of the last day worked out."""
        return self.ledger.balance(self.up_to - ONE)

    @property
    def daily_deferred(self) -> Fraction:
        """What a day defers as things stand on the last day worked out, exact pence, within the room under the limit.

        By that day's terms and charge; by the last charge posted where none is in for it yet.
        """
        held, last = self.held, self.up_to - ONE
        share, charged_to, died = held.share_on(last), held.charged_to, held.agreement.died
        over = not self.ledger.days or self.ledger.days[-1].ended or (died is not None and died < last)
        if over or share is None or charged_to is None or (held.until is not None and held.until <= last):
            return Fraction(0)
        daily = share.daily(held.charged_on(min(last, charged_to - ONE)))
        try:
            limit = limit_on(self.ledger.facts.agreement, last)
        except Refusal:
            return daily  # interim funding of a home not yet valued: no limit to be measured by
        return min(daily, Fraction(max(limit - self.ledger.days[-1].totals.opening, 0)))

    def limit_reached_on(self, rules: Rules) -> dt.date | None:
        """When the debt will come to its limit at today's terms, rate and value. None: it will not, or has none."""
        days = self.ledger.days
        share = self.held.share_on(self.up_to - ONE)
        if not days or days[-1].ended or share is None or not self.held.charges or not self.held.valuations:
            return None
        last = days[-1]
        try:
            limit = limit_on(self.ledger.facts.agreement, last.on)
        except Refusal:
            return None
        charged_to = self.held.charged_to
        daily = share.daily(self.held.charged_on(charged_to - ONE)) if charged_to else Fraction(0)
        return limit_reached_on(self.up_to, self.owed, limit, daily, last.rate.daily(year_days(rules.loans, last.on)))


@dataclass(frozen=True, slots=True)
class LoanRefused:
    """An agreement that could not be worked out, and what to do."""

    held: AgreementFacts
    why: Refusal


def work_out(held: AgreementFacts, rules: Rules, up_to: dt.date) -> Loan:
    """The loan up to a day. Raises Refusal: no rate known for a half-year, or facts that cannot be."""
    return Loan(held, run_ledger(held.loan(), rules.loans, up_to, table=rules.table), up_to)


def work_out_all(many: Iterable[AgreementFacts], rules: Rules, up_to: dt.date) -> tuple[list[Loan], list[LoanRefused]]:
    """Every loan, and those that could not be worked out: one bad case never stops another's."""
    loans: list[Loan] = []
    refused: list[LoanRefused] = []
    for held in many:
        try:
            loans.append(work_out(held, rules, up_to))
        except Refusal as error:
            refused.append(LoanRefused(held, error))
    return loans, refused
