"""The life of a run of any stream, as verbs of a group: drafted, worked out, looked over, submitted, approved, released
or given up.

A stream brings how its runs are drafted, worked out and released, what it calls its things, and what it has to say of a
run besides. Every verb is written once, here.
"""

import datetime as dt
import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Folder, LastDay, Note, RunNumber, Why
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.runs import looking, shown
from interfaces.cli.runs.checks import checks
from interfaces.cli.runs.shown import run_json, sentence
from interfaces.cli.runs.stream import Life, Said
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers.runs import Run, Status
from ledgers.since_store import read_since
from ledgers.views import store as views

FROM, LOOKING, REVIEWING = "From draft to release", "Looking", "Reviewing"
SHORT_SIGNATURE = 8


def of_life(life: Life, work: Callable[..., None]) -> Callable[..., None]:
    """A verb of every life as a verb of this one: its first argument given, its help in the words of its group."""

    @wraps(work)
    def carry_out(desk: Desk, **given: Any) -> None:
        work(life, desk, **given)

    signature = inspect.signature(work)
    own = list(signature.parameters.values())[1:]
    if life.after is None:
        own = [each for each in own if (work, each.name) != (release, "council")]
    carry_out.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]
    words = (work.__doc__ or "").replace("GROUP list", f"GROUP {life.listing}")
    carry_out.__doc__ = words.replace("GROUP", life.group)
    return carry_out


def add_life(app: typer.Typer, life: Life) -> None:
    """Add to a group every verb of a run's life."""
    begun: list[tuple[str, Callable[..., None]]] = [("draft", draft), ("run", draft_and_calculate)]
    verbs: dict[str, list[tuple[str, Callable[..., None]]]] = {
        FROM: [
            *(begun if life.drafting else []),
            ("calculate", calculate),
            ("submit", submit),
            ("approve", approve),
            ("send-back", send_back),
            ("release", release),
            ("abandon", abandon),
            *([("files", files)] if life.files else []),
        ],
        LOOKING: [
            (life.listing, looking.list_runs),
            ("findings", looking.findings),
            ("parked", looking.parked),
            *([("checks", checks)] if life.checks else []),
            *([("holds", looking.holds)] if life.holds else []),
        ],
        REVIEWING: [("accept", looking.accept), *([("let-go", looking.let_go)] if life.holds else [])],
    }
    for panel, some in verbs.items():
        for name, work in some:
            verb(app, name, rich_help_panel=life.panel or panel)(of_life(life, work))


# Begun and worked out -------------------------------------------------------------------------------------------------

Calendar = Annotated[str, typer.Argument(metavar="CALENDAR", help="The calendar’s reference.")]


def draft(life: Life, desk: Desk, calendar: Calendar, last_day: LastDay = None) -> None:
    """Open a run for the periods of a calendar whose cut-off has come.

    Example: outturn GROUP draft 4W --as "first officer" --on 2026-05-04
    """
    run = _draft(life, desk, calendar, last_day)
    _answer(life, desk, run, f"Next: outturn {life.group} calculate {run.nr}")


def _draft(life: Life, desk: Desk, calendar: str, last_day: dt.date | None) -> Run:
    assert life.drafting is not None
    up_to = last_day + dt.timedelta(days=1) if last_day else None
    return life.drafting.draft(desk.database, calendar, by=desk.by, at=desk.at, up_to=up_to, on=desk.on)


def _answer(life: Life, desk: Desk, run: Run, then: str | None = None, also: str | None = None, **more: object) -> None:
    """A run as it now stands, with what its stream says of it, and what to do next."""
    with desk.database.read() as connection:
        said = life.said(connection, run)
    desk.answer(
        {**run_json(run), **said.keys, **more}, sentence(run), *said.shown, also, printing.note(then) if then else None
    )


def draft_and_calculate(life: Life, desk: Desk, calendar: Calendar, last_day: LastDay = None) -> None:
    """Draft and work out a run in one go. A run of the calendar not yet submitted is worked out afresh instead.

    Example: outturn GROUP run 4W --as "first officer" --on 2026-05-04
    """
    assert life.drafting is not None
    with desk.database.read() as connection:
        number = life.drafting.calendars(connection).get(calendar)
        already = None if number is None else not_submitted(connection, life.stream, number)
    answer_worked_out(desk, life, (already or _draft(life, desk, calendar, last_day)).nr)


def not_submitted(connection: Connection, stream: str, calendar: int) -> Run | None:
    """The open run of a calendar, if it has not been handed over: it may be worked out, or worked out afresh."""
    run = ledger.open_run(connection, stream, calendar)
    return run if run and run.status in (Status.DRAFT, Status.CALCULATED) else None


def calculate(life: Life, desk: Desk, run: RunNumber) -> None:
    """Work a run out: what is due, less what has been posted; and look for what a reviewer must see.

    Cut off half-way, it goes on where it stopped.

    Example: outturn GROUP calculate 7
    """
    answer_worked_out(desk, life, life.ours(desk, run).nr)


def answer_worked_out(desk: Desk, life: Life, nr: int) -> None:
    """Work a run out and say what it came to."""
    with desk.progress() as progress:
        run = life.calculate(desk.database, nr, by=desk.by, at=desk.at, progress=progress)
    with desk.database.read() as connection:
        made, said = views.worked_out(connection, run), life.said(connection, run)
    desk.answer(
        {**run_json(run), **said.keys, "findings": made.waiting, "parked": made.parked},
        sentence(run),
        *said.shown,
        shown.waiting_shown(made),
        printing.note(f"Next: outturn {life.declared.shown_by} {run.nr}, then outturn {life.group} submit {run.nr}"),
    )


# Signed and released --------------------------------------------------------------------------------------------------


def submit(life: Life, desk: Desk, run: RunNumber, note: Note = None) -> None:
    """Hand a run to somebody else to approve.

    Example: outturn GROUP submit 7 --as "first officer"
    """
    life.ours(desk, run)
    done = machine.submit_run(desk.database, run, by=desk.by, at=desk.at, note=note)
    with desk.database.read() as connection:
        news = read_since(connection, done)
    told = {"since": shown.since_json(news)}
    _answer(life, desk, done, f"Signature to be signed: {done.signature}", shown.since_note(news), **told)


def approve(
    life: Life,
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
    """Sign for exactly the lines of a run. Never by whoever prepared or submitted it, nor above the tier of one’s role.

    Example: outturn GROUP approve 7 --signature 9f2c41d0 --as "second officer"
    """
    asked = life.ours(desk, run).signature or ""
    given = signature and signature.strip().lower()
    if given and len(given) < SHORT_SIGNATURE:
        raise typer.BadParameter(f"Give at least the first {SHORT_SIGNATURE} letters of the signature.")
    whole = asked if given and asked.startswith(given) else given or None
    done = machine.approve_run(desk.database, run, by=desk.by, at=desk.at, signature=whole, note=note)
    with desk.database.read() as connection:
        signed, needed = views.signed_by(connection, run)
        last = ledger.read_run(connection, done.run_before) if done.run_before else None
        policy, news = views.read_policy(connection, done, last), read_since(connection, done)
        said = life.said(connection, done)
    verb_next = "release" if len(signed) >= needed else "approve"
    desk.answer(
        {
            **run_json(done),
            **said.keys,
            "approved_by": desk.by,
            **shown.approvals_json(signed, needed),
            "goes_by": shown.policy_json(policy),
            "since": shown.since_json(news),
        },
        sentence(done),
        *said.shown,
        shown.since_note(news),
        printing.note(shown.policy_note(policy)),
        printing.note(f"Signed by {shown.approvals_shown(signed, needed)}: {done.signature}"),
        printing.note(f"Next: outturn {life.group} {verb_next} {run}"),
    )


def send_back(life: Life, desk: Desk, run: RunNumber, note: Why) -> None:
    """Return a run to its preparer. A signature on it is void.

    Example: outturn GROUP send-back 7 --note "A line is doubled" --as "second officer"
    """
    life.ours(desk, run)
    done = review_jobs.send_back_run(desk.database, run, by=desk.by, at=desk.at, note=note)
    desk.answer(run_json(done), sentence(done))


def release(life: Life, desk: Desk, run: RunNumber) -> None:
    """Post an approved run to the ledger, and settle or bill what it comes to. Cut off, it goes on where it stopped.

    Example: outturn GROUP release 7 --as "first officer"
    """
    life.ours(desk, run)
    with desk.progress() as progress:
        done = life.release(desk, run, progress)
    said = life.after(desk, done) if life.after else Said(shown=[sentence(done)])
    then = [printing.note(f"Next: {life.then.format(run=run)}")] if life.then else []
    desk.answer({**run_json(done), **said.keys}, *said.shown, *then)


def abandon(life: Life, desk: Desk, run: RunNumber, note: Why) -> None:
    """Give a run up. Nothing of it stays: the next run proposes the same money.

    Example: outturn GROUP abandon 7 --note "The extract was incomplete" --as "first officer"
    """
    life.ours(desk, run)
    done = machine.abandon_run(desk.database, run, by=desk.by, at=desk.at, note=note)
    desk.answer(
        run_json(done), f"{printing.opening(done.title)} is abandoned. The next run will propose the same money."
    )


def files(life: Life, desk: Desk, run: RunNumber, folder: Folder = Path("files-out")) -> None:
    """Write the journal and the sealed workings of a released run; asked for again, the same bytes.

    Example: outturn GROUP files 7 --folder out --as "first officer"
    """
    from interfaces.files.outbound.folder_jobs import write_run_files  # slow to bring, and no other verb needs it

    with desk.database.read() as connection:
        life.looked_at(connection, run)
        by = ledger.acting(connection, desk.by, "release", "write its files")
    with desk.progress() as progress:
        written = write_run_files(desk.database, run, folder, desk.at, progress, by=by)
    rows: shown.Rows = [
        (str(each.path), each.kind, f"{each.rows:,}", printing.amount(each.debit), printing.amount(each.credit))
        for each in written
    ]
    desk.answer(
        {
            "run": run,
            "files": [
                {
                    "kind": each.kind,
                    "path": str(each.path),
                    "rows": each.rows,
                    "debit_pence": each.debit,
                    "credit_pence": each.credit,
                    "sha256": each.sha256,
                }
                for each in written
            ],
        },
        printing.table(("File", "Kind", "Rows", "Debits", "Credits"), rows, right=("Rows", "Debits", "Credits")),
    )
