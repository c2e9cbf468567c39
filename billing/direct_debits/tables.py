"""Mandates as facts; what happened to them, and every collection, as records that are only ever added to.

How a mandate or a collection stands is its last event. An event's ``step`` counts from 1, so two people acting on one
thing at one moment cannot both be recorded. Money is whole pence. Bank details are kept here and shown nowhere in full.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, MetaData, SmallInteger, Table, Text

from billing.tables import fact
from finance.facts.tables import change

metadata = MetaData()

mandate = fact(
    metadata,
    "mandate",
    Column("bill_payer", BigInteger, nullable=False),
    Column("account_name", Text, nullable=False),
    Column("sort_code", Text, nullable=False),
    Column("account_number", Text, nullable=False),
    Column("signed", Date, nullable=False),
    Column("lodged", Date, comment="the day it was lodged with the bank, where it was before it came here"),
    Index("mandate_payer", "bill_payer"),
    comment="A payer's instruction to their bank. Its ref is the reference the bank knows it by.",
)

FACTS: dict[str, Table] = {"mandate": mandate}

mandate_event = Table(
    "mandate_event",
    metadata,
    Column("mandate", BigInteger, primary_key=True),
    Column("step", SmallInteger, primary_key=True),
    Column("change", BigInteger, ForeignKey(change.c.nr), nullable=False, comment="who did it, and when"),
    Column("status", Text, nullable=False),
    Column("on", Date, nullable=False, comment="the day it took effect"),
    Column("reason", Text, comment="report and code: ADDACS 1"),
    Column("note", Text),
    CheckConstraint("status IN ('lodged', 'live', 'suspended', 'cancelled', 'dormant')", name="mandate_status"),
    comment="What happened to a mandate. The last stands.",
    sqlite_with_rowid=False,
)

collection = Table(
    "collection",
    metadata,
    Column("nr", BigInteger, primary_key=True),
    Column("change", BigInteger, ForeignKey(change.c.nr), nullable=False, comment="who announced it, and when"),
    Column("mandate", BigInteger, nullable=False),
    Column("bill_payer", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="pence"),
    Column("announced", Date, nullable=False),
    Column("plan", BigInteger, comment="the instalment plan it belongs to"),
    Column("instalment", SmallInteger),
    CheckConstraint("amount > 0", name="a_collection_collects_something"),
    Index("collection_payer", "bill_payer"),
    Index("collection_mandate", "mandate"),
    comment="A sum the payer was told would be collected. Never changed.",
    sqlite_with_rowid=False,
)

collection_bill = Table(
    "collection_bill",
    metadata,
    Column("collection", BigInteger, ForeignKey("collection.nr"), primary_key=True),
    Column("bill", BigInteger, primary_key=True),
    Column("amount", BigInteger, nullable=False, comment="pence of this bill"),
    CheckConstraint("amount > 0", name="a_part_of_a_collection"),
    Index("collection_bill_bill", "bill"),
    comment="The bills a collection pays, and how much of each.",
    sqlite_with_rowid=False,
)

collection_event = Table(
    "collection_event",
    metadata,
    Column("collection", BigInteger, ForeignKey("collection.nr"), primary_key=True),
    Column("step", SmallInteger, primary_key=True),
    Column("change", BigInteger, ForeignKey(change.c.nr), nullable=False, comment="who did it, and when"),
    Column("status", Text, nullable=False),
    Column("on", Date, nullable=False, comment="the day it took effect"),
    Column("collect_on", Date, nullable=False, comment="the day the money is to leave, or left, the payer's account"),
    Column("reason", Text, comment="report and code: ARUDD 0"),
    Column("note", Text),
    CheckConstraint(
        "status IN ('announced', 'requested', 'collected', 'returned', 'represented', 'claimed', 'cancelled')",
        name="collection_status",
    ),
    comment="What happened to a collection. The last stands.",
    sqlite_with_rowid=False,
)
