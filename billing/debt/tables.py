"""Facts that pause or ease a debt, and the reminders sent. Facts have the house shape; a reminder is never changed.

Days are ``[starts, ends)``. Money is whole pence. A bill climbs the ladder one step at a time, and the key of
``reminder_bill`` lets no step be taken twice for the same bill.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

from billing.tables import fact, span
from finance.facts.tables import change

metadata = MetaData()

dispute = fact(
    metadata,
    "dispute",
    Column("bill_payer", BigInteger, nullable=False),
    Column("bill", BigInteger, nullable=False, comment="the number of the bill"),
    Column("amount", BigInteger, comment="pence disputed; empty: the whole of the bill"),
    Column("reason", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    *span(),
    CheckConstraint("amount > 0", name="dispute_of_something"),
    comment="A bill, or part of one, the payer disputes. That part waits; the rest is asked for.",
)

instalment_plan = fact(
    metadata,
    "instalment_plan",
    Column("bill_payer", BigInteger, nullable=False),
    Column("first_payment", Date, nullable=False, comment="the day of the first instalment"),
    Column("every", Text, nullable=False, comment="weekly, fortnightly, four-weekly, monthly"),
    Column("amount", BigInteger, nullable=False, comment="pence an instalment; the last may be smaller"),
    Column("debt", BigInteger, nullable=False, comment="pence left of the bills covered when it was agreed"),
    Column("bills_from", Date, nullable=False, comment="bills issued on this day or after"),
    Column("bills_until", Date, nullable=False, comment="and before this day"),
    Column("direct_debit", Boolean, nullable=False, comment="instalments are collected by direct debit"),
    Column("agreed_by", Text, nullable=False),
    *span(),
    CheckConstraint("amount > 0 AND debt > 0", name="a_plan_pays_something"),
    comment="An agreement to pay what is left of some bills bit by bit.",
)

breathing_space = fact(
    metadata,
    "breathing_space",
    Column("bill_payer", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment="standard, or mental health crisis"),
    Column("notice", Text, nullable=False, comment="the reference of the notice that told us"),
    Column("treatment_ended", Date, comment="last day of crisis treatment"),
    *span(),
    comment="A moratorium under the Debt Respite Scheme Regulations 2020: what was owed at its start is not pursued.",
)

FACTS: dict[str, Table] = {table.name: table for table in (dispute, instalment_plan, breathing_space)}

reminder = Table(
    "reminder",
    metadata,
    Column("nr", BigInteger, primary_key=True),
    Column("change", BigInteger, ForeignKey(change.c.nr), nullable=False, comment="who sent it, and when"),
    Column("bill_payer", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
    Column("step", SmallInteger, nullable=False, comment="the highest step of its bills: 1 reminder … 4 referral"),
    Column("amount", BigInteger, nullable=False, comment="pence asked for"),
    Column("content", Text, nullable=False, comment="all the letter says, as decided, JSON"),
    Index("reminder_payer", "bill_payer"),
    comment="One letter to one payer: every bill that took a step that day. Never changed.",
    sqlite_with_rowid=False,
)

reminder_bill = Table(
    "reminder_bill",
    metadata,
    Column("bill", BigInteger, primary_key=True),
    Column("step", SmallInteger, primary_key=True),
    Column("reminder", BigInteger, ForeignKey("reminder.nr"), nullable=False),
    Column("on", Date, nullable=False),
    Column("left", BigInteger, nullable=False, comment="pence unpaid that day"),
    Column(
        "asked", BigInteger, nullable=False, comment="pence asked for: left, but for what is disputed or on its way"
    ),
    CheckConstraint("asked > 0", name="a_reminder_asks_for_something"),
    Index("reminder_bill_reminder", "reminder"),
    comment="A step taken by a bill. A bill takes each step once.",
    sqlite_with_rowid=False,
)
