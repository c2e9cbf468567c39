"""What is announced of each bill, when, and what is left alone; what is stopped on its way."""

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from billing.debt.facts import Known
from billing.direct_debits.announcing import (
    Announcement,
    Books,
    CollectionStanding,
    MandateFacts,
    NotCollected,
    WhatToAnnounce,
    announce,
    collect,
    request,
    usable,
)
from billing.direct_debits.policy import DirectDebitPolicy
from billing.direct_debits.states import CollectionStatus, MandateStatus
from tests.billing.debt.makers import ANN, BOB, Bill, Dispute, Space, column, owed, plan

POLICY = DirectDebitPolicy()
ISSUED = dt.date(2026, 5, 1)
DUE = dt.date(2026, 5, 15)
DAY = dt.date(2026, 5, 18)  # ten working days after the issue, past the bank holiday
ANNS = MandateFacts(1, "CARE0001", ANN, MandateStatus.LIVE, dt.date(2026, 1, 5))


def books(known: Known, on: dt.date, taken: dict[int, int] | None = None, back: tuple[int, ...] = ()) -> Books:
    bills = known.owing.bill.tolist()
    pence = column((taken or {}).get(each, 0) for each in bills)
    return Books.of(known, pence, np.asarray([each in back for each in bills], dtype=bool), on, 7)


def announced(
    known: Known,
    on: dt.date = ISSUED,
    *,
    taken: dict[int, int] | None = None,
    back: tuple[int, ...] = (),
    again: tuple[int, ...] = (),
    held: MandateFacts = ANNS,
) -> tuple[list[Announcement], list[NotCollected]]:
    return announce(books(known, on, taken, back), {held.bill_payer: held}, POLICY, frozenset(again))


def why(known: Known, **more: object) -> str:
    made, left_alone = announced(known, **more)  # type: ignore[arg-type]
    assert made == []
    (only,) = left_alone
    return only.why


def bill(left: int = 200_00, **more: object) -> Bill:
    return Bill(1, DUE, left, issued=ISSUED, **more)  # type: ignore[arg-type]


def test_a_bill_is_announced_whole_for_its_day() -> None:
    (made,), left_alone = announced(owed(bill(), Bill(2, DUE, 5_00, payer=BOB)))
    assert made == Announcement(ANNS, 200_00, DAY, ((1, 200_00),))
    assert left_alone == []  # Bob has no mandate, so nobody asks


def test_only_what_is_left_undisputed_and_not_on_its_way_with_notice_anew() -> None:
    known = owed(bill(150_00, amount=200_00, collecting=20_00), disputes=[Dispute(1, 40_00, ISSUED)])
    (made,), _ = announced(known, dt.date(2026, 5, 6), taken={1: 20_00})
    assert (made.amount, made.collect_on) == (90_00, dt.date(2026, 5, 20))


def test_never_more_of_a_bill_than_has_not_been_collected_of_it() -> None:
    (made,), _ = announced(owed(bill(200_00)), taken={1: 150_00})
    assert made.amount == 50_00
    assert why(owed(bill(200_00)), taken={1: 200_00}) == "It has been collected already."


def test_what_is_left_alone_and_why() -> None:
    assert why(owed(bill(), died={ANN: ISSUED})) == "The payer has died."
    assert why(owed(bill(), spaces=[Space(ANN, ISSUED)])) == "It is in a breathing space."
    assert why(owed(bill(), disputes=[Dispute(1, None, ISSUED)])) == "All that is left of it is disputed."
    assert why(owed(bill(collecting=200_00)), taken={1: 200_00}) == "It is being collected already."
    assert why(owed(bill(99))) == "£0.99 is too little to collect."
    other_way = plan(amount=50_00, debt=200_00, first=DUE, starts=ISSUED)
    assert why(owed(bill(), plans=[other_way])) == "Instalment plan IP1 covers it, paid otherwise."
    broken = plan(amount=50_00, debt=200_00, first=dt.date(2026, 4, 1), direct_debit=True)
    assert why(owed(bill(), plans=[broken])).startswith("Instalment plan IP1 is broken")
    assert why(owed(bill()), back=(1,)).startswith("An earlier collection of it came back")
    assert len(announced(owed(bill()), back=(1,), again=(1,))[0]) == 1


def test_a_day_beyond_the_known_bank_holidays_stops_nobody_else() -> None:
    made, left_alone = announced(
        owed(Bill(1, dt.date(2040, 1, 1), 10_00, issued=ISSUED), Bill(2, DUE, 5_00, issued=ISSUED))
    )
    assert [each.parts for each in made] == [((2, 5_00),)]
    assert "Bank holidays are known" in left_alone[0].why


def test_the_first_collection_waits_for_the_bank() -> None:
    new = MandateFacts(1, "CARE0001", ANN, MandateStatus.LODGED, dt.date(2026, 5, 14))
    (made,), _ = announce(
        books(owed(bill()), dt.date(2026, 5, 14)), {ANN: new}, DirectDebitPolicy(notice_working_days=1)
    )
    assert made.collect_on == dt.date(2026, 5, 21)


def test_instalments_are_announced_as_their_days_come_and_pay_the_oldest_bill_first() -> None:
    agreed = plan(
        amount=150_00, debt=350_00, first=dt.date(2026, 5, 20), every="fortnightly", starts=ISSUED, direct_debit=True
    )
    bills = (bill(), Bill(2, dt.date(2026, 5, 30), 150_00, issued=ISSUED))
    made, _ = announced(owed(*bills, plans=[agreed]))
    assert made == [Announcement(ANNS, 150_00, dt.date(2026, 5, 20), ((1, 150_00),), 1, 1)]
    on_its_way = (bill(collecting=150_00), bills[1])
    made, _ = announced(owed(*on_its_way, plans=[agreed]), dt.date(2026, 5, 18), taken={1: 150_00})
    assert made == [Announcement(ANNS, 150_00, dt.date(2026, 6, 3), ((1, 50_00), (2, 100_00)), 1, 2)]
    paid = (bill(0, amount=200_00), Bill(2, dt.date(2026, 5, 30), 50_00, issued=ISSUED, amount=150_00))
    made, _ = announced(owed(*paid, plans=[agreed]), dt.date(2026, 6, 3), taken={1: 200_00, 2: 100_00})
    assert [(each.amount, each.instalment) for each in made] == [(50_00, 3)]


def test_paying_early_by_other_means_makes_the_next_instalment_smaller() -> None:
    agreed = plan(amount=150_00, debt=200_00, first=dt.date(2026, 5, 20), starts=ISSUED, direct_debit=True)
    (made,), _ = announced(owed(bill(180_00, amount=200_00), plans=[agreed]))
    assert (made.amount, made.instalment) == (130_00, 1)


def test_the_latest_mandate_in_use_is_used() -> None:
    old, gone = (
        MandateFacts(3, "CARE0003", ANN, MandateStatus.LIVE, ISSUED),
        MandateFacts(4, "CARE0004", ANN, MandateStatus.CANCELLED, DUE),
    )
    assert usable([gone, old, ANNS, MandateFacts(5, "CARE0005", BOB, MandateStatus.SIGNED, None)]) == {ANN: old}


# On their way ---------------------------------------------------------------------------------------------------------


def standing(
    nr: int = 1, amount: int = 200_00, parts: tuple[tuple[int, int], ...] | None = None, **more: object
) -> CollectionStanding:
    given: dict[str, object] = {
        "mandate": 1,
        "bill_payer": ANN,
        "announced": ISSUED,
        "plan": None,
        "instalment": None,
        "steps": 1,
        "on": ISSUED,
        "collect_on": DAY,
        "first_on": DAY,
        "reason": None,
        "represented": False,
        "status": CollectionStatus.ANNOUNCED,
    }
    return CollectionStanding(nr=nr, amount=amount, parts=parts or ((1, amount),), **{**given, **more})  # type: ignore[arg-type]


def asked(
    known: Known, *each: CollectionStanding, on: dt.date = dt.date(2026, 5, 14), held: MandateFacts = ANNS
) -> list[WhatToAnnounce]:
    return request(books(known, on), each, {1: held}, POLICY)


def stopped(known: Known, held: MandateFacts = ANNS) -> str:
    (only,) = asked(known, standing(), held=held)
    (late,) = collect(books(known, DAY), [standing(status=CollectionStatus.REQUESTED)], {1: held})
    assert only.why == late.why and (only.action == "cancel") == (late.action == "cancel") == bool(only.why)
    return only.why


def test_asked_for_two_working_days_before() -> None:
    known = owed(bill(collecting=200_00))
    assert asked(known, standing(), on=dt.date(2026, 5, 13)) == []
    (made,) = asked(known, standing())
    assert (made.action, made.collect_on) == ("request", DAY)
    (late,) = asked(known, standing(), on=dt.date(2026, 5, 19))
    assert (late.action, late.collect_on) == ("request", dt.date(2026, 5, 21))
    (gone,) = asked(known, standing(), on=dt.date(2026, 5, 20))
    assert gone.action == "cancel" and "18 May 2026, can no longer be met" in gone.why


def test_collected_on_its_day() -> None:
    known = owed(bill(collecting=200_00))
    asked_for = standing(status=CollectionStatus.REQUESTED)
    assert collect(books(known, dt.date(2026, 5, 15)), [asked_for], {1: ANNS}) == []
    (made,) = collect(books(known, DAY), [asked_for], {1: ANNS})
    assert (made.action, made.collect_on) == ("collect", DAY)


def test_what_has_happened_since_stops_it() -> None:
    coming = bill(collecting=200_00)
    assert stopped(owed(coming)) == ""
    assert stopped(owed(coming, died={ANN: ISSUED})) == "The payer has died."
    assert stopped(owed(coming, spaces=[Space(ANN, dt.date(2026, 5, 2))])) == "Bill B0000001 is in a breathing space."
    assert (
        stopped(owed(coming, disputes=[Dispute(1, 1, ISSUED)]))
        == "No more than £199.99 of bill B0000001 may be collected now."
    )
    assert stopped(owed(bill(199_99, amount=200_00, collecting=200_00))).startswith("No more than £199.99")
    agreed = plan(amount=50_00, debt=200_00, first=DAY, starts=ISSUED)
    assert stopped(owed(coming, plans=[agreed])) == "An instalment plan for bill B0000001 has begun or ended since."
    assert stopped(owed(Bill(2, DUE, 5_00))) == "Bill B0000001 has been paid."
    assert (
        stopped(owed(coming), MandateFacts(1, "CARE0001", ANN, MandateStatus.CANCELLED, ISSUED))
        == "The mandate is cancelled."
    )


def test_of_two_too_much_together_one_is_stopped_and_the_other_goes() -> None:
    known = owed(bill(120_00, amount=200_00, collecting=200_00))
    made = asked(known, standing(1, 80_00), standing(2, 120_00))
    assert [(each.collection.nr, each.action) for each in made] == [(1, "cancel"), (2, "request")]


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500)), max_size=6),
    st.integers(0, 40),
)
def test_never_announced_beyond_what_is_left_or_has_not_been_collected(
    rows: list[tuple[int, int, int, int]], days: int
) -> None:
    """Rows of (amount, paid, disputed, taken), each of one bill."""
    bills = [
        Bill(nr, DUE, max(amount - paid, 0), issued=ISSUED, amount=amount)
        for nr, (amount, paid, _, _) in enumerate(rows, 1)
    ]
    disputes = [Dispute(nr, disputed, ISSUED) for nr, (_, _, disputed, _) in enumerate(rows, 1) if disputed]
    taken = {nr: pence for nr, (_, _, _, pence) in enumerate(rows, 1)}
    made, left_alone = announced(owed(*bills, disputes=disputes), ISSUED + dt.timedelta(days=days), taken=taken)
    for each in made:
        ((nr, pence),) = each.parts
        amount, paid, disputed, already = rows[nr - 1]
        assert (
            100
            <= pence
            == each.amount
            == min(max(amount - paid, 0) - min(disputed, max(amount - paid, 0)), amount - already)
        )
        assert each.collect_on >= DUE and each.collect_on > ISSUED + dt.timedelta(days=days)
    seen = [each.parts[0][0] for each in made] + [each.bill for each in left_alone]
    assert sorted(seen) == [each.nr for each in bills if each.left > 0]
