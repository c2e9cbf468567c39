"""A council's charging policy: one dated file of choices, laid over the made-up default council.

Every choice is explained in ``docs/assessment-policy.md``. A council's file names only what it does differently; it may
also carry the council's own higher figure for a statutory allowance, under that figure's name.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from finance.parameters import Parameter, Parameters, Value, load_parameters, parameters_in
from finance.problems import BadParameters

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentChoices:
    """What a council has chosen, as it stands on one day. Money in pence; percentages and days are whole numbers."""

    conversion_rounding: str
    charge_rounding: str
    limit_reached: str
    upper_limit_outside_permanent_homes: int
    night_care: str
    savings_credit_at_home: str
    savings_credit_in_care_homes: str
    universal_credit_children: str
    disability_expenses: str
    standard_disability_expense: int
    disability_expenses_need_benefit: bool
    guarantee_buffer: int
    guarantee_buffer_percent: int
    share_of_disposable_income: int
    minimum_charge: int
    weekly_maximum_applies: bool
    weekly_maximum: int
    increase_limit_applies: bool
    increase_limit: int
    short_stay: str
    short_stay_days: int
    short_stay_fixed_working_age: int
    short_stay_fixed_pension_age: int
    reablement_days: int
    provisional_charge: str

    def values(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


NAMES = tuple(each.name for each in fields(AssessmentChoices))
WHOLE = {each.name for each in fields(AssessmentChoices) if each.type is int}
MAY_BE_ABOVE_STATUTE = ("guarantee_", "personal_expenses_allowance", "wales_minimum_income")


@dataclass(frozen=True, slots=True)
class AssessmentPolicy:
    """A council's name and its dated choices. ``own_figures`` are local figures that stand for statutory ones.

    ``version``: of the council's signed policy; None: of none.
    """

    name: str
    choices: Parameters = field(repr=False)
    own_figures: Parameters = field(repr=False)
    version: int | None = None

    @property
    def title(self) -> str:
        """Whose, and which version."""
        return self.name if self.version is None else f"{self.name}, policy {self.version}"

    def on(self, day: dt.date, known_by: dt.date | None = None) -> AssessmentChoices:
        """The choices in force on a day. Raises NoValueOnDay."""
        values: dict[str, Any] = {name: self.choices[name].on(day, known_by).value for name in NAMES}
        return AssessmentChoices(**values)

    def label(self, name: str) -> str:
        return self.choices[name].label

    def clause(self, name: str) -> str:
        return self.choices[name].reference

    def change_days(self) -> list[dt.date]:
        return sorted({day for set_ in (self.choices, self.own_figures) for each in set_ for day in each.change_days()})


@cache
def default_policy() -> AssessmentPolicy:
    """Anyshire, the made-up council whose choices stand where a council's own file says nothing."""
    return policy_of("Anyshire", load_parameters(FILE))


def load_policy(path: Path, name: str) -> AssessmentPolicy:
    """A council's own file, over the default. Raises BadParameters naming the entry and the fault."""
    return default_over(name, load_parameters(path))


def default_over(name: str, own: Parameters) -> AssessmentPolicy:
    """The default policy with a council's own entries in place of the default's."""
    return policy_of(name, default_policy().choices.merged(own))


def read_policy(table: Mapping[str, Any], where: str, name: str) -> AssessmentPolicy:
    """The ``[assessment]`` table of a council's file, over the default. Raises BadParameters."""
    return default_over(name, parameters_in(table, where))


def with_choices(policy: AssessmentPolicy, changes: Mapping[str, Value], name: str | None = None) -> AssessmentPolicy:
    """The same policy with some choices changed for every day: for what-if questions and worked examples.

    Values are as held inside (pence, not pounds). Raises BadParameters for a choice that does not exist.
    """
    changed = dict(policy.choices.by_name)
    for choice, value in changes.items():
        if choice not in NAMES:
            raise BadParameters(f"“{choice}” is not a choice of policy.", f"Use one of {', '.join(NAMES)}.")
        was = changed[choice]
        rows = tuple(
            type(row)(row.first, row.end, row.known, value, row.status, row.source, row.until) for row in was.values
        )
        changed[choice] = Parameter(was.name, was.label, was.unit, was.reference, rows)
    return policy_of(name or policy.name, Parameters(changed).merged(policy.own_figures))


def policy_of(name: str, entries: Parameters) -> AssessmentPolicy:
    choices = {each.name: each for each in entries if each.name in NAMES}
    for missing in set(NAMES) - set(choices):
        raise BadParameters(f"{name}'s policy has no choice “{missing}”.", "Add it, with its clause.")
    own = {each.name: each for each in entries if each.name not in NAMES}
    for each in own.values():
        if not each.name.startswith(MAY_BE_ABOVE_STATUTE):
            raise BadParameters(
                f"{name}'s policy gives “{each.name}”, which is neither a choice nor a figure a council may raise.",
                f"Use one of {', '.join(NAMES)}.",
            )
    for each in choices.values():
        for row in each.values:
            if each.name in WHOLE and (not isinstance(row.value, int) or isinstance(row.value, bool)):
                raise BadParameters(f"{name}'s policy, {each.name}: {row.value} is not whole.", "Give a whole number.")
    return AssessmentPolicy(name, Parameters(choices), Parameters(own))
