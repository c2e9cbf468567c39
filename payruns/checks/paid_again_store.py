"""What stopped money and is gone: an end, a death, a suspension, that a line was withdrawn."""

import pyarrow as pa
from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from finance.columns import Bulk
from finance.facts import tables as t
from finance.facts.versions import believed


def _gone_since(then: FromClause, since: int, known: int) -> ColumnElement[bool]:
    """Versions believed at ``since``, and superseded by ``known``: what was told and taken back between is none."""
    return and_(then.c.learned <= since, then.c.superseded > since, then.c.superseded <= known)


def read_ended_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Lines (``nr``) believed at ``since`` to end (``starts``: the first day after), and since then to end later
    (``now``) or not at all.
    """
    now, then = t.service_line, t.service_line.alias()
    return bulk.read(
        select(now.c.nr, then.c.ends.label("starts"), now.c.ends.label("now"))
        .join_from(now, then, then.c.nr == now.c.nr)
        .where(believed(now, known), _gone_since(then, since, known))
        .where(then.c.ends.is_not(None), or_(now.c.ends.is_(None), now.c.ends > then.c.ends))
    )


def read_died_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Lines (``nr``) whose person was believed at ``since`` to have died (``starts``), and since then to have died
    later (``now``) or not at all.
    """
    line, now, then = t.service_line, t.person, t.person.alias()
    return bulk.read(
        select(line.c.nr, then.c.died.label("starts"), now.c.died.label("now"))
        .join_from(line, now, and_(now.c.nr == line.c.person, believed(now, known)))
        .join(then, then.c.nr == now.c.nr)
        .where(believed(line, known), _gone_since(then, since, known))
        .where(then.c.died.is_not(None), or_(now.c.died.is_(None), now.c.died > then.c.died))
    )


def read_suspended_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Lines (``nr``) with a suspension believed at ``since`` from a day (``starts``, ``ends``), and not at all now."""
    then, now = t.suspension, t.suspension.alias()
    still = select(now.c.nr).where(now.c.nr == then.c.nr, believed(now, known)).exists()
    return bulk.read(
        select(then.c.line.label("nr"), then.c.starts, then.c.ends).where(_gone_since(then, since, known), ~still)
    )


def read_withdrawn_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Lines (``nr``) told once, believed in no more at ``since``, and told again since then (from ``starts``)."""
    now, old, then = t.service_line, t.service_line.alias(), t.service_line.alias()
    told = select(old.c.nr).where(old.c.nr == now.c.nr, old.c.superseded <= since).exists()
    stood = select(then.c.nr).where(then.c.nr == now.c.nr, believed(then, since)).exists()
    return bulk.read(select(now.c.nr, now.c.starts).where(believed(now, known), now.c.learned > since, told, ~stood))
