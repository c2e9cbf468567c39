"""The layouts of receipts and of what secures a debt, read by the same inbound door as every other extract.

Refunds and write-offs come in as requests: whoever signs for them does so here, by name. ``docs/receipts.md`` describes
each column.
"""

from functools import partial

import pyarrow as pa

from billing.receipts.tables import FACTS, METHODS, SECURITIES
from billing.tables import number_of
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.fields import Extract, Field, by_name, days, link, own, text, word
from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.layouts.value_types import Unreadable, Value, ValueType

ReceiptsExtract = partial(Extract, facts=FACTS, right="enter accounts")


def _above_nought(given: str, beside: str) -> Value:
    value = value_types.PENCE.read(given, beside)
    if value == 0:
        raise Unreadable("is nought.", "Give the amount, or leave the row out.")
    return value


ABOVE_NOUGHT = ValueType(
    "pounds and pence above nought, 1234.56", pa.int64(), _above_nought, value_types.PENCE.write, sort=Sort.FIGURE
)


def read_bill_number(given: str) -> int:
    """The number of a bill as on paper: ``B0000123``. Raises Unreadable."""
    digits = given.strip().upper().removeprefix("B")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15 or not int(digits):
        raise Unreadable("is not a bill number.", "Write it as on the bill: B0000123.")
    return int(digits)


def _write_bill(value: Value, _: str) -> str:
    assert isinstance(value, int)
    return number_of(value)


BILL = ValueType(
    "a bill's number, B0000123", pa.int64(), lambda given, _: read_bill_number(given), _write_bill, sort=Sort.NAME
)

_amount = Field("amount", "the sum", ABOVE_NOUGHT, "150.00", "amount")
_payer = link("payer_ref", "bill_payers", "bill_payer", "BP000123")
_receipt = link("receipt_ref", "receipts", "receipt", "RC000123", fixed=True)


def _day(meaning: str) -> Field:
    return Field("date", meaning, value_types.FIRST_DAY, "2026-05-05", "on")


RECEIPTS = by_name(
    ReceiptsExtract(
        "receipts",
        "Money received from those who are billed.",
        "receipt",
        "receipt",
        (
            own("receipt_ref", "receipt", "RC000123"),
            link("payer_ref", "bill_payers", "bill_payer", "BP000123", required=False),
            _day("the day it was received"),
            _amount,
            word("method", "how it came", METHODS, "bank transfer"),
            text("payer_reference", "the reference text as on the bank line", "B0000123 EXAMPLE", required=False),
            text("entered_by", "who entered it", "cash office"),
        ),
    ),
    ReceiptsExtract(
        "receipt_identifications",
        "Whom a receipt is really from, found out later.",
        "identification",
        "receipt_identification",
        (
            own("identification_ref", "identification", "ID000123"),
            _receipt,
            _payer,
            text("reason", "how it was found out", "Telephoned the bank"),
            text("identified_by", "who found out", "income team"),
        ),
    ),
    ReceiptsExtract(
        "receipt_returns",
        "Receipts the bank took back whole.",
        "return",
        "receipt_return",
        (
            own("return_ref", "return", "RT000123"),
            _receipt,
            _day("the day the bank took it back"),
            text("reason", "why, in the bank's words", "Refer to payer"),
            text("entered_by", "who entered it", "cash office"),
        ),
    ),
    ReceiptsExtract(
        "allocations",
        "Which bill a receipt pays, where the payer has said so.",
        "allocation",
        "allocation",
        (
            own("allocation_ref", "allocation", "AL000123"),
            _receipt,
            Field("bill", "the bill it pays", BILL, "B0000123", "bill"),
            _amount,
            text("entered_by", "who entered it", "cash office"),
        ),
    ),
    ReceiptsExtract(
        "refunds",
        "Money to be given back. Waits for a second person to sign for it.",
        "refund",
        "refund",
        (
            own("refund_ref", "refund", "RF000123"),
            _payer,
            _day("the day it is given back"),
            _amount,
            Field(
                "interest",
                "interest the council pays with it; empty: none",
                ABOVE_NOUGHT,
                "",
                "interest",
                required=False,
            ),
            text("reason", "why", "Paid twice"),
            text("requested_by", "who asks", "income team"),
        ),
        right="enter sums",
    ),
    ReceiptsExtract(
        "write_offs",
        "Debt to be given up. Waits for a second person to sign for it.",
        "write-off",
        "write_off",
        (
            own("write_off_ref", "write-off", "WO000123"),
            _payer,
            Field("bill", "the bill it is given up on; empty: the oldest first", BILL, "", "bill", required=False),
            _day("the day it belongs to"),
            _amount,
            text("reason", "why", "Estate insolvent: letter of 2 May 2026"),
            text("requested_by", "who asks", "income team"),
        ),
        right="enter sums",
    ),
    ReceiptsExtract(
        "securities",
        "What secures a payer's debt.",
        "security",
        "security",
        (
            own("security_ref", "security", "SE000123"),
            _payer,
            word("kind", "what secures it", SECURITIES, SECURITIES[0]),
            *days("security"),
        ),
    ),
)
