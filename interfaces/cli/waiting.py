"""What waits for a second person: prices, terms and sums others entered, shown beside what is believed, confirmed or
withdrawn.
"""

from typing import Annotated

import typer

from finance.facts.waiting import WaitingLoad, WaitingRow, loads
from finance.facts.waiting_store import read_rows
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.files.inbound.door.beside import RowBeside, read_beside
from interfaces.files.inbound.door.second_word import confirm_waiting, withdraw_waiting

LoadNumber = Annotated[int, typer.Argument(metavar="LOAD", min=1, help="Its number: outturn waiting list.")]
Refs = Annotated[
    list[str] | None, typer.Argument(metavar="[REF]…", help="Only rows of these references; all that wait when none.")
]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    waiting = typer.Typer(
        no_args_is_help=True, help="What waits for a second person: prices, terms and sums that others entered."
    )
    for name, work in (
        ("list", list_loads),
        ("show", show),
        ("effect", effect),
        ("confirm", confirm),
        ("withdraw", withdraw),
    ):
        verb(waiting, name)(work)
    app.add_typer(waiting, name="waiting", rich_help_panel="Facts in")


def list_loads(desk: Desk) -> None:
    """List what waits, by the load it came with: how many rows, of what, told by whom, and why they wait.

    Example: outturn waiting list
    """
    with desk.database.read() as connection:
        found = loads(read_rows(connection))
    shown = [
        (
            str(each.nr),
            ", ".join(each.extracts),
            f"{len(each.rows):,}",
            each.rows[0].by,
            printing.moment(each.rows[0].moment),
            each.rows[0].source,
            "; ".join(each.why),
        )
        for each in found
    ]
    desk.answer(
        {"loads": [_load_json(each) for each in found]},
        printing.table(("Load", "Of", "Rows", "Told by", "When (UTC)", "File", "Why"), shown, right=("Load", "Rows"))
        if shown
        else "Nothing waits for a second person.",
    )


def _load_json(each: WaitingLoad) -> dict[str, object]:
    return {
        "load": each.nr,
        "extracts": each.extracts,
        "rows": len(each.rows),
        "by": each.rows[0].by,
        "at": each.rows[0].moment,
        "file": each.rows[0].source,
        "why": each.why,
    }


def show(desk: Desk, load: LoadNumber) -> None:
    """Show the rows of a load, those that wait and those answered, each beside what is believed now.

    Example: outturn waiting show 12
    """
    with desk.database.read() as connection:
        rows = read_beside(connection, load)
    desk.answer(
        {"load": load, "rows": [_row_json(each) for each in rows]},
        printing.table(
            ("Reference", "Line", "What changes", "Why it waits", "Told by", ""),
            [
                (
                    each.row.ref,
                    str(each.row.source_row),
                    "\n".join(each.said),
                    each.row.why,
                    each.row.by,
                    _became(each.row),
                )
                for each in rows
            ],
            right=("Line",),
        ),
        printing.note(f"Next, by another officer: outturn waiting confirm {load}")
        if any(each.row.answer is None for each in rows)
        else None,
    )


def _became(row: WaitingRow) -> str:
    if row.answer is None:
        return "waits"
    why = f": {row.reason}" if row.reason else ""
    return f"{row.answer} by {row.answered_by}{why}"


def _row_json(each: RowBeside) -> dict[str, object]:
    row = each.row
    return {
        "extract": row.extract,
        "ref": row.ref,
        "file": row.source,
        "line": row.source_row,
        "told_by": row.by,
        "told_at": row.moment,
        "why": row.why,
        "columns": row.columns,
        "changes": [{"column": name, "was": was, "is": now} for name, was, now in each.changes],
        "answer": row.answer,
        "answered_by": row.answered_by,
        "answered_at": row.answered_at,
        "reason": row.reason,
        "change": row.recorded,
    }


def effect(
    desk: Desk,
    load: LoadNumber,
    limit: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many of each to show, those that move most.")
    ] = 10,
) -> None:
    """Show what a load that waits would do to what is paid: a week from then on, and for days already past.

    By payee, person, service and budget (cost centre), those that move most first. Nothing is recorded.

    Example: outturn waiting effect 12
    """
    from interfaces.moving import effect_of

    found = effect_of(desk.database, load, on=desk.on, at=desk.at, rounding=desk.council.policy.rounding)
    tables = [
        printing.table(
            (title, "Reference", "A week before", "A week then", "Difference", "For days past"),
            [
                (each.name, each.ref, *map(printing.amount, (each.was, each.now, each.now - each.was, each.past)))
                for each in found.by[whose][:limit]
            ],
            right=("A week before", "A week then", "Difference", "For days past"),
            title=f"\n{len(found.by[whose]):,} in all" if len(found.by[whose]) > limit else None,
        )
        for whose, title in (("payee", "Payee"), ("person", "Person"), ("service", "Service"), ("budget", "Budget"))
        if found.by[whose]
    ]
    desk.answer(found.as_json(), found.sentence, *tables)


def confirm(desk: Desk, load: LoadNumber, refs: Refs = None) -> None:
    """Confirm what others entered: from now on it is believed, as told by whoever told of it.

    A price that moves by more than the council lets pass (price_percent of [loading]) is confirmed by its reference.

    Example: outturn waiting confirm 12 --as "second officer"
    """
    percent = desk.council.loading.price_percent
    done = confirm_waiting(desk.database, load, refs or [], by=desk.by, at=desk.at, percent=percent)
    counts = ("new", "changed", "cancelled")
    desk.answer(
        {"load": load, "confirmed_by": desk.by, "files": [each.as_json() for each in done]},
        printing.table(
            ("Of", "New", "Changed", "Cancelled"),
            [(each.extract, *(f"{getattr(each, name):,}" for name in counts)) for each in done],
            right=("New", "Changed", "Cancelled"),
        ),
        f"Confirmed by {desk.by}. It is believed from now on.",
    )


def withdraw(
    desk: Desk,
    load: LoadNumber,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why. It is kept.")],
    refs: Refs = None,
) -> None:
    """Withdraw what waits: it is never believed, and is kept with why.

    Example: outturn waiting withdraw 12 --reason "The letter says 3.2%" --as "first officer"
    """
    rows = withdraw_waiting(desk.database, load, refs or [], reason=reason, by=desk.by, at=desk.at)
    desk.answer(
        {"load": load, "withdrawn": [each.ref for each in rows], "by": desk.by, "reason": reason},
        f"{printing.several(len(rows), 'row')} of load {load} withdrawn by {desk.by}: {reason}",
    )
