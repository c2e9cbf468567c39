"""Days, working days and pay calendars, against a wall calendar."""

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.days import (
    Cycle,
    PayCalendar,
    Span,
    Timing,
    add_working_days,
    count_every,
    day,
    financial_period,
    financial_year,
    is_working_day,
    number,
    weekday_number,
    working_day_on_or_before,
)
from finance.problems import NoValueOnDay, Refusal

D = dt.date
DATES = st.dates(D(2019, 1, 1), D(2027, 12, 31))


def test_a_span_has_days() -> None:
    with pytest.raises(Refusal):
        Span(D(2026, 4, 6), D(2026, 4, 6))
    span = Span(D(2026, 4, 6), D(2026, 5, 4))
    assert (span.days, span.last, str(span)) == (28, D(2026, 5, 3), "6 April 2026 to 3 May 2026")
    assert span.holds(D(2026, 4, 6)) and not span.holds(D(2026, 5, 4))
    assert span.meet(Span(D(2026, 5, 3), D(2026, 6, 1))) == Span(D(2026, 5, 3), D(2026, 5, 4))
    assert span.meet(Span(D(2026, 5, 4), D(2026, 6, 1))) is None


@given(DATES)
def test_day_numbers_are_dates(when: dt.date) -> None:
    assert day(number(when)) == when
    assert number(when) == int(np.datetime64(when, "D").astype(int))
    assert weekday_number(np.asarray([number(when)]))[0] == when.weekday()


def test_easter_and_christmas_2026() -> None:
    assert not is_working_day(D(2026, 4, 3))  # Good Friday
    assert not is_working_day(D(2026, 4, 6))  # Easter Monday
    assert not is_working_day(D(2026, 12, 28))  # Boxing Day falls on a Saturday: the Monday after
    assert add_working_days(D(2026, 4, 2), 1) == D(2026, 4, 7)
    assert add_working_days(D(2026, 4, 7), -1) == D(2026, 4, 2)
    assert working_day_on_or_before(D(2026, 4, 6)) == D(2026, 4, 2)


def test_a_day_past_the_known_bank_holidays_is_refused() -> None:
    with pytest.raises(NoValueOnDay):
        is_working_day(D(2090, 1, 4))


def test_the_financial_year() -> None:
    assert financial_year(D(2026, 3, 31)) == Span(D(2025, 4, 1), D(2026, 4, 1))
    assert financial_period(D(2026, 4, 1)) == (2026, 1)
    assert financial_period(D(2026, 3, 31)) == (2025, 12)


@pytest.mark.parametrize("waits", [0, 1, 3])
@pytest.mark.parametrize("timing", list(Timing))
def test_money_arrives_on_a_working_day_whatever_is_waited_for(timing: Timing, waits: int) -> None:
    for cut_off in range(4):
        calendar = PayCalendar(Cycle.WEEKLY, D(2026, 4, 6), timing, cut_off, waits)
        for period in calendar.periods(Span(D(2026, 4, 6), D(2027, 4, 6))):
            arrives = calendar.pay_date(period)
            assert is_working_day(arrives) and arrives >= calendar.cut_off(period)


def test_nothing_waited_for_at_christmas_is_paid_when_the_banks_open() -> None:
    """Cut off on Monday 28 December 2026, which is a bank holiday for Boxing Day."""
    calendar = PayCalendar(Cycle.WEEKLY, D(2026, 4, 6), cut_off_days=1, pay_working_days=0)
    assert calendar.pay_date(Span(D(2026, 12, 21), D(2026, 12, 28))) == D(2026, 12, 29)
    assert calendar.pay_date(Span(D(2026, 12, 28), D(2027, 1, 4))) == D(2027, 1, 4)
    assert calendar.paid_after(D(2026, 12, 26)) == D(2026, 12, 29)


FOUR_WEEKLY = PayCalendar(Cycle.FOUR_WEEKLY, D(2026, 4, 6), cut_off_days=2, pay_working_days=5)


def test_a_four_weekly_calendar_in_arrears() -> None:
    period = FOUR_WEEKLY.period(D(2026, 5, 3))
    assert period == Span(D(2026, 4, 6), D(2026, 5, 4))
    assert FOUR_WEEKLY.period(D(2026, 4, 5)) == Span(D(2026, 3, 9), D(2026, 4, 6))
    assert FOUR_WEEKLY.cut_off(period) == D(2026, 5, 5)
    assert FOUR_WEEKLY.pay_date(period) == D(2026, 5, 12)
    assert FOUR_WEEKLY.due_for_cut_off(D(2026, 5, 5)) == period
    assert FOUR_WEEKLY.due_for_cut_off(D(2026, 5, 6)) is None


def test_paid_in_advance() -> None:
    calendar = PayCalendar(Cycle.WEEKLY, D(2026, 4, 6), Timing.ADVANCE, cut_off_days=5, pay_working_days=2)
    period = calendar.period(D(2026, 4, 15))
    assert calendar.cut_off(period) == D(2026, 4, 8)
    assert calendar.pay_date(period) == D(2026, 4, 10)
    assert calendar.due_for_cut_off(D(2026, 4, 8)) == period


def test_calendar_months_from_the_last_day_of_one() -> None:
    calendar = PayCalendar(Cycle.MONTHLY, D(2025, 1, 31))
    assert calendar.period(D(2025, 2, 27)) == Span(D(2025, 1, 31), D(2025, 2, 28))
    assert calendar.period(D(2025, 2, 28)) == Span(D(2025, 2, 28), D(2025, 3, 31))


@given(st.sampled_from(Cycle), DATES, DATES)
def test_every_day_is_in_exactly_one_period(cycle: Cycle, anchor: dt.date, when: dt.date) -> None:
    calendar = PayCalendar(cycle, anchor)
    period = calendar.period(when)
    assert period.holds(when)
    assert calendar.period(period.last) == period
    assert calendar.period(period.end).first == period.end
    assert calendar.period(period.first - dt.timedelta(days=1)).end == period.first


@given(st.sampled_from(Cycle), DATES, st.integers(1, 400))
def test_periods_cover_a_window_without_gaps(cycle: Cycle, first: dt.date, days: int) -> None:
    window = Span(first, first + dt.timedelta(days=days))
    periods = list(PayCalendar(cycle, D(2024, 1, 31)).periods(window))
    assert periods[0].holds(window.first) and periods[-1].end >= window.end > periods[-1].first
    assert all(one.end == two.first for one, two in itertools.pairwise(periods))


@given(st.integers(15000, 22000), st.integers(0, 200), st.integers(15000, 22000), st.integers(1, 40))
def test_counting_every_nth_day(first: int, days: int, start: int, every: int) -> None:
    wanted = sum(1 for each in range(first, first + days) if (each - start) % every == 0)
    found = count_every(np.asarray([first]), np.asarray([first + days]), np.asarray([start]), np.asarray([every]))
    assert found.tolist() == [wanted]
