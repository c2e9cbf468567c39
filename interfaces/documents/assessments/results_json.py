"""An assessment as JSON, with every step: money in whole pence, exact amounts as fractions of a penny in text."""

from fractions import Fraction
from typing import Any

from finance.assessment import Assessment, Input, StatutoryFigure, Step
from interfaces.documents.assessments.not_counted import not_counted


def as_json(made: Assessment) -> dict[str, Any]:
    """Everything an assessment came to and rests on."""
    return {
        "person": made.person,
        "on": made.on,
        "policy": made.policy,
        "nation": made.basis.nation,
        "basis": made.basis.name,
        "outcome": str(made.outcome),
        "because": made.because,
        "charge_pence": made.charge_pence,
        "charge_exact": exact(made.charge_exact),
        "chargeable_cost_pence": made.chargeable_cost_pence,
        "council_pays_pence": made.council_pays_pence,
        "nursing_pence": made.nursing_pence,
        "top_up_pence": made.top_up_pence,
        "provisional": made.provisional,
        "billable": made.billable,
        "not_billable": list(made.not_billable),
        "warnings": list(made.warnings),
        "expenses_not_counted": [
            {"label": each.label, "weekly_exact": exact(each.weekly), "why": each.why, "authority": each.authority}
            for each in not_counted(made)
        ],
        "steps": [_step(each) for each in made.steps],
        "figures": [_figure(each) for each in made.figures],
    }


def exact(value: object) -> object:
    """An exact amount: a whole number as it is, anything else as ``2771/4``."""
    if not isinstance(value, Fraction):
        return value
    return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "label": step.label,
        "citation": step.citation,
        "unit": "pence" if isinstance(step.value, Fraction) else step.unit,
        "value": exact(step.value),
        "inputs": [_input(each) for each in step.inputs],
        "lines": [
            {"label": each.label, "citation": each.citation, "value": exact(each.value), "law_read": each.checked}
            for each in step.lines
        ],
        "law_read": step.checked,
    }


def _input(given: Input) -> dict[str, Any]:
    return {"name": given.name, "label": given.label, "value": exact(given.value)}


def _figure(figure: StatutoryFigure) -> dict[str, Any]:
    dated = figure.dated
    return {
        "name": figure.name,
        "label": figure.parameter.label,
        "value": figure.value,
        "unit": figure.parameter.unit,
        "from": dated.first if dated else None,
        "status": dated.status if dated else None,
        "source": dated.source if dated else None,
        "confirmed_by": figure.confirmed.confirmed_by if figure.confirmed else None,
    }
