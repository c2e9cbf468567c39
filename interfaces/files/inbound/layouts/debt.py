"""The layouts of mandates and of what pauses a debt, read by the same inbound door as every other extract.

Importing this module makes the door know them: they load after the bill payers they name. ``docs/debt.md`` and
``docs/direct-debits.md`` describe each column; ``python -m interfaces.files.inbound.layouts.debt docs`` writes the templates
and those tables afresh.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from billing.debt import tables as debt
from billing.debt.breathing_spaces import Kind as Breathing
from billing.debt.instalments import Every
from billing.direct_debits import tables as direct_debits
from billing.direct_debits.references import BadReference, read_reference
from interfaces.files.inbound.describing import described
from interfaces.files.inbound.door import checks
from interfaces.files.inbound.door.checks import Columns, mask
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.care import EXTRACTS, Extract, Field
from interfaces.files.inbound.layouts.charging import days, link, own, text, word
from interfaces.files.inbound.layouts.circumstances import YES_NO
from interfaces.files.inbound.layouts.receipts import ABOVE_NOUGHT, BILL
from interfaces.files.inbound.layouts.value_types import Kind, Unreadable, Value
from interfaces.files.inbound.readers.faults import Mask
from interfaces.files.inbound.readers.reading import Text
from interfaces.files.inbound.writing import write_extract

FACTS: dict[str, Table] = {**debt.FACTS, **direct_debits.FACTS}


@dataclass(frozen=True)
class DebtExtract(Extract):
    """An extract whose rows become mandates, disputes, plans or breathing spaces."""

    @property
    def table(self) -> Table:
        return FACTS[self.table_name]


def _reference(given: str, _: str) -> Value:
    try:
        return read_reference(given)
    except BadReference as error:
        raise Unreadable(error.what.removeprefix(f"“{given}” "), error.what_to_do) from error


REFERENCE = Kind("6 to 18 of A to Z, 0 to 9, space and & - . /", pa.string(), _reference)

_payer = link("payer_ref", "bill_payers", "bill_payer", "BP000123", fixed=True)


def _day(name: str, meaning: str, column: str, example: str, required: bool = True) -> Field:
    return Field(name, meaning, value_types.FIRST_DAY, example, column, required)


_ALL: tuple[Extract, ...] = (
    DebtExtract("mandates", "Instructions to pay by direct debit.", "mandate", "mandate", (
        Field("mandate_ref", "the reference the bank knows it by, never used before", REFERENCE, "CARE000123", "ref"),
        _payer,
        text("account_name", "the name on the account", "A EXAMPLE"),
        Field("sort_code", "sort code", value_types.SORT_CODE, "00-00-99", "sort_code"),
        Field("account_number", "account number", value_types.ACCOUNT_NUMBER, "12345678", "account_number"),
        _day("signed_date", "the day the payer gave it", "signed", "2026-04-06"),
        _day("lodged_date", "the day it was lodged with the bank or, taken over from another system, last used; empty: not "
             "yet", "lodged", "", required=False),
    )),
    DebtExtract("disputes", "Bills, or parts of them, that payers dispute.", "dispute", "dispute", (
        own("dispute_ref", "dispute", "DS000123"),
        _payer,
        Field("bill", "the bill", BILL, "B0000123", "bill", fixed=True),
        Field("amount", "what is disputed of it; empty: all of it", ABOVE_NOUGHT, "40.00", "amount", required=False),
        text("reason", "why", "No visits on 3 and 4 April"),
        text("entered_by", "who entered it", "income team"),
        *days("dispute"),
    )),
    DebtExtract("instalment_plans", "Agreements to pay what is left of some bills bit by bit.", "plan", "instalment_plan", (
        own("plan_ref", "plan", "IP000123"),
        _payer,
        _day("first_payment_date", "the day of the first instalment", "first_payment", "2026-05-15"),
        word("every", "how often", tuple(map(str, Every)), "monthly"),
        Field("amount", "one instalment; the last may be smaller", ABOVE_NOUGHT, "50.00", "amount"),
        Field("debt", "what was left of the bills covered when it was agreed, less what was disputed", ABOVE_NOUGHT, "170.00", "debt"),
        _day("bills_from_date", "it covers bills issued on this day or after", "bills_from", "2026-01-01"),
        Field("bills_to_date", "and up to and including this day", value_types.LAST_DAY, "2026-04-30", "bills_until"),
        Field("direct_debit", "instalments are collected by direct debit: yes or no", YES_NO, "no", "direct_debit", False),
        text("agreed_by", "who agreed it", "debt officer"),
        *days("agreement"),
    ), apart=("bill_payer",), apart_says="the same payer"),
    DebtExtract("breathing_spaces", "Moratoria under the Debt Respite Scheme.", "breathing space", "breathing_space", (
        own("space_ref", "breathing space", "BS000123"),
        _payer,
        word("kind", "which of the two", tuple(map(str, Breathing)), "standard"),
        text("notice", "the reference of the notice that told us", "BSN-0001"),
        _day("treatment_ended_date", "the last day of crisis treatment, once it has ended", "treatment_ended", "", False),
        Field("start_date", "its first day", value_types.FIRST_DAY, "2026-05-08", "starts"),
        Field("end_date", "its last day, where a notice cut it short; the rest is worked out", value_types.LAST_DAY, "", "ends",
              required=False),
    )),
)  # fmt: skip

DEBT: dict[str, Extract] = {extract.name: extract for extract in _ALL}
EXTRACTS.update(DEBT)
TEMPLATES = "templates/debt"
PAGES = {"direct-debits.md": ("mandates",), "debt.md": ("disputes", "instalment_plans", "breathing_spaces")}


def _plans(given: Text, values: Columns, live: Mask) -> None:
    before = mask(pc.less_equal(values["bills_to_date"], values["bills_from_date"])) & live
    given.faults.add(before, "bills_to_date", "is before bills from date.", "Correct the days of the bills covered.")
    many = mask(pc.greater(values["debt"], pc.multiply(values["amount"], _MOST))) & live
    given.faults.add(many, "amount", f"would take more than {_MOST} instalments.", "Agree a larger instalment.")


def _spaces(given: Text, values: Columns, live: Mask) -> None:
    standard = np.asarray([kind == Breathing.STANDARD for kind in values["kind"].to_pylist()], dtype=bool)
    wrong = standard & mask(values["treatment_ended_date"].is_valid()) & live
    given.faults.add(wrong, "treatment_ended_date", "is given for a standard breathing space.", "Leave it empty, or correct the kind.")
    early = mask(pc.less(values["treatment_ended_date"], values["start_date"])) & live
    given.faults.add(early, "treatment_ended_date", "is before the start date.", "Correct it against the notice.")


_MOST = 600  # instalments: fifty years of months is a mistake
checks._OWN.update({"instalment_plans": _plans, "breathing_spaces": _spaces})

_BEGIN, _END = "<!-- extracts begin -->", "<!-- extracts end -->"


def write_templates(folder: Path) -> list[Path]:
    """A CSV file for each layout: its header, and one made-up row that loads."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for extract in DEBT.values():
        made.append(folder / f"{extract.name}.csv")
        write_extract(extract.name, [{field.name: field.example for field in extract.fields}], made[-1])
    return made


def refreshed(page: str, names: tuple[str, ...]) -> str:
    """The page with its tables of columns written afresh between their marks."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tables = "\n".join(described(DEBT[name]) for name in names).replace("[bill_payers](#bill_payerscsv)", "bill_payers")
    tables = tables.replace("(templates/", f"({TEMPLATES}/")
    return f"{before}{_BEGIN}\n\n{tables}\n{_END}{after}"


def main(docs: Path) -> None:
    write_templates(docs / TEMPLATES)
    for name, extracts in PAGES.items():
        page = docs / name
        page.write_text(refreshed(page.read_text(encoding="utf-8"), extracts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
