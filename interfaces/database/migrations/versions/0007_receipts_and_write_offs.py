"""Receipts, what became of them, refunds, write-offs, and what secures a debt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from interfaces.database.shapes import add_fact, guard_facts, span

revision = "0007"
down_revision = "0006"

FACTS = ("receipt", "receipt_identification", "receipt_return", "allocation", "refund", "write_off", "security")


def upgrade() -> None:
    _receipts()
    _requests()
    add_fact(
        "security",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="deferred payment agreement, charge on land"),
        *span(),
        comment="Days on which what a payer owes is secured on something.",
    )
    guard_facts(FACTS)


def _receipts() -> None:
    methods = "bank transfer, card, cheque, cash, direct debit, standing order, other"
    add_fact(
        "receipt",
        sa.Column("bill_payer", sa.BigInteger(), comment="whom it came from; empty: not known yet"),
        sa.Column("on", sa.Date(), nullable=False, comment="the day it was received"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column("method", sa.Text(), nullable=False, comment=methods),
        sa.Column("payer_reference", sa.Text(), comment="the reference text as on the bank line"),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name="receipt_above_nought"),
        comment="Money received.",
    )
    op.create_index("receipt_on", "receipt", ["on"])
    add_fact(
        "receipt_identification",
        sa.Column("receipt", sa.BigInteger(), nullable=False),
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="how it was found out"),
        sa.Column("identified_by", sa.Text(), nullable=False),
        comment="Whom a receipt is really from, found out later. It comes before the payer the receipt came with.",
    )
    op.create_index("receipt_identification_receipt", "receipt_identification", ["receipt"])
    add_fact(
        "receipt_return",
        sa.Column("receipt", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False, comment="the day the bank took it back"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        comment="A receipt the bank took back whole: a bounced cheque, a returned or indemnified direct debit.",
    )
    op.create_index("receipt_return_receipt", "receipt_return", ["receipt"])
    add_fact(
        "allocation",
        sa.Column("receipt", sa.BigInteger(), nullable=False),
        sa.Column("bill", sa.BigInteger(), nullable=False, comment="bill.nr"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence of the receipt"),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name="allocation_above_nought"),
        comment=(
            "The payer, or an officer, said which bill a receipt pays. Everything else goes to the oldest bill first."
        ),
    )


def _requests() -> None:
    add_fact(
        "refund",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False, comment="the day it is given back"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column("reason", sa.Text(), nullable=False),
        *_signed("refund"),
        comment="Money to be given back to a payer. Due once a second person has signed for it.",
    )
    add_fact(
        "write_off",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("bill", sa.BigInteger(), comment="bill.nr; empty: the oldest first"),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column("reason", sa.Text(), nullable=False),
        *_signed("write_off"),
        comment="Debt the council gives up. It lowers what is owed once a second person has signed for it.",
    )


def _signed(name: str) -> tuple[SchemaItem, ...]:
    """A second person's signature on a request, within the tier of their role."""
    both = "(approved_role IS NULL) = (approved_by IS NULL) AND (approved_limit IS NULL) = (approved_by IS NULL)"
    return (
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), comment="empty: waiting for a second person"),
        sa.Column("approved_role", sa.Text()),
        sa.Column("approved_limit", sa.BigInteger(), comment="pence their role may sign for"),
        sa.ForeignKeyConstraint(["approved_by", "approved_role"], ["officer.name", "officer.role"]),
        sa.ForeignKeyConstraint(["approved_role", "approved_limit"], ["approval_tier.role", "approval_tier.limit"]),
        sa.CheckConstraint("amount > 0", name=f"{name}_above_nought"),
        sa.CheckConstraint("lower(approved_by) <> lower(requested_by)", name=f"{name}_by_a_second_person"),
        sa.CheckConstraint("amount <= approved_limit", name=f"{name}_within_the_tier"),
        sa.CheckConstraint(both, name=f"{name}_signed_whole"),
    )
