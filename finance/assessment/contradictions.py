"""Facts that cannot both be so: refused by name, because either reading would be a guess.

Two homes at once, both rates of one benefit or one pension twice, and a resident before the stay began. The caseload
says the same of everybody (``billing.assessments.caseload.unpacking``); a home that asks less than the care costs is
refused with the other facts.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from finance.assessment.circumstances import BadFact, Circumstances, Income, Setting
from finance.assessment.kinds import incomes
from finance.assessment.properties import HOME
from finance.days import spoken


def check(one: Circumstances, on: dt.date) -> None:
    """Raises BadFact for the first contradiction on a day."""
    _stay_has_begun(one, on)
    if sum(asset.kind == HOME and asset.holds(on) for asset in one.assets) > 1:
        raise BadFact(
            f"{one.person} has two homes at once on {spoken(on)}: a person has one only or main home.",
            "Give the other as “other_property”, or the last day of one.",
        )
    table = incomes()
    groups = Counter(table.kinds[table.code(each.kind)].once for each in one.incomes if each.holds(on))
    for group, times in groups.items():
        if group and times > 1:
            raise BadFact(
                f"{one.person} has {times} incomes on {spoken(on)} of which a person has one at most: {group}.",
                "Give the last day of the one that ended, or put them together where they are parts of one.",
            )


def _stay_has_begun(one: Circumstances, on: dt.date) -> None:
    """A short stay is looked at with its days: of others, nobody is a resident before the first day of the first
    stay."""
    if one.setting not in (Setting.PERMANENT, Setting.TEMPORARY):
        return
    given = [stay.first for stay in one.stays if stay.first is not None] if one.setting is Setting.PERMANENT else []
    first = min(given or [each for each in (one.stay_first,) if each is not None], default=None)
    if first is not None and on < first:
        raise BadFact(
            f"{one.person} is a resident on {spoken(on)}, and the stay begins on {spoken(first)}.",
            "Check the first day of the stay, and of the circumstances.",
        )


def perhaps_twice(one: Circumstances, on: dt.date) -> Iterator[str]:
    """Pensions of one kind, amount and frequency: there may be two, or one keyed twice."""
    held = [each for each in one.incomes if each.holds(on)]
    for kind in incomes().kinds:
        if kind.pension and (twice := _alike([each for each in held if each.kind == kind.name])):
            yield f"{kind.label} of one amount is given {twice} times: take one out if it was keyed twice."


def _alike(held: list[Income]) -> int:
    most = Counter((each.amount_pence, each.frequency) for each in held)
    return max((times for times in most.values() if times > 1), default=0)
