"""One fact put right by hand: its row as it stands, in the words of its extract, with some columns otherwise; recorded
through the checks every file goes through, as the correction of exactly what was seen.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from finance.facts.bank_details import hidden, hidden_sort_code
from finance.facts.names_store import newest
from finance.facts.versions import Row, believed
from finance.facts.versions_store import Reading, find
from finance.problems import Problem, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import Allowance
from interfaces.files.inbound.door.entering import NextRef, NothingToCorrect, enter
from interfaces.files.inbound.door.rest_of_folder import day_of
from interfaces.files.inbound.layouts.fields import TERMS_FROM, Extract
from interfaces.files.inbound.layouts.register import EXTRACTS, dependents

ALWAYS = "always"
_HIDDEN = {"sort_code": hidden_sort_code, "account_number": hidden, "roll_number": hidden}


class WhichFact(Refusal):
    """A reference that facts of several extracts have, or a column that none of them has."""


class NotFromADay(Refusal):
    """What hangs on a fact would be left behind, if another took its place from a day on."""


@dataclass(frozen=True, slots=True)
class RowPutRight:
    """A row as it stands and as it will be, column by column, in the words of the extract.

    ``rows``: what is handed to the door. ``learned``: the version that was seen.
    """

    extract: str
    noun: str
    ref: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    rows: Sequence[Mapping[str, object]]
    learned: int

    @property
    def moved(self) -> list[tuple[str, str, str]]:
        """Each column that will be otherwise: before and after, account numbers hidden."""
        names = [name for name in self.after if self.after[name] != self.before.get(name, "")]
        return [
            (name, self._shown(name, self.before.get(name, "")), self._shown(name, self.after[name])) for name in names
        ]

    def _shown(self, name: str, value: str) -> str:
        return _HIDDEN[name](value) if name in _HIDDEN and value else value


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of it: the change (None where it said nothing new), the references, and what to look at.

    ``load``: under what number it waits for a second person, where it does.
    """

    change: int | None
    refs: Sequence[str]
    notes: Sequence[Problem]
    load: int | None = None


def correction(
    connection: Connection, ref: str, said: Mapping[str, str], *, extract: str | None = None, since: str | None = None
) -> RowPutRight:
    """What it would be to correct the fact of a reference: ``said``, column to value. ``since``: the day from which it
    holds, or always. Raises NothingToCorrect, WhichFact or NotFromADay.
    """
    layout, row = _which(connection, ref.strip(), said, extract)
    by_terms = TERMS_FROM in layout.of_the_row
    before = _as_row(connection, layout, row, since if by_terms else None)
    after = {**before, **said}
    rows: list[Mapping[str, object]] = [after]
    if since is not None and by_terms:
        after[TERMS_FROM.name] = since
    elif since is not None:
        rows = _from_a_day(layout, before, after, since)
    return RowPutRight(layout.name, layout.noun, row["ref"], before, after, rows, int(row["learned"]))


def correct(
    database: Database, made: RowPutRight, *, reason: str, by: str, at: dt.datetime, allowance: Allowance
) -> Corrected:
    """Record a correction. Raises FactsRefused, or ChangedMeanwhile where somebody has changed it since it was seen."""
    done = enter(
        database,
        made.extract,
        made.rows,
        by=by,
        at=at,
        source=f"correction by hand ({reason})",
        correct={made.ref},
        seen={made.ref: made.learned},
        allowance=allowance,
        on=day_of(at),
    )
    return Corrected(done.change, done.refs, done.notes, done.load)


def _which(connection: Connection, ref: str, said: Mapping[str, str], name: str | None) -> tuple[Extract, Row]:
    """The extract and fact that are meant: of those with this reference, the one that has every column."""
    if name is not None and name not in EXTRACTS:
        raise WhichFact(f"There is no extract called {name}.", f"The extracts are {', '.join(EXTRACTS)}.")
    having = {}
    for each in EXTRACTS.values():
        row = find(connection, each.table, ref) if name in (None, each.name) else None
        if row is not None and row["superseded"] is None:
            having[each.name] = (each, row)
    if not having:
        raise NothingToCorrect(f"Nothing is known as {ref}.", "Look for it: outturn find.")
    fit = [(each, row) for each, row in having.values() if set(said) <= set(each.by_name) - {each.ref.name}]
    if not fit:
        each = next(iter(having.values()))[0]
        strange = sorted(set(said) - set(each.by_name) | set(said) & {each.ref.name})[0]
        known = ", ".join(field.name for field in each.fields[1:])
        raise WhichFact(
            f"{ref} is a {each.noun}, and “{strange}” of one cannot be corrected.", f"Its columns: {known}."
        )
    if len(fit) > 1:
        names = [each.name for each, _ in fit]
        raise WhichFact(f"{ref} is in {' and '.join(names)}.", f"Say which is meant: --extract {names[0]}.")
    return fit[0]


def _as_row(connection: Connection, layout: Extract, row: Row, since: str | None) -> dict[str, str]:
    """A fact as its extract would send it. Of terms that hold from a day: those of the day, or the newest."""
    kept = _kept(layout, {**row, **_terms(connection, layout, row, since)})
    made: dict[str, str] = {}
    for field in layout.fields:
        value = kept[field.column]
        if value is None:
            made[field.name] = ""
        elif field.links:
            table = EXTRACTS[field.links].table
            made[field.name] = str(newest(connection, table, [value])[value].ref)
        else:
            made[field.name] = field.kind.write(value, str(kept.get(field.kind.beside) or ""))
    return made


def _kept(layout: Extract, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The columns of a table by the columns of its extract, where they are not the same."""
    if layout.name != "funding_shares":
        return row
    percent = row["basis"] == "percent"
    return {**row, "percent": row["amount"] if percent else None, "weekly": None if percent else row["amount"]}


def _terms(connection: Connection, layout: Extract, row: Row, since: str | None) -> Mapping[str, Any]:
    if layout.later is None or since == ALWAYS:
        return {}
    later = layout.later.c
    query = believed(layout.later, None) & (later[layout.noun] == row["nr"])
    if since is not None:
        query &= later.starts <= _day(since)
    found = Reading(connection).where(layout.later, query)
    last = max(found, key=lambda each: each["starts"], default=None)
    return {name: last[name] for name in layout.dated} if last else {}


def _day(text: str) -> dt.date:
    day = TERMS_FROM.kind.read(text, "")
    assert isinstance(day, dt.date)
    return day


def _from_a_day(
    layout: Extract, before: dict[str, str], after: dict[str, str], since: str
) -> list[Mapping[str, object]]:
    """What stands, ended the day before; and another that holds from the day, under the next reference."""
    if {"start_date", "end_date"} - set(layout.by_name):
        raise NotFromADay(f"A {layout.noun} has no days of its own.", "Correct it without --from.")
    leaning = [other.name.replace("_", " ") for other, _ in dependents(layout)]
    if leaning:
        hangs = f"{', '.join(leaning)} that hang on it would be left behind."
        what_to_do = "End it with end_date=, and send a new one with what hangs on it."
        raise NotFromADay(f"A {layout.noun} cannot be another from a day on: {hangs}", what_to_do)
    first = _day(since)
    ended = {**before, "end_date": (first - dt.timedelta(days=1)).isoformat()}
    ref = layout.ref.name
    after["start_date"] = first.isoformat()
    return [ended, {**after, ref: NextRef(f"{before[ref]}-", None)}]
