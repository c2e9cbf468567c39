"""News since a run was worked out: facts it does not know of that touch what it pays or bills. Pure.

A run pays by the facts it knew. What was told since is in the next run; but whoever hands it over, signs or releases it
is told what has come, and for how much of its money, and a council’s policy says which kinds stop it.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finance.money import sterling
from finance.problems import Refusal
from ledgers.runs import Run
from ledgers.streams import Decider

DEATH, END, BANK, OTHER = "death", "end", "bank details", "other"
KINDS_OF_NEWS = (DEATH, END, BANK, OTHER)
"""What news may be, the gravest first; these are the words of ``stop_news`` in a council’s policy."""
_WORDS = {DEATH: "a death", END: "care that ends", BANK: "bank details"}


class NewsSinceWorkedOut(Refusal):
    """Something has been told since a run was worked out that its policy says must be looked at first."""


@dataclass(frozen=True, slots=True)
class FactSince:
    """One fact told, or taken back, since a run was worked out: what of its lines it is told by (``value``), and its
    day of death and last day as they are believed now and as the run knew them. None: no such day.
    """

    value: int
    died: dt.date | None = None
    died_then: dt.date | None = None
    ends: dt.date | None = None
    ends_then: dt.date | None = None

    def kind(self, decider: Decider) -> str:
        if decider.table == "bank_detail":
            return BANK
        if self.died != self.died_then and self.died is not None:
            return DEATH
        if decider.table in ("service_line", "package") and self.ends != self.ends_then and self.ends is not None:
            return END
        return OTHER


@dataclass(frozen=True, slots=True)
class NewsSince:
    """News of one kind: how many facts, and the lines they touch with what those come to (pence)."""

    kind: str
    words: str
    facts: int
    lines: int
    pence: int

    def __str__(self) -> str:
        lines = "1 line" if self.lines == 1 else f"{self.lines:,} lines"
        return f"{self.words} ({lines} of {sterling(self.pence)})"


def words_of(kind: str, decider: Decider) -> str:
    return _WORDS.get(kind, decider.words)


def stopping(run: Run, news: Iterable[NewsSince]) -> list[NewsSince]:
    """News that the policy of a run says must be looked at before it goes on."""
    stops = json.loads(run.policy).get("stop_news", ())
    return [each for each in news if each.kind in stops]


def check_since(run: Run, news: Sequence[NewsSince]) -> None:
    """Raise NewsSinceWorkedOut for news that the policy of a run says must be looked at first."""
    if found := stopping(run, news):
        raise NewsSinceWorkedOut(
            f"Since {run.title} was worked out we were told of {', '.join(map(str, found))}.",
            "Work it out again (send it back first, if it has been handed over): it then takes it into account.",
        )
