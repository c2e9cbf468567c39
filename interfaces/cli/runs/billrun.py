"""Runs of charges, from draft to numbered bills; and what each payer is billed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from sqlalchemy import Connection

from billing.bill_store import read_bills
from billing.charges import store as charges
from billing.charges.check_store import Unbilled, read_unbilled
from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.news import cause_words
from billing.charges.stream import NAME
from billing.recharges.jobs import raise_recharges
from billing.recharges.store import NAME as RECHARGES
from billing.tables import bill_payer, number_of
from finance.days import spoken
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing, references
from interfaces.cli.frame.arguments import LastDay, Limit, RunNumber
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.frame.progress import Progress
from interfaces.cli.runs.life import LOOKING, REVIEWING, Life, add_life, answer_worked_out, sentence
from interfaces.cli.runs.payrun import run_json, told_let_go, told_recharged
from interfaces.cli.runs.workings import read_lines
from interfaces.files.inbound.council_file import read_council
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import Run


def _names(connection: Connection, numbers: Iterable[int]) -> dict[int, references.Named]:
    return references.names(connection, bill_payer, numbers)


def _release(desk: Desk, run: int, progress: Progress) -> Run:
    return release_billrun(desk.database, run, by=desk.by, at=desk.at, on=desk.on, progress=progress)


LIFE = Life(
    NAME, "billrun", "payer", calculate_billrun, _release, "outturn bill issue {run}", _names, with_it=(RECHARGES,)
)


def add_to(app: typer.Typer) -> None:
    """Add the verbs of charge runs."""
    verb(app, "draft", rich_help_panel="From draft to release")(draft)
    verb(app, "run", rich_help_panel="From draft to release")(draft_and_calculate)
    add_life(app, LIFE)
    verb(app, "show", rich_help_panel=LOOKING)(show)
    verb(app, "bills", rich_help_panel=LOOKING)(bills)
    verb(app, "never-billed", rich_help_panel=LOOKING)(never_billed)
    verb(app, "recharge", rich_help_panel="From draft to release")(recharge)
    verb(app, "hold", rich_help_panel=REVIEWING)(hold)
    verb(app, "let-go", rich_help_panel=REVIEWING)(let_go)


BillCalendarRef = Annotated[str, typer.Argument(metavar="CALENDAR", help="The bill calendar’s reference.")]


def _draft(desk: Desk, calendar: str, last_day: dt.date | None, council: CouncilFile) -> Run:
    up_to = last_day + dt.timedelta(days=1) if last_day else None
    policy = read_council(council).charging
    return draft_billrun(desk.database, calendar, by=desk.by, at=desk.at, up_to=up_to, on=desk.on, policy=policy)


def draft(desk: Desk, calendar: BillCalendarRef, last_day: LastDay = None, council: CouncilFile = None) -> None:
    """Open a run of charges for the bill periods whose cut-off has come.

    Example: outturn billrun draft BILL-4W --as "first officer" --on 2026-05-04
    """
    run = _draft(desk, calendar, last_day, council)
    desk.answer(run_json(run), sentence(run), printing.note(f"Next: outturn billrun calculate {run.nr}"))


def draft_and_calculate(
    desk: Desk, calendar: BillCalendarRef, last_day: LastDay = None, council: CouncilFile = None
) -> None:
    """Draft and work out a run in one go. A run of the calendar already drafted is worked out instead.

    Example: outturn billrun run BILL-4W --as "first officer" --on 2026-05-04
    """
    with desk.database.read() as connection:
        numbers = {each.ref: each.nr for each in charges.read_calendars(connection)}
        already = ledger.open_run(connection, NAME, numbers[calendar]) if calendar in numbers else None
    made = (
        already if already and already.status in ("draft", "calculated") else _draft(desk, calendar, last_day, council)
    )
    answer_worked_out(desk, LIFE, made.nr)


def show(desk: Desk, run: RunNumber, limit: Limit = 20) -> None:
    """Show a run of charges or recharges: what it is made of, why weeks are charged again, the largest bills.

    Example: outturn billrun show 7
    """
    this = LIFE.looked_at(desk.database, run)
    with desk.database.read() as connection:
        lines = read_lines(connection, this).select(["kind", "late", "amount", "cause", "party"]).to_pylist()
        payers = _by_payer(lines)
        top = sorted(payers, key=lambda each: -abs(payers[each][1]))[:limit]
        names = _names(connection, top)
        _, held = ledger.held_for(connection, this)
    made_of = _counted((row["kind"], row["late"], row["amount"]) for row in lines)
    causes = _counted((cause_words(row["cause"]), True, row["amount"]) for row in lines if row["late"])
    desk.answer(
        {
            **run_json(this),
            "payers": len(payers),
            "made_of": [
                {"kind": kind, "earlier_periods": late, "lines": count, "total_pence": pence}
                for (kind, late), (count, pence) in sorted(made_of.items())
            ],
            "earlier_periods": [
                {"why": why, "lines": count, "total_pence": pence} for (why, _), (count, pence) in causes.items()
            ],
            "largest": [
                {
                    "payer": names[each].ref if each in names else None,
                    "lines": payers[each][0],
                    "total_pence": payers[each][1],
                    "held": each in held,
                }
                for each in top
            ],
        },
        sentence(this),
        printing.table(
            ("What", "For", "Lines", "Total"),
            [
                (kind, "earlier periods" if late else "this period", f"{count:,}", printing.amount(pence))
                for (kind, late), (count, pence) in sorted(made_of.items())
            ],
            right=("Lines", "Total"),
            title="\nMade of",
        )
        if made_of
        else None,
        printing.table(
            ("Why earlier weeks are charged again", "Lines", "Total"),
            [(why, f"{count:,}", printing.amount(pence)) for (why, _), (count, pence) in causes.items()],
            right=("Lines", "Total"),
            title="\nLate news",
        )
        if causes
        else None,
        printing.table(
            ("Payer", "Lines", "Total", "Held"),
            [
                (
                    str(names.get(each, each)),
                    f"{payers[each][0]:,}",
                    printing.amount(payers[each][1]),
                    "held" if each in held else "",
                )
                for each in top
            ],
            right=("Lines", "Total"),
            title="\nLargest",
        )
        if top
        else None,
    )


def _by_payer(rows: Iterable[Mapping[str, Any]]) -> dict[int, tuple[int, int]]:
    """(lines, pence) of each payer."""
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        count, total = found.get(row["party"], (0, 0))
        found[row["party"]] = (count + 1, total + row["amount"])
    return found


def _counted(rows: Iterable[tuple[str, bool, int]]) -> dict[tuple[str, bool], tuple[int, int]]:
    """(lines, pence) by word and whether it is about earlier periods."""
    found: dict[tuple[str, bool], tuple[int, int]] = {}
    for word, late, pence in rows:
        count, total = found.get((word, late), (0, 0))
        found[word, late] = (count + 1, total + pence)
    return found


def bills(desk: Desk, run: RunNumber, limit: Limit = 100) -> None:
    """List the bills and credit notes a released run numbered.

    Example: outturn billrun bills 7
    """
    LIFE.looked_at(desk.database, run)
    with desk.database.read() as connection:
        found = read_bills(connection, run=run)
        names = _names(connection, [each.party for each in found[:limit]])
    rows: list[tuple[RenderableType, ...]] = [
        (
            number_of(each.nr),
            str(names.get(each.party, each.party)),
            each.kind,
            printing.amount(each.amount),
            printing.day(each.due),
        )
        for each in found[:limit]
    ]
    desk.answer(
        {
            "run": run,
            "of": len(found),
            "total_pence": sum(each.amount for each in found),
            "bills": [
                {
                    "bill": number_of(each.nr),
                    "payer": names[each.party].ref if each.party in names else None,
                    "kind": each.kind,
                    "amount_pence": each.amount,
                    "issued": each.issued,
                    "due": each.due,
                }
                for each in found[:limit]
            ],
        },
        printing.table(("Bill", "Payer", "Kind", "Amount", "To be paid by"), rows, right=("Amount",))
        if rows
        else "The run has numbered no bills.",
        printing.note(f"{len(rows):,} of {len(found):,}.") if len(found) > len(rows) else None,
    )


def never_billed(desk: Desk, limit: Limit = 100) -> None:
    """List people with care and something to pay who have never had a bill, those waiting longest first, and why.

    Example: outturn billrun never-billed --on 2026-06-02
    """
    with desk.database.read() as connection:
        found = read_unbilled(connection, desk.on)

    def why(each: Unbilled) -> str:
        return "not billed by any run yet" if each.payer else "nobody to bill: load their bill payer"

    rows: list[tuple[RenderableType, ...]] = [
        (
            f"{each.name} ({each.ref})",
            printing.day(each.since),
            f"{(desk.on - each.since).days:,}",
            printing.amount(each.weekly),
            why(each),
        )
        for each in found[:limit]
    ]
    desk.answer(
        {
            "on": desk.on,
            "of": len(found),
            "people": [
                {
                    "person": each.ref,
                    "payer": each.payer,
                    "since": each.since,
                    "days": (desk.on - each.since).days,
                    "weekly_pence": each.weekly,
                    "why": why(each),
                }
                for each in found[:limit]
            ],
        },
        printing.table(("Person", "Care since", "Days", "A week", "Why"), rows, right=("Days", "A week"))
        if rows
        else "Everybody with something to pay has had a bill.",
        printing.note(f"{len(rows):,} of {len(found):,}.") if len(found) > len(rows) else None,
    )


def recharge(desk: Desk, run: RunNumber, council: CouncilFile = None) -> None:
    """Recharge other funders for what they bear of a pay run. Releasing it does this; again, it does nothing.

    Example: outturn billrun recharge 3 --as "first officer"
    """
    made = raise_recharges(
        desk.database, run, by=desk.by, at=desk.at, on=desk.on, policy=read_council(council).recharging
    )
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
        number = references.number_of(connection, bill_payer, payer)
    made = machine.hold(desk.database, NAME, "payee", number, reason=reason, by=desk.by, at=desk.at)
    desk.answer(
        {"hold": made, "payer": payer, "reason": reason},
        f"Hold {made}: nothing more of {payer}’s is billed until it is let go, from {spoken(desk.on)}.",
    )


def let_go(desk: Desk, hold: Annotated[int, typer.Argument(help="The hold’s number.")]) -> None:
    """End a hold: the next run proposes the same charges again.

    Example: outturn billrun let-go 4 --as "first officer"
    """
    runs = machine.let_go(desk.database, hold, by=desk.by, at=desk.at)
    desk.answer({"hold": hold, "let_go_by": desk.by, "stays_out_of": runs}, told_let_go(hold, runs))
