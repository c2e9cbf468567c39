"""Facts that cannot both be so: refused by name, because either reading would be a guess.

Two homes at once, both rates of one benefit or one pension twice, an income beside the word that there is none, a
resident before the stay began, an income that follows another's rate, and guarantee credit given as what it tops up to.
The caseload says the same of everybody (``billing.assessments.caseload.unpacking``); a home that asks less than the
care costs is refused with the other facts.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator

from finance.assessment.circumstances import BadFact, Circumstances, Income, Setting
from finance.assessment.figures import figures_on
from finance.assessment.frequencies import CODE, PARTS, WEEKLY_PARTS
from finance.assessment.kinds import incomes
from finance.assessment.properties import HOME
from finance.days import spoken
from finance.parameters import Parameters

GUARANTEE_CREDIT = "guarantee_credit"
NO_INCOME = "no_income"


def check(one: Circumstances, on: dt.date, guarantees: Collection[int] = ()) -> None:
    """Raises BadFact for the first contradiction on a day. ``guarantees`` are what guarantee credit tops up to."""
    _stay_has_begun(one, on)
    _rates_are_their_own(one)
    _guarantee_is_no_award(one, on, guarantees)
    _none_is_none(one, on)
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


def standard_guarantees(figures: Parameters, on: dt.date, known_by: dt.date | None = None) -> frozenset[int]:
    """What guarantee credit tops income up to on a day, in parts of a penny: single, couple, each one's half of it."""
    held = figures_on(("guarantee_credit_single", "guarantee_credit_couple"), figures, None, on, (), known_by)
    single, couple = (each.value * PARTS if each.missing is None else 0 for each in held.values())
    return frozenset(each for each in (single, couple, couple // 2) if each)


def _none_is_none(one: Circumstances, on: dt.date) -> None:
    held = [each for each in one.incomes if each.holds(on)]
    none = [each for each in held if each.kind == NO_INCOME]
    if not none:
        return
    if any(each.amount_pence for each in none):
        raise BadFact(
            f"{one.person} has an amount of no income.", "Say what kind of income it is, or leave it at 0.00."
        )
    if len(held) > len(none):
        raise BadFact(
            f"{one.person} has no income on {spoken(on)}, as told, and an income beside it.",
            "Give the last day of “no_income” or of the other, or take away whichever is wrong.",
        )


def _rates_are_their_own(one: Circumstances) -> None:
    table = incomes()
    for income in one.incomes:
        own = table.kinds[table.code(income.kind)].rates
        if income.rate is not None and income.rate not in own:
            known = f"follow one of {', '.join(own)}, or " if own else ""
            raise BadFact(
                f"“{income.kind}” of {one.person} follows “{income.rate}”, which is not a rate of it.",
                f"Let it {known}give its amount.",
            )


def _guarantee_is_no_award(one: Circumstances, on: dt.date, guarantees: Collection[int]) -> None:
    """The whole standard guarantee as an award beside a pension: it tops a pension up to that, and is less."""
    table = incomes()
    held = [(each, table.kinds[table.code(each.kind)]) for each in one.incomes if each.holds(on)]
    if not any(kind.qualifying and (each.rate or each.amount_pence) for each, kind in held):
        return
    for each, kind in held:
        weekly = int(WEEKLY_PARTS[CODE[each.frequency]]) * (each.amount_pence or 0)
        if kind.name == GUARANTEE_CREDIT and weekly in guarantees:
            raise BadFact(
                f"{one.person} has guarantee credit of the whole standard guarantee on {spoken(on)}, beside other "
                "income that it tops up.",
                "Give the award itself, as the letter says: what tops the other income up to the guarantee.",
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
