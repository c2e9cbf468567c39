"""Why a line comes to what it does, and what a package would cost before anybody says yes."""

from pathlib import Path
from typing import Annotated

import typer

from finance.days import spoken
from finance.problems import Problem
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.costing import cost_with_contributions
from interfaces.files.inbound.council_file import read_council
from interfaces.files.inbound.readers.opening import UnusableFile, read_text
from payruns.cost import CostRefused, Option, read_options
from payruns.explain import explain_line


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "explain", rich_help_panel="Pay runs")(explain)
    verb(app, "cost", rich_help_panel="Pay runs")(cost)


def explain(
    desk: Desk,
    line: Annotated[str, typer.Argument(metavar="LINE", help="A service line, block or adjustment, by reference.")],
    run: Annotated[
        int | None, typer.Option("--run", metavar="RUN", help="In this run; the latest that holds it, when not given.")
    ] = None,
    charges: Annotated[
        bool, typer.Option("--charges", help="What the client is charged for it, in place of what is paid.")
    ] = False,
) -> None:
    """Explain a line to the penny: the facts and where they came from, every step, what changed, and what is posted.

    Example: outturn explain L118 --run 3
    Example: outturn explain L118 --charges
    """
    if charges:
        from interfaces.cli.billing_explain import explain_line_charges

        explain_line_charges(desk, line, run)
        return
    found = explain_line(desk.database, line, run=run)
    title = f"{printing.opening(found.sort)} {found.ref}"
    desk.answer(found.as_json(), printing.heading(title), found.headline, *printing.sections(found.sections))


def cost(
    desk: Desk,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Options, as TOML, JSON or CSV.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="REF", help="A person, whose package as it stands comes first.")
    ] = None,
    council: CouncilFile = None,
) -> None:
    """Cost a package before it exists, and what the client would pay of it: options side by side. Records nothing.

    Example: outturn cost options.toml --person P104 --on 2026-05-04
    """
    if file is None and person is None:
        raise typer.BadParameter("Give a FILE of options, or --person REF.")
    options = _read(file) if file else []
    says = read_council(council)
    made = cost_with_contributions(
        desk.database, options, on=desk.on, person=person, policy=says.policy, charging=says.charging
    )
    title = f"What it would cost{f', {made.person}' if made.person else ''}, on what is known on {spoken(made.on)}"
    desk.answer(made.as_json(), printing.heading(title), *printing.sections(made.sections()))


def _read(file: Path) -> list[Option]:
    try:
        text = read_text(file)
    except UnusableFile as error:
        where = f"{file.name} {error.where}".strip()
        raise CostRefused([Problem(where, f"it {error.what}", error.what_to_do)]) from error
    return read_options(text, file.name)
