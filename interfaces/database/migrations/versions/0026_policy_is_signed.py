"""A council's policy is kept in versions, each proposed by one officer and confirmed by another. Every run keeps
the one that held on its last day.

Runs made before have none. While no version holds, runs go by whatever was named when they were drafted, as before.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    guard_against_replacing,
    guard_but,
    guard_numbers,
    guard_records,
    pin_guards,
    refuse,
    refuse_numbered_before,
    refuse_where,
)

revision = "0026"
down_revision = "0025"

KEPT = "A version of the policy is never changed or deleted: propose another."
BY_OFFICERS = "A policy is proposed by an officer on the list, and confirmed by another who may approve."
FOUNDING = "The policy of a new council counts at once only before there is another, and before its first run."
HOLDS = "A run goes by the version of the policy that holds on its last day, exactly as it was signed."
COPY = "A sandbox stays one."
NOTHING = "This is a sandbox, a copy to try things on: no file and no paper is issued from it."
NO_RUN = "NOT EXISTS (SELECT 1 FROM run)"


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "policy_version",
        sa.Column("nr", serial, primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="policy: a council's choices; figures: those of the law"),
        sa.Column("starts", sa.Date(), nullable=False, comment="the first day it holds"),
        sa.Column("name", sa.Text(), nullable=False, comment="the file it was proposed from"),
        sa.Column("content", sa.Text(), nullable=False, comment="the file, TOML, as it was given"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the content"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why, and on whose word"),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column(
            "founding",
            sa.SmallInteger(),
            comment="1: of a new council, before its first run; nobody was there to confirm it",
        ),
        sa.Column("confirmed_by", sa.Text(), comment="null: waits for a second officer"),
        sa.Column("confirmed_role", sa.Text(), comment="null of a founding one too"),
        sa.Column("confirmed_at", sa.DateTime()),
        sa.Column("withdrawn_by", sa.Text(), comment="it never held"),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.Column("withdrawn_because", sa.Text()),
        sa.UniqueConstraint("founding"),
        sa.CheckConstraint("kind IN ('policy', 'figures')", name="policy_kind"),
        sa.CheckConstraint("founding = 1", name="one_founding_policy"),
        sa.CheckConstraint("confirmed_by <> asked_by OR founding IS NOT NULL", name="policy_by_a_second_person"),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND "
            "(confirmed_by IS NULL OR founding IS NOT NULL) = (confirmed_role IS NULL)",
            name="policy_confirmed_whole",
        ),
        sa.CheckConstraint("confirmed_by IS NULL OR withdrawn_by IS NULL", name="policy_confirmed_or_withdrawn"),
        sa.ForeignKeyConstraint(["confirmed_by", "confirmed_role"], ["officer.name", "officer.role"]),
        comment="A council's policy: each version, from which day it holds, who proposed it and who confirmed it.",
    )
    op.create_table(
        "policy_choices",
        sa.Column("version", sa.BigInteger(), sa.ForeignKey("policy_version.nr"), primary_key=True),
        sa.Column("stream", sa.Text(), primary_key=True),
        sa.Column("choices", sa.Text(), nullable=False, comment="JSON: what a run of the stream keeps of the version"),
        comment="What each stream goes by under a version of the policy: a run drafted under it keeps this.",
    )
    comment = "the version of the policy that holds on its last day; null: none had begun"
    op.add_column("run", sa.Column("policy_version", sa.BigInteger(), comment=comment))
    op.create_table(
        "sandbox",
        sa.Column("nr", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("of", sa.Text(), nullable=False, comment="the address of what it is a copy of"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("nr = 1", name="one_mark"),
        comment="That this database is a copy to try things on, from which nothing is issued; empty: it is no copy.",
    )
    _guard_versions()
    _guard_runs()
    _guard_sandboxes()
    pin_guards()


def _guard_versions() -> None:
    said = ("confirmed_by", "confirmed_role", "confirmed_at", "withdrawn_by", "withdrawn_at", "withdrawn_because")
    guard_but("policy_version", said, KEPT)
    guard_records({"policy_choices": KEPT})
    guard_against_replacing({"policy_version": KEPT, "policy_choices": KEPT})
    refuse_numbered_before("policy_version", KEPT)
    guard_numbers(["policy_version", "policy_choices"], KEPT)
    refuse(
        "policy_version_said_once",
        f"UPDATE OF {', '.join(said)}",
        "policy_version",
        KEPT,
        "OLD.confirmed_by IS NOT NULL OR OLD.withdrawn_by IS NOT NULL",
    )
    refuse(
        "policy_version_begins_as_proposed",
        "INSERT",
        "policy_version",
        BY_OFFICERS,
        "(NEW.confirmed_by IS NOT NULL AND NEW.founding IS NULL) OR NEW.withdrawn_by IS NOT NULL",
    )
    refuse_where(
        "policy_version_founds_a_new_council",
        "INSERT",
        "policy_version",
        FOUNDING,
        "NEW.founding IS NOT NULL AND (NEW.confirmed_by IS NULL OR NEW.kind <> 'policy' OR EXISTS (SELECT 1 "
        "FROM policy_version) OR NOT "
        f"{NO_RUN})",
    )
    at_once = (
        "EXISTS (SELECT 1 FROM officer_change f WHERE f.founding = 1 AND f.asked_by = NEW.asked_by AND f.asked_at = "
        "NEW.asked_at)"
    )
    refuse_where(
        "policy_version_founded_by_an_officer",
        "INSERT",
        "policy_version",
        BY_OFFICERS,
        f"NEW.founding IS NOT NULL AND NOT {_serves('NEW.asked_by')} AND NOT {at_once}",
    )
    refuse_where(
        "policy_version_proposed_by_an_officer",
        "INSERT",
        "policy_version",
        BY_OFFICERS,
        f"NEW.founding IS NULL AND NOT {_serves('NEW.asked_by')}",
    )
    refuse_where(
        "policy_version_confirmed_by_who_may",
        "UPDATE OF confirmed_by",
        "policy_version",
        BY_OFFICERS,
        f"NEW.confirmed_by IS NOT NULL AND (NOT {_serves('NEW.confirmed_by', 'NEW.confirmed_role')} OR {RIGHTS} NOT "
        "LIKE '%approve%')",
    )
    refuse_where(
        "policy_version_withdrawn_by_an_officer",
        "UPDATE OF withdrawn_by",
        "policy_version",
        BY_OFFICERS,
        f"NEW.withdrawn_by IS NOT NULL AND NOT {_serves('NEW.withdrawn_by')}",
    )
    refuse_where(
        "policy_choices_of_what_is_proposed",
        "INSERT",
        "policy_choices",
        KEPT,
        "NOT EXISTS (SELECT 1 FROM policy_version v WHERE v.nr = NEW.version AND v.withdrawn_by IS NULL AND "
        f"(v.confirmed_by IS NULL OR (v.founding = 1 AND {NO_RUN})))",
    )


def _guard_runs() -> None:
    holds = (
        "(SELECT v.nr FROM policy_version v WHERE v.kind = 'policy' AND v.confirmed_by IS NOT NULL AND v.starts < "
        "NEW.up_to ORDER BY v.starts DESC, v.nr DESC LIMIT 1)"
    )
    kept = "(SELECT c.choices FROM policy_choices c WHERE c.version = NEW.policy_version AND c.stream = NEW.stream)"
    refuse_where(
        "run_by_the_policy_that_holds",
        "INSERT",
        "run",
        HOLDS,
        f"coalesce(NEW.policy_version, 0) <> coalesce({holds}, 0) OR NEW.policy <> coalesce({kept}, NEW.policy)",
    )
    refuse("run_keeps_its_policy", "UPDATE OF policy_version", "run", HOLDS)


def _guard_sandboxes() -> None:
    guard_records({"sandbox": COPY})
    guard_against_replacing({"sandbox": COPY})
    guard_numbers(["sandbox"], COPY)
    for table in ("export", "document", "dispatch"):
        refuse_where(f"{table}_of_no_sandbox", "INSERT", table, NOTHING, "EXISTS (SELECT 1 FROM sandbox)")


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


RIGHTS = (
    "coalesce((SELECT r.rights FROM officer_change r WHERE r.role = NEW.confirmed_role AND r.rights IS NOT NULL AND "
    "r.confirmed_by IS NOT NULL ORDER BY r.nr DESC LIMIT 1), 'approve')"
)
"""What the role of whoever confirms may do. A role whose rights were never set has them all."""
