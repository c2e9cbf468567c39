"""What may be collected of each bill, and when; and, each time money is about to move, whether it still may.

What is told to wait for reminders waits here too: ``billing.debt.pauses`` is asked, and nobody else. A collection is
never more than is left of its bills undisputed, nor do collections of one bill, less what came back, ever exceed it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.debt.facts import Known
from billing.debt.instalments import Plan
from billing.debt.pauses import Pauses, pauses
from billing.direct_debits.days import after, bill_day, instalment_day, request_day
from billing.direct_debits.policy import DirectDebitPolicy
from billing.direct_debits.states import IN_USE, CollectionStatus, MandateStatus
from billing.tables import number_of
from finance.columns import Ints
from finance.days import FOR_EVER, day, number, spoken
from finance.money import sterling
from finance.problems import NoValueOnDay

Part = tuple[int, int]  # bill, pence


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """A mandate as the rules need it: no bank details. ``lodged``: None until it is with the bank."""

    nr: int
    ref: str
    bill_payer: int
    status: MandateStatus
    lodged: dt.date | None
    last_used: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """A sum to be collected on a day, and the bills it pays."""

    mandate: MandateFacts
    amount: int
    collect_on: dt.date
    parts: tuple[Part, ...]
    plan: int | None = None
    instalment: int | None = None


@dataclass(frozen=True, slots=True)
class NotCollected:
    """A bill of somebody with a mandate that is not collected, and why."""

    bill: int
    bill_payer: int
    left: int
    why: str


@dataclass(frozen=True, slots=True)
class CollectionStanding:
    """A collection as it stands. ``first_on``: the day it was collected, or to be, the first time."""

    nr: int
    mandate: int
    bill_payer: int
    amount: int
    announced: dt.date
    plan: int | None
    instalment: int | None
    parts: tuple[Part, ...]
    status: CollectionStatus
    steps: int
    on: dt.date
    collect_on: dt.date
    first_on: dt.date
    reason: str | None
    represented: bool


@dataclass(frozen=True, slots=True)
class WhatToAnnounce:
    """What becomes of a collection: an action of ``states.COLLECTION_FOLLOWS``, the day, and why where it is
    stopped.
    """

    collection: CollectionStanding
    action: str
    collect_on: dt.date
    why: str = ""


@dataclass(frozen=True)
class Books:
    """What is owed and told to wait, beside what direct debits have already taken of each bill.

    ``taken``: pence of each bill (a row each, as ``known.owing``) collected and not come back, or on their way.
    ``came_back``: bills a collection of which was returned or claimed back.
    """

    known: Known
    found: Pauses
    taken: Ints
    came_back: NDArray[np.bool_]
    on: dt.date

    @classmethod
    def of(cls, known: Known, taken: Ints, came_back: NDArray[np.bool_], on: dt.date, days_grace: int) -> "Books":
        return cls(known, pauses(known, number(on), days_grace), taken, came_back, on)

    def available(self) -> Ints:
        """Pence of each bill that may still be announced, the reasons to wait apart."""
        owing = self.known.owing
        of_left = owing.left - self.found.disputed - owing.collecting
        return np.asarray(np.maximum(np.minimum(of_left, owing.amount - self.taken), 0), dtype=np.int64)

    def died(self) -> NDArray[np.bool_]:
        """Bills of a payer we know to have died."""
        payers = self.known.payers
        dead = payers.payer[payers.died < FOR_EVER]
        return np.asarray(np.isin(self.known.owing.payer, dead))

    def plan_of(self, place: int) -> tuple[Plan | None, bool]:
        """The plan that covers a bill, if any, and whether it is kept."""
        kept, broken = int(self.found.plan[place]), int(self.found.broken[place])
        if kept >= 0:
            return self.known.plans[kept], True
        return (self.known.plans[broken], False) if broken >= 0 else (None, True)


def announce(
    books: Books, held: Mapping[int, MandateFacts], policy: DirectDebitPolicy, again: frozenset[int] = frozenset()
) -> tuple[list[Announcement], list[NotCollected]]:
    """What to announce today to payers (by number) who have a mandate in use, and what is left alone and why.

    ``again``: bills to be announced although an earlier collection of them came back.
    """
    owing = books.known.owing
    available, died = books.available(), books.died()
    mine = np.flatnonzero(np.isin(owing.payer, np.asarray(sorted(held), dtype=np.int64)) & (owing.left > 0))
    made: list[Announcement] = []
    left_alone: list[NotCollected] = []
    by_plan: dict[int, list[int]] = defaultdict(list)
    for place in mine[np.lexsort((owing.bill[mine], owing.due[mine], owing.payer[mine]))].tolist():
        payer, bill = int(owing.payer[place]), int(owing.bill[place])
        why = _why_not(books, place, bool(died[place]), bill in again) or _nothing(books, place, int(available[place]))
        if not why and books.found.plan[place] >= 0:
            by_plan[int(books.found.plan[place])].append(place)
        elif not why:
            try:
                made.append(_whole(books, place, int(available[place]), held[payer], policy))
            except NoValueOnDay as error:
                why = str(error)
            if not why and made[-1].amount < policy.smallest_pence:
                made.pop()
                why = f"{sterling(int(available[place]))} is too little to collect."
        if why:
            left_alone.append(NotCollected(bill, payer, int(owing.left[place]), why))
    for plan, places in by_plan.items():
        made += _instalments(books, plan, places, available, held, policy)
    return made, left_alone


def _why_not(books: Books, place: int, died: bool, again: bool) -> str:
    """Why a bill may not be collected at all, or nothing."""
    plan, kept = books.plan_of(place)
    if died:
        return "The payer has died."
    if books.found.in_space[place]:
        return "It is in a breathing space."
    if plan and not kept:
        return f"Instalment plan {plan.ref} is broken: end it before collecting in one sum."
    if plan and not plan.direct_debit:
        return f"Instalment plan {plan.ref} covers it, paid otherwise."
    if books.came_back[place] and not again:
        return "An earlier collection of it came back: present that again, or announce this bill by name."
    return ""


def _nothing(books: Books, place: int, available: int) -> str:
    if available > 0:
        return ""
    owing = books.known.owing
    if owing.collecting[place] > 0:
        return "It is being collected already."
    return (
        "All that is left of it is disputed." if books.found.disputed[place] > 0 else "It has been collected already."
    )


def _whole(books: Books, place: int, available: int, mandate: MandateFacts, policy: DirectDebitPolicy) -> Announcement:
    owing = books.known.owing
    issued, due = day(int(owing.issued[place])), day(int(owing.due[place]))
    assert mandate.lodged is not None
    whole = available == owing.amount[place]
    when = bill_day(issued, due, mandate.lodged, bool(whole), books.on, policy)
    return Announcement(mandate, available, when, ((int(owing.bill[place]), available),))


def _instalments(
    books: Books,
    index: int,
    places: Sequence[int],
    available: Ints,
    held: Mapping[int, MandateFacts],
    policy: DirectDebitPolicy,
) -> list[Announcement]:
    """The instalments of a plan (by place) that it is time to announce, each paying its oldest bills first."""
    plan = books.known.plans[index]
    owing, mandate = books.known.owing, held[plan.bill_payer]
    assert mandate.lodged is not None
    covered = np.flatnonzero(books.found.plan == index)
    if (books.came_back[covered]).any() and len(places) < len(covered):
        return []
    paid = plan.debt - books.found.of_plan[index]
    reached = max(paid, 0) + int(owing.collecting[covered].sum())
    room = {place: int(available[place]) for place in places}
    reach = after(books.on, policy.notice_working_days) + dt.timedelta(days=policy.instalment_days_ahead)
    made: list[Announcement] = []
    while reached < plan.debt:
        each = plan.instalment(reached // plan.amount + 1)
        if each.due > reach:
            break
        wanted = each.by_then - reached
        parts = _take(room, wanted, owing.bill)
        amount = sum(pence for _, pence in parts)
        if not amount:
            break
        when = instalment_day(each.due, mandate.lodged, books.on, policy)
        made.append(Announcement(mandate, amount, when, parts, plan.nr, each.number))
        reached += amount
        if amount < wanted:
            break
    return made


def _take(room: dict[int, int], wanted: int, bills: Ints) -> tuple[Part, ...]:
    parts: list[Part] = []
    for place in room:
        taken = min(room[place], wanted)
        if taken:
            parts.append((int(bills[place]), taken))
            room[place] -= taken
            wanted -= taken
    return tuple(parts)


# Whether it still may ------------------------------------------------------------------------------------------------


def request(
    books: Books, announced: Sequence[CollectionStanding], held: Mapping[int, MandateFacts], policy: DirectDebitPolicy
) -> list[WhatToAnnounce]:
    """The collections to ask the banks for today, on their day or the first that can be met; those stopped, and why.

    ``held``: mandates by number, however they stand.
    """
    horizon = after(books.on, policy.request_working_days)
    made = []
    running = _Running(books)
    for each in sorted(announced, key=lambda one: one.nr):
        if each.collect_on > horizon:
            continue
        why = running.stopped(each, held.get(each.mandate))
        when = request_day(each.collect_on, books.on, policy)
        if not why and when is None:
            why = f"The day announced, {spoken(each.collect_on)}, can no longer be met: it must be announced again."
        made.append(WhatToAnnounce(each, "cancel" if why else "request", when or each.collect_on, why))
        if why:
            running.let_go(each)
    return made


def collect(
    books: Books, requested: Sequence[CollectionStanding], held: Mapping[int, MandateFacts]
) -> list[WhatToAnnounce]:
    """The collections whose day has come: collected, or stopped and to be withdrawn at the bank."""
    made = []
    running = _Running(books)
    for each in sorted(requested, key=lambda one: one.nr):
        if each.collect_on > books.on:
            continue
        why = running.stopped(each, held.get(each.mandate))
        made.append(WhatToAnnounce(each, "cancel" if why else "collect", each.collect_on, why))
        if why:
            running.let_go(each)
    return made


def not_again(books: Books, each: CollectionStanding, held: Mapping[int, MandateFacts]) -> str:
    """Why a sum that came back may not be taken once more, or nothing: all of it is still owed and undisputed, nothing
    else is on its way for it, and nobody has died."""
    available = dict(zip(books.known.owing.bill.tolist(), books.available().tolist(), strict=True))
    if any(available.get(bill, 0) < pence for bill, pence in each.parts):
        return f"Less than {sterling(each.amount)} may be collected of its bills now."
    return _Running(books).stopped(each, held.get(each.mandate))


class _Running:
    """The sums on their way, bill by bill, as collections are stopped one after another."""

    def __init__(self, books: Books) -> None:
        owing = books.known.owing
        self._books = books
        self._place = {bill: place for place, bill in enumerate(owing.bill.tolist())}
        self._on_its_way: dict[int, int] = dict(zip(owing.bill.tolist(), owing.collecting.tolist(), strict=True))
        self._died = set(books.known.payers.payer[books.known.payers.died < FOR_EVER].tolist())

    def let_go(self, each: CollectionStanding) -> None:
        for bill, pence in each.parts:
            if bill in self._on_its_way:
                self._on_its_way[bill] -= pence

    def stopped(self, each: CollectionStanding, mandate: MandateFacts | None) -> str:
        """Why a collection may no longer be made, or nothing."""
        if each.bill_payer in self._died:
            return "The payer has died."
        if mandate is None or mandate.status is not MandateStatus.LIVE:
            return f"The mandate is {mandate.status if mandate else 'gone'}."
        return next((why for bill, _ in each.parts if (why := self._bill_stopped(each, bill))), "")

    def _bill_stopped(self, each: CollectionStanding, bill: int) -> str:
        place = self._place.get(bill)
        name = number_of(bill)
        if place is None:
            return f"Bill {name} has been paid."
        if self._books.found.in_space[place]:
            return f"Bill {name} is in a breathing space."
        plan, kept = self._books.plan_of(place)
        if (plan.nr if plan else None) != each.plan:
            return f"An instalment plan for bill {name} has begun or ended since."
        if plan and not (kept and plan.direct_debit):
            return f"Instalment plan {plan.ref} is broken or no longer paid by direct debit."
        may = int(self._books.known.owing.left[place] - self._books.found.disputed[place])
        if self._on_its_way[bill] > may:
            return f"No more than {sterling(max(may, 0))} of bill {name} may be collected now."
        return ""


def usable(held: Sequence[MandateFacts]) -> dict[int, MandateFacts]:
    """The mandate to collect by, for each payer: in use and lodged; the latest lodged where there are two."""
    lodged = [each for each in held if each.lodged and each.status in IN_USE]
    return {each.bill_payer: each for each in sorted(lodged, key=lambda one: (one.lodged or dt.date.min, one.nr))}
