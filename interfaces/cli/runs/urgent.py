"""A pay run for one payee, person, line or sum alone, before the run of its calendar comes."""

import datetime as dt
from typing import Annotated

import typer
from sqlalchemy import Connection

from finance.facts.names_store import number_of
from finance.facts.tables import FACTS
from finance.money import read_pence, sterling
from finance.problems import NotAnAmount
from interfaces.cli.allowing import by_hand
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import LastDay
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.cli.runs.life import answer_worked_out
from interfaces.cli.runs.stream import Life
from ledgers.runs import Run, check_reason
from ledgers.urgent import ADJUSTMENT, LINE, PAYEE, PERSON, Urgent
from payruns.jobs import draft_payrun, first_unpaid
from payruns.urgent import check_calendar
from payruns.urgent_store import read_calendars, read_for_ref, read_whose

_TABLES = {LINE: "service_line", PERSON: "person", PAYEE: "payee", ADJUSTMENT: "adjustment"}


def pay_urgently(
    life: Life,
    desk: Desk,
    calendar: Annotated[str, typer.Argument(metavar="CALENDAR", help="The calendar they are paid by.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it cannot wait: kept, and shown to who signs.")],
    payee: Annotated[str | None, typer.Option(metavar="REF", help="All that is due to this payee.")] = None,
    person: Annotated[str | None, typer.Option(metavar="REF", help="All that is due for this person.")] = None,
    line: Annotated[str | None, typer.Option(metavar="REF", help="What is due for this service line.")] = None,
    adjustment: Annotated[str | None, typer.Option(metavar="REF", help="This sum alone, entered before.")] = None,
    last_day: LastDay = None,
    pay_on: Annotated[
        dt.date | None,
        typer.Option("--pay-on", parser=read_day, metavar="DATE", help="When; the next working day, when not given."),
    ] = None,
    on_account: Annotated[
        str | None,
        typer.Option("--sum", metavar="AMOUNT", help="A sum on account instead: the next run takes it off again."),
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="REF", help="What a sum for a payee is for; a line says it itself.")
    ] = None,
) -> None:
    """Draft and work out a run for one payee, person or line, before the run of the calendar. That pays the difference.

    It is checked, signed for and released as every run. Without --last-day it pays what released runs have left unpaid.
    With --sum, where what is due cannot be worked out yet, two adjustments are entered: one pays, one takes it off.

    Example: outturn payrun urgent 4W --payee V1 --last-day 2026-05-17 --reason "Carer has nothing to live on" --as Ann
    Example: outturn payrun urgent 4W --line L118 --sum 250.00 --reason "Hours not in until Friday" --as "first officer"
    """
    given = {PAYEE: payee, PERSON: person, LINE: line, ADJUSTMENT: adjustment}
    chosen = [(what, ref) for what, ref in given.items() if ref is not None]
    if len(chosen) != 1:
        raise typer.BadParameter("Name one of --payee, --person, --line and --adjustment.")
    check_reason(reason)
    what, ref = chosen[0]
    if on_account is not None:
        entered = _enter(desk, calendar, what, ref, service, on_account, reason)
        if entered is None:
            return
        what, ref = ADJUSTMENT, entered
    with desk.database.read() as connection:
        urgent = Urgent(what, number_of(connection, FACTS[_TABLES[what]], ref), reason)
    up_to = last_day + dt.timedelta(days=1) if last_day else None
    run = draft_payrun(
        desk.database, calendar, by=desk.by, at=desk.at, up_to=up_to, on=desk.on, urgent=urgent, pay_on=pay_on
    )
    answer_worked_out(desk, life, run.nr)


def _enter(desk: Desk, calendar: str, what: str, ref: str, service: str | None, amount: str, reason: str) -> str | None:
    """A sum on account entered with what takes it off: its reference; None where both wait, and that is said."""
    from interfaces.files.inbound.door.on_account import OnAccount, enter_on_account  # slow to bring

    pence = _pence(amount)
    with desk.database.read() as connection:
        on = first_unpaid(connection, calendar)
        asked_for = Urgent(what, number_of(connection, FACTS[_TABLES[what]], ref), reason)
        check_calendar(what, calendar, read_calendars(connection, asked_for).values())
        whose = read_whose(connection, asked_for.nr) if what == LINE else None
    if whose is None and (what != PAYEE or service is None):
        raise typer.BadParameter("Name a --line, or a --payee and the --service it is for, with --sum.")
    payee, of, person = (whose.payee, whose.service, whose.person) if whose else (ref, str(service), None)
    asked = OnAccount(calendar, payee, of, person, on, pence, reason)
    done = enter_on_account(desk.database, asked, **by_hand(desk))
    if done.load is None:
        return done.ref
    desk.answer(
        {"on_account": done.ref, "taken_off": done.taken_off, "amount_pence": pence, "load": done.load, "run": None},
        f"{sterling(pence)} on account, {done.ref}, and {done.taken_off}, which takes it off again, wait for a second "
        "person.",
        printing.note(f"Next, by another officer: outturn waiting confirm {done.load}"),
        printing.note(f"Then: outturn payrun urgent {calendar} --adjustment {done.ref} --reason TEXT"),
    )
    return None


def _pence(amount: str) -> int:
    try:
        pence = read_pence(amount)
    except NotAnAmount as error:
        raise typer.BadParameter(f"{error.what} {error.what_to_do}") from error
    if pence <= 0:
        raise typer.BadParameter("A sum on account is above nought.")
    return pence


def urgent_json(connection: Connection, run: Run) -> dict[str, object] | None:
    """What an urgent run is for; null for the run of a calendar."""
    if not run.is_urgent:
        return None
    return {"for": run.urgent_for, "ref": read_for_ref(connection, run), "reason": run.urgent_why}


def urgent_words(connection: Connection, run: Run) -> str | None:
    """Whom an urgent run pays, and why, in a sentence; None for the run of a calendar."""
    if not run.is_urgent:
        return None
    ref = read_for_ref(connection, run)
    return f"Urgent, for {run.urgent_for} {ref} alone, prepared by {run.prepared_by}: {run.urgent_why}"
