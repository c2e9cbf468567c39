"""Who may sign for a run, how many must, and for how much. Pure: the verb is in ``jobs``, the SQL in ``store``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finance.columns import Ints
from finance.money import sterling
from finance.names import same_person
from finance.problems import Refusal
from ledgers.runs import Run, SignatureVoid


class OwnWork(Refusal):
    """Nobody approves their own work."""


class OverTheTier(Refusal):
    """The total is more than this role may sign for."""


class SignedAlready(Refusal):
    """Where two must sign for a run, they are two people."""


class NotEnoughSigned(Refusal):
    """Fewer have signed for the run than must."""


def is_own_work(run: Run, by: str) -> bool:
    """Whether ``by`` prepared a run or handed it over. The timetable prepares runs that an officer then submits."""
    return any(same_person(by, each) for each in (run.prepared_by, run.submitted_by) if each)


def to_sign_for(proposed: Ints, brought_forward: Ints) -> int:
    """The pence an approver's limit must cover, from what is proposed for each party and what each brings forward.

    What the run may pay out or bill: each party's sum above nought, with what they are still owed from before. Sums
    below nought do not make it less; they are what it takes back, and count where that is more.
    """
    due = proposed + np.maximum(brought_forward, 0)
    return max(int(due[due > 0].sum()), -int(due[due < 0].sum()))


def tier_for(to_cover: int, limits: Sequence[int]) -> int | None:
    """The tier a run is approved under: the smallest limit that covers so many pence. None: no limit does."""
    return min((limit for limit in limits if to_cover <= limit), default=None)


@dataclass(frozen=True, slots=True)
class Signer:
    """Whoever would approve a run: the officer as the list has them, and what their role may sign for (pence).

    ``alone``: what their role may sign for with nobody else (pence); None: whatever it may sign for. ``refused``: why
    they may not sign for anything. ``day_total``: what the run comes to with the others signed for that day, of its pay
    period or of one payee, whichever is more. ``entered``: what they entered themselves of what it pays.
    """

    name: str
    role: str
    limits: Sequence[int]
    alone: int | None
    refused: Refusal | None
    day_total: int
    entered: Sequence[str]

    @property
    def needed(self) -> int:
        """How many must sign for the run where this is one of them."""
        return 2 if self.alone is not None and self.day_total > self.alone else 1


def in_the_way(run: Run, signer: Signer, signed: Iterable[str]) -> list[Refusal]:
    """Why somebody may not approve a run, whatever its lines are: their own work, not an officer, over their limit, or
    one of those who have ``signed`` for it already.
    """
    found: list[Refusal] = []
    by, another = signer.name, "Ask another officer to approve it."
    if is_own_work(run, by):
        did = "prepared" if same_person(by, run.prepared_by) else "submitted"
        found.append(OwnWork(f"{by} {did} {run.title}, so may not approve it.", another))
    elif signer.entered:
        what = ", ".join(signer.entered)
        found.append(
            OwnWork(f"{by} entered what {run.title} pays ({what}), so may not be the one who approves it.", another)
        )
    if any(same_person(by, each) for each in signed):
        found.append(SignedAlready(f"{by} has signed for {run.title} already.", "A second approver signs next."))
    if signer.refused is not None:
        found.append(signer.refused)
        return found
    top = f"up to {sterling(max(signer.limits))}" if signer.limits else "nothing"
    higher = "Ask an officer with a higher limit."
    if tier_for(run.to_sign_for, signer.limits) is None:
        found.append(
            OverTheTier(
                f"{run.heading} is to be signed for {sterling(run.to_sign_for)}; as {signer.role}, {by} may sign for "
                f"{top}.",
                higher,
            )
        )
    elif tier_for(signer.day_total, signer.limits) is None:
        found.append(
            OverTheTier(
                f"With the other runs signed for today, {run.title} comes to {sterling(signer.day_total)} for its pay "
                f"period or for one payee; as {signer.role}, {by} may sign for {top} a day.",
                higher,
            )
        )
    return found


def check_alone(pence: int, alone: int | None, who: str, role: str) -> None:
    """Raise OverTheTier for what one officer alone would decide, above the sum their role signs for alone."""
    if alone is not None and pence > alone:
        raise OverTheTier(
            f"{sterling(pence)} is more than {who} may sign for alone: as {role}, up to {sterling(alone)}.",
            "Ask an officer whose role signs alone for as much.",
        )


def still_needed(approvals: Sequence[Any], first: int = 1) -> int:
    """How many have yet to sign, by what those who signed were asked for. ``first``: how many whoever signs first must
    be of, where nobody has.
    """
    needed: int = max([first, *(each.needed for each in approvals)])
    return needed - len(approvals)


def check_signed(run: Run, approvals: Sequence[Any]) -> None:
    """Raise SignatureVoid or NotEnoughSigned unless all who must have signed for exactly the lines of a run."""
    theirs = [each for each in approvals if each.signature == run.signature]
    if not theirs or len(theirs) < len(approvals):
        raise SignatureVoid(f"Nobody has signed for the lines of {run.title}.", "Have it approved.")
    if still_needed(theirs) > 0:
        raise NotEnoughSigned(f"{run.heading} needs a second approver.", "Send it back, and have both sign for it.")
