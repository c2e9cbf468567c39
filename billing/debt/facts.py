"""What the ladder and the direct debits are worked out from: columns, a row a bill, a dispute, a breathing space.

All are int64; days are day numbers; amounts pence. ``finance.days.FOR_EVER`` is "no end".
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from billing.debt.instalments import Plan
from finance.columns import Ints


@dataclass(frozen=True)
class Owing:
    """Bills with something left of them. ``bill`` numbers are different from each other.

    ``cared_from``: first day of the care billed. ``collecting``: pence already being collected by direct debit;
    ``collect_on``: the first day of that, FOR_EVER where there is none (None: nobody asked).
    """

    bill: Ints
    payer: Ints
    issued: Ints
    due: Ints
    cared_from: Ints
    amount: Ints
    left: Ints
    collecting: Ints
    collect_on: Ints | None = None

    def __len__(self) -> int:
        return len(self.bill)

    @cached_property
    def owed_since(self) -> Ints:
        """The day from which a bill was owed: when it was issued, or when the care began, where that was earlier."""
        return np.minimum(self.issued, self.cared_from)


@dataclass(frozen=True, slots=True)
class Disputes:
    """Disputes. ``amount`` -1 is the whole of the bill."""

    bill: Ints
    amount: Ints
    starts: Ints
    ends: Ints


def _none() -> Ints:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Credits:
    """What credit notes have taken off bills, and the day each was issued."""

    bill: Ints = field(default_factory=_none)
    on: Ints = field(default_factory=_none)
    pence: Ints = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class Spaces:
    """Breathing spaces, their ends worked out (``breathing_spaces.end_of``)."""

    payer: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True, slots=True)
class Reached:
    """Steps already taken: the bill, the step (from 1) and the day."""

    bill: Ints
    step: Ints
    on: Ints


@dataclass(frozen=True, slots=True)
class DebtPayers:
    """Payers by number, in order. ``died``: the day of death, or FOR_EVER. ``chased``: of a kind that is written to."""

    payer: Ints
    died: Ints
    chased: Ints


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a round of reminders is worked out from."""

    owing: Owing
    disputes: Disputes
    spaces: Spaces
    plans: tuple[Plan, ...]
    reached: Reached
    payers: DebtPayers
    credits: Credits = field(default_factory=Credits)


def pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Every pair of places (in ``left``, in ``right``) that hold the same key, in order of the right."""
    order = np.argsort(left, kind="stable")
    ranked = left[order]
    first = np.searchsorted(ranked, right, side="left")
    count = np.searchsorted(ranked, right, side="right") - first
    mine = np.repeat(np.arange(len(right), dtype=np.int64), count)
    offset = np.arange(len(mine), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(order[np.repeat(first, count) + offset], dtype=np.int64), mine
