"""Mandates, collections, disputes, plans, breathing spaces and reminders."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import add_fact, guard_facts, guard_records, span

revision = "0008"
down_revision = "0007"

FACTS = ("mandate", "dispute", "instalment_plan", "breathing_space")
RECORDS = {
    "mandate_event": "What happened to a mandate is never changed or deleted.",
    "collection": "A collection is never changed or deleted: cancel it.",
    "collection_bill": "A collection is never changed or deleted: cancel it.",
    "collection_event": "What happened to a collection is never changed or deleted.",
    "reminder": "A reminder sent is never changed or deleted.",
    "reminder_bill": "A reminder sent is never changed or deleted.",
}


def upgrade() -> None:
    _debt()
    _reminders()
    _mandates()
    _collections()
    guard_facts(FACTS)
    guard_records(RECORDS)


def _debt() -> None:
    add_fact(
        "dispute",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("bill", sa.BigInteger(), nullable=False, comment="the number of the bill"),
        sa.Column("amount", sa.BigInteger(), comment="pence disputed; empty: the whole of the bill"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *span(),
        sa.CheckConstraint("amount > 0", name="dispute_of_something"),
        comment="A bill, or part of one, the payer disputes. That part waits; the rest is asked for.",
    )
    add_fact(
        "instalment_plan",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("first_payment", sa.Date(), nullable=False, comment="the day of the first instalment"),
        sa.Column("every", sa.Text(), nullable=False, comment="weekly, fortnightly, four-weekly, monthly"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence an instalment; the last may be smaller"),
        sa.Column(
            "debt", sa.BigInteger(), nullable=False, comment="pence left of the bills covered when it was agreed"
        ),
        sa.Column("bills_from", sa.Date(), nullable=False, comment="bills issued on this day or after"),
        sa.Column("bills_until", sa.Date(), nullable=False, comment="and before this day"),
        sa.Column("direct_debit", sa.Boolean(), nullable=False, comment="instalments are collected by direct debit"),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        *span(),
        sa.CheckConstraint("amount > 0 AND debt > 0", name="a_plan_pays_something"),
        comment="An agreement to pay what is left of some bills bit by bit.",
    )
    add_fact(
        "breathing_space",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="standard, or mental health crisis"),
        sa.Column("notice", sa.Text(), nullable=False, comment="the reference of the notice that told us"),
        sa.Column("treatment_ended", sa.Date(), comment="last day of crisis treatment"),
        *span(),
        comment=(
            "A moratorium under the Debt Respite Scheme Regulations 2020: what was owed at its start is not pursued."
        ),
    )


def _reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("nr", sa.BigInteger(), primary_key=True),
        sa.Column(
            "change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False, comment="who sent it, and when"
        ),
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "step", sa.SmallInteger(), nullable=False, comment="the highest step of its bills: 1 reminder … 4 referral"
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence asked for"),
        sa.Column("content", sa.Text(), nullable=False, comment="all the letter says, as decided, JSON"),
        comment="One letter to one payer: every bill that took a step that day. Never changed.",
        sqlite_with_rowid=False,
    )
    op.create_index("reminder_payer", "reminder", ["bill_payer"])
    op.create_table(
        "reminder_bill",
        sa.Column("bill", sa.BigInteger(), primary_key=True),
        sa.Column("step", sa.SmallInteger(), primary_key=True),
        sa.Column("reminder", sa.BigInteger(), sa.ForeignKey("reminder.nr"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False, comment="pence unpaid that day"),
        sa.Column(
            "asked",
            sa.BigInteger(),
            nullable=False,
            comment="pence asked for: left, but for what is disputed or on its way",
        ),
        sa.CheckConstraint("asked > 0", name="a_reminder_asks_for_something"),
        comment="A step taken by a bill. A bill takes each step once.",
        sqlite_with_rowid=False,
    )
    op.create_index("reminder_bill_reminder", "reminder_bill", ["reminder"])


def _mandates() -> None:
    add_fact(
        "mandate",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("sort_code", sa.Text(), nullable=False),
        sa.Column("account_number", sa.Text(), nullable=False),
        sa.Column("signed", sa.Date(), nullable=False),
        sa.Column("lodged", sa.Date(), comment="the day it was lodged with the bank, where it was before it came here"),
        comment="A payer's instruction to their bank. Its ref is the reference the bank knows it by.",
    )
    op.create_index("mandate_payer", "mandate", ["bill_payer"])
    op.create_table(
        "mandate_event",
        sa.Column("mandate", sa.BigInteger(), primary_key=True),
        sa.Column("step", sa.SmallInteger(), primary_key=True),
        sa.Column(
            "change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False, comment="who did it, and when"
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False, comment="the day it took effect"),
        sa.Column("reason", sa.Text(), comment="report and code: ADDACS 1"),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint("status IN ('lodged', 'live', 'suspended', 'cancelled', 'dormant')", name="mandate_status"),
        comment="What happened to a mandate. The last stands.",
        sqlite_with_rowid=False,
    )


def _collections() -> None:
    op.create_table(
        "collection",
        sa.Column("nr", sa.BigInteger(), primary_key=True),
        sa.Column(
            "change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False, comment="who announced it, and when"
        ),
        sa.Column("mandate", sa.BigInteger(), nullable=False),
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column("announced", sa.Date(), nullable=False),
        sa.Column("plan", sa.BigInteger(), comment="the instalment plan it belongs to"),
        sa.Column("instalment", sa.SmallInteger()),
        sa.CheckConstraint("amount > 0", name="a_collection_collects_something"),
        comment="A sum the payer was told would be collected. Never changed.",
        sqlite_with_rowid=False,
    )
    op.create_index("collection_payer", "collection", ["bill_payer"])
    op.create_index("collection_mandate", "collection", ["mandate"])
    op.create_table(
        "collection_bill",
        sa.Column("collection", sa.BigInteger(), sa.ForeignKey("collection.nr"), primary_key=True),
        sa.Column("bill", sa.BigInteger(), primary_key=True),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence of this bill"),
        sa.CheckConstraint("amount > 0", name="a_part_of_a_collection"),
        comment="The bills a collection pays, and how much of each.",
        sqlite_with_rowid=False,
    )
    op.create_index("collection_bill_bill", "collection_bill", ["bill"])
    op.create_table(
        "collection_event",
        sa.Column("collection", sa.BigInteger(), sa.ForeignKey("collection.nr"), primary_key=True),
        sa.Column("step", sa.SmallInteger(), primary_key=True),
        sa.Column(
            "change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False, comment="who did it, and when"
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False, comment="the day it took effect"),
        sa.Column(
            "collect_on",
            sa.Date(),
            nullable=False,
            comment="the day the money is to leave, or left, the payer's account",
        ),
        sa.Column("reason", sa.Text(), comment="report and code: ARUDD 0"),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint(
            "status IN ('announced', 'requested', 'collected', 'returned', 'represented', 'claimed', 'cancelled')",
            name="collection_status",
        ),
        comment="What happened to a collection. The last stands.",
        sqlite_with_rowid=False,
    )
