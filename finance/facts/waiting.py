"""Rows that decide money and wait for a second person. Pure: the SQL is in ``waiting_store``.

What such a row says is not believed until an officer has confirmed it who did not tell of it. Then it is recorded as
told by whoever told of it, through the same checks, on the day it was confirmed.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from finance.names import same_person
from finance.problems import Refusal

CONFIRMED, WITHDRAWN, OVERTAKEN = "confirmed", "withdrawn", "overtaken"


class NoSuchLoad(Refusal):
    """No row that waits has that number of a load, or that reference."""


class NeedsASecondPerson(Refusal):
    """Whoever told of a row does not confirm it."""


class NoReasonToWithdraw(Refusal):
    """A row that waits is withdrawn with why."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One row that waits, or waited. ``change``: the load it came with; ``content``: its columns, as they came.

    ``answer``: confirmed, withdrawn or overtaken; None: it waits. ``recorded``: the change that believes it.
    """

    nr: int
    change: int
    extract: str
    source: str
    source_row: int
    ref: str
    content: str
    why: str
    by: str
    moment: dt.datetime
    sha256: str | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: dt.datetime | None = None
    reason: str | None = None
    recorded: int | None = None

    @property
    def columns(self) -> dict[str, str]:
        """What the row says, by column."""
        found: dict[str, str] = json.loads(self.content)
        return found


@dataclass(frozen=True, slots=True)
class WaitingLoad:
    """The rows that wait of one load."""

    nr: int
    rows: tuple[WaitingRow, ...]

    @property
    def extracts(self) -> list[str]:
        return list(dict.fromkeys(each.extract for each in self.rows))

    @property
    def why(self) -> list[str]:
        return list(dict.fromkeys(each.why for each in self.rows))


def loads(rows: Iterable[WaitingRow]) -> list[WaitingLoad]:
    """Rows by the load they came with."""
    return [WaitingLoad(nr, tuple(mine)) for nr, mine in groupby(rows, key=lambda each: each.change)]


def as_content(row: Mapping[str, object]) -> str:
    """A row as it is kept: the columns that say something, always in one order."""
    said = {name: value for name, value in row.items() if value is not None}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def chosen(rows: Iterable[WaitingRow], load: int, refs: Sequence[str]) -> list[WaitingRow]:
    """The rows of a load that wait, all or those named. Raises NoSuchLoad."""
    mine = [each for each in rows if each.change == load and each.answer is None]
    if not mine:
        raise NoSuchLoad(f"Nothing of load {load} waits.", "List what waits: outturn waiting list")
    if not refs:
        return mine
    wanted = [ref.strip() for ref in refs]
    strange = [ref for ref in wanted if ref not in {each.ref for each in mine}]
    if strange:
        raise NoSuchLoad(f"{strange[0]} does not wait in load {load}.", f"Look at it: outturn waiting show {load}")
    return [each for each in mine if each.ref in wanted]


def check_second(rows: Iterable[WaitingRow], by: str) -> None:
    """Raise NeedsASecondPerson for whoever told of any of the rows."""
    own = next((each for each in rows if same_person(each.by, by)), None)
    if own is not None:
        raise NeedsASecondPerson(
            f"{by} told of {own.ref}, so may not confirm it.", "Ask another officer, whose role may confirm, to do so."
        )
