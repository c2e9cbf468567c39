"""Money received, looked at: receipts and how long they wait, and a payer's account."""

import datetime as dt
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.receipts.jobs import PayerAccount, account_of
from billing.receipts.views_store import ReceiptsShown, read_receipts
from billing.tables import number_of
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.cli.money_in.requests import Payer


def list_receipts(
    desk: Desk,
    unidentified: Annotated[bool, typer.Option("--unidentified", help="Only money nobody has been found for.")] = False,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Only this payer’s.")] = None,
    limit: Limit = 200,
) -> None:
    """List receipts, oldest first, with how many days each has waited.

    Example: outturn receipt list --unidentified
    """
    with desk.database.read() as connection:
        found = read_receipts(
            connection, desk.on, payer=payer, unidentified=unidentified, limit=limit, until=desk.as_at
        )
    desk.answer(_receipts_json(found), *_receipts_shown(found))


def _receipts_json(found: ReceiptsShown) -> dict[str, object]:
    return {
        "receipts": [
            {
                "receipt": each.ref,
                "date": each.on,
                "days": each.days,
                "amount_pence": each.amount,
                "payer": each.payer.ref if each.payer else None,
                "method": each.method,
                "payer_reference": each.payer_reference,
                "returned": each.returned,
            }
            for each in found.receipts
        ],
        "count": found.count,
        "total_pence": found.pence,
    }


def _receipts_shown(found: ReceiptsShown) -> list[RenderableType | None]:
    rows = [
        (
            each.ref,
            printing.day(each.on),
            f"{each.days:,}",
            printing.amount(each.amount),
            str(each.payer or "nobody yet"),
            each.method,
            each.payer_reference or "",
            f"taken back {printing.day(each.returned)}" if each.returned else "",
        )
        for each in found.receipts
    ]
    columns = ("Receipt", "Day", "Days", "Amount", "From", "How", "Reference", "")
    more = f" ({found.count - len(rows):,} not shown)" if found.count > len(rows) else ""
    return [
        printing.table(columns, rows, right=("Days", "Amount")) if rows else None,
        f"{printing.several(found.count, 'receipt')}, {sterling(found.pence)}{more}.",
    ]


def account(
    desk: Desk,
    payer: Payer,
    until: Annotated[
        dt.date | None,
        typer.Option(
            "--until",
            parser=read_day,
            metavar="DATE",
            help="As it was posted by the end of this day, or of the day of --on.",
        ),
    ] = None,
) -> None:
    """Show a payer’s account: every bill and payment, the running balance, and what is left of each bill.

    Example: outturn receipt account BP000123
    """
    found = account_of(desk.database, payer, until=until or desk.as_at)
    desk.answer(_account_json(found), *_account_shown(found))


def _account_json(found: PayerAccount) -> dict[str, object]:
    return {
        "payer": found.payer.ref,
        "name": found.payer.name,
        "balance_pence": found.balance,
        "loan_pence": found.loan,
        "unallocated_pence": found.unallocated,
        "refundable_pence": found.refundable,
        "made_of_pence": dict(found.apart),
        "lines": [
            {
                "date": each.on,
                "what": each.what,
                "ref": each.ref,
                "due": each.due,
                "amount_pence": each.pence,
                "balance_pence": each.balance,
            }
            for each in found.lines
        ],
        "bills": [
            {"bill": number_of(each.nr), "due": each.due, "amount_pence": each.pence, "left_pence": each.left}
            for each in found.bills
        ],
    }


def _account_shown(found: PayerAccount) -> list[RenderableType | None]:
    lines = [
        (
            printing.day(each.on),
            each.what,
            each.ref,
            printing.day(each.due),
            printing.amount(each.pence),
            printing.amount(each.balance),
        )
        for each in found.lines
    ]
    unpaid = [
        (number_of(each.nr), printing.day(each.due), printing.amount(each.pence), printing.amount(each.left))
        for each in found.bills
        if each.left
    ]
    columns = ("Day", "What", "Reference", "To be paid by", "Amount", "Balance")
    return [
        printing.heading(str(found.payer)),
        printing.table(columns, lines, right=("Amount", "Balance")) if lines else "Nothing has been posted.",
        printing.sums(
            [
                *((printing.opening(what), pence) for what, pence in found.apart.items()),
                ("Balance", found.balance),
                *([("Money not yet used", -found.unallocated)] if found.unallocated else []),
                *([("Of which may be given back", found.refundable)] if found.unallocated else []),
                *([("Owed on a deferred payment agreement besides", found.loan)] if found.loan else []),
            ]
        ),
        printing.table(("Not fully paid", "To be paid by", "Amount", "Left"), unpaid, right=("Amount", "Left"))
        if unpaid
        else None,
    ]
