"""The life of a run of receipts: drawn up and worked out, looked over, submitted, approved, posted; or sent back, or abandoned."""

import tomllib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.receipts.jobs import calculate_receipts_run, draft_receipts_run, release_receipts_run
from billing.receipts.policy import ReceiptsPolicy
from billing.receipts.stream import CALENDAR, NAME
from finance.money import sterling
from finance.problems import BadParameters, Refusal
from interfaces.cli import printing
from interfaces.cli.arguments import Note, RunNumber, Why
from interfaces.cli.council import CouncilFile
from interfaces.cli.desk import Desk, verb
from interfaces.cli.payrun import SHORT_SIGNATURE, run_json
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import OPEN, Run

PANEL = "To the ledger"


def add_to_receipt(group: typer.Typer) -> None:
    """Add the life of a run to the group ``receipt``."""
    verb(group, "run", rich_help_panel=PANEL)(run)
    verb(group, "findings", rich_help_panel=PANEL)(findings)
    verb(group, "accept", rich_help_panel=PANEL)(accept)
    verb(group, "submit", rich_help_panel=PANEL)(submit)
    verb(group, "approve", rich_help_panel=PANEL)(approve)
    verb(group, "send-back", rich_help_panel=PANEL)(send_back)
    verb(group, "release", rich_help_panel=PANEL)(release)
    verb(group, "abandon", rich_help_panel=PANEL)(abandon)
    verb(group, "runs", rich_help_panel=PANEL)(list_runs)


def read_policy(council: Path | None) -> ReceiptsPolicy:
    """The ``[receipts]`` table of a council file; none gives the defaults. Raises BadParameters."""
    if council is None:
        return ReceiptsPolicy()
    try:
        tree = tomllib.loads(council.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadParameters(f"{council.name} cannot be read: {error}.", "Correct the council file.") from error
    return ReceiptsPolicy.of(tree.get("receipts", {}), f"{council.name} [receipts]")


def sentence(run: Run) -> str:
    """A run of receipts in one sentence."""
    return f"{printing.opening(run.title)} is {run.status}: {printing.several(run.lines, 'line')}, {sterling(run.total)}."


class NotOfReceipts(Refusal):
    """A run of another stream was named."""


def _ours(desk: Desk, run: int) -> int:
    """The run, if it is one of receipts. Raises NoSuchRun or NotOfReceipts."""
    with desk.database.begin() as connection:
        found = ledger.read_run(connection, run)
    if found.stream != NAME:
        raise NotOfReceipts(f"{found.heading} is a run of {found.stream}.", "List those of receipts: outturn receipt runs")
    return run


def run(desk: Desk, council: CouncilFile = None) -> None:
    """Draw up a run of all money in, back, out and given up to the day acted on, and work it out.

    One not yet submitted is worked out afresh.

    Example: outturn receipt run --on 2026-05-05 --as "first officer"
    """
    with desk.database.begin() as connection:
        already = ledger.open_run(connection, NAME, CALENDAR)
    if already is None or already.status not in ("draft", "calculated"):
        already = draft_receipts_run(desk.database, by=desk.by, at=desk.at, on=desk.on, policy=read_policy(council))
    with desk.progress() as progress:
        made = calculate_receipts_run(desk.database, already.nr, progress=progress)
    with desk.database.begin() as connection:
        found = ledger.read_findings(connection, made.nr)
    counts = {severity: sum(each.severity == severity for each in found) for severity in ("stop", "look", "note")}
    desk.answer(
        {**run_json(made), "findings": counts},
        sentence(made),
        f"{printing.several(counts['stop'], 'finding')} to deal with before approval, {counts['look']:,} to look at, "
        f"{counts['note']:,} to note.",
        printing.note(f"Next: outturn receipt findings {made.nr}, then outturn receipt submit {made.nr}"),
    )


def findings(desk: Desk, run: RunNumber) -> None:
    """List what a reviewer must see of a run, the gravest first.

    Example: outturn receipt findings 5
    """
    _ours(desk, run)
    with desk.database.begin() as connection:
        found = ledger.read_findings(connection, run)
    rows: list[tuple[RenderableType, ...]] = [
        (str(each.nr), each.severity, each.check_name, each.what, each.accepted_by or "") for each in found
    ]
    desk.answer(
        {"run": run, "findings": [{"finding": each.nr, "severity": each.severity, "check": each.check_name, "what": each.what,
                                   "amount_pence": each.amount, "accepted_by": each.accepted_by} for each in found]},
        printing.table(("Finding", "", "Check", "What", "Accepted by"), rows, right=("Finding",)) if rows else "Nothing was found.",
    )  # fmt: skip


def accept(
    desk: Desk,
    run: RunNumber,
    finding: Annotated[list[int], typer.Argument(metavar="FINDING…", help="Numbers of findings.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why the money is right: what was looked at, and what it showed.")],
) -> None:
    """Say, by name and with a reason, that findings have been looked at and the money is right.

    Example: outturn receipt accept 5 41 --reason "Two cheques, both seen" --as "second officer"
    """
    machine.accept_findings(desk.database, _ours(desk, run), finding, by=desk.by, at=desk.at, reason=reason)
    with desk.database.begin() as connection:
        left = len(ledger.open_stops(connection, run))
    desk.answer({"run": run, "accepted": finding, "by": desk.by, "stops_left": left},
                f"{printing.several(len(finding), 'finding')} accepted; {left:,} still to deal with.")  # fmt: skip


def submit(desk: Desk, run: RunNumber, note: Note = None) -> None:
    """Hand a run to somebody else to approve.

    Example: outturn receipt submit 5 --as "first officer"
    """
    done = machine.submit_run(desk.database, _ours(desk, run), by=desk.by, at=desk.at, note=note)
    desk.answer(run_json(done), sentence(done), printing.note(f"Signature to be signed: {done.signature}"))


def approve(
    desk: Desk,
    run: RunNumber,
    signature: Annotated[str | None, typer.Option(metavar="HEX", help="The signature you were shown, or how it begins; refused "
                                                  "if the lines have changed.")] = None,
    note: Note = None,
) -> None:  # fmt: skip
    """Sign for exactly the lines of a run. Never by whoever prepared it, nor above the tier of one’s role.

    Example: outturn receipt approve 5 --signature 9f2c41d0 --as "second officer"
    """
    _ours(desk, run)
    with desk.database.begin() as connection:
        asked = ledger.read_run(connection, run).signature or ""
    shown = signature and signature.strip().lower()
    if shown and len(shown) < SHORT_SIGNATURE:
        raise typer.BadParameter(f"Give at least the first {SHORT_SIGNATURE} letters of the signature.")
    whole = asked if shown and asked.startswith(shown) else shown or None
    done = machine.approve_run(desk.database, run, by=desk.by, at=desk.at, signature=whole, note=note)
    desk.answer({**run_json(done), "approved_by": desk.by}, sentence(done),
                printing.note(f"Next: outturn receipt release {run}"))  # fmt: skip


def send_back(desk: Desk, run: RunNumber, note: Why) -> None:
    """Return a run to its preparer. A signature on it is void.

    Example: outturn receipt send-back 5 --note "RC000007 is doubled" --as "second officer"
    """
    done = machine.send_back_run(desk.database, _ours(desk, run), by=desk.by, at=desk.at, note=note)
    desk.answer(run_json(done), sentence(done))


def release(desk: Desk, run: RunNumber) -> None:
    """Post an approved run of receipts to the ledger. Cut off, it goes on where it stopped.

    Example: outturn receipt release 5 --as "first officer"
    """
    by = desk.by
    _ours(desk, run)
    with desk.progress() as progress:
        done = release_receipts_run(desk.database, run, by=by, at=desk.at, progress=progress)
    desk.answer(run_json(done), sentence(done))


def abandon(desk: Desk, run: RunNumber, note: Why) -> None:
    """Give a run up. Nothing of it stays: the next run proposes the same money.

    Example: outturn receipt abandon 5 --note "The statement was incomplete" --as "first officer"
    """
    done = machine.abandon_run(desk.database, _ours(desk, run), by=desk.by, at=desk.at, note=note)
    desk.answer(run_json(done), f"{printing.opening(done.title)} is abandoned. The next run will propose the same money.")


def list_runs(
    desk: Desk,
    only_open: Annotated[bool, typer.Option("--open", help="Only runs not yet released or abandoned.")] = False,
) -> None:
    """List runs of receipts.

    Example: outturn receipt runs --open
    """
    with desk.database.begin() as connection:
        runs = [each for each in ledger.read_runs(connection, NAME) if not only_open or each.status in OPEN]
    rows: list[tuple[RenderableType, ...]] = [
        (str(each.nr), printing.day(each.pay_date), str(each.status), f"{each.lines:,}", printing.amount(each.total),
         each.prepared_by) for each in runs
    ]  # fmt: skip
    desk.answer(
        {"runs": [run_json(each) for each in runs]},
        printing.table(("Run", "Day", "Status", "Lines", "Total", "Prepared by"), rows, right=("Run", "Lines", "Total"))
        if runs else "There is no such run.",
    )  # fmt: skip
