"""A made-up county of any size, as columns: typical mixed circumstances, every income and setting among them."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from finance.assessment import ages, kinds
from finance.assessment.columns import NONE, AssessmentColumns, Column
from finance.days import number

Ints = NDArray[np.int64]


def county(people: int, on: dt.date, seed: int = 1, wales_in_ten: int = 1) -> AssessmentColumns:
    """Columns for so many people on a day. The same seed makes the same county."""
    rng = np.random.default_rng(seed)

    def chance(percent: int) -> NDArray[np.bool_]:
        return rng.integers(0, 100, people) < percent

    def whole(low: int, high: int, size: int = people) -> Ints:
        return rng.integers(low, high, size, dtype=np.int64)

    def mostly_none(percent: int, high: int) -> Ints:
        return np.where(chance(percent), whole(0, high), NONE).astype(np.int64)

    younger = chance(42)
    age_days = np.where(younger, whole(18 * 366, 66 * 365), whole(66 * 365, 100 * 365))
    born = number(on) - age_days
    nation = (whole(0, 10) < wales_in_ten).astype(np.int64)
    # Benefit for a Welsh couple of two ages is not worked out, so partners there are of one age.
    cost = whole(2_000, 150_000)
    partner_born = born + np.where(nation == 0, whole(-12 * 365, 12 * 365), 0)
    arrays: dict[str, Column] = {
        "nation": nation,
        "setting": np.array([0] * 14 + [1] * 4 + [2, 3], np.int64)[whole(0, 20)],
        "stay_days": whole(0, 80),
        "born": born,
        "pension_age_day": ages.pension_age_day(born),
        "pension_age_given": np.zeros(people, bool),
        "twenty_fifth_birthday": ages.anniversary(born, 25),
        "couple": chance(25),
        "partner_born": partner_born,
        "partner_pension_age_day": ages.pension_age_day(partner_born),
        "children": np.where(younger & chance(15), whole(1, 4), 0).astype(np.int64),
        "disability_premium": chance(40),
        "enhanced_disability_premium": chance(20),
        "carer_premium": chance(5),
        "night_care_needed": chance(20),
        "half_pension_passed": chance(5),
        "home_left_out": chance(50),
        "rent_is_capital": chance(50),
        # Wales's rate is not known; nursing of more than the whole cost is refused.
        "nursing": np.where(chance(15) & (nation == 0) & (cost > 40_000), whole(1, 3), 0).astype(np.int64),
        "standing": np.where(chance(6), whole(1, 3), 0).astype(np.int64),
        "cost": cost,
        "allowance_override": mostly_none(1, 40_000),
        "assessed_override": mostly_none(1, 40_000),
        "basic_entitlement_given": mostly_none(30, 40_000),
        "previous_charge": mostly_none(50, 20_000),
        "untold": np.zeros(people, bool),
        "unread_rate": np.zeros(people, bool),
    }
    incomes = whole(0, 5)
    assets = np.array([0, 1, 1, 1, 2], np.int64)[whole(0, 5)]
    expenses = np.array([0, 0, 1, 2, 3], np.int64)[whole(0, 5)]
    for sort, counts in (("income", incomes), ("asset", assets), ("expense", expenses)):
        arrays[f"{sort}_starts"] = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    rows = int(incomes.sum())
    often = np.array([0, 0, 0, 1, 2, 3, 3, 4, 5], np.int64)
    arrays["income_kind"] = whole(0, len(kinds.incomes()), rows)
    arrays["income_frequency"] = often[whole(0, len(often), rows)]
    a_week = np.array([1, 2, 4, 4, 13, 52], np.int64)[arrays["income_frequency"]]
    arrays["income_amount"] = whole(100, 20_000, rows) * a_week + whole(0, 7, rows)
    rows = int(assets.sum())
    arrays["asset_kind"] = whole(0, len(kinds.assets()), rows)
    arrays["asset_value"] = whole(0, 3_500_000, rows)
    arrays["asset_owed"] = np.where(whole(0, 10, rows) == 0, whole(0, 500_000, rows), 0).astype(np.int64)
    arrays["asset_owners"] = np.array([1, 1, 1, 2, 3], np.int64)[whole(0, 5, rows)]
    arrays["asset_sale_costs"] = whole(0, 10, rows) == 0
    rows = int(expenses.sum())
    arrays["expense_kind"] = whole(0, len(kinds.expenses()), rows)
    arrays["expense_frequency"] = often[whole(0, len(often), rows)]
    arrays["expense_amount"] = whole(100, 4_000, rows)
    return AssessmentColumns.of(arrays)
