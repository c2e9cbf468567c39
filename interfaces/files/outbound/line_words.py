"""The words a remittance prints beside its figures: who, which service, how much was planned, and why an adjustment.

Words are made safe for spreadsheets once for each person, service or line, then handed out to the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.care_costs.absences import AWAY, TimeAway
from finance.care_costs.facts import KINDS
from finance.care_costs.news import WITHDRAWN, cause_words
from finance.care_words import PLANNED, planned_words, several, share_words
from finance.columns import Ints, encoded, ints
from finance.days import day, number, spoken
from interfaces.files.outbound.printing import words_for_people
from interfaces.files.outbound.run_lines import (
    ADJUSTMENT_SECTION,
    AWAY_SECTION,
    OF_ADJUSTMENT,
    OF_BLOCK,
    OF_LINE,
    Places,
    RunColumns,
    counts_of,
)
from payruns.absences import PaidAbsence

WHAT = {
    "care": "Care",
    "contribution": "Client’s contribution",
    "top-up": "Third-party top-up",
    "nursing": "NHS-funded nursing care",
    "nursing deducted": "NHS-funded nursing care, paid by the NHS",
    "block": "Block contract",
    "adjustment": "Adjustment",
}
_DAY_BITS, _CAUSE_BITS = 21, 20
assert WITHDRAWN < 1 << _CAUSE_BITS, "more causes than a note has room for"


@dataclass(frozen=True)
class FactNames:
    """Facts by number, as known to the run. Each table is in order of ``nr``."""

    payee: pa.Table
    person: pa.Table
    service: pa.Table
    service_line: pa.Table
    block: pa.Table
    adjustment: pa.Table


class LineWords:
    """The words of lines: made safe once for each person, service or line, then handed out by row."""

    def __init__(self, names: FactNames) -> None:
        self.names = names
        person = names.person
        self._person = _Words(person, ref=words_for_people(person["ref"]), initials=_initials(person["name"]))
        self._service = _Words(names.service, name=words_for_people(names.service["name"]))
        self._subject = {
            OF_LINE: _Words(
                names.service_line,
                ref=words_for_people(names.service_line["ref"]),
                planned=words_for_people(planned(names.service_line)),
            ),
            OF_BLOCK: _Words(names.block, ref=words_for_people(names.block["ref"])),
            OF_ADJUSTMENT: _Words(
                names.adjustment,
                ref=words_for_people(names.adjustment["ref"]),
                reason=words_for_people(names.adjustment["reason"]),
            ),
        }
        self._what = words_for_people(pa.array([WHAT[kind] for kind in KINDS]))

    def table(self, c: RunColumns, first: int, end: int) -> pa.Table:
        """The columns a remittance prints, for lines ``first`` up to ``end``."""
        rows = slice(first, end)
        kind = c.kind[rows]
        person, service = self._person.take(c.person[rows]), self._service.take(c.service[rows])
        subject = self._by_subject(counts_of(kind), c.subject[rows])
        empty = pa.scalar("")
        return pa.table(
            {
                "payee": c.payee[rows],
                "section": c.section[rows],
                "amount": c.amount[rows],
                "first": c.first[rows],
                "last": c.end[rows] - 1,
                "person": pc.coalesce(person["ref"], empty),
                "initials": pc.coalesce(person["initials"], empty),
                "service": pc.coalesce(service["name"], empty),
                "line": pc.coalesce(subject["ref"], empty),
                "planned": pc.coalesce(subject["planned"], empty),
                "what": self._what.take(pa.array(kind)),
                "note": _and_urgently(pc.coalesce(subject["reason"], _notes(c, rows)), c.urgent[rows]),
            }
        )

    def away(self, some: Sequence[PaidAbsence], payee: Ints) -> pa.Table:
        """The same columns of time away; ``payee``: the place of whoever each is told to."""
        numbers = np.asarray(
            [
                (each.away.line, each.person, each.service, number(each.away.starts), number(each.away.ends) - 1)
                for each in some
            ],
            dtype=np.int64,
        ).reshape(-1, 5)
        line, person, service, first, last = numbers.T
        subject = self._subject[OF_LINE].take(line)
        empty = pa.scalar("")
        return pa.table(
            {
                "payee": payee,
                "section": np.full(len(line), AWAY_SECTION, np.int64),
                "amount": np.zeros(len(line), np.int64),
                "first": first,
                "last": last,
                **{name: pc.coalesce(words, empty) for name, words in self._person_words(person).items()},
                "service": pc.coalesce(self._service.take(service)["name"], empty),
                "line": pc.coalesce(subject["ref"], empty),
                "planned": pc.coalesce(subject["planned"], empty),
                "what": words_for_people(pa.array([away_words(each.away) for each in some], pa.string())),
                "note": words_for_people(pa.array([_sentence(each.away.rule_words) for each in some], pa.string())),
            }
        )

    def _person_words(self, person: Ints) -> dict[str, pa.Array]:
        said = self._person.take(person)
        return {"person": said["ref"], "initials": said["initials"]}

    def _by_subject(self, counts: Ints, subject: Ints) -> dict[str, pa.Array]:
        nothing = pa.nulls(len(subject), pa.string())
        found = {"reason": nothing, **self._subject[OF_LINE].take(np.where(counts == OF_LINE, subject, -1))}
        for other in (OF_BLOCK, OF_ADJUSTMENT):
            if (counts == other).any():
                theirs = self._subject[other].take(np.where(counts == other, subject, -1))
                found |= {name: pc.coalesce(found[name], words) for name, words in theirs.items()}
        return found


def _notes(c: RunColumns, rows: slice) -> pa.Array:
    late = c.section[rows] == ADJUSTMENT_SECTION
    key = (((c.first[rows] << _DAY_BITS) | c.end[rows]) << 1 | c.again[rows]) << _CAUSE_BITS | c.cause[rows]
    different, place = np.unique(np.where(late, key, 0), return_inverse=True)
    return words_for_people(pa.array([_note(int(each)) for each in different], pa.string())).take(pa.array(place))


def _and_urgently(notes: pa.Array, urgent: Ints) -> pa.Array:
    """The same, and by which urgent run some of it was paid before."""
    if not urgent.any():
        return notes
    said = pa.array(
        [f"some of it was paid urgently by run {nr}" if nr else None for nr in urgent.tolist()], pa.string()
    )
    joined = pc.if_else(pc.equal(notes, ""), said, pc.binary_join_element_wise(notes, said, "; "))
    return pc.coalesce(joined, notes)


def _note(key: int) -> str:
    if not key:
        return ""
    days, cause = key >> (_CAUSE_BITS + 1), key & ((1 << _CAUSE_BITS) - 1)
    return note(days >> _DAY_BITS, days & ((1 << _DAY_BITS) - 1), bool(key >> _CAUSE_BITS & 1), cause)


def note(first: int, end: int, again: bool, cause: int) -> str:
    """Why a line is there that this run's own days do not explain. ``again``: those days were paid before."""
    head = "Adjustment for" if again else "Not paid before, for"
    why = cause_words(cause)
    return f"{head} {spoken(day(first))} to {spoken(day(end - 1))}" + (f": {why}" if why else "")


def away_words(one: TimeAway) -> str:
    """In hospital, 21 days: paid at 80%."""
    paid = f"paid at {share_words(one.share)}" if one.share else "not paid"
    return f"{_sentence(AWAY.get(one.reason, one.reason), '')}, {several(one.days, 'day')}: {paid}"


def _sentence(said: str, stop: str = ".") -> str:
    return said[:1].upper() + said[1:] + stop


def planned(lines: pa.Table) -> pa.Array:
    """How much was planned, in words: 10.5 hours a week, 2 visits Mon Wed Fri every 2 weeks."""
    place = np.zeros(lines.num_rows, np.int64)
    for name in PLANNED:
        column = np.asarray(encoded(lines, name).indices.to_numpy(zero_copy_only=False), np.int64)
        _, place = np.unique(place * (column.max(initial=0) + 1) + column, return_inverse=True)
    _, first = np.unique(place, return_index=True)
    words = [planned_words(*row.values()) for row in lines.select(PLANNED).take(pa.array(first)).to_pylist()]
    return pa.array(words, pa.string()).take(pa.array(place))


def _initials(names: pa.ChunkedArray) -> pa.Array:
    short = pc.replace_substring_regex(names.combine_chunks(), r"(\S)\S*\s*", r"\1 ")
    return words_for_people(pc.utf8_rtrim_whitespace(short))


class _Words:
    """Words of a table's rows by their number; none where there is no such row."""

    def __init__(self, table: pa.Table, **words: pa.Array) -> None:
        self._places = Places(ints(table, "nr"))
        self._words = words

    def take(self, numbers: Ints) -> dict[str, pa.Array]:
        place = self._places.of(numbers)
        rows = pa.array(place, mask=place < 0)
        return {name: words.take(rows) for name, words in self._words.items()}
