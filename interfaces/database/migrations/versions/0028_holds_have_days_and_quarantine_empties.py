"""A hold is dated by the day its officer acted for, besides the moment it was made; and a row set aside is closed by
the load that brought it right, or by an officer with a reason. Rows that were set aside are kept.

Holds made before are dated by their moments. Rows set aside before wait as they did: the next load that brings them
right closes them.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    drop_guard,
    guard_against_replacing,
    guard_numbers,
    guard_records,
    pin_guards,
    refuse,
    refuse_where,
)

revision = "0028"
down_revision = "0027"

HOLDS = "A hold is never changed or deleted: let it go, and hold again."
CLOSED = "A row set aside is closed once, for good: where it was closed by mistake, load it again."
NEWEST = "A row set aside is closed by the newest change alone."


def upgrade() -> None:
    acted = "the day it was held, as the officer acted; null: the day of held_at"
    op.add_column("hold", sa.Column("held_on", sa.Date(), comment=acted))
    op.add_column("hold", sa.Column("released_on", sa.Date(), comment="the same of letting it go"))
    drop_guard("hold_never_rewritten", "hold")
    kept = ("nr", "stream", "scope", "target", "reason", "held_by", "held_at", "held_on")
    refuse("hold_never_rewritten", f"UPDATE OF {', '.join(kept)}", "hold", HOLDS)
    again = "NEW.released_at IS NULL OR OLD.released_at IS NOT NULL"
    refuse("hold_let_go_on_its_day", "UPDATE OF released_on", "hold", HOLDS, again)
    op.create_table(
        "quarantine_closed",
        sa.Column("quarantine", sa.BigInteger(), sa.ForeignKey("quarantine.nr"), primary_key=True),
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False, comment="who, and when"),
        sa.Column("reason", sa.Text(), comment="an officer’s; null: the change loaded it right"),
        comment="Rows set aside that wait no more: loaded right since, or closed by an officer.",
    )
    guard_records({"quarantine_closed": CLOSED})
    guard_against_replacing({"quarantine_closed": CLOSED})
    guard_numbers(["quarantine_closed"], CLOSED)
    newest = "NEW.change <> (SELECT max(c.nr) FROM change c)"
    refuse_where("quarantine_closed_by_the_newest", "INSERT", "quarantine_closed", NEWEST, newest)
    pin_guards()
