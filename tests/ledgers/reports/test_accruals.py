"""What a year’s end cuts in two: the days before it, to the penny, and nothing lost between the two years."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from ledgers.reports.accruals import Accrued, AcrossYearEnd, accruals, part_before

MARCH, APRIL, NEW_YEAR = dt.date(2027, 3, 8), dt.date(2027, 4, 5), dt.date(2027, 4, 1)


def care(pence: int, first: dt.date = MARCH, end: dt.date = APRIL, kind: str = "care") -> AcrossYearEnd:
    return AcrossYearEnd("payments", kind, 1, 2, first, end, pence)


def test_a_period_from_8_march_to_4_april_is_accrued_for_24_of_its_28_days() -> None:
    """£2,800.00 of a home and £960.00 of care at home: £2,400.00 and £822.86 belong to 2026/27."""
    found = accruals([care(2_800_00), care(960_00), care(-280_00, kind="contribution")], NEW_YEAR)
    assert found == [
        Accrued("payments", "care", 1, 2, 3_222_86, 3_760_00),
        Accrued("payments", "contribution", 1, 2, -240_00, -280_00),
    ]


def test_care_that_begins_or_ends_inside_the_period_is_parted_by_its_own_days() -> None:
    assert part_before(care(1_000_00, first=dt.date(2027, 3, 26)), NEW_YEAR) == 600_00
    assert part_before(care(1_000_00, first=NEW_YEAR), NEW_YEAR) == 0
    assert part_before(care(1_000_00, end=NEW_YEAR), NEW_YEAR) == 1_000_00


@given(st.integers(-(10**9), 10**9), st.integers(1, 60), st.integers(0, 90))
def test_no_more_is_accrued_than_stands_and_taking_back_takes_back_as_much(pence: int, days: int, cut: int) -> None:
    end, new_year = MARCH + dt.timedelta(days), MARCH + dt.timedelta(cut)
    part = part_before(care(pence, end=end), new_year)
    assert abs(part) <= abs(pence)
    assert part_before(care(-pence, end=end), new_year) == -part
