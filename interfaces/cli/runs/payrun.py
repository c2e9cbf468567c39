"""The life of a pay run: drafted, worked out, submitted, approved, released; or sent back, or abandoned."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.recharges.jobs import NobodyToBill, Raised, raise_recharges
from finance.days import Span, spoken
from finance.money import sterling
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing, references
from interfaces.cli.frame.arguments import LastDay, Note, RunNumber, Why
from interfaces.cli.frame.desk import Desk, verb
from interfaces.files.inbound.council_file import read_council
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import OPEN, Run
from payruns.jobs import broken_off, calculate_payrun, draft_payrun, release_payrun
from payruns.store import read_calendars
from payruns.stream import NAME

SHORT_SIGNATURE = 8


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for name, work in (
        ("draft", draft),
        ("calculate", calculate),
        ("run", draft_and_calculate),
        ("submit", submit),
        ("approve", approve),
        ("send-back", send_back),
        ("release", release),
        ("abandon", abandon),
    ):
        verb(app, name, rich_help_panel="From draft to release")(work)
    verb(app, "list", rich_help_panel="Looking")(list_runs)


def ours(desk: Desk, run: int) -> Run:
    """The run, if it is a pay run. Raises NoSuchRun or OfAnotherStream."""
    with desk.database.read() as connection:
        return references.read_run_of(connection, run, (NAME,))


def run_json(run: Run) -> dict[str, object]:
    """A run for machines."""
    return {
        "run": run.nr,
        "stream": run.stream,
        "calendar": run.calendar_name,
        "status": str(run.status),
        "first_day": run.window_starts,
        "last_day": run.up_to - dt.timedelta(days=1),
        "pay_date": run.pay_date,
        "lines": run.lines,
        "total_pence": run.total,
        "to_sign_for_pence": run.to_sign_for,
        "signature": run.signature,
        "prepared_by": run.prepared_by,
        "submitted_by": run.submitted_by,
        "drafted_at": run.drafted_at,
        "run_before": run.run_before,
    }


def sentence(run: Run) -> str:
    """A run in one sentence."""
    counted = "" if run.status == "draft" else f": {printing.several(run.lines, 'line')}, {sterling(run.total)}"
    return f"{printing.opening(run.title)} is {run.status}{counted}. It is to be paid on {spoken(run.pay_date)}."


def interim(run: Run, period: Span | None) -> str | None:
    """Said of a run that breaks off inside a period."""
    if period is None:
        return None
    return (
        f"An interim run: {spoken(run.up_to - dt.timedelta(days=1))} is inside the period {period}. "
        "The next run pays the rest of it, and looks at all of it again."
    )


def draft(
    desk: Desk,
    calendar: Annotated[str, typer.Argument(help="The pay calendar’s reference.")],
    last_day: LastDay = None,
    council: CouncilFile = None,
) -> None:
    """Open a run for the periods of a calendar whose cut-off has come.

    Example: outturn payrun draft 4W --as "first officer" --on 2026-05-04
    """
    run = _draft(desk, calendar, last_day, council)
    with desk.database.read() as connection:
        period = broken_off(connection, run)
    desk.answer(
        {**run_json(run), "interim": period is not None},
        sentence(run),
        interim(run, period),
        printing.note(f"Next: outturn payrun calculate {run.nr}"),
    )


def _draft(desk: Desk, calendar: str, last_day: dt.date | None, council: CouncilFile) -> Run:
    up_to = last_day + dt.timedelta(days=1) if last_day else None
    policy = read_council(council).policy
    return draft_payrun(desk.database, calendar, by=desk.by, at=desk.at, up_to=up_to, on=desk.on, policy=policy)


def calculate(desk: Desk, run: RunNumber) -> None:
    """Work a run out: what is due, less what has been posted; and look for what a reviewer must see.

    Cut off half-way, it goes on where it stopped.

    Example: outturn payrun calculate 3
    """
    _answer_worked_out(desk, _calculate(desk, ours(desk, run).nr))


def _calculate(desk: Desk, run: int) -> Run:
    with desk.progress() as progress:
        return calculate_payrun(desk.database, run, by=desk.by, at=desk.at, progress=progress)


def _answer_worked_out(desk: Desk, run: Run) -> None:
    with desk.database.read() as connection:
        waiting = references.finding_counts(connection, [run.nr]).get(run.nr, {})
        parked = len(references.read_parked(connection, run.nr))
        period = broken_off(connection, run)
    found = {severity: waiting.get(severity, 0) for severity in ("stop", "look", "note")}
    desk.answer(
        {**run_json(run), "interim": period is not None, "findings": found, "parked": parked},
        sentence(run),
        interim(run, period),
        f"{printing.several(found['stop'], 'finding')} to deal with before approval, {found['look']:,} to look at, "
        f"{found['note']:,} to note; {printing.several(parked, 'case')} parked.",
        printing.note(f"Next: outturn payrun show {run.nr}, then outturn payrun submit {run.nr}"),
    )


def draft_and_calculate(
    desk: Desk,
    calendar: Annotated[str, typer.Argument(help="The pay calendar’s reference.")],
    last_day: LastDay = None,
    council: CouncilFile = None,
) -> None:
    """Draft and work out a run in one go. A run of the calendar already drafted is worked out instead.

    Example: outturn payrun run 4W --as "first officer" --on 2026-05-04
    """
    with desk.database.read() as connection:
        numbers = {each.ref: each.nr for each in read_calendars(connection)}
        already = ledger.open_run(connection, NAME, numbers[calendar]) if calendar in numbers else None
    made = already if already and already.status == "draft" else _draft(desk, calendar, last_day, council)
    _answer_worked_out(desk, _calculate(desk, made.nr))


def submit(desk: Desk, run: RunNumber, note: Note = None) -> None:
    """Hand a run to somebody else to approve.

    Example: outturn payrun submit 3 --as "first officer"
    """
    ours(desk, run)
    done = machine.submit_run(desk.database, run, by=desk.by, at=desk.at, note=note)
    with desk.database.read() as connection:
        period = broken_off(connection, done)
    desk.answer(
        {**run_json(done), "interim": period is not None},
        sentence(done),
        interim(done, period),
        printing.note(f"Signature to be signed: {done.signature}"),
    )


def approve(
    desk: Desk,
    run: RunNumber,
    signature: Annotated[
        str | None,
        typer.Option(
            metavar="HEX", help="The signature you were shown, or how it begins; refused if the lines have changed."
        ),
    ] = None,
    note: Note = None,
) -> None:
    """Sign for exactly the lines of a run. Never by whoever prepared it, nor above the tier of one’s role.

    Example: outturn payrun approve 3 --signature 9f2c41d0 --as "second officer"
    """
    asked = ours(desk, run).signature or ""
    shown = signature and signature.strip().lower()
    if shown and len(shown) < SHORT_SIGNATURE:
        raise typer.BadParameter(f"Give at least the first {SHORT_SIGNATURE} letters of the signature.")
    whole = asked if shown and asked.startswith(shown) else shown or None
    done = machine.approve_run(desk.database, run, by=desk.by, at=desk.at, signature=whole, note=note)
    desk.answer(
        {**run_json(done), "approved_by": desk.by},
        sentence(done),
        printing.note(f"Signed by {desk.by}: {done.signature}"),
    )


def send_back(desk: Desk, run: RunNumber, note: Why) -> None:
    """Return a run to its preparer. A signature on it is void.

    Example: outturn payrun send-back 3 --note "Line L118 is doubled" --as "second officer"
    """
    ours(desk, run)
    done = machine.send_back_run(desk.database, run, by=desk.by, at=desk.at, note=note)
    desk.answer(run_json(done), sentence(done))


def release(desk: Desk, run: RunNumber, council: CouncilFile = None) -> None:
    """Post an approved run to the ledger and settle with each payee. Cut off, it goes on where it stopped.

    Example: outturn payrun release 3 --as "first officer"
    """
    by = desk.by
    ours(desk, run)
    with desk.progress() as progress:
        done = release_payrun(desk.database, run, by=by, at=desk.at, progress=progress)
    with desk.database.read() as connection:
        parties = ledger.read_parties(connection, run)
    totals = {
        "paid_pence": sum(each.paid for each in parties),
        "payees_paid": sum(each.paid > 0 for each in parties),
        "held_pence": sum(each.held for each in parties),
        "carried_forward_pence": sum(each.carried_forward for each in parties),
        "withheld": sum(each.withheld is not None for each in parties),
    }
    raised, said = _recharged(desk, run, council)
    desk.answer(
        {**run_json(done), **totals, "recharge_run": raised},
        f"{printing.opening(done.title)} is released: {sterling(totals['paid_pence'])} to "
        f"{printing.several(totals['payees_paid'], 'payee')} on {spoken(done.pay_date)}.",
        printing.pairs(
            [
                ("Held", printing.amount(totals["held_pence"]) if totals["held_pence"] else None),
                ("Carried forward", printing.amount(totals["carried_forward_pence"])),
                ("Payments withheld", f"{totals['withheld']:,}" if totals["withheld"] else None),
            ]
        ),
        said,
        printing.note(
            f"Next: outturn payrun files {run}"
            + (f", which writes the files of run {raised} too; then outturn bill issue {raised}" if raised else "")
        ),
    )


def told_let_go(hold: int, runs: Sequence[int]) -> str:
    """What came of ending a hold."""
    if not runs:
        return f"Hold {hold} has ended."
    several = f"run {runs[0]}" if len(runs) == 1 else f"runs {', '.join(map(str, runs))}"
    return f"Hold {hold} has ended. Its money stays out of {several} all the same, and the run after proposes it."


def told_recharged(made: Raised) -> str | None:
    """What was recharged to other funders, in a sentence; nothing where they bear nothing."""
    if made.run is None:
        return None
    if not made.lines:
        return f"Run {made.run} has recharged it already."
    return f"Run {made.run} recharges {sterling(made.pence)} to other funders, {printing.several(made.bills, 'bill')}."


def _recharged(desk: Desk, run: int, council: CouncilFile) -> tuple[int | None, str | None]:
    """Raise the recharges of a released run: the run that holds them, and what is said. Where a funder has nobody to
    bill it is said, and nothing is lost.
    """
    try:
        made = raise_recharges(
            desk.database, run, by=desk.by, at=desk.at, on=desk.on, policy=read_council(council).recharging
        )
    except NobodyToBill as refusal:
        return None, f"Not recharged: {refusal} (outturn billrun recharge {run})"
    return made.run, told_recharged(made)


def abandon(desk: Desk, run: RunNumber, note: Why) -> None:
    """Give a run up. Nothing of it stays: the next run proposes the same money.

    Example: outturn payrun abandon 3 --note "Extract was incomplete" --as "first officer"
    """
    ours(desk, run)
    done = machine.abandon_run(desk.database, run, by=desk.by, at=desk.at, note=note)
    desk.answer(
        run_json(done), f"{printing.opening(done.title)} is abandoned. The next run will propose the same money."
    )


def list_runs(
    desk: Desk,
    only_open: Annotated[bool, typer.Option("--open", help="Only runs not yet released or abandoned.")] = False,
) -> None:
    """List pay runs.

    Example: outturn payrun list --open
    """
    with desk.database.read() as connection:
        runs = [each for each in ledger.read_runs(connection, NAME) if not only_open or each.status in OPEN]
    rows: list[list[RenderableType]] = [
        [
            str(each.nr),
            each.calendar_name,
            f"{spoken(each.window_starts)} to {spoken(each.up_to - dt.timedelta(days=1))}",
            printing.day(each.pay_date),
            str(each.status),
            f"{each.lines:,}",
            printing.amount(each.total),
            each.prepared_by,
        ]
        for each in runs
    ]
    columns = ("Run", "Calendar", "For", "Paid on", "Status", "Lines", "Total", "Prepared by")
    desk.answer(
        {"runs": [run_json(each) for each in runs]},
        printing.table(columns, rows, right=("Run", "Lines", "Total")) if runs else "There is no such run.",
    )
