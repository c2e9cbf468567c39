"""No row takes another's place or another's number, and none is told by a change gone by.

SQLite numbers rows behind their columns, and takes one row out for another by any unique index: guards ask for both.
What a session put in with checks or references turned off the proof finds. On both databases a version of a fact is
told, and superseded, by the newest change alone; a file issued is of a kind there is, under a plain name; an approval
stays while its run is being released, and what a release leaves behind may be put in anew until it is released.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    drop_guard,
    guard_against_replacing,
    guard_moments,
    guard_newest,
    guard_numbers,
    guard_unique_indexes,
    pin_guards,
    refuse,
    refuse_numbered_before,
    refuse_where,
)

revision = "0019"
down_revision = "0018"

REPLACED = "A record is never replaced by another, and never given another number."
TOLD = "A fact is told, and superseded, by the change just recorded: record one."
LEFT = "What a release left behind is never changed or deleted."
FILES = "A file is issued once, of a kind there is, under a plain name."
OF_A_RUN = ("creditor payments", "journal", "workings proposal", "workings steps")
OF_ONE = ("debt journal", "remittance csv", "remittance xlsx")
"""Kinds of file: of a whole run, and of one payee."""
STREAMS = ("payments", "charges", "recharges", "receipts", "deferred payments")
BULK = ("entry", "assessment", "care_account_charge", "care_account_position", "care_account_week")
"""Tables filled by the hundred thousand, whose rows nothing is looked up for; the proof finds what is wrong there."""


def upgrade() -> None:
    view = sa.inspect(op.get_bind())
    tables = {
        name: {column["name"] for column in view.get_columns(name)}
        for name in sorted(view.get_table_names())
        if name != "alembic_version"
    }
    facts = [name for name, columns in tables.items() if "superseded" in columns]
    records = [name for name in tables if name not in (*facts, *BULK)]
    guard_newest(facts, TOLD)
    guard_against_replacing(
        dict.fromkeys(
            [name for name in facts if not _guarded(name)], "Facts are never replaced: record a new version."
        ),
        also="ref = NEW.ref AND superseded IS NULL AND NEW.superseded IS NULL",
    )
    guard_numbers([name for name in records if _numbered(name)], REPLACED)
    guard_unique_indexes(records, REPLACED)
    guard_moments(records, "A moment is a day and a time of day, a day a day.")
    _guard_changes()
    _guard_runs()
    _guard_files()
    _guard_what_is_left()
    _guard_copies()
    pin_guards()


def _guarded(table: str) -> bool:
    """Whether a table has its guard against SQLite's INSERT OR REPLACE. One made since step 0013 may have none."""
    if op.get_bind().dialect.name == "postgresql":
        return True
    named = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = ?"
    return bool(op.get_bind().exec_driver_sql(named, (f"{table}_never_replaced",)).scalar_one())


def _numbered(table: str) -> bool:
    """Whether SQLite numbers a table's rows."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        return False
    words = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ? AND type = 'table'", (table,))
    return "WITHOUT ROWID" not in words.scalar_one()


def _guard_changes() -> None:
    refuse_where(
        "change_numbered_on",
        "INSERT",
        "change",
        "Changes are numbered one after another, with none left out.",
        "NEW.nr IS NULL OR NEW.nr <> 1 + coalesce((SELECT max(nr) FROM change), 0)",
    )
    refuse_numbered_before("officer_change", "A change to who may sign comes after those that are there.")


def _guard_runs() -> None:
    refuse(
        "run_of_a_stream",
        "INSERT",
        "run",
        "A run is of a stream there is.",
        f"NEW.stream NOT IN ({', '.join(map(repr, STREAMS))})",
    )
    refuse_where(
        "run_event_of_somebody",
        "INSERT",
        "run_event",
        "Only officers on the list act on runs.",
        "NEW.\"by\" NOT IN ('timetable', 'outturn migrate') AND NOT EXISTS (SELECT 1 FROM officer o WHERE o.name = "
        'NEW."by")',
    )
    refuse_where(
        "approval_kept_while_releasing",
        "DELETE",
        "approval",
        "The approval of a run that is being released is never deleted.",
        "EXISTS (SELECT 1 FROM run WHERE run.nr = OLD.run AND run.status = 'releasing')",
    )


def _guard_files() -> None:
    of_a_run, of_one = (", ".join(map(repr, kinds)) for kinds in (OF_A_RUN, OF_ONE))
    plain = (
        "NEW.name ~ '^[A-Za-z0-9_][A-Za-z0-9._~%-]*$'"
        if op.get_bind().dialect.name == "postgresql"
        else "(NEW.name GLOB '[A-Za-z0-9_]*' AND NEW.name NOT GLOB '*[^A-Za-z0-9._~%-]*')"
    )
    whose = f"((NEW.kind IN ({of_a_run}) AND NEW.party = 0) OR (NEW.kind IN ({of_one}) AND NEW.party > 0))"
    refuse("export_as_files_are", "INSERT", "export", FILES, f"NEW.party IS NULL OR NOT ({whose} AND {plain})")


def _guard_what_is_left() -> None:
    """Until a run is released, what it leaves is put in anew by whoever releases it: a row that was there first does
    not stand in the way.
    """
    releasing = "EXISTS (SELECT 1 FROM run WHERE run.nr = OLD.run AND run.status = 'releasing')"
    for table in ("owed", "outstanding"):
        drop_guard(f"{table}_never_deleted", table)
        refuse_where(f"{table}_kept", "DELETE", table, LEFT, f"NOT {releasing}")


def _guard_copies() -> None:
    """Packed copies of facts are made again, never changed; and none is of a change that is yet to come."""
    words = "The packed copy of circumstances is made again, never changed."
    for table in ("caseload", "caseload_known"):
        refuse(f"{table}_never_rewritten", "UPDATE", table, words)
    refuse_where(
        "caseload_known_of_a_change",
        "INSERT",
        "caseload_known",
        words,
        "NEW.change > coalesce((SELECT max(nr) FROM change), 0)",
    )
