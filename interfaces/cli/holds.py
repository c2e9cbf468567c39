"""Everything that is told to wait, in one list."""

import typer

from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.looking_up import PANEL
from interfaces.holding import everything_held


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file."""
    verb(app, "holds", rich_help_panel=PANEL)(holds)


def holds(desk: Desk) -> None:
    """List everything told to wait: held lines, payees and payers, payments withheld, disputes, plans, mandates.

    Each with who said so, since when and why, how much it keeps back, and the verb that ends it. With --on, as it stood
    on that day.

    Example: outturn holds --on 2026-05-03
    """
    found = everything_held(desk.database, desk.on, desk.council.reminders, as_at=desk.as_at)
    rows = [
        (
            each.sort,
            each.ref,
            each.about,
            each.reason,
            each.by,
            printing.day(each.since),
            f"{each.days(desk.on):,}",
            printing.amount(each.pence),
            each.ended_by,
        )
        for each in found
    ]
    columns = ("What", "", "Of", "Why", "By", "Since", "Days", "Keeps back", "To end it")
    desk.answer(
        {
            "on": desk.on,
            "held": [
                {
                    "sort": each.sort,
                    "ref": each.ref,
                    "of": each.about,
                    "reason": each.reason,
                    "by": each.by,
                    "since": each.since,
                    "days": each.days(desk.on),
                    "kept_back_pence": each.pence,
                    "ended_by": each.ended_by,
                }
                for each in found
            ],
        },
        printing.table(columns, rows, right=("Days", "Keeps back")) if rows else "Nothing waits.",
    )
