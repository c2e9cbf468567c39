"""What verbs of receipts, debt and direct debits share: arguments, one fact told, requests a second person signs."""

import datetime as dt
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.direct_debits.outcomes import DirectDebitChoices
from billing.receipts import store
from billing.receipts.jobs import approve_request
from billing.receipts.requests_jobs import RequestsWaiting, asked_of, withdraw_request
from billing.receipts.views_store import RequestShown, read_waiting
from billing.tables import number_of
from finance.money import pounds, read_pence, sterling
from finance.problems import NotAnAmount, Refusal
from interfaces.cli.allowing import by_hand
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.files.inbound.door.entering import Entered, NextRef, enter
from interfaces.files.inbound.layouts.receipts import read_bill_number
from interfaces.files.inbound.layouts.value_types import Unreadable

IN, OUT, LOOKING = "Money in", "Money out and given up", "Looking"
BY_HAND = "by hand"

Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="Pounds and pence, 1234.56.")]
Payer = Annotated[str, typer.Argument(metavar="PAYER", help="The bill payer’s reference, or customer number.")]
When = Annotated[
    dt.date | None,
    typer.Option(
        "--date", parser=read_day, metavar="DATE", help="The day it belongs to. The day acted on, when not given."
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why. It is kept with it.")]
Correct = Annotated[
    bool,
    typer.Option("--correct", help="This puts right what was said before of the same; without it that is refused."),
]
OwnRef = Annotated[str | None, typer.Option("--ref", metavar="REF", help="What to call it. Numbered, when not given.")]


RequestRef = Annotated[str, typer.Argument(metavar="REF", help="Its reference.")]


def in_pounds(text: str) -> str:
    """An amount above nought, as the door reads it."""
    try:
        pence = read_pence(text)
    except NotAnAmount as error:
        raise typer.BadParameter(f"{error.what} {error.what_to_do}") from error
    if pence <= 0:
        raise typer.BadParameter(f"“{text}” is not above nought.")
    return pounds(pence)


def record(
    desk: Desk,
    extract: str,
    *,
    correct: bool = False,
    reuse: bool = False,
    seen: dict[str, int] | None = None,
    **row: object,
) -> Entered:
    """Tell one fact through the inbound door: as new, unless the act says that it corrects or ends what is there."""
    return enter(
        desk.database, extract, [row], source=BY_HAND, correct=correct, reuse=reuse, seen=seen, **by_hand(desk)
    )


def bill_number(text: str) -> int:
    try:
        return read_bill_number(text)
    except Unreadable as error:
        raise typer.BadParameter(f"“{text}” {error.what} {error.what_to_do}") from error


def choices_of(desk: Desk) -> DirectDebitChoices:
    """What the council's policy says about direct debits and reminders."""
    return DirectDebitChoices(desk.council.direct_debits, desk.council.reminders)


# Requests ------------------------------------------------------------------------------------------------------------


_EXTRACT = {"refund": ("refunds", "refund_ref", "RF"), "write-off": ("write_offs", "write_off_ref", "WO")}


def request(
    desk: Desk,
    kind: str,
    payer: str,
    amount: str,
    reason: str,
    date: dt.date | None,
    ref: str | None,
    bill: int | None = None,
    interest: str | None = None,
) -> None:
    extract, own, prefix = _EXTRACT[kind]
    on = date or desk.on
    with desk.database.read() as connection:
        who = store.payer_of(connection, payer)
        if bill is not None and store.bill_party(connection, bill) != who.nr:
            raise Refusal(f"{number_of(bill)} is not a bill of {who.ref}.", "Check the number on the bill.")
    more = {"bill": number_of(bill)} if bill is not None else {}
    if interest is not None:
        more["interest"] = in_pounds(interest)
    row = {
        own: ref or NextRef(prefix),
        "payer_ref": who.ref,
        "date": on,
        "amount": in_pounds(amount),
        "reason": reason,
        "requested_by": desk.by,
        **more,
    }
    done = enter(desk.database, extract, [row], source=BY_HAND, **by_hand(desk))
    name = done.refs[0]
    asked = asked_of(desk.database, kind, who.nr)
    desk.answer(
        {
            kind: name,
            "payer": who.ref,
            "amount_pence": read_pence(amount),
            **({"interest_pence": read_pence(interest or "0")} if kind == "refund" else {}),
            "date": on,
            "change": done.change,
            **_over(asked),
        },
        f"{printing.opening(kind)} {name}: {sterling(read_pence(amount))}{_with(interest)}, "
        f"{printing.named(who.name, who.ref)}. It waits for a second person.",
        _too_much(kind, asked),
        printing.note(f"Next: outturn {'receipt' if kind == 'refund' else 'debt'} sign-{kind} {name}"),
    )


def _with(interest: str | None) -> str:
    return f" and {sterling(read_pence(interest))} of interest" if interest is not None else ""


def sign(desk: Desk, kind: str, ref: str) -> None:
    row = approve_request(desk.database, kind, ref, by=desk.by, at=desk.at)
    asked = asked_of(desk.database, kind, row.bill_payer)
    desk.answer(
        {
            kind: ref,
            "amount_pence": row.amount,
            "approved_by": row.approved_by,
            "role": row.approved_role,
            **_over(asked),
        },
        (
            f"{printing.opening(kind)} {ref}, {sterling(row.amount)}, is signed for by {row.approved_by}. The next run "
            f"posts it."
        ),
        _too_much(kind, asked),
    )


def withdraw(desk: Desk, kind: str, ref: str, reason: str) -> None:
    row = withdraw_request(desk.database, kind, ref, by=desk.by, at=desk.at, reason=reason)
    desk.answer(
        {kind: ref, "amount_pence": row.amount, "withdrawn_by": desk.by, "reason": reason},
        (
            f"{printing.opening(kind)} {ref}, {sterling(row.amount)}, is withdrawn by {desk.by}: {reason}. No run "
            f"posts "
            f"it."
        ),
    )


def _over(asked: RequestsWaiting) -> dict[str, object]:
    return {"asked_pence": asked.asked, "asked_refs": list(asked.refs), "over_pence": asked.over}


def _too_much(kind: str, asked: RequestsWaiting) -> RenderableType | None:
    """What to say where more is asked for than there is; nothing where there is enough."""
    if not asked.over:
        return None
    there_is = {"refund": "in credit", "write-off": "owed"}[kind]
    nothing = {"refund": "nothing that was received is in credit", "write-off": "nothing is owed"}[kind]
    then = {"refund": "The run leaves it waiting.", "write-off": "No more than that is given up."}[kind]
    has = f"{sterling(asked.there_is)} is {there_is}" if asked.there_is else nothing
    group = "receipt" if kind == "refund" else "debt"
    return (
        f"Too much: by what has been posted {has}, and {sterling(asked.asked)} is asked for ({', '.join(asked.refs)}), "
        f"{sterling(asked.over)} more. {then} To take one back: outturn {group} withdraw-{kind} REF "
        '--reason "…"'
    )


def waiting(desk: Desk, kind: str) -> None:
    with desk.database.read() as connection:
        found = read_waiting(connection, kind)
    shows = kind == "refund"
    rows = [
        (
            each.ref,
            str(each.payer),
            printing.day(each.on),
            printing.amount(each.amount),
            *((printing.amount(each.interest) if each.interest else "",) if shows else ()),
            each.reason,
            each.requested_by,
        )
        for each in found
    ]
    interest = ("Interest",) if shows else ()
    columns = (printing.opening(kind), "Payer", "Day", "Amount", *interest, "Why", "Asked for by")
    desk.answer(
        {f"{kind}s": [_waiting_json(kind, each) for each in found]},
        printing.table(columns, rows, right=("Amount", *interest)) if rows else "Nothing is waiting.",
    )


def _waiting_json(kind: str, each: RequestShown) -> dict[str, object]:
    return {
        kind: each.ref,
        "payer": each.payer.ref,
        "date": each.on,
        "amount_pence": each.amount,
        **({"interest_pence": each.interest} if kind == "refund" else {}),
        "reason": each.reason,
        "requested_by": each.requested_by,
    }
