"""What was recorded of a run stands: its stages, who handed it over, who signed, what was accepted, the files issued."""

import datetime as dt

import pytest
from sqlalchemy import Executable, delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from finance import tables as f
from interfaces.database.connection import Database
from ledgers import store
from ledgers import tables as t
from ledgers.officers.jobs import add_officers
from ledgers.runs import Status

AT = dt.datetime(2026, 5, 4, 9)
STAGES = tuple(str(each) for each in Status)
GOES_ON = {
    ("draft", "calculated"), ("draft", "released"), ("calculated", "draft"), ("calculated", "submitted"),
    ("submitted", "calculated"), ("submitted", "approved"), ("approved", "calculated"), ("approved", "released"),
    ("released", "acknowledged"), ("draft", "abandoned"), ("calculated", "abandoned"), ("submitted", "abandoned"),
    ("approved", "abandoned"),
}  # fmt: skip


def add_run(database: Database, status: str = "draft", **values: object) -> int:
    with database.begin() as connection:
        return store.add_run(connection, **{
            "stream": "payments", "calendar": 1, "calendar_name": "Weekly", "up_to": dt.date(2026, 5, 4),
            "window_starts": dt.date(2026, 4, 6), "pay_date": dt.date(2026, 5, 8), "status": status, "known": 1,
            "known_before": 0, "prepared_by": "Preparer", "drafted_at": AT, "lines": 1, "total": 100, "to_sign_for": 100,
            "policy": "{}", **values,
        })  # fmt: skip


def refused(database: Database, statement: Executable, words: str) -> None:
    with pytest.raises(IntegrityError, match=words), database.begin() as connection:
        connection.execute(statement)


def done(database: Database, statement: Executable) -> None:
    with database.begin() as connection:
        assert connection.execute(statement).rowcount == 1


@pytest.fixture
def approved(database: Database) -> int:
    """A run handed over and signed for, with one finding accepted and one not."""
    run = add_run(database, "approved", submitted_by="Preparer", submitted_at=AT, signature="s")
    with database.begin() as connection:
        add_officers(connection, {"Approver": "manager"}, {"manager": 1_000})
        store.add_approval(
            connection, run=run, prepared_by="Preparer", submitted_by="Preparer", approved_by="Approver", role="manager",
            limit=1_000, total=100, to_sign_for=100, signature="s", approved_at=AT,
        )  # fmt: skip
        finding = {"run": run, "check_name": "double", "severity": "stop", "what": "twice"}
        connection.execute(insert(t.finding), [{**finding, "nr": 1}, {**finding, "nr": 2}])
        store.accept_finding(connection, run, 1, "Approver", "seen with the case record")
        store.add_event(connection, run, "approved", "Approver", AT, None)
    return run


def test_a_run_goes_on_and_never_back_from_the_ledger(database: Database) -> None:
    for before in STAGES:
        for after in STAGES:
            run = add_run(database, before, stream=f"{before} {after}")
            move = update(t.run).where(t.run.c.nr == run).values(status=after)
            if before == after or (before, after) in GOES_ON:
                done(database, move)
            else:
                refused(database, move, "never goes from that stage")


def test_what_a_run_is_for_is_never_changed(database: Database) -> None:
    run = add_run(database)
    for name in ("nr", "stream", "calendar", "calendar_name", "up_to", "window_starts", "pay_date", "known_before",
                 "run_before", "prepared_by", "drafted_at", "policy"):  # fmt: skip
        refused(database, update(t.run).values({name: t.run.c[name]}), "abandon it and draft another")
    refused(database, delete(t.run).where(t.run.c.nr == run), "abandon it and draft another")
    if not database.sqlite:
        refused(database, text("TRUNCATE run CASCADE"), "never")


@pytest.mark.parametrize("status", [each for each in STAGES if each != "calculated"])
def test_who_handed_a_run_over_is_never_changed(database: Database, status: str) -> None:
    """Otherwise whoever submitted it could sign for it, under another's name."""
    add_run(database, status, submitted_by="Preparer", submitted_at=AT)
    for values in ({"submitted_by": "Somebody"}, {"submitted_at": AT}, {"known": 2}):
        refused(database, update(t.run).values(**values), "never changed until it is sent back")


@pytest.mark.parametrize("status", ["released", "acknowledged", "abandoned"])
def test_a_run_that_has_ended_stands(database: Database, status: str) -> None:
    add_run(database, status)
    for name in ("signature", "lines", "total", "to_sign_for", "released_at", "ended_at"):
        refused(database, update(t.run).values({name: t.run.c[name]}), "has ended")


def test_an_approval_is_never_changed_and_stays_with_what_was_paid(database: Database, approved: int) -> None:
    for column in t.approval.c:
        refused(database, update(t.approval).values({column.name: column}), "never changed: send the run back")
    done(database, update(t.run).values(status="released"))
    refused(database, delete(t.approval), "in the ledger is never deleted")


def test_an_approval_is_taken_back_with_a_run_sent_back(database: Database, approved: int) -> None:
    done(database, delete(t.approval))


def test_a_finding_is_accepted_once(database: Database, approved: int) -> None:
    accepted, open_one = (t.finding.c.nr == 1, t.finding.c.nr == 2)
    for values in ({"accepted_by": "Somebody"}, {"accepted_reason": "x"}, {"accepted_by": None, "accepted_reason": None}):
        refused(database, update(t.finding).where(accepted).values(**values), "accepted once")
    for column in t.finding.c:
        if not column.name.startswith("accepted"):
            refused(database, update(t.finding).values({column.name: column}), "never changed")
    done(database, update(t.finding).where(open_one).values(accepted_by="Approver", accepted_reason="seen"))
    done(database, delete(t.finding).where(open_one))
    done(database, update(t.run).values(status="released"))
    refused(database, delete(t.finding), "in the ledger is never deleted")


def test_what_was_done_to_a_run_is_never_touched(database: Database, approved: int) -> None:
    for column in t.run_event.c:
        refused(database, update(t.run_event).values({column.name: column}), "never changed")
    refused(database, delete(t.run_event), "never changed or deleted")


def test_a_file_issued_is_never_touched(database: Database, approved: int) -> None:
    issue(database, approved)
    for column in t.export.c:
        refused(database, update(t.export).values({column.name: column}), "A file that was issued is never changed")
    refused(database, delete(t.export), "A file that was issued is never")
    if not database.sqlite:
        refused(database, text("TRUNCATE export"), "A file that was issued is never")


def test_a_record_is_not_replaced(database: Database, approved: int) -> None:
    """SQLite alone has INSERT OR REPLACE, which removes a row and fires no trigger of DELETE."""
    if not database.sqlite:
        return
    issue(database, approved)
    for table in (t.run, t.approval, t.finding, t.run_event, t.export, t.officer, t.approval_tier, t.officer_change):
        refused(database, text(f"INSERT OR REPLACE INTO {table.name} SELECT * FROM {table.name}"), "never")
    another = {"nr": 99, "run": approved, "kind": "journal", "party": 0}
    again = insert(t.export).prefix_with("OR REPLACE").values(**another, **FILE)
    refused(database, again, "A file that was issued is never")


def test_bank_details_confirmed_are_not_replaced_by_others(database: Database) -> None:
    """Neither that version of them, nor the version believed now under another number."""
    with database.begin() as connection:
        connection.execute(insert(f.change).values(nr=1, moment=AT, by="x", what="x", source="x"))
        connection.execute(insert(f.bank_detail).values(**DETAILS))
    if database.sqlite:
        for other in ({"account_number": "2"}, {"account_number": "2", "nr": 9}):
            replacing = insert(f.bank_detail).prefix_with("OR REPLACE").values(**{**DETAILS, **other})
            refused(database, replacing, "Facts are never replaced")
    with database.begin() as connection:  # one superseded long ago may still be put in beside it
        connection.execute(insert(f.bank_detail).values(**{**DETAILS, "nr": 9, "superseded": 1}))


DETAILS = {"nr": 1, "learned": 1, "ref": "B1", "payee": 1, "sort_code": "010203", "account_number": "1",
           "account_name": "x", "starts": AT.date(), "proposed_by": "x"}  # fmt: skip
FILE = {"name": "journal.csv", "sha256": "0", "rows": 1, "debit": 1, "credit": 1, "made_at": AT, "content": b"x"}


def issue(database: Database, run: int) -> None:
    with database.begin() as connection:
        connection.execute(insert(t.export).values(run=run, kind="journal", party=0, **FILE))


def test_who_looked_at_bank_details_stays(database: Database) -> None:
    seen = {"nr": 1, "moment": dt.datetime(2026, 5, 1, 9), "by": "Somebody", "verb": "bank list", "ref": "B1"}
    with database.begin() as connection:
        connection.execute(insert(f.bank_detail_view), [seen])
    refused(database, delete(f.bank_detail_view), "never changed or deleted")
    refused(database, update(f.bank_detail_view).values(by="Another"), "never changed or deleted")
