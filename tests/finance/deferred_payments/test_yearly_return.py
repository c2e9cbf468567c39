"""The yearly return by hand: each figure, the agreements behind it, and the roll-forward."""

import datetime as dt

from finance.days import Span
from finance.deferred_payments import (
    AgeBand,
    EndedBy,
    Ending,
    Ledger,
    LoanFacts,
    LoanMovement,
    MovementKind,
    Request,
    Security,
    SecurityKind,
    Style,
    WriteOffKind,
    YearlyReturn,
    request_counts,
    run_ledger,
    yearly_return,
)
from tests.finance.deferred_payments.loans import agreement, choosing, lent, repaid

YEAR = Span(dt.date(2024, 4, 1), dt.date(2025, 4, 1))
BEFORE, IN, LATER = dt.date(2023, 6, 1), dt.date(2024, 6, 1), dt.date(2024, 9, 1)
SOLD = Ending(IN, EndedBy.SALE)


def book() -> list[Ledger]:
    """Six agreements and one interim loan, without interest, so that each figure can be added by hand."""

    def off(kind: WriteOffKind, pence: int) -> LoanMovement:
        return LoanMovement(LATER, MovementKind.WRITE_OFF, pence, "off", kind)

    second = (Security(BEFORE, SecurityKind.SECOND_CHARGE),)
    loans = [
        LoanFacts(agreement("goes on", BEFORE, top_up=True), (), (lent(100_00, BEFORE), repaid(30_00, IN))),
        LoanFacts(agreement("sold", BEFORE, ended=SOLD), (), (lent(200_00, BEFORE), repaid(200_00, LATER))),
        LoanFacts(
            agreement("part", BEFORE, ended=SOLD),
            (),
            (lent(300_00, BEFORE), repaid(100_00, IN), off(WriteOffKind.PART_RECOVERED, 200_00)),
        ),
        LoanFacts(
            agreement("lost", BEFORE, ended=Ending(IN, EndedBy.DEATH), died=IN),
            (),
            (lent(50_00, BEFORE), off(WriteOffKind.NOTHING_RECOVERED, 50_00)),
        ),
        LoanFacts(
            agreement("new", IN, style=Style.LOAN, securities=second),
            (),
            (lent(70_00, BEFORE), lent(5_00, IN), repaid(10_00, LATER)),
        ),
        LoanFacts(
            agreement("quick", IN, ended=Ending(LATER, EndedBy.REPAID)), (), (lent(40_00, IN), repaid(40_00, LATER))
        ),
        LoanFacts(agreement("interim", None, securities=()), (), (lent(90_00, IN),)),
    ]
    return [run_ledger(each, choosing(interest_charged="none"), YEAR.end) for each in loans]


def told(name: str) -> tuple[int, int, tuple[str, ...]]:
    figure = RETURN.figure(name)
    return figure.count, figure.pence, tuple(each.reference for each in figure.parts)


RETURN: YearlyReturn = yearly_return(book(), YEAR)


def test_the_counts_roll_forward() -> None:
    assert told("outstanding at the start") == (4, 650_00, ("goes on", "lost", "part", "sold"))
    assert told("new") == (2, 115_00, ("new", "quick"))
    assert told("reopened") == (0, 0, ())
    assert told("recovered in full") == (2, 240_00, ("quick", "sold"))
    assert told("part recovered, the rest written off") == (1, 100_00, ("part",))
    assert told("written off") == (1, 50_00, ("lost",))
    assert told("outstanding at the end") == (2, 135_00, ("goes on", "new"))
    assert RETURN.reconciles


def test_the_values_roll_forward() -> None:
    values = {each.name: each.pence for each in RETURN.values}
    assert values == {
        "owed at the start": 650_00,
        "interim funding taken into new agreements": 70_00,
        "charges deferred": 45_00,
        "fees": 0,
        "interest": 0,
        "refunds": 0,
        "repayments": -380_00,
        "amounts written off": -250_00,
        "interest billed as it fell due": 0,
        "owed at the end": 135_00,
    }


def test_the_other_boxes() -> None:
    assert told("interim funding not yet signed") == (1, 90_00, ("interim",))
    assert told("new, loan style") == (1, 75_00, ("new",))
    assert told("paid off agreements that go on") == (2, 40_00, ("goes on", "new"))
    assert told("written off: recovery attempted, nothing recovered") == (1, 50_00, ("lost",))
    assert told("written off: recovery attempted, part recovered") == (1, 200_00, ("part",))
    assert told("written off: recovery not attempted") == (0, 0, ())
    assert told("recovered where part was written off") == (1, 100_00, ("part",))
    assert told("standing: second legal charge") == (1, 65_00, ("new",))
    assert told("standing: with a top-up") == (1, 70_00, ("goes on",))
    assert told("ended by sale") == (2, 300_00, ("part", "sold"))
    assert told("ended by death") == (1, 0, ("lost",))


def test_a_settled_agreement_that_comes_back_is_counted_as_reopened() -> None:
    paid = repaid(200_00, BEFORE)
    facts = LoanFacts(
        agreement("sold", BEFORE, ended=Ending(BEFORE, EndedBy.SALE)),
        (),
        (lent(200_00, BEFORE), paid, paid.reversed(IN, "bounced")),
    )
    ledger = run_ledger(facts, choosing(interest_charged="none"), YEAR.end)
    back = yearly_return([ledger], YEAR)
    assert back.figure("reopened").count == back.figure("outstanding at the end").count == 1
    assert back.figure("owed at the end").pence == 200_00 and back.figure("repayments").pence == 200_00


def test_what_was_recovered_leaves_out_what_was_paid_back() -> None:
    back = LoanMovement(LATER, MovementKind.REFUND, 50_00, "overpaid")
    facts = LoanFacts(agreement("sold", BEFORE, ended=SOLD), (), (lent(200_00, BEFORE), repaid(250_00, LATER), back))
    told = yearly_return([run_ledger(facts, choosing(interest_charged="none"), YEAR.end)], YEAR)
    assert told.figure("recovered in full").pence == 200_00


def test_an_overpaid_debt_stands_in_credit_until_it_is_paid_back() -> None:
    facts = LoanFacts(agreement("sold", BEFORE, ended=SOLD), (), (lent(200_00, BEFORE), repaid(250_00, LATER)))
    told = yearly_return([run_ledger(facts, choosing(interest_charged="none"), YEAR.end)], YEAR)
    assert told.figure("in credit at the end").pence == told.figure("owed at the end").pence == -50_00
    assert told.figure("outstanding at the end").count == 1


def test_no_agreements_make_a_return_of_noughts() -> None:
    empty = yearly_return([], YEAR)
    assert empty.reconciles and empty.figure("new").count == 0


def test_requests_are_counted_when_decided_in_the_year_with_the_open_ones_left_out() -> None:
    asked = [
        Request("R1", BEFORE, AgeBand.OLDER, IN, reason="until a sale", use="let"),
        Request("R2", IN, AgeBand.OLDER, LATER, why_not="not eligible"),
        Request("R3", IN, AgeBand.YOUNGER, LATER, top_up=True, reason="for life"),
        Request("R4", IN, AgeBand.OLDER),
        Request("R5", BEFORE, AgeBand.OLDER, BEFORE),
    ]
    boxes = {(each.table, each.box, each.age.value): each.requests for each in request_counts(asked, YEAR)}
    assert boxes == {
        ("what became of it", "agreed, without a top-up", "65 and over"): ("R1",),
        ("what became of it", "not agreed: not eligible", "65 and over"): ("R2",),
        ("what became of it", "agreed, with a top-up", "18 to 64"): ("R3",),
        ("reason", "until a sale", "65 and over"): ("R1",),
        ("reason", "for life", "18 to 64"): ("R3",),
        ("use of the home", "let", "65 and over"): ("R1",),
        ("use of the home", "not recorded", "18 to 64"): ("R3",),
    }
