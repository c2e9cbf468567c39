"""Above a sum its council sets, a run is signed for by two: an approval is of one run, in one place.

A role may be given a sum it signs for alone, asked for and confirmed as every other change to who may sign. An approval
says in which place it was given and how many the run needs; a run needs all of them before it is released. What was
signed for in a day counts each run once, however many signed for it.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import drop_guard, guard_against_replacing, pin_guards, refuse, refuse_where

revision = "0017"
down_revision = "0016"

COLUMNS = (
    'run, prepared_by, submitted_by, approved_by, role, "limit", total, to_sign_for, signature, approved_at, note, '
    "day_total"
)
OF_NO_LINE = ("block", "adjustment", "one-off charge", "arrangement fee")
IN_ITS_PLACE = "place BETWEEN 1 AND needed AND needed IN (1, 2)"


def upgrade() -> None:
    op.add_column(
        "officer_change",
        sa.Column(
            "alone", sa.BigInteger(), comment="pence the role signs for alone, above which two do; null: as it was"
        ),
    )
    refuse(
        "officer_change_alone_kept",
        "UPDATE OF alone",
        "officer_change",
        "A change to who may sign is never changed or deleted: ask for another.",
    )
    for name, table in (("approval_within_the_day", "approval"), ("run_released_as_signed", "run")):
        drop_guard(name, table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {name}()")
    if op.get_bind().dialect.name == "postgresql":
        _give_places()
    else:
        _make_again()
    _guard()
    pin_guards()


def _place() -> sa.Column[int]:
    comment = "1: first to sign, 2: second"
    return sa.Column("place", sa.SmallInteger(), nullable=False, server_default="1", comment=comment)


def _needed() -> sa.Column[int]:
    comment = "how many must sign: one or two"
    return sa.Column("needed", sa.SmallInteger(), nullable=False, server_default="1", comment=comment)


COMMENT = "Another person's signature over exactly these lines, or each of two. The database refuses any other."


def _give_places() -> None:
    op.add_column("approval", _place())
    op.add_column("approval", _needed())
    op.drop_constraint("approval_pkey", "approval", type_="primary")
    op.create_primary_key("approval_pkey", "approval", ["run", "place"])
    op.create_unique_constraint("approval_run_approved_by_key", "approval", ["run", "approved_by"])
    op.create_check_constraint("approval_in_its_place", "approval", IN_ITS_PLACE)
    op.create_table_comment("approval", COMMENT)


def _make_again() -> None:
    """SQLite gives a table no other key: it is made again, with every guard that stood on it but the one of its key."""
    connection = op.get_bind()
    guards = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'approval' AND name <> "
        "'approval_never_replaced'"
    ).scalars()
    kept = list(guards)
    op.create_table(
        "approval_in_places",
        sa.Column("run", sa.BigInteger(), primary_key=True),
        sa.Column("place", sa.SmallInteger(), primary_key=True, server_default="1"),
        _needed(),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("limit", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("to_sign_for", sa.BigInteger(), nullable=False),
        sa.Column("day_total", sa.BigInteger()),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(
            ["run", "prepared_by", "submitted_by"],
            ["run.nr", "run.prepared_by", "run.submitted_by"],
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run", "signature", "total", "to_sign_for"], ["run.nr", "run.signature", "run.total", "run.to_sign_for"]
        ),
        sa.ForeignKeyConstraint(["approved_by", "role"], ["officer.name", "officer.role"]),
        sa.ForeignKeyConstraint(["role", "limit"], ["approval_tier.role", "approval_tier.limit"]),
        sa.UniqueConstraint("run", "approved_by"),
        sa.CheckConstraint(IN_ITS_PLACE, name="approval_in_its_place"),
        sa.CheckConstraint(
            "approved_by <> prepared_by AND approved_by <> submitted_by", name="approved_by_a_second_person"
        ),
        sa.CheckConstraint('to_sign_for <= "limit"', name="within_the_tier"),
    )
    op.execute(f"INSERT INTO approval_in_places ({COLUMNS}) SELECT {COLUMNS} FROM approval")
    op.drop_table("approval")
    op.rename_table("approval_in_places", "approval")
    for guard in kept:
        op.execute(guard)
    guard_against_replacing({"approval": "A record is never replaced by another."})


def _guard() -> None:
    same_day = (
        "(SELECT coalesce(sum(r.to_sign_for), 0) FROM run r JOIN run m ON m.nr = NEW.run "
        "WHERE r.stream = m.stream AND r.calendar = m.calendar AND r.nr <> m.nr AND "
        "EXISTS (SELECT 1 FROM approval a WHERE a.run = r.nr AND date(a.approved_at) = date(NEW.approved_at)) AND "
        "(r.window_starts = m.window_starts OR (r.window_starts < m.up_to AND r.up_to > m.window_starts)))"
    )
    refuse_where(
        "approval_within_the_day",
        "INSERT",
        "approval",
        "What is signed for in one day, of one pay period or one payee, is within the limit of who signs.",
        f'NEW.day_total IS NULL OR NEW.day_total > NEW."limit" OR NEW.to_sign_for + {same_day} > NEW.day_total',
    )
    alone = (
        "(SELECT c.alone FROM officer_change c WHERE c.role = NEW.role AND c.alone IS NOT NULL AND c.confirmed_by IS "
        "NOT NULL ORDER BY c.nr DESC LIMIT 1)"
    )
    others = "(SELECT max(a.needed) FROM approval a WHERE a.run = NEW.run)"
    refuse_where(
        "approval_by_as_many_as_are_needed",
        "INSERT",
        "approval",
        "Above the sum a role signs for alone, two sign for a run.",
        f"(NEW.needed < 2 AND NEW.day_total > {alone}) OR NEW.needed < {others}",
    )
    no_line = ", ".join(map(repr, OF_NO_LINE))
    let_through = (
        "EXISTS (SELECT 1 FROM finding f WHERE f.run = NEW.nr AND f.severity = 'stop' AND f.accepted_by IS NULL AND "
        "NOT EXISTS (SELECT 1 FROM run_held h WHERE h.run = f.run AND h.instead AND ((h.scope = 'line' AND h.target = "
        f"f.subject AND (f.kind IS NULL OR f.kind NOT IN ({no_line}))) OR (h.scope = 'payee' AND h.target = f.party))))"
    )
    signed = "(SELECT count(*) >= max(a.needed) FROM approval a WHERE a.run = NEW.nr AND a.signature = NEW.signature)"
    refuse_where(
        "run_released_as_signed",
        "UPDATE OF status",
        "run",
        "A run is released only once as many have signed for it as must, with every finding dealt with.",
        f"OLD.status = 'approved' AND NEW.status = 'releasing' AND (coalesce(NOT {signed}, true) OR {let_through})",
    )
