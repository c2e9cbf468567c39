"""From the values of the rules to steps an officer can read: labels, citations, inputs, and exact pence."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from finance.assessment import kinds
from finance.assessment.capital import SHARES
from finance.assessment.charge import TAKEN
from finance.assessment.columns import AssessmentColumns
from finance.assessment.dataflow import Array, Dataflow, Rule
from finance.assessment.figures import StatutoryFigure
from finance.assessment.frequencies import PARTS
from finance.assessment.policy import NAMES, AssessmentChoices, AssessmentPolicy
from finance.assessment.results import OUTCOMES, Input, Step, StepLine

DENOMINATORS = {"parts": PARTS, "pence": 1, "shares": SHARES, "taken": TAKEN}
FACT_LABELS = {
    "couple": "Lives with a partner",
    "children": "Children",
    "disability_premium": "Disability premium applies",
    "enhanced_disability_premium": "Enhanced disability premium applies",
    "carer_premium": "Carer premium applies",
    "night_care_needed": "Needs care at night",
    "half_pension_passed": "Passes half a pension to a partner at home",
    "home_left_out": "The home is left out",
    "rent_is_capital": "Rent is of a property that counts",
    "cost": "Cost of the care",
    "allowance_override": "Override of the amount kept",
    "assessed_override": "Override of the assessed maximum",
    "basic_entitlement_given": "Basic entitlement given",
    "previous_charge": "Last year's charge",
}


class Explainer:
    """Makes the steps of one person's assessment. ``columns`` and ``values`` hold that person alone."""

    def __init__(
        self,
        columns: AssessmentColumns,
        choices: AssessmentChoices,
        policy: AssessmentPolicy,
        figures: Mapping[str, StatutoryFigure],
        values: Mapping[str, Array],
        flow: Dataflow,
    ) -> None:
        self.columns, self.choices, self.policy, self.figures, self.values = columns, choices, policy, figures, values
        self.rules = {rule.name: rule for rule in flow.rules}

    def step(self, rule: Rule) -> Step:
        value = None if rule.rows else self._value(rule)
        lines = self._lines(rule) if rule.rows else ()
        inputs = tuple(made for made in map(self._input, rule.needs) if made is not None)
        return Step(rule.name, rule.label, rule.citation, rule.unit, value, inputs, lines, rule.checked)

    def _value(self, rule: Rule) -> Fraction | bool | str | None:
        value = self.values[rule.name]
        single: Any = value if isinstance(value, int) else value[0]
        if rule.unit == "flag":
            return bool(single)
        if rule.unit == "outcome":
            return str(OUTCOMES[int(single)])
        return Fraction(int(single), DENOMINATORS[rule.unit])

    def _lines(self, rule: Rule) -> tuple[StepLine, ...]:
        table = {"income": kinds.incomes(), "asset": kinds.assets(), "expense": kinds.expenses()}[rule.rows]
        codes = self.columns[f"{rule.rows}_kind"]
        denominator = DENOMINATORS[rule.unit]
        return tuple(
            StepLine(kind.label, kind.citation, Fraction(int(value), denominator), kind.status)
            for kind, value in zip((table.kinds[int(code)] for code in codes), self.values[rule.name], strict=True)
        )

    def _input(self, name: str) -> Input | None:
        if name in self.rules:
            rule = self.rules[name]
            if rule.unit == "table":
                return None
            return Input(name, rule.label, None if rule.rows else self._value(rule))
        if name in self.figures:
            figure = self.figures[name]
            return Input(name, figure.parameter.label, figure.value if figure.dated is not None else None)
        if name in NAMES:
            return Input(name, self.policy.label(name), getattr(self.choices, name))
        if name in FACT_LABELS:
            value = self.columns[name][0]
            return Input(name, FACT_LABELS[name], bool(value) if value.dtype == bool else int(value))
        return None
