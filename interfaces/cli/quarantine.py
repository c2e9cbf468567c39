"""Rows set aside: listed while they wait, and closed by an officer where no file will bring them right."""

from typing import Annotated

import typer

from finance.days import spoken
from finance.facts.quarantine_views_store import RowSetAside, read_quarantine
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.files.inbound.door.setting_right import close_rows


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file."""
    verb(app, "quarantine", rich_help_panel="Facts in")(quarantine)


def quarantine(
    desk: Desk,
    extract: Annotated[str | None, typer.Option(metavar="NAME", help="Only rows of this extract.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show, the latest first.")] = 100,
    every: Annotated[bool, typer.Option("--every", help="Those that wait no more too, and why.")] = False,
    close: Annotated[
        list[int] | None, typer.Option("--close", metavar="ROW", help="Close a row by its number, with a reason.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is closed.")] = "",
) -> None:
    """List the rows set aside, with what is wrong and what to do. One that loads right since leaves the list by itself.

    Example: outturn quarantine --extract people
    Example: outturn quarantine --close 12 --reason "Sent twice by the brokerage" --as "first officer"
    """
    if close:
        change = close_rows(desk.database, close, reason=reason, by=desk.by, at=desk.at)
        said = f"{printing.several(len(set(close)), 'row')} closed by {desk.by} (change {change})."
        desk.answer({"closed": sorted(set(close)), "change": change, "by": desk.by, "reason": reason}, said)
        return
    with desk.database.read() as connection:
        rows = read_quarantine(connection, extract, limit, every=every)
    shown = [
        (
            str(each.nr),
            f"{each.source} line {each.source_row}",
            each.ref or "",
            each.what,
            each.what_to_do,
            *([_closed(each)] if every else []),
        )
        for each in rows
    ]
    columns = ("Row", "Where", "Reference", "What", "What to do", *(["What became of it"] if every else []))
    desk.answer(
        {"rows": [_json(each) for each in rows]},
        printing.table(columns, shown, right=("Row",)) if rows else "Nothing is set aside.",
    )


def _json(each: RowSetAside) -> dict[str, object]:
    closed = each.closed
    return {
        "nr": each.nr,
        "extract": each.extract,
        "file": each.source,
        "line": each.source_row,
        "ref": each.ref,
        "what": each.what,
        "what_to_do": each.what_to_do,
        "content": dict(each.content),
        "came": each.came,
        "closed": closed
        and {
            "change": closed.change,
            "by": closed.by,
            "at": closed.at,
            "source": closed.source,
            "reason": closed.reason,
        },
    }


def _closed(each: RowSetAside) -> str:
    closed = each.closed
    if closed is None:
        return "waits"
    when = f"{spoken(closed.at.date())} by {closed.by}"
    if closed.reason is None:
        return f"loaded right {when} from {closed.source} (change {closed.change})"
    return f"closed {when}: {closed.reason}"
