"""Care home residents: what they keep each week, and the NHS-funded nursing care taken off the fee first."""

import numpy as np
from numpy.typing import NDArray

from finance.assessment.figures import NO_FIGURE
from finance.assessment.frequencies import PARTS
from finance.assessment.steps import tag, when, when_in

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_NURSING, STANDARD_NURSING, HIGHER_NURSING = 0, 1, 2


@tag(label="Personal expenses allowance", citation="SI 2014/2672 reg 6")
@when_in(nation=["England"], basis=["permanent", "temporary"])
def allowance_worked_out__england_care_home(couple: Bools, personal_expenses_allowance: int) -> Ints:
    """The same for every resident in England."""
    return np.full(len(couple), personal_expenses_allowance * PARTS, np.int64)


@tag(label="Minimum income amount", citation="WSI 2015/1843 regs 13 and 28")
@when_in(nation=["Wales"], basis=["permanent", "temporary"])
def allowance_worked_out__wales_care_home(couple: Bools, wales_minimum_income: int) -> Ints:
    """The same for every resident in Wales."""
    return np.full(len(couple), wales_minimum_income * PARTS, np.int64)


@tag(label="NHS-funded nursing care, standard", citation="Care Act 2014 s.22", unit="pence", rests="any outcome")
@when(nation="England")
def nursing_at_standard(nursing: Ints, nursing_standard: int) -> Ints:
    """What the NHS pays the home a week at the standard rate, where it is inside the cost."""
    return np.where(nursing == STANDARD_NURSING, nursing_standard, 0)


@tag(label="NHS-funded nursing care, higher", citation="Care Act 2014 s.22", unit="pence", rests="any outcome")
@when(nation="England")
def nursing_at_higher(nursing: Ints, nursing_higher: int) -> Ints:
    """What the NHS pays the home a week at the higher rate, where it is inside the cost."""
    return np.where(nursing == HIGHER_NURSING, nursing_higher, 0)


@tag(
    label="NHS-funded nursing care",
    citation="Social Services and Well-being (Wales) Act 2014",
    unit="pence",
    rests="any outcome",
    checked="memory",
)
@when_in(nation=["Wales"], basis=["permanent", "temporary"])
def nursing_in_wales(nursing: Ints, wales_nursing: int) -> Ints:
    """What the NHS pays the home a week in Wales: one rate, and never England's."""
    return np.where(nursing != NO_NURSING, wales_nursing, 0)


@tag(
    label="Cost the person may be charged",
    citation="Social Services and Well-being (Wales) Act 2014",
    unit="pence",
    checked="memory",
)
@when_in(nation=["Wales"], basis=["permanent", "temporary"])
def chargeable_cost__wales_care_home(cost: Ints, nursing_in_wales: Ints) -> Ints:
    """The cost of the place, less what the NHS pays for nursing. Nursing is never charged to the person."""
    return np.asarray(np.maximum(cost - nursing_in_wales, 0), np.int64)


@tag(label="Nursing is more than the whole cost", citation="Care Act 2014 s.22", unit="flag", rests="any outcome")
@when(nation="England")
def nursing_above_cost(cost: Ints, nursing_at_standard: Ints, nursing_at_higher: Ints) -> Bools:
    """What the NHS pays cannot be inside a cost it is more than."""
    paid = nursing_at_standard + nursing_at_higher
    return np.asarray((paid > cost) & (paid < NO_FIGURE), bool)


@tag(label="Cost the person may be charged", citation="Care Act 2014 ss.14(4) and 22", unit="pence")
@when(nation="England")
def chargeable_cost__england(cost: Ints, nursing_at_standard: Ints, nursing_at_higher: Ints) -> Ints:
    """The cost of the care, less what the NHS pays for nursing in a home, a short stay among them. Nursing is never
    charged to the person."""
    return np.asarray(np.maximum(cost - nursing_at_standard - nursing_at_higher, 0), np.int64)


@tag(
    label="Cost the person may be charged",
    citation="Social Services and Well-being (Wales) Act 2014",
    unit="pence",
    checked="memory",
)
@when(nation="Wales", basis="home")
def chargeable_cost__wales_home(cost: Ints) -> Ints:
    """The cost of the care."""
    return cost
