"""The rate of interest on a day: the most the law allows by half-year, the council's choice, and after a death."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from finance.assessment.figures import statutory_figures
from finance.days import spoken
from finance.deferred_payments.policy import LoanPolicy
from finance.parameters import DatedValue, Parameter, Parameters
from finance.problems import NoValueOnDay, Refusal

CEILING = "deferred_interest_ceiling"
FIRST_HALF_YEAR = dt.date(2015, 4, 1)  # the regulations began part way through one


class AboveTheCeiling(Refusal):
    """A council's own rate is more than the most the law allows on a day."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A year's interest, per cent, on some day, and why. ``ceiling`` is None where no ceiling applies or is needed."""

    percent: Fraction
    why: str
    ceiling: DatedValue | None = None

    def daily(self, year_days: int) -> Fraction:
        """The part of a pound that a pound bears in one day."""
        return self.percent / (100 * year_days)


def ceilings(own: Parameters | None = None) -> Parameter:
    """The most allowed by half-year: the statutory table, then a council's own rows.

    A row stands in place of an earlier one that starts on the same day.
    """
    rows: dict[dt.date, list[DatedValue]] = {}
    table = statutory_figures()[CEILING]
    for source in (table, *((own[CEILING],) if own and CEILING in own else ())):
        fresh: dict[dt.date, list[DatedValue]] = {}
        for row in source.values:
            fresh.setdefault(row.first, []).append(row)
        rows |= fresh
    ordered = sorted((row for each in rows.values() for row in each), key=lambda row: (row.first, row.known))
    return replace(table, values=tuple(ordered))


def half_year(day: dt.date) -> dt.date:
    """The first day of the half-year a day falls in: 1 January or 1 July (1 April in 2015)."""
    first = dt.date(day.year, 1 if day.month < 7 else 7, 1)
    return FIRST_HALF_YEAR if first < FIRST_HALF_YEAR <= day else first


def ceiling_on(day: dt.date, table: Parameter, known_by: dt.date | None = None) -> DatedValue:
    """The most allowed on a day, from the row of its own half-year.

    Raises NoValueOnDay when that half-year has none: the last one known never runs on.
    """
    first = half_year(day)
    give = f"Give the figure and its source in the council file, under deferred_payments.most_interest from {first}."
    try:
        standing = table.on(day, known_by)
    except NoValueOnDay as error:
        raise NoValueOnDay(error.what, give) from error
    if standing.first < first:
        raise NoValueOnDay(
            f"There is no value of “{table.label}” for the half-year from {spoken(first)}. "
            f"The last is for the half-year from {spoken(half_year(standing.first))}.",
            give,
        )
    return standing


def rate_on(
    day: dt.date, policy: LoanPolicy, table: Parameter, died: dt.date | None = None, fixed: Fraction | None = None
) -> Rate:
    """The rate on a day, for someone who died on ``died`` (None: living).

    ``fixed`` is an agreement's own rate, per cent a year: charged while it is no more than the most allowed.
    The days after death count from the day after it; the debt is overdue from the day after the last of them.
    Raises NoValueOnDay, and AboveTheCeiling for a council's own rate over the most allowed.
    """
    if died is not None and day > died:
        after = (day - died).days
        if after > policy.whole("days_after_death", died):
            if policy.value("overdue_rate_charged", day) == "the overdue rate":
                return Rate(_percent(policy.value("overdue_rate", day)), "overdue after death")
        elif policy.value("interest_in_days_after_death", died) == "stops":
            return Rate(Fraction(0), "no interest in the days after death")
    return _ordinary(day, policy, table) if fixed is None else _fixed(day, fixed, policy, table)


def _ordinary(day: dt.date, policy: LoanPolicy, table: Parameter) -> Rate:
    choice = policy.value("interest_charged", day)
    if choice == "none":
        return Rate(Fraction(0), "no interest is charged")
    ceiling = ceiling_on(day, table, policy.known_by)
    most = _percent(ceiling.value)
    if choice == "the most allowed":
        return Rate(most, "the most allowed", ceiling)
    own = _percent(policy.value("own_rate", day))
    if own > most:
        raise AboveTheCeiling(
            (
                f"The council's own rate of {percent_text(own)}% on {spoken(day)} is over the {percent_text(most)}% "
                f"allowed."
            ),
            "Lower the rate in policy for that half-year.",
        )
    return Rate(own, "the council's own rate", ceiling)


def _fixed(day: dt.date, fixed: Fraction, policy: LoanPolicy, table: Parameter) -> Rate:
    ceiling = ceiling_on(day, table, policy.known_by)
    most = _percent(ceiling.value)
    return Rate(most, "the most allowed", ceiling) if fixed > most else Rate(fixed, "the agreement's own rate", ceiling)


def _percent(value: object) -> Fraction:
    assert isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Fraction(value)


def percent_text(percent: Fraction) -> str:
    """A percentage for people, exactly: 4.65."""
    return str(Decimal(percent.numerator) / Decimal(percent.denominator))
