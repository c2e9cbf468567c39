"""Lines in force on a day, and what they rest on that is not there."""

import datetime as dt

from sqlalchemy import Connection, and_, or_, select

from finance.facts import tables as f
from finance.facts.versions import believed


def read_lines_without(connection: Connection, on: dt.date) -> list[tuple[str, str]]:
    """The reference of each line, and what is wanting in words: its person, its contract on the day, its payee."""
    sl, p, k, v = f.service_line, f.person, f.contract, f.payee
    of_contract = select(k.c.nr).where(k.c.nr == sl.c.contract, believed(k, None))
    on_the_day = and_(k.c.starts <= on, or_(k.c.ends.is_(None), k.c.ends > on))
    paid_to = of_contract.join(v, and_(v.c.nr == k.c.payee, believed(v, None)))
    wanting = {
        "its person": select(p.c.nr).where(p.c.nr == sl.c.person, believed(p, None)),
        "its contract": of_contract.where(on_the_day),
        "its payee": paid_to,
    }
    in_force = and_(believed(sl, None), sl.c.starts <= on, or_(sl.c.ends.is_(None), sl.c.ends > on))
    found = []
    for words, there in wanting.items():
        rows = connection.execute(select(sl.c.ref).where(in_force, ~there.exists()).order_by(sl.c.ref))
        found += [(ref, words) for ref in rows.scalars()]
    return found
