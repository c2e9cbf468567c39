"""A council whose runs an earlier version cut off, half released or let go back, is upgraded and goes on: nobody is
paid twice, nobody less, and the proof agrees. The earlier version is stood for by the same tables without what has
since been added.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, delete, select, text, update

from interfaces.database.columns import ColumnTransaction
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.files.outbound.folder_jobs import write_run_files
from interfaces.files.outbound.proving import prove
from ledgers import entries_store, review_jobs
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.runs import PartPosted, Run
from payruns.jobs import calculate_payrun, release_payrun
from tests.guards import guards_lifted
from tests.laws.living import APPROVER, PREPARER, Life, differences
from tests.laws.test_only_forward import CutOff, Failing, everybody_paid, opened, stage
from tests.laws.worlds import CLOSES, make_world

ADDED = {
    "officer_change": (
        "officer_change_asked_by_an_officer",
        "officer_change_confirmed_by_who_serves",
        "officer_change_leaves_two",
        "officer_change_leaves_two_yet",
        "officer_change_alone_kept",
    ),
    "approval": ("approval_by_who_serves", "approval_within_the_day", "approval_by_as_many_as_are_needed"),
    "finding": ("finding_kind_kept",),
    "run": (
        "run_cut_off_kept",
        "run_by_the_policy_that_holds",
        "run_keeps_its_policy",
        "run_begins_whole",
        "run_as_worked_out",
        "run_working_counts_up",
        "run_gives_back_what_came",
        "run_urgent_for_good",
        "run_urgent_said",
        "run_worked_from_as_begun",
        "run_counts_on_the_other",
    ),
    "run_held": ("run_held_of_its_hold",),
    "allocation": ("allocation_within_its_receipt",),
    "waiver": ("waiver_of_a_sum_or_a_part",),
    "refund": ("refund_signed_with_its_interest",),
    "export": ("export_of_no_sandbox",),
    "document": ("document_of_no_sandbox",),
    "dispatch": ("dispatch_of_no_sandbox",),
    "contract": ("contract_months_begin",),
    "contract_terms": ("contract_terms_months_begin",),
    "hold": ("hold_let_go_on_its_day",),
}
"""What the steps after 0013 added."""
GUARDED_SINCE = {
    "waiver": ("share",),
    "refund": ("interest",),
    "contract": ("months_begin", "week_price"),
    "hold": ("held_on", "released_on"),
}
"""Columns of facts that later steps added, and guard by naming them."""
OPEN = "status in ('draft','calculated','submitted','approved','releasing')"
"""Of which runs one of a calendar there might be, before some were urgent."""
CHANGED = ("run_with_entries_goes_forward", "run_released_as_signed")
"""Guards they changed, which name columns they added. SQLite will not let those go while a guard names them."""


SINCE = re.compile(
    "[a-z_]+_(learned_by_the_newest|superseded_by_the_newest|begins_as_believed|keeps_its_number|number_taken|"
    "numbered_from_1|dated_on_insert|dated_on_update|numbered_on)|run_of_a_stream|run_event_of_somebody|"
    "approval_kept_while_releasing|export_as_files_are|(owed|outstanding)_kept|caseload(_known)?_never_rewritten|"
    "caseload_known_of_a_change"
)
"""What step 0019 added, and for each unique index of SQLite one against replacing."""
SINCE_GONE = ("owed_never_deleted", "outstanding_never_deleted")


def _without_step_19(connection: Connection, sqlite: bool) -> None:
    every = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if sqlite
        else "SELECT tgname, relname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal"
    )
    for guard, table in connection.execute(text(every)).all():
        of_an_index = guard.endswith("_never_replaced") and guard != f"{table}_never_replaced"
        if SINCE.fullmatch(guard) or of_an_index:
            connection.execute(text(f"DROP TRIGGER {guard}" + ("" if sqlite else f" ON {table}")))
            if not sqlite:
                connection.execute(text(f"DROP FUNCTION IF EXISTS {guard}"))
    for guard in SINCE_GONE:
        connection.execute(
            text(f"CREATE TRIGGER {guard} BEFORE DELETE ON {guard.removesuffix('_never_deleted')} {_never(sqlite)}")
        )


def _never(sqlite: bool) -> str:
    if sqlite:
        return "WHEN 0 BEGIN SELECT 1; END"
    return "FOR EACH ROW WHEN (false) EXECUTE FUNCTION refuse_rewriting('x')"


def upgraded(database: Database) -> None:
    """As it was before step 0014, and brought up to date."""
    with database.begin() as connection:
        for table in ("overpayment_act", "overpayment", "chain_link"):
            connection.execute(text(f"DROP TABLE {table}"))
        for table, guards in ADDED.items():
            for guard in guards:
                connection.execute(text(f"DROP TRIGGER {guard}" + ("" if database.sqlite else f" ON {table}")))
                if not database.sqlite:
                    connection.execute(text(f"DROP FUNCTION IF EXISTS {guard}"))
        _without_step_19(connection, database.sqlite)
        for guard in CHANGED:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {guard}" + ("" if database.sqlite else " ON run")))
            connection.execute(text(f"CREATE TRIGGER {guard} BEFORE UPDATE OF status ON run {_never(database.sqlite)}"))
        for index in ("one_open_run", "one_open_urgent_run"):
            connection.execute(text(f"DROP INDEX {index}"))
        connection.execute(text(f"CREATE UNIQUE INDEX one_open_run ON run (stream, calendar) WHERE {OPEN}"))
        for column in ("urgent_for", "urgent_nr", "urgent_why", "worked_from"):
            connection.execute(text(f"ALTER TABLE run DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE run DROP COLUMN cut_off"))
        connection.execute(text("ALTER TABLE finding DROP COLUMN kind"))
        connection.execute(text("ALTER TABLE officer_change DROP COLUMN alone"))
        connection.execute(text("ALTER TABLE assessment DROP COLUMN can_pay"))
        connection.execute(text("ALTER TABLE run DROP COLUMN policy_version"))
        connection.execute(text("DROP TABLE waiting_answer"))
        connection.execute(text("DROP TABLE waiting_row"))
        connection.execute(text("DROP TABLE policy_choices"))
        connection.execute(text("DROP TABLE policy_version"))
        connection.execute(text("DROP TABLE sandbox"))
        connection.execute(text("DROP TABLE quarantine_closed"))
        connection.execute(text("DROP TABLE finding_before"))
        if not database.sqlite:
            like = " OR ".join(
                f"proname LIKE '{each}_%'"
                for each in ("policy", "waiting", "quarantine_closed", "finding_before", "chain_link", "overpayment")
            )
            ours = f"SELECT proname FROM pg_proc WHERE {like}"
            for name in connection.execute(text(ours)).scalars().all():
                connection.execute(text(f"DROP FUNCTION {name}"))
        for table, columns in GUARDED_SINCE.items():
            guard = f"{table}_never_rewritten"
            connection.execute(text(f"DROP TRIGGER {guard}" + ("" if database.sqlite else f" ON {table}")))
            for column in columns:
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
            connection.execute(text(f"CREATE TRIGGER {guard} BEFORE UPDATE OF nr ON {table} {_never(database.sqlite)}"))
        connection.execute(text("DROP INDEX allocation_receipt"))
        connection.execute(text("DROP TABLE contract_terms"))
        _in_one_place(connection, database.sqlite)
        same = "BEFORE INSERT ON approval"
        if database.sqlite:
            connection.execute(text(f"CREATE TRIGGER approval_within_the_day {same} WHEN 0 BEGIN SELECT 1; END"))
        else:
            connection.execute(
                text(
                    "CREATE FUNCTION approval_within_the_day() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN "
                    "NEW; END $$"
                )
            )
            connection.execute(
                text(
                    f"CREATE TRIGGER approval_within_the_day {same} FOR EACH ROW EXECUTE FUNCTION "
                    f"approval_within_the_day()"
                )
            )
        connection.execute(text("UPDATE alembic_version SET version_num = '0013'"))
    migrate(database, "0015")
    with database.begin() as connection:  # what step 0016 added was left as it is
        connection.execute(text("UPDATE alembic_version SET version_num = '0016'"))
    migrate(database)


def _in_one_place(connection: Connection, sqlite: bool) -> None:
    """Approvals of a run, as they were before two could sign for one."""
    if not sqlite:
        for change in ("DROP COLUMN place", "DROP COLUMN needed", "ADD PRIMARY KEY (run)"):
            connection.execute(text(f"ALTER TABLE approval {change}"))
        connection.execute(text("ALTER TABLE approval DROP CONSTRAINT IF EXISTS approval_run_approved_by_key"))
        return
    triggers = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'approval'")
    guards = list(connection.execute(triggers).scalars())
    columns = ", ".join(f'"{each.name}"' for each in t.approval.c if each.name not in ("place", "needed"))
    connection.execute(text(f"CREATE TABLE approval_before AS SELECT {columns} FROM approval"))
    connection.execute(text("DROP TABLE approval"))
    connection.execute(text("ALTER TABLE approval_before RENAME TO approval"))
    for guard in guards:
        kept = "CREATE TRIGGER approval_never_replaced BEFORE INSERT ON approval WHEN 0 BEGIN SELECT 1; END"
        connection.execute(text(kept if "approval_never_replaced" in guard else guard))


class Gone(Failing):
    """A process that is gone whole: whatever else it was at begins nothing more."""

    @contextmanager
    def bulk(self) -> Iterator[ColumnTransaction]:
        if self.left <= 0:
            raise CutOff
        with super().bulk() as columns:
            yield columns


def half_released(life: Life) -> Run:
    """A run of which some parts are posted, and some not."""
    run = life.approve(life.draft("CAL1", CLOSES))
    posted: list[int] = []
    for left in range(2, 8):
        dying = Gone(life.database.url.render_as_string(hide_password=False), left, "after")
        with pytest.raises(CutOff):
            release_payrun(dying, run.nr, by=APPROVER, at=life.now())
        dying.close()
        with life.database.read() as connection:
            posted = ledger.chunk_numbers(connection, run.nr, posted=True)
            if posted and entries_store.has_entries(connection, run.nr):
                break
    with life.database.read() as connection:
        assert posted and ledger.chunk_numbers(connection, run.nr, posted=False)
    return run


def as_the_earlier_version_had_it(life: Life, run: Run, status: str) -> None:
    """It took a half-released run back, and knew no *releasing*."""
    with guards_lifted(
        life.database, "run", "approval", "run_held", "run_event", "run_chunk", "run_party", "finding", "parked"
    ) as connection:
        connection.execute(
            delete(t.run_event).where(t.run_event.c.run == run.nr, t.run_event.c.action == "began releasing")
        )
        if status != "releasing":
            connection.execute(delete(t.run_held))
            connection.execute(delete(t.approval).where(t.approval.c.run == run.nr))
        if status == "abandoned":
            for table in (t.chunk, t.run_party, t.finding, t.parked):
                connection.execute(delete(table).where(table.c.run == run.nr))
        connection.execute(update(t.run).where(t.run.c.nr == run.nr).values(status=status))


def goes_on(life: Life, run: Run) -> None:
    """Worked out again, signed for and released like any other."""
    calculate_payrun(life.database, run.nr, by=PREPARER, at=life.now())
    machine.submit_run(life.database, run.nr, by=PREPARER, at=life.now())
    machine.approve_run(life.database, run.nr, by=APPROVER, at=life.now())
    life.release(run)


def all_is_well(life: Life) -> None:
    life.settled["CAL1"] = CLOSES
    assert differences(life) == [] and everybody_paid(life) == []
    found = [each for each in prove(life.database).differences if "owes its recharges" not in str(each)]
    assert found == []
    pages = [
        each
        for page in prove(life.database).runs
        for each in page.differences
        if "has not been issued" not in str(each)
    ]
    assert [each for each in pages if " files: " not in str(each)] == []
    with TemporaryDirectory() as folder:
        for page in prove(life.database).runs:
            write_run_files(life.database, page.run, Path(folder), life.now(), xlsx=False)
    assert [str(each) for page in prove(life.database).runs for each in page.differences] == []


@pytest.mark.parametrize("status", ["draft", "calculated", "submitted", "abandoned"])
def test_a_run_let_go_back_with_entries_goes_forward(database: Database, status: str) -> None:
    """F1 and F2, as they were left: named with the way on, worked out again beside what is posted, and settled
    by both.
    """
    life = opened(database)
    run = half_released(life)
    as_the_earlier_version_had_it(life, run, status)
    upgraded(database)
    assert any(f"outturn payrun calculate {run.nr}" in str(each) for each in prove(database).differences)
    with pytest.raises(PartPosted, match="cannot be given up"):
        machine.abandon_run(database, run.nr, by=PREPARER, at=life.now(), note="x")
    if status == "submitted":
        with pytest.raises(PartPosted, match="do not say so"):
            machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
        review_jobs.send_back_run(database, run.nr, by=APPROVER, at=life.now(), note="x")
    elif status == "calculated":
        with pytest.raises(PartPosted, match="do not say so"):
            machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    goes_on(life, run)
    all_is_well(life)


def test_one_worked_out_again_by_the_earlier_version_shows_what_it_posted(database: Database) -> None:
    """It proposed only what was left, and paid only that: what is signed for now is the whole."""
    life = opened(database)
    run = half_released(life)
    whole = run_total(database, run)
    as_the_earlier_version_had_it(life, run, "calculated")
    with guards_lifted(database, "run", "run_chunk", "run_party", "finding", "parked") as connection:
        connection.execute(update(t.run).values(status="draft"))
        ledger.drop_workings(connection, run)
    with database.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {CHANGED[0]}" + ("" if database.sqlite else " ON run")))
    calculate_payrun(database, run.nr)
    assert run_total(database, run) != whole
    upgraded(database)
    goes_on(life, run)
    assert run_total(database, run) == whole
    all_is_well(life)


def test_late_news_meanwhile_is_posted_beside_what_was(database: Database) -> None:
    """Rates learned of since: a line posted stays as it was, and the difference is a line of its own beside it."""
    life = opened(database)
    run = half_released(life)
    as_the_earlier_version_had_it(life, run, "calculated")
    upgraded(database)
    world = make_world(7, 7, calendars=1)
    for row in [*world.rows["rates"].values(), *world.rows["agreed_rates"].values()]:
        row["rate"] = "12.3456"
    assert life.learn(world)
    goes_on(life, run)
    lines = machine.whole_proposal(database, run.nr).to_pylist()
    assert any(each["revision"] == 2 and each["posted"] for each in lines) and any(
        each["revision"] == 1 for each in lines
    )
    all_is_well(life)


def test_a_release_cut_off_by_the_earlier_version_goes_on_where_it_stopped(database: Database) -> None:
    life = opened(database)
    run = half_released(life)
    as_the_earlier_version_had_it(life, run, "releasing")
    upgraded(database)
    assert stage(life, run.nr) == "releasing"
    life.release(run)
    all_is_well(life)


def test_one_released_by_other_holds_each_time_is_worked_out_again(database: Database) -> None:
    """A second release, after a hold was let go, posted what the first had left out: no one set of holds says
    what is left.
    """
    life = opened(database)
    run = half_released(life)
    with database.read() as connection:
        e = t.entry.c
        line = connection.execute(select(e.subject).where(e.run == run.nr, e.kind == "care").limit(1)).scalar_one()
    hold = review_jobs.hold(database, "payments", "line", line, reason="x", by=PREPARER, at=life.now())
    as_the_earlier_version_had_it(life, run, "releasing")
    with guards_lifted(database, "run_held") as connection:
        connection.execute(t.run_held.insert().values(run=run.nr, hold=hold, scope="line", target=line, instead=False))
    upgraded(database)
    assert stage(life, run.nr) == "calculated"
    with pytest.raises(PartPosted, match="A hold names lines"):
        goes_on(life, run)
    life.let_go(hold)
    life.release(run)
    all_is_well(life)


def run_total(database: Database, run: Run) -> int:
    with database.read() as connection:
        return ledger.read_run(connection, run.nr).total
