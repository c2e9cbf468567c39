"""The proof agrees when nothing is wrong, and names the penny and the place when anything is."""

import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from rich.console import Console
from sqlalchemy import Executable, delete, insert, select, text, update

from billing.recharges.store import source_words
from billing.tables import bill
from finance.facts.tables import change
from interfaces.database import guards
from interfaces.files.outbound import creditor, journal, remittance, workings
from interfaces.files.outbound.folder_jobs import write_run_files
from interfaces.files.outbound.proof_page import proof_json, proof_page
from interfaces.files.outbound.proving import FilesMissing, must_be_whole, prove
from interfaces.files.outbound.store import pack, unpack
from ledgers import store as ledger
from ledgers.approvals.store import read_approvals
from ledgers.officers.authority import OfficerChange
from ledgers.officers.store import read_changes
from ledgers.reports.proof import Proof
from ledgers.reports.signed import prove_approvals
from ledgers.runs import Run
from ledgers.tables import (
    approval,
    chunk,
    entry,
    export,
    hold,
    officer,
    officer_change,
    outstanding,
    owed,
    parked,
    run_held,
    run_party,
)
from ledgers.tables import run as runs
from tests.guards import guards_lifted, put_in_unasked
from tests.interfaces.files.outbound.conftest import AddRun, Line, Released

AT = dt.datetime(2026, 6, 10, 8, 0)


@pytest.fixture
def exported(released: Released, tmp_path: Path) -> Released:
    write_run_files(released.database, released.run, tmp_path, AT, xlsx=False)
    return released


def changed(released: Released, statement: Executable) -> list[tuple[str, str, int]]:
    released.tamper(statement)
    proof = prove(released.database, released.run)
    assert not proof.holds
    return [(each.where, each.what, each.pence) for run in proof.runs for each in run.differences] + [
        (each.where, each.what, each.pence) for each in proof.differences if not each.where.startswith("the chain")
    ]


def test_due_is_posted_is_exported(exported: Released) -> None:
    proof = prove(exported.database, exported.run)
    assert proof.holds
    (run,) = proof.runs
    assert [(each.period_starts, each.due, each.held, each.posted) for each in run.periods] == [
        (dt.date(2026, 3, 9), -3_010, 0, -3_010),
        (dt.date(2026, 5, 4), 298_209, 0, 298_209),
    ]
    assert [(each.kind, each.files, each.says, each.carries, each.posted) for each in run.exports] == [
        (journal.KIND, 1, "debits, net by account", 310_224, 310_224),
        (creditor.KIND, 1, "payments", 284_975, 284_975),
        (remittance.KIND, 2, "lines", 295_199, 295_199),
        (remittance.KIND, 2, "payments", 284_975, 284_975),
    ]
    assert (run.brought_forward, run.paid, run.moved, run.carried_forward) == (-25_000, 284_975, 0, -14_776)


def test_before_its_files_are_made_a_run_is_not_proved(released: Released) -> None:
    (run,) = prove(released.database, released.run).runs
    assert [str(each) for each in run.differences] == [
        "journal file: has not been issued (£0.00)",
        "creditor payments file: has not been issued (£0.00)",
        "remittance csv files: lines do not agree with the ledger (-£2,951.99)",
        "remittance csv files: payments do not agree with the ledger (-£2,849.75)",
    ]


def test_a_penny_posted_behind_the_runs_back(exported: Released) -> None:
    with exported.database.begin() as connection:
        row = connection.execute(select(entry).where(entry.c.kind == "block")).one()._asdict()
    found = changed(exported, insert(entry).values({**row, "revision": 2, "amount": -1}))
    assert found[0] == ("block 1, payee 1, period from 2026-05-04", "posted and not proposed", -1)
    assert ("journal, account 100-A9000-52060-000", "is not what was posted", 1) in found
    assert ("remittance csv files", "lines do not agree with the ledger", 1) in found
    assert ("payee 1", "carries forward something else than is left", 1) in found


def test_a_line_signed_for_and_never_posted(add_run: AddRun) -> None:
    released = add_run(held=frozenset({12}))
    (run,) = prove(released.database, released.run).runs
    found = [(each.where, each.what, each.pence) for each in run.differences]
    assert ("care 12, payee 2, period from 2026-05-04", "proposed and not posted", -12_000) in found


def test_an_entry_of_days_no_run_proposed(exported: Released) -> None:
    with exported.database.begin() as connection:
        row = connection.execute(select(entry).where(entry.c.kind == "block")).one()._asdict()
    days = {"period_starts": dt.date(2025, 5, 5), "period_ends": dt.date(2025, 6, 2)}
    found = changed(exported, insert(entry).values({**row, **days, "amount": 5}))
    assert found[0] == ("block 1, payee 1, period from 2025-05-05", "posted and not proposed", 5)


def test_a_file_altered_in_store(exported: Released) -> None:
    with exported.database.begin() as connection:
        row = connection.execute(select(export).where(export.c.kind == creditor.KIND)).one()
    altered = pack((unpack(row.content) or b"").replace(b"66374958", b"66374959"))
    found = changed(exported, update(export).where(export.c.nr == row.nr).values(content=altered))
    what = "creditor_payments_run_000002.csv is not what was issued: its content no longer matches its hash."
    assert found == [("creditor payments file", what, 0)]


def test_a_file_altered_with_its_hash(exported: Released) -> None:
    """Whoever can change the file can change its hash; the totals inside still have to be made to agree."""
    with exported.database.begin() as connection:
        row = connection.execute(select(export).where(export.c.kind == creditor.KIND)).one()
    altered = (unpack(row.content) or b"").replace(b"2849.75", b"2949.75")
    values = {"content": pack(altered), "sha256": hashlib.sha256(altered).hexdigest()}
    found = changed(exported, update(export).where(export.c.nr == row.nr).values(**values))
    assert found == [("creditor payments file", "creditor payments: its trailer does not agree with its lines.", 0)]


def forge(exported: Released, *swaps: tuple[bytes, bytes]) -> list[tuple[str, str, int]]:
    """The creditor file with words changed and its trailer and stored hash worked out again; what the proof
    says of it.
    """
    with exported.database.begin() as connection:
        row = connection.execute(select(export).where(export.c.kind == creditor.KIND)).one()
    content = unpack(row.content) or b""
    for there, other in swaps:
        assert there in content
        content = content.replace(there, other)
    body = content[: content.rindex(b"T,")]
    rows = [line.split(b",") for line in body.split(b"\r\n")[1:-1]]
    numbers = sum(int(b"0" + cells[-6]) for cells in rows) % 10**10
    count, total = body.split(b"\r\n")[0].split(b",")[-2:]
    content = body + b"T,%b,%b,%010d,%b\r\n" % (count, total, numbers, hashlib.sha256(body).hexdigest().encode())
    creditor.read_creditor(content)  # the forgery holds within itself
    values = {"content": pack(content), "sha256": hashlib.sha256(content).hexdigest()}
    return changed(exported, update(export).where(export.c.nr == row.nr).values(**values))


def test_another_account_in_a_file_that_holds_within_itself(exported: Released) -> None:
    found = forge(exported, (b"089999,66374958", b"089999,66374959"))
    what = "is paid by another account number in the file than was confirmed for the pay date"
    assert found == [("payee P1", what, 0)]


def test_details_nobody_confirmed_are_not_those_confirmed(exported: Released) -> None:
    found = forge(exported, (b"089999,66374958,SUNNYSIDE CARE", b"010101,99999999,NOT CONFIRMED"))
    words = "sort code and account number and account name"
    assert found == [("payee P1", f"is paid by another {words} in the file than was confirmed for the pay date", 0)]


def test_two_payees_accounts_swapped(add_run: AddRun, tmp_path: Path) -> None:
    """Each payee is named, though count, total and hash total are as they were."""
    lines = (Line(11, "care", 1, 70_000, service=2, person=21), Line(12, "care", 2, 80_000, person=22))
    released = add_run(lines)
    write_run_files(released.database, released.run, tmp_path, AT, xlsx=False)
    assert prove(released.database, released.run).holds
    found = forge(
        released,
        (b"089999,66374958,SUNNYSIDE CARE", b"?"),
        (b",,,,,550.00", b",089999,66374958,SUNNYSIDE CARE,,550.00"),
        (b"?", b",,"),
    )
    assert [(where, pence) for where, _, pence in found] == [("payee P1", 0), ("payee P/2", 0)]


def test_pence_moved_from_one_payee_to_another(add_run: AddRun, tmp_path: Path) -> None:
    lines = (Line(11, "care", 1, 70_000, service=2, person=21), Line(12, "care", 2, 80_000, person=22))
    released = add_run(lines)
    write_run_files(released.database, released.run, tmp_path, AT, xlsx=False)
    found = forge(released, (b",700.00,", b",800.00,"), (b",550.00,", b",450.00,"))
    what = "is paid something else in the file than was posted"
    assert found == [("payee P/2", what, -10_000), ("payee P1", what, 10_000)]


def test_another_pay_date_in_the_file(exported: Released) -> None:
    found = forge(exported, (b",20260612,", b",20260609,"))
    assert found == [("creditor payments file", "is headed for another run or another pay date", 0)]


def test_files_deleted_are_named_before_the_rest_is_written_again(exported: Released) -> None:
    with exported.database.begin() as connection:
        mine = ledger.read_run(connection, exported.run)
    with exported.database.bulk() as bulk:
        must_be_whole(bulk, mine)
    for gone in (export.c.kind == creditor.KIND, export.c.party == 2, export.c.kind == workings.STEPS_KIND):
        exported.tamper(delete(export).where(gone))
    words = "the creditor payments file, the workings steps file, the remittance of payee 2 are no longer there"
    with pytest.raises(FilesMissing, match=words), exported.database.bulk() as bulk:
        must_be_whole(bulk, mine)


def test_an_entry_replaced_past_the_guards(exported: Released) -> None:
    """SQLite's INSERT OR REPLACE is not refused for entries: the proof finds it."""
    if not exported.database.sqlite:
        return
    with exported.database.begin() as connection:
        connection.execute(
            text(
                "INSERT OR REPLACE INTO entry SELECT stream, period_starts, subject, kind, funder, party, revision, "
                "period_ends, "
                "run, chunk, debit, credit, amount + 1, effective, recorded FROM entry WHERE kind = 'block'"
            )
        )
    (proved,) = prove(exported.database, exported.run).runs
    found = [(each.where, each.what, each.pence) for each in proved.differences]
    assert ("block 1, payee 1, period from 2026-05-04", "posted at another amount", 1) in found


def test_an_approval_taken_away_afterwards(exported: Released) -> None:
    found = changed(exported, delete(approval).where(approval.c.run == exported.run))
    assert found == [("run 2", "was released and nobody has signed for it", 0)]


def test_an_approval_that_is_not_of_this_run(exported: Released) -> None:
    with exported.database.begin() as connection:
        mine, rows = ledger.read_run(connection, exported.run), read_approvals(connection, exported.run)
        changes = read_changes(connection)

    def said(run: Run) -> list[str]:
        return [each.what for each in prove_approvals(run, rows, changes)]

    assert said(mine) == []
    for own in (replace(mine, prepared_by="Approver"), replace(mine, submitted_by="Approver")):
        assert said(own) == ["was approved by whoever prepared or submitted it"]
    assert said(replace(mine, signature="0")) == ["its approval is signed over other lines"]
    assert [str(each) for each in prove_approvals(replace(mine, to_sign_for=10_000_001), rows, changes)] == [
        "run 2: was approved under a limit that does not cover it (£0.01)"
    ]


def test_fewer_signatures_than_a_run_needs(exported: Released) -> None:
    """By what the approver’s role signed for alone when it was signed: not before, and not later."""
    with exported.database.begin() as connection:
        mine, (row,) = ledger.read_run(connection, exported.run), read_approvals(connection, exported.run)
        given = read_changes(connection)
        given.append(replace(given[0], nr=8, name="Another"))
    known = dict(row._mapping)

    def said(alone: int, confirmed: dt.datetime, *approvals: Mapping[str, object]) -> list[str]:
        asked = OfficerChange(9, None, row.role, None, "Scheme", "Ann", confirmed, None, "Bo", confirmed, alone=alone)
        rows = [SimpleNamespace(**{**known, **each}) for each in approvals or ({},)]
        return [each.what for each in prove_approvals(mine, rows, [*given, asked])]

    before, after = row.approved_at - dt.timedelta(days=1), row.approved_at + dt.timedelta(days=1)
    assert said(mine.to_sign_for, before) == [] and said(mine.to_sign_for - 1, after) == []
    assert said(mine.to_sign_for - 1, before) == ["was released with 1 of the 2 signatures it needs"]
    first: Mapping[str, object] = {"needed": 2}
    both = (first, {"needed": 2, "place": 2, "approved_by": "Another"})
    assert said(mine.to_sign_for - 1, before, *both) == [] and said(mine.to_sign_for, before, both[0]) != []
    assert said(1, before, both[0], {**both[1], "approved_by": known["approved_by"]}) == [
        "was signed for twice by one person"
    ]


@pytest.mark.parametrize("blob", [b"PAR1 and no more", b"", pack(b"x")])
def test_a_sealed_part_that_cannot_be_read(exported: Released, blob: bytes) -> None:
    """Said once, of that run and part; what was posted of it is not listed line by line, and other runs are proved."""
    exported.tamper(update(chunk).where(chunk.c.run == exported.run, chunk.c.number == 1).values(proposal=blob))
    proof = prove(exported.database)
    assert [
        [str(each) for each in every.differences if "sealed" in each.what or "period" in each.where]
        for every in proof.runs
        if every.stream == "payments"
    ] == [[], ["run 2, part 1: what was sealed cannot be read (£0.00)"]]


def test_a_sealed_part_that_was_changed(exported: Released) -> None:
    """A file that can be read and is not what was sealed; with its hash changed too, the signature is not its."""
    mine = (chunk.c.run == exported.run) & (chunk.c.number == 1)
    with exported.database.begin() as connection:
        blob = ledger.read_blob(connection, exported.run, 1)
    again = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(blob)), again, compression="none")
    found = changed(exported, update(chunk).where(mine).values(proposal=again.getvalue()))
    assert found == [("run 2, part 1", "what was sealed has been changed: it no longer matches its hash", 0)]
    sha = hashlib.sha256(again.getvalue()).hexdigest()
    assert changed(exported, update(chunk).where(mine).values(sha256=sha)) == [
        ("run 2", "its lines are not those that were signed", 0)
    ]


def test_a_run_that_bills_says_nothing_of_payees(exported: Released) -> None:
    (run_proof,) = prove(exported.database, exported.run).runs
    bills = replace(run_proof, stream="charges")
    for proved, said in ((run_proof, True), (bills, False)):
        console = Console(width=140, record=True, file=io.StringIO())
        console.print(proof_page(Proof([proved], 0, 0, 0, 0)))
        page = console.export_text()
        assert f"Run 2, {proved.stream}: Four-weekly providers" in page and "Parked: 0." in page
        assert ("Payees: brought forward" in page) is said
        told = proof_json(Proof([proved], 0, 0, 0, 0))["runs"][0]
        assert told["stream"] == proved.stream and (told["paid"] is not None) is said


def test_a_remittance_missing(exported: Released) -> None:
    found = changed(exported, delete(export).where(export.c.kind == remittance.KIND, export.c.party == 2))
    assert found == [("remittance csv files", "lines do not agree with the ledger", -10_224)]


def test_what_is_held_is_shown_and_proved(add_run: AddRun, tmp_path: Path) -> None:
    released = add_run(held=frozenset({12}))
    write_run_files(released.database, released.run, tmp_path, AT, xlsx=False)
    wait = {"stream": "payments", "scope": "line", "target": 12, "reason": "query", "held_by": "Approver"}
    kept = {"run": released.run, "scope": "line", "target": 12, "instead": False}
    with guards_lifted(released.database, "run_held") as connection:
        nr = connection.execute(
            insert(hold).values(**wait, held_at=dt.datetime(2026, 6, 1)).returning(hold.c.nr)
        ).scalar_one()
        connection.execute(insert(run_held).values(hold=nr, **kept))
    (run,) = prove(released.database, released.run).runs
    assert run.holds and run.held == 12_000 - 3_010 and run.posted == 286_209
    with released.database.begin() as connection:
        connection.execute(update(hold).values(released_by="Approver", released_at=dt.datetime(2026, 6, 2)))
    # whenever it was let go: the run keeps what it was released with
    assert prove(released.database, released.run).holds
    found = changed(released, delete(run_held))
    assert [each[2] for each in found] == [3_010, -12_000, 0]  # and it is to be looked back for, though nothing held it


def test_a_balance_carried_wrongly(exported: Released) -> None:
    found = changed(
        exported,
        update(run_party).where(run_party.c.run == exported.run, run_party.c.party == 2).values(carried_forward=0),
    )
    assert found == [
        ("payee 2", "carries forward something else than is left", 14_776),
        ("creditors’ control", "says payees are owed something else than runs carried forward", -14_776),
    ]


def test_the_page_and_the_data(exported: Released) -> None:
    proof = prove(exported.database, exported.run)
    console = Console(width=140, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(proof_page(proof))
    text = console.export_text()
    assert "04 May 2026 to 31 May 2026" in text and "£2,982.09" in text
    assert "Proved: due, posted and exported agree to the penny." in text
    assert json.loads(json.dumps(proof_json(proof)))["runs"][0]["periods"][1]["posted"] == 298_209


# What plain SQL may do where nobody is kept from it
# ------------------------------------------------------------------------

BALANCE = run_party.c.carried_forward
UNSEEN: dict[str, tuple[Executable, tuple[str, str, int]]] = {
    "a payment told otherwise": (
        update(run_party).where(run_party.c.run == 2, run_party.c.party == 1).values(paid=1),
        ("payee 1", "is told as paid something else than was settled", 1 - 284_975),
    ),
    "a balance brought forward that nobody carried": (
        update(run_party)
        .where(run_party.c.run == 2, run_party.c.party == 1)
        .values(brought_forward=100, carried_forward=BALANCE + 100),
        ("run 2, payee 1", "brings forward something else than the run before carried", 100),
    ),
    "what a release owes": (
        delete(owed).where(owed.c.what == "recharges"),
        ("run 2", "has no record that it owes its recharges, done or not", 0),
    ),
    "a recharge told as done": (
        update(runs).where(runs.c.nr == -2).values(policy=source_words(99)),
        ("run 2", "has its recharges told as done, and no run has raised them", -30_000),
    ),
    "an officer under another's key": (
        update(officer).where(officer.c.name == "Approver").values(key="somebody else"),
        ("officer Approver", "is kept under the normal form of another name", 0),
    ),
    "one officer twice": (
        insert(officer).values(name="APPROVER", role="x", key="approver 2", change=50, confirmed_by="Approver"),
        ("officer APPROVER", "is Approver under another name", 0),
    ),
    "an officer nobody confirmed": (
        insert(officer).values(name="Eve", role="manager", key="eve", change=51, confirmed_by="Adam"),
        ("officer Eve", "was confirmed by Adam, who is no officer", 0),
    ),
    "a bill left out": (
        insert(bill).values(
            nr=7,
            run=-2,
            party=1,
            stream="recharges",
            kind="bill",
            period_starts=AT.date(),
            period_ends=AT.date(),
            issued=AT.date(),
            due=AT.date(),
            lines=1,
            amount=1,
        ),
        ("the bills", "are numbered with none left out, and 6 are not there", 0),
    ),
    "a change left out": (
        insert(change).values(nr=90, moment=AT, by="x", what="x", source="x"),
        ("the changes", "are numbered with none left out, and", 0),
    ),
    "a subject to be looked back for": (
        insert(outstanding).values(stream="payments", subject=11, kind="care", since=AT.date(), reason="held", run=2),
        ("care 11", "is to be looked back for, and did not wait", 0),
    ),
    "a parked case forgotten": (
        insert(parked).values(run=2, subject=12, kind="care", what="x", what_to_do="y", since=AT.date()),
        ("care 12", "waits, and no later run is told to look back for it", 0),
    ),
    "an entry of a run that is only drafted": (
        update(runs).where(runs.c.nr == 2).values(status="draft"),
        ("run 2", "is draft and has entries in the ledger", 295_199 + 284_975),
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_plain_sql_did_is_named(exported: Released, name: str) -> None:
    assert prove(exported.database, exported.run).holds
    statement, (where, what, pence) = UNSEEN[name]
    with guards_lifted(exported.database) as connection:
        for nr, name, role, by in ((50, "APPROVER", "x", "Approver"), (51, "Eve", "manager", "Adam")):
            connection.execute(
                insert(officer_change).values(
                    nr=nr, name=name, role=role, reason="x", asked_by="x", asked_at=AT, confirmed_by=by, confirmed_at=AT
                )
            )
        connection.execute(statement)
    proof = prove(exported.database, exported.run)
    found = [*proof.differences, *(each for run in proof.runs for each in run.differences)]
    assert any(each.where == where and each.what.startswith(what) and each.pence == pence for each in found), [
        str(each) for each in found
    ]


def test_balances_moved_from_one_payee_to_another(exported: Released) -> None:
    """Where the sums still agree, each payee is named."""
    with guards_lifted(exported.database, "run_party") as connection:
        for party, pence in ((1, 5_000), (2, -5_000)):
            connection.execute(
                update(run_party)
                .where(run_party.c.run == 2, run_party.c.party == party)
                .values(brought_forward=run_party.c.brought_forward + pence, carried_forward=BALANCE + pence)
            )
    told = {(each.where, each.pence) for each in prove(exported.database).differences if "by the ledger" in each.what}
    assert told == {("payee 1", -5_000), ("payee 2", 5_000)}


def test_a_guard_taken_away_weakened_or_added(exported: Released) -> None:
    """Whoever may write to the file may drop a guard; the proof names it, though nothing has been done behind
    it yet.
    """
    with exported.database.begin() as connection:
        if exported.database.sqlite:
            connection.exec_driver_sql("DROP TRIGGER entry_never_deleted")
            connection.exec_driver_sql("DROP TRIGGER run_goes_on")
            connection.exec_driver_sql(
                "CREATE TRIGGER run_goes_on BEFORE UPDATE OF status ON run WHEN 0 BEGIN SELECT 1; END"
            )
            connection.exec_driver_sql("CREATE TRIGGER quietly AFTER INSERT ON run_party BEGIN SELECT 1; END")
        else:
            connection.exec_driver_sql("DROP TRIGGER entry_never_deleted ON entry")
            connection.exec_driver_sql("ALTER TABLE run DISABLE TRIGGER run_goes_on")
            connection.exec_driver_sql(
                "CREATE TRIGGER quietly AFTER INSERT ON run_party FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('x')"
            )
    assert [str(each) for each in prove(exported.database, exported.run).differences] == [
        "table entry: the database’s guard “entry_never_deleted” is not there (£0.00)",
        "table run: the database’s guard “run_goes_on” has been changed (£0.00)",
        "table run_party: the database’s guard “quietly” is none of ours (£0.00)",
    ]


def test_guards_are_told_apart_as_they_are_made(exported: Released) -> None:
    """To make the file again: interfaces/database/guards.py."""
    with exported.database.read() as connection:
        assert guards.standing(connection) == guards.made(connection.dialect.name)
        assert len(guards.standing(connection)) > 350


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"debit": 999}, "is posted between other accounts than it was sealed with"),
        (
            {"period_ends": dt.date(2030, 1, 1)},
            "is posted for a period that ends on another day than it was sealed with",
        ),
        ({"effective": dt.date(2025, 3, 31)}, "counts from another day than the last of its period"),
        ({"recorded": dt.datetime(2020, 1, 1)}, "is recorded at another moment than the rest of its part"),
    ],
)
def test_an_entry_recoded_or_moved_to_another_day(exported: Released, values: dict[str, object], what: str) -> None:
    one = (entry.c.run == exported.run) & (entry.c.kind == "block")
    assert what in {each[1] for each in changed(exported, update(entry).where(one).values(**values))}


def test_an_approval_in_a_role_or_a_limit_nobody_gave(exported: Released) -> None:
    forged: Executable = update(approval).values(limit=99_000_000)
    if exported.database.sqlite:  # whose references only a session of its own turns off
        put_in_unasked(
            exported.database, "DROP TRIGGER approval_never_rewritten", 'UPDATE approval SET "limit" = 99000000'
        )
        forged = select(1)
    found = changed(exported, forged)
    assert ("run 2", "was signed for by Approver in a role or a limit nobody gave", 0) in found
