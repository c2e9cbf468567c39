"""Runs of charges, from draft to numbered bills; and what each payer is billed."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import RenderableType
from sqlalchemy import Connection

from billing.charges import store as charges
from billing.charges.checks.register import CHECKS_OF_CHARGES
from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.served import RIGHTLY, UNSEEN, Served, by_reason
from billing.charges.served_store import read_served
from billing.charges.views_store import read_bills_of, read_run_of_charges
from billing.naming_store import NAMING
from billing.recharges.jobs import raise_recharges
from billing.tables import bill_payer
from finance.days import spoken
from finance.facts.names_store import number_of
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit, RunNumber
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.runs import shown
from interfaces.cli.runs.life import FROM, LOOKING, REVIEWING, add_life
from interfaces.cli.runs.payrun import told_recharged
from interfaces.cli.runs.shown import ref_of, run_json, sentence
from interfaces.cli.runs.stream import Drafting, Life
from ledgers import review_jobs
from ledgers.progress import Progress
from ledgers.runs import Run
from ledgers.streams import CHARGES, PAYMENTS, RECHARGES
from ledgers.views import store as views


def _calendars(connection: Connection) -> Mapping[str, int]:
    return {each.ref: each.nr for each in charges.read_calendars(connection)}


def _release(desk: Desk, run: int, progress: Progress) -> Run:
    return release_billrun(desk.database, run, by=desk.by, at=desk.at, on=desk.on, progress=progress)


LIFE = Life(
    CHARGES.name,
    calculate_billrun,
    _release,
    NAMING,
    Drafting(_calendars, draft_billrun),
    then="outturn bill issue {run}",
    with_it=(RECHARGES.name,),
    holds=True,
    checks=CHECKS_OF_CHARGES,
)


def add_to(app: typer.Typer) -> None:
    """Add the verbs of charge runs."""
    add_life(app, LIFE)
    verb(app, "show", rich_help_panel=LOOKING)(show)
    verb(app, "bills", rich_help_panel=LOOKING)(bills)
    verb(app, "never-billed", rich_help_panel=LOOKING)(never_billed)
    verb(app, "recharge", rich_help_panel=FROM)(recharge)
    verb(app, "hold", rich_help_panel=REVIEWING)(hold)


def show(desk: Desk, run: RunNumber, limit: Limit = 20) -> None:
    """Show a run of charges or recharges: what it is made of, why weeks are charged again, the largest bills.

    Example: outturn billrun show 7
    """
    with desk.database.read() as connection:
        made = read_run_of_charges(connection, LIFE.looked_at(connection, run), limit=limit)
    causes = [(each.kind, f"{each.lines:,}", printing.amount(each.pence)) for each in made.causes]
    payers = [
        (str(each.payer or each.number), f"{each.lines:,}", printing.amount(each.pence), "held" if each.held else "")
        for each in made.largest
    ]
    why, figures = "Why earlier weeks are charged again", ("Lines", "Total")
    desk.answer(
        {
            **run_json(made.run),
            "payers": made.payers,
            "made_of": shown.sums_json(made.made_of),
            "earlier_periods": [
                {"why": each.kind, "lines": each.lines, "total_pence": each.pence} for each in made.causes
            ],
            "largest": [
                {"payer": ref_of(each.payer), "lines": each.lines, "total_pence": each.pence, "held": each.held}
                for each in made.largest
            ],
        },
        sentence(made.run),
        shown.sums_shown(made.made_of),
        printing.table((why, *figures), causes, right=figures, title="\nLate news") if causes else None,
        printing.table(("Payer", *figures, "Held"), payers, right=figures, title="\nLargest") if payers else None,
    )


def bills(desk: Desk, run: RunNumber, limit: Limit = 100) -> None:
    """List the bills and credit notes a released run numbered.

    Example: outturn billrun bills 7
    """
    with desk.database.read() as connection:
        found, of, pence = read_bills_of(connection, LIFE.looked_at(connection, run).nr, limit=limit)
    rows: shown.Rows = [
        (each.number, str(each.payer or each.party), each.kind, printing.amount(each.amount), printing.day(each.due))
        for each in found
    ]
    desk.answer(
        {
            "run": run,
            "of": of,
            "total_pence": pence,
            "bills": [
                {
                    "bill": each.number,
                    "payer": ref_of(each.payer),
                    "kind": each.kind,
                    "amount_pence": each.amount,
                    "issued": each.issued,
                    "due": each.due,
                }
                for each in found
            ],
        },
        printing.table(("Bill", "Payer", "Kind", "Amount", "To be paid by"), rows, right=("Amount",))
        if rows
        else "The run has numbered no bills.",
        printing.note(f"{len(rows):,} of {of:,}.") if of > len(rows) else None,
    )


def never_billed(
    desk: Desk,
    every: Annotated[
        bool, typer.Option("--all", help="Those rightly not billed too: exempt, nothing to pay, or their provider’s.")
    ] = False,
    limit: Limit = 100,
) -> None:
    """List who is served and was never billed, by reason: first those nobody is looking at, waiting longest first.

    Example: outturn billrun never-billed --on 2026-06-02
    """
    with desk.database.read() as connection:
        found = read_served(connection, desk.on)
    listed = [each for each in found if every or each.why not in RIGHTLY]
    reasons: list[tuple[RenderableType, ...]] = [
        (why, f"{count:,}", "" if why not in UNSEEN else "nobody is looking at them") for why, count in by_reason(found)
    ]
    rows: list[tuple[RenderableType, ...]] = [
        (
            f"{each.name} ({each.ref})",
            printing.day(each.since),
            f"{(desk.on - each.since).days:,}",
            _asked(each),
            each.stuck or each.why,
        )
        for each in listed[:limit]
    ]
    desk.answer(
        {
            "on": desk.on,
            "of": len(listed),
            "by_reason": [{"why": why, "people": count, "unseen": why in UNSEEN} for why, count in by_reason(found)],
            "people": [_served_json(each, desk.on) for each in listed[:limit]],
        },
        printing.table(("Why", "People", ""), reasons, right=("People",)) if reasons else None,
        printing.table(("Person", "Care since", "Days", "A week", "Why"), rows, right=("Days", "A week"), title="\n")
        if rows
        else "Everybody with something to pay has had a bill.",
        printing.note(f"{len(rows):,} of {len(listed):,}.") if len(listed) > len(rows) else None,
    )


def _asked(each: Served) -> RenderableType:
    """What somebody is assessed to pay a week: nothing is known of whoever was never assessed."""
    return "" if each.weekly is None else "full cost" if each.full else printing.amount(each.weekly)


def _served_json(each: Served, on: dt.date) -> dict[str, object]:
    return {
        "person": each.ref,
        "payer": each.payer,
        "since": each.since,
        "days": (on - each.since).days,
        "weekly_pence": each.weekly,
        "pays_in_full": each.full,
        "why": each.why,
        "what": each.stuck,
    }


def recharge(desk: Desk, run: RunNumber) -> None:
    """Recharge other funders for what they bear of a pay run. Releasing it does this; again, it does nothing.

    Example: outturn billrun recharge 3 --as "first officer"
    """
    from interfaces.council import council_of

    with desk.database.read() as connection:
        choices = council_of(connection, views.read_run_of(connection, run, (PAYMENTS.name,))).recharging
    made = raise_recharges(desk.database, run, by=desk.by, at=desk.at, on=desk.on, policy=choices)
    desk.answer(
        {"pay_run": run, "run": made.run, "bills": made.bills, "lines": made.lines, "total_pence": made.pence},
        told_recharged(made) or f"Other funders bear nothing of run {run}.",
        printing.note(f"Next: outturn billrun files {made.run}") if made.run else None,
    )


def hold(
    desk: Desk,
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="The bill payer’s reference.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why their bill is to wait.")],
) -> None:
    """Tell a payer's charges to wait. They are proposed again, the same, when let go.

    Example: outturn billrun hold BP000123 --reason "Being looked into with the family" --as "first officer"
    """
    with desk.database.read() as connection:
        number = number_of(connection, bill_payer, payer)
    made = review_jobs.hold(
        desk.database, LIFE.stream, "payee", number, reason=reason, by=desk.by, at=desk.at, on=desk.on
    )
    desk.answer(
        {"hold": made, "payer": payer, "reason": reason},
        f"Hold {made}: nothing more of {payer}’s is billed until it is let go, from {spoken(desk.on)}.",
    )
