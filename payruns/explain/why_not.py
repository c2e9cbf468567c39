"""Why nothing was paid: each rule that closes a line's days, said plainly."""

import datetime as dt
from collections.abc import Iterable

from finance.care_costs.rows import Row
from finance.days import Span, spoken
from payruns.explain.changes import learned_words
from payruns.explain.past import ADJUSTMENT, LINE, Past

_DAY = dt.timedelta(days=1)


def why_not(past: Past, known: int, window: Span) -> list[str]:
    """Every reason why a subject has nothing due in a window, on what was known at a change."""
    if not past.is_believed(known):
        return [_not_believed(past, known)]
    own = past.own(known)
    if past.sort == ADJUSTMENT:
        return _adjustment(own, window)
    found = list(_outside(past.sort, own, window))
    contract = past.contract(known)
    assert contract is not None
    found += _outside(f"contract, {contract['name']},", contract, window)
    go_live = past.calendar(known)["go_live"]
    if go_live >= window.end:
        found.append(f"Days before {spoken(go_live)} were paid by another system.")
    if past.sort == LINE:
        found += _outside("package", past.of("package", own["package"], known), window)
        found += _death(past.of("person", own["person"], known), contract, window)
        found += _blocks(past, own, known, window)
    return found


def _not_believed(past: Past, known: int) -> str:
    own = past.own(known)
    if own["learned"] > known:
        return f"It was not known then: {learned_words(past.changes[own['learned']], own['source_row'])}."
    return f"It was withdrawn: {learned_words(past.changes[own['superseded']], None)}."


def _adjustment(own: Row, window: Span) -> list[str]:
    if own["on"] >= window.end:
        return [f"It belongs to {spoken(own['on'])}, after the days of this run."]
    return []


def _outside(noun: str, row: Row, window: Span) -> Iterable[str]:
    if row["starts"] >= window.end:
        yield f"The {noun} starts on {spoken(row['starts'])}, after these days."
    if row["ends"] is not None and row["ends"] <= window.first:
        reason = f" ({row['end_reason']})" if row.get("end_reason") else ""
        yield f"The {noun} ended on {spoken(row['ends'] - _DAY)}{reason}."


def _death(person: Row, contract: Row, window: Span) -> Iterable[str]:
    died = person["died"]
    if died is not None and died + _DAY * (1 + contract["days_after_death"]) <= window.first:
        more = contract["days_after_death"]
        paid = f", and the contract pays {more} day{'' if more == 1 else 's'} after the day of death" if more else ""
        yield f"{person['name']} died on {spoken(died)}{paid}."


def _blocks(past: Past, own: Row, known: int, window: Span) -> Iterable[str]:
    rows = past.at(known)
    priced = rows["agreed_rate"] or [
        each
        for each in rows["rate"]
        if (each["contract"], each["service"], each["unit"]) == (own["contract"], own["service"], own["unit"])
    ]
    blocks = [
        each for each in rows["block"] if (each["contract"], each["service"]) == (own["contract"], own["service"])
    ]
    if blocks and not priced:
        yield (
            f"Its capacity is paid for as a block ({', '.join(each['ref'] for each in blocks)}); the line itself "
            f"costs nothing."
        )
