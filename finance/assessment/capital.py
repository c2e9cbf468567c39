"""Capital: the person's share of what they own, the upper limit, and tariff income from what lies between the limits.

Capital is exact in six-hundredths of a penny: ten for the selling cost of a tenth, sixty for equal shares among up to
six owners. So a joint account of £28,500.01 makes £14,250.005 each, which is over the lower limit.
"""

import numpy as np
from numpy.typing import NDArray

from finance.assessment.rows import people_sum
from finance.assessment.steps import tag, when, when_in, when_not

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHARES = 600  # to one penny of capital
_SIXTY = SHARES // 10


@tag(label="Each asset, the person's share", citation="SI 2014/2672 regs 18, 20 and 24", rows="asset", unit="shares")
def asset_share(asset_value: Ints, asset_owed: Ints, asset_owners: Ints, asset_sale_costs: Bools) -> Ints:
    """Market value, less a tenth where selling would cost, less what is owed on it, split equally among its owners."""
    tenths = asset_value * np.where(asset_sale_costs, 9, 10) - asset_owed * 10
    return np.asarray(np.maximum(tenths, 0) * _SIXTY // asset_owners, np.int64)


@tag(label="Capital apart from the home", citation="SI 2014/2672 reg 18 and Sch 2", unit="shares")
def capital_besides_home(asset_share: Ints, asset_kind: Ints, asset_starts: Ints, kind_capital_counted: Ints) -> Ints:
    """Everything counted, the home aside."""
    return people_sum(asset_share * kind_capital_counted[asset_kind], asset_starts)


@tag(label="Value of the home", citation="SI 2014/2672 reg 18", unit="shares")
@when_in(basis=["permanent", "temporary", "fixed"])
def home_value(asset_share: Ints, asset_kind: Ints, asset_starts: Ints, kind_home: Ints) -> Ints:
    """The person's share of their only or main home."""
    return people_sum(asset_share * kind_home[asset_kind], asset_starts)


@tag(label="Capital", citation="SI 2014/2672 Part 4; Sch 2 paras 1, 2 and 4", unit="shares")
@when_in(basis=["permanent", "temporary", "fixed"])
def capital__care_home(capital_besides_home: Ints, home_value: Ints, home_left_out: Bools) -> Ints:
    """All counted capital, with the home unless it is left out."""
    return capital_besides_home + np.where(home_left_out, 0, home_value)


@tag(label="Capital", citation="SI 2014/2672 Part 4; Sch 2", unit="shares")
@when(basis="home")
def capital__home(capital_besides_home: Ints) -> Ints:
    """All counted capital. A person's own home never counts while they live in it."""
    return capital_besides_home


@tag(label="Upper capital limit", citation="SI 2014/2672 reg 12", unit="pence", rests="through")
@when(nation="England", basis="permanent")
def capital_limit__permanent(capital_upper_limit: int) -> int:
    """The statutory limit: a council may not set its own for permanent residents."""
    return capital_upper_limit


@tag(label="Upper capital limit", citation="SI 2014/2672 reg 12; council policy", unit="pence", rests="through")
@when_not(nation="Wales", basis="permanent")
def capital_limit__elsewhere(capital_upper_limit: int, upper_limit_outside_permanent_homes: int) -> int:
    """The council's own limit where it has one above the statutory one."""
    return max(capital_upper_limit, upper_limit_outside_permanent_homes)


@tag(label="Capital limit", citation="WSI 2015/1843 reg 11(2)(b)", unit="pence", rests="through")
@when(nation="Wales", basis="home")
def capital_limit__wales_home(wales_capital_limit_at_home: int) -> int:
    """The one limit in Wales for care at home."""
    return wales_capital_limit_at_home


@tag(label="Capital limit", citation="WSI 2015/1843 reg 11(2)(a)", unit="pence", rests="through")
@when_in(nation=["Wales"], basis=["permanent", "temporary"])
def capital_limit__wales_care_home(wales_capital_limit_care_home: int) -> int:
    """The one limit in Wales for a care home."""
    return wales_capital_limit_care_home


@tag(label="Over the upper capital limit", citation="SI 2014/2672 regs 10 and 12", unit="flag", rests="means test")
@when(limit_reached="within")
def over_limit__exceeds(capital: Ints, capital_limit: int) -> Bools:
    """Capital exceeds the limit. Exactly at the limit is within it."""
    return capital > capital_limit * SHARES


@tag(
    label="At or over the upper capital limit",
    citation="Council policy: limit_reached",
    unit="flag",
    rests="means test",
)
@when(limit_reached="over")
def over_limit__reaches(capital: Ints, capital_limit: int) -> Bools:
    """Capital reaches the limit: some councils publish that exactly at the limit is over it."""
    return capital >= capital_limit * SHARES


@tag(label="Tariff income", citation="SI 2014/2672 reg 25", unit="pence", rests="assessed")
@when(nation="England")
def tariff_income__england(
    capital: Ints, over_limit: Bools, capital_lower_limit: int, tariff_step: int, tariff_amount: int
) -> Ints:
    """So much for every step, or part of one, above the lower limit. Nobody over the upper limit has any."""
    above = np.maximum(capital - capital_lower_limit * SHARES, 0)
    return np.where(over_limit, 0, -(-above // (tariff_step * SHARES)) * tariff_amount)


@tag(label="Tariff income", citation="WSI 2015/1844: none in Wales", unit="pence")
@when(nation="Wales")
def tariff_income__wales(capital: Ints) -> Ints:
    """Wales has one limit and no tariff income."""
    return np.zeros(len(capital), np.int64)
