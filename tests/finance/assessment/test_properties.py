"""The home of a permanent resident: twelve weeks as a counter, and the disregards for those still living there."""

import datetime as dt

import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    HomeDisregard,
    HomeLeftOut,
    MissingFact,
    Outcome,
    Setting,
    Stay,
    assess,
    assess_period,
    default_policy,
)
from finance.assessment.circumstances import BadFact
from finance.assessment.properties import twelve_weeks
from finance.days import Span

IN = dt.date(2024, 1, 1)
HOUSE = (Asset(kind="home", value_pence=20_000_000),)


def days(count: int, after: dt.date = IN) -> dt.date:
    return after + dt.timedelta(days=count)


def resident(**facts: object) -> Circumstances:
    base = {
        "person": "A",
        "born": dt.date(1940, 1, 1),
        "cost_pence": 90_000,
        "setting": Setting.PERMANENT,
        "stays": (Stay(first=IN),),
        "assets": HOUSE,
    }
    return Circumstances(**base | facts)  # type: ignore[arg-type]


def test_eighty_four_days_from_moving_in() -> None:
    counter = twelve_weeks([Stay(first=IN)])
    assert counter.spans == (Span(IN, days(84)),)
    assert counter.holds(days(83)) and not counter.holds(days(84))
    assert assess(resident(), days(83), default_policy()).outcome is Outcome.ASSESSED
    assert assess(resident(), days(84), default_policy()).outcome is Outcome.OVER_LIMIT


def test_back_within_52_weeks_has_only_what_was_left() -> None:
    left = days(30)
    counter = twelve_weeks([Stay(first=IN, end=left), Stay(first=days(364, left))])
    assert [span.days for span in counter.spans] == [30, 54]
    assert counter.days_left == 0


def test_back_after_52_weeks_starts_afresh() -> None:
    left = days(30)
    counter = twelve_weeks([Stay(first=days(365, left)), Stay(first=IN, end=left)])  # in any order
    assert [span.days for span in counter.spans] == [30, 84]


def test_three_short_stays_share_the_twelve_weeks() -> None:
    stays = [Stay(first=days(start), end=days(start + 40)) for start in (0, 100, 200)]
    counter = twelve_weeks(stays)
    assert [span.days for span in counter.spans] == [40, 40, 4]


def test_selling_the_home_ends_them() -> None:
    assert twelve_weeks([Stay(first=IN)], home_sold=days(20)).spans == (Span(IN, days(20)),)


def test_stays_that_overlap_are_refused() -> None:
    with pytest.raises(MissingFact, match="before the one before it ended"):
        twelve_weeks([Stay(first=IN), Stay(first=days(10))])


def test_a_period_is_cut_where_the_twelve_weeks_end() -> None:
    segments = assess_period(resident(), Span(days(80), days(88)), default_policy())
    assert [(each.span.first, each.assessment.charge_pence) for each in segments] == [(days(80), 0), (days(84), 90_000)]


@pytest.mark.parametrize("ground", [HomeDisregard.PARTNER, HomeDisregard.RELATIVE_60, HomeDisregard.CHILD])
def test_a_home_someone_still_lives_in_is_left_out(ground: HomeDisregard) -> None:
    one = resident(homes_left_out=(HomeLeftOut(ground=ground, end=days(200)),))
    answer = assess(one, days(199), default_policy())
    assert answer.outcome is Outcome.ASSESSED
    assert any(str(ground) in warning for warning in answer.warnings)
    assert assess(one, days(200), default_policy()).outcome is Outcome.OVER_LIMIT


def test_a_discretion_needs_a_reason_and_an_approver() -> None:
    bare = resident(homes_left_out=(HomeLeftOut(ground=HomeDisregard.CARER_GAVE_UP_HOME),))
    with pytest.raises(BadFact, match="discretion nobody approved"):
        assess(bare, days(100), default_policy())
    left_out = HomeLeftOut(ground=HomeDisregard.CARER_GAVE_UP_HOME, reason="cared for ten years", approver="Panel")
    assert assess(resident(homes_left_out=(left_out,)), days(100), default_policy()).outcome is Outcome.ASSESSED


def test_at_home_and_temporarily_away_the_home_does_not_count() -> None:
    on = days(300)
    at_home = resident(setting=Setting.HOME)
    assert assess(at_home, on, default_policy()).outcome is Outcome.ASSESSED
    away = resident(setting=Setting.TEMPORARY, stay_first=IN)
    assert assess(away, on, default_policy()).outcome is Outcome.ASSESSED
    not_going_back = resident(setting=Setting.TEMPORARY, stay_first=IN, intends_to_return=False)
    assert assess(not_going_back, on, default_policy()).outcome is Outcome.OVER_LIMIT


def test_a_temporary_stay_past_52_weeks_is_questioned() -> None:
    away = resident(setting=Setting.TEMPORARY, stay_first=IN)
    for day, asked in ((days(364), False), (days(365), True)):
        answer = assess(away, day, default_policy())
        assert any("52 weeks" in warning for warning in answer.warnings) is asked
