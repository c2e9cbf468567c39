"""Debt: what is owed by age, why it waits and what secures it; debts given up, and who signs for that."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.debt.views_jobs import AgedDebt, SmallBalances, aged_debt_shown, small_balances_shown
from billing.receipts import store
from billing.receipts import tables as t
from billing.receipts.balances import BUCKETS, Aged, AgeGroup
from finance.columns import Bulk
from finance.days import spoken
from finance.money import pounds, sterling
from interfaces.cli.allowing import by_hand
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day, verb
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
        typer.Option(
            "--until",
            parser=read_day,
            metavar="DATE",
            help="By what was posted by the end of this day; of the day itself, when not given.",
        ),
    ] = None,
) -> None:
    """What is owed, by how long it has been due and why it waits; secured or not; tied to the ledger.

    Example: outturn debt aged --on 2026-05-31 --xlsx aged.xlsx
    """
    if by not in ("reason", "secured", "what", "payer"):
        raise typer.BadParameter(f"“{by}” is not reason, secured, what or payer.")
    found = aged_debt_shown(desk.database, desk.on, desk.council.reminders, until=until)
    if xlsx:
        write_aged_debt(found.aged, found.payers, xlsx)
    groups = [(_group(by, each.values[0], found), each) for each in found.aged.groups(by)]
    desk.answer(
        {
            **_aged_json(found.aged),
            "posted_by": until or desk.on,
            "by": by,
            "groups": [{by: name, **{f"{age} pence": each.ages[age] for age in BUCKETS}} for name, each in groups],
            "file": str(xlsx) if xlsx else None,
        },
        _ages(by, groups),
        _tied(found.aged),
        printing.note(f"On {spoken(desk.on)}, by what was posted by the end of {spoken(until or desk.on)}."),
        printing.note(f"Every debt is in {xlsx}") if xlsx else None,
    )


_NOBODY = {"reason": "to be chased", "secured": "not secured"}


def _group(by: str, key: str, found: AgedDebt) -> str:
    return str(found.payers[int(key)]) if by == "payer" else key or _NOBODY.get(by, "")


def _aged_json(found: Aged) -> dict[str, object]:
    return {
        "on": found.on,
        "owed_pence": found.owed,
        "credit_pence": found.credit_pence,
        "fallen_away_pence": found.fallen_pence,
        "balance_pence": found.balance,
        "suspense_pence": found.suspense,
        "loans_pence": found.loans_pence,
    }


def _tied(found: Aged) -> RenderableType:
    return printing.sums(
        [
            ("Owed", found.owed),
            ("Less money not yet used", -found.credit_pence),
            *([("Less given up and no longer owed", -found.fallen_pence)] if found.fallen_away else []),
            ("Ordinary accounts, by the ledger", found.balance),
            ("Money in suspense", found.suspense),
            *([("On deferred payment agreements besides", found.loans_pence)] if found.loans else []),
        ]
    )


def _ages(by: str, groups: Sequence[tuple[str, AgeGroup]]) -> RenderableType:
    if not groups:
        return "Nobody owes anything."
    rows: list[tuple[RenderableType, ...]] = [
        (name, *(printing.amount(each.ages[age]) for age in BUCKETS), printing.amount(each.pence))
        for name, each in groups
    ]
    return printing.table((printing.opening(by), *BUCKETS, "In all"), rows, right=(*BUCKETS, "In all"))


def list_small_balances(
    desk: Desk, ask: Annotated[bool, typer.Option("--request", help="Ask for each to be written off.")] = False
) -> None:
    """List balances too small to chase, long due; and ask for them to be written off.

    Example: outturn debt small-balances --request --as "income team"
    """
    found = small_balances_shown(desk.database, desk.on, desk.council.receipts)

    def requests(bulk: Bulk) -> list[dict[str, object]]:
        """Of those nobody has asked for meanwhile."""
        asked = store.asked_for(bulk, t.write_off)
        return [
            {
                "write_off_ref": NextRef("WO"),
                "payer_ref": payer.ref,
                "date": desk.on,
                "amount": pounds(each.pence),
                "reason": "balance too small to chase",
                "requested_by": desk.by,
            }
            for payer, each in found.balances
            if each.payer not in asked
        ]

    change = None
    if ask and found.balances:
        change = enter(desk.database, "write_offs", requests, source="small balances", **by_hand(desk)).change
    desk.answer(_small_json(found) | {"change": change}, *_small_shown(found, change))


def _small_json(found: SmallBalances) -> dict[str, object]:
    return {
        "balances": [
            {"payer": payer.ref, "amount_pence": each.pence, "newest_due": each.newest_due}
            for payer, each in found.balances
        ],
        "total_pence": found.pence,
    }


def _small_shown(found: SmallBalances, change: int | None) -> list[RenderableType | None]:
    rows: list[tuple[RenderableType, ...]] = [
        (str(payer), printing.amount(each.pence), printing.day(each.newest_due)) for payer, each in found.balances
    ]
    asked = " Asked to be written off: they wait for a second person." if change else ""
    return [
        printing.table(("Payer", "Balance", "Newest due"), rows, right=("Balance",)) if rows else None,
        f"{printing.several(len(rows), 'balance')}, {sterling(found.pence)}.{asked}",
    ]


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
