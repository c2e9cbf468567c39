"""Run the dataflow: facts and days in, due lines and every step behind them out."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from finance.care_costs import amounts, funding, held, pieces, prices, quantities, spans, terms
from finance.care_costs.amounts import Sums
from finance.care_costs.facts import CareFacts
from finance.care_costs.funding import Due
from finance.care_costs.pieces import Pieces
from finance.care_costs.prices import Card, Trouble, card_cells
from finance.columns import Ints
from finance.days import Span, bank_holidays, number
from finance.money import Rounding

if TYPE_CHECKING:
    from hamilton.driver import Driver


STEPS = ("due", "sums", "priced", "count", "denominator", "exact", "piece_order", "troubles", "line_first", "line_end")


@dataclass(frozen=True)
class Periods:
    """The pay periods a calculation covers, in order, as day numbers."""

    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, spans: list[Span]) -> "Periods":
        return cls(
            np.asarray([number(each.first) for each in spans], dtype=np.int64),
            np.asarray([number(each.end) for each in spans], dtype=np.int64),
        )


@dataclass(frozen=True)
class Calculation:
    """What came out: due lines, and the steps behind them."""

    due: Due
    sums: Sums
    priced: Pieces
    count: Ints
    denominator: Ints
    exact: tuple[Ints, Ints]
    piece_order: Ints
    troubles: Trouble
    line_first: Ints
    line_end: Ints
    line_from: Ints
    periods: Periods


def sorted_card(facts: CareFacts) -> Card:
    """The rate cards sorted into cells, once for every part of the facts."""
    return card_cells(facts.card)


@cache
def dataflow() -> "Driver":
    """The due calculation as a dataflow, built once."""
    from finance.dataflows import wired  # half a second of imports, which most verbs never need

    return wired(terms, spans, prices, pieces, quantities, held, amounts, funding)


def calculate_due(
    facts: CareFacts,
    periods: Periods,
    line_from: Ints,
    up_to: int,
    rounding: Rounding = Rounding.HALF_UP,
    cells: Card | None = None,
) -> Calculation:
    """Work out what each line is due in each period.

    ``line_from``: for each line, the first day to look at (the start of a pay period). ``up_to``: the first day not
    looked at. Days as day numbers. ``cells``: the rate cards already sorted, for a caller with many parts of the same
    facts. Lines that cannot be worked out come back in ``troubles`` and nowhere else.
    """
    holidays = np.asarray(sorted(number(each) for each in bank_holidays()), dtype=np.int64)
    if len(periods.starts):
        holidays = holidays[(holidays >= periods.starts[0]) & (holidays < up_to)]
    inputs: dict[str, Any] = {
        "lines": facts.lines,
        "terms": facts.terms,
        "agreed": facts.agreed,
        "card": facts.card,
        "suspensions": facts.suspensions,
        "shares": facts.shares,
        "contributions": facts.contributions,
        "awards": facts.awards,
        "nursing": facts.nursing,
        "blocks": facts.blocks,
        "retainers": facts.retainers,
        "period_starts": periods.starts,
        "period_ends": periods.ends,
        "line_from": line_from,
        "up_to": up_to,
        "holidays": holidays,
        "rounding": rounding,
    }
    overrides = {} if cells is None else {"card_cells": cells}
    return Calculation(
        **dataflow().execute(list(STEPS), inputs=inputs, overrides=overrides), line_from=line_from, periods=periods
    )
