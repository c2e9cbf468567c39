"""The whole command, put together: each group of verbs from its own file, and those other packages bring.

A package may bring verbs through the entry-point group ``outturn.verbs``: each names a function that is handed the
command and adds to it. That is how ``schedule`` arrives, since nothing may import the scheduler.

Files of verbs import all that their verbs stand on, which takes seconds; so they are imported when they are needed, by
part. ``contents`` knows which verb is of which part, and what the list of them all says.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

import typer

GROUP = "outturn.verbs"
MONEY_IN = "Money coming in"
WORDS = """Finance and payments for council social care: care packages in, an approved and posted pay run out.

Every verb takes --database, --as, --on and --json. A first look: outturn demo.
"""
Part = Callable[[typer.Typer], None]


def bare() -> typer.Typer:
    """``outturn`` with no verb at all."""
    return typer.Typer(
        name="outturn",
        help=WORDS,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )


@cache
def app() -> typer.Typer:
    """``outturn`` with every verb there is."""
    made = bare()
    for add in parts().values():
        add(made)
    return made


def parts() -> dict[str, Part]:
    """What the command is put together from, in order. Nothing is imported before it is called."""
    brought: dict[str, Part] = {each.name: _bringing(each) for each in brings()}
    return {
        "council": _of("council"),
        "policy": _of("policy"),
        "figures": _of("figures"),
        "loading": _of("loading"),
        "uplift": _of("uplift"),
        "waiting": _of("waiting"),
        "payrun": _pay_runs,
        "overpayments": _of("overpayments"),
        "billrun": _charge_runs,
        "documents": _papers,
        "receipts": _of("money_in.receipts"),
        "debt": _of("money_in.chasing"),
        "direct_debits": _of("money_in.direct_debits"),
        "deferred": _of("money_in.deferred_payments"),
        "care_account": _of("money_in.care_accounts"),
        "looking_up": _of("looking_up"),
        "holds": _of("holds"),
        "correct": _of("correcting"),
        "explain": _of("explain"),
        "casework": _of("casework"),
        "ledger": _of("ledger"),
        "audit": _of("audit"),
        "payments": _of("runs.files"),
        "scenario": _of("scenario"),
        "assess": _assessments,
        **brought,
    }


def brings() -> list[EntryPoint]:
    """Verbs other packages bring."""
    return sorted(entry_points(group=GROUP), key=lambda each: each.name)


def _of(module: str) -> Part:
    """The verbs of one file."""
    return lambda made: import_module(f"interfaces.cli.{module}").add_to(made)


def _bringing(entry: EntryPoint) -> Part:
    return lambda made: entry.load()(made)


def _group(made: typer.Typer, name: str, words: str, panel: str) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, help=words)
    made.add_typer(group, name=name, rich_help_panel=panel)
    return group


def _pay_runs(made: typer.Typer) -> None:
    from interfaces.cli.runs import files, payrun

    runs = _group(made, "payrun", "Pay runs: from draft to release, and everything about one.", "Pay runs")
    payrun.add_to(runs)
    files.add_to_payrun(runs)


def _charge_runs(made: typer.Typer) -> None:
    from interfaces.cli.runs import billrun

    billrun.add_to(_group(made, "billrun", "Runs of charges: from draft to numbered bills.", MONEY_IN))


def _papers(made: typer.Typer) -> None:
    from interfaces.cli import explain
    from interfaces.cli.money_in import bills as papers

    bills = _group(made, "bill", "Bills as papers: issued, printed again, sent.", MONEY_IN)
    papers.add_to(bills)
    explain.add_to_bills(bills)
    papers.add_statement_to(made)


def _assessments(made: typer.Typer) -> None:
    from interfaces.cli.assessments import group

    made.add_typer(group.app, name="assess", rich_help_panel=group.PANEL)
