"""How long a breathing space lasts, and the last day to go to court."""

import datetime as dt

from billing.debt.breathing_spaces import BreathingSpace, end_of, recoverable_until

JUNE = dt.date(2026, 6, 1)


def test_a_standard_one_lasts_sixty_days() -> None:
    ends = end_of("standard", JUNE)
    assert ends == dt.date(2026, 7, 31) and (ends - JUNE).days == 60  # 1 June to 30 July


def test_one_cut_short_ends_then_and_never_later() -> None:
    assert end_of("standard", JUNE, ended=dt.date(2026, 6, 20)) == dt.date(2026, 6, 20)
    assert end_of("standard", JUNE, ended=dt.date(2027, 6, 20)) == dt.date(2026, 7, 31)


def test_a_crisis_one_lasts_as_long_as_treatment_and_thirty_days() -> None:
    assert end_of("mental health crisis", JUNE) is None
    ends = end_of("mental health crisis", JUNE, dt.date(2026, 9, 10))
    assert ends == dt.date(2026, 10, 11)  # the last day covered is 10 October, 30 days after 10 September


def space(starts: dt.date, ends: dt.date | None) -> BreathingSpace:
    return BreathingSpace(1, "standard", starts, ends, "N1")


def test_a_debt_may_be_taken_to_court_for_six_years() -> None:
    assert recoverable_until(dt.date(2020, 3, 1), []) == dt.date(2026, 3, 1)
    assert recoverable_until(dt.date(2020, 2, 29), []) == dt.date(2026, 2, 28)


def test_a_breathing_space_at_the_end_puts_it_off_by_eight_weeks() -> None:
    owed = dt.date(2020, 6, 15)
    over = space(JUNE, dt.date(2026, 7, 31))
    assert recoverable_until(owed, [over]) == dt.date(2026, 9, 25)
    assert recoverable_until(owed, [space(dt.date(2024, 6, 1), dt.date(2024, 7, 31))]) == dt.date(2026, 6, 15)
    assert recoverable_until(owed, [space(JUNE, None)]) == dt.date(2026, 6, 15)
