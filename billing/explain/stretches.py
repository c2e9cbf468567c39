"""One stretch of weeks in sentences: what the care costs, the most that may be charged, the lower, what comes off."""

import datetime as dt
from collections.abc import Iterable, Sequence

from billing.assessments.decisions import Decision, within
from billing.charges.lower import IN_FULL
from billing.documents.absences import ToldAway, rules_of
from billing.documents.building import PricedDays
from billing.explain.person import InRun, pays, span_words, week_of
from billing.explain.prices import price_words
from billing.explain.weeks import CARE, COLLECTED, ChargedStretch
from finance.care_costs.absences import AWAY, ShareOfDays
from finance.care_words import several, share_words
from finance.days import spoken
from finance.facts.versions import Row, overlaps
from finance.money import sterling, sterling_rate

_WEEK = dt.timedelta(days=7)


def stretch_words(each: ChargedStretch, told: InRun, pieces: Sequence[PricedDays] = ()) -> list[str]:
    """The sentences of a stretch: its days, then each step, indented."""
    weeks = f", {each.weeks} weeks, each" if each.weeks > 1 else ""
    said = list(_care(each, told, pieces) if each.kind in CARE else _agreed(each, told))
    if each.weeks > 1:
        said.append(f"{each.weeks} weeks come to {sterling(each.comes_to)}.")
    return [f"{span_words(each.first, each.end)}{weeks}:", *(f"  {sentence}" for sentence in said)]


def standing_in(each: ChargedStretch, told: InRun) -> list[Decision]:
    """The assessments that stand on the charging weeks of a stretch, as the run knew them."""
    first = week_of(each.first, told.calendar)
    end = week_of(each.end - dt.timedelta(days=1), told.calendar) + _WEEK
    return within(told.words, first, end)


def _care(each: ChargedStretch, told: InRun, pieces: Sequence[PricedDays]) -> Iterable[str]:
    yield price_words(each, pieces)
    yield from _away(each, told, pieces)
    if each.kind == "flat charge":
        yield f"It is charged whatever the assessment says, at the rate for clients: {sterling(each.charge)}."
    elif each.limit == IN_FULL:
        yield f"All of it is charged: {_rests_on(each, told)}."
    else:
        yield _most(each, told)
        for line, pence in each.before:
            yield f"{told.facts.ref('service_line', line)} is charged first, and takes {sterling(pence)} of it."
        if each.before:
            yield f"That leaves {sterling(each.left)}."
        lower = (
            "the cost, which is the lower"
            if each.cost <= each.left
            else "the most, which is the lower"
            if not each.before
            else "what is left"
        )
        yield f"Charged {sterling(each.charge)}: {lower}."
    if each.waived:
        yield f"Less {sterling(each.waived)} waived{_by(_waivers(each, told), told)}."
    if each.over_cap:
        yield f"Less {sterling(each.over_cap)} over the cap on care costs."


def _away(each: ChargedStretch, told: InRun, pieces: Sequence[PricedDays]) -> Iterable[str]:
    """Every absence on these days: why, how long, at what share, by whose rule, and who told of it."""
    absences = _of_line("suspension", each, told)
    line = told.find("service_line", each.subject)
    if not absences or line is None:
        return
    of_line = {each.subject: line["contract"]}
    rules = rules_of(told.at("contract"), told.at("contract_terms"))
    shares = [
        ShareOfDays(each.subject, max(one.first, each.first), min(one.end, each.end), one.share)
        for one in pieces
        if one.first < each.end and each.first < one.end
    ]
    for away in ToldAway(told.policy, {}, {each.subject: absences}, of_line, rules).away(shares):
        row = next(row for row in absences if overlaps(row, away.starts, away.ends))
        yield (
            f"{AWAY[away.reason].capitalize()}, {span_words(away.starts, away.ends)} ({several(away.days, 'day')}): "
            f"{share_words(away.share)} of the price, {away.rule_words} "
            f"(absence {row['ref']}; {told.facts.learned(row['learned'], row['source_row'])})."
        )


def _most(each: ChargedStretch, told: InRun) -> str:
    words = standing_in(each, told)
    most = f"The most that may be charged for the week is {sterling(each.limit)}"
    if len(words) == 1 and each.limit == words[0].most:
        return f"{most}, by the assessment {told.facts.learned(words[0].learned)}."
    return f"{most}: {_rests_on(each, told)}."


def _rests_on(each: ChargedStretch, told: InRun) -> str:
    words = standing_in(each, told)
    if not words:
        return "no assessment is kept for it"
    if len(words) > 1:
        said = "; ".join(f"{_parts_of_week(word, each, told)}{_assessed(word, told)}" for word in words)
        return f"{said}; each day counts a seventh of its own"
    (word,) = words
    part = each.limit not in (IN_FULL, word.most or 0)
    return (f"{each.days} of 7 days of " if part and each.days else "") + _assessed(word, told)


def _parts_of_week(word: Decision, each: ChargedStretch, told: InRun) -> str:
    first = week_of(each.first, told.calendar)
    return f"from {spoken(word.starts)}, " if word.starts > first else ""


def _assessed(word: Decision, told: InRun) -> str:
    return f"{pays(word)}, by the assessment {told.facts.learned(word.learned)}"


def _of_line(table: str, each: ChargedStretch, told: InRun) -> list[Row]:
    return [row for row in told.at(table) if row["line"] == each.subject and overlaps(row, each.first, each.end)]


def _waivers(each: ChargedStretch, told: InRun) -> list[tuple[str, Row]]:
    return [
        (f"waiver {row['ref']}, {_how_much(row)}, {row['reason']}, approved by {row['approved_by']}", row)
        for row in told.at("waiver")
        if overlaps(row, each.first, each.end)
    ]


def _how_much(waiver: Row) -> str:
    """What a waiver gives back, as it was told."""
    if waiver["weekly"] is not None:
        return f"{sterling(waiver['weekly'])} a week"
    return f"{share_words(waiver['share'])} of the charge" if waiver["share"] else "all of the charge"


def _contributions(each: ChargedStretch, told: InRun) -> list[tuple[str, Row]]:
    return [
        (f"contribution {row['ref']}, {sterling_rate(row['weekly'])} a week", row)
        for row in _of_line("contribution", each, told)
        if row["kind"] == "client" and row["collector"] == "provider"
    ]


def _by(named: list[tuple[str, Row]], told: InRun) -> str:
    said = [f"{words}; {told.facts.learned(row['learned'], row['source_row'])}" for words, row in named]
    return f" ({'; '.join(said)})" if said else ""


def _agreed(each: ChargedStretch, told: InRun) -> Iterable[str]:
    """What the provider collects, a top-up by its agreement, or an arrangement fee."""
    if each.kind == COLLECTED:
        said = _by(_contributions(each, told), told)
        yield f"The provider collects {sterling(each.collected)} itself, so it is not billed{said}."
        return
    if each.kind == "arrangement fee":
        who = "somebody who pays in full at home"
        yield f"The fee for arranging care for {who}: {sterling(each.charge)}, for {each.days} days."
        return
    for row in _of_line("top_up_agreement", each, told):
        if row["bill_payer"] == each.party and row["signed"] and row["weekly"] == each.weekly:
            payer = told.find("bill_payer", each.party)
            yield (
                f"{payer['name'] if payer else 'The payer'} agreed to pay {sterling_rate(row['weekly'])} a week: "
                f"agreement {row['ref']}, signed {spoken(row['signed'])}; "
                f"{told.facts.learned(row['learned'], row['source_row'])}."
            )
    part = "" if each.days == 7 else f", for {each.days} of the 7 days of the week"
    yield f"Charged {sterling(each.charge)}{part}."
