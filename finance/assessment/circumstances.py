"""A person's circumstances: dated facts in whole pence, as the officer and the family gave them.

Amounts carry how often they are paid; nothing here is worked out. A fact with ``first`` or ``end`` counts only on the
days ``[first, end)``. When who the person is changes (a move, a marriage), a new Circumstances stands from its
``first`` day; the older one is kept.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from dateutil.relativedelta import relativedelta

from finance.assessment.frequencies import Frequency
from finance.problems import Refusal

LARGEST_FACT = 10**11  # a thousand million pounds: past this a fact is a mistake, and the exact arithmetic stays safe
MOST_OWNERS = 6


class MissingFact(Refusal):
    """A question that cannot be answered until somebody supplies a fact. Says which."""


class BadFact(Refusal):
    """A fact that cannot be right: an amount below nought, an override nobody approved."""


class Nation(StrEnum):
    ENGLAND = "England"
    WALES = "Wales"


class Setting(StrEnum):
    """Where the care is. At home covers supported living, extra care and shared lives."""

    HOME = "at home"
    PERMANENT = "care home, permanent"
    TEMPORARY = "care home, temporary"
    SHORT_TERM = "care home, short stay"


class Nursing(StrEnum):
    """The NHS-funded nursing care inside the cost of a care home place."""

    NONE = "none"
    STANDARD = "standard"
    HIGHER = "higher"


class Ground(StrEnum):
    """Why a charge is not settled by the means test, or is settled without one."""

    AFTERCARE = "aftercare under section 117"
    CJD = "Creutzfeldt-Jakob disease"
    NHS = "care the NHS must provide"
    EQUIPMENT = "equipment or a minor adaptation of £1,000 or less"
    REABLEMENT = "reablement or intermediate care, first six weeks"
    FULL_COST_BY_CHOICE = "chose to pay the full cost"
    REFUSED_TO_DISCLOSE = "would not give financial details"
    LIGHT_TOUCH_OVER_LIMIT = "light touch: clearly over the capital limit"
    LIGHT_TOUCH_LOW_CHARGE = "light touch: a small charge clearly affordable"


NIL_BY_LAW = frozenset({Ground.AFTERCARE, Ground.CJD, Ground.NHS, Ground.EQUIPMENT, Ground.REABLEMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """The days a fact holds: from ``first`` (always, if None) up to, not including, ``end`` (on and on, if None)."""

    first: dt.date | None = None
    end: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        return (self.first is None or self.first <= on) and (self.end is None or on < self.end)

    def edges(self) -> list[dt.date]:
        """The days on which the fact starts or stops."""
        return [day for day in (self.first, self.end) if day is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Income(Dated):
    """One income, net of tax. Give ``amount_pence``, or ``rate``: the name of a benefit rate to follow year by year.

    ``kind`` is one of the names under ``income`` in ``kinds.toml``.
    """

    kind: str
    amount_pence: int | None = None
    frequency: Frequency = Frequency.WEEKLY
    rate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset(Dated):
    """One asset: market value, what is owed on the whole of it, whether selling would cost, and how many own it.

    Joint money is split equally. Jointly owned land is not: give ``share_value_pence``, what the person's own share
    would fetch (Care Act regulations, reg 24); an equal part of what is owed is then taken off it. ``sale_costs`` is
    None where nobody has said: selling land costs.
    """

    kind: str
    value_pence: int
    owed_pence: int = 0
    owners: int = 1
    sale_costs: bool | None = None
    share_value_pence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense(Dated):
    """One housing cost, disability-related expense or agreed allowance."""

    kind: str
    amount_pence: int
    frequency: Frequency = Frequency.WEEKLY


class OverrideOf(StrEnum):
    """What an officer may set by hand."""

    ALLOWANCE = "the weekly amount the person keeps"
    ASSESSED_MAXIMUM = "the most the person can be charged a week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Dated):
    """A figure set by hand: why, who approved it, and the day it expires. All three are required."""

    of: OverrideOf
    amount_pence: int
    reason: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundHeld(Dated):
    """A ground that settles the charge, and the evidence for it."""

    ground: Ground
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay(Dated):
    """A stay as a permanent resident, for the twelve-week property disregard. ``first`` is required."""


class HomeDisregard(StrEnum):
    """Why the home of a permanent resident is left out of capital (Sch 2 para 4 and council discretion)."""

    PARTNER = "partner lives there"
    RELATIVE_60 = "relative of 60 or over lives there"
    RELATIVE_INCAPACITATED = "incapacitated relative lives there"
    CHILD = "child under 18 of the person lives there"
    TWELVE_WEEKS_AFTER_RELATIVE = "twelve weeks since the relative died or entered a home"
    MOVED_IN_LATER = "relative moved in after the person left: council's discretion"
    CARER_GAVE_UP_HOME = "carer gave up their own home: council's discretion"
    UNEXPECTED_CHANGE = "unexpected change: council's discretion for twelve weeks"
    LONE_PARENT = "divorced or estranged partner who is a lone parent lives there"


DISCRETIONARY = frozenset(
    {HomeDisregard.MOVED_IN_LATER, HomeDisregard.CARER_GAVE_UP_HOME, HomeDisregard.UNEXPECTED_CHANGE}
)


LASTS_TWELVE_WEEKS = frozenset({HomeDisregard.TWELVE_WEEKS_AFTER_RELATIVE, HomeDisregard.UNEXPECTED_CHANGE})
TWELVE_WEEKS = 84  # days
A_CHILD = 18  # years: whatever the child's age, no child is one for longer


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLeftOut(Dated):
    """A property disregard that somebody decided. A discretionary one needs a reason and an approver.

    One for twelve weeks ends by itself after them, whatever last day was given, and needs its first day. One for a
    child ends with the last day given, the day before the eighteenth birthday, or eighteen years from its first.
    """

    ground: HomeDisregard
    reason: str = ""
    approver: str = ""

    def span(self) -> tuple[dt.date | None, dt.date | None]:
        """The days it holds: from the first, up to its end or its own limit."""
        limit = None
        if self.ground in LASTS_TWELVE_WEEKS and self.first is not None:
            limit = self.first + dt.timedelta(days=TWELVE_WEEKS)
        elif self.ground is HomeDisregard.CHILD and self.first is not None:
            limit = self.first + relativedelta(years=A_CHILD)
        ends = [day for day in (self.end, limit) if day is not None]
        return self.first, min(ends, default=None)

    def undated(self) -> bool:
        """Whether it has a limit that nobody can count."""
        if self.ground is HomeDisregard.CHILD:
            return self.first is None and self.end is None
        return self.ground in LASTS_TWELVE_WEEKS and self.first is None

    def holds(self, on: dt.date) -> bool:
        first, end = self.span()
        return (first is None or first <= on) and (end is None or on < end)

    def edges(self) -> list[dt.date]:
        return [day for day in self.span() if day is not None]


PERSON_DAYS = (
    ("stay_first", "stay_first_day", "first day of a temporary or short stay"),
    ("home_sold", "home_sold", "the day the person's home was sold"),
    ("pension_age_from", "pension_age_from", "the day pension age was reached, where the timetable cannot say"),
    ("partner_born", "partner_date_of_birth", "one of a couple: the partner's date of birth"),
    (
        "partner_pension_age_from",
        "partner_pension_age_from",
        "the day the partner reached pension age, where the timetable cannot say",
    ),
)
"""Days that belong to a person's circumstances: as kept, as files call them, and in words."""

PERSON_FLAGS = {
    "couple": "lives with a partner",
    "disability_premium": "has it, or would on Income Support; of a couple, either of them who is under pension age",
    "enhanced_disability_premium": "has it, or would on Income Support; of a couple, either who is under pension age",
    "carer_premium": "has it, or would on Income Support",
    "night_care": "needs care at night",
    "half_pension_passed": "passes half a pension to a spouse or civil partner living elsewhere",
    "cost_includes_nursing": "NHS-funded nursing care is inside the weekly cost",
    "provisional": "not all facts are in yet",
}
"""What is so of a person or not, and not so unless somebody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """One person's facts from one day. Amounts in pence.

    Attributes:
        person: the person's reference.
        born: date of birth. Nothing is assessed without it.
        cost_pence: what the council's arranged care costs a week; in a care home, the rate the council would pay.
        cost_includes_nursing: whether NHS-funded nursing care is inside ``cost_pence`` (it is then taken off first).
        fee_pence: what the home asks a week, when more than ``cost_pence``: the difference is the top-up.
        couple: lives with a partner. children: dependent children in the household.
        partner_born: the partner's date of birth; partner_pension_age_from: as ``pension_age_from``, of the partner.
        disability_premium, enhanced_disability_premium: has it, or would on Income Support; of a couple, either of
        them. carer_premium: has it, or would on Income Support.
        night_care: needs care at night.
        half_pension_passed: passes half an occupational pension to a spouse or civil partner not in the same home.
        intends_to_return: a temporary resident, or someone about to be one, means to go home, or is selling it to
        buy another. stay_first: first day of the present stay in a home; nights_before: nights already used this year.
        pension_age_from: the day pension age was reached, where the timetable cannot say.
        basic_entitlement_pence: Wales, the weekly benefit entitlement the buffer is built on, when known.
        previous_charge_pence: last year's charge, for a council that limits increases.
        permanent_from: the day from which all versions known are of a permanent resident: worked out, never told.
    """

    person: str
    born: dt.date | None
    cost_pence: int | None
    nation: Nation = Nation.ENGLAND
    setting: Setting = Setting.HOME
    first: dt.date | None = None
    couple: bool = False
    partner_born: dt.date | None = None
    partner_pension_age_from: dt.date | None = None
    children: int = 0
    disability_premium: bool = False
    enhanced_disability_premium: bool = False
    carer_premium: bool = False
    night_care: bool = False
    half_pension_passed: bool = False
    intends_to_return: bool = True
    provisional: bool = False
    stay_first: dt.date | None = None
    nights_before: int = 0
    nursing: Nursing = Nursing.NONE
    cost_includes_nursing: bool = False
    fee_pence: int | None = None
    pension_age_from: dt.date | None = None
    basic_entitlement_pence: int | None = None
    previous_charge_pence: int | None = None
    incomes: tuple[Income, ...] = ()
    assets: tuple[Asset, ...] = ()
    expenses: tuple[Expense, ...] = ()
    overrides: tuple[Override, ...] = ()
    standings: tuple[GroundHeld, ...] = ()
    stays: tuple[Stay, ...] = ()
    homes_left_out: tuple[HomeLeftOut, ...] = ()
    home_sold: dt.date | None = None
    permanent_from: dt.date | None = None

    def checked(self) -> Self:
        """The same facts, or the refusal that names the first that cannot stand. Raises MissingFact or BadFact."""
        if self.born is None:
            raise MissingFact(f"{self.person} has no date of birth.", "Supply the date of birth.")
        if self.cost_pence is None:
            raise MissingFact(f"The weekly cost of {self.person}'s care is not given.", "Supply what the care costs.")
        if self.setting is Setting.SHORT_TERM and self.stay_first is None:
            raise MissingFact(f"{self.person}'s short stay has no first day.", "Supply the day the stay began.")
        for income in self.incomes:
            if (income.amount_pence is None) == (income.rate is None):
                raise MissingFact(f"Income “{income.kind}” has no amount.", "Supply an amount, or the rate it follows.")
            self._amount(income.kind, income.amount_pence or 0)
        for asset in self.assets:
            self._asset(asset)
        for expense in self.expenses:
            self._amount(expense.kind, expense.amount_pence)
        for override in self.overrides:
            if not (override.reason and override.approver and override.end):
                raise BadFact(
                    f"The override of {override.of} lacks a reason, an approver or an expiry.", "Supply all three."
                )
            self._amount(override.of, override.amount_pence)
        for left_out in self.homes_left_out:
            if left_out.ground in DISCRETIONARY and not (left_out.reason and left_out.approver):
                raise BadFact(f"“{left_out.ground}” is a discretion nobody approved.", "Supply reason and approver.")
            if left_out.undated():
                lasts = "until the child is 18" if left_out.ground is HomeDisregard.CHILD else "twelve weeks from it"
                raise MissingFact(
                    f"“{left_out.ground}” has no first day, and lasts {lasts}.", "Supply the day it began."
                )
        for stay in self.stays:
            if stay.first is None:
                raise MissingFact("A permanent stay has no first day.", "Supply the day the person moved in.")
        money = (self.cost_pence, self.fee_pence, self.basic_entitlement_pence, self.previous_charge_pence)
        for amount in money:
            self._amount("cost or fee", amount or 0)
        if self.fee_pence is not None and self.fee_pence < self.cost_pence:
            raise BadFact(
                f"What the home asks of {self.person} is less than what the care costs.",
                "Correct whichever is wrong: the home’s fee is given where it is more than the council would pay.",
            )
        if not 0 <= self.children <= 30 or self.nights_before < 0:
            raise BadFact(
                f"{self.person} has {self.children} children or {self.nights_before} nights.", "Correct them."
            )
        return self

    def _asset(self, asset: Asset) -> None:
        for amount in (asset.value_pence, asset.owed_pence, asset.share_value_pence or 0):
            self._amount(asset.kind, amount)
        if not 1 <= asset.owners <= MOST_OWNERS:
            raise BadFact(f"Asset “{asset.kind}” has {asset.owners} owners.", f"Give 1 to {MOST_OWNERS}.")

    def _amount(self, what: str, pence: int) -> None:
        if not 0 <= pence <= LARGEST_FACT:
            raise BadFact(f"“{what}” of {self.person} is {pence} pence.", "Give an amount of nought or more.")

    def override(self, of: OverrideOf, on: dt.date) -> Override | None:
        return next((each for each in self.overrides if each.of is of and each.holds(on)), None)
