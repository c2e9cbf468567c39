"""Runs of any stream looked over: listed, their findings and the cases parked; findings accepted, holds let go."""

from typing import Annotated

import typer

from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit, RunNumber
from interfaces.cli.frame.desk import Desk
from interfaces.cli.runs import shown
from interfaces.cli.runs.shown import run_json
from interfaces.cli.runs.stream import Life
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers.views import store as views
from ledgers.views.holds_store import read_holds

LISTED = 100
"""Findings accepted together that are listed one by one."""


def list_runs(
    life: Life,
    desk: Desk,
    only_open: Annotated[bool, typer.Option("--open", help="Only runs not yet released or abandoned.")] = False,
) -> None:
    """List the runs there are.

    Example: outturn GROUP list --open
    """
    with desk.database.read() as connection:
        runs = views.read_runs_of(connection, (life.stream, *life.with_it), only_open=only_open)
    desk.answer({"runs": [run_json(each) for each in runs]}, shown.runs_shown(runs, bool(life.with_it)))


def findings(
    life: Life,
    desk: Desk,
    run: RunNumber,
    check: Annotated[str | None, typer.Option(metavar="NAME", help="Only this check.")] = None,
    severity: Annotated[str | None, typer.Option(metavar="WORD", help="Only stop, look or note.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those nobody has accepted.")] = False,
    limit: Limit = 100,
) -> None:
    """List what a reviewer should see. Those marked stop must be accepted by name, or what they are about held.

    In order of the money that may be wrong. Where there are too many, by check, with the first ten of each.

    Example: outturn GROUP findings 7 --severity stop
    """
    with desk.database.read() as connection:
        life.looked_at(connection, run)
        found, of = views.read_findings(
            connection, run, life.naming, check=check, severity=severity, waiting=waiting, limit=limit
        )
        groups = views.read_groups(connection, run)
    subject = life.subject if life.findings_of_subjects else None
    desk.answer(
        {
            "run": run,
            "of": of,
            "findings": [shown.finding_json(each, life.declared.party, subject) for each in found],
            "groups": shown.groups_json(groups),
        },
        shown.groups_shown(groups) if of > len(found) and check is None else None,
        *shown.findings_shown(found, of),
    )


def parked(life: Life, desk: Desk, run: RunNumber) -> None:
    """List the cases a run could not work out, and what to do. Everyone else goes on.

    Example: outturn GROUP parked 7
    """
    with desk.database.read() as connection:
        life.looked_at(connection, run)
        cases = views.read_parked(connection, run, life.naming)
    desk.answer(
        {"run": run, "parked": [shown.parked_json(each, life.subject) for each in cases]}, shown.parked_shown(cases)
    )


def accept(
    life: Life,
    desk: Desk,
    run: RunNumber,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why the money is right: what was looked at, and what it showed.")
    ],
    finding: Annotated[list[int] | None, typer.Argument(metavar="FINDING…", help="Numbers of findings.")] = None,
    check: Annotated[
        str | None, typer.Option(metavar="NAME", help="All of one check that nobody has accepted.")
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(metavar="N", help="With --check: how many you were shown; refused where it is another."),
    ] = None,
) -> None:
    """Say, by name and with a reason, that findings have been looked at and the money is right.

    All of one check are one decision, and its list is shown with it.

    Example: outturn GROUP accept 7 41 42 --reason "Agreed with the family on 3 May" --as "second officer"
    """
    if bool(finding) == bool(check):
        raise typer.BadParameter("Name findings by number, or all of one check with --check.")
    if count is not None and not check:
        raise typer.BadParameter("--count goes with --check.")
    by = desk.by
    life.ours(desk, run)
    with desk.database.read() as connection:
        chosen = list(finding or ()) or views.waiting_of(connection, run, str(check), count)
        named, _ = views.read_findings(connection, run, life.naming, check=check, waiting=True, limit=LISTED)
    review_jobs.accept_findings(desk.database, run, chosen, by=by, at=desk.at, reason=reason)
    with desk.database.read() as connection:
        left = len(ledger.open_stops(connection, run))
    desk.answer(
        {"run": run, "accepted": chosen, "by": by, "stops_left": left},
        *(shown.findings_shown(named, len(chosen)) if check else ()),
        f"{printing.several(len(chosen), 'finding')} accepted; {left:,} still to deal with.",
    )


def holds(life: Life, desk: Desk) -> None:
    """List the holds in force.

    Example: outturn GROUP holds
    """
    with desk.database.read() as connection:
        found = read_holds(connection, life.stream, life.naming)
    desk.answer(
        {"holds": [shown.hold_json(each) for each in found]}, shown.holds_shown(found, {"payee": life.declared.party})
    )


def let_go(life: Life, desk: Desk, hold: Annotated[int, typer.Argument(help="The hold’s number.")]) -> None:
    """End a hold: the next run proposes the same money again.

    Example: outturn GROUP let-go 7 --as "first officer"
    """
    runs = review_jobs.let_go(desk.database, hold, by=desk.by, at=desk.at, on=desk.on)
    several = f"run {runs[0]}" if len(runs) == 1 else f"runs {', '.join(map(str, runs))}"
    stays = f" Its money stays out of {several} all the same, and the run after proposes it." if runs else ""
    desk.answer({"hold": hold, "let_go_by": desk.by, "stays_out_of": runs}, f"Hold {hold} has ended.{stays}")
