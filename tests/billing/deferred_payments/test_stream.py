"""Loans posted by the run machine, by hand: what is deferred, interest, late news, and the accounts of each."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from billing.deferred_payments import kinds
from billing.deferred_payments import tables as t
from billing.deferred_payments.jobs import AnotherStream, calculate_run, redemption_of, release_run, show
from billing.deferred_payments.policy import DeferredPolicy
from finance.columns import Database
from finance.facts.tables import service_line
from finance.problems import BadParameters
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers.coding.purposes import Purpose
from ledgers.coding.store import load_current
from ledgers.streams import DEFERRED_PAYMENTS
from ledgers.tables import entry
from tests.billing.deferred_payments.loanbook import AT, POLICY, PREPARER, LoanBook

JAN, FEB, MAR = dt.date(2025, 1, 1), dt.date(2025, 2, 1), dt.date(2025, 3, 1)
MONDAY = dt.date(2025, 1, 6)
FREE = DeferredPolicy.of({"interest_charged": "none"}, "test")


@pytest.fixture
def book(database: Database) -> LoanBook:
    return LoanBook(database)  # type: ignore[arg-type]


def test_what_is_deferred_is_the_charge_less_what_is_paid_from_income(book: LoanBook) -> None:
    """£1,000 a week, £300 of it paid: £2,800 of a four-week bill of £4,000 moves to the loan, in the bill's own
    period.
    """
    book.policy = FREE
    book.agreement()
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 8, 1_000_00)
    book.run(dt.date(2025, 3, 2))
    assert book.entries() == {
        (kinds.CHARGE, MONDAY): 2_800_00,
        (kinds.CHARGE, MONDAY + dt.timedelta(weeks=4)): 2_800_00,
    }


def test_a_weekly_amount_a_share_and_all_of_the_charge(book: LoanBook) -> None:
    book.policy = FREE
    each_way: dict[str, dict[str, Any] | None] = {"W": {"weekly": 400_00}, "S": {"share": 25_00}, "A": {}, "N": None}
    for ref, how in each_way.items():
        book.agreement(ref)
        if how is not None:
            book.terms(ref, **how)
        book.charge(ref, MONDAY, MONDAY + dt.timedelta(weeks=1), 1_000_00)
    book.run(dt.date(2025, 1, 31))
    told = {ref: show(book.database, ref, dt.date(2025, 1, 31), FREE).posted for ref in "WSAN"}
    assert told == {"W": 400_00, "S": 250_00, "A": 1_000_00, "N": 0}


def test_interest_by_month_and_the_debt_is_the_sum_of_the_entries(book: LoanBook) -> None:
    """£10,000 brought in bears £1.00 a day: £31.00 in January, then £10,031 bears £28.09 in February."""
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    book.run(dt.date(2025, 2, 28))
    assert book.entries() == {
        (kinds.BROUGHT_IN, dt.date(2024, 12, 1)): 10_000_00,
        (kinds.INTEREST, JAN): 31_00,
        (kinds.INTEREST, FEB): 28_09,
    }
    shown = show(book.database, "DPA1", dt.date(2025, 2, 28), POLICY)
    assert shown.posted == shown.loan.owed == 10_059_09


def test_a_run_again_posts_nothing_and_a_day_by_day_run_posts_the_same(book: LoanBook) -> None:
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    for day in (5, 17, 31):
        book.run(dt.date(2025, 1, day))
    assert book.entries()[kinds.INTEREST, JAN] == 31_00
    assert book.run(dt.date(2025, 1, 31)).lines == 0


def test_late_news_posts_its_own_difference(book: LoanBook) -> None:
    """A repayment of £5,000 on 11 January, learned in March: £10.00 less interest in January, and February's too."""
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    book.run(dt.date(2025, 2, 28))
    book.paid("DPA1", dt.date(2025, 1, 11), 5_000_00)
    late = book.run(dt.date(2025, 2, 28))
    # January: 11 days of £1.00 and 20 of £0.50 make £21.00. February: £5,021 bears £14.0588, so £14.06.
    assert book.entries(late.nr) == {
        (kinds.RECEIPT, JAN): -5_000_00,
        (kinds.INTEREST, JAN): -10_00,
        (kinds.INTEREST, FEB): 14_06 - 28_09,
    }
    book.cancel(t.deferred_repayment, "R1")
    book.run(dt.date(2025, 2, 28))
    assert book.entries()[kinds.RECEIPT, JAN] == 0 and book.entries()[kinds.INTEREST, FEB] == 28_09


def test_a_charge_posted_late_or_changed_moves_with_its_own_period(book: LoanBook) -> None:
    book.policy = FREE
    book.agreement()
    book.terms(pays=300_00)
    week = MONDAY + dt.timedelta(weeks=1)
    book.charge("DPA1", MONDAY, week, 1_000_00)
    book.run(dt.date(2025, 1, 31))
    book.charge("DPA1", MONDAY, week, -200_00)
    book.charge("DPA1", week, week + dt.timedelta(weeks=1), 1_000_00)
    late = book.run(dt.date(2025, 1, 31))
    assert book.entries(late.nr) == {(kinds.CHARGE, MONDAY): -200_00, (kinds.CHARGE, week): 700_00}


def test_charges_stay_on_the_bill_once_the_limit_is_reached_and_a_later_valuation_makes_room(book: LoanBook) -> None:
    """A home of £20,000 secures £3,750: of three bills of £2,800 to defer, £2,800, £950 and nothing."""
    book.policy = FREE
    book.agreement(value=20_000_00)
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 12, 1_000_00)
    made = book.run(dt.date(2025, 3, 30))
    first, second = MONDAY, MONDAY + dt.timedelta(weeks=4)
    assert book.entries() == {(kinds.CHARGE, first): 2_800_00, (kinds.CHARGE, second): 950_00}
    with book.database.begin() as connection:
        found = {each.check_name: each.what for each in ledger.read_findings(connection, made.nr)}
    assert found["over the limit"] == "DPA1: £4,650.00 of charges found no room and stays on the bill."
    book.valued("DPA1", dt.date(2025, 3, 17), 30_000_00)
    book.run(dt.date(2025, 3, 30))
    assert book.entries()[kinds.CHARGE, MONDAY + dt.timedelta(weeks=8)] == 1_400_00  # its last fourteen days at £100


def test_a_home_worth_less_takes_nothing_back(book: LoanBook) -> None:
    book.policy = FREE
    book.agreement()
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 4, 1_000_00)
    book.run(dt.date(2025, 2, 28))
    book.valued("DPA1", dt.date(2025, 2, 3), 1_000_00)
    assert book.run(dt.date(2025, 2, 28)).lines == 0


def test_redeemed_to_the_penny_and_the_bills_go_on(book: LoanBook) -> None:
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 8, 1_000_00)
    day = dt.date(2025, 2, 10)
    figure = redemption_of(book.database, "DPA1", day, POLICY)
    book.paid("DPA1", day, figure.redemption.pence)
    book.run(dt.date(2025, 3, 31))
    after = show(book.database, "DPA1", dt.date(2025, 3, 31), POLICY)
    assert (after.posted, after.loan.owed) == (0, 0)
    # 35 days from 6 January to 9 February at £100 were deferred; the charges from the 10th stay on the bill.
    assert sum(pence for (kind, _), pence in book.entries().items() if kind == kinds.CHARGE) == 3_500_00


def test_interest_asked_for_apart_and_billed_fees_pass_to_the_ordinary_account(book: LoanBook) -> None:
    book.agreement(brought_in=10_000_00, brought_in_on=JAN, interest_apart=JAN)
    book.fee("DPA1", dt.date(2025, 1, 15), 120_00, "billed")
    book.fee("DPA1", dt.date(2025, 2, 15), 50_00)
    book.run(dt.date(2025, 2, 28))
    told = book.entries()
    assert told[kinds.INTEREST, JAN] == 31_00 and told[kinds.FEE, JAN] == 120_00
    # £10,050 from the 16th
    assert told[kinds.MOVED_TO_BILL, JAN] == -151_00 and told[kinds.MOVED_TO_BILL, FEB] == -28_07
    assert show(book.database, "DPA1", dt.date(2025, 2, 28), POLICY).posted == 10_050_00


def test_a_payers_next_agreement_takes_over_and_no_charge_is_deferred_twice(book: LoanBook) -> None:
    book.policy = FREE
    book.agreement()
    book.terms()
    with book.database.begin() as connection:
        old = connection.execute(select(t.deferred_agreement)).mappings().one()
    same = {name: old[name] for name in ("bill_payer", "person", "style", "security", "secured", "top_up", "signed")}
    book.tell(t.deferred_agreement, "DPA2", **same, starts=MONDAY + dt.timedelta(days=7))
    book.valued("DPA2", JAN, 300_000_00)
    book.terms("DPA2")
    book.charge("DPA1", MONDAY, MONDAY + dt.timedelta(weeks=4), 4_000_00)
    book.run(dt.date(2025, 2, 28))
    posted = [show(book.database, ref, dt.date(2025, 2, 28), FREE).posted for ref in ("DPA1", "DPA2")]
    assert posted == [1_000_00, 3_000_00]


def test_an_agreement_that_cannot_be_worked_out_is_parked_and_the_rest_go_on(book: LoanBook) -> None:
    """No valuation for one signed agreement: named and left; the other is posted, and both once it is told."""
    book.policy = FREE
    for ref in ("DPA1", "DPA2"):
        book.agreement(ref)
        book.terms(ref, pays=300_00)
        book.weeks(ref, MONDAY, 4, 1_000_00)
    book.cancel(t.valuation, f"DPA1-V-{JAN}")
    made = book.run(dt.date(2025, 2, 28))
    with book.database.begin() as connection:
        found = [
            each.what for each in ledger.read_findings(connection, made.nr) if each.check_name == "cannot be worked out"
        ]
    assert found == ["DPA1: DPA1: there is no value of the home for 6 January 2025. Record its valuation."]
    assert show(book.database, "DPA2", dt.date(2025, 2, 28), FREE).posted == 2_800_00
    book.valued("DPA1", JAN, 300_000_00)
    book.run(dt.date(2025, 2, 28))
    assert show(book.database, "DPA1", dt.date(2025, 2, 28), FREE).posted == 2_800_00


def test_a_half_year_without_a_rate_stops_nobody_else_and_a_councils_own_rate_fills_it(book: LoanBook) -> None:
    book.policy = DeferredPolicy()
    first = dt.date(2027, 1, 1)
    book.agreement(starts=first, signed=first, brought_in=36_500_00, brought_in_on=first)
    assert book.run(dt.date(2027, 1, 31)).lines == 0
    row = {"from": first, "percent": "5.00", "source": "circular"}
    book.policy = DeferredPolicy.of({"most_interest": [row], "compounding": "quarterly"}, "test")
    book.run(dt.date(2027, 1, 31))
    assert book.entries()[kinds.INTEREST, first] == 31 * 5_00


def test_a_rate_seen_in_one_source_alone_is_charged_and_the_reviewer_is_told(book: LoanBook) -> None:
    """From January to June 2026 the most allowed is 4.65%, of one source: £36,500 bears 4.65 a day."""
    book.policy = DeferredPolicy.of({"compounding": "quarterly"}, "test")
    first = dt.date(2026, 1, 1)
    book.agreement(starts=first, signed=first, brought_in=36_500_00, brought_in_on=first)
    made = book.run(dt.date(2026, 1, 31))
    assert book.entries()[kinds.INTEREST, first] == 31 * 4_65
    with book.database.begin() as connection:
        said = [
            each.what for each in ledger.read_findings(connection, made.nr) if each.check_name == "rate not confirmed"
        ]
    assert said == [
        (
            "DPA1: the most interest allowed from 1 January 2026, 4.65% a year, was seen in one source at "
            "second hand. Read it, and give it "
            "in the council file, under deferred_payments.most_interest."
        )
    ]


def test_debits_and_credits_fall_to_the_loan_the_ordinary_account_the_bank_and_income(book: LoanBook) -> None:
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 4, 1_000_00)
    book.paid("DPA1", dt.date(2025, 1, 20), 500_00)
    book.fee("DPA1", dt.date(2025, 1, 15), 120_00)
    book.tell(
        t.deferred_write_off,
        "W1",
        agreement=book.nr("DPA1"),
        on=dt.date(2025, 1, 30),
        amount=100_00,
        recovery="not attempted",
        reason="small",
        requested_by="a",
        approved_by="b",
    )
    book.run(dt.date(2025, 1, 31))
    with book.database.begin() as connection:
        coding = load_current(connection)
        rows = connection.execute(
            select(entry.c.kind, entry.c.debit, entry.c.credit, entry.c.amount).where(
                entry.c.stream == DEFERRED_PAYMENTS.name
            )
        ).all()
    loan, ordinary = coding.of(Purpose.DEFERRED), coding.of(Purpose.RECEIVABLE)
    assert {each.debit for each in rows} == loan
    credit = {each.kind: each.credit for each in rows}
    assert credit[kinds.CHARGE] in ordinary and credit[kinds.RECEIPT] in coding.of(Purpose.BANK)
    assert credit[kinds.WRITE_OFF] in coding.of(Purpose.BAD_DEBT) and credit[kinds.BROUGHT_IN] in coding.of(
        Purpose.UNIDENTIFIED
    )
    assert credit[kinds.INTEREST] in coding.of(Purpose.INCOME) and credit[kinds.FEE] in coding.of(Purpose.INCOME)
    assert sum(each.amount for each in rows) == show(book.database, "DPA1", dt.date(2025, 1, 31), POLICY).loan.owed


def test_held_money_waits_and_comes_back_the_same(book: LoanBook) -> None:
    nr = book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    hold = review_jobs.hold(book.database, DEFERRED_PAYMENTS.name, "line", nr, reason="disputed", by=PREPARER, at=AT)
    book.run(dt.date(2025, 1, 31))
    assert book.entries() == {}
    review_jobs.let_go(book.database, hold, by=PREPARER, at=AT)
    book.run(dt.date(2025, 2, 28))
    assert book.entries()[kinds.INTEREST, JAN] == 31_00


def test_the_policy_is_kept_with_the_run_and_a_wrong_choice_is_named() -> None:
    row = {"from": dt.date(2025, 7, 1), "percent": "4.60", "source": "circular"}
    policy = DeferredPolicy.of({"compounding": "quarterly", "own_rate": "3.65", "most_interest": [row]}, "council.toml")
    assert DeferredPolicy.from_json(policy.as_json()) == policy
    assert str(policy.table.on(dt.date(2025, 8, 1)).value) == "4.60"
    for table, words in (
        ({"compound": "daily"}, "no choice is called"),
        ({"compounding": "hourly"}, "is “hourly”"),
        ({"own_rate": 3.65}, "no percentage"),
        ({"near_limit_months": 0}, "near_limit_months"),
        ({"most_interest": [{"from": dt.date(2025, 8, 1), "percent": "4", "source": "x"}]}, "a rate starts on"),
    ):
        with pytest.raises(BadParameters, match=words):
            DeferredPolicy.of(table, "council.toml")


def test_care_that_begins_part_way_through_a_bill_is_deferred_for_its_own_days(book: LoanBook) -> None:
    """Two weeks of care in a bill of four: £2,000 charged, £300 a week paid for those two weeks alone, £1,400
    deferred.
    """
    book.policy = FREE
    book.agreement()
    book.terms(pays=300_00)
    begins = MONDAY + dt.timedelta(weeks=2)
    line = book.tell(
        service_line,
        "L1",
        package=1,
        person=1,
        contract=1,
        service=1,
        unit="week",
        quantity=100,
        days=0,
        every_weeks=1,
        carers=1,
        starts=begins,
    )
    book.charge("DPA1", MONDAY, MONDAY + dt.timedelta(weeks=4), 2_000_00, subject=line)
    book.run(dt.date(2025, 2, 28))
    assert book.entries() == {(kinds.CHARGE, MONDAY): 1_400_00}


def test_what_is_paid_from_income_is_paid_once_however_many_lines_are_charged(book: LoanBook) -> None:
    book.policy = FREE
    book.agreement(top_up=True)
    book.terms(pays=300_00)
    for subject, pence, kind in ((1, 4_000_00, "charge"), (2, 400_00, "charge"), (1, 200_00, "own top-up")):
        book.charge("DPA1", MONDAY, MONDAY + dt.timedelta(weeks=4), pence, kind, subject)
    book.run(dt.date(2025, 2, 28))
    assert book.entries() == {(kinds.CHARGE, MONDAY): 4_600_00 - 1_200_00}


def test_a_run_of_another_stream_is_neither_worked_out_nor_released_here(book: LoanBook) -> None:
    other = machine.draft_run(
        book.database, machine.Draft("payments", 1, "Homes", FEB, JAN, FEB, 0, "{}"), by=PREPARER, at=AT
    )
    with pytest.raises(AnotherStream, match="a run of payments"):
        calculate_run(book.database, other.nr)
    with pytest.raises(AnotherStream, match="a run of payments"):
        release_run(book.database, other.nr, by=PREPARER, at=AT)
