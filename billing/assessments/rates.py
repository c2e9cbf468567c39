"""The figures and policy behind assessments, kept as text: any assessment can be worked out again as it was.

The text is canonical, so the same figures and choices have the same hash and are kept once.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from finance.assessment import AssessmentPolicy, Confirmation, default_policy, statutory_figures
from finance.parameters import DatedValue, Parameter, Parameters


@dataclass(frozen=True, slots=True)
class Rates:
    """Everything an assessment rests on besides the facts: policy, statutory figures, and what was confirmed."""

    policy: AssessmentPolicy
    figures: Parameters
    confirmations: tuple[Confirmation, ...] = ()

    def text(self) -> str:
        """All of it as canonical JSON."""
        content = {
            "policy": self.policy.name,
            "choices": _parameters(self.policy.choices),
            "own_figures": _parameters(self.policy.own_figures),
            "figures": _parameters(self.figures),
            "confirmations": [_confirmation(each) for each in self.confirmations],
            **({} if self.policy.version is None else {"version": self.policy.version}),
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text().encode()).hexdigest()

    @classmethod
    def read(cls, text: str) -> "Rates":
        """The same figures and choices, from their text; those the rules have come to ask for since, as they are
        shipped."""
        content = json.loads(text)
        choices = default_policy().choices.merged(_read(content["choices"]))
        policy = AssessmentPolicy(content["policy"], choices, _read(content["own_figures"]), content.get("version"))
        confirmations = tuple(
            Confirmation(
                _day(row["day"]),
                {name: _value(*value) for name, value in row["values"].items()},
                row["by"],
                _day(row["on"]),
                row["source"],
            )
            for row in content["confirmations"]
        )
        return cls(policy, statutory_figures().merged(_read(content["figures"])), confirmations)


def _confirmation(each: Confirmation) -> dict[str, Any]:
    values = {name: _typed(value) for name, value in each.values.items()}
    return {
        "day": each.day.isoformat(),
        "values": values,
        "by": each.confirmed_by,
        "on": each.confirmed_on.isoformat(),
        "source": each.source,
    }


def _parameters(parameters: Iterable[Parameter]) -> dict[str, Any]:
    return {
        each.name: [each.label, each.unit, each.reference, [_row(value) for value in each.values]]
        for each in parameters
    }


def _row(row: DatedValue) -> list[Any]:
    days = [day.isoformat() if day else None for day in (row.first, row.end, row.known, row.until)]
    return [*days, *_typed(row.value), row.status, row.source]


def _typed(value: object) -> list[str]:
    return [type(value).__name__, str(value)]


def _value(kind: str, text: str) -> int | Decimal | str | bool:
    if kind == "int":
        return int(text)
    if kind == "bool":
        return text == "True"
    return Decimal(text) if kind == "Decimal" else text


def _read(content: dict[str, Any]) -> Parameters:
    return Parameters(
        {
            name: Parameter(name, label, unit, reference, tuple(map(_dated, rows)))
            for name, (label, unit, reference, rows) in content.items()
        }
    )


def _dated(row: list[Any]) -> DatedValue:
    first, end, known, until, kind, text, status, source = row
    return DatedValue(_day(first), _maybe(end), _day(known), _value(kind, text), status, source, _maybe(until))


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _maybe(text: str | None) -> dt.date | None:
    return None if text is None else _day(text)
