"""The SQL of time away from lines, as a run knew it: what was told of each absence, whose line it is, the contract."""

import datetime as dt

import pyarrow as pa
from sqlalchemy import and_, or_, select

from finance.columns import Bulk
from finance.facts import tables as t
from finance.facts.versions import believed


def read_away(bulk: Bulk, known: int, first: dt.date, end: dt.date) -> pa.Table:
    """Absences that reach into ``[first, end)``, each with its line’s person, service and payee and the contract’s
    first rule."""
    s, sl, k = t.suspension.c, t.service_line, t.contract
    return bulk.read(
        select(s.line, s.starts, s.ends, s.reason, s.paid, sl.c.person, sl.c.service, sl.c.contract)
        .add_columns(k.c.payee, k.c.retainer)
        .join_from(t.suspension, sl, and_(sl.c.nr == s.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(t.suspension, known), s.starts < end, or_(s.ends.is_(None), s.ends > first))
        .order_by(s.line, s.starts)
    )


def read_later_rules(bulk: Bulk, known: int) -> pa.Table:
    """What contracts say of absences from a day on, in order of contract and day."""
    c = t.contract_terms.c
    return bulk.read(
        select(c.contract, c.starts, c.retainer).where(believed(t.contract_terms, known)).order_by(c.contract, c.starts)
    )
