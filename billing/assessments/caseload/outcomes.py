"""Everyone's assessments over a span of days: all of them on each day a figure changes, and each person besides on the
days something of their own does."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from billing.assessments.caseload.packing import NONE
from billing.assessments.caseload.rows import Caseload
from billing.assessments.caseload.unpacking import unpack
from billing.assessments.decisions import OVERRIDDEN, PROVISIONAL, UNCONFIRMED
from billing.assessments.rates import Rates
from finance.assessment import NO_CHARGE, assess_many
from finance.assessment.periods import figure_days
from finance.columns import Ints
from finance.days import FOR_EVER, Span, day, number


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One row a person and stretch of days. ``reason`` is a place in ``reasons`` for those refused, NONE for the rest.

    ``ends`` is FOR_EVER where a row runs on. ``charge`` is pence a week, NO_CHARGE where refused; ``can_pay`` the same
    before it is held at the cost, NO_CHARGE as well where it is not assessed. ``ground`` and ``override_ends`` (a day
    number) are NONE where there is none; ``follows`` says whether an income follows a rate.
    """

    person: Ints
    starts: Ints
    ends: Ints
    charge: Ints
    can_pay: Ints
    council_pays: Ints
    how: Ints
    reason: Ints
    ground: Ints
    override_ends: Ints
    follows: Ints
    cost: Ints
    born: Ints
    reasons: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.person)

    def take(self, places: Ints) -> "Outcomes":
        return Outcomes(**{name: getattr(self, name)[places] for name in COLUMNS}, reasons=self.reasons)

    @property
    def refused(self) -> NDArray[np.bool_]:
        return np.asarray(self.reason != NONE)


COLUMNS = tuple(each.name for each in fields(Outcomes) if each.name != "reasons")


PARTITION = 65_536  # people: small enough that their facts stay in the processor's cache


def assess_on(load: Caseload, on: dt.date, rates: Rates, known_by: dt.date | None = None, threads: int = 2) -> Outcomes:
    """Everyone on one day. Rows end where something of the person's own changes, or run on."""
    parts = [load.slice(first, first + PARTITION) for first in range(0, max(len(load), 1), PARTITION)]

    def work(part: Caseload) -> Outcomes:
        return _assess_part(part, on, rates, known_by)

    if threads > 1 and len(parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            return stacked(list(pool.map(work, parts)))
    return stacked([work(part) for part in parts])


def _assess_part(load: Caseload, on: dt.date, rates: Rates, known_by: dt.date | None) -> Outcomes:
    made = unpack(load, on, rates.policy.on(on, known_by), rates.figures, rates.confirmations, known_by)
    results = assess_many(
        made.columns, on, rates.policy, rates.figures, confirmations=rates.confirmations, known_by=known_by, threads=1
    )
    refused = (made.reason != NONE) | results.refused
    own = len(made.reasons)
    reason = np.where(made.reason != NONE, made.reason, np.where(results.refused, results.reason + own, NONE))
    flags = results.unconfirmed * UNCONFIRMED + made.provisional * PROVISIONAL + made.overridden * OVERRIDDEN
    return Outcomes(
        made.person,
        np.full(len(made), number(on), np.int64),
        made.until,
        np.where(refused, NO_CHARGE, results.charge),
        np.where(refused, NO_CHARGE, results.can_pay),
        np.where(refused, NO_CHARGE, results.council_pays),
        (results.basis + 8 * results.outcome + flags).astype(np.int64),
        reason.astype(np.int64),
        made.ground,
        made.override_ends,
        made.follows.astype(np.int64),
        made.columns.ints("cost"),
        made.born,
        (*made.reasons, *results.reasons),
    )


def cut_days(span: Span, rates: Rates) -> list[dt.date]:
    """The first day of a span, and every day in it on which a figure or a choice changes."""
    days = {span.first, *figure_days(rates.figures), *rates.policy.change_days()}
    return sorted(each for each in days if span.first <= each < span.end)


def assess_over(
    load: Caseload, span: Span, rates: Rates, *, runs_on: bool = True, known_by: dt.date | None = None
) -> Outcomes:
    """Everyone over a span, cut where figures or their own facts change; rows that say the same are joined.

    The last row of each person runs on past the span when ``runs_on``, unless their own facts end it first.
    """
    cuts = [number(each) for each in cut_days(span, rates)]
    end = number(span.end)
    found: list[Outcomes] = []
    own: dict[int, list[Ints]] = defaultdict(list)
    days = set(cuts)
    while days:
        now = min(days)
        days.discard(now)
        people = None if now in cuts else np.concatenate(own.pop(now))
        some = load if people is None else load.take(np.flatnonzero(np.isin(load.person, people)))
        made = assess_on(some, day(now), rates, known_by, threads=2 if people is None else 1)
        next_cut = min((each for each in cuts if each > now), default=end)
        for later, who in _grouped(made, next_cut):
            own[later].append(who)
            days.add(later)
        last = np.where(made.ends >= end, FOR_EVER if runs_on else end, made.ends)
        ends = np.where(made.ends < next_cut, made.ends, last if next_cut == end else next_cut)
        found.append(_replaced(made, ends.astype(np.int64)))
    return joined(found)


def _grouped(made: Outcomes, before: int) -> list[tuple[int, Ints]]:
    """People by the day, before another, on which something of their own changes."""
    rows = np.flatnonzero(made.ends < before)
    order = rows[np.argsort(made.ends[rows], kind="stable")]
    if not len(order):
        return []
    later, firsts = np.unique(made.ends[order], return_index=True)
    return list(zip(map(int, later), np.split(made.person[order], firsts[1:]), strict=True))


def _replaced(made: Outcomes, ends: Ints) -> Outcomes:
    values = {name: getattr(made, name) for name in COLUMNS}
    return Outcomes(**(values | {"ends": ends}), reasons=made.reasons)


def stacked(parts: Sequence[Outcomes]) -> Outcomes:
    """The rows of several parts, one after the other."""
    if len(parts) == 1:
        return parts[0]
    known: dict[str, int] = {}
    recoded = []
    for part in parts:
        places = np.array([known.setdefault(each, len(known)) for each in part.reasons] + [NONE], np.int64)
        recoded.append(places[part.reason])
    values = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
    return Outcomes(**(values | {"reason": np.concatenate(recoded)}), reasons=tuple(known))


def joined(parts: Sequence[Outcomes]) -> Outcomes:
    """Rows of several days in order of person and day, neighbours that say the same made one."""
    if len(parts) == 1:
        return parts[0]
    every = stacked(parts)
    every = every.take(np.lexsort((every.starts, every.person)))
    again = np.zeros(len(every), bool)
    again[1:] = (every.ends[:-1] == every.starts[1:]) & (every.person[:-1] == every.person[1:])
    for name in ("charge", "can_pay", "council_pays", "how", "reason"):
        column = getattr(every, name)
        again[1:] &= column[:-1] == column[1:]
    heads = np.flatnonzero(~again)
    tails = np.append(heads[1:], len(every)) - 1
    return _replaced(every.take(heads), every.ends[tails])
