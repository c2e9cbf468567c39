"""The life of a run of any stream, as verbs of a group: drafted, worked out, looked over, submitted, approved, released
or given up.

A stream brings how its runs are drafted, worked out and released, what it calls its things, and what it has to say of a
run besides. Every verb is written once, here.
"""

import datetime as dt
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from sqlalchemy import Connection

from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Folder, LastDay, Limit, Note, RunNumber, Why
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.frame.progress import Progress
from interfaces.cli.runs import shown
from interfaces.cli.runs.shown import run_json, sentence
from interfaces.files.inbound.council_file import read_council
from interfaces.files.outbound.jobs import write_run_files
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import Run, Status
from ledgers.streams import STREAMS, Declared
from ledgers.views import store as views
from ledgers.views.store import Naming

FROM, LOOKING, REVIEWING = "From draft to release", "Looking", "Reviewing"
SHORT_SIGNATURE = 8
Shown = RenderableType | None


@dataclass(frozen=True)
class Said:
    """What a stream says of a run besides what is said of every run: more keys for machines, more for people."""

    keys: Mapping[str, object] = field(default_factory=dict)
    shown: Sequence[Shown] = ()


@dataclass(frozen=True)
class Drafting:
    """How the runs of a stream with calendars are begun. ``calendars``: their numbers by reference."""

    calendars: Callable[[Connection], Mapping[str, int]]
    draft: Callable[..., Run]


@dataclass(frozen=True)
class Life:
    """One stream's runs. ``subject``: the key of what a finding or a parked case is about; findings of some streams
    name a party alone. ``said``: what it says of a run besides. ``after``: what follows release, and its answer;
    ``then``: what to do next.

    ``listing``: the verb that lists its runs. ``panel``: where help shows the verbs; None: under the three headings
    here. ``with_it``: streams whose runs are released as they are raised; the verbs that only look take theirs too.
    ``holds``: its parties may be told to wait. ``files``: its files are the journal and the workings alone.
    """

    stream: str
    calculate: Callable[..., Run]
    release: Callable[[Desk, int, Progress], Run]
    naming: Naming
    drafting: Drafting | None = None
    subject: str = "ref"
    findings_of_subjects: bool = False
    said: Callable[[Connection, Run], Said] = lambda _connection, _run: Said()
    after: Callable[[Desk, Run, Path | None], Said] | None = None
    then: str | None = None
    listing: str = "list"
    panel: str | None = None
    with_it: tuple[str, ...] = ()
    holds: bool = False
    files: bool = True

    @property
    def declared(self) -> Declared:
        return STREAMS[self.stream]

    @property
    def group(self) -> str:
        return self.declared.group

    def ours(self, desk: Desk, nr: int) -> Run:
        """The run, if it is one of this stream. Raises NoSuchRun or OfAnotherStream."""
        with desk.database.read() as connection:
            return views.read_run_of(connection, nr, (self.stream,))

    def looked_at(self, connection: Connection, nr: int) -> Run:
        """The run, if the verbs that only look take it. Raises NoSuchRun or OfAnotherStream."""
        return views.read_run_of(connection, nr, (self.stream, *self.with_it))


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
            (life.listing, list_runs),
            ("findings", findings),
            ("parked", parked),
            *([("holds", holds)] if life.holds else []),
        ],
        REVIEWING: [("accept", accept), *([("let-go", let_go)] if life.holds else [])],
    }
    for panel, some in verbs.items():
        for name, work in some:
            verb(app, name, rich_help_panel=life.panel or panel)(of_life(life, work))


# Begun and worked out -------------------------------------------------------------------------------------------------

Calendar = Annotated[str, typer.Argument(metavar="CALENDAR", help="The calendar’s reference.")]


def draft(life: Life, desk: Desk, calendar: Calendar, last_day: LastDay = None, council: CouncilFile = None) -> None:
    """Open a run for the periods of a calendar whose cut-off has come.

    Example: outturn GROUP draft 4W --as "first officer" --on 2026-05-04
    """
    run = _draft(life, desk, calendar, last_day, council)
    _answer(life, desk, run, f"Next: outturn {life.group} calculate {run.nr}")


def _draft(life: Life, desk: Desk, calendar: str, last_day: dt.date | None, council: Path | None) -> Run:
    assert life.drafting is not None
    up_to = last_day + dt.timedelta(days=1) if last_day else None
    policy = read_council(council).choices_of(life.stream)
    return life.drafting.draft(desk.database, calendar, by=desk.by, at=desk.at, up_to=up_to, on=desk.on, policy=policy)


def _answer(life: Life, desk: Desk, run: Run, then: str | None = None, **more: object) -> None:
    """A run as it now stands, with what its stream says of it, and what to do next."""
    with desk.database.read() as connection:
        said = life.said(connection, run)
    desk.answer(
        {**run_json(run), **said.keys, **more}, sentence(run), *said.shown, printing.note(then) if then else None
    )


def draft_and_calculate(
    life: Life, desk: Desk, calendar: Calendar, last_day: LastDay = None, council: CouncilFile = None
) -> None:
    """Draft and work out a run in one go. A run of the calendar not yet submitted is worked out afresh instead.

    Example: outturn GROUP run 4W --as "first officer" --on 2026-05-04
    """
    assert life.drafting is not None
    with desk.database.read() as connection:
        number = life.drafting.calendars(connection).get(calendar)
        already = None if number is None else not_submitted(connection, life.stream, number)
    answer_worked_out(desk, life, (already or _draft(life, desk, calendar, last_day, council)).nr)


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
    _answer(life, desk, done, f"Signature to be signed: {done.signature}")


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
    verb_next = "release" if len(signed) >= needed else "approve"
    desk.answer(
        {**run_json(done), "approved_by": desk.by, **shown.approvals_json(signed, needed)},
        sentence(done),
        printing.note(f"Signed by {shown.approvals_shown(signed, needed)}: {done.signature}"),
        printing.note(f"Next: outturn {life.group} {verb_next} {run}"),
    )


def send_back(life: Life, desk: Desk, run: RunNumber, note: Why) -> None:
    """Return a run to its preparer. A signature on it is void.

    Example: outturn GROUP send-back 7 --note "A line is doubled" --as "second officer"
    """
    life.ours(desk, run)
    done = machine.send_back_run(desk.database, run, by=desk.by, at=desk.at, note=note)
    desk.answer(run_json(done), sentence(done))


def release(life: Life, desk: Desk, run: RunNumber, council: CouncilFile = None) -> None:
    """Post an approved run to the ledger, and settle or bill what it comes to. Cut off, it goes on where it stopped.

    Example: outturn GROUP release 7 --as "first officer"
    """
    life.ours(desk, run)
    with desk.progress() as progress:
        done = life.release(desk, run, progress)
    said = life.after(desk, done, council) if life.after else Said(shown=[sentence(done)])
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


# Looked over ----------------------------------------------------------------------------------------------------------


def list_runs(
    life: Life,
    desk: Desk,
    only_open: Annotated[bool, typer.Option("--open", help="Only runs not yet released or abandoned.")] = False,
) -> None:
    """List the runs there are.

    Example: outturn GROUP list --open
    """
    with desk.database.read() as connection:
        runs = views.read_runs_of(connection, (life.stream, *life.with_it), only_open=only_open)
    desk.answer({"runs": [run_json(each) for each in runs]}, shown.runs_shown(runs, bool(life.with_it)))


def findings(
    life: Life,
    desk: Desk,
    run: RunNumber,
    check: Annotated[str | None, typer.Option(metavar="NAME", help="Only this check.")] = None,
    severity: Annotated[str | None, typer.Option(metavar="WORD", help="Only stop, look or note.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those nobody has accepted.")] = False,
    limit: Limit = 100,
) -> None:
    """List what a reviewer should see. Those marked stop must be accepted by name, or what they are about held.

    Example: outturn GROUP findings 7 --severity stop
    """
    with desk.database.read() as connection:
        life.looked_at(connection, run)
        found, of = views.read_findings(
            connection, run, life.naming, check=check, severity=severity, waiting=waiting, limit=limit
        )
    subject = life.subject if life.findings_of_subjects else None
    desk.answer(
        {"run": run, "of": of, "findings": [shown.finding_json(each, life.declared.party, subject) for each in found]},
        *shown.findings_shown(found, of),
    )


def parked(life: Life, desk: Desk, run: RunNumber) -> None:
    """List the cases a run could not work out, and what to do. Everyone else goes on.

    Example: outturn GROUP parked 7
    """
    with desk.database.read() as connection:
        life.looked_at(connection, run)
        cases = views.read_parked(connection, run, life.naming)
    desk.answer(
        {"run": run, "parked": [shown.parked_json(each, life.subject) for each in cases]}, shown.parked_shown(cases)
    )


def accept(
    life: Life,
    desk: Desk,
    run: RunNumber,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why the money is right: what was looked at, and what it showed.")
    ],
    finding: Annotated[list[int] | None, typer.Argument(metavar="FINDING…", help="Numbers of findings.")] = None,
    check: Annotated[
        str | None, typer.Option(metavar="NAME", help="All of one check that nobody has accepted.")
    ] = None,
) -> None:
    """Say, by name and with a reason, that findings have been looked at and the money is right.

    Example: outturn GROUP accept 7 41 42 --reason "Agreed with the family on 3 May" --as "second officer"
    """
    if bool(finding) == bool(check):
        raise typer.BadParameter("Name findings by number, or all of one check with --check.")
    by = desk.by
    life.ours(desk, run)
    with desk.database.read() as connection:
        chosen = list(finding or ()) or views.waiting_of(connection, run, str(check))
    machine.accept_findings(desk.database, run, chosen, by=by, at=desk.at, reason=reason)
    with desk.database.read() as connection:
        left = len(ledger.open_stops(connection, run))
    desk.answer(
        {"run": run, "accepted": chosen, "by": by, "stops_left": left},
        f"{printing.several(len(chosen), 'finding')} accepted; {left:,} still to deal with.",
    )


def holds(life: Life, desk: Desk) -> None:
    """List the holds in force.

    Example: outturn GROUP holds
    """
    with desk.database.read() as connection:
        found = views.read_holds(connection, life.stream, life.naming)
    desk.answer(
        {"holds": [shown.hold_json(each) for each in found]}, shown.holds_shown(found, {"payee": life.declared.party})
    )


def let_go(life: Life, desk: Desk, hold: Annotated[int, typer.Argument(help="The hold’s number.")]) -> None:
    """End a hold: the next run proposes the same money again.

    Example: outturn GROUP let-go 7 --as "first officer"
    """
    runs = machine.let_go(desk.database, hold, by=desk.by, at=desk.at)
    several = f"run {runs[0]}" if len(runs) == 1 else f"runs {', '.join(map(str, runs))}"
    stays = f" Its money stays out of {several} all the same, and the run after proposes it." if runs else ""
    desk.answer({"hold": hold, "let_go_by": desk.by, "stays_out_of": runs}, f"Hold {hold} has ended.{stays}")
