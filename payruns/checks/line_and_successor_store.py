"""Every line of care of some people on some days, with what it is."""

import pyarrow as pa
from sqlalchemy import and_, or_, select

from finance.columns import Bulk, Ints, ints
from finance.days import Span
from finance.facts import tables as t
from finance.facts.versions import believed


def read_begun(bulk: Bulk, known: int, days: Span) -> Ints:
    """Lines that begin on some of these days."""
    sl = t.service_line.c
    query = select(sl.nr).where(believed(t.service_line, known), sl.starts >= days.first, sl.starts < days.end)
    return ints(bulk.read(query), "nr")


def read_lines_beside(bulk: Bulk, known: int, days: Span, people: Ints) -> pa.Table:
    """By person and first day: ``person``, ``nr``, ``ref``, ``service``, ``kind``, ``package``, ``unit``,
    planned weekdays (``days``), ``starts``, ``ends``, who is paid (``payee``).
    """
    staged = bulk.stage("with_news", pa.table({"person": people}))
    line, service, contract, payee = t.service_line, t.service, t.contract, t.payee
    sl = line.c
    return bulk.read(
        select(sl.person, sl.nr, sl.ref, sl.service, service.c.kind, sl.package, sl.unit, sl.days, sl.starts, sl.ends)
        .add_columns(payee.c.name.label("payee"))
        .select_from(line)
        .join(service, and_(service.c.nr == sl.service, believed(service, known)))
        .join(contract, and_(contract.c.nr == sl.contract, believed(contract, known)))
        .join(payee, and_(payee.c.nr == contract.c.payee, believed(payee, known)))
        .where(believed(line, known), sl.person.in_(select(staged.c.person)))
        .where(sl.starts < days.end, or_(sl.ends.is_(None), sl.ends > days.first))
        .order_by(sl.person, sl.starts, sl.nr)
    )
