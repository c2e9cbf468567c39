"""Instalments add back to the debt; a missed one is found and named."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from billing.debt.instalments import Every
from tests.billing.debt.makers import plan

MAY = dt.date(2026, 5, 1)


def test_the_last_instalment_is_the_smaller_one() -> None:
    made = plan(amount=50_00, debt=170_00, first=MAY).schedule()
    assert [(each.number, each.due, each.amount) for each in made] == [
        (1, dt.date(2026, 5, 1), 50_00),
        (2, dt.date(2026, 6, 1), 50_00),
        (3, dt.date(2026, 7, 1), 50_00),
        (4, dt.date(2026, 8, 1), 20_00),
    ]
    assert [each.by_then for each in made] == [50_00, 100_00, 150_00, 170_00]


def test_months_count_from_the_first_day_not_the_one_before() -> None:
    made = plan(amount=1, debt=4, first=dt.date(2026, 1, 31)).schedule()
    assert [each.due.isoformat() for each in made] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_weeks_are_whole() -> None:
    for every, days in (("weekly", 7), ("fortnightly", 14), ("four-weekly", 28)):
        made = plan(amount=1, debt=3, first=MAY, every=every).schedule()
        assert [(each.due - MAY).days for each in made] == [0, days, 2 * days]


def test_a_missed_instalment_is_named_once_the_days_of_grace_are_over() -> None:
    agreed = plan(amount=50_00, debt=170_00, first=MAY)
    paid_one = 120_00
    assert agreed.missed(paid_one, dt.date(2026, 6, 8), 7) is None
    missed = agreed.missed(paid_one, dt.date(2026, 6, 9), 7)
    assert str(missed) == "instalment 2 of £50.00 due 1 June 2026"


def test_part_of_an_instalment_is_not_the_instalment() -> None:
    agreed = plan(amount=50_00, debt=170_00, first=MAY)
    missed = agreed.missed(170_00 - 99_99, dt.date(2026, 6, 9), 7)
    assert missed and missed.number == 2
    assert agreed.missed(170_00 - 100_00, dt.date(2026, 6, 9), 7) is None


def test_a_plan_paid_off_early_is_kept_for_good() -> None:
    assert plan(amount=50_00, debt=170_00, first=MAY).missed(0, dt.date(2036, 1, 1), 0) is None


@given(
    st.integers(1, 10_000),
    st.integers(1, 200_000),
    st.sampled_from(list(Every)),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
)
def test_instalments_add_back_to_the_debt_to_the_penny(amount: int, debt: int, every: Every, first: dt.date) -> None:
    made = plan(amount=max(amount, debt // 300 + 1), debt=debt, first=first, every=every).schedule()
    assert sum(each.amount for each in made) == debt
    assert all(each.amount == made[0].amount for each in made[:-1])
    assert 0 < made[-1].amount <= made[0].amount
    assert [each.due for each in made] == sorted({each.due for each in made})
    assert made[-1].by_then == debt


@given(st.integers(1, 100), st.integers(1, 900), st.integers(0, 900), st.integers(0, 400), st.integers(0, 30))
def test_missed_is_the_first_of_the_schedule_not_paid_in_time(
    amount: int, debt: int, left: int, days: int, grace: int
) -> None:
    agreed = plan(amount=amount + debt // 30, debt=debt, first=MAY, every="fortnightly")
    on, paid = MAY + dt.timedelta(days=days), max(debt - left, 0)
    late = [each for each in agreed.schedule() if (on - each.due).days > grace and each.by_then > paid]
    assert agreed.missed(left, on, grace) == (late[0] if late else None)
