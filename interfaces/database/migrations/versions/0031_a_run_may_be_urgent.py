"""A run may pay one payee, person, line or adjustment before the run of its calendar comes: which, and why, is given
when it is drafted and never changed. One of each may be open beside the run of the calendar.

Whichever of two such runs was worked out without the other is worked out again, or given up. Runs made before are for
everybody, and were begun before any urgent one.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import drop_guard, guard_numbers, guard_unique_indexes, pin_guards, refuse, refuse_where

revision = "0031"
down_revision = "0030"

REPLACED = "A record is never replaced by another, and never given another number."
FOR_GOOD = "Whom an urgent run is for, and why, is never changed: abandon it and draft another."
SAID = "An urgent run is a pay run, and says whom it is for and why."
COUNTED = "A run of a calendar and an urgent one never post without each other: work it out again."
FROM = "What a run was worked out from is changed only by working it out again."
OPEN = "status in ('draft','calculated','submitted','approved','releasing')"


def upgrade() -> None:
    op.add_column(
        "run",
        sa.Column("urgent_for", sa.Text(), comment="line, person, payee or adjustment it alone pays; null: everybody"),
    )
    op.add_column("run", sa.Column("urgent_nr", sa.BigInteger(), comment="the number of that"))
    op.add_column("run", sa.Column("urgent_why", sa.Text(), comment="why it could not wait"))
    since = "the last event of any run when it was last begun to be worked out: what came since it does not count"
    op.add_column("run", sa.Column("worked_from", sa.BigInteger(), nullable=False, server_default="0", comment=since))
    _open_runs()
    _guard_runs()
    pin_guards()


def _open_runs() -> None:
    """One run of a calendar is open, and beside it one urgent run for each payee, person, line or adjustment."""
    op.drop_index("one_open_run", "run")
    for name, columns, which in (
        ("one_open_run", ["stream", "calendar"], "urgent_for is null"),
        ("one_open_urgent_run", ["stream", "calendar", "urgent_for", "urgent_nr"], "urgent_for is not null"),
    ):
        where = sa.text(f"{OPEN} and {which}")
        op.create_index(name, "run", columns, unique=True, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name != "postgresql":
        for guard in ("one_open_run_never_replaced", "run_keeps_its_number", "run_numbered_from_1"):
            drop_guard(guard, "run")
        guard_numbers(["run"], REPLACED)
        guard_unique_indexes(["run"], REPLACED)


def _guard_runs() -> None:
    refuse("run_urgent_for_good", "UPDATE OF urgent_for, urgent_nr, urgent_why", "run", FOR_GOOD)
    none = "NEW.urgent_for IS NULL AND NEW.urgent_nr IS NULL AND NEW.urgent_why IS NULL"
    said = (
        "NEW.stream = 'payments' AND NEW.urgent_for IN ('line', 'person', 'payee', 'adjustment') AND "
        "NEW.urgent_nr IS NOT NULL AND length(trim(NEW.urgent_why)) > 0"
    )
    refuse("run_urgent_said", "INSERT", "run", SAID, f"NOT coalesce(({none}) OR ({said}), false)")
    refuse(
        "run_worked_from_as_begun",
        "UPDATE OF worked_from",
        "run",
        FROM,
        "OLD.status NOT IN ('draft', 'calculated') OR NEW.worked_from < OLD.worked_from",
    )
    same = "o.stream = NEW.stream AND o.calendar = NEW.calendar"
    released = "SELECT 1 FROM run_event e WHERE e.run = o.nr AND e.action = 'released' AND e.nr > NEW.worked_from"
    posted = "o.status IN ('released', 'acknowledged')"
    uncounted = (
        f"(NEW.urgent_for IS NULL AND EXISTS (SELECT 1 FROM run o WHERE {same} AND o.urgent_for IS NOT NULL AND "
        f"(o.status = 'releasing' OR ({posted} AND EXISTS ({released}))))) OR "
        f"(NEW.urgent_for IS NOT NULL AND EXISTS (SELECT 1 FROM run o WHERE {same} AND o.urgent_for IS NULL AND "
        f"(o.status = 'releasing' OR ({posted} AND o.nr > coalesce(NEW.run_before, 0)))))"
    )
    onward = "NEW.status IN ('submitted', 'releasing') AND NEW.status <> OLD.status"
    refuse_where("run_counts_on_the_other", "UPDATE OF status", "run", COUNTED, f"{onward} AND ({uncounted})")
