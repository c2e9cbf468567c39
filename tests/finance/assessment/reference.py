"""A plain, slow assessment: one person, step by step, in fractions of a penny, with nothing borrowed from the rules.

It reads one person out of columns and looks statutory figures up by name; every formula is written out again, so that
two people would have to make the same mistake.
"""

import datetime as dt
from fractions import Fraction
from typing import Any

from finance.assessment import AssessmentChoices, AssessmentColumns, kinds, statutory_figures
from finance.days import day

A_WEEK = {
    0: Fraction(1),
    1: Fraction(1, 2),
    2: Fraction(1, 4),
    3: Fraction(12, 52),
    4: Fraction(4, 52),
    5: Fraction(1, 52),
}
IGNORED = {
    "home_income_plan", "universal_credit_housing", "housing_benefit", "council_tax_reduction", "dla_mobility",
    "pip_mobility", "earnings", "war_disablement_pension", "guaranteed_income_payment", "child_benefit",
    "child_tax_credit", "child_maintenance", "christmas_bonus", "winter_fuel_payment", "social_fund", "direct_payment",
    "gallantry_award", "charitable_payment", "concessionary_payment", "income_in_kind", "income_frozen_abroad",
    "injury_trust_income", "war_pensioners_mobility_supplement", "armed_forces_independence_payment",
    "working_tax_credit",
    "guardians_allowance", "education_grant_or_loan", "discretionary_trust_payment", "resettlement_benefit",
    "special_guardianship_payment", "adult_disability_mobility", "rent_from_counted_property",
    "war_widows_special_payment",
    "infected_blood_periodic_payment",
    "no_income",
}  # fmt: skip
CHILD_ELEMENTS = {"universal_credit_child_element", "universal_credit_childcare_element"}
FIRST_TEN = {
    "war_widows_pension",
    "survivors_guaranteed_income_payment",
    "civilian_war_injury_pension",
    "nazi_victims_pension",
    "other_war_disablement_pension",
}
CARE_BENEFITS = {
    "attendance_allowance_lower",
    "attendance_allowance_higher",
    "dla_care_lowest",
    "dla_care_middle",
    "dla_care_highest",
    "pip_daily_living_standard",
    "pip_daily_living_enhanced",
    "adult_disability_daily_living",
    "pension_age_disability_payment",
    "constant_attendance_allowance",
}
NIGHT = {
    "attendance_allowance_higher": "attendance_allowance_lower",
    "dla_care_highest": "dla_care_middle",
    "pip_daily_living_enhanced": "pip_daily_living_standard",
}
QUALIFYING = {
    "new_state_pension",
    "state_pension",
    "occupational_pension",
    "pension_drawdown",
    "annuity",
    "industrial_injuries_benefit",
    "carers_allowance",
    "rent_received",
    "rent_from_left_out_property",
    "notional_income",
    "other_counted",
}  # and the pensions of FIRST_TEN, but for the ten pounds: all income except what SI 2002/1792 reg 9 names
COUNTED_CAPITAL = {
    "savings",
    "investments",
    "premium_bonds",
    "other_property",
    "tax_refund",
    "notional_capital",
    "injury_payment",
}
MET = {
    "rent": (("rent", "service_charge"), ("housing_benefit", "universal_credit_housing")),
    "council tax": (("council_tax",), ("council_tax_reduction",)),
}  # what of housing costs is met, and by what: Sch 1 para 2(2)
HOUSING = {"rent", "mortgage", "ground_rent", "council_tax", "service_charge"}


def facts_of(columns: AssessmentColumns, person: int) -> dict[str, Any]:
    """One person's facts, with names for codes."""
    rows = ("income_", "asset_", "expense_")
    facts: dict[str, Any] = {
        name: column[person].item() for name, column in columns.arrays.items() if not name.startswith(rows)
    }
    for sort, table in (("income", kinds.incomes()), ("asset", kinds.assets()), ("expense", kinds.expenses())):
        low, high = (int(columns[f"{sort}_starts"][person + step]) for step in (0, 1))
        names = [name for name in columns.arrays if name.startswith(sort + "_") and not name.endswith("starts")]
        given = [{name[len(sort) + 1 :]: columns[name][row].item() for name in names} for row in range(low, high)]
        facts[sort] = [row | {"kind": table.kinds[row["kind"]].name} for row in given]
    return facts


def charge_of(facts: dict[str, Any], on: dt.date, choices: AssessmentChoices) -> int:
    """The weekly charge in pence."""
    place = _place(facts, choices)
    cost = facts["cost"]
    if facts["nation"] == 1:
        assert not facts["nursing"] or place == "home", "the rate of nursing in Wales is not known"
    else:
        cost -= (0, _figure("nursing_standard", on), _figure("nursing_higher", on))[facts["nursing"]]
        assert cost >= 0, "nursing inside the cost is more than the cost"
    capital = _capital(facts, place)
    limit = _limit(facts, place, on, choices)
    over = capital > limit if choices.limit_reached == "within" else capital >= limit
    assessed = facts["standing"] == 0 and not over
    if facts["standing"] == 1:
        charge = 0
    elif not assessed:
        charge = min(cost, facts["assessed_override"]) if facts["assessed_override"] >= 0 else cost
    else:
        most = facts["assessed_override"]
        charge = min(cost, most if most >= 0 else _assessed(facts, on, choices, place, capital))
    wales = facts["nation"] == 1
    if place == "home" and wales:
        charge = min(charge, _figure("wales_weekly_maximum", on))
    if place == "home" and not wales and choices.weekly_maximum_applies:
        charge = min(charge, choices.weekly_maximum)
    if choices.increase_limit_applies and assessed and facts["previous_charge"] >= 0:
        charge = min(charge, facts["previous_charge"] + choices.increase_limit)
    return 0 if assessed and charge < choices.minimum_charge else charge


def can_pay_of(facts: dict[str, Any], on: dt.date, choices: AssessmentChoices) -> int:
    """What the person can pay a week, whatever the care costs: the charge for care that costs more than anybody has."""
    return charge_of(facts | {"cost": 10**9}, on, choices)


def _figure(name: str, on: dt.date) -> int:
    return int(str(statutory_figures()[name].on(on).value))


def _place(facts: dict[str, Any], choices: AssessmentChoices) -> str:
    if facts["setting"] < 3:
        return ("home", "permanent", "temporary")[facts["setting"]]
    if facts["nation"] == 1:
        return "home" if facts["stay_days"] < 56 else "temporary"
    if facts["stay_days"] >= choices.short_stay_days:
        return "temporary"
    return {"as at home": "home", "as in a care home": "temporary", "fixed amount": "fixed"}[choices.short_stay]


def _capital(facts: dict[str, Any], place: str) -> Fraction:
    total = Fraction(0)
    for asset in facts["asset"]:
        share = Fraction(asset["value"])
        if asset["sale_costs"]:
            share *= Fraction(9, 10)
        share = max(share - asset["owed"], Fraction(0)) / asset["owners"]
        home_counts = asset["kind"] == "home" and place != "home" and not facts["home_left_out"]
        if asset["kind"] in COUNTED_CAPITAL or home_counts:
            total += share
    return total


def _limit(facts: dict[str, Any], place: str, on: dt.date, choices: AssessmentChoices) -> int:
    if facts["nation"] == 1:
        return _figure("wales_capital_limit_at_home" if place == "home" else "wales_capital_limit_care_home", on)
    statutory = _figure("capital_upper_limit", on)
    return statutory if place == "permanent" else max(statutory, choices.upper_limit_outside_permanent_homes)


def _weekly(row: dict[str, Any], choices: AssessmentChoices) -> Fraction:
    exact: Fraction = row["amount"] * A_WEEK[row["frequency"]]
    if choices.conversion_rounding == "each amount down":
        return Fraction(exact // 1)
    if choices.conversion_rounding == "each amount half up":
        return Fraction((exact + Fraction(1, 2)) // 1)
    return exact


def _assessed(facts: dict[str, Any], on: dt.date, choices: AssessmentChoices, place: str, capital: Fraction) -> int:
    pensioner = facts["pension_age_day"] <= (on - dt.date(1970, 1, 1)).days
    if place == "fixed":
        return choices.short_stay_fixed_pension_age if pensioner else choices.short_stay_fixed_working_age
    income, disabled = _income(facts, on, choices, place, pensioner)
    tariff = 0
    if facts["nation"] == 0:
        above = max(capital - _figure("capital_lower_limit", on), Fraction(0))
        tariff = -(-above // 25_000) * 100
    spent = Fraction(0)
    for expense in facts["expense"]:
        if expense["kind"] == "other_allowance" or (expense["kind"] in HOUSING and place in ("home", "temporary")):
            spent += _weekly(expense, choices)
    for costs, benefits in MET.values():
        rows = [(row, name) for name in ("expense", "income") for row in facts[name]]
        paid = sum(_weekly(row, choices) for row, name in rows if name == "expense" and row["kind"] in costs)
        met = sum(_weekly(row, choices) for row, name in rows if name == "income" and row["kind"] in benefits)
        spent -= min(paid, met) if place in ("home", "temporary") else 0
    if place == "home" and facts["nation"] == 0:
        spent += _disability_expenses(facts, choices, disabled)
    left = max(income + tariff - _kept(facts, on, choices, place, pensioner) - spent, Fraction(0))
    if place == "home" and facts["nation"] == 0:
        left *= Fraction(choices.share_of_disposable_income, 100)
    if choices.charge_rounding == "in the person's favour":
        return int(left // 1)
    if choices.charge_rounding == "half up":
        return int((left + Fraction(1, 2)) // 1)
    return round(left)


def _income(
    facts: dict[str, Any], on: dt.date, choices: AssessmentChoices, place: str, pensioner: bool
) -> tuple[Fraction, bool]:
    counted = tens = credit = night = pension = qualifying = Fraction(0)
    disabled = False
    for row in facts["income"]:
        kind, weekly = row["kind"], _weekly(row, choices)
        if kind == "rent_received" and facts["rent_is_capital"]:
            continue
        if kind in CHILD_ELEMENTS and choices.universal_credit_children == "left out":
            continue
        if kind in IGNORED or (place == "temporary" and kind in CARE_BENEFITS):
            continue
        if kind in FIRST_TEN:
            tens += weekly
            continue
        if kind == "savings_credit":
            credit += weekly
            continue
        counted += weekly
        if kind in CARE_BENEFITS:
            disabled = disabled or weekly > 0
        if kind in QUALIFYING:
            qualifying += weekly
        if kind in NIGHT:
            night += min(weekly, Fraction(_figure(kind, on) - _figure(NIGHT[kind], on)))
        if kind in ("occupational_pension", "annuity"):
            pension += weekly
    night_out = choices.night_care == "left out always"
    night_out = night_out or (choices.night_care == "left out when no night care" and not facts["night_care_needed"])
    if place == "home" and night_out:
        counted -= night
    if place in ("permanent", "temporary") and facts["half_pension_passed"]:
        counted -= pension / 2
    qualifying += tens - min(tens, Fraction(1000))
    left_out = _credit_left_out(facts, on, choices, place, pensioner, credit, qualifying)
    return max(counted + tens - min(tens, Fraction(1000)) + credit - left_out, Fraction(0)), disabled


def _credit_left_out(
    facts: dict[str, Any],
    on: dt.date,
    choices: AssessmentChoices,
    place: str,
    pensioner: bool,
    credit: Fraction,
    qualifying: Fraction,
) -> Fraction:
    choice = choices.savings_credit_at_home if place == "home" else choices.savings_credit_in_care_homes
    if choice == "left out in full":
        return credit
    pair = "couple" if facts["couple"] and place != "permanent" else "single"  # SI 2002/1792 reg 5: of no household
    most = Fraction(_figure(f"savings_disregard_{pair}", on))
    if choice == "award up to the maximum":
        return min(credit, most)
    if not pensioner:
        return Fraction(0)
    before_2016 = day(facts["born"]) < dt.date(1953, 4, 6)
    if facts["pension_age_given"]:
        before_2016 = day(facts["pension_age_day"]) < dt.date(2016, 4, 6)
    return most if before_2016 and qualifying > _figure(f"guarantee_credit_{pair}", on) else min(credit, most)


def _disability_expenses(facts: dict[str, Any], choices: AssessmentChoices, disabled: bool) -> Fraction:
    if choices.disability_expenses_need_benefit and not disabled:
        return Fraction(0)
    others = HOUSING | {"other_allowance"}
    items = sum((_weekly(row, choices) for row in facts["expense"] if row["kind"] not in others), Fraction(0))
    standard = Fraction(choices.standard_disability_expense)
    return {"itemised": items, "standard": standard, "the greater": max(items, standard)}[choices.disability_expenses]


def _kept(facts: dict[str, Any], on: dt.date, choices: AssessmentChoices, place: str, pensioner: bool) -> Fraction:
    if facts["allowance_override"] >= 0:
        return Fraction(facts["allowance_override"])
    wales = facts["nation"] == 1
    if place != "home":
        return Fraction(_figure("wales_minimum_income" if wales else "personal_expenses_allowance", on))
    under_25 = _age(facts["born"], on) < 25
    if wales:
        entitlement = facts["basic_entitlement_given"]
        if entitlement < 0:
            entitlement = _entitlement(facts, on, pensioner, under_25)
        return Fraction(entitlement) * Fraction(145, 100)
    guarantee = _guarantee(facts, on, pensioner, under_25)
    return guarantee * (1 + Fraction(choices.guarantee_buffer_percent, 100)) + choices.guarantee_buffer


def _age(born: int, on: dt.date) -> int:
    birth = day(born)
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _entitlement(facts: dict[str, Any], on: dt.date, pensioner: bool, under_25: bool) -> int:
    carer = _figure("carer_addition", on) if facts["carer_premium"] else 0
    if pensioner:
        return carer + (
            -(-_figure("guarantee_credit_couple", on) // 2)
            if facts["couple"]
            else _figure("guarantee_credit_single", on)
        )
    support = _figure("esa_support_component", on) if facts["disability_premium"] else 0
    if facts["enhanced_disability_premium"]:
        pair = _figure("esa_enhanced_disability_couple", on)
        support += (pair + pair % 2) // 2 if facts["couple"] else _figure("esa_enhanced_disability_single", on)
    if facts["couple"]:
        return carer + support + -(-_figure("esa_couple", on) // 2)
    return carer + support + _figure("esa_single_under_25" if under_25 else "esa_single", on)


def _guarantee(facts: dict[str, Any], on: dt.date, pensioner: bool, under_25: bool) -> int:
    pair = "couple" if facts["couple"] else "single"
    reached = [pensioner]
    if facts["couple"]:
        assert facts["partner_pension_age_day"] > -(10**6), "a couple is not assessed without the partner's age"
        reached.append(facts["partner_pension_age_day"] <= (on - dt.date(1970, 1, 1)).days)
        base = "guarantee_couple_pension_age" if any(reached) else "guarantee_couple_working_age"
    elif pensioner:
        base = "guarantee_single_pension_age"
    elif facts["children"]:
        base = "guarantee_lone_parent"
    else:
        base = "guarantee_single_18_24" if under_25 else "guarantee_single_25"
    total = _figure(base, on) + int(facts["children"]) * _figure("guarantee_child", on)
    if facts["disability_premium"] and not all(reached):
        total += _figure(f"guarantee_disability_{pair}", on)
    if facts["enhanced_disability_premium"] and not all(reached):
        total += _figure(f"guarantee_enhanced_{pair}", on)
    return total + (_figure("guarantee_carer", on) if facts["carer_premium"] else 0)
