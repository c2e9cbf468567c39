"""The packed copy of everyone's facts: kept up with what was learned since, and read whole.

The copy knows which change it holds. Whoever recorded newer facts, those people alone are packed again.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select, Table, delete, func, or_, select

from billing.assessments.caseload import packing
from billing.assessments.caseload.packing import ALWAYS, FLAGS, NONE, Records
from billing.assessments.caseload.rows import Caseload
from billing.assessments.tables import (
    FACTS,
    asset,
    caseload,
    caseload_known,
    charging_ground,
    circumstance,
    expense,
    figure_override,
    home_left_out,
    home_stay,
    income,
    override_approval,
)
from finance.assessment import HomeDisregard, HomeLeftOut, MissingFact, OverrideOf, Stay, ages, kinds
from finance.assessment.ages import NO_BIRTH_DATE
from finance.assessment.circumstances import DISCRETIONARY, LARGEST_FACT
from finance.assessment.properties import twelve_weeks, twelve_weeks_in_doubt
from finance.columns import Bulk, Ints, codes, ends, ints
from finance.days import FOR_EVER, day, number
from finance.facts.tables import change, person
from finance.locking import Alone

PACKED_AT_ONCE = 250_000


def refresh(bulk: Bulk) -> int:
    """Bring the packed copy up to the last change recorded, one at a time. Gives that change's number."""
    latest, known, fresh = _packed(bulk)
    if fresh and known[0]["change"] == latest:
        return latest
    bulk.execute(Alone(caseload_known))
    latest, known, fresh = _packed(bulk)  # somebody else may just have done it
    if fresh and known[0]["change"] == latest:
        return latest
    if fresh:
        again = touched(bulk, known[0]["change"])
        if len(again):
            asked = bulk.stage("caseload_touched", pa.table({"person": pa.array(again)}))
            wanted = select(asked.c.person)
            bulk.execute(delete(caseload).where(caseload.c.person.in_(wanted)))
            _pack(bulk, wanted)
    else:
        bulk.execute(delete(caseload))
        for low, high in _batches(bulk):
            _pack(bulk, None, low, high)
    bulk.execute(delete(caseload_known))
    bulk.append(caseload_known, pa.table({"one": [1], "change": [latest], "packing": [packing.stamp()]}))
    return latest


def _packed(bulk: Bulk) -> tuple[int, list[dict[str, Any]], bool]:
    """The last change recorded, the one the copy was packed by, and whether the same packing still holds."""
    latest = bulk.read(select(func.max(change.c.nr, type_=change.c.nr.type).label("nr")))["nr"][0].as_py() or 0
    known = bulk.read(select(caseload_known.c.change, caseload_known.c.packing)).to_pylist()
    return int(latest), known, bool(known) and known[0]["packing"] == packing.stamp()


def read(bulk: Bulk, low: int | None = None, high: int | None = None) -> Caseload:
    """Packed rows of everyone, or of people numbered ``low`` up to ``high``, in order of person and first day."""
    query = select(caseload.c.person, caseload.c.starts, caseload.c.who, caseload.c["items"])
    if low is not None and high is not None:
        query = query.where(caseload.c.person >= low, caseload.c.person < high)
    found = bulk.read(query.order_by(caseload.c.person, caseload.c.starts))
    return Caseload.of(found)


def read_some(bulk: Bulk, people: Ints) -> Caseload:
    """Packed rows of some people."""
    asked = bulk.stage("caseload_asked", pa.table({"person": pa.array(people)}))
    query = select(caseload.c.person, caseload.c.starts, caseload.c.who, caseload.c["items"])
    wanted = query.where(caseload.c.person.in_(select(asked.c.person)))
    return Caseload.of(bulk.read(wanted.order_by(caseload.c.person, caseload.c.starts)))


def bounds(bulk: Bulk, size: int) -> list[tuple[int, int]]:
    """Ranges of people's numbers that hold everyone packed, about ``size`` numbers each."""
    kind = caseload.c.person.type
    query = select(
        func.min(caseload.c.person, type_=kind).label("low"), func.max(caseload.c.person, type_=kind).label("high")
    )
    ((low, high),) = [(row["low"], row["high"]) for row in bulk.read(query).to_pylist()]
    if low is None:
        return []
    return [(first, first + size) for first in range(low, high + 1, size)]


def touched(bulk: Bulk, since: int, before: int | None = None) -> Ints:
    """People any of whose facts were learned or superseded after a change (and before another, when given)."""

    def between(column: Any) -> Any:
        return column > since if before is None else (column > since) & (column < before)

    found = []
    for table in FACTS.values():
        later = or_(between(table.c.learned), between(table.c.superseded))
        found.append(ints(bulk.read(select(table.c.person).where(later).distinct()), "person"))
    later = or_(between(person.c.learned), between(person.c.superseded))
    found.append(ints(bulk.read(select(person.c.nr).where(later).distinct()), "nr"))
    approved = (
        select(figure_override.c.person)
        .join(override_approval, override_approval.c.override == figure_override.c.nr)
        .where(between(override_approval.c.change))
    )
    found.append(ints(bulk.read(approved), "person"))
    return np.unique(np.concatenate(found))


def _batches(bulk: Bulk) -> Iterator[tuple[int, int]]:
    kind = circumstance.c.person.type
    query = select(
        func.min(circumstance.c.person, type_=kind).label("low"),
        func.max(circumstance.c.person, type_=kind).label("high"),
    )
    row = bulk.read(query).to_pylist()[0]
    if row["low"] is not None:
        for first in range(row["low"], row["high"] + 1, PACKED_AT_ONCE):
            yield first, first + PACKED_AT_ONCE


def _pack(bulk: Bulk, wanted: Select[Any] | None, low: int = 0, high: int = 0) -> None:
    """Pack the people wanted (or numbered from ``low`` up to ``high``) and add their rows."""

    def facts(table: Table, *more: Any) -> pa.Table:
        chosen = table.c.person.in_(wanted) if wanted is not None else (table.c.person >= low) & (table.c.person < high)
        columns = [each for each in table.c if each.name not in ("learned", "superseded", "source_row", "ref")]
        return bulk.read(select(*columns).where(table.c.superseded.is_(None), chosen, *more).order_by(table.c.nr))

    spans = facts(circumstance).sort_by([("person", "ascending"), ("starts", "ascending")])
    if not spans.num_rows:
        return
    owner = ints(spans, "person")
    born, dead_from = _lives(bulk, owner, wanted, low, high)
    stays, decisions = facts(home_stay), facts(home_left_out)
    sources = [
        _incomes(facts(income)),
        _assets(facts(asset)),
        _expenses(facts(expense)),
        _grounds(facts(charging_ground)),
        _overrides(facts(figure_override, _approved())),
    ]
    parts = [packing.shared(whose, items, owner) for whose, items in sources]
    parts += [_homes(spans, owner, stays, decisions), _fees(spans)]
    starts, items = packing.together(parts, len(owner))
    who = _who(spans, born, dead_from)
    bulk.append(
        caseload,
        pa.table(
            {
                "person": pa.array(owner),
                "starts": spans["starts"],
                "who": packing.blobs(who, np.arange(len(owner) + 1)),
                "items": packing.blobs(items, starts),
            }
        ),
    )


def _approved() -> Any:
    return (
        select(override_approval.c.override)
        .where(
            override_approval.c.override == figure_override.c.nr,
            override_approval.c.learned == figure_override.c.learned,
        )
        .exists()
    )


def _lives(bulk: Bulk, owner: Ints, wanted: Select[Any] | None, low: int, high: int) -> tuple[Ints, Ints]:
    """Each owner's birthday, and the day after they died."""
    chosen = person.c.nr.in_(wanted) if wanted is not None else (person.c.nr >= low) & (person.c.nr < high)
    rows = bulk.read(
        select(person.c.nr, person.c.born, person.c.died)
        .where(person.c.superseded.is_(None), chosen)
        .order_by(person.c.nr)
    )
    nrs, born, dead_from = ints(rows, "nr"), ints(rows, "born", NO_BIRTH_DATE), ints(rows, "died", FOR_EVER - 1) + 1
    if not len(nrs):
        return np.full(len(owner), NO_BIRTH_DATE, np.int64), np.full(len(owner), FOR_EVER, np.int64)
    place = np.minimum(np.searchsorted(nrs, owner), len(nrs) - 1)
    known = nrs[place] == owner
    return np.where(known, born[place], NO_BIRTH_DATE), np.where(known, dead_from[place], FOR_EVER)


def _flag(rows: pa.Table, name: str) -> Ints:
    return ints(rows.set_column(rows.column_names.index(name), name, rows[name].cast(pa.int8())), name, 0)


def _who(rows: pa.Table, born: Ints, dead_from: Ints) -> Records:
    made = np.zeros(rows.num_rows, packing.WHO)
    made["born"], made["dead_from"] = born, dead_from
    known = np.where(born == NO_BIRTH_DATE, 0, born)
    given = ints(rows, "pension_age_from", ALWAYS)
    made["pension_age_day"] = np.where(given != ALWAYS, given, ages.pension_age_day(known))
    partner = ints(rows, "partner_pension_age_from", NO_BIRTH_DATE)
    made["partner_born"] = np.where(partner == NO_BIRTH_DATE, ints(rows, "partner_born", NO_BIRTH_DATE), NO_BIRTH_DATE)
    reached = ages.days_where_born(made["partner_born"].astype(np.int64))
    made["partner_pension_age_day"] = np.where(partner == NO_BIRTH_DATE, reached, partner)
    made["twenty_fifth_birthday"] = ages.anniversary(known, 25)
    made["ends"] = np.minimum(ends(rows), FOR_EVER)
    made["stay_first"] = ints(rows, "stay_first", ALWAYS)
    made["nights_before"], made["children"] = ints(rows, "nights_before", 0), ints(rows, "children", 0)
    made["cost"], made["basic"] = ints(rows, "cost"), ints(rows, "basic_entitlement")
    made["previous"] = ints(rows, "previous_charge")
    made["nation"] = codes(rows, "nation", packing.NATIONS)
    made["setting"] = codes(rows, "setting", packing.SETTINGS)
    made["nursing"] = codes(rows, "nursing", packing.NURSINGS)
    flags = np.zeros(rows.num_rows, np.int64)
    for place, name in enumerate(FLAGS):
        flags |= (_flag(rows, name) if name in rows.column_names else (given != ALWAYS).astype(np.int64)) << place
    made["flags"] = flags
    return made


def _days(rows: pa.Table) -> tuple[Ints, Ints]:
    return ints(rows, "starts", ALWAYS), ends(rows)


def _incomes(rows: pa.Table) -> tuple[Ints, Records]:
    first, end = _days(rows)
    follows = ints(rows, "amount") == NONE
    rate, kind = codes(rows, "rate", packing.rate_names()), codes(rows, "kind", list(kinds.incomes().codes))
    amount = np.where(follows, np.maximum(rate, 0), ints(rows, "amount"))
    own = np.array([[name in each.rates for name in packing.rate_names()] for each in kinds.incomes().kinds])
    marks = np.where(follows, np.where((rate >= 0) & own[kind, rate], packing.FOLLOWS, packing.LACKING), 0)
    made = packing.item(
        packing.INCOME, first, end, kind, amount, often=codes(rows, "frequency", packing.OFTEN), marks=marks
    )
    return packing.turned(made, ints(rows, "person"), kinds.incomes())


def _assets(rows: pa.Table) -> tuple[Ints, Records]:
    first, end = _days(rows)
    kind, share, owners = (
        codes(rows, "kind", list(kinds.assets().codes)),
        ints(rows, "share_value"),
        ints(rows, "owners"),
    )
    lacking = kinds.assets().flags("land")[kind] & (owners > 1) & (share < 0)
    made = packing.item(
        packing.ASSET,
        first,
        end,
        kind,
        np.where(share >= 0, np.minimum(share * owners, LARGEST_FACT), ints(rows, "value")),
        ints(rows, "owed"),
        owners,
        _flag(rows, "sale_costs") * packing.SALE_COSTS + lacking * packing.LACKING,
    )
    return packing.turned(made, ints(rows, "person"), kinds.assets())


def _expenses(rows: pa.Table) -> tuple[Ints, Records]:
    first, end = _days(rows)
    kind = codes(rows, "kind", list(kinds.expenses().codes))
    often = codes(rows, "frequency", packing.OFTEN)
    return ints(rows, "person"), packing.item(packing.EXPENSE, first, end, kind, ints(rows, "amount"), often=often)


def _grounds(rows: pa.Table) -> tuple[Ints, Records]:
    first, end = _days(rows)
    return ints(rows, "person"), packing.item(packing.GROUND, first, end, codes(rows, "ground", packing.GROUNDS))


def _overrides(rows: pa.Table) -> tuple[Ints, Records]:

    first, end = _days(rows)
    of = codes(rows, "of", [str(each) for each in OverrideOf])
    sort = np.where(of == 0, packing.ALLOWANCE_OVERRIDE, packing.MAXIMUM_OVERRIDE)
    made = packing.item(0, first, end, amount=ints(rows, "amount"))
    made["sort"] = sort
    return ints(rows, "person"), made


def _fees(spans: pa.Table) -> tuple[Ints, Records]:
    """Homes that ask less than the care costs."""
    fee, cost = ints(spans, "fee"), ints(spans, "cost")
    rows = np.flatnonzero((fee != NONE) & (fee < cost))
    days = np.full(len(rows), ALWAYS), np.full(len(rows), FOR_EVER)
    return rows, packing.item(packing.FAULT, *days, kind=packing.FEE_BELOW_COST)


def _homes(spans: pa.Table, owner: Ints, stays: pa.Table, decisions: pa.Table) -> tuple[Ints, Records]:
    """The days a permanent resident's own home is left out: by decision, and for twelve weeks."""
    permanent = np.asarray(pc.equal(spans["setting"], "care home, permanent").to_numpy(), bool)
    stayed = ints(spans, "stay_first", ALWAYS)
    sold = ints(spans, "home_sold", ALWAYS)
    since, told = _permanent_from(owner, ints(spans, "starts"), permanent)
    of_stays, of_decisions = _by_person(stays), _by_person(decisions)
    wanted = np.flatnonzero(np.isin(owner, [*of_stays, *of_decisions]) | (permanent & (stayed != ALWAYS)))
    rows: list[int] = []
    first: list[int] = []
    end: list[int] = []
    sort: list[int] = []
    kind: list[int] = []

    def _sold(row: int) -> dt.date | None:
        return day(int(sold[row])) if sold[row] != ALWAYS else None

    def add(row: int, sort_: int, first_: int, end_: int, kind_: int = 0) -> None:
        for column, value in ((rows, row), (first, first_), (end, end_), (sort, sort_), (kind, kind_)):
            column.append(value)

    for row in map(int, wanted):
        nr = int(owner[row])
        for each in of_decisions.get(nr, ()):
            if each["ground"] in DISCRETIONARY and not (each["reason"] and each["approver"]):
                add(row, packing.FAULT, ALWAYS, FOR_EVER, packing.DISCRETION_NOT_APPROVED)
            decided = HomeLeftOut(ground=HomeDisregard(each["ground"]), first=each["starts"], end=each["ends"])
            if decided.undated():
                add(row, packing.FAULT, ALWAYS, FOR_EVER, packing.UNDATED)
            if permanent[row]:
                first_day, end_day = decided.span()
                add(row, packing.HOME_LEFT_OUT, _number(first_day, ALWAYS), _number(end_day, FOR_EVER))
        given = [Stay(first=each["starts"], end=each["ends"]) for each in of_stays.get(nr, ())]
        if not given and stayed[row] != ALWAYS and permanent[row]:
            given = [Stay(first=day(int(max(stayed[row], since[row]) if told[row] else stayed[row])))]
            doubt = [] if told[row] else twelve_weeks_in_doubt(day(int(stayed[row])), day(int(since[row])), _sold(row))
            for span in doubt:
                add(row, packing.FAULT, number(span.first), number(span.end), packing.PERMANENT_FROM)
        if given and permanent[row]:
            add(
                row,
                packing.FAULT,
                ALWAYS,
                min(number(each.first) for each in given if each.first),
                packing.BEFORE_THE_STAY,
            )
        try:
            weeks = twelve_weeks(given, _sold(row)).spans if permanent[row] else ()
        except MissingFact:
            add(row, packing.FAULT, ALWAYS, FOR_EVER, packing.STAYS_OVERLAP)
            continue
        for span in weeks:
            add(row, packing.HOME_LEFT_OUT, number(span.first), number(span.end), packing.TWELVE_WEEKS)
    made = packing.item(0, np.array(first, np.int64), np.array(end, np.int64), np.array(kind, np.int64))
    made["sort"] = np.array(sort, np.int64)
    return np.array(rows, np.int64), made


def _permanent_from(owner: Ints, starts: Ints, permanent: np.ndarray) -> tuple[Ints, np.ndarray]:
    """For each version the day from which it and those before it are permanent, and whether one before is not: as
    ``properties.as_one_life`` says of one person's. Versions are in order of person and day."""
    place, count = np.arange(len(owner)), len(owner)
    again = np.zeros(count, bool)
    again[1:] = owner[1:] == owner[:-1]
    on = again.copy()
    on[1:] &= permanent[1:] & permanent[:-1]
    away = np.cumsum(~permanent) - ~permanent  # versions before this one that are not permanent, of anybody
    own = np.maximum.accumulate(np.where(again, 0, place))
    return starts[np.maximum.accumulate(np.where(on, 0, place))], away > away[own]


def _by_person(rows: pa.Table) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["person"], []).append(row)
    return found


def _number(when: Any, none: int) -> int:
    return none if when is None else number(when)
