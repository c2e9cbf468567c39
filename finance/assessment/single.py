"""One person's assessment on a day, with every step, what it rests on, and whether it may be billed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from finance.assessment import kinds
from finance.assessment.bases import BASES, basis_codes
from finance.assessment.capital import SHARES
from finance.assessment.charge import ASSESSED, TAKEN
from finance.assessment.circumstances import NIL_BY_LAW, Circumstances, Ground, OverrideOf, Setting
from finance.assessment.columns import Columns
from finance.assessment.dataflow import Array, Dataflow, Rule, dataflow
from finance.assessment.facts import columns_on, rates_followed, settled_by
from finance.assessment.figures import Confirmation, Figure, figures_on, statutory_figures
from finance.assessment.frequencies import PARTS
from finance.assessment.policy import NAMES, Choices, Policy
from finance.assessment.properties import home_left_out
from finance.assessment.results import OUTCOMES, Assessment, Input, Line, Outcome, Step
from finance.days import spoken
from finance.parameters import Parameters

DENOMINATORS = {"parts": PARTS, "pence": 1, "shares": SHARES, "taken": TAKEN}
YEAR = 364  # days: a stay is temporary for 52 weeks


def assess(
    circumstances: Circumstances,
    on: dt.date,
    policy: Policy,
    figures: Parameters | None = None,
    *,
    confirmations: Iterable[Confirmation] = (),
    known_by: dt.date | None = None,
) -> Assessment:
    """Assess one person on one day.

    ``figures`` are the statutory figures (those beside the rules, when not given); ``confirmations`` what the council
    has read in the circulars; ``known_by`` asks as things were known on a day.

    Raises MissingFact, BadFact, UnknownKind or NoValueOnDay, each saying what to supply; nothing is guessed.
    """
    figures = figures or statutory_figures()
    choices = policy.on(on, known_by)
    confirmed = tuple(confirmations)
    columns = columns_on([circumstances], on, choices, figures, known_by, confirmed)
    basis = BASES[
        int(basis_codes(columns.ints("nation"), columns.ints("setting"), columns.ints("stay_days"), choices)[0])
    ]
    flow = dataflow(basis, choices)
    held = figures_on(flow.figures, figures, policy, on, confirmed, known_by)
    values = flow.run([rule.name for rule in flow.rules], columns, choices, held, on)
    used = tuple(held[name] for name in flow.figures if flow.touches(name, values, columns)[0])
    for figure in used:
        if figure.missing is not None:
            raise figure.missing
    if values["outcome"][0] == ASSESSED and columns["assessed_override"][0] < 0:
        used += tuple(rates_followed(circumstances, on, figures, known_by, confirmed))
    explain = _Explainer(columns, choices, policy, held, values, flow)
    outcome = OUTCOMES[int(values["outcome"][0])]
    ground = settled_by(circumstances, on, choices)
    unread = tuple(figure.warning() for figure in used if not figure.sure)
    cost, fee = int(columns["cost"][0]), circumstances.fee_pence
    return Assessment(
        person=circumstances.person,
        on=on,
        basis=basis,
        policy=policy.name,
        outcome=outcome,
        because=_because(outcome, ground, circumstances, choices),
        charge_pence=int(values["charge"][0]),
        charge_exact=Fraction(int(values["assessed_exact"][0]), TAKEN),
        chargeable_cost_pence=int(values["chargeable_cost"][0]),
        council_pays_pence=int(values["council_pays"][0]),
        nursing_pence=cost - int(values["chargeable_cost"][0]),
        top_up_pence=max(fee - cost, 0) if fee is not None else 0,
        provisional=circumstances.provisional,
        steps=tuple(explain.step(rule) for rule in flow.rules if rule.unit != "table"),
        figures=used,
        warnings=(*unread, *_warnings(circumstances, on, ground)),
        not_billable=unread,
    )


def _because(outcome: Outcome, ground: Ground | None, one: Circumstances, choices: Choices) -> str:
    if ground is not None:
        return str(ground)
    if one.provisional and outcome in (Outcome.FULL_COST, Outcome.NIL_BY_LAW):
        return f"provisional: {choices.provisional_charge} until the assessment is complete"
    return str(outcome)


def _warnings(one: Circumstances, on: dt.date, ground: Ground | None) -> list[str]:
    found = []
    if one.provisional:
        found.append("Provisional: to be worked out again when the facts are complete.")
    for of in OverrideOf:
        override = one.override(of, on)
        if override is not None:
            until = f" until {spoken(override.end)}" if override.end else ""
            found.append(f"Override of {of}, approved by {override.approver}{until}: {override.reason}.")
    if one.setting is Setting.TEMPORARY and one.stay_first and (on - one.stay_first).days > YEAR:
        found.append("The stay has passed 52 weeks: decide whether it has become permanent.")
    if one.setting is Setting.PERMANENT and any(asset.kind == "home" for asset in one.assets):
        why = home_left_out(one, on)
        found.append(f"The home is left out of capital: {why}." if why else "The home counts as capital.")
    if ground is Ground.LIGHT_TOUCH_LOW_CHARGE:
        found.append("Light touch for a small charge rests on guidance remembered, not read: check it.")
    light = (Ground.LIGHT_TOUCH_OVER_LIMIT, Ground.LIGHT_TOUCH_LOW_CHARGE, Ground.REFUSED_TO_DISCLOSE)
    if ground in light:
        found.append("Tell the person in writing that they may ask for a full assessment.")
    if (
        ground in NIL_BY_LAW
        and one.fee_pence is not None
        and one.cost_pence is not None
        and one.fee_pence > one.cost_pence
    ):
        found.append("A top-up may still be paid for a dearer home.")
    return found


class _Explainer:
    """Turns the values of the rules into steps an officer can read."""

    def __init__(
        self,
        columns: Columns,
        choices: Choices,
        policy: Policy,
        figures: Mapping[str, Figure],
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

    def _lines(self, rule: Rule) -> tuple[Line, ...]:
        table = {"income": kinds.incomes(), "asset": kinds.assets(), "expense": kinds.expenses()}[rule.rows]
        codes = self.columns[f"{rule.rows}_kind"]
        denominator = DENOMINATORS[rule.unit]
        return tuple(
            Line(table.kinds[int(code)].label, table.kinds[int(code)].citation, Fraction(int(value), denominator))
            for code, value in zip(codes, self.values[rule.name], strict=True)
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


FACT_LABELS = {
    "couple": "Lives with a partner",
    "children": "Children",
    "disability_premium": "Disability premium applies",
    "enhanced_disability_premium": "Enhanced disability premium applies",
    "carer_premium": "Carer premium applies",
    "night_care_needed": "Needs care at night",
    "half_pension_passed": "Passes half a pension to a partner at home",
    "home_left_out": "The home is left out",
    "cost": "Cost of the care",
    "allowance_override": "Override of the amount kept",
    "assessed_override": "Override of the assessed maximum",
    "basic_entitlement_given": "Basic entitlement given",
    "previous_charge": "Last year's charge",
}
