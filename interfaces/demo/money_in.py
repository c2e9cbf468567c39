"""The demonstration's other half: everyone assessed, charged and billed, papers issued, money received, a care account.

It lives the same two periods as the pay runs, through the doors a council uses.
"""

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from billing import tables as charging
from billing.assessments.caseload.jobs import Reassessed, reassess_everyone
from billing.assessments.jobs import confirm_figures
from billing.care_accounts.approaching_cap import Near
from billing.care_accounts.jobs import meter, near_the_cap
from billing.care_accounts.policy import CareAccountPolicy, DatedAmount
from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.served import UNSEEN, by_reason
from billing.charges.served_store import read_served
from billing.documents.content import CouncilOnPaper
from billing.documents.jobs import bytes_of, issue_documents, issue_statement, read_paper
from billing.documents.store import NoSuchPaper
from billing.receipts.jobs import calculate_receipts_run, draft_receipts_run, release_receipts_run
from billing.recharges.jobs import Raised, raise_recharges
from finance.assessment import default_policy
from finance.days import day
from finance.money import pounds
from interfaces.database.connection import Database
from interfaces.demo.charging import BILL_CALENDAR
from interfaces.demo.timetable import GO_LIVE, THE_END
from interfaces.documents.press import Press
from interfaces.files.inbound.bank_statement import BankLoaded, load_bank_statement
from interfaces.files.outbound.folder_jobs import write_run_files
from interfaces.files.outbound.leaving import leave
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.runs import Run

PAPERS = 150
"""How many bills of a run have their papers made: a council's whole run is ``outturn bill issue RUN``."""
SOURCE = "made up for the demonstration: no circular was read"


@dataclass(frozen=True)
class DemoPaper:
    """A paper to open: what it shows, and where it is."""

    shows: str
    number: str
    path: Path


@dataclass(frozen=True)
class BilledTold:
    """One charge run of the demonstration, for its page. Money in pence."""

    run: Run
    bills: int
    credit_notes: int
    billed: int
    credited: int
    adjusted: int
    findings: Counter[tuple[str, str]]
    accepted: int
    parked: int
    recharged: Raised
    reassessed: Reassessed
    received: BankLoaded | None
    unseen: list[tuple[str, int]]


def live_a_bill_period(
    database: Database, folder: Path, place: int, on: dt.date, pay_run: int, officer: str, manager: str
) -> BilledTold:
    """Assess everyone, take in what was paid, recharge other funders, charge, approve and bill."""
    at = dt.datetime.combine(on, dt.time(14, 0))
    if place == 0:
        confirm_figures(database, day(GO_LIVE), by=manager, at=at, source=SOURCE)
    assessed = reassess_everyone(
        database,
        day(GO_LIVE),
        default_policy(),
        by=officer,
        at=at,
        until=day(THE_END),
        source=f"demonstration, period {place + 1}",
    )
    received = _take_in_receipts(database, folder, on, officer, manager) if place else None
    recharged = raise_recharges(database, pay_run, by=officer, at=at)
    run = draft_billrun(database, BILL_CALENDAR, by=officer, at=at, on=on)
    run = calculate_billrun(database, run.nr)
    accepted = _signed(database, run, officer, manager, at)
    run = release_billrun(database, run.nr, by=officer, at=at)
    for nr in (run.nr, recharged.run):
        if nr:
            write_run_files(database, nr, folder / f"run-{nr}", at, by=officer)
    return _told(database, run, accepted, recharged, assessed, received)


def _signed(database: Database, run: Run, officer: str, manager: str, at: dt.datetime) -> int:
    """Submit, accept what must be accepted, approve; how many findings were accepted."""
    machine.submit_run(database, run.nr, by=officer, at=at)
    with database.begin() as connection:
        stops = [row.nr for row in ledger.open_stops(connection, run.nr)]
    if stops:
        review_jobs.accept_findings(
            database,
            run.nr,
            stops,
            by=manager,
            at=at,
            reason="Looked at with the case record; the family has been told why.",
        )
    machine.approve_run(database, run.nr, by=manager, at=at, signature=run.signature)
    return len(stops)


def _take_in_receipts(database: Database, folder: Path, on: dt.date, officer: str, manager: str) -> BankLoaded:
    """A bank statement on which most bills are paid in full, some in part, and some say nothing we can use;
    then posted.
    """
    path = folder / "bank" / "statement.csv"
    with database.begin() as connection:
        b = charging.bill.c
        bills = connection.execute(
            select(b.nr, b.amount).where(b.amount > 0, b.stream == "charges").order_by(b.nr)
        ).all()
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(("Date", "Description", "Paid in"))
    for place, bill in enumerate(bills):
        if place % 7 == 3:
            continue
        part = bill.amount // 2 if place % 11 == 5 else bill.amount
        words = f"CARE BILL {charging.number_of(bill.nr)}" if place % 50 != 9 else f"BANK TRANSFER {place}"
        lines.writerow(((on - dt.timedelta(days=3 + place % 9)).isoformat(), words, pounds(part)))
    leave(path, written.getvalue().encode())
    at = dt.datetime.combine(on, dt.time(11, 0))
    loaded = load_bank_statement(database, path, by=officer, at=at)
    run = draft_receipts_run(database, by=officer, at=at, on=on)
    run = calculate_receipts_run(database, run.nr)
    _signed(database, run, officer, manager, at)
    release_receipts_run(database, run.nr, by=officer, at=at)
    write_run_files(database, run.nr, folder / f"run-{run.nr}", at, by=officer)
    return loaded


def _told(
    database: Database, run: Run, accepted: int, recharged: Raised, assessed: Reassessed, received: BankLoaded | None
) -> BilledTold:
    b, e = charging.bill.c, books.entry.c
    with database.begin() as connection:
        amounts = list(connection.execute(select(b.amount).where(b.run == run.nr)).scalars())
        findings = Counter((row.check_name, row.severity) for row in ledger.read_findings(connection, run.nr))
        parked = len(connection.execute(select(books.parked.c.subject).where(books.parked.c.run == run.nr)).all())
        late = connection.execute(
            select(e.subject).where(e.run == run.nr, e.stream == "charges", e.period_starts < run.window_starts)
        ).all()
        unseen = [(str(why), count) for why, count in by_reason(read_served(connection, run.pay_date)) if why in UNSEEN]
    return BilledTold(
        run,
        sum(each >= 0 for each in amounts),
        sum(each < 0 for each in amounts),
        sum(each for each in amounts if each > 0),
        -sum(each for each in amounts if each < 0),
        len(late),
        findings,
        accepted,
        parked,
        recharged,
        assessed,
        received,
        unseen,
    )


def issue_some(
    database: Database, folder: Path, told: Sequence[BilledTold], council: CouncilOnPaper, on: dt.date, officer: str
) -> tuple[int, list[DemoPaper]]:
    """The papers of some bills of the last run, with the bills worth opening among them; how many, and those to
    open.
    """
    at = dt.datetime.combine(on, dt.time(15, 0))
    last = told[-1].run
    chosen = _worth_opening(database, last)
    papers = folder / "papers"
    with database.begin() as connection:
        b = charging.bill.c
        numbers = list(connection.execute(select(b.nr).where(b.run == last.nr).order_by(b.nr).limit(PAPERS)).scalars())
    wanted = sorted({*numbers, *(row.nr for _, row in chosen)})
    made: list[DemoPaper] = []
    with Press(2) as press:
        done = issue_documents(database, last.nr, council, press, by=officer, at=at, on=on, only=wanted)
        if told[-1].recharged.run:
            issue_documents(database, told[-1].recharged.run, council, press, by=officer, at=at, on=on)
        for shows, row in chosen:
            made += _written(database, papers, shows, charging.number_of(row.nr))
        made += _statement(database, papers, chosen, council, press, officer, at, on)
    return done.papers, made


def _worth_opening(database: Database, run: Run) -> list[tuple[str, Any]]:
    """One bill of each sort: adjusted, a credit note, with a top-up, in Welsh, in large print, to a
    representative, the NHS.
    """
    b, e, c, p = charging.bill.c, books.entry.c, charging.correspondent.c, charging.bill_payer.c
    mine = select(b.nr, b.party).where(b.run == run.nr).order_by(b.nr)
    of_run = (e.run == b.run) & (e.party == b.party) & (e.stream == b.stream)
    late = select(e.subject).where(of_run, e.period_starts < run.window_starts).exists()
    topped = select(e.subject).where(of_run, e.kind.in_(["third-party top-up", "own top-up"])).exists()
    recharge = select(b.nr, b.party).where(b.stream == "recharges").order_by(b.nr.desc())

    def written(**words: str) -> Any:
        return select(c.nr).where(c.bill_payer == b.party, *(c[name] == word for name, word in words.items())).exists()

    asked = (
        ("An ordinary bill", mine.where(~late, b.amount > 0)),
        ("Earlier weeks charged again, and why", mine.where(late, b.amount > 0)),
        ("A credit note", mine.where(b.amount < 0)),
        ("A top-up, to the family that signed for it", mine.where(topped)),
        ("In Welsh", mine.where(written(language="Welsh"))),
        ("In large print", mine.where(written(print="large"))),
        ("To a representative", mine.where(written(capacity="representative"))),
        (
            "To an NHS board, for its share of care",
            recharge.where(select(p.nr).where(p.nr == b.party, p.kind == "funder").exists()),
        ),
    )
    with database.begin() as connection:
        found = [(shows, connection.execute(query.limit(1)).first()) for shows, query in asked]
    return [(shows, row) for shows, row in found if row is not None]


def _written(database: Database, papers: Path, shows: str, number: str) -> list[DemoPaper]:
    """One paper, as it was issued, written to the folder."""
    try:
        with database.begin() as connection:
            row: Row[Any] = read_paper(connection, number)
    except NoSuchPaper:
        return []
    path = papers / f"{number}.pdf"
    leave(path, bytes_of(row))
    return [DemoPaper(shows, number, path)]


def _statement(
    database: Database,
    papers: Path,
    chosen: Sequence[tuple[str, Any]],
    council: CouncilOnPaper,
    press: Press,
    officer: str,
    at: dt.datetime,
    on: dt.date,
) -> list[DemoPaper]:
    """A statement of the account of somebody whose bill was adjusted, as PDF and as a page."""
    party = next((row.party for shows, row in chosen if shows.startswith("Earlier")), None)
    if party is None:
        return []
    with database.begin() as connection:
        p = charging.bill_payer.c
        ref = connection.execute(select(p.ref).where(p.nr == party, p.superseded.is_(None))).scalar_one()
    made = []
    for form, shows in (("pdf", "A statement of the same account"), ("html", "The same statement as a page")):
        row: Row[Any] = issue_statement(
            database,
            ref,
            day(GO_LIVE),
            on + dt.timedelta(days=1),
            council,
            press,
            by=officer,
            at=at,
            on=on,
            format_=form,
        )
        path = papers / f"statement-{ref}.{form}"
        leave(path, bytes_of(row))
        made.append(DemoPaper(shows, ref, path))
    return made


CARE_ACCOUNTS = CareAccountPolicy(
    on_from=day(GO_LIVE),
    source="made up: no law has begun",
    cap=(DatedAmount(day(GO_LIVE), 8_600_000, "the figure once announced"),),
    daily_living_costs=(DatedAmount(day(GO_LIVE), 20_000, "the figure once announced"),),
)


def keep_care_accounts(database: Database, on: dt.date, officer: str) -> list[tuple[str, str, Near]]:
    """Meter everyone over both periods, as if accounts had begun; (reference, name, account) of those nearest
    the cap.
    """
    at = dt.datetime.combine(on, dt.time(16, 0))
    meter(database, day(THE_END), CARE_ACCOUNTS, by=officer, at=at)
    found, names, _ = near_the_cap(database, on, share=90, months=18)
    return [(*names[each.person], each) for each in found[:5]]
