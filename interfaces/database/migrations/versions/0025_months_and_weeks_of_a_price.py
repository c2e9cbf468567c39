"""A contract may say on which day of the month the months of its prices begin, and that a week begun is paid whole.

What stands in a database that is moved here goes on by calendar months and by the day.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import pin_guards, refuse_where

revision = "0025"
down_revision = "0024"

MONTHS = "Months may begin on the 1st to the 31st; weeks are paid whole, or by the day."
NONE_SUCH = "NEW.months_begin NOT BETWEEN 1 AND 31 OR NEW.week_price NOT IN ('whole')"


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
        refuse_where(f"{table}_months_and_weeks", "INSERT", table, MONTHS, NONE_SUCH)
    pin_guards()
