"""Time away is told with its true days, once each, whatever it is cut into."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from finance.care_costs.absences import ShareOfDays, TimeAway, by_contract, time_away
from finance.facts.versions import Row

MONDAY = dt.date(2026, 4, 6)
RULE = "100:7,80"


def on(place: int) -> dt.date:
    return MONDAY + dt.timedelta(days=place)


def absence(first: int, end: int | None, reason: str = "hospital", paid: str | None = None, line: int = 1) -> Row:
    ends = None if end is None else on(end)
    return {"line": line, "starts": on(first), "ends": ends, "reason": reason, "paid": paid}


def told(shares: list[ShareOfDays], *absences: Row) -> list[TimeAway]:
    return time_away(shares, absences, lambda row, _: by_contract(row, RULE))


def test_a_week_at_less_is_a_week() -> None:
    days = [ShareOfDays(1, on(0), on(7), 10_000), ShareOfDays(1, on(7), on(14), 8_000)]
    assert [(each.days, each.share) for each in told(days, absence(0, None))] == [(7, 10_000), (7, 8_000)]


def test_whose_rule_it_is() -> None:
    own, theirs = told([ShareOfDays(1, on(0), on(4), 0)], absence(0, 2, paid="0"), absence(2, 4, "holiday"))
    assert own.rule_words == "agreed for this absence: nothing"
    assert theirs.rule_words == "by the contract: 100% for 7 days, then 80%"


@given(
    st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.sampled_from([0, 8_000, 10_000])), max_size=8), st.data()
)
def test_every_day_away_is_told_once(pieces: list[tuple[int, bool, int]], data: st.DataObject) -> None:
    """Of days cut anyhow, some of them told twice, each day away is in one row, at its own share."""
    shares: list[ShareOfDays] = []
    absences: list[Row] = []
    wanted: dict[dt.date, int] = {}
    at = 0
    for days, away, share in pieces:
        paid = share if away else 10_000
        shares += [ShareOfDays(1, on(at), on(at + days), paid)] * data.draw(st.integers(1, 2))
        if away:
            absences.append(absence(at, at + days))
            wanted |= {on(day): share for day in range(at, at + days)}
        at += days
    made = told(data.draw(st.permutations(shares)), *absences)
    days_told = [(each.starts + dt.timedelta(day), each.share) for each in made for day in range(each.days)]
    assert sorted(days_told) == sorted(wanted.items())
    assert all((one.ends, one.share) != (two.starts, two.share) for one, two in pairwise(made))
