"""What was agreed for packages."""

import pyarrow as pa
from sqlalchemy import and_, select

from finance.columns import Bulk
from finance.facts import tables as t
from finance.facts.versions import believed


def read_budgets(bulk: Bulk, known: int) -> pa.Table:
    """The package of each line, where a weekly budget was agreed for it (pence)."""
    sl, k = t.service_line, t.package
    return bulk.read(
        select(sl.c.nr, sl.c.package, k.c.weekly_budget)
        .join_from(sl, k, and_(k.c.nr == sl.c.package, believed(k, known)))
        .where(believed(sl, known), k.c.weekly_budget.is_not(None))
    )
