"""Statements, redemption figures and the yearly return from what is stored, by hand."""

import datetime as dt
from typing import Any

import pytest

from billing.deferred_payments import tables as t
from billing.deferred_payments.jobs import ReturnIncomplete, redemption_of, return_for, show, show_all, statement_of
from billing.deferred_payments.policy import DeferredPolicy
from billing.deferred_payments.store import NoSuchAgreement, last_change
from finance.columns import Database
from finance.days import Span
from finance.facts.tables import person
from finance.problems import Refusal
from tests.billing.deferred_payments.loanbook import POLICY, LoanBook

JAN = dt.date(2025, 1, 1)
MONDAY = dt.date(2025, 1, 6)
YEAR = Span(dt.date(2024, 4, 1), dt.date(2025, 4, 1))
FREE = DeferredPolicy.of({"interest_charged": "none"}, "test")


@pytest.fixture
def book(database: Database) -> LoanBook:
    return LoanBook(database)  # type: ignore[arg-type]


def test_a_statement_adds_up_and_says_the_room_left_and_when_the_next_is_due(book: LoanBook) -> None:
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    book.fee("DPA1", dt.date(2025, 1, 15), 120_00)
    book.paid("DPA1", dt.date(2025, 1, 20), 5_000_00)
    made = statement_of(book.database, "DPA1", JAN, dt.date(2025, 1, 31), POLICY)
    told = [(each.what, each.first.day, each.pence) for each in made.statement.lines]
    # £10,000 for 15 days (1st to 15th) £15.00; £10,120 for 5 days £5.06; £5,120 for 11 days £5.63.
    assert told == [("interest", 1, 25_69), ("fee", 15, 120_00), ("repayment", 20, -5_000_00)]
    assert (made.statement.totals.opening, made.statement.totals.closing) == (10_000_00, 5_145_69)
    assert made.statement.room_pence == 255_750_00 - 5_145_69
    assert made.next_statement == dt.date(2025, 7, 1)
    assert sum(pence for *_, pence in made.days) == 25_69 and len(made.days) == 31


def test_a_statement_not_told_where_to_begin_follows_on_from_the_last_six_monthly_one(book: LoanBook) -> None:
    july = dt.date(2024, 7, 1)
    book.agreement(brought_in=10_000_00, brought_in_on=july, starts=july, signed=july, secured=july)
    book.valued("DPA1", july, 300_000_00)
    first = statement_of(book.database, "DPA1", None, JAN, POLICY)
    second = statement_of(book.database, "DPA1", None, dt.date(2025, 3, 31), POLICY)
    assert (first.statement.first, second.statement.first) == (july, dt.date(2025, 1, 2))
    assert first.statement.totals.closing == second.statement.totals.opening


def test_the_day_the_limit_is_reached_is_foretold(book: LoanBook) -> None:
    """£3,750 of room, £100 a day deferred for 28 days: £950 more is nine days and a half of it, so the tenth
    lacks room.
    """
    book.agreement(value=20_000_00)
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 4, 1_000_00)
    last = MONDAY + dt.timedelta(days=27)
    told = statement_of(book.database, "DPA1", JAN, last, FREE)
    assert told.statement.totals.closing == 2_800_00
    assert told.limit_reached == last + dt.timedelta(days=10)


def test_a_redemption_figure_says_what_it_rests_on(book: LoanBook) -> None:
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 4, 1_000_00)
    told = redemption_of(book.database, "DPA1", MONDAY, POLICY)
    assert told.redemption.pence == 10_006_00 and not told.short_of_charges
    later = redemption_of(book.database, "DPA1", dt.date(2025, 2, 20), POLICY)
    assert later.short_of_charges and later.charged_to == MONDAY + dt.timedelta(weeks=4)
    with pytest.raises(NoSuchAgreement, match="DPA9"):
        redemption_of(book.database, "DPA9", MONDAY, POLICY)
    with pytest.raises(Refusal, match="begins on 1 January 2025"):
        redemption_of(book.database, "DPA1", dt.date(2024, 6, 1), POLICY)


def test_what_each_day_after_a_redemption_figure_adds_is_interest_and_what_is_deferred(book: LoanBook) -> None:
    """£1.00 of interest, and £1,000 a week less £300 is £100 a day deferred. The day after bears a penny more
    on that £100.
    """
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 4, 1_000_00)
    told = redemption_of(book.database, "DPA1", MONDAY, POLICY)
    assert told.redemption.next_day_interest_exact == 1_00 and told.daily_deferred_exact == 100_00
    after = redemption_of(book.database, "DPA1", MONDAY + dt.timedelta(days=1), POLICY)
    assert after.redemption.pence - told.redemption.pence == 101_01
    # charges are in to 2 February: from then on, what the last of them came to
    assert redemption_of(book.database, "DPA1", dt.date(2025, 2, 20), POLICY).daily_deferred_exact == 100_00
    assert redemption_of(book.database, "DPA1", JAN, POLICY).daily_deferred_exact == 0


def test_no_more_is_deferred_a_day_than_there_is_room_for(book: LoanBook) -> None:
    """A limit of £3,750 at £100 a day: 37 days are £3,700, so the next has room for £50 and the one after for
    nothing.
    """
    book.agreement(value=20_000_00)
    book.terms(pays=300_00)
    book.weeks("DPA1", MONDAY, 8, 1_000_00)
    days = [MONDAY + dt.timedelta(days=each) for each in (36, 37, 38)]
    told = [redemption_of(book.database, "DPA1", day, FREE) for day in days]
    assert [each.daily_deferred_exact for each in told] == [100_00, 50_00, 0]
    assert told[2].redemption.pence - told[1].redemption.pence == 50_00


def test_nothing_is_deferred_a_day_after_a_death(book: LoanBook) -> None:
    """£600.00 for the six days to the death, all deferred: £500.00 before its day is counted, £600.00 ever after."""
    day = MONDAY + dt.timedelta(days=5)
    book.agreement(died=day)
    book.terms()
    book.charge("DPA1", MONDAY, day + dt.timedelta(days=1), 600_00)
    quotes = [redemption_of(book.database, "DPA1", day + dt.timedelta(days=each), FREE) for each in (0, 1, 2)]
    assert [each.daily_deferred_exact for each in quotes] == [100_00, 0, 0]
    assert [each.redemption.pence for each in quotes] == [500_00, 600_00, 600_00]


def test_a_loan_can_be_shown_as_it_was_known_before(book: LoanBook) -> None:
    book.agreement(brought_in=10_000_00, brought_in_on=JAN)
    with book.database.begin() as connection:
        before = last_change(connection)
    book.paid("DPA1", dt.date(2025, 1, 1), 4_000_00)
    day = dt.date(2025, 1, 31)
    assert show(book.database, "DPA1", day, POLICY, known=before).loan.owed == 10_031_00
    assert show(book.database, "DPA1", day, POLICY).loan.owed == 6_019_00  # £1.00 for the 1st, then £0.60 for 30 days


def _year(book: LoanBook) -> None:
    """Five agreements without interest: one goes on, one is sold, one lost in part, one new, one still interim."""
    earlier: dict[str, Any] = {
        "starts": dt.date(2023, 6, 1),
        "signed": dt.date(2023, 6, 1),
        "secured": dt.date(2023, 6, 1),
        "brought_in_on": dt.date(2023, 6, 1),
    }
    book.agreement("goes-on", brought_in=100_00, **earlier)
    book.agreement("sold", brought_in=200_00, ended=dt.date(2024, 6, 1), ended_why="sale", **earlier)
    book.agreement(
        "part", brought_in=300_00, ended=dt.date(2024, 6, 1), ended_why="death", died=dt.date(2024, 5, 1), **earlier
    )
    book.agreement("new", brought_in=70_00, brought_in_on=JAN)
    book.agreement("interim", brought_in=90_00, brought_in_on=JAN, signed=None, security="none yet", secured=None)
    book.paid("goes-on", dt.date(2024, 7, 1), 30_00, "R1")
    book.paid("sold", dt.date(2024, 9, 1), 200_00, "R2")
    book.paid("part", dt.date(2024, 9, 1), 100_00, "R3")
    book.tell(
        t.deferred_write_off,
        "W1",
        agreement=book.nr("part"),
        on=dt.date(2024, 10, 1),
        amount=200_00,
        recovery="part recovered",
        reason="estate exhausted",
        requested_by="a",
        approved_by="b",
    )
    for ref in ("goes-on", "sold", "part", "interim"):
        book.valued(ref, dt.date(2023, 6, 1), 300_000_00)


def test_the_return_rolls_forward_with_the_agreements_behind_each_figure(book: LoanBook) -> None:
    _year(book)
    made = return_for(book.database, YEAR, FREE)

    def told(name: str) -> tuple[int, int, tuple[str, ...]]:
        figure = made.figures.figure(name)
        return figure.count, figure.pence, tuple(each.reference for each in figure.parts)

    assert told("outstanding at the start") == (3, 600_00, ("goes-on", "part", "sold"))
    assert told("new") == (1, 70_00, ("new",))
    assert told("recovered in full") == (1, 200_00, ("sold",))
    assert told("part recovered, the rest written off") == (1, 100_00, ("part",))
    assert told("outstanding at the end") == (2, 140_00, ("goes-on", "new"))
    assert told("interim funding not yet signed") == (1, 90_00, ("interim",))
    assert told("written off: recovery attempted, part recovered") == (1, 200_00, ("part",))
    assert told("ended by sale") == (1, 200_00, ("sold",)) and told("ended by death") == (1, 100_00, ("part",))
    assert made.figures.reconciles


def test_requests_are_counted_by_what_became_of_them(book: LoanBook) -> None:
    book.agreement("new", signed=None)
    who = book.nr("P-new", table=person)
    for ref, outcome, why in (("Q1", "agreed", None), ("Q2", "not agreed", "no adequate security"), ("Q3", None, None)):
        book.tell(
            t.deferred_request,
            ref,
            person=who,
            made=dt.date(2024, 5, 1),
            outcome=outcome,
            why_not=why,
            decided=dt.date(2024, 6, 1) if outcome else None,
            top_up=False,
            reason="for life",
            home_use="let",
        )
    boxes = {(each.table, each.box): each.requests for each in return_for(book.database, YEAR, FREE).requests}
    assert boxes == {
        ("what became of it", "agreed, without a top-up"): ("Q1",),
        ("what became of it", "not agreed: no adequate security"): ("Q2",),
        ("reason", "for life"): ("Q1",),
        ("use of the home", "let"): ("Q1",),
    }


def test_a_return_is_not_made_without_an_agreement_and_the_rest_are_still_shown(book: LoanBook) -> None:
    book.agreement("DPA1", brought_in=10_000_00, brought_in_on=JAN)
    book.agreement(
        "DPA2", brought_in=10_000_00, brought_in_on=JAN, starts=dt.date(2015, 1, 1), signed=dt.date(2015, 1, 1)
    )
    book.paid("DPA2", dt.date(2015, 1, 2), -5_00)
    with pytest.raises(ReturnIncomplete, match="DPA2 cannot be worked out"):
        return_for(book.database, YEAR, DeferredPolicy())
    shown, refused = show_all(book.database, dt.date(2025, 1, 31), DeferredPolicy())
    assert [each.loan.ref for each in shown] == ["DPA1"] and [each.held.agreement.ref for each in refused] == ["DPA2"]
