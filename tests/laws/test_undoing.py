"""Late news and its undoing net to nought, and both stay visible; what was known then can be asked again."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from finance.care_costs import store
from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import KINDS
from finance.days import number
from ledgers import tables as t
from tests.conftest import NewDatabase
from tests.laws.histories import History
from tests.laws.living import Life
from tests.laws.worlds import CLOSES, DAY, OPENS, Rows, make_world
from tests.payruns import reference

SEEDS = st.integers(0, 10**9)
FEW = settings(max_examples=1)


@FEW
@given(seed=SEEDS)
def test_a_change_and_its_undoing_net_to_nought_and_both_are_seen(new_database: NewDatabase, seed: int) -> None:
    life, world = Life(new_database()), make_world(seed, 10)
    assert life.learn(world)
    for calendar in ("CAL1", "CAL2"):
        life.pay(calendar, OPENS + 70 * DAY)
    before = life.ledger()
    rates = {ref: row["rate"] for ref, row in world.rows["rates"].items()}
    agreed = {ref: row["rate"] for ref, row in world.rows["agreed_rates"].items()}
    for change in (lambda _rate: "77.7777", None):
        for extract, old in (("rates", rates), ("agreed_rates", agreed)):
            for ref, rate in old.items():
                world.rows[extract][ref]["rate"] = change(rate) if change else rate
        assert life.learn(world)
        for calendar in ("CAL1", "CAL2"):
            life.pay(calendar, OPENS + 70 * DAY)
    assert life.ledger() == before
    e = t.entry.c
    with life.database.begin() as connection:
        rows = connection.execute(
            select(e.subject, e.kind, e.period_starts, e.funder, e.party, e.amount, e.revision).where(e.kind == "care")
        ).all()
    revisions: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for *key, amount, revision in rows:
        revisions.setdefault(tuple(key), []).append((revision, amount))
    for entries in revisions.values():
        entries.sort()
        assert [revision for revision, _ in entries] == list(range(1, len(entries) + 1))
        if len(entries) == 3:
            assert entries[1][1] == -entries[2][1]
    assert Counter(len(entries) for entries in revisions.values())[3] > 0


def due_as_known(life: Life, believed: Rows, calendar: str, known: int) -> tuple[dict[object, int], dict[object, int]]:
    """(by the calculation from facts as known at a change, by the reference from the rows believed then)."""
    go_live = reference.as_day(believed["pay_calendars"][calendar]["go_live"], reference.NEVER)
    life.settled[calendar] = CLOSES
    spans = life.periods(calendar)
    nr = life.numbers("pay_calendar")[calendar]
    none = np.empty(0, np.int64)
    with life.database.bulk() as bulk:
        window = store.Window(nr, known, number(spans[0].first), number(CLOSES), none, none)
        facts = store.read_facts(bulk, window)
    periods = Periods(
        *(
            np.asarray([number(day) for day in days], np.int64)
            for days in zip(*((each.first, each.end) for each in spans), strict=True)
        )
    )
    line_from = np.full(len(facts.lines), number(go_live), np.int64)
    worked = calculate_due(facts, periods, line_from, number(CLOSES))
    name = {nr: ref for ref, nr in life.numbers("service_line").items()}
    funders = {nr: ref for ref, nr in life.numbers("funder").items()}
    sums, due = worked.sums, worked.due
    came: dict[object, int] = {
        (
            name[int(facts.lines.nr[sums.line[row]])],
            KINDS[int(sums.kind[row])],
            spans[int(sums.period[row])].first,
            funders.get(int(funder)),
        ): int(pence)
        for row, funder, pence in zip(due.row, due.funder, due.pence, strict=True)
    }
    should: dict[object, int] = {}
    for ref, row in believed["service_lines"].items():
        if believed["contracts"][str(row["contract_ref"])]["calendar_ref"] != calendar:
            continue
        line = reference.Line(believed, ref, go_live)
        try:
            should |= {
                (ref, kind, period.first, funder): pence
                for period in spans
                for (kind, funder), pence in line.due(period, CLOSES).items()
            }
        except reference.Parked:
            should = {key: pence for key, pence in should.items() if isinstance(key, tuple) and key[0] != ref}
    return came, should


@FEW
@given(seed=SEEDS)
def test_what_was_known_then_can_be_asked_again(new_database: NewDatabase, seed: int) -> None:
    life = Life(new_database())
    history = History.begin(life, seed, 10)
    known: list[tuple[int, Rows]] = []
    for _ in range(3):
        with life.database.begin() as connection:
            known.append((store.last_change(connection), life.believed))
        history.some_news(4)
    for change, believed in known:
        for calendar in ("CAL1", "CAL2"):
            came, should = due_as_known(life, believed, calendar, change)
            assert came == should
