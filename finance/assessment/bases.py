"""The basis of a charge: which rules apply, from the setting, the nation, the length of a short stay and policy.

A basis is one variant of the dataflow. A short stay is charged as if at home for as many days as policy says (in Wales
always, for eight weeks: WSI 2015/1844 reg 10), as a temporary resident after that, or by a fixed amount.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finance.assessment.circumstances import Nation, Setting
from finance.assessment.policy import AssessmentChoices

Ints = NDArray[np.int64]

NATIONS = tuple(Nation)
SETTINGS = tuple(Setting)
EIGHT_WEEKS = 56
SHORT_STAYS = {"as at home": "home", "as in a care home": "temporary", "fixed amount": "fixed"}


@dataclass(frozen=True, slots=True, order=True)
class Basis:
    """One variant of the rules: a nation, and home, permanent, temporary or fixed."""

    nation: str
    name: str


BASES = (
    Basis("England", "home"),
    Basis("England", "permanent"),
    Basis("England", "temporary"),
    Basis("England", "fixed"),
    Basis("Wales", "home"),
    Basis("Wales", "permanent"),
    Basis("Wales", "temporary"),
)
CODES = {basis: code for code, basis in enumerate(BASES)}


def basis_codes(nation: Ints, setting: Ints, stay_days: Ints, choices: AssessmentChoices) -> Ints:
    """The basis of each person, as its place in ``BASES``.

    ``nation`` and ``setting`` are places in NATIONS and SETTINGS; ``stay_days`` is how many days of short stay the
    person has had this year before the day of the assessment.
    """
    wales = nation == NATIONS.index(Nation.WALES)
    short = setting == SETTINGS.index(Setting.SHORT_TERM)
    within = stay_days < np.where(wales, EIGHT_WEEKS, choices.short_stay_days)
    english_short = CODES[Basis("England", SHORT_STAYS[choices.short_stay])]
    temporary = np.where(wales, CODES[Basis("Wales", "temporary")], CODES[Basis("England", "temporary")])
    home = np.where(wales, CODES[Basis("Wales", "home")], CODES[Basis("England", "home")])
    permanent = np.where(wales, CODES[Basis("Wales", "permanent")], CODES[Basis("England", "permanent")])
    stay = np.where(within, np.where(wales, home, english_short), temporary)
    longer = np.where(setting == SETTINGS.index(Setting.PERMANENT), permanent, temporary)
    return np.where(short, stay, np.where(setting == SETTINGS.index(Setting.HOME), home, longer)).astype(np.int64)


def dataflow_config(basis: Basis, choices: AssessmentChoices) -> dict[str, str | bool]:
    """What the dataflow's branches ask about: the basis and the choices that change the formulas."""
    at_home = basis.name == "home"
    maximum = "Wales" if basis == Basis("Wales", "home") else "none"
    if at_home and basis.nation == "England" and choices.weekly_maximum_applies:
        maximum = "council"
    return {
        "nation": basis.nation,
        "basis": basis.name,
        "maximum": maximum,
        "conversion_rounding": choices.conversion_rounding,
        "charge_rounding": choices.charge_rounding,
        "limit_reached": choices.limit_reached,
        "night_care": choices.night_care if at_home else "counted in full",  # a home gives care at night
        "savings_credit": choices.savings_credit_at_home if at_home else choices.savings_credit_in_care_homes,
        "universal_credit_children": choices.universal_credit_children,
        "disability_expenses": choices.disability_expenses,
        "disability_expenses_need_benefit": choices.disability_expenses_need_benefit,
        "increase_limit_applies": choices.increase_limit_applies,
    }
