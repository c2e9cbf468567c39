"""A council's choices about chasing debt: how many days to each step, from which day, and what is too small to chase.

[reminders]
smallest_pence = 500
days_after_pause = 14

[[reminders.ladders]]              # another from a later day leaves reminders already sent as they are
from = 2026-04-01
days_after_due = [14, 28, 42, 77]  # reminder, second reminder, letter before action, referral
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from finance.choices import read_choices, some_of
from finance.days import spoken
from finance.problems import BadParameters, NoValueOnDay

REPLY_DAYS = 30  # Pre-Action Protocol for Debt Claims: nobody goes to court within 30 days of the letter of claim
PAYER_KINDS = ("client", "third party", "funder")


class LadderStep:
    """The steps of the ladder, in order. A bill on step 0 has had no reminder."""

    NONE, REMINDER, SECOND, LETTER_BEFORE_ACTION, REFERRAL = range(5)


STEP_NAMES = ("none", "reminder", "second reminder", "letter before action", "referral")
STEPS = len(STEP_NAMES) - 1


@dataclass(frozen=True, slots=True)
class Ladder:
    """Days after a bill was to be paid at which each step falls due, as it stands from a day."""

    starts: dt.date
    days_after_due: tuple[int, ...]

    def gap(self, step: int) -> int:
        """Days that must pass between the step before and this one."""
        return self.days_after_due[step - 1] - (self.days_after_due[step - 2] if step > 1 else 0)


_SHIPPED = Ladder(dt.date(2015, 4, 1), (14, 28, 42, 77))


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """The choices in force when reminders are sent.

    ``smallest_pence``: a payer who owes less than this past its day is not written to. ``days_after_pause``: days left
    alone after a dispute, plan or breathing space ends. ``days_after_death``: days an estate is left alone.
    ``plan_days_grace``: days an instalment may be late. ``chase``: which kinds of payer are written to.
    """

    ladders: tuple[Ladder, ...] = (_SHIPPED,)
    smallest_pence: int = 500
    days_after_pause: int = 14
    days_after_death: int = 60
    plan_days_grace: int = 7
    chase: tuple[str, ...] = ("client", "third party")

    def ladder(self, on: dt.date) -> Ladder:
        """The ladder that stands on a day. Raises NoValueOnDay before the first."""
        standing = [each for each in self.ladders if each.starts <= on]
        if not standing:
            raise NoValueOnDay(f"No reminder ladder stands on {spoken(on)}.", "Add one to [[reminders.ladders]].")
        return max(standing, key=lambda each: each.starts)

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "ReminderPolicy":
        """Read the ``[reminders]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        return read_choices(cls, table, where, {"ladders": _ladders, "chase": some_of(*PAYER_KINDS)})


def _ladders(value: object, where: str) -> tuple[Ladder, ...]:
    if not isinstance(value, list) or not value:
        raise BadParameters(f"{where} is “{value}”.", "Write each under [[reminders.ladders]].")
    made = tuple(_ladder(each, where) for each in value)
    if len({each.starts for each in made}) < len(made):
        raise BadParameters(f"{where}: two ladders begin on one day.", "Give each its own first day.")
    return made


def _ladder(value: object, where: str) -> Ladder:
    if not isinstance(value, dict) or set(value) != {"from", "days_after_due"}:
        raise BadParameters(f"{where}: a ladder needs from and days_after_due.", "Write both, and nothing else.")
    starts, days = value["from"], value["days_after_due"]
    if not isinstance(starts, dt.date) or isinstance(starts, dt.datetime):
        raise BadParameters(f"{where}: a ladder is from “{starts}”.", "Give a day, as 2026-04-01.")
    whole = isinstance(days, list) and all(isinstance(each, int) and not isinstance(each, bool) for each in days)
    if not whole or len(days) != STEPS or days[0] < 1 or any(a >= b for a, b in pairwise(days)):
        raise BadParameters(
            f"{where}: days_after_due is “{days}”.",
            f"Give {STEPS} whole numbers, each more than the one before: {', '.join(STEP_NAMES[1:])}.",
        )
    if days[3] - days[2] < REPLY_DAYS:
        raise BadParameters(
            f"{where}: a debt would be referred {days[3] - days[2]} days after the letter before action.",
            f"Leave at least {REPLY_DAYS}: the Pre-Action Protocol for Debt Claims gives people that long to reply.",
        )
    return Ladder(starts, tuple(days))
