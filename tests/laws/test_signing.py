"""Nobody approves their own work; nothing released differs from what was signed; nothing posted is changed."""

import datetime as dt

import numpy as np
import pytest
from sqlalchemy import delete, func, insert, select, update

from finance.facts import tables as f
from finance.problems import Guarded, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.confirming import confirm_bank_details
from interfaces.files.inbound.door.loading import record_facts
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.approvals.rules import OverTheTier, OwnWork, to_sign_for
from ledgers.officers.authority import NotAnOfficer
from ledgers.runs import Run, SeveralInTheWay, SignatureVoid
from payruns.jobs import calculate_payrun
from tests.guards import guards_lifted
from tests.laws.living import APPROVER, PREPARER, Life
from tests.laws.worlds import CLOSES, DAY, OPENS, make_world


@pytest.fixture
def life(database: Database) -> Life:
    made = Life(database)
    assert made.learn(make_world(11, 8))
    return made


@pytest.fixture
def submitted(life: Life) -> Run:
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(life.database, run.nr)
    return machine.submit_run(life.database, run.nr, by=PREPARER, at=life.now())


def approval(run: Run, **other: object) -> dict[str, object]:
    values = {
        "run": run.nr,
        "prepared_by": run.prepared_by,
        "submitted_by": run.submitted_by,
        "approved_by": APPROVER,
        "role": "manager",
        "limit": 10**13,
        "total": run.total,
        "to_sign_for": run.to_sign_for,
        "day_total": run.to_sign_for,
        "signature": run.signature,
        "approved_at": dt.datetime(2026, 7, 8, 9),
    }
    return {**values, **other}


def test_the_preparer_is_refused(life: Life, submitted: Run) -> None:
    with pytest.raises(SeveralInTheWay) as refused:  # their limit of £10,000 would not do either: both are said
        machine.approve_run(life.database, submitted.nr, by=PREPARER, at=life.now())
    assert [each.where for each in refused.value.problems] == ["OwnWork", "OverTheTier"]


def test_whoever_submitted_a_run_the_timetable_prepared_is_refused(life: Life) -> None:
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(life.database, run.nr)
    machine.submit_run(life.database, run.nr, by=APPROVER, at=life.now())
    with pytest.raises(OwnWork, match="submitted"):
        machine.approve_run(life.database, run.nr, by=APPROVER, at=life.now())
    with guards_lifted(life.database, "finding") as connection:
        connection.execute(
            insert(t.finding).values(run=run.nr, check_name="after death", severity="stop", what="paid after")
        )
    with life.database.begin() as connection:
        finding = ledger.read_findings(connection, run.nr)[-1]
    reason = "The date of death was keyed wrong"
    for own in (APPROVER, PREPARER):  # who submitted it; who prepared it
        with pytest.raises(OwnWork, match="may not accept"):
            review_jobs.accept_finding(life.database, run.nr, finding.nr, by=own, at=life.now(), reason=reason)
    with pytest.raises(NotAnOfficer):
        review_jobs.accept_finding(life.database, run.nr, finding.nr, by="Somebody else", at=life.now(), reason=reason)
    with life.database.begin() as connection:
        ledger.add_officers(connection, {"Somebody else": "officer"}, {})
    review_jobs.accept_finding(life.database, run.nr, finding.nr, by="Somebody else", at=life.now(), reason=reason)


def test_a_stranger_is_refused(life: Life, submitted: Run) -> None:
    with pytest.raises(NotAnOfficer):
        machine.approve_run(life.database, submitted.nr, by="Somebody", at=life.now())


def test_nobody_signs_over_their_limit(life: Life, submitted: Run) -> None:
    with life.database.begin() as connection:
        ledger.add_officers(connection, {"Junior": "officer"}, {})
    with pytest.raises(OverTheTier):
        machine.approve_run(life.database, submitted.nr, by="Junior", at=life.now())


@pytest.mark.parametrize(
    "forged",
    [
        {"approved_by": PREPARER, "role": "officer"},
        {"prepared_by": "Somebody else", "approved_by": PREPARER, "role": "officer"},
        {"submitted_by": "Somebody else"},
        {"to_sign_for": 1},
        {"role": "officer", "limit": 10**6},
        {"limit": 10**14},
        {"total": 1},
        {"signature": "0" * 64},
        {"approved_by": "Nobody"},
    ],
    ids=str,
)
def test_the_database_refuses_too(life: Life, submitted: Run, forged: dict[str, object]) -> None:
    assert submitted.total > 10**6
    with pytest.raises(Guarded), life.database.begin() as connection:
        connection.execute(insert(t.approval).values(**approval(submitted, **forged)))


def test_the_database_refuses_the_submitter_too(life: Life) -> None:
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(life.database, run.nr)
    run = machine.submit_run(life.database, run.nr, by=APPROVER, at=life.now())
    with pytest.raises(Guarded), life.database.begin() as connection:
        connection.execute(insert(t.approval).values(**approval(run)))


def test_large_sums_that_cancel_out_still_need_the_higher_limit(life: Life, submitted: Run) -> None:
    """£20,000 paid to one and £19,999 taken back from another is £1 in all, and £20,000 to be signed for."""
    cancelling = {"total": 1_00, "to_sign_for": to_sign_for(np.asarray([20_000_00, -19_999_00]), np.zeros(2, np.int64))}
    with guards_lifted(life.database, "run") as connection:
        connection.execute(update(t.run).values(**cancelling))
    with life.database.begin() as connection:
        ledger.add_officers(connection, {"Junior": "officer"}, {})
    with pytest.raises(OverTheTier, match="£20,000.00; as officer, Junior may sign for up to £10,000.00"):
        machine.approve_run(life.database, submitted.nr, by="Junior", at=life.now())
    junior = {"approved_by": "Junior", "role": "officer", "limit": 10**6, **cancelling}
    with pytest.raises(Guarded), life.database.begin() as connection:
        connection.execute(insert(t.approval).values(**approval(submitted, **junior)))


def test_bank_details_are_not_confirmed_by_who_proposed_them(life: Life) -> None:
    rows = {
        "bank_details": [
            {
                "bank_ref": "B1",
                "payee_ref": "V1",
                "sort_code": "010203",
                "account_number": "12345678",
                "account_name": "V1",
                "start_date": OPENS,
            }
        ]
    }
    record_facts(life.database, rows, by=PREPARER, at=life.now(), source="a law")
    with pytest.raises(Refusal):
        confirm_bank_details(life.database, ["B1"], by=PREPARER, at=life.now(), evidence="call back")
    with life.database.begin() as connection:
        row = connection.execute(select(f.bank_detail)).one()
    said = {
        "bank_detail": row.nr,
        "learned": row.learned,
        "proposed_by": PREPARER,
        "confirmed_by": PREPARER,
        "change": row.learned,
        "evidence": "none",
    }
    with pytest.raises(Guarded), life.database.begin() as connection:
        connection.execute(insert(f.bank_confirmation).values(**said))


def tamper(life: Life, run: Run, **values: object) -> None:
    with guards_lifted(life.database, "run_chunk") as connection:
        connection.execute(update(t.chunk).where(t.chunk.c.run == run.nr, t.chunk.c.number == 0).values(**values))


def other_lines(life: Life, run: Run) -> bytes:
    """The first chunk's lines with a penny more on one of them."""
    with life.database.begin() as connection:
        lines = machine.unparquet(ledger.read_blob(connection, run.nr, 0))
    amounts = lines["amount"].to_pylist()
    amounts[0] += 1
    return machine.parquet(lines.set_column(lines.column_names.index("amount"), "amount", [amounts]))


def test_a_changed_line_voids_the_signature_before_approval(life: Life, submitted: Run) -> None:
    tamper(life, submitted, proposal=other_lines(life, submitted))
    with pytest.raises(SignatureVoid):
        machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now())


@pytest.mark.parametrize("hash_too", [False, True])
def test_a_changed_line_voids_the_signature_after_approval(life: Life, submitted: Run, hash_too: bool) -> None:
    import hashlib

    run = machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now())
    blob = other_lines(life, run)
    tamper(life, run, proposal=blob, **({"sha256": hashlib.sha256(blob).hexdigest()} if hash_too else {}))
    with pytest.raises(SignatureVoid):
        life.release(run)
    with life.database.begin() as connection:
        assert connection.execute(select(func.count()).select_from(t.entry)).scalar_one() == 0


def test_a_signature_shown_earlier_is_void_when_the_run_was_worked_out_again(life: Life, submitted: Run) -> None:
    review_jobs.send_back_run(life.database, submitted.nr, by=APPROVER, at=life.now(), note="a rate is wrong")
    world = make_world(11, 8)
    for row in [*world.rows["rates"].values(), *world.rows["agreed_rates"].values()]:
        row["rate"] = "12.3456"
    assert life.learn(world)
    again = calculate_payrun(life.database, submitted.nr)
    assert again.signature != submitted.signature
    machine.submit_run(life.database, submitted.nr, by=PREPARER, at=life.now())
    with pytest.raises(SignatureVoid):
        machine.approve_run(life.database, submitted.nr, by=APPROVER, at=life.now(), signature=submitted.signature)


def test_debits_equal_credits_and_no_entry_can_be_changed(life: Life) -> None:
    life.pay("CAL1", OPENS + 45 * DAY)
    life.pay("CAL1", CLOSES)
    e = t.entry.c
    with life.database.begin() as connection:
        debits = dict(tuple(row) for row in connection.execute(select(e.debit, func.sum(e.amount)).group_by(e.debit)))
        credits = dict(
            tuple(row) for row in connection.execute(select(e.credit, func.sum(e.amount)).group_by(e.credit))
        )
        assert connection.execute(select(func.count()).where(e.debit == e.credit)).scalar_one() == 0
    balances = {nr: debits.get(nr, 0) - credits.get(nr, 0) for nr in {*debits, *credits}}
    assert len(balances) > 2 and sum(balances.values()) == 0
    for deed in (update(t.entry).values(amount=1), delete(t.entry)):
        with pytest.raises(Guarded), life.database.begin() as connection:
            connection.execute(deed)


def test_every_officer_event_is_kept(life: Life) -> None:
    run = life.pay("CAL1", CLOSES)
    with life.database.begin() as connection:
        events = connection.execute(select(t.run_event.c.action, t.run_event.c.by).order_by(t.run_event.c.nr)).all()
    assert [tuple(each) for each in events] == [
        ("drafted", PREPARER),
        ("worked out", PREPARER),
        ("submitted", PREPARER),
        ("approved", APPROVER),
        ("began releasing", APPROVER),
        ("released", APPROVER),
    ] and run.prepared_by == PREPARER
