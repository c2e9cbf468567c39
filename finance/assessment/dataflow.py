"""The rules wired together by name: one dataflow for each basis and each set of policy choices.

A function in the rule modules is a column; its parameters are the columns, figures and choices it needs. The same
dataflow assesses one person or a million, and is itself the explanation: its steps, their labels and citations.

Hamilton resolves the branches, wires the functions by name and checks their types. Its order is walked here, function
by function: for one person its own executor takes longer over the walk than the sums take.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finance.assessment import capital, charge, expenses, guarantee, income, kinds, residents, savings_credit, wales
from finance.assessment.bases import Basis, dataflow_config
from finance.assessment.charge import ASSESSED, MEANS_TESTED, NIL
from finance.assessment.columns import PEOPLE, ROWS, AssessmentColumns
from finance.assessment.figures import StatutoryFigure, statutory_figures
from finance.assessment.frequencies import WEEKLY_PARTS
from finance.assessment.policy import NAMES, AssessmentChoices
from finance.dataflows import wired
from finance.days import number

Bools = NDArray[np.bool_]
Array = NDArray[Any]

MODULES = (income, savings_credit, capital, guarantee, residents, wales, expenses, charge)
NIGHT_BENEFITS = {
    "kind_night_attendance": "attendance_allowance_lower",
    "kind_night_dla": "dla_care_middle",
    "kind_night_pip": "pip_daily_living_standard",
}
FACTS_NEEDED = {
    "partner_age_unknown": (
        "lives with a partner, and whether the partner has reached pension age is not known.",
        "Supply the partner’s date of birth (“partner_date_of_birth”).",
    ),
    "couple_of_two_ages": (
        "lives with a partner in Wales, and the partner’s age is not known, or one of the two alone is of pension age.",
        "Supply the partner’s date of birth, or what benefit gives the person a week (“basic_entitlement”).",
    ),
    "nursing_above_cost": (
        "has NHS-funded nursing care inside the weekly cost that is more than the whole cost.",
        "Give what the place costs with it, or say that it is not inside (“cost_includes_nursing”).",
    ),
}
"""Steps that say a fact is lacking: what is not known of the person, and what to supply."""
READING_ORDER = (
    "over_limit",
    "tariff_income",
    "income_total",
    "counted_income",
    "income_left_out",
    "allowance",
    "charge",
)
ROW_NAMES = {f"{sort}_{field}" for sort, fields in ROWS.items() for field in (*fields, "starts")}
COLUMN_NAMES = {*PEOPLE, *ROW_NAMES}


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of a dataflow: what it is called, what it rests on, what it needs, and the unit of its values.

    ``rests`` says for whom a figure used here matters: those for whom the step is not nought and whose charge is
    assessed, unless the tag says otherwise.
    """

    name: str
    label: str
    citation: str
    unit: str
    rows: str
    rests: str
    checked: str
    needs: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Dataflow:
    """A built dataflow: its rules in working order, the figures it needs, and the rules each figure touches."""

    basis: Basis
    rules: tuple[Rule, ...]
    figures: tuple[str, ...]
    facts: tuple[str, ...]
    choices: tuple[str, ...]
    touched: Mapping[str, tuple[Rule, ...]]
    under_allowance: frozenset[str]
    orders: dict[frozenset[str], tuple[Rule, ...]]

    def run(
        self,
        wanted: Collection[str],
        columns: AssessmentColumns,
        choices: AssessmentChoices,
        figures: Mapping[str, StatutoryFigure],
        on: dt.date,
    ) -> dict[str, Array]:
        """Work out the wanted steps for everyone in ``columns``."""
        values: dict[str, Any] = {name: figures[name].value for name in self.figures}
        values |= kind_tables(self.basis)
        values["on"] = number(on)
        for name in self.facts:
            values[name] = columns.arrays[name]
        for name in self.choices:
            values[name] = getattr(choices, name)
        for rule in self._order(frozenset(wanted)):
            values[rule.name] = rule.function(**{need: values[need] for need in rule.needs})
        return {name: values[name] for name in wanted}

    def _order(self, wanted: frozenset[str]) -> tuple["Rule", ...]:
        """The rules needed for the wanted steps, each after what it needs."""
        if wanted not in self.orders:
            needed = set(wanted)
            for rule in reversed(self.rules):
                if rule.name in needed:
                    needed.update(rule.needs)
            self.orders[wanted] = tuple(rule for rule in self.rules if rule.name in needed)
        return self.orders[wanted]

    def watched(self, names: Collection[str]) -> set[str]:
        """The steps that say whom these figures touch, and who lacks a fact."""
        steps = {rule.name for name in names for rule in self.touched[name]}
        steps |= {rule.name for rule in self.rules if rule.name in FACTS_NEEDED}
        return steps | {"outcome"} if steps else steps

    def touches(self, figure: str, values: Mapping[str, Array], columns: AssessmentColumns) -> Bools:
        """Whose charge rests on a figure. ``values`` hold the steps :meth:`watched` names."""
        resting = np.zeros(len(columns), bool)
        for rule in self.touched[figure]:
            resting |= self._rests(rule, values, columns)
        return resting

    def refused(self, values: Mapping[str, Array], columns: AssessmentColumns) -> dict[str, Bools]:
        """For each fact a charge may rest on that may be lacking (``FACTS_NEEDED``): who lacks it and rests on it."""
        return {rule.name: self._rests(rule, values, columns) for rule in self.rules if rule.name in FACTS_NEEDED}

    def _rests(self, rule: Rule, values: Mapping[str, Array], columns: AssessmentColumns) -> Bools:
        outcome = values["outcome"]
        if rule.rests == "any outcome":
            return np.asarray(values[rule.name] != 0)
        if rule.rests == "charged":
            return np.asarray(outcome != NIL)
        if rule.rests == "means test":
            return np.asarray(columns["standing"] == MEANS_TESTED)
        resting = (outcome == ASSESSED) & (columns["assessed_override"] < 0)
        if rule.rests != "assessed":
            resting &= values[rule.name] != 0
        if rule.rests == "kept" or rule.name in self.under_allowance:
            resting &= columns["allowance_override"] < 0
        return np.asarray(resting)


def dataflow(basis: Basis, choices: AssessmentChoices) -> Dataflow:
    """The dataflow for a basis under a council's choices. Built once for each combination."""
    return _built(basis, tuple(sorted(dataflow_config(basis, choices).items())))


@lru_cache(maxsize=256)
def _built(basis: Basis, config: tuple[tuple[str, Any], ...]) -> Dataflow:
    nodes = wired(*MODULES, config=dict(config)).graph.nodes
    rules = tuple(_rule(name, nodes[name]) for name in _in_order(nodes) if not _given(nodes[name]))
    given = sorted(name for name, node in nodes.items() if _given(node) and name not in dict(config))
    statutory = statutory_figures()
    figures = tuple(name for name in given if name in statutory)
    return Dataflow(
        basis,
        rules,
        figures,
        tuple(name for name in given if name in COLUMN_NAMES),
        tuple(name for name in given if name in NAMES),
        {figure: tuple(_touched(figure, rules)) for figure in figures},
        frozenset(_above("allowance_worked_out", rules)),
        {},
    )


def _given(node: Any) -> bool:
    return bool(node.user_defined)


def _in_order(nodes: Mapping[str, Any]) -> list[str]:
    """Names with everything needed before what needs it: the order an officer works in."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in order:
            for needed in nodes[name].dependencies:
                visit(needed.name)
            order[name] = None

    for name in [name for name in READING_ORDER if name in nodes] + list(nodes):
        visit(name)
    return list(order)


def _rule(name: str, node: Any) -> Rule:
    tags = node.tags
    needs = tuple(needed.name for needed in node.dependencies)
    marks = (tags["label"], tags["citation"], tags["unit"], tags["rows"], tags["rests"], tags["checked"])
    return Rule(name, *marks, needs, node.callable)


def _touched(name: str, rules: tuple[Rule, ...]) -> list[Rule]:
    found = []
    for rule in rules:
        if name in rule.needs:
            found += _touched(rule.name, rules) if rule.rests == "through" else [rule]
    return found


def _above(name: str, rules: tuple[Rule, ...]) -> set[str]:
    by_name = {rule.name: rule for rule in rules}
    if name not in by_name:
        return set()
    return {name}.union(*(_above(need, rules) for need in by_name[name].needs))


@cache
def kind_tables(basis: Basis) -> dict[str, Array]:
    """For each kind, by code, how it is treated on a basis: the tables the rules look kinds up in."""
    incomes, assets, expenses_ = kinds.incomes(), kinds.assets(), kinds.expenses()
    counted_or_not = [incomes.where(each, basis.name) for each in ("counted", "rent", "child element")]
    counted = np.any(counted_or_not, axis=0).astype(np.int64)
    lower = np.array([kind.night_over for kind in incomes.kinds])
    night = {name: (lower == rate) * counted for name, rate in NIGHT_BENEFITS.items()}
    return night | {
        "weekly_parts": WEEKLY_PARTS,
        "kind_counted": counted,
        "kind_child_element": incomes.where("child element", basis.name).astype(np.int64),
        "kind_rent": incomes.where("rent", basis.name).astype(np.int64),
        "kind_first_ten": incomes.where("first ten", basis.name).astype(np.int64),
        "kind_savings_credit": incomes.where("savings credit", basis.name).astype(np.int64),
        "kind_qualifying": incomes.flags("qualifying") * (counted | incomes.where("first ten", basis.name)),
        "kind_disability": incomes.flags("disability") * counted,
        "kind_pension": incomes.flags("pension") * counted,
        "kind_capital_counted": assets.where("counted", basis.name).astype(np.int64),
        "kind_home": assets.where("home", basis.name).astype(np.int64),
        "kind_rent_cost": expenses_.meeting("rent"),
        "kind_rent_met": incomes.meeting("rent"),
        "kind_council_tax": expenses_.meeting("council tax"),
        "kind_council_tax_met": incomes.meeting("council tax"),
        "kind_housing": expenses_.where("housing", basis.name).astype(np.int64),
        "kind_disability_expense": expenses_.where("disability", basis.name).astype(np.int64),
        "kind_other_allowance": expenses_.where("other", basis.name).astype(np.int64),
    }
