"""The charge: what is left each week, how much of it is taken, rounded once, and never above the cost of the care."""

import numpy as np
from numpy.typing import NDArray

from finance.assessment.frequencies import PARTS
from finance.assessment.steps import tag, when, when_in, when_not
from finance.money import Rounding, round_pence

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MEANS_TESTED, NIL_BY_LAW, FULL_COST = 0, 1, 2  # how a person stands before their means are looked at
ASSESSED, NIL, FULL, OVER_LIMIT = 0, 1, 2, 3  # how the charge came about

NO_LIMIT = -1  # nothing but the cost of the care, or the law, limits the charge

TAKEN = PARTS * 100  # the denominator of an exact charge: parts of a penny times a whole percentage


@tag(label="Means counted a week", citation="SI 2014/2672 regs 13 and 25")
def means(counted_income: Ints, tariff_income: Ints) -> Ints:
    """Income counted, with tariff income from capital."""
    return counted_income + tariff_income * PARTS


@tag(label="Left over a week", citation="SI 2014/2672 regs 6, 7 and 9")
@when_not(basis="fixed")
def disposable(means: Ints, allowance: Ints, deductions: Ints) -> Ints:
    """Means less what the person keeps and what is taken off, and never below nought."""
    return np.asarray(np.maximum(means - allowance - deductions, 0), np.int64)


@tag(label="Taken of what is left over", citation="Council policy: share_of_disposable_income", unit="taken")
@when(basis="home", nation="England")
def assessed_exact__home(disposable: Ints, share_of_disposable_income: int) -> Ints:
    """The share the council takes, exactly."""
    return disposable * share_of_disposable_income


@tag(label="Taken of what is left over", citation="SI 2014/2672 reg 9; WSI 2015/1843", unit="taken")
@when_in(basis=["permanent", "temporary"])
def assessed_exact__care_home(disposable: Ints) -> Ints:
    """All of it."""
    return disposable * 100


@tag(label="Taken of what is left over", citation="WSI 2015/1843", unit="taken")
@when(basis="home", nation="Wales")
def assessed_exact__wales_home(disposable: Ints) -> Ints:
    """All of it."""
    return disposable * 100


@tag(label="Fixed charge for a short stay", citation="Council policy: short_stay_fixed", unit="taken")
@when(basis="fixed")
def assessed_exact__fixed(
    pension_age: Bools, short_stay_fixed_working_age: int, short_stay_fixed_pension_age: int
) -> Ints:
    """One amount under pension age, another over it."""
    return np.where(pension_age, short_stay_fixed_pension_age, short_stay_fixed_working_age) * TAKEN


@tag(
    label="Assessed, in whole pence",
    citation="SI 2014/2672 reg 11; council policy: charge_rounding",
    unit="pence",
    checked="memory",
)
@when(charge_rounding="in the person's favour")
def assessed_pence__favour(assessed_exact: Ints) -> Ints:
    """The one rounding: the fraction of a penny is dropped."""
    return assessed_exact // TAKEN


@tag(label="Assessed, in whole pence", citation="SI 2014/2672 reg 11; council policy: charge_rounding", unit="pence")
@when(charge_rounding="half up")
def assessed_pence__half_up(assessed_exact: Ints) -> Ints:
    """The one rounding: half a penny goes up."""
    return round_pence(assessed_exact, TAKEN, Rounding.HALF_UP)


@tag(label="Assessed, in whole pence", citation="SI 2014/2672 reg 11; council policy: charge_rounding", unit="pence")
@when(charge_rounding="half even")
def assessed_pence__half_even(assessed_exact: Ints) -> Ints:
    """The one rounding: half a penny goes to the even penny."""
    return round_pence(assessed_exact, TAKEN, Rounding.HALF_EVEN)


@tag(label="Most the person can be asked for", citation="Care Act 2014 ss.14 and 17", unit="pence")
def assessed_maximum(assessed_pence: Ints, assessed_override: Ints) -> Ints:
    """The assessed amount, or an officer's approved override of it."""
    return np.where(assessed_override >= 0, assessed_override, assessed_pence)


@tag(
    label="How the charge came about",
    citation="Care Act 2014 ss.14 and 17; SI 2014/2672 regs 3, 4, 10 and 12",
    unit="outcome",
)
def outcome(standing: Ints, over_limit: Bools) -> Ints:
    """Nil by law, then full cost by choice or refusal, then over the capital limit, else assessed."""
    return np.where(standing == MEANS_TESTED, np.where(over_limit, OVER_LIMIT, ASSESSED), standing)


@tag(label="Charge before maximum and minimum", citation="Care Act 2014 s.14(4)", unit="pence")
def charge_before_limits(outcome: Ints, assessed_maximum: Ints, assessed_override: Ints, chargeable_cost: Ints) -> Ints:
    """Nothing when nil by law; the assessed amount, never above the cost; or the full cost.

    An approved override of the most a person can be charged holds for somebody who would pay the full cost too.
    """
    assessed = np.minimum(assessed_maximum, chargeable_cost)
    full = np.where(assessed_override >= 0, np.minimum(assessed_override, chargeable_cost), chargeable_cost)
    return np.where(outcome == ASSESSED, assessed, np.where(outcome == NIL, 0, full))


@tag(label="Charge after the weekly maximum", citation="Council policy: weekly_maximum", unit="pence")
@when(maximum="council")
def charge_within_maximum__policy(charge_before_limits: Ints, weekly_maximum: int) -> Ints:
    """No more than the council's weekly maximum for care at home."""
    return np.minimum(charge_before_limits, weekly_maximum)


@tag(label="Charge after the weekly maximum", citation="No maximum applies", unit="pence")
@when(maximum="none")
def charge_within_maximum__none(charge_before_limits: Ints) -> Ints:
    """No maximum applies here."""
    return charge_before_limits


@tag(label="Charge after the weekly maximum", citation="WSI 2015/1843 reg 7(1)", unit="pence", rests="charged")
@when(maximum="Wales")
def charge_within_maximum__wales(charge_before_limits: Ints, wales_weekly_maximum: int) -> Ints:
    """No more than the weekly maximum in Wales, whatever the person's means."""
    return np.minimum(charge_before_limits, wales_weekly_maximum)


@tag(label="Charge after any limit on increases", citation="Council policy: increase_limit", unit="pence")
@when(increase_limit_applies=True)
def charge_after_increase_limit__applied(
    charge_within_maximum: Ints, previous_charge: Ints, increase_limit: int, outcome: Ints
) -> Ints:
    """An assessed charge rises by no more than the limit over last year's, where last year's is known."""
    limited = (previous_charge >= 0) & (outcome == ASSESSED)
    return np.where(limited, np.minimum(charge_within_maximum, previous_charge + increase_limit), charge_within_maximum)


@tag(label="Charge after any limit on increases", citation="No limit applies", unit="pence")
@when(increase_limit_applies=False)
def charge_after_increase_limit__none(charge_within_maximum: Ints) -> Ints:
    """No limit on increases."""
    return charge_within_maximum


@tag(
    label="Can pay, within the weekly maximum", citation="Council policy: weekly_maximum", unit="table", rests="through"
)
@when(maximum="council")
def can_pay_within_maximum__policy(assessed_maximum: Ints, weekly_maximum: int) -> Ints:
    """No more than the council's weekly maximum for care at home."""
    return np.minimum(assessed_maximum, weekly_maximum)


@tag(label="Can pay, within the weekly maximum", citation="No maximum applies", unit="table", rests="through")
@when(maximum="none")
def can_pay_within_maximum__none(assessed_maximum: Ints) -> Ints:
    """No maximum applies here."""
    return assessed_maximum


@tag(label="Can pay, within the weekly maximum", citation="WSI 2015/1843 reg 7(1)", unit="table", rests="through")
@when(maximum="Wales")
def can_pay_within_maximum__wales(assessed_maximum: Ints, wales_weekly_maximum: int) -> Ints:
    """No more than the weekly maximum in Wales."""
    return np.minimum(assessed_maximum, wales_weekly_maximum)


@tag(
    label="Can pay, after any limit on increases",
    citation="Council policy: increase_limit",
    unit="table",
    rests="through",
)
@when(increase_limit_applies=True)
def can_pay_after_increase_limit__applied(
    can_pay_within_maximum: Ints, previous_charge: Ints, increase_limit: int
) -> Ints:
    """No more than the limit over last year's charge, where that is known."""
    limited = np.minimum(can_pay_within_maximum, previous_charge + increase_limit)
    return np.where(previous_charge >= 0, limited, can_pay_within_maximum)


@tag(label="Can pay, after any limit on increases", citation="No limit applies", unit="table", rests="through")
@when(increase_limit_applies=False)
def can_pay_after_increase_limit__none(can_pay_within_maximum: Ints) -> Ints:
    """No limit on increases."""
    return can_pay_within_maximum


@tag(
    label="What the person can pay, whatever the care costs",
    citation="Care Act 2014 ss.14 and 17",
    unit="table",
    rests="through",
)
def can_pay(
    can_pay_after_increase_limit: Ints,
    can_pay_within_maximum: Ints,
    outcome: Ints,
    assessed_override: Ints,
    minimum_charge: int,
) -> Ints:
    """The charge before it is held at the cost of the care; NO_LIMIT for whoever's charge is not assessed, but by an
    approved override of the most they can be charged.
    """
    collected = np.where(can_pay_after_increase_limit < minimum_charge, 0, can_pay_after_increase_limit)
    held = (assessed_override >= 0) & (outcome != NIL)
    return np.where(outcome == ASSESSED, collected, np.where(held, can_pay_within_maximum, NO_LIMIT))


@tag(label="Weekly charge", citation="Care Act 2014 s.14; council policy: minimum_charge", unit="pence")
def charge(charge_after_increase_limit: Ints, outcome: Ints, minimum_charge: int) -> Ints:
    """The charge, waived where it was assessed and is less than the council thinks worth collecting."""
    waived = (outcome == ASSESSED) & (charge_after_increase_limit < minimum_charge)
    return np.where(waived, 0, charge_after_increase_limit)


@tag(label="The council pays", citation="Care Act 2014 s.18", unit="pence")
def council_pays(chargeable_cost: Ints, charge: Ints) -> Ints:
    """The cost less the charge."""
    return chargeable_cost - charge
