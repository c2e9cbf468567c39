"""How a council runs its deferred payments: dated choices, laid over those of the made-up default council."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dateutil.relativedelta import relativedelta

from finance.money import Rounding
from finance.parameters import Parameters, Value, load_parameters
from finance.problems import BadParameters


@cache
def _shipped() -> Parameters:
    return load_parameters(Path(__file__).with_suffix(".toml"))


@dataclass(frozen=True, slots=True)
class LoanPolicy:
    """The choices by day. Every question raises NoValueOnDay for a day without an answer."""

    choices: Parameters = field(repr=False)
    known_by: dt.date | None = None

    def value(self, name: str, day: dt.date) -> Value:
        return self.choices[name].on(day, self.known_by).value

    def whole(self, name: str, day: dt.date) -> int:
        value = self.value(name, day)
        assert isinstance(value, int), f"{name} is not a whole number"
        return value

    @property
    def rounding(self) -> Rounding:
        """One answer for the whole of a loan, its first: a change half way would part the totals from their parts."""
        return Rounding(str(self.choices["ledger_rounding"].values[0].value))

    def change_days(self) -> set[dt.date]:
        return {day for each in self.choices for day in each.change_days()}


def loan_policy(own: Parameters | None = None, known_by: dt.date | None = None) -> LoanPolicy:
    """The default choices with a council's own in their place. Raises BadParameters for a choice that does not
    exist.
    """
    for each in own or ():
        if each.name not in _shipped():
            names = ", ".join(shipped.name for shipped in _shipped())
            raise BadParameters(f"“{each.name}” is no choice about deferred payments.", f"Use one of {names}.")
    return LoanPolicy(_shipped().merged(own or Parameters()), known_by)


def period_ends(often: Value, day: dt.date) -> bool:
    """Whether interest is added to the debt as this day closes: every day, or at a calendar month's or
    quarter's end.
    """
    tomorrow = day + dt.timedelta(days=1)
    if often == "daily":
        return True
    return tomorrow.day == 1 and (often == "monthly" or tomorrow.month in (1, 4, 7, 10))


def year_days(policy: LoanPolicy, day: dt.date) -> int:
    """The days a year's interest is spread over on a day: 366 in a leap year, unless policy says always 365."""
    if policy.value("year_length", day) == "365":
        return 365
    return (dt.date(day.year + 1, 1, 1) - dt.date(day.year, 1, 1)).days


def statement_days(policy: LoanPolicy, signed: dt.date, up_to: dt.date) -> tuple[dt.date, ...]:
    """The days statements are due: every so many months from signing, by the policy of that day."""
    days: list[dt.date] = []
    every = policy.whole("statement_every_months", signed)
    due = signed + relativedelta(months=every)
    while due <= up_to:
        days.append(due)
        due = signed + relativedelta(months=every * (len(days) + 1))
    return tuple(days)
