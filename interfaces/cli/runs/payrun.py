"""Pay runs: their life, the run beside the last, its lines, what waits of it, and what follows its release."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

import typer
from sqlalchemy import Connection

from billing.recharges.jobs import NobodyToBill, Raised, raise_recharges
from finance.days import spoken
from finance.facts import tables as t
from finance.facts.names_store import number_of
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit, PayeeRef, RunNumber
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.runs import shown
from interfaces.cli.runs.life import FROM, LOOKING, REVIEWING, add_life, of_life
from interfaces.cli.runs.shown import ref_of, run_json, sentence
from interfaces.cli.runs.stream import Drafting, Life, Said
from interfaces.cli.runs.urgent import pay_urgently, urgent_json, urgent_words
from ledgers import review_jobs
from ledgers.progress import Progress
from ledgers.runs import Run
from ledgers.streams import PAYMENTS
from ledgers.views import store as views
from payruns.checks.register import CHECKS_OF_PAYMENTS
from payruns.jobs import broken_off, calculate_payrun, draft_payrun, release_payrun
from payruns.store import read_calendars
from payruns.views_store import NAMING, LineShown, read_lines

MOVERS = 10


def _calendars(connection: Connection) -> Mapping[str, int]:
    return {each.ref: each.nr for each in read_calendars(connection)}


def _release(desk: Desk, run: int, progress: Progress) -> Run:
    return release_payrun(desk.database, run, by=desk.by, at=desk.at, progress=progress)


def _said(connection: Connection, run: Run) -> Said:
    """Said of a run that pays one alone, urgently, or that breaks off inside a period."""
    period, urgent = broken_off(connection, run), urgent_json(connection, run)
    if urgent is not None or period is None:
        return Said({"interim": period is not None, "urgent": urgent}, [urgent_words(connection, run)])
    words = (
        f"An interim run: {spoken(run.up_to - dt.timedelta(days=1))} is inside the period {period}. "
        "The next run pays the rest of it, and looks at all of it again."
    )
    return Said({"interim": True, "urgent": None}, [words])


def _recharge(desk: Desk, run: Run) -> Said:
    """What was paid and kept back; and other funders recharged for what they bear. Where a funder has nobody to bill it
    is said, and nothing is lost.
    """
    from interfaces.council import council_of

    with desk.database.read() as connection:
        paid, choices = views.settled(connection, run.nr), council_of(connection, run).recharging
    try:
        made = raise_recharges(desk.database, run.nr, by=desk.by, at=desk.at, on=desk.on, policy=choices)
        raised, said = made.run, told_recharged(made)
    except NobodyToBill as refusal:
        raised, said = None, f"Not recharged: {refusal} (outturn billrun recharge {run.nr})"
    payees = printing.several(paid.parties_paid, "payee")
    theirs = f", which writes the files of run {raised} too; then outturn bill issue {raised}" if raised else ""
    return Said(
        {
            "paid_pence": paid.paid,
            "payees_paid": paid.parties_paid,
            "held_pence": paid.held,
            "carried_forward_pence": paid.carried_forward,
            "withheld": paid.withheld,
            "recharge_run": raised,
        },
        [
            f"{run.heading} is released: {sterling(paid.paid)} to {payees} on {spoken(run.pay_date)}.",
            printing.pairs(
                [
                    ("Held", printing.amount(paid.held) if paid.held else None),
                    ("Carried forward", printing.amount(paid.carried_forward)),
                    ("Payments withheld", f"{paid.withheld:,}" if paid.withheld else None),
                ]
            ),
            said,
            printing.note(f"Next: outturn payrun files {run.nr}{theirs}"),
        ],
    )


def told_recharged(made: Raised) -> str | None:
    """What was recharged to other funders, in a sentence; nothing where they bear nothing."""
    if made.run is None:
        return None
    if not made.lines:
        return f"Run {made.run} has recharged it already."
    return f"Run {made.run} recharges {sterling(made.pence)} to other funders, {printing.several(made.bills, 'bill')}."


LIFE = Life(
    PAYMENTS.name,
    calculate_payrun,
    _release,
    NAMING,
    Drafting(_calendars, draft_payrun),
    subject="line",
    findings_of_subjects=True,
    said=_said,
    after=_recharge,
    holds=True,
    files=False,
    checks=CHECKS_OF_PAYMENTS,
)


def add_to(app: typer.Typer) -> None:
    """Add the verbs of pay runs."""
    add_life(app, LIFE)
    verb(app, "urgent", rich_help_panel=FROM)(of_life(LIFE, pay_urgently))
    verb(app, "show", rich_help_panel=LOOKING)(show)
    verb(app, "lines", rich_help_panel=LOOKING)(lines)
    verb(app, "hold", rich_help_panel=REVIEWING)(hold)


def show(
    desk: Desk,
    run: RunNumber,
    movers: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many payees to show by how far they moved.")
    ] = MOVERS,
) -> None:
    """Show a run beside the last: totals, what it is made of, findings by check, and the payees that moved most.

    Example: outturn payrun show 3
    """
    with desk.database.read() as connection:
        this = views.read_run_of(connection, run, (LIFE.stream,))
        beside = views.beside_the_last(connection, this, NAMING, most=movers)
        said = _said(connection, this)
    desk.answer(
        {**run_json(this), **said.keys, **shown.beside_json(beside)},
        sentence(this),
        *said.shown,
        *shown.beside_shown(beside),
    )


def lines(
    desk: Desk,
    run: RunNumber,
    payee: PayeeRef = None,
    late: Annotated[bool, typer.Option("--late", help="Only adjustments to earlier periods.")] = False,
    limit: Limit = 50,
) -> None:
    """List the lines a run proposes, those that move most money first: due, less posted, is the amount.

    Example: outturn payrun lines 3 --payee V1 --late
    """
    with desk.database.read() as connection:
        this = views.read_run_of(connection, run, (LIFE.stream,))
        found, of = read_lines(connection, this, payee=payee, late=late, limit=limit)
    rows: shown.Rows = [
        (
            str(each.about or each.number),
            str(each.payee),
            printing.short_span(each.starts, each.ends),
            each.kind,
            str(each.funder or "the council"),
            printing.amount(each.due),
            printing.amount(each.posted),
            printing.amount(each.amount),
            each.why,
        )
        for each in found
    ]
    columns = ("Line", "Payee", "For", "What", "Paid for by", "Due", "Posted", "Amount", "Why")
    desk.answer(
        {"run": run, "lines": [_line_json(each) for each in found], "shown": len(found), "of": of},
        printing.table(columns, rows, right=("Due", "Posted", "Amount")) if rows else "There is no such line.",
        printing.note(f"{len(found):,} of {of:,}. To explain one: outturn explain LINE --run {run}"),
    )


def _line_json(line: LineShown) -> dict[str, object]:
    """A proposed line for machines. ``funder`` is null where the council itself bears it."""
    return {
        "line": ref_of(line.about),
        "person": ref_of(line.about.person) if line.about else None,
        "service": ref_of(line.about.service) if line.about else None,
        "payee": line.payee.ref,
        "kind": line.kind,
        "funder": ref_of(line.funder),
        "first_day": line.starts,
        "last_day": line.ends - dt.timedelta(days=1),
        "due_pence": line.due,
        "posted_pence": line.posted,
        "amount_pence": line.amount,
        "revision": line.revision,
        "earlier_period": line.late,
        "why": line.why,
    }


def hold(
    desk: Desk,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it waits.")],
    line: Annotated[str | None, typer.Option(metavar="REF", help="The service line to hold.")] = None,
    payee: Annotated[str | None, typer.Option(metavar="REF", help="The payee to hold.")] = None,
) -> None:
    """Tell a service line’s or a payee’s money to wait. It is proposed again, the same, when let go.

    Example: outturn payrun hold --line L118 --reason "Provider disputes the hours" --as "first officer"
    """
    if (line is None) == (payee is None):
        raise typer.BadParameter("Name a line with --line, or a payee with --payee.")
    scope, table, ref = ("line", t.service_line, line) if line else ("payee", t.payee, payee)
    by = desk.by
    with desk.database.read() as connection:
        target = number_of(connection, table, str(ref))
    nr = review_jobs.hold(desk.database, LIFE.stream, scope, target, reason=reason, by=by, at=desk.at, on=desk.on)
    desk.answer(
        {"hold": nr, "scope": scope, "ref": ref, "reason": reason, "by": by},
        f"Hold {nr}: {scope} {ref} waits until it is let go.",
    )
