"""Savings credit: how much of it is left out, by the council's choice for the setting (Sch 1 para 40).

Exact parts of a penny. By bands: up to the standard minimum guarantee, the award is left out up to a maximum; above
it, the maximum is left out whatever the award. Savings credit closed to whoever reached pension age from 6 April 2016,
so the flat sum is for those who had. The English band text has been read only at second hand; its four-part predecessor
(SI 2005/708) was read. The other choice may leave out less than the law requires.
"""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from finance.assessment.frequencies import PARTS
from finance.assessment.rows import people_sum
from finance.assessment.steps import tag, when, when_in, when_not
from finance.days import number

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CLOSED = number(
    dt.date(2016, 4, 6)
)  # Pensions Act 2014 s.23: nobody who reaches pension age from that day has savings credit
BORN_BY_THEN = number(dt.date(1953, 4, 6))  # whoever was born before it may have reached pension age before that day


@tag(label="Savings credit", citation="SI 2014/2672 Sch 1 para 40")
def savings_credit_income(
    income_weekly: Ints, income_kind: Ints, income_starts: Ints, kind_savings_credit: Ints
) -> Ints:
    """Savings credit received."""
    return people_sum(income_weekly * kind_savings_credit[income_kind], income_starts)


@tag(label="Pension Credit is that of a couple", citation="SI 2002/1792 reg 5", unit="flag", checked="secondary")
@when_not(savings_credit="left out in full", basis="permanent")
def pension_credit_couple__elsewhere(couple: Bools) -> Bools:
    """At home, and away for a time: of one household still."""
    return couple


@tag(label="Pension Credit is that of a couple", citation="SI 2002/1792 reg 5", unit="flag", checked="secondary")
@when_in(savings_credit=["by bands", "award up to the maximum"], basis=["permanent"])
def pension_credit_couple__permanent(couple: Bools) -> Bools:
    """A permanent resident is of no household with a partner at home, and single for Pension Credit."""
    return np.zeros(len(couple), bool)


@tag(label="Income that Pension Credit looks at", citation="SI 2002/1792 reg 9", checked="secondary")
@when(savings_credit="by bands")
def qualifying_income(
    income_weekly: Ints,
    income_kind: Ints,
    income_starts: Ints,
    kind_qualifying: Ints,
    rent_left_out: Ints,
    first_ten_left_out: Ints,
) -> Ints:
    """Income of the kinds that decide whether someone is above the standard minimum guarantee. Ten pounds of war
    pensions are left out of it too."""
    qualifying = people_sum(income_weekly * kind_qualifying[income_kind], income_starts)
    return qualifying - rent_left_out - first_ten_left_out


@tag(label="Standard minimum guarantee, single", citation="State Pension Credit Act 2002 s.2", unit="pence")
@when(savings_credit="by bands")
def guarantee_credit_compared_single(
    pension_age: Bools, pension_credit_couple: Bools, guarantee_credit_single: int
) -> Ints:
    """What a single person of pension age is compared with."""
    return np.where(pension_age & ~pension_credit_couple, guarantee_credit_single, 0)


@tag(label="Standard minimum guarantee, couple", citation="State Pension Credit Act 2002 s.2", unit="pence")
@when(savings_credit="by bands")
def guarantee_credit_compared_couple(
    pension_age: Bools, pension_credit_couple: Bools, guarantee_credit_couple: int
) -> Ints:
    """What one of a couple of pension age is compared with."""
    return np.where(pension_age & pension_credit_couple, guarantee_credit_couple, 0)


@tag(label="Above the standard minimum guarantee", citation="State Pension Credit Act 2002 s.2", unit="flag")
@when(savings_credit="by bands")
def above_guarantee_credit(
    qualifying_income: Ints,
    pension_age: Bools,
    guarantee_credit_compared_single: Ints,
    guarantee_credit_compared_couple: Ints,
) -> Bools:
    """Whether a person of pension age has more qualifying income than Pension Credit's standard minimum guarantee."""
    compared = guarantee_credit_compared_single + guarantee_credit_compared_couple
    return pension_age & (qualifying_income > compared * PARTS)


@tag(
    label="Reached pension age before savings credit closed",
    citation="Pensions Act 2014 s.23",
    unit="flag",
    checked="secondary",
)
@when(savings_credit="by bands")
def savings_credit_open(pension_age_day: Ints, pension_age_given: Bools, born: Ints) -> Bools:
    """By the day pension age was reached, where it is given; else by the date of birth alone, in the person's
    favour."""
    return np.where(pension_age_given, pension_age_day < CLOSED, born < BORN_BY_THEN)


@tag(label="Savings credit left out, single", citation="SI 2014/2672 Sch 1 para 40", checked="secondary")
@when(savings_credit="by bands")
def savings_credit_left_out_single__bands(
    savings_credit_income: Ints,
    above_guarantee_credit: Bools,
    savings_credit_open: Bools,
    pension_age: Bools,
    pension_credit_couple: Bools,
    savings_disregard_single: int,
) -> Ints:
    """For a single person of pension age: the maximum above the guarantee, the award up to the maximum below it."""
    most = savings_disregard_single * PARTS
    by_band = np.where(above_guarantee_credit & savings_credit_open, most, np.minimum(savings_credit_income, most))
    return np.where(pension_age & ~pension_credit_couple, by_band, 0)


@tag(label="Savings credit left out, couple", citation="SI 2014/2672 Sch 1 para 40", checked="secondary")
@when(savings_credit="by bands")
def savings_credit_left_out_couple__bands(
    savings_credit_income: Ints,
    above_guarantee_credit: Bools,
    savings_credit_open: Bools,
    pension_age: Bools,
    pension_credit_couple: Bools,
    savings_disregard_couple: int,
) -> Ints:
    """For one of a couple of pension age: the maximum above the guarantee, the award up to the maximum below it."""
    most = savings_disregard_couple * PARTS
    by_band = np.where(above_guarantee_credit & savings_credit_open, most, np.minimum(savings_credit_income, most))
    return np.where(pension_age & pension_credit_couple, by_band, 0)


@tag(label="Savings credit left out, single", citation="SI 2014/2672 Sch 1 para 40")
@when(savings_credit="award up to the maximum")
def savings_credit_left_out_single__award(
    savings_credit_income: Ints, pension_credit_couple: Bools, savings_disregard_single: int
) -> Ints:
    """A single person's award, up to the maximum."""
    return np.where(pension_credit_couple, 0, np.minimum(savings_credit_income, savings_disregard_single * PARTS))


@tag(label="Savings credit left out, couple", citation="SI 2014/2672 Sch 1 para 40")
@when(savings_credit="award up to the maximum")
def savings_credit_left_out_couple__award(
    savings_credit_income: Ints, pension_credit_couple: Bools, savings_disregard_couple: int
) -> Ints:
    """The award of one of a couple, up to the maximum."""
    return np.where(pension_credit_couple, np.minimum(savings_credit_income, savings_disregard_couple * PARTS), 0)


@tag(label="Savings credit left out", citation="SI 2014/2672 Sch 1 para 40")
@when_not(savings_credit="left out in full")
def savings_credit_left_out__part(savings_credit_left_out_single: Ints, savings_credit_left_out_couple: Ints) -> Ints:
    """What is left out for this person, single or one of a couple."""
    return savings_credit_left_out_single + savings_credit_left_out_couple


@tag(label="Savings credit left out", citation="Council policy: savings_credit_at_home")
@when(savings_credit="left out in full")
def savings_credit_left_out__full(savings_credit_income: Ints) -> Ints:
    """All of it."""
    return savings_credit_income
