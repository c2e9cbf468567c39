"""Deferred payments: the loans, their statements and redemption figures, the yearly return, and the runs that
post them.
"""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.deferred_payments import jobs
from billing.deferred_payments.jobs import Shown
from billing.deferred_payments.loan_to_date import Refused
from billing.deferred_payments.papers import Paper, Quote
from billing.deferred_payments.policy import DeferredPolicy
from billing.naming_store import NAMING
from finance.days import Span, spoken
from finance.deferred_payments import Figure, Totals
from finance.deferred_payments.interest import percent_text
from finance.money import round_fraction, sterling
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import LastDay
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.cli.frame.progress import Progress
from interfaces.cli.runs.life import add_life, answer_worked_out
from interfaces.cli.runs.stream import Life
from interfaces.files.inbound.council_file import read_council
from ledgers.runs import Run
from ledgers.streams import DEFERRED_PAYMENTS

ONE = dt.timedelta(days=1)
LOOKING, RUNNING = "Looking", "Posting"
AgreementRef = Annotated[str, typer.Argument(metavar="AGREEMENT", help="The agreement’s reference.")]
_PARTS = (
    ("advances", "Charges deferred", 1),
    ("fees", "Fees", 1),
    ("interest", "Interest", 1),
    ("refunds", "Paid back", 1),
    ("repayments", "Repayments", -1),
    ("written_off", "Written off", -1),
    ("interest_billed", "Interest billed", -1),
)


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


def _policy(council: Path | None) -> DeferredPolicy:
    return read_council(council).deferred_payments or DeferredPolicy()


def show(
    desk: Desk,
    agreement: Annotated[
        str | None, typer.Argument(metavar="[AGREEMENT]", help="One agreement; all when not given.")
    ] = None,
    council: CouncilFile = None,
) -> None:
    """Show what is owed on agreements at the close of a day, what is secured, and what the ledger holds.

    Example: outturn deferred show DPA0012 --on 2026-06-30
    """
    policy = _policy(council)
    if agreement is not None:
        found = jobs.show(desk.database, agreement, desk.on, policy)
        desk.answer(_loan_json(found), *_loan_shown(found))
        return
    loans, refused = jobs.show_all(desk.database, desk.on, policy)
    rows: list[list[RenderableType]] = [
        [
            each.loan.ref,
            each.loan.held.agreement.name,
            _state(each),
            printing.amount(each.loan.owed),
            printing.amount(each.loan.owed - each.posted),
            printing.day(each.limit_reached),
        ]
        for each in loans
    ]
    desk.failed = bool(refused)
    desk.answer(
        {
            "on": desk.on,
            "agreements": [_loan_json(each) for each in loans],
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
        *_refused_shown(refused, council),
    )


def _refused_shown(refused: Sequence[Refused], council: Path | None) -> list[RenderableType]:
    """Every agreement that cannot be worked out, and why; and that no council file was given, where that may be it."""
    shown: list[RenderableType] = [
        f"{each.held.agreement.ref} cannot be worked out: {each.why.what} {each.why.what_to_do}" for each in refused
    ]
    if refused and council is None:
        shown.append(
            printing.note("No council file was given with --council, so the choices and rates are the shipped ones.")
        )
    return shown


def _state(shown: Shown) -> str:
    kept, days = shown.loan.held.agreement, shown.loan.ledger.days
    if kept.ended and kept.ended < shown.loan.up_to:
        return f"ended by {kept.ended_why}"
    if days and days[-1].ended:
        return "paid in full"
    return "signed" if kept.signed and kept.signed < shown.loan.up_to else "interim"


def _loan_json(shown: Shown) -> dict[str, object]:
    loan, kept = shown.loan, shown.loan.held.agreement
    totals = loan.ledger.between(loan.ledger.first, loan.up_to) if loan.ledger.days else None
    return {
        "agreement": kept.ref,
        "person": kept.person_ref,
        "name": kept.name,
        "on": loan.up_to - ONE,
        "state": _state(shown),
        "signed": kept.signed,
        "security": kept.security,
        "owed_pence": loan.owed,
        "posted_pence": shown.posted,
        "not_posted_pence": loan.owed - shown.posted,
        "limit_reached": shown.limit_reached,
        "charges_in_to": _last(loan.held.charged_to),
        "parts": _totals_json(totals) if totals else {},
    }


def _loan_shown(shown: Shown) -> list[RenderableType]:
    loan, kept = shown.loan, shown.loan.held.agreement
    totals = loan.ledger.between(loan.ledger.first, loan.up_to) if loan.ledger.days else None
    return [
        printing.heading(f"{kept.ref}: {kept.name}, at the close of {spoken(loan.up_to - ONE)}"),
        printing.pairs(
            [
                ("State", _state(shown)),
                ("Signed", printing.day(kept.signed)),
                ("Security", kept.security),
                ("Charges are in to", printing.day(_last(loan.held.charged_to))),
                ("Limit reached", printing.day(shown.limit_reached)),
            ]
        ),
        printing.sums([*_parts(totals), ("Owed", loan.owed), ("Not yet posted", loan.owed - shown.posted)]),
    ]


def _parts(totals: Totals | None) -> list[tuple[str, int]]:
    if totals is None:
        return []
    found = [(words, sign * int(getattr(totals, name))) for name, words, sign in _PARTS]
    return [(words, pence) for words, pence in found if pence]


def _totals_json(totals: Totals) -> dict[str, int]:
    return {
        "opening_pence": totals.opening,
        **{f"{name}_pence": sign * int(getattr(totals, name)) for name, _, sign in _PARTS},
        "closing_pence": totals.closing,
    }


def _last(end: dt.date | None) -> dt.date | None:
    return end - ONE if end else None


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
    council: CouncilFile = None,
) -> None:
    """Give the statement of an agreement up to a day: opening, every movement, interest by rate, closing, room left.

    Example: outturn deferred statement DPA0012 --from 2026-01-01 --on 2026-06-30
    """
    made = jobs.statement_of(desk.database, agreement, from_day, desk.on, _policy(council))
    desk.answer(_paper_json(made, days), *_paper_shown(made, days))


def _paper_json(paper: Paper, days: bool) -> dict[str, object]:
    made = paper.statement
    return {
        "agreement": made.reference,
        "person": made.person,
        "name": paper.name,
        "first_day": made.first,
        "last_day": made.end - ONE,
        **_totals_json(made.totals),
        "lines": [
            {
                "what": each.what,
                "first_day": each.first,
                "last_day": each.end - ONE,
                "pence": each.pence,
                "why": each.why,
            }
            for each in made.lines
        ],
        "security": str(made.security),
        "home_value_pence": made.value_pence,
        "limit_pence": made.limit_pence,
        "equity_left_pence": made.room_pence,
        "review_due": made.review_due,
        "limit_reached": paper.limit_reached,
        "next_statement": paper.next_statement,
        "charges_in_to": _last(paper.charged_to),
        "kept_weekly_pence": paper.kept_weekly,
        "pays_weekly_pence": paper.pays_weekly,
        **(
            {
                "days": [
                    {"on": on, "bearing_pence": bearing, "percent": percent_text(rate), "interest_pence": pence}
                    for on, bearing, rate, pence in paper.days
                ]
            }
            if days
            else {}
        ),
    }


def _paper_shown(paper: Paper, days: bool) -> list[RenderableType | None]:
    made = paper.statement
    rows: list[list[RenderableType]] = [["Owed at the start", "", "", printing.amount(made.totals.opening)]]
    rows += [
        [printing.opening(each.what), printing.short_span(each.first, each.end), each.why, printing.amount(each.pence)]
        for each in made.lines
    ]
    rows.append(["Owed at the end", "", "", printing.amount(made.totals.closing)])
    every: list[list[RenderableType]] = [
        [printing.day(on), printing.amount(bearing), f"{percent_text(rate)}%", printing.amount(pence)]
        for on, bearing, rate, pence in paper.days
    ]
    return [
        printing.heading(f"{made.reference}: {paper.name}, {spoken(made.first)} to {spoken(made.end - ONE)}"),
        printing.table(("What", "Days", "Why", "Amount"), rows, right=("Amount",)),
        printing.pairs(
            [
                ("Security", str(made.security)),
                ("Value of the home", printing.amount(made.value_pence)),
                ("The most that may be deferred", printing.amount(made.limit_pence)),
                ("Left to defer", printing.amount(made.room_pence)),
                ("Limit reached, as things stand", printing.day(paper.limit_reached)),
                ("Charges are in to", printing.day(_last(paper.charged_to))),
                ("Next statement", printing.day(paper.next_statement)),
            ]
        ),
        printing.table(("Day", "On", "A year", "Interest"), every, right=("On", "A year", "Interest"))
        if days
        else None,
    ]


def statements(
    desk: Desk,
    from_day: Annotated[
        dt.date, typer.Option("--from", parser=read_day, metavar="DATE", help="The first day they may fall due.")
    ],
    council: CouncilFile = None,
) -> None:
    """List the six-monthly statements that fall due from a day up to --on, with what each says is owed.

    Example: outturn deferred statements --from 2026-06-01 --on 2026-06-30
    """
    papers, refused = jobs.statements_due(desk.database, from_day, desk.on, _policy(council))
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
            "statements": [_paper_json(each, False) for each in papers],
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
        *_refused_shown(refused, council),
    )


def redeem(desk: Desk, agreement: AgreementRef, council: CouncilFile = None) -> None:
    """Say what clears a loan if paid on a day, how it is made up, and what each day after adds.

    Example: outturn deferred redeem DPA0012 --on 2026-07-10
    """
    made = jobs.redemption_of(desk.database, agreement, desk.on, _policy(council))
    desk.answer(_quote_json(made), *_quote_shown(made))


def _quote_json(quote: Quote) -> dict[str, object]:
    made = quote.redemption
    return {
        "agreement": quote.ref,
        "person": quote.person,
        "name": quote.name,
        "on": made.on,
        "redemption_pence": made.pence,
        "parts": _totals_json(made.parts),
        "next_day_pence_exact": str(made.next_day_interest_exact),
        "next_day_deferred_pence_exact": str(quote.daily_deferred_exact),
        "charges_in_to": _last(quote.charged_to),
        "charges_missing": quote.short_of_charges,
    }


def _quote_shown(quote: Quote) -> list[RenderableType | None]:
    made = quote.redemption
    if made.pence <= 0:
        stands = f"stands {sterling(-made.pence)} in credit" if made.pence else "owes nothing"
        return [
            f"{quote.ref}, {quote.name}, {stands} on {spoken(made.on)}: there is nothing to redeem.",
            printing.sums([*_parts(made.parts), ("Owed", made.pence)]),
        ]
    until = f"to {spoken(quote.charged_to - ONE)}" if quote.charged_to else "for no days"
    return [
        (
            f"{quote.ref}, {quote.name}: {sterling(made.pence)} paid on {spoken(made.on)} clears the loan and ends the "
            f"agreement."
        ),
        printing.sums([*_parts(made.parts), ("To pay", made.pence)]),
        _each_day_after(made.next_day_interest_exact, quote.daily_deferred_exact),
        printing.note(f"Charges are in {until}: those of later days are not in this figure.")
        if quote.short_of_charges
        else None,
    ]


def _each_day_after(interest: Fraction, deferred: Fraction) -> str:
    """What a day more adds in all, and of what it is made."""
    if not interest + deferred:
        return "No day after it adds anything, as things stand."
    both = f"Each day after it adds about {_part_of_a_day(interest + deferred)}"
    if not deferred:
        return f"{both}. That is interest alone: nothing more is being deferred."
    return (
        f"{both}: {_part_of_a_day(interest)} of interest, and {_part_of_a_day(deferred)} of charges deferred, as "
        f"things stand."
    )


def _part_of_a_day(pence: Fraction) -> str:
    tenths = round_fraction(pence * 10)
    return f"{tenths // 10}.{tenths % 10}p" if tenths < 1_000 else sterling(round_fraction(pence))


def yearly(
    desk: Desk,
    year: Annotated[int, typer.Option("--year", min=2015, max=2100, help="The year it begins: 2025 for 2025-26.")],
    figure: Annotated[
        str | None, typer.Option("--figure", metavar="NAME", help="List the agreements behind one figure.")
    ] = None,
    council: CouncilFile = None,
) -> None:
    """Give the yearly return: counts and values from opening to closing, each with the agreements behind it.

    Example: outturn deferred return --year 2025
    """
    span = Span(dt.date(year, 4, 1), dt.date(year + 1, 4, 1))
    made = jobs.return_for(desk.database, span, _policy(council))
    groups = (("counts", made.figures.counts), ("values", made.figures.values), ("boxes", made.figures.boxes))
    if figure is not None:
        known = {each.name: each for _, many in groups for each in many}
        if figure not in known:
            raise typer.BadParameter(f"No figure is called “{figure}”. Use one of: {', '.join(known)}.")
        rows = [(each.reference, printing.amount(each.pence)) for each in known[figure].parts]
        desk.answer(
            _figure_json(known[figure]),
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
            **{name: [_figure_json(each) for each in many] for name, many in groups},
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


def _figure_json(figure: Figure) -> dict[str, object]:
    return {
        "figure": figure.name,
        "agreements": figure.count,
        "value_pence": figure.pence,
        "parts": [{"agreement": each.reference, "pence": each.pence} for each in figure.parts],
    }


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


def run(desk: Desk, last_day: LastDay = None, council: CouncilFile = None) -> None:
    """Draft and work out a run of every agreement: interest, fees, repayments, charges moved to the loans.

    Run it after the charges of those days are posted. A run already drafted is worked out again, with the
    choices it was drafted with; it is refused where --council or --last-day now say otherwise.

    Example: outturn deferred run --last-day 2026-06-30 --as "first officer"
    """
    made = jobs.run_to_work_out(
        desk.database,
        by=desk.by,
        at=desk.at,
        up_to=last_day and last_day + ONE,
        otherwise=desk.on,
        policy=_policy(council) if council else None,
    )
    answer_worked_out(desk, LIFE, made.nr)
