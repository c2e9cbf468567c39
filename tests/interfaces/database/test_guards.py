"""What was recorded of a run stands: its stages, who handed it over, who signed, what was accepted, the files
issued.
"""

import datetime as dt

import pytest
from sqlalchemy import Connection, Executable, delete, insert, text, update

from billing import tables as billing
from billing.assessments import tables as assessments
from finance.facts import tables as f
from finance.problems import Clash, Guarded
from interfaces.database import guards, roles
from interfaces.database.connection import Database
from ledgers import holds_store, store
from ledgers import tables as t
from ledgers.approvals import store as approvals
from ledgers.coding.store import load_current
from ledgers.officers.jobs import add_officers
from ledgers.runs import Status
from tests.guards import guards_lifted, put_in_unasked

AT = dt.datetime(2026, 5, 4, 9)
STAGES = tuple(str(each) for each in Status)
GOES_ON = {
    ("draft", "calculated"),
    ("calculated", "draft"),
    ("calculated", "submitted"),
    ("submitted", "calculated"),
    ("submitted", "approved"),
    ("approved", "calculated"),
    ("approved", "releasing"),
    ("releasing", "released"),
    ("released", "acknowledged"),
    ("draft", "abandoned"),
    ("calculated", "abandoned"),
    ("submitted", "abandoned"),
    ("approved", "abandoned"),
}
RUN = {
    "stream": "payments",
    "calendar": 1,
    "calendar_name": "Weekly",
    "up_to": dt.date(2026, 5, 4),
    "window_starts": dt.date(2026, 4, 6),
    "pay_date": dt.date(2026, 5, 8),
    "status": "draft",
    "known": 1,
    "known_before": 0,
    "prepared_by": "Preparer",
    "drafted_at": AT,
    "lines": 1,
    "total": 100,
    "to_sign_for": 100,
    "policy": "{}",
}
SIGNED = {
    "prepared_by": "Preparer",
    "submitted_by": "Preparer",
    "approved_by": "Approver",
    "role": "manager",
    "limit": 1_000,
    "total": 100,
    "to_sign_for": 100,
    "day_total": 100,
    "signature": "s",
    "approved_at": AT,
}
CHUNK = {
    "number": 0,
    "first_subject": 0,
    "end_subject": 9,
    "lines": 1,
    "total": 100,
    "sha256": "0",
    "proposal": b"x",
    "steps": b"x",
    "posted": False,
}
ENTRY = {
    "stream": "payments",
    "period_starts": dt.date(2026, 4, 6),
    "subject": 1,
    "kind": "care",
    "funder": 0,
    "party": 1,
    "revision": 1,
    "period_ends": dt.date(2026, 5, 4),
    "chunk": 0,
    "debit": 1,
    "credit": 2,
    "amount": 100,
    "effective": dt.date(2026, 5, 3),
    "recorded": AT,
}
PARTY = {"party": 1, "lines": 1, "total": 100, "held": 0, "brought_forward": 0, "paid": 0, "carried_forward": -100}


@pytest.fixture(autouse=True)
def officers(database: Database) -> None:
    with database.begin() as connection:
        add_officers(connection, {"Approver": "manager", "Preparer": "clerk"}, {"manager": 1_000})


def add_run(database: Database, status: str = "draft", **values: object) -> int:
    """A run as it might stand at a stage, put in behind the guards."""
    with guards_lifted(database, "run") as connection:
        return store.add_run(connection, **{**RUN, "status": status, **values})


def refused(database: Database, statement: Executable, words: str) -> None:
    with pytest.raises((Guarded, Clash), match=words), database.begin() as connection:
        connection.execute(statement)


def done(database: Database, statement: Executable) -> None:
    with database.begin() as connection:
        assert connection.execute(statement).rowcount in (1, -1)  # PostgreSQL does not count what it gives back


def move(connection: Connection, run: int, status: str, **values: object) -> None:
    assert connection.execute(update(t.run).where(t.run.c.nr == run).values(status=status, **values)).rowcount == 1


@pytest.fixture
def approved(database: Database) -> int:
    """A run handed over and signed for, by the stages it goes through, with both its findings accepted or held."""
    with database.begin() as connection:
        run = store.add_run(connection, **RUN)
        finding = {"run": run, "check_name": "double", "severity": "stop", "what": "twice", "subject": 7, "party": 1}
        connection.execute(insert(t.finding), [{**finding, "nr": 1}, {**finding, "nr": 2}])
        connection.execute(insert(t.chunk).values(run=run, **CHUNK))
        connection.execute(insert(t.run_party).values(run=run, **PARTY))
        connection.execute(
            insert(t.parked).values(run=run, subject=1, kind="care", what="x", what_to_do="y", since=AT.date())
        )
        move(connection, run, "calculated", signature="s")
        move(connection, run, "submitted", submitted_by="Preparer", submitted_at=AT)
        store.accept_finding(connection, run, 1, "Approver", "seen with the case record")
        hold = holds_store.add_hold(connection, "payments", "line", 7, "query", "Approver", AT)
        connection.execute(insert(t.run_held).values(run=run, hold=hold, scope="line", target=7, instead=True))
        approvals.add_approval(connection, run=run, **SIGNED)
        move(connection, run, "approved")
        store.add_event(connection, run, "approved", "Approver", AT, None)
    return run


@pytest.fixture
def released(database: Database, approved: int) -> int:
    """The same, posted and settled."""
    with database.begin() as connection:
        move(connection, approved, "releasing")
        connection.execute(update(t.chunk).values(posted=True))
        connection.execute(insert(t.entry).values(run=approved, **ENTRY))
        connection.execute(
            insert(t.outstanding).values(
                stream="payments", subject=1, kind="care", since=AT.date(), reason="held", run=approved
            )
        )
        connection.execute(
            insert(t.owed), [{"run": approved, "what": each, "since": AT} for each in ("files", "recharges")]
        )
        move(connection, approved, "released", released_at=AT)
    return approved


def test_a_run_goes_on_and_never_back(database: Database) -> None:
    for before in STAGES:
        for after in STAGES:
            run = add_run(database, before, stream=f"{before} {after}", signature="s", submitted_by="Preparer")
            with guards_lifted(database, "approval", "owed") as connection:
                connection.execute(insert(t.approval).values(run=run, **SIGNED))
                connection.execute(insert(t.owed).values(run=run, what="files", since=AT))
            going = update(t.run).where(t.run.c.nr == run).values(status=after)
            if before == after or (before, after) in GOES_ON:
                done(database, going)
            else:
                refused(database, going, "never goes from that stage")


def test_a_run_begins_as_a_draft_of_an_officer(database: Database) -> None:
    for status in STAGES[1:]:
        refused(database, insert(t.run).values(**{**RUN, "status": status}), "begins as a draft")
    refused(database, insert(t.run).values(**RUN | {"prepared_by": "Nobody"}), "Only officers")
    done(database, insert(t.run).values(**RUN | {"prepared_by": "timetable"}))


def test_a_run_with_entries_only_goes_forward(database: Database, approved: int) -> None:
    with guards_lifted(database, "entry") as connection:
        connection.execute(insert(t.entry).values(run=approved, **ENTRY))
    for back in ("calculated", "abandoned"):
        refused(database, update(t.run).values(status=back), "only goes forward")


def test_a_run_is_released_as_signed_whole_and_with_what_it_owes(database: Database, approved: int) -> None:
    with guards_lifted(database, "run_held") as connection:
        connection.execute(update(t.run_held).values(instead=False))
    refused(database, update(t.run).values(status="releasing"), "every finding dealt with")
    with guards_lifted(database, "run_held") as connection:
        connection.execute(update(t.run_held).values(instead=True))
    done(database, update(t.run).values(status="releasing"))
    refused(database, update(t.run).values(status="released"), "all of it is posted")
    done(database, update(t.chunk).values(posted=True))
    refused(database, update(t.run).values(status="released"), "what it owes is recorded")
    done(database, insert(t.owed).values(run=approved, what="files", since=AT))
    refused(database, update(t.run).values(status="released"), "what it owes is recorded")
    done(database, insert(t.owed).values(run=approved, what="recharges", since=AT))
    done(database, update(t.run).values(status="released", released_at=AT))


def test_what_a_run_worked_out_is_put_in_while_it_is_a_draft(database: Database, approved: int) -> None:
    words = "put in while it is a draft, and never changed"
    refused(database, insert(t.chunk).values(run=approved, **CHUNK | {"number": 1}), words)
    refused(database, insert(t.finding).values(run=approved, check_name="x", severity="note", what="x"), words)
    refused(
        database,
        insert(t.parked).values(run=approved, subject=2, kind="care", what="x", what_to_do="y", since=AT.date()),
        words,
    )
    for name in ("number", "first_subject", "end_subject", "lines", "total", "sha256", "proposal", "steps"):
        refused(database, update(t.chunk).values({name: t.chunk.c[name]}), words)
    for table in (t.chunk, t.finding, t.parked):
        refused(database, delete(table), words)
    refused(database, update(t.chunk).values(posted=True), "posted once, while its run is being released")


def test_what_a_release_leaves_is_never_changed(database: Database, released: int) -> None:
    refused(database, update(t.chunk).values(posted=False), "posted once")
    refused(database, delete(t.outstanding), "never changed or deleted")
    refused(database, update(t.outstanding).values(since=AT.date()), "never changed or deleted")
    refused(
        database,
        insert(t.outstanding).values(stream="x", subject=2, kind="x", since=AT.date(), reason="x", run=released),
        "never",
    )
    refused(database, delete(t.owed), "never changed or deleted")
    refused(database, delete(t.run_held), "never changed or deleted")
    refused(database, insert(t.chunk).values(run=released, **CHUNK | {"number": 1}), "while it is a draft")
    done(database, update(t.owed).where(t.owed.c.what == "files").values(done_at=AT, done_by="x", outcome="issued"))
    refused(
        database,
        update(t.owed).where(t.owed.c.what == "files").values(done_at=None, done_by=None, outcome=None),
        "done once",
    )


def test_balances_move_only_as_debts(database: Database, released: int) -> None:
    words = "never changed, but for what becomes a debt"
    refused(database, update(t.run_party).values(carried_forward=1_000_000), words)
    refused(database, update(t.run_party).values(carried_forward=0), words)
    for name in ("paid", "total", "brought_forward", "held", "withheld"):
        refused(database, update(t.run_party).values({name: t.run_party.c[name]}), words)
    refused(database, delete(t.run_party), words)
    refused(database, insert(t.run_party).values(run=released, **PARTY | {"party": 2}), words)
    debt = {**ENTRY, "kind": "debt", "subject": released, "amount": -100, "run": released, "chunk": -1}
    done(database, insert(t.entry).values(**debt))
    done(database, update(t.run_party).values(carried_forward=0))


def test_entries_are_put_in_only_of_a_run_being_released(database: Database, released: int) -> None:
    """On SQLite the part they belong to is refused; the proof names entries that came another way."""
    another = insert(t.entry).values(run=released, **ENTRY | {"revision": 2})
    if database.sqlite:
        refused(database, insert(t.chunk).values(run=released, **CHUNK | {"number": 5}), "while it is a draft")
    else:
        refused(database, another, "only of a run that is being released")
        refused(
            database, insert(t.entry).values(run=999, **ENTRY | {"revision": 2}), "only of a run that is being released"
        )


def test_files_are_issued_only_of_a_run_released(database: Database, approved: int) -> None:
    refused(
        database,
        insert(t.export).values(run=approved, kind="journal", party=0, **FILE),
        "only of a run that is released",
    )


def test_a_hold_is_let_go_once_and_by_an_officer(database: Database) -> None:
    hold = {"stream": "payments", "scope": "line", "target": 1, "reason": "x", "held_at": AT}
    refused(database, insert(t.hold).values(held_by="Nobody", **hold), "Only officers")
    done(database, insert(t.hold).values(held_by="Preparer", **hold))
    refused(database, delete(t.hold), "never changed or deleted")
    refused(database, update(t.hold).values(target=2), "never changed or deleted")
    refused(database, update(t.hold).values(released_by="Nobody", released_at=AT), "Only officers")
    done(database, update(t.hold).values(released_by="Preparer", released_at=AT))
    refused(database, update(t.hold).values(released_by=None, released_at=None), "let go once")


def test_nobody_is_two_officers_and_nobody_made_up_confirms(database: Database) -> None:
    change = {"nr": 90, "name": "Eve", "role": "manager", "reason": "x", "asked_by": "Adam", "asked_at": AT}
    refused(database, insert(t.officer_change).values(**change), "by officers who are on the list")
    change["asked_by"] = "Preparer"
    refused(
        database,
        insert(t.officer_change).values(**change, confirmed_by="Adam’s friend", confirmed_at=AT),
        "another who is on the list",
    )
    done(database, insert(t.officer_change).values(**change))
    refused(
        database, insert(t.officer_change).values(**change | {"nr": 3, "name": "Fay"}), "after those that are there"
    )
    mine = update(t.officer_change).where(t.officer_change.c.nr == 90)
    refused(database, mine.values(confirmed_by="Adam’s friend", confirmed_at=AT), "who (is|are) on the list")
    done(database, mine.values(confirmed_by="Approver", confirmed_at=AT))
    officer = {"role": "manager", "change": 90, "confirmed_by": "Approver"}
    twice = "nobody is two officers|recorded the same"  # its name, or that there is such a key
    refused(database, insert(t.officer).values(name="Eve", key="approver", **officer), twice)
    done(database, insert(t.officer).values(name="Eve", key="eve", **officer))


def test_two_who_may_confirm_are_left_and_who_has_ended_neither_asks_nor_confirms_nor_signs(database: Database) -> None:
    row = t.officer_change
    asked = {"reason": "x", "asked_by": "Preparer", "asked_at": AT}
    ending = insert(row).values(name="Approver", **asked)
    refused(database, ending, "always left")
    done(database, insert(row).values(nr=90, name="Cy", role="clerk", **asked))
    done(database, update(row).where(row.c.nr == 90).values(confirmed_by="Approver", confirmed_at=AT))
    done(database, insert(row).values(nr=91, role="clerk", rights="prepare", **asked))
    refused(database, update(row).where(row.c.nr == 91).values(confirmed_by="Approver", confirmed_at=AT), "always left")
    done(database, ending.values(nr=92))
    refused(
        database, insert(row).values(nr=93, name="Di", role="clerk", **asked | {"asked_by": "Approver"}), "on the list"
    )
    refused(database, update(row).where(row.c.nr == 91).values(confirmed_by="Approver", confirmed_at=AT), "on the list")
    run = add_run(database, "submitted", signature="s", submitted_by="Preparer")
    refused(database, insert(t.approval).values(run=run, **SIGNED), "on the list still")


def test_what_is_signed_for_in_a_day_is_within_the_limit(database: Database) -> None:
    """Two runs of a calendar, 600 and 600, under a limit of 1,000: the second is refused, by whatever day total
    it says.
    """
    for nr, total in ((1, 600), (2, 1_200), (3, 1_000)):
        run = add_run(database, "submitted", nr=nr, signature="s", submitted_by="Preparer", total=600, to_sign_for=600)
        signing = insert(t.approval).values(run=run, **SIGNED | {"total": 600, "to_sign_for": 600, "day_total": total})
        if nr == 1:
            done(database, signing)
            with guards_lifted(database, "run") as connection:
                move(connection, run, "released")
        else:
            refused(database, signing, "in one day")
            with guards_lifted(database, "run") as connection:
                move(connection, run, "abandoned")


def test_what_a_run_is_for_is_never_changed(database: Database) -> None:
    run = add_run(database, submitted_by=None)
    for name in (
        "nr",
        "stream",
        "calendar",
        "calendar_name",
        "up_to",
        "window_starts",
        "pay_date",
        "known_before",
        "run_before",
        "prepared_by",
        "drafted_at",
        "policy",
    ):
        refused(database, update(t.run).values({name: t.run.c[name]}), "abandon it and draft another")
    refused(database, delete(t.run).where(t.run.c.nr == run), "abandon it and draft another")
    if not database.sqlite:
        refused(database, text("TRUNCATE run CASCADE"), "never")


@pytest.mark.parametrize("status", [each for each in STAGES if each != "calculated"])
def test_who_handed_a_run_over_is_never_changed(database: Database, status: str) -> None:
    """Otherwise whoever submitted it could sign for it, under another's name."""
    add_run(database, status, submitted_by="Preparer", submitted_at=AT)
    for values in ({"submitted_by": "Approver"}, {"submitted_at": AT}, {"known": 2}):
        refused(database, update(t.run).values(**values), "never changed until it is sent back")


@pytest.mark.parametrize("status", ["released", "acknowledged", "abandoned"])
def test_a_run_that_has_ended_stands(database: Database, status: str) -> None:
    add_run(database, status)
    for name in ("signature", "lines", "total", "to_sign_for", "released_at", "ended_at"):
        refused(database, update(t.run).values({name: t.run.c[name]}), "has ended")


def test_an_approval_is_never_changed_and_stays_with_what_was_paid(database: Database, released: int) -> None:
    for column in t.approval.c:
        refused(database, update(t.approval).values({column.name: column}), "never changed: send the run back")
    refused(database, delete(t.approval), "in the ledger is never deleted")


def test_an_approval_is_taken_back_with_a_run_sent_back(database: Database, approved: int) -> None:
    done(database, delete(t.approval))


def test_a_finding_is_accepted_once(database: Database, approved: int) -> None:
    accepted, open_one = (t.finding.c.nr == 1, t.finding.c.nr == 2)
    for values in (
        {"accepted_by": "Approver"},
        {"accepted_reason": "x"},
        {"accepted_by": None, "accepted_reason": None},
    ):
        refused(database, update(t.finding).where(accepted).values(**values), "accepted once")
    for column in t.finding.c:
        if not column.name.startswith("accepted"):
            refused(database, update(t.finding).values({column.name: column}), "never changed")
    for own in ("Preparer", "Nobody"):
        refused(
            database,
            update(t.finding).where(open_one).values(accepted_by=own, accepted_reason="seen"),
            "neither prepared nor",
        )
    done(database, update(t.finding).where(open_one).values(accepted_by="Approver", accepted_reason="seen"))


def test_what_was_done_to_a_run_is_never_touched(database: Database, approved: int) -> None:
    for column in t.run_event.c:
        refused(database, update(t.run_event).values({column.name: column}), "never changed")
    refused(database, delete(t.run_event), "never changed or deleted")


def test_a_file_issued_is_never_touched(database: Database, released: int) -> None:
    issue(database, released)
    for column in t.export.c:
        refused(database, update(t.export).values({column.name: column}), "A file that was issued is never changed")
    refused(database, delete(t.export), "A file that was issued is never")
    if not database.sqlite:
        refused(database, text("TRUNCATE export"), "A file that was issued is never")


def test_a_record_is_not_replaced(database: Database, released: int) -> None:
    """SQLite alone has INSERT OR REPLACE, which removes a row and fires no trigger of DELETE."""
    if not database.sqlite:
        return
    issue(database, released)
    for table in (t.run, t.approval, t.finding, t.run_event, t.export, t.officer, t.approval_tier, t.officer_change):
        refused(
            database,
            text(f"INSERT OR REPLACE INTO {table.name} SELECT * FROM {table.name}"),
            "never|begins as a draft|officers prepared|nobody is two officers|recorded the same",
        )
    another = {"nr": 99, "run": released, "kind": "journal", "party": 0}
    again = insert(t.export).prefix_with("OR REPLACE").values(**another, **FILE)
    refused(database, again, "A file that was issued is never|recorded the same")


def test_bank_details_confirmed_are_not_replaced_by_others(database: Database) -> None:
    """Neither that version of them, nor the version believed now under another number."""
    with database.begin() as connection:
        connection.execute(insert(f.change).values(nr=1, moment=AT, by="x", what="x", source="x"))
        connection.execute(insert(f.bank_detail).values(**DETAILS))
    if database.sqlite:
        for other in ({"account_number": "2"}, {"account_number": "2", "nr": 9}):
            replacing = insert(f.bank_detail).prefix_with("OR REPLACE").values(**{**DETAILS, **other})
            refused(database, replacing, "recorded the same")
    refused(database, insert(f.bank_detail).values(**{**DETAILS, "nr": 9, "superseded": 1}), "the change just recorded")


DETAILS = {
    "nr": 1,
    "learned": 1,
    "ref": "B1",
    "payee": 1,
    "sort_code": "010203",
    "account_number": "1",
    "account_name": "x",
    "starts": AT.date(),
    "proposed_by": "x",
}
FILE = {"name": "journal.csv", "sha256": "0", "rows": 1, "debit": 1, "credit": 1, "made_at": AT, "content": b"x"}


def issue(database: Database, run: int) -> None:
    with database.begin() as connection:
        connection.execute(insert(t.export).values(run=run, kind="journal", party=0, **FILE))


@pytest.mark.parametrize(
    "other",
    [
        {"party": None},
        {"party": 5},
        {"kind": "remittance csv"},
        {"kind": "payments again"},
        {"name": "../journal.csv"},
        {"name": ".journal.csv"},
        {"name": "a/b"},
        {"name": ""},
    ],
)
def test_a_file_is_of_a_kind_there_is_under_a_plain_name(
    database: Database, released: int, other: dict[str, object]
) -> None:
    row = {"run": released, "kind": "journal", "party": 0, **FILE}
    refused(database, insert(t.export).values(**row | other), "of a kind there is, under a plain name")
    done(database, insert(t.export).values(**row | {"kind": "remittance csv", "party": 1, "name": "r_1_P%2F1~a.csv"}))


def test_an_approval_stays_while_its_run_is_being_released(database: Database, approved: int) -> None:
    done(database, update(t.run).values(status="releasing"))
    refused(database, delete(t.approval), "being released is never deleted")


def test_what_a_release_leaves_is_put_in_anew_until_it_is_released(database: Database, approved: int) -> None:
    done(database, update(t.run).values(status="releasing"))
    left = {"stream": "payments", "subject": 1, "kind": "care", "since": AT.date(), "reason": "x", "run": approved}
    for table, row in ((t.outstanding, left), (t.owed, {"run": approved, "what": "files", "since": AT})):
        done(database, insert(table).values(**row))
        done(database, delete(table).where(table.c.run == approved))


def test_sqlite_s_hidden_numbers_are_nobody_s_to_change(database: Database, released: int) -> None:
    """No guard of named columns sees them, and UPDATE OR REPLACE removes the row that has the number."""
    if not database.sqlite:
        return
    issue(database, released)
    with database.read() as connection:
        there = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    numbered = [name for name, sql in there if "WITHOUT ROWID" not in sql and name != "alembic_version"]
    for table in numbered:
        with database.read() as connection:
            filled = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
        for number in ("rowid", "_rowid_", "oid") if filled else ():
            for how in ("UPDATE", "UPDATE OR REPLACE"):
                refused(database, text(f"{how} {table} SET {number} = {number} + 1000"), "never|other|same")
    for nr in (-1, 0, 2**62):
        event = insert(t.run_event).values(nr=nr, run=released, action="x", by="Approver", at=AT)
        refused(database, event, "another number|recorded the same")


def test_no_row_takes_another_s_place_by_an_index_of_some_rows(database: Database, released: int) -> None:
    if not database.sqlite:
        return
    add_run(database)
    refused(database, insert(t.run).prefix_with("OR REPLACE").values(**RUN), "recorded the same|never replaced")
    day = {"job": "x", "for_day": AT.date(), "started": AT, "what": "x"}
    done(database, insert(t.job_history).values(attempt=1, outcome="done", **day))
    again = insert(t.job_history).prefix_with("OR REPLACE").values(attempt=2, outcome="running", **day)
    refused(database, again, "recorded the same|never replaced")
    done(database, insert(t.job_history).values(attempt=2, outcome="failed", **day))


def test_what_a_session_put_in_with_checks_and_references_off_is_named(database: Database, approved: int) -> None:
    if not database.sqlite:
        return
    with database.read() as connection:
        assert guards.unsound(connection) == []
    put_in_unasked(
        database,
        "INSERT INTO approval_tier (role, \"limit\", change, confirmed_by) VALUES ('manager', 5, 77, 'Preparer')",
        "DROP TRIGGER approval_never_rewritten",
        "UPDATE approval SET needed = 3",
    )
    with database.read() as connection:
        assert guards.unsound(connection) == [
            ("approval", "approval", "has rows that its checks refuse"),
            ("approval_tier", "approval_tier", "has rows that name a row of officer_change that is not there"),
        ]


def test_a_version_is_told_and_superseded_by_the_newest_change(database: Database) -> None:
    with database.begin() as connection:
        for nr in (1, 2):
            moment = AT + dt.timedelta(days=nr)
            connection.execute(insert(f.change).values(nr=nr, moment=moment, by="x", what="x", source="x"))
    refused(database, insert(f.bank_detail).values(**DETAILS), "the change just recorded")
    done(database, insert(f.bank_detail).values(**DETAILS | {"learned": 2}))
    for other in (1, 3):
        refused(database, update(f.bank_detail).values(superseded=other), "the change just recorded|goes with|rule")
    done(database, update(f.bank_detail).values(superseded=2))
    for nr in (-1, 0, 2, 9):
        again = insert(f.change).values(nr=nr, moment=AT, by="x", what="x", source="x")
        refused(database, again, "none left out|recorded the same")


def test_a_run_is_of_a_stream_and_what_was_done_to_it_of_somebody(database: Database) -> None:
    refused(database, insert(t.run).values(**RUN | {"stream": "zzz"}), "a stream there is")
    run = add_run(database)
    refused(database, insert(t.run_event).values(run=run, action="approved", by="Nobody", at=AT), "Only officers")
    if database.sqlite:
        at = text("INSERT INTO run_event (run, action, by, at) VALUES (1, 'x', 'Approver', 'rubbish')")
        refused(database, at, "A moment is a day")


def test_packed_copies_are_made_again_and_never_changed(database: Database) -> None:
    done(database, text("INSERT INTO caseload_known (one, change, packing) VALUES (1, 0, 'x')"))
    refused(database, text("UPDATE caseload_known SET packing = 'y'"), "made again, never changed")
    done(database, text("DELETE FROM caseload_known"))
    refused(database, text("INSERT INTO caseload_known (one, change, packing) VALUES (1, 99, 'x')"), "made again")


def test_a_table_or_an_index_that_is_not_as_it_was_made_is_named(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("DROP INDEX one_open_run"))
        connection.execute(text("CREATE UNIQUE INDEX stranger ON run_event (run, action)"))
    with database.read() as connection:
        found = guards.unlike(connection)
    assert found == [("run", "one_open_run", "is not there"), ("run_event", "stranger", "is none of ours")]


def test_who_looked_at_bank_details_stays(database: Database) -> None:
    seen = {"nr": 1, "moment": dt.datetime(2026, 5, 1, 9), "by": "Somebody", "verb": "bank list", "ref": "B1"}
    with database.begin() as connection:
        connection.execute(insert(f.bank_detail_view), [seen])
    refused(database, delete(f.bank_detail_view), "never changed or deleted")
    refused(database, update(f.bank_detail_view).values(by="Another"), "never changed or deleted")


COPIES = {"caseload", "caseload_known"}
"""Packed copies of facts, made again from them."""


def test_every_table_is_guarded(database: Database) -> None:
    """A new table comes with a guard against changing, deleting and, on SQLite, replacing its rows. Entries alone may
    be replaced there: the proof finds it.
    """
    with database.read() as connection:
        there = set(guards.standing(connection))
    for table in {table.name for table in roles.tables()} - COPIES:
        assert f"{table}.{table}_never_rewritten" in there, table
        assert {f"{table}.{table}_never_deleted", f"{table}.{table}_kept"} & there, table
        if not database.sqlite:
            assert f"{table}.{table}_never_emptied" in there, table
        elif table != "entry":
            assert f"{table}.{table}_never_replaced" in there, table


def test_codes_rules_and_rows_set_aside_stand(database: Database) -> None:
    with database.begin() as connection:
        load_current(connection)
        connection.execute(insert(f.change).values(nr=1, moment=AT, by="x", what="x", source="x"))
        connection.execute(
            insert(f.quarantine).values(
                change=1, extract="people", source_row=1, content="{}", what="x", what_to_do="y"
            )
        )
    refused(database, update(t.account).values(subjective="x"), "but for its name")
    refused(database, delete(t.coding_rule), "but for the day it ends")
    refused(database, update(t.coding_rule).values(account=1), "but for the day it ends")
    refused(database, delete(f.quarantine), "set aside is never changed or deleted")
    refused(database, update(f.quarantine).values(what="y"), "set aside is never changed or deleted")


def test_an_uprating_goes_on_as_signed(database: Database) -> None:
    a, row = (
        assessments,
        {
            "name": "x",
            "starts": AT.date(),
            "ends": AT.date(),
            "prepared_by": "Preparer",
            "prepared_at": AT,
            "known": 1,
            "rates": "r",
            "signature": "s",
            "people": 1,
            "changed": 1,
            "total_before": 1,
            "total_after": 2,
        },
    )
    part = {"uprating": 1, "rows": 1, "people": b"x", "words": b"x", "sha256": "x"}
    done(database, insert(a.rates_used).values(sha256="r", policy="x", content="{}"))
    refused(database, insert(a.uprating).values(nr=1, status="approved", **row), "begins as a preview")
    done(database, insert(a.uprating).values(nr=1, status="previewed", **row))
    done(database, insert(a.uprating_chunk).values(chunk=0, applied=False, **part))
    refused(database, update(a.uprating).values(status="approved"), "only as a second person signed")
    refused(database, update(a.uprating_chunk).values(applied=True), "applied once, as signed")
    done(
        database,
        insert(a.uprating_approval).values(
            uprating=1, prepared_by="Preparer", approved_by="Approver", signature="s", approved_at=AT
        ),
    )
    refused(database, update(a.uprating).values(status="applied"), "never goes from that stage")
    done(database, update(a.uprating).values(status="approved"))
    refused(database, update(a.uprating).values(total_after=3), "never changed or deleted")
    refused(database, insert(a.uprating_chunk).values(chunk=1, applied=False, **part), "never changed or deleted")
    refused(database, update(a.uprating_chunk).values(words=b"y"), "never changed or deleted")
    done(database, update(a.uprating_chunk).values(applied=True))
    refused(database, update(a.uprating_chunk).values(applied=False), "applied once, as signed")
    done(database, update(a.uprating).values(status="applied"))
    for back in ("previewed", "approved", "abandoned"):
        refused(database, update(a.uprating).values(status=back), "never goes from that stage")
    refused(database, delete(a.uprating), "never changed or deleted")


def test_bills_are_issued_only_of_a_run_being_released(database: Database, released: int) -> None:
    row = {
        "run": released,
        "party": 1,
        "stream": "payments",
        "kind": "bill",
        "period_starts": AT.date(),
        "period_ends": AT.date(),
        "issued": AT.date(),
        "due": AT.date(),
        "lines": 1,
        "amount": 1,
    }
    refused(database, insert(billing.bill).values(nr=1, **row), "only of a run that is being released")
    refused(database, insert(billing.bill).values(nr=1, **row | {"run": 999}), "only of a run that is being released")


def test_a_second_person_s_word_names_who_proposed(database: Database) -> None:
    word = {"bank_detail": 1, "learned": 1, "confirmed_by": "Approver", "change": 1, "evidence": "called back"}
    with database.begin() as connection:
        connection.execute(insert(f.change).values(nr=1, moment=AT, by="x", what="x", source="x"))
        connection.execute(insert(f.bank_detail).values(**DETAILS | {"proposed_by": "Approver"}))
    refused(database, insert(f.bank_confirmation).values(proposed_by="Somebody else", **word), "names whoever proposed")
