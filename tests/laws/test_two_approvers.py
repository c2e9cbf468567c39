"""Above the sum a role signs for alone, two sign: two people, neither of whom prepared the run, over the same lines."""

import datetime as dt

import pytest
from sqlalchemy import insert, update

from finance.problems import Guarded, Refusal
from interfaces.database.connection import Database
from interfaces.files.outbound.proving import prove
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.approvals.rules import NotEnoughSigned, OwnWork, SignedAlready
from ledgers.approvals.store import read_approvals
from ledgers.officers.jobs import confirm_change, set_alone
from ledgers.runs import Run, SeveralInTheWay, Status
from payruns.jobs import calculate_payrun, release_payrun
from tests.guards import guards_lifted
from tests.laws.living import APPROVER, PREPARER, Life
from tests.laws.test_signing import approval
from tests.laws.worlds import CLOSES, make_world

SECOND = "Second Approver"


@pytest.fixture
def life(database: Database) -> Life:
    made = Life(database)
    assert made.learn(make_world(11, 8))
    with made.database.begin() as connection:
        ledger.add_officers(connection, {SECOND: "manager"}, {})
    return made


@pytest.fixture
def submitted(life: Life) -> Run:
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(life.database, run.nr)
    return machine.submit_run(life.database, run.nr, by=PREPARER, at=life.now())


def alone(life: Life, pence: int) -> None:
    """Managers sign for so much alone, asked for by one officer and confirmed by another."""
    with life.database.begin() as connection:
        asked = set_alone(connection, "manager", pence, reason="Scheme of delegation", by=APPROVER, at=life.now())
        assert asked is not None
        confirm_change(connection, asked.nr, by=SECOND, at=life.now())


def signed(life: Life, run: Run) -> list[tuple[int, int, str]]:
    with life.database.read() as connection:
        return [(each.place, each.needed, each.approved_by) for each in read_approvals(connection, run.nr)]


def test_a_penny_over_the_sum_two_sign_and_at_the_sum_one(life: Life, submitted: Run) -> None:
    alone(life, submitted.to_sign_for)
    assert machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now()).status is Status.APPROVED
    review_jobs.send_back_run(life.database, submitted.nr, by=APPROVER, at=life.now(), note="once more")
    machine.submit_run(life.database, submitted.nr, by=PREPARER, at=life.now())
    alone(life, submitted.to_sign_for - 1)
    first = machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now())
    assert first.status is Status.SUBMITTED and signed(life, submitted) == [(1, 2, APPROVER)]
    second = machine.approve_run(life.database, submitted.nr, by=SECOND, at=life.now())
    assert second.status is Status.APPROVED and signed(life, submitted) == [(1, 2, APPROVER), (2, 2, SECOND)]
    assert release_payrun(life.database, submitted.nr, by=PREPARER, at=life.now()).status is Status.RELEASED


@pytest.mark.parametrize("again", [APPROVER, APPROVER.upper(), f" {APPROVER} "])
def test_the_second_is_another_person_however_the_name_is_typed(life: Life, submitted: Run, again: str) -> None:
    alone(life, 1)
    machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now())
    with pytest.raises(SignedAlready, match="has signed for run"):
        machine.approve_run(life.database, submitted.nr, by=again, at=life.now())
    with pytest.raises(SeveralInTheWay) as refused:
        machine.approve_run(life.database, submitted.nr, by=PREPARER, at=life.now())
    assert OwnWork.__name__ in [each.where for each in refused.value.problems]
    assert signed(life, submitted) == [(1, 2, APPROVER)]


def test_sent_back_both_signatures_are_void(life: Life, submitted: Run) -> None:
    alone(life, 1)
    for by in (APPROVER, SECOND):
        machine.approve_run(life.database, submitted.nr, by=by, at=life.now())
    review_jobs.send_back_run(life.database, submitted.nr, by=SECOND, at=life.now(), note="A line is doubled")
    assert signed(life, submitted) == []
    machine.submit_run(life.database, submitted.nr, by=PREPARER, at=life.now())
    assert machine.approve_run(life.database, submitted.nr, by=SECOND, at=life.now()).status is Status.SUBMITTED
    review_jobs.send_back_run(life.database, submitted.nr, by=APPROVER, at=life.now(), note="Half signed, and no more")
    assert signed(life, submitted) == []


def test_a_sum_asked_for_and_not_confirmed_asks_for_nobody(life: Life, submitted: Run) -> None:
    with life.database.begin() as connection:
        set_alone(connection, "manager", 1, reason="Scheme of delegation", by=APPROVER, at=life.now())
    assert machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now()).status is Status.APPROVED


def test_one_of_two_may_not_release_and_the_database_refuses_it_too(life: Life, submitted: Run) -> None:
    alone(life, 1)
    machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now())
    forward = update(t.run).where(t.run.c.nr == submitted.nr)
    with life.database.begin() as connection:
        connection.execute(forward.values(status="approved"))
    with pytest.raises(NotEnoughSigned, match="needs a second approver"):
        release_payrun(life.database, submitted.nr, by=PREPARER, at=life.now())
    with pytest.raises(Guarded, match="as many have signed for it as must"), life.database.begin() as connection:
        connection.execute(forward.values(status="releasing"))


@pytest.mark.parametrize(
    "forged, said",
    [
        ({}, "two sign for a run"),
        ({"needed": 2, "place": 3}, "."),
        ({"needed": 3, "place": 1}, "."),
        ({"needed": 2, "place": 0}, "."),
    ],
    ids=str,
)
def test_the_database_refuses_one_signature_over_the_sum(
    life: Life, submitted: Run, forged: dict[str, object], said: str
) -> None:
    alone(life, submitted.to_sign_for - 1)
    with pytest.raises(Guarded, match=said), life.database.begin() as connection:
        connection.execute(insert(t.approval).values(**approval(submitted, **forged)))


def test_the_database_refuses_two_signatures_of_one_person(life: Life, submitted: Run) -> None:
    alone(life, submitted.to_sign_for - 1)
    machine.approve_run(life.database, submitted.nr, by=APPROVER, at=dt.datetime(2026, 7, 8, 9))
    for forged in ({"place": 2, "needed": 2}, {"place": 1, "needed": 2}):
        with pytest.raises(Refusal), life.database.begin() as connection:
            connection.execute(insert(t.approval).values(**approval(submitted, **forged)))
    with life.database.begin() as connection:
        connection.execute(insert(t.approval).values(**approval(submitted, place=2, needed=2, approved_by=SECOND)))
    assert len(signed(life, submitted)) == 2


def test_what_was_asked_of_a_role_is_never_changed(life: Life) -> None:
    alone(life, 1)
    changes = t.officer_change
    with pytest.raises(Guarded, match="ask for another"), life.database.begin() as connection:
        connection.execute(update(changes).where(changes.c.alone == 1).values(alone=10**12))


def test_a_signature_past_the_guards_is_found_by_the_proof(life: Life, submitted: Run) -> None:
    """With its guards taken away, a run over the sum is released as one signed for it: the proof says so."""
    alone(life, submitted.to_sign_for - 1)
    with guards_lifted(life.database, "approval") as connection:
        connection.execute(insert(t.approval).values(**approval(submitted)))
        connection.execute(update(t.run).where(t.run.c.nr == submitted.nr).values(status="approved"))
    release_payrun(life.database, submitted.nr, by=PREPARER, at=life.now())
    (run,) = prove(life.database, submitted.nr).runs
    assert "was released with 1 of the 2 signatures it needs" in [each.what for each in run.differences]
