"""Birthdays and pension age, for columns of birth dates: which age band a person stands in on a day."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from finance.days import number

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FILE = Path(__file__).with_suffix(".toml")
NO_BIRTH_DATE = -(10**9)  # stands for a date of birth nobody has given
REACHED_BY = 18_541  # 6 October 2020: everyone born before 6 October 1954 had reached pension age


def anniversary(born: Ints, years: Ints | int, months: Ints | int = 0) -> Ints:
    """The day number a person reaches an age. ``born`` is day numbers, one a person.

    A person born on 29 February has a birthday on 1 March in common years. An age given in months falls on the last
    day of a month too short to hold it (Pensions Act 1995 Sch 4).
    """
    dates = born.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day_of_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    reached = month + np.asarray(years * 12 + np.asarray(months)).astype("timedelta64[M]")
    first = reached.astype("datetime64[D]").astype(np.int64)
    length = (reached + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - first
    clipped = np.where(np.asarray(months) > 0, np.minimum(day_of_month, length - 1), day_of_month)
    return np.asarray(first + clipped, dtype=np.int64)


@cache
def _timetable() -> tuple[Ints, Ints, Ints]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["pension_age"]
    columns = (
        [number(row["born_from"]) for row in rows],
        [row["years"] for row in rows],
        [row["months"] for row in rows],
    )
    born_from, years, months = (np.array(column, np.int64) for column in columns)
    return born_from, years, months


def pension_age_day(born: Ints) -> Ints:
    """The day number each person reaches pension age.

    For those born before 6 October 1954 the answer is their 66th birthday or 6 October 2020, whichever is earlier: by
    then they had. Between 60 and that day :func:`pension_age_unknown` says that it must be supplied.
    """
    born_from, years, months = _timetable()
    row = np.searchsorted(born_from, born, side="right") - 1
    at = np.maximum(row, 0)
    old = np.minimum(anniversary(born, 66), REACHED_BY)
    return np.where(row < 0, old, anniversary(born, years[at], months[at])).astype(np.int64)


def pension_age_unknown(born: Ints, on: int) -> Bools:
    """True where the timetable cannot say whether a person had reached pension age: the years of moving ages to 2020.

    Nobody under 60 had reached it and everyone of 66 had.
    """
    old = born < _timetable()[0][0]
    middle = (anniversary(born, 60) <= on) & (on < anniversary(born, 66))
    return np.asarray(old & middle & (on < REACHED_BY), dtype=bool)


def days_where_born(born: Ints) -> Ints:
    """:func:`pension_age_day`, or NO_BIRTH_DATE where there is no date of birth."""
    there = born != NO_BIRTH_DATE
    return np.where(there, pension_age_day(np.where(there, born, 0)), NO_BIRTH_DATE).astype(np.int64)


def known_on(born: Ints, pension_age: Ints, on: int) -> Ints:
    """The days pension age is reached, or NO_BIRTH_DATE where on a day the date of birth cannot say."""
    unknown = pension_age_unknown(np.where(born == NO_BIRTH_DATE, 0, born), on)
    return np.where(unknown, NO_BIRTH_DATE, pension_age).astype(np.int64)


def rising_to_67(born: Ints, on: int) -> Bools:
    """True for people of 66 whose pension age is being moved up to 67, month by month."""
    phased = (born >= _timetable()[0][1]) & (born < _timetable()[0][12])
    few = np.flatnonzero(phased)
    phased[few] = (anniversary(born[few], 66) <= on) & (on < anniversary(born[few], 67))
    return np.asarray(phased, dtype=bool)
