"""What is read to doubt a line of a pay run: what stopped money and is gone, adjustments alike, accounts shared."""

from collections.abc import Iterable

import pyarrow as pa
from sqlalchemy import ColumnElement, FromClause, and_, func, or_, select

from finance.columns import Bulk, Ints
from finance.days import day
from finance.facts import tables as t
from finance.facts.store import confirmed_bank_details
from finance.facts.versions import believed


def _gone_since(then: FromClause, since: int, known: int) -> ColumnElement[bool]:
    """Versions believed at ``since``, and superseded by ``known``: what was told and taken back between is none."""
    return and_(then.c.learned <= since, then.c.superseded > since, then.c.superseded <= known)


def read_ended_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Lines (``nr``) believed at ``since`` to end on a day (``when``), and since then to end later or not at all."""
    now, then = t.service_line, t.service_line.alias()
    return bulk.read(
        select(now.c.nr, func.max(then.c.ends).label("when"))
        .join_from(now, then, then.c.nr == now.c.nr)
        .where(believed(now, known), _gone_since(then, since, known))
        .where(then.c.ends.is_not(None), or_(now.c.ends.is_(None), now.c.ends > then.c.ends))
        .group_by(now.c.nr)
    )


def read_died_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Lines (``nr``) whose person was believed at ``since`` to have died (``when``), and is not so believed now."""
    line, now, then = t.service_line, t.person, t.person.alias()
    return bulk.read(
        select(line.c.nr, func.max(then.c.died).label("when"))
        .join_from(line, now, and_(now.c.nr == line.c.person, believed(now, known)))
        .join(then, then.c.nr == now.c.nr)
        .where(believed(line, known), _gone_since(then, since, known))
        .where(then.c.died.is_not(None), or_(now.c.died.is_(None), now.c.died > then.c.died))
        .group_by(line.c.nr)
    )


def read_suspended_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Lines (``nr``) with a suspension believed at ``since`` from a day (``when``), and not believed at all now."""
    then, now = t.suspension, t.suspension.alias()
    still = select(now.c.nr).where(now.c.nr == then.c.nr, believed(now, known)).exists()
    return bulk.read(
        select(then.c.line.label("nr"), func.max(then.c.starts).label("when"))
        .where(_gone_since(then, since, known), ~still)
        .group_by(then.c.line)
    )


def read_adjustments_of(bulk: Bulk, known: int, payees: Ints) -> pa.Table:
    """Every adjustment of these payees that is believed."""
    staged = bulk.stage("adjusted", pa.table({"payee": payees}))
    a = t.adjustment.c
    return bulk.read(
        select(a.nr, a.ref, a.payee, a.person, a.on, a.amount, a.reason)
        .where(believed(t.adjustment, known), a.payee.in_(select(staged.c.payee)))
        .order_by(a.nr)
    )


def read_accounts(bulk: Bulk, known: int, on: int) -> dict[int, tuple[str, str, str]]:
    """Where each payee’s money goes on a day: sort code, account number and roll number."""
    rows = bulk.read(confirmed_bank_details(known, day(on)))
    return {
        row["payee"]: (row["sort_code"], row["account_number"], row["roll_number"] or "") for row in rows.to_pylist()
    }


def read_payee_names(bulk: Bulk, known: int, payees: Iterable[int]) -> dict[int, str]:
    """The names of some payees, each with its reference."""
    staged = bulk.stage("sharing", pa.table({"payee": pa.array(sorted(payees), pa.int64())}))
    p = t.payee.c
    rows = bulk.read(select(p.nr, p.ref, p.name).where(believed(t.payee, known), p.nr.in_(select(staged.c.payee))))
    return {row["nr"]: f"{row['name']} ({row['ref']})" for row in rows.to_pylist()}
