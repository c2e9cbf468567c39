"""What an assessment comes to: the charge, every step behind it, what it rests on, and whether it may be billed."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from finance.assessment.bases import Basis
from finance.assessment.figures import StatutoryFigure
from finance.problems import Refusal

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_CHARGE = -1  # in columns: this person was refused, and nothing may be billed


class Outcome(StrEnum):
    """How a charge came about. The order is that of the codes in columns."""

    ASSESSED = "assessed on means"
    NIL_BY_LAW = "nothing may be charged"
    FULL_COST = "full cost without a means test"
    OVER_LIMIT = "full cost: capital is over the upper limit"


OUTCOMES = tuple(Outcome)


class NotBillable(Refusal):
    """An assessment that may be shown but not billed, with the reasons."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a step used: what it is called, in words, and what it was."""

    name: str
    label: str
    value: Fraction | int | bool | str | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """One row inside a step: which income, asset or expense, on what authority, and what it came to in pence.

    ``checked`` says how well the treatment of its kind was read: confirmed, secondary or memory.
    """

    label: str
    citation: str
    value: Fraction
    checked: str = "confirmed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the calculation.

    ``value`` is exact pence (a Fraction), a flag, or words. ``lines`` are the rows of a step that has one value for
    each income, asset or expense. ``checked`` says how well the rule was read: read, secondary or memory.
    """

    name: str
    label: str
    citation: str
    unit: str
    value: Fraction | bool | str | None
    inputs: tuple[Input, ...]
    lines: tuple[StepLine, ...]
    checked: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """One person's assessment on one day. Money in whole pence a week; ``charge_exact`` is before the one rounding.

    ``can_pay_pence``: the charge whatever the care costs, where it is assessed; ``charge_pence`` is held at the cost
    given with the circumstances.
    """

    person: str
    on: dt.date
    basis: Basis
    policy: str
    outcome: Outcome
    because: str
    charge_pence: int
    charge_exact: Fraction
    chargeable_cost_pence: int
    council_pays_pence: int
    nursing_pence: int
    top_up_pence: int
    provisional: bool
    steps: tuple[Step, ...]
    figures: tuple[StatutoryFigure, ...]
    warnings: tuple[str, ...]
    not_billable: tuple[str, ...]
    can_pay_pence: int | None = None

    @property
    def billable(self) -> bool:
        return not self.not_billable

    def step(self, name: str) -> Step:
        """The step of that name. Raises KeyError when this basis has none."""
        for each in self.steps:
            if each.name == name:
                return each
        raise KeyError(name)

    def value(self, name: str) -> Fraction | bool | str | None:
        return self.step(name).value

    def require_billable(self) -> None:
        """Raises NotBillable, with every reason, unless the charge may be billed."""
        if self.not_billable:
            raise NotBillable(
                f"{self.person}'s charge may not be billed: {' '.join(self.not_billable)}",
                "Supply what is lacking, or confirm the figures against the circular, then assess again.",
            )


@dataclass(frozen=True, slots=True)
class Results:
    """Many people's assessments on one day, one entry a person, in the order of the columns.

    ``charge`` is whole pence a week, NO_CHARGE where refused; ``can_pay`` the same before it is held at the cost,
    NO_CHARGE as well where it is not assessed; ``outcome`` a place in OUTCOMES; ``basis`` a place in
    BASES. ``unconfirmed`` marks charges resting on a figure nobody has read; ``refused`` people who were not assessed,
    for the reason in ``reasons`` at the place ``reason`` gives (-1 for none).
    """

    charge: Ints
    council_pays: Ints
    outcome: Ints
    basis: Ints
    unconfirmed: Bools
    reason: Ints
    reasons: tuple[str, ...]
    can_pay: Ints

    @property
    def refused(self) -> Bools:
        return np.asarray(self.reason >= 0)

    @property
    def billable(self) -> Bools:
        return ~self.unconfirmed & ~self.refused
