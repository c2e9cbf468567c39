"""Collections as they are shown, in words and to machines."""

from collections.abc import Mapping, Sequence

from rich.console import RenderableType

from billing.direct_debits.announcing import Announcement, CollectionStanding, Part, WhatToAnnounce
from billing.direct_debits.outcomes import Announced, MandateMoved, Stirred
from billing.direct_debits.reasons import REASONS
from billing.direct_debits.states import CollectionStatus
from billing.direct_debits.views_jobs import Collections, History
from billing.tables import number_of
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.money_in.mandates import to_withdraw

Refs = Mapping[int, str]


def announced_json(done: Announced, refs: Refs) -> dict[str, object]:
    """What is to be collected, and what is left alone."""
    return {
        "total_pence": done.pence,
        "announced": [
            {
                "collection": nr or None,
                "payer": refs[each.mandate.bill_payer],
                "mandate": each.mandate.ref,
                "amount_pence": each.amount,
                "collect_on": each.collect_on,
                "instalment": each.instalment,
                "bills": _parts_json(each.parts),
            }
            for nr, each in done.announced
        ],
        "left_alone": [
            {"bill": number_of(each.bill), "payer": refs[each.bill_payer], "left_pence": each.left, "why": each.why}
            for each in done.left_alone
        ],
        "mandates": _moved_json(done.mandates),
    }


def announced_shown(done: Announced, refs: Refs, preview: bool) -> list[RenderableType | None]:
    rows: list[list[RenderableType]] = [
        [
            "" if preview else str(nr),
            refs[each.mandate.bill_payer],
            each.mandate.ref,
            _bills(each.parts),
            _instalment(each),
            printing.day(each.collect_on),
            printing.amount(each.amount),
        ]
        for nr, each in done.announced
    ]
    columns = ("Collection", "Payer", "Mandate", "Bills", "Instalment", "To be collected", "Amount")
    alone = [
        (number_of(each.bill), refs[each.bill_payer], printing.amount(each.left), each.why) for each in done.left_alone
    ]
    would = "would be " if preview else ""
    return [
        printing.table(columns, rows, right=("Collection", "Instalment", "Amount")) if rows else None,
        f"{printing.several(len(rows), 'collection')}, {sterling(done.pence)}, {would}announced.",
        printing.table(("Left alone", "Payer", "Left", "Why"), alone, right=("Left",)) if alone else None,
        _moved_shown(done.mandates),
    ]


def _bills(parts: Sequence[Part]) -> str:
    return ", ".join(number_of(bill) for bill, _ in parts)


def _parts_json(parts: Sequence[Part]) -> list[dict[str, object]]:
    return [{"bill": number_of(bill), "amount_pence": pence} for bill, pence in parts]


def _instalment(each: Announcement | CollectionStanding) -> str:
    return str(each.instalment) if each.instalment else ""


def _moved_json(moved: Sequence[MandateMoved]) -> list[dict[str, object]]:
    return [
        {"mandate": each.mandate.ref, "was": each.mandate.status, "status": each.status, "why": each.why}
        for each in moved
    ]


def _moved_shown(moved: Sequence[MandateMoved]) -> RenderableType | None:
    if not moved:
        return None
    return printing.table(
        ("Mandate", "Was", "Is", "Why"),
        [(each.mandate.ref, str(each.mandate.status), str(each.status), each.why) for each in moved],
    )


def stirred_json(done: Stirred, refs: Refs, deed: str) -> dict[str, object]:
    """What was asked for or collected (``deed``), and what was stopped."""
    return {
        "total_pence": done.pence,
        deed: [
            {
                "collection": each.collection.nr,
                "payer": refs[each.collection.bill_payer],
                "collect_on": each.collect_on,
                "amount_pence": each.collection.amount,
            }
            for each in done.done
        ],
        "stopped": [
            {
                "collection": each.collection.nr,
                "payer": refs[each.collection.bill_payer],
                "why": each.why,
                "amount_pence": each.collection.amount,
                "withdraw": each.collection.status is not CollectionStatus.ANNOUNCED,
            }
            for each in done.stopped
        ],
        "mandates": _moved_json(done.mandates),
    }


def stirred_shown(done: Stirred, refs: Refs, deed: str, preview: bool) -> list[RenderableType | None]:
    some = f"{printing.several(len(done.done), 'collection')}, {sterling(done.pence)}"
    said = f"{some}, {'would be ' if preview else ''}{deed}; {len(done.stopped):,} stopped."
    return [
        printing.table(
            ("Collection", "Payer", "Day", "Amount", "Stopped because"),
            [_decision(each, refs) for each in done.every],
            right=("Collection", "Amount"),
        )
        if done.every
        else None,
        said,
        to_withdraw(done.stopped),
        _moved_shown(done.mandates),
    ]


def _decision(each: WhatToAnnounce, refs: Refs) -> list[RenderableType]:
    made = each.collection
    return [str(made.nr), refs[made.bill_payer], printing.day(each.collect_on), printing.amount(made.amount), each.why]


def collection_json(each: CollectionStanding, refs: Refs) -> dict[str, object]:
    """A collection as it stands."""
    return {
        "collection": each.nr,
        "payer": refs[each.bill_payer],
        "status": each.status,
        "amount_pence": each.amount,
        "announced": each.announced,
        "collect_on": each.collect_on,
        "first_collect_on": each.first_on,
        "reason": each.reason,
        "instalment": each.instalment,
        "represented": each.represented,
        "bills": _parts_json(each.parts),
    }


def collections_shown(found: Collections) -> RenderableType:
    """Collections, a line each."""
    if not found.found:
        return "There are no collections."
    return printing.table(
        ("Collection", "Payer", "Bills", "Instalment", "Announced", "Day", "Amount", "Status", "Reason"),
        [
            (
                str(each.nr),
                found.payers[each.bill_payer],
                _bills(each.parts),
                _instalment(each),
                printing.day(each.announced),
                printing.day(each.collect_on),
                printing.amount(each.amount),
                str(each.status),
                str(REASONS[each.reason]) if each.reason else "",
            )
            for each in found.found
        ],
        right=("Collection", "Instalment", "Amount"),
    )


def history_json(found: History) -> dict[str, object]:
    """All that happened to a mandate or a collection."""
    of = {"mandate": found.mandate} if found.mandate else {"collection": found.collection}
    return {
        **of,
        "history": [
            {
                "status": each.status,
                "on": each.on,
                "reason": each.reason,
                "note": each.note,
                "by": each.by,
                "at": each.at,
            }
            for each in found.steps
        ],
    }


def history_shown(found: History, what: str) -> RenderableType:
    if not found.steps:
        return f"Nothing has happened to {what} yet."
    return printing.table(
        ("Status", "Day", "Reason", "Note", "By", "Recorded"),
        [
            (each.status, printing.day(each.on), each.why, each.note or "", each.by, printing.moment(each.at))
            for each in found.steps
        ],
    )
