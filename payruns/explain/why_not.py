"""Why nothing was paid: each rule that closes a line's days, said plainly."""

import datetime as dt
from collections.abc import Iterable

from finance.days import Span, spoken
from finance.facts.versions import Row
from payruns.explain.subject import ADJUSTMENT, LINE, SubjectFacts

_DAY = dt.timedelta(days=1)


def why_not(subject: SubjectFacts, known: int, window: Span) -> list[str]:
    """Every reason why a subject has nothing due in a window, on what was known at a change."""
    if not subject.is_believed(known):
        return [_not_believed(subject, known)]
    own = subject.own(known)
    if subject.sort == ADJUSTMENT:
        return _adjustment(own, window)
    found = list(_outside(subject.sort, own, window))
    contract = subject.contract(known)
    assert contract is not None
    found += _outside(f"contract, {contract['name']},", contract, window)
    go_live = subject.calendar(known)["go_live"]
    if go_live >= window.end:
        found.append(f"Days before {spoken(go_live)} were paid by another system.")
    if subject.sort == LINE:
        found += _outside("package", subject.facts.one("package", own["package"], known), window)
        person = subject.facts.one("person", own["person"], known)
        if person["died"] is not None:
            found += _death(person, subject.terms_on(known, person["died"]), window)
        found += _blocks(subject, own, known, window)
    return found


def _not_believed(subject: SubjectFacts, known: int) -> str:
    own = subject.own(known)
    if own["learned"] > known:
        return f"It was not known then: {subject.facts.learned(own['learned'], own['source_row'])}."
    return f"It was withdrawn: {subject.facts.learned(own['superseded'])}."


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


def _death(person: Row, terms: Row, window: Span) -> Iterable[str]:
    died, more = person["died"], terms["days_after_death"]
    if died + _DAY * (1 + more) <= window.first:
        paid = f", and the contract pays {more} day{'' if more == 1 else 's'} after the day of death" if more else ""
        yield f"{person['name']} died on {spoken(died)}{paid}."


def _blocks(subject: SubjectFacts, own: Row, known: int, window: Span) -> Iterable[str]:
    rows = subject.facts.all_at(known)
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
