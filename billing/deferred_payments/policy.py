"""A council's choices about deferred payments: ``[deferred_payments]`` of its policy file, kept with every run.

[deferred_payments]
compounding = "quarterly"                 # any choice of finance/deferred_payments/policy.toml
near_limit_months = 6                     # a debt due to reach its limit within so many months is shown

[[deferred_payments.most_interest]]       # half-years the shipped table does not hold
from = 2025-07-01
percent = "4.60"
source = "circular read by the council"
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from finance.choices import at_least_one
from finance.deferred_payments import LoanPolicy, ceilings, loan_policy
from finance.deferred_payments.interest import CEILING
from finance.parameters import DatedValue, Parameter, Parameters, Value
from finance.problems import BadParameters

FIRST = dt.date(2015, 4, 1)
SHOWN = {"near_limit_months": 6, "overdue_days": 90, "agreements_a_chunk": 500}
_RATE_KEYS = {"from", "percent", "source"}


@dataclass(frozen=True, slots=True)
class MostInterest:
    """The most interest allowed in one half-year, as the council read it."""

    first: dt.date
    percent: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class DeferredPolicy:
    """The choices in force when a run is drafted. ``choices`` are those of the loan rules, by name."""

    choices: Mapping[str, Value] = field(default_factory=dict)
    most_interest: tuple[MostInterest, ...] = ()
    near_limit_months: int = SHOWN["near_limit_months"]
    overdue_days: int = SHOWN["overdue_days"]
    agreements_a_chunk: int = SHOWN["agreements_a_chunk"]

    @property
    def loans(self) -> LoanPolicy:
        """The policy of the loan rules. Raises BadParameters for a choice that does not exist."""
        shipped = loan_policy().choices
        own = {name: _always(shipped[name], value) for name, value in self.choices.items()}
        return loan_policy(Parameters(own))

    @property
    def table(self) -> Parameter:
        """The most interest allowed by half-year, the council's own rows included."""
        if not self.most_interest:
            return ceilings()
        base = ceilings()
        rows = tuple(
            DatedValue(each.first, None, each.first, each.percent, "confirmed", each.source)
            for each in sorted(self.most_interest, key=lambda row: row.first)
        )
        return ceilings(Parameters({CEILING: Parameter(CEILING, base.label, base.unit, base.reference, rows)}))

    def as_json(self) -> str:
        return json.dumps(
            {
                **{name: str(value) if isinstance(value, Decimal) else value for name, value in self.choices.items()},
                **{name: getattr(self, name) for name in SHOWN},
                "most_interest": [
                    {"from": each.first.isoformat(), "percent": str(each.percent), "source": each.source}
                    for each in self.most_interest
                ],
            }
        )

    def differences(self, now: "DeferredPolicy") -> list[str]:
        """Each choice that is another now, in words."""
        then, later = json.loads(self.as_json()), json.loads(now.as_json())
        return [
            f"{name} was {_words(then.get(name))} and is now {_words(later.get(name))}"
            for name in sorted(then.keys() | later.keys())
            if then.get(name) != later.get(name)
        ]

    @classmethod
    def from_json(cls, text: str) -> "DeferredPolicy":
        return cls.of(json.loads(text), "the run's policy")

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> "DeferredPolicy":
        """Read a policy table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        shipped = loan_policy().choices
        choices: dict[str, Value] = {}
        for name, value in table.items():
            if name in SHOWN:
                at_least_one(value, f"{where}: {name}")
            elif name != "most_interest":
                if name not in shipped:
                    names = ", ".join([*(each.name for each in shipped), *SHOWN, "most_interest"])
                    raise BadParameters(f"{where}: no choice is called “{name}”.", f"Use one of {names}.")
                choices[name] = _checked(shipped[name], value, where)
        rows = tuple(_most(row, where) for row in table.get("most_interest", ()))
        if len({row.first for row in rows}) < len(rows):
            raise BadParameters(f"{where}: two rates start on one day.", "Keep one of them.")
        return cls(choices, rows, **{name: int(table.get(name, default)) for name, default in SHOWN.items()})


def _words(choice: object) -> str:
    if isinstance(choice, list):
        return ", ".join(f"{row['percent']}% from {row['from']}" for row in choice) or "the shipped table alone"
    return "as shipped" if choice is None else f"“{choice}”"


def _checked(shipped: Parameter, value: object, where: str) -> Value:
    allowed = shipped_choices(shipped)
    if allowed and value not in allowed:
        raise BadParameters(f"{where}: {shipped.name} is “{value}”.", f"Use one of {', '.join(allowed)}.")
    if shipped.unit == "percent":
        return _percent(value, f"{where}: {shipped.name}")
    wanted: type = bool if shipped.unit == "flag" else str if allowed else int
    if not isinstance(value, wanted) or (wanted is int and (isinstance(value, bool) or value < 0)):  # type: ignore[operator]
        raise BadParameters(
            f"{where}: {shipped.name} is “{value}”.", f"Give {shipped.unit}, as the shipped policy does."
        )
    assert isinstance(value, bool | int | str)
    return value


def shipped_choices(shipped: Parameter) -> tuple[str, ...]:
    """The words a choice may be; none where it is a number."""
    return CHOICES.get(shipped.name, ())


CHOICES = {
    "compounding": ("daily", "monthly", "quarterly"),
    "year_length": ("the days of the calendar year", "365"),
    "interest_charged": ("the most allowed", "the council's own rate", "none"),
    "repaid_money_bears_interest": ("up to the day it is repaid", "up to the day before"),
    "interest_in_days_after_death": ("runs on", "stops"),
    "overdue_rate_charged": ("as before", "the overdue rate"),
    "ledger_rounding": ("half up", "half even"),
}


def _percent(value: object, where: str) -> Decimal:
    try:
        made = Decimal(str(value)) if not isinstance(value, float | bool) else None
    except InvalidOperation:
        made = None
    if made is None or not 0 <= made <= 100:
        raise BadParameters(f"{where} is “{value}”, which is no percentage.", 'Write it in quotation marks, as "4.65".')
    return made


def _most(row: object, where: str) -> MostInterest:
    if not isinstance(row, Mapping) or set(row) != _RATE_KEYS:
        raise BadParameters(f"{where}: a rate of most_interest is not complete.", "Give from, percent and source.")
    first = row["from"] if isinstance(row["from"], dt.date) else dt.date.fromisoformat(str(row["from"]))
    if (first.month, first.day) not in ((1, 1), (7, 1)):
        raise BadParameters(f"{where}: a rate starts on {first}.", "The most allowed changes on 1 January and 1 July.")
    return MostInterest(first, _percent(row["percent"], f"{where}: the rate from {first}"), str(row["source"]))


def _always(shipped: Parameter, value: Value) -> Parameter:
    row = DatedValue(FIRST, None, FIRST, value, "confirmed", "the council's policy")
    return Parameter(shipped.name, shipped.label, shipped.unit, shipped.reference, (row,))
