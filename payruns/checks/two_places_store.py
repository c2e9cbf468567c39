"""What is read of lines that cannot both be true: two places where one person would sleep on the same days."""

import pyarrow as pa
from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from finance.columns import Bulk
from finance.days import Span
from finance.facts import tables as t
from finance.facts.versions import believed

HOMES = ("residential", "nursing")
DIRECT_PAYMENT = "direct payment"


def read_places(bulk: Bulk, known: int, days: Span) -> pa.Table:
    """Lines of care in a home on any of these days whose person has another such line, or a direct payment, on some of
    them; and those. By person: ``nr``, ``ref``, ``kind``, the days (``starts``, ``ends``), who is paid (``payee``).
    """
    home, other, of_home, of_other = t.service_line, t.service_line.alias(), t.service, t.service.alias()
    several = (
        select(home.c.person)
        .select_from(home)
        .join(of_home, and_(of_home.c.nr == home.c.service, believed(of_home, known), of_home.c.kind.in_(HOMES)))
        .join(other, and_(other.c.person == home.c.person, other.c.nr != home.c.nr, believed(other, known)))
        .join(of_other, and_(of_other.c.nr == other.c.service, believed(of_other, known)))
        .where(believed(home, known), of_other.c.kind.in_((*HOMES, DIRECT_PAYMENT)))
        .where(_on(home, days), _on(other, days))
    )
    line, service, contract, payee = t.service_line, t.service.alias(), t.contract, t.payee
    return bulk.read(
        select(
            line.c.person,
            line.c.nr,
            line.c.ref,
            service.c.kind,
            line.c.starts,
            line.c.ends,
            payee.c.name.label("payee"),
        )
        .select_from(line)
        .join(service, and_(service.c.nr == line.c.service, believed(service, known)))
        .join(contract, and_(contract.c.nr == line.c.contract, believed(contract, known)))
        .join(payee, and_(payee.c.nr == contract.c.payee, believed(payee, known)))
        .where(believed(line, known), service.c.kind.in_((*HOMES, DIRECT_PAYMENT)), _on(line, days))
        .where(line.c.person.in_(several))
        .order_by(line.c.person, line.c.starts, line.c.nr)
    )


def _on(line: FromClause, days: Span) -> ColumnElement[bool]:
    return and_(line.c.starts < days.end, or_(line.c.ends.is_(None), line.c.ends > days.first))
