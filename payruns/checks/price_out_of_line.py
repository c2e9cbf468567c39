"""Prices the last run did not know of, set beside the contract’s card, what others are paid, and what stood before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finance.care_words import rate_words
from finance.days import Span
from ledgers.checks import LOOK, STOP, Check
from payruns.checks import price_out_of_line_store as store
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

OUT = Check(
    "price out of line",
    STOP,
    "a price told since the last run of at least `price_times` (5) what its contract’s card has, or the middle of ten "
    "or more prices for the same care, or at most such a part of it: what the difference comes to in the run; not of "
    "direct payments",
    size=25_000,
    since=29,
)
MOVED = Check(
    "price moved",
    LOOK,
    "a price told since the last run that is another than before by more than `price_percent` (25%)",
    size=25_000,
    since=29,
)
CHECKS = (OUT, MOVED)
FEWEST = 10
"""Prices there must be of one sort of care for their middle to say something."""
Row = Mapping[str, Any]
Cell = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class PricesBeside:
    """Prices in force in the run’s days, agreed for lines and of cards, and what stood before each."""

    agreed: list[Row]
    cards: list[Row]
    agreed_before: list[Row]
    cards_before: list[Row]


def read(bulk: Bulk, run: Run) -> PricesBeside | None:
    """None where no price is new to the run."""
    if run.window_starts >= run.up_to or not store.any_told(bulk, run.known_before, run.known):
        return None
    days, asked = Span(run.window_starts, run.up_to), (bulk, run.known_before, run.known)
    return PricesBeside(
        store.read_agreed(bulk, run.known, days).to_pylist(),
        store.read_cards(bulk, run.known, days).to_pylist(),
        store.read_agreed_before(*asked).to_pylist(),
        store.read_cards_before(*asked).to_pylist(),
    )


def find(seen: Seen, prices: PricesBeside | None) -> list[Finding]:
    if prices is None:
        return []
    run, policy = seen.run, seen.policy
    agreed, cards = (
        [row for row in some if row["learned"] > run.known_before and row["calendar"] == run.calendar]
        for some in (prices.agreed, prices.cards)
    )
    odd = [*out_of_line(agreed, cards, prices, policy.price_times), *moved(agreed, cards, prices, policy.price_percent)]
    if not odd:
        return []
    paid = _paid_by(seen, [each for each in odd if each.line == 0])
    care = seen.lines[(seen.lines.kind == "care") & (seen.lines.amount > 0)]
    sums = care.groupby("subject")["due"].sum().to_dict()
    found = []
    for each in odd:
        lines = [each.line] if each.line else paid.get(each.cell, [])
        pence = sum(sums.get(line, 0) for line in lines)
        apart = (2 * pence * abs(each.rate - each.other) + each.rate) // (2 * each.rate) if each.rate else 0
        if apart and apart >= seen.size(each.check):
            found.append(each.check.found(each.what, each.line or None, each.payee, apart))
    return found


def _paid_by(seen: Seen, odd: list[Odd]) -> dict[Cell, list[int]]:
    """The lines each of these cells of cards prices."""
    import pyarrow as pa

    cells = sorted({each.cell for each in odd})
    paid: dict[Cell, list[int]] = defaultdict(list)
    if cells:
        columns = {name: [cell[place] for cell in cells] for place, name in enumerate(store.CELL)}
        for row in store.read_lines_priced(seen.bulk, seen.run.known, pa.table(columns)).to_pylist():
            paid[_cell(row)].append(row["nr"])
    return paid


@dataclass(frozen=True, slots=True)
class Odd:
    """A price, and the one it is out of line with. ``line``: 0: of a contract’s card."""

    check: Check
    what: str
    line: int
    cell: Cell
    payee: int
    rate: int
    other: int


def _cell(row: Row) -> Cell:
    return row["contract"], row["service"], row["unit"]


def _sort(row: Row) -> tuple[Any, ...]:
    """What a price is for, as others’ prices are: an agreed one is for any day, visit and age."""
    return row["service"], row["unit"], *_bands(row)


def _bands(row: Row) -> tuple[Any, ...]:
    return row.get("day_category", "any"), row.get("minutes_from"), row.get("age_from")


def out_of_line(agreed: Iterable[Row], cards: Iterable[Row], prices: PricesBeside, times: int) -> Iterator[Odd]:
    """New prices so many times the card’s, or the middle of their sort, or at most such a part of it."""
    sorts: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    card: dict[Cell, int] = {}
    for row in (*prices.agreed, *prices.cards):
        sorts[_sort(row)].append(row["rate"])
    for row in prices.cards:
        if _bands(row) == ("any", None, None):
            card[_cell(row)] = max(row["rate"], card.get(_cell(row), 0))
    middle = {
        sort: (sorted(rates)[(len(rates) - 1) // 2], len(rates))
        for sort, rates in sorts.items()
        if len(rates) >= FEWEST
    }

    def apart(rate: int, other: int | None) -> bool:
        return other is not None and rate != other and (rate >= times * other or rate * times <= other)

    for row in (*agreed, *cards):
        beside = card.get(_cell(row)) if "line" in row else None
        among, count = middle.get(_sort(row), (None, 0))
        if apart(row["rate"], beside):
            yield _odd(OUT, row, int(beside or 0), "the contract’s card has {}")
        elif apart(row["rate"], among):
            yield _odd(OUT, row, int(among or 0), f"the middle of {count:,} prices for the same care is {{}}")


def moved(agreed: Iterable[Row], cards: Iterable[Row], prices: PricesBeside, percent: int) -> Iterator[Odd]:
    """New prices that are another than what stood before by more than so many per cent: the version before of the same
    price, or the last to end before it of the same line, or the same cell of a card.
    """

    def of_line(row: Row) -> tuple[Any, ...]:
        return (row["line"],)

    def of_card(row: Row) -> tuple[Any, ...]:
        return row["contract"], *_sort(row)

    for new, before, key in ((agreed, prices.agreed_before, of_line), (cards, prices.cards_before, of_card)):
        versions = {row["nr"]: row["rate"] for row in sorted(before, key=lambda row: row["on"]) if row["moved"]}
        ended: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in before:
            if not row["moved"]:
                ended[key(row)].append(row)
        for row in new:
            was = [each for each in ended[key(row)] if each["nr"] != row["nr"] and each["on"] <= row["starts"]]
            last = max(was, key=lambda each: each["on"])["rate"] if was else None
            other = versions.get(row["nr"], last)
            if other is not None and abs(row["rate"] - other) * 100 > other * percent:
                yield _odd(MOVED, row, other, "it was {}")


def _odd(check: Check, row: Row, other: int, words: str) -> Odd:
    whose = "The price agreed for it" if "line" in row else "A price of the contract’s card"
    price, beside = (rate_words(each, row["unit"]) for each in (row["rate"], other))
    what = f"{whose} is {price}; {words.format(beside)}."
    return Odd(check, what, row.get("line", 0), _cell(row), row["payee"], row["rate"], other)
