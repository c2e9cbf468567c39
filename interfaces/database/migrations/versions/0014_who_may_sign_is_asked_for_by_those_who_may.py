"""Who may sign is asked for, confirmed and ended by officers who are on the list, and two who may confirm are always
left.

Whoever signs for a run is on the list still. What a run is to cover, and how often it was worked out, changes only with
a calculation. An approval is taken back only by sending the run back or giving it up.
"""

from alembic import op

from interfaces.database.shapes import drop_guard, pin_guards, refuse, refuse_where

revision = "0014"
down_revision = "0013"

NOBODY = "Who may sign is asked for, confirmed and ended by officers who are on the list."
LEFT = "Two officers who may confirm the next change are always left."


def upgrade() -> None:
    _guard_who_asks()
    _guard_who_is_left()
    refuse_where(
        "approval_by_who_serves",
        "INSERT",
        "approval",
        "Only an officer who is on the list still signs for a run.",
        f"NOT {_serves('NEW.approved_by')}",
    )
    _guard_what_was_worked_out()
    _guard_the_day()
    pin_guards()


def _guard_what_was_worked_out() -> None:
    """What a run came to, and what it knew, stand from its calculation on: changed by nothing but another
    calculation.
    """
    worked_out = "What a run was worked out by, and came to, is changed only by working it out again."
    refuse(
        "run_as_worked_out",
        "UPDATE OF signature, lines, total, to_sign_for, known",
        "run",
        worked_out,
        "OLD.status = 'calculated' AND NEW.status NOT IN ('draft', 'abandoned')",
    )
    refuse(
        "run_working_counts_up",
        "UPDATE OF working",
        "run",
        worked_out,
        "OLD.status NOT IN ('draft', 'calculated') OR NEW.working < OLD.working",
    )
    its_hold = (
        "EXISTS (SELECT 1 FROM hold h JOIN run r ON r.stream = h.stream WHERE r.nr = NEW.run AND h.nr = NEW.hold AND "
        "h.scope = NEW.scope AND h.target = NEW.target AND h.released_at IS NULL)"
    )
    refuse_where(
        "run_held_of_its_hold",
        "INSERT",
        "run_held",
        "A run is released with holds of its stream that are in force, as they are.",
        f"NOT {its_hold}",
    )


def _guard_the_day() -> None:
    """An interim run across the end of a period counts with the runs of both."""
    drop_guard("approval_within_the_day", "approval")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION approval_within_the_day()")
    same_day = (
        "(SELECT coalesce(sum(a.to_sign_for), 0) FROM approval a JOIN run r ON r.nr = a.run JOIN run m ON m.nr = "
        "NEW.run "
        "WHERE r.stream = m.stream AND r.calendar = m.calendar AND r.nr <> m.nr AND date(a.approved_at) = "
        "date(NEW.approved_at) AND "
        "(r.window_starts = m.window_starts OR (r.window_starts < m.up_to AND r.up_to > m.window_starts)))"
    )
    refuse_where(
        "approval_within_the_day",
        "INSERT",
        "approval",
        "What is signed for in one day, of one pay period or one payee, is within the limit of who signs.",
        f'NEW.day_total IS NULL OR NEW.day_total > NEW."limit" OR NEW.to_sign_for + {same_day} > NEW.day_total',
    )


def _counts(row: str) -> str:
    return f"({row}.role IS NULL OR {row}.confirmed_by IS NOT NULL)"


def _serves(name: str) -> str:
    """Whether the latest change about a name that counts gave it a role."""
    later = f"SELECT 1 FROM officer_change l WHERE l.name = c.name AND l.nr > c.nr AND {_counts('l')}"
    return (
        f"EXISTS (SELECT 1 FROM officer_change c WHERE c.name = {name} AND c.role IS NOT NULL AND c.confirmed_by IS "
        f"NOT NULL "
        f"AND NOT EXISTS ({later}))"
    )


KEEPERS = (
    "SELECT DISTINCT c.name FROM officer_change c WHERE c.name IS NOT NULL AND c.role IS NOT NULL AND c.confirmed_by "
    "IS NOT NULL AND "
    "NOT EXISTS (SELECT 1 FROM officer_change l WHERE l.name = c.name AND l.nr > c.nr AND (l.role IS NULL OR "
    "l.confirmed_by IS NOT NULL)) "
    "AND coalesce((SELECT r.rights FROM officer_change r WHERE r.role = c.role AND r.rights IS NOT NULL AND "
    "r.confirmed_by IS NOT NULL "
    "ORDER BY r.nr DESC LIMIT 1), 'approve') LIKE '%approve%'"
)
"""Officers who may confirm: on the list, in a role with the right to approve."""


def _guard_who_asks() -> None:
    """A founder is asked for by anybody, and with the first whatever is named in the same act."""
    first = (
        "EXISTS (SELECT 1 FROM officer_change f WHERE f.founding = 1 AND f.asked_by = NEW.asked_by AND "
        "f.asked_at = NEW.asked_at)"
    )
    refuse_where(
        "officer_change_asked_by_an_officer",
        "INSERT",
        "officer_change",
        NOBODY,
        f"NEW.founding IS NULL AND NOT {_serves('NEW.asked_by')} AND NOT {first}",
    )
    refuse_where(
        "officer_change_confirmed_by_who_serves",
        "UPDATE OF confirmed_by",
        "officer_change",
        NOBODY,
        f"NEW.confirmed_by IS NOT NULL AND NEW.founding IS NULL AND NOT {_serves('NEW.confirmed_by')}",
    )


def _guard_who_is_left() -> None:
    """Nobody ends one of the last two who may confirm, and no change of a role or its rights leaves one alone.

    On PostgreSQL two who end each other at once wait for one another here, whatever statement they come by.
    """
    ended = f"NEW.role IS NULL AND NEW.name IN ({KEEPERS}) AND (SELECT count(*) FROM ({KEEPERS}) k) < 3"
    alone = (
        "NEW.confirmed_by IS NOT NULL AND EXISTS (SELECT 1 FROM officer_change f WHERE f.founding = 2) AND "
        "NEW.founding IS NULL "
        f"AND (SELECT count(*) FROM ({KEEPERS}) k) < 2"
    )
    if op.get_bind().dialect.name != "postgresql":
        refuse("officer_change_leaves_two", "INSERT", "officer_change", LEFT, ended)
        op.execute(
            "CREATE TRIGGER officer_change_leaves_two_yet AFTER UPDATE OF confirmed_by ON officer_change "
            f"WHEN {alone} BEGIN SELECT RAISE(ABORT, '{LEFT}'); END"
        )
        return
    for name, when, condition in (
        ("officer_change_leaves_two", "BEFORE INSERT", ended),
        ("officer_change_leaves_two_yet", "AFTER UPDATE OF confirmed_by", alone),
    ):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
            f"pg_advisory_xact_lock(1417, 1); "
            f"IF {condition} THEN RAISE EXCEPTION '%', '{LEFT}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} {when} ON officer_change FOR EACH ROW EXECUTE FUNCTION {name}()")
