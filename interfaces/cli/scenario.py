"""Trying things out: casework in a file, and a whole made-up county."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from finance.money import sterling
from finance.problems import Refusal
from finance.toml_and_json import BadText, read_toml
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import DEFAULT_DATABASE, Desk, verb
from interfaces.demo.job import run_demo
from interfaces.demo.results import DemoTold
from interfaces.files.inbound.readers.opening import LARGEST_TOML, UnusableFile, read_text
from interfaces.scenarios.reading import BadScenario
from interfaces.scenarios.report import Report
from interfaces.scenarios.running import run_scenario


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "demo", rich_help_panel="Trying out")(demo)
    verb(app, "scenario", rich_help_panel="Trying out")(scenario)


def demo(
    desk: Desk,
    people: Annotated[int, typer.Option(min=20, help="How many people the made-up county cares for.")] = 5_000,
    folder: Annotated[
        Path,
        typer.Option(
            file_okay=False,
            metavar="DIR",
            help="Where everything is written. An earlier demonstration there is replaced.",
        ),
    ] = Path("demo-output"),
    seed: Annotated[int, typer.Option(help="Another number makes another county.")] = 2026,
) -> None:
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
        (
            str(each.run.nr),
            printing.day(each.run.pay_date),
            f"{each.run.lines:,}",
            printing.amount(each.run.total),
            printing.amount(each.paid),
            f"{each.payees:,}",
            f"{each.adjusted:,}",
            f"{each.found:,}",
            f"{len(each.parked):,}",
            f"{len(each.files):,}",
        )
        for each in told.runs
    ]
    columns = ("Run", "Paid on", "Lines", "Proposed", "Paid", "Payees", "Adjusted", "Findings", "Parked", "Files")
    proof = told.proof
    return [
        f"{told.manifest.council}: {told.manifest.people:,} people.",
        printing.table(columns, rows, right=tuple(each for each in columns if each != "Paid on")),
        (
            (
                f"Proved: due = posted = exported, to the penny. {sterling(proof.debits)} debits, "
                f"{sterling(proof.credits)} credits."
            )
            if proof.holds
            else "The proof does not hold: see the page."
        ),
        printing.table(
            ("Phase", "Seconds"), [(what, f"{took / 1_000:,.1f}") for what, took in told.took], right=("Seconds",)
        ),
        printing.note(f"Start here: {told.index}"),
    ]


class NoScenario(Refusal):
    """Nothing to run was found."""


Outcome = tuple[Path, Report | BadScenario]


def scenario(
    desk: Desk,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", exists=True, help="Scenario files, or folders of them.")
    ],
    steps: Annotated[bool, typer.Option("--steps", help="Tell every step, not only what went wrong.")] = False,
) -> None:
    """Live casework written in files, and say where it did not come out as expected. Exit code 1 when it did not.

    Each runs in a database of its own. A council’s own scenarios are its acceptance tests after a change.

    Example: outturn scenario scenarios/ --steps
    """
    files = [file for path in paths for file in _scenarios(path)]
    if not files:
        raise NoScenario(
            "There is no scenario in that folder.", "A scenario is a .toml file with a title: docs/scenarios.md."
        )
    done: list[Outcome] = []
    with desk.progress() as progress:
        for place, file in enumerate(files, 1):
            done.append((file, _lived(file)))
            progress("scenarios", place, len(files))
    failed = len([each for _, each in done if not _passed(each)])
    desk.failed = failed > 0
    desk.answer(
        {"passed": len(done) - failed, "failed": failed, "scenarios": [_scenario_json(*each) for each in done]},
        *(str(each) for _, each in done if steps and isinstance(each, Report)),
        _failures(done) if failed else None,
        f"{printing.several(len(done) - failed, 'scenario')} came out as expected, {failed:,} did not.",
    )


def _scenarios(path: Path) -> list[Path]:
    """A file as named; in a folder, every file with a title (the others are parts that scenarios share)."""
    return [path] if path.is_file() else [each for each in sorted(path.rglob("*.toml")) if _has_title(each)]


def _has_title(path: Path) -> bool:
    try:
        return "title" in read_toml(read_text(path, LARGEST_TOML))
    except (BadText, UnusableFile):
        return True  # running it says what is wrong with it


def _lived(path: Path) -> Report | BadScenario:
    try:
        return run_scenario(path)
    except BadScenario as error:
        return error


def _passed(each: Report | BadScenario) -> bool:
    return isinstance(each, Report) and each.passed


def _wrong(each: Report | BadScenario) -> list[str]:
    return each.failures if isinstance(each, Report) else [str(problem) for problem in each.problems]


def _scenario_json(path: Path, each: Report | BadScenario) -> dict[str, object]:
    if isinstance(each, Report):
        return {"file": str(path), **each.as_json()}
    return {"file": str(path), "passed": False, "problems": [printing.problem(one) for one in each.problems]}


def _failures(done: Sequence[Outcome]) -> printing.Shown:
    rows = [(str(path), wrong) for path, each in done for wrong in _wrong(each)]
    return printing.table(("Scenario", "What went otherwise"), rows)
