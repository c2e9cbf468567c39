"""What a reader is shown of payments withheld: what payees are owed, and their newest run did not pay."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from finance.facts.names_store import names
from finance.facts.tables import payee
from finance.names import Named
from ledgers import tables as t
from ledgers.runs import POSTED
from ledgers.streams import PAYMENTS


@dataclass(frozen=True, slots=True)
class Withheld:
    """Pence owed to a payee, why their newest run paid none of it, and the day it would have."""

    payee: Named
    run: int
    reason: str
    since: dt.date
    pence: int


def read_withheld(connection: Connection, on: dt.date | None) -> list[Withheld]:
    """As the runs paid on a day or before it left them; as all left them, when no day is given."""
    r, p = t.run.c, t.run_party.c
    posted = and_(r.stream == PAYMENTS.name, r.status.in_([str(each) for each in POSTED]))
    if on is not None:
        posted = and_(posted, r.pay_date <= on)
    of_runs = select(p.party, func.max(p.run).label("run")).join_from(t.run_party, t.run, r.nr == p.run)
    last = of_runs.where(posted).group_by(p.party).subquery()
    query = (
        select(p.party, p.run, p.withheld, p.carried_forward, r.pay_date)
        .join_from(t.run_party, last, and_(last.c.party == p.party, last.c.run == p.run))
        .join(t.run, r.nr == p.run)
        .where(p.withheld.is_not(None), p.carried_forward > 0)
        .order_by(p.carried_forward.desc(), p.party)
    )
    rows = connection.execute(query).all()
    named = names(connection, payee, [each.party for each in rows])
    return [Withheld(named[each.party], each.run, each.withheld, each.pay_date, each.carried_forward) for each in rows]
