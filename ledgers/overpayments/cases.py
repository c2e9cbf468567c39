"""A case of overpayment as the ledger has it: what was owed, what each run took back since, what is left. Pure.

Nothing is kept of a recovery but its entries: each run says what a payee brought forward, was due, was paid and carries
on. So nothing is recovered twice, and nobody need say that it was.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from finance.money import sterling
from finance.problems import Refusal


class NoSuchOverpayment(Refusal):
    """No case has that number."""


class OverpaymentEnded(Refusal):
    """The payee owes nothing any more."""


class NoLimitNamed(Refusal):
    """How much is taken off a run was said in two ways, or cannot be."""


@dataclass(frozen=True, slots=True)
class OwingStep:
    """A run’s part in a case, in pence: what was owed before it, what it was due (below nought: taken back, and owed
    besides), what it paid, what was moved to debtors since, and what is owed after it."""

    run: int
    pay_date: dt.date
    owed_before: int
    due: int
    paid: int
    to_debtors: int
    owed_after: int

    @property
    def taken_off(self) -> int:
        """What the run recovered by paying less than was due."""
        return max(self.due - self.paid, 0)


@dataclass(frozen=True, slots=True)
class OverpaymentAct:
    """A decision about a case: an owner, or the most a run takes off."""

    what: str
    owner: str | None
    most_pence: int | None
    most_percent: int | None
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Overpayment:
    """One case. ``pence``: owed when it was opened; ``steps``: the run that opened it and those after, to its end."""

    nr: int
    calendar: int
    calendar_name: str
    party: int
    run: int
    pay_date: dt.date
    pence: int
    opened_at: dt.datetime
    steps: Sequence[OwingStep]
    acts: Sequence[OverpaymentAct]

    @property
    def owing(self) -> int:
        return self.steps[-1].owed_after if self.steps else self.pence

    @property
    def added(self) -> int:
        """What later runs took back besides."""
        return sum(max(-each.due, 0) for each in self.steps[1:])

    @property
    def taken_off(self) -> int:
        return sum(each.taken_off for each in self.steps[1:])

    @property
    def to_debtors(self) -> int:
        return sum(each.to_debtors for each in self.steps)

    @property
    def owner(self) -> str | None:
        return next((each.owner for each in reversed(self.acts) if each.what == "owner"), None)

    @property
    def recovery(self) -> OverpaymentAct | None:
        """How it is recovered; None: nobody has said, and all that is due is set against it."""
        return next((each for each in reversed(self.acts) if each.what == "recovery"), None)

    def days(self, on: dt.date) -> int:
        """How long it has been owed."""
        return (on - self.pay_date).days


def steps_of(rows: Sequence[tuple[int, dt.date, int, int, int, int]]) -> list[OwingStep]:
    """The runs of a calendar from the one that opened a case, up to the one after which nothing is owed.

    ``rows``: run, pay date, brought forward, posted, paid and carried forward of the payee, in order of run.
    """
    steps: list[OwingStep] = []
    for run, pay_date, brought, posted, paid, carried in rows:
        moved = carried - (brought + posted - paid)
        steps.append(OwingStep(run, pay_date, max(-brought, 0), posted, paid, moved, max(-carried, 0)))
        if carried >= 0:
            break
    return steps


def in_words(act: OverpaymentAct | None) -> str:
    """How a case is recovered."""
    if act is None or (act.most_pence is None and act.most_percent is None):
        return "all that is due is set against it"
    if act.most_pence == 0 or act.most_percent == 0:
        return "nothing is taken off: it is to be invoiced"
    return f"at most {sterling(act.most_pence)} a run" if act.most_pence else f"{act.most_percent}% of what is due"
