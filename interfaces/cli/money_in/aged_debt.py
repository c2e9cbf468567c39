"""Debt: what is owed by age, why it waits and what secures it; debts given up, and who signs for that."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from sqlalchemy import Row

from billing.debt.jobs import paused_debt
from billing.receipts import store
from billing.receipts import tables as t
from billing.receipts.balances import BUCKETS
from billing.receipts.jobs import aged_debt, small_balances
from finance.columns import Bulk
from finance.money import pounds, sterling
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.cli.money_in.direct_debits import read_choices
from interfaces.cli.money_in.requests import (
    LOOKING,
    OUT,
    Amount,
    OwnRef,
    Payer,
    Reason,
    RequestRef,
    When,
    bill_number,
    request,
    sign,
    waiting,
    withdraw,
)
from interfaces.files.inbound.council_file import read_council
from interfaces.files.inbound.door.entering import NextRef, enter
from interfaces.files.outbound.aged_debt_xlsx import write_aged_debt


def add_to_debt(group: typer.Typer) -> None:
    """Add the verbs of this file to the group ``debt``."""
    verb(group, "aged", rich_help_panel=LOOKING)(aged)
    verb(group, "write-off", rich_help_panel=OUT)(write_off)
    verb(group, "sign-write-off", rich_help_panel=OUT)(sign_write_off)
    verb(group, "withdraw-write-off", rich_help_panel=OUT)(withdraw_write_off)
    verb(group, "write-offs", rich_help_panel=OUT)(write_offs)
    verb(group, "small-balances", rich_help_panel=OUT)(list_small_balances)


def aged(
    desk: Desk,
    by: Annotated[str, typer.Option("--by", metavar="COLUMN", help="reason, secured, what or payer.")] = "reason",
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", dir_okay=False, metavar="FILE", help="Write every debt to a workbook.")
    ] = None,
    until: Annotated[
        dt.date | None,
        typer.Option("--until", parser=read_day, metavar="DATE", help="Only what was posted by the end of this day."),
    ] = None,
    council: CouncilFile = None,
) -> None:
    """What is owed, by how long it has been due and why it waits; secured or not; tied to the ledger.

    Example: outturn debt aged --on 2026-05-31 --xlsx aged.xlsx
    """
    if by not in ("reason", "secured", "what", "payer"):
        raise typer.BadParameter(f"“{by}” is not reason, secured, what or payer.")
    paused = paused_debt(desk.database, desk.on, read_choices(council).reminders)
    found = aged_debt(desk.database, desk.on, paused, until=until)
    with desk.database.read() as connection:
        names = store.names_of(connection, {*(row.payer for row in found.rows), *found.credit})
    if xlsx:
        write_aged_debt(found, names, xlsx)
    groups = {_group(by, key, names): ages for (key,), ages in found.by(by).items()}
    desk.answer(
        {
            "on": found.on,
            "owed_pence": found.owed,
            "credit_pence": sum(found.credit.values()),
            "balance_pence": found.balance,
            "suspense_pence": found.suspense,
            "loans_pence": sum(found.loans.values()),
            "by": by,
            "groups": [{by: name, **{f"{age} pence": ages[age] for age in BUCKETS}} for name, ages in groups.items()],
            "file": str(xlsx) if xlsx else None,
        },
        _ages(by, groups),
        printing.sums(
            [
                ("Owed", found.owed),
                ("Less money not yet used", -sum(found.credit.values())),
                ("Ordinary accounts, by the ledger", found.balance),
                ("Money in suspense", found.suspense),
                *([("On deferred payment agreements besides", sum(found.loans.values()))] if found.loans else []),
            ]
        ),
        printing.note(f"Every debt is in {xlsx}") if xlsx else None,
    )


_NOBODY = {"reason": "to be chased", "secured": "not secured"}


def _group(by: str, key: str, names: dict[int, Row[Any]]) -> str:
    return printing.named(names[int(key)].name, names[int(key)].ref) if by == "payer" else key or _NOBODY.get(by, "")


def _ages(by: str, groups: dict[str, dict[str, int]]) -> RenderableType:
    if not groups:
        return "Nobody owes anything."
    rows: list[tuple[RenderableType, ...]] = [
        (name, *(printing.amount(ages[age]) for age in BUCKETS), printing.amount(sum(ages.values())))
        for name, ages in groups.items()
    ]
    return printing.table((printing.opening(by), *BUCKETS, "In all"), rows, right=(*BUCKETS, "In all"))


def list_small_balances(
    desk: Desk,
    ask: Annotated[bool, typer.Option("--request", help="Ask for each to be written off.")] = False,
    council: CouncilFile = None,
) -> None:
    """List balances too small to chase, long due; and ask for them to be written off.

    Example: outturn debt small-balances --request --as "income team"
    """
    found = small_balances(desk.database, desk.on, read_council(council).receipts)
    change = None
    with desk.database.read() as connection:
        names = store.names_of(connection, {each.payer for each in found})

    def requests(bulk: Bulk) -> list[dict[str, object]]:
        """Of those nobody has asked for meanwhile."""
        asked = store.asked_for(bulk, t.write_off)
        return [
            {
                "write_off_ref": NextRef("WO"),
                "payer_ref": names[each.payer].ref,
                "date": desk.on,
                "amount": pounds(each.pence),
                "reason": "balance too small to chase",
                "requested_by": desk.by,
            }
            for each in found
            if each.payer not in asked
        ]

    if ask and found:
        change = enter(desk.database, "write_offs", requests, by=desk.by, at=desk.at, source="small balances").change
    shown: list[tuple[RenderableType, ...]] = [
        (
            printing.named(names[each.payer].name, names[each.payer].ref),
            printing.amount(each.pence),
            printing.day(each.newest_due),
        )
        for each in found
    ]
    total = sum(each.pence for each in found)
    asked = " Asked to be written off: they wait for a second person." if change else ""
    desk.answer(
        {
            "balances": [
                {"payer": names[each.payer].ref, "amount_pence": each.pence, "newest_due": each.newest_due}
                for each in found
            ],
            "total_pence": total,
            "change": change,
        },
        printing.table(("Payer", "Balance", "Newest due"), shown, right=("Balance",)) if shown else None,
        f"{printing.several(len(found), 'balance')}, {sterling(total)}.{asked}",
    )


def write_off(
    desk: Desk,
    payer: Payer,
    amount: Amount,
    reason: Reason,
    bill: Annotated[
        str | None,
        typer.Option("--bill", metavar="NUMBER", help="The bill it is given up on; the oldest first, when not given."),
    ] = None,
    date: When = None,
    ref: OwnRef = None,
) -> None:
    """Ask for a debt to be given up. It waits until a second person signs for it, within the tier of their role.

    Example: outturn debt write-off BP000123 40.00 --bill B0000123 --reason "Estate insolvent" --as "income team"
    """
    request(desk, "write-off", payer, amount, reason, date, ref, bill_number(bill) if bill else None)


def sign_write_off(desk: Desk, ref: RequestRef) -> None:
    """Sign for a write-off. Never by whoever asked for it, nor above the tier of one’s role.

    Example: outturn debt sign-write-off WO000001 --as "second officer"
    """
    sign(desk, "write-off", ref)


def withdraw_write_off(desk: Desk, ref: RequestRef, reason: Reason) -> None:
    """Take back a write-off asked for by mistake, signed for or not, that no run has posted.

    Example: outturn debt withdraw-write-off WO000001 --reason "Paid since" --as "income team"
    """
    withdraw(desk, "write-off", ref, reason)


def write_offs(desk: Desk) -> None:
    """List write-offs waiting for a second person.

    Example: outturn debt write-offs
    """
    waiting(desk, "write-off")
