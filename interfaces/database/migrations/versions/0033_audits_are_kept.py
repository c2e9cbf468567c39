"""What each night’s audit notices is kept, with who looks into it and what was answered."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    guard_against_replacing,
    guard_moments,
    guard_numbers,
    guard_records,
    pin_guards,
    refuse_where,
)

revision = "0033"
down_revision = "0032"

KEPT = "What an audit noticed, and what was answered, is never changed or deleted."
BY_OFFICERS = "A finding of an audit is answered by an officer on the list."


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit",
        sa.Column("nr", serial, primary_key=True),
        sa.Column("on", sa.Date(), nullable=False, comment="the day it was for"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False, comment="UTC"),
        comment="Each audit that was carried out.",
    )
    op.create_table(
        "audit_finding",
        sa.Column("nr", serial, primary_key=True),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="what it is about, the same in every audit"),
        sa.UniqueConstraint("test", "key"),
        comment="Something audits noticed.",
    )
    op.create_table(
        "audit_seen",
        sa.Column("finding", sa.BigInteger(), sa.ForeignKey("audit_finding.nr"), primary_key=True, autoincrement=False),
        sa.Column("audit", sa.BigInteger(), sa.ForeignKey("audit.nr"), primary_key=True, autoincrement=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        comment="A finding as one audit saw it.",
    )
    op.create_table(
        "audit_answer",
        sa.Column("nr", serial, primary_key=True),
        sa.Column("finding", sa.BigInteger(), sa.ForeignKey("audit_finding.nr"), nullable=False),
        sa.Column("owner", sa.Text(), comment="the officer it is given to; null: it is answered"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "pence", sa.BigInteger(), nullable=False, comment="what it came to then: once it is more, it is asked again"
        ),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False, comment="UTC"),
        comment="Who looks into a finding, and how it was answered.",
    )
    every = ("audit", "audit_finding", "audit_seen", "audit_answer")
    guard_records(dict.fromkeys(every, KEPT))
    guard_against_replacing(dict.fromkeys(every, KEPT))
    guard_numbers(every, KEPT)
    guard_moments(every, KEPT)
    listed = 'EXISTS (SELECT 1 FROM officer o WHERE o.name = NEW."{0}")'
    unknown = f"NOT {listed.format('by')} OR NEW.owner IS NOT NULL AND NOT {listed.format('owner')}"
    refuse_where("audit_answer_by_an_officer", "INSERT", "audit_answer", BY_OFFICERS, unknown)
    pin_guards()
