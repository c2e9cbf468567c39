"""Credit is backed by money: no run of receipts is released that has given a payer back more than was received, and no
more of a receipt is told to bills than it is.

Asked of a run once, as it becomes released: until then none of its files go out.
"""

from alembic import op

from interfaces.database.shapes import pin_guards, refuse_where

revision = "0021"
down_revision = "0020"

GIVEN_BACK = "A refund may never come to more than was received."
ALLOCATED = "What is told of a receipt may never come to more than was received."

GAVE = "SELECT gave.party FROM entry gave WHERE gave.run = NEW.nr AND gave.kind = 'refund' AND gave.amount > 0"
OVER = (
    "SELECT 1 FROM entry WHERE entry.stream = 'receipts' AND entry.kind IN ('receipt', 'returned receipt', 'refund') "
    f"AND entry.party IN ({GAVE}) GROUP BY entry.party HAVING sum(entry.amount) > 0"
)
TOLD = "SELECT sum(told.amount) FROM allocation told WHERE told.receipt = NEW.receipt AND told.superseded IS NULL"
CAME = "SELECT came.amount FROM receipt came WHERE came.nr = NEW.receipt AND came.superseded IS NULL"


def upgrade() -> None:
    op.create_index("allocation_receipt", "allocation", ["receipt"])
    releasing = "NEW.stream = 'receipts' AND NEW.status = 'released' AND OLD.status <> 'released'"
    refuse_where("run_gives_back_what_came", "UPDATE", "run", GIVEN_BACK, f"{releasing} AND EXISTS ({OVER})")
    over = f"NEW.superseded IS NULL AND NEW.amount + coalesce(({TOLD}), 0) > ({CAME})"
    refuse_where("allocation_within_its_receipt", "INSERT", "allocation", ALLOCATED, over)
    pin_guards()
