"""From people's circumstances to columns on one day: which facts hold, and what each comes to that day."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finance.assessment import ages, contradictions, kinds
from finance.assessment.ages import NO_BIRTH_DATE
from finance.assessment.bases import NATIONS, SETTINGS
from finance.assessment.charge import FULL_COST, MEANS_TESTED
from finance.assessment.charge import NIL_BY_LAW as NIL_CODE
from finance.assessment.circumstances import (
    LARGEST_FACT,
    NIL_BY_LAW,
    PERSON_FLAGS,
    Asset,
    BadFact,
    Circumstances,
    Expense,
    Ground,
    Income,
    MissingFact,
    Nursing,
    OverrideOf,
    Setting,
)
from finance.assessment.columns import NONE, PEOPLE, ROWS, AssessmentColumns, Column
from finance.assessment.figures import Confirmation, StatutoryFigure, figures_on
from finance.assessment.frequencies import CODE, Frequency
from finance.assessment.policy import AssessmentChoices
from finance.assessment.properties import (
    home_left_out,
    joint_land_needs_a_value,
    permanent_from_is_known,
    rent_is_capital,
)
from finance.days import number, spoken
from finance.parameters import Parameters

Ints = NDArray[np.int64]

NURSING = (Nursing.NONE, Nursing.STANDARD, Nursing.HIGHER)
ADULT = 18


def columns_on(
    people: Sequence[Circumstances],
    on: dt.date,
    choices: AssessmentChoices,
    figures: Parameters,
    known_by: dt.date | None = None,
    confirmations: Iterable[Confirmation] = (),
) -> AssessmentColumns:
    """Columns for these people on a day. ``confirmations`` tell which benefit rates, followed as incomes, were read.

    Raises MissingFact, BadFact or UnknownKind for the first person whose facts cannot answer the question, and
    NoValueOnDay for an income that follows a benefit rate with no value that day.
    """
    guarantees = contradictions.standard_guarantees(figures, on, known_by)
    each = [_person(one.checked(), on, choices, guarantees) for one in people]
    born = np.array([row["born"] for row in each], np.int64)
    given = np.array(
        [NONE if one.pension_age_from is None else number(one.pension_age_from) for one in people], np.int64
    )
    partner_born, partner_pension_age_day = _partners(people, on)
    arrays: dict[str, Column] = {
        "partner_born": partner_born,
        "partner_pension_age_day": partner_pension_age_day,
        "born": born,
        "pension_age_day": np.where(given != NONE, given, ages.pension_age_day(born)).astype(np.int64),
        "pension_age_given": given != NONE,
        "twenty_fifth_birthday": ages.anniversary(born, 25),
    }
    unknown = ages.pension_age_unknown(born, number(on)) & ~arrays["pension_age_given"]
    if unknown.any():
        who = people[int(np.argmax(unknown))].person
        raise MissingFact(
            f"Whether {who} had reached pension age on {spoken(on)} is not known.", "Supply “pension_age_from”."
        )
    for name, type_ in PEOPLE.items():
        if name not in arrays and name != "unread_rate":
            arrays[name] = _column([row[name] for row in each], type_)
    held = tuple(confirmations)
    arrays["unread_rate"] = np.array(
        [any(not rate.sure for rate in rates_followed(one, on, figures, known_by, held)) for one in people], bool
    )
    arrays |= _rows(
        "income", [[_income(i, on, figures, known_by) for i in one.incomes if i.holds(on)] for one in people]
    )
    arrays |= _rows("asset", [[_asset(a, on) for a in one.assets if a.holds(on)] for one in people])
    arrays |= _rows("expense", [[_expense(e) for e in one.expenses if e.holds(on)] for one in people])
    return AssessmentColumns.of(arrays)


def _partners(people: Sequence[Circumstances], on: dt.date) -> tuple[Ints, Ints]:
    """Each partner's date of birth, and the day they reach pension age; NO_BIRTH_DATE where it is not known."""
    given = np.array([_day_or_none(one.partner_pension_age_from) for one in people], np.int64)
    dates = np.array([_day_or_none(one.partner_born) for one in people], np.int64)
    born = np.where(given == NO_BIRTH_DATE, dates, NO_BIRTH_DATE)
    reached = np.where(given == NO_BIRTH_DATE, ages.days_where_born(born), given)
    return born, ages.known_on(born, reached, number(on))


def _day_or_none(day: dt.date | None) -> int:
    return NO_BIRTH_DATE if day is None else number(day)


def _person(one: Circumstances, on: dt.date, choices: AssessmentChoices, guarantees: Collection[int]) -> dict[str, Any]:
    assert one.born is not None and one.cost_pence is not None
    if ages.anniversary(np.array([number(one.born)]), ADULT)[0] > number(on):
        raise BadFact(
            f"{one.person} is under {ADULT} on {spoken(on)}: the Care Act charges adults only.",
            "Check the date of birth.",
        )
    joint_land_needs_a_value(one)
    permanent_from_is_known(one, on)
    contradictions.check(one, on, guarantees)
    allowance = one.override(OverrideOf.ALLOWANCE, on)
    maximum = one.override(OverrideOf.ASSESSED_MAXIMUM, on)
    stayed = (on - one.stay_first).days if one.stay_first is not None else 0
    if one.setting is Setting.SHORT_TERM and stayed < 0:
        raise BadFact(f"{one.person}'s short stay begins after {spoken(on)}.", "Check the first day of the stay.")
    return {
        "nation": NATIONS.index(one.nation),
        "setting": SETTINGS.index(one.setting),
        "stay_days": stayed + one.nights_before if one.setting is Setting.SHORT_TERM else 0,
        "born": number(one.born),
        **{name: getattr(one, name) for name in PERSON_FLAGS if name in PEOPLE},
        "children": one.children,
        "night_care_needed": one.night_care,
        "home_left_out": home_left_out(one, on) is not None,
        "rent_is_capital": rent_is_capital(one, on),
        "nursing": NURSING.index(one.nursing) if one.cost_includes_nursing and one.setting is not Setting.HOME else 0,
        "standing": standing_code(one, on, choices),
        "cost": one.cost_pence,
        "allowance_override": NONE if allowance is None else allowance.amount_pence,
        "assessed_override": NONE if maximum is None else maximum.amount_pence,
        "basic_entitlement_given": _or_none(one.basic_entitlement_pence),
        "previous_charge": _or_none(one.previous_charge_pence),
        "untold": not one.incomes,
    }


def rates_followed(
    one: Circumstances,
    on: dt.date,
    figures: Parameters,
    known_by: dt.date | None = None,
    confirmations: tuple[Confirmation, ...] = (),
) -> list[StatutoryFigure]:
    """The benefit rates this person's incomes follow on a day."""
    names = [each.rate for each in one.incomes if each.rate is not None and each.holds(on)]
    return list(figures_on(names, figures, None, on, confirmations, known_by).values())


def standing_code(one: Circumstances, on: dt.date, choices: AssessmentChoices) -> int:
    """Whether the charge is settled without a means test: nil by law, full cost, or (while provisional) by policy."""
    ground = settled_by(one, on, choices)
    if ground in NIL_BY_LAW:
        return NIL_CODE
    if ground is not None:
        return FULL_COST
    if one.provisional and choices.provisional_charge != "on the facts given":
        return FULL_COST if choices.provisional_charge == "full cost" else NIL_CODE
    return MEANS_TESTED


def settled_by(one: Circumstances, on: dt.date, choices: AssessmentChoices) -> Ground | None:
    """The ground that settles the charge on a day. Reablement stops after the free days the council gives."""
    held = [each for each in one.standings if each.holds(on)]
    live = [
        each for each in held if not (each.ground is Ground.REABLEMENT and on >= reablement_end(each.first, choices))
    ]
    nil = [each.ground for each in live if each.ground in NIL_BY_LAW]
    return next(iter(nil or [each.ground for each in live]), None)


def reablement_end(first: dt.date | None, choices: AssessmentChoices) -> dt.date:
    """The first day that is no longer free. Raises MissingFact when nobody has said when it began."""
    if first is None:
        raise MissingFact("Reablement has no first day.", "Supply the day it began: the first six weeks are free.")
    return first + dt.timedelta(days=choices.reablement_days)


def _or_none(pence: int | None) -> int:
    return NONE if pence is None else pence


def _income(income: Income, on: dt.date, figures: Parameters, known_by: dt.date | None) -> tuple[int, ...]:
    code = kinds.incomes().code_on(income.kind, income.first, on)
    if income.rate is None:
        assert income.amount_pence is not None
        return code, income.amount_pence, CODE[income.frequency]
    rate = figures[income.rate]
    frequency = Frequency.MONTHLY if rate.unit == "pence a month" else Frequency.WEEKLY
    return code, kinds.own_part(income.rate, figures.pence(income.rate, on, known_by)), CODE[frequency]


def _asset(asset: Asset, on: dt.date) -> tuple[int, ...]:
    """A share's own value is given for as many as own it, so that their equal parts of what is owed come off it."""
    share = asset.share_value_pence
    value = asset.value_pence if share is None else min(share * asset.owners, LARGEST_FACT)
    code = kinds.assets().code_on(asset.kind, asset.first, on)
    costs = kinds.assets().kinds[code].land if asset.sale_costs is None else asset.sale_costs
    return code, value, asset.owed_pence, asset.owners, costs


def _expense(expense: Expense) -> tuple[int, ...]:
    return kinds.expenses().code(expense.kind), expense.amount_pence, CODE[expense.frequency]


def _column(values: list[Any], type_: type) -> Column:
    return np.array(values, bool) if type_ is bool else np.array(values, np.int64)


def _rows(sort: str, of_each: list[list[tuple[int, ...]]]) -> dict[str, Column]:
    flat = [row for rows in of_each for row in rows]
    counts = np.array([len(rows) for rows in of_each], np.int64)
    arrays: dict[str, Column] = {f"{sort}_starts": np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])}
    for place, (field, type_) in enumerate(ROWS[sort].items()):
        arrays[f"{sort}_{field}"] = _column([row[place] for row in flat], type_)
    return arrays
