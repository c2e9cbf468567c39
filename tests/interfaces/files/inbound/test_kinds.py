"""Each kind of value by hand: what is kept, and the words for what is not."""

import datetime as dt

import pyarrow as pa
import pytest

from interfaces.files.inbound import kinds
from interfaces.files.inbound.kinds import Kind, Unreadable, Value

KEPT: list[tuple[Kind, str, str, Value]] = [
    (kinds.RATE, "£1,234.5678", "", 12_345_678),
    (kinds.RATE, "25.05", "", 250_500),
    (kinds.PENCE, " 0.10 ", "", 10),
    (kinds.SIGNED_PENCE, "(42.10)", "", -4210),
    (kinds.SIGNED_PENCE, "-£42.10", "", -4210),
    (kinds.PERCENT, "33.33%", "", 3333),
    (kinds.PERCENT, "40", "", 4000),
    (kinds.QUANTITY, "10.5", "hour", 630),
    (kinds.QUANTITY, "10:20", "Hour", 620),
    (kinds.QUANTITY, "10.3333", "hour", 620),
    (kinds.QUANTITY, "0.1", "hour", 6),
    (kinds.QUANTITY, "2.25", "session", 225),
    (kinds.DAYS, "mon, Weds & Friday".replace("&", ""), "", 0b0010101),
    (kinds.DAYS, "Sat Sun", "", 0b1100000),
    (kinds.LAST_DAY, "31/03/2026", "", dt.date(2026, 4, 1)),
    (kinds.LAST_DAY, "2024-02-29", "", dt.date(2024, 3, 1)),
    (kinds.DATE, "2024-02-29 00:00:00", "", dt.date(2024, 2, 29)),
    (kinds.DATE, "1.4.2026", "", dt.date(2026, 4, 1)),
    (kinds.STEPS, "100%:14; 80% : 28; 0", "", "100:14,80:28,0"),
    (kinds.STEPS, "100", "", "100"),
    (kinds.STEPS, "87.50:7,0.0", "", "87.5:7,0"),
    (kinds.STEPS, "100:14", "", "100:14,0"),
    (kinds.NHS_NUMBER, "999 000 0999", "", "9990000999"),
    (kinds.SORT_CODE, "01-02-03", "", "010203"),
    (kinds.ACCOUNT_NUMBER, "0123 4567", "", "01234567"),
    (kinds.UPRN, "00012345", "", "12345"),
    (kinds.one_of("home care", "other"), "Home  Care", "", "home care"),
    (kinds.whole(0, 20, "", plus=1), "20", "", 21),
]

REFUSED: list[tuple[Kind, str, str, str]] = [
    (kinds.DATE, "29/02/2023", "", "does not exist."),
    (kinds.DATE, "2023-00-10", "", "does not exist."),
    (kinds.DATE, "1/4/26", "", "has a year of two digits."),
    (kinds.DATE, "2026-04-01 13:30", "", "is not a date."),
    (kinds.DATE, "45383", "", "is not a date."),
    (kinds.LAST_DAY, "9999-12-31", "", "is too far from today to be right."),
    (kinds.FIRST_DAY, "0204-05-01", "", "is too far from today to be right."),
    (kinds.FIRST_DAY, "1901-05-01", "", "is before 1970."),
    (kinds.RATE, "1.234,56", "", "is not an amount of money."),
    (kinds.RATE, "12 345", "", "is not an amount of money."),
    (kinds.RATE, "1e3", "", "is not an amount of money."),
    (kinds.RATE, "n/a", "", "is not an amount of money."),
    (kinds.RATE, "12.34567", "", "has too many decimal places."),
    (kinds.PENCE, "0.005", "", "has too many decimal places."),
    (kinds.PENCE, "-1", "", "is below nought."),
    (kinds.SIGNED_PENCE, "0", "", "is nought."),
    (kinds.PERCENT, "0", "", "is not a percentage."),
    (kinds.PERCENT, "100.01", "", "is not a percentage."),
    (kinds.PERCENT, "£40", "", "is not a percentage."),
    (kinds.QUANTITY, "10.33", "hour", "hours is not a whole number of minutes."),
    (kinds.QUANTITY, "10:20", "visit", "is not a number."),
    (kinds.QUANTITY, "£10", "visit", "is an amount of money, not a quantity."),
    (kinds.QUANTITY, "1.005", "visit", "has too many decimal places."),
    (kinds.QUANTITY, "-1", "visit", "is not above nought."),
    (kinds.DAYS, "Mon Mon", "", "names a day twice."),
    (kinds.DAYS, "Fryday", "", "names a day that is not a weekday."),
    (kinds.STEPS, "100,80", "", "is not a list of shares and days."),
    (kinds.STEPS, "100:14,,0", "", "is not a list of shares and days."),
    (kinds.STEPS, "100.01", "", "is not a list of shares and days."),
    (kinds.STEPS, "100:0,80", "", "is not a list of shares and days."),
    (kinds.NHS_NUMBER, "9990000998", "", "is not an NHS number."),
    (kinds.NHS_NUMBER, "1111111111", "", "is one digit repeated, not a real NHS number."),
    (kinds.SORT_CODE, "00-00-00", "", "is all noughts."),
    (kinds.ACCOUNT_NUMBER, "123456789", "", "has 9 digits, not 8."),
    (kinds.EMAIL, "nobody", "", "is not an email address."),
    (kinds.YES, "maybe", "", "is neither yes nor no."),
    (kinds.whole(0, 20, ""), "21", "", "is not between 0 and 20."),
    (kinds.whole(0, 20, ""), "2.5", "", "is not a whole number."),
]


@pytest.mark.parametrize(("kind", "text", "beside", "value"), KEPT)
def test_what_is_kept(kind: Kind, text: str, beside: str, value: Value) -> None:
    assert kind.read(text, beside) == value


@pytest.mark.parametrize(("kind", "text", "beside", "what"), REFUSED)
def test_what_is_refused(kind: Kind, text: str, beside: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        kind.read(text, beside)
    assert refused.value.what == what
    assert refused.value.what_to_do.endswith(".")


def test_the_quick_way_is_never_kinder_than_the_slow_one() -> None:
    texts = ["9990000999", "999 000 0999", "9990000998", "0000000000", "1111111111", "123456", "000000", "12345678",
             "00000000", "1", "0", "12345678901234", "", None]  # fmt: skip
    for kind in (kinds.NHS_NUMBER, kinds.SORT_CODE, kinds.ACCOUNT_NUMBER, kinds.UPRN):
        assert kind.quick is not None
        right = kind.quick(pa.array(texts, pa.string())).to_pylist()
        assert any(right)
        for text, good in zip(texts, right, strict=True):
            if good:
                assert text is not None and kind.read(text, "") == text
