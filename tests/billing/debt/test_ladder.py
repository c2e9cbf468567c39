"""Each bill's step on a day, and why it takes none: by hand, and against a slow obvious reference."""

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from billing.debt.facts import Known
from billing.debt.instalments import Plan
from billing.debt.ladder import Round, Why, work_out
from billing.debt.policy import Ladder, ReminderPolicy
from billing.debt.reminders import PayerName, Reminder, reminders, standing_of
from finance.days import number
from tests.billing.debt.makers import ANN, BOB, Bill, Dispute, Space, Taken, owed, plan

POLICY = ReminderPolicy()  # 14, 28, 42 and 77 days; 14 days after a pause; 60 after a death; £5
DUE = dt.date(2026, 3, 1)


def later(days: int) -> dt.date:
    return DUE + dt.timedelta(days=days)


def on(known: Known, day: dt.date, policy: ReminderPolicy = POLICY) -> Round:
    return work_out(known, policy, number(day))


def one(known: Known, day: dt.date, policy: ReminderPolicy = POLICY) -> tuple[Why, int, int]:
    """Why, the step and the pence asked for, of the only bill."""
    found = on(known, day, policy)
    return Why(int(found.why[0])), int(found.step[0]), int(found.asked[0])


def letters(known: Known, day: dt.date) -> list[Reminder]:
    return list(
        reminders(on(known, day), {ANN: PayerName("P1", "Ann Example"), BOB: PayerName("P2", "Bob Example")}, {})
    )


def words(known: Known, day: dt.date) -> str:
    return standing_of(on(known, day), 0, []).words


def test_steps_come_on_their_days_and_not_before() -> None:
    bill = Bill(1, DUE, 200_00)
    assert one(owed(bill), DUE)[0] is Why.NOT_YET_DUE
    assert one(owed(bill), later(13)) == (Why.TOO_SOON, 1, 200_00)
    assert one(owed(bill), later(14)) == (Why.STEP, 1, 200_00)
    assert one(owed(bill, taken=[Taken(1, 1, later(14))]), later(14))[0] is Why.TOO_SOON
    assert one(owed(bill, taken=[Taken(1, 1, later(14))]), later(28)) == (Why.STEP, 2, 200_00)


def test_no_step_is_skipped_however_late_the_first() -> None:
    bill = Bill(1, DUE, 200_00)
    assert one(owed(bill), later(500)) == (Why.STEP, 1, 200_00)
    first = Taken(1, 1, later(500))
    assert one(owed(bill, taken=[first]), later(513)) == (Why.TOO_SOON, 2, 200_00)
    assert one(owed(bill, taken=[first]), later(514)) == (Why.STEP, 2, 200_00)


def test_after_the_last_step_nothing_more_is_sent() -> None:
    steps = [Taken(1, step, later(14 * step)) for step in (1, 2, 3, 4)]
    assert one(owed(Bill(1, DUE, 200_00), taken=steps), later(900))[0] is Why.REFERRED


def test_a_dispute_pauses_only_the_disputed_part() -> None:
    known = owed(Bill(1, DUE, 200_00), disputes=[Dispute(1, 40_00, later(2))])
    assert one(known, later(14)) == (Why.STEP, 1, 160_00)
    assert words(known, later(14)) == (
        "Reminder: it was to be paid by 1 March 2026, 14 days ago. £40.00 of it is disputed and waits; the rest, "
        "£160.00, is asked for."
    )
    paid_the_rest = owed(Bill(1, DUE, 40_00, amount=200_00), disputes=[Dispute(1, 40_00, later(2))])
    assert one(paid_the_rest, later(14))[0] is Why.DISPUTED
    assert one(owed(Bill(1, DUE, 200_00), disputes=[Dispute(1, None, later(2))]), later(14))[0] is Why.DISPUTED


def test_two_disputes_add_up_and_never_to_more_than_is_left() -> None:
    known = owed(Bill(1, DUE, 50_00), disputes=[Dispute(1, 40_00, DUE), Dispute(1, 40_00, DUE)])
    assert int(on(known, later(14)).pauses.disputed[0]) == 50_00


def test_a_dispute_settled_leaves_days_of_quiet() -> None:
    known = owed(Bill(1, DUE, 200_00), disputes=[Dispute(1, 40_00, later(2), later(20))])
    assert one(known, later(33)) == (Why.AFTER_PAUSE, 1, 200_00)
    assert one(known, later(34)) == (Why.STEP, 1, 200_00)
    assert words(known, later(33)).startswith("What paused it ended on 21 March 2026: left alone until 4 April 2026.")


def test_a_breathing_space_covers_what_was_owed_before_it_and_nothing_later() -> None:
    space = Space(ANN, later(10), later(70))
    before, after = Bill(1, DUE, 200_00), Bill(2, later(30), 90_00, cared_from=later(12))
    found = on(owed(before, after, spaces=[space]), later(60))
    assert [Why(each) for each in found.why.tolist()] == [Why.BREATHING_SPACE, Why.STEP]
    assert one(owed(before, spaces=[space]), later(69))[0] is Why.BREATHING_SPACE
    assert one(owed(before, spaces=[space]), later(70))[0] is Why.AFTER_PAUSE
    assert one(owed(before, spaces=[space]), later(84))[0] is Why.STEP
    assert one(owed(before, spaces=[Space(BOB, later(10), later(70))]), later(60))[0] is Why.STEP


def test_care_that_had_begun_before_a_breathing_space_is_covered_though_billed_in_it() -> None:
    bill = Bill(1, later(30), 90_00, issued=later(16), cared_from=later(9))
    assert one(owed(bill, spaces=[Space(ANN, later(10), later(70))]), later(60))[0] is Why.BREATHING_SPACE


def test_a_plan_kept_is_left_alone_and_a_broken_one_is_named() -> None:
    agreed = plan(amount=50_00, debt=200_00, first=later(20), starts=later(10))
    assert one(owed(Bill(1, DUE, 200_00), plans=[agreed]), later(27))[0] is Why.PLAN
    assert one(owed(Bill(1, DUE, 200_00), plans=[agreed]), later(28))[0] is Why.STEP
    assert words(owed(Bill(1, DUE, 200_00), plans=[agreed]), later(28)).endswith(
        "Instalment plan IP1 is broken: instalment 1 of £50.00 due 21 March 2026 was not paid."
    )
    assert one(owed(Bill(1, DUE, 150_00, amount=200_00), plans=[agreed]), later(28))[0] is Why.PLAN


def test_what_was_paid_of_a_missed_instalment_is_told_and_what_is_short() -> None:
    agreed = plan(amount=100_00, debt=556_50, first=DUE, every="weekly", starts=DUE)
    known = owed(Bill(1, DUE, 200_00, amount=556_50), plans=[agreed])  # £356.50 paid: three whole, and £56.50
    assert one(known, later(28))[0] is Why.PLAN
    assert words(known, later(29)).endswith(
        "Instalment plan IP1 is broken: of instalment 4 of £100.00 due 22 March 2026, £56.50 was paid and £43.50 is "
        "short; "
        "with those due since, £143.50 is not paid."
    )


def test_money_disputed_when_a_plan_was_agreed_is_not_the_plans() -> None:
    """£556.50 left of one bill, £136.10 of it disputed: the plan is of £420.40, in weeks of £100.00."""
    agreed = plan(amount=100_00, debt=420_40, first=later(7), every="weekly", starts=later(2))

    def stands(
        left: int, day: dt.date, *, ends: dt.date | None = None, credits: list[tuple[int, dt.date, int]] | None = None
    ) -> str:
        bill = Bill(1, DUE, left, amount=556_50)
        return words(owed(bill, plans=[agreed], disputes=[Dispute(1, 136_10, DUE, ends)], credits=credits or []), day)

    waits = " £136.10 of it is disputed and waits."
    out = " £136.10 of it, disputed when the plan was agreed, is not in the plan."
    assert stands(456_50, later(15)) == f"Instalment plan IP1 covers it and is kept.{waits}{out}"
    assert "instalment 1 of £100.00 due 8 March 2026 was not paid" in stands(556_50, later(15))
    settled_for_the_council = stands(456_50, later(15), ends=later(9))
    assert settled_for_the_council == f"Instalment plan IP1 covers it and is kept.{out}"
    taken_off = [(1, later(9), 136_10)]
    assert stands(320_40, later(15), ends=later(9), credits=taken_off) == "Instalment plan IP1 covers it and is kept."
    assert "was not paid" in stands(420_40, later(15), ends=later(9), credits=taken_off)
    assert stands(136_10, later(15)) == "All that is left of it is disputed."
    assert stands(136_10, later(60), ends=later(9)).startswith("Reminder")


def test_a_plan_covers_only_bills_issued_in_its_days() -> None:
    agreed = plan(amount=50_00, debt=200_00, first=later(20), starts=later(10), bills_until=DUE)
    found = on(owed(Bill(1, DUE, 200_00), Bill(2, later(14), 10_00, issued=DUE), plans=[agreed]), later(27))
    assert [Why(each) for each in found.why.tolist()] == [Why.PLAN, Why.TOO_SOON]


def test_money_on_its_way_by_direct_debit_is_not_asked_for() -> None:
    assert one(owed(Bill(1, DUE, 200_00, collecting=200_00)), later(14))[0] is Why.COLLECTING
    assert one(owed(Bill(1, DUE, 200_00, collecting=150_00)), later(14)) == (Why.STEP, 1, 50_00)


def test_what_is_on_its_way_by_direct_debit_is_told_with_its_day() -> None:
    on_its_way = owed(Bill(1, DUE, 200_00, collecting=200_00, collect_on=later(3)))
    assert words(on_its_way, later(-2)) == (
        "It is to be paid by 1 March 2026. £200.00 is to be collected by direct debit on 4 March 2026."
    )
    assert words(on_its_way, later(3)) == (
        "It is being collected by direct debit. £200.00 was to be collected by direct debit on 4 March 2026 and is "
        "not in the "
        "ledger yet."
    )


def test_an_estate_is_left_alone_for_a_while() -> None:
    known = owed(Bill(1, DUE, 200_00), died={ANN: later(3)})
    assert one(known, later(62))[0] is Why.DIED
    assert one(known, later(63))[0] is Why.STEP
    (letter,) = letters(known, later(63))
    assert letter.estate


def test_too_little_is_not_written_about_but_two_littles_are_enough() -> None:
    assert one(owed(Bill(1, DUE, 4_99)), later(14))[0] is Why.SMALL
    assert one(owed(Bill(1, DUE, 4_99), Bill(2, DUE, 1)), later(14)) == (Why.STEP, 1, 4_99)
    assert one(owed(Bill(1, DUE, 4_99), Bill(2, later(30), 90_00)), later(14))[0] is Why.SMALL
    assert one(owed(Bill(1, DUE, 4_99), Bill(2, DUE, 9_00, payer=BOB)), later(14))[0] is Why.SMALL


def test_payers_of_other_kinds_and_paid_bills_are_not_chased() -> None:
    assert one(owed(Bill(1, DUE, 200_00), unchased=[ANN]), later(14))[0] is Why.NOT_CHASED
    assert one(owed(Bill(1, DUE, 0, amount=200_00)), later(14))[0] is Why.PAID


def test_one_letter_a_payer_headed_by_the_highest_step() -> None:
    bills = [Bill(3, DUE, 10_00, payer=BOB), Bill(2, later(14), 90_00), Bill(1, DUE, 200_00), Bill(4, later(28), 5_00)]
    known = owed(*bills, taken=[Taken(1, 1, later(14)), Taken(1, 2, later(28))])
    ann, bob = letters(known, later(42))
    assert (ann.ref, ann.step_name, ann.asked) == ("P1", "letter before action", 295_00)
    assert [(each.number, each.step, each.asked) for each in ann.bills] == [
        ("B0000001", 3, 200_00),
        ("B0000002", 1, 90_00),
        ("B0000004", 1, 5_00),
    ]
    assert ann.reply_by == later(72)
    assert "69(2)" in ann.notes[0]
    assert (bob.ref, bob.step, bob.asked, bob.reply_by, bob.notes) == ("P2", 1, 10_00, None, ())


def test_what_is_not_asked_for_is_in_the_letter_with_its_reason() -> None:
    known = owed(Bill(1, DUE, 200_00), Bill(2, later(2), 90_00), disputes=[Dispute(2, None, DUE)])
    (letter,) = letters(known, later(14))
    assert [(each.bill, each.words) for each in letter.others] == [(2, "All that is left of it is disputed.")]
    assert (letter.asked, letter.disputed) == (200_00, 90_00)


def test_a_new_ladder_applies_from_its_day() -> None:
    quick = ReminderPolicy(ladders=(*POLICY.ladders, Ladder(later(10), (5, 10, 15, 45))))
    assert one(owed(Bill(1, DUE, 200_00)), later(9), quick)[0] is Why.TOO_SOON
    assert one(owed(Bill(1, DUE, 200_00)), later(10), quick)[0] is Why.STEP


# Against a slow obvious reference -------------------------------------------------------------------------------------

days = st.integers(-40, 120).map(later)
bills_ = st.lists(
    st.builds(
        Bill,
        nr=st.integers(1, 30),
        due=days,
        left=st.integers(0, 60_00),
        payer=st.integers(1, 4),
        cared_from=st.none() | days,
        collecting=st.sampled_from([0, 0, 0, 10_00]),
    ),
    max_size=8,
    unique_by=lambda each: each.nr,
)
spans = st.tuples(days, st.none() | st.integers(1, 60))


def _ends(starts: dt.date, length: int | None) -> dt.date | None:
    return starts + dt.timedelta(days=length) if length else None


disputes_ = st.lists(
    st.builds(
        lambda bill, amount, span: Dispute(bill, amount, span[0], _ends(*span)),
        st.integers(1, 30),
        st.none() | st.integers(1, 40_00),
        spans,
    ),
    max_size=4,
)
spaces_ = st.lists(
    st.builds(lambda payer, span: Space(payer, span[0], _ends(*span)), st.integers(1, 4), spans), max_size=3
)
plans_ = st.lists(
    st.builds(
        lambda payer, amount, debt, first, span: plan(
            payer=payer, amount=amount, debt=debt, first=first, every="weekly", starts=span[0], ends=_ends(*span)
        ),
        st.integers(1, 4),
        st.integers(5_00, 30_00),
        st.integers(5_00, 100_00),
        days,
        spans,
    ),
    max_size=2,
    unique_by=lambda each: each.bill_payer,
)
taken_ = st.lists(
    st.builds(Taken, st.integers(1, 30), st.integers(1, 4), days),
    max_size=6,
    unique_by=lambda each: (each.bill, each.step),
)


def holds(starts: dt.date, ends: dt.date | None, on: dt.date) -> bool:
    return starts <= on and (ends is None or on < ends)


def planned(agreed: Plan, bill: Bill, disputes: list[Dispute]) -> int:
    """What is left of a bill that is the plan's: what was disputed when it was agreed is not."""
    held = [each for each in disputes if each.bill == bill.nr and holds(each.starts, each.ends, agreed.starts)]
    return max(bill.left - sum(bill.left if each.amount is None else each.amount for each in held), 0)


def reference(
    bill: Bill,
    bills: list[Bill],
    disputes: list[Dispute],
    spaces: list[Space],
    plans: list[Plan],
    taken: list[Taken],
    on: dt.date,
) -> tuple[bool, int, int]:
    """Whether one bill takes a step on a day (small sums apart), which, and the pence that may be asked for."""
    mine = [each for each in disputes if each.bill == bill.nr]
    live = [each for each in mine if holds(each.starts, each.ends, on)]
    disputed = min(sum(bill.left if each.amount is None else min(each.amount, bill.left) for each in live), bill.left)
    asked = max(bill.left - disputed - bill.collecting, 0)
    owed_since = min(bill.issued_on, bill.since)
    covering = [each for each in spaces if each.payer == bill.payer and owed_since < each.starts]
    waits = any(holds(each.starts, each.ends, on) for each in covering)
    agreed = [each for each in plans if each.bill_payer == bill.payer and each.covers(bill.issued_on)]
    for each in agreed:
        parts = [
            planned(each, other, disputes)
            for other in bills
            if other.payer == bill.payer and each.covers(other.issued_on)
        ]
        kept = each.missed(sum(parts), on, POLICY.plan_days_grace) is None
        waits = waits or (
            holds(each.starts, each.ends, on) and kept and (not bill.left or planned(each, bill, disputes) > 0)
        )
    ended = [*(each.ends for each in mine), *(each.ends for each in covering), *(each.ends for each in agreed)]
    over = [each for each in ended if each and each <= on]
    steps = {each.step: each.on for each in taken if each.bill == bill.nr}
    step = max(steps, default=0) + 1
    if step > 4 or waits or asked == 0 or on <= bill.due:
        return False, step, asked
    gaps = [14, 14, 14, 35]
    ready = [bill.due + dt.timedelta(days=[14, 28, 42, 77][step - 1])]
    ready += [steps[step - 1] + dt.timedelta(days=gaps[step - 1])] if step > 1 else []
    ready += [each + dt.timedelta(days=14) for each in over]
    return on >= max(ready), step, asked


@given(bills_, disputes_, spaces_, plans_, taken_, days)
def test_a_council_at_once_is_each_bill_by_itself(
    bills: list[Bill], disputes: list[Dispute], spaces: list[Space], plans: list[Plan], taken: list[Taken], day: dt.date
) -> None:
    found = on(
        owed(*bills, disputes=disputes, spaces=spaces, plans=plans, taken=taken), day, ReminderPolicy(smallest_pence=0)
    )
    for place, bill in enumerate(bills):
        takes, step, asked = reference(bill, bills, disputes, spaces, plans, taken, day)
        assert (found.why[place] == Why.STEP) == takes, (bill, Why(int(found.why[place])))
        assert (int(found.step[place]), int(found.asked[place])) == (step, asked)


@given(bills_, disputes_, spaces_, plans_, st.integers(0, 40))
def test_lived_day_by_day_no_step_is_skipped_or_taken_twice(
    bills: list[Bill], disputes: list[Dispute], spaces: list[Space], plans: list[Plan], first: int
) -> None:
    taken: list[Taken] = []
    for day in range(first, first + 160, 3):
        today = later(day)
        found = on(owed(*bills, disputes=disputes, spaces=spaces, plans=plans, taken=taken), today)
        for place in found.steps.tolist():
            bill = bills[place]
            before = [each.step for each in taken if each.bill == bill.nr]
            assert before == list(range(1, int(found.step[place])))
            assert 0 < found.asked[place] <= bill.left
            assert not any(
                each.payer == bill.payer
                and min(bill.issued_on, bill.since) < each.starts
                and holds(each.starts, each.ends, today)
                for each in spaces
            ), "nothing in a breathing space is chased"
            taken.append(Taken(bill.nr, int(found.step[place]), today))


def test_a_whole_council_in_a_moment() -> None:
    """100,000 payers with three bills each; the time is the test's own, a few seconds at worst on a busy machine."""
    from billing.debt.facts import DebtPayers, Disputes, Owing, Reached, Spaces

    size = 300_000
    payer = np.repeat(np.arange(1, size // 3 + 1, dtype=np.int64), 3)
    nr = np.arange(1, size + 1, dtype=np.int64)
    start = number(DUE)
    due = start + nr % 60
    full = np.full(size, 100_00, np.int64)
    none = np.empty(0, np.int64)
    some = nr[::20]
    forever = np.full(len(some), number(later(900)), np.int64)
    known = Known(
        Owing(nr, payer, due - 14, due, due - 42, full, full, np.zeros(size, np.int64)),
        Disputes(some, np.full(len(some), 40_00, np.int64), np.full(len(some), start, np.int64), forever),
        Spaces(
            payer[::60],
            np.full(len(payer[::60]), start - 5, np.int64),
            np.full(len(payer[::60]), number(later(900)), np.int64),
        ),
        (),
        Reached(none, none, none),
        DebtPayers(np.unique(payer), np.full(size // 3, 1_000_000, np.int64), np.ones(size // 3, np.int64)),
    )
    found = on(known, later(60))
    assert int((found.why == Why.STEP).sum()) > 200_000
    assert int(found.asked[found.why == Why.STEP].min()) == 60_00
