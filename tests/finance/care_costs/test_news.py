"""What has changed between two moments of knowing, and the first day each change can matter."""

import datetime as dt

import pyarrow as pa

from finance.care_costs.news import compare
from finance.days import FOR_EVER, number

BEFORE, KNOWN = 4, 6
RATE = pa.schema(
    [
        ("nr", pa.int64()),
        ("learned", pa.int64()),
        ("superseded", pa.int64()),
        ("line", pa.int64()),
        ("rate", pa.int64()),
        ("starts", pa.date32()),
        ("ends", pa.date32()),
    ]
)
PERSON = pa.schema(
    [
        ("nr", pa.int64()),
        ("learned", pa.int64()),
        ("superseded", pa.int64()),
        ("born", pa.date32()),
        ("died", pa.date32()),
        ("support_reason", pa.string()),
    ]
)
APRIL, JUNE, JULY = (dt.date(2026, month, 1) for month in (4, 6, 7))


def rate(learned: int, superseded: int | None, rate: int, starts: dt.date, ends: dt.date | None) -> dict[str, object]:
    return {
        "nr": 1,
        "learned": learned,
        "superseded": superseded,
        "line": 9,
        "rate": rate,
        "starts": starts,
        "ends": ends,
    }


def rates(*rows: dict[str, object]) -> list[int]:
    changed = compare(pa.Table.from_pylist(list(rows), schema=RATE), BEFORE, KNOWN)
    return [int(each) for each in changed.since]


def test_a_new_rate_matters_from_its_start() -> None:
    assert rates(rate(5, None, 100, JUNE, None)) == [number(JUNE)]


def test_an_end_that_moved_matters_from_the_earlier_end() -> None:
    assert rates(rate(1, 5, 100, APRIL, JULY), rate(5, None, 100, APRIL, JUNE)) == [number(JUNE)]
    assert rates(rate(1, 5, 100, APRIL, None), rate(5, None, 100, APRIL, JULY)) == [number(JULY)]


def test_a_price_that_changed_matters_from_the_earlier_start() -> None:
    assert rates(rate(1, 5, 100, JUNE, None), rate(5, None, 110, APRIL, None)) == [number(APRIL)]


def test_a_rate_taken_back_matters_from_its_start() -> None:
    assert rates(rate(1, 5, 100, JUNE, JULY)) == [number(JUNE)]


def test_what_was_learned_and_withdrawn_in_between_is_no_news() -> None:
    assert rates(rate(5, 6, 100, JUNE, None)) == []


def test_the_same_again_is_no_news() -> None:
    assert rates(rate(1, 5, 100, JUNE, None), rate(5, None, 100, JUNE, None)) == []


def test_a_death_matters_from_its_day_and_a_date_of_birth_from_ever() -> None:
    alive = {"learned": 1, "superseded": 5, "born": APRIL, "died": None, "support_reason": "mental health"}
    rows = [
        alive | {"nr": 1},
        alive | {"nr": 1, "learned": 5, "superseded": None, "died": JUNE},
        alive | {"nr": 2},
        alive | {"nr": 2, "learned": 6, "superseded": None, "born": JULY},
        alive | {"nr": 3, "learned": 5, "superseded": None},
    ]
    changed = compare(pa.Table.from_pylist(rows, schema=PERSON), BEFORE, KNOWN)
    assert changed.nr.tolist() == [1, 2, 3]
    assert changed.since.tolist() == [number(JUNE), 0, FOR_EVER]
