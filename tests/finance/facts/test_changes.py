"""What differs between two changes: by hand, and whatever is learned and put right in between."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from finance.facts.changes import differences
from finance.facts.versions import Row, Versions

CHANGES = {
    nr: {"nr": nr, "moment": dt.datetime(2026, 4, nr, 9), "by": "loader", "source": f"{nr}.csv"} for nr in range(1, 10)
}


def rate(nr: int, pence: int, learned: int, superseded: int | None = None, unit: str = "hour") -> Row:
    return {
        "nr": nr,
        "ref": f"R{nr}",
        "contract": 1,
        "service": 1,
        "unit": unit,
        "rate": pence * 100,
        "starts": None,
        "ends": None,
        "day_category": "any",
        "learned": learned,
        "superseded": superseded,
        "source_row": 4,
    }


LINE: Row = {
    "nr": 1,
    "ref": "L1",
    "unit": "hour",
    "quantity": 60,
    "days": 0,
    "every_weeks": 1,
    "learned": 1,
    "superseded": None,
}


def told(rates: list[Row], before: int, known: int) -> list[str]:
    return [
        each.words for each in differences(Versions({"service_line": [LINE], "rate": rates}, CHANGES), before, known)
    ]


def test_changed_new_and_withdrawn_in_the_order_they_were_learned() -> None:
    rates = [rate(1, 2_505, 1, 4), rate(1, 2_600, 4), rate(2, 1_000, 3), rate(3, 900, 1, 2)]
    assert told(rates, 1, 9) == [
        "rate R3: withdrawn; recorded 2 April 2026 by loader from 2.csv.",
        "rate R2: new; recorded 3 April 2026 by loader from 3.csv row 4.",
        "rate R1: rate £26.00 an hour (was £25.05 an hour); recorded 4 April 2026 by loader from 4.csv row 4.",
    ]
    assert told(rates, 4, 9) == []


def test_a_rate_for_a_unit_no_line_is_bought_by_is_passed_over() -> None:
    assert told([rate(1, 900, 3, unit="night")], 1, 9) == []


@given(st.lists(st.sampled_from((900, 1_000)), min_size=1, max_size=8), st.integers(1, 8), st.integers(0, 8))
def test_what_is_put_right_in_between_is_not_told(prices: list[int], before: int, more: int) -> None:
    """One rate, told again at each change: it is different between two changes if its price is, and once."""
    rates = [rate(1, pence, nr, nr + 1 if nr < len(prices) else None) for nr, pence in enumerate(prices, 1)]
    before, known = min(before, len(prices)), min(before + more, len(prices))
    assert len(told(rates, before, known)) == (prices[before - 1] != prices[known - 1])
