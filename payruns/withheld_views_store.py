"""What a reader is shown of payments withheld: what payees are owed, and their newest run did not pay."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

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
    """As the runs paid on a day or before it left them; as all left them, when no day is given. What an urgent run paid
    of it, or withheld besides, counts.
    """
    r, p = t.run.c, t.run_party.c
    posted = and_(r.stream == PAYMENTS.name, r.status.in_([str(each) for each in POSTED]))
    if on is not None:
        posted = and_(posted, r.pay_date <= on)
    of_runs = select(p.party, func.max(p.run).label("run")).join_from(t.run_party, t.run, r.nr == p.run)
    last = of_runs.where(posted, r.urgent_for.is_(None)).group_by(p.party).subquery()
    columns = (p.party, p.run, p.withheld, p.brought_forward, p.carried_forward, r.pay_date, r.calendar, r.run_before)
    whole = (
        select(*columns)
        .join_from(t.run_party, last, and_(last.c.party == p.party, last.c.run == p.run))
        .join(t.run, r.nr == p.run)
        .where(p.carried_forward != 0)
    )
    urgent = select(*columns).join_from(t.run_party, t.run, r.nr == p.run).where(posted, r.urgent_for.is_not(None))
    newest = {row.party: row.run for row in connection.execute(select(last.c.party, last.c.run))}
    found = [(row, int(row.carried_forward)) for row in connection.execute(whole)]
    found += [
        (row, int(row.carried_forward - row.brought_forward))
        for row in connection.execute(urgent.order_by(r.released_at, r.nr))
        if (row.run_before or 0) >= newest.get(row.party, 0)
    ]
    owed: dict[int, int] = {}
    why: dict[int, Any] = {}
    for row, pence in found:
        owed[row.party] = owed.get(row.party, 0) + pence
        if row.withheld is not None:
            why[row.party] = row
    some = sorted((each for each in why if owed[each] > 0), key=lambda each: (-owed[each], each))
    named = names(connection, payee, some)
    return [Withheld(named[each], why[each].run, why[each].withheld, why[each].pay_date, owed[each]) for each in some]
