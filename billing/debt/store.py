"""The SQL of debt: facts that pause it, who the payers are, which steps have been taken, and the reminders sent."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, Table, and_, func, select

from billing import tables as b
from billing.debt import tables as t
from billing.debt.breathing_spaces import BreathingSpace, end_of
from billing.debt.facts import Disputes, Reached, Spaces
from billing.debt.instalments import Every, Plan
from finance.columns import Bulk, Ints, ends, ints
from finance.days import FOR_EVER, number
from finance.facts import tables as f
from finance.problems import Refusal

Fact = Row[Any]


class NoSuchReminder(Refusal):
    """No reminder of this number was sent."""


def _among(bulk: Bulk, query: Select[Any], column: ColumnElement[Any], wanted: Ints | None) -> pa.Table:
    if wanted is None:
        return bulk.read(query)
    staged = bulk.stage("debt_asked", pa.table({"asked": pa.array(wanted, pa.int64())}))
    return bulk.read(query.where(column.in_(select(staged.c.asked))))


def read_payers(bulk: Bulk, payers: Ints | None = None) -> pa.Table:
    """nr, ref, name, kind and day of death (where the payer is a client who died), by number."""
    payer, person = b.bill_payer.c, f.person.c
    query = (
        select(payer.nr, payer.ref, payer.name, payer.kind, person.died)
        .outerjoin(f.person, and_(person.nr == payer.person, person.superseded.is_(None)))
        .where(payer.superseded.is_(None))
        .order_by(payer.nr)
    )
    return _among(bulk, query, payer.nr, payers)


def read_bill_days(bulk: Bulk, bills: Ints) -> dict[str, Ints]:
    """The day issued, the due day and the first day of care of each of these bills, which are in order of number."""
    bill = b.bill.c
    query = select(bill.nr, bill.issued, bill.due, bill.period_starts).order_by(bill.nr)
    rows = _among(bulk, query, bill.nr, bills)
    assert rows.num_rows == len(bills)
    return {name: ints(rows, name) for name in ("issued", "due", "period_starts")}


def read_disputes(bulk: Bulk, payers: Ints | None = None) -> Disputes:
    """Every dispute believed now."""
    told = t.dispute.c
    query = select(told.bill, told.amount, told.starts, told.ends).where(told.superseded.is_(None)).order_by(told.nr)
    rows = _among(bulk, query, told.bill_payer, payers)
    return Disputes(ints(rows, "bill"), ints(rows, "amount", -1), ints(rows, "starts"), ends(rows))


def read_spaces(bulk: Bulk, payers: Ints | None = None) -> list[BreathingSpace]:
    """Every breathing space believed now, its end worked out."""
    told = t.breathing_space.c
    query = select(told.bill_payer, told.kind, told.starts, told.ends, told.treatment_ended, told.notice)
    rows = _among(bulk, query.where(told.superseded.is_(None)).order_by(told.nr), told.bill_payer, payers)
    return [
        BreathingSpace(
            row["bill_payer"],
            row["kind"],
            row["starts"],
            end_of(row["kind"], row["starts"], row["treatment_ended"], row["ends"]),
            row["notice"],
        )
        for row in rows.to_pylist()
    ]


def as_columns(spaces: Sequence[BreathingSpace]) -> Spaces:
    """Breathing spaces as columns."""
    rows = pa.table(
        {
            "payer": pa.array([each.bill_payer for each in spaces], pa.int64()),
            "starts": pa.array([number(each.starts) for each in spaces], pa.int64()),
            "ends": pa.array([number(each.ends) if each.ends else FOR_EVER for each in spaces], pa.int64()),
        }
    )
    return Spaces(ints(rows, "payer"), ints(rows, "starts"), ints(rows, "ends"))


def read_plans(bulk: Bulk, payers: Ints | None = None) -> tuple[Plan, ...]:
    """Every instalment plan believed now."""
    told = t.instalment_plan.c
    rows = _among(
        bulk, select(t.instalment_plan).where(told.superseded.is_(None)).order_by(told.nr), told.bill_payer, payers
    )
    return tuple(
        Plan(
            row["nr"],
            row["ref"],
            row["bill_payer"],
            row["first_payment"],
            Every(row["every"]),
            row["amount"],
            row["debt"],
            row["bills_from"],
            row["bills_until"],
            bool(row["direct_debit"]),
            row["starts"],
            row["ends"],
        )
        for row in rows.to_pylist()
    )


def read_reached(bulk: Bulk, bills: Ints, until: dt.date | None = None) -> Reached:
    """The steps these bills have taken, or had taken by the end of a day."""
    told = t.reminder_bill.c
    query = select(told.bill, told.step, told.on)
    rows = _among(bulk, query if until is None else query.where(told.on <= until), told.bill, bills)
    return Reached(ints(rows, "bill"), ints(rows, "step"), ints(rows, "on"))


# Reminders sent -------------------------------------------------------------------------------------------------------


def next_reminder(bulk: Bulk) -> int:
    """The next number of a reminder. Safe once a change is recorded in the same transaction."""
    found = bulk.read(select(func.max(t.reminder.c.nr, type_=BigInteger).label("nr")))["nr"][0].as_py()
    return 1 + (found or 0)


def add_reminders(bulk: Bulk, headers: pa.Table, bills: pa.Table) -> None:
    """Record letters and the steps they take."""
    bulk.append(t.reminder, headers)
    bulk.append(t.reminder_bill, bills)


def sent(connection: Connection, payer: int | None = None, limit: int | None = None) -> list[Row[Any]]:
    """Reminders sent, the newest first: nr, bill_payer, ref, on, step, amount, by, moment."""
    letter, change, known = t.reminder.c, f.change.c, b.bill_payer.c
    query = (
        select(letter.nr, letter.bill_payer, known.ref, letter.on, letter.step, letter.amount, change.by, change.moment)
        .join(f.change, change.nr == letter.change)
        .outerjoin(b.bill_payer, and_(known.nr == letter.bill_payer, known.superseded.is_(None)))
        .order_by(letter.nr.desc())
    )
    if payer is not None:
        query = query.where(letter.bill_payer == payer)
    return list(connection.execute(query if limit is None else query.limit(limit)))


def read_content(connection: Connection, nr: int) -> str:
    """What a letter says, as it was kept. Raises NoSuchReminder."""
    found = connection.execute(select(t.reminder.c.content).where(t.reminder.c.nr == nr)).scalar_one_or_none()
    if found is None:
        raise NoSuchReminder(f"No reminder {nr} was sent.", "Use: outturn debt list")
    return str(found)


# One payer at the desk ------------------------------------------------------------------------------------------------


def open_fact(connection: Connection, fact: Table, on: dt.date, **values: int) -> list[Fact]:
    """Facts believed now with these values that have not ended by a day, the latest first."""
    still = and_(fact.c.superseded.is_(None), (fact.c.ends.is_(None)) | (fact.c.ends > on))
    query = select(fact).where(still, *(fact.c[name] == value for name, value in values.items()))
    return list(connection.execute(query.order_by(fact.c.starts.desc(), fact.c.nr.desc())))


def count_of(connection: Connection, fact: Table, beginning: str) -> int:
    """How many references that begin so were ever used."""
    query = select(func.count(func.distinct(fact.c.ref))).where(fact.c.ref.startswith(beginning, autoescape=True))
    return int(connection.execute(query).scalar_one())


def bill_of(connection: Connection, bill: int) -> Row[Any] | None:
    """A bill, by its number."""
    return connection.execute(select(b.bill).where(b.bill.c.nr == bill)).one_or_none()


def ref_of(connection: Connection, payer: int) -> str:
    """The reference of a bill payer."""
    known = b.bill_payer.c
    return str(connection.execute(select(known.ref).where(known.nr == payer, known.superseded.is_(None))).scalar_one())
