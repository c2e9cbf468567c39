"""The verbs of direct debits: lodge, announce, request, collect, return, present again, claim back, cancel.

Each is one transaction under one recorded change: who, when and from what. The change is recorded first, so whoever
acts next waits and sees it; a refusal takes it back with everything else. Nothing recorded is edited. Money that comes
in or goes back is told to receipts as a fact; the next run of receipts posts it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np

from billing.debt.reading import read_all
from billing.direct_debits import receipts_store, store
from billing.direct_debits.announcing import (
    Books,
    CollectionStanding,
    MandateFacts,
    NotCollected,
    WhatToAnnounce,
    announce,
    collect,
    not_again,
    request,
    usable,
)
from billing.direct_debits.days import represent_day
from billing.direct_debits.mandates import after_moving, moved_by_the_days
from billing.direct_debits.outcomes import (
    Announced,
    DirectDebitChoices,
    MandateMoved,
    NoSuchCollection,
    NoSuchMandate,
    NotAgain,
    Stirred,
)
from billing.direct_debits.reasons import Reason, reason_of
from billing.direct_debits.states import CollectionStatus, MandateStatus, collection_after, mandate_after
from finance.columns import Bulk, Database, Ints
from finance.days import spoken
from finance.facts.store import Change, record_change
from finance.problems import Refusal

# Mandates -------------------------------------------------------------------------------------------------------------


def lodge(database: Database, refs: Iterable[str], *, on: dt.date, by: str, at: dt.datetime) -> list[MandateFacts]:
    """Say that mandates have been sent to the bank: all of them, or none. The first collection waits until the bank has
    had time to refuse.
    """
    return _change_mandates(database, list(refs), "lodge", on, by, at)


def resume(database: Database, ref: str, *, on: dt.date, by: str, at: dt.datetime, note: str) -> MandateFacts:
    """Go on using a suspended mandate, the matter having been settled with the payer."""
    (held,) = _change_mandates(database, [ref], "resume", on, by, at, note=note)
    return held


def cancel_mandate(
    database: Database, ref: str, *, on: dt.date, by: str, at: dt.datetime, reason: Reason | None = None, note: str = ""
) -> tuple[MandateFacts, list[WhatToAnnounce]]:
    """End a mandate (or do what a bank's reason says), at the payer's word or the bank's, and all that was on its way.

    Gives the mandate as it then stands, and the collections stopped: those requested must be withdrawn at the bank.
    """
    action = reason.mandate if reason else "cancel"
    with database.bulk() as bulk:
        change = record_change(
            bulk, Change(at, by, f"mandate {ref}: {reason or 'cancelled by the payer'}", note or "by hand")
        )
        held = _mandate(bulk, ref)
        then = mandate_after(action, held.status, held.ref) if action else held.status
        if action:
            _move(bulk, change, [MandateMoved(held, then, reason.key if reason else "")], on, note)
        stopped = [
            WhatToAnnounce(each, "cancel", each.collect_on, f"The mandate is {then}.")
            for each in store.read_open(bulk, np.asarray([held.bill_payer], dtype=np.int64))
            if each.mandate == held.nr and then in (MandateStatus.CANCELLED, MandateStatus.SUSPENDED)
        ]
        _record(bulk, change, stopped, on)
        return _mandate(bulk, ref), stopped


def _change_mandates(
    database: Database, refs: Sequence[str], action: str, on: dt.date, by: str, at: dt.datetime, note: str = ""
) -> list[MandateFacts]:
    """One change for all of them. A mandate named twice is moved once."""
    with database.bulk() as bulk:
        change = record_change(bulk, Change(at, by, f"{_named(refs)}: {action}", note or "by hand"))
        held = {each.nr: each for each in (_mandate(bulk, ref) for ref in refs)}
        _move(
            bulk,
            change,
            [MandateMoved(each, mandate_after(action, each.status, each.ref), "") for each in held.values()],
            on,
            note,
        )
        return [_mandate(bulk, each.ref) for each in held.values()]


def _named(refs: Sequence[str]) -> str:
    return f"mandate {refs[0]}" if len(refs) == 1 else f"{len(refs):,} mandates"


def mandates(database: Database) -> list[MandateFacts]:
    """Every mandate, as it stands."""
    with database.read_bulk() as bulk:
        return store.read_mandates(bulk)


def _mandate(bulk: Bulk, ref: str) -> MandateFacts:
    found = [each for each in store.read_mandates(bulk) if each.ref == ref.strip().upper()]
    if not found:
        raise NoSuchMandate(
            f"No mandate is known as {ref}.", "Check the reference, or add it: outturn direct-debit add"
        )
    return found[0]


def _move(bulk: Bulk, change: int, moved: Sequence[MandateMoved], on: dt.date, note: str = "") -> None:
    steps = store.mandate_steps(bulk, [each.mandate.nr for each in moved])
    store.add_mandate_events(
        bulk,
        change,
        [
            {
                "mandate": each.mandate.nr,
                "step": steps[each.mandate.nr] + 1,
                "status": str(each.status),
                "on": on,
                "reason": each.why or None,
                "note": note or None,
            }
            for each in moved
        ],
    )


# Collections ----------------------------------------------------------------------------------------------------------


def announce_collections(
    database: Database,
    on: dt.date,
    choices: DirectDebitChoices,
    *,
    by: str,
    at: dt.datetime,
    preview: bool = False,
    again: Iterable[int] = (),
) -> Announced:
    """Announce what is to be collected of each bill of each payer with a mandate. ``again``: bills by number, to be
    announced although an earlier collection came back. ``preview`` records nothing; so does having nothing to say."""
    change = None if preview else Change(at, by, "direct debits announced", "announce")
    try:
        return _to_announce(database, on, choices, frozenset(again), change)
    except _NothingToRecord as nothing:
        return Announced([], nothing.left_alone, [])


class _NothingToRecord(Exception):
    """Takes back the change that was recorded for nothing."""

    def __init__(self, left_alone: list[NotCollected]) -> None:
        super().__init__()
        self.left_alone = left_alone


def _to_announce(
    database: Database, on: dt.date, choices: DirectDebitChoices, again: frozenset[int], change: Change | None
) -> Announced:
    with database.bulk() as bulk:
        nr = record_change(bulk, change) if change else 0
        books, held, moved = _books(bulk, on, choices, store.read_mandates(bulk))
        made, left_alone = announce(books, usable(after_moving(held, moved)), choices.direct_debits, again)
        if change and not (made or moved):
            raise _NothingToRecord(left_alone)
        numbers = [0] * len(made)
        if change:
            _move(bulk, nr, moved, on)
            numbers = store.add_collections(bulk, nr, on, made)
        return Announced(list(zip(numbers, made, strict=True)), left_alone, moved)


def _books(
    bulk: Bulk, on: dt.date, choices: DirectDebitChoices, held: list[MandateFacts]
) -> tuple[Books, list[MandateFacts], list[MandateMoved]]:
    """What is owed by those who have mandates, and how the mandates stand with the days."""
    payers: Ints = np.asarray(sorted({each.bill_payer for each in held}), dtype=np.int64)
    read = read_all(bulk, choices.reminders, payers)
    books = Books.of(read.known, read.taken, read.came_back, on, choices.reminders.plan_days_grace)
    died = store.read_died(bulk, payers)
    return books, held, moved_by_the_days(held, died, on, choices.direct_debits)


def request_collections(
    database: Database, on: dt.date, choices: DirectDebitChoices, *, by: str, at: dt.datetime, preview: bool = False
) -> Stirred:
    """Ask the banks for what is to be collected within the lead time, stopping what may no longer be collected."""
    return _stir(database, on, choices, "request", Change(at, by, "direct debits requested", "request"), preview)


def collect_collections(
    database: Database, on: dt.date, choices: DirectDebitChoices, *, by: str, at: dt.datetime, preview: bool = False
) -> Stirred:
    """Record as collected what was asked for and whose day has come, each a receipt on its day. What may no longer be
    collected is stopped, and must be withdrawn at the bank."""
    return _stir(database, on, choices, "collect", Change(at, by, "direct debits collected", "collect"), preview)


def _stir(
    database: Database, on: dt.date, choices: DirectDebitChoices, action: str, change: Change, preview: bool
) -> Stirred:
    try:
        return _stirred(database, on, choices, action, None if preview else change)
    except _NothingToRecord:
        return Stirred([], [], [])


def _stirred(
    database: Database, on: dt.date, choices: DirectDebitChoices, action: str, change: Change | None
) -> Stirred:
    with database.bulk() as bulk:
        nr = record_change(bulk, change) if change else 0
        books, held, moved = _books(bulk, on, choices, store.read_mandates(bulk))
        standing = {each.nr: each for each in after_moving(held, moved)}
        coming = store.read_open(bulk)
        if action == "request":
            announced = [each for each in coming if each.status is CollectionStatus.ANNOUNCED]
            decided = request(books, announced, standing, choices.direct_debits)
        else:
            asked = [each for each in coming if each.status is not CollectionStatus.ANNOUNCED]
            decided = collect(books, asked, standing)
        done = [each for each in decided if each.action != "cancel"]
        if change and not (decided or moved):
            raise _NothingToRecord([])
        if change:
            _move(bulk, nr, moved, on)
            _record(bulk, nr, decided, on)
            collected = [(each.collection, each.collection.steps + 1, each.collect_on) for each in done]
            receipts_store.add_receipts(bulk, nr, change.by, collected if action == "collect" else [])
        return Stirred(done, [each for each in decided if each.action == "cancel"], moved)


def _record(bulk: Bulk, change: int, decided: Sequence[WhatToAnnounce], on: dt.date, reason: str = "") -> None:
    store.add_collection_events(
        bulk,
        change,
        [
            {
                "collection": each.collection.nr,
                "step": each.collection.steps + 1,
                "status": collection_after(each.action, each.collection.status, each.collection.nr),
                "on": each.collect_on if each.action == "collect" else on,
                "collect_on": each.collect_on,
                "reason": reason or None,
                "note": each.why or None,
            }
            for each in decided
        ],
    )


def _collection(bulk: Bulk, nr: int) -> CollectionStanding:
    found = store.read_collections(bulk, [nr]) if nr > 0 else []
    if not found:
        raise NoSuchCollection(f"There is no collection {nr}.", "Use: outturn direct-debit list")
    return found[0]


def return_collection(
    database: Database, nr: int, code: str, *, on: dt.date, by: str, at: dt.datetime, note: str = ""
) -> tuple[CollectionStanding, MandateFacts]:
    """Record that the bank sent a collection back unpaid (ARUDD), on a day. What was a receipt is returned, and the
    mandate is suspended or cancelled where the reason says so."""
    return _came_back(database, nr, "return", reason_of("ARUDD", code), on, by, at, note)


def claim_collection(
    database: Database, nr: int, code: str, *, on: dt.date, by: str, at: dt.datetime, note: str = ""
) -> tuple[CollectionStanding, MandateFacts]:
    """Record that the payer was given a collection back under the Direct Debit Guarantee (an indemnity claim)."""
    return _came_back(database, nr, "claim", reason_of("DDIC", code), on, by, at, note)


def _came_back(
    database: Database, nr: int, action: str, reason: Reason, on: dt.date, by: str, at: dt.datetime, note: str
) -> tuple[CollectionStanding, MandateFacts]:
    with database.bulk() as bulk:
        change = record_change(bulk, Change(at, by, f"collection {nr}: {reason}", note or "by hand"))
        each = _collection(bulk, nr)
        collection_after(action, each.status, nr)
        if on < each.announced:
            raise Refusal(
                f"Collection {nr} was announced on {spoken(each.announced)}, after {spoken(on)}.", "Check the day."
            )
        if each.status is CollectionStatus.COLLECTED:
            receipts_store.add_return(bulk, change, by, each, on, str(reason))
        _record(bulk, change, [WhatToAnnounce(each, action, each.collect_on, note)], on, reason.key)
        held = next(one for one in store.read_mandates(bulk, np.asarray([each.bill_payer])) if one.nr == each.mandate)
        if reason.mandate:
            _end_by(bulk, change, held, reason, on)
        return _collection(bulk, nr), next(
            one for one in store.read_mandates(bulk, np.asarray([each.bill_payer])) if one.nr == held.nr
        )


def _end_by(bulk: Bulk, change: int, held: MandateFacts, reason: Reason, on: dt.date) -> None:
    """Do to a mandate what a bank's reason says, unless it has been done; what is on its way is stopped."""
    if held.status is MandateStatus.CANCELLED or (
        reason.mandate == "suspend" and held.status is MandateStatus.SUSPENDED
    ):
        return
    then = mandate_after(reason.mandate, held.status, held.ref)
    _move(bulk, change, [MandateMoved(held, then, reason.key)], on)
    coming = store.read_open(bulk, np.asarray([held.bill_payer], dtype=np.int64))
    stopped = [
        WhatToAnnounce(one, "cancel", one.collect_on, f"The mandate is {then}.")
        for one in coming
        if one.mandate == held.nr
    ]
    _record(bulk, change, stopped, on)


def represent_collection(
    database: Database, nr: int, choices: DirectDebitChoices, *, on: dt.date, by: str, at: dt.datetime
) -> CollectionStanding:
    """Present the same sum once more, the payer having been told. Raises NotAgain where the rules do not allow it."""
    policy = choices.direct_debits
    with database.bulk() as bulk:
        change = record_change(bulk, Change(at, by, f"collection {nr} presented again", "by hand"))
        each = _collection(bulk, nr)
        collection_after("represent", each.status, nr)
        reason = each.reason or ""
        if not reason_of(*reason.split(" ", 1)).again:
            raise NotAgain(
                f"Collection {nr} came back as {reason_of(*reason.split(' ', 1))}.", "Ask the payer to pay otherwise."
            )
        if each.represented:
            raise NotAgain(f"Collection {nr} has been presented twice.", "Ask the payer to pay otherwise.")
        when = represent_day(each.first_on, on, policy)
        if when is None:
            raise NotAgain(
                f"Collection {nr} was first taken on {spoken(each.first_on)}, more than {policy.represent_days} days "
                f"before "
                "it could be taken again.",
                "Announce its bills again: outturn direct-debit announce --again BILL",
            )
        books, held, moved = _books(bulk, on, choices, store.read_mandates(bulk, np.asarray([each.bill_payer])))
        why = not_again(books, each, {one.nr: one for one in after_moving(held, moved)})
        if why:
            raise NotAgain(f"Collection {nr} may not be presented again. {why}", "Settle that first.")
        _record(bulk, change, [WhatToAnnounce(each, "represent", when)], on)
        return _collection(bulk, nr)


def cancel_collection(
    database: Database, nr: int, *, on: dt.date, by: str, at: dt.datetime, note: str
) -> CollectionStanding:
    """Stop a collection on its way. One requested must be withdrawn at the bank too."""
    with database.bulk() as bulk:
        change = record_change(bulk, Change(at, by, f"collection {nr} cancelled", note or "by hand"))
        each = _collection(bulk, nr)
        collection_after("cancel", each.status, nr)
        _record(bulk, change, [WhatToAnnounce(each, "cancel", each.collect_on, note)], on)
        return _collection(bulk, nr)


def collections(
    database: Database, payer: int | None = None, statuses: Iterable[str] = (), limit: int | None = None
) -> list[CollectionStanding]:
    """Collections as they stand, the newest last."""
    with database.read_bulk() as bulk:
        found = store.read_collections(bulk, store.numbers_of(bulk, payer, limit))
    wanted = set(statuses)
    return [each for each in found if not wanted or each.status in wanted]
