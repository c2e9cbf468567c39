"""Bank details wait for a second person: refused to the proposer by name, and by the database itself."""

import datetime as dt

import pytest
from sqlalchemy import insert, select

from finance.facts.bank_details import BankDetailsNeedASecondPerson, EvidenceNeeded, NoSuchBankDetails
from finance.facts.tables import bank_confirmation, bank_detail, change
from finance.problems import Guarded
from interfaces.database.connection import Database
from interfaces.files.inbound.door.confirming import confirm_bank_details, waiting_for_a_second_person
from interfaces.files.inbound.door.loading import record_facts

AT = dt.datetime(2026, 5, 2, 10)
CALLED = "called the number on the 2024 contract; spoke to the finance manager"


def waiting(database: Database) -> list[str]:
    return [each.ref for each in waiting_for_a_second_person(database)]


def test_a_second_person_confirms(loaded: Database) -> None:
    assert waiting(loaded) == ["B1", "B2", "B3"]
    assert confirm_bank_details(loaded, ["B1", "B3"], by="checker", at=AT, evidence=CALLED) == 2
    assert waiting(loaded) == ["B2"]
    with loaded.begin() as connection:
        rows = connection.execute(select(bank_confirmation, change.c.what).join(change).order_by("bank_detail")).all()
    assert [(row.proposed_by, row.confirmed_by, row.change, row.evidence) for row in rows] == [
        ("loader", "checker", 19, CALLED),
        ("loader", "checker", 19, CALLED),
    ]
    assert confirm_bank_details(loaded, ["B1"], by="another", at=AT, evidence=CALLED) == 0


def test_the_proposer_is_refused_however_they_write_their_name(loaded: Database) -> None:
    for name in ("loader", "Loader", " LOADER "):
        with pytest.raises(BankDetailsNeedASecondPerson, match="B1 of Example House Limited"):
            confirm_bank_details(loaded, ["B1"], by=name, at=AT, evidence=CALLED)
    assert waiting(loaded) == ["B1", "B2", "B3"]


def test_the_database_refuses_the_proposer_too(loaded: Database) -> None:
    with loaded.begin() as connection:
        detail = connection.execute(select(bank_detail).where(bank_detail.c.ref == "B1")).one()
    row = {"bank_detail": detail.nr, "learned": detail.learned, "change": 1, "evidence": "none"}
    with pytest.raises(Guarded), loaded.begin() as connection:
        connection.execute(insert(bank_confirmation).values(**row, proposed_by="loader", confirmed_by="loader"))


def test_one_refused_confirms_none(loaded: Database) -> None:
    with pytest.raises(NoSuchBankDetails):
        confirm_bank_details(loaded, ["B1", "B9"], by="checker", at=AT, evidence=CALLED)
    with pytest.raises(EvidenceNeeded):
        confirm_bank_details(loaded, ["B1"], by="checker", at=AT, evidence=" ")
    with pytest.raises(EvidenceNeeded):
        confirm_bank_details(loaded, ["B1"], by=" ", at=AT, evidence=CALLED)
    assert waiting(loaded) == ["B1", "B2", "B3"]


def test_a_changed_account_waits_again(loaded: Database) -> None:
    confirm_bank_details(loaded, ["B1"], by="checker", at=AT, evidence=CALLED)
    row = {
        "bank_ref": "B1",
        "payee_ref": "V1",
        "sort_code": "000099",
        "account_number": "11112222",
        "account_name": "Example House Ltd",
        "start_date": "2026-04-06",
    }
    record_facts(loaded, {"bank_details": [row]}, by="other loader", at=AT, source="a letter")
    assert waiting(loaded) == ["B1", "B2", "B3"]
    with pytest.raises(BankDetailsNeedASecondPerson):
        confirm_bank_details(loaded, ["B1"], by="other loader", at=AT, evidence=CALLED)
    assert confirm_bank_details(loaded, ["B1"], by="loader", at=AT, evidence=CALLED) == 1


def test_the_same_details_sent_by_another_stay_confirmed(loaded: Database) -> None:
    confirm_bank_details(loaded, ["B1"], by="checker", at=AT, evidence=CALLED)
    row = {
        "bank_ref": "B1",
        "payee_ref": "V1",
        "sort_code": "000099",
        "account_number": "12345678",
        "account_name": "Example House Ltd",
        "start_date": "2026-04-06",
    }
    results = record_facts(loaded, {"bank_details": [row]}, by="checker", at=AT, source="a letter")
    assert results["bank_details"].unchanged == 1
    assert waiting(loaded) == ["B2", "B3"]
