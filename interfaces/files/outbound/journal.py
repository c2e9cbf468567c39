"""The general-ledger journal file: what a run did to each account, for the corporate finance system.

Comma-separated UTF-8, lines ended by carriage return and line feed, three kinds of line::

    H,interface,batch,created,period,lines,debits,credits
    D,number,journal,period,entity,cost centre,subjective,analysis,dr|cr,amount,vat code,reference,narrative,date
    T,lines,debits,credits,sha256

A period is the financial year it starts in and its month, ``202602`` for May 2026; the header's is that of the pay
date. Amounts are above nought: what takes back is on the other side. Lines of one journal and period balance.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from finance.money import pounds
from interfaces.files.outbound.control import BrokenFile, Printed, read_pounds, sha256
from interfaces.files.outbound.creditor import lines_read
from interfaces.files.outbound.printing import lines_of, pounds_column, words_for_machines

INTERFACE = "OUTTURN-GL"
KIND, DEBT_KIND = "journal", "debt journal"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: an account debited or credited, in pence above nought."""

    journal: str
    period: int
    entity: str
    cost_centre: str
    subjective: str
    analysis: str
    side: Literal["dr", "cr"]
    amount: int
    reference: str
    narrative: str
    date: dt.date
    vat_code: str = ""

    @property
    def net(self) -> int:
        return self.amount if self.side == "dr" else -self.amount


@dataclass(frozen=True, slots=True)
class JournalBatch:
    """A whole file's worth."""

    batch: str
    created: dt.datetime
    period: int
    lines: tuple[JournalLine, ...]

    @property
    def debits(self) -> int:
        return sum(line.amount for line in self.lines if line.side == "dr")

    @property
    def credits(self) -> int:
        return sum(line.amount for line in self.lines if line.side == "cr")

    def by_account(self) -> dict[tuple[str, str, str, str], int]:
        """Each account's net debit over the whole file, in pence."""
        found: dict[tuple[str, str, str, str], int] = {}
        for line in self.lines:
            code = (line.entity, line.cost_centre, line.subjective, line.analysis)
            found[code] = found.get(code, 0) + line.net
        return found


_CODE = ("entity", "cost_centre", "subjective", "analysis")
_WORDS = ("journal", *_CODE, "side", "vat_code", "reference", "narrative")


def write_journal(batch: JournalBatch, name: str, kind: str = KIND, party: int = 0) -> Printed:
    """The file's bytes; the same batch gives the same bytes. An unbalanced, negative or nought line asserts."""
    fault = _fault(batch.lines)
    assert fault is None, fault
    figures = f"{len(batch.lines)},{pounds(batch.debits)},{pounds(batch.credits)}"
    body = f"H,{INTERFACE},{batch.batch},{batch.created:%Y%m%d%H%M%S},{batch.period},{figures}\r\n".encode()
    body += _details(batch.lines)
    content = body + f"T,{figures},{sha256(body)}\r\n".encode()
    return Printed(kind, name, content, len(batch.lines), batch.debits, batch.credits, party)


def _details(lines: tuple[JournalLine, ...]) -> bytes:
    if not lines:
        return b""
    words = {
        field: words_for_machines(pa.array([getattr(each, field) for each in lines], pa.string()), field)
        for field in _WORDS
    }
    numbers = pa.array(range(1, len(lines) + 1), pa.int64()).cast(pa.string())
    periods = pa.array([each.period for each in lines], pa.int64()).cast(pa.string())
    amounts = pounds_column(np.array([each.amount for each in lines], np.int64))
    dates = pa.array([f"{each.date:%Y%m%d}" for each in lines], pa.string())
    return lines_of(
        [
            "D",
            numbers,
            words["journal"],
            periods,
            *(words[part] for part in _CODE),
            words["side"],
            amounts,
            words["vat_code"],
            words["reference"],
            words["narrative"],
            dates,
        ]
    ).all()


def _fault(lines: Iterable[JournalLine]) -> str | None:
    sums: dict[tuple[str, int], int] = {}
    for number, line in enumerate(lines, start=1):
        if line.amount <= 0:
            return f"line {number} is of {pounds(line.amount)}; every line is above nought."
        sums[line.journal, line.period] = sums.get((line.journal, line.period), 0) + line.net
    for (journal, period), net in sums.items():
        if net:
            return f"journal “{journal}” of period {period} is out of balance by {pounds(net)}."
    return None


def read_journal(content: bytes, name: str = "journal") -> JournalBatch:
    """Read a file back, believing nothing: raises BrokenFile where its totals are not what its lines add up to."""
    rows, before_trailer = lines_read(content, name)
    if rows[0][:2] != ["H", INTERFACE] or len(rows[0]) != 8:
        raise BrokenFile(name, "it has no header.")
    lines = []
    for number, row in enumerate(rows[1:-1], start=1):
        if len(row) != 14 or row[0] != "D" or row[1] != str(number) or row[8] not in ("dr", "cr"):
            raise BrokenFile(name, f"line {number} is not laid out as one.")
        lines.append(_line(row, name))
    _, _, batch, created, period, *said = rows[0]
    try:
        found = JournalBatch(batch, dt.datetime.strptime(created, "%Y%m%d%H%M%S"), int(period), tuple(lines))
    except ValueError as error:
        raise BrokenFile(name, f"its header cannot be read: {error}.") from error
    fault = _fault(found.lines)
    if fault:
        raise BrokenFile(name, fault)
    figures = [str(len(lines)), pounds(found.debits), pounds(found.credits)]
    if said != figures:
        raise BrokenFile(name, f"its header says {', '.join(said)}; its lines make {', '.join(figures)}.")
    if rows[-1] != ["T", *figures, sha256(before_trailer)]:
        raise BrokenFile(name, "its trailer does not agree with its lines.")
    return found


def _line(row: list[str], name: str) -> JournalLine:
    try:
        period, date = int(row[3]), dt.datetime.strptime(row[13], "%Y%m%d").date()
    except ValueError as error:
        raise BrokenFile(name, f"line {row[1]} cannot be read: {error}.") from error
    side: Literal["dr", "cr"] = "dr" if row[8] == "dr" else "cr"
    code = dict(zip(_CODE, row[4:8], strict=True))
    return JournalLine(
        journal=row[2],
        period=period,
        **code,
        side=side,
        amount=read_pounds(row[9], name),
        reference=row[11],
        narrative=row[12],
        date=date,
        vat_code=row[10],
    )
