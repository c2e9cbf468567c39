"""The whole command, put together: each group of verbs from its own file, and those other packages bring.

A package may bring verbs through the entry-point group ``outturn.verbs``: each names a function that is handed the
command and adds to it. That is how ``schedule`` arrives, since nothing may import the scheduler.
"""

from functools import cache
from importlib.metadata import entry_points

import typer

from interfaces.cli import assess, casework, council, ledger, loading, payments, payrun, review, scenario

GROUP = "outturn.verbs"
WORDS = """Finance and payments for council social care: care packages in, an approved and posted pay run out.

Every verb takes --database, --as, --on and --json. A first look: outturn demo.
"""


@cache
def app() -> typer.Typer:
    """``outturn`` with every verb there is."""
    made = typer.Typer(
        name="outturn", help=WORDS, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )  # fmt: skip
    for part in (council, loading):
        part.add_to(made)
    runs = typer.Typer(no_args_is_help=True, help="Pay runs: from draft to release, and everything about one.")
    for part in (payrun, review):
        part.add_to(runs)
    payments.add_to_payrun(runs)
    made.add_typer(runs, name="payrun", rich_help_panel="Pay runs")
    for part in (casework, ledger, payments, scenario):
        part.add_to(made)
    made.add_typer(assess.app, name="assess", rich_help_panel=assess.PANEL)
    for brought in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        brought.load()(made)
    return made
