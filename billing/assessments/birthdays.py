"""Whose row of what must be left to live on changes in some days because they, or their partner, reach an age.

Read from the packed facts. A row turns at twenty-five for a single person without children, and at pension age; a
couple's turns when the first of the two reaches pension age, and when the second does where a disability premium
ends with it.
"""

from dataclasses import dataclass

import numpy as np

from billing.assessments.caseload.packing import FLAGS, SETTINGS
from billing.assessments.caseload.rows import Caseload
from billing.assessments.caseload.unpacking import Bools
from finance.assessment import Setting
from finance.assessment.ages import NO_BIRTH_DATE
from finance.columns import Ints

WHY = ("reaches 25", "reaches pension age", "the partner reaches pension age")


@dataclass(frozen=True, slots=True)
class Birthday:
    """One person whose row changes: their number, the day (a day number), and whose age brings it about."""

    person: int
    day: int
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """One of a couple whose partner's age is not known, and whether what they are charged turns on it."""

    person: int
    turns: bool


def birthdays(load: Caseload, first: int, end: int) -> list[Birthday]:
    """Everyone whose row changes from ``first`` up to, not including, ``end``, soonest first."""
    one = _AtHome(load)
    partner_later = one.partner > one.own
    rows = (
        (load.who["twenty_fifth_birthday"].astype(np.int64), ~one.couple & (load.who["children"] == 0)),
        (one.own, ~one.couple | partner_later | one.premium | (one.partner == NO_BIRTH_DATE)),
        (one.partner, one.couple & (~partner_later | one.premium)),
    )
    found = []
    for why, (day, turns) in zip(WHY, rows, strict=True):
        holds = (load.starts <= day) & (day < load.who["ends"]) & (day < load.who["dead_from"])
        for row in np.flatnonzero(turns & one.at_home & holds & (first <= day) & (day < end)):
            found.append(Birthday(int(load.person[row]), int(day[row]), why))
    return sorted(found, key=lambda each: (each.day, each.person, each.why))


def partners_unknown(load: Caseload, on: int) -> list[Unknown]:
    """Couples known on a day of whom the partner's age is not, those whose charge turns on it first."""
    load = load.on(on)
    one = _AtHome(load)
    turns = one.at_home & ((one.own > on) | one.premium)
    rows = np.flatnonzero(one.couple & (one.partner == NO_BIRTH_DATE))
    return sorted((Unknown(int(load.person[row]), bool(turns[row])) for row in rows), key=lambda each: not each.turns)


class _AtHome:
    """What the rows turn on, one entry a row of the caseload."""

    def __init__(self, load: Caseload) -> None:
        flags = load.who["flags"]

        def flag(name: str) -> Bools:
            return np.asarray(flags & (1 << FLAGS.index(name)) != 0, bool)

        self.at_home: Bools = np.isin(
            load.who["setting"], [SETTINGS.index(Setting.HOME), SETTINGS.index(Setting.SHORT_TERM)]
        )
        self.couple: Bools = flag("couple")
        self.premium: Bools = flag("disability_premium") | flag("enhanced_disability_premium")
        self.own: Ints = load.who["pension_age_day"].astype(np.int64)
        self.partner: Ints = load.who["partner_pension_age_day"].astype(np.int64)
