"""Direct debits at the desk: mandates, and every collection from its announcement to what came of it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from billing.direct_debits import jobs, store
from billing.direct_debits import tables as t
from billing.direct_debits.announcing import Decision, Held, Standing
from billing.direct_debits.jobs import Choices, Moved
from billing.direct_debits.reasons import REASONS, Reason, reason_of
from billing.direct_debits.references import BadReference, masked, overlap, read_reference
from billing.direct_debits.states import Collected, Mandated
from billing.receipts.store import payer_of
from billing.tables import number_of
from finance.columns import Bulk
from finance.days import spoken
from finance.money import sterling
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit, Note, Why
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.files.inbound.council_file import read_council
from interfaces.files.inbound.door.entering import enter
from interfaces.files.inbound.layouts.receipts import read_bill_number
from interfaces.files.inbound.layouts.value_types import Unreadable

MANDATES, COLLECTIONS, LOOKING = "Mandates", "Collections", "Looking"
BY_HAND = "by hand"


def add_to(app: typer.Typer) -> None:
    """Add the group ``direct-debit``."""
    group = typer.Typer(no_args_is_help=True, help="Direct debits: mandates and collections.")
    for name, work in (("add", add), ("lodge", lodge), ("cancel", cancel), ("resume", resume)):
        verb(group, name, rich_help_panel=MANDATES)(work)
    for name, deed in (
        ("announce", announce),
        ("request", request),
        ("collect", collect),
        ("returned", returned),
        ("claimed", claimed),
        ("represent", represent),
        ("stop", stop),
    ):
        verb(group, name, rich_help_panel=COLLECTIONS)(deed)
    verb(group, "list", rich_help_panel=LOOKING)(list_collections)
    verb(group, "mandates", rich_help_panel=LOOKING)(list_mandates)
    verb(group, "show", rich_help_panel=LOOKING)(show)
    app.add_typer(group, name="direct-debit", rich_help_panel="Money coming in")


def read_choices(council: Path | None) -> Choices:
    """What a council file says about direct debits and reminders; none gives the defaults. Raises BadCouncilFile."""
    said = read_council(council)
    return Choices(said.direct_debits, said.reminders)


Payer = Annotated[str, typer.Argument(metavar="PAYER", help="The bill payer’s reference, or customer number.")]
MandateRef = Annotated[str, typer.Argument(metavar="REFERENCE", help="The mandate’s reference, as the bank knows it.")]
Collection = Annotated[int, typer.Argument(metavar="COLLECTION", help="The collection’s number.", min=1)]
Code = Annotated[
    str, typer.Option("--reason", metavar="CODE", help="The bank’s reason code: 0, 1, 2 … (docs/direct-debits.md).")
]
When = Annotated[
    dt.date | None,
    typer.Option(
        "--date", parser=read_day, metavar="DATE", help="The day it happened. The day acted on, when not given."
    ),
]
Preview = Annotated[bool, typer.Option("--preview", help="Only say what would be done; record nothing.")]


# Mandates -------------------------------------------------------------------------------------------------------------


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
    account_name: Annotated[str, typer.Option("--account-name", metavar="TEXT", help="The name on the account.")],
    sort_code: Annotated[str, typer.Option("--sort-code", metavar="DIGITS", help="Six digits.")],
    account: Annotated[str, typer.Option("--account", metavar="DIGITS", help="Eight digits.")],
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

    def instruction(bulk: Bulk) -> list[dict[str, object]]:
        if store.ever_used(bulk, ref):
            raise BadReference(
                f"{ref} has been a mandate’s reference already.", "Use another: a bank must not take one for the other."
            )
        clash = [each for each in store.accounts_in_use(bulk, *digits) if overlap(each, ref)]
        if clash:
            raise BadReference(
                f"{ref} and {clash[0]} begin alike, on one account.",
                "Use a reference a bank cannot take for the other.",
            )
        return [
            {
                "mandate_ref": ref,
                "payer_ref": who.ref,
                "account_name": account_name,
                "sort_code": sort_code,
                "account_number": account,
                "signed_date": signed or desk.on,
                "lodged_date": lodged,
            }
        ]

    done = enter(desk.database, "mandates", instruction, by=desk.by, at=desk.at, source=BY_HAND)
    status = Mandated.LODGED if lodged else Mandated.SIGNED
    desk.answer(
        {"mandate": ref, "payer": who.ref, "status": status, "account": masked(digits[1]), "change": done.change},
        f"Mandate {ref} of {printing.named(who.name, who.ref)}, {masked(digits[1])}, is {status}.",
        None if lodged else printing.note(f"Next, once it is with the bank: outturn direct-debit lodge {ref}"),
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
        _withdraw(stopped),
        printing.note(why.what_to_do) if why else None,
    )


def _reason(given: str) -> Reason:
    report, _, code = given.strip().partition(" ")
    return reason_of(report, code)


def _withdraw(stopped: Sequence[Decision]) -> str | None:
    asked = [str(each.collection.nr) for each in stopped if each.collection.status is not Collected.ANNOUNCED]
    return f"Withdraw at the bank: collection {', '.join(asked)}." if asked else None


def resume(desk: Desk, reference: MandateRef, note: Why, date: When = None) -> None:
    """Go on with a suspended mandate, the matter having been settled with the payer.

    Example: outturn direct-debit resume CARE000123 --note "Dates agreed by telephone" --as "income team"
    """
    held = jobs.resume(desk.database, reference, on=date or desk.on, by=desk.by, at=desk.at, note=note)
    desk.answer({"mandate": held.ref, "status": held.status}, f"Mandate {held.ref} is {held.status}.")


def list_mandates(
    desk: Desk,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help=f"Only these: {', '.join(Mandated)}.")
    ] = None,
) -> None:
    """List mandates and how they stand. Of an account, the last three figures are shown.

    Example: outturn direct-debit mandates --status suspended
    """
    if status and status not in list(Mandated):
        raise typer.BadParameter(f"No mandate is “{status}”. Use one of {', '.join(Mandated)}.")
    held = {each.nr: each for each in jobs.mandates(desk.database)}
    with desk.database.read() as connection:
        rows = [row for row in store.list_mandates(connection) if not status or held[row.nr].status == status]
    desk.answer(
        {
            "mandates": [
                {
                    "mandate": row.ref,
                    "payer": row.payer_ref,
                    "name": row.payer_name,
                    "status": held[row.nr].status,
                    "account_name": row.account_name,
                    "account": masked(row.account_number),
                    "signed": row.signed,
                    "lodged": held[row.nr].lodged,
                    "last_used": held[row.nr].last_used,
                }
                for row in rows
            ]
        },
        printing.table(
            ("Mandate", "Payer", "Account", "Status", "Lodged", "Last used"),
            [
                (
                    row.ref,
                    printing.named(row.payer_name or "", row.payer_ref or ""),
                    f"{row.account_name}, {masked(row.account_number)}",
                    str(held[row.nr].status),
                    printing.day(held[row.nr].lodged),
                    printing.day(held[row.nr].last_used),
                )
                for row in rows
            ],
        )
        if rows
        else "There are no mandates.",
    )


# Collections ----------------------------------------------------------------------------------------------------------


def announce(
    desk: Desk,
    preview: Preview = False,
    again: Annotated[
        list[str] | None,
        typer.Option(
            "--again", metavar="BILL", help="Announce this bill although a collection of it came back. May be repeated."
        ),
    ] = None,
    council: CouncilFile = None,
) -> None:
    """Announce what is to be collected: each bill of each payer with a mandate, on a working day, with notice.

    What is disputed, in a breathing space, on an instalment plan paid otherwise or owed by somebody who has died is
    left alone, and why is said. Announced again, it announces nothing more.

    Example: outturn direct-debit announce --preview
    """
    bills = [_bill(each) for each in again or []]
    done = jobs.announce_collections(
        desk.database,
        desk.on,
        read_choices(council),
        by="" if preview else desk.by,
        at=desk.at,
        preview=preview,
        again=bills,
    )
    names = _names(
        desk, [each.mandate.bill_payer for _, each in done.announced] + [each.bill_payer for each in done.left_alone]
    )
    total = sum(each.amount for _, each in done.announced)
    rows: list[list[RenderableType]] = [
        [
            "" if preview else str(nr),
            names[each.mandate.bill_payer],
            each.mandate.ref,
            _bills(each.parts),
            _instalment(each),
            printing.day(each.collect_on),
            printing.amount(each.amount),
        ]
        for nr, each in done.announced
    ]
    desk.answer(
        {
            "on": desk.on,
            "preview": preview,
            "total_pence": total,
            "announced": [
                {
                    "collection": nr or None,
                    "payer": names[each.mandate.bill_payer],
                    "mandate": each.mandate.ref,
                    "amount_pence": each.amount,
                    "collect_on": each.collect_on,
                    "instalment": each.instalment,
                    "bills": [{"bill": number_of(bill), "amount_pence": pence} for bill, pence in each.parts],
                }
                for nr, each in done.announced
            ],
            "left_alone": [
                {
                    "bill": number_of(each.bill),
                    "payer": names[each.bill_payer],
                    "left_pence": each.left,
                    "why": each.why,
                }
                for each in done.left_alone
            ],
            "mandates": _moved_json(done.mandates),
        },
        printing.table(
            ("Collection", "Payer", "Mandate", "Bills", "Instalment", "To be collected", "Amount"),
            rows,
            right=("Collection", "Instalment", "Amount"),
        )
        if rows
        else None,
        f"{printing.several(len(rows), 'collection')}, {sterling(total)}, {'would be ' if preview else ''}announced.",
        printing.table(
            ("Left alone", "Payer", "Left", "Why"),
            [
                (number_of(each.bill), names[each.bill_payer], printing.amount(each.left), each.why)
                for each in done.left_alone
            ],
            right=("Left",),
        )
        if done.left_alone
        else None,
        _moved_shown(done.mandates),
    )


def _bill(text: str) -> int:
    try:
        return read_bill_number(text)
    except Unreadable as error:
        raise typer.BadParameter(f"“{text}” {error.what} {error.what_to_do}") from error


def _bills(parts: Sequence[tuple[int, int]]) -> str:
    return ", ".join(number_of(bill) for bill, _ in parts)


def _instalment(each: Any) -> str:
    return str(each.instalment) if each.instalment else ""


def _names(desk: Desk, payers: Sequence[int]) -> dict[int, str]:
    from billing.receipts.store import names_of

    with desk.database.read() as connection:
        found = names_of(connection, payers)
    return {nr: found[nr].ref if nr in found else str(nr) for nr in payers}


def _moved_json(moved: Sequence[Moved]) -> list[dict[str, object]]:
    return [
        {"mandate": each.mandate.ref, "was": each.mandate.status, "status": each.status, "why": each.why}
        for each in moved
    ]


def _moved_shown(moved: Sequence[Moved]) -> RenderableType | None:
    if not moved:
        return None
    return printing.table(
        ("Mandate", "Was", "Is", "Why"),
        [(each.mandate.ref, str(each.mandate.status), str(each.status), each.why) for each in moved],
    )


def request(desk: Desk, preview: Preview = False, council: CouncilFile = None) -> None:
    """Ask the banks for what is to be collected within the lead time. What may no longer be collected is stopped.

    Example: outturn direct-debit request --as "income team"
    """
    done = jobs.request_collections(
        desk.database, desk.on, read_choices(council), by="" if preview else desk.by, at=desk.at, preview=preview
    )
    _answer_stirred(desk, done, "requested", preview)


def collect(desk: Desk, preview: Preview = False, council: CouncilFile = None) -> None:
    """Record as collected what was asked for and whose day has come: each is a receipt on its day.

    What may no longer be collected is stopped, and must be withdrawn at the bank.

    Example: outturn direct-debit collect --as "income team"
    """
    done = jobs.collect_collections(
        desk.database, desk.on, read_choices(council), by="" if preview else desk.by, at=desk.at, preview=preview
    )
    _answer_stirred(desk, done, "collected", preview)


def _answer_stirred(desk: Desk, done: jobs.Stirred, deed: str, preview: bool) -> None:
    total = sum(each.collection.amount for each in done.done)
    names = _names(desk, [each.collection.bill_payer for each in (*done.done, *done.stopped)])
    every = [*done.done, *done.stopped]
    desk.answer(
        {
            "on": desk.on,
            "preview": preview,
            "total_pence": total,
            deed: [
                {
                    "collection": each.collection.nr,
                    "payer": names[each.collection.bill_payer],
                    "collect_on": each.collect_on,
                    "amount_pence": each.collection.amount,
                }
                for each in done.done
            ],
            "stopped": [
                {
                    "collection": each.collection.nr,
                    "payer": names[each.collection.bill_payer],
                    "why": each.why,
                    "amount_pence": each.collection.amount,
                    "withdraw": each.collection.status is not Collected.ANNOUNCED,
                }
                for each in done.stopped
            ],
            "mandates": _moved_json(done.mandates),
        },
        printing.table(
            ("Collection", "Payer", "Day", "Amount", "Stopped because"),
            [
                (
                    str(each.collection.nr),
                    names[each.collection.bill_payer],
                    printing.day(each.collect_on),
                    printing.amount(each.collection.amount),
                    each.why,
                )
                for each in every
            ],
            right=("Collection", "Amount"),
        )
        if every
        else None,
        f"{printing.several(len(done.done), 'collection')}, {sterling(total)}, {'would be ' if preview else ''}{deed}; "
        f"{len(done.stopped):,} stopped.",
        _withdraw(done.stopped),
        _moved_shown(done.mandates),
        printing.note("Next: outturn receipt run") if deed == "collected" and done.done and not preview else None,
    )


def returned(desk: Desk, collection: Collection, reason: Code, date: When = None, note: Note = None) -> None:
    """Record that a collection came back unpaid (ARUDD). What was a receipt is returned; it is owed again.

    Example: outturn direct-debit returned 17 --reason 0 --date 2026-05-20 --as "income team"
    """
    made, held = jobs.return_collection(
        desk.database, collection, reason, on=date or desk.on, by=desk.by, at=desk.at, note=note or ""
    )
    _answer_came_back(desk, made, held)


def claimed(desk: Desk, collection: Collection, reason: Code, date: When = None, note: Note = None) -> None:
    """Record an indemnity claim: the payer was given a collection back under the Direct Debit Guarantee.

    Example: outturn direct-debit claimed 17 --reason 2 --date 2026-06-08 --as "income team"
    """
    made, held = jobs.claim_collection(
        desk.database, collection, reason, on=date or desk.on, by=desk.by, at=desk.at, note=note or ""
    )
    _answer_came_back(desk, made, held)


def _answer_came_back(desk: Desk, made: Standing, held: Held) -> None:
    why = REASONS[made.reason or ""]
    desk.answer(
        {
            **_json(made, _names(desk, [made.bill_payer])),
            "mandate": held.ref,
            "mandate_status": held.status,
            "what": why.what,
            "may_be_represented": why.again and not made.represented,
        },
        f"Collection {made.nr}, {sterling(made.amount)}, is {made.status}: {why}. Mandate {held.ref} is {held.status}.",
        printing.note(why.what_to_do),
    )


def represent(desk: Desk, collection: Collection, council: CouncilFile = None) -> None:
    """Present a sum that came back once more, on a day the payer is told of. Only after “refer to payer”, and once.

    Example: outturn direct-debit represent 17 --as "income team"
    """
    made = jobs.represent_collection(
        desk.database, collection, read_choices(council), on=desk.on, by=desk.by, at=desk.at
    )
    desk.answer(
        _json(made, _names(desk, [made.bill_payer])),
        (
            f"Collection {made.nr}, {sterling(made.amount)}, is to be collected again on {spoken(made.collect_on)}. "
            f"Tell "
            f"the payer."
        ),
    )


def stop(desk: Desk, collection: Collection, note: Why) -> None:
    """Stop a collection on its way. One asked for must be withdrawn at the bank too.

    Example: outturn direct-debit stop 17 --note "Paid by card on 12 May" --as "income team"
    """
    made = jobs.cancel_collection(desk.database, collection, on=desk.on, by=desk.by, at=desk.at, note=note)
    desk.answer(
        _json(made, _names(desk, [made.bill_payer])), f"Collection {made.nr}, {sterling(made.amount)}, is cancelled."
    )


def list_collections(
    desk: Desk,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Only this payer’s.")] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="STATUS", help=f"Only these: {', '.join(Collected)}. May be repeated."),
    ] = None,
    limit: Limit = 50,
) -> None:
    """List collections and how they stand, the newest last.

    Example: outturn direct-debit list --status returned --status claimed
    """
    strange = [each for each in status or [] if each not in list(Collected)]
    if strange:
        raise typer.BadParameter(f"No collection is “{strange[0]}”. Use one of {', '.join(Collected)}.")
    who = None
    if payer:
        with desk.database.read() as connection:
            who = payer_of(connection, payer).nr
    found = jobs.collections(desk.database, who, status or (), None if status else limit)[-limit:]
    names = _names(desk, [each.bill_payer for each in found])
    desk.answer(
        {"collections": [_json(each, names) for each in found]},
        printing.table(
            ("Collection", "Payer", "Bills", "Instalment", "Announced", "Day", "Amount", "Status", "Reason"),
            [
                (
                    str(each.nr),
                    names[each.bill_payer],
                    _bills(each.parts),
                    _instalment(each),
                    printing.day(each.announced),
                    printing.day(each.collect_on),
                    printing.amount(each.amount),
                    str(each.status),
                    _why(each),
                )
                for each in found
            ],
            right=("Collection", "Instalment", "Amount"),
        )
        if found
        else "There are no collections.",
    )


def _why(each: Standing) -> str:
    return str(REASONS[each.reason]) if each.reason else ""


def _json(each: Standing, names: dict[int, str]) -> dict[str, object]:
    return {
        "collection": each.nr,
        "payer": names[each.bill_payer],
        "status": each.status,
        "amount_pence": each.amount,
        "announced": each.announced,
        "collect_on": each.collect_on,
        "first_collect_on": each.first_on,
        "reason": each.reason,
        "instalment": each.instalment,
        "represented": each.represented,
        "bills": [{"bill": number_of(bill), "amount_pence": pence} for bill, pence in each.parts],
    }


def show(
    desk: Desk,
    what: Annotated[
        str, typer.Argument(metavar="COLLECTION|REFERENCE", help="A collection’s number, or a mandate’s reference.")
    ],
) -> None:
    """Show everything that happened to a collection or a mandate: what, when, who and why.

    Example: outturn direct-debit show 17
    """
    held = (
        None
        if what.isdigit()
        else next((each for each in jobs.mandates(desk.database) if each.ref == what.upper()), None)
    )
    if held is None and not what.isdigit():
        raise jobs.NoSuchMandate(f"No mandate is known as {what}.", "Use: outturn direct-debit mandates")
    table, column, nr = (t.mandate_event, "mandate", held.nr) if held else (t.collection_event, "collection", int(what))
    with desk.database.read() as connection:
        rows = store.history(connection, table, column, nr)
    if not rows and held is None:
        raise jobs.NoSuchCollection(f"There is no collection {what}.", "Use: outturn direct-debit list")
    desk.answer(
        {
            column: held.ref if held else nr,
            "history": [
                {
                    "status": row.status,
                    "on": row.on,
                    "reason": row.reason,
                    "note": row.note,
                    "by": row.by,
                    "at": row.moment,
                }
                for row in rows
            ],
        },
        printing.table(
            ("Status", "Day", "Reason", "Note", "By", "Recorded"),
            [
                (
                    row.status,
                    printing.day(row.on),
                    _told(row.reason),
                    row.note or "",
                    row.by,
                    printing.moment(row.moment),
                )
                for row in rows
            ],
        )
        if rows
        else f"Nothing has happened to {what} yet.",
    )


def _told(reason: str | None) -> str:
    return str(REASONS[reason]) if reason in REASONS else reason or ""
