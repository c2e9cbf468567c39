"""From rows as the tables keep them to the circumstances the rules are asked about, with who told us each fact."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finance.assessment import (
    Asset,
    Circumstances,
    Expense,
    Frequency,
    Ground,
    GroundHeld,
    HomeDisregard,
    HomeLeftOut,
    Income,
    Nation,
    Nursing,
    Override,
    OverrideOf,
    Setting,
    Stay,
)
from finance.assessment.circumstances import PERSON_DAYS, PERSON_FLAGS
from finance.assessment.properties import as_one_life

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Provenance:
    """One fact as we were told it: which, for which days, when we learned it, from whom and from what."""

    table: str
    ref: str
    words: str
    starts: dt.date | None
    ends: dt.date | None
    learned: int
    moment: dt.datetime
    by: str
    source: str
    source_row: int | None


@dataclass(frozen=True, slots=True)
class PersonAssessed:
    """A person as believed at some moment, with their circumstances from each day on which these changed."""

    nr: int
    ref: str
    name: str
    born: dt.date | None
    died: dt.date | None
    versions: tuple[Circumstances, ...]
    ends: dt.date | None
    review: dt.date | None
    told: tuple[Provenance, ...]
    awaiting: tuple[str, ...]

    def dead_on(self, day: dt.date) -> bool:
        """Whether the person had died before a day. On the day of death they still pay."""
        return self.died is not None and day > self.died

    def on(self, day: dt.date) -> Circumstances | None:
        """The circumstances that stand on a day, or None when there are none, or it is after the day of death."""
        return None if self.dead_on(day) else self.whatever_death(day)

    def whatever_death(self, day: dt.date) -> Circumstances | None:
        """The same, after a death too: a council may go on charging for some days."""
        started = [each for each in self.versions if each.first is not None and each.first <= day]
        return None if not started or (self.ends is not None and day >= self.ends) else started[-1]


def fold(nr: int, ref: str, name: str, born: dt.date | None, died: dt.date | None, rows: Rows) -> PersonAssessed:
    """Put one person's rows together. ``rows`` holds the rows believed, by table, each with its change joined on."""
    items: dict[str, Any] = {
        "incomes": tuple(map(_income, rows.get("income", ()))),
        "assets": tuple(map(_asset, rows.get("asset", ()))),
        "expenses": tuple(map(_expense, rows.get("expense", ()))),
        "standings": tuple(map(_standing, rows.get("charging_ground", ()))),
        "stays": tuple(Stay(first=row["starts"], end=row["ends"]) for row in rows.get("home_stay", ())),
        "homes_left_out": tuple(map(_left_out, rows.get("home_left_out", ()))),
        "overrides": tuple(_override(row) for row in rows.get("figure_override", ()) if row["approved_by"]),
    }
    spans = sorted(rows.get("circumstance", ()), key=lambda row: row["starts"])
    versions = as_one_life([_circumstances(ref, born, row, items) for row in spans])
    awaiting = tuple(
        f"The override of {row['of']} asked for by {row['requested_by']} awaits a second person: it does not count yet."
        for row in rows.get("figure_override", ())
        if not row["approved_by"]
    )
    last = spans[-1] if spans else None
    told = tuple(_told(table, row) for table, some in rows.items() for row in some)
    return PersonAssessed(
        nr,
        ref,
        name,
        born,
        died,
        versions,
        last["ends"] if last else None,
        last["review"] if last else None,
        told,
        awaiting,
    )


def _circumstances(ref: str, born: dt.date | None, row: Row, items: Mapping[str, Any]) -> Circumstances:
    given: dict[str, Any] = {name: bool(row[name]) for name in PERSON_FLAGS} | {
        name: row[name] for name, _, _ in PERSON_DAYS
    }
    return Circumstances(
        person=ref,
        born=born,
        cost_pence=row["cost"],
        nation=Nation(row["nation"]),
        setting=Setting(row["setting"]),
        first=row["starts"],
        children=row["children"],
        intends_to_return=bool(row["intends_to_return"]),
        nights_before=row["nights_before"],
        nursing=Nursing(row["nursing"]),
        fee_pence=row["fee"],
        basic_entitlement_pence=row["basic_entitlement"],
        previous_charge_pence=row["previous_charge"],
        **given,
        **items,
    )


def _income(row: Row) -> Income:
    return Income(
        kind=row["kind"],
        amount_pence=row["amount"],
        frequency=Frequency(row["frequency"]),
        rate=row["rate"],
        first=row["starts"],
        end=row["ends"],
    )


def _asset(row: Row) -> Asset:
    return Asset(
        kind=row["kind"],
        value_pence=row["value"],
        owed_pence=row["owed"],
        owners=row["owners"],
        sale_costs=bool(row["sale_costs"]),
        share_value_pence=row["share_value"],
        first=row["starts"],
        end=row["ends"],
    )


def _expense(row: Row) -> Expense:
    return Expense(
        kind=row["kind"],
        amount_pence=row["amount"],
        frequency=Frequency(row["frequency"]),
        first=row["starts"],
        end=row["ends"],
    )


def _standing(row: Row) -> GroundHeld:
    return GroundHeld(
        ground=Ground(row["ground"]), evidence=row["evidence"] or "", first=row["starts"], end=row["ends"]
    )


def _left_out(row: Row) -> HomeLeftOut:
    return HomeLeftOut(
        ground=HomeDisregard(row["ground"]),
        reason=row["reason"] or "",
        approver=row["approver"] or "",
        first=row["starts"],
        end=row["ends"],
    )


def _override(row: Row) -> Override:
    return Override(
        of=OverrideOf(row["of"]),
        amount_pence=row["amount"],
        reason=row["reason"],
        approver=row["approved_by"],
        first=row["starts"],
        end=row["ends"],
    )


def _told(table: str, row: Row) -> Provenance:
    words = str(row.get("kind") or row.get("ground") or row.get("of") or row.get("setting") or table)
    return Provenance(
        table,
        row["ref"],
        words.replace("_", " "),
        row["starts"],
        row["ends"],
        row["learned"],
        row["moment"],
        row["by"],
        row["source"],
        row["source_row"],
    )
