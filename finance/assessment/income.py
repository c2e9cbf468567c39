"""Income: each amount made weekly, exactly, then counted or left out as its kind is treated.

Columns of money are exact: parts of a penny (see ``frequencies``) unless a tag says otherwise. Columns beginning
``income_`` with ``rows`` tagged have one entry an income; the rest have one a person.
"""

import numpy as np
from numpy.typing import NDArray

from finance.assessment.frequencies import PARTS
from finance.assessment.rows import people_sum
from finance.assessment.steps import tag, when, when_in, when_not

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@tag(label="Each income a week", citation="SI 2014/2672 reg 13; month x12/52, quarter x4/52, year /52", rows="income")
@when(conversion_rounding="exact")
def income_weekly__exact(income_amount: Ints, income_frequency: Ints, weekly_parts: Ints) -> Ints:
    """What each income makes a week, with no rounding."""
    return income_amount * weekly_parts[income_frequency]


@tag(label="Each income a week, its fraction dropped", citation="Council policy: conversion_rounding", rows="income")
@when(conversion_rounding="each amount down")
def income_weekly__down(income_amount: Ints, income_frequency: Ints, weekly_parts: Ints) -> Ints:
    """What each income makes a week, down to whole pence before anything is added."""
    return income_amount * weekly_parts[income_frequency] // PARTS * PARTS


@tag(label="Each income a week, to the nearest penny", citation="Council policy: conversion_rounding", rows="income")
@when(conversion_rounding="each amount half up")
def income_weekly__half_up(income_amount: Ints, income_frequency: Ints, weekly_parts: Ints) -> Ints:
    """What each income makes a week, to the nearest penny before anything is added."""
    return (income_amount * weekly_parts[income_frequency] + PARTS // 2) // PARTS * PARTS


@tag(label="All income", citation="SI 2014/2672 reg 13")
def income_total(income_weekly: Ints, income_starts: Ints) -> Ints:
    """All income from every source, before anything is left out."""
    return people_sum(income_weekly, income_starts)


@tag(label="Income of kinds counted in full", citation="SI 2014/2672 reg 13 and Sch 1")
def income_of_counted_kinds(income_weekly: Ints, income_kind: Ints, income_starts: Ints, kind_counted: Ints) -> Ints:
    """Income whose kind is counted. War widows' pensions and savings credit are dealt with on their own."""
    return people_sum(income_weekly * kind_counted[income_kind], income_starts)


@tag(label="Rent that is capital, not income", citation="SI 2014/2672 reg 19(3)")
def rent_left_out(
    income_weekly: Ints, income_kind: Ints, income_starts: Ints, kind_rent: Ints, rent_is_capital: Bools
) -> Ints:
    """Rent of a property that counts is capital when it falls due: counted as income too, it would count twice."""
    return np.where(rent_is_capital, people_sum(income_weekly * kind_rent[income_kind], income_starts), 0)


@tag(label="Child elements of Universal Credit left out", citation="Council policy: universal_credit_children")
@when(universal_credit_children="left out")
def child_elements_left_out__all(
    income_weekly: Ints, income_kind: Ints, income_starts: Ints, kind_child_element: Ints
) -> Ints:
    """What child tax credit was, which the law leaves out: the council leaves its successor out too."""
    return people_sum(income_weekly * kind_child_element[income_kind], income_starts)


@tag(label="Child elements of Universal Credit left out", citation="SI 2014/2672 reg 13")
@when(universal_credit_children="counted")
def child_elements_left_out__none(couple: Bools) -> Ints:
    """None: the law leaves out the housing element alone."""
    return np.zeros(len(couple), np.int64)


@tag(label="War widows' pensions and the like", citation="SI 2014/2672 Sch 1 para 17")
def first_ten_income(income_weekly: Ints, income_kind: Ints, income_starts: Ints, kind_first_ten: Ints) -> Ints:
    """Income of the kinds whose first ten pounds are left out, taken together."""
    return people_sum(income_weekly * kind_first_ten[income_kind], income_starts)


@tag(label="Left out of war widows' pensions and the like", citation="SI 2014/2672 Sch 1 para 17", checked="secondary")
def first_ten_left_out(first_ten_income: Ints, first_ten: int) -> Ints:
    """The first ten pounds of all such pensions together, or all of it when it is less. Of each, by one council's
    reading."""
    return np.minimum(first_ten_income, first_ten * PARTS)


@tag(label="The night part is left out", citation="Council policy: night_care", unit="flag", checked="secondary")
@when(night_care="left out when no night care")
def night_ignored__no_night_care(night_care_needed: Bools) -> Bools:
    """The part of a benefit paid for care at night is left out when the person has none."""
    return ~night_care_needed


@tag(label="The night part is left out", citation="Council policy: night_care", unit="flag", checked="secondary")
@when(night_care="left out always")
def night_ignored__always(night_care_needed: Bools) -> Bools:
    """Left out for everyone: only the standard rate counts."""
    return np.ones(len(night_care_needed), bool)


@tag(label="Night part of Attendance Allowance left out", citation="Council policy: night_care", checked="secondary")
@when_not(night_care="counted in full")
def night_left_out_attendance(
    income_weekly: Ints,
    income_kind: Ints,
    income_starts: Ints,
    kind_night_attendance: Ints,
    night_ignored: Bools,
    attendance_allowance_higher: int,
    attendance_allowance_lower: int,
) -> Ints:
    """How far the higher rate stands above the lower."""
    part = np.minimum(income_weekly, (attendance_allowance_higher - attendance_allowance_lower) * PARTS)
    return np.where(night_ignored, people_sum(part * kind_night_attendance[income_kind], income_starts), 0)


@tag(label="Night part of DLA care left out", citation="Council policy: night_care", checked="secondary")
@when_not(night_care="counted in full")
def night_left_out_dla(
    income_weekly: Ints,
    income_kind: Ints,
    income_starts: Ints,
    kind_night_dla: Ints,
    night_ignored: Bools,
    dla_care_highest: int,
    dla_care_middle: int,
) -> Ints:
    """How far the higher rate stands above the lower."""
    part = np.minimum(income_weekly, (dla_care_highest - dla_care_middle) * PARTS)
    return np.where(night_ignored, people_sum(part * kind_night_dla[income_kind], income_starts), 0)


@tag(label="Night part of PIP daily living left out", citation="Council policy: night_care", checked="secondary")
@when_not(night_care="counted in full")
def night_left_out_pip(
    income_weekly: Ints,
    income_kind: Ints,
    income_starts: Ints,
    kind_night_pip: Ints,
    night_ignored: Bools,
    pip_daily_living_enhanced: int,
    pip_daily_living_standard: int,
) -> Ints:
    """How far the higher rate stands above the lower."""
    part = np.minimum(income_weekly, (pip_daily_living_enhanced - pip_daily_living_standard) * PARTS)
    return np.where(night_ignored, people_sum(part * kind_night_pip[income_kind], income_starts), 0)


@tag(label="Night care part left out", citation="Council policy: night_care", checked="secondary")
@when_not(night_care="counted in full")
def night_left_out__some(night_left_out_attendance: Ints, night_left_out_dla: Ints, night_left_out_pip: Ints) -> Ints:
    """The night parts of all disability benefits."""
    return night_left_out_attendance + night_left_out_dla + night_left_out_pip


@tag(label="Night care part left out", citation="Council policy: night_care", checked="secondary")
@when(night_care="counted in full")
def night_left_out__never(couple: Bools) -> Ints:
    """Nothing is left out: the higher rate counts in full."""
    return np.zeros(len(couple), np.int64)


@tag(label="Half pension passed to a partner at home", citation="SI 2014/2672 Sch 1 para 16", checked="secondary")
@when_in(basis=["permanent", "temporary"])
def half_pension_left_out__care_home(
    income_weekly: Ints, income_kind: Ints, income_starts: Ints, kind_pension: Ints, half_pension_passed: Bools
) -> Ints:
    """Half of an occupational or personal pension, where the person passes at least half to a spouse at home."""
    return np.where(half_pension_passed, people_sum(income_weekly * kind_pension[income_kind], income_starts) // 2, 0)


@tag(label="Half pension passed to a partner at home", citation="SI 2014/2672 Sch 1 para 16")
@when_in(basis=["home", "fixed"])
def half_pension_left_out__home(couple: Bools) -> Ints:
    """The rule is for care homes: nothing is left out at home."""
    return np.zeros(len(couple), np.int64)


@tag(label="Has a disability benefit that is counted", citation="SI 2014/2672 Sch 1 para 4", unit="flag")
def has_disability_benefit(income_weekly: Ints, income_kind: Ints, income_starts: Ints, kind_disability: Ints) -> Bools:
    """Whether disability benefits are taken into account."""
    return people_sum(income_weekly * kind_disability[income_kind], income_starts) > 0


@tag(label="Income counted", citation="SI 2014/2672 regs 13 to 17 and Sch 1")
def counted_income(
    income_of_counted_kinds: Ints,
    first_ten_income: Ints,
    first_ten_left_out: Ints,
    savings_credit_income: Ints,
    savings_credit_left_out: Ints,
    rent_left_out: Ints,
    child_elements_left_out: Ints,
    night_left_out: Ints,
    half_pension_left_out: Ints,
) -> Ints:
    """What is left of all income once everything that is left out has been."""
    together = income_of_counted_kinds + first_ten_income - first_ten_left_out + savings_credit_income
    left_out = (
        savings_credit_left_out + rent_left_out + child_elements_left_out + night_left_out + half_pension_left_out
    )
    return np.asarray(np.maximum(together - left_out, 0), np.int64)


@tag(label="Income left out", citation="SI 2014/2672 Sch 1 and council policy")
def income_left_out(income_total: Ints, counted_income: Ints) -> Ints:
    """All income less what is counted."""
    return income_total - counted_income
