"""What a person can pay is kept beside the charge, which is held at the cost given with the circumstances.

Of assessments made before it is not known: what was kept stands, until the person is assessed again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column(
        "assessment",
        sa.Column(
            "can_pay",
            sa.BigInteger(),
            comment="pence a week, whatever the care costs; empty: not known, or no such limit",
        ),
    )
