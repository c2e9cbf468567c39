"""An uprating or a what-if as it is shown: who changes, by how much, who does not and why, incomes left as they are."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from billing.assessments import store
from billing.assessments.uprating import jobs
from billing.assessments.uprating.effect import CHANGED, FIRST, NOBODY_KNOWS, REFUSED, SAME, Band, People, Summary
from billing.assessments.uprating.jobs import Applied, Preview
from billing.assessments.uprating.store import amounts_kept
from billing.assessments.uprating.what_if import WhatIf
from finance.assessment import AssessmentPolicy, statutory_figures
from finance.assessment.figures import own_figures_standing
from finance.assessment.kinds import incomes
from finance.columns import Database
from finance.days import spoken

Names = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class UnchangedIncome:
    """An income given as a plain amount, which an uprating leaves as it is. ``amount`` is pence each ``frequency``."""

    person: int
    kind: str
    amount: int
    frequency: str
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What is told: a title, a line or two, everybody with their names, and the sums."""

    title: str
    lines: tuple[str, ...]
    everyone: People
    summary: Summary
    names: Names
    kept: tuple[UnchangedIncome, ...] = ()
    died: int = 0

    def ref(self, row: int) -> str:
        return self.names.get(int(self.everyone.person[row]), (str(self.everyone.person[row]), ""))[0]

    def name(self, row: int) -> str:
        return self.names.get(int(self.everyone.person[row]), ("", ""))[1]

    def rows(self, *states: int) -> list[int]:
        """The places of people in these states, those whose charge moves most first."""
        everyone = self.everyone
        chosen = np.flatnonzero(np.isin(everyone.state, states))
        order = np.lexsort((everyone.person[chosen], -np.abs(everyone.difference[chosen])))
        return [int(each) for each in chosen[order]]

    @property
    def changed(self) -> list[int]:
        return self.rows(CHANGED, FIRST)

    @property
    def untouched(self) -> list[int]:
        return self.rows(SAME)

    @property
    def not_assessed(self) -> list[int]:
        return self.rows(REFUSED, NOBODY_KNOWS)

    def bands(self, kind: str) -> list[Band]:
        """People by band, of one kind of band."""
        return [each for each in self.summary.bands if each.kind == kind]

    @property
    def people_kept(self) -> int:
        """How many people have an income that stays as it is."""
        return len({each.person for each in self.kept})

    @property
    def kinds_kept(self) -> list[tuple[str, int]]:
        """How many such incomes of each kind, the commonest first."""
        return Counter(each.kind for each in self.kept).most_common()


def _kept(database: Database, made: Preview) -> tuple[UnchangedIncome, ...]:
    """Those that count somewhere: what is ignored wherever the care is may stay as it is."""
    labels = {
        kind.name: kind.label for kind in incomes().kinds if {kind.treatment, *kind.treatments.values()} != {"ignored"}
    }
    with database.read_bulk() as bulk:
        rows = amounts_kept(bulk, made.known, made.span)
    known = set(made.everyone.person.tolist())
    return tuple(
        UnchangedIncome(row["person"], labels[row["kind"]], row["amount"], row["frequency"], row["starts"])
        for row in rows.to_pylist()
        if row["person"] in known and row["kind"] in labels
    )


def of_preview(database: Database, made: Preview) -> Effect:
    """A previewed uprating, told."""
    approved = f"Approved by {made.approved_by}." if made.approved_by else "Not approved yet."
    lines = (
        (
            f"Uprating {made.nr}, {made.status}: figures from {spoken(made.span.first)}, changes up to "
            f"{spoken(made.span.last)}, "
            f"on {made.policy}'s policy."
        ),
        f"Prepared by {made.prepared_by}. {approved}",
        f"Signature {made.signature}",
        *_left_out(made.died, made.span.first),
    )
    return Effect(
        made.name, lines, made.everyone, made.summary, _names(database, made.everyone), _kept(database, made), made.died
    )


def of_what_if(database: Database, made: WhatIf) -> Effect:
    """A what-if, told."""
    lines = (
        f"As on {spoken(made.on)}. Nothing is stored.",
        *(f"If {each}." for each in made.changes),
        *_left_out(made.died, made.on),
    )
    return Effect("What if", lines, made.everyone, made.summary, _names(database, made.everyone), died=made.died)


def with_policy(effect: Effect, policy: AssessmentPolicy, on: dt.date) -> Effect:
    """With a line for each of the council's own figures for which the law's stands on a day, and why."""
    held = own_figures_standing(policy, statutory_figures(), on)
    return replace(effect, lines=(*effect.lines, *(each.instead for each in held.values() if each.instead)))


def _left_out(died: int, on: dt.date) -> tuple[str, ...]:
    if not died:
        return ()
    who = "1 person who died before that day is" if died == 1 else f"{died:,} people who died before that day are"
    return (f"{spoken(on)}: {who} left out. Nobody is assessed to pay from the day after death.",)


def _names(database: Database, everyone: People) -> Names:
    with database.read() as connection:
        return store.refs(connection, [int(each) for each in everyone.person])


def refs_left_out(database: Database, done: Applied) -> list[str]:
    """The people an uprating left out when it was applied, by reference."""
    with database.read() as connection:
        found = store.refs(connection, list(done.left_out))
    return [found.get(each, (str(each), ""))[0] for each in done.left_out]


@dataclass(frozen=True, slots=True)
class UpratingShown:
    """An uprating in a list: pence a week before and after, of everybody."""

    nr: int
    name: str
    starts: dt.date
    status: str
    prepared_by: str
    approved_by: str | None
    people: int
    changed: int
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


def upratings(database: Database) -> list[UpratingShown]:
    """Every uprating, the latest first."""
    return [
        UpratingShown(
            row.nr,
            row.name,
            row.starts,
            row.status,
            row.prepared_by,
            row.approved_by,
            row.people,
            row.changed,
            row.total_before,
            row.total_after,
        )
        for row in jobs.every(database)
    ]
