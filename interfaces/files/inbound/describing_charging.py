"""The layouts of facts about charging in words: a template for each, and the tables of ``docs/charges.md``.

``python -m interfaces.files.inbound.describing_charging docs`` writes both afresh after a layout changes.
"""

import sys
from pathlib import Path

from interfaces.files.inbound.describing import described
from interfaces.files.inbound.layouts.care import OWN
from interfaces.files.inbound.layouts.charging import CHARGING
from interfaces.files.inbound.writing import write_extract

_BEGIN, _END = "<!-- extracts begin -->", "<!-- extracts end -->"


def write_templates(folder: Path) -> None:
    """A CSV file for each extract: its header, and one made-up row."""
    folder.mkdir(parents=True, exist_ok=True)
    for extract in CHARGING.values():
        example = {field.name: field.example for field in extract.fields}
        write_extract(extract.name, [example], folder / f"{extract.name}.csv")


def refreshed(page: str) -> str:
    """The page with its tables of columns written afresh between their marks."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tables = "\n".join(described(extract) for extract in CHARGING.values()).replace("(templates/", "(templates/charges/")
    for extract in OWN:
        tables = tables.replace(f"(#{extract.name}csv)", f"(loading.md#{extract.name}csv)")
    return f"{before}{_BEGIN}\n\n{tables}\n{_END}{after}"


def main(docs: Path) -> None:
    write_templates(docs / "templates" / "charges")
    page = docs / "charges.md"
    page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
