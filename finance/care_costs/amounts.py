"""Exact sums, and the one rounding: once for each line, pay period and kind of money."""

from dataclasses import dataclass

import numpy as np

from finance.care_costs.facts import TAKEN_OFF, Columns
from finance.care_costs.pieces import Pieces
from finance.care_costs.quantities import COMMON
from finance.columns import Ints
from finance.keys import packed
from finance.money import Rounding, round_pence
from finance.timelines import group_starts


@dataclass(frozen=True)
class Sums(Columns):
    """One row a line, period and kind: the exact amount (hundredths of a penny and parts of one) and its pence."""

    line: Ints
    period: Ints
    kind: Ints
    whole: Ints  # hundredths of a penny
    rest: Ints  # over COMMON: what is left under a hundredth of a penny
    pence: Ints  # rounded; below nought where it is taken off
    first_piece: Ints  # where its pieces begin, in order


def exact(priced: Pieces, count: Ints, denominator: Ints) -> tuple[Ints, Ints]:
    """Rate times quantity times count times share, exactly: hundredths of a penny, and the rest over COMMON."""
    numerator = priced.rate * priced.quantity * count * priced.share
    whole, rest = np.divmod(numerator, denominator)
    return whole, rest * (COMMON // denominator)


def piece_order(priced: Pieces) -> Ints:
    """Pieces in order of line, period and kind."""
    key = packed(priced.line, (priced.period, 1 << 24), (priced.kind, 1 << 4))
    if len(key) < 2 or bool((key[1:] >= key[:-1]).all()):
        return np.arange(len(key), dtype=np.int64)
    return np.argsort(key, kind="stable").astype(np.int64)


def sums(priced: Pieces, exact: tuple[Ints, Ints], piece_order: Ints, rounding: Rounding) -> Sums:
    """What each line comes to in each period, rounded once to the penny."""
    line, period, kind = priced.line[piece_order], priced.period[piece_order], priced.kind[piece_order]
    first = group_starts(line, period, kind)
    if not len(first):
        empty = np.empty(0, np.int64)
        return Sums(*([empty] * 7))
    whole, rest = exact[0][piece_order], exact[1][piece_order]
    if len(first) < len(line):
        whole, rest = np.add.reduceat(whole, first), np.add.reduceat(rest, first)
        line, period, kind = line[first], period[first], kind[first]
    carried, rest = np.divmod(rest, COMMON)
    whole = whole + carried
    penny, part = np.divmod(whole, 100)
    pence = penny + round_pence(part * COMMON + rest, 100 * COMMON, rounding)
    if rounding is Rounding.HALF_EVEN:
        exactly_half = (part == 50) & (rest == 0)
        pence = np.where(exactly_half, penny + penny % 2, pence)
    return Sums(line, period, kind, whole, rest, np.where(np.isin(kind, TAKEN_OFF), -pence, pence), first)
