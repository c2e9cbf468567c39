"""What holds for a run was decided before it was submitted; who owes and has no case is found."""

import datetime as dt

import pytest
from sqlalchemy import insert

from interfaces.database.connection import Database
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.officers.jobs import add_officers
from ledgers.overpayments.cases import OverpaymentEnded
from ledgers.overpayments.jobs import give_owner, set_recovery
from ledgers.overpayments.store import most_taken, owing_with_no_case, read_cases
from ledgers.overpayments.tables import overpayment
from ledgers.parties import MostTaken
from tests.guards import guards_lifted

AT = dt.datetime(2026, 5, 4, 9)
HOUR = dt.timedelta(hours=1)
ACME, ZEST = 7, 8
RUN = {
    "stream": "payments",
    "calendar": 1,
    "calendar_name": "Weekly",
    "window_starts": dt.date(2026, 4, 6),
    "known": 1,
    "known_before": 0,
    "prepared_by": "Preparer",
    "drafted_at": AT,
    "lines": 1,
    "total": 0,
    "to_sign_for": 0,
    "policy": "{}",
}


@pytest.fixture
def owing(database: Database) -> Database:
    """Acme and Zest owe £300.00 after run 1, of which Acme alone has a case; run 2 is submitted two hours later."""
    with guards_lifted(database, "run", "run_party", "overpayment") as connection:
        add_officers(connection, {"Approver": "manager", "Preparer": "clerk"}, {"manager": 1_000})
        for week, status in ((4, "released"), (11, "submitted")):
            day = dt.date(2026, 5, week)
            ledger.add_run(connection, **RUN, up_to=day, pay_date=day, status=status, submitted_at=AT + 2 * HOUR)
        for party in (ACME, ZEST):
            row = {"run": 1, "party": party, "lines": 1, "total": -300_00, "brought_forward": 0}
            connection.execute(insert(t.run_party).values(**row, held=0, paid=0, carried_forward=-300_00))
        case = {"stream": "payments", "calendar": 1, "party": ACME, "run": 1, "pence": 300_00, "opened_at": AT}
        connection.execute(insert(overpayment).values(**case))
    return database


def most(database: Database) -> dict[int, MostTaken]:
    with database.read() as connection:
        run = ledger.read_run(connection, 2)
    with database.read_bulk() as bulk:
        return most_taken(bulk, run)


def decide(database: Database, pence: int | None, at: dt.datetime) -> None:
    set_recovery(database, 1, pence=pence, reason="Agreed", by="Approver", at=at)


def test_the_last_decision_before_a_run_was_submitted_holds_for_it(owing: Database) -> None:
    assert most(owing) == {}
    decide(owing, 20_00, AT)
    decide(owing, 50_00, AT + HOUR)
    assert most(owing) == {ACME: MostTaken(pence=50_00)}
    decide(owing, 10_00, AT + 3 * HOUR)
    assert most(owing) == {ACME: MostTaken(pence=50_00)}, "it was submitted before that"
    with owing.read() as connection:
        (case,) = read_cases(connection)
    assert case.recovery is not None and case.recovery.most_pence == 10_00


def test_all_of_it_again_is_no_limit(owing: Database) -> None:
    decide(owing, 20_00, AT)
    decide(owing, None, AT + HOUR)
    assert most(owing) == {}


def test_a_case_is_given_to_somebody(owing: Database) -> None:
    assert give_owner(owing, 1, "preparer", reason="", by="Approver", at=AT).owner == "Preparer"


def test_who_owes_and_has_no_case_is_found(owing: Database) -> None:
    with owing.read() as connection:
        assert owing_with_no_case(connection) == [(1, ZEST, 300_00)]


def test_a_case_of_which_nothing_is_owed_is_decided_no_more(owing: Database) -> None:
    with guards_lifted(owing, "run_party") as connection:
        connection.execute(t.run_party.update().values(carried_forward=0))
    with pytest.raises(OverpaymentEnded):
        decide(owing, 20_00, AT)
