"""Direct debits as they are shown: no account whole, collections with their payers, all that happened to one."""

import datetime as dt

import pytest

from billing.direct_debits import jobs
from billing.direct_debits.outcomes import BothOfThem, DirectDebitChoices, NoSuchCollection, NoSuchMandate
from billing.direct_debits.states import CollectionStatus, MandateStatus
from billing.direct_debits.views_jobs import collections_shown, history_of, mandates_shown, refs_of
from interfaces.database.connection import Database
from tests.billing.debt.council import AT, Council

ISSUED, DUE = dt.date(2026, 5, 1), dt.date(2026, 5, 15)


@pytest.fixture
def council(database: Database) -> Council:
    made = Council(database)
    for name, pence in (("ANN", 200_00), ("BOB", 30_00)):
        payer = made.payer(name)
        made.mandate(f"CARE{name}", payer)
        made.bill(payer, pence, ISSUED, DUE)
    return made


def test_what_is_announced_comes_to_its_collections(council: Council) -> None:
    made = jobs.announce_collections(council.database, ISSUED, DirectDebitChoices(), by="Officer", at=AT)
    assert (made.pence, len(made.payers)) == (230_00, 2)
    found = collections_shown(council.database, limit=10)
    assert [(found.payers[each.bill_payer], each.amount) for each in found.found] == [("ANN", 200_00), ("BOB", 30_00)]
    assert [each.amount for each in collections_shown(council.database, limit=1).found] == [30_00], "the newest"
    assert [each.amount for each in collections_shown(council.database, "ANN", limit=9).found] == [200_00]
    assert collections_shown(council.database, statuses=[CollectionStatus.COLLECTED], limit=9).found == []
    asked = jobs.request_collections(council.database, dt.date(2026, 5, 14), DirectDebitChoices(), by="Officer", at=AT)
    assert (asked.pence, len(asked.every)) == (230_00, 2)


def test_mandates_show_the_end_of_an_account_and_whose_they_are(council: Council) -> None:
    jobs.announce_collections(council.database, ISSUED, DirectDebitChoices(), by="Officer", at=AT)
    ann, bob = mandates_shown(council.database)
    assert (ann.ref, str(ann.payer), ann.account, ann.status) == (
        "CAREANN",
        "Payer ANN (ANN)",
        "account ending 678",
        MandateStatus.LIVE,
    )
    assert "12345678" not in repr((ann, bob))
    assert mandates_shown(council.database, "cancelled") == []


def test_all_that_happened_to_one_is_told_in_order(council: Council) -> None:
    jobs.announce_collections(council.database, ISSUED, DirectDebitChoices(), by="Officer", at=AT)
    jobs.cancel_collection(council.database, 1, on=dt.date(2026, 5, 2), by="Another", at=AT, note="Paid by card")
    found = history_of(council.database, "1")
    assert [(each.status, each.by, each.note) for each in found.steps][-1] == ("cancelled", "Another", "Paid by card")
    assert (found.collection, found.mandate, found.steps[0].status) == (1, None, "announced")
    assert history_of(council.database, "careann").mandate == "CAREANN"
    with pytest.raises(NoSuchMandate):
        history_of(council.database, "CARE404")
    with pytest.raises(NoSuchCollection):
        history_of(council.database, "404")


def test_a_reference_all_of_figures_is_a_mandates_and_one_that_is_a_number_too_says_so(council: Council) -> None:
    jobs.announce_collections(council.database, ISSUED, DirectDebitChoices(), by="Officer", at=AT)
    for ref in ("000123", "1"):
        council.mandate(ref, council.payer(f"P{ref}"))
    assert history_of(council.database, "000123").mandate == "000123"
    with pytest.raises(BothOfThem, match="1 is the number of a collection and the reference of a mandate"):
        history_of(council.database, "1")
    assert history_of(council.database, "Mandate 1").mandate == "1"
    assert history_of(council.database, "collection 1").collection == 1
    assert history_of(council.database, "2").collection == 2
    with pytest.raises(NoSuchMandate):
        history_of(council.database, "mandate 2")


def test_a_payer_nobody_knows_is_shown_by_number(council: Council) -> None:
    assert refs_of(council.database, [1, 999]) == {1: "ANN", 999: "999"}
