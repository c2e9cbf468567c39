"""Which price holds on which day: agreed rates, rate cards with their bands, contributions and nursing rates.

A *strand* is a line's money of one kind at one price source over some days. Pricing cuts strands into *pieces*, each
inside one pay period, with one rate, one paid share and one pattern of days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finance.care_costs.facts import Blocks, CardRates, Columns, Contributions, LineRates, Lines, NursingRates
from finance.columns import Ints
from finance.keys import packed
from finance.timelines import Timeline, distinct, group_starts, ranges

(
    NO_RATE,
    NO_BAND,
    TWO_RATES,
    NEEDS_DAYS,
    TOO_LARGE,
    TWO_SUSPENSIONS,
    NOT_BORN,
    NO_NURSING,
    OVER_FUNDED,
    TWO_CONTRIBUTIONS,
) = range(10)


@dataclass(frozen=True)
class Trouble(Columns):
    """Lines that cannot be worked out: the line's place, why, and the first day it shows."""

    line: Ints
    why: Ints
    day: Ints

    @classmethod
    def join(cls, troubles: "list[Trouble]") -> "Trouble":
        return cls(*(np.concatenate([getattr(each, name) for each in troubles]) for name in ("line", "why", "day")))


@dataclass(frozen=True)
class Card:
    """A rate card in cells: rows of one service, unit, category and band follow one another in time."""

    group: Ints  # distinct (contract, service, unit) keys, sorted
    group_cells: Ints  # first cell of each group
    cells: Ints  # how many cells each group has
    category: Ints  # by cell
    minutes_from: Ints
    minutes_until: Ints
    age_from: Ints
    age_until: Ints
    cell_of_row: Ints
    group_of_row: Ints
    order: Ints


def _group_key(contract: Ints, service: Ints, unit: Ints) -> Ints:
    return packed(contract, (service, 1 << 24), (unit, 1 << 8))


def card_cells(card: CardRates) -> Card:
    """The rate cards, sorted into cells."""
    key = _group_key(card.contract, card.service, card.unit)
    bands = (card.age_until, card.age_from, card.minutes_until, card.minutes_from, card.category)
    order = np.lexsort((card.starts, *bands, key)).astype(np.int64)
    key, sorted_bands = key[order], [each[order] for each in bands]
    first = group_starts(key, *sorted_bands)
    cell_of_row = np.repeat(np.arange(len(first), dtype=np.int64), np.diff(np.append(first, len(key))))
    cell_key = key[first]
    group_first = group_starts(cell_key)
    age_until, age_from, minutes_until, minutes_from, category = (each[first] for each in sorted_bands)
    return Card(
        cell_key[group_first],
        group_first,
        np.diff(np.append(group_first, len(first))),
        category,
        minutes_from,
        minutes_until,
        age_from,
        age_until,
        cell_of_row,
        np.searchsorted(cell_key[group_first], key).astype(np.int64),
        order,
    )


@dataclass(frozen=True)
class Prices:
    """Every dated price in one timeline. Owners: lines (agreed), then card cells, contributions, nursing bands."""

    timeline: Timeline
    rate: Ints
    cells_from: int
    contributions_from: int
    nursing_from: int


def prices(
    lines: Lines,
    agreed: LineRates,
    card: CardRates,
    card_cells: Card,
    contributions: Contributions,
    nursing: NursingRates,
) -> Prices:
    """Agreed rates, rate cards, contributions and national nursing rates, each by the days it holds."""
    cells_from = len(lines)
    contributions_from = cells_from + len(card_cells.category)
    nursing_from = contributions_from + len(contributions)
    order = card_cells.order
    owner = np.concatenate(
        [
            np.searchsorted(lines.nr, agreed.line),
            cells_from + card_cells.cell_of_row,
            contributions_from + np.arange(len(contributions)),
            nursing_from + nursing.band,
        ]
    )
    first = np.concatenate([agreed.starts, card.starts[order], contributions.starts, nursing.starts])
    end = np.concatenate([agreed.ends, card.ends[order], contributions.ends, nursing.ends])
    rate = np.concatenate([agreed.rate, card.rate[order], contributions.rate, nursing.rate])
    return Prices(Timeline.of(owner, first, end), rate, cells_from, contributions_from, nursing_from)


@dataclass(frozen=True)
class Choice:
    """Which card cells serve each line. ``single``: the one cell of a line that needs no bands, else -1.

    ``agreed``: lines with a rate of their own; on days it does not cover, their card prices them like any other.
    """

    single: Ints
    agreed: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    unmatched: NDArray[np.bool_]
    pair_line: Ints  # banded lines beside each of their cells, in line order
    pair_cell: Ints
    group: Ints


def price_choice(lines: Lines, agreed: LineRates, card_cells: Card) -> Choice:
    """The card's cells for each line's service, unit and length of visit; and which lines have an agreed rate."""
    low, high = np.searchsorted(agreed.line, lines.nr), np.searchsorted(agreed.line, lines.nr, side="right")
    has_agreed = high > low
    key = _group_key(lines.contract, lines.service, lines.unit)
    group = np.searchsorted(card_cells.group, key).astype(np.int64)
    safe = np.minimum(group, max(len(card_cells.group) - 1, 0))
    found = (card_cells.group[safe] == key) if len(card_cells.group) else np.zeros(len(lines), bool)
    by_card = np.flatnonzero(found)
    count = card_cells.cells[safe[by_card]] if len(by_card) else np.empty(0, np.int64)
    pair_line = np.repeat(by_card, count)
    pair_cell = ranges(card_cells.group_cells[safe[by_card]], count) if len(by_card) else np.empty(0, np.int64)
    minutes = lines.visit_minutes[pair_line]
    low_band, high_band = card_cells.minutes_from[pair_cell], card_cells.minutes_until[pair_cell]
    fits = ((low_band < 0) | (minutes >= low_band)) & ((high_band < 0) | ((minutes >= 0) & (minutes < high_band)))
    pair_line, pair_cell = pair_line[fits], pair_cell[fits]
    matched = np.bincount(pair_line, minlength=len(lines))
    plain = (
        (card_cells.category[pair_cell] == 0)
        & (card_cells.age_from[pair_cell] < 0)
        & (card_cells.age_until[pair_cell] < 0)
        & (matched[pair_line] == 1)
    )
    single = np.full(len(lines), -1, np.int64)
    single[pair_line[plain]] = pair_cell[plain]
    return Choice(single, has_agreed, ~found, found & (matched == 0), pair_line[~plain], pair_cell[~plain], safe)


def block_cover(lines: Lines, blocks: Blocks) -> NDArray[np.bool_]:
    """Lines whose capacity is paid for by a block: they cost nothing more themselves."""
    key = distinct(_group_key(blocks.contract, blocks.service, np.zeros(len(blocks), np.int64)))
    return np.isin(_group_key(lines.contract, lines.service, np.zeros(len(lines), np.int64)), key)
