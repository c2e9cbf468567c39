"""Who may sign is asked for, confirmed and ended by officers who are on the list, and two who may confirm are always left.

Whoever signs for a run is on the list still. What a run is to cover, and how often it was worked out, changes only with a
calculation. An approval is taken back only by sending the run back or giving it up.
"""

from alembic import op

from interfaces.database.shapes import pin_guards, refuse, refuse_where

revision = "0014"
down_revision = "0013"

NOBODY = "Who may sign is asked for, confirmed and ended by officers who are on the list."
LEFT = "Two officers who may confirm the next change are always left."


def upgrade() -> None:
    _guard_who_asks()
    _guard_who_is_left()
    refuse_where("approval_by_who_serves", "INSERT", "approval", "Only an officer who is on the list still signs for a run.",
                 f"NOT {_serves('NEW.approved_by')}")  # fmt: skip
    pin_guards()


def _counts(row: str) -> str:
    return f"({row}.role IS NULL OR {row}.confirmed_by IS NOT NULL)"


def _serves(name: str) -> str:
    """Whether the latest change about a name that counts gave it a role."""
    later = f"SELECT 1 FROM officer_change l WHERE l.name = c.name AND l.nr > c.nr AND {_counts('l')}"
    return (f"EXISTS (SELECT 1 FROM officer_change c WHERE c.name = {name} AND c.role IS NOT NULL AND c.confirmed_by IS NOT NULL "
            f"AND NOT EXISTS ({later}))")  # fmt: skip


KEEPERS = (
    "SELECT DISTINCT c.name FROM officer_change c WHERE c.name IS NOT NULL AND c.role IS NOT NULL AND c.confirmed_by IS NOT NULL AND "
    "NOT EXISTS (SELECT 1 FROM officer_change l WHERE l.name = c.name AND l.nr > c.nr AND (l.role IS NULL OR l.confirmed_by IS NOT NULL)) "
    "AND coalesce((SELECT r.rights FROM officer_change r WHERE r.role = c.role AND r.rights IS NOT NULL AND r.confirmed_by IS NOT NULL "
    "ORDER BY r.nr DESC LIMIT 1), 'approve') LIKE '%approve%'"
)
"""Officers who may confirm: on the list, in a role with the right to approve."""


def _guard_who_asks() -> None:
    """A founder is asked for by anybody, and with the first whatever is named in the same act."""
    first = ("EXISTS (SELECT 1 FROM officer_change f WHERE f.founding = 1 AND f.asked_by = NEW.asked_by AND f.asked_at = NEW.asked_at)")
    refuse_where("officer_change_asked_by_an_officer", "INSERT", "officer_change", NOBODY,
                 f"NEW.founding IS NULL AND NOT {_serves('NEW.asked_by')} AND NOT {first}")  # fmt: skip
    refuse_where("officer_change_confirmed_by_who_serves", "UPDATE OF confirmed_by", "officer_change", NOBODY,
                 f"NEW.confirmed_by IS NOT NULL AND NEW.founding IS NULL AND NOT {_serves('NEW.confirmed_by')}")  # fmt: skip


def _guard_who_is_left() -> None:
    """Nobody ends one of the last two who may confirm, and no change of a role or its rights leaves one alone.

    On PostgreSQL two who end each other at once wait for one another here, whatever statement they come by.
    """
    ended = f"NEW.role IS NULL AND NEW.name IN ({KEEPERS}) AND (SELECT count(*) FROM ({KEEPERS}) k) < 3"
    alone = ("NEW.confirmed_by IS NOT NULL AND EXISTS (SELECT 1 FROM officer_change f WHERE f.founding = 2) AND NEW.founding IS NULL "
             f"AND (SELECT count(*) FROM ({KEEPERS}) k) < 2")  # fmt: skip
    if op.get_bind().dialect.name != "postgresql":
        refuse("officer_change_leaves_two", "INSERT", "officer_change", LEFT, ended)
        op.execute("CREATE TRIGGER officer_change_leaves_two_yet AFTER UPDATE OF confirmed_by ON officer_change "
                   f"WHEN {alone} BEGIN SELECT RAISE(ABORT, '{LEFT}'); END")  # fmt: skip
        return
    for name, when, condition in (("officer_change_leaves_two", "BEFORE INSERT", ended),
                                  ("officer_change_leaves_two_yet", "AFTER UPDATE OF confirmed_by", alone)):  # fmt: skip
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1417, 1); "
            f"IF {condition} THEN RAISE EXCEPTION '%', '{LEFT}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} {when} ON officer_change FOR EACH ROW EXECUTE FUNCTION {name}()")
