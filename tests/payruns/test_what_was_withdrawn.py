"""Care withdrawn after it was paid, an adjustment for a person, new bank details: what the payee and the
reviewer are told.
"""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from sqlalchemy import select

from finance.facts.store import Change, confirm, proposed_bank_details, record_change_here
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from interfaces.files.outbound.folder_jobs import write_run_files
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as books
from payruns.jobs import calculate_payrun, draft_payrun
from payruns.policy import PaymentPolicy
from tests.billing.charges.charged_council import FACTS, make, tell
from tests.billing.recharges.test_raising import AT, pay


def lines_of(database: Database, run: int, folder: Path) -> list[dict[str, str]]:
    """The lines of the one remittance of a run, by its headings."""
    (file,) = [each for each in write_run_files(database, run, folder, AT, xlsx=False) if each.kind == "remittance csv"]
    table = file.path.read_bytes().decode("utf-8-sig").split("\r\n\r\n")[1]
    return list(csv.DictReader(io.StringIO(table)))


def test_the_remittance_says_whose_care_was_taken_back(database: Database, tmp_path: Path) -> None:
    make(database)
    pay(database, "2026-05-04")
    (line,) = [each for each in FACTS["service_lines"] if each["line_ref"] == "L3"]
    tell(database, service_lines=[{**line, "cancelled": "yes"}])
    (back,) = [each for each in lines_of(database, pay(database, "2026-06-01").nr, tmp_path) if each["Line"] == "L3"]
    assert {name: back[name] for name in ("Section", "Person", "Initials", "Service", "Planned", "Amount")} == {
        "Section": "Adjustment",
        "Person": "P2",
        "Initials": "N B",
        "Service": "Day care",
        "Planned": "1 day Tue",
        "Amount": "-123.30",  # three Tuesdays at £41.10
    }
    assert back["Note"] == "Adjustment for 6 April 2026 to 3 May 2026: the service line was withdrawn"


def test_a_line_withdrawn_is_gone_for_a_reason(database: Database) -> None:
    make(database)
    pay(database, "2026-05-04")
    (line,) = [each for each in FACTS["service_lines"] if each["line_ref"] == "L3"]
    tell(database, service_lines=[{**line, "cancelled": "yes"}])
    run = draft_payrun(database, "4W", by="first officer", at=AT, up_to=dt.date(2026, 6, 1), policy=PaymentPolicy())
    calculate_payrun(database, run.nr)
    with database.begin() as connection:
        found = [
            (each.check_name, each.what)
            for each in ledger.read_findings(connection, run.nr)
            if each.check_name in ("gone", "ended")
        ]
    assert found == [("ended", "Paid last time and not this time: the line was withdrawn. £0.00 now, £123.30 before.")]


def test_two_carers_are_planned_as_two(database: Database, tmp_path: Path) -> None:
    make(database, service_lines=[{**FACTS["service_lines"][1], "carers": "2"}])
    (line,) = [each for each in lines_of(database, pay(database, "2026-05-04").nr, tmp_path) if each["Line"] == "L2"]
    assert (line["Planned"], line["Amount"]) == ("5.5 hours a week with 2 carers", "1102.20")  # 4 × 5.5 × 2 × £25.05


@pytest.mark.parametrize(("person", "age"), [("P1", "65+"), ("", None)])
def test_an_adjustment_for_a_person_is_coded_as_their_care(database: Database, person: str, age: str | None) -> None:
    make(
        database,
        adjustments=[
            {
                "adjustment_ref": "A1",
                "payee_ref": "V1",
                "calendar_ref": "4W",
                "service_ref": "RES",
                "person_ref": person,
                "date": "2026-04-20",
                "amount": "12.50",
                "reason": "a call-out",
                "entered_by": "first officer",
            }
        ],
    )
    pay(database, "2026-05-04")
    with database.begin() as connection:
        rows = {row.kind: row for row in connection.execute(select(books.entry).where(books.entry.c.subject == 1))}
        centres = {row.nr: row.cost_centre for row in connection.execute(select(books.account))}
    same = centres[rows["adjustment"].debit] == centres[rows["care"].debit]
    assert same is (age is not None)


def bank(account: str) -> dict[str, object]:
    return {
        "bank_ref": "BK1",
        "payee_ref": "V1",
        "sort_code": "08-99-99",
        "account_number": account,
        "account_name": "EXAMPLE HOUSE",
        "start_date": "2026-04-06",
    }


def test_changed_bank_details_say_where_the_money_goes(database: Database) -> None:
    def told() -> list[str]:
        run = draft_payrun(database, "4W", by="first officer", at=AT, up_to=dt.date(2026, 5, 4), policy=PaymentPolicy())
        calculate_payrun(database, run.nr)
        with database.read() as connection:
            found = [
                each.what
                for each in ledger.read_findings(connection, run.nr)
                if each.check_name == "bank details changed"
            ]
        machine.abandon_run(database, run.nr, by="first officer", at=AT, note="looked at")
        return found

    def confirmed() -> None:
        with database.begin() as connection:
            learned = record_change_here(connection, Change(AT, "second officer", "confirmed", "a call back"))
            confirm(
                connection, proposed_bank_details(connection), "second officer", "called back on a number held", learned
            )

    make(database, bank_details=[bank("66374958")])
    confirmed()
    record_facts(database, {"bank_details": [bank("12345674")]}, by="Intake team", at=AT, source="letter")
    assert told() == ["New bank details wait for a second person: paid to the account ending 4958."]
    confirmed()
    assert told() == ["Bank details changed within 28 days of payment: paid to the account ending 5674."]
