"""Two documents written from the product's own lists, so that they cannot fall behind: the kinds, and the layouts.

``describing`` writes them; a test keeps the documents and the lists the same.
"""

from collections.abc import Iterator

from finance.assessment import Frequency, Ground, HomeDisregard, OverrideOf, statutory_figures
from finance.assessment.kinds import KindTable, MeansKind, assets, expenses, incomes
from interfaces.files.inbound.layouts.circumstances import CIRCUMSTANCES, rate_names

WHERE = {"home": "at home", "permanent": "permanent resident", "temporary": "temporary resident"}


def kinds_page() -> str:
    """Every kind of income, asset and expense with its treatment, and every other word a file may hold."""
    return "\n".join(
        [
            "# Kinds an assessment knows",
            "",
            (
                "This page is written from the rules' own tables. A kind that is not here is refused by name: nobody "
                "has "
                "said how"
            ),
            "to treat it. Either its name or its label may be given in a file.",
            "",
            *_kinds("Income", incomes()),
            *_kinds("Savings and property", assets()),
            *_kinds("Expenses", expenses()),
            "## Benefit rates an income may follow",
            "",
            "An income that follows a rate needs no amount: each April it takes the new figure by itself.",
            "",
            "| Rate | What it is |",
            "|---|---|",
            *(f"| `{name}` | {statutory_figures()[name].label} |" for name in rate_names()),
            "",
            "## How often",
            "",
            "A month counts as 12/52 of a week's worth, a quarter 4/52 and a year 1/52, exactly.",
            "",
            *(f"- `{each}`" for each in Frequency),
            "",
            "## Grounds that settle a charge without the means test",
            "",
            *(f"- `{each}`" for each in Ground),
            "",
            "## Grounds for leaving a resident's own home out",
            "",
            *(f"- `{each}`" for each in HomeDisregard),
            "",
            "## Figures that may be set by hand",
            "",
            *(f"- `{each}`" for each in OverrideOf),
            "",
        ]
    )


def _kinds(title: str, table: KindTable) -> Iterator[str]:
    yield from (f"## {title}", "", "| Kind | What it is | Treated as | Authority |", "|---|---|---|---|")
    for kind in table.kinds:
        yield f"| `{kind.name}` | {kind.label} | {_treated(kind)} | {kind.citation} |"
    yield ""


def _treated(kind: MeansKind) -> str:
    other = [f"{treatment} ({WHERE[basis]})" for basis, treatment in kind.treatments.items()]
    return "; ".join([kind.treatment, *other])


def layouts_page() -> str:
    """Each layout of circumstances, column by column."""
    lines = [
        "# Layouts of circumstances",
        "",
        (
            "This page is written from the layouts the loader itself uses. Every column must be in the file, even when "
            "it has"
        ),
        (
            "nothing in it; a `cancelled` column (yes) may be added, which ends belief in a row. Files are CSV in "
            "UTF-8 "
            "or XLSX,"
        ),
        "named after the layout. `outturn assess templates DIR` writes an example of each.",
        "",
    ]
    for extract in CIRCUMSTANCES.values():
        lines += [
            f"## {extract.name}",
            "",
            extract.meaning,
            "",
            "| Column | What it is | Holds | Must be given | Example |",
            "|---|---|---|---|---|",
        ]
        for field in extract.fields:
            needed = "yes" if field.required else f"no: {field.otherwise}" if field.otherwise else "no"
            holds = field.kind.says.replace("|", "\\|")
            lines.append(f"| `{field.name}` | {field.meaning} | {holds} | {needed} | {field.example} |")
        lines.append("")
    return "\n".join(lines)


PAGES = {"assess-kinds.md": kinds_page, "assess-layouts.md": layouts_page}
