"""What if policy or figures were other than they are: the whole caseload both ways, and nothing stored.

Everyone is assessed on one day on the policy as it is and on the policy as it might be; only the difference is told.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np

from billing.assessments.caseload.outcomes import Outcomes
from billing.assessments.in_force import NOTHING
from billing.assessments.rates import Rates
from billing.assessments.uprating.effect import CHANGED, REFUSED, SAME, People, Summary, reasons
from finance.assessment import AssessmentPolicy, with_choices
from finance.assessment.policy import FILE, NAMES
from finance.money import read_pence, sterling
from finance.parameters import DatedValue, Parameter, Parameters, Value
from finance.problems import NotAnAmount, Refusal
from finance.references import number_in


class NotAChange(Refusal):
    """A what-if names a choice or figure that does not exist, or gives it a value it cannot have."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The effect of a change on one day: what was changed, everybody both ways, the sums, and how many are left out
    because they died before it."""

    on: dt.date
    changes: tuple[str, ...]
    everyone: People
    summary: Summary
    died: int


def changed_rates(rates: Rates, on: dt.date, changes: Mapping[str, str]) -> tuple[Rates, tuple[str, ...]]:
    """The same rates with some choices or figures changed for every day, and the changes in words.

    ``changes``: the name of a choice or a figure to its value as people write it: ``share_of_disposable_income`` to
    ``85``, ``personal_expenses_allowance`` to ``35.00``. Raises NotAChange.
    """
    policy, figures, said = rates.policy, rates.figures, []
    for name, text in changes.items():
        source = policy.choices if name in NAMES else rates.figures
        if name not in source:
            raise NotAChange(f"“{name}” is neither a choice of policy nor a figure.", "See docs/assessment-policy.md.")
        parameter = source[name]
        value = read_value(parameter, text)
        was = parameter.on(on).value
        said.append(f"{parameter.label}: {_shown(parameter, was)} becomes {_shown(parameter, value)}")
        if name in NAMES:
            policy = with_choices(policy, {name: value})
        elif name in policy.own_figures:
            own = policy.own_figures.merged(Parameters({name: always(policy.own_figures[name], value)}))
            policy = AssessmentPolicy(policy.name, policy.choices, own)
        else:
            figures = figures.merged(Parameters({name: always(parameter, value)}))
    confirmations = tuple(each for each in rates.confirmations if not set(each.values) & set(changes))
    return Rates(policy, figures, confirmations), tuple(said)


def always(parameter: Parameter, value: Value) -> Parameter:
    """A parameter that has one value on every day."""
    first = dt.date(1900, 1, 1)
    row = DatedValue(first, None, first, value, "confirmed", "supposed")
    return Parameter(parameter.name, parameter.label, parameter.unit, parameter.reference, (row,))


def read_value(parameter: Parameter, text: str) -> Value:
    """A value as people write it, for a parameter. Raises NotAChange."""
    if parameter.unit.startswith("pence"):
        try:
            return read_pence(text)
        except NotAnAmount as error:
            raise NotAChange(f"{parameter.name}: {error.what}", error.what_to_do) from error
    if parameter.unit == "flag":
        if text.casefold() not in ("true", "false", "yes", "no"):
            raise NotAChange(f"{parameter.name} is yes or no, not “{text}”.", "Write yes or no.")
        return text.casefold() in ("true", "yes")
    if parameter.unit == "choice":
        return _choice(parameter, text)
    number = number_in(text.strip())
    if number is None:
        raise NotAChange(
            f"{parameter.name} is a whole number of {parameter.unit}, not “{text}”.", "Write a whole number."
        )
    return number


@cache
def _words_allowed() -> Mapping[str, tuple[str, ...]]:
    """What each choice of policy may be, from the file that defines them."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    return {name: tuple(table["choices"]) for name, table in tables.items() if "choices" in table}


def _choice(parameter: Parameter, text: str) -> str:
    allowed = _words_allowed().get(parameter.name, ())
    if text not in allowed:
        raise NotAChange(f"{parameter.name} may not be “{text}”.", f"Use one of: {', '.join(allowed)}.")
    return text


def _shown(parameter: Parameter, value: Value) -> str:
    if parameter.unit.startswith("pence"):
        return sterling(int(str(value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value}%" if parameter.unit == "percent" else f"“{value}”" if isinstance(value, str) else str(value)


def both(one: Outcomes, other: Outcomes) -> People:
    """Everyone both ways. ``one`` and ``other`` are of the same people in the same order."""
    assert np.array_equal(one.person, other.person), "a what-if must be of the same people both ways"
    was = np.where(one.refused, NOTHING, one.charge)
    now = np.where(other.refused, NOTHING, other.charge)
    state = np.where(other.refused, REFUSED, np.where(was == now, SAME, CHANGED)).astype(np.int64)
    return People(one.person, was, now, state, reasons(other, was, state), one.how, one.born, one.cost)
