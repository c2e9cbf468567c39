"""SQL of urgent pay runs: what each is for and pays, and which have paid beyond a run’s last day."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from finance.columns import Bulk, Ints, ints
from finance.facts import tables as t
from finance.facts.names_store import newest
from finance.facts.versions import believed
from finance.problems import Refusal
from finance.timelines import distinct
from ledgers import tables as ledger
from ledgers.runs import POSTED, Run
from ledgers.streams import NOT_PROPOSED
from ledgers.urgent import ADJUSTMENT, LINE, PAYEE, PERSON, Urgent
from payruns.urgent import Only, check_whole

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


def read_calendars(connection: Connection, urgent: Urgent) -> dict[int, str]:
    """The pay calendars of what an urgent run is for, number and reference: by the contracts of its lines, and of what
    its adjustments are entered for.
    """
    line, contract, adjustment = t.service_line.c, t.contract.c, t.adjustment.c
    contracts = select(contract.calendar).where(believed(t.contract, None))
    lines = contracts.join_from(t.contract, t.service_line, line.contract == contract.nr)
    lines = lines.where(believed(t.service_line, None))
    sums = select(adjustment.calendar).where(believed(t.adjustment, None))
    of = {
        LINE: (lines.where(line.nr == urgent.nr),),
        PERSON: (lines.where(line.person == urgent.nr), sums.where(adjustment.person == urgent.nr)),
        PAYEE: (contracts.where(contract.payee == urgent.nr), sums.where(adjustment.payee == urgent.nr)),
        ADJUSTMENT: (sums.where(adjustment.nr == urgent.nr),),
    }
    numbers = {nr for query in of[urgent.what] for nr in connection.execute(query).scalars()}
    return {nr: each.ref for nr, each in newest(connection, t.pay_calendar, numbers).items()}


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


def read_adjustment_day(connection: Connection, nr: int) -> dt.date:
    """The day of an adjustment that an urgent run may pay. Raises HalfOnAccount, or Refusal of one taken away."""
    a = t.adjustment
    row = connection.execute(select(a.c.ref, a.c.on).where(a.c.nr == nr, believed(a, None))).one_or_none()
    if row is None:
        raise Refusal("The adjustment has been taken away.", "Enter it again, or name another.")
    among = connection.execute(select(a.c.ref).where(a.c.ref.startswith(row.ref, autoescape=True), believed(a, None)))
    check_whole(row.ref, set(among.scalars()))
    on: dt.date = row.on
    return on


def read_for_ref(connection: Connection, run: Run) -> str:
    """The reference of what an urgent run is for."""
    table = {LINE: t.service_line, PERSON: t.person, PAYEE: t.payee, ADJUSTMENT: t.adjustment}[run.urgent_for or LINE]
    nr = run.urgent_nr or 0
    ref: str = newest(connection, table, [nr])[nr].ref
    return ref


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom a line is paid to, for which service and person, in references."""

    payee: str
    service: str
    person: str


def read_whose(connection: Connection, line: int) -> Whose:
    """Whom a service line is paid to, as believed now. Refuses one that is withdrawn."""
    sl, c, v, s, p = t.service_line, t.contract, t.payee, t.service, t.person
    query = (
        select(v.c.ref.label("payee"), s.c.ref.label("service"), p.c.ref.label("person"))
        .join_from(sl, c, (c.c.nr == sl.c.contract) & believed(c, None))
        .join(v, (v.c.nr == c.c.payee) & believed(v, None))
        .join(s, (s.c.nr == sl.c.service) & believed(s, None))
        .join(p, (p.c.nr == sl.c.person) & believed(p, None))
        .where(sl.c.nr == line, believed(sl, None))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refusal("The service line has been withdrawn.", "Name another, or the payee and the service.")
    return Whose(row.payee, row.service, row.person)


def read_paid_urgently(bulk: Bulk, run: Run) -> pa.Table:
    """What urgent runs released before a run was worked out paid of the periods it may: ``subject``, ``kind``,
    ``period_starts`` and the ``run``, for runs since the last run of its calendar.
    """
    r, e, done = ledger.run.c, ledger.entry.c, ledger.run_event.c
    counted = select(done.nr).where(done.run == r.nr, done.action == "released", done.nr <= run.worked_from).exists()
    since = func.coalesce(r.run_before, 0) >= (run.run_before or 0)
    return bulk.read(
        select(e.subject, e.kind, e.period_starts, e.run)
        .join_from(ledger.entry, ledger.run, e.run == r.nr)
        .where(_urgent(run), counted, since, e.kind.not_in(NOT_PROPOSED))
        .distinct()
        .order_by(e.run, e.period_starts, e.subject, e.kind)
    )
