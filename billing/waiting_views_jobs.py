"""What a reader is shown of what payers owe that waits: disputes, instalment plans, breathing spaces, and mandates
that are suspended; each with who told it to wait, since when and why, and how much it keeps back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, or_, select

from billing.debt.policy import ReminderPolicy
from billing.debt.tables import breathing_space, dispute, instalment_plan
from billing.debt.views_jobs import aged_debt_shown
from billing.direct_debits.tables import mandate, mandate_event
from billing.naming_store import payers
from billing.receipts.balances import Debt
from billing.tables import bill, number_of
from finance.columns import Database
from finance.facts.tables import change
from finance.facts.versions import believed
from finance.names import Named

DISPUTE, PLAN, SPACE, MANDATE = "dispute", "instalment plan", "breathing space", "suspended mandate"
_REASONS = {DISPUTE: "disputed", PLAN: "instalment plan", SPACE: "breathing space", MANDATE: ""}
"""What aged debt says of what waits for each; what waits for a mandate waits for nothing else."""


@dataclass(frozen=True, slots=True)
class DebtWaits:
    """Something that waits. ``by`` told it so, from the day ``since``; ``pence`` of what is left does so."""

    sort: str
    ref: str
    payer: Named
    reason: str
    by: str
    since: dt.date
    pence: int


def debt_that_waits(
    database: Database, on: dt.date, policy: ReminderPolicy, *, until: dt.date | None = None
) -> list[DebtWaits]:
    """On a day, by sort and day. ``until``: by what was posted by the end of another."""
    debts = aged_debt_shown(database, on, policy, until=until).aged.rows
    with database.read() as connection:
        told = [(sort, row) for sort, read in _READ.items() for row in connection.execute(read(on)).all()]
        named = payers(connection, [row.bill_payer for _, row in told])
        issued = _issued(connection, debts)
    found = [
        DebtWaits(
            sort,
            row.ref,
            named.get(row.bill_payer, Named(str(row.bill_payer), "")),
            _why(sort, row),
            row.by,
            row.since,
            sum(each.pence for each in debts if _waits(sort, row, each, issued)),
        )
        for sort, row in told
    ]
    return sorted(found, key=lambda each: (tuple(_READ).index(each.sort), each.since, each.ref))


def _waits(sort: str, row: Row[Any], each: Debt, issued: dict[int, dt.date]) -> bool:
    """Whether it is this that a debt waits for."""
    if each.payer != row.bill_payer or each.reason != _REASONS[sort]:
        return False
    if sort == DISPUTE:
        return bool(each.bill == row.bill)
    if sort == PLAN:
        return each.bill in issued and row.bills_from <= issued[each.bill] < row.bills_until
    return sort != MANDATE or each.bill != 0


def _why(sort: str, row: Row[Any]) -> str:
    if sort == DISPUTE:
        return f"{number_of(row.bill)}: {row.why}"
    return str(row.why or "")


def _on(table: Table, on: dt.date) -> Any:
    return and_(believed(table, None), table.c.starts <= on, or_(table.c.ends.is_(None), table.c.ends > on))


def _disputes(on: dt.date) -> Any:
    c = dispute.c
    return select(
        c.ref, c.bill_payer, c.bill, c.reason.label("why"), c.entered_by.label("by"), c.starts.label("since")
    ).where(_on(dispute, on))


def _plans(on: dt.date) -> Any:
    c = instalment_plan.c
    query = select(c.ref, c.bill_payer, c.bills_from, c.bills_until, c.every.label("why"))
    return query.add_columns(c.agreed_by.label("by"), c.starts.label("since")).where(_on(instalment_plan, on))


def _spaces(on: dt.date) -> Any:
    c = breathing_space.c
    query = select(c.ref, c.bill_payer, c.kind.label("why"), change.c.by, c.starts.label("since"))
    return query.join_from(breathing_space, change, change.c.nr == c.learned).where(_on(breathing_space, on))


def _mandates(on: dt.date) -> Any:
    """Mandates whose last step by the day suspended them."""
    e = mandate_event.c
    last = select(e.mandate, func.max(e.step).label("step")).where(e.on <= on).group_by(e.mandate).subquery()
    why = func.coalesce(e.note, e.reason)
    return (
        select(mandate.c.ref, mandate.c.bill_payer, why.label("why"), change.c.by, e.on.label("since"))
        .join_from(mandate_event, last, and_(last.c.mandate == e.mandate, last.c.step == e.step))
        .join(mandate, and_(mandate.c.nr == e.mandate, believed(mandate, None)))
        .join(change, change.c.nr == e.change)
        .where(e.status == "suspended")
    )


_READ: dict[str, Callable[[dt.date], Any]] = {DISPUTE: _disputes, PLAN: _plans, SPACE: _spaces, MANDATE: _mandates}


def _issued(connection: Connection, debts: list[Debt]) -> dict[int, dt.date]:
    numbers = {each.bill for each in debts if each.reason == _REASONS[PLAN] and each.bill}
    rows = connection.execute(select(bill.c.nr, bill.c.issued).where(bill.c.nr.in_(sorted(numbers))))
    return {row.nr: row.issued for row in rows}
