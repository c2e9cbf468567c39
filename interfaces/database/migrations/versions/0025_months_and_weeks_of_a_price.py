"""A contract may say on which day of the month the months of its prices begin, and that a week begun is paid whole.

What stands in a database that is moved here goes on by calendar months and by the day.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import guard_added, pin_guards, refuse_where

revision = "0025"
down_revision = "0024"

MONTHS = "Months may begin on the 1st to the 31st."


def upgrade() -> None:
    for table in ("contract", "contract_terms"):
        op.add_column(
            table,
            sa.Column(
                "months_begin",
                sa.SmallInteger(),
                comment="day of the month a month's price is for begins on; empty: the 1st",
            ),
        )
        op.add_column(
            table, sa.Column("week_price", sa.Text(), comment="whole: a week begun is paid whole; empty: by the day")
        )
        refuse_where(f"{table}_months_begin", "INSERT", table, MONTHS, "NEW.months_begin NOT BETWEEN 1 AND 31")
    guard_added(["contract", "contract_terms", "waiver", "refund"])  # the last two: what steps 0023 and 0024 added
    pin_guards()
