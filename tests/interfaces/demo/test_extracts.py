"""Made-up facts as text: money, dates, hours and refs as the extracts have them."""

from pathlib import Path

import numpy as np
import pandas as pd

from interfaces.demo.extracts import contract_ref, day, line_ref, pounds, write
from interfaces.demo.names import nhs_numbers
from interfaces.demo.timetable import NEVER, the_day


def test_money_is_pounds_and_pence() -> None:
    assert pounds(np.array([10_890_000, 4_500, -12_345_600, 500])).to_pylist() == [
        "1089.00",
        "0.45",
        "-1234.56",
        "0.05",
    ]


def test_a_date_is_iso_or_as_people_write_it_and_empty_where_there_is_none() -> None:
    days = np.array([the_day(2026, 4, 6), NEVER])
    assert day(days).to_pylist() == ["2026-04-06", ""]
    assert day(days, "uk").to_pylist() == ["06/04/2026", ""]


def test_refs_count_from_one() -> None:
    assert line_ref(np.array([0, 41])).to_pylist() == ["LIN000001", "LIN000042"]
    assert contract_ref(np.array([299])).to_pylist() == ["CON0300"]


def test_a_workbook_is_the_same_bytes_whenever_it_is_made(tmp_path: Path) -> None:
    rows = pd.DataFrame({"adjustment_ref": ["ADJ0001"], "date": ["2026-04-20"], "amount": ["-12.50"]})
    write(tmp_path / "one", "adjustments", rows)
    write(tmp_path / "two", "adjustments", rows)
    assert (tmp_path / "one/adjustments.xlsx").read_bytes() == (tmp_path / "two/adjustments.xlsx").read_bytes()


def test_an_nhs_number_has_the_check_digit_worked_out_by_hand() -> None:
    """999 000 018: 9×10+9×9+9×8 + 1×3+8×2 = 262; 262 − 23×11 = 9; 11 − 9 = 2, so 999 000 0182."""
    made = [number for number in nhs_numbers(1_000_000, np.random.default_rng(1)).to_pylist() if number]
    assert [number for number in made if number.startswith("999000018")] == ["9990000182"]
    assert len(set(made)) == len(made) > 900_000
