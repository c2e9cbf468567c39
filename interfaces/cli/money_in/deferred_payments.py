"""Deferred payments: the loans, their statements and redemption figures, the yearly return, and the runs that
post them.
"""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.deferred_payments import jobs
from billing.deferred_payments.policy import DeferredPolicy
from billing.naming_store import NAMING
from finance.days import Span
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import LastDay
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.cli.money_in import deferred_shown as shown
from interfaces.cli.runs.life import add_life, answer_worked_out
from interfaces.cli.runs.stream import Life
from ledgers.progress import Progress
from ledgers.runs import Run
from ledgers.streams import DEFERRED_PAYMENTS

ONE = dt.timedelta(days=1)
LOOKING, RUNNING = "Looking", "Posting"
AgreementRef = Annotated[str, typer.Argument(metavar="AGREEMENT", help="The agreement’s reference.")]


def _release(desk: Desk, run: int, progress: Progress) -> Run:
    return jobs.release_run(desk.database, run, by=desk.by, at=desk.at, progress=progress)


LIFE = Life(
    DEFERRED_PAYMENTS.name,
    jobs.calculate_run,
    _release,
    NAMING,
    then="outturn deferred files {run}",
    listing="runs",
    panel=RUNNING,
)


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    deferred = typer.Typer(
        no_args_is_help=True, help="Deferred payment agreements: loans, statements, redemption, the return."
    )
    for name, work in (
        ("show", show),
        ("statement", statement),
        ("statements", statements),
        ("redeem", redeem),
        ("return", yearly),
        ("templates", templates),
    ):
        verb(deferred, name, rich_help_panel=LOOKING)(work)
    verb(deferred, "run", rich_help_panel=RUNNING)(run)
    add_life(deferred, LIFE)
    app.add_typer(deferred, name="deferred", rich_help_panel="Money coming in")


def _policy(desk: Desk) -> DeferredPolicy:
    return desk.council.deferred_payments or DeferredPolicy()


def show(
    desk: Desk,
    agreement: Annotated[
        str | None, typer.Argument(metavar="[AGREEMENT]", help="One agreement; all when not given.")
    ] = None,
) -> None:
    """Show what is owed on agreements at the close of a day, what is secured, and what the ledger holds.

    Example: outturn deferred show DPA0012 --on 2026-06-30
    """
    policy = _policy(desk)
    if agreement is not None:
        found = jobs.show(desk.database, agreement, desk.on, policy)
        desk.answer(shown.loan_json(found), *shown.loan_shown(found))
        return
    loans, refused = jobs.show_all(desk.database, desk.on, policy)
    rows: list[list[RenderableType]] = [
        [
            each.loan.ref,
            each.loan.held.agreement.name,
            each.state,
            printing.amount(each.loan.owed),
            printing.amount(each.not_posted),
            printing.day(each.limit_reached),
        ]
        for each in loans
    ]
    desk.failed = bool(refused)
    desk.answer(
        {
            "on": desk.on,
            "agreements": [shown.loan_json(each) for each in loans],
            "refused": [
                {"agreement": each.held.agreement.ref, "what": each.why.what, "what_to_do": each.why.what_to_do}
                for each in refused
            ],
        },
        printing.table(
            ("Agreement", "Person", "State", "Owed", "Not yet posted", "Limit reached"),
            rows,
            right=("Owed", "Not yet posted"),
        )
        if rows
        else None
        if refused
        else "There are no agreements.",
        *shown.refused_shown(refused, desk.council.version),
    )


def statement(
    desk: Desk,
    agreement: AgreementRef,
    from_day: Annotated[
        dt.date | None,
        typer.Option(
            "--from",
            parser=read_day,
            metavar="DATE",
            help="The first day; the day after the last six-monthly one when not given.",
        ),
    ] = None,
    days: Annotated[bool, typer.Option("--days", help="Also list the interest of every day.")] = False,
) -> None:
    """Give the statement of an agreement up to a day: opening, every movement, interest by rate, closing, room left.

    Example: outturn deferred statement DPA0012 --from 2026-01-01 --on 2026-06-30
    """
    made = jobs.statement_of(desk.database, agreement, from_day, desk.on, _policy(desk))
    desk.answer(shown.paper_json(made, days), *shown.paper_shown(made, days))


def statements(
    desk: Desk,
    from_day: Annotated[
        dt.date, typer.Option("--from", parser=read_day, metavar="DATE", help="The first day they may fall due.")
    ],
) -> None:
    """List the six-monthly statements that fall due from a day up to --on, with what each says is owed.

    Example: outturn deferred statements --from 2026-06-01 --on 2026-06-30
    """
    papers, refused = jobs.statements_due(desk.database, from_day, desk.on, _policy(desk))
    desk.failed = bool(refused)
    rows: list[list[RenderableType]] = [
        [
            each.statement.reference,
            each.name,
            printing.short_span(each.statement.first, each.statement.end),
            printing.amount(each.statement.totals.closing),
            printing.amount(each.statement.room_pence),
        ]
        for each in papers
    ]
    desk.answer(
        {
            "statements": [shown.paper_json(each, False) for each in papers],
            "refused": [
                {"agreement": each.held.agreement.ref, "what": each.why.what, "what_to_do": each.why.what_to_do}
                for each in refused
            ],
        },
        printing.table(("Agreement", "Person", "Days", "Owed", "Left to defer"), rows, right=("Owed", "Left to defer"))
        if rows
        else None
        if refused
        else "None falls due.",
        *shown.refused_shown(refused, desk.council.version),
    )


def redeem(desk: Desk, agreement: AgreementRef) -> None:
    """Say what clears a loan if paid on a day, how it is made up, and what each day after adds.

    Example: outturn deferred redeem DPA0012 --on 2026-07-10
    """
    made = jobs.redemption_of(desk.database, agreement, desk.on, _policy(desk))
    desk.answer(shown.quote_json(made), *shown.quote_shown(made))


def yearly(
    desk: Desk,
    year: Annotated[int, typer.Option("--year", min=2015, max=2100, help="The year it begins: 2025 for 2025-26.")],
    figure: Annotated[
        str | None, typer.Option("--figure", metavar="NAME", help="List the agreements behind one figure.")
    ] = None,
) -> None:
    """Give the yearly return: counts and values from opening to closing, each with the agreements behind it.

    Example: outturn deferred return --year 2025
    """
    span = Span(dt.date(year, 4, 1), dt.date(year + 1, 4, 1))
    made = jobs.return_for(desk.database, span, _policy(desk))
    groups = (("counts", made.figures.counts), ("values", made.figures.values), ("boxes", made.figures.boxes))
    if figure is not None:
        known = {each.name: each for _, many in groups for each in many}
        if figure not in known:
            raise typer.BadParameter(f"No figure is called “{figure}”. Use one of: {', '.join(known)}.")
        rows = [(each.reference, printing.amount(each.pence)) for each in known[figure].parts]
        desk.answer(
            shown.figure_json(known[figure]),
            printing.table(("Agreement", "Value"), rows, right=("Value",), title=f"{printing.opening(figure)}, {span}"),
        )
        return
    asked: list[tuple[RenderableType, ...]] = [
        (each.table, each.box, str(each.age), f"{each.count:,}") for each in made.requests
    ]
    desk.answer(
        {
            "first_day": span.first,
            "last_day": span.last,
            **{name: [shown.figure_json(each) for each in many] for name, many in groups},
            "requests": [
                {
                    "table": each.table,
                    "box": each.box,
                    "age": str(each.age),
                    "count": each.count,
                    "requests": list(each.requests),
                }
                for each in made.requests
            ],
        },
        *(
            printing.table(
                ("Figure", "Agreements", "Value"),
                [(printing.opening(each.name), f"{each.count:,}", printing.amount(each.pence)) for each in many],
                right=("Agreements", "Value"),
                title=f"\n{title}, {span}",
            )
            for title, (_, many) in zip(("Agreements", "Money", "Of which"), groups, strict=True)
        ),
        printing.table(("Requests", "Box", "Age", "Count"), asked, right=("Count",), title="\nRequests decided")
        if asked
        else None,
        printing.note("Next: the agreements behind a figure, outturn deferred return --year … --figure NAME"),
    )


def templates(
    desk: Desk, folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Where to write them.")]
) -> None:
    """Write an example file of each extract about deferred payments: docs/deferred-payments.md.

    Example: outturn deferred templates examples
    """
    from interfaces.files.inbound.describing import write_templates
    from interfaces.files.inbound.layouts.deferred_payments import DEFERRED

    made = write_templates(DEFERRED, folder)
    desk.answer({"files": [str(each) for each in made]}, f"{printing.several(len(made), 'file')} written to {folder}.")


def run(desk: Desk, last_day: LastDay = None) -> None:
    """Draft and work out a run of every agreement: interest, fees, repayments, charges moved to the loans.

    Run it after the charges of those days are posted. A run already drafted is worked out again, with the
    choices it was drafted with; it is refused where the policy, or --last-day, now says otherwise.

    Example: outturn deferred run --last-day 2026-06-30 --as "first officer"
    """
    made = jobs.run_to_work_out(
        desk.database, by=desk.by, at=desk.at, up_to=last_day and last_day + ONE, otherwise=desk.on
    )
    answer_worked_out(desk, LIFE, made.nr)
