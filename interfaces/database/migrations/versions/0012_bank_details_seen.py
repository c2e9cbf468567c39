"""Who has looked at whole bank details."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import guard_against_replacing, guard_records

revision = "0012"
down_revision = "0011"

WORDS = {"bank_detail_view": "Who looked at bank details is never changed or deleted."}


def upgrade() -> None:
    op.create_table(
        "bank_detail_view",
        sa.Column("nr", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("moment", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False, comment="by what they were shown"),
        sa.Column("ref", sa.Text(), nullable=False, comment="of the bank details"),
        comment="Bank details shown whole to somebody: who, when, which.",
    )
    guard_records(WORDS)
    guard_against_replacing(WORDS)
