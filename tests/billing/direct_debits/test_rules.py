"""References, reasons, days and states: by hand."""

import datetime as dt

import pytest

from billing.direct_debits.days import bill_day, first_day, represent_day, request_day, sleeps_from
from billing.direct_debits.policy import DirectDebitPolicy
from billing.direct_debits.reasons import REASONS, NoSuchReason, reason_of
from billing.direct_debits.references import BadReference, masked, overlap, read_reference
from billing.direct_debits.states import (
    COLLECTION_FOLLOWS,
    MANDATE_FOLLOWS,
    CollectionStatus,
    MandateStatus,
    collection_after,
    mandate_after,
)
from finance.problems import BadParameters
from ledgers.runs import WrongState

POLICY = DirectDebitPolicy()


@pytest.mark.parametrize("text", ["CARE01", "asc-000123", "A.B/C&D-E F", "0" * 17 + "1", "12345A"])
def test_references_the_banks_take(text: str) -> None:
    assert read_reference(f" {text} ") == text.upper()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CARE1", "has 5 characters"),
        ("A" * 10 + "B" * 9, "has 19 characters"),
        ("A-B-C-1", "has 4 letters and digits"),
        ("000000", "one character repeated"),
        ("A-A-A-A-A-A", "one character repeated"),
        ("DDIC0001", "begins with DDIC"),
        ("-CARE001", "does not begin with a letter or digit"),
        ("CARE_0001", "a character the banks do not take"),
        ("CARÉ0001", "a character the banks do not take"),
    ],
)
def test_references_the_banks_refuse(text: str, words: str) -> None:
    with pytest.raises(BadReference, match=words):
        read_reference(text)


def test_one_reference_may_not_begin_another() -> None:
    assert overlap("CARE0001", "CARE00012") and overlap("CARE0001", "CARE0001")
    assert not overlap("CARE0001", "CARE0002")


def test_an_account_shows_three_figures() -> None:
    assert masked("12345678") == "account ending 678"


def test_every_reason_says_what_becomes_of_the_mandate() -> None:
    assert [each.code for each in REASONS.values() if each.report == "ARUDD"] == [*"0123456789", "A", "B"]
    assert [each.key for each in REASONS.values() if each.again] == ["ARUDD 0"]
    assert {each.key for each in REASONS.values() if each.died} == {"ARUDD 2", "ADDACS 2", "AUDDIS 2"}
    assert {each.mandate for each in REASONS.values()} <= {"", *MANDATE_FOLLOWS}
    assert str(reason_of("arudd", "b")) == "account closed (ARUDD B)"
    with pytest.raises(NoSuchReason, match="ARUDD has no reason Z"):
        reason_of("ARUDD", "Z")


def test_a_bill_is_collected_ten_working_days_after_it_was_issued_or_on_its_due_day() -> None:
    issued, old = dt.date(2026, 5, 1), dt.date(2026, 1, 1)  # a Friday; 4 and 25 May 2026 are bank holidays
    assert bill_day(issued, dt.date(2026, 5, 8), old, True, issued, POLICY) == dt.date(2026, 5, 18)
    assert bill_day(issued, dt.date(2026, 5, 23), old, True, issued, POLICY) == dt.date(2026, 5, 26)


def test_notice_is_given_again_where_the_bill_could_not_give_it() -> None:
    issued, due, old = dt.date(2026, 5, 1), dt.date(2026, 5, 8), dt.date(2026, 1, 1)
    anew = dt.date(2026, 5, 28)  # ten working days from Wednesday 13 May, 25 May a bank holiday
    today = dt.date(2026, 5, 13)
    assert bill_day(issued, due, old, True, today, POLICY) == dt.date(2026, 5, 18)
    assert bill_day(issued, due, old, False, today, POLICY) == anew  # less than the bill said
    assert bill_day(issued, due, today, True, today, POLICY) == anew  # a mandate the bill did not know of
    # its day cannot be met
    assert bill_day(issued, due, old, True, dt.date(2026, 5, 15), POLICY) > dt.date(2026, 5, 18)


def test_the_first_collection_waits_for_the_bank() -> None:
    assert first_day(dt.date(2026, 5, 1), POLICY) == dt.date(2026, 5, 11)
    quick = DirectDebitPolicy(notice_working_days=1)
    lodged = dt.date(2026, 5, 1)
    assert bill_day(lodged, lodged, lodged, True, lodged, quick) == dt.date(2026, 5, 11)


def test_a_day_missed_by_little_is_met_late_and_by_much_not_at_all() -> None:
    announced = dt.date(2026, 5, 18)
    assert request_day(announced, dt.date(2026, 5, 14), POLICY) == announced
    assert request_day(announced, dt.date(2026, 5, 19), POLICY) == dt.date(2026, 5, 21)
    assert request_day(announced, dt.date(2026, 5, 20), POLICY) is None


def test_presented_again_within_thirty_days_with_five_working_days_notice() -> None:
    first = dt.date(2026, 5, 18)
    assert represent_day(first, dt.date(2026, 5, 20), POLICY) == dt.date(2026, 5, 28)
    assert represent_day(first, dt.date(2026, 6, 10), POLICY) == dt.date(2026, 6, 17)
    assert represent_day(first, dt.date(2026, 6, 11), POLICY) is None


def test_a_mandate_sleeps_after_two_years_unused() -> None:
    assert sleeps_from(dt.date(2024, 5, 18), POLICY) == dt.date(2026, 5, 18)
    assert sleeps_from(dt.date(2024, 5, 18), DirectDebitPolicy(dormant_months=13)) == dt.date(2025, 6, 18)


def test_what_follows_what() -> None:
    assert collection_after("collect", CollectionStatus.REQUESTED, 1) is CollectionStatus.COLLECTED
    with pytest.raises(
        WrongState, match="You cannot collect collection 7: it is announced. That follows from requested"
    ):
        collection_after("collect", CollectionStatus.ANNOUNCED, 7)
    with pytest.raises(WrongState, match="cannot resume the mandate CARE0001: it is cancelled"):
        mandate_after("resume", MandateStatus.CANCELLED, "CARE0001")
    ended = {CollectionStatus.CLAIMED, CollectionStatus.CANCELLED}
    assert not any(set(start) & ended for start, _ in COLLECTION_FOLLOWS.values())


@pytest.mark.parametrize("table", [{"notice": 10}, {"notice_working_days": 0}, {"notice_working_days": "ten"}])
def test_a_choice_that_cannot_be_used_is_named(table: dict[str, object]) -> None:
    with pytest.raises(BadParameters, match="council.toml"):
        DirectDebitPolicy.of(table, "council.toml")
