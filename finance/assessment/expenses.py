"""Expenses taken off income: housing costs, disability-related expenses and other allowances the council agreed.

Exact parts of a penny. Housing costs are for people at home and temporary residents, disability-related expenses for
people at home, other allowances for everybody.
"""

import numpy as np
from numpy.typing import NDArray

from finance.assessment.frequencies import PARTS
from finance.assessment.rows import people_sum
from finance.assessment.steps import tag, when, when_in, when_not

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@tag(label="Each expense a week", citation="SI 2014/2672 Sch 1", rows="expense")
@when(conversion_rounding="exact")
def expense_weekly__exact(expense_amount: Ints, expense_frequency: Ints, weekly_parts: Ints) -> Ints:
    """What each expense makes a week, with no rounding."""
    return expense_amount * weekly_parts[expense_frequency]


@tag(label="Each expense a week, its fraction dropped", citation="Council policy: conversion_rounding", rows="expense")
@when(conversion_rounding="each amount down")
def expense_weekly__down(expense_amount: Ints, expense_frequency: Ints, weekly_parts: Ints) -> Ints:
    """What each expense makes a week, down to whole pence."""
    return expense_amount * weekly_parts[expense_frequency] // PARTS * PARTS


@tag(label="Each expense a week, to the nearest penny", citation="Council policy: conversion_rounding", rows="expense")
@when(conversion_rounding="each amount half up")
def expense_weekly__half_up(expense_amount: Ints, expense_frequency: Ints, weekly_parts: Ints) -> Ints:
    """What each expense makes a week, to the nearest penny."""
    return (expense_amount * weekly_parts[expense_frequency] + PARTS // 2) // PARTS * PARTS


@tag(label="Rent met by benefit", citation="SI 2014/2672 Sch 1 para 2(2)", checked="secondary")
@when_in(basis=["home", "temporary"])
def rent_met(
    expense_weekly: Ints,
    expense_kind: Ints,
    expense_starts: Ints,
    kind_rent_cost: Ints,
    income_weekly: Ints,
    income_kind: Ints,
    income_starts: Ints,
    kind_rent_met: Ints,
) -> Ints:
    """So much of rent and service charges as Housing Benefit or Universal Credit meets, where it is told as income."""
    asked = people_sum(expense_weekly * kind_rent_cost[expense_kind], expense_starts)
    return np.minimum(asked, people_sum(income_weekly * kind_rent_met[income_kind], income_starts))


@tag(label="Council tax met by its reduction", citation="SI 2014/2672 Sch 1 para 2(2)", checked="secondary")
@when_in(basis=["home", "temporary"])
def council_tax_met(
    expense_weekly: Ints,
    expense_kind: Ints,
    expense_starts: Ints,
    kind_council_tax: Ints,
    income_weekly: Ints,
    income_kind: Ints,
    income_starts: Ints,
    kind_council_tax_met: Ints,
) -> Ints:
    """So much of council tax as a reduction meets, where it is told as income."""
    asked = people_sum(expense_weekly * kind_council_tax[expense_kind], expense_starts)
    return np.minimum(asked, people_sum(income_weekly * kind_council_tax_met[income_kind], income_starts))


@tag(label="Housing costs", citation="SI 2014/2672 Sch 1 para 2")
@when_in(basis=["home", "temporary"])
def housing_costs(
    expense_weekly: Ints,
    expense_kind: Ints,
    expense_starts: Ints,
    kind_housing: Ints,
    rent_met: Ints,
    council_tax_met: Ints,
) -> Ints:
    """Rent, mortgage, ground rent, council tax and service charges, less what a benefit meets of them."""
    asked = people_sum(expense_weekly * kind_housing[expense_kind], expense_starts)
    return asked - rent_met - council_tax_met


@tag(label="Disability-related expenses claimed", citation="SI 2014/2672 Sch 1 para 4")
@when_in(basis=["home"], nation=["England"])
def disability_expenses_claimed(
    expense_weekly: Ints, expense_kind: Ints, expense_starts: Ints, kind_disability_expense: Ints
) -> Ints:
    """What the person spends because of disability, item by item."""
    return people_sum(expense_weekly * kind_disability_expense[expense_kind], expense_starts)


@tag(label="Disability-related expenses, itemised", citation="Council policy: disability_expenses")
@when(basis="home", nation="England", disability_expenses="itemised")
def disability_expenses_offered__itemised(disability_expenses_claimed: Ints) -> Ints:
    """Each item allowed."""
    return disability_expenses_claimed


@tag(label="Disability-related expenses, standard amount", citation="Council policy: standard_disability_expense")
@when(basis="home", nation="England", disability_expenses="standard")
def disability_expenses_offered__standard(couple: Bools, standard_disability_expense: int) -> Ints:
    """One amount for everyone."""
    return np.full(len(couple), standard_disability_expense * PARTS, np.int64)


@tag(label="Disability-related expenses, the greater", citation="Council policy: disability_expenses")
@when(basis="home", nation="England", disability_expenses="the greater")
def disability_expenses_offered__greater(disability_expenses_claimed: Ints, standard_disability_expense: int) -> Ints:
    """The standard amount, or the items where they come to more."""
    return np.asarray(np.maximum(disability_expenses_claimed, standard_disability_expense * PARTS), np.int64)


@tag(label="Disability-related expenses", citation="SI 2014/2672 Sch 1 para 4")
@when(basis="home", nation="England", disability_expenses_need_benefit=True)
def disability_expenses_allowed__with_benefit(disability_expenses_offered: Ints, has_disability_benefit: Bools) -> Ints:
    """Allowed where a disability benefit is taken into account."""
    return np.where(has_disability_benefit, disability_expenses_offered, 0)


@tag(label="Disability-related expenses", citation="Council policy: disability_expenses_need_benefit")
@when(basis="home", nation="England", disability_expenses_need_benefit=False)
def disability_expenses_allowed__for_all(disability_expenses_offered: Ints) -> Ints:
    """Allowed whatever the person's benefits."""
    return disability_expenses_offered


@tag(label="Other allowances", citation="Care Act 2014 s.14; council policy")
@when_not(basis="fixed")
def other_allowances(
    expense_weekly: Ints, expense_kind: Ints, expense_starts: Ints, kind_other_allowance: Ints
) -> Ints:
    """Allowances the council agreed for this person."""
    return people_sum(expense_weekly * kind_other_allowance[expense_kind], expense_starts)


@tag(label="Expenses taken off", citation="SI 2014/2672 Sch 1 paras 2 and 4")
@when(basis="home", nation="England")
def deductions__home(housing_costs: Ints, disability_expenses_allowed: Ints, other_allowances: Ints) -> Ints:
    """Housing costs, disability-related expenses and other allowances."""
    return housing_costs + disability_expenses_allowed + other_allowances


@tag(label="Expenses taken off", citation="WSI 2015/1844 Sch 1 para 2")
@when(basis="home", nation="Wales")
def deductions__wales_home(housing_costs: Ints, other_allowances: Ints) -> Ints:
    """Housing costs and other allowances: disability expense is a percentage of basic entitlement in Wales."""
    return housing_costs + other_allowances


@tag(label="Expenses taken off", citation="SI 2014/2672 Sch 1 para 2")
@when(basis="temporary")
def deductions__temporary(housing_costs: Ints, other_allowances: Ints) -> Ints:
    """A temporary resident still has a home to pay for."""
    return housing_costs + other_allowances


@tag(label="Expenses taken off", citation="Care Act 2014 s.14")
@when(basis="permanent")
def deductions__permanent(other_allowances: Ints) -> Ints:
    """A permanent resident has no home to pay for."""
    return other_allowances
