"""One day of care: what counts towards the cap, what daily living costs take off, and what may still be charged."""

from dataclasses import dataclass
from fractions import Fraction

NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day, exact pence. ``council`` and ``otherwise`` count towards the cap; ``charge`` is what the council takes.

    ``asked`` is what the council would have charged but for the cap; ``living`` the daily living costs within it, which
    never count and are charged for ever.
    """

    asked: Fraction
    living: Fraction
    council: Fraction
    otherwise: Fraction

    @property
    def counted(self) -> Fraction:
        return self.council + self.otherwise

    @property
    def charge(self) -> Fraction:
        """Up to the cap, all that was asked; once it is reached, daily living costs in a home and nothing elsewhere."""
        return self.living + self.council


def count_day(
    *,
    home_council: Fraction = NONE,
    home_otherwise: Fraction = NONE,
    away_council: Fraction = NONE,
    away_otherwise: Fraction = NONE,
    living: Fraction = NONE,
    room: Fraction | None = None,
) -> CountedDay:
    """Care Act s.15(2) and (6): care in a home less daily living costs (once a day), care elsewhere in full.

    ``room`` is what is left below the cap as the day begins; on the day it runs out only that much counts and is
    charged, the council's own charge first. None means no limit.
    """
    living_council = min(home_council, living)
    living_otherwise = min(home_otherwise, living - living_council)
    council = home_council - living_council + away_council
    otherwise = home_otherwise - living_otherwise + away_otherwise
    if room is not None:
        council = min(council, max(room, NONE))
        otherwise = min(otherwise, max(room, NONE) - council)
    return CountedDay(home_council + away_council, living_council, council, otherwise)


def days_to_reach(room: Fraction, counted_daily: Fraction) -> int | None:
    """How many days at this rate bring the total to the cap (the last of them is the day it is reached).

    Nought when it is reached already; None when nothing counts.
    """
    if room <= 0:
        return 0
    return -(-room // counted_daily) if counted_daily else None
