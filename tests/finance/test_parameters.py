"""Files of dated values: what a day's value is, as it was known then, and each fault refused by name."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from finance.parameters import Parameters, load_parameters, read_parameters
from finance.problems import BadParameters, NoValueOnDay

HEAD = """
[allowance]
label = "Weekly allowance"
unit = "{unit}"
reference = "Regulation 6"
"""
ROW = """
[[allowance.values]]
from = {first}
value = {value}
status = "confirmed"
source = "circular"
"""


def entry(*rows: tuple[str, str], unit: str = "pence a week") -> str:
    return HEAD.format(unit=unit) + "".join(ROW.format(first=first, value=value) for first, value in rows)


def read(text: str) -> Parameters:
    return read_parameters(text, "rates.toml")


TWO_YEARS = entry(("2024-04-06", "30.15"), ("2025-04-06", "30.65"))


def test_a_value_runs_until_the_next_starts() -> None:
    rates = read(TWO_YEARS)
    assert rates.pence("allowance", dt.date(2024, 4, 6)) == 3_015
    assert rates.pence("allowance", dt.date(2025, 4, 5)) == 3_015
    assert rates.pence("allowance", dt.date(2025, 4, 6)) == 3_065
    assert rates["allowance"].change_days() == [dt.date(2024, 4, 6), dt.date(2025, 4, 6)]


def test_a_day_before_the_first_value_is_refused_not_nought() -> None:
    with pytest.raises(
        NoValueOnDay, match=r"no value of “Weekly allowance” for 5 April 2024. It is known from 6 April"
    ):
        read(TWO_YEARS).pence("allowance", dt.date(2024, 4, 5))


def test_a_day_after_the_last_value_ends_is_refused() -> None:
    rates = read(TWO_YEARS.replace("value = 30.65", "until = 2026-04-06\nvalue = 30.65"))
    assert rates.pence("allowance", dt.date(2026, 4, 5)) == 3_065
    with pytest.raises(NoValueOnDay, match="known up to 5 April 2026"):
        rates.pence("allowance", dt.date(2026, 4, 6))


def test_a_value_nobody_found_is_refused_and_last_years_does_not_run_on() -> None:
    row = '[[allowance.values]]\nfrom = 2026-04-06\nstatus = "not found"\nsource = "not found in the circular"\n'
    rates = read(TWO_YEARS + row)
    assert rates.pence("allowance", dt.date(2026, 4, 5)) == 3_065
    with pytest.raises(NoValueOnDay, match="It was not found in the circular from 6 April 2026"):
        rates.pence("allowance", dt.date(2026, 4, 6))


def test_a_restated_value_stands_from_the_day_it_was_learned() -> None:
    restated = ROW.format(first="2024-04-06", value="32.00").replace("from", "known = 2024-09-01\nfrom")
    rates = read(TWO_YEARS + restated)
    day = dt.date(2024, 6, 1)
    assert rates.pence("allowance", day) == 3_200
    assert rates.pence("allowance", day, known_by=dt.date(2024, 8, 31)) == 3_015
    assert rates.pence("allowance", day, known_by=dt.date(2024, 9, 1)) == 3_200
    assert rates.pence("allowance", dt.date(2025, 4, 6)) == 3_065


def test_what_was_known_runs_on_until_something_later_was_known() -> None:
    rates = read(TWO_YEARS)
    assert rates.pence("allowance", dt.date(2025, 6, 1), known_by=dt.date(2024, 6, 1)) == 3_015


def test_units_other_than_money_are_kept_as_written() -> None:
    assert read(entry(("2024-04-06", "4.25"), unit="percent"))["allowance"].on(dt.date(2024, 5, 1)).value == Decimal(
        "4.25"
    )
    assert read(entry(("2024-04-06", "true"), unit="flag"))["allowance"].on(dt.date(2024, 5, 1)).value is True


def test_a_name_nobody_gave_is_refused() -> None:
    with pytest.raises(NoValueOnDay, match="No parameter is called “alowance”"):
        read(TWO_YEARS)["alowance"]


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "rates.toml").write_text(TWO_YEARS)
    assert load_parameters(tmp_path / "rates.toml").pence("allowance", dt.date(2024, 5, 1)) == 3_015
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadParameters, match=r"bad\.toml is not readable as text"):
        load_parameters(tmp_path / "bad.toml")


GOOD = entry(("2025-04-06", "30.65"))
CHOICE = entry(("2025-04-06", '"weekly"'), unit="choice").replace("reference", 'choices = ["daily"]\nreference')

FAULTS = {
    "not TOML": (GOOD.replace("unit = ", "unit "), "rates.toml line 4, column 6 is not TOML"),
    "no values at all": ("# nothing here", "rates.toml holds no values"),
    "no label": (GOOD.replace('label = "Weekly allowance"', ""), "rates.toml, allowance: “label” is missing"),
    "no unit": (GOOD.replace('unit = "pence a week"', ""), "“unit” is missing"),
    "no reference": (GOOD.replace('reference = "Regulation 6"', ""), "“reference” is missing"),
    "no rows": (HEAD.format(unit="pence a week"), "“values” is missing"),
    "a misspelt entry key": (GOOD.replace("reference", 'refrence = "x"\nreference'), "“refrence” is not understood"),
    "a misspelt row key": (GOOD.replace("source", 'sauce = "x"\nsource'), "“sauce” is not understood"),
    "a stray line": ("stray = 1\n" + GOOD, "stray: it belongs to no entry"),
    "no from": (GOOD.replace("from = 2025-04-06", ""), "a value has no “from” date"),
    "from is text": (GOOD.replace("2025-04-06", '"6 April"'), "a value has no “from” date"),
    "from is a time": (GOOD.replace("2025-04-06", "2025-04-06T00:00:00"), "a value has no “from” date"),
    "known is text": (GOOD.replace("value =", 'known = "May"\nvalue ='), "has a date that is not a date"),
    "ends before it starts": (GOOD.replace("value =", "until = 2025-04-06\nvalue ="), "before it starts"),
    "no value": (GOOD.replace("value = 30.65", ""), "the value from 2025-04-06 is missing"),
    "an unknown status": (GOOD.replace("confirmed", "probably"), "has status “probably”"),
    "no status": (GOOD.replace('status = "confirmed"', ""), "has status “None”"),
    "no source": (GOOD.replace('source = "circular"', ""), "has no source"),
    "found and not found": (GOOD.replace("confirmed", "not found"), "marked not found, yet given"),
    "money as text": (GOOD.replace("30.65", '"30.65"'), "is not an amount"),
    "money as true": (GOOD.replace("30.65", "true"), "is not an amount"),
    "a fraction of a penny": (GOOD.replace("30.65", "30.655"), "too many decimal places"),
    "a flag that is a number": (entry(("2025-04-06", "1"), unit="flag"), "is not true or false"),
    "a percentage that is text": (entry(("2025-04-06", '"ten"'), unit="percent"), "is not a number of percent"),
    "days below nought": (entry(("2025-04-06", "-1"), unit="days"), "is not a number of days"),
    "a choice without choices": (entry(("2025-04-06", '"weekly"'), unit="choice"), "“choices” is missing"),
    "a choice not offered": (CHOICE, "“weekly”, is not a choice"),
    "two from one day": (entry(("2025-04-06", "30.65"), ("2025-04-06", "31.80")), "two values start on 6 April 2025"),
    "a gap": (
        TWO_YEARS.replace("value = 30.15", "until = 2025-04-01\nvalue = 30.15"),
        "no value covers 1 April 2025 to 6 April 2025",
    ),
    "an overlap": (
        TWO_YEARS.replace("value = 30.15", "known = 2025-04-06\nuntil = 2025-05-01\nvalue = 30.15"),
        "two values cover 6 April 2025",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_with_one_fault_is_refused_in_words_that_name_it(fault: str) -> None:
    text, words = FAULTS[fault]
    with pytest.raises(BadParameters) as refused:
        read(text)
    assert words in str(refused.value)
    assert "rates.toml" in str(refused.value)
    assert refused.value.what_to_do


def test_the_good_files_the_faults_are_made_from_are_read() -> None:
    assert read(GOOD).pence("allowance", dt.date(2025, 4, 6)) == 3_065
    assert read(CHOICE.replace('"daily"', '"weekly"'))["allowance"].on(dt.date(2025, 5, 1)).value == "weekly"
