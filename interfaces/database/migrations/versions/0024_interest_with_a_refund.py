"""Interest may be paid with a refund: signed for with it, and no part of the money that was received."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import drop_guard, pin_guards, refuse_where

revision = "0024"
down_revision = "0023"

GIVEN_BACK = "A refund may never come to more than was received."
SIGNED = "A refund is signed for with its interest, above nought, by an officer whose limit covers both."
KINDS = "('receipt', 'returned receipt', 'refund', 'refund interest')"
GAVE = "SELECT gave.party FROM entry gave WHERE gave.run = NEW.nr AND gave.kind = 'refund' AND gave.amount > 0"
OVER = (
    f"SELECT 1 FROM entry WHERE entry.stream = 'receipts' AND entry.kind IN {KINDS} AND entry.party IN ({GAVE}) "
    "GROUP BY entry.party HAVING sum(entry.amount) > 0"
)
BOTH = "NEW.approved_limit IS NOT NULL AND NEW.amount + NEW.interest > NEW.approved_limit"


def upgrade() -> None:
    op.add_column(
        "refund",
        sa.Column(
            "interest",
            sa.BigInteger(),
            comment="pence of interest paid with it, which were never received; empty: none",
        ),
    )
    signed = f"NEW.interest IS NOT NULL AND (NEW.interest <= 0 OR {BOTH})"
    refuse_where("refund_signed_with_its_interest", "INSERT", "refund", SIGNED, signed)
    drop_guard("run_gives_back_what_came", "run")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION run_gives_back_what_came()")
    releasing = "NEW.stream = 'receipts' AND NEW.status = 'released' AND OLD.status <> 'released'"
    refuse_where("run_gives_back_what_came", "UPDATE", "run", GIVEN_BACK, f"{releasing} AND EXISTS ({OVER})")
    pin_guards()
