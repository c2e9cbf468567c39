"""The minimum income guarantee, built from the person's facts: what they must be left with each week (reg 7).

The rows are for one person: the couple's row is the amount for one member of the couple. Which row a couple has
turns on both of their ages. Amounts are pence until the council's buffer is added; the allowance is in exact parts.
"""

import numpy as np
from numpy.typing import NDArray

from finance.assessment.ages import NO_BIRTH_DATE, rising_to_67
from finance.assessment.frequencies import PARTS
from finance.assessment.steps import tag, when, when_not

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@tag(label="Has reached pension age", citation="SI 2014/2672 reg 7", unit="flag")
def pension_age(pension_age_day: Ints, on: int) -> Bools:
    """Whether the person has reached pension age by the day of the assessment."""
    return pension_age_day <= on


@tag(label="Partner is known to have reached pension age", citation="SI 2014/2672 reg 7(4)(b)", unit="flag")
@when(basis="home")
def partner_pension_age(couple: Bools, partner_pension_age_day: Ints, on: int) -> Bools:
    """Whether somebody's partner has reached pension age by the day of the assessment."""
    known = partner_pension_age_day != NO_BIRTH_DATE
    return np.asarray(couple & known & (partner_pension_age_day <= on), bool)


@tag(label="One or both of the couple have reached pension age", citation="SI 2014/2672 reg 7(4)(b)", unit="flag")
@when(nation="England", basis="home")
def couple_pension_age(couple: Bools, pension_age: Bools, partner_pension_age: Bools) -> Bools:
    """One is enough: both members of a couple then have the higher row."""
    return couple & (pension_age | partner_pension_age)


@tag(
    label="The partner's age is needed and not known",
    citation="SI 2014/2672 reg 7(4) and (6)",
    unit="flag",
    rests="kept",
)
@when(nation="England", basis="home")
def partner_age_unknown(
    couple: Bools,
    pension_age: Bools,
    partner_pension_age_day: Ints,
    disability_premium: Bools,
    enhanced_disability_premium: Bools,
) -> Bools:
    """Nothing turns on the partner's age for somebody over pension age without a premium; for everybody else it
    does."""
    turns = ~pension_age | disability_premium | enhanced_disability_premium
    return np.asarray(couple & turns & (partner_pension_age_day == NO_BIRTH_DATE), bool)


@tag(label="Pension age is between 66 and 67", citation="Pensions Act 2014 s.26", unit="table")
@when(basis="home")
def age_by_timetable(
    born: Ints, pension_age_given: Bools, couple: Bools, partner_born: Ints, on: int, pension_age_timetable: int
) -> Ints:
    """The age being phased in, where the age band of the person or their partner turns on it; nought for the rest."""
    partner = couple & (partner_born != NO_BIRTH_DATE)
    turns = (rising_to_67(born, on) & ~pension_age_given) | (
        partner & rising_to_67(np.where(partner, partner_born, 0), on)
    )
    return np.where(turns, pension_age_timetable, 0)


@tag(label="Is under 25", citation="SI 2014/2672 reg 7(2)", unit="flag")
@when(nation="England", basis="home")
def under_25(twenty_fifth_birthday: Ints, on: int) -> Bools:
    """Whether the person's twenty-fifth birthday is still to come."""
    return on < twenty_fifth_birthday


@tag(label="Is a lone parent", citation="SI 2014/2672 reg 7(3)", unit="flag")
@when(nation="England", basis="home")
def lone_parent(couple: Bools, children: Ints, pension_age: Bools) -> Bools:
    """Single, under pension age, with a child in the household."""
    return ~couple & (children > 0) & ~pension_age


@tag(label="Guarantee, single aged 18 to 24", citation="SI 2014/2672 reg 7(2)(a)", unit="pence")
@when(nation="England", basis="home")
def allowance_single_18_24(
    couple: Bools, lone_parent: Bools, pension_age: Bools, under_25: Bools, guarantee_single_18_24: int
) -> Ints:
    return np.where(~couple & ~lone_parent & ~pension_age & under_25, guarantee_single_18_24, 0)


@tag(label="Guarantee, single aged 25 to pension age", citation="SI 2014/2672 reg 7(2)(b)", unit="pence")
@when(nation="England", basis="home")
def allowance_single_25(
    couple: Bools, lone_parent: Bools, pension_age: Bools, under_25: Bools, guarantee_single_25: int
) -> Ints:
    return np.where(~couple & ~lone_parent & ~pension_age & ~under_25, guarantee_single_25, 0)


@tag(label="Guarantee, single over pension age", citation="SI 2014/2672 reg 7(2)(c)", unit="pence")
@when(nation="England", basis="home")
def allowance_single_pension_age(couple: Bools, pension_age: Bools, guarantee_single_pension_age: int) -> Ints:
    return np.where(~couple & pension_age, guarantee_single_pension_age, 0)


@tag(label="Guarantee, lone parent", citation="SI 2014/2672 reg 7(3)", unit="pence")
@when(nation="England", basis="home")
def allowance_lone_parent(lone_parent: Bools, guarantee_lone_parent: int) -> Ints:
    return np.where(lone_parent, guarantee_lone_parent, 0)


@tag(label="Guarantee, one of a couple, both under pension age", citation="SI 2014/2672 reg 7(4)(a)", unit="pence")
@when(nation="England", basis="home")
def allowance_couple_working_age(couple: Bools, couple_pension_age: Bools, guarantee_couple_working_age: int) -> Ints:
    return np.where(couple & ~couple_pension_age, guarantee_couple_working_age, 0)


@tag(
    label="Guarantee, one of a couple, one or both over pension age", citation="SI 2014/2672 reg 7(4)(b)", unit="pence"
)
@when(nation="England", basis="home")
def allowance_couple_pension_age(couple_pension_age: Bools, guarantee_couple_pension_age: int) -> Ints:
    return np.where(couple_pension_age, guarantee_couple_pension_age, 0)


@tag(label="Guarantee, children", citation="SI 2014/2672 reg 7(1)(b)", unit="pence")
@when(nation="England", basis="home")
def allowance_children(children: Ints, guarantee_child: int) -> Ints:
    return children * guarantee_child


@tag(label="Disability premium, single", citation="SI 2014/2672 reg 7(5)(a)", unit="pence")
@when(nation="England", basis="home")
def allowance_disability_single(
    disability_premium: Bools, couple: Bools, pension_age: Bools, guarantee_disability_single: int
) -> Ints:
    """The premiums belong to Income Support, which stops at pension age."""
    return np.where(disability_premium & ~couple & ~pension_age, guarantee_disability_single, 0)


@tag(label="One of the couple is under pension age", citation="SI 2014/2672 reg 7(6)", unit="flag")
@when(nation="England", basis="home")
def couple_working_age(couple: Bools, pension_age: Bools, partner_pension_age: Bools) -> Bools:
    """A premium is due for a couple when one of them qualifies: each is held against their own age."""
    return couple & ~(pension_age & partner_pension_age)


@tag(label="Disability premium, one of a couple", citation="SI 2014/2672 reg 7(6)(a)", unit="pence")
@when(nation="England", basis="home")
def allowance_disability_couple(
    disability_premium: Bools, couple_working_age: Bools, guarantee_disability_couple: int
) -> Ints:
    return np.where(disability_premium & couple_working_age, guarantee_disability_couple, 0)


@tag(label="Enhanced disability premium, single", citation="SI 2014/2672 reg 7(5)(b)", unit="pence")
@when(nation="England", basis="home")
def allowance_enhanced_single(
    enhanced_disability_premium: Bools, couple: Bools, pension_age: Bools, guarantee_enhanced_single: int
) -> Ints:
    return np.where(enhanced_disability_premium & ~couple & ~pension_age, guarantee_enhanced_single, 0)


@tag(label="Enhanced disability premium, one of a couple", citation="SI 2014/2672 reg 7(6)(b)", unit="pence")
@when(nation="England", basis="home")
def allowance_enhanced_couple(
    enhanced_disability_premium: Bools, couple_working_age: Bools, guarantee_enhanced_couple: int
) -> Ints:
    return np.where(enhanced_disability_premium & couple_working_age, guarantee_enhanced_couple, 0)


@tag(label="Carer premium", citation="SI 2014/2672 reg 7", unit="pence")
@when(nation="England", basis="home")
def allowance_carer(carer_premium: Bools, guarantee_carer: int) -> Ints:
    return np.where(carer_premium, guarantee_carer, 0)


@tag(label="Minimum income guarantee", citation="SI 2014/2672 reg 7", unit="pence")
@when(nation="England", basis="home")
def guarantee(
    allowance_single_18_24: Ints,
    allowance_single_25: Ints,
    allowance_single_pension_age: Ints,
    allowance_lone_parent: Ints,
    allowance_couple_working_age: Ints,
    allowance_couple_pension_age: Ints,
    allowance_children: Ints,
    allowance_disability_single: Ints,
    allowance_disability_couple: Ints,
    allowance_enhanced_single: Ints,
    allowance_enhanced_couple: Ints,
    allowance_carer: Ints,
) -> Ints:
    """Every row the person's facts bring in, added up."""
    single = allowance_single_18_24 + allowance_single_25 + allowance_single_pension_age + allowance_lone_parent
    base = single + allowance_couple_working_age + allowance_couple_pension_age + allowance_children
    disability = allowance_disability_single + allowance_disability_couple
    enhanced = allowance_enhanced_single + allowance_enhanced_couple
    return np.asarray(base + disability + enhanced + allowance_carer, np.int64)


@tag(label="Kept each week", citation="SI 2014/2672 reg 7; council policy: guarantee_buffer")
@when(nation="England", basis="home")
def allowance_worked_out__england_home(guarantee: Ints, guarantee_buffer: int, guarantee_buffer_percent: int) -> Ints:
    """The guarantee with the council's buffer on top."""
    percent = (100 + guarantee_buffer_percent) * (PARTS // 100)
    return np.asarray(guarantee * percent + guarantee_buffer * PARTS, np.int64)


@tag(label="Kept each week, after any override", citation="Care Act 2014 s.14(7)")
@when_not(basis="fixed")
def allowance(allowance_worked_out: Ints, allowance_override: Ints) -> Ints:
    """What the person keeps: an officer's approved override where there is one, else the figure worked out."""
    return np.where(allowance_override >= 0, allowance_override * PARTS, allowance_worked_out)
