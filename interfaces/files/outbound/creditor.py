"""The creditor-payments file: one line for each payee a run pays, for the corporate finance system or the bank.

Comma-separated UTF-8, lines ended by carriage return and line feed, three kinds of line::

    H,interface,batch,run,pay date,created,count,total
    D,number,payee,supplier number,payee name,sort code,account,account name,roll number,amount,our reference,remittance
    T,count,total,hash total,sha256

The hash total is the sum of the account numbers, modulo 10 to the 10; the sha256 is of every byte before the trailer.
Dates are ``yyyymmdd``, amounts pounds and pence with a point. ``docs/files-out.md`` has an example.
"""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from finance.money import pounds
from finance.problems import Refusal
from interfaces.files.outbound.control import BrokenFile, Printed, read_pounds, sha256
from interfaces.files.outbound.printing import lines_of, pounds_column, words_for_machines

INTERFACE = "OUTTURN-AP"
KIND = "creditor payments"
_HASH = 10**10


class NotAPayment(Refusal):
    """A payment of nought, or below it, cannot be sent."""


@dataclass(frozen=True, slots=True)
class CreditorPayment:
    """One payee's payment, in pence. Bank details are empty where the payee is paid by its supplier number alone."""

    payee_ref: str
    supplier_number: str
    name: str
    sort_code: str
    account_number: str
    account_name: str
    roll_number: str
    amount: int
    our_reference: str
    remittance: str


@dataclass(frozen=True, slots=True)
class CreditorBatch:
    """A whole file's worth."""

    batch: str
    run: int
    pay_date: dt.date
    created: dt.datetime
    payments: tuple[CreditorPayment, ...]

    @property
    def total(self) -> int:
        return sum(payment.amount for payment in self.payments)

    @property
    def hash_total(self) -> int:
        return sum(_digits(payment.account_number) for payment in self.payments) % _HASH


_WORDS = ("payee_ref", "supplier_number", "name", "sort_code", "account_number", "account_name", "roll_number")


def write_creditor(batch: CreditorBatch, name: str) -> Printed:
    """The file's bytes. The same batch gives the same bytes.

    Raises NotAPayment for an amount of nought or less, ControlCharacter for a word no machine file may carry.
    """
    for payment in batch.payments:
        if payment.amount <= 0:
            raise NotAPayment(
                f"{name}: payee {payment.payee_ref} would be paid {pounds(payment.amount)}.",
                "Only amounts above nought are paid; the balance is carried forward or made a debt.",
            )
    count, total = len(batch.payments), pounds(batch.total)
    head = (
        f"H,{INTERFACE},{batch.batch},{batch.run},{batch.pay_date:%Y%m%d},{batch.created:%Y%m%d%H%M%S},{count},{total}"
    )
    body = f"{head}\r\n".encode() + _details(batch.payments)
    content = body + f"T,{count},{total},{batch.hash_total:010d},{sha256(body)}\r\n".encode()
    return Printed(KIND, name, content, count, batch.total, batch.total)


def _details(payments: Sequence[CreditorPayment]) -> bytes:
    if not payments:
        return b""
    words = {
        field: words_for_machines(pa.array([getattr(each, field) for each in payments], pa.string()), field)
        for field in (*_WORDS, "our_reference", "remittance")
    }
    amounts = pounds_column(np.array([each.amount for each in payments], np.int64))
    numbers = pa.array(range(1, len(payments) + 1), pa.int64()).cast(pa.string())
    cells = ["D", numbers, *(words[field] for field in _WORDS), amounts, words["our_reference"], words["remittance"]]
    return lines_of(cells).all()


def read_creditor(content: bytes, name: str = "creditor payments") -> CreditorBatch:
    """Read a file back, believing nothing: raises BrokenFile where its totals are not what its lines add up to."""
    rows, before_trailer = lines_read(content, name)
    if rows[0][:2] != ["H", INTERFACE] or len(rows[0]) != 8:
        raise BrokenFile(name, "it has no header.")
    _, _, batch, run, pay_date, created, count, total = rows[0]
    payments = []
    for number, row in enumerate(rows[1:-1], start=1):
        if len(row) != 12 or row[0] != "D" or row[1] != str(number):
            raise BrokenFile(name, f"payment {number} is not laid out as one.")
        payments.append(_payment(row, name))
    try:
        days = dt.datetime.strptime(pay_date, "%Y%m%d").date(), dt.datetime.strptime(created, "%Y%m%d%H%M%S")
        found = CreditorBatch(batch, int(run), *days, tuple(payments))
    except ValueError as error:
        raise BrokenFile(name, f"its header cannot be read: {error}.") from error
    figures = [str(len(payments)), pounds(found.total)]
    if [count, total] != figures:
        raise BrokenFile(name, f"its header says {count} payments of {total}; it has {figures[0]} of {figures[1]}.")
    if rows[-1] != ["T", *figures, f"{found.hash_total:010d}", sha256(before_trailer)]:
        raise BrokenFile(name, "its trailer does not agree with its lines.")
    return found


def _payment(row: list[str], name: str) -> CreditorPayment:
    words = dict(zip((*_WORDS, "amount", "our_reference", "remittance"), row[2:], strict=True))
    amount = read_pounds(words.pop("amount"), name)
    return CreditorPayment(**words, amount=amount)


def _digits(account_number: str) -> int:
    if account_number.isascii() and account_number.isdigit():
        return int(account_number)
    return int("0" + "".join(figure for figure in account_number if figure in "0123456789"))


def lines_read(content: bytes, name: str) -> tuple[list[list[str]], bytes]:
    """A file's rows of cells, header to trailer, and every byte before the trailer."""
    if not content.endswith(b"\r\n"):
        raise BrokenFile(name, "it is cut short.")
    before_trailer = content[: content.rfind(b"\r\n", 0, len(content) - 2) + 2]
    try:
        rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BrokenFile(name, f"it cannot be read: {error}.") from error
    if len(rows) < 2 or rows[-1][:1] != ["T"]:
        raise BrokenFile(name, "it has no trailer.")
    return rows, before_trailer
