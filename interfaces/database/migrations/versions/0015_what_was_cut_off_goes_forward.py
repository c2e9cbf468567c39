"""A run that an earlier version posted part of, and let go back, goes forward again: worked out, signed for and
released whole.

Such a run is marked. What it posted stays part of it, is signed for with what is left, and is settled with it. So are
those half released whose entries are not what the holds of their first entry left of their lines (it was released by
other holds each time), and those given up with entries, where no later run of their calendar has gone on without them.

A finding says of what kind of line it names the number: an adjustment may have the number of a service line.
"""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import drop_guard, pin_guards, refuse, refuse_where

revision = "0015"
down_revision = "0014"

MOVES = {
    "draft": ("calculated", "abandoned"),
    "calculated": ("draft", "submitted", "abandoned"),
    "submitted": ("calculated", "approved", "abandoned"),
    "approved": ("calculated", "releasing", "abandoned"),
    "releasing": ("released",),
    "released": ("acknowledged",),
}
OF_NO_LINE = ("block", "adjustment", "one-off charge", "arrangement fee")
KEY = ("period_starts", "subject", "kind", "funder", "party", "revision", "amount")


def upgrade() -> None:
    op.add_column(
        "run",
        sa.Column(
            "cut_off",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="an earlier version posted some of it and let it go back: that stays part of it",
        ),
    )
    op.add_column(
        "finding", sa.Column("kind", sa.Text(), comment="of line the subject is the number of; null: a service line")
    )
    drop_guard("run_goes_on", "run")
    for name, table in (
        ("run_with_entries_goes_forward", "run"),
        ("run_held_kept", "run_held"),
        ("run_released_as_signed", "run"),
    ):
        drop_guard(name, table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {name}()")
    _mark()
    _guard()
    pin_guards()


def _mark() -> None:
    entries = "EXISTS (SELECT 1 FROM entry WHERE entry.run = run.nr)"
    back = [
        _number(row)
        for row in _asked(
            f"SELECT nr FROM run WHERE stream <> 'recharges' AND status IN ('draft', 'calculated', 'submitted', "
            f"'approved') AND {entries}"
        )
    ]
    begun = "EXISTS (SELECT 1 FROM run_event e WHERE e.run = run.nr AND e.action = 'began releasing')"
    half = [
        _number(row)
        for row in _asked(f"SELECT nr FROM run WHERE stream <> 'recharges' AND status = 'releasing' AND NOT {begun}")
    ]
    half = [nr for nr in half if not _as_its_holds_left_it(nr)]
    later = (
        "SELECT 1 FROM run r WHERE r.stream = run.stream AND r.calendar = run.calendar AND r.nr > run.nr AND "
        "r.status <> 'abandoned'"
    )
    given_up = [
        _number(row)
        for row in _asked(
            f"SELECT max(nr) FROM run WHERE stream <> 'recharges' AND status = 'abandoned' AND {entries} AND NOT "
            f"EXISTS ({later}) "
            "AND NOT EXISTS (SELECT 1 FROM run r WHERE r.stream = run.stream AND r.calendar = run.calendar AND r.nr "
            "< run.nr AND "
            "r.status IN ('draft', 'calculated', 'submitted', 'approved', 'releasing')) GROUP BY stream, calendar"
        )
    ]
    for nr in (*half, *given_up):
        for table in ("approval", "run_held"):
            _do(f"DELETE FROM {table} WHERE run = :nr", nr)
        _do("UPDATE run SET status = 'calculated' WHERE nr = :nr", nr)
        _do("UPDATE run SET ended_at = NULL WHERE nr = :nr", nr)
        _do(
            "INSERT INTO run_event (run, action, by, at, note) VALUES (:nr, 'sent back', 'outturn migrate', "
            "(SELECT max(recorded) FROM entry WHERE run = :nr), 'An earlier version posted part of it: it goes on "
            "from here.')",
            nr,
        )
    for nr in (*back, *half, *given_up):
        _do("UPDATE run SET cut_off = true WHERE nr = :nr", nr)


def _asked(query: str) -> list[Any]:
    return list(op.get_bind().execute(sa.text(query)))


def _number(row: Any) -> int:
    return int(row[0])


def _do(statement: str, nr: int) -> None:
    op.get_bind().execute(sa.text(statement), {"nr": nr})


def _as_its_holds_left_it(run: int) -> bool:
    """Whether a run half released has posted, of the parts marked as posted, exactly what its holds left; so that what
    is left may be posted by the same. A part that cannot be read is left to the proof.
    """
    connection = op.get_bind()
    entry = sa.table("entry", *(sa.column(name) for name in ("run", *KEY[1:])), sa.column("period_starts", sa.Date))
    query = sa.select(*(entry.c[name] for name in KEY)).where(
        entry.c.run == run, entry.c.kind.not_in(["settlement", "debt"])
    )
    there = sorted(tuple(row) for row in connection.execute(query))
    held = connection.execute(sa.text("SELECT scope, target FROM run_held WHERE run = :nr"), {"nr": run}).all()
    lines, payees = ({row.target for row in held if row.scope == scope} for scope in ("line", "payee"))
    left = []
    blobs = connection.execute(
        sa.text("SELECT proposal FROM run_chunk WHERE run = :nr AND posted ORDER BY number"), {"nr": run}
    )
    for (blob,) in blobs:
        try:
            rows = pq.read_table(pa.BufferReader(bytes(blob)), columns=list(KEY)).to_pylist()
        except (pa.ArrowException, OSError, KeyError):
            return True
        left += [
            tuple(row[name] for name in KEY)
            for row in rows
            if row["party"] not in payees and not (row["subject"] in lines and row["kind"] not in OF_NO_LINE)
        ]
    return there == sorted(left)


def _guard() -> None:
    allowed = " OR ".join(
        f"(OLD.status = '{before}' AND NEW.status IN ({', '.join(repr(each) for each in after)}))"
        for before, after in MOVES.items()
    )
    raised = "(OLD.stream = 'recharges' AND OLD.status = 'draft' AND NEW.status = 'releasing')"
    refuse(
        "run_goes_on",
        "UPDATE OF status",
        "run",
        "A run never goes from that stage to this one: use its verbs.",
        f"NOT (OLD.status = NEW.status OR {allowed} OR {raised})",
    )
    refuse_where(
        "run_with_entries_goes_forward",
        "UPDATE OF status",
        "run",
        "A run with entries in the ledger only goes forward: release it again.",
        "(NEW.status = 'abandoned' OR (NEW.status IN ('draft', 'calculated') AND NOT NEW.cut_off)) AND "
        "NEW.status <> OLD.status AND EXISTS (SELECT 1 FROM entry WHERE entry.run = NEW.nr)",
    )
    refuse_where(
        "run_held_kept",
        "DELETE",
        "run_held",
        "What a release left behind is never changed or deleted.",
        "NOT EXISTS (SELECT 1 FROM run WHERE run.nr = OLD.run AND run.status IN ('submitted', 'approved'))",
    )
    refuse("finding_kind_kept", "UPDATE OF kind", "finding", "A finding is never changed: work the run out again.")
    no_line = ", ".join(map(repr, OF_NO_LINE))
    let_through = (
        "EXISTS (SELECT 1 FROM finding f WHERE f.run = NEW.nr AND f.severity = 'stop' AND f.accepted_by IS NULL AND "
        "NOT EXISTS "
        "(SELECT 1 FROM run_held h WHERE h.run = f.run AND h.instead AND ((h.scope = 'line' AND h.target = f.subject "
        "AND "
        f"(f.kind IS NULL OR f.kind NOT IN ({no_line}))) OR (h.scope = 'payee' AND h.target = f.party))))"
    )
    signed = "EXISTS (SELECT 1 FROM approval a WHERE a.run = NEW.nr AND a.signature = NEW.signature)"
    refuse_where(
        "run_released_as_signed",
        "UPDATE OF status",
        "run",
        "A run is released only as a second person signed for it, with every finding dealt with.",
        f"OLD.status = 'approved' AND NEW.status = 'releasing' AND (NOT {signed} OR {let_through})",
    )
    marked = "Only an upgrade marks a run as cut off by an earlier version."
    refuse("run_cut_off_kept", "UPDATE OF cut_off", "run", marked)
    refuse("run_begins_whole", "INSERT", "run", marked, "NEW.cut_off")
