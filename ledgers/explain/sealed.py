"""A subject's part of a run: its proposed lines, the steps behind them, and its entries in the ledger."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finance.facts.versions import Row
from ledgers.runs import Run

Key = tuple[int, str, int, int, dt.date]  # subject, kind, funder, party, first day of the period


@dataclass(frozen=True)
class Sealed:
    """What one run keeps of a subject: proposed lines, the steps behind them, and its reason if it was parked."""

    proposal: Sequence[Row] = ()
    steps: Sequence[Row] = ()
    parked: Row | None = None

    def __bool__(self) -> bool:
        return bool(self.proposal or self.steps or self.parked)


@dataclass(frozen=True)
class Posting:
    """One ledger entry, in pence. ``debit`` and ``credit``: the accounts' codes and names. ``released``: the event by
    which its run was, None where it is not yet.
    """

    run: int
    calendar: int
    subject: int
    kind: str
    funder: int
    party: int
    period_starts: dt.date
    period_ends: dt.date
    revision: int
    amount: int
    recorded: dt.datetime
    debit: str
    credit: str
    released: int | None = None

    def counted_by(self, run: Run) -> bool:
        """Whether a run took it as posted: it was there when the run was begun to be worked out. A run made before that
        was kept (step 0031) followed those of lower numbers.
        """
        if not run.worked_from:
            return self.run < run.nr
        return self.run != run.nr and self.released is not None and self.released <= run.worked_from

    @property
    def key(self) -> Key:
        return self.subject, self.kind, self.funder, self.party, self.period_starts


def key_of(line: Row) -> Key:
    """The key of a proposed line."""
    return line["subject"], line["kind"], line["funder"], line["party"], line["period_starts"]


def total(postings: Iterable[Posting]) -> dict[Key, int]:
    """Pence by key."""
    found: dict[Key, int] = {}
    for each in postings:
        found[each.key] = found.get(each.key, 0) + each.amount
    return found
