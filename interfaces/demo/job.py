"""The demonstration: a made-up county loaded as a council would load it, two pay runs, late news between them.

Everything happens through the doors a council uses: extracts with faulty rows set aside, bank details and whatever else
waits for a second person confirmed by one, a run drafted and submitted by one officer, its findings accepted and the
run approved by another, posted, printed, proved and explained. The pages it writes say where to look.
"""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, func, select

from billing.documents.content import CouncilOnPaper
from finance.facts import tables as facts
from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.demo.calibration import BASE
from interfaces.demo.county import Manifest, build_county
from interfaces.demo.money_in import issue_some, keep_care_accounts, live_a_bill_period
from interfaces.demo.pages.writing import write_pages
from interfaces.demo.phases import Phases
from interfaces.demo.results import DemoTold, RunTold
from interfaces.files.inbound.council_file import read_council_text
from interfaces.files.inbound.door.allowance import UNASKED, LoadingPolicy
from interfaces.files.inbound.door.confirming import confirm_bank_details
from interfaces.files.inbound.door.loading import ExtractLoaded, load_folder
from interfaces.files.inbound.door.second_word import confirm_waiting
from interfaces.files.outbound.folder_jobs import IssuedFile, write_run_files
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.proving import prove
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.explain.explanation import Explanation
from ledgers.officers.store import read_standing
from ledgers.policy import jobs as policies
from ledgers.progress import Progress, quiet
from ledgers.runs import Run
from payruns.explain import explain_line
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun

SYSTEMS, OFFICER, MANAGER = "systems officer", "payments officer", "payments manager"
OFFICER_LIMIT, MANAGER_LIMIT = 10_000_00, 50_000_000_00  # what each may sign for in a county of ``BASE`` people
PHASES = 16
MARK = ".outturn-demo"


class FolderInUse(Refusal):
    """The folder holds something that is not a demonstration."""


def run_demo(
    folder: Path, *, people: int = 5_000, seed: int = 2026, url: str | None = None, progress: Progress = quiet
) -> DemoTold:
    """Make the county, live two four-weekly pay periods of it, and write every file and page to ``folder``.

    An earlier demonstration in the folder is replaced; anything else there is left alone and refused. ``url``: a
    database to use in place of a SQLite file in the folder (it must be empty).
    """
    _clear(folder)
    phases = Phases(progress, PHASES)
    phases.begin("making up the county")
    manifest = build_county(folder / "extracts", people=people, seed=seed)
    database = Database(url or f"sqlite:///{folder / 'ambermere.db'}")
    try:
        migrate(database)
        with database.begin() as connection:
            ledger.add_officers(connection, {OFFICER: OFFICER, MANAGER: MANAGER, SYSTEMS: SYSTEMS}, limits(people))
            council = _policy(connection, folder, manifest)
        told, billed = [], []
        for place in (0, 1):
            told.append(_live_a_period(database, manifest, folder, place, phases))
            phases.begin(f"assessing, charging and billing, period {place + 1}")
            billed.append(
                live_a_bill_period(database, folder, place, manifest.cut_offs[place], told[-1].run.nr, OFFICER, MANAGER)
            )
        last = manifest.cut_offs[-1]
        phases.begin("making papers")
        papers_made, papers = issue_some(database, folder, billed, council, last, OFFICER)
        near_cap = keep_care_accounts(database, last, OFFICER)
        phases.begin("proving")
        proof = prove(database)
        phases.begin("explaining and writing the pages")
        explanations = _explain(database, manifest)
    finally:
        database.close()
    index = folder / "index.html"
    made = DemoTold(manifest, told, proof, explanations, billed, papers_made, papers, near_cap, index, [])
    write_pages(made, folder)
    return replace(made, took=phases.end())


def limits(people: int) -> dict[str, int]:
    """What each role may sign for, in pence: a larger county signs for more, a smaller one has the usual limits."""
    return {OFFICER: OFFICER_LIMIT, MANAGER: max(MANAGER_LIMIT, MANAGER_LIMIT * people // BASE)}


def _policy(connection: Connection, folder: Path, manifest: Manifest) -> CouncilOnPaper:
    """The council file, written beside everything else: the policy the county begins with. What papers say by it."""
    path, text = folder / "council.toml", _COUNCIL_FILE.format(name=manifest.council)
    leave(path, text.encode())
    given, at = read_council_text(text, path.name), dt.datetime.combine(manifest.cut_offs[0], dt.time(9, 0))
    policies.found(connection, text, given.kept(), name=path.name, by=MANAGER, at=at)
    return given.on_paper


_COUNCIL_FILE = """[council]
name = "{name}"
made_up = true

[council.papers]
team = "Adult social care billing"
address = ["County Hall", "1 Sample Street", "Ambermere", "ZM1 1ZZ"]
phone = "01632 960000"
hours = "Monday to Friday, 9am to 5pm"
email = "care.bills@ambermere.example"
web = "www.ambermere.example/care-bills"
account_name = "{name}"
sort_code = "00-00-00"
account_number = "00000000"
"""


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise FolderInUse(f"{folder} already holds something else.", "Name another folder with --folder.")
        shutil.rmtree(folder)
    leave(folder / MARK, b"Made by outturn demo; replaced when it is run again.\n")


def _live_a_period(database: Database, manifest: Manifest, folder: Path, place: int, phases: Phases) -> RunTold:
    """Load what was learned, draft and calculate the run, review, approve, release and print it."""
    on = manifest.cut_offs[place]
    at = dt.datetime.combine(on, dt.time(9, 0))
    phases.begin(f"loading extracts, run {place + 1}")
    loaded = _load(database, folder / "extracts" / ("first", "news")[place], at)
    phases.begin(f"working out run {place + 1}")
    run = draft_payrun(database, manifest.calendar, by=OFFICER, at=at, on=on)
    run = calculate_payrun(database, run.nr)
    phases.begin(f"reviewing and approving run {place + 1}")
    machine.submit_run(database, run.nr, by=OFFICER, at=at, note="Ready for approval.")
    accepted = _accept_stops(database, run, at)
    machine.approve_run(database, run.nr, by=MANAGER, at=at, signature=run.signature)
    phases.begin(f"releasing run {place + 1}")
    run = release_payrun(database, run.nr, by=MANAGER, at=at)
    phases.begin(f"writing the files of run {place + 1}")
    files = write_run_files(database, run.nr, folder / f"run-{run.nr}", at, council=manifest.council, by=MANAGER)
    return _told(database, run, loaded, accepted, files)


def _load(database: Database, folder: Path, at: dt.datetime) -> list[ExtractLoaded]:
    """Load a folder as its verb does; a second person confirms what waits for one."""
    with database.read() as connection:
        how = replace(UNASKED, second=LoadingPolicy(), officers=read_standing(connection))
    loaded = load_folder(database, folder, by=SYSTEMS, at=at, quarantine=True, allowance=how)
    for each in loaded:
        if each.load is not None:
            confirm_waiting(database, each.load, (), by=MANAGER, at=at)
    _confirm_banks(database, at)
    return loaded


def _confirm_banks(database: Database, at: dt.datetime) -> None:
    """A second person confirms every payee's first bank details. Later changes are left waiting, to show what
    happens.
    """
    detail, word, other = facts.bank_detail.c, facts.bank_confirmation.c, facts.bank_detail.alias().c
    known_before = select(other.nr).where(other.payee == detail.payee, other.nr == word.bank_detail)
    with database.begin() as connection:
        waiting = select(detail.ref).where(detail.superseded.is_(None), ~known_before.exists())
        refs = list(connection.execute(waiting).scalars())
    if refs:
        evidence = "Called back on the number already held, and the account read out."
        confirm_bank_details(database, refs, by=MANAGER, at=at, evidence=evidence)


def _accept_stops(database: Database, run: Run, at: dt.datetime) -> int:
    with database.begin() as connection:
        stops = [row.nr for row in ledger.open_stops(connection, run.nr)]
    for nr in stops:
        review_jobs.accept_finding(
            database, run.nr, nr, by=MANAGER, at=at, reason="Looked at with the case record; the money is right."
        )
    return len(stops)


def _told(
    database: Database, run: Run, loaded: Sequence[ExtractLoaded], accepted: int, files: Sequence[IssuedFile]
) -> RunTold:
    entry, line, service = books.entry.c, facts.service_line, facts.service
    with database.begin() as connection:
        findings = Counter((row.check_name, row.severity) for row in ledger.read_findings(connection, run.nr))
        parked = connection.execute(
            select(line.c.ref, books.parked.c.what, books.parked.c.what_to_do)
            .join_from(books.parked, line, (line.c.nr == books.parked.c.subject) & line.c.superseded.is_(None))
            .where(books.parked.c.run == run.nr)
            .order_by(line.c.ref)
        ).all()
        parties = ledger.read_parties(connection, run.nr)
        by_service = connection.execute(
            select(service.c.kind, func.count(entry.subject.distinct()), func.sum(entry.amount))
            .join_from(books.entry, line, (line.c.nr == entry.subject) & line.c.superseded.is_(None))
            .join(service, (service.c.nr == line.c.service) & service.c.superseded.is_(None))
            .where(entry.run == run.nr, entry.kind == "care")
            .group_by(service.c.kind)
            .order_by(func.sum(entry.amount).desc())
        ).all()
        adjusted = connection.execute(
            select(func.count()).where(entry.run == run.nr, entry.period_starts < run.window_starts)
        ).scalar_one()
    return RunTold(
        run,
        loaded,
        findings,
        accepted,
        [(row.ref, row.what, row.what_to_do) for row in parked],
        sum(row.paid for row in parties),
        sum(1 for row in parties if row.paid),
        sum(row.carried_forward for row in parties if row.carried_forward > 0),
        -sum(row.carried_forward for row in parties if row.carried_forward < 0),
        [(row[0], int(row[1]), int(row[2])) for row in by_service],
        files,
        int(adjusted),
    )


def _explain(database: Database, manifest: Manifest) -> list[tuple[str, str, Explanation]]:
    """(kind, what happened, explanation) for each planted case that is a line of a run."""
    made = []
    for example in manifest.examples:
        if example.extract != "service_lines":
            continue
        try:
            made.append((example.kind, example.what, explain_line(database, example.ref)))
        except Refusal:
            continue
    return made
