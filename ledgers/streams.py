"""Every stream of money: what it is called, whether it pays or bills, and which facts decide its money. One list.

A stream's own package supplies what is due and what a reviewer must see (``ledgers.runs.Stream``); what the ledger, the
proof and the signature must know of it beforehand stands here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decider:
    """A table of facts that decides a stream's money, and how its rows are told among the lines of a run.

    ``column`` of a fact is what the lines have as ``among``: subject (of ``kind``, where given), party, person or
    service.
    ``lasting``: it goes on deciding run after run, so whoever entered it is asked about only when it is new. ``by``:
    the column that names who asked for it. ``told``: whoever told us counts as well; not where signing is told as news.
    """

    table: str
    column: str
    among: str
    words: str
    kind: str | None = None
    lasting: bool = False
    by: str | None = None
    told: bool = True


@dataclass(frozen=True, slots=True)
class Declared:
    """One stream. ``settles``: a release pays each party what it is owed; ``bills``: its entries become bills;
    ``signed``: a second person signs; ``owes``: what a release leaves to be done."""

    name: str
    settles: bool = False
    bills: bool = False
    signed: bool = True
    owes: tuple[str, ...] = ("files",)
    deciders: tuple[Decider, ...] = ()


RECHARGES, FILES = "recharges", "files"

STREAMS = {
    each.name: each
    for each in (
        Declared(
            "payments",
            settles=True,
            owes=(RECHARGES, FILES),
            deciders=(
                Decider("adjustment", "nr", "subject", "an adjustment", kind="adjustment", by="entered_by"),
                Decider("block", "nr", "subject", "a block contract", kind="block", lasting=True),
                Decider("agreed_rate", "line", "subject", "a rate agreed for a line", lasting=True),
                Decider("rate", "service", "service", "a rate", lasting=True),
                Decider("bank_detail", "payee", "party", "bank details", lasting=True, by="proposed_by"),
            ),
        ),
        Declared(
            "charges",
            bills=True,
            deciders=(
                Decider("one_off_charge", "nr", "subject", "a single charge", kind="one-off charge", by="entered_by"),
                Decider("waiver", "person", "person", "a waiver", lasting=True, by="requested_by"),
            ),
        ),
        Declared("recharges", bills=True, signed=False),
        Declared(
            "receipts",
            deciders=(
                Decider("refund", "nr", "subject", "a refund", kind="refund", by="requested_by", told=False),
                Decider("write_off", "nr", "subject", "a write-off", kind="write-off", by="requested_by", told=False),
            ),
        ),
        Declared("deferred payments"),
    )
}

SETTLING = frozenset(each.name for each in STREAMS.values() if each.settles)
"""Streams whose release pays each party what it is owed. The others bring money in."""
BILLED = frozenset(each.name for each in STREAMS.values() if each.bills)
"""Streams whose entries become bills."""
UNSIGNED = frozenset(each.name for each in STREAMS.values() if not each.signed)
"""Streams nobody signs for: raised with a run that somebody has signed for."""
