"""Which version of a policy holds on a day, against going day by day; and who may say so."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgers.officers.authority import Authority
from ledgers.policy.versions import (
    NoSuchPolicy,
    PolicyNeedsASecondPerson,
    PolicyVersion,
    check_second,
    in_force,
    waiting,
)

AT = dt.datetime(2026, 5, 4, 9)
MAY = dt.date(2026, 5, 1)


def version(nr: int, starts: dt.date = MAY, confirmed: bool = True, withdrawn: bool = False) -> PolicyVersion:
    by = ("Bo", "manager", AT) if confirmed else (None, None, None)
    gone = ("Ann", AT, "Asked for twice") if withdrawn else (None, None, None)
    return PolicyVersion(nr, "policy", starts, "council.toml", "", "", "Cabinet", "Ann", AT, None, *by, *gone)


some = st.builds(
    version, st.integers(1, 50), st.dates(MAY, MAY + dt.timedelta(days=20)), st.booleans(), withdrawn=st.just(False)
)


@given(st.lists(some, max_size=8, unique_by=lambda each: each.nr), st.dates(MAY, MAY + dt.timedelta(days=25)))
def test_the_latest_to_begin_holds_and_of_two_that_begin_together_the_later_proposed(
    versions: list[PolicyVersion], day: dt.date
) -> None:
    held: PolicyVersion | None = None
    each_day = MAY
    while each_day <= day:  # the slow way: what begins takes over
        for each in sorted(versions, key=lambda one: one.nr):
            if each.starts == each_day and each.confirmed_by is not None:
                held = each
        each_day += dt.timedelta(days=1)
    assert in_force(versions, day) == held


def test_a_version_is_confirmed_by_another_under_any_spelling() -> None:
    now = Authority({"Ann": "manager", "Bo": "manager"})
    assert check_second(now, version(2, confirmed=False), "  BO ") == ("Bo", "manager")
    for spelling in ("Ann", "ANN", " ann", "Ａnn"):
        with pytest.raises(PolicyNeedsASecondPerson):
            check_second(now, version(2, confirmed=False), spelling)


def test_what_does_not_wait_says_what_became_of_it() -> None:
    versions = [version(1), version(2, confirmed=False), version(3, confirmed=False, withdrawn=True)]
    assert waiting(versions, 2).nr == 2
    for nr, words in ((1, "confirmed by Bo already"), (3, "withdrawn by Ann"), (4, "There is no policy 4")):
        with pytest.raises(NoSuchPolicy, match=words):
            waiting(versions, nr)
