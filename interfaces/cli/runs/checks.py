"""The checks of a stream: what each looks for, how often it has fired, and what came of it."""

import datetime as dt
from typing import Annotated

import typer

from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.cli.runs.shown import Rows
from interfaces.cli.runs.stream import Life
from ledgers.checks import Check
from ledgers.views.tally import CheckTally
from ledgers.views.tally_store import read_tally

COUNTED = ("accepted", "held", "changed", "given_up", "left")
"""What may come of a finding, each counted once."""


def checks(
    life: Life,
    desk: Desk,
    since: Annotated[
        dt.date | None, typer.Option(parser=read_day, metavar="DATE", help="Only runs with days from this one on.")
    ] = None,
) -> None:
    """List every check: how often it has fired, and whether it was accepted, held, or led to a change.

    A finding that was gone when its run was worked out again led to a change. A check that fires often and is always
    accepted wants a size, or to be looked at and not stop; its pounds say what a size would leave out.

    Example: outturn GROUP checks --since 2026-04-06
    """
    declared = life.checks.declared if life.checks else {}
    with desk.database.read() as connection:
        found = {each.check: each for each in read_tally(connection, life.stream, since)}
    every = [*found.values(), *(CheckTally(name) for name in declared if name not in found)]
    rows: Rows = [
        (
            each.check,
            declared[each.check].severity if each.check in declared else "",
            f"{each.runs:,}",
            f"{each.fired:,}",
            *(f"{getattr(each, name):,}" for name in COUNTED),
            printing.amount(each.moved),
            printing.amount(each.moved_changed),
        )
        for each in every
    ]
    counts = ("Runs", "Fired", "Accepted", "Held", "Changed", "Given up", "Left")
    sums = ("Might be wrong", "Of it changed")
    desk.answer(
        {"since": since, "checks": [_json(each, declared.get(each.check)) for each in every]},
        printing.table(("Check", "Ships as", *counts, *sums), rows, right=(*counts, *sums)),
    )


def _json(each: CheckTally, check: Check | None) -> dict[str, object]:
    """A check for machines; what is null is declared no longer, or has no size."""
    return {
        "check": each.check,
        "ships_as": check.severity if check else None,
        "shown_where": check.words if check else None,
        "size_pence": check.size if check else None,
        "runs": each.runs,
        "fired": each.fired,
        **{name: getattr(each, name) for name in COUNTED},
        "moved_pence": each.moved,
        "moved_changed_pence": each.moved_changed,
    }
