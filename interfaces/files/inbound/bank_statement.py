"""A bank statement as receipts: money in, matched to a payer by the bill or customer number in its reference, or to
nobody.

A number counts only when it stands alone in the reference, exactly as we know it; a name never does. Where the numbers
in one reference belong to two payers, the money is left unidentified: suspense is put right later, a wrong payer may
never be. A line already told of is passed over, whatever has been found out about it since.
"""

import csv
import datetime as dt
import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from billing.receipts import store
from billing.receipts.tables import receipt
from billing.tables import number_of
from finance.columns import Bulk
from finance.facts.store import told_by
from finance.money import pounds, sterling
from finance.problems import NotAnAmount, Problem, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.bank_signs import read_signed_pence, unsaid_marks
from interfaces.files.inbound.door.entering import enter
from interfaces.files.inbound.layouts.receipts import RECEIPTS
from interfaces.files.inbound.layouts.value_types import Unreadable, read_date
from interfaces.files.inbound.readers.opening import UnusableFile, read_text

HEADERS: dict[str, tuple[str, ...]] = {
    "date": ("date", "transaction date", "posting date", "value date"),
    "amount": ("amount", "credit", "credit amount", "paid in", "money in"),
    "reference": ("reference", "description", "transaction description", "details", "narrative"),
    "id": ("id", "transaction id", "bank reference"),
    "sign": ("cr/dr", "dr/cr", "credit/debit", "debit/credit", "credit or debit", "debit or credit", "c/d", "d/c"),
    "out": ("paid out", "money out", "debit", "debit amount", "withdrawal", "withdrawals"),
}
"""What banks head their columns, tried in order."""
_MAY_BE_MISSING = ("id", "sign", "out")
LEAST_DIGITS = 5  # a shorter customer number is too easily part of a date or an amount
_BILL = re.compile(r"B\d{7,15}")


class BadStatement(Refusal):
    """A bank statement that cannot be used. Nothing was recorded; ``problems`` lists every fault."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        first = " ".join(map(str, problems[:3]))
        more = f" and {len(problems) - 3:,} more" if len(problems) > 3 else ""
        super().__init__(f"{name} was not loaded. {first}{more}", "Correct it, or ask the bank for it again.")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money in. ``ref``: what we shall know it as; ``line``: of the file."""

    line: int
    ref: str
    on: dt.date
    pence: int
    reference: str


@dataclass(frozen=True, slots=True)
class BankLoaded:
    """What came of a statement. ``why``: for each line left unidentified although its reference held a number
    we know.
    """

    file: str
    received: int
    received_pence: int
    identified: int
    unidentified: int
    known_already: int
    money_out: int
    change: int | None
    why: tuple[Problem, ...] = ()


def load_bank_statement(
    database: Database, path: Path, *, by: str, at: dt.datetime, headers: Mapping[str, str] | None = None
) -> BankLoaded:
    """Record every line of money in that we have not been told of. Raises BadStatement, having recorded nothing."""
    lines, money_out = read_statement(path, headers)
    refs = [line.ref for line in lines]
    with database.read() as connection:
        told = store.receipts_by_ref(connection, refs)
        ever = store.refs_ever(connection, receipt, refs)
        moved = [
            line
            for line in lines
            if line.ref in told and (told[line.ref].on, told[line.ref].amount) != (line.on, line.pence)
        ]
        fresh = [line for line in lines if line.ref not in ever]
        bills = store.payers_by_bill(
            connection, [int(word[1:]) for line in fresh for word in _bill_words(line.reference)]
        )
        customers = store.payers_by_customer_number(connection)
        found = [_payers(line.reference, bills, customers) for line in fresh]
        names = store.names_of(connection, {payer for each in found for payer in each})
    if moved:
        raise BadStatement(
            path.name,
            [
                Problem(
                    f"{path.name} line {line.line}",
                    f"{line.ref} was told before as {sterling(told[line.ref].amount)} on "
                    f"{told[line.ref].on.isoformat()}.",
                    "A bank line never changes: check the id column.",
                )
                for line in moved
            ],
        )
    rows: list[dict[str, object]] = []
    why: list[Problem] = []
    for line, payers in zip(fresh, found, strict=True):
        known = [names[payer].ref for payer in sorted(payers) if payer in names]
        if len(payers) > 1:
            where = f"{path.name} line {line.line}"
            why.append(
                Problem(where, f"“{line.reference}” holds numbers of {len(payers)} payers.", "Identify it by hand.")
            )
        rows.append(
            {
                "receipt_ref": line.ref,
                "payer_ref": known[0] if len(known) == len(payers) == 1 else None,
                "date": line.on,
                "amount": pounds(line.pence),
                "method": "bank transfer",
                "payer_reference": line.reference,
                "entered_by": by,
            }
        )

    def still_fresh(bulk: Bulk) -> list[dict[str, object]]:
        """What nobody has read from the same statement meanwhile."""
        there = set(told_by(bulk, receipt, pa.array([line.ref for line in fresh]))["ref"].to_pylist())
        return [row for row in rows if row["receipt_ref"] not in there]

    change = None
    if rows:
        done = enter(database, RECEIPTS["receipts"].name, still_fresh, by=by, at=at, source=path.name)
        change, kept = done.change, set(done.refs)
        fresh, rows = [line for line in fresh if line.ref in kept], [row for row in rows if row["receipt_ref"] in kept]
    identified = sum(row["payer_ref"] is not None for row in rows)
    return BankLoaded(
        path.name,
        len(fresh),
        sum(line.pence for line in fresh),
        identified,
        len(fresh) - identified,
        len(lines) - len(fresh),
        money_out,
        change,
        tuple(why),
    )


# Whose it is ----------------------------------------------------------------------------------------------------------


def _words(reference: str) -> list[str]:
    """What stands alone in a reference: between spaces, commas and the like; hyphens and slashes are part of a
    number.
    """
    return [word.strip(".-/") for word in re.split(r"[\s,;:()*]+", reference.upper()) if word.strip(".-/")]


def _bill_words(reference: str) -> list[str]:
    words = [word for word in _words(reference) if _BILL.fullmatch(word)]
    return [word for word in words if number_of(int(word[1:])) == word]


def _payers(reference: str, bills: Mapping[int, int], customers: Mapping[str, Sequence[int]]) -> set[int]:
    """Everybody a number in the reference belongs to."""
    found = {bills[int(word[1:])] for word in _bill_words(reference) if int(word[1:]) in bills}
    for word in _words(reference):
        if sum(letter.isdigit() for letter in word) >= LEAST_DIGITS:
            found.update(customers.get(word, ()))
    return found


# The file -------------------------------------------------------------------------------------------------------------


def read_statement(path: Path, headers: Mapping[str, str] | None = None) -> tuple[list[BankLine], int]:
    """(lines of money in, how many were money out). ``headers``: what this bank heads a column, where we do not know
    it.

    Raises BadStatement with every fault.
    """
    rows = _rows(path)
    columns = _columns(path.name, rows[0][1] if rows else [], headers or {})
    problems: list[Problem] = []
    lines: list[BankLine] = []
    seen: Counter[tuple[dt.date, int, str]] = Counter()
    money_out = 0
    read: list[tuple[list[str], int]] = []
    for number, row in rows[1:]:
        where = f"{path.name} line {number}"
        value = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < len(rows[0][1]) or any(cell.strip() for cell in row[len(rows[0][1]) :]):
            problems.append(Problem(where, f"it has {len(row)} values where the header has {len(rows[0][1])}.", _AGAIN))
            continue
        on, pence = _day(where, value["date"], problems), _pence(where, value, problems)
        if on is None or pence is None:
            continue
        read.append((row, pence))
        if pence <= 0:
            money_out += 1
            continue
        reference = " ".join(value["reference"].split())
        seen[on, pence, reference] += 1
        ref = _ref(value.get("id", ""), on, pence, reference, seen[on, pence, reference])
        lines.append(BankLine(number, ref, on, pence, reference))
    twice = [ref for ref, times in Counter(line.ref for line in lines).items() if times > 1]
    problems += [
        Problem(
            f"{path.name} line {line.line}",
            f"the id {line.ref.removeprefix('BK-')} is on another line as well.",
            "Each bank line has an id of its own: check the id column.",
        )
        for line in lines
        if line.ref in twice
    ]
    header, known = rows[0][1], set(columns.values())
    problems += unsaid_marks(path.name, header, [row for row, _ in read], known, [pence for _, pence in read])
    if problems:
        raise BadStatement(path.name, problems)
    return lines, money_out


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Every row with the line it ends on."""
    try:
        reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except UnusableFile as error:
        where = f"{path.name} {error.where}".strip()
        raise BadStatement(path.name, [Problem(where, f"it {error.what}", _AGAIN)]) from error
    except csv.Error as error:
        what = "it has quotation marks that do not pair up, or a value longer than any can be."
        raise BadStatement(path.name, [Problem(f"{path.name} line {reader.line_num}", what, _AGAIN)]) from error
    lost = [
        Problem(f"{path.name} line {line}", "it holds a character that stands for no letter.", _AGAIN)
        for line, row in rows
        if any("\x00" in cell for cell in row)
    ]
    if lost:
        raise BadStatement(path.name, lost)
    return rows


_AGAIN = "Download it from the bank again as CSV."


def _columns(name: str, header: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """Where each column is. Raises BadStatement when one we need is missing or is there twice."""
    there = [" ".join(cell.casefold().split()) for cell in header]
    found: dict[str, int] = {}
    problems = []
    for column, known in HEADERS.items():
        wanted = [given[column].casefold()] if column in given else known
        match = next((each for each in wanted if each in there), None)
        if match is not None and there.count(match) == 1:
            found[column] = there.index(match)
        elif match is not None:
            problems.append(Problem(name, f"it has two columns headed “{match}”.", "Take one out."))
        elif column not in _MAY_BE_MISSING or column in given:
            problems.append(
                Problem(
                    name,
                    f"it has no column for the {column} ({', '.join(wanted)}).",
                    f"Say what it is headed: --column {column}=HEADING.",
                )
            )
    if problems:
        raise BadStatement(name, problems)
    return found


def _day(where: str, text: str, problems: list[Problem]) -> dt.date | None:
    try:
        return read_date(text)
    except Unreadable as error:
        problems.append(Problem(where, f"the date “{text}” {error.what}", error.what_to_do))
        return None


def _pence(where: str, value: Mapping[str, str], problems: list[Problem]) -> int | None:
    """Pence in; nought where the column of money in is empty, for then the line is money out."""
    try:
        return read_signed_pence(value)
    except NotAnAmount as error:
        problems.append(Problem(where, f"the amount {error.what}", error.what_to_do))
        return None


def _ref(given: str, on: dt.date, pence: int, reference: str, times: int) -> str:
    """What the line is known as: the bank's own id or, where it gives none, its day, what it says, and which of its
    like on that day it is.
    """
    if given:
        return f"BK-{given}"
    mark = hashlib.sha256(f"{pence}|{reference}".encode()).hexdigest()[:12]
    return f"BK-{on:%Y%m%d}-{mark}-{times}"
