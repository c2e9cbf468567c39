"""Who changes when figures do, by how much, and who does not and exactly why. Nobody is left out of the answer.

One row a person: the charge that stands, the charge once every change looked at has been made, and the reason in
words where the two are the same, or where there is no new charge at all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.assessments.caseload.outcomes import Outcomes
from billing.assessments.caseload.packing import GROUNDS
from billing.assessments.decisions import OVERRIDDEN, basis_of, outcome_of
from billing.assessments.in_force import NOTHING, Decisions
from finance.assessment import BASES, OUTCOMES, Outcome
from finance.columns import Ints
from finance.days import day, spoken

Texts = NDArray[np.object_]
Bools = NDArray[np.bool_]

CHANGED, FIRST, SAME, REFUSED, NOBODY_KNOWS = range(5)
STATES = ("changed", "assessed for the first time", "untouched", "could not be assessed", "has no circumstances")
NO_FACTS = "No circumstances are known for these days. Load them, or end the assessment that stands."
NO_FACTS_SERVED = "Has care, and no circumstances are known: never assessed. Load circumstances."


@dataclass(frozen=True, slots=True)
class People:
    """One row a person, in order of number. ``was`` and ``now`` are pence a week, NOTHING where there is no charge."""

    person: Ints
    was: Ints
    now: Ints
    state: Ints
    why: Texts
    how: Ints
    born: Ints
    cost: Ints

    def __len__(self) -> int:
        return len(self.person)

    @property
    def difference(self) -> Ints:
        """Pence a week more (below nought: less). Nought for those with no new charge."""
        return np.where(self.now == NOTHING, 0, self.now - np.maximum(self.was, 0)).astype(np.int64)

    @property
    def after(self) -> Ints:
        """The charge that will stand: the new one, or what stands already where there is none."""
        return np.where(self.now == NOTHING, np.maximum(self.was, 0), self.now).astype(np.int64)


def last_of_each(made: Outcomes) -> Outcomes:
    """The last row of each person: where things stand once every change has been made."""
    last = np.append(made.person[1:] != made.person[:-1], True) if len(made) else np.empty(0, bool)
    return made.take(np.flatnonzero(last))


def by_person(made: Outcomes, words: Decisions, first: int, served: Ints, dead: Ints) -> People:
    """Everybody: those assessed, those with a charge standing, and those with care though nobody assessed them.

    ``first`` is the first day (its number); ``served`` the people with care on it; ``dead`` those who died before it,
    who are left out. What each paid before is what
    stands already on the day the new charge would begin.
    """
    final = last_of_each(made)
    standing = np.unique(words.person[words.standing(words.person, np.full(len(words), first, np.int64)) >= 0])
    others = np.setdiff1d(np.union1d(standing, served), np.union1d(final.person, dead))
    person = np.concatenate([final.person, others])
    when = np.concatenate([final.starts, np.full(len(others), first, np.int64)])
    place = words.standing(person, when)
    was = words.value("charge", place)
    now = np.concatenate([np.where(final.refused, NOTHING, final.charge), np.full(len(others), NOTHING)])
    known = len(final)
    state = np.full(len(person), NOBODY_KNOWS, np.int64)
    state[:known] = np.where(
        final.refused,
        REFUSED,
        np.where(was[:known] == NOTHING, FIRST, np.where(was[:known] == now[:known], SAME, CHANGED)),
    )
    why: Texts = np.full(len(person), "", object)
    why[:known] = reasons(final, was[:known], state[:known])
    why[known:] = np.where(was[known:] == NOTHING, NO_FACTS_SERVED, NO_FACTS)
    nothing = np.full(len(others), NOTHING, np.int64)
    how = np.concatenate([final.how, words.value("how", place[known:], 0)])
    everyone = People(
        person, was, now, state, why, how, np.concatenate([final.born, nothing]), np.concatenate([final.cost, nothing])
    )
    order = np.argsort(person, kind="stable")
    return People(*(getattr(everyone, name)[order] for name in People.__slots__))


def reasons(final: Outcomes, was: Ints, state: Ints) -> Texts:
    """Why each person is untouched, or cannot be assessed. Empty for those who change."""
    why: Texts = np.full(len(final), "", object)
    refused = np.flatnonzero(state == REFUSED)
    for row in refused:
        why[row] = final.reasons[final.reason[row]]
    same = state == SAME
    rest = same.copy()

    def settle(which: Bools, words: str) -> None:
        rows = rest & which
        why[rows] = words
        rest[rows] = False

    outcome = outcome_of(final.how)
    for code, ground in enumerate(GROUNDS):
        settle(
            (final.ground == code) & (outcome != OUTCOMES.index(Outcome.ASSESSED)),
            f"The charge is settled without a means test: {ground}.",
        )
    overridden = (final.how & OVERRIDDEN) != 0
    for end in np.unique(final.override_ends[rest & overridden]):
        until = f"A figure is set by hand up to {spoken(day(int(end) - 1))}: an override is never uprated."
        settle(overridden & (final.override_ends == end), until)
    settle(outcome == OUTCOMES.index(Outcome.NIL_BY_LAW), "Nothing is charged until the assessment is complete.")
    settle(
        outcome == OUTCOMES.index(Outcome.FULL_COST),
        "The full cost is charged until the assessment is complete, and no new cost has been given.",
    )
    settle(
        outcome == OUTCOMES.index(Outcome.OVER_LIMIT),
        "Pays the full cost, being over the capital limit, and no new cost has been given.",
    )
    settle(
        (final.council_pays == 0) & (final.charge > 0),
        "Means cover the whole cost before and after, and no new cost has been given.",
    )
    settle(final.charge == 0, "Nothing is left to charge, before or after.")
    settle(
        final.follows == 0,
        "No review figure: every income is given as an amount, none follows a rate, and nothing "
        "kept or left out moved the charge.",
    )
    settle(np.ones(len(final), bool), "Worked out again, it comes to the same.")
    return why


CHANGE_BANDS = (
    (-(10**12), -20_00, "£20 or more less"),
    (-19_99, -5_00, "£5 to £19.99 less"),
    (-4_99, -1, "under £5 less"),
    (0, 0, "the same"),
    (1, 4_99, "under £5 more"),
    (5_00, 19_99, "£5 to £19.99 more"),
    (20_00, 10**12, "£20 or more more"),
)
CHARGE_BANDS = (
    (0, 0, "nothing"),
    (1, 49_99, "under £50"),
    (50_00, 99_99, "£50 to £99.99"),
    (100_00, 199_99, "£100 to £199.99"),
    (200_00, 499_99, "£200 to £499.99"),
    (500_00, 10**12, "£500 or more"),
)
AGE_BANDS = (
    (18, 24, "18 to 24"),
    (25, 64, "25 to 64"),
    (65, 74, "65 to 74"),
    (75, 84, "75 to 84"),
    (85, 150, "85 or over"),
)
SETTINGS = {
    "home": "at home",
    "permanent": "care home, permanent",
    "temporary": "care home, temporary",
    "fixed": "short stay, fixed",
}


@dataclass(frozen=True, slots=True)
class Band:
    """A band of people: how many, how many pay more and less, and what all of them pay a week before and after."""

    kind: str
    name: str
    people: int
    more: int
    less: int
    before_pence: int
    after_pence: int

    @property
    def difference_pence(self) -> int:
        return self.after_pence - self.before_pence


def bands(everyone: People, on: int) -> list[Band]:
    """People by how much changes, by what they paid, by age, and by setting. Each set of bands holds everyone once."""
    difference, was = everyone.difference, np.maximum(everyone.was, 0)
    found = [
        _band("change", name, (difference >= low) & (difference <= high), everyone) for low, high, name in CHANGE_BANDS
    ]
    found += [_band("charge before", name, (was >= low) & (was <= high), everyone) for low, high, name in CHARGE_BANDS]
    age = np.where(everyone.born < -(10**8), -1, ages_on(everyone.born, on))
    found += [_band("age", name, (age >= low) & (age <= high), everyone) for low, high, name in AGE_BANDS]
    found.append(_band("age", "not known", (age < 18) | (age > 150), everyone))
    names = np.array([SETTINGS[basis.name] for basis in BASES], object)[basis_of(everyone.how)]
    unknown = everyone.state == NOBODY_KNOWS
    for name in SETTINGS.values():
        found.append(_band("setting", name, (names == name) & ~unknown, everyone))
    found.append(_band("setting", "not known", unknown, everyone))
    return [each for each in found if each.people]


def ages_on(born: Ints, on: int) -> Ints:
    """Age in whole years on a day, from day numbers."""
    births, today = born.astype("datetime64[D]"), np.datetime64(day(on))
    months = births.astype("datetime64[M]").astype(np.int64)
    this = int(today.astype("datetime64[M]").astype(np.int64))
    dom = (births - births.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    mine = int((today - today.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64))
    whole = this - months - (dom > mine)
    return np.asarray(whole // 12, np.int64)


def _band(kind: str, name: str, which: Bools, everyone: People) -> Band:
    difference = everyone.difference[which]
    return Band(
        kind,
        name,
        int(which.sum()),
        int((difference > 0).sum()),
        int((difference < 0).sum()),
        int(np.maximum(everyone.was, 0)[which].sum()),
        int(everyone.after[which].sum()),
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole of an uprating or a what-if, in figures. Pence a week unless said."""

    people: int
    states: dict[str, int]
    reasons: dict[str, int]
    more: int
    less: int
    before_pence: int
    after_pence: int
    bands: tuple[Band, ...]
    movers: tuple[int, ...]

    @property
    def difference_pence(self) -> int:
        return self.after_pence - self.before_pence

    @property
    def yearly_pence(self) -> int:
        """The difference over 52 weeks."""
        return self.difference_pence * 52


def summary(everyone: People, on: int, movers: int = 20) -> Summary:
    """Sum everybody up. ``movers`` are the places of those whose charge moves most, the most first."""
    difference = everyone.difference
    size = np.abs(difference)
    most = np.lexsort((everyone.person, -size))[:movers]
    why = everyone.why[everyone.why != ""]
    names, counts = np.unique(why.astype(str), return_counts=True) if len(why) else (np.empty(0, str), np.empty(0, int))
    return Summary(
        len(everyone),
        {name: int((everyone.state == code).sum()) for code, name in enumerate(STATES)},
        {str(name): int(count) for name, count in sorted(zip(names, counts, strict=True), key=lambda each: -each[1])},
        int((difference > 0).sum()),
        int((difference < 0).sum()),
        int(np.maximum(everyone.was, 0).sum()),
        int(everyone.after.sum()),
        tuple(bands(everyone, on)),
        tuple(int(each) for each in most if size[each]),
    )
