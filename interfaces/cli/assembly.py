"""The whole command, put together: each group of verbs from its own file, and those other packages bring.

A package may bring verbs through the entry-point group ``outturn.verbs``: each names a function that is handed the
command and adds to it. That is how ``schedule`` arrives, since nothing may import the scheduler.
"""

from functools import cache
from importlib.metadata import entry_points

import typer

from interfaces.cli import (
    assess,
    billrun,
    care_account,
    casework,
    council,
    debt,
    deferred,
    direct_debits,
    documents,
    ledger,
    loading,
    payments,
    payrun,
    receipts,
    review,
    scenario,
)

GROUP = "outturn.verbs"
MONEY_IN = "Money coming in"
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
    _money_coming_in(made)
    for part in (casework, ledger, payments, scenario):
        part.add_to(made)
    made.add_typer(assess.app, name="assess", rich_help_panel=assess.PANEL)
    for brought in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        brought.load()(made)
    return made


def _money_coming_in(made: typer.Typer) -> None:
    for name, words, parts in (
        ("billrun", "Runs of charges: from draft to numbered bills.", (billrun,)),
        ("bill", "Bills as papers: issued, printed again, sent.", (documents,)),
    ):
        group = typer.Typer(no_args_is_help=True, help=words)
        for part in parts:
            part.add_to(group)
        made.add_typer(group, name=name, rich_help_panel=MONEY_IN)
    documents.add_statement_to(made)
    for part in (receipts, debt, direct_debits, deferred, care_account):
        part.add_to(made)
