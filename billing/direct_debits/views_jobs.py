"""What a reader of direct debits is shown: mandates, collections, and all that happened to one of them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from billing.direct_debits import store
from billing.direct_debits import tables as t
from billing.direct_debits.announcing import CollectionStanding
from billing.direct_debits.jobs import collections, mandates
from billing.direct_debits.outcomes import BothOfThem, NoSuchCollection, NoSuchMandate
from billing.direct_debits.reasons import REASONS
from billing.direct_debits.references import masked
from billing.direct_debits.states import MandateStatus
from billing.receipts.store import names_of, payer_of
from finance.columns import Database
from finance.names import Named
from finance.references import number_in


@dataclass(frozen=True, slots=True)
class MandateShown:
    """A mandate as it stands. Of the account, only what may be shown. ``payer`` None: we know none of that number."""

    ref: str
    payer: Named | None
    status: MandateStatus
    account_name: str
    account: str
    signed: dt.date
    lodged: dt.date | None
    last_used: dt.date | None


@dataclass(frozen=True, slots=True)
class Collections:
    """Collections as they stand, the newest last, and the reference of each payer among them."""

    found: Sequence[CollectionStanding]
    payers: dict[int, str]


@dataclass(frozen=True, slots=True)
class Happened:
    """One step in the life of a mandate or a collection. ``why``: the bank's reason in words, where it is one."""

    status: str
    on: dt.date
    reason: str | None
    why: str
    note: str | None
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class History:
    """All that happened to a mandate, or to the collection of a number."""

    mandate: str | None
    collection: int | None
    steps: Sequence[Happened]


def mandates_shown(database: Database, status: str | None = None) -> list[MandateShown]:
    """Every mandate, or those of one status, by reference."""
    held = {each.nr: each for each in mandates(database)}
    with database.read() as connection:
        rows = store.list_mandates(connection)
    return [
        MandateShown(
            row.ref,
            Named(row.payer_ref, row.payer_name) if row.payer_ref else None,
            held[row.nr].status,
            row.account_name,
            masked(row.account_number),
            row.signed,
            held[row.nr].lodged,
            held[row.nr].last_used,
        )
        for row in rows
        if not status or held[row.nr].status == status
    ]


def collections_shown(
    database: Database, payer: str | None = None, statuses: Sequence[str] = (), *, limit: int
) -> Collections:
    """The newest collections, of one payer (by reference) or all, and of some statuses or any."""
    with database.read() as connection:
        who = payer_of(connection, payer).nr if payer else None
    some = collections(database, who, statuses, None if statuses else limit)[-limit:]
    return Collections(some, refs_of(database, [each.bill_payer for each in some]))


def refs_of(database: Database, payers: Iterable[int]) -> dict[int, str]:
    """The reference of each payer, or its number where we know none."""
    numbers = set(payers)
    with database.read() as connection:
        found = names_of(connection, numbers)
    return {nr: found[nr].ref if nr in found else str(nr) for nr in numbers}


COLLECTION, MANDATE = "collection", "mandate"


def history_of(database: Database, what: str) -> History:
    """Of a collection, by number, or a mandate, by reference. Raises NoSuchMandate or NoSuchCollection; and BothOfThem
    where one has it for a number and the other for a reference, and it does not say which: “mandate 17”.
    """
    which, _, named = (each.strip() for each in what.strip().partition(" "))
    which = which.lower()
    if which not in (COLLECTION, MANDATE) or not named:
        which, named = "", what.strip()
    held = next((each for each in mandates(database) if each.ref == named.upper() and which != COLLECTION), None)
    nr = None if which == MANDATE else number_in(named)
    with database.read() as connection:
        rows = store.history(connection, t.collection_event, COLLECTION, nr) if nr is not None else []
        if held is not None and rows:
            raise BothOfThem(
                f"{named} is the number of a collection and the reference of a mandate.",
                f"Say which: “{COLLECTION} {named}” or “{MANDATE} {named}”.",
            )
        if held is not None:
            nr, rows = held.nr, store.history(connection, t.mandate_event, MANDATE, held.nr)
    if held is None and nr is None:
        raise NoSuchMandate(f"No mandate is known as {named}.", "Use: outturn direct-debit mandates")
    if held is None and not rows:
        raise NoSuchCollection(f"There is no collection {named}.", "Use: outturn direct-debit list")
    steps = [Happened(row.status, row.on, row.reason, _told(row.reason), row.note, row.by, row.moment) for row in rows]
    return History(held.ref if held else None, None if held else nr, steps)


def _told(reason: str | None) -> str:
    return str(REASONS[reason]) if reason in REASONS else reason or ""
