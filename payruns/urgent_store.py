"""SQL of urgent pay runs: what each pays, which have paid beyond a run’s last day, and who was paid so before."""

import numpy as np
from sqlalchemy import ColumnElement, Select, Table, select

from finance.columns import Bulk, Ints, ints
from finance.facts import tables as t
from finance.facts.versions import believed
from finance.timelines import distinct
from ledgers import tables as ledger
from ledgers.runs import POSTED, Run
from ledgers.urgent import ADJUSTMENT, LINE, PAYEE, PERSON
from payruns.urgent import Only

_POSTED = [str(each) for each in POSTED]


def read_only(bulk: Bulk, run: Run) -> Only | None:
    """What an urgent run pays, by the facts it knows; None: everything. Of a payee: lines and blocks of its contracts,
    and its adjustments; of a person: their lines and adjustments.
    """
    if run.urgent_for is None:
        return None
    line, block, adjustment = t.service_line, t.block, t.adjustment

    def numbers(query: Select[tuple[int]]) -> Ints:
        return distinct(ints(bulk.read(query), "nr"))

    def under(table: Table) -> Select[tuple[int]]:
        contract = select(t.contract.c.nr).where(t.contract.c.payee == run.urgent_nr, believed(t.contract, run.known))
        return select(table.c.nr).where(believed(table, run.known), table.c.contract.in_(contract))

    none = np.empty(0, np.int64)
    mine = np.asarray([run.urgent_nr], np.int64)
    of_them = {PERSON: adjustment.c.person == run.urgent_nr, PAYEE: adjustment.c.payee == run.urgent_nr}
    adjusted = of_them.get(run.urgent_for)
    adjustments = (
        none if adjusted is None else numbers(select(adjustment.c.nr).where(believed(adjustment, run.known), adjusted))
    )
    if run.urgent_for == PAYEE:
        return Only(numbers(under(line)), numbers(under(block)), adjustments)
    if run.urgent_for == PERSON:
        theirs = select(line.c.nr).where(believed(line, run.known), line.c.person == run.urgent_nr)
        return Only(numbers(theirs), none, adjustments)
    assert run.urgent_for in (LINE, ADJUSTMENT)
    return Only(mine, none, none) if run.urgent_for == LINE else Only(none, none, mine)


def _urgent(run: Run) -> ColumnElement[bool]:
    r = ledger.run.c
    return (
        (r.stream == run.stream)
        & (r.calendar == run.calendar)
        & r.urgent_for.is_not(None)
        & r.status.in_(_POSTED)
        & (r.nr != run.nr)
    )


def read_beyond(bulk: Bulk, run: Run) -> Ints:
    """Released urgent runs of a run’s calendar that pay for later days than it does."""
    r = ledger.run.c
    return ints(bulk.read(select(r.nr).where(_urgent(run), r.up_to > run.up_to).order_by(r.nr)), "nr")
