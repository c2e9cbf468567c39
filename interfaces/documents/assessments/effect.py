"""An uprating or a what-if, told: who changes, by how much, who does not and why. For screens, pages and workbooks."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from billing.assessments import store
from billing.assessments.uprating.effect import (
    CHANGED,
    FIRST,
    NOBODY_KNOWS,
    REFUSED,
    SAME,
    STATES,
    Band,
    People,
    Summary,
)
from billing.assessments.uprating.jobs import Preview
from billing.assessments.uprating.store import amounts_kept
from billing.assessments.uprating.what_if import WhatIf
from finance.assessment import Policy, statutory_figures
from finance.assessment.figures import own_figures_standing
from finance.assessment.kinds import incomes
from finance.columns import Database
from finance.days import spoken
from finance.money import sterling
from interfaces.documents.assessments.chart import LESS, MORE, PLAIN, Bar, bar_chart

Names = Mapping[int, tuple[str, str]]
KINDS = {
    "change": "By how much the weekly charge changes",
    "charge before": "By the weekly charge before",
    "age": "By age",
    "setting": "By where the care is",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What is told: a title, a line or two, everybody with their names, and the sums."""

    title: str
    lines: tuple[str, ...]
    everyone: People
    summary: Summary
    names: Names
    kept: tuple["Kept", ...] = ()
    died: int = 0

    def ref(self, row: int) -> str:
        return self.names.get(int(self.everyone.person[row]), (str(self.everyone.person[row]), ""))[0]

    def name(self, row: int) -> str:
        return self.names.get(int(self.everyone.person[row]), ("", ""))[1]


@dataclass(frozen=True, slots=True)
class Kept:
    """An income given as a plain amount, which an uprating leaves as it is. ``amount`` is pence each ``frequency``."""

    person: int
    kind: str
    amount: int
    frequency: str
    since: dt.date | None


def people_kept(effect: Effect) -> int:
    return len({each.person for each in effect.kept})


def kept_words(effect: Effect) -> str | None:
    """How many people have incomes an uprating does not touch, by kind, the commonest first."""
    if not effect.kept:
        return None
    kinds = Counter(each.kind for each in effect.kept)
    count = people_kept(effect)
    whose = "1 person has" if count == 1 else f"{count:,} people have"
    return (
        f"{whose} an income given as a plain amount, which stays as it is: nothing says it rises in April. "
        + "; ".join(f"{kind} {number:,}" for kind, number in kinds.most_common())
        + ". "
        "Ask for the new amounts, or give the rate each follows."
    )


def _kept(database: Database, made: Preview) -> tuple[Kept, ...]:
    """Those that count somewhere: what is ignored wherever the care is may stay as it is."""
    labels = {
        kind.name: kind.label for kind in incomes().kinds if {kind.treatment, *kind.treatments.values()} != {"ignored"}
    }
    with database.read_bulk() as bulk:
        rows = amounts_kept(bulk, made.known, made.span)
    known = set(made.everyone.person.tolist())
    return tuple(
        Kept(row["person"], labels[row["kind"]], row["amount"], row["frequency"], row["starts"])
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


def with_policy(effect: Effect, policy: Policy, on: dt.date) -> Effect:
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


def rows(effect: Effect, *states: int) -> list[int]:
    """The places of people in these states, those whose charge moves most first."""
    everyone = effect.everyone
    chosen = np.flatnonzero(np.isin(everyone.state, states))
    return [int(each) for each in chosen[np.lexsort((everyone.person[chosen], -np.abs(everyone.difference[chosen])))]]


def changed(effect: Effect) -> list[int]:
    return rows(effect, CHANGED, FIRST)


def untouched(effect: Effect) -> list[int]:
    return rows(effect, SAME)


def not_assessed(effect: Effect) -> list[int]:
    return rows(effect, REFUSED, NOBODY_KNOWS)


def totals(summary: Summary) -> list[tuple[str, str]]:
    """The sums in words."""
    return [
        ("People", f"{summary.people:,}"),
        *((state.capitalize(), f"{count:,}") for state, count in summary.states.items() if count),
        ("Pay more", f"{summary.more:,}"),
        ("Pay less", f"{summary.less:,}"),
        ("Charged a week before", sterling(summary.before_pence)),
        ("Charged a week after", sterling(summary.after_pence)),
        ("Difference a week", signed(summary.difference_pence)),
        ("Difference a year (52 weeks)", signed(summary.yearly_pence)),
    ]


def signed(pence: int) -> str:
    return ("+" if pence > 0 else "") + sterling(pence)


def of_kind(summary: Summary, kind: str) -> list[Band]:
    return [each for each in summary.bands if each.kind == kind]


def chart(summary: Summary, kind: str = "change") -> str:
    """People by band, as SVG."""
    bands = of_kind(summary, kind)
    colours = {"more": MORE, "less": LESS}
    bars = [
        Bar(each.name, each.people, f"{each.people:,}", colours.get(each.name.rsplit(" ", 1)[-1], PLAIN))
        for each in bands
    ]
    described = "; ".join(f"{each.name}: {each.people:,} people" for each in bands)
    return bar_chart(KINDS[kind], f"Number of people. {described}.", bars, f"chart-{kind.replace(' ', '-')}")


def as_json(effect: Effect, most: int | None = None) -> dict[str, Any]:
    """The whole effect for machines: every person, with a figure or a reason."""
    everyone, summary = effect.everyone, effect.summary
    people = [
        {
            "person": effect.ref(row),
            "name": effect.name(row),
            "state": STATES[int(everyone.state[row])],
            "was_pence": _charge(everyone.was[row]),
            "now_pence": _charge(everyone.now[row]),
            "difference_pence": int(everyone.difference[row]),
            "why": str(everyone.why[row]) or None,
        }
        for row in range(len(everyone))[:most]
    ]
    return {
        "title": effect.title,
        "lines": list(effect.lines),
        "people": summary.people,
        "states": summary.states,
        "reasons": summary.reasons,
        "more": summary.more,
        "less": summary.less,
        "before_pence": summary.before_pence,
        "after_pence": summary.after_pence,
        "difference_pence": summary.difference_pence,
        "yearly_pence": summary.yearly_pence,
        "bands": [
            {
                "kind": each.kind,
                "name": each.name,
                "people": each.people,
                "more": each.more,
                "less": each.less,
                "before_pence": each.before_pence,
                "after_pence": each.after_pence,
                "difference_pence": each.difference_pence,
            }
            for each in summary.bands
        ],
        "amounts_not_uprated": {
            "people": people_kept(effect),
            "incomes": [
                {
                    "person": effect.names.get(each.person, (str(each.person), ""))[0],
                    "kind": each.kind,
                    "amount_pence": each.amount,
                    "frequency": each.frequency,
                    "first_day": each.since,
                }
                for each in effect.kept
            ],
        },
        "left_out_dead": effect.died,
        "everyone": people,
    }


def _charge(pence: int) -> int | None:
    return None if pence < 0 else int(pence)


def charge_words(pence: int) -> str:
    return "none" if pence < 0 else sterling(int(pence))
