"""Which money pays which bill: sums an officer can check, and the columns equal to one payer at a time."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from billing.receipts.allocation import Allocation, AllocationsTold, BillsOwed, Money, allocate


def whole(values: list[int]) -> np.ndarray:
    return np.asarray(values, dtype=np.int64)


@dataclass
class Case:
    """(payer, day, pence) of money; (payer, day, pence, refund) of what is owed; (money, owed, pence) as told; the rows
    of money that were given up."""

    money: list[tuple[int, int, int]]
    owed: list[tuple[int, int, int, bool]]
    told: list[tuple[int, int, int]]
    given_up: tuple[int, ...] = ()

    def by_columns(self) -> Allocation:
        payer, day, amount = (whole([row[place] for row in self.money]) for place in range(3))
        money = Money(payer, day, amount, given_up=whole(list(self.given_up)))
        payer, day, amount = (whole([row[place] for row in self.owed]) for place in range(3))
        owed = BillsOwed(payer, day, amount, np.asarray([row[3] for row in self.owed], dtype=bool))
        return allocate(money, owed, AllocationsTold(*(whole([row[place] for row in self.told]) for place in range(3))))

    def plainly(self) -> dict[tuple[int, int], int]:
        """The slow, obvious way: a payer at a time, a penny's worth of thought at a time."""
        money, owed = [row[2] for row in self.money], [row[2] for row in self.owed]
        paid: dict[tuple[int, int], int] = {}

        def pay(source: int, goal: int, most: int) -> None:
            pence = min(most, money[source], owed[goal])
            if pence > 0 and self.money[source][0] == self.owed[goal][0]:
                money[source] -= pence
                owed[goal] -= pence
                paid[source, goal] = paid.get((source, goal), 0) + pence

        for source, goal, pence in self.told:
            pay(source, goal, pence)
        goals = sorted(range(len(owed)), key=lambda goal: (not self.owed[goal][3], self.owed[goal][1], goal))
        sources = sorted(range(len(money)), key=lambda source: (self.money[source][1], source))
        real = [source for source in sources if source not in self.given_up]
        for goal in goals:
            for source in real:
                pay(source, goal, owed[goal])
        self.make_way(real, money, paid)
        return {pair: pence for pair, pence in paid.items() if pence}

    def make_way(self, real: list[int], money: list[int], paid: dict[tuple[int, int], int]) -> None:
        """What is left over pays what was given up, the oldest first."""
        stood = [pair for pair in paid if pair[0] in self.given_up]
        for gone, goal in sorted(stood, key=lambda pair: self.owed[pair[1]][1]):
            for source in real:
                pence = min(money[source], paid[gone, goal])
                if pence and self.money[source][0] == self.owed[goal][0]:
                    money[source] -= pence
                    paid[gone, goal] -= pence
                    paid[source, goal] = paid.get((source, goal), 0) + pence


def by_goal(found: dict[tuple[int, int], int]) -> dict[int, int]:
    """What each row of what is owed has been paid: which of two debts of one day came first is no matter."""
    sums: dict[int, int] = {}
    for (_, goal), pence in found.items():
        sums[goal] = sums.get(goal, 0) + pence
    return sums


def paid(found: Allocation) -> dict[tuple[int, int], int]:
    sums: dict[tuple[int, int], int] = {}
    for source, goal, pence in zip(found.money.tolist(), found.owed.tolist(), found.pence.tolist(), strict=True):
        assert pence > 0
        sums[source, goal] = sums.get((source, goal), 0) + pence
    return sums


def test_oldest_bill_first() -> None:
    case = Case([(1, 40, 100_00)], [(1, 30, 70_00, False), (1, 10, 60_00, False)], [])
    found = case.by_columns()
    assert paid(found) == {(0, 1): 60_00, (0, 0): 40_00}
    assert found.owed_left.tolist() == [30_00, 0]


def test_as_told_comes_before_the_oldest() -> None:
    case = Case([(1, 40, 100_00)], [(1, 10, 60_00, False), (1, 30, 70_00, False)], [(0, 1, 70_00)])
    found = case.by_columns()
    assert paid(found) == {(0, 1): 70_00, (0, 0): 30_00}
    assert found.told.tolist() == [True, False]


def test_a_refund_takes_from_what_was_received_before_any_bill_does() -> None:
    case = Case([(1, 1, 100_00)], [(1, 5, 60_00, False), (1, 20, 40_00, True), (1, 30, 50_00, False)], [])
    found = case.by_columns()
    assert paid(found) == {(0, 1): 40_00, (0, 0): 60_00}
    assert found.owed_left.tolist() == [0, 0, 50_00]


def test_what_is_told_of_another_payers_bill_is_not_done() -> None:
    case = Case([(1, 1, 50_00)], [(2, 1, 50_00, False)], [(0, 0, 50_00)])
    found = case.by_columns()
    assert paid(found) == {}
    assert (found.money_left.tolist(), found.granted.tolist()) == ([50_00], [0])


def test_told_more_than_there_is_stops_at_what_is_left() -> None:
    case = Case(
        [(1, 1, 50_00), (2, 1, 10_00)], [(1, 1, 40_00, False), (2, 1, 10_00, False)], [(0, 0, 45_00), (1, 1, 10_00)]
    )
    found = case.by_columns()
    assert found.granted.tolist() == [40_00, 10_00]
    assert found.money_left.tolist() == [10_00, 0]


def test_money_with_no_bill_waits() -> None:
    assert Case([(1, 1, 5)], [], []).by_columns().money_left.tolist() == [5]
    assert Case([], [(1, 1, 5, False)], []).by_columns().owed_left.tolist() == [5]


def test_what_was_given_up_pays_no_other_bill() -> None:
    """£600.00 given up of a bill that a credit note lowers by £400.00; £300.00 is billed later."""
    case = Case([(1, 5, 400_00), (1, 9, 600_00)], [(1, 1, 600_00, False), (1, 30, 300_00, False)], [], (1,))
    case.told = [(0, 0, 400_00), (1, 0, 600_00)]
    found = case.by_columns()
    assert paid(found) == {(0, 0): 400_00, (1, 0): 200_00}
    assert (found.money_left.tolist(), found.owed_left.tolist()) == ([0, 400_00], [0, 300_00])


def test_money_left_over_pays_what_was_given_up_before_it_is_anybodys_to_give_back() -> None:
    case = Case([(1, 9, 600_00), (1, 20, 250_00)], [(1, 1, 600_00, False)], [(0, 0, 600_00)], (0,))
    found = case.by_columns()
    assert paid(found) == {(0, 0): 350_00, (1, 0): 250_00}
    assert found.money_left.tolist() == [250_00, 0]


payers, days, pence = st.integers(0, 3), st.integers(0, 5), st.integers(0, 9)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    money = draw(st.lists(st.tuples(payers, days, pence), max_size=8))
    owed = draw(st.lists(st.tuples(payers, days, pence, st.booleans()), max_size=8))
    told = []
    if money and owed:
        rows = st.tuples(st.integers(0, len(money) - 1), st.integers(0, len(owed) - 1), st.integers(1, 9))
        told = draw(st.lists(rows, max_size=6))
    given_up = draw(st.sets(st.integers(0, len(money) - 1))) if money else set()
    return Case(money, owed, told, tuple(sorted(given_up)))


@given(cases())
def test_columns_equal_one_payer_at_a_time(case: Case) -> None:
    found, plain = paid(case.by_columns()), case.plainly()
    if not case.given_up:
        assert found == plain
    assert by_goal(found) == by_goal(plain)
    money = [sum(pence for (source, _), pence in every.items() if source in case.given_up) for every in (found, plain)]
    assert money[0] == money[1]


@given(cases())
def test_allocated_and_left_make_what_was_received_and_no_bill_has_more_than_its_amount(case: Case) -> None:
    found = case.by_columns()
    received, billed = sum(row[2] for row in case.money), sum(row[2] for row in case.owed)
    allocated = int(found.pence.sum())
    assert allocated + int(found.money_left.sum()) == received
    assert allocated + int(found.owed_left.sum()) == billed
    assert (found.money_left >= 0).all() and (found.owed_left >= 0).all()
    for payer in range(4):
        real = [place for place, row in enumerate(case.money) if row[0] == payer and place not in case.given_up]
        left = sum(int(found.money_left[place]) for place in real)
        unpaid = sum(int(found.owed_left[place]) for place, row in enumerate(case.owed) if row[0] == payer)
        assert not (left and unpaid)
        assert not (
            left and any(case.money[source][0] == payer for source, _ in paid(found) if source in case.given_up)
        )
    for source, goal in zip(found.money.tolist(), found.owed.tolist(), strict=True):
        assert case.money[source][0] == case.owed[goal][0]
