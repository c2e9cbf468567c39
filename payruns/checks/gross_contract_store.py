"""What is collected under contracts paid gross."""

from sqlalchemy import and_, or_, select

from finance.columns import Bulk, Ints, ints
from finance.days import day
from finance.facts import tables as t
from finance.facts.versions import believed
from finance.timelines import distinct


def read_gross_collectors(bulk: Bulk, known: int, calendar: int, up_to: int) -> Ints:
    """Lines where the provider is said to collect a contribution though its contract is paid gross, on the last of a
    run's days.
    """
    c, sl, k, later = t.contribution, t.service_line, t.contract, t.contract_terms
    changed = bulk.read(
        select(later.c.contract, later.c.payment)
        .where(believed(later, known), later.c.starts < day(up_to))
        .order_by(later.c.contract, later.c.starts)
    )
    stands = dict(zip(changed["contract"].to_pylist(), changed["payment"].to_pylist(), strict=True))
    gross = or_(
        and_(k.c.payment == "gross", k.c.nr.not_in(list(stands))),
        k.c.nr.in_([contract for contract, payment in stands.items() if payment == "gross"]),
    )
    rows = bulk.read(
        select(c.c.line)
        .join_from(c, sl, and_(sl.c.nr == c.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(c, known), c.c.collector == "provider", gross, k.c.calendar == calendar)
    )
    return distinct(ints(rows, "line"))
