"""The life of a run of receipts: drawn up and worked out, looked over, submitted, approved, posted; or sent
back, or abandoned.
"""

import typer

from billing.naming_store import NAMING
from billing.receipts.jobs import calculate_receipts_run, draft_receipts_run, release_receipts_run
from billing.receipts.stream import CALENDAR
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.runs.life import add_life, answer_worked_out, not_submitted
from interfaces.cli.runs.stream import Life
from ledgers.progress import Progress
from ledgers.runs import Run
from ledgers.streams import RECEIPTS

PANEL = "To the ledger"


def _release(desk: Desk, run: int, progress: Progress) -> Run:
    return release_receipts_run(desk.database, run, by=desk.by, at=desk.at, progress=progress)


LIFE = Life(
    RECEIPTS.name,
    calculate_receipts_run,
    _release,
    NAMING,
    then="outturn receipt files {run}",
    listing="runs",
    panel=PANEL,
)


def add_to_receipt(group: typer.Typer) -> None:
    """Add the life of a run to the group ``receipt``."""
    verb(group, "run", rich_help_panel=PANEL)(run)
    add_life(group, LIFE)


def run(desk: Desk) -> None:
    """Draw up a run of all money in, back, out and given up to the day acted on, and work it out.

    One not yet submitted is worked out afresh.

    Example: outturn receipt run --on 2026-05-05 --as "first officer"
    """
    with desk.database.read() as connection:
        already = not_submitted(connection, LIFE.stream, CALENDAR)
    made = already or draft_receipts_run(desk.database, by=desk.by, at=desk.at, on=desk.on)
    answer_worked_out(desk, LIFE, made.nr)
