"""Which words about money count when it is asked as at a day."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from finance.facts.tables import change


def believed_by(until: dt.date | None, told: Table, of: ColumnElement[Any], money: Table) -> ColumnElement[bool]:
    """Versions believed at the end of a day, or now where the ``money`` they are about was itself entered later."""
    now = told.c.superseded.is_(None)
    if until is None:
        return now
    moment = change.c.moment < dt.datetime.combine(until + dt.timedelta(days=1), dt.time())
    last = select(func.coalesce(func.max(change.c.nr), 0)).where(moment).scalar_subquery()
    then = and_(told.c.learned <= last, or_(now, told.c.superseded > last))
    whole = money.alias("entered_later")
    later = select(whole.c.nr).group_by(whole.c.nr).having(func.min(whole.c.learned) > last)
    return or_(then, and_(now, of.in_(later)))
