"""Rows that decide money wait for a second person: what they say, and what became of them, are kept for good.

Whoever told of a row does not confirm it, and whoever confirms it is an officer whose role may. Facts told before are
believed as they were.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    guard_against_replacing,
    guard_moments,
    guard_numbers,
    guard_records,
    pin_guards,
    refuse_numbered_before,
    refuse_where,
)

revision = "0027"
down_revision = "0026"

KEPT = "What waits for a second person, and what became of it, is never changed or deleted."
BY_ANOTHER = "What waits is confirmed by an officer whose role may confirm, and who did not tell of it."
BY_OFFICERS = "What waits is withdrawn by an officer on the list."


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "waiting_row",
        sa.Column("nr", serial, primary_key=True),
        sa.Column(
            "change",
            sa.BigInteger(),
            sa.ForeignKey("change.nr"),
            nullable=False,
            comment="who told it, when, in which file",
        ),
        sa.Column("extract", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="the row as it came, JSON"),
        sa.Column("why", sa.Text(), nullable=False, comment="what asks for a second person"),
        comment="Rows that decide money and are not believed before a second person has confirmed them.",
    )
    op.create_table(
        "waiting_answer",
        sa.Column("waiting", sa.BigInteger(), sa.ForeignKey("waiting_row.nr"), primary_key=True, autoincrement=False),
        sa.Column(
            "answer",
            sa.Text(),
            nullable=False,
            comment="confirmed; withdrawn; overtaken: the same reference was told anew",
        ),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), comment="of whoever confirmed; null of any other answer"),
        sa.Column("answered_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column("reason", sa.Text(), comment="why it was withdrawn"),
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), comment="what recorded it, or overtook it"),
        sa.CheckConstraint("answer IN ('confirmed', 'withdrawn', 'overtaken')", name="waiting_answer_is_one"),
        sa.CheckConstraint("(answer = 'confirmed') = (role IS NOT NULL)", name="waiting_answer_in_a_role"),
        sa.CheckConstraint("(answer = 'withdrawn') = (reason IS NOT NULL)", name="waiting_answer_with_why"),
        sa.CheckConstraint("(answer = 'withdrawn') = (change IS NULL)", name="waiting_answer_of_a_change"),
        comment="What became of a row that waited. Whoever told of it does not confirm it.",
    )
    both = ("waiting_row", "waiting_answer")
    guard_records(dict.fromkeys(both, KEPT))
    guard_against_replacing(dict.fromkeys(both, KEPT))
    guard_numbers(both, KEPT)
    guard_moments(both, KEPT)
    refuse_numbered_before("waiting_row", KEPT)
    own = (
        "EXISTS (SELECT 1 FROM waiting_row w JOIN change c ON c.nr = w.change WHERE w.nr = NEW.waiting AND c.by = "
        "NEW.answered_by)"
    )
    refuse_where(
        "waiting_answer_by_another",
        "INSERT",
        "waiting_answer",
        BY_ANOTHER,
        f"NEW.answer = 'confirmed' AND ({own} OR NOT {_serves('NEW.answered_by', 'NEW.role')} OR {_RIGHTS} NOT LIKE "
        "'%confirm%')",
    )
    refuse_where(
        "waiting_answer_by_an_officer",
        "INSERT",
        "waiting_answer",
        BY_OFFICERS,
        f"NEW.answer = 'withdrawn' AND NOT {_serves('NEW.answered_by')}",
    )
    pin_guards()


def _serves(name: str, role: str = "c.role") -> str:
    """Whether the latest change about a name that counts gave it a role; given ``role``, that one."""
    later = (
        "SELECT 1 FROM officer_change l WHERE l.name = c.name AND l.nr > c.nr AND (l.role IS NULL OR l.confirmed_by IS "
        "NOT NULL)"
    )
    return (
        f"EXISTS (SELECT 1 FROM officer_change c WHERE c.name = {name} AND c.role = {role} AND c.confirmed_by IS "
        f"NOT NULL AND NOT EXISTS ({later}))"
    )


_RIGHTS = (
    "coalesce((SELECT r.rights FROM officer_change r WHERE r.role = NEW.role AND r.rights IS NOT NULL AND "
    "r.confirmed_by IS NOT NULL ORDER BY r.nr DESC LIMIT 1), 'confirm')"
)
"""What the role of whoever confirms may do. A role whose rights were never set has them all."""
