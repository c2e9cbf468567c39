"""What a run knew otherwise than the run before it: facts, and assessments, with who said so, when, and from what."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from billing.assessments.decisions import Word, standing
from billing.explain.nouns import NOUNS, differing, label, noun, shown, told_words
from billing.explain.past import Past, Row, believed
from finance.assessment import OUTCOMES, Outcome
from finance.days import spoken
from finance.money import sterling


@dataclass(frozen=True)
class Difference:
    """One thing believed otherwise. ``change``: the change that told us; ``row``: the line of its file, if a file's."""

    what: str
    change: int
    row: int | None

    def words(self, past: Past) -> str:
        return f"{self.what}; {told_words(past, self.change, self.row)}."


def differences(past: Past, before: int, known: int) -> list[Difference]:
    """Everything that bears on the person's charges and changed in between, in the order it was learned."""
    found = [each for table in NOUNS for each in _of_table(past, table, before, known)]
    found += _of_assessments(past, before, known)
    return sorted(found, key=lambda each: (each.change, each.what))


def _of_table(past: Past, table: str, before: int, known: int) -> Iterable[Difference]:
    rows = past.versions.get(table, ())
    for nr in dict.fromkeys(row["nr"] for row in rows):
        mine = [row for row in rows if row["nr"] == nr]
        then = next((row for row in mine if believed(row, before)), None)
        now = next((row for row in mine if believed(row, known)), None)
        if now is not None and now is not then:
            made = _moved(past, table, then, now)
            if made:
                yield Difference(f"{noun(table)} {now['ref']}: {made}", now["learned"], now["source_row"])
        elif then is not None and now is None:
            yield Difference(f"{noun(table)} {then['ref']}: withdrawn", then["superseded"], None)


def _moved(past: Past, table: str, then: Row | None, now: Row) -> str:
    if then is None:
        return "new"
    return "; ".join(
        f"{label(each)} {shown(table, each, now, past)} (was {shown(table, each, then, past)})"
        for each in differing(then, now)
    )


def _of_assessments(past: Past, before: int, known: int) -> Iterable[Difference]:
    old = past.words_at(before)
    for word in past.words:
        if not before < word.learned <= known:
            continue
        was = standing(old, word.starts)
        if was is not None and was.says_the_same(word):
            continue
        until = f" to {spoken(_last(word))}" if word.ends else ""
        yield Difference(
            f"the assessment from {spoken(word.starts)}{until}: {pays(word)} (was {pays(was) if was else 'none'})",
            word.learned,
            None,
        )


def _last(word: Word) -> dt.date:
    assert word.ends is not None
    return word.ends - dt.timedelta(days=1)


def pays(word: Word) -> str:
    """What an assessment says is to be paid."""
    outcome = OUTCOMES[(word.how >> 3) & 3]
    if word.charge is None:
        return "taken back"
    if outcome in (Outcome.FULL_COST, Outcome.OVER_LIMIT):
        return "the full cost"
    if outcome is Outcome.NIL_BY_LAW:
        return "nothing may be charged"
    return f"{sterling(word.charge)} a week at most"
