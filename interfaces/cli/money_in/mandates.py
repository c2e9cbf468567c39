"""Mandates at the desk: a payer's instruction to pay by direct debit, recorded, lodged, ended and looked at."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer

from billing.direct_debits import jobs, store
from billing.direct_debits.announcing import WhatToAnnounce
from billing.direct_debits.reasons import Reason, reason_of
from billing.direct_debits.references import BadReference, masked, overlap, read_reference
from billing.direct_debits.states import CollectionStatus, MandateStatus
from billing.direct_debits.views_jobs import MandateShown, mandates_shown
from billing.receipts.store import payer_of
from finance.columns import Bulk
from finance.days import spoken
from interfaces.cli.allowing import by_hand
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Note, Why
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.cli.money_in.requests import BY_HAND, Payer
from interfaces.files.inbound.door.entering import enter

MandateRef = Annotated[str, typer.Argument(metavar="REFERENCE", help="The mandate’s reference, as the bank knows it.")]
When = Annotated[
    dt.date | None,
    typer.Option(
        "--date", parser=read_day, metavar="DATE", help="The day it happened. The day acted on, when not given."
    ),
]


AccountName = Annotated[str, typer.Option("--account-name", metavar="TEXT", help="The name on the account.")]
SortCode = Annotated[str, typer.Option("--sort-code", metavar="DIGITS", help="Six digits.")]
AccountNumber = Annotated[str, typer.Option("--account", metavar="DIGITS", help="Eight digits.")]


def add(
    desk: Desk,
    payer: Payer,
    reference: Annotated[
        str,
        typer.Option(
            "--reference",
            metavar="TEXT",
            help="What the bank will know it by: 6 to 18 letters and digits, never used before.",
        ),
    ],
    account_name: AccountName,
    sort_code: SortCode,
    account: AccountNumber,
    signed: Annotated[
        dt.date | None,
        typer.Option(
            "--signed",
            parser=read_day,
            metavar="DATE",
            help="The day the payer gave it. The day acted on, when not given.",
        ),
    ] = None,
    lodged: Annotated[
        dt.date | None,
        typer.Option(
            "--lodged", parser=read_day, metavar="DATE", help="The day it was lodged with the bank, if it has been."
        ),
    ] = None,
) -> None:
    """Record a payer’s instruction to pay by direct debit. Their bank details are never shown in full again.

    Example: outturn direct-debit add BP1 --reference CARE1 --account-name "A B" --sort-code 00-00-99 --account 12345678
    """
    try:
        ref = read_reference(reference)
    except BadReference as error:
        raise typer.BadParameter(f"{error.what} {error.what_to_do}") from error
    digits = ["".join(each for each in given if each.isdigit()) for given in (sort_code, account)]
    with desk.database.read() as connection:
        who = payer_of(connection, payer)

    row = {
        "mandate_ref": ref,
        "payer_ref": who.ref,
        "account_name": account_name,
        "sort_code": sort_code,
        "account_number": account,
        "signed_date": signed or desk.on,
        "lodged_date": lodged,
    }

    def instruction(bulk: Bulk) -> list[dict[str, object]]:
        _must_be_told_apart(bulk, ref, digits)
        return [row]

    done = enter(desk.database, "mandates", instruction, source=BY_HAND, **by_hand(desk))
    status = MandateStatus.LODGED if lodged else MandateStatus.SIGNED
    desk.answer(
        {"mandate": ref, "payer": who.ref, "status": status, "account": masked(digits[1]), "change": done.change},
        f"Mandate {ref} of {printing.named(who.name, who.ref)}, {masked(digits[1])}, is {status}.",
        None if lodged else printing.note(f"Next, once it is with the bank: outturn direct-debit lodge {ref}"),
    )


def _must_be_told_apart(bulk: Bulk, ref: str, digits: list[str]) -> None:
    """Refuse a reference that was used before, or that a bank could take for another of the same account."""
    if store.ever_used(bulk, ref):
        raise BadReference(
            f"{ref} has been a mandate’s reference already.", "Use another: a bank must not take one for the other."
        )
    clash = [each for each in store.accounts_in_use(bulk, *digits) if overlap(each, ref)]
    if clash:
        raise BadReference(
            f"{ref} and {clash[0]} begin alike, on one account.", "Use a reference a bank cannot take for the other."
        )


def lodge(
    desk: Desk,
    references: Annotated[list[str], typer.Argument(metavar="REFERENCE…", help="Mandates, by reference.")],
    date: When = None,
) -> None:
    """Say that mandates have gone to the bank. The first collection waits until it has had time to refuse them.

    Example: outturn direct-debit lodge CARE000123 --as "income team"
    """
    made = jobs.lodge(desk.database, references, on=date or desk.on, by=desk.by, at=desk.at)
    desk.answer(
        {"lodged": [each.ref for each in made], "on": date or desk.on},
        f"{printing.several(len(made), 'mandate')} lodged on {spoken(date or desk.on)}.",
    )


def cancel(
    desk: Desk,
    reference: MandateRef,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="REPORT CODE",
            help="What the bank said, as ADDACS 1 or AUDDIS 5. Left out, the payer cancelled with the council.",
        ),
    ] = None,
    note: Note = None,
    date: When = None,
) -> None:
    """End a mandate, or do what else the bank’s reason says. What is on its way is stopped.

    Example: outturn direct-debit cancel CARE000123 --reason "ADDACS 1" --as "income team"
    """
    why = _reason(reason) if reason else None
    held, stopped = jobs.cancel_mandate(
        desk.database, reference, on=date or desk.on, by=desk.by, at=desk.at, reason=why, note=note or ""
    )
    desk.answer(
        {
            "mandate": held.ref,
            "status": held.status,
            "reason": why.key if why else None,
            "stopped": [each.collection.nr for each in stopped],
        },
        f"Mandate {held.ref} is {held.status}{f': {why}' if why else ''}.",
        to_withdraw(stopped),
        printing.note(why.what_to_do) if why else None,
    )


def _reason(given: str) -> Reason:
    report, _, code = given.strip().partition(" ")
    return reason_of(report, code)


def resume(desk: Desk, reference: MandateRef, note: Why, date: When = None) -> None:
    """Go on with a suspended mandate, the matter having been settled with the payer.

    Example: outturn direct-debit resume CARE000123 --note "Dates agreed by telephone" --as "income team"
    """
    held = jobs.resume(desk.database, reference, on=date or desk.on, by=desk.by, at=desk.at, note=note)
    desk.answer({"mandate": held.ref, "status": held.status}, f"Mandate {held.ref} is {held.status}.")


def to_withdraw(stopped: Sequence[WhatToAnnounce]) -> str | None:
    """What is to be withdrawn at the bank, having been asked for there."""
    asked = [str(each.collection.nr) for each in stopped if each.collection.status is not CollectionStatus.ANNOUNCED]
    return f"Withdraw at the bank: collection {', '.join(asked)}." if asked else None


def list_mandates(
    desk: Desk,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help=f"Only these: {', '.join(MandateStatus)}.")
    ] = None,
) -> None:
    """List mandates and how they stand. Of an account, the last three figures are shown.

    Example: outturn direct-debit mandates --status suspended
    """
    if status and status not in list(MandateStatus):
        raise typer.BadParameter(f"No mandate is “{status}”. Use one of {', '.join(MandateStatus)}.")
    found = mandates_shown(desk.database, status)
    rows = [
        (
            each.ref,
            str(each.payer or ""),
            f"{each.account_name}, {each.account}",
            str(each.status),
            printing.day(each.lodged),
            printing.day(each.last_used),
        )
        for each in found
    ]
    columns = ("Mandate", "Payer", "Account", "Status", "Lodged", "Last used")
    desk.answer(
        {"mandates": [_mandate_json(each) for each in found]},
        printing.table(columns, rows) if rows else "There are no mandates.",
    )


def _mandate_json(each: MandateShown) -> dict[str, object]:
    return {
        "mandate": each.ref,
        "payer": each.payer.ref if each.payer else None,
        "name": each.payer.name if each.payer else None,
        "status": each.status,
        "account_name": each.account_name,
        "account": each.account,
        "signed": each.signed,
        "lodged": each.lodged,
        "last_used": each.last_used,
    }
