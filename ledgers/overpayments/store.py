"""SQL of overpayments: cases opened where a run leaves a payee owing, decisions about them, and what came of each."""

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, and_, func, insert, select

from finance.columns import Bulk
from finance.locking import Alone
from ledgers import tables as t
from ledgers.overpayments.cases import NoSuchOverpayment, Overpayment, OverpaymentAct, steps_of
from ledgers.overpayments.tables import overpayment, overpayment_act
from ledgers.parties import MostTaken, Parties
from ledgers.runs import POSTED, Run
from ledgers.store import carried_forward

_c, _act = overpayment.c, overpayment_act.c


def open_cases(bulk: Bulk, run: Run, parties: Parties, at: dt.datetime) -> None:
    """A case for each payee whom a run leaves owing, and whom the run before it did not. An urgent run opens none: the
    run of its calendar carries on what it leaves.
    """
    if run.is_urgent:
        return
    before = carried_forward(bulk, run.run_before)
    owed = [before.get(each, 0) < 0 for each in parties.party.tolist()]
    mine = np.flatnonzero((parties.carried_forward < 0) & ~np.asarray(owed, bool))
    count = len(mine)
    bulk.append(
        overpayment,
        pa.table(
            {
                "stream": pa.repeat(run.stream, count),
                "calendar": pa.repeat(pa.scalar(run.calendar, pa.int64()), count),
                "party": parties.party[mine],
                "run": pa.repeat(pa.scalar(run.nr, pa.int64()), count),
                "pence": -parties.carried_forward[mine],
                "opened_at": pa.repeat(pa.scalar(at, pa.timestamp("us")), count),
            }
        ),
    )


def most_taken(bulk: Bulk, run: Run) -> dict[int, MostTaken]:
    """The most a run takes off what it pays each payee who owes, as was decided before it was submitted."""
    submitted = select(t.run.c.submitted_at).where(t.run.c.nr == run.nr).scalar_subquery()
    said = (
        select(_c.party, _act.most_pence, _act.most_percent, _c.nr.label("case"), _act.nr.label("act"))
        .join_from(overpayment, overpayment_act, _act.overpayment == _c.nr)
        .where(_c.stream == run.stream, _c.calendar == run.calendar, _act.what == "recovery")
        .where(_act.at <= submitted)
    )
    latest = select(_c.party, func.max(_c.nr).label("case")).where(_c.stream == run.stream, _c.calendar == run.calendar)
    newest = {row["party"]: row["case"] for row in bulk.read(latest.group_by(_c.party)).to_pylist()}
    found: dict[int, MostTaken] = {}
    for row in sorted(bulk.read(said).to_pylist(), key=lambda each: int(each["act"])):
        if newest[row["party"]] == row["case"]:
            found[row["party"]] = MostTaken(row["most_pence"], row["most_percent"])
    return {party: each for party, each in found.items() if (each.pence, each.percent) != (None, None)}


def read_cases(connection: Connection, nr: int | None = None) -> list[Overpayment]:
    """Every case, the oldest first, as released runs left it; or the one of a number. Raises NoSuchOverpayment."""
    query = (
        select(overpayment, t.run.c.calendar_name, t.run.c.pay_date)
        .join_from(overpayment, t.run, t.run.c.nr == _c.run)
        .order_by(_c.nr)
    )
    found = connection.execute(query if nr is None else query.where(_c.nr == nr)).all()
    if nr is not None and not found:
        raise NoSuchOverpayment(f"There is no overpayment {nr}.", "List them: outturn overpayments list")
    return [_case(connection, row) for row in found]


def _case(connection: Connection, row: Any) -> Overpayment:
    p, r = t.run_party.c, t.run.c
    released = and_(r.status.in_([str(each) for each in POSTED]), r.urgent_for.is_(None))
    of_calendar = and_(r.stream == row.stream, r.calendar == row.calendar, released)
    runs = connection.execute(
        select(p.run, r.pay_date, p.brought_forward, p.total - p.held, p.paid, p.carried_forward)
        .join_from(t.run_party, t.run, r.nr == p.run)
        .where(of_calendar, p.party == row.party, p.run >= row.run)
        .order_by(p.run)
    )
    acts = connection.execute(select(overpayment_act).where(_act.overpayment == row.nr).order_by(_act.nr))
    return Overpayment(
        row.nr,
        row.calendar,
        row.calendar_name,
        row.party,
        row.run,
        row.pay_date,
        row.pence,
        row.opened_at,
        steps_of([tuple(each) for each in runs]),
        [
            OverpaymentAct(each.what, each.owner, each.most_pence, each.most_percent, each.reason, each.by, each.at)
            for each in acts
        ],
    )


def lock_cases(connection: Connection) -> None:
    """Nobody else decides about a case until this transaction ends."""
    connection.execute(Alone(overpayment_act))


def add_act(connection: Connection, nr: int, act: OverpaymentAct) -> None:
    connection.execute(
        insert(overpayment_act).values(
            overpayment=nr,
            what=act.what,
            owner=act.owner,
            most_pence=act.most_pence,
            most_percent=act.most_percent,
            reason=act.reason,
            by=act.by,
            at=act.at,
        )
    )


def owing_with_no_case(connection: Connection) -> list[tuple[int, int, int]]:
    """Payees whom a calendar’s last released run left owing, and of whom no case tells: run, payee and pence."""
    p, r = t.run_party.c, t.run.c
    released = and_(r.status.in_([str(each) for each in POSTED]), r.urgent_for.is_(None))
    last = select(func.max(r.nr)).where(released).group_by(r.stream, r.calendar)
    case = select(_c.nr).where(_c.stream == r.stream, _c.calendar == r.calendar, _c.party == p.party, _c.run <= p.run)
    rows = connection.execute(
        select(p.run, p.party, -p.carried_forward)
        .join_from(t.run_party, t.run, r.nr == p.run)
        .where(p.run.in_(last), p.carried_forward < 0, ~case.exists())
        .order_by(p.run, p.party)
    )
    return [(run, party, int(pence)) for run, party, pence in rows]
