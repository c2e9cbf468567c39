"""The layouts of mandates and of what pauses a debt, read by the same inbound door as every other extract.

They load after the bill payers they name. ``docs/debt.md`` and ``docs/direct-debits.md`` describe each column.
"""

from functools import partial

import pyarrow as pa
from sqlalchemy import Table

from billing.debt import tables as debt
from billing.debt.breathing_spaces import BreathingSpaceKind as Breathing
from billing.debt.instalments import Every
from billing.direct_debits import tables as direct_debits
from billing.direct_debits.references import BadReference, read_reference
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.fields import Extract, Field, by_name, days, link, own, text, word
from interfaces.files.inbound.layouts.receipts import ABOVE_NOUGHT, BILL
from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.layouts.value_types import NO_IF_EMPTY, Unreadable, Value, ValueType

FACTS: dict[str, Table] = {**debt.FACTS, **direct_debits.FACTS}

DebtExtract = partial(Extract, facts=FACTS, right="enter accounts")


def _reference(given: str, _: str) -> Value:
    try:
        return read_reference(given)
    except BadReference as error:
        raise Unreadable(error.what.removeprefix(f"“{given}” "), error.what_to_do) from error


REFERENCE = ValueType("6 to 18 of A to Z, 0 to 9, space and & - . /", pa.string(), _reference, sort=Sort.NAME)

_payer = link("payer_ref", "bill_payers", "bill_payer", "BP000123", fixed=True)


def _day(name: str, meaning: str, column: str, example: str, required: bool = True) -> Field:
    return Field(name, meaning, value_types.FIRST_DAY, example, column, required)


DEBT = by_name(
    DebtExtract(
        "mandates",
        "Instructions to pay by direct debit.",
        "mandate",
        "mandate",
        (
            Field(
                "mandate_ref", "the reference the bank knows it by, never used before", REFERENCE, "CARE000123", "ref"
            ),
            _payer,
            text("account_name", "the name on the account", "A EXAMPLE"),
            Field("sort_code", "sort code", value_types.SORT_CODE, "00-00-99", "sort_code"),
            Field("account_number", "account number", value_types.ACCOUNT_NUMBER, "12345678", "account_number"),
            _day("signed_date", "the day the payer gave it", "signed", "2026-04-06"),
            _day(
                "lodged_date",
                "the day it was lodged with the bank or, taken over from another system, last used; empty: not yet",
                "lodged",
                "",
                required=False,
            ),
        ),
    ),
    DebtExtract(
        "disputes",
        "Bills, or parts of them, that payers dispute.",
        "dispute",
        "dispute",
        (
            own("dispute_ref", "dispute", "DS000123"),
            _payer,
            Field("bill", "the bill", BILL, "B0000123", "bill", fixed=True),
            Field(
                "amount", "what is disputed of it; empty: all of it", ABOVE_NOUGHT, "40.00", "amount", required=False
            ),
            text("reason", "why", "No visits on 3 and 4 April"),
            text("entered_by", "who entered it", "income team"),
            *days("dispute"),
        ),
    ),
    DebtExtract(
        "instalment_plans",
        "Agreements to pay what is left of some bills bit by bit.",
        "plan",
        "instalment_plan",
        (
            own("plan_ref", "plan", "IP000123"),
            _payer,
            _day("first_payment_date", "the day of the first instalment", "first_payment", "2026-05-15"),
            word("every", "how often", tuple(map(str, Every)), "monthly"),
            Field("amount", "one instalment; the last may be smaller", ABOVE_NOUGHT, "50.00", "amount"),
            Field(
                "debt",
                "what was left of the bills covered when it was agreed, less what was disputed",
                ABOVE_NOUGHT,
                "170.00",
                "debt",
            ),
            _day("bills_from_date", "it covers bills issued on this day or after", "bills_from", "2026-01-01"),
            Field(
                "bills_to_date", "and up to and including this day", value_types.LAST_DAY, "2026-04-30", "bills_until"
            ),
            Field(
                "direct_debit",
                "instalments are collected by direct debit: yes or no",
                NO_IF_EMPTY,
                "no",
                "direct_debit",
                False,
            ),
            text("agreed_by", "who agreed it", "debt officer"),
            *days("agreement"),
        ),
        apart=("bill_payer",),
        apart_says="the same payer",
    ),
    DebtExtract(
        "breathing_spaces",
        "Moratoria under the Debt Respite Scheme.",
        "breathing space",
        "breathing_space",
        (
            own("space_ref", "breathing space", "BS000123"),
            _payer,
            word("kind", "which of the two", tuple(map(str, Breathing)), "standard"),
            text("notice", "the reference of the notice that told us", "BSN-0001"),
            _day(
                "treatment_ended_date",
                "the last day of crisis treatment, once it has ended",
                "treatment_ended",
                "",
                False,
            ),
            Field("start_date", "its first day", value_types.FIRST_DAY, "2026-05-08", "starts"),
            Field(
                "end_date",
                "its last day, where a notice cut it short; the rest is worked out",
                value_types.LAST_DAY,
                "",
                "ends",
                required=False,
            ),
        ),
    ),
)
