"""Each kind of value by hand: what is kept, and the words for what is not."""

import datetime as dt

import pyarrow as pa
import pytest

from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.value_types import Unreadable, Value, ValueType

KEPT: list[tuple[ValueType, str, str, Value]] = [
    (value_types.RATE, "£1,234.5678", "", 12_345_678),
    (value_types.RATE, "25.05", "", 250_500),
    (value_types.PENCE, " 0.10 ", "", 10),
    (value_types.SIGNED_PENCE, "(42.10)", "", -4210),
    (value_types.SIGNED_PENCE, "-£42.10", "", -4210),
    (value_types.PERCENT, "33.33%", "", 3333),
    (value_types.PERCENT, "40", "", 4000),
    (value_types.QUANTITY, "10.5", "hour", 630),
    (value_types.QUANTITY, "10:20", "Hour", 620),
    (value_types.QUANTITY, "10.3333", "hour", 620),
    (value_types.QUANTITY, "0.1", "hour", 6),
    (value_types.QUANTITY, "2.25", "session", 225),
    (value_types.DAYS, "mon, Weds & Friday".replace("&", ""), "", 0b0010101),
    (value_types.DAYS, "Sat Sun", "", 0b1100000),
    (value_types.LAST_DAY, "31/03/2026", "", dt.date(2026, 4, 1)),
    (value_types.LAST_DAY, "2024-02-29", "", dt.date(2024, 3, 1)),
    (value_types.DATE, "2024-02-29 00:00:00", "", dt.date(2024, 2, 29)),
    (value_types.DATE, "1.4.2026", "", dt.date(2026, 4, 1)),
    (value_types.STEPS, "100%:14; 80% : 28; 0", "", "100:14,80:28,0"),
    (value_types.STEPS, "100", "", "100"),
    (value_types.STEPS, "87.50:7,0.0", "", "87.5:7,0"),
    (value_types.STEPS, "100:14", "", "100:14,0"),
    (value_types.NHS_NUMBER, "999 000 0999", "", "9990000999"),
    (value_types.SORT_CODE, "01-02-03", "", "010203"),
    (value_types.ACCOUNT_NUMBER, "0123 4567", "", "01234567"),
    (value_types.UPRN, "00012345", "", "12345"),
    (value_types.one_of("home care", "other"), "Home  Care", "", "home care"),
    (value_types.whole(0, 20, "", plus=1), "20", "", 21),
]

REFUSED: list[tuple[ValueType, str, str, str]] = [
    (value_types.DATE, "29/02/2023", "", "does not exist."),
    (value_types.DATE, "2023-00-10", "", "does not exist."),
    (value_types.DATE, "1/4/26", "", "has a year of two digits."),
    (value_types.DATE, "2026-04-01 13:30", "", "is not a date."),
    (value_types.DATE, "45383", "", "is not a date."),
    (value_types.LAST_DAY, "9999-12-31", "", "is too far from today to be right."),
    (value_types.FIRST_DAY, "0204-05-01", "", "is too far from today to be right."),
    (value_types.FIRST_DAY, "1901-05-01", "", "is before 1970."),
    (value_types.RATE, "1.234,56", "", "is not an amount of money."),
    (value_types.RATE, "12 345", "", "is not an amount of money."),
    (value_types.RATE, "1e3", "", "is not an amount of money."),
    (value_types.RATE, "n/a", "", "is not an amount of money."),
    (value_types.RATE, "12.34567", "", "has too many decimal places."),
    (value_types.PENCE, "0.005", "", "has too many decimal places."),
    (value_types.PENCE, "-1", "", "is below nought."),
    (value_types.SIGNED_PENCE, "0", "", "is nought."),
    (value_types.PERCENT, "0", "", "is not a percentage."),
    (value_types.PERCENT, "100.01", "", "is not a percentage."),
    (value_types.PERCENT, "£40", "", "is not a percentage."),
    (value_types.QUANTITY, "10.33", "hour", "hours is not a whole number of minutes."),
    (value_types.QUANTITY, "10:20", "visit", "is not a number."),
    (value_types.QUANTITY, "£10", "visit", "is an amount of money, not a quantity."),
    (value_types.QUANTITY, "1.005", "visit", "has too many decimal places."),
    (value_types.QUANTITY, "-1", "visit", "is not above nought."),
    (value_types.DAYS, "Mon Mon", "", "names a day twice."),
    (value_types.DAYS, "Fryday", "", "names a day that is not a weekday."),
    (value_types.STEPS, "100,80", "", "is not a list of shares and days."),
    (value_types.STEPS, "100:14,,0", "", "is not a list of shares and days."),
    (value_types.STEPS, "100.01", "", "is not a list of shares and days."),
    (value_types.STEPS, "100:0,80", "", "is not a list of shares and days."),
    (value_types.NHS_NUMBER, "9990000998", "", "is not an NHS number."),
    (value_types.NHS_NUMBER, "1111111111", "", "is one digit repeated, not a real NHS number."),
    (value_types.SORT_CODE, "00-00-00", "", "is all noughts."),
    (value_types.ACCOUNT_NUMBER, "123456789", "", "has 9 digits, not 8."),
    (value_types.EMAIL, "nobody", "", "is not an email address."),
    (value_types.YES_IF_CANCELLED, "maybe", "", "is neither yes nor no."),
    (value_types.whole(0, 20, ""), "21", "", "is not between 0 and 20."),
    (value_types.whole(0, 20, ""), "2.5", "", "is not a whole number."),
]


@pytest.mark.parametrize(("kind", "text", "beside", "value"), KEPT)
def test_what_is_kept(kind: ValueType, text: str, beside: str, value: Value) -> None:
    assert kind.read(text, beside) == value


@pytest.mark.parametrize(("kind", "text", "beside", "what"), REFUSED)
def test_what_is_refused(kind: ValueType, text: str, beside: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        kind.read(text, beside)
    assert refused.value.what == what
    assert refused.value.what_to_do.endswith(".")


def test_the_quick_way_is_never_kinder_than_the_slow_one() -> None:
    texts = [
        "9990000999",
        "999 000 0999",
        "9990000998",
        "0000000000",
        "1111111111",
        "123456",
        "000000",
        "12345678",
        "00000000",
        "1",
        "0",
        "12345678901234",
        "",
        None,
    ]
    for kind in (value_types.NHS_NUMBER, value_types.SORT_CODE, value_types.ACCOUNT_NUMBER, value_types.UPRN):
        assert kind.quick is not None
        right = kind.quick(pa.array(texts, pa.string())).to_pylist()
        assert any(right)
        for text, good in zip(texts, right, strict=True):
            if good:
                assert text is not None and kind.read(text, "") == text
