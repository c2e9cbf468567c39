"""Reads the worked examples under tests/rules: facts in, what must come out, to the penny.

A file gives ``source`` and one or more ``[[case]]`` tables. Amounts of money are text, in pounds. A case gives ``on``,
``policy`` (the choices in which that council differs), ``person``, ``income``, ``asset``, ``expense``, ``override``,
``standing`` and ``expect``; ``expect.steps`` names steps of the calculation.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finance.assessment import (
    AssessmentPolicy,
    Asset,
    Circumstances,
    Expense,
    Frequency,
    Ground,
    GroundHeld,
    Income,
    Nation,
    Nursing,
    Override,
    OverrideOf,
    Setting,
    default_policy,
    with_choices,
)
from finance.assessment.policy import NAMES
from finance.money import read_pence

RULES = Path(__file__).parents[2] / "rules"
ENUMS = {"nation": Nation, "setting": Setting, "nursing": Nursing, "frequency": Frequency, "of": OverrideOf}


@dataclass(frozen=True, slots=True)
class Case:
    """One worked example."""

    file: str
    title: str
    on: dt.date
    policy: AssessmentPolicy
    circumstances: Circumstances
    expect: Mapping[str, Any]


def cases() -> Iterator[Case]:
    for path in sorted(RULES.glob("*.toml")):
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        assert tree["source"], f"{path.name} cites no source"
        for table in tree["case"]:
            yield read_case(path.stem, table)


def read_case(file: str, table: Mapping[str, Any]) -> Case:
    units = {each.name: each.unit for each in default_policy().choices}
    choices = {
        name: read_pence(value) if units[name].startswith("pence") else value
        for name, value in table.get("policy", {}).items()
    }
    assert set(choices) <= set(NAMES)
    person: dict[str, Any] = {"born": dt.date(1944, 1, 1), "cost_pence": 100_000} | _facts(table.get("person", {}))
    circumstances = Circumstances(
        person=table["title"],
        **person,
        incomes=tuple(Income(**_facts(row)) for row in table.get("income", [])),
        assets=tuple(Asset(**_facts(row)) for row in table.get("asset", [])),
        expenses=tuple(Expense(**_facts(row)) for row in table.get("expense", [])),
        overrides=tuple(Override(**_facts(row)) for row in table.get("override", [])),
        standings=tuple(GroundHeld(ground=Ground(row["ground"])) for row in table.get("standing", [])),
    )
    policy = with_choices(default_policy(), choices, name=file)
    return Case(file, table["title"], table["on"], policy, circumstances, table["expect"])


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("amount", "value", "owed", "cost", "fee", "basic_entitlement", "previous_charge", "share_value"):
            facts[f"{name}_pence"] = read_pence(value)
        else:
            facts[name] = ENUMS[name](value) if name in ENUMS else value
    return facts
