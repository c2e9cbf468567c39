"""The debt day by day: what it opened with, interest, what was put on it and paid off it, and what it closed with.

The rules of a day are those of docs/decisions/0008: nothing in it turns on the order in which a day's events are told.
Interest for a day runs on the debt as the day opened, so what is advanced bears interest from the next day; policy says
whether what is repaid stops bearing it from the next day or from its own. Room under the equity limit is measured on
the debt as the day opened. Paid in full, an agreement is at an end: nothing is deferred from that day on. Interest adds
up exactly; whenever it is shown it is the running total that is rounded, and that is the only rounding of interest.
What is added to the debt (each day, month or quarter) is whole pence; the fraction left over is carried, bearing no
interest, so no penny is lost to rounding often. Deferred charges are the same: a weekly amount over seven, exactly,
rounded as a running total.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from finance.assessment.figures import statutory_figures
from finance.deferred_payments.agreement import limit_on
from finance.deferred_payments.interest import Rate, ceilings, half_year, rate_on
from finance.deferred_payments.movements import LoanFacts, LoanMovement, MovementKind
from finance.deferred_payments.policy import LoanPolicy, period_ends, year_days
from finance.money import round_fraction
from finance.parameters import Parameter, Parameters, Value

ONE = dt.timedelta(days=1)
NO_DEBT = Rate(Fraction(0), "nothing was owed")
NOTHING = dict.fromkeys(MovementKind, 0)
NOT_SIGNED = Rate(Fraction(0), "the agreement was not signed")


@dataclass(frozen=True, slots=True)
class DebtTotals:
    """Sums over some days, whole pence: the closing debt is always the opening one and all that moved it."""

    opening: int
    advances: int
    fees: int
    interest: int
    refunds: int
    repayments: int
    written_off: int
    interest_billed: int
    closing: int

    @property
    def ties(self) -> bool:
        up = self.opening + self.advances + self.fees + self.interest + self.refunds
        return up - self.repayments - self.written_off - self.interest_billed == self.closing


@dataclass(frozen=True, slots=True)
class DebtDay:
    """One day of a debt. Whole pence but for ``interest_exact``, this day's, and ``over_limit_exact``.

    ``bearing`` is what interest ran on. ``over_limit_exact`` is the deferred charge there was no room for under the
    equity limit: it is not on the debt, and is owed some other way. ``limit`` is None where there was none to apply.
    ``deferred`` is what of it was put on the debt. ``redemption`` is what more, paid on this day, clears the debt and
    ends it, with ``redemption_interest`` for the day itself. ``ended``: nothing is deferred any more.
    """

    on: dt.date
    bearing: int
    rate: Rate
    interest_exact: Fraction
    totals: DebtTotals
    limit: int | None
    over_limit_exact: Fraction
    deferred: int
    redemption: int
    redemption_interest: int
    ended: bool

    @property
    def closing(self) -> int:
        return self.totals.closing


@dataclass(frozen=True, slots=True)
class Ledger:
    """A debt over ``[first, end)``, one row a day."""

    facts: LoanFacts
    first: dt.date
    end: dt.date
    days: tuple[DebtDay, ...]

    def on(self, day: dt.date) -> DebtDay:
        assert self.first <= day < self.end, f"the ledger runs from {self.first} to {self.end}"
        return self.days[(day - self.first).days]

    def balance(self, day: dt.date) -> int:
        """The debt as a day closes: nought before it began."""
        return 0 if day < self.first else self.on(day).closing

    def redemption(self, day: dt.date) -> int:
        """What clears the debt if paid on a day: what it would close with, were nothing deferred from that day on."""
        return 0 if day < self.first else self.on(day).redemption

    def between(self, first: dt.date, end: dt.date) -> DebtTotals:
        """Sums over ``[first, end)``, days before the debt began being nought."""
        rows = [each.totals for each in self.within(first, end)]
        return DebtTotals(
            opening=self.balance(first - ONE),
            advances=sum(each.advances for each in rows),
            fees=sum(each.fees for each in rows),
            interest=sum(each.interest for each in rows),
            refunds=sum(each.refunds for each in rows),
            repayments=sum(each.repayments for each in rows),
            written_off=sum(each.written_off for each in rows),
            interest_billed=sum(each.interest_billed for each in rows),
            closing=self.balance(end - ONE),
        )

    def within(self, first: dt.date, end: dt.date) -> tuple[DebtDay, ...]:
        assert end <= self.end, f"the ledger runs to {self.end}"
        return self.days[max((first - self.first).days, 0) : max((end - self.first).days, 0)]

    def over_limit_from(self) -> dt.date | None:
        """The first day a deferred charge found no room under the equity limit."""
        return next((each.on for each in self.days if each.over_limit_exact), None)


def run_ledger(
    facts: LoanFacts,
    policy: LoanPolicy,
    end: dt.date,
    *,
    table: Parameter | None = None,
    figures: Parameters | None = None,
) -> Ledger:
    """The debt up to ``end``. ``table`` is the most interest allowed (:func:`ceilings`).

    Raises NoValueOnDay for a half-year with no rate while interest runs, AboveTheCeiling, and BadFact for a signed
    agreement that defers charges before its home was valued.
    """
    first = facts.first if facts.first is not None and facts.first < end else end
    run = _Run(facts, policy, table or ceilings(), figures or statutory_figures())
    days = tuple(run.day(first + dt.timedelta(days=each)) for each in range((end - first).days))
    return Ledger(facts, first, end, days)


@dataclass(slots=True)
class _Standing:
    """What stays the same from one day of change to the next, looked up when first needed."""

    often: Value
    year_days: int
    daily: Fraction
    own_day: bool
    rate: Rate | None = None
    limit: int | None = None
    limit_known: bool = False


class _Run:
    """The debt as it stands while the days go by."""

    def __init__(self, facts: LoanFacts, policy: LoanPolicy, table: Parameter, figures: Parameters) -> None:
        self.facts, self.policy, self.table, self.figures = facts, policy, table, figures
        self.agreement = facts.agreement
        self.rounding = policy.rounding
        self.changes = self._changes()
        self.standing: _Standing | None = None
        self.movements: dict[dt.date, list[LoanMovement]] = defaultdict(list)
        for each in facts.movements:
            self.movements[each.on].append(each)
        self.bearing = 0
        self.advanced = Fraction(0)
        self.interest = Fraction(0)
        self.advanced_pence = self.interest_pence = 0  # the two totals, rounded
        self.settled = 0  # interest in whole pence already added to the debt or billed
        self.closing = 0
        self.paid_off = False
        self.last_rate: tuple[Rate, int] = (NO_DEBT, 0)
        self.last_daily = Fraction(0)

    def day(self, day: dt.date) -> DebtDay:
        opening = self.closing
        standing = self._standing(day)
        moved, effect = self._moved(day)
        bearing = self.bearing + (min(effect, 0) if standing.own_day else 0)
        rate = self._rate(standing, bearing, day)
        interest_exact = bearing * self._daily(rate, standing.year_days)
        self.interest += interest_exact
        interest = self._rounded(self.interest) - self.interest_pence
        self.interest_pence += interest
        owed = opening + interest + effect
        self._paid_off(owed, moved[MovementKind.REPAYMENT])
        last = 0 if standing.own_day else interest  # the interest of a day on which all is paid
        limit, due = None, self._due(standing, day)
        allowed = due
        if due:
            limit = self._limit(standing, day)
            if limit is not None:
                allowed = min(due, Fraction(max(limit - opening, 0)))
        self.advanced += allowed
        advance = self._rounded(self.advanced) - self.advanced_pence
        self.advanced_pence += advance
        self.bearing += advance + effect
        billed = self._settle(standing, day)
        self.closing = owed + advance - billed
        totals = DebtTotals(
            opening=opening,
            advances=advance + moved[MovementKind.ADVANCE],
            fees=moved[MovementKind.FEE],
            interest=interest,
            refunds=moved[MovementKind.REFUND],
            repayments=moved[MovementKind.REPAYMENT],
            written_off=moved[MovementKind.WRITE_OFF],
            interest_billed=billed,
            closing=self.closing,
        )
        assert totals.ties, f"{self.agreement.reference} does not tie on {day}"
        return DebtDay(
            day,
            bearing,
            rate,
            interest_exact,
            totals,
            limit,
            due - allowed,
            advance,
            opening + effect + last,
            last,
            self._over(day),
        )

    def _moved(self, day: dt.date) -> tuple[dict[MovementKind, int], int]:
        """A day's single amounts by kind, and what they do to the debt together."""
        today = self.movements.get(day)
        if not today:
            return NOTHING, 0
        moved = {kind: sum(each.pence for each in today if each.kind is kind) for kind in MovementKind}
        return moved, sum(each.effect_pence for each in today)

    def _daily(self, rate: Rate, year_length: int) -> Fraction:
        if (rate, year_length) != self.last_rate:
            self.last_rate, self.last_daily = (rate, year_length), rate.daily(year_length)
        return self.last_daily

    def _paid_off(self, owed: int, repaid: int) -> None:
        """Whether the debt has been paid in full: by a day's repayments, until one is found not to have been paid."""
        if repaid > 0 and owed <= 0 < owed + repaid:
            self.paid_off = True
        elif repaid < 0:
            self.paid_off = False

    def _over(self, day: dt.date) -> bool:
        return self.paid_off or self.agreement.ended_by(day)

    def _settle(self, standing: _Standing, day: dt.date) -> int:
        """At the end of a compounding period: add the interest to the debt, or bill it where that was asked for.

        Once the agreement is at an end all that is owed is one debt, and nothing is billed apart.
        """
        if not period_ends(standing.often, day):
            return 0
        pence = self.interest_pence - self.settled
        self.settled += pence
        asked = self.agreement.interest_asked_separately
        if asked is not None and asked <= day and not self._over(day):
            return pence
        self.bearing += pence
        return 0

    def _due(self, standing: _Standing, day: dt.date) -> Fraction:
        """The day's deferred charge: none after the day of death, or from the day the agreement ended or was
        paid off.
        """
        died = self.agreement.died
        if (died is not None and day > died) or self._over(day):
            return Fraction(0)
        return standing.daily

    def _rate(self, standing: _Standing, bearing: int, day: dt.date) -> Rate:
        if bearing <= 0:
            return NO_DEBT
        if standing.rate is None:
            held = self.agreement
            runs = held.signed_by(day) or self.policy.value("interest_before_signing", day)
            standing.rate = rate_on(day, self.policy, self.table, held.died, held.fixed_rate) if runs else NOT_SIGNED
        return standing.rate

    def _limit(self, standing: _Standing, day: dt.date) -> int | None:
        """The equity limit. Interim funding of a home not yet valued has none to be measured by."""
        if not standing.limit_known:
            valued = any(each.first <= day for each in self.agreement.valuations)
            if valued or self.agreement.signed_by(day):
                standing.limit = limit_on(self.agreement, day, self.figures)
            standing.limit_known = True
        return standing.limit

    def _standing(self, day: dt.date) -> _Standing:
        if self.standing is None or day in self.changes or day == half_year(day):
            self.standing = _Standing(
                often=self.agreement.compounding or self.policy.value("compounding", day),
                year_days=year_days(self.policy, day),
                daily=sum((each.daily for each in self.facts.deferring if each.on(day)), Fraction(0)),
                own_day=self.policy.value("repaid_money_bears_interest", day) == "up to the day before",
            )
        return self.standing

    def _changes(self) -> set[dt.date]:
        days = self.agreement.change_days() | self.policy.change_days() | set(self.table.change_days())
        days |= {day for each in self.facts.deferring for day in (each.first, each.end) if day}
        for name in ("equity_percent", "capital_lower_limit"):
            days |= set(self.figures[name].change_days())
        died = self.agreement.died
        if died is not None:
            days |= {died + ONE, died + dt.timedelta(days=self.policy.whole("days_after_death", died) + 1)}
        return days

    def _rounded(self, exact: Fraction) -> int:
        return round_fraction(exact, self.rounding)
