"""When things happen in the made-up county: two four-weekly periods, the days their runs are drafted, the price year.

Days are day numbers (finance.days). The end of anything is its last day, as in files; ``NEVER`` where there is none.
"""

import datetime as dt

from finance.days import FOR_EVER, Cycle, PayCalendar, Span, number

COUNCIL = "Ambermere County Council (made up)"
NEVER = FOR_EVER
LONG_KNOWN = 0  # known since before anything here

CALENDAR_REF = "CAL-4W"
CALENDAR = PayCalendar(Cycle.FOUR_WEEKLY, dt.date(2026, 4, 6), cut_off_days=2, pay_working_days=5)
PERIODS = (Span(dt.date(2026, 4, 6), dt.date(2026, 5, 4)), Span(dt.date(2026, 5, 4), dt.date(2026, 6, 1)))
CUT_OFFS = (CALENDAR.cut_off(PERIODS[0]), CALENDAR.cut_off(PERIODS[1]))  # 5 May and 2 June 2026

GO_LIVE = number(PERIODS[0].first)
SECOND_PERIOD = number(PERIODS[1].first)
THE_END = number(PERIODS[1].end)
FIRST_CUT_OFF, SECOND_CUT_OFF = number(CUT_OFFS[0]), number(CUT_OFFS[1])

PRICES_FROM = number(dt.date(2025, 4, 7))  # the 2025/26 prices
OLDEST_START = number(dt.date(2019, 4, 1))


def the_day(year: int, month: int, day: int) -> int:
    return number(dt.date(year, month, day))
