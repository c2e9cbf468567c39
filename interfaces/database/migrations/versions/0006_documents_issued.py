"""The papers issued and how each was sent."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import guard_records

revision = "0006"
down_revision = "0005"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RECORDS = {
    "document": "A paper as issued is never changed or deleted.",
    "dispatch": "A record of sending is never changed or deleted.",
}


def upgrade() -> None:
    _documents()
    _dispatches()
    guard_records(RECORDS)


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="bill, credit note, statement, reminder …"),
        sa.Column("bill", sa.BigInteger(), comment="bill.nr, where it is the paper of one"),
        sa.Column("party", sa.BigInteger(), nullable=False, comment="the bill payer"),
        sa.Column("name", sa.Text(), nullable=False, comment="file name without its ending; a bill's is its number"),
        sa.Column("format", sa.Text(), nullable=False, comment="pdf or html"),
        sa.Column("language", sa.Text(), nullable=False, comment="English or Welsh"),
        sa.Column("print", sa.Text(), nullable=False, comment="standard or large"),
        sa.Column("addressed_to", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False, comment="home, representative, deputy, estate or executors"),
        sa.Column("channel", sa.Text(), nullable=False, comment="post or email, as asked for when it was made"),
        sa.Column(
            "send_to",
            sa.Text(),
            nullable=False,
            comment="the address or email it is for, lines separated by semicolons",
        ),
        sa.Column("dated", sa.Date(), nullable=False, comment="the day it carries"),
        sa.Column("starts", sa.Date()),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        sa.Column("amount", sa.BigInteger(), comment="pence of the bill; of a statement: bills less receipts"),
        sa.Column("balance", sa.BigInteger(), comment="pence owed at its end, as it says; below nought in credit"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the bytes as issued"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="how many bytes"),
        sa.Column("made_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the bytes as issued, zlib"),
        sa.Column("record", sa.LargeBinary(), comment="what it says, as JSON, zlib: another form of it says the same"),
        sa.CheckConstraint("format IN ('pdf', 'html')", name="document_format"),
        comment="A paper as issued. Never changed; asked for again it is the same bytes.",
    )
    of_a_bill = sa.text("bill IS NOT NULL")
    op.create_index(
        "document_bill",
        "document",
        ["bill", "format", "language", "print"],
        unique=True,
        sqlite_where=of_a_bill,
        postgresql_where=of_a_bill,
    )
    op.create_index("document_party", "document", ["party"])


def _dispatches() -> None:
    op.create_table(
        "dispatch",
        sa.Column("nr", SERIAL, primary_key=True),
        sa.Column("document", sa.BigInteger(), sa.ForeignKey("document.nr"), nullable=False),
        sa.Column("how", sa.Text(), nullable=False, comment="post, email or portal"),
        sa.Column("to_where", sa.Text(), nullable=False, comment="the address or email"),
        sa.Column("at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="who says it was sent"),
        sa.Column("proof", sa.Text(), nullable=False, comment="the batch and its sha256, or a message id"),
        sa.CheckConstraint("how IN ('post', 'email', 'portal')", name="dispatch_how"),
        comment="That a paper was sent: how, to where, when, by whom, and the proof of it.",
    )
    op.create_index("dispatch_document", "dispatch", ["document"])
