"""The ledger: its proof, its trial balance, and the rules by which every penny is coded."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.naming_store import payers as bill_payers
from finance.days import financial_year
from finance.money import sterling
from finance.names import Named
from finance.problems import Problem
from interfaces.cli.frame import printing, references
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.files.inbound.readers.opening import UnusableFile, read_bytes
from interfaces.files.outbound.accrual_journal import accrual_journal
from interfaces.files.outbound.behind import prove_as_on
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.proof_page import proof_json, proof_page
from interfaces.files.outbound.proving import prove
from interfaces.files.outbound.year_end_store import read_accruals
from ledgers.coding.gaps import Gap
from ledgers.coding.jobs import BadCoding, load_coding_file
from ledgers.coding.rules import CodingRule
from ledgers.coding.views_store import read_coding
from ledgers.reports.balances import Balance
from ledgers.reports.views_store import (
    InSuspense,
    ReleaseOwing,
    Suspense,
    TrialBalanceShown,
    read_owing,
    read_suspense,
    read_trial_balance,
)
from ledgers.streams import CHARGES, FILES, RECHARGES, STREAMS
from payruns.views_store import Subject


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "proof", rich_help_panel="The ledger")(proof)
    verb(app, "owed", rich_help_panel="The ledger")(owed)
    verb(app, "trial-balance", rich_help_panel="The ledger")(balances)
    verb(app, "balances", hidden=True)(balances)
    verb(app, "accruals", rich_help_panel="The ledger")(show_accruals)
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
    Calendars that are behind on the day (--on) are named besides.

    Example: outturn proof
    """
    found = prove_as_on(desk.database, desk.on) if run is None else prove(desk.database, run)
    desk.failed = not found.holds
    desk.answer(proof_json(found), proof_page(found))


DONE_BY = {RECHARGES.name: "outturn billrun recharge {run}", FILES: "outturn {group} files {run}"}


def owed(desk: Desk) -> None:
    """List what releases still owe: recharges to raise, files to write, runs to finish. Exit code 1 while any is.

    Example: outturn owed
    """
    with desk.database.read() as connection:
        found = read_owing(connection)
    desk.failed = bool(found)
    rows = [(each.run, *_owes(each), each.since) for each in found]
    desk.answer(
        {"owed": [{"run": run, "what": words, "since": since, "do": do} for run, words, do, since in rows]},
        printing.table(
            ("Run", "Owes", "Since (UTC)", "Do"),
            [(str(run), words, printing.moment(since), do) for run, words, do, since in rows],
            right=("Run",),
        )
        if rows
        else "Nothing is owed.",
    )


def _owes(each: ReleaseOwing) -> tuple[str, str]:
    """What is owed, and the verb that does it."""
    group = STREAMS[each.stream].group
    if each.what is None:
        return (
            f"the rest of its release ({each.posted} of {each.parts} parts are posted)",
            f"outturn {group} release {each.run}",
        )
    return each.what, DONE_BY[each.what].format(run=each.run, group=group)


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
        found = read_trial_balance(connection, desk.day, known)
    desk.answer(_balances_json(found), *_balances_shown(found))


def _balances_json(found: TrialBalanceShown) -> dict[str, object]:
    return {
        "as_at": found.as_at,
        "known_at": found.known_at,
        "debits_pence": found.total.debits,
        "credits_pence": found.total.credits,
        "debit_balances_pence": found.foot.debits,
        "credit_balances_pence": found.foot.credits,
        "accounts": [
            {
                "account": each.code,
                "name": each.name,
                "debits_pence": each.balance.debits,
                "credits_pence": each.balance.credits,
                "balance_pence": each.balance.net,
            }
            for each in found.accounts
        ],
    }


def _balances_shown(found: TrialBalanceShown) -> list[RenderableType]:
    of_day = f"as at {printing.day(found.as_at)}" if found.as_at else "of everything posted"
    asked = f"{of_day} as known at {printing.moment(found.known_at)} UTC" if found.known_at else of_day
    if not found.accounts:
        return [f"Nothing is posted, {asked}."]
    rows = [_row(each.code, each.name, *_columns(each.balance)) for each in found.accounts]
    foot = _row("", "Total", found.total.debits, found.total.credits, found.foot.debits, found.foot.credits)
    table = printing.table(
        ("Account", "Name", "Debits", "Credits", "Debit balance", "Credit balance"),
        [*rows, foot],
        right=("Debits", "Credits", "Debit balance", "Credit balance"),
        title=f"Trial balance {asked}",
    )
    said = "Debits and Credits are all that moved; the balances are each account net, as the proof shows them."
    return [table, printing.note(said)]


def _row(code: str, name: str, *pence: int | None) -> list[RenderableType]:
    return [code, name, *map(printing.amount, pence)]


def _columns(each: Balance) -> tuple[int | None, ...]:
    net = each.net
    return each.debits, each.credits, net if net > 0 else None, -net if net < 0 else None


def show_accruals(
    desk: Desk,
    year_end: Annotated[
        dt.date | None,
        typer.Option("--year-end", parser=read_day, metavar="DATE", help="The last 31 March, when not given."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", file_okay=False, metavar="DIR", help="Where to write its journal, and its reversal."),
    ] = None,
) -> None:
    """What belongs to days up to a year’s end and is coded after it: what to accrue, and to reverse in the new year.

    Example: outturn accruals --year-end 2027-03-31
    """
    last = year_end or financial_year(desk.on).first - dt.timedelta(days=1)
    with desk.database.read() as connection:
        found = read_accruals(connection, last + dt.timedelta(days=1))
    before, whole = found.before, found.whole
    made = accrual_journal(found, last, desk.at) if folder else None
    if made and folder:
        leave(folder / made.name, made.content, over=True)
    rows = [
        _row(f"{each.stream}: {each.kind}", f"{each.debit.code} to {each.credit.code}", each.before, each.whole)
        for each in found.accruals
    ]
    columns = ("Money", "From account to account", "Up to the year’s end", "Coded after it")
    desk.answer(
        {
            "year_end": last,
            "before_pence": before,
            "whole_pence": whole,
            "accruals": [
                {
                    "stream": each.stream,
                    "kind": each.kind,
                    "debit": each.debit.code,
                    "credit": each.credit.code,
                    "before_pence": each.before,
                    "whole_pence": each.whole,
                }
                for each in found.accruals
            ],
            **({"journal": made.name if made else None} if folder else {}),
        },
        printing.table(columns, [*rows, _row("", "Total", before, whole)], right=columns[2:]) if rows else None,
        f"Of {sterling(whole)} in periods that lie across {printing.day(last)} and are coded after it, "
        f"{sterling(before)} belongs to the days up to it."
        if rows
        else f"No period posted lies across {printing.day(last)}.",
        printing.note(f"{folder / made.name}: accrued in one journal, taken back in another.")
        if made and folder
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
        found = read_coding(connection, desk.on, every=every)
    rows = [
        (
            str(each.purpose),
            ", ".join(filter(None, each.conditions)) or "anything",
            each.account.code,
            each.account.name,
            printing.day(each.starts),
            printing.day(_last_day(each)),
        )
        for each in found.rules
    ]
    desk.answer(
        {"rules": [_rule_json(each) for each in found.rules], "left_out": _gaps_json(found.left_out)},
        printing.table(("Purpose", "When it is", "Account", "Name", "From", "Until"), rows),
        _gaps_shown(found.left_out),
    )


def _last_day(rule: CodingRule) -> dt.date | None:
    return rule.ends - dt.timedelta(days=1) if rule.ends else None


def _rule_json(each: CodingRule) -> dict[str, object]:
    return {
        "purpose": str(each.purpose),
        "kind": each.kind,
        "service_kind": each.service_kind,
        "support_reason": each.support_reason,
        "age_band": each.age_band,
        "funder_kind": each.funder_kind,
        "first_day": each.starts,
        "last_day": _last_day(each),
        "account": each.account.code,
        "name": each.account.name,
    }


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
        found = read_suspense(connection, run, limit=limit)
        lines = [(each.kind, each.subject) for each in found.entries if _is_line(each)]
        names = Names(
            references.subjects(connection, lines),
            references.payees(connection, [each.party for each in found.entries if each.of_payee]),
            bill_payers(connection, [each.party for each in found.entries if not each.of_payee]),
        )
    desk.answer(_suspense_json(found, names), *_suspense_shown(found, names))


def _is_line(each: InSuspense) -> bool:
    """Whether its subject is among the lines, blocks and adjustments payees are paid for, or a line charged for."""
    of_line = {kind.name for kind in STREAMS[each.stream].kinds if kind.of_line}
    return each.of_payee or (each.stream == CHARGES.name and each.kind in of_line)


@dataclass(frozen=True, slots=True)
class Names:
    """What entries in suspense are called: their lines by kind and number, their payees and bill payers by number."""

    lines: dict[tuple[str, int], Subject]
    payees: dict[int, Named]
    payers: dict[int, Named]

    def party(self, each: InSuspense) -> Named | None:
        return (self.payees if each.of_payee else self.payers).get(each.party)

    def line(self, each: InSuspense) -> Subject | None:
        return self.lines.get((each.kind, each.subject)) if _is_line(each) else None


def _suspense_json(found: Suspense, names: Names) -> dict[str, object]:
    return {
        "entries": [
            {
                "run": each.run,
                "kind": each.kind,
                "line": line.ref if (line := names.line(each)) else None,
                "payee": party.ref if (party := names.party(each)) and each.of_payee else None,
                "payer": party.ref if party and not each.of_payee else None,
                "period_first_day": each.period_starts,
                "effective": each.effective,
                "amount_pence": each.amount,
            }
            for each in found.entries
        ],
        "of": found.count,
        "total_pence": found.pence,
    }


def _suspense_shown(found: Suspense, names: Names) -> list[RenderableType]:
    if not found.entries:
        return ["Nothing is in suspense."]
    some = found.entries
    rows: list[list[RenderableType]] = [
        [
            str(each.run),
            str(names.line(each) or each.subject),
            str(names.party(each) or each.party),
            each.kind,
            printing.day(each.period_starts),
            printing.amount(each.amount),
        ]
        for each in some
    ]
    entries = f"{found.count:,} {'entry' if found.count == 1 else 'entries'}"
    largest = f"; the {len(some):,} largest are listed" if found.count > len(some) else ""
    return [
        printing.table(
            ("Run", "Line", "Payee or payer", "What", "Period from", "Amount"), rows, right=("Run", "Amount")
        ),
        f"{entries} in suspense, {sterling(found.pence)} in all{largest}.",
    ]
