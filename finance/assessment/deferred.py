"""Deferred payments: who must be offered one, how much the home can secure, and what is deferred each week.

Amounts are whole pence. Interest and the running of an agreement are not here.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from finance.assessment.circumstances import BadFact, Circumstances, Setting
from finance.assessment.figures import statutory_figures
from finance.assessment.properties import home_left_out
from finance.assessment.results import Assessment
from finance.money import sterling
from finance.parameters import Parameters


@dataclass(frozen=True, slots=True)
class DeferredOffer:
    """Whether the council must offer a deferred payment, and why not when it need not."""

    must_offer: bool
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deferral:
    """How a week in a home is paid under an agreement: by the person now, and put on the debt."""

    kept_pence: int
    paid_pence: int
    deferred_pence: int

    def over(self, weeks: int) -> "Deferral":
        """The same for so many weeks, before interest."""
        return Deferral(self.kept_pence * weeks, self.paid_pence * weeks, self.deferred_pence * weeks)


def deferred_offer(
    circumstances: Circumstances, assessment: Assessment, *, secured: bool, figures: Parameters | None = None
) -> DeferredOffer:
    """The tests of SI 2014/2671 reg 2: in a care home, little besides the home, the home counted, and good security."""
    limit = (figures or statutory_figures()).pence("capital_upper_limit", assessment.on)
    besides = assessment.value("capital_besides_home")
    assert isinstance(besides, Fraction)
    has_home = any(asset.kind == "home" and asset.holds(assessment.on) for asset in circumstances.assets)
    left_out = home_left_out(circumstances, assessment.on)
    tests = (
        (circumstances.setting is Setting.PERMANENT, "the person is not a permanent care home resident"),
        (besides <= limit, f"capital besides the home is over {sterling(limit)}"),
        (has_home, "there is no home to secure the debt"),
        (left_out is None, f"the home is left out of capital: {left_out}"),
        (secured, "there is no adequate security"),
    )
    why_not = tuple(why for passed, why in tests if not passed)
    return DeferredOffer(not why_not, why_not)


def equity_limit(
    value_pence: int, on: dt.date, *, prior_charges_pence: int = 0, figures: Parameters | None = None
) -> int:
    """The most the debt may reach: nine tenths of the home's value, less the lower capital limit and prior charges.

    A fraction of a penny is dropped; never below nought. Raises BadFact for an amount below nought.
    """
    if value_pence < 0 or prior_charges_pence < 0:
        raise BadFact("The home's value or the charges on it are below nought.", "Correct them.")
    held = figures or statutory_figures()
    percent = held["equity_percent"].on(on).value
    secured = Fraction(value_pence) * Fraction(str(percent)) / 100
    return max(int(secured // 1) - held.pence("capital_lower_limit", on) - prior_charges_pence, 0)


def review_due(debt_pence: int, value_pence: int, on: dt.date, figures: Parameters | None = None) -> bool:
    """Whether the debt has reached the part of the home's value at which it must be looked at again."""
    percent = (figures or statutory_figures())["equity_review_percent"].on(on).value
    return Fraction(debt_pence) * 100 >= Fraction(str(percent)) * value_pence


def deferral(assessment: Assessment, *, kept_pence: int | None = None, figures: Parameters | None = None) -> Deferral:
    """What a permanent resident pays from income and what is deferred, top-up included.

    The person keeps up to the disposable income allowance each week; ``kept_pence`` is what they choose to keep, when
    less. Income above it is paid, down to whole pence; the rest of the fee is deferred.
    Raises BadFact when more is kept than the allowance.
    """
    most = (figures or statutory_figures()).pence("disposable_income_allowance", assessment.on)
    kept = most if kept_pence is None else kept_pence
    if not 0 <= kept <= most:
        raise BadFact(f"{sterling(kept)} a week is more than the {sterling(most)} a person may keep.", "Keep less.")
    income = assessment.value("counted_income")
    assert isinstance(income, Fraction)
    fee = assessment.chargeable_cost_pence + assessment.top_up_pence
    paid = min(max(int(income // 1) - kept, 0), assessment.chargeable_cost_pence)
    return Deferral(kept, paid, fee - paid)
