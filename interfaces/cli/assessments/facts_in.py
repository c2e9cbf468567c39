"""What assessments are made from, brought in: files of circumstances, their templates, figures confirmed."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from billing.assessments import jobs
from finance.days import spoken
from interfaces.cli.allowing import Alike, TakeAway, allowed
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk


def load(
    desk: Desk,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", exists=True, help="Files, or a folder of them.")],
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Set bad rows aside and load the rest.")] = False,
    take_away: TakeAway = None,
    alike: Alike = False,
) -> None:
    """Load circumstances from CSV or XLSX: docs/assess-files.md. Loading a file again changes nothing.

    Example: outturn assess load circumstances/ --as "first officer"
    """
    from interfaces.files.inbound.door.loading_circumstances import load_circumstances

    allowance = allowed(desk, take_away, alike)
    found = load_circumstances(desk.database, paths, by=desk.by, at=desk.at, quarantine=quarantine, allowance=allowance)
    desk.failed = not all(each.loaded for each in found)
    notes = [each for one_ in found for each in one_.notes]
    problems = [each for one_ in found for each in one_.problems]
    desk.answer(
        {"files": [each.as_json() for each in found], "loaded": not desk.failed},
        Text("\n".join(str(each) for each in found)),
        *(
            printing.table(
                ("Where", "What", "What to do"),
                [(p.where, p.what, p.what_to_do) for p in said[:30]],
                title=f"\n{title}",
            )
            for title, said in (("Look at these", notes), ("Problems", problems))
            if said
        ),
    )


def templates(
    desk: Desk, folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Where to write them.")]
) -> None:
    """Write an example file of each layout, as CSV and XLSX.

    Example: outturn assess templates templates/
    """
    from interfaces.files.inbound.describing import write_templates
    from interfaces.files.inbound.layouts.circumstances import CIRCUMSTANCES

    made = write_templates(CIRCUMSTANCES, folder, ("csv", "xlsx"))
    desk.answer({"files": [str(each) for each in made]}, "\n".join(map(str, made)))


def confirm_figures(
    desk: Desk,
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="The circular the figures were read in.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="FIGURE…", help="Which; every one, when none is named.")
    ] = None,
) -> None:
    """Record that you read a year's figures in the circular, and that they are as loaded: those that stand --on a day.

    Example: outturn assess confirm-figures --on 2026-04-06 --source "LAC(DHSC)(2026)1" --as "first officer"
    """
    said = jobs.confirm_figures(desk.database, desk.on, names or None, by=desk.by, at=desk.at, source=source)
    desk.answer(
        {
            "day": said.day,
            "confirmed_by": said.confirmed_by,
            "source": said.source,
            "figures": {name: str(value) for name, value in said.values.items()},
        },
        f"{len(said.values)} figures confirmed for {spoken(said.day)} by {said.confirmed_by}, from {said.source}.",
    )
