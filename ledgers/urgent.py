"""Urgent runs: one payee, person, line or adjustment paid before the run of its calendar comes. Pure.

Such a run posts by the same keys as any other of its calendar, so that the run of the calendar, when it comes, finds it
posted and pays the difference. It must find it: of the two, whichever was worked out without the other is worked out
again, or given up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from finance.problems import Refusal
from ledgers.runs import Run, Status

LINE, PERSON, PAYEE, ADJUSTMENT = "line", "person", "payee", "adjustment"
PAID_URGENTLY = (LINE, PERSON, PAYEE, ADJUSTMENT)
"""What an urgent run may be for."""


class UrgentPaidSince(Refusal):
    """An urgent run has paid some of a run’s money since it was worked out, or is paying it."""


class RunCameFirst(Refusal):
    """The run of a calendar came before an urgent one was released: it pays the same days."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """What a run is for, where it is for no more: ``what`` it is (of PAID_URGENTLY), its number, and why it could not
    wait.
    """

    what: str
    nr: int
    why: str

    @classmethod
    def of(cls, run: Run) -> "Urgent | None":
        """None for the run of a calendar, which is for everybody."""
        if run.urgent_for is None or run.urgent_nr is None:
            return None
        return cls(run.urgent_for, run.urgent_nr, run.urgent_why or "")


def check_beside(run: Run, others: Sequence[Run]) -> None:
    """Raise where others of a run’s calendar have been released, or are being, that it does not count on. Of two, one
    is the calendar’s and the other urgent.
    """
    if not others:
        return
    other = others[0]
    if run.is_urgent:
        raise RunCameFirst(
            f"{other.heading} is {other.status} since {run.title} was drafted, and pays the same days.",
            "Abandon this one. If something is still not paid, draft another.",
        )
    afresh = (
        "Abandon it and draft another: it knows less than was paid by."
        if run.status is Status.DRAFT
        else "Work it out again (send it back first, if it has been handed over): it then pays the difference."
    )
    first = f"Release run {other.nr} to its end. " if other.status is Status.RELEASING else ""
    raise UrgentPaidSince(
        f"{other.heading} is {other.status} since {run.title} was worked out: some of its money is paid.",
        f"{first}{afresh}",
    )
