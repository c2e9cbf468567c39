"""How each client's most was reached on a bill's days: the stored assessments, worked out again from what they
rest on.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from billing.assessments import store as assessments
from billing.assessments.decisions import Decision, How, line
from billing.assessments.rates import Rates
from billing.assessments.records import PersonAssessed
from billing.documents import store
from billing.documents.content import Assessed
from billing.documents.workings import as_stored, assessed
from finance.assessment import assess
from finance.columns import Database
from finance.problems import Refusal


def assessed_in(
    database: Database, people: Sequence[int], starts: dt.date, ends: dt.date, known: int
) -> dict[int, list[Assessed]]:
    """What stood on the days ``[starts, ends)`` for each person, as known at a change, with its steps."""
    with database.read() as connection:
        said: dict[int, list[Decision]] = {}
        for row in store.read_words(connection, people, known):
            said.setdefault(row.person, []).append(
                Decision(row.starts, row.ends, row.charge, row.council_pays, row.how, row.learned, row.can_pay)
            )
        standing = {
            person: [each for each in line(words) if each.starts < ends and (each.ends is None or each.ends > starts)]
            for person, words in said.items()
        }
        rested = _Rested(connection, standing)
        return {
            person: [rested.steps(person, each, max(each.starts, starts)) for each in words]
            for person, words in standing.items()
        }


class _Rested:
    """The facts and figures assessments rest on, each read once: people as they were known to each batch."""

    def __init__(self, connection: Connection, standing: dict[int, list[Decision]]) -> None:
        learned = sorted({each.learned for words in standing.values() for each in words})
        self._batches: dict[int, Any] = {each: assessments.batch(connection, each) for each in learned}
        batches = [each for each in self._batches.values() if each is not None]
        self._rates: dict[str, Rates] = {
            sha256: assessments.rates_kept(connection, sha256) for sha256 in {each.rates for each in batches}
        }
        self._people: dict[int, dict[int, PersonAssessed]] = {}
        for known in {each.known for each in batches}:
            wanted = [
                person
                for person, words in standing.items()
                if any(self._known(each.learned) == known for each in words)
            ]
            self._people[known] = assessments.people(connection, sorted(wanted), known)

    def _known(self, learned: int) -> int | None:
        batch = self._batches.get(learned)
        return int(batch.known) if batch is not None else None

    def steps(self, person: int, word: Decision, on: dt.date) -> Assessed:
        """The steps of one assessment on a day; the charge alone where it no longer comes out as it was stored."""
        most, outcome = word.most or 0, How.of(word.how).outcome
        batch = self._batches.get(word.learned)
        who = self._people.get(batch.known, {}).get(person) if batch is not None else None
        means = who.on(on) if who else None
        if batch is None or means is None:
            return as_stored(word.starts, most, str(outcome))
        rates = self._rates[batch.rates]
        try:
            made = assess(means, on, rates.policy, rates.figures, confirmations=rates.confirmations)
        except Refusal:
            return as_stored(word.starts, most, str(outcome))
        return (
            assessed(made, word.starts, most)
            if made.charge_pence == (word.charge or 0)
            else as_stored(word.starts, most, str(outcome))
        )
