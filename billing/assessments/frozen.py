"""An assessment held still: each fact, figure and choice as it stands on its day, so that no day can change it."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from billing.assessments.rates import Rates
from billing.assessments.uprating.what_if import always
from finance.assessment import (
    AssessmentPolicy,
    Circumstances,
    Ground,
    GroundHeld,
    HomeDisregard,
    HomeLeftOut,
    Setting,
    with_choices,
)
from finance.assessment.facts import settled_by
from finance.assessment.figures import own_figures_standing
from finance.assessment.kinds import KindTable, assets, incomes
from finance.assessment.properties import home_left_out
from finance.parameters import Parameter, Parameters
from finance.problems import NoValueOnDay


@dataclass(frozen=True, slots=True)
class State:
    """One assessment's inputs: the circumstances, the day, and the figures and policy."""

    circumstances: Circumstances
    on: dt.date
    rates: Rates


def frozen(state: State) -> State:
    """The same assessment with every dated thing taken as it stands that day, so that no day can change it."""
    one, on, rates = state.circumstances, state.on, state.rates
    held: dict[str, Any] = {
        name: tuple(_row(table, each, on) for each in getattr(one, name) if each.holds(on))
        for name, table in (("incomes", incomes()), ("assets", assets()))
    }
    held["expenses"] = tuple(replace(each, first=None, end=None) for each in one.expenses if each.holds(on))
    held["overrides"] = tuple(replace(each, first=None, end=dt.date.max) for each in one.overrides if each.holds(on))
    ground = settled_by(one, on, rates.policy.on(on))
    held["standings"] = () if ground is None else (_standing(ground),)
    if one.setting is Setting.PERMANENT:
        why = home_left_out(one, on)
        left_out = HomeLeftOut(ground=HomeDisregard.PARTNER, reason=why or "", approver="as decided")
        held |= {"stays": (), "stay_first": None, "home_sold": None, "homes_left_out": (left_out,) if why else ()}
    frozen = replace(one, first=None, **held)
    return State(frozen, on, Rates(_policy_on(rates, on), _figures_on(rates.figures, on)))


def _row(table: KindTable, each: Any, on: dt.date) -> Any:
    """An income or asset of the kind it is treated as on a day, without days but where the kind counts them from the
    first."""
    kind = table.kinds[table.code_on(each.kind, each.first, on)]
    return replace(each, first=each.first if kind.days else None, end=None, kind=kind.name)


def _standing(ground: Ground) -> GroundHeld:
    """A ground with no days. Reablement needs a first day: care that is free for good stands in for it."""
    return GroundHeld(ground=Ground.NHS if ground is Ground.REABLEMENT else ground, evidence=str(ground))


def _policy_on(rates: Rates, on: dt.date) -> AssessmentPolicy:
    """The choices of a day, and those of the council's own figures that stand on it."""
    policy = rates.policy
    choices = policy.on(on).values()
    standing = {
        name
        for name, each in own_figures_standing(policy, rates.figures, on).items()
        if not each.instead and each.dated
    }
    own = {each.name: each for each in _figures_on(policy.own_figures, on) if each.name in standing}
    kept = with_choices(policy, choices)
    return AssessmentPolicy(policy.name, kept.choices, Parameters(own))


def _figures_on(figures: Parameters, on: dt.date) -> Parameters:
    """Every figure as it stands on a day, standing so on every day; those with no value that day as they are."""
    return Parameters({each.name: _figure_on(each, on) for each in figures})


def _figure_on(parameter: Parameter, on: dt.date) -> Parameter:
    try:
        return always(parameter, parameter.on(on).value)
    except NoValueOnDay:
        return parameter
