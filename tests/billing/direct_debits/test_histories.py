"""No sequence of events collects a bill twice, or what is disputed, in a breathing space, or owed by somebody who died.

The same rules are driven twice: through a model of everything kept in memory, at length, and through a database,
briefly.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from billing.debt.facts import Known
from billing.direct_debits import jobs
from billing.direct_debits.announcing import (
    Books,
    CollectionStanding,
    MandateFacts,
    announce,
    collect,
    not_again,
    request,
    usable,
)
from billing.direct_debits.days import represent_day
from billing.direct_debits.mandates import moved_by_the_days
from billing.direct_debits.outcomes import DirectDebitChoices
from billing.direct_debits.policy import DirectDebitPolicy
from billing.direct_debits.states import OPEN, CollectionStatus, MandateStatus, collection_after, mandate_after
from billing.receipts import tables as r
from finance.problems import Refusal
from interfaces.database.connection import Database
from tests.billing.debt.council import AT, Council
from tests.billing.debt.makers import ANN, Bill, Dispute, Space, column, owed, plan

POLICY = DirectDebitPolicy()
START = dt.date(2026, 5, 1)
SMALL = settings(max_examples=50, deadline=None)


@dataclass
class Debt:
    """One bill as the world knows it, beside what the rules are told."""

    amount: int
    issued: dt.date
    paid: int = 0  # by other means
    collected: int = 0  # net of what came back
    posted: int = 0  # of that, what the ledger holds
    moved: int = 0  # of that, what an officer has told to another bill
    came_back: bool = False


class Histories:
    """One payer, their bills, and everything that can happen to them, in any order."""

    def __init__(self) -> None:
        self.today = START
        self.bills: dict[int, Debt] = {}
        self.collections: dict[int, CollectionStanding] = {}
        self.mandate = MandateFacts(1, "CARE0001", ANN, MandateStatus.LIVE, dt.date(2026, 1, 5))
        self.disputes: list[Dispute] = []
        self.spaces: list[Space] = []
        self.plans: list[object] = []
        self.died: dt.date | None = None

    # What the rules are told

    def known(self) -> Known:
        bills = []
        for nr, each in self.bills.items():
            left = max(each.amount - each.paid - each.posted + each.moved, 0)
            coming = self.on_its_way(nr) + max(each.collected - each.posted, 0)
            due = each.issued + dt.timedelta(days=14)
            if left:
                bills.append(Bill(nr, due, left, issued=each.issued, amount=each.amount, collecting=coming))
        died = {ANN: self.died} if self.died else {}
        return owed(*bills, disputes=self.disputes, spaces=self.spaces, plans=self.plans, died=died)  # type: ignore[arg-type]

    def on_its_way(self, bill: int) -> int:
        mine = [each for each in self.collections.values() if each.status in OPEN]
        return sum(pence for each in mine for nr, pence in each.parts if nr == bill)

    def books(self) -> Books:
        known = self.known()
        bills = known.owing.bill.tolist()
        taken = column(self.bills[nr].collected + self.on_its_way(nr) for nr in bills)
        return Books.of(known, taken, np.asarray([self.bills[nr].came_back for nr in bills], dtype=bool), self.today, 7)

    def sweep(self) -> None:
        died = {ANN} if self.died else set()
        for each in moved_by_the_days([self.mandate], died, self.today, POLICY):
            self.mandate = replace(self.mandate, status=each.status)

    def put(self, each: CollectionStanding, action: str, **more: object) -> CollectionStanding:
        then = collection_after(action, each.status, each.nr)
        self.collections[each.nr] = replace(each, status=then, steps=each.steps + 1, **more)  # type: ignore[arg-type]
        return self.collections[each.nr]

    # What may happen

    def some_bills_to_begin_with(self, amounts: list[int]) -> None:
        for amount in amounts:
            self.billed(amount)

    def a_few_days_pass(self, days: int, again: bool) -> None:
        self.days_pass(days, True, again)

    def days_pass(self, days: int, at_work: bool, again: bool) -> None:
        """Days on which everything is done that is to be done, or nobody is at work."""
        for _ in range(days):
            self.today = min(self.today + dt.timedelta(days=1), dt.date(2027, 11, 1))
            if at_work:
                self.announce(again)
                self.request()
                self.collect()

    def something_happens(self, what: int, nr: int, size: int) -> None:
        """One of the events below: the rarer in life, the rarer here."""
        if what == 0:
            self.dies()
        elif what <= 5:
            self.a_breathing_space_begins()
        elif what <= 8:
            self.disputes_a_bill(nr, size if size % 3 else None)
        elif what <= 14:
            self.disputes_are_settled()
        elif what <= 18:
            self.the_bank_writes(["suspend", "cancel"][size % 2])
        elif what <= 28:
            self.the_bank_writes(["resume", "reinstate"][size % 2])
        elif what <= 34:
            self.a_plan_is_agreed(20_00 + size % 80_00, size % 4 > 0)
        elif what <= 42:
            self.an_officer_tells_the_money_to_another_bill(nr)
        elif what <= 46:
            self.pays_otherwise(nr, size % 100)
        elif what <= 52:
            self.billed(100 + size)
        else:
            self.receipts_are_posted()

    def billed(self, amount: int) -> None:
        if len(self.bills) < 5:
            self.bills[len(self.bills) + 1] = Debt(amount, self.today)

    def pays_otherwise(self, nr: int, share: int) -> None:
        if nr in self.bills:
            each = self.bills[nr]
            each.paid += max(each.amount - each.paid - each.collected, 0) * share // 100

    def disputes_a_bill(self, nr: int, amount: int | None) -> None:
        self.disputes.append(Dispute(nr, amount, self.today))

    def disputes_are_settled(self) -> None:
        self.disputes = [
            replace(each, ends=each.ends or self.today) for each in self.disputes if each.starts < self.today
        ]

    def a_breathing_space_begins(self) -> None:
        self.spaces.append(Space(ANN, self.today, self.today + dt.timedelta(days=60)))

    def a_plan_is_agreed(self, amount: int, direct_debit: bool) -> None:
        left = sum(max(each.amount - each.paid - each.posted, 0) for each in self.bills.values())
        if left:
            ended = [replace(each, ends=min(each.ends or self.today, self.today)) for each in self.plans]  # type: ignore[type-var, attr-defined]
            nr = len(self.plans) + 1
            self.plans = [
                *ended,
                plan(
                    nr=nr,
                    amount=amount,
                    debt=left,
                    first=self.today + dt.timedelta(days=14),
                    every="weekly",
                    starts=self.today,
                    bills_until=self.today + dt.timedelta(days=1),
                    direct_debit=direct_debit,
                ),
            ]

    def dies(self) -> None:
        self.died = self.died or self.today

    def the_bank_writes(self, action: str) -> None:
        try:
            self.mandate = replace(self.mandate, status=mandate_after(action, self.mandate.status, "CARE0001"))
        except Refusal:
            return

    def announce(self, again: bool) -> None:
        self.sweep()
        made, _ = announce(
            self.books(), usable([self.mandate]), POLICY, frozenset(self.bills) if again else frozenset()
        )
        for each in made:
            nr = len(self.collections) + 1
            self.collections[nr] = CollectionStanding(
                nr,
                1,
                ANN,
                each.amount,
                self.today,
                each.plan,
                each.instalment,
                each.parts,
                CollectionStatus.ANNOUNCED,
                1,
                self.today,
                each.collect_on,
                each.collect_on,
                None,
                False,
            )
            assert self.died is None
            assert each.collect_on > self.today

    def request(self) -> None:
        self.sweep()
        announced = [each for each in self.collections.values() if each.status is CollectionStatus.ANNOUNCED]
        for each in request(self.books(), announced, {1: self.mandate}, POLICY):
            self.put(each.collection, each.action, collect_on=each.collect_on)

    def collect(self) -> None:
        self.sweep()
        asked = [
            each
            for each in self.collections.values()
            if each.status in (CollectionStatus.REQUESTED, CollectionStatus.REPRESENTED)
        ]
        for each in collect(self.books(), asked, {1: self.mandate}):
            self.put(each.collection, each.action)
            if each.action == "collect":
                self._comes_in(each.collection)

    def _comes_in(self, each: CollectionStanding) -> None:
        assert self.died is None, "nothing is collected after we learned of a death"
        assert self.mandate.status is MandateStatus.LIVE
        for nr, pence in each.parts:
            bill = self.bills[nr]
            left = bill.amount - bill.paid - bill.collected + bill.moved
            live = [one for one in self.disputes if one.bill == nr and (one.ends is None or self.today < one.ends)]
            disputed = sum(bill.amount if one.amount is None else one.amount for one in live)
            assert pence <= left, "never more than is left"
            assert pence <= max(left - disputed, 0) or not live, "nothing disputed is collected"
            covering = [one for one in self.spaces if bill.issued - dt.timedelta(days=28) < one.starts]
            assert not any(one.starts <= self.today and (one.ends is None or self.today < one.ends) for one in covering)
            bill.collected += pence

    def _latest(self, back: int, *statuses: CollectionStatus) -> CollectionStanding | None:
        mine = [each for each in self.collections.values() if each.status in statuses]
        return mine[-1 - back] if len(mine) > back else None

    def one_comes_back(self, back: int, claim: bool) -> None:
        each = self._latest(back, CollectionStatus.COLLECTED, CollectionStatus.REQUESTED)
        if each is None:
            return
        try:
            self.put(each, "claim" if claim else "return", reason="ARUDD 0")
        except Refusal:
            return
        for nr, pence in each.parts:
            self.bills[nr].came_back = True
            if each.status is CollectionStatus.COLLECTED:
                self.bills[nr].collected -= pence
                self.bills[nr].moved = min(self.bills[nr].moved, max(self.bills[nr].collected, 0))

    def one_is_presented_again(self, back: int) -> None:
        each = self._latest(back, CollectionStatus.RETURNED)
        if each is None or each.represented:
            return
        when = represent_day(each.first_on, self.today, POLICY)
        if when and not not_again(self.books(), each, {1: self.mandate}):
            self.put(each, "represent", collect_on=when, represented=True)

    def receipts_are_posted(self) -> None:
        for each in self.bills.values():
            each.posted = each.collected
            each.moved = min(each.moved, each.posted)

    def an_officer_tells_the_money_to_another_bill(self, nr: int) -> None:
        if nr in self.bills:
            self.bills[nr].moved = min(self.bills[nr].posted, self.bills[nr].collected)

    # What always holds

    def no_bill_is_collected_twice(self) -> None:
        for nr, each in self.bills.items():
            assert 0 <= each.collected + self.on_its_way(nr) <= each.amount


def live(seed: int, steps: int = 60) -> Histories:
    """A history drawn from a seed, with what always holds looked at after every step."""
    draw = random.Random(seed)
    made = Histories()
    made.some_bills_to_begin_with([draw.randint(100, 500_00) for _ in range(draw.randint(1, 4))])
    for _ in range(steps):
        choice = draw.randrange(10)
        if choice < 3:
            made.a_few_days_pass(draw.randint(1, 6), draw.random() < 0.5)
        elif choice < 6:
            made.days_pass(draw.randint(3, 20), draw.random() < 0.8, draw.random() < 0.5)
        elif choice < 8:
            made.something_happens(draw.randint(0, 60), draw.randint(1, 5), draw.randint(1, 500_00))
        elif choice < 9:
            back = draw.randint(0, 1)
            made.one_comes_back(back, draw.random() < 0.2)
            if draw.random() < 0.7:
                made.receipts_are_posted()
                made.one_is_presented_again(0)
        else:
            made.one_is_presented_again(draw.randint(0, 3))
        made.no_bill_is_collected_twice()
    return made


@SMALL
@given(st.integers(0, 2**32))
def test_no_history_collects_a_bill_twice(seed: int) -> None:
    live(seed)


def test_the_histories_are_eventful() -> None:
    """Else the test above would prove little: money is collected, comes back and is presented again in them."""
    every = [each for seed in range(30) for each in live(seed).collections.values()]
    seen = Counter(each.status for each in every)
    assert (
        min(seen[each] for each in (CollectionStatus.COLLECTED, CollectionStatus.RETURNED, CollectionStatus.CANCELLED))
        > 5
    )
    assert sum(each.represented for each in every) > 0 and sum(each.plan is not None for each in every) > 5


# The same through a database ------------------------------------------------------------------------------------------

WHO = {"by": "Debits officer", "at": AT}
ACTIONS = (
    "bill",
    "cheque",
    "dispute",
    "space",
    "announce",
    "request",
    "collect",
    "return",
    "claim",
    "represent",
    "post",
    "days",
)


@dataclass
class Lived:
    council: Council
    payer: int
    today: dt.date = START
    bills: dict[int, int] = field(default_factory=dict)

    def act(self, action: str, size: int) -> None:
        database, today = self.council.database, self.today
        choices = DirectDebitChoices()
        latest = jobs.collections(database)[-1:]
        if action == "bill":
            self.bills[self.council.bill(self.payer, 100_00 + size, today)] = 100_00 + size
        elif action == "cheque":
            self.council.receipt(f"CHQ-{len(self.bills)}-{size}-{today}", self.payer, 10_00 + size, today)
        elif action == "dispute" and self.bills:
            self.council.fact(
                "dispute",
                f"D{size}",
                bill_payer=self.payer,
                bill=1,
                amount=1 + size,
                reason="r",
                entered_by="o",
                starts=today,
            )
        elif action == "space":
            self.council.fact("breathing_space", "BS", bill_payer=self.payer, kind="standard", notice="N", starts=today)
        elif action == "announce":
            jobs.announce_collections(database, today, choices, again=self.bills, **WHO)  # type: ignore[arg-type]
        elif action == "request":
            jobs.request_collections(database, today, choices, **WHO)  # type: ignore[arg-type]
        elif action == "collect":
            jobs.collect_collections(database, today, choices, **WHO)  # type: ignore[arg-type]
        elif action == "return" and latest:
            jobs.return_collection(database, latest[0].nr, "0", on=today, **WHO)  # type: ignore[arg-type]
        elif action == "claim" and latest:
            jobs.claim_collection(database, latest[0].nr, "1", on=today, **WHO)  # type: ignore[arg-type]
        elif action == "represent" and latest:
            jobs.represent_collection(database, latest[0].nr, choices, on=today, **WHO)  # type: ignore[arg-type]
        elif action == "post":
            self.council.post()
        elif action == "days":
            self.today += dt.timedelta(days=1 + size % 14)

    def net_collected(self) -> dict[int, int]:
        """By the receipts alone: what direct debits brought in of each bill, less what went back."""
        with self.council.database.begin() as connection:
            back = set(connection.execute(select(r.receipt_return.c.receipt)).scalars())
            rows = connection.execute(
                select(r.allocation.c.bill, r.allocation.c.amount, r.receipt.c.nr)
                .join(r.receipt, r.receipt.c.nr == r.allocation.c.receipt)
                .where(r.receipt.c.method == "direct debit")
            ).all()
        net = dict.fromkeys(self.bills, 0)
        for row in rows:
            net[row.bill] += 0 if row.nr in back else row.amount
        return net


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 90_00)), min_size=10, max_size=25))
def test_no_history_in_a_database_collects_a_bill_twice(
    new_database: Callable[[], Database], actions: list[tuple[str, int]]
) -> None:
    council = Council(new_database())
    lived = Lived(council, council.payer("ANN"))
    council.mandate("CARE0001", lived.payer)
    usual = [(each, 0) for each in ("bill", "announce")]
    for action, size in [*usual, *actions]:
        try:
            lived.act(action, size)
        except Refusal:
            continue
        net = lived.net_collected()
        assert all(0 <= net[bill] <= amount for bill, amount in lived.bills.items())
        coming = [each for each in jobs.collections(council.database) if each.status in OPEN]
        for bill, amount in lived.bills.items():
            assert net[bill] + sum(pence for each in coming for nr, pence in each.parts if nr == bill) <= amount
    council.post()
    with pytest.raises(Refusal):
        jobs.return_collection(council.database, 999, "0", on=lived.today, **WHO)  # type: ignore[arg-type]
