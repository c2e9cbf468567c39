"""A charge may be waived by a part of it.

A waiver told before that has no weekly sum is of all of the charge, and stays so. From here each says one or the other.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import pin_guards, refuse_where

revision = "0023"
down_revision = "0022"

EITHER = "A waiver says either pounds a week or a part of the charge, of more than nothing and up to all of it."
ONE = "(NEW.weekly IS NULL) <> (NEW.share IS NULL) AND coalesce(NEW.share, 1) BETWEEN 1 AND 10000"


def upgrade() -> None:
    op.add_column(
        "waiver",
        sa.Column(
            "share",
            sa.BigInteger(),
            comment="hundredths of a per cent of the charge: where there is one, of that part of it",
        ),
    )
    refuse_where("waiver_of_a_sum_or_a_part", "INSERT", "waiver", EITHER, f"NOT ({ONE})")
    pin_guards()
