"""The layouts of facts about care accounts, read by the same inbound door as every other extract.

Importing this module makes the door know them: they load after the people they name. ``docs/care-account.md`` describes
each column; ``python -m interfaces.files.inbound.layouts.care_accounts docs`` writes its tables and the templates afresh.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Table

from billing.care_accounts.facts import DIRECTIONS
from billing.care_accounts.tables import FACTS
from interfaces.files.inbound.describing import described
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.care import EXTRACTS, Extract, Field
from interfaces.files.inbound.layouts.charging import NO_YES, days, link, own, pence, text
from interfaces.files.inbound.layouts.value_types import Kind, Unreadable, Value
from interfaces.files.inbound.writing import write_extract


@dataclass(frozen=True)
class CareAccountExtract(Extract):
    """An extract whose rows become facts about care accounts."""

    @property
    def table(self) -> Table:
        return FACTS[self.table_name]


def _direction(given: str, accrued: str) -> Value:
    said = given.strip().casefold()
    if said not in DIRECTIONS:
        raise Unreadable("is neither in nor out.", "Write in for a total that came to us, out for one that goes.")
    if said == "in" and not accrued:
        raise Unreadable("has no accrued amount beside it.", "Ask the other council for the costs accrued and its cap.")
    return said


DIRECTION = Kind("in: another council's total comes to us; out: ours goes to it", pa.string(), _direction,
                 beside="accrued_amount")  # fmt: skip

_person = link("person_ref", "people", "person", "P000123", fixed=True)

_ALL: tuple[Extract, ...] = (
    CareAccountExtract("care_account_transfers", "Totals of care accounts that move between councils.", "transfer",
                       "care_account_transfer", (
        own("transfer_ref", "transfer", "CAT000123-1"),
        _person,
        Field("direction", "which way the total goes", DIRECTION, "in", "direction"),
        text("council", "the other council", "Example Borough Council", required=True),
        pence("accrued_amount", "costs accrued before the day; empty when the total goes out", "accrued", "12345.67",
              required=False),
        pence("cap", "the cap it was measured by; empty when the total goes out", "cap", "86000.00", required=False),
        Field("first_day", "first day of the new council's responsibility", value_types.FIRST_DAY, "2028-10-02", "starts"),
    )),
    CareAccountExtract("independent_budgets", "What the council would have paid towards needs somebody else meets.",
                       "independent budget", "independent_budget", (
        own("budget_ref", "independent budget", "IPB000123-1"),
        _person,
        pence("weekly_amount", "what the council would have paid a week", "weekly", "612.50"),
        Field("required_from", "the day the assessment had to be made; nothing counts before it", value_types.FIRST_DAY,
              "2028-10-02", "required"),
        Field("in_a_care_home", "yes where daily living costs come off", NO_YES, "yes", "living_costs", required=False),
        *days("budget"),
    ), apart=("person",), apart_says="the same person"),
)  # fmt: skip

CARE_ACCOUNTS: dict[str, Extract] = {extract.name: extract for extract in _ALL}
EXTRACTS.update(CARE_ACCOUNTS)

_BEGIN, _END = "<!-- extracts begin -->", "<!-- extracts end -->"


def write_templates(folder: Path) -> list[Path]:
    """A CSV file for each layout: its header, and one made-up row that loads."""
    made = []
    for extract in CARE_ACCOUNTS.values():
        made.append(folder / f"{extract.name}.csv")
        write_extract(extract.name, [{field.name: field.example for field in extract.fields}], made[-1])
    return made


def refreshed(page: str) -> str:
    """The page with its tables of columns written afresh between their marks."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tables = "\n".join(described(extract) for extract in CARE_ACCOUNTS.values())
    tables = tables.replace("(templates/", "(templates/care_accounts/").replace("[people](#peoplecsv)", "people")
    return f"{before}{_BEGIN}\n\n{tables}\n{_END}{after}"


def main(docs: Path) -> None:
    write_templates(docs / "templates" / "care_accounts")
    page = docs / "care-account.md"
    page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
