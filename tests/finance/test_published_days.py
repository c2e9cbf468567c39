"""Published cases about pay periods alone, put to the pay calendar itself.

frappe/hrms, commit 80f17c99, hrms/payroll/doctype/payroll_entry/test_payroll_entry.py: test_get_end_date;
killbill/killbill, commit cb60779c, invoice/.../TestRecurringInArrear.java and
TestInvoiceDateUtilsWithFixedProration.java.
"""

import datetime as dt
from fractions import Fraction

import pytest

from finance.days import Cycle, PayCalendar, Span


@pytest.mark.parametrize(
    "cycle, start, last",
    [
        pytest.param(Cycle.MONTHLY, dt.date(2017, 1, 1), dt.date(2017, 1, 31), id="HR-01"),
        pytest.param(Cycle.DAILY, dt.date(2017, 2, 15), dt.date(2017, 2, 15), id="HR-05"),
    ],
)
def test_the_last_day_of_a_pay_period(cycle: Cycle, start: dt.date, last: dt.date) -> None:
    assert PayCalendar(cycle, start).period(start).last == last


def test_kb_09_a_month_from_the_31st_ends_with_the_shorter_month() -> None:
    calendar = PayCalendar(Cycle.MONTHLY, dt.date(2025, 3, 31))
    done = [
        period
        for period in calendar.periods(Span(dt.date(2025, 3, 31), dt.date(2025, 5, 30)))
        if period.end <= dt.date(2025, 5, 30)
    ]
    assert done == [Span(dt.date(2025, 3, 31), dt.date(2025, 4, 30))]


@pytest.mark.parametrize(
    "first, end, part",
    [
        (dt.date(2023, 5, 23), dt.date(2023, 6, 15), Fraction(9, 31) + Fraction(14, 30)),
        (dt.date(2023, 6, 23), dt.date(2023, 7, 15), Fraction(8, 30) + Fraction(14, 31)),
        (dt.date(2023, 2, 23), dt.date(2023, 3, 15), Fraction(6, 28) + Fraction(14, 31)),
        (dt.date(2024, 2, 23), dt.date(2024, 3, 15), Fraction(7, 29) + Fraction(14, 31)),
    ],
    ids=["KB-05 May", "KB-05 June", "KB-05 February", "KB-05 leap February"],
)
def test_kb_05_our_months_are_their_own_length_not_thirty_days(first: dt.date, end: dt.date, part: Fraction) -> None:
    """The source charges 22 ÷ 30 each time, months taken as 30 days. Ours are the days there are."""
    days: dict[tuple[int, int], int] = {}
    day = first
    while day < end:
        days[day.year, day.month] = days.get((day.year, day.month), 0) + 1
        day += dt.timedelta(days=1)
    lengths = {month: PayCalendar(Cycle.MONTHLY, dt.date(*month, 1)).period(dt.date(*month, 1)).days for month in days}
    assert sum(Fraction(count, lengths[month]) for month, count in days.items()) == part
