"""SQL of urgent runs: which runs of a calendar one does not count on yet, and what payees are owed beside them."""

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from finance.columns import Bulk
from ledgers import store
from ledgers import tables as t
from ledgers.runs import POSTED, Run, Status
from ledgers.urgent import PAYEE

_POSTED = [str(each) for each in POSTED]


def read_not_counted(connection: Connection, run: Run) -> list[Run]:
    """Runs of a run’s calendar that have been released, or are being, and that it does not count on: of the calendar’s
    run the urgent ones, since it was begun to be worked out; of an urgent one the calendar’s, since it was drafted.
    """
    r = t.run.c
    if run.is_urgent:
        met = and_(r.urgent_for.is_(None), or_(_releasing, r.status.in_(_POSTED) & (r.nr > (run.run_before or 0))))
    else:
        met = and_(r.urgent_for.is_not(None), or_(_releasing, _released_since(run)))
    return _read(connection, run, met)


def read_urgent_since(connection: Connection, run: Run) -> list[Run]:
    """Other urgent runs of an urgent run’s calendar that are being released, or have been since it was begun to be
    worked out.
    """
    if not run.is_urgent:
        return []
    return _read(connection, run, and_(t.run.c.urgent_for.is_not(None), or_(_releasing, _released_since(run))))


_releasing: ColumnElement[bool] = t.run.c.status == str(Status.RELEASING)


def _released_since(run: Run) -> ColumnElement[bool]:
    e = t.run_event.c
    return select(e.nr).where(e.run == t.run.c.nr, e.action == "released", e.nr > run.worked_from).exists()


def _read(connection: Connection, run: Run, met: ColumnElement[bool]) -> list[Run]:
    r = t.run.c
    same = (r.stream == run.stream, r.calendar == run.calendar, r.nr != run.nr)
    found = connection.execute(select(r.nr).where(*same, met).order_by(r.nr)).scalars()
    return [store.read_run(connection, nr) for nr in found]


def read_brought_forward(bulk: Bulk, run: Run) -> dict[int, int]:
    """What each payee is owed (below nought: owes) as a run settles: what the calendar’s last run carried forward, and
    what urgent runs have posted and not paid since. An urgent run pays a payee what is owed from before; what is owed
    by them is left to the calendar’s run, and of anything else it is for all is left.
    """
    brought = store.carried_forward(bulk, run.run_before)
    p = t.run_party.c
    moved = func.sum(p.carried_forward - p.brought_forward).label("moved")
    rows = bulk.read(select(p.party, moved).where(p.run.in_(_urgent_beside(run))).group_by(p.party))
    for party, pence in zip(rows["party"].to_pylist(), rows["moved"].to_pylist(), strict=True):
        brought[party] = brought.get(party, 0) + int(pence)
    if run.is_urgent:
        return {
            party: pence
            for party, pence in brought.items()
            if run.urgent_for == PAYEE and party == run.urgent_nr and pence > 0
        }
    return {party: pence for party, pence in brought.items() if pence}


def _urgent_beside(run: Run) -> Select[tuple[int]]:
    """Urgent runs released since the last run of a run’s calendar."""
    r = t.run.c
    return select(r.nr).where(
        r.stream == run.stream,
        r.calendar == run.calendar,
        r.nr != run.nr,
        r.urgent_for.is_not(None),
        r.status.in_(_POSTED),
        func.coalesce(r.run_before, 0) == (run.run_before or 0),
    )
