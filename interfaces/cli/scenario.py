"""Trying things out: casework in a file, and a whole made-up county."""

from pathlib import Path
from typing import Annotated

import typer

from finance.money import sterling
from interfaces.cli import printing
from interfaces.cli.desk import DEFAULT_DATABASE, Desk, verb
from interfaces.demo.job import DemoTold, run_demo


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "demo", rich_help_panel="Trying out")(demo)


def demo(
    desk: Desk,
    people: Annotated[int, typer.Option(min=20, help="How many people the made-up county cares for.")] = 5_000,
    folder: Annotated[Path, typer.Option(file_okay=False, metavar="DIR", help="Where everything is written. An earlier "
                                         "demonstration there is replaced.")] = Path("demo-output"),
    seed: Annotated[int, typer.Option(help="Another number makes another county.")] = 2026,
) -> None:  # fmt: skip
    """Live two pay periods of a made-up county: extracts loaded, late news, two runs approved, posted, printed, proved.

    Example: outturn demo --people 500 --folder /tmp/ambermere
    """
    with desk.progress() as progress:
        told = run_demo(folder, people=people, seed=seed, url=_elsewhere(desk), progress=progress)
    desk.failed = not told.proof.holds
    desk.answer(told.as_json(), *_shown(told))


def _elsewhere(desk: Desk) -> str | None:
    """The demonstration keeps its own database in its folder, unless an (empty) one is named."""
    return None if desk.url == DEFAULT_DATABASE else desk.url


def _shown(told: DemoTold) -> list[printing.Shown]:
    rows = [
        (str(each.run.nr), printing.day(each.run.pay_date), f"{each.run.lines:,}", printing.amount(each.run.total),
         printing.amount(each.paid), f"{each.payees:,}", f"{each.adjusted:,}", f"{sum(each.findings.values()):,}",
         f"{len(each.parked):,}", f"{len(each.files):,}")
        for each in told.runs
    ]  # fmt: skip
    columns = ("Run", "Paid on", "Lines", "Proposed", "Paid", "Payees", "Adjusted", "Findings", "Parked", "Files")
    proof = told.proof
    return [
        f"{told.manifest.council}: {told.manifest.people:,} people.",
        printing.table(columns, rows, right=tuple(each for each in columns if each != "Paid on")),
        (f"Proved: due = posted = exported, to the penny. {sterling(proof.debits)} debits, {sterling(proof.credits)} credits."
         if proof.holds else "The proof does not hold: see the page."),
        printing.note(f"Start here: {told.index}"),
    ]  # fmt: skip
