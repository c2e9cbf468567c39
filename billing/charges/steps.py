"""Every step behind the charges of a run, a row a stretch of like weeks: what a bill shows and ``explain`` reads."""

import numpy as np
import pyarrow as pa

from billing.charges.calculate import Charges
from billing.charges.facts import CHARGE, COLLECTED, FEE, FLAT, KINDS, ChargeFacts
from billing.charges.lower import IN_FULL
from finance.columns import Ints, dates, words
from finance.keys import keyed, places

STEPS = pa.schema(
    [
        ("subject", pa.int64()),  # the service line; for an arrangement fee, the person
        ("person", pa.int64()),
        ("kind", pa.string()),
        ("party", pa.int64()),
        ("starts", pa.date32()),
        ("ends", pa.date32()),  # first day not covered
        ("weeks", pa.int32()),  # charging weeks alike, one after another
        ("days", pa.int32()),  # in each week: days counted
        ("cost", pa.int64()),  # in each week, pence: what the care costs, less top-ups
        ("limit", pa.int64()),  # in each week, pence: the most the person may be charged; -1: no most
        ("weekly", pa.int64()),  # the assessed charge a whole week, pence; a top-up's, hundredths of a penny
        ("charge", pa.int64()),  # in each week, pence
        ("waived", pa.int64()),
        ("collected", pa.int64()),
        ("over_cap", pa.int64()),  # what the cap on care costs takes off
    ]
)
"""A row: ``weeks`` charging weeks in which a line's figures are the same. Its charge is ``weeks`` times ``charge``."""


def steps(facts: ChargeFacts, made: Charges | None, stuck: Ints) -> pa.Table:
    """The steps of everybody who could be charged. ``stuck``: people who could not."""
    if made is None:
        return STEPS.empty_table()
    rows = [_of_care(facts, made), _of_top_ups(facts, made), _of_fees(facts, made), _of_collected(facts, made)]
    columns = {name: np.concatenate([each[name] for each in rows]) for name in rows[0]}
    if len(stuck):
        kept = np.isin(columns["person"], stuck, invert=True)
        columns = {name: column[kept] for name, column in columns.items()}
    return _merged(columns)


def _of_care(facts: ChargeFacts, made: Charges) -> dict[str, Ints]:
    w, cut_up = made.weeks, made.segments
    line = cut_up.line[w.segment]
    opens = made.week_starts[w.week]
    weekly = np.zeros(len(w), np.int64)
    if len(made.maximum):
        place, met = places(keyed(made.maximum.person, made.maximum.week), keyed(w.person, w.week))
        weekly = np.where(met, made.maximum.weekly[place], 0)
    payer = _payers(facts, made)
    return {
        "subject": facts.nr[line],
        "person": made.people[w.person] if len(made.people) else w.person,
        "kind": np.where(w.flat == 1, FLAT, CHARGE),
        "party": payer[w.person] if len(payer) else w.person,
        "starts": np.maximum(opens, cut_up.first[w.segment]),
        "ends": np.minimum(opens + 7, cut_up.end[w.segment]),
        "days": w.days,
        "cost": w.cost,
        "limit": w.limit,
        "weekly": weekly,
        "charge": w.charge,
        "waived": w.waived,
        "collected": np.zeros(len(w), np.int64),
        "over_cap": w.over_cap,
    }


def _payers(facts: ChargeFacts, made: Charges) -> Ints:
    if not len(made.people):
        return made.people
    return facts.payers.payer[np.searchsorted(facts.payers.person, made.people)]


def _of_top_ups(facts: ChargeFacts, made: Charges) -> dict[str, Ints]:
    t = made.top_ups
    nought = np.zeros(len(t), np.int64)
    return {
        "subject": facts.nr[t.line] if len(t) else t.line,
        "person": facts.care.lines.person[t.line] if len(t) else t.line,
        "kind": t.kind,
        "party": t.payer,
        "starts": t.first,
        "ends": t.end,
        "days": t.end - t.first,
        "cost": nought,
        "limit": nought + IN_FULL,
        "weekly": t.weekly,
        "charge": t.pence,
        "waived": nought,
        "collected": nought,
        "over_cap": nought,
    }


def _of_fees(facts: ChargeFacts, made: Charges) -> dict[str, Ints]:
    f = made.fees
    nought, opens = np.zeros(len(f), np.int64), made.week_starts[f.week] if len(f) else f.week
    person = made.people[f.person] if len(f) else f.person
    payer = _payers(facts, made)
    return {
        "subject": person,
        "person": person,
        "kind": nought + FEE,
        "party": payer[f.person] if len(f) else f.person,
        "starts": opens,
        "ends": opens + 7,
        "days": f.days,
        "cost": nought,
        "limit": nought + IN_FULL,
        "weekly": nought,
        "charge": f.pence,
        "waived": nought,
        "collected": nought,
        "over_cap": nought,
    }


def _of_collected(facts: ChargeFacts, made: Charges) -> dict[str, Ints]:
    c = made.collected
    nought, opens = np.zeros(len(c), np.int64), made.week_starts[c.week] if len(c) else c.week
    person = facts.care.lines.person[c.line] if len(c) else c.line
    payer = _payers(facts, made)
    return {
        "subject": facts.nr[c.line] if len(c) else c.line,
        "person": person,
        "kind": nought + COLLECTED,
        "party": payer[np.searchsorted(made.people, person)] if len(c) else c.line,
        "starts": opens,
        "ends": opens + 7,
        "days": nought,
        "cost": nought,
        "limit": nought + IN_FULL,
        "weekly": nought,
        "charge": nought,
        "waived": nought,
        "collected": c.pence,
        "over_cap": nought,
    }


def _merged(columns: dict[str, Ints]) -> pa.Table:
    """Weeks alike and one after another as one row."""
    like = [name for name in columns if name not in ("starts", "ends")]
    order = np.lexsort((columns["starts"], columns["party"], columns["kind"], columns["subject"]))
    rows = {name: column[order] for name, column in columns.items()}
    if not len(order):
        return STEPS.empty_table()
    whole = rows["ends"] - rows["starts"] == 7
    follows = np.zeros(len(order), bool)
    follows[1:] = (rows["starts"][1:] == rows["ends"][:-1]) & whole[1:] & whole[:-1]
    for name in like:
        follows[1:] &= rows[name][1:] == rows[name][:-1]
    first = np.flatnonzero(~follows)
    last = np.append(first[1:], len(order)) - 1
    made = {name: column[first] for name, column in rows.items()} | {
        "ends": rows["ends"][last],
        "weeks": last - first + 1,
    }
    kinds = words(made["kind"], KINDS)
    return pa.table(
        {field.name: kinds if field.name == "kind" else _as(made[field.name], field.type) for field in STEPS},
        schema=STEPS,
    )


def _as(column: Ints, kind: pa.DataType) -> pa.Array:
    if pa.types.is_date(kind):
        return dates(column)
    return pa.array(column).cast(kind)
