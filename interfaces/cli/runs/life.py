"""The life of a run of any stream, as verbs of a group: worked out, looked over, submitted, approved, released or given
up.

A stream brings its name, how its runs are worked out and released, and what its runs are called. Drafting is its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from sqlalchemy import Connection

from finance.columns import Database
from finance.facts.tables import person
from finance.money import sterling
from finance.problems import Refusal
from interfaces.cli.frame import printing, references
from interfaces.cli.frame.arguments import Folder, Limit, Note, RunNumber, Why
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.frame.progress import Progress
from interfaces.cli.runs.payrun import SHORT_SIGNATURE, run_json
from interfaces.files.outbound.jobs import write_run_files
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import OPEN, Run

Work = Callable[..., Run]
Release = Callable[[Desk, int, Progress], Run]
FROM, LOOKING, REVIEWING = "From draft to release", "Looking", "Reviewing"


@dataclass(frozen=True)
class Life:
    """One stream's runs. ``group``: its verbs; ``party``: what a party of it is called; ``after``: what follows
    release.

    ``listing``: the verb that lists its runs. ``panel``: where help shows the verbs; None: under the three headings
    here.
    ``with_it``: streams whose runs are released as they are raised; the verbs that only look take theirs too.
    """

    stream: str
    group: str
    party: str
    calculate: Work
    release: Release
    after: str
    names: Callable[[Connection, Iterable[int]], dict[int, references.Named]]
    listing: str = "list"
    panel: str | None = None
    with_it: tuple[str, ...] = ()

    def ours(self, database: Database, nr: int) -> Run:
        """The run, if it is one of this stream. Raises NoSuchRun or OfAnotherStream."""
        with database.begin() as connection:
            return references.read_run_of(connection, nr, (self.stream,))

    def looked_at(self, database: Database, nr: int) -> Run:
        """The run, if the verbs that only look take it. Raises NoSuchRun or OfAnotherStream."""
        with database.begin() as connection:
            return references.read_run_of(connection, nr, (self.stream, *self.with_it))


def sentence(run: Run) -> str:
    """A run in one sentence."""
    counted = "" if run.status == "draft" else f": {printing.several(run.lines, 'line')}, {sterling(run.total)}"
    return f"{printing.opening(run.title)} is {run.status}{counted}."


def answer_worked_out(desk: Desk, life: Life, nr: int) -> None:
    """Work a run out and say what it came to."""
    with desk.progress() as progress:
        run = life.calculate(desk.database, nr, by=desk.by, at=desk.at, progress=progress)
    with desk.database.begin() as connection:
        waiting = references.finding_counts(connection, [run.nr]).get(run.nr, {})
        parked = len(references.read_parked(connection, run.nr))
    found = {severity: waiting.get(severity, 0) for severity in ("stop", "look", "note")}
    desk.answer(
        {**run_json(run), "findings": found, "parked": parked},
        sentence(run),
        f"{printing.several(found['stop'], 'finding')} to deal with before approval, {found['look']:,} to look at, "
        f"{found['note']:,} to note; {printing.several(parked, 'case')} parked.",
        printing.note(f"Next: outturn {life.group} findings {run.nr}, then outturn {life.group} submit {run.nr}"),
    )


def add_life(app: typer.Typer, life: Life) -> None:
    """Add to a group every verb of a run's life but its drafting."""

    def register(name: str, panel: str, words: str, work: Callable[..., None]) -> None:
        work.__doc__ = words.replace("GROUP list", f"GROUP {life.listing}").replace("GROUP", life.group)
        verb(app, name, rich_help_panel=life.panel or panel)(work)

    def calculate(desk: Desk, run: RunNumber) -> None:
        life.ours(desk.database, run)
        answer_worked_out(desk, life, run)

    def submit(desk: Desk, run: RunNumber, note: Note = None) -> None:
        life.ours(desk.database, run)
        done = machine.submit_run(desk.database, run, by=desk.by, at=desk.at, note=note)
        desk.answer(run_json(done), sentence(done), printing.note(f"Signature to be signed: {done.signature}"))

    def approve(
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
        asked = life.ours(desk.database, run).signature or ""
        shown = signature and signature.strip().lower()
        if shown and len(shown) < SHORT_SIGNATURE:
            raise typer.BadParameter(f"Give at least the first {SHORT_SIGNATURE} letters of the signature.")
        whole = asked if shown and asked.startswith(shown) else shown or None
        done = machine.approve_run(desk.database, run, by=desk.by, at=desk.at, signature=whole, note=note)
        desk.answer(
            {**run_json(done), "approved_by": desk.by},
            sentence(done),
            printing.note(f"Next: outturn {life.group} release {run}"),
        )

    def send_back(desk: Desk, run: RunNumber, note: Why) -> None:
        life.ours(desk.database, run)
        done = machine.send_back_run(desk.database, run, by=desk.by, at=desk.at, note=note)
        desk.answer(run_json(done), sentence(done))

    def release(desk: Desk, run: RunNumber) -> None:
        life.ours(desk.database, run)
        with desk.progress() as progress:
            done = life.release(desk, run, progress)
        desk.answer(run_json(done), sentence(done), printing.note(f"Next: {life.after.format(run=run)}"))

    def abandon(desk: Desk, run: RunNumber, note: Why) -> None:
        life.ours(desk.database, run)
        done = machine.abandon_run(desk.database, run, by=desk.by, at=desk.at, note=note)
        desk.answer(
            run_json(done), f"{printing.opening(done.title)} is abandoned. The next run will propose the same money."
        )

    def list_runs(
        desk: Desk,
        only_open: Annotated[bool, typer.Option("--open", help="Only runs not yet released or abandoned.")] = False,
    ) -> None:
        with desk.database.begin() as connection:
            every = [each for stream in (life.stream, *life.with_it) for each in ledger.read_runs(connection, stream)]
        runs = sorted((each for each in every if not only_open or each.status in OPEN), key=lambda each: each.nr)
        several = bool(life.with_it)
        rows: list[tuple[RenderableType, ...]] = [
            (
                str(each.nr),
                *([each.stream] if several else []),
                each.calendar_name,
                printing.day(each.window_starts),
                str(each.status),
                f"{each.lines:,}",
                printing.amount(each.total),
                each.prepared_by,
            )
            for each in runs
        ]
        columns = (
            "Run",
            *(["Stream"] if several else []),
            "Calendar",
            "From",
            "Status",
            "Lines",
            "Total",
            "Prepared by",
        )
        desk.answer(
            {"runs": [run_json(each) for each in runs]},
            printing.table(columns, rows, right=("Run", "Lines", "Total")) if runs else "There is no such run.",
        )

    def findings(
        desk: Desk,
        run: RunNumber,
        check: Annotated[str | None, typer.Option(metavar="NAME", help="Only this check.")] = None,
        waiting: Annotated[bool, typer.Option("--waiting", help="Only those nobody has accepted.")] = False,
        limit: Limit = 100,
    ) -> None:
        life.looked_at(desk.database, run)
        with desk.database.begin() as connection:
            chosen = [
                each
                for each in ledger.read_findings(connection, run)
                if check in (None, each.check_name) and not (waiting and each.accepted_by)
            ]
            some = chosen[:limit]
            names = life.names(connection, [each.party for each in some if each.party is not None])
        rows: list[tuple[RenderableType, ...]] = [
            (
                str(each.nr),
                each.severity,
                each.check_name,
                str(names.get(each.party, "")),
                each.what,
                printing.amount(each.amount),
                f"{each.accepted_by}: {each.accepted_reason}" if each.accepted_by else "",
            )
            for each in some
        ]
        desk.answer(
            {
                "run": run,
                "of": len(chosen),
                "findings": [
                    {
                        "finding": each.nr,
                        "check": each.check_name,
                        "severity": each.severity,
                        "what": each.what,
                        life.party: names[each.party].ref if each.party in names else None,
                        "amount_pence": each.amount,
                        "before_pence": each.before,
                        "accepted_by": each.accepted_by,
                        "reason": each.accepted_reason,
                    }
                    for each in some
                ],
            },
            printing.table(
                ("Finding", "Severity", "Check", printing.opening(life.party), "What", "Amount", "Accepted"),
                rows,
                right=("Finding", "Amount"),
            )
            if some
            else "Nothing was found.",
            printing.note(f"{len(some):,} of {len(chosen):,}.") if len(chosen) > len(some) else None,
        )

    def accept(
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
        if bool(finding) == bool(check):
            raise typer.BadParameter("Name findings by number, or all of one check with --check.")
        life.ours(desk.database, run)
        chosen = list(finding or ()) or _waiting(desk, run, str(check))
        machine.accept_findings(desk.database, run, chosen, by=desk.by, at=desk.at, reason=reason)
        with desk.database.begin() as connection:
            left = len(ledger.open_stops(connection, run))
        desk.answer(
            {"run": run, "accepted": chosen, "by": desk.by, "stops_left": left},
            f"{printing.several(len(chosen), 'finding')} accepted; {left:,} still to deal with.",
        )

    def parked(desk: Desk, run: RunNumber) -> None:
        life.looked_at(desk.database, run)
        with desk.database.begin() as connection:
            rows = references.read_parked(connection, run)
            people = references.names(connection, person, [each.subject for each in rows if each.kind == "person"])
        desk.answer(
            {
                "run": run,
                "parked": [
                    {
                        "kind": each.kind,
                        "ref": people[each.subject].ref if each.subject in people else None,
                        "since": each.since,
                        "what": each.what,
                        "what_to_do": each.what_to_do,
                    }
                    for each in rows
                ],
            },
            printing.table(
                ("Who", "Unsettled from", "What", "What to do"),
                [
                    (str(people.get(each.subject, each.subject)), printing.day(each.since), each.what, each.what_to_do)
                    for each in rows
                ],
            )
            if rows
            else "Nothing is parked.",
        )

    register(
        "calculate",
        FROM,
        """Work a run out: what is due, less what has been posted; and look for what a reviewer must see.

    Example: outturn GROUP calculate 7
    """,
        calculate,
    )
    register(
        "submit",
        FROM,
        """Hand a run to somebody else to approve.

    Example: outturn GROUP submit 7 --as "first officer"
    """,
        submit,
    )
    register(
        "approve",
        FROM,
        """Sign for exactly the lines of a run. Never by whoever prepared or submitted it.

    Example: outturn GROUP approve 7 --signature 9f2c41d0 --as "second officer"
    """,
        approve,
    )
    register(
        "send-back",
        FROM,
        """Return a run to its preparer. A signature on it is void.

    Example: outturn GROUP send-back 7 --note "A line is doubled" --as "second officer"
    """,
        send_back,
    )
    register(
        "release",
        FROM,
        """Post an approved run to the ledger. Cut off, it goes on where it stopped.

    Example: outturn GROUP release 7 --as "first officer"
    """,
        release,
    )
    register(
        "abandon",
        FROM,
        """Give a run up. Nothing of it stays: the next run proposes the same money.

    Example: outturn GROUP abandon 7 --note "The extract was incomplete" --as "first officer"
    """,
        abandon,
    )

    def files(desk: Desk, run: RunNumber, folder: Folder = Path("files-out")) -> None:
        life.looked_at(desk.database, run)
        with desk.database.read() as connection:
            by = ledger.acting(connection, desk.by, "release", "write its files")
        with desk.progress() as progress:
            written = write_run_files(desk.database, run, folder, desk.at, progress, by=by)
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
            printing.table(
                ("File", "Kind", "Rows", "Debits", "Credits"),
                [
                    (
                        str(each.path),
                        each.kind,
                        f"{each.rows:,}",
                        printing.amount(each.debit),
                        printing.amount(each.credit),
                    )
                    for each in written
                ],
                right=("Rows", "Debits", "Credits"),
            ),
        )

    register(
        "files",
        FROM,
        """Write the journal and the sealed workings of a released run; asked for again, the same bytes.

    Example: outturn GROUP files 7 --folder out --as "first officer"
    """,
        files,
    )
    register(
        life.listing,
        LOOKING,
        """List the runs there are.

    Example: outturn GROUP list --open
    """,
        list_runs,
    )
    register(
        "findings",
        LOOKING,
        """List what a reviewer should see, the gravest first.

    Example: outturn GROUP findings 7
    """,
        findings,
    )
    register(
        "parked",
        LOOKING,
        """List the cases a run could not work out, and what to do. Everyone else goes on.

    Example: outturn GROUP parked 7
    """,
        parked,
    )
    register(
        "accept",
        REVIEWING,
        """Say, by name and with a reason, that findings have been looked at and the money is right.

    Example: outturn GROUP accept 7 41 42 --reason "Agreed with the family on 3 May" --as "second officer"
    """,
        accept,
    )


def _waiting(desk: Desk, run: int, check: str) -> list[int]:
    """Findings of one check that nobody has accepted. Refuses when there is none."""
    with desk.database.begin() as connection:
        waiting = [each for each in ledger.read_findings(connection, run) if each.accepted_by is None]
    chosen = [each.nr for each in waiting if each.check_name == check]
    if not chosen:
        others = ", ".join(sorted({each.check_name for each in waiting})) or "none"
        raise Refusal(
            f"Run {run} has no finding of “{check}” that waits.", f"Checks with findings that wait: {others}."
        )
    return chosen
