"""A run being released goes only forward, and the database refuses whatever would fork its life.

A new stage, *releasing*; the holds a run is released with; what a release owes beyond posting; officers told apart by
one normal form of their names, and what their roles may do. Runs that an earlier version left half released are
*releasing* from now on; the proof names what it left worse.
"""

import sqlalchemy as sa
from alembic import op

from finance.names import name_key
from interfaces.database.shapes import drop_guard, guard_but, refuse, refuse_emptying, refuse_where, replace_check

revision = "0011"
down_revision = "0010"

_STAGES = "'draft','calculated','submitted','approved','released','acknowledged','abandoned'"
_STAGES_NOW = "'draft','calculated','submitted','approved','releasing','released','acknowledged','abandoned'"
_OPEN = "status in ('draft','calculated','submitted','approved','releasing')"
_POSTED = "('released', 'acknowledged')"
MOVES = {
    "draft": ("calculated", "abandoned"),
    "calculated": ("draft", "submitted", "abandoned"),
    "submitted": ("calculated", "approved", "abandoned"),
    "approved": ("calculated", "releasing", "abandoned"),
    "releasing": ("released",),
    "released": ("acknowledged",),
}
KEPT = ("run_chunk", "run_party", "run_held", "parked")
"""Tables whose rows may go until their run is released, and never all at once."""


def upgrade() -> None:
    _tables()
    _as_it_was()
    _guard_runs()
    _guard_what_runs_keep()
    _guard_entries()
    _guard_what_is_left()
    _guard_signatures()
    _guard_officers()
    refuse_emptying(KEPT, "What runs left behind is never deleted.")


def _tables() -> None:
    op.add_column(
        "run",
        sa.Column(
            "working",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="how often it was begun to be worked out: only the latest goes on",
        ),
    )
    replace_check("run", "run_status", f"status in ({_STAGES})", f"status in ({_STAGES_NOW})")
    op.drop_index("one_open_run", "run")
    op.create_index(
        "one_open_run",
        "run",
        ["stream", "calendar"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )
    op.drop_index("entry_run", "entry")
    op.create_index("entry_run", "entry", ["run", "party", "amount"])
    op.add_column(
        "approval",
        sa.Column(
            "day_total",
            sa.BigInteger(),
            comment="pence signed for with the other runs of the day: of its pay period, or of one payee",
        ),
    )
    op.add_column(
        "officer_change",
        sa.Column(
            "rights",
            sa.Text(),
            comment="prepare, review, approve, release: those the role has, with commas between; null: as they were",
        ),
    )
    op.add_column("officer", sa.Column("key", sa.Text(), comment="the normal form of the name: nobody is two officers"))
    op.create_table(
        "run_held",
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr"), primary_key=True),
        sa.Column("hold", sa.BigInteger(), sa.ForeignKey("hold.nr"), primary_key=True),
        sa.Column("scope", sa.Text(), nullable=False, comment="line or payee"),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column(
            "instead",
            sa.Boolean(),
            nullable=False,
            comment="it stood in for accepting a finding when the run was approved",
        ),
        comment=(
            "The holds a run is released with: what they name stays out of it to the end, whoever lets go meanwhile."
        ),
    )
    whole = "(done_at IS NULL) = (done_by IS NULL) AND (done_at IS NULL) = (outcome IS NULL)"
    op.create_table(
        "owed",
        sa.Column("run", sa.BigInteger(), sa.ForeignKey("run.nr"), primary_key=True),
        sa.Column("what", sa.Text(), primary_key=True, comment="recharges or files"),
        sa.Column("since", sa.DateTime(), nullable=False, comment="UTC: when the run was released"),
        sa.Column("done_at", sa.DateTime(), comment="UTC; null: still to be done"),
        sa.Column("done_by", sa.Text()),
        sa.Column("outcome", sa.Text(), comment="what came of it, in words"),
        sa.CheckConstraint("what in ('recharges','files')", name="owed_what"),
        sa.CheckConstraint(whole, name="owed_done_whole"),
        comment="What a release owes beyond posting: recorded in the transaction that settles it, and done from here.",
    )


def _as_it_was() -> None:
    """What earlier versions left: half-released runs, holds at release, what was owed, names of officers."""
    connection = op.get_bind()
    drop_guard("run_goes_on", "run")
    op.execute(
        "UPDATE run SET status = 'releasing' WHERE status = 'approved' AND EXISTS "
        "(SELECT 1 FROM run_chunk WHERE run_chunk.run = run.nr AND run_chunk.posted)"
    )
    begun = "coalesce(run.released_at, (SELECT min(entry.recorded) FROM entry WHERE entry.run = run.nr))"
    op.execute(
        "INSERT INTO run_held (run, hold, scope, target, instead) SELECT run.nr, hold.nr, hold.scope, hold.target, "
        "false "
        f"FROM run JOIN hold ON hold.stream = run.stream WHERE run.status IN ('releasing', 'released', 'acknowledged') "
        f"AND hold.held_at <= {begun} AND (hold.released_at IS NULL OR hold.released_at > {begun})"
    )
    journal = "(SELECT min(made_at) FROM export WHERE export.run = run.nr AND export.kind = 'journal')"
    op.execute(
        "INSERT INTO owed (run, what, since, done_at, done_by, outcome) SELECT nr, 'files', released_at, "
        f"{journal}, CASE WHEN {journal} IS NULL THEN NULL ELSE 'an earlier version' END, "
        f"CASE WHEN {journal} IS NULL THEN NULL ELSE 'issued' END FROM run WHERE status IN {_POSTED}"
    )
    raised = (
        "EXISTS (SELECT 1 FROM run r WHERE r.stream = 'recharges' AND r.status IN ('released', 'acknowledged') AND "
        "r.policy = '{\"raised with run\": ' || run.nr || '}')"
    )
    nothing = "NOT EXISTS (SELECT 1 FROM entry e WHERE e.run = run.nr AND (e.funder <> 0 OR e.kind = 'nursing'))"
    done = f"({raised} OR {nothing})"
    op.execute(
        "INSERT INTO owed (run, what, since, done_at, done_by, outcome) SELECT nr, 'recharges', released_at, "
        f"CASE WHEN {done} THEN released_at END, CASE WHEN {done} THEN 'an earlier version' END, "
        f"CASE WHEN {raised} THEN 'raised' WHEN {nothing} THEN 'nothing to recharge' END "
        f"FROM run WHERE stream = 'payments' AND status IN {_POSTED}"
    )
    drop_guard("officer_never_rewritten", "officer")
    seen: dict[str, str] = {}
    for name, role in connection.execute(sa.text("SELECT name, role FROM officer ORDER BY change")).all():
        if seen.setdefault(name_key(name), name) == name:
            said = {"key": name_key(name), "name": name, "role": role}
            connection.execute(sa.text("UPDATE officer SET key = :key WHERE name = :name AND role = :role"), said)
    op.create_index("officer_once", "officer", ["key", "role"], unique=True)
    refuse(
        "officer_never_rewritten", "UPDATE", "officer", "A confirmed role is never changed or deleted: ask for another."
    )


def _of(row: str, *stages: str) -> str:
    """Whether the run a row belongs to is at one of these stages."""
    return f"EXISTS (SELECT 1 FROM run WHERE run.nr = {row}.run AND run.status IN ({', '.join(map(repr, stages))}))"


def _guard_runs() -> None:
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
    refuse(
        "run_begins_as_draft",
        "INSERT",
        "run",
        "A run begins as a draft.",
        "NEW.status <> 'draft' OR NEW.released_at IS NOT NULL OR NEW.submitted_by IS NOT NULL",
    )
    refuse(
        "run_as_submitted",
        "UPDATE OF signature, lines, total, to_sign_for",
        "run",
        "What was submitted is never changed: send it back and work it out again.",
        "OLD.status IN ('submitted', 'approved', 'releasing') AND NEW.status <> 'abandoned'",
    )
    refuse_where(
        "run_with_entries_goes_forward",
        "UPDATE OF status",
        "run",
        "A run with entries in the ledger only goes forward: release it again.",
        "NEW.status IN ('draft', 'calculated', 'abandoned') AND NEW.status <> OLD.status AND "
        "EXISTS (SELECT 1 FROM entry WHERE entry.run = NEW.nr)",
    )
    let_through = (
        "EXISTS (SELECT 1 FROM finding f WHERE f.run = NEW.nr AND f.severity = 'stop' AND f.accepted_by IS NULL AND "
        "NOT EXISTS "
        "(SELECT 1 FROM run_held h WHERE h.run = f.run AND h.instead AND ((h.scope = 'line' AND h.target = "
        "f.subject) OR "
        "(h.scope = 'payee' AND h.target = f.party))))"
    )
    signed = "EXISTS (SELECT 1 FROM approval a WHERE a.run = NEW.nr AND a.signature = NEW.signature)"
    refuse_where(
        "run_released_as_signed",
        "UPDATE OF status",
        "run",
        "A run is released only as a second person signed for it, with every finding dealt with.",
        f"OLD.status = 'approved' AND NEW.status = 'releasing' AND (NOT {signed} OR {let_through})",
    )
    owes = "(SELECT count(*) FROM owed WHERE owed.run = NEW.nr AND (owed.what = 'files' OR NEW.stream = 'payments'))"
    refuse_where(
        "run_released_whole",
        "UPDATE OF status",
        "run",
        "A run is released only once all of it is posted and what it owes is recorded.",
        "OLD.status = 'releasing' AND NEW.status = 'released' AND "
        "(EXISTS (SELECT 1 FROM run_chunk c WHERE c.run = NEW.nr AND NOT c.posted) OR "
        f"{owes} < CASE WHEN NEW.stream = 'payments' THEN 2 ELSE 1 END)",
    )


def _guard_what_runs_keep() -> None:
    worked_out = "What a run worked out is put in while it is a draft, and never changed."
    for table in ("run_chunk", "parked", "finding"):
        refuse_where(f"{table}_while_draft", "INSERT", table, worked_out, f"NOT {_of('NEW', 'draft')}")
    for table in ("run_chunk", "parked"):
        refuse_where(f"{table}_kept", "DELETE", table, worked_out, f"NOT {_of('OLD', 'draft', 'abandoned')}")
    drop_guard("finding_never_deleted", "finding")
    refuse_where("finding_kept", "DELETE", "finding", worked_out, f"NOT {_of('OLD', 'draft', 'abandoned')}")
    refuse("parked_never_rewritten", "UPDATE", "parked", worked_out)
    refuse(
        "run_chunk_never_rewritten",
        "UPDATE OF run, number, first_subject, end_subject, lines, total, sha256, proposal, steps",
        "run_chunk",
        worked_out,
    )
    refuse_where(
        "run_chunk_posted_once",
        "UPDATE OF posted",
        "run_chunk",
        "A part is posted once, while its run is being released.",
        f"OLD.posted OR NOT NEW.posted OR NOT {_of('NEW', 'releasing')}",
    )
    balances = "What a run pays and carries forward is never changed, but for what becomes a debt."
    refuse_where("run_party_put_in", "INSERT", "run_party", balances, f"NOT {_of('NEW', 'draft', 'releasing')}")
    refuse_where(
        "run_party_kept", "DELETE", "run_party", balances, f"NOT {_of('OLD', 'draft', 'releasing', 'abandoned')}"
    )
    refuse(
        "run_party_never_rewritten",
        "UPDATE OF run, party, lines, total, held, brought_forward, paid, withheld",
        "run_party",
        balances,
    )
    debt = (
        "EXISTS (SELECT 1 FROM entry e WHERE e.run = NEW.run AND e.kind = 'debt' AND e.party = NEW.party AND "
        "e.amount = OLD.carried_forward - NEW.carried_forward)"
    )
    refuse_where(
        "run_party_moved_as_debt",
        "UPDATE OF carried_forward",
        "run_party",
        balances,
        f"NEW.carried_forward <> 0 OR NOT {debt}",
    )


def _guard_entries() -> None:
    """An entry is put in only while its run is being released; a debt, once it has been.

    PostgreSQL looks at a whole statement’s entries at once. SQLite could look only at each by itself, which took 7
    seconds of a million; there each part of a run is taken from its run’s stage (``run_chunk_posted_once``) before its
    entries go in, and the proof names any that came another way.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    words = "Entries are put in only of a run that is being released."
    op.execute(
        "CREATE FUNCTION entry_of_a_run_releasing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 "
        "FROM "
        "(SELECT DISTINCT run, kind = 'debt' AS debt FROM put_in) e LEFT JOIN run r ON r.nr = e.run WHERE r.status "
        "IS NULL OR "
        f"NOT (r.status = 'releasing' OR (e.debt AND r.status IN {_POSTED}))) THEN "
        f"RAISE EXCEPTION '%', '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_of_a_run_releasing AFTER INSERT ON entry REFERENCING NEW TABLE AS put_in "
        "FOR EACH STATEMENT EXECUTE FUNCTION entry_of_a_run_releasing()"
    )


def _guard_what_is_left() -> None:
    left = "What a release left behind is never changed or deleted."
    for table in ("owed", "outstanding"):
        refuse_where(f"{table}_put_in", "INSERT", table, left, f"NOT {_of('NEW', 'releasing')}")
    guard_but("outstanding", (), left)
    guard_but("owed", ("done_at", "done_by", "outcome"), left)
    refuse(
        "owed_done_once",
        "UPDATE OF done_at, done_by, outcome",
        "owed",
        "What was owed is done once.",
        "OLD.done_at IS NOT NULL",
    )
    refuse_where("run_held_put_in", "INSERT", "run_held", left, f"NOT {_of('NEW', 'submitted', 'approved')}")
    refuse("run_held_never_rewritten", "UPDATE", "run_held", left)
    refuse_where("run_held_kept", "DELETE", "run_held", left, f"NOT {_of('OLD', 'submitted', 'approved')}")
    holds = "A hold is never changed or deleted: let it go, and hold again."
    guard_but("hold", ("released_by", "released_at"), holds)
    refuse(
        "hold_let_go_once",
        "UPDATE OF released_by, released_at",
        "hold",
        "A hold is let go once.",
        "OLD.released_at IS NOT NULL",
    )
    refuse_where(
        "export_of_a_run_released",
        "INSERT",
        "export",
        "Files are issued only of a run that is released.",
        f"NOT {_of('NEW', 'released', 'acknowledged')}",
    )
    guard_but("job_history", ("started", "ended", "outcome", "what"), "What the timetable did is never deleted.")
    refuse(
        "job_history_ended_once",
        "UPDATE",
        "job_history",
        "What the timetable did is never changed.",
        "OLD.outcome <> 'running' AND OLD.job <> 'the timetable'",
    )


def _is_officer(name: str) -> str:
    return f"EXISTS (SELECT 1 FROM officer o WHERE o.name = {name})"


def _guard_signatures() -> None:
    nobody = "Only officers on the list act on runs."
    prepared = f"(NEW.prepared_by = 'timetable' OR {_is_officer('NEW.prepared_by')})"
    refuse_where("run_prepared_by_an_officer", "INSERT", "run", nobody, f"NOT {prepared}")
    refuse_where(
        "run_submitted_by_an_officer",
        "UPDATE OF submitted_by",
        "run",
        nobody,
        f"NEW.submitted_by IS NOT NULL AND NOT {_is_officer('NEW.submitted_by')}",
    )
    refuse_where(
        "run_submitted_by_another",
        "UPDATE OF submitted_by",
        "run",
        "Whoever accepted a run’s findings is not who submits it.",
        "EXISTS (SELECT 1 FROM finding f WHERE f.run = NEW.nr AND f.accepted_by = NEW.submitted_by)",
    )
    refuse_where("hold_by_an_officer", "INSERT", "hold", nobody, f"NOT {_is_officer('NEW.held_by')}")
    refuse_where(
        "hold_let_go_by_an_officer",
        "UPDATE OF released_by",
        "hold",
        nobody,
        f"NEW.released_by IS NOT NULL AND NOT {_is_officer('NEW.released_by')}",
    )
    own = "EXISTS (SELECT 1 FROM run WHERE run.nr = NEW.run AND NEW.accepted_by IN (run.prepared_by, run.submitted_by))"
    refuse_where(
        "finding_accepted_by_another",
        "UPDATE OF accepted_by",
        "finding",
        "A finding is accepted by an officer who neither prepared nor submitted the run.",
        f"NEW.accepted_by IS NOT NULL AND (NOT {_is_officer('NEW.accepted_by')} OR {own})",
    )
    same_day = (
        "(SELECT coalesce(sum(a.to_sign_for), 0) FROM approval a JOIN run r ON r.nr = a.run JOIN run m ON m.nr = "
        "NEW.run "
        "WHERE r.stream = m.stream AND r.calendar = m.calendar AND r.window_starts = m.window_starts AND r.nr <> "
        "m.nr AND date(a.approved_at) = date(NEW.approved_at))"
    )
    refuse_where(
        "approval_within_the_day",
        "INSERT",
        "approval",
        "What is signed for in one day, of one pay period or one payee, is within the limit of who signs.",
        f'NEW.day_total IS NULL OR NEW.day_total > NEW."limit" OR NEW.to_sign_for + {same_day} > NEW.day_total',
    )
    refuse_where(
        "approval_of_officers_work",
        "INSERT",
        "approval",
        "An approval is of a run that officers prepared and submitted.",
        f"NOT ({prepared} AND {_is_officer('NEW.submitted_by')} AND {_of('NEW', 'submitted')})",
    )


def _guard_officers() -> None:
    words = "An officer is confirmed by another who is on the list, and nobody is two officers."
    founder = "EXISTS (SELECT 1 FROM officer_change c WHERE c.nr = NEW.change AND c.founding IS NOT NULL)"
    twice = "EXISTS (SELECT 1 FROM officer o WHERE o.key = NEW.key AND o.name <> NEW.name)"
    refuse_where(
        "officer_is_one_person",
        "INSERT",
        "officer",
        words,
        f"NEW.key IS NULL OR {twice} OR NOT ({founder} OR {_is_officer('NEW.confirmed_by')})",
    )
    refuse_where(
        "officer_change_by_an_officer",
        "UPDATE OF confirmed_by",
        "officer_change",
        words,
        f"NEW.confirmed_by IS NOT NULL AND NEW.founding IS NULL AND NOT {_is_officer('NEW.confirmed_by')}",
    )
    refuse_where("officer_change_asked_first", "INSERT", "officer_change", words, "NEW.confirmed_by IS NOT NULL")
    refuse(
        "officer_change_rights_kept",
        "UPDATE OF rights",
        "officer_change",
        "A change to who may sign is never changed or deleted: ask for another.",
    )
