"""The terms of the cap by date: whether accounts are kept, the cap, daily living costs and how they are adjusted."""

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

from finance.money import Rounding
from finance.parameters import Parameters, load_parameters

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# One answer for the whole account, taken from its first value: a week or a penny that changed its rule part way
# would make the sum of the weeks depend on where they were cut.
FOR_THE_WHOLE_ACCOUNT = ("week_begins", "account_rounding")


@cache
def _shipped() -> Parameters:
    return load_parameters(Path(__file__).with_suffix(".toml"))


@dataclass(frozen=True, slots=True)
class Terms:
    """The figures and policy of the cap, as known by a day.

    ``cap_name`` is the figure that is this person's cap: regulations may set another by age, nought among them.
    Every question raises NoValueOnDay for a day without a value.
    """

    figures: Parameters = field(repr=False)
    cap_name: str = "cap"
    known_by: dt.date | None = None

    def metering(self, day: dt.date) -> bool:
        return self.figures["metering"].on(day, self.known_by).value is True

    def cap_pence(self, day: dt.date) -> int:
        return self.figures.pence(self.cap_name, day, self.known_by)

    def living_daily(self, day: dt.date) -> Fraction:
        """Daily living costs in a care home for one day, exact pence."""
        return Fraction(self.figures.pence("daily_living_costs", day, self.known_by), 7)

    def accrued_follows(self, day: dt.date) -> bool:
        """Whether a change of the cap on this day is the yearly adjustment, which accrued costs follow."""
        return self.figures["accrued_costs_follow_the_cap"].on(day, self.known_by).value is True

    def months(self, name: str, day: dt.date) -> int:
        value = self.figures[name].on(day, self.known_by).value
        assert isinstance(value, int), f"{name} is not a whole number of months"
        return value

    @property
    def week_begins(self) -> int:
        """Monday 0 to Sunday 6."""
        return WEEKDAYS.index(str(self._first("week_begins")))

    @property
    def rounding(self) -> Rounding:
        return Rounding(str(self._first("account_rounding")))

    def change_days(self) -> set[dt.date]:
        """Every day on which what counts may change."""
        names = ("metering", self.cap_name, "daily_living_costs", "accrued_costs_follow_the_cap")
        return {day for name in names for day in self.figures[name].change_days()}

    def _first(self, name: str) -> object:
        assert name in FOR_THE_WHOLE_ACCOUNT
        return self.figures[name].values[0].value


def terms(own: Parameters | None = None, *, cap_name: str = "cap", known_by: dt.date | None = None) -> Terms:
    """What ships, with a council's own entries in place of it."""
    return Terms(_shipped().merged(own or Parameters()), cap_name, known_by)
