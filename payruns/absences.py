"""The absences a pay run paid for, or did not: the days away from each line, the share, and whose rule."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from finance.care_costs.absences import ShareOfDays, TimeAway, by_contract, time_away
from finance.facts.versions import Row


@dataclass(frozen=True, slots=True)
class PaidAbsence:
    """One stretch of time away, and whose it is, by number."""

    away: TimeAway
    person: int
    service: int
    payee: int


def absences_paid(
    steps: Iterable[pa.Table], told: pa.Table, later: pa.Table, told_in: Collection[tuple[int, dt.date]], own: dt.date
) -> list[PaidAbsence]:
    """Every absence in the run’s own days, and in the earlier periods it posts something for.

    ``steps``: the run’s sealed steps. ``told``: the absences it knew (``read_away``), ``later``: what contracts say
    from a day on. ``told_in``: (line, first day of the period) of what it posted; ``own``: its own first day.
    """
    rows: list[Row] = told.to_pylist()
    whose = {row["line"]: row for row in rows}
    shares: set[ShareOfDays] = set()
    for table in steps:
        mine = pc.and_(pc.equal(table["kind"], "care"), pc.is_in(table["subject"], pa.array(list(whose), pa.int64())))
        for each in table.filter(mine).to_pylist():
            if each["period_starts"] >= own or (each["subject"], each["period_starts"]) in told_in:
                shares.add(ShareOfDays(each["subject"], each["starts"], each["ends"], each["share"]))
    rules: dict[int, list[Row]] = {}
    for term in later.to_pylist():
        rules.setdefault(term["contract"], []).append(term)

    def rule(row: Row, on: dt.date) -> tuple[str, str]:
        held = [each["retainer"] for each in rules.get(row["contract"], ()) if each["starts"] <= on]
        return by_contract(row, held[-1] if held else row["retainer"])

    return [
        PaidAbsence(each, *(whose[each.line][name] for name in ("person", "service", "payee")))
        for each in time_away(shares, rows, rule)
    ]
