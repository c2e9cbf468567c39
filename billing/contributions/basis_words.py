"""What a contribution rests on, in words: the assessment that stands and what it becomes, or what somebody stated."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from billing.assessments.decisions import Decision, How, within
from billing.contributions.expected import ExpectedCharge
from finance.assessment import Outcome
from finance.days import Span, spoken
from finance.money import sterling

FULL_COST, NOT_ASSESSED = "full cost", "not assessed"
PLACES = {
    "home": "care at home",
    "permanent": "care in a care home",
    "temporary": "a short stay in a care home",
    "fixed": "a short stay",
}


def stated_words(stated: int | str) -> str:
    """What somebody said the client pays."""
    if stated == NOT_ASSESSED:
        return "The client is stated not to have been assessed, so no contribution is shown."
    if stated == FULL_COST:
        return "The client is stated to pay the full cost."
    assert isinstance(stated, int)
    return f"The client is stated to pay {sterling(stated)} a week at most."


def assessed_words(words: Sequence[Decision], days: Span, in_home: bool, told: Mapping[int, Any]) -> Iterable[str]:
    """Each assessment that stands in these days. ``told``: the changes that recorded them, by number."""
    stand = within(words, days.first, days.end)
    for place, word in enumerate(stand):
        change = told[word.learned]
        begins = f"From {spoken(word.starts)}: " if place else ""
        yield (
            f"{begins}{_pays(word)}, by the assessment recorded on {spoken(change.moment.date())} by {change.by} "
            f"({PLACES[How.of(word.how).basis.name]})."
        )
    if stand and in_home == (How.of(stand[0].how).basis.name == "home"):
        other = "care in a care home" if in_home else "care at home"
        yield (
            f"That assessment is not one for {other}, which is charged by other rules: assess them for it, or state a "
            "contribution."
        )


def _pays(word: Decision) -> str:
    outcome = How.of(word.how).outcome
    if outcome in (Outcome.FULL_COST, Outcome.OVER_LIMIT):
        return "The client pays the full cost"
    if outcome is Outcome.NIL_BY_LAW:
        return "Nothing may be charged"
    return f"The client pays {sterling(word.charge or 0)} a week at most"


def why_not_words(week: ExpectedCharge, year: ExpectedCharge, full: ExpectedCharge) -> Iterable[str]:
    """Why any of the figures is not shown, each reason once, and what to do."""
    for why in dict.fromkeys(each.why_not for each in (week, year, full) if each.client is None and each.why_not):
        yield f"No contribution is shown where {why}: it is not nought, it is not known. Assess the client."


def fee_words(week: ExpectedCharge) -> Iterable[str]:
    if week.fee:
        yield f"An arrangement fee of {sterling(week.fee)} a week is charged besides; it is no part of these figures."
