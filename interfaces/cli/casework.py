"""What a package would cost before anybody says yes."""

from pathlib import Path
from typing import Annotated

import typer

from finance.problems import Problem
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.costing import cost_with_contributions
from interfaces.files.inbound.readers.opening import UnusableFile, read_text
from payruns.cost import CostRefused, Option, read_options


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file."""
    verb(app, "cost", rich_help_panel="Pay runs")(cost)


def cost(
    desk: Desk,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Options, as TOML, JSON or CSV.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="REF", help="A person, whose package as it stands comes first.")
    ] = None,
) -> None:
    """Cost a package before it exists, and what the client would pay of it: options side by side. Records nothing.

    Example: outturn cost options.toml --person P104 --on 2026-05-04
    """
    if file is None and person is None:
        raise typer.BadParameter("Give a FILE of options, or --person REF.")
    options = _read(file) if file else []
    says = desk.council
    made = cost_with_contributions(
        desk.database, options, on=desk.on, person=person, policy=says.policy, charging=says.charging
    )
    desk.answer(made.as_json(), printing.heading(made.title), *printing.sections(made.sections()))


def _read(file: Path) -> list[Option]:
    try:
        text = read_text(file)
    except UnusableFile as error:
        where = f"{file.name} {error.where}".strip()
        raise CostRefused([Problem(where, f"it {error.what}", error.what_to_do)]) from error
    return read_options(text, file.name)
