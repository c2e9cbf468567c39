"""The same calculation, run afresh for this one subject on what was known at any moment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from finance.care_costs.calculate import Calculation, Periods, calculate_due
from finance.care_costs.facts import KINDS, UNITS, CareFacts
from finance.care_costs.quantities import COMMON
from finance.care_costs.rows import facts_from
from finance.care_costs.troubles import WHY
from finance.care_words import weekdays_words
from finance.days import Span, day, number, spoken
from finance.money import Rounding
from payruns.as_lines import as_lines
from payruns.explain.figures import PaidDays
from payruns.explain.subject import ADJUSTMENT, BLOCK, SubjectFacts, rule_of


@dataclass(frozen=True)
class Again:
    """What came of it: the steps, and the reasons if it could not be worked out."""

    pieces: tuple[PaidDays, ...]
    troubles: tuple[str, ...]


def work_out(subject: SubjectFacts, known: int, periods: Sequence[Span], up_to: dt.date, rounding: Rounding) -> Again:
    """Work the subject out for these pay periods, on the facts as known at a change."""
    if subject.sort == ADJUSTMENT or not subject.is_believed(known) or not periods:
        return Again((), ())
    go_live = subject.calendar(known)["go_live"]
    first = max(min(each.first for each in periods), go_live)
    rule = rule_of(subject.calendar(known))
    covered = list(rule.periods(Span(first, up_to))) if first < up_to else []
    worked = calculate_due(
        _facts(subject, known), Periods.of(covered), np.asarray([number(first)]), number(up_to), rounding
    )
    wanted = {each.first for each in periods}
    kind = "block" if subject.sort == BLOCK else None
    pieces = [piece for piece in pieces_of(worked, kind) if piece.period_starts in wanted]
    troubles = [
        WHY[int(why)][0].format(day=spoken(day(int(when))))
        for why, when in zip(worked.troubles.why, worked.troubles.day, strict=True)
    ]
    return Again(tuple(pieces), tuple(dict.fromkeys(troubles)))


def _facts(subject: SubjectFacts, known: int) -> CareFacts:
    facts = facts_from(subject.facts.all_at(known))
    return as_lines(facts)[1] if subject.sort == BLOCK else facts


def pieces_of(worked: Calculation, kind: str | None = None) -> list[PaidDays]:
    """Every step of a calculation, in order of line, period and kind. ``kind``: what to call them all, if not care."""
    p, starts = worked.priced, worked.periods.starts
    return [
        PaidDays(
            kind or KINDS[int(p.kind[row])],
            day(int(starts[p.period[row]])),
            Span(day(int(p.first[row])), day(int(p.end[row]))),
            int(p.rate[row]),
            UNITS[int(p.unit[row])],
            int(p.quantity[row]),
            int(worked.count[row]),
            int(worked.denominator[row]),
            int(p.share[row]),
            (int(worked.exact[0][row]) + Fraction(int(worked.exact[1][row]), COMMON)) / 100,
            weekdays_words(int(p.normal[row]), int(p.holiday[row])),
        )
        for row in worked.piece_order
    ]
