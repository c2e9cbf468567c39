"""The layouts in words: a template for each extract, and the tables of columns in the pages that describe them.

``python -m interfaces.files.inbound.describing docs`` writes all of it afresh after a layout changes; a test fails when
it is out of date.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from interfaces.files.inbound.describing_circumstances import PAGES as OF_CIRCUMSTANCES
from interfaces.files.inbound.layouts.care import CARE
from interfaces.files.inbound.layouts.care_accounts import CARE_ACCOUNTS
from interfaces.files.inbound.layouts.charging import CHARGING
from interfaces.files.inbound.layouts.debt import DEBT
from interfaces.files.inbound.layouts.deferred_payments import DEFERRED
from interfaces.files.inbound.layouts.fields import CANCELLED, TERMS_FROM, Extract, Field
from interfaces.files.inbound.writing import write_extract

_BEGIN, _END = "<!-- extracts begin -->", "<!-- extracts end -->"


@dataclass(frozen=True)
class Page:
    """A page of ``docs`` with the tables of some extracts in it. ``templates``: the folder below ``docs`` for their
    templates.

    ``elsewhere``: the page that describes an extract which these name and this page does not; "" for no link to it.
    """

    name: str
    templates: str
    extracts: Mapping[str, Extract]
    elsewhere: Mapping[str, str]


_OF_LOADING = dict.fromkeys(CARE, "loading.md")
_PEOPLE, _PAYERS = {"people": ""}, {"bill_payers": ""}

PAGES = (
    Page("loading.md", "templates", CARE, {}),
    Page("charges.md", "templates/charges", CHARGING, _OF_LOADING),
    Page("direct-debits.md", "templates/debt", {"mandates": DEBT["mandates"]}, _PAYERS),
    Page("debt.md", "templates/debt", {name: each for name, each in DEBT.items() if name != "mandates"}, _PAYERS),
    Page("deferred-payments.md", "templates/deferred", DEFERRED, _PEOPLE | _PAYERS),
    Page("care-account.md", "templates/care_accounts", CARE_ACCOUNTS, _PEOPLE),
)


def write_templates(extracts: Mapping[str, Extract], folder: Path, endings: Iterable[str] = ("csv",)) -> list[Path]:
    """A file for each extract: its header, and one made-up row that loads."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for extract in extracts.values():
        example = {field.name: field.example for field in extract.fields}
        for ending in endings:
            made.append(folder / f"{extract.name}.{ending}")
            write_extract(extract.name, [example], made[-1])
    return made


def refreshed(page: Page, text: str) -> str:
    """The text of a page with its tables written afresh between their marks."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tables = "\n".join(described(extract) for extract in page.extracts.values())
    tables = tables.replace("(templates/", f"({page.templates}/")
    for name, where in page.elsewhere.items():
        link = f"[{name}]({where}#{name}csv)" if where else name
        tables = tables.replace(f"[{name}](#{name}csv)", link)
    return f"{before}{_BEGIN}\n\n{tables}\n{_END}{after}"


def described(extract: Extract) -> str:
    """One extract as a heading and a table."""
    own = [field for field in extract.of_the_row if field is not CANCELLED]
    rows = [
        f"| `{field.name}` | {field.meaning} | {_holds(field)} | {_needed(field)} |"
        for field in (*extract.fields, *own)
    ]
    head = ["| Column | What it is | What it holds | Needed |", "|---|---|---|---|"]
    apart = f"\nRows for {extract.apart_says} may not overlap.\n" if extract.apart else ""
    right = f"Told of by roles that may `{extract.right}`."
    heading = f"### {extract.name}.csv\n\n{extract.meaning} {right} [Template](templates/{extract.name}.csv).\n"
    return "\n".join([heading, *head, *rows]) + "\n" + apart


def _holds(field: Field) -> str:
    if field.kind.words:
        return " · ".join(f"`{word}`" for word in field.kind.words)
    if field.links:
        return f"[{field.links}](#{field.links}csv)"
    return field.kind.says if field.kind.says != field.meaning else ""


def _needed(field: Field) -> str:
    if field is TERMS_FROM:
        return "the column may be left out"
    if field.otherwise:
        return f"empty means {field.otherwise}"
    return ("yes" if field.required else "") + (", for good" if field.fixed else "")


def main(docs: Path) -> None:
    for page in PAGES:
        write_templates(page.extracts, docs / page.templates)
        file = docs / page.name
        file.write_text(refreshed(page, file.read_text(encoding="utf-8")), encoding="utf-8")
    for name, text in OF_CIRCUMSTANCES.items():
        (docs / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
