"""The life of mandates and collections in a database: every change a record, every penny in the ledger."""

import datetime as dt

import pytest
from sqlalchemy import delete, select, update

from billing.debt.policy import ReminderPolicy
from billing.direct_debits import jobs, outcomes, store
from billing.direct_debits import tables as t
from billing.direct_debits.outcomes import Announced, DirectDebitChoices, Stirred
from billing.direct_debits.reasons import reason_of
from billing.direct_debits.states import CollectionStatus, MandateStatus
from billing.receipts import tables as r
from finance.problems import Guarded
from interfaces.database.connection import Database
from ledgers.runs import WrongState
from tests.billing.debt.council import AT, Council

CHOICES = DirectDebitChoices()
ISSUED, DUE = dt.date(2026, 5, 1), dt.date(2026, 5, 15)
DAY = dt.date(2026, 5, 18)  # ten working days after the issue, the first bank holiday of May between
ASKED = dt.date(2026, 5, 14)
WHO = {"by": "Debits officer", "at": AT}


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


def announced(council: Council, on: dt.date = ISSUED, **more: object) -> Announced:
    return jobs.announce_collections(council.database, on, CHOICES, **WHO, **more)  # type: ignore[arg-type]


def requested(council: Council, on: dt.date = ASKED) -> Stirred:
    return jobs.request_collections(council.database, on, CHOICES, **WHO)  # type: ignore[arg-type]


def collected(council: Council, on: dt.date = DAY) -> Stirred:
    return jobs.collect_collections(council.database, on, CHOICES, **WHO)  # type: ignore[arg-type]


def returned(council: Council, nr: int, code: str, on: dt.date) -> CollectionStatus:
    return jobs.return_collection(council.database, nr, code, on=on, **WHO)[0].status  # type: ignore[arg-type]


def status(council: Council, nr: int) -> CollectionStatus:
    return next(each.status for each in jobs.collections(council.database) if each.nr == nr)


def mandate(council: Council, ref: str = "CARE0001") -> MandateStatus:
    return next(each.status for each in jobs.mandates(council.database) if each.ref == ref)


def test_from_bill_to_bank(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    bill = council.bill(ann, 200_00, ISSUED, DUE)
    made = announced(council)
    ((nr, each),) = made.announced
    assert (nr, each.amount, each.collect_on, each.parts) == (1, 200_00, DAY, ((bill, 200_00),))
    assert [(one.mandate.ref, one.status) for one in made.mandates] == [("CARE0001", MandateStatus.LIVE)]
    assert announced(council).announced == []  # told once
    assert requested(council, dt.date(2026, 5, 13)).done == []
    assert [one.collection.nr for one in requested(council).done] == [1]
    assert collected(council, dt.date(2026, 5, 15)).done == []
    assert [one.collection.nr for one in collected(council).done] == [1]
    assert collected(council).done == []
    council.post()
    assert council.balance(ann) == 0
    with council.database.begin() as connection:
        receipt = connection.execute(select(r.receipt)).one()
        told = connection.execute(select(r.allocation)).one()
        happened = store.history(connection, t.collection_event, "collection", 1)
    assert (receipt.on, receipt.amount, receipt.method, receipt.ref) == (DAY, 200_00, "direct debit", "DD0000001-3")
    assert (told.receipt, told.bill, told.amount) == (receipt.nr, bill, 200_00)
    assert [(each.status, each.on, each.by) for each in happened] == [
        ("announced", ISSUED, "Debits officer"),
        ("requested", ASKED, "Debits officer"),
        ("collected", DAY, "Debits officer"),
    ]


def test_collected_and_not_posted_yet_is_not_collected_again(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council), requested(council), collected(council)
    later = announced(council, dt.date(2026, 5, 19))
    assert later.announced == [] and later.left_alone[0].why == "It is being collected already."


def test_a_return_takes_the_receipt_back_and_is_not_announced_again_by_itself(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    bill = council.bill(ann, 200_00, ISSUED, DUE)
    announced(council), requested(council), collected(council)
    council.post()
    assert returned(council, 1, "0", dt.date(2026, 5, 20)) is CollectionStatus.RETURNED
    council.post()
    assert council.balance(ann) == 200_00
    left_alone = announced(council, dt.date(2026, 5, 21)).left_alone
    assert left_alone[0].why.startswith("An earlier collection of it came back")
    (again,) = announced(council, dt.date(2026, 5, 21), again=[bill]).announced
    assert (again[0], again[1].amount) == (2, 200_00)


def test_presented_again_once_within_the_rules(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council), requested(council), collected(council)
    returned(council, 1, "0", dt.date(2026, 5, 20))
    council.post()
    again = jobs.represent_collection(council.database, 1, CHOICES, on=dt.date(2026, 5, 20), **WHO)  # type: ignore[arg-type]
    assert (again.status, again.collect_on, again.first_on) == (CollectionStatus.REPRESENTED, dt.date(2026, 5, 28), DAY)
    collected(council, dt.date(2026, 5, 28))
    council.post()
    assert council.balance(ann) == 0
    returned(council, 1, "0", dt.date(2026, 5, 29))
    council.post()
    assert council.balance(ann) == 200_00
    with pytest.raises(outcomes.NotAgain, match="has been presented twice"):
        jobs.represent_collection(council.database, 1, CHOICES, on=dt.date(2026, 6, 1), **WHO)  # type: ignore[arg-type]


def test_not_presented_again_too_late_for_another_reason_or_while_paid(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    for amount in (200_00, 90_00, 70_00):
        council.bill(ann, amount, ISSUED, DUE)
    announced(council), requested(council), collected(council)
    returned(council, 1, "0", dt.date(2026, 5, 20))
    returned(council, 2, "7", dt.date(2026, 5, 20))
    council.post()
    with pytest.raises(outcomes.NotAgain, match="more than 30 days before"):
        jobs.represent_collection(council.database, 1, CHOICES, on=dt.date(2026, 6, 15), **WHO)  # type: ignore[arg-type]
    with pytest.raises(outcomes.NotAgain, match="came back as amount differs"):
        jobs.represent_collection(council.database, 2, CHOICES, on=dt.date(2026, 5, 20), **WHO)  # type: ignore[arg-type]
    with pytest.raises(WrongState, match="cannot represent collection 3: it is collected"):
        jobs.represent_collection(council.database, 3, CHOICES, on=dt.date(2026, 5, 20), **WHO)  # type: ignore[arg-type]
    council.receipt("CHQ1", ann, 200_00, dt.date(2026, 5, 20))
    with pytest.raises(outcomes.NotAgain, match="Less than £200.00 may be collected"):
        jobs.represent_collection(council.database, 1, CHOICES, on=dt.date(2026, 5, 20), **WHO)  # type: ignore[arg-type]


def test_an_indemnity_claim_gives_the_money_back(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council), requested(council), collected(council)
    claimed, held = jobs.claim_collection(council.database, 1, "4", on=dt.date(2026, 7, 1), **WHO)  # type: ignore[arg-type]
    assert (claimed.status, claimed.reason, held.status) == (
        CollectionStatus.CLAIMED,
        "DDIC 4",
        MandateStatus.CANCELLED,
    )
    council.post()
    assert council.balance(ann) == 200_00
    with pytest.raises(WrongState, match="cannot claim collection 1: it is claimed"):
        jobs.claim_collection(council.database, 1, "4", on=dt.date(2026, 7, 1), **WHO)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "then"),
    [
        ("0", MandateStatus.LIVE),
        ("1", MandateStatus.CANCELLED),
        ("4", MandateStatus.SUSPENDED),
        ("B", MandateStatus.CANCELLED),
    ],
)
def test_what_a_return_does_to_the_mandate_and_to_what_is_on_its_way(
    council: Council, code: str, then: MandateStatus
) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council), requested(council)
    council.bill(ann, 50_00, dt.date(2026, 5, 14))
    announced(council, dt.date(2026, 5, 14)), collected(council)
    returned(council, 1, code, dt.date(2026, 5, 20))
    assert mandate(council) is then
    assert status(council, 2) is (
        CollectionStatus.ANNOUNCED if then is MandateStatus.LIVE else CollectionStatus.CANCELLED
    )
    if then is MandateStatus.SUSPENDED:
        jobs.resume(council.database, "CARE0001", on=dt.date(2026, 5, 22), note="Agreed by telephone", **WHO)  # type: ignore[arg-type]
        assert mandate(council) is MandateStatus.LIVE


def test_returned_before_it_was_collected_makes_no_receipt(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council), requested(council)
    returned(council, 1, "5", dt.date(2026, 5, 16))
    with council.database.begin() as connection:
        assert connection.execute(select(r.receipt)).all() == []
    assert (status(council, 1), mandate(council)) == (CollectionStatus.RETURNED, MandateStatus.CANCELLED)


def test_nothing_is_collected_after_we_learned_of_a_death(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council), requested(council)
    council.dies("ANN", dt.date(2026, 5, 15))
    stirred = collected(council)
    assert stirred.done == [] and [each.why for each in stirred.stopped] == ["The payer has died."]
    assert (status(council, 1), mandate(council)) == (CollectionStatus.CANCELLED, MandateStatus.CANCELLED)
    council.bill(ann, 70_00, dt.date(2026, 5, 20))
    assert announced(council, dt.date(2026, 5, 20)).announced == []
    council.post()
    assert council.balance(ann) == 270_00


def test_a_breathing_space_stops_what_is_on_its_way_and_not_later_care(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council)
    council.fact("breathing_space", "BS1", bill_payer=ann, kind="standard", notice="BSN-1", starts=dt.date(2026, 5, 8))
    assert [each.why for each in requested(council).stopped] == ["Bill B0000001 is in a breathing space."]
    later = council.bill(ann, 80_00, dt.date(2026, 6, 5), starts=dt.date(2026, 5, 8))
    made = announced(council, dt.date(2026, 6, 5))
    assert [each.parts for _, each in made.announced] == [((later, 80_00),)]
    assert [each.why for each in made.left_alone] == ["It is in a breathing space."]
    assert len(announced(council, dt.date(2026, 7, 7)).announced) == 1  # over: 8 May and 59 days more are past


def test_a_dispute_told_of_in_time_stops_a_collection_and_the_rest_is_announced(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    bill = council.bill(ann, 200_00, ISSUED, DUE)
    announced(council)
    council.fact(
        "dispute",
        "D1",
        bill_payer=ann,
        bill=bill,
        amount=40_00,
        reason="No visits on 3 and 4 April",
        entered_by="Desk",
        starts=dt.date(2026, 5, 8),
    )
    (stopped,) = requested(council).stopped
    assert stopped.why == "No more than £160.00 of bill B0000001 may be collected now."
    ((nr, again),) = announced(council, ASKED).announced
    assert (nr, again.amount, again.collect_on) == (2, 160_00, dt.date(2026, 5, 29))


def test_mandates_are_lodged_all_or_none(council: Council) -> None:
    for ref, payer in (("CARE0001", "ANN"), ("CARE0002", "BEN")):
        council.mandate(ref, council.payer(payer), lodged=None)
    with pytest.raises(outcomes.NoSuchMandate, match="CARE0009"):
        jobs.lodge(council.database, ["CARE0001", "CARE0009"], on=ISSUED, **WHO)  # type: ignore[arg-type]
    assert {each.status for each in jobs.mandates(council.database)} == {MandateStatus.SIGNED}
    made = jobs.lodge(council.database, ["care0001", "CARE0002", "CARE0001"], on=ISSUED, **WHO)  # type: ignore[arg-type]
    assert [(each.ref, each.status) for each in made] == [
        ("CARE0001", MandateStatus.LODGED),
        ("CARE0002", MandateStatus.LODGED),
    ]


def test_a_mandate_refused_by_the_bank_in_time_collects_nothing(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann, lodged=None)
    council.bill(ann, 200_00, ISSUED, DUE)
    assert announced(council).announced == []
    jobs.lodge(council.database, ["care0001"], on=ISSUED, **WHO)  # type: ignore[arg-type]
    assert len(announced(council).announced) == 1
    held, stopped = jobs.cancel_mandate(
        council.database,
        "CARE0001",
        on=dt.date(2026, 5, 6),
        reason=reason_of("AUDDIS", "5"),
        **WHO,  # type: ignore[arg-type]
    )
    assert held.status is MandateStatus.CANCELLED and [each.collection.nr for each in stopped] == [1]
    assert requested(council).done == [] and announced(council, DUE).announced == []
    with pytest.raises(WrongState, match="cannot cancel the mandate CARE0001: it is cancelled"):
        jobs.cancel_mandate(council.database, "CARE0001", on=DUE, **WHO)  # type: ignore[arg-type]
    jobs.cancel_mandate(council.database, "CARE0001", on=DUE, reason=reason_of("ADDACS", "R"), **WHO)  # type: ignore[arg-type]
    assert mandate(council) is MandateStatus.LIVE


def test_a_mandate_not_used_for_two_years_sleeps(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann, lodged=dt.date(2024, 1, 5))
    council.bill(ann, 200_00, ISSUED, DUE)
    council.mandate("CARE0002", ann, lodged=dt.date(2024, 5, 2), account="87654321")
    ((_, each),) = announced(council).announced
    assert each.mandate.ref == "CARE0002"
    assert [mandate(council, ref) for ref in ("CARE0001", "CARE0002")] == [MandateStatus.DORMANT, MandateStatus.LIVE]
    assert [one.why for one in requested(council).stopped] == ["The mandate is dormant."]


def test_instalments_by_direct_debit_pay_the_debt_to_the_penny(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    for amount in (100_00, 71_00):
        council.bill(ann, amount, dt.date(2026, 3, 2))
    council.fact(
        "instalment_plan",
        "IP1",
        bill_payer=ann,
        first_payment=dt.date(2026, 5, 20),
        every="fortnightly",
        amount=50_00,
        debt=171_00,
        bills_from=dt.date(2026, 1, 1),
        bills_until=dt.date(2026, 4, 1),
        direct_debit=True,
        agreed_by="Debt officer",
        starts=ISSUED,
    )
    taken = []
    for today in (dt.date(2026, 5, 5) + dt.timedelta(days=days) for days in range(59)):
        if today.weekday() == 1:  # announced on Tuesdays, asked for on Mondays, collected on Wednesdays
            announced(council, today)
        if today.weekday() == 0:
            requested(council, today)
        if today.weekday() == 2:
            taken += [(each.collect_on.isoformat(), each.collection.amount) for each in collected(council, today).done]
            council.post()
    assert taken == [("2026-05-20", 50_00), ("2026-06-03", 50_00), ("2026-06-17", 50_00), ("2026-07-01", 21_00)]
    assert council.balance(ann) == 0


def test_nothing_recorded_is_rewritten(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    announced(council)
    for table in (t.mandate, t.mandate_event, t.collection, t.collection_bill, t.collection_event):
        with pytest.raises(Guarded, match="never"), council.database.begin() as connection:
            connection.execute(delete(table))
    with pytest.raises(Guarded, match="never"), council.database.begin() as connection:
        connection.execute(update(t.collection_event).values(status="collected"))


def test_previews_and_days_with_nothing_to_do_record_nothing(council: Council) -> None:
    ann = council.payer("ANN")
    council.mandate("CARE0001", ann)
    council.bill(ann, 200_00, ISSUED, DUE)
    assert len(announced(council, preview=True).announced) == 1
    with council.database.begin() as connection:
        assert connection.execute(select(t.collection)).all() == []
        assert connection.execute(select(t.mandate_event)).all() == []
    announced(council)
    with council.database.begin() as connection:
        before = connection.execute(select(t.collection_event.c.change)).scalars().all()
    announced(council), requested(council, ISSUED), collected(council, ISSUED)
    with council.database.begin() as connection:
        assert connection.execute(select(t.collection_event.c.change)).scalars().all() == before
    assert ReminderPolicy() == CHOICES.reminders
