"""Care at home in Wales: basic entitlement with a buffer and a disability allowance, and the weekly maximum.

Basic entitlement is what benefit would give the person (SI numbers: WSI 2015/1843). Where the amount is known from an
award letter it is given as a fact; otherwise it is built here from benefit rates.
"""

import numpy as np
from numpy.typing import NDArray

from finance.assessment.ages import NO_BIRTH_DATE
from finance.assessment.frequencies import PARTS
from finance.assessment.steps import tag, when

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@tag(label="Is under 25", citation="ESA Regulations 2008 Sch 4", unit="flag")
@when(nation="Wales", basis="home")
def young(twenty_fifth_birthday: Ints, on: int) -> Bools:
    return on < twenty_fifth_birthday


@tag(label="Entitlement is worked out here", citation="WSI 2015/1843 reg 12", unit="flag")
@when(nation="Wales", basis="home")
def entitlement_unknown(basic_entitlement_given: Ints) -> Bools:
    """Whether nobody has given the person's basic entitlement."""
    return basic_entitlement_given < 0


@tag(label="A couple's entitlement cannot be worked out", citation="WSI 2015/1843 reg 12", unit="flag", rests="kept")
@when(nation="Wales", basis="home")
def couple_of_two_ages(
    entitlement_unknown: Bools,
    couple: Bools,
    pension_age: Bools,
    partner_pension_age: Bools,
    partner_pension_age_day: Ints,
) -> Bools:
    """Benefit for a couple turns on both ages, and what it is where one alone has reached pension age was not read."""
    unknown = partner_pension_age_day == NO_BIRTH_DATE
    return np.asarray(entitlement_unknown & couple & (unknown | (pension_age != partner_pension_age)), bool)


@tag(label="Guarantee credit, single", citation="WSI 2015/1843 reg 12", unit="pence")
@when(nation="Wales", basis="home")
def entitlement_pension_single(
    entitlement_unknown: Bools, pension_age: Bools, couple: Bools, guarantee_credit_single: int
) -> Ints:
    return np.where(entitlement_unknown & pension_age & ~couple, guarantee_credit_single, 0)


@tag(label="Guarantee credit, half the couple's", citation="WSI 2015/1843 reg 12", unit="pence", checked="memory")
@when(nation="Wales", basis="home")
def entitlement_pension_couple(
    entitlement_unknown: Bools, pension_age: Bools, couple: Bools, guarantee_credit_couple: int
) -> Ints:
    """Half the couple's amount, an odd penny in the person's favour."""
    return np.where(entitlement_unknown & pension_age & couple, -(-guarantee_credit_couple // 2), 0)


@tag(label="ESA allowance, single", citation="WSI 2015/1843 reg 12", unit="pence")
@when(nation="Wales", basis="home")
def entitlement_single(
    entitlement_unknown: Bools, pension_age: Bools, couple: Bools, young: Bools, esa_single: int
) -> Ints:
    return np.where(entitlement_unknown & ~pension_age & ~couple & ~young, esa_single, 0)


@tag(label="ESA allowance, single under 25", citation="WSI 2015/1843 reg 12", unit="pence")
@when(nation="Wales", basis="home")
def entitlement_single_young(
    entitlement_unknown: Bools, pension_age: Bools, couple: Bools, young: Bools, esa_single_under_25: int
) -> Ints:
    return np.where(entitlement_unknown & ~pension_age & ~couple & young, esa_single_under_25, 0)


@tag(label="ESA allowance, half the couple's", citation="WSI 2015/1843 reg 12", unit="pence", checked="memory")
@when(nation="Wales", basis="home")
def entitlement_couple(entitlement_unknown: Bools, pension_age: Bools, couple: Bools, esa_couple: int) -> Ints:
    """Half the couple's amount, an odd penny in the person's favour."""
    return np.where(entitlement_unknown & ~pension_age & couple, -(-esa_couple // 2), 0)


@tag(label="ESA support component", citation="WSI 2015/1843 reg 12", unit="pence")
@when(nation="Wales", basis="home")
def entitlement_support(
    entitlement_unknown: Bools, pension_age: Bools, disability_premium: Bools, esa_support_component: int
) -> Ints:
    """For someone under pension age who has, or would have, a disability premium."""
    return np.where(entitlement_unknown & ~pension_age & disability_premium, esa_support_component, 0)


@tag(label="Enhanced disability premium", citation="WSI 2015/1843 reg 1(4), basic entitlement", unit="pence")
@when(nation="Wales", basis="home")
def entitlement_enhanced_single(
    entitlement_unknown: Bools,
    pension_age: Bools,
    couple: Bools,
    enhanced_disability_premium: Bools,
    esa_enhanced_disability_single: int,
) -> Ints:
    """Any premium but the severe disability premium, which a council need not count."""
    return np.where(
        entitlement_unknown & ~pension_age & ~couple & enhanced_disability_premium, esa_enhanced_disability_single, 0
    )


@tag(
    label="Enhanced disability premium, half the couple's",
    citation="WSI 2015/1843 reg 1(4), basic entitlement",
    unit="pence",
    checked="memory",
)
@when(nation="Wales", basis="home")
def entitlement_enhanced_couple(
    entitlement_unknown: Bools,
    pension_age: Bools,
    couple: Bools,
    enhanced_disability_premium: Bools,
    esa_enhanced_disability_couple: int,
) -> Ints:
    """Half the couple's amount, an odd penny in the person's favour, as of their allowance."""
    half = -(-esa_enhanced_disability_couple // 2)
    return np.where(entitlement_unknown & ~pension_age & couple & enhanced_disability_premium, half, 0)


@tag(label="Carer addition", citation="WSI 2015/1843 reg 12", unit="pence")
@when(nation="Wales", basis="home")
def entitlement_carer(entitlement_unknown: Bools, carer_premium: Bools, carer_addition: int) -> Ints:
    return np.where(entitlement_unknown & carer_premium, carer_addition, 0)


@tag(label="Basic entitlement", citation="WSI 2015/1843 reg 12", unit="pence")
@when(nation="Wales", basis="home")
def basic_entitlement(
    basic_entitlement_given: Ints,
    entitlement_pension_single: Ints,
    entitlement_pension_couple: Ints,
    entitlement_single: Ints,
    entitlement_single_young: Ints,
    entitlement_couple: Ints,
    entitlement_support: Ints,
    entitlement_enhanced_single: Ints,
    entitlement_enhanced_couple: Ints,
    entitlement_carer: Ints,
) -> Ints:
    """The entitlement given, or the rows worked out."""
    older = entitlement_pension_single + entitlement_pension_couple
    younger = entitlement_single + entitlement_single_young + entitlement_couple + entitlement_support
    enhanced = entitlement_enhanced_single + entitlement_enhanced_couple
    given = np.maximum(basic_entitlement_given, 0)
    return np.asarray(given + older + younger + enhanced + entitlement_carer, np.int64)


@tag(label="Buffer over basic entitlement", citation="WSI 2015/1843 reg 12", checked="secondary")
@when(nation="Wales", basis="home")
def wales_buffer(basic_entitlement: Ints, wales_buffer_percent: int) -> Ints:
    return basic_entitlement * (wales_buffer_percent * (PARTS // 100))


@tag(label="Disability expense allowance", citation="WSI 2015/1843 reg 12", checked="memory")
@when(nation="Wales", basis="home")
def wales_disability(basic_entitlement: Ints, wales_disability_percent: int) -> Ints:
    return basic_entitlement * (wales_disability_percent * (PARTS // 100))


@tag(label="Kept each week", citation="WSI 2015/1843 reg 12")
@when(nation="Wales", basis="home")
def allowance_worked_out__wales_home(basic_entitlement: Ints, wales_buffer: Ints, wales_disability: Ints) -> Ints:
    """Basic entitlement, the buffer and the disability allowance."""
    return basic_entitlement * PARTS + wales_buffer + wales_disability
