"""The ledger: its proof, its trial balance, and the rules by which every penny is coded."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from sqlalchemy import Row

from finance.money import sterling
from finance.problems import Problem
from interfaces.cli.frame import printing, references
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.files.inbound.readers.opening import UnusableFile, read_bytes
from interfaces.files.outbound.proof_page import proof_page
from interfaces.files.outbound.proving import prove
from ledgers import store as ledger
from ledgers.coding.gaps import Gap, gaps, in_force
from ledgers.coding.jobs import BadCoding, load_coding_file
from ledgers.coding.store import load_current, read_accounts, read_rules
from ledgers.reports.balances import trial_balance
from ledgers.reports.store import movements, suspense_entries, unfinished
from ledgers.runs import Status
from ledgers.streams import FILES, RECHARGES, STREAMS


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "proof", rich_help_panel="The ledger")(proof)
    verb(app, "owed", rich_help_panel="The ledger")(owed)
    verb(app, "trial-balance", rich_help_panel="The ledger")(balances)
    verb(app, "balances", hidden=True)(balances)
    coding = typer.Typer(no_args_is_help=True, help="Coding: which accounts every penny falls to.")
    for name, work in (("load", load_coding), ("list", list_coding), ("suspense", suspense)):
        verb(coding, name)(work)
    app.add_typer(coding, name="coding", rich_help_panel="The ledger")


def read_moment(text: str) -> dt.datetime:
    """A moment (UTC) as people type it; a day alone means its end."""
    try:
        return dt.datetime.combine(read_day(text), dt.time(23, 59, 59))
    except typer.BadParameter:
        try:
            return dt.datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError as error:
            raise typer.BadParameter(f"“{text}” is not a moment. Write it as 2026-05-03T17:30.") from error


def proof(desk: Desk, run: Annotated[int | None, typer.Option(metavar="RUN", help="Only this run.")] = None) -> None:
    """Prove that due = posted = exported, to the penny, and that the ledger balances. Exit code 1 when it does not.

    Example: outturn proof
    """
    found = prove(desk.database, run)
    desk.failed = not found.holds
    desk.answer(found.as_json(), proof_page(found))


DONE_BY = {RECHARGES.name: "outturn billrun recharge {run}", FILES: "outturn {group} files {run}"}


def owed(desk: Desk) -> None:
    """List what releases still owe: recharges to raise, files to write, runs to finish. Exit code 1 while any is.

    Example: outturn owed
    """
    with desk.database.read() as connection:
        rows = [(each.run, each.what, each.since) for each in ledger.read_owed(connection)]
        halfway = [each for each in unfinished(connection) if each.status == Status.RELEASING]
        groups = {each.nr: STREAMS[each.stream].group for each in ledger.read_runs(connection)}
    what = [
        (
            each.nr,
            f"the rest of its release ({each.posted} of {each.parts} parts are posted)",
            None,
            f"outturn {groups[each.nr]} release {each.nr}",
        )
        for each in halfway
    ]
    what += [(run, what, since, DONE_BY[what].format(run=run, group=groups[run])) for run, what, since in rows]
    desk.failed = bool(what)
    desk.answer(
        {"owed": [{"run": run, "what": words, "since": since, "do": do} for run, words, since, do in what]},
        printing.table(
            ("Run", "Owes", "Since (UTC)", "Do"),
            [(str(run), words, printing.moment(since) if since else "", do) for run, words, since, do in what],
            right=("Run",),
        )
        if what
        else "Nothing is owed.",
    )


def balances(
    desk: Desk,
    known: Annotated[
        dt.datetime | None,
        typer.Option(
            parser=read_moment,
            metavar="MOMENT",
            help="As it was recorded by this moment (UTC), or by the end of this day.",
        ),
    ] = None,
) -> None:
    """Show the trial balance, as at any day (--on) and as known at any moment (--known).

    Example: outturn trial-balance --on 2027-03-31 --known 2027-04-15
    """
    with desk.database.read() as connection:
        found = trial_balance(movements(connection, desk.day, known), desk.day, known)
        accounts = read_accounts(connection)
    rows = sorted(((accounts[nr], balance) for nr, balance in found.accounts().items()), key=lambda row: row[0].code)
    total, foot = found.total, found.balances
    asked = " ".join(
        words
        for words in (
            f"as at {printing.day(desk.day)}" if desk.day else "of everything posted",
            f"as known at {printing.moment(known)} UTC" if known else "",
        )
        if words
    )
    lines: list[list[RenderableType]] = [
        [
            account.code,
            account.name,
            printing.amount(each.debits),
            printing.amount(each.credits),
            printing.amount(each.net if each.net > 0 else None),
            printing.amount(-each.net if each.net < 0 else None),
        ]
        for account, each in rows
    ]
    feet = (total.debits, total.credits, foot.debits, foot.credits)
    shown = printing.table(
        ("Account", "Name", "Debits", "Credits", "Debit balance", "Credit balance"),
        [*lines, ["", "Total", *map(printing.amount, feet)]],
        right=("Debits", "Credits", "Debit balance", "Credit balance"),
        title=f"Trial balance {asked}",
    )
    desk.answer(
        {
            "as_at": desk.day,
            "known_at": known,
            "debits_pence": total.debits,
            "credits_pence": total.credits,
            "debit_balances_pence": foot.debits,
            "credit_balances_pence": foot.credits,
            "accounts": [
                {
                    "account": account.code,
                    "name": account.name,
                    "debits_pence": each.debits,
                    "credits_pence": each.credits,
                    "balance_pence": each.net,
                }
                for account, each in rows
            ],
        },
        shown if rows else f"Nothing is posted, {asked}.",
        printing.note(
            "Debits and Credits are all that moved; the balances are each account net, as the proof shows them."
        )
        if rows
        else None,
    )


# Coding ---------------------------------------------------------------------------------------------------------------


def load_coding(
    desk: Desk, path: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="TOML or CSV.")]
) -> None:
    """Put a whole set of coding rules in force from its first day on.

    Example: outturn coding load our-coding.csv --as "first officer"
    """
    by = desk.by
    try:
        content = read_bytes(path)
    except UnusableFile as error:
        raise BadCoding([Problem(path.name, f"it {error.what}", error.what_to_do)]) from error
    with desk.database.begin() as connection:
        done = load_coding_file(connection, path.name, content, by, desk.at)
    desk.answer(
        {"added": done.added, "ended": done.ended, "unchanged": done.unchanged, "left_out": _gaps_json(done.gaps)},
        f"{path.name}: {done.added:,} added, {done.ended:,} ended, {done.unchanged:,} unchanged.",
        _gaps_shown(done.gaps),
    )


def list_coding(
    desk: Desk, every: Annotated[bool, typer.Option("--all", help="Past and coming rules too.")] = False
) -> None:
    """List the coding rules in force on a day, and what has no rule of its own.

    Example: outturn coding list --on 2026-04-01
    """
    with desk.database.begin() as connection:
        load_current(connection)
        kept = read_rules(connection)
    rules = kept if every else in_force(kept, desk.on)
    left_out = gaps(kept, desk.on, desk.on)
    desk.answer(
        {
            "rules": [
                {
                    "purpose": str(each.purpose),
                    "kind": each.kind,
                    "service_kind": each.service_kind,
                    "support_reason": each.support_reason,
                    "age_band": each.age_band,
                    "funder_kind": each.funder_kind,
                    "first_day": each.starts,
                    "last_day": each.ends - dt.timedelta(days=1) if each.ends else None,
                    "account": each.account.code,
                    "name": each.account.name,
                }
                for each in rules
            ],
            "left_out": _gaps_json(left_out),
        },
        printing.table(
            ("Purpose", "When it is", "Account", "Name", "From", "Until"),
            [
                (
                    str(each.purpose),
                    ", ".join(filter(None, each.conditions)) or "anything",
                    each.account.code,
                    each.account.name,
                    printing.day(each.starts),
                    printing.day(each.ends - dt.timedelta(days=1) if each.ends else None),
                )
                for each in rules
            ],
        ),
        _gaps_shown(left_out),
    )


def _gaps_json(found: Sequence[Gap]) -> list[dict[str, object]]:
    return [{"what": each.what, "falls_to": each.falls_to, "first_day": each.starts} for each in found]


def _gaps_shown(found: Sequence[Gap]) -> RenderableType | None:
    rows = [(each.what, each.falls_to, printing.day(each.starts)) for each in found]
    return printing.table(("No rule is for", "It falls to", "From"), rows, title="\nLeft out") if rows else None


def suspense(
    desk: Desk,
    run: Annotated[int | None, typer.Option(metavar="RUN", help="Only this run’s.")] = None,
    limit: Limit = 100,
) -> None:
    """List what fell to suspense because no coding rule fitted, the largest first.

    Example: outturn coding suspense --run 3
    """
    with desk.database.read() as connection:
        every: Sequence[Row[Any]] = suspense_entries(connection, run)
        some = every[:limit]
        about = references.subjects(connection, [(each.kind, each.subject) for each in some])
        payees = references.payees(connection, [each.party for each in some])
    total = sum(each.amount for each in every)
    largest = f"; the {len(some):,} largest are listed" if len(every) > len(some) else ""
    rows: list[list[RenderableType]] = [
        [
            str(each.run),
            str(about.get((each.kind, each.subject), each.subject)),
            str(payees.get(each.party, each.party)),
            each.kind,
            printing.day(each.period_starts),
            printing.amount(each.amount),
        ]
        for each in some
    ]
    desk.answer(
        {
            "entries": [
                {
                    "run": each.run,
                    "kind": each.kind,
                    "line": about[key].ref if (key := (each.kind, each.subject)) in about else None,
                    "payee": payees[each.party].ref if each.party in payees else None,
                    "period_first_day": each.period_starts,
                    "effective": each.effective,
                    "amount_pence": each.amount,
                }
                for each in some
            ],
            "of": len(every),
            "total_pence": total,
        },
        printing.table(("Run", "Line", "Payee", "What", "Period from", "Amount"), rows, right=("Run", "Amount"))
        if rows
        else "Nothing is in suspense.",
        f"{len(every):,} {'entry' if len(every) == 1 else 'entries'} in suspense, {sterling(total)} in all{largest}."
        if rows
        else None,
    )
