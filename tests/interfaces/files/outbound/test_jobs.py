"""Every file of a run carries what was posted, is issued once, and comes back the same bytes."""

import datetime as dt
import errno
import io
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, insert, select, update

from finance.columns import Bulk
from finance.facts.tables import payee
from interfaces.files.outbound import creditor, jobs, journal, remittance, remittance_xlsx, store, workings
from interfaces.files.outbound.control import ChangedSinceIssue, ExportDoesNotTie, Printed
from interfaces.files.outbound.creditor import CreditorPayment, read_creditor
from interfaces.files.outbound.folder_jobs import IssuedFile, write_run_files
from interfaces.files.outbound.journal import read_journal
from interfaces.files.outbound.leaving import NoRoom, WouldOverwrite
from interfaces.files.outbound.making import PayeesUnknown
from interfaces.files.outbound.reissue_jobs import AlreadyIssued, issue, reissue, remittance_workbook
from interfaces.files.outbound.remittance import Remittance, read_remittance
from interfaces.files.outbound.remittance_xlsx import read_remittance_xlsx
from interfaces.files.outbound.workings import read_seal
from ledgers.coding.store import load_current
from ledgers.runs import NotReleased, Status
from ledgers.tables import entry, export, run
from tests.guards import guards_lifted
from tests.interfaces.files.outbound.conftest import BEFORE, AddRun, Line, Released

AT = dt.datetime(2026, 6, 10, 8, 0)


def made(released: Released, folder: Path, xlsx: bool = True) -> dict[str, list[IssuedFile]]:
    files = write_run_files(released.database, released.run, folder, AT, xlsx=xlsx, council="Anytown (made up)")
    found: dict[str, list[IssuedFile]] = {}
    for each in files:
        found.setdefault(each.kind, []).append(each)
    return found


def test_the_creditor_file_pays_what_was_settled(released: Released, tmp_path: Path) -> None:
    (file,) = made(released, tmp_path)[creditor.KIND]
    batch = read_creditor(file.path.read_bytes())
    assert batch.payments == (
        CreditorPayment(
            "P1",
            "0045",
            "Sunnyside Care, Ltd",
            "089999",
            "66374958",
            "SUNNYSIDE CARE",
            "",
            284_975,
            "R000002-P1",
            "RA000002-P1",
        ),
    )
    assert (batch.batch, batch.run, batch.pay_date, batch.total) == ("AP000002", 2, dt.date(2026, 6, 12), 284_975)


def test_the_journal_is_what_each_account_was_posted(released: Released, tmp_path: Path) -> None:
    (file,) = made(released, tmp_path)[journal.KIND]
    lines = [
        (line.journal, line.period, line.subjective, line.side, line.amount)
        for line in read_journal(file.path.read_bytes()).lines
    ]
    assert sorted(lines) == sorted(
        [
            ("care payable", 202601, "52030", "cr", 3_010),
            ("care payable", 202601, "B2100", "dr", 3_010),
            ("care payable", 202602, "52010", "dr", 70_000),
            ("care payable", 202602, "52210", "dr", 30_000),
            ("care payable", 202602, "92010", "cr", 15_025),
            ("care payable", 202602, "52060", "dr", 200_000),
            ("care payable", 202602, "52030", "dr", 13_234),
            ("care payable", 202602, "B2100", "cr", 298_209),
            ("payments released", 202602, "B2100", "dr", 284_975),
            ("payments released", 202602, "B1100", "cr", 284_975),
        ]
    )


def papers(files: dict[str, list[IssuedFile]]) -> dict[str, Remittance]:
    return {each.path.name: read_remittance(each.path.read_bytes()) for each in files[remittance.KIND]}


def test_remittances_say_what_is_paid_and_why(released: Released, tmp_path: Path) -> None:
    found = papers(made(released, tmp_path))
    assert set(found) == {"remittance_000002_P1.csv", "remittance_000002_P%2F2.csv"}
    first, second = found["remittance_000002_P1.csv"], found["remittance_000002_P%2F2.csv"]
    assert [
        (
            line.section,
            line.person,
            line.initials,
            line.service,
            line.line,
            line.planned,
            line.what,
            line.amount,
            line.note,
        )
        for line in first.lines
    ] == [
        ("Care", "", "", "Day care", "BL1", "", "Block contract", 200_000, ""),
        ("Care", "C21", "M J O", "Residential", "L11", "each week", "Care", 100_000, ""),
        ("Taken off", "C21", "M J O", "Residential", "L11", "each week", "Client’s contribution", -15_025, ""),
    ]
    assert [(line.section, line.planned, line.first, line.last, line.amount, line.note) for line in second.lines] == [
        ("Care", "10.5 hours a week", dt.date(2026, 5, 4), dt.date(2026, 5, 31), 12_000, ""),
        ("Adjustment", "", dt.date(2026, 5, 4), dt.date(2026, 5, 31), 1_234, "Mileage, agreed"),
        (
            "Adjustment",
            "10.5 hours a week",
            dt.date(2026, 3, 9),
            dt.date(2026, 4, 5),
            -3_010,
            "Adjustment for 9 March 2026 to 5 April 2026: the contract’s rates changed",
        ),
    ]
    figures = [
        (r.care, r.taken_off, r.adjustments, r.brought_forward, r.paid, r.moved, r.carried_forward)
        for r in (first, second)
    ]
    assert figures == [(300_000, -15_025, 0, 0, 284_975, 0, 0), (12_000, 0, -1_776, -25_000, 0, 0, -14_776)]
    assert second.payee_name == "=Acme Homecare"
    assert b"'=Acme Homecare" in (tmp_path / "remittances" / "remittance_000002_P%2F2.csv").read_bytes()


def test_a_debt_leaves_nothing_to_carry_and_has_a_journal_of_its_own(add_run: AddRun, tmp_path: Path) -> None:
    files = made(add_run(debts=(2,)), tmp_path)
    paper = papers(files)["remittance_000002_P%2F2.csv"]
    assert (paper.paid, paper.moved, paper.carried_forward) == (0, -14_776, 0)
    (run_journal,), (debt_journal,) = files[journal.KIND], files[journal.DEBT_KIND]
    assert {line.journal for line in read_journal(run_journal.path.read_bytes()).lines} == {
        "care payable",
        "payments released",
    }
    assert [
        (line.journal, line.subjective, line.side, line.amount)
        for line in read_journal(debt_journal.path.read_bytes()).lines
    ] == [("moved to debtors", "B2100", "cr", 14_776), ("moved to debtors", "B1300", "dr", 14_776)]


def test_a_debt_made_after_the_files_adds_its_journal_alone(released: Released, tmp_path: Path) -> None:
    before = made(released, tmp_path)
    with released.database.begin() as connection:
        control, debtor = load_current(connection).accounts("debt", None, None, None, None, AT.date())
        connection.execute(
            insert(entry).values(
                stream="payments",
                period_starts=AT.date(),
                period_ends=dt.date(2026, 6, 11),
                subject=released.run,
                kind="debt",
                funder=0,
                party=2,
                revision=1,
                run=released.run,
                chunk=-1,
                debit=control,
                credit=debtor,
                amount=-14_776,
                effective=AT.date(),
                recorded=AT,
            )
        )
    after = made(released, tmp_path)
    assert set(after) - set(before) == {journal.DEBT_KIND}
    assert {path.name for path in tmp_path.glob("*.csv")} == {
        "creditor_payments_run_000002.csv",
        "journal_run_000002.csv",
        "journal_debt_run_000002_P%2F2.csv",
    }
    assert {each.sha256 for each in after[journal.KIND]} == {each.sha256 for each in before[journal.KIND]}


def test_workbooks_say_the_same(released: Released, tmp_path: Path) -> None:
    files = made(released, tmp_path)
    books = {each.path.stem: read_remittance_xlsx(each.path.read_bytes()) for each in files[remittance_xlsx.KIND]}
    assert books == {name.removesuffix(".csv"): paper for name, paper in papers(files).items()}


def test_the_workings_are_sealed(released: Released, tmp_path: Path) -> None:
    files = made(released, tmp_path)
    content = files[workings.PROPOSAL_KIND][0].path.read_bytes()
    table = pq.read_table(io.BytesIO(content))
    assert table["amount"].to_pylist() == [70_000, 30_000, -15_025, 200_000, 12_000, -3_010, 1_234]
    seal = read_seal(content)
    with released.database.begin() as connection:
        signature = connection.execute(select(run.c.signature).where(run.c.nr == released.run)).scalar_one()
    assert (seal["outturn.run"], seal["outturn.signature"]) == ("2", signature)
    assert seal["outturn.chunks"].count('"') == 4
    assert pq.read_table(files[workings.STEPS_KIND][0].path).num_rows == 7
    assert files[workings.PROPOSAL_KIND][0].debit == 295_199


def test_asked_for_again_the_files_are_the_same_bytes(released: Released, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    made(released, first)
    files = write_run_files(released.database, released.run, second, dt.datetime(2030, 1, 1))
    assert len(files) == 8
    for path in (path for path in first.rglob("*") if path.is_file()):
        assert (second / path.relative_to(first)).read_bytes() == path.read_bytes()
    with released.database.begin() as connection:
        assert connection.execute(select(func.count()).select_from(export)).scalar_one() == 8


def test_files_issued_just_now_are_written_as_they_were_made(
    released: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(store, "issued_content", lambda *_: pytest.fail("read back"))
        first = write_run_files(released.database, released.run, tmp_path / "first", AT, xlsx=False)
    again = write_run_files(released.database, released.run, tmp_path / "again", AT, xlsx=False)
    assert [each.sha256 for each in first] == [each.sha256 for each in again]
    assert [each.path.read_bytes() for each in first] == [each.path.read_bytes() for each in again]


def test_a_stored_file_that_was_changed_is_refused(released: Released, tmp_path: Path) -> None:
    made(released, tmp_path)
    with released.database.begin() as connection:
        packed = connection.execute(select(export.c.content).where(export.c.kind == journal.KIND)).scalar_one()
    released.tamper(update(export).where(export.c.kind == creditor.KIND).values(content=packed))
    with pytest.raises(ChangedSinceIssue, match="creditor_payments_run_000002.csv"):
        made(released, tmp_path / "again")
    with released.database.begin() as connection, pytest.raises(ChangedSinceIssue):
        reissue(connection, released.run, creditor.KIND)


def test_what_does_not_tie_is_not_issued(released: Released, tmp_path: Path) -> None:
    """Somebody has posted a penny behind the run's back: the payee's balance no longer comes out."""
    with guards_lifted(released.database, "entry") as connection:
        row = connection.execute(select(entry).where(entry.c.kind == "block")).one()._asdict()
        connection.execute(insert(entry).values({**row, "revision": 2, "amount": -1}))
    with pytest.raises(ExportDoesNotTie, match="a difference of -£0.01"):
        made(released, tmp_path)
    with released.database.begin() as connection:
        assert connection.execute(select(func.count()).select_from(export)).scalar_one() == 0


def test_a_payee_the_run_does_not_know_stops_the_file_by_name(released: Released, tmp_path: Path) -> None:
    released.tamper(update(run).where(run.c.nr == released.run).values(known=0))
    with pytest.raises(PayeesUnknown, match="payees the run did not know of: number 1"):
        made(released, tmp_path / "out")
    assert not any(each.is_file() for each in (tmp_path / "out").rglob("*"))


def test_a_journal_that_fails_takes_the_remittances_with_it(
    released: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Remittances are stored while the journal is made: none of them is issued, and nothing is written."""

    def broken(*_: object) -> Printed:
        raise ExportDoesNotTie("journal_run_000002.csv", "account 52030", 1, 2)

    monkeypatch.setattr(jobs, "journal_file", broken)
    with pytest.raises(ExportDoesNotTie, match="a difference of -£0.01"):
        made(released, tmp_path / "out")
    assert not any(each.is_file() for each in (tmp_path / "out").rglob("*"))
    with released.database.begin() as connection:
        assert connection.execute(select(func.count()).select_from(export)).scalar_one() == 0
    monkeypatch.undo()
    assert len(made(released, tmp_path / "out")[remittance.KIND]) == 2


def test_late_money_and_money_again_are_adjustments_and_say_so(add_run: AddRun, tmp_path: Path) -> None:
    lines = (
        Line(11, "care", 1, 500, service=2, person=21, period=BEFORE, cause=1),
        Line(12, "care", 1, 20, person=22, revision=2, cause=1 << 5 | 1 << 13),
    )
    paper = papers(made(add_run(lines), tmp_path))["remittance_000002_P1.csv"]
    again = "the agreed rate changed; an earlier run left it unsettled"
    assert [(line.section, line.amount, line.note) for line in paper.lines] == [
        ("Adjustment", 500, "Not paid before, for 9 March 2026 to 5 April 2026: the service line changed"),
        ("Adjustment", 20, f"Adjustment for 4 May 2026 to 31 May 2026: {again}"),
    ]


def test_a_run_not_released_has_no_files(released: Released, tmp_path: Path) -> None:
    released.tamper(update(run).where(run.c.nr == released.run).values(status="approved"))
    with pytest.raises(NotReleased, match="is approved"):
        made(released, tmp_path)


def test_a_held_line_is_in_no_file(add_run: AddRun, tmp_path: Path) -> None:
    files = made(add_run(held=frozenset({12})), tmp_path)
    paper = papers(files)["remittance_000002_P%2F2.csv"]
    assert [line.amount for line in paper.lines] == [1_234]


def test_one_file_at_a_time(released: Released) -> None:
    printed = Printed("remittance csv", "sunnyside.csv", b"Dear Sunnyside", 1, 0, 0, 1)
    with released.database.begin() as connection:
        issue(connection, released.run, printed, AT)
        issue(connection, released.run, printed, AT)
        assert reissue(connection, released.run, "remittance csv", 1).content == b"Dear Sunnyside"
        with pytest.raises(AlreadyIssued, match="sunnyside.csv was issued on 10 June 2026"):
            issue(connection, released.run, Printed("remittance csv", "sunnyside.csv", b"Dear", 1, 0, 0, 1), AT)


def test_a_workbook_on_demand(released: Released, tmp_path: Path) -> None:
    files = made(released, tmp_path, xlsx=False)
    assert remittance_xlsx.KIND not in files
    with released.database.begin() as connection:
        book = remittance_workbook(connection, released.run, 1, AT)
        assert remittance_workbook(connection, released.run, 1, AT).content == book.content
    assert read_remittance_xlsx(book.content) == papers(files)["remittance_000002_P1.csv"]


@pytest.mark.parametrize("ref", ["a" * 240, "ㄅ" * 240, "CON", "p1", "P.", "\u202e"])
def test_no_reference_stops_a_run(released: Released, tmp_path: Path, ref: str) -> None:
    """One payee's reference is as odd as can be: its own files have names of their own, and everybody's are written."""
    released.tamper(update(payee).where(payee.c.nr == 2).values(ref=ref))
    files = made(released, tmp_path)
    assert all(len(each.name.encode()) <= 200 and each.path.is_file() for some in files.values() for each in some)
    names = [each.name for each in files[remittance.KIND]]
    assert len({name.casefold() for name in names}) == 2
    assert names[0] == "remittance_000002_P1.csv" or ref == "p1"
    assert ref in {paper.payee_ref for paper in papers(files).values()}
    assert sorted(names) == sorted(each.name for each in made(released, tmp_path / "again")[remittance.KIND])


def test_a_name_no_workbook_can_hold_stops_nothing(released: Released, tmp_path: Path) -> None:
    released.tamper(update(payee).where(payee.c.nr == 1).values(name="Sunny\uffffside"))
    files = made(released, tmp_path)
    paper = papers(files)["remittance_000002_P1.csv"]
    assert paper.payee_name == "Sunny\ufffdside"
    assert read_remittance_xlsx((tmp_path / "remittances" / "remittance_000002_P1.xlsx").read_bytes()) == paper


def test_the_file_that_pays_is_the_last(released: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real = os.replace

    def replace(source: str, name: str) -> None:
        order.append(Path(name).name)
        with released.database.begin() as connection:
            assert connection.execute(select(func.count()).select_from(export)).scalar_one() == 8, (
                "written before it is issued"
            )
        real(source, name)

    monkeypatch.setattr(os, "replace", replace)
    made(released, tmp_path)
    assert len(order) == 8 and order[-1] == "creditor_payments_run_000002.csv"


def test_another_file_of_the_name_is_refused_before_anything_is_written(released: Released, tmp_path: Path) -> None:
    theirs = tmp_path / "out" / "creditor_payments_run_000002.csv"
    theirs.parent.mkdir()
    theirs.write_bytes(b"H,SOMETHING,ELSE")
    with pytest.raises(WouldOverwrite, match=r"creditor_payments_run_000002\.csv is there already and is not the same"):
        made(released, tmp_path / "out")
    assert [each for each in (tmp_path / "out").rglob("*") if each.is_file()] == [theirs]
    assert theirs.read_bytes() == b"H,SOMETHING,ELSE"
    theirs.write_bytes(made(released, tmp_path / "elsewhere")[creditor.KIND][0].path.read_bytes()[:40])
    with pytest.raises(WouldOverwrite, match="cut short: it is the beginning of the file that was issued"):
        made(released, tmp_path / "out")


def test_a_full_disk_is_said_and_the_files_are_had_elsewhere(
    released: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were issued before the folder was written in: the same bytes go to another, whatever day it is."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(NoRoom, match="There is no room left in .*full"):
        made(released, tmp_path / "full")
    monkeypatch.undo()
    assert not any(each.is_file() for each in (tmp_path / "full").rglob("*"))
    later = write_run_files(released.database, released.run, tmp_path / "elsewhere", dt.datetime(2030, 1, 1))
    (file,) = [each for each in later if each.kind == creditor.KIND]
    assert read_creditor(file.path.read_bytes()).created == AT


def test_a_run_taken_back_meanwhile_issues_nothing(
    released: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stage is read again in the transaction that issues."""
    claim = store.claim_files

    def meanwhile(bulk: Bulk, nr: int) -> None:
        monkeypatch.setattr(store, "stage_of", lambda *_: Status.APPROVED)
        claim(bulk, nr)

    monkeypatch.setattr(store, "claim_files", meanwhile)
    with pytest.raises(NotReleased, match="is approved"):
        made(released, tmp_path)
    with released.database.begin() as connection:
        assert connection.execute(select(func.count()).select_from(export)).scalar_one() == 0


def test_files_are_their_owners_alone(released: Released, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made(released, tmp_path / "out")
    finally:
        os.umask(before)
    modes = {each.is_dir(): each.stat().st_mode & 0o777 for each in (tmp_path / "out").rglob("*")}
    assert modes == {True: 0o700, False: 0o600} or os.name == "nt"
