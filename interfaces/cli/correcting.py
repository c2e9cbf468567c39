"""One fact put right without a file: shown as it stands and as it will be, and recorded with the reason."""

from typing import Annotated

import typer

from interfaces.cli.allowing import Alike, TakeAway, allowed
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.looking_up import PANEL
from interfaces.files.inbound.door.correcting import Corrected, RowPutRight, correct, correction
from ledgers.runs import check_reason


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file."""
    verb(app, "correct", rich_help_panel=PANEL)(put_right)


def put_right(
    desk: Desk,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="Of the fact: L118, AR2, P000123.")],
    values: Annotated[
        list[str],
        typer.Argument(metavar="COLUMN=VALUE…", help="As its extract has them: quantity=12, end_date=2026-05-03."),
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why: kept with the change, in ten letters or more.")],
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help="The day from which it holds, or always; all its days, if not given."
        ),
    ] = None,
    extract: Annotated[
        str | None, typer.Option("--extract", metavar="NAME", help="Which extract, where two have the reference.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would be, and record nothing.")] = False,
    take_away: TakeAway = None,
    alike: Alike = False,
) -> None:
    """Correct one fact without writing a file. It goes through the checks a file goes through.

    Nothing is overwritten: what stood before is kept, and so is who put it right, and why. With --from, what stands is
    ended the day before and another holds from the day; of a contract, its terms change from the day.

    Example: outturn correct AR2 rate=960.00 --from 2026-05-04 --reason "Panel of 3 May" --as "first officer"
    Example: outturn correct L118 end_date=2026-05-03 --reason "Moved to her daughter" --as "first officer"
    """
    said = dict(_pair(each) for each in values)
    by = desk.by
    check_reason(reason)
    with desk.database.read() as connection:
        made = correction(connection, reference, said, extract=extract, since=since)
    done = None
    if not preview:
        how = allowed(desk, take_away, alike)
        done = correct(desk.database, made, reason=reason, by=by, at=desk.at, allowance=how)
    desk.answer(_json(made, done), *_shown(made, done))


def _pair(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals or not name.strip():
        raise typer.BadParameter(f"“{said}” says no column and value: write COLUMN=VALUE.")
    return name.strip(), value.strip()


def _json(made: RowPutRight, done: Corrected | None) -> dict[str, object]:
    return {
        "extract": made.extract,
        "ref": made.ref,
        "moved": [{"column": name, "before": before, "after": after} for name, before, after in made.moved],
        "recorded": done is not None and done.change is not None and done.load is None,
        "change": done and done.change,
        "load": done and done.load,
        "refs": list(done.refs) if done else [made.ref],
        "notes": [printing.problem(each) for each in done.notes] if done else [],
    }


def _shown(made: RowPutRight, done: Corrected | None) -> list[printing.Shown | None]:
    rows = [(name.replace("_", " "), before or "nothing", after or "nothing") for name, before, after in made.moved]
    shown: list[printing.Shown | None] = [
        printing.heading(f"{printing.opening(made.noun)} {made.ref}"),
        printing.table(("", "As it stands", "As it is now" if done and done.load is None else "As it will be"), rows)
        if rows
        else "It says that already.",
    ]
    if done is None:
        return [*shown, "Nothing is recorded yet."]
    if done.change is None:
        return [*shown, "Nothing was recorded: it is believed already."]
    others = [each for each in done.refs if each != made.ref]
    also = f" What holds from the day is {others[0]}." if others else ""
    notes = [f"{each.where}: {each.what} {each.what_to_do}" for each in done.notes]
    if done.load is not None:
        return [*shown, "It waits for a second person, and is not believed yet.", *map(printing.note, notes)]
    down = printing.note(f"To see all it told: outturn explain “change {done.change}”")
    return [*shown, f"Recorded as change {done.change}.{also}", *map(printing.note, notes), down]
