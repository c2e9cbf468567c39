"""What each payer has been billed and has paid, what is left of each bill, and how old it is. Pure: columns in and out.

Everything starts from what is posted, so it always comes back to the ledger: for every payer, what is left of bills
less the money left over is the balance of their ordinary account. What was charged and is on no bill is told apart.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from billing.receipts.allocation import Allocation, AllocationsTold, BillsOwed, Money, allocate
from finance.columns import Ints, codes, ints
from finance.days import FOR_EVER, number

SOURCES = ["receipt", "credit note", "write-off", "deferred charge", "not on a bill"]
"""What lowers what is owed."""
RECEIPT, CREDIT_NOTE, WRITTEN_OFF, DEFERRED, LOOSE = range(5)
GOALS = ["bill", "refund", "returned receipt", "not on a bill"]
"""What raises it. A returned receipt stands alone only where its receipt was never posted to the same payer."""
BILL, REFUND, TAKEN_BACK, UNBILLED = range(4)

BUCKETS = ("not yet due", "0-30", "31-60", "61-90", "91-180", "181-365", "over a year")
_BEGINS = np.asarray([0, 31, 61, 91, 181, 366], dtype=np.int64)


@dataclass(frozen=True)
class BalanceRows:
    """What the store read: see ``balances_store``. ``balance``: each payer's ordinary account by the ledger."""

    bills: pa.Table
    entries: pa.Table
    corrections: pa.Table
    told: pa.Table
    returned: pa.Table
    balance: Mapping[int, int]


@dataclass(frozen=True)
class Position:
    """Every payer's money and bills, and which pays which. ``of``: the place in SOURCES or GOALS; ``nr``: of the fact
    or the bill, 0 for what is on no bill.
    """

    money: Money
    money_of: Ints
    money_nr: Ints
    owed: BillsOwed
    owed_of: Ints
    owed_nr: Ints
    allocation: Allocation

    def unallocated(self) -> dict[int, int]:
        """Money left over, by payer: received, or credited with no bill left to lower."""
        return _by_payer(self.money.payer, np.where(self.money.real, self.allocation.money_left, 0))

    def fallen_away(self) -> dict[int, int]:
        """What was given up and turns out not to be owed, by payer: the next run of receipts takes it back."""
        return _by_payer(self.money.payer, np.where(self.money.real, 0, self.allocation.money_left))

    def refundable(self) -> dict[int, int]:
        """Money received and not used, by payer: the most that may be given back. A credit nobody paid for is none."""
        came = np.where(self.money_of == RECEIPT, self.money.pence, 0)
        went = np.where((self.owed_of == REFUND) | (self.owed_of == TAKEN_BACK), -self.owed.pence, 0)
        held = _by_payer(np.concatenate([self.money.payer, self.owed.payer]), np.concatenate([came, went]))
        left = {payer: min(pence, held.get(payer, 0)) for payer, pence in self.unallocated().items()}
        return {payer: pence for payer, pence in left.items() if pence > 0}

    def standing(self) -> dict[int, int]:
        """What stands of each write-off, by number: no more than is owed without it."""
        rows = self.money.given_up
        left = self.money.pence[rows] - self.allocation.money_left[rows]
        return dict(zip(self.money_nr[rows].tolist(), left.tolist(), strict=True))

    def left(self) -> dict[int, int]:
        """What is still owed, by payer."""
        return _by_payer(self.owed.payer, self.allocation.owed_left)


def _by_payer(payer: Ints, pence: Ints) -> dict[int, int]:
    payers, back = np.unique(payer, return_inverse=True)
    sums = np.zeros(len(payers), np.int64)
    np.add.at(sums, back, pence)
    return {payer: total for payer, total in zip(payers.tolist(), sums.tolist(), strict=True) if total}


def position(posted: BalanceRows) -> Position:
    """Allocate what is posted. Suspense (payer 0) is nobody's, and left out."""
    rows = _rows(posted)
    lowers = rows.pence < 0
    low, high = rows.take(lowers), rows.take(~lowers)
    money = Money(low.payer, low.on, -low.pence, np.flatnonzero(low.of == WRITTEN_OFF))
    owed = BillsOwed(high.payer, high.on, high.pence, high.of == REFUND)
    told = _told(posted, low, high)
    return Position(money, low.of, low.nr, owed, high.of, high.nr, allocate(money, owed, told))


@dataclass(frozen=True)
class _Rows:
    """Signed pence of one thing of one payer."""

    of: Ints
    nr: Ints
    payer: Ints
    on: Ints
    pence: Ints

    def take(self, rows: NDArray[np.bool_]) -> "_Rows":
        return _Rows(self.of[rows], self.nr[rows], self.payer[rows], self.on[rows], self.pence[rows])


def _rows(posted: BalanceRows) -> _Rows:
    bills = posted.bills
    amount = ints(bills, "amount")
    on = np.where(amount < 0, ints(bills, "issued"), ints(bills, "due"))
    billed = _Rows(np.where(amount < 0, CREDIT_NOTE, BILL), ints(bills, "nr"), ints(bills, "party"), on, amount)
    paid = _received(posted)
    loose = _loose(posted.balance, billed, paid)
    parts = (billed, paid, loose)
    every = _Rows(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("of", "nr", "payer", "on", "pence"))
    )
    return every.take((every.pence != 0) & (every.payer != 0))


_KINDS = ["receipt", "returned receipt", "refund", "write-off", "deferred charge", "moved to bill", "refund interest"]
_WHEN_LOWERING = np.asarray([RECEIPT, RECEIPT, RECEIPT, WRITTEN_OFF, DEFERRED, DEFERRED], dtype=np.int64)
_WHEN_RAISING = np.asarray([TAKEN_BACK, TAKEN_BACK, REFUND, REFUND, UNBILLED, UNBILLED], dtype=np.int64)


def _received(posted: BalanceRows) -> _Rows:
    """Entries of the receipts stream, one row a fact and payer (a receipt less what was taken back of it, a refund less
    the interest in it); and moves to and from loans, one row a period."""
    entries = posted.entries.filter(pc.is_in(posted.entries["kind"], pa.array(_KINDS)))
    kind, subject, payer = codes(entries, "kind", _KINDS), ints(entries, "subject"), ints(entries, "party")
    on, entered = ints(entries, "on"), ints(entries, "pence")
    place, known = _find(ints(posted.returned, "nr"), subject)
    back = (kind == 1) & known
    if back.any():
        subject = np.where(back, ints(posted.returned, "receipt")[place], subject)
    kind = np.where(back, 0, np.where(kind == _KINDS.index("refund interest"), _KINDS.index("refund"), kind))
    key = np.column_stack([kind, subject, payer, np.where(kind >= 4, on, 0)])
    groups, group_of = np.unique(key, axis=0, return_inverse=True)
    pence, first = np.zeros(len(groups), np.int64), np.full(len(groups), FOR_EVER, np.int64)
    np.add.at(pence, group_of.ravel(), entered)
    np.minimum.at(first, group_of.ravel(), on)
    of = np.where(pence < 0, _WHEN_LOWERING[groups[:, 0]], _WHEN_RAISING[groups[:, 0]])
    return _Rows(of, groups[:, 1], groups[:, 2], first, pence)


def _loose(balance: Mapping[int, int], *others: _Rows) -> _Rows:
    """What the ledger holds besides: charges that are on no bill. It comes after every bill."""
    payer = np.concatenate([np.asarray(list(balance), dtype=np.int64), *(each.payer for each in others)])
    pence = np.concatenate([np.asarray(list(balance.values()), dtype=np.int64), *(-each.pence for each in others)])
    sums = _by_payer(payer, pence)
    who, left = np.asarray(list(sums), dtype=np.int64), np.asarray(list(sums.values()), dtype=np.int64)
    return _Rows(
        np.where(left < 0, LOOSE, UNBILLED),
        np.zeros(len(who), np.int64),
        who,
        np.full(len(who), FOR_EVER, np.int64),
        left,
    )


def _told(posted: BalanceRows, money: _Rows, owed: _Rows) -> AllocationsTold:
    """What credit notes correct, then what officers told of receipts and write-offs, then what was given up on no bill
    in particular, as rows of money and of bills.

    A receipt told to a bill that has moved to another payer since is told nothing: its payer has no such row.
    """
    notes, told = posted.corrections, posted.told
    kind = np.concatenate([np.full(notes.num_rows, CREDIT_NOTE, np.int64), _source(told)])
    nr = np.concatenate([ints(notes, "credit"), ints(told, "subject")])
    bill = np.concatenate([ints(notes, "bill"), ints(told, "bill")])
    pence = np.concatenate([ints(notes, "pence"), ints(told, "amount")])
    goal, known = _find(np.where(owed.of == BILL, owed.nr, -1), bill)
    whose = owed.payer[goal] if len(owed.payer) else np.zeros(len(goal), np.int64)
    source, there = _find(_key(money.of, money.nr, money.payer), _key(kind, nr, whose))
    kept = known & there
    source, goal, pence = source[kept], goal[kept], pence[kept]
    untold = np.flatnonzero((money.of == WRITTEN_OFF) & ~np.isin(np.arange(len(money.of)), source))
    of_none, oldest = _by_its_day(posted, money, owed, untold)
    return AllocationsTold(
        np.concatenate([source, of_none]),
        np.concatenate([goal, oldest]),
        np.concatenate([pence, -money.pence[of_none]]),
    )


def _by_its_day(posted: BalanceRows, money: _Rows, owed: _Rows, untold: Ints) -> tuple[Ints, Ints]:
    """(row of money, row of what is owed) of write-offs that name no bill: everything their payer had been billed by
    the day of each, the oldest first. What is given up is what was owed then, never a later bill.
    """
    place, known = _find(ints(posted.bills, "nr"), np.where(owed.of == BILL, owed.nr, -1))
    since = np.where(owed.of == UNBILLED, 0, owed.on)
    if known.any():
        since = np.where(known, ints(posted.bills, "issued")[place], since)
    order = np.lexsort((owed.on, owed.payer))
    whose = owed.payer[order]
    first, end = (np.searchsorted(whose, money.payer[untold], side) for side in ("left", "right"))
    count = end - first
    source = np.repeat(untold, count)
    within = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    goal = order[np.repeat(first, count) + within]
    owed_then = since[goal] <= money.on[source]
    return source[owed_then], goal[owed_then]


def _source(told: pa.Table) -> Ints:
    return np.where(codes(told, "kind", ["receipt", "write-off"]) == 0, RECEIPT, WRITTEN_OFF).astype(np.int64)


def _key(of: Ints, nr: Ints, payer: Ints) -> NDArray[np.void]:
    stacked = np.ascontiguousarray(np.column_stack([of, nr, payer]).astype(">i8"))
    return stacked.view([("of", ">i8"), ("nr", ">i8"), ("payer", ">i8")]).reshape(-1)


def _find(among: NDArray[np.generic], wanted: NDArray[np.generic]) -> tuple[Ints, NDArray[np.bool_]]:
    """(a row of ``among`` equal to each wanted value; whether there is one)."""
    if not len(among):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    order = np.argsort(among, kind="stable")
    place = order[np.minimum(np.searchsorted(among[order], wanted), len(among) - 1)]
    return place.astype(np.int64), np.asarray(among[place] == wanted)


# How old it is --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paused:
    """Why somebody's debt is not being chased. ``bill`` 0: all they owe. ``pence`` None: all of it, else that much."""

    payer: int
    reason: str
    bill: int = 0
    pence: int | None = None


@dataclass(frozen=True)
class Debt:
    """What is left of one bill (``bill`` 0: of something on no bill) for one reason."""

    payer: int
    what: str
    bill: int
    due: dt.date | None
    days: int
    bucket: str
    pence: int
    reason: str
    secured: str


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Debts that have something in common, in pence by bucket."""

    values: tuple[str, ...]
    ages: Mapping[str, int]

    @property
    def pence(self) -> int:
        return sum(self.ages.values())


@dataclass
class Aged:
    """What is owed on a day, row by row, and what stands against it. Rows less credit, and less what was given up and
    is not owed (``fallen_away``), make the ledger's balance."""

    on: dt.date
    rows: list[Debt] = field(default_factory=list)
    credit: dict[int, int] = field(default_factory=dict)
    fallen_away: dict[int, int] = field(default_factory=dict)
    suspense: int = 0
    loans: dict[int, int] = field(default_factory=dict)

    @property
    def owed(self) -> int:
        return sum(row.pence for row in self.rows)

    @property
    def balance(self) -> int:
        """The ordinary accounts of every payer, by the ledger."""
        return self.owed - self.credit_pence - self.fallen_pence

    @property
    def credit_pence(self) -> int:
        """Received or credited, and used by no bill."""
        return sum(self.credit.values())

    @property
    def fallen_pence(self) -> int:
        """Given up and not owed: the next run of receipts takes it back."""
        return sum(self.fallen_away.values())

    @property
    def loans_pence(self) -> int:
        """Owed on deferred payment agreements, apart from the above."""
        return sum(self.loans.values())

    @property
    def ages(self) -> "AgeGroup":
        """All of it, by bucket."""
        return next(iter(self.groups()), AgeGroup((), dict.fromkeys(BUCKETS, 0)))

    def groups(self, *columns: str) -> list["AgeGroup"]:
        """Pence by bucket, for each different set of values in these columns of the rows."""
        return [AgeGroup(values, ages) for values, ages in self.by(*columns).items()]

    def by(self, *columns: str) -> dict[tuple[str, ...], dict[str, int]]:
        """Pence by bucket, for each different set of values in these columns of the rows."""
        made: dict[tuple[str, ...], dict[str, int]] = {}
        for row in self.rows:
            group = made.setdefault(tuple(str(getattr(row, name)) for name in columns), dict.fromkeys(BUCKETS, 0))
            group[row.bucket] += row.pence
        return dict(sorted(made.items()))


def aged(
    found: Position,
    on: dt.date,
    *,
    secured: Mapping[int, str] | None = None,
    paused: Iterable[Paused] = (),
    suspense: int = 0,
    loans: Mapping[int, int] | None = None,
) -> Aged:
    """What is left of every bill on a day, by how long it has been due, why it waits, and whether it is secured."""
    open_ = np.flatnonzero(found.allocation.owed_left > 0)
    due = found.owed.on[open_]
    days = number(on) - due
    bucket = np.where(days < 0, 0, np.searchsorted(_BEGINS, np.maximum(days, 0), side="right"))
    reasons: dict[tuple[int, int], list[Paused]] = {}
    for each in paused:
        reasons.setdefault((each.payer, each.bill), []).append(each)
    made = Aged(on, [], found.unallocated(), found.fallen_away(), suspense, dict(loans or {}))
    columns = (
        found.owed.payer[open_],
        found.owed_of[open_],
        found.owed_nr[open_],
        due,
        days,
        bucket,
        found.allocation.owed_left[open_],
    )
    for payer, of, nr, when, late, place, pence in zip(*(each.tolist() for each in columns), strict=True):
        bill = nr if of == BILL else 0
        never = when >= FOR_EVER
        why = [*(reasons.get((payer, bill), []) if bill else []), *reasons.get((payer, 0), [])] if reasons else []
        for reason, part in _parts(why, pence):
            made.rows.append(
                Debt(
                    payer,
                    GOALS[of],
                    bill,
                    None if never else dt.date(1970, 1, 1) + dt.timedelta(days=when),
                    0 if never else late,
                    BUCKETS[place],
                    part,
                    reason,
                    (secured or {}).get(payer, ""),
                )
            )
    return made


def _parts(why: Sequence[Paused], pence: int) -> list[tuple[str, int]]:
    """What is left of a bill, parted by reason: a dispute of part of it leaves the rest to be chased."""
    made: list[tuple[str, int]] = []
    for each in why:
        part = pence if each.pence is None else min(each.pence, pence)
        if part > 0:
            made.append((each.reason, part))
            pence -= part
    return [*made, ("", pence)] if pence else made
