"""Rent follows its property: income where that is left out of capital, capital when it falls due where it counts."""

import datetime as dt

import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    HomeDisregard,
    HomeLeftOut,
    Income,
    Setting,
    assess,
    assess_many,
    columns_on,
    default_policy,
    statutory_figures,
)

ON = dt.date(2024, 6, 3)
MOVED = dt.date(2024, 5, 20)
HOME = Asset(kind="home", value_pence=200_000)
LET = Asset(kind="other_property", value_pence=200_000)
PARTNER = HomeLeftOut(ground=HomeDisregard.PARTNER)


@pytest.mark.parametrize(
    ("setting", "assets", "more", "counted"),
    [
        (Setting.HOME, (LET,), {}, 0),
        (Setting.HOME, (), {}, 10_000),
        (Setting.HOME, (HOME,), {}, 10_000),
        (Setting.TEMPORARY, (HOME,), {}, 10_000),  # Sch 2 para 1
        (Setting.TEMPORARY, (HOME,), {"intends_to_return": False}, 0),
        (Setting.PERMANENT, (HOME,), {"homes_left_out": (PARTNER,)}, 10_000),  # para 4
        (Setting.PERMANENT, (HOME,), {"stay_first": MOVED}, 0),  # para 2, the twelve weeks, is not in the list
        (Setting.PERMANENT, (HOME,), {"stay_first": dt.date(2023, 5, 20)}, 0),
        (Setting.PERMANENT, (LET,), {"stay_first": MOVED}, 0),
        (Setting.PERMANENT, (HOME, LET), {"homes_left_out": (PARTNER,)}, 10_000),  # of which is asked
        (Setting.HOME, (Asset(kind="other_property", value_pence=1, end=ON),), {}, 10_000),
    ],
)
def test_rent_is_counted_once(
    setting: Setting, assets: tuple[Asset, ...], more: dict[str, object], counted: int
) -> None:
    rent = Income(kind="rent_received", amount_pence=10_000)
    facts = {
        "person": "A",
        "born": dt.date(1940, 1, 1),
        "cost_pence": 90_000,
        "setting": setting,
        "assets": assets,
        "incomes": (rent,),
    } | more
    one = Circumstances(**facts)  # type: ignore[arg-type]
    made = assess(one, ON, default_policy())
    assert made.value("counted_income") == counted
    said = [
        each
        for each in made.warnings
        if "ent" in each and ("capital when it falls due" in each or "of the other" in each)
    ]
    assert len(said) == (counted == 0 or len(assets) == 2)
    columns = columns_on([one], ON, default_policy().on(ON), statutory_figures())
    assert assess_many(columns, ON, default_policy()).charge.tolist() == [made.charge_pence]


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("rent_from_left_out_property", 10_000),
        ("rent_from_counted_property", 0),
        ("war_widows_special_payment", 0),  # besides the ten pounds of the ordinary pension
        ("infected_blood_periodic_payment", 0),
    ],
)
def test_a_kind_may_say_outright(kind: str, counted: int) -> None:
    one = Circumstances(
        person="A",
        born=dt.date(1940, 1, 1),
        cost_pence=90_000,
        assets=(LET,),
        incomes=(Income(kind=kind, amount_pence=10_000),),
    )
    assert assess(one, ON, default_policy()).value("counted_income") == counted


def test_a_pre_1973_widow_keeps_ten_pounds_of_the_pension_and_all_of_the_special_payment() -> None:
    incomes = (
        Income(kind="war_widows_pension", amount_pence=15_000),
        Income(kind="war_widows_special_payment", amount_pence=9_844),
    )
    one = Circumstances(person="A", born=dt.date(1940, 1, 1), cost_pence=90_000, incomes=incomes)
    assert assess(one, ON, default_policy()).value("counted_income") == 14_000
