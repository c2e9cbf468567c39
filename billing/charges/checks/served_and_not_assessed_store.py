"""People with care whom nobody has assessed and nobody is to bill for."""

import datetime as dt

from sqlalchemy import ColumnElement, FromClause, and_, distinct, func, or_, select

from billing import tables as t
from billing.assessments.tables import assessment
from finance.columns import Bulk
from finance.facts import tables as f
from finance.facts.versions import believed


def count_never_assessed(bulk: Bulk, known: int, end: dt.date) -> int:
    """How many have a line live on the day before ``end`` that is neither free of charge nor collected for by its
    payee, and no assessment and no bill payer.
    """
    sl, p, free, taken = f.service_line, f.person, t.charge_exemption, f.contribution
    on = end - dt.timedelta(days=1)

    def live(fact: FromClause) -> ColumnElement[bool]:
        holds = and_(believed(fact, known), fact.c.starts <= on)
        return and_(holds, or_(fact.c.ends.is_(None), fact.c.ends > on))

    people = (
        select(func.count(distinct(sl.c.person)).label("count"))
        .join_from(sl, p, and_(p.c.nr == sl.c.person, believed(p, known), or_(p.c.died.is_(None), p.c.died >= on)))
        .where(live(sl))
        .where(~select(free.c.nr).where(free.c.line == sl.c.nr, live(free)).exists())
        .where(
            ~select(taken.c.nr).where(taken.c.line == sl.c.nr, taken.c.collector == "provider", live(taken)).exists()
        )
        .where(sl.c.person.not_in(select(assessment.c.person).where(assessment.c.learned <= known)))
        .where(
            sl.c.person.not_in(
                select(t.bill_payer.c.person).where(believed(t.bill_payer, known), t.bill_payer.c.person.is_not(None))
            )
        )
    )
    return int(bulk.read(people)["count"][0].as_py())
