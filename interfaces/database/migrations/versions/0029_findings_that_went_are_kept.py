"""What a run was found to have before it was worked out again, or given up, is kept: how often each check fires, and
what comes of it, can be counted.

Of what was worked out again before, nothing is known.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import guard_against_replacing, guard_numbers, guard_records, pin_guards

revision = "0029"
down_revision = "0028"

KEPT = "What a run was found to have is never changed or deleted."


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "finding_before",
        sa.Column("nr", serial, primary_key=True),
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr"), nullable=False),
        sa.Column("working", sa.Integer(), nullable=False, comment="of the run, in which it was found"),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False, comment="stop, look or note"),
        sa.Column("subject", sa.BigInteger()),
        sa.Column("party", sa.BigInteger()),
        sa.Column("kind", sa.Text(), comment="of line the subject is the number of; null: a service line"),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("before", sa.BigInteger()),
        sa.Column("accepted_by", sa.Text()),
        comment="What a run was found to have before it was worked out again, or given up.",
    )
    op.create_index("finding_before_run", "finding_before", ["run"])
    guard_records({"finding_before": KEPT})
    guard_against_replacing({"finding_before": KEPT})
    guard_numbers(["finding_before"], KEPT)
    pin_guards()
