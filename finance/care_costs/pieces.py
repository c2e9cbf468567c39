"""Each line’s days in pieces at one price, one share and one band: strands cut wherever any of these changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finance.care_costs.bands import EVERY_DAY, category_days, day_at_age
from finance.care_costs.facts import (
    CARE,
    MONTH,
    NURSING,
    NURSING_DEDUCTED,
    UNKNOWN,
    WEEK,
    Columns,
    Contributions,
    LaterTerms,
    Lines,
    NursingAwards,
)
from finance.care_costs.prices import (
    NEEDS_DAYS,
    NO_BAND,
    NO_NURSING,
    NO_RATE,
    NOT_BORN,
    TWO_RATES,
    TWO_SUSPENSIONS,
    Card,
    Choice,
    Prices,
    Trouble,
)
from finance.care_costs.retainers import WHOLE_SHARE
from finance.care_costs.terms import holding
from finance.columns import Ints
from finance.timelines import Timeline, cut, ranges


@dataclass(frozen=True)
class Strands(Columns):
    line: Ints
    kind: Ints
    source: Ints  # owner in the price timeline; -1: banded, priced piece by piece
    unit: Ints
    quantity: Ints
    first: Ints
    end: Ints


@dataclass(frozen=True)
class Pieces(Columns):
    """Days inside one period at one rate and one share. ``normal`` and ``holiday`` are masks of planned weekdays."""

    line: Ints
    kind: Ints
    period: Ints
    first: Ints
    end: Ints
    unit: Ints
    quantity: Ints
    rate: Ints
    share: Ints
    normal: Ints
    holiday: Ints
    length: Ints  # days of the week or month a price of one is for; 1: a week is paid whole


def strands(
    lines: Lines,
    contributions: Contributions,
    awards: NursingAwards,
    price_choice: Choice,
    prices: Prices,
    block_cover: NDArray[np.bool_],
    line_first: Ints,
    line_end: Ints,
) -> Strands:
    """Each line's care, what its provider collects, and its nursing care: one strand each."""
    source = prices.cells_from + price_choice.single
    source[price_choice.single < 0] = -1
    free = ~price_choice.agreed & price_choice.missing & block_cover
    care, source, care_first, care_end = _by_agreed_rate(
        np.flatnonzero((line_first < line_end) & ~free), source, line_first, line_end, price_choice, prices
    )
    taken = np.searchsorted(lines.nr, contributions.line)
    nursed = np.searchsorted(lines.nr, awards.line)
    line = np.concatenate([care, taken, nursed]).astype(np.int64)
    kind = np.concatenate(
        [
            np.full(len(care), CARE, np.int64),
            contributions.kind,
            np.where(awards.deducted == 1, NURSING_DEDUCTED, NURSING),
        ]
    )
    owner = np.concatenate(
        [source, prices.contributions_from + np.arange(len(contributions)), prices.nursing_from + awards.band]
    )
    first = np.concatenate(
        [care_first, np.maximum(contributions.starts, line_first[taken]), np.maximum(awards.starts, line_first[nursed])]
    )
    end = np.concatenate(
        [care_end, np.minimum(contributions.ends, line_end[taken]), np.minimum(awards.ends, line_end[nursed])]
    )
    is_care = kind == CARE
    unit = np.where(is_care, lines.unit[line], WEEK)
    quantity = np.where(is_care, lines.quantity[line] * lines.carers[line], 100)
    made = Strands(line, kind, owner, unit, quantity, first, end)
    return made if len(made) == len(care) else made.take(first < end)


def _by_agreed_rate(
    care: Ints, by_card: Ints, line_first: Ints, line_end: Ints, choice: Choice, prices: Prices
) -> tuple[Ints, Ints, Ints, Ints]:
    """(line, price source, first, end): each line’s care at its agreed rate on the days that have one, and on any other
    by its card.
    """
    mine = np.flatnonzero(choice.agreed[care])
    first, end, source = line_first[care], line_end[care], by_card[care]
    if not len(mine):
        return care, source, first, end
    row, day = prices.timeline.change_days(care[mine], first[mine], end[mine])
    place, first, end = cut(first, end, mine[row], day)
    line, source = care[place], source[place]
    own = np.flatnonzero(choice.agreed[line])
    held = own[prices.timeline.as_of(line[own], first[own]) >= 0]
    source[held] = line[held]
    return line, source, first, end


def _in_periods(first: Ints, end: Ints, period_starts: Ints) -> tuple[Ints, Ints]:
    """(which span, which period) for every pay period each span touches."""
    opens = np.searchsorted(period_starts, first, side="right") - 1
    closes = np.searchsorted(period_starts, end, side="left")
    count = closes - opens
    if bool((count == 1).all()):
        return np.arange(len(first), dtype=np.int64), opens.astype(np.int64)
    return np.repeat(np.arange(len(first), dtype=np.int64), count), ranges(opens, count)


def month_starts(period_starts: Ints, period_ends: Ints) -> Ints:
    """First days of the calendar months the run touches."""
    if not len(period_starts):
        return np.empty(0, np.int64)
    months = np.arange(
        np.datetime64(int(period_starts[0]), "D").astype("datetime64[M]"),
        np.datetime64(int(period_ends[-1]), "D").astype("datetime64[M]") + np.timedelta64(1, "M"),
    )
    return months.astype("datetime64[D]").astype(np.int64)


def pieces(
    lines: Lines,
    strands: Strands,
    prices: Prices,
    card_cells: Card,
    price_choice: Choice,
    suspension_steps: tuple[Timeline, Ints],
    terms: LaterTerms,
    term_days: Timeline,
    share_changes: Timeline,
    period_starts: Ints,
    period_ends: Ints,
    month_starts: Ints,
    line_first: Ints,
    line_end: Ints,
) -> tuple[Pieces, Trouble]:
    """Strands cut at every period, price, suspension, birthday and funding change, each piece with its rate and
    share.
    """
    strand, period = _in_periods(strands.first, strands.end, period_starts)
    first = np.maximum(strands.first[strand], period_starts[period])
    end = np.minimum(strands.end[strand], period_ends[period])
    line, source = strands.line[strand], strands.source[strand]
    marks = [
        prices.timeline.change_days(source, first, end),
        suspension_steps[0].change_days(line, first, end),
        term_days.change_days(line, first, end),
        share_changes.change_days(line, first, end),
        _month_cuts(strands.unit[strand], line, first, end, month_starts, lines, terms, term_days),
        _band_cuts(lines, line, source < 0, first, end, card_cells, price_choice, prices),
    ]
    by_piece, by_day = (np.concatenate(each) for each in zip(*marks, strict=True))
    place, first, end = cut(first, end, by_piece, by_day)
    strand, period, line, source = strand[place], period[place], line[place], source[place]
    row = prices.timeline.as_of(source, first)
    kind = strands.kind[strand]
    share = _shares_paid(suspension_steps, line, kind, first)
    planned = np.where(kind == CARE, lines.days[line], 0)
    rate = prices.rate[np.maximum(row, 0)] if len(prices.rate) else np.full(len(row), 0, np.int64)
    unit, quantity = strands.unit[strand], strands.quantity[strand]
    on_holidays = np.where(holding(term_days, lines.closed, terms.closed, line, first) == 1, 0, planned)
    length = _lengths(lines, terms, term_days, line, kind, unit, first)
    plain = Pieces(line, kind, period, first, end, unit, quantity, rate, share, planned, on_holidays, length)
    clash = (source >= 0) & prices.timeline.covered_twice(source, first)
    lost = (source >= 0) & (row < 0)
    troubles = [
        _not_priced(strands, price_choice),  # first: of two reasons on one day the first is told
        Trouble(line[clash], np.full(int(clash.sum()), TWO_RATES, np.int64), first[clash]),
        Trouble(line[lost], np.where(kind[lost] >= NURSING, NO_NURSING, NO_RATE), first[lost]),
        _two_suspensions(suspension_steps[0], line_first, line_end),
    ]
    banded = source < 0
    if banded.any():
        some, trouble = _banded_pieces(lines, plain.take(banded), prices, card_cells, price_choice)
        plain = _join(plain.take(~banded & ~lost), some)
        troubles.append(trouble)
    elif lost.any():
        plain = plain.take(~lost)
    return plain, Trouble.join(troubles)


def _shares_paid(steps: tuple[Timeline, Ints], line: Ints, kind: Ints, first: Ints) -> Ints:
    """The share of each piece that is paid while care is suspended: what is no care is paid whole, or not at all."""
    row = steps[0].as_of(line, first)
    share = np.full(len(line), WHOLE_SHARE, np.int64)
    suspended = row >= 0
    if suspended.any():
        share[suspended] = steps[1][row[suspended]]
    return np.where((kind == CARE) | (share == 0), share, WHOLE_SHARE)


def _join(one: Pieces, other: Pieces) -> Pieces:
    return Pieces(*(np.concatenate([getattr(one, n), getattr(other, n)]) for n in Pieces.__dataclass_fields__))


def _not_priced(strands: Strands, choice: Choice) -> Trouble:
    care = strands.take((strands.kind == CARE) & (strands.source != strands.line))
    absent, unmatched = choice.missing[care.line], choice.unmatched[care.line]
    rows = np.flatnonzero(absent | unmatched)
    return Trouble(care.line[rows], np.where(absent[rows], NO_RATE, NO_BAND), care.first[rows])


def _two_suspensions(steps: Timeline, line_first: Ints, line_end: Ints) -> Trouble:
    """Two suspensions of a line on one payable day of those looked at."""
    later = np.flatnonzero((steps.owner[1:] == steps.owner[:-1]) & (steps.first[1:] < steps.end[:-1])) + 1
    line = steps.owner[later]
    first = np.maximum(steps.first[later], line_first[line])
    clash = first < np.minimum(np.minimum(steps.end[later - 1], steps.end[later]), line_end[line])
    return Trouble(line[clash], np.full(int(clash.sum()), TWO_SUSPENSIONS, np.int64), first[clash])


def _month_cuts(
    unit: Ints,
    line: Ints,
    first: Ints,
    end: Ints,
    month_starts: Ints,
    lines: Lines,
    terms: LaterTerms,
    term_days: Timeline,
) -> tuple[Ints, Ints]:
    """Days on which a month begins, as the contract then counts months, inside what is priced by the month."""
    monthly = np.flatnonzero(unit == MONTH)
    cuts = [np.empty(0, np.int64)]
    marks = [np.empty(0, np.int64)]
    for begins in np.unique(np.concatenate([lines.months_begin[line[monthly]], terms.months_begin])):
        starts = _begun(month_starts.astype("datetime64[D]").astype("datetime64[M]"), begins)
        low = np.searchsorted(starts, first[monthly], side="right")
        count = np.maximum(np.searchsorted(starts, end[monthly], side="left") - low, 0)
        at, day = np.repeat(monthly, count), starts[ranges(low, count)]
        ours = holding(term_days, lines.months_begin, terms.months_begin, line[at], day) == begins
        cuts.append(at[ours])
        marks.append(day[ours])
    return np.concatenate(cuts), np.concatenate(marks)


def _begun(month: NDArray[np.datetime64], begins: Ints) -> Ints:
    """The day each month begins on, where months begin on a day of their own: the last, where there is none so late."""
    first = month.astype("datetime64[D]").astype(np.int64)
    length = (month + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - first
    return np.asarray(first + np.minimum(begins, length) - 1, dtype=np.int64)


def _lengths(
    lines: Lines, terms: LaterTerms, term_days: Timeline, line: Ints, kind: Ints, unit: Ints, first: Ints
) -> Ints:
    """The days of the week or month that a price of each piece is for, as the contract then says."""
    length = np.full(len(line), 7, np.int64)
    weekly = np.flatnonzero((unit == WEEK) & (kind == CARE))
    whole = holding(term_days, lines.whole_weeks, terms.whole_weeks, line[weekly], first[weekly]) == 1
    length[weekly[whole]] = 1
    monthly = np.flatnonzero(unit == MONTH)
    begins = holding(term_days, lines.months_begin, terms.months_begin, line[monthly], first[monthly])
    month = first[monthly].astype("datetime64[D]").astype("datetime64[M]")
    month = month - (_begun(month, begins) > first[monthly]).astype("timedelta64[M]")
    length[monthly] = _begun(month + np.timedelta64(1, "M"), begins) - _begun(month, begins)
    return length


def _band_cuts(
    lines: Lines,
    line: Ints,
    banded: NDArray[np.bool_],
    first: Ints,
    end: Ints,
    card: Card,
    choice: Choice,
    prices: Prices,
) -> tuple[Ints, Ints]:
    """Days inside banded pieces on which any cell of their card changes, or the person reaches one of its ages."""
    place = np.flatnonzero(banded)
    if not len(place):
        return place, place
    piece, cell = _with_cells(line[place], choice)
    at = place[piece]
    days = prices.timeline.change_days(prices.cells_from + cell, first[at], end[at])
    born = lines.born[line[at]]
    cuts = [at[days[0]]]
    marks = [days[1]]
    for age in (card.age_from[cell], card.age_until[cell]):
        known = (age >= 0) & (born != UNKNOWN)
        cuts.append(at[known])
        marks.append(day_at_age(born[known], age[known]))
    return np.concatenate(cuts), np.concatenate(marks)


def _with_cells(line: Ints, choice: Choice) -> tuple[Ints, Ints]:
    """(which of these lines, cell) for every cell of each line."""
    low = np.searchsorted(choice.pair_line, line)
    count = np.searchsorted(choice.pair_line, line, side="right") - low
    return np.repeat(np.arange(len(line), dtype=np.int64), count), choice.pair_cell[ranges(low, count)]


_DAYS = np.asarray([[category_days(standing, place) for place in range(6)] for standing in range(64)], dtype=np.int64)


def _banded_pieces(lines: Lines, base: Pieces, prices: Prices, card: Card, choice: Choice) -> tuple[Pieces, Trouble]:
    """Each banded piece once for every cell that prices some of its days."""
    piece, cell = _with_cells(base.line, choice)
    row = prices.timeline.as_of(prices.cells_from + cell, base.first[piece])
    born, day = lines.born[base.line[piece]], base.first[piece]
    by_age = (card.age_from[cell] >= 0) | (card.age_until[cell] >= 0)
    unborn = by_age & (born == UNKNOWN)
    reached = (card.age_from[cell] < 0) | (
        day >= day_at_age(np.where(born == UNKNOWN, 0, born), np.maximum(card.age_from[cell], 0))
    )
    until = day_at_age(
        np.where(born == UNKNOWN, 0, born), np.where(card.age_until[cell] < 0, 500, card.age_until[cell])
    )
    real = (row >= 0) & reached & (day < until)
    clash = real & prices.timeline.covered_twice(prices.cells_from + cell, day)
    trouble = [
        Trouble(base.line[piece[unborn]], np.full(int(unborn.sum()), NOT_BORN), day[unborn]),
        Trouble(base.line[piece[clash]], np.full(int(clash.sum()), TWO_RATES), day[clash]),
    ]
    piece, cell, row = piece[real], cell[real], row[real]
    category = card.category[cell]
    standing = np.zeros(len(base), np.int64)
    np.bitwise_or.at(standing, piece, 1 << category)
    twice = np.bincount(piece, minlength=len(base)) > _count_bits(standing)
    masks = _DAYS[standing[piece], category]
    planned = base.normal[piece]
    any_alone = standing[piece] == 1
    needs = (planned == 0) & ~any_alone
    made = base.take(piece)
    normal = np.where(any_alone, base.normal[piece], planned & masks[:, 0])
    holiday = np.where(any_alone, base.holiday[piece], base.holiday[piece] & masks[:, 1])
    covered = np.zeros(len(base), np.int64)
    np.bitwise_or.at(covered, piece, np.where(any_alone, EVERY_DAY, masks[:, 0] & planned))
    uncovered = (base.normal & ~covered) != 0
    for why, rows in ((NO_RATE, uncovered | (standing == 0)), (TWO_RATES, twice)):
        trouble.append(Trouble(base.line[rows], np.full(int(rows.sum()), why), base.first[rows]))
    trouble.append(Trouble(made.line[needs], np.full(int(needs.sum()), NEEDS_DAYS), made.first[needs]))
    priced = Pieces(
        made.line,
        made.kind,
        made.period,
        made.first,
        made.end,
        made.unit,
        made.quantity,
        prices.rate[row],
        made.share,
        normal,
        holiday,
        made.length,
    )
    return priced.take(~needs & (any_alone | ((normal | holiday) != 0))), Trouble.join(trouble)


def _count_bits(masks: Ints) -> Ints:
    return np.asarray(sum((masks >> bit) & 1 for bit in range(6)), dtype=np.int64)
