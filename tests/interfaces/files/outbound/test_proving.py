"""The proof agrees when nothing is wrong, and names the penny and the place when anything is."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import Executable, delete, insert, select, update

from interfaces.files.outbound import creditor, journal, remittance
from interfaces.files.outbound.jobs import write_run_files
from interfaces.files.outbound.proof_page import proof_page
from interfaces.files.outbound.proving import prove
from interfaces.files.outbound.store import pack, unpack
from ledgers.tables import entry, export, hold, run_party
from tests.interfaces.files.outbound.conftest import AddRun, Released

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
        (each.where, each.what, each.pence) for each in proof.differences
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


def test_a_remittance_missing(exported: Released) -> None:
    found = changed(exported, delete(export).where(export.c.kind == remittance.KIND, export.c.party == 2))
    assert found == [("remittance csv files", "lines do not agree with the ledger", -10_224)]


def test_what_is_held_is_shown_and_proved(add_run: AddRun, tmp_path: Path) -> None:
    released = add_run(held=frozenset({12}))
    write_run_files(released.database, released.run, tmp_path, AT, xlsx=False)
    wait = {"stream": "payments", "scope": "line", "target": 12, "reason": "query", "held_by": "Officer"}
    with released.database.begin() as connection:
        connection.execute(insert(hold).values(**wait, held_at=dt.datetime(2026, 6, 1)))
    (run,) = prove(released.database, released.run).runs
    assert run.holds and run.held == 12_000 - 3_010 and run.posted == 286_209
    later = dt.datetime(2026, 6, 20)
    with released.database.begin() as connection:
        connection.execute(update(hold).values(released_by="Officer", released_at=later))
    assert prove(released.database, released.run).holds
    found = changed(released, update(hold).values(released_at=dt.datetime(2026, 6, 2)))
    assert [each[2] for each in found] == [3_010, -12_000]


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
    assert json.loads(json.dumps(proof.as_json()))["runs"][0]["periods"][1]["posted"] == 298_209
