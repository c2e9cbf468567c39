"""Remittances: what each payee is paid and why, one CSV file a payee, printed for a whole run at once.

A file has a heading, the lines, and how they come to the amount paid. Every figure can be checked by adding up::

    care + taken off + adjustments + brought forward = paid + moved to debtors + carried forward

Below the lines stands every absence, with its days and the share paid on them: its money is in the lines above.

Columns are printed once for all payees and each file is a slice of them, so a run of a million lines costs little
more than printing its rows. Reading a file back checks that it foots.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Ints, ints
from finance.money import pounds
from interfaces.files.outbound.control import BrokenFile, read_pounds
from interfaces.files.outbound.printing import (
    PrintedLines,
    days_column,
    lines_of,
    pounds_column,
    unguarded,
    words_for_people,
)

KIND, WORKBOOK_KIND = "remittance csv", "remittance xlsx"
SECTIONS = ("Care", "Taken off", "Adjustment", AWAY := "Away")
COLUMNS = (
    "Section",
    "Person",
    "Initials",
    "Service",
    "Line",
    "Planned",
    "For",
    "First day",
    "Last day",
    "Amount",
    "Note",
)
WORDS = ("person", "initials", "service", "line", "planned", "what", "note")
_FOOT = ("Care", "Taken off", "Adjustments", "Brought forward", "Moved to debtors", "Carried forward")
_MARK = "\ufeff"  # tells a spreadsheet the file is UTF-8


@dataclass(frozen=True, slots=True)
class Heading:
    """What every remittance of a run says about it."""

    council: str
    run: int
    run_name: str
    pay_date: dt.date


@dataclass(frozen=True)
class Payees:
    """The payees of a run, a row each: words for people already made safe (see printing), money in pence."""

    ref: pa.Array
    name: pa.Array
    supplier_number: pa.Array
    brought_forward: Ints
    moved: Ints
    paid: Ints


def print_remittances(heading: Heading, payees: Payees, lines: pa.Table) -> Iterator[tuple[bytes, int, int]]:
    """Each payee's file in turn: its bytes, how many lines, and their sum in pence.

    ``lines`` are in order of ``payee`` (the payee's place in ``payees``), with ``section`` (a place in SECTIONS),
    ``first`` and ``last`` days, ``amount`` in pence, and WORDS, already made safe for people.
    """
    count = len(payees.ref)
    payee, section, amount = ints(lines, "payee"), ints(lines, "section"), ints(lines, "amount")
    sums = np.zeros((count, len(SECTIONS)), np.int64)
    np.add.at(sums, (payee, section), amount)
    edges = np.searchsorted(payee, np.arange(count + 1))
    body = _body(lines, section, amount)
    heads, feet = _heads(heading, payees), _feet(payees, sums)
    totals = sums.sum(axis=1).tolist()
    places = edges.tolist()
    for place in range(count):
        first, end = places[place], places[place + 1]
        yield heads[place] + body.between(first, end) + feet[place], end - first, totals[place]


def _body(lines: pa.Table, section: Ints, amount: Ints) -> PrintedLines:
    words = {name: lines[name].combine_chunks() for name in WORDS}
    cells = [
        pa.array(SECTIONS).take(pa.array(section)),
        words["person"],
        words["initials"],
        words["service"],
        words["line"],
        words["planned"],
        words["what"],
        days_column(ints(lines, "first")),
        days_column(ints(lines, "last")),
        pc.if_else(pa.array(section == SECTIONS.index(AWAY)), "", pounds_column(amount)),
        words["note"],
    ]
    return lines_of(cells)


def _heads(heading: Heading, payees: Payees) -> list[bytes]:
    council, run_name = words_for_people(pa.array([heading.council, heading.run_name]))
    return _joined(
        f"{_MARK}Remittance advice\r\nCouncil,{council}\r\nPayee,",
        payees.ref,
        ",",
        payees.name,
        "\r\nSupplier number,",
        payees.supplier_number,
        f"\r\nRun,{heading.run},{run_name}\r\nPay date,{heading.pay_date:%d/%m/%Y}\r\nAmount paid,",
        pounds_column(payees.paid),
        "\r\n\r\n" + ",".join(COLUMNS) + "\r\n",
    )


def _feet(payees: Payees, sums: Ints) -> list[bytes]:
    carried = carried_forward(payees, sums.sum(axis=1))
    figures = (sums[:, 0], sums[:, 1], sums[:, 2], payees.brought_forward, payees.moved, carried)
    pieces: list[pa.Array | str] = ["\r\n"]
    for name, pence in zip(_FOOT, figures, strict=True):
        pieces += [f"{name},", pounds_column(pence), "\r\n"]
    return _joined(*pieces)


def carried_forward(payees: Payees, due: Ints) -> Ints:
    """What each payee is still owed (below nought: owes) after the run, in pence."""
    return np.asarray(payees.brought_forward + due - payees.paid - payees.moved, dtype=np.int64)


def _joined(*pieces: pa.Array | str) -> list[bytes]:
    joined = pc.binary_join_element_wise(*pieces, "")
    return [each.encode() for each in joined.to_pylist()]


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One line as the payee reads it; the amount in pence. Of time away it is nought: its money is in other lines."""

    section: str
    person: str
    initials: str
    service: str
    line: str
    planned: str
    what: str
    first: dt.date
    last: dt.date
    amount: int
    note: str


@dataclass(frozen=True, slots=True)
class Remittance:
    """One payee's remittance, read back and found to foot. Money in pence."""

    heading: Heading
    payee_ref: str
    payee_name: str
    supplier_number: str
    lines: tuple[RemittanceLine, ...]
    care: int
    taken_off: int
    adjustments: int
    brought_forward: int
    moved: int
    paid: int
    carried_forward: int


def figures(content: bytes, name: str = "remittance") -> tuple[int, int, int]:
    """What a remittance says is due (care, taken off and adjustments), paid and carried forward, in pence.

    Quicker than reading all its lines; raises BrokenFile where its figures do not come to the amount paid.
    """
    try:
        paid = read_pounds(content.split(b"Amount paid,", 1)[1].split(b"\r\n", 1)[0].decode(), name)
        foot = [line.split(b",") for line in content.rsplit(b"\r\n", len(_FOOT) + 1)[1:-1]]
        named = {label.decode(): read_pounds(amount.decode(), name) for label, amount in foot}
        care, taken_off, adjustments, brought, moved, carried = (named[label] for label in _FOOT)
    except (IndexError, KeyError, ValueError) as error:
        raise BrokenFile(name, "it is not laid out as a remittance is.") from error
    due = care + taken_off + adjustments
    if due + brought != paid + moved + carried:
        raise BrokenFile(name, "its figures do not come to the amount paid.")
    return due, paid, carried


def read_remittance(content: bytes, name: str = "remittance") -> Remittance:
    """Read a remittance back. Raises BrokenFile where it is not laid out as one or does not add up to the penny."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode().removeprefix(_MARK), newline=""), strict=True))
        return _read(rows, name)
    except (UnicodeDecodeError, csv.Error, ValueError, IndexError) as error:
        raise BrokenFile(name, f"it cannot be read: {error}.") from error


def _read(rows: list[list[str]], name: str) -> Remittance:
    labels = [row[0] if row else "" for row in rows[:8]]
    if labels != ["Remittance advice", "Council", "Payee", "Supplier number", "Run", "Pay date", "Amount paid", ""]:
        raise BrokenFile(name, "it does not begin as a remittance does.")
    if tuple(rows[8]) != COLUMNS or [row[0] for row in rows[-6:]] != list(_FOOT) or rows[-7]:
        raise BrokenFile(name, "it is not laid out as a remittance is.")
    heading = Heading(unguarded(rows[1][1]), int(rows[4][1]), unguarded(rows[4][2]), _day(rows[5][1]))
    lines = tuple(_line(row, name) for row in rows[9:-7])
    care, taken_off, adjustments, brought, moved, carried = (read_pounds(row[1], name) for row in rows[-6:])
    paid = read_pounds(rows[6][1], name)
    for section, said in zip(SECTIONS, (care, taken_off, adjustments, 0), strict=True):
        made = sum(line.amount for line in lines if line.section == section)
        if made != said:
            raise BrokenFile(name, f"“{section}” says {pounds(said)} and its lines make {pounds(made)}.")
    if care + taken_off + adjustments + brought != paid + moved + carried:
        raise BrokenFile(name, "its figures do not come to the amount paid.")
    return Remittance(
        heading,
        unguarded(rows[2][1]),
        unguarded(rows[2][2]),
        unguarded(rows[3][1]),
        lines,
        care,
        taken_off,
        adjustments,
        brought,
        moved,
        paid,
        carried,
    )


def _line(row: list[str], name: str) -> RemittanceLine:
    if len(row) != len(COLUMNS) or row[0] not in SECTIONS:
        raise BrokenFile(name, f"the line “{','.join(row)}” is not laid out as one.")
    person, initials, service, line, planned, what = map(unguarded, row[1:7])
    days = _day(row[7]), _day(row[8])
    if row[0] == AWAY and row[9]:
        raise BrokenFile(name, f"time away has no amount of its own, and “{row[9]}” is given for it.")
    amount = 0 if row[0] == AWAY else read_pounds(row[9], name)
    return RemittanceLine(row[0], person, initials, service, line, planned, what, *days, amount, unguarded(row[10]))


@lru_cache(4_096)  # a remittance has many lines and few days
def _day(cell: str) -> dt.date:
    return dt.datetime.strptime(cell, "%d/%m/%Y").date()
