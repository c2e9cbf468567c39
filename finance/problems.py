"""Trouble has three kinds: bad data is a Problem, a refused action is a Refusal, a broken belief asserts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in somebody's data, for the person who can put it right.

    ``where`` names the place ("people.csv line 118, column date_of_birth"), ``what`` the fault,
    ``what_to_do`` the remedy. Problems are collected and shown together; they never stop anybody else's money.
    """

    where: str
    what: str
    what_to_do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.what_to_do}"


class Refusal(Exception):
    """An action that may not happen. It leaves everything as it was and says what to do instead."""

    def __init__(self, what: str, what_to_do: str) -> None:
        super().__init__(f"{what} {what_to_do}")
        self.what = what
        self.what_to_do = what_to_do


class NoSuchPerson(Refusal):
    """Nobody is known under this reference, or the person has died."""


class NotAnAmount(Refusal):
    """Text that cannot be read as money, exactly."""


class NoValueOnDay(Refusal):
    """A dated value was asked for on a day it does not cover. It is never taken as nought."""


class BadParameters(Refusal):
    """A file of dated values contradicts itself: a gap, an overlap, a missing source."""


class Clash(Refusal):
    """Somebody else did something at the same time and was first. Nothing of the loser's is kept."""


class Busy(Clash):
    """Somebody else has held what is needed for as long as a verb waits."""


class Guarded(Refusal):
    """The database itself holds a rule, and what was asked goes against it."""
