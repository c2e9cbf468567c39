"""The people of the made-up county: those in care on the first day, and those who begin in the eight weeks after."""

import numpy as np
import pandas as pd

from finance.columns import Ints
from interfaces.demo import names
from interfaces.demo.calibration import (
    CODE,
    IN_A_HOME,
    OLDER,
    STARTS_A_WEEK,
    SUPPORT_REASONS,
    delay,
    people_in_groups,
    scaled,
)
from interfaces.demo.timetable import GO_LIVE, LONG_KNOWN, NEVER, OLDEST_START, THE_END

_START_CHANCE_BY_WEEKDAY = np.array([30, 14, 13, 13, 24, 3, 3]) / 100  # busiest on Mondays and Fridays (assumed)
_STAY_MEDIAN_DAYS = 16.5 * 30.4  # half stay 15 to 18 months, 27% over three years
_STAY_SPREAD = 1.27


def make_people(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """``count`` people in care on the first day, then those who start later. One row each, numbered from nought.

    Columns: group, older, home (in a care home), start (first day of care), known (day the council's system knew),
    born, died (NEVER until late news says otherwise), died_known, and what the people extract prints.
    """
    stock = np.repeat(np.arange(len(CODE)), people_in_groups(count))
    starters = scaled(STARTS_A_WEEK, count, (THE_END - GO_LIVE) / 7)
    weight = people_in_groups(count) * np.where(IN_A_HOME, 0.5, 1.0)
    began = rng.choice(len(CODE), starters, p=weight / weight.sum())
    group = np.concatenate([rng.permutation(stock), began])
    rows = len(group)
    start = np.concatenate([_stock_starts(count, rng), _later_starts(starters, rng)])
    late = np.maximum(start + delay("new package", rows, rng), GO_LIVE)
    older = OLDER[group]
    return pd.DataFrame(
        {
            "group": group,
            "older": older,
            "home": IN_A_HOME[group],
            "start": start,
            "known": np.where(start < GO_LIVE, LONG_KNOWN, late),
            "born": _birth_days(older, IN_A_HOME[group], rng),
            "died": NEVER,
            "died_known": NEVER,
            "name": names.people(rows, rng),
            "nhs_number": names.nhs_numbers(rows, rng).to_pandas(),
            "uprn": names.uprns(rows, rng).to_pandas(),
            "postcode": names.postcodes(rows, rng).to_pandas(),
            "reason": _support_reasons(older, rng),
        }
    )


def _stock_starts(rows: int, rng: np.random.Generator) -> Ints:
    stay = np.exp(rng.normal(np.log(_STAY_MEDIAN_DAYS), _STAY_SPREAD, rows)).astype(np.int64) + 1
    return np.asarray(np.maximum(GO_LIVE - stay, OLDEST_START), dtype=np.int64)


def _later_starts(rows: int, rng: np.random.Generator) -> Ints:
    week = rng.integers(0, (THE_END - GO_LIVE) // 7, rows)
    weekday = rng.choice(7, rows, p=_START_CHANCE_BY_WEEKDAY)
    return np.asarray(GO_LIVE + 7 * week + weekday, dtype=np.int64)


def _birth_days(older: np.ndarray, home: np.ndarray, rng: np.random.Generator) -> Ints:
    """Days of birth: 18 to 64, or 65 and over, throughout both periods, and older still in care homes."""
    rows = len(older)
    age = np.where(
        older, np.clip(rng.normal(np.where(home, 86, 81), 7, rows), 65.2, 104), rng.uniform(18.1, 64.8, rows)
    )
    return np.asarray(GO_LIVE - (age * 365.25).astype(np.int64), dtype=np.int64)


def _support_reasons(older: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    chance_young = np.array([row[1] for row in SUPPORT_REASONS])
    chance_old = np.array([row[2] for row in SUPPORT_REASONS])
    young = rng.choice(len(SUPPORT_REASONS), len(older), p=chance_young / chance_young.sum())
    old = rng.choice(len(SUPPORT_REASONS), len(older), p=chance_old / chance_old.sum())
    return np.array([row[0] for row in SUPPORT_REASONS], dtype=object)[np.where(older, old, young)]
