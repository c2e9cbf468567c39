"""Papers gathered for post and email, and recorded as sent only when the very same batch is handed back."""

import datetime as dt
import email
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email import policy
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, update

from billing.documents import store
from billing.documents.issuing import Order, opened
from billing.documents.jobs import AlreadySent, bytes_of, read_paper, record_dispatch
from billing.documents.tables import dispatch
from finance.problems import Guarded
from interfaces.database.connection import Database
from interfaces.documents.batches import BrokenBatch, as_sent, read_post_batch, write_post_batch
from interfaces.documents.emails import NoSender, read_emails, write_emails
from interfaces.documents.press import Press, lay_out
from tests.billing.documents.billed_council import ADA, AT, COUNCIL, NOOR, OFFICER, Billed, correspondent
from tests.interfaces.documents.papers import BILL_PAPER, squeezed, text_of

BY_EMAIL = correspondent("W1", "BP1", "Ada Example", channel="email", email="ada@example.org", language="Welsh")


def issued(database: Database, *those: dict[str, object]) -> int:
    council = Billed(database).open(those or (ADA, NOOR))
    run = council.bill()
    council.issue(run)
    return run.nr


def test_a_batch_for_the_post_is_what_was_issued_and_the_same_bytes_again(database: Database, tmp_path: Path) -> None:
    run = issued(database)
    with database.begin() as connection:
        rows = store.to_send(connection, run, "post")
        ada = bytes_of(read_paper(connection, "B0000001"))
    batch = write_post_batch(database, run, rows, tmp_path)
    again = write_post_batch(database, run, rows, tmp_path / "again")
    assert batch.sha256 == again.sha256 and batch.path.read_bytes() == again.path.read_bytes()
    with zipfile.ZipFile(batch.path) as inside:
        assert inside.namelist() == ["000001_B0000001.pdf", "000002_B0000002.pdf", "manifest.csv"]
        assert inside.read("000001_B0000001.pdf") == ada
        lines = inside.read("manifest.csv").decode().splitlines()
    assert lines[1].startswith(
        "1,1,B0000001,bill,000001_B0000001.pdf,Ada Example,home,1 Example Street; Ambermere; AM1 2AB"
    )
    assert lines[-1].startswith(f"Total,2,,,,,,,,,{batch.bytes},")


def test_only_the_batch_handed_back_is_recorded_and_once(database: Database, tmp_path: Path) -> None:
    run = issued(database)
    with database.begin() as connection:
        rows = store.to_send(connection, run, "post")
    batch = write_post_batch(database, run, rows, tmp_path)
    with database.begin() as connection:
        assert len(store.to_send(connection, run, "post")) == 2  # making a batch records nothing
    listed, whole = read_post_batch(batch.path)
    assert whole == batch.sha256
    sent = as_sent(database, listed, batch.path.name, f"{batch.path.name} sha256 {whole}")
    assert record_dispatch(database, sent, "post", by=OFFICER, at=AT) == 2
    with database.begin() as connection:
        assert store.to_send(connection, run, "post") == []
        record = store.dispatches_of(connection, 1)[0]
    assert (record.how, record.to_where, record.by, record.at) == (
        "post",
        "1 Example Street; Ambermere; AM1 2AB",
        OFFICER,
        AT,
    )
    assert whole in record.proof
    with pytest.raises(AlreadySent):
        record_dispatch(database, sent, "post", by=OFFICER, at=AT)
    assert record_dispatch(database, sent[:1], "post", by=OFFICER, at=AT, again=True) == 1


def test_a_batch_that_was_touched_is_refused(database: Database, tmp_path: Path) -> None:
    run = issued(database)
    with database.begin() as connection:
        rows = store.to_send(connection, run, "post")
    path = write_post_batch(database, run, rows, tmp_path).path
    with zipfile.ZipFile(path) as batch:
        inside = {name: batch.read(name) for name in batch.namelist()}
    inside["000002_B0000002.pdf"] = inside["000001_B0000001.pdf"]
    with zipfile.ZipFile(tmp_path / "swapped.zip", "w") as batch:
        for name, made in inside.items():
            batch.writestr(name, made)
    with pytest.raises(BrokenBatch, match="is not the paper in the manifest"):
        read_post_batch(tmp_path / "swapped.zip")
    with zipfile.ZipFile(tmp_path / "short.zip", "w") as batch:
        batch.writestr("manifest.csv", b"\r\n".join(inside["manifest.csv"].splitlines()[:-1]))
    with pytest.raises(BrokenBatch, match="cut short"):
        read_post_batch(tmp_path / "short.zip")


def test_a_batch_of_another_database_is_refused(new_database: Callable[[], Database], tmp_path: Path) -> None:
    ours, theirs = new_database(), new_database()
    run = issued(theirs, ADA | {"name": "Somebody Else"}, NOOR)
    issued(ours)
    with theirs.begin() as connection:
        rows = store.to_send(connection, run, "post")
    path = write_post_batch(theirs, run, rows, tmp_path).path
    with pytest.raises(BrokenBatch, match="was not issued here"):
        as_sent(ours, read_post_batch(path)[0], path.name)


def test_messages_carry_both_forms_and_say_nothing_of_money(database: Database, tmp_path: Path) -> None:
    run = issued(database, BY_EMAIL, NOOR)
    with database.begin() as connection:
        rows = store.to_send(connection, run, "email")
        records = store.read_records(connection, [each.nr for each in rows])
        issued_pdf = bytes_of(read_paper(connection, "B0000001"))
    batch = write_emails(database, run, rows, records, COUNCIL, tmp_path, AT)
    made = (batch.path / "B0000001.eml").read_bytes()
    message = email.message_from_bytes(made, policy=policy.default)
    assert (message["To"], message["From"]) == ("ada@example.org", "care.bills@ambermere.example")
    assert message["Subject"] == "Bil am ofal: 6 Ebrill i 3 Mai 2026 (B0000001)" and message["Content-Language"] == "cy"
    body = message.get_body(("plain",))
    assert body is not None and "£" not in body.get_content() and "BP1" in body.get_content()
    page, pdf = message.iter_attachments()
    assert pdf.get_content() == issued_pdf and pdf.get_filename() == "B0000001-welsh.pdf"
    assert page.get_content_type() == "text/html" and '<html lang="cy">' in page.get_content()
    (batch.path / "manifest.csv").unlink()  # as if the first attempt had been cut off before its last file
    again = write_emails(database, run, rows, records, COUNCIL, tmp_path, AT + dt.timedelta(days=3))
    assert (batch.path / "B0000001.eml").read_bytes() == made and again == batch
    assert {each.stat().st_mode & 0o777 for each in batch.path.iterdir()} == {0o600}
    sent = as_sent(database, read_emails(batch.path), batch.path.name)
    assert [each.proof for each in sent] == [message["Message-ID"]] * 2
    assert record_dispatch(database, sent, "email", by=OFFICER, at=AT) == 2


def test_messages_need_an_address_to_come_from(database: Database, tmp_path: Path) -> None:
    run = issued(database, BY_EMAIL, NOOR)
    with database.begin() as connection:
        rows = store.to_send(connection, run, "email")
    with pytest.raises(NoSender):
        write_emails(database, run, rows, {}, replace(COUNCIL, email=""), tmp_path, AT)


@pytest.mark.parametrize("deed", [update(dispatch).values(how="portal"), delete(dispatch)])
def test_a_record_of_sending_is_never_changed(database: Database, tmp_path: Path, deed: Executable) -> None:
    run = issued(database)
    with database.begin() as connection:
        rows = store.to_send(connection, run, "post")
    path = write_post_batch(database, run, rows, tmp_path).path
    record_dispatch(database, as_sent(database, read_post_batch(path)[0], "x", "proof"), "post", by=OFFICER, at=AT)
    with pytest.raises(Guarded, match="never changed or deleted"), database.begin() as connection:
        connection.execute(deed)


def test_two_processes_lay_out_the_same_bytes_in_the_same_order() -> None:
    orders = [Order(replace(BILL_PAPER, number=f"B{place:07}"), 1) for place in range(60)]
    with Press(2) as press:
        several = list(press.lay_out(orders))
    assert [each.order.paper.number for each in several] == [each.paper.number for each in orders]
    for place in (0, 31, 59):
        assert several[place].sha256 == lay_out(orders[place]).sha256
    assert squeezed("B0000059") in text_of(opened("B0000059", several[59].content, several[59].sha256))
