"""Direct debits at the desk: every collection from its announcement to what came of it."""

from typing import Annotated

import typer

from billing.direct_debits import jobs
from billing.direct_debits.announcing import CollectionStanding, MandateFacts
from billing.direct_debits.outcomes import Stirred
from billing.direct_debits.reasons import REASONS
from billing.direct_debits.states import CollectionStatus
from billing.direct_debits.views_jobs import collections_shown, history_of, refs_of
from finance.days import spoken
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit, Note, Why
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.money_in import direct_debits_shown as shown
from interfaces.cli.money_in.mandates import When, add, cancel, list_mandates, lodge, resume
from interfaces.cli.money_in.requests import bill_number, choices_of

MANDATES, COLLECTIONS, LOOKING = "Mandates", "Collections", "Looking"


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


Collection = Annotated[int, typer.Argument(metavar="COLLECTION", help="The collection’s number.", min=1)]
Code = Annotated[
    str, typer.Option("--reason", metavar="CODE", help="The bank’s reason code: 0, 1, 2 … (docs/direct-debits.md).")
]
Preview = Annotated[bool, typer.Option("--preview", help="Only say what would be done; record nothing.")]


def announce(
    desk: Desk,
    preview: Preview = False,
    again: Annotated[
        list[str] | None,
        typer.Option(
            "--again", metavar="BILL", help="Announce this bill although a collection of it came back. May be repeated."
        ),
    ] = None,
) -> None:
    """Announce what is to be collected: each bill of each payer with a mandate, on a working day, with notice.

    What is disputed, in a breathing space, on an instalment plan paid otherwise or owed by somebody who has died is
    left alone, and why is said. Announced again, it announces nothing more.

    Example: outturn direct-debit announce --preview
    """
    done = jobs.announce_collections(
        desk.database,
        desk.on,
        choices_of(desk),
        by="" if preview else desk.may("enter accounts", "collect direct debits"),
        at=desk.at,
        preview=preview,
        again=[bill_number(each) for each in again or []],
    )
    refs = refs_of(desk.database, done.payers)
    desk.answer(
        {"on": desk.on, "preview": preview, **shown.announced_json(done, refs)},
        *shown.announced_shown(done, refs, preview),
    )


def request(desk: Desk, preview: Preview = False) -> None:
    """Ask the banks for what is to be collected within the lead time. What may no longer be collected is stopped.

    Example: outturn direct-debit request --as "income team"
    """
    done = jobs.request_collections(
        desk.database,
        desk.on,
        choices_of(desk),
        by="" if preview else desk.may("enter accounts", "collect direct debits"),
        at=desk.at,
        preview=preview,
    )
    _answer_stirred(desk, done, "requested", preview)


def collect(desk: Desk, preview: Preview = False) -> None:
    """Record as collected what was asked for and whose day has come: each is a receipt on its day.

    What may no longer be collected is stopped, and must be withdrawn at the bank.

    Example: outturn direct-debit collect --as "income team"
    """
    done = jobs.collect_collections(
        desk.database,
        desk.on,
        choices_of(desk),
        by="" if preview else desk.may("enter accounts", "collect direct debits"),
        at=desk.at,
        preview=preview,
    )
    _answer_stirred(desk, done, "collected", preview)


def _answer_stirred(desk: Desk, done: Stirred, deed: str, preview: bool) -> None:
    refs = refs_of(desk.database, [each.collection.bill_payer for each in done.every])
    desk.answer(
        {"on": desk.on, "preview": preview, **shown.stirred_json(done, refs, deed)},
        *shown.stirred_shown(done, refs, deed, preview),
        printing.note("Next: outturn receipt run") if deed == "collected" and done.done and not preview else None,
    )


def returned(desk: Desk, collection: Collection, reason: Code, date: When = None, note: Note = None) -> None:
    """Record that a collection came back unpaid (ARUDD). What was a receipt is returned; it is owed again.

    Example: outturn direct-debit returned 17 --reason 0 --date 2026-05-20 --as "income team"
    """
    made, held = jobs.return_collection(
        desk.database,
        collection,
        reason,
        on=date or desk.on,
        by=desk.may("enter accounts", "decide a collection"),
        at=desk.at,
        note=note or "",
    )
    _answer_came_back(desk, made, held)


def claimed(desk: Desk, collection: Collection, reason: Code, date: When = None, note: Note = None) -> None:
    """Record an indemnity claim: the payer was given a collection back under the Direct Debit Guarantee.

    Example: outturn direct-debit claimed 17 --reason 2 --date 2026-06-08 --as "income team"
    """
    made, held = jobs.claim_collection(
        desk.database,
        collection,
        reason,
        on=date or desk.on,
        by=desk.may("enter accounts", "decide a collection"),
        at=desk.at,
        note=note or "",
    )
    _answer_came_back(desk, made, held)


def _answer_came_back(desk: Desk, made: CollectionStanding, held: MandateFacts) -> None:
    why = REASONS[made.reason or ""]
    desk.answer(
        {
            **_made_json(desk, made),
            "mandate": held.ref,
            "mandate_status": held.status,
            "what": why.what,
            "may_be_represented": why.again and not made.represented,
        },
        f"Collection {made.nr}, {sterling(made.amount)}, is {made.status}: {why}. Mandate {held.ref} is {held.status}.",
        printing.note(why.what_to_do),
    )


def represent(desk: Desk, collection: Collection) -> None:
    """Present a sum that came back once more, on a day the payer is told of. Only after “refer to payer”, and once.

    Example: outturn direct-debit represent 17 --as "income team"
    """
    made = jobs.represent_collection(
        desk.database,
        collection,
        choices_of(desk),
        on=desk.on,
        by=desk.may("enter accounts", "decide a collection"),
        at=desk.at,
    )
    desk.answer(
        _made_json(desk, made),
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
    made = jobs.cancel_collection(
        desk.database,
        collection,
        on=desk.on,
        by=desk.may("enter accounts", "decide a collection"),
        at=desk.at,
        note=note,
    )
    desk.answer(_made_json(desk, made), f"Collection {made.nr}, {sterling(made.amount)}, is cancelled.")


def _made_json(desk: Desk, made: CollectionStanding) -> dict[str, object]:
    return shown.collection_json(made, refs_of(desk.database, [made.bill_payer]))


def list_collections(
    desk: Desk,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Only this payer’s.")] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="STATUS", help=f"Only these: {', '.join(CollectionStatus)}. May be repeated."),
    ] = None,
    limit: Limit = 50,
) -> None:
    """List collections and how they stand, the newest last.

    Example: outturn direct-debit list --status returned --status claimed
    """
    strange = [each for each in status or [] if each not in list(CollectionStatus)]
    if strange:
        raise typer.BadParameter(f"No collection is “{strange[0]}”. Use one of {', '.join(CollectionStatus)}.")
    found = collections_shown(desk.database, payer, status or (), limit=limit)
    desk.answer(
        {"collections": [shown.collection_json(each, found.payers) for each in found.found]},
        shown.collections_shown(found),
    )


def show(
    desk: Desk,
    what: Annotated[
        str, typer.Argument(metavar="COLLECTION|REFERENCE", help="A collection’s number, or a mandate’s reference.")
    ],
) -> None:
    """Show everything that happened to a collection or a mandate: what, when, who and why.

    Example: outturn direct-debit show 17
    """
    found = history_of(desk.database, what)
    desk.answer(shown.history_json(found), shown.history_shown(found, what))
