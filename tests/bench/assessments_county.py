"""A made-up county's circumstances of any size, straight into the tables: for the benchmark and for random tests.

The mixture is that of ``tests/finance/assessment/county.py``: two incomes each on average, one asset, one expense or
so; most at home, one in five a permanent resident. The same seed makes the same county.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from billing.assessments import tables
from billing.assessments.caseload import packing
from finance.assessment import (
    Frequency,
    Ground,
    HomeDisregard,
    Nation,
    Nursing,
    OverrideOf,
    Setting,
    kinds,
    statutory_figures,
)
from finance.assessment.contradictions import NO_INCOME
from finance.columns import Bulk
from finance.days import number
from finance.facts import tables as facts
from finance.problems import NoValueOnDay
from interfaces.database.connection import Database

Ints = NDArray[np.int64]
ON = dt.date(2025, 10, 6)
WHOLE_GUARANTEE = 22_710  # pence: the standard minimum guarantee of a single person on that day, as an award
MOMENT = dt.datetime(2025, 9, 1, 9, 0)


@dataclass(slots=True)
class _Maker:
    people: int
    rng: np.random.Generator
    faults: bool
    first: int

    def chance(self, percent: float, size: int) -> NDArray[np.bool_]:
        return self.rng.random(size) * 100 < percent

    def whole(self, low: int, high: int, size: int) -> Ints:
        return self.rng.integers(low, high, size, dtype=np.int64)

    def words(self, words: list[Any], weights: list[int], size: int) -> pa.Array:
        places = np.repeat(np.arange(len(words)), weights)[self.whole(0, sum(weights), size)]
        return pa.DictionaryArray.from_arrays(
            pa.array(places.astype(np.int32)), pa.array([str(w) for w in words])
        ).cast(pa.string())

    def days(self, around: int, spread: int, size: int, none_percent: float) -> pa.Array:
        numbers = around + self.whole(-spread, spread, size)
        return pa.array(numbers.astype(np.int32), pa.int32(), mask=self.chance(none_percent, size)).cast(pa.date32())

    def owners(self, counts: Ints) -> Ints:
        return np.repeat(np.arange(self.people), counts) + self.first

    def fact(self, name: str, person: Ints, columns: dict[str, Any]) -> pa.Table:
        size = len(person)
        serial = pa.array(np.arange(size) + self.first * 8)
        return pa.table(
            {
                "nr": np.arange(size) + self.first * 8,
                "learned": np.ones(size, np.int64),
                "ref": pa.compute.binary_join_element_wise(name[:2].upper(), serial.cast(pa.string()), ""),
                "person": person,
                **columns,
            }
        )


def fill(database: Database, people: int, seed: int = 1, *, faults: bool = True, at_once: int = 250_000) -> None:
    """Record so many people with their circumstances, as learned by one change."""
    with database.bulk() as bulk:
        bulk.append(
            facts.change,
            pa.table(
                {
                    "nr": [1],
                    "moment": pa.array([MOMENT], pa.timestamp("us")),
                    "by": ["Made up"],
                    "what": ["made-up county"],
                    "source": ["seed"],
                }
            ),
        )
    for first in range(1, people + 1, at_once):
        maker = _Maker(min(at_once, people + 1 - first), np.random.default_rng([seed, first]), faults, first)
        with database.bulk() as bulk:
            _people(bulk, maker)
            _circumstances(bulk, maker)
            _means(bulk, maker)
            _decisions(bulk, maker)


def _people(bulk: Bulk, m: _Maker) -> None:
    n = m.people
    younger = m.chance(42, n)
    age = np.where(younger, m.whole(19 * 366, 66 * 365, n), m.whole(66 * 365, 100 * 365, n))
    born = (number(ON) - age).astype(np.int32)
    serial = pa.array(np.arange(n) + m.first).cast(pa.string())
    bulk.append(
        facts.person,
        pa.table(
            {
                "nr": np.arange(n) + m.first,
                "learned": np.ones(n, np.int64),
                "ref": pa.compute.binary_join_element_wise("P", serial, ""),
                "name": pa.compute.binary_join_element_wise("Person", serial, " "),
                "born": pa.array(born, pa.int32(), mask=m.chance(1 if m.faults else 0, n)).cast(pa.date32()),
                "support_reason": pa.repeat("physical support: personal care", n),
            }
        ),
    )


def _circumstances(bulk: Bulk, m: _Maker) -> None:
    n, rng = m.people, m.chance
    setting = m.words(list(Setting), [14, 4, 1, 1], n)
    short = np.asarray(pa.compute.equal(setting, str(Setting.SHORT_TERM)).to_numpy(zero_copy_only=False), bool)
    start = number(ON) - 400
    nation = m.words(list(Nation), [9, 1], n)
    stay = np.where(short, number(ON) - m.whole(0, 80, n), number(ON) - m.whole(0, 300, n))
    bulk.append(
        tables.circumstance,
        m.fact(
            "circumstance",
            np.arange(n) + m.first,
            {
                "starts": pa.array(np.full(n, start, np.int32), pa.int32()).cast(pa.date32()),
                "ends": m.days(number(ON) + 300, 100, n, 98),
                "nation": nation,
                "setting": setting,
                "cost": pa.array(m.whole(2_000, 150_000, n), mask=rng(0.5 if m.faults else 0, n)),
                "nursing": m.words(list(Nursing), [17, 2, 1], n),
                "cost_includes_nursing": rng(15, n),
                "couple": rng(25, n) & (m.faults | (nation.to_numpy(zero_copy_only=False) == str(Nation.ENGLAND))),
                "partner_born": pa.array(
                    (number(ON) - m.whole(20 * 365, 98 * 365, n)).astype(np.int32),
                    pa.int32(),
                    mask=rng(5 if m.faults else 0, n),
                ).cast(pa.date32()),
                "children": np.where(rng(8, n), m.whole(1, 4, n), 0).astype(np.int16),
                "disability_premium": rng(40, n),
                "enhanced_disability_premium": rng(20, n),
                "carer_premium": rng(5, n),
                "night_care": rng(20, n),
                "half_pension_passed": rng(5, n),
                "intends_to_return": rng(90, n),
                "provisional": rng(3, n),
                "stay_first": pa.array(stay.astype(np.int32), pa.int32(), mask=~(short | rng(20, n))).cast(pa.date32()),
                "nights_before": np.where(short, m.whole(0, 30, n), 0).astype(np.int16),
                "basic_entitlement": pa.array(m.whole(0, 40_000, n), mask=rng(70, n)),
                "previous_charge": pa.array(m.whole(0, 20_000, n), mask=rng(50, n)),
            },
        ),
    )


def _rates_with_a_value() -> list[str]:
    """The benefit rates that are known for the county's day and for a year on either side."""
    found = []
    for name in packing.rate_names():
        try:
            for days in (-400, 0, 180):
                statutory_figures()[name].on(ON + dt.timedelta(days=days))
        except NoValueOnDay:
            continue
        found.append(name)
    return found


def _apart(m: _Maker, kind: pa.Array, owner: Ints, once: set[str]) -> pa.Array:
    """Kinds of which a person has one at most stand first among a person's rows, but for a few people with faults."""
    names = np.array(kind.to_pylist(), object)
    again = np.append(False, owner[1:] == owner[:-1]) & (~m.chance(5, len(names)) if m.faults else True)
    names[again & np.isin(names, list(once))] = "other_counted" if "home" not in once else "savings"
    return pa.array(names, pa.string())


def _followed(m: _Maker, kind: pa.Array, follows: np.ndarray) -> pa.Array:
    """For rows that follow a rate one of their own kind's, but for a few people with faults; none for the others."""
    known = _rates_with_a_value()
    every = packing.rate_names()
    own = {each.name: [r for r in each.rates if m.faults or r in known] for each in kinds.incomes().kinds}
    wrong = m.chance(5, len(follows)) & m.faults
    picks = m.whole(0, 1_000, len(follows))
    found = []
    for name, may, bad, pick in zip(kind.to_pylist(), follows, wrong, picks, strict=True):
        some = (every if bad else own[name]) if may else []
        found.append(some[pick % len(some)] if some else None)
    return pa.array(found, pa.string())


def _means(bulk: Bulk, m: _Maker) -> None:
    often = list(Frequency)
    a_week = np.array([1, 2, 4, 4, 13, 52], np.int64)
    counts = m.whole(0, 5, m.people)
    rows = int(counts.sum())
    place = np.repeat(np.arange(6), [4, 1, 1, 2, 1, 1])[m.whole(0, 10, rows)]
    table = kinds.incomes()
    kind_names = list(table.codes)
    kind = m.words(kind_names, [8, 12, 12] + [1] * (len(kind_names) - 3), rows)
    kind = _apart(m, kind, m.owners(counts), {each.name for each in table.kinds if each.once})
    if not m.faults:
        kind = pc.if_else(pc.equal(kind, NO_INCOME), "other_counted", kind)
    rate = _followed(m, kind, m.chance(60, rows))
    follows = np.asarray(rate.is_valid().to_numpy(zero_copy_only=False), bool)
    amount = m.whole(100, 20_000, rows) * a_week[place] + m.whole(0, 7, rows)
    whole = m.faults & m.chance(20, rows) & (np.array(kind.to_pylist(), object) == "guarantee_credit")
    amount[whole], place[whole] = WHOLE_GUARANTEE, 0
    bulk.append(
        tables.income,
        m.fact(
            "income",
            m.owners(counts),
            {
                "starts": m.days(number(ON) - 500, 90, rows, 40),
                "ends": m.days(number(ON) + 150, 200, rows, 92),
                "kind": kind,
                "amount": pa.array(amount, mask=follows | m.chance(0.1 if m.faults else 0, rows)),
                "frequency": pa.DictionaryArray.from_arrays(
                    pa.array(place.astype(np.int32)), pa.array([str(w) for w in often])
                ).cast(pa.string()),
                "rate": rate,
            },
        ),
    )
    counts = np.array([0, 1, 1, 1, 2], np.int64)[m.whole(0, 5, m.people)]
    rows = int(counts.sum())
    names = [each.name for each in kinds.assets().kinds if m.faults or not each.days]
    kind = _apart(m, m.words(names, [20] + [1] * (len(names) - 1), rows), m.owners(counts), {"home"})
    bulk.append(
        tables.asset,
        m.fact(
            "asset",
            m.owners(counts),
            {
                "starts": m.days(number(ON) - 500, 90, rows, 60),
                "ends": m.days(number(ON) + 150, 200, rows, 95),
                "kind": kind,
                "value": m.whole(0, 3_500_000, rows),
                "owed": np.where(m.chance(10, rows), m.whole(0, 500_000, rows), 0),
                "owners": np.array([1, 1, 1, 2, 3], np.int16)[m.whole(0, 5, rows)],
                "sale_costs": m.chance(10, rows),
                "share_value": pa.array(m.whole(0, 3_000_000, rows), mask=m.chance(60 if m.faults else 0, rows)),
            },
        ),
    )
    counts = np.array([0, 0, 1, 2, 3], np.int64)[m.whole(0, 5, m.people)]
    rows = int(counts.sum())
    names = list(kinds.expenses().codes)
    bulk.append(
        tables.expense,
        m.fact(
            "expense",
            m.owners(counts),
            {
                "starts": m.days(number(ON) - 500, 90, rows, 60),
                "ends": m.days(number(ON) + 150, 200, rows, 95),
                "kind": m.words(names, [1] * len(names), rows),
                "amount": m.whole(100, 4_000, rows),
                "frequency": m.words(often, [4, 1, 1, 2, 1, 1], rows),
            },
        ),
    )


def _decisions(bulk: Bulk, m: _Maker) -> None:
    def some(percent: float) -> Ints:
        return np.flatnonzero(m.chance(percent, m.people)) + m.first

    who = some(6)
    bulk.append(
        tables.charging_ground,
        m.fact(
            "ground",
            who,
            {
                "starts": m.days(number(ON) - 30, 40, len(who), 1 if m.faults else 0),
                "ends": m.days(number(ON) + 100, 90, len(who), 60),
                "ground": m.words(list(Ground), [1] * len(list(Ground)), len(who)),
            },
        ),
    )
    who = some(5)
    bulk.append(
        tables.home_stay,
        m.fact(
            "stay",
            who,
            {"starts": m.days(number(ON) - 60, 60, len(who), 0), "ends": m.days(number(ON) + 100, 30, len(who), 80)},
        ),
    )
    who = some(2)
    approved = m.chance(95, len(who)) | (not m.faults)
    bulk.append(
        tables.home_left_out,
        m.fact(
            "decision",
            who,
            {
                "starts": m.days(number(ON) - 60, 60, len(who), 20 if m.faults else 0),
                "ends": m.days(number(ON) + 100, 30, len(who), 60),
                "ground": m.words(list(HomeDisregard), [1] * len(list(HomeDisregard)), len(who)),
                "reason": pa.array(["Panel" if each else None for each in approved]),
                "approver": pa.array(["Panel chair" if each else None for each in approved]),
            },
        ),
    )
    who = some(2)
    made = m.fact(
        "override",
        who,
        {
            "starts": m.days(number(ON) - 60, 60, len(who), 0),
            "ends": m.days(number(ON) + 100, 90, len(who), 0),
            "of": m.words(list(OverrideOf), [1, 1], len(who)),
            "amount": m.whole(0, 40_000, len(who)),
            "reason": pa.repeat("Panel", len(who)),
            "requested_by": pa.repeat("Officer A", len(who)),
        },
    )
    bulk.append(tables.figure_override, made)
    yes = np.flatnonzero(m.chance(80, len(who)))
    bulk.append(
        tables.override_approval,
        pa.table(
            {
                "override": made["nr"].take(pa.array(yes)),
                "learned": np.ones(len(yes), np.int64),
                "requested_by": pa.repeat("Officer A", len(yes)),
                "approved_by": pa.repeat("Officer B", len(yes)),
                "change": np.ones(len(yes), np.int64),
            }
        ),
    )
