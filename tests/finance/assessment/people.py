"""Any person an officer might meet, for property tests: Hypothesis strategies for circumstances."""

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from finance.assessment import (
    Asset,
    Circumstances,
    Expense,
    Frequency,
    Ground,
    GroundHeld,
    Income,
    Nation,
    Nursing,
    Setting,
    kinds,
)
from finance.assessment.contradictions import NO_INCOME

DAYS = st.dates(dt.date(2023, 4, 10), dt.date(2026, 11, 1))
MORE_THAN_NURSING = 40_000  # pence a week: no rate of NHS-funded nursing care is as much
AMOUNTS = st.integers(0, 60_000)
FREQUENCIES = st.sampled_from(list(Frequency))


def incomes() -> st.SearchStrategy[Income]:
    return st.builds(
        Income,
        kind=st.sampled_from([kind.name for kind in kinds.incomes().kinds]),
        amount_pence=AMOUNTS,
        frequency=FREQUENCIES,
        rate=st.none(),
        first=st.none() | st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 1)),
        end=st.none(),
    )


def assets() -> st.SearchStrategy[Asset]:
    return st.builds(
        Asset,
        kind=st.sampled_from(["savings", "investments", "life_policy", "notional_capital", "premium_bonds"]),
        value_pence=st.sampled_from([1_425_000, 1_425_001, 2_325_000, 2_325_001]) | st.integers(0, 3_000_000),
        owed_pence=st.integers(0, 100_000),
        owners=st.integers(1, 6),
        sale_costs=st.none() | st.booleans(),
        share_value_pence=st.none(),
        first=st.none(),
        end=st.none() | st.dates(dt.date(2023, 6, 1), dt.date(2026, 12, 1)),
    )


def expenses() -> st.SearchStrategy[Expense]:
    return st.builds(
        Expense,
        kind=st.sampled_from([kind.name for kind in kinds.expenses().kinds]),
        amount_pence=st.integers(0, 20_000),
        frequency=FREQUENCIES,
        first=st.none(),
        end=st.none(),
    )


def people(
    nations: tuple[Nation, ...] = tuple(Nation), settings: tuple[Setting, ...] = tuple(Setting)
) -> st.SearchStrategy[Circumstances]:
    """Adults of every age band, in every setting, with and without the means to pay.

    One of a couple under pension age in Wales has an entitlement given: their ESA rate for 2026/27 was not found. Every
    couple's partner has a date of birth, so that somebody is assessed. Nursing is not inside the cost of a Welsh
    home: its rate there is not known; nor inside a cost that may be less than it, which is refused by name.
    """
    return st.one_of(*(_people(nation, settings) for nation in nations))


def _people(nation: Nation, settings: tuple[Setting, ...]) -> st.SearchStrategy[Circumstances]:
    return st.builds(
        Circumstances,
        person=st.just("A person"),
        born=st.dates(dt.date(1925, 1, 1), dt.date(2005, 4, 1)),
        cost_pence=st.integers(0, 200_000),
        nation=st.just(nation),
        setting=st.sampled_from(settings),
        first=st.none(),
        couple=st.booleans(),
        partner_born=st.dates(dt.date(1954, 10, 6), dt.date(2005, 4, 1)),
        partner_pension_age_from=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
        children=st.integers(0, 3),
        disability_premium=st.booleans(),
        enhanced_disability_premium=st.booleans(),
        carer_premium=st.booleans(),
        night_care=st.booleans(),
        half_pension_passed=st.booleans(),
        intends_to_return=st.booleans(),
        provisional=st.booleans(),
        stay_first=st.dates(dt.date(2022, 1, 1), dt.date(2023, 4, 1)),
        nights_before=st.integers(0, 30),
        nursing=st.sampled_from(list(Nursing)),
        cost_includes_nursing=st.booleans() if nation is Nation.ENGLAND else st.just(False),
        fee_pence=st.none(),
        pension_age_from=st.none(),
        basic_entitlement_pence=st.integers(0, 40_000),
        previous_charge_pence=st.none() | AMOUNTS,
        incomes=st.lists(incomes(), max_size=4, unique_by=_once).map(_none_is_none),
        assets=st.lists(assets(), max_size=3).map(tuple),
        expenses=st.lists(expenses(), max_size=3).map(tuple),
        overrides=st.just(()),
        standings=st.just(()) | st.sampled_from(list(Ground)).map(_standing),
        stays=st.just(()),
        homes_left_out=st.just(()),
        home_sold=st.none(),
        permanent_from=st.none(),
    ).map(_with_room_for_nursing)


def _with_room_for_nursing(one: Circumstances) -> Circumstances:
    inside = one.cost_includes_nursing and (one.cost_pence or 0) > MORE_THAN_NURSING
    return replace(one, cost_includes_nursing=inside)


def _once(one: Income) -> str:
    """What a person has one of at most: two would be refused. Else the kind: two alike are tried elsewhere."""
    table = kinds.incomes()
    return table.kinds[table.code(one.kind)].once or one.kind


def _none_is_none(found: list[Income]) -> tuple[Income, ...]:
    """Whoever has no income, as told, has none: an income beside it is refused."""
    none = [replace(each, amount_pence=0, rate=None) for each in found if each.kind == NO_INCOME]
    return tuple(none or found)


def _standing(ground: Ground) -> tuple[GroundHeld, ...]:
    return (GroundHeld(ground=ground, first=dt.date(2023, 1, 1)),)
