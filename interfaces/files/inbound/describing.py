"""The layouts in words: a template for each extract, and the tables of ``docs/loading.md``.

``python -m interfaces.files.inbound.describing docs`` writes both afresh after a layout changes.
"""

import sys
from pathlib import Path

from interfaces.files.inbound.layouts.care import OWN, Extract, Field
from interfaces.files.inbound.writing import write_extract

_BEGIN, _END = "<!-- extracts begin -->", "<!-- extracts end -->"


def write_templates(folder: Path) -> None:
    """A CSV file for each extract: its header, and one made-up row that loads."""
    for extract in OWN:
        example = {field.name: field.example for field in extract.fields}
        write_extract(extract.name, [example], folder / f"{extract.name}.csv")


def described(extract: Extract) -> str:
    """One extract as a heading and a table."""
    rows = [f"| `{field.name}` | {field.meaning} | {_holds(field)} | {_needed(field)} |" for field in extract.fields]
    head = ["| Column | What it is | What it holds | Needed |", "|---|---|---|---|"]
    apart = f"\nRows for {extract.apart_says} may not overlap.\n" if extract.apart else ""
    heading = f"### {extract.name}.csv\n\n{extract.meaning} [Template](templates/{extract.name}.csv).\n"
    return "\n".join([heading, *head, *rows]) + "\n" + apart


def _holds(field: Field) -> str:
    if field.kind.words:
        return " · ".join(f"`{word}`" for word in field.kind.words)
    if field.links:
        return f"[{field.links}](#{field.links}csv)"
    return field.kind.says if field.kind.says != field.meaning else ""


def _needed(field: Field) -> str:
    if field.otherwise:
        return f"empty means {field.otherwise}"
    return ("yes" if field.required else "") + (", for good" if field.fixed else "")


def refreshed(page: str) -> str:
    """The page with its tables written afresh between their marks."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tables = "\n".join(described(extract) for extract in OWN)
    return f"{before}{_BEGIN}\n\n{tables}\n{_END}{after}"


def main(docs: Path) -> None:
    write_templates(docs / "templates")
    page = docs / "loading.md"
    page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
