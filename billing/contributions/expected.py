"""The calculation of charges over the days of a costing: what the client pays, and top-ups the council bills.

Weeks are charging weeks, as in a charge run. Where the days asked about begin or end inside a week in which care goes
on either side of them, that part of a week counts by the day: the rest of the week's charge is of other days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from billing.charges.calculate import Charges, calculate_charges
from billing.charges.facts import ChargeFacts
from billing.charges.maximum import NOT_ASSESSED
from billing.charges.policy import BY_DAY, ChargingPolicy
from finance.care_costs.troubles import WHY
from finance.columns import Ints
from finance.days import Span, day, number, spoken


@dataclass(frozen=True)
class ExpectedCharge:
    """What it came to, pence. ``client`` is None where no charge can be worked out; ``why_not`` says why. ``fee``: the
    arrangement fee of those who pay in full at home, besides."""

    client: int | None
    top_up: int = 0
    fee: int = 0
    why_not: str = ""


def over(facts: ChargeFacts, span: Span, anchor: int, policy: ChargingPolicy) -> ExpectedCharge:
    """What is charged for the days of a span. ``anchor``: the first day of any one charging week, as a day number."""
    made = [calculated(facts, part, anchor, policy) for part in parts(facts, span, anchor)]
    refused = next((why for why in map(_why_not, made) if why), "")
    top_up = sum(int(each.top_ups.pence.sum()) for each in made)
    if refused:
        return ExpectedCharge(None, top_up, why_not=refused)
    charged = sum(int((each.weeks.charge - each.weeks.waived - each.weeks.over_cap).sum()) for each in made)
    return ExpectedCharge(charged, top_up, sum(int(each.fees.pence.sum()) for each in made))


@dataclass(frozen=True)
class ExpectedDays:
    """Some days, worked out in one go. ``by_day``: a part of a week whose other days are charged elsewhere."""

    first: int
    end: int
    by_day: bool


def parts(facts: ChargeFacts, span: Span, anchor: int) -> Iterable[ExpectedDays]:
    """The span cut where a week stands across its first or last day."""
    first, end = number(span.first), number(span.end)
    opens, closes = first + (anchor - first) % 7, end - (end - anchor) % 7
    cuts = sorted({first, end, *(each for each in (opens, closes) if first < each < end)})
    before, after = _had_before(facts, first), _had_on(facts, end)
    for begin, stop in pairwise(cuts):
        across = (begin == first and opens != first and before) or (stop == end and closes != end and after)
        yield ExpectedDays(begin, stop, across)


def _had_before(facts: ChargeFacts, first: int) -> bool:
    return bool((facts.care.lines.starts < first).any())


def _had_on(facts: ChargeFacts, end: int) -> bool:
    lines = facts.care.lines
    return bool((np.minimum(np.minimum(lines.ends, lines.package_ends), lines.contract_ends) > end).any())


def calculated(facts: ChargeFacts, part: ExpectedDays, anchor: int, policy: ChargingPolicy) -> Charges:
    """One call of the calculation of charges."""
    if part.by_day:
        policy = replace(policy, part_week_at_home=BY_DAY, part_week_in_a_home=BY_DAY)
    opens = part.first - (part.first - anchor) % 7
    weeks: Ints = np.arange(opens, part.end, 7, dtype=np.int64)
    line_from = np.full(len(facts.nr), part.first, np.int64)
    return calculate_charges(facts, weeks, line_from, part.end, policy)


def _why_not(made: Charges) -> str:
    if len(made.refused):
        said = spoken(day(int(made.refused.day[0])))
        if made.refused.why[0] == NOT_ASSESSED:
            return f"no assessment covers {said}"
        return f"the assessment for {said} rests on figures nobody has confirmed, or on no income told"
    if len(made.troubles.line):
        what, _ = WHY[int(made.troubles.why[0])]
        return what.format(day=spoken(day(int(made.troubles.day[0])))).rstrip(".")
    return ""
