"""A deferred payment agreement: its security, the value of the home, what comes before it, what is kept, how it
ends.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from finance.assessment.circumstances import BadFact
from finance.assessment.deferred import equity_limit, review_due
from finance.assessment.figures import statutory_figures
from finance.days import spoken
from finance.money import sterling
from finance.parameters import Parameters
from finance.problems import Problem


class Style(StrEnum):
    """The council pays the home and defers the charge, or lends by instalments to a person who pays the home."""

    DEFERRED_CHARGE = "deferred charge"
    LOAN = "loan"


class SecurityKind(StrEnum):
    """What stands behind the debt. The first two stop nothing: they are watched until they become one of the rest."""

    NONE = "none yet"
    UNDERTAKING = "solicitor's undertaking"
    FIRST_CHARGE = "first legal charge"
    SECOND_CHARGE = "second legal charge"
    OTHER = "other security"

    @property
    def secured(self) -> bool:
        return self not in (SecurityKind.NONE, SecurityKind.UNDERTAKING)


class EndedBy(StrEnum):
    """How an agreement ended. What is owed falls due; interest goes on until it is paid."""

    SALE = "sale"
    DEATH = "death"
    REPAID = "repaid otherwise"


@dataclass(frozen=True, slots=True)
class Security:
    """The security held from a day, and its reference (a title number, a letter)."""

    first: dt.date
    kind: SecurityKind
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Valuation:
    """What the home (the person's own share of it) was worth from a day, and by whom it was valued."""

    first: dt.date
    pence: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class PriorCharge:
    """A debt on the home that is paid before the council's, over ``[first, end)``."""

    first: dt.date
    end: dt.date | None
    pence: int
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """The day an agreement ended, and how."""

    on: dt.date
    by: EndedBy


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement. Money in whole pence.

    ``signed`` is None while the funding is interim. ``kept_weekly_pence`` is the disposable income allowance the person
    chose. ``interest_asked_separately`` is the day they asked to pay interest as it falls due (reg 9(2)); None: it is
    added to the debt. ``fixed_rate`` (per cent a year) and ``compounding`` are the agreement's own; None: by policy.
    """

    reference: str
    person: str
    signed: dt.date | None
    securities: tuple[Security, ...] = ()
    valuations: tuple[Valuation, ...] = ()
    prior_charges: tuple[PriorCharge, ...] = ()
    kept_weekly_pence: int = 0
    style: Style = Style.DEFERRED_CHARGE
    interest_asked_separately: dt.date | None = None
    top_up: bool = False
    died: dt.date | None = None
    ended: Ending | None = None
    fixed_rate: Fraction | None = None
    compounding: str | None = None

    def change_days(self) -> set[dt.date]:
        days = {each.first for each in self.securities} | {each.first for each in self.valuations}
        days |= {day for each in self.prior_charges for day in (each.first, each.end) if day}
        ends = (self.signed, self.died, self.ended.on if self.ended else None, self.interest_asked_separately)
        return days | {day for day in ends if day}

    def signed_by(self, day: dt.date) -> bool:
        return self.signed is not None and self.signed <= day

    def ended_by(self, day: dt.date) -> bool:
        return self.ended is not None and self.ended.on <= day


def security_on(agreement: Agreement, day: dt.date) -> SecurityKind:
    """What stands behind the debt on a day."""
    held = [each for each in agreement.securities if each.first <= day]
    return max(held, key=lambda each: each.first).kind if held else SecurityKind.NONE


def value_on(agreement: Agreement, day: dt.date) -> int:
    """The home's value on a day, by the latest valuation. Raises BadFact before the first."""
    held = [each for each in agreement.valuations if each.first <= day]
    if not held:
        raise BadFact(
            f"{agreement.reference}: there is no value of the home for {spoken(day)}.", "Record its valuation."
        )
    return max(held, key=lambda each: each.first).pence


def limit_on(agreement: Agreement, day: dt.date, figures: Parameters | None = None) -> int:
    """The most that may be deferred up to a day: the equity limit of the assessment's own rule."""
    prior = sum(
        each.pence for each in agreement.prior_charges if each.first <= day and (each.end is None or day < each.end)
    )
    return equity_limit(value_on(agreement, day), day, prior_charges_pence=prior, figures=figures)


def review_due_on(agreement: Agreement, debt_pence: int, day: dt.date, figures: Parameters | None = None) -> bool:
    """Whether the debt has come to the part of the home's value (70%) at which it is reviewed."""
    return review_due(debt_pence, value_on(agreement, day), day, figures)


def check_agreement(agreement: Agreement, figures: Parameters | None = None) -> tuple[Problem, ...]:
    """Everything wrong with an agreement, each with what to do."""
    return tuple(Problem(agreement.reference, *each) for each in _faults(agreement, figures or statutory_figures()))


def _faults(agreement: Agreement, figures: Parameters) -> Iterator[tuple[str, str]]:
    if agreement.kept_weekly_pence < 0:
        yield "The amount kept each week is below nought.", "Correct it."
    if agreement.signed is not None:
        most = figures.pence("disposable_income_allowance", agreement.signed)
        if agreement.kept_weekly_pence > most:
            yield (
                f"{sterling(agreement.kept_weekly_pence)} a week is kept, over the {sterling(most)} allowed.",
                "Keep less.",
            )
        if not any(each.first <= agreement.signed for each in agreement.valuations):
            yield "It was signed before the home was valued.", "Record the valuation it rests on."
        if not security_on(agreement, agreement.signed).secured:
            yield "It was signed without security.", "Record the charge, and the day it was registered."
    amounts = [each.pence for each in agreement.valuations] + [each.pence for each in agreement.prior_charges]
    if min(amounts, default=0) < 0:
        yield "A valuation or a prior charge is below nought.", "Correct it."
    if agreement.ended is not None and agreement.ended.by is EndedBy.DEATH and agreement.died is None:
        yield "It ended by death, but no date of death is held.", "Record the death."
    if agreement.ended is not None and agreement.signed is None:
        yield "It ended, but was never signed.", "Record the day it was signed, or take out the ending."
