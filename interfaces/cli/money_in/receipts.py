"""Money received: entered, read from the bank, identified, allocated; refunds; lists and accounts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.receipts import store
from billing.receipts import tables as t
from billing.receipts.tables import METHODS
from billing.tables import number_of
from finance.days import spoken
from finance.money import pounds, read_pence, sterling
from finance.problems import Problem, Refusal
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.money_in import aged_debt
from interfaces.cli.money_in.accounts import account, list_receipts
from interfaces.cli.money_in.requests import (
    IN,
    LOOKING,
    OUT,
    Amount,
    Correct,
    OwnRef,
    Payer,
    Reason,
    RequestRef,
    When,
    bill_number,
    in_pounds,
    record,
    request,
    sign,
    waiting,
    withdraw,
)
from interfaces.cli.runs import receipts
from interfaces.files.inbound.bank_statement import HEADERS, load_bank_statement
from interfaces.files.inbound.door.entering import NextRef

add_to_debt = aged_debt.add_to_debt


def add_to(app: typer.Typer) -> None:
    """Add the group ``receipt``."""
    group = typer.Typer(no_args_is_help=True, help="Money received from those who are billed.")
    verb(group, "add", rich_help_panel=IN)(add)
    verb(group, "bank", rich_help_panel=IN)(bank)
    verb(group, "identify", rich_help_panel=IN)(identify)
    verb(group, "unidentify", rich_help_panel=IN)(unidentify)
    verb(group, "return", rich_help_panel=IN)(give_back)
    verb(group, "allocate", rich_help_panel=IN)(allocate)
    verb(group, "cancel", rich_help_panel=IN)(cancel)
    verb(group, "refund", rich_help_panel=OUT)(refund)
    verb(group, "sign-refund", rich_help_panel=OUT)(sign_refund)
    verb(group, "withdraw-refund", rich_help_panel=OUT)(withdraw_refund)
    verb(group, "refunds", rich_help_panel=OUT)(refunds)
    verb(group, "list", rich_help_panel=LOOKING)(list_receipts)
    verb(group, "account", rich_help_panel=LOOKING)(account)
    receipts.add_to_receipt(group)
    app.add_typer(group, name="receipt", rich_help_panel="Money coming in")


ReceiptRef = Annotated[str, typer.Argument(metavar="REF", help="The receipt’s reference.")]


# Money in -------------------------------------------------------------------------------------------------------------


def add(
    desk: Desk,
    amount: Amount,
    payer: Annotated[
        str | None,
        typer.Option("--payer", metavar="PAYER", help="Whom it is from. Left out, the money waits in suspense."),
    ] = None,
    date: When = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD", help=f"How it came: {', '.join(METHODS)}. {printing.opening(METHODS[0])}, when not given."
        ),
    ] = None,
    reference: Annotated[str | None, typer.Option(metavar="TEXT", help="The reference as on the bank line.")] = None,
    ref: OwnRef = None,
    correct: Annotated[
        str | None,
        typer.Option(
            "--correct", metavar="REF", help="Put this receipt right instead: what is not given stays as it was."
        ),
    ] = None,
) -> None:
    """Enter money received, or put right what was entered. A reference that was used before is refused.

    Example: outturn receipt add 150.00 --payer BP000123 --date 2026-05-05 --method cheque --as "cash office"
    """
    if ref and correct:
        raise typer.BadParameter("Give --ref for a new receipt, or --correct for one that is there.")
    with desk.database.read() as connection:
        held = store.find(connection, t.receipt, correct, "receipt") if correct else None
        nr = store.payer_of(connection, payer).nr if payer else held.bill_payer if held else None
        who = store.names_of(connection, {nr})[nr] if nr else None
    on = date or (held.on if held else desk.on)
    done = record(
        desk,
        "receipts",
        correct=held is not None,
        seen={held.ref: held.learned} if held else None,
        receipt_ref=correct or ref or NextRef("RC"),
        payer_ref=who.ref if who else None,
        amount=in_pounds(amount),
        date=on,
        method=method or (held.method if held else METHODS[0]),
        payer_reference=reference or (held.payer_reference if held else None),
        entered_by=desk.by,
    )
    name, pence = done.refs[0], read_pence(amount)
    whose = str(who or "nobody yet: it waits in suspense")
    desk.answer(
        {"receipt": name, "payer": who.ref if who else None, "amount_pence": pence, "date": on, "change": done.change},
        f"Receipt {name}: {sterling(pence)} on {spoken(on)}, from {whose}.",
        printing.note("Next: outturn receipt run"),
    )


def bank(
    desk: Desk,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The bank’s statement, CSV.")
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="NAME=HEADING",
            help="What this bank heads the date, amount, reference, id, sign (CR or DR) or out. May be repeated.",
        ),
    ] = None,
) -> None:
    """Read money in from a bank statement. A payer is found by a bill or customer number in the reference, else nobody.

    The same statement read again changes nothing.

    Example: outturn receipt bank statement.csv --column "reference=Narrative 1" --as "cash office"
    """
    headers = {}
    for each in column or []:
        name, equals, heading = each.partition("=")
        if not equals or name.strip() not in HEADERS or not heading.strip():
            raise typer.BadParameter(f"“{each}” is not NAME=HEADING with a name of {', '.join(HEADERS)}.")
        headers[name.strip()] = " ".join(heading.split())
    done = load_bank_statement(
        desk.database, file, by=desk.may("enter accounts", "tell of money received"), at=desk.at, headers=headers
    )
    result = {
        name: getattr(done, name)
        for name in (
            "file",
            "received",
            "received_pence",
            "identified",
            "unidentified",
            "known_already",
            "money_out",
            "change",
        )
    }
    desk.answer(
        {**result, "problems": [printing.problem(each) for each in done.why]},
        f"{done.file}: {printing.several(done.received, 'receipt')}, {sterling(done.received_pence)}; "
        f"{done.identified:,} identified, {done.unidentified:,} in suspense, {done.known_already:,} known already, "
        f"{printing.several(done.money_out, 'line')} of money out passed over.",
        _problems(done.why),
        printing.note("Next: outturn receipt list --unidentified, then outturn receipt run"),
    )


def _problems(found: tuple[Problem, ...]) -> RenderableType | None:
    rows = [(each.where, each.what, each.what_to_do) for each in found]
    return printing.table(("Where", "What", "What to do"), rows) if rows else None


def identify(
    desk: Desk,
    ref: ReceiptRef,
    payer: Annotated[str, typer.Option("--payer", metavar="PAYER", help="Whom it is from.")],
    reason: Reason,
    correct: Correct = False,
) -> None:
    """Say whom a receipt is really from. The next run moves it there, out of suspense or off another payer.

    One that somebody has identified is only moved on with --correct.

    Example: outturn receipt identify RC000007 --payer BP000123 --reason "Telephoned the bank" --as "cash office"
    """
    with desk.database.read() as connection:
        store.find(connection, t.receipt, ref, "receipt")
        who = store.payer_of(connection, payer)
    change = record(
        desk,
        "receipt_identifications",
        correct=correct,
        reuse=True,
        identification_ref=ref,
        receipt_ref=ref,
        payer_ref=who.ref,
        reason=reason,
        identified_by=desk.by,
    ).change
    desk.answer(
        {"receipt": ref, "payer": who.ref, "change": change},
        f"{ref} is from {printing.named(who.name, who.ref)}. The next run moves it.",
    )


def unidentify(desk: Desk, ref: ReceiptRef) -> None:
    """Take an identification back: the receipt is again whom it came from, or nobody’s.

    Example: outturn receipt unidentify RC000007 --as "cash office"
    """
    with desk.database.read() as connection:
        found = store.find_identification(connection, store.find(connection, t.receipt, ref, "receipt").nr)
    if found is None:
        raise Refusal(f"{ref} has not been identified.", "There is nothing to take back.")
    change = record(desk, "receipt_identifications", correct=True, identification_ref=found, cancelled="yes").change
    desk.answer({"receipt": ref, "change": change}, f"{ref} is as it came. The next run moves it back.")


def give_back(desk: Desk, ref: ReceiptRef, reason: Reason, date: When = None, correct: Correct = False) -> None:
    """Say that the bank took a receipt back: a bounced cheque, a returned direct debit. It is owed again.

    Example: outturn receipt return RC000007 --date 2026-05-12 --reason "Refer to drawer" --as "cash office"
    """
    on = date or desk.on
    with desk.database.read() as connection:
        held = store.find(connection, t.receipt, ref, "receipt")
    if on < held.on:
        raise Refusal(f"{ref} came on {spoken(held.on)}, after {spoken(on)}.", "Give the day the bank took it back.")
    change = record(
        desk,
        "receipt_returns",
        correct=correct,
        reuse=True,
        return_ref=ref,
        receipt_ref=ref,
        date=on,
        reason=reason,
        entered_by=desk.by,
    ).change
    desk.answer(
        {"receipt": ref, "date": on, "change": change},
        f"{ref}, {sterling(held.amount)}, was taken back on {spoken(on)}.",
    )


def allocate(
    desk: Desk,
    ref: ReceiptRef,
    bill: Annotated[str, typer.Option("--bill", metavar="NUMBER", help="The bill it pays, B0000123.")],
    amount: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="How much of it; all that is left of it, when not given.")
    ] = None,
    correct: Correct = False,
) -> None:
    """Say which bill a receipt pays. What nobody says goes to the oldest bill first.

    Example: outturn receipt allocate RC000007 --bill B0000123 --as "cash office"
    """
    number = bill_number(bill)
    with desk.database.read() as connection:
        held = store.find(connection, t.receipt, ref, "receipt")
        billed = store.bill_party(connection, number)
        whose = next((each.payer for each in store.list_receipts(connection, refs=[ref])), None)
        left = held.amount - store.told_elsewhere(connection, held.nr, f"{ref}/{number_of(number)}")
    if billed is None:
        raise Refusal(f"No bill {number_of(number)} was issued.", "Check the number on the bill.")
    if billed != whose:
        raise Refusal(
            f"{number_of(number)} is not a bill of {ref}’s payer.", "Identify the receipt first, or check the bill."
        )
    given = in_pounds(amount) if amount else pounds(max(left, 0))
    if read_pence(given) > left or not left:
        told = held.amount - left
        others = f", of which {sterling(told)} is told to other bills" if told else ""
        raise Refusal(
            f"{ref} is {sterling(held.amount)}{others}, less than {sterling(told + read_pence(given))}.",
            "Give no more than is left of it.",
        )
    change = record(
        desk,
        "allocations",
        correct=correct,
        reuse=True,
        allocation_ref=f"{ref}/{number_of(number)}",
        receipt_ref=ref,
        bill=number_of(number),
        amount=given,
        entered_by=desk.by,
    ).change
    desk.answer(
        {"receipt": ref, "bill": number_of(number), "amount_pence": read_pence(given), "change": change},
        f"{sterling(read_pence(given))} of {ref} pays {number_of(number)}.",
    )


def cancel(desk: Desk, ref: ReceiptRef) -> None:
    """Take back a receipt that should never have been entered. The next run takes it off its payer.

    Example: outturn receipt cancel RC000007 --as "cash office"
    """
    with desk.database.read() as connection:
        if not store.refs_ever(connection, t.receipt, [ref]) and store.refs_ever(connection, t.refund, [ref]):
            raise Refusal(f"{ref} is a refund.", f'Use: outturn receipt withdraw-refund {ref} --reason "…"')
        store.find(connection, t.receipt, ref, "receipt")
    change = record(desk, "receipts", correct=True, receipt_ref=ref, cancelled="yes").change
    desk.answer(
        {"receipt": ref, "change": change}, f"{ref} is cancelled. The next run takes it back out of the ledger."
    )


# Money out and given up -----------------------------------------------------------------------------------------------


def refund(
    desk: Desk,
    payer: Payer,
    amount: Amount,
    reason: Reason,
    date: When = None,
    ref: OwnRef = None,
    interest: Annotated[
        str | None, typer.Option("--interest", metavar="AMOUNT", help="Interest the council pays with it.")
    ] = None,
) -> None:
    """Ask for money to be given back to a payer. It waits until a second person signs for it.

    Example: outturn receipt refund BP000123 40.00 --reason "Paid twice" --as "income team"
    """
    request(desk, "refund", payer, amount, reason, date, ref, interest=interest)


def sign_refund(desk: Desk, ref: RequestRef) -> None:
    """Sign for a refund. Never by whoever asked for it, nor above the tier of one’s role.

    Example: outturn receipt sign-refund RF000001 --as "second officer"
    """
    sign(desk, "refund", ref)


def withdraw_refund(desk: Desk, ref: RequestRef, reason: Reason) -> None:
    """Take back a refund asked for by mistake, signed for or not, that no run has posted.

    Example: outturn receipt withdraw-refund RF000002 --reason "Asked for twice" --as "income team"
    """
    withdraw(desk, "refund", ref, reason)


def refunds(desk: Desk) -> None:
    """List refunds waiting for a second person.

    Example: outturn receipt refunds
    """
    waiting(desk, "refund")
