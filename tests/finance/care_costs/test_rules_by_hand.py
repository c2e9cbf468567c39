"""Each rule of docs/due.md by a figure an officer can check: by the run, and by the day-by-day reference beside it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from finance.money import Rounding
from interfaces.database.connection import Database
from ledgers import tables as t
from tests.laws.living import POLICY, Life, differences
from tests.laws.worlds import World, make_world

FIRST, LAST = dt.date(2026, 4, 6), dt.date(2026, 5, 3)  # four weeks; Easter Monday is the 6th itself
EVER = dt.date(2020, 4, 1)
Case = Callable[[World], World]


def council() -> World:
    """One person, one contract, one four-weekly calendar, and no line yet."""
    world = make_world(0, 0, calendars=1)
    for rows in world.rows.values():
        rows.clear()
    world.put(
        "pay_calendars",
        "CAL1",
        name="Four-weekly",
        cycle="four-weekly",
        first_day=FIRST,
        timing="arrears",
        cut_off_days=1,
        pay_working_days=3,
        go_live=FIRST,
    )
    world.put("services", "S1", name="Care", kind="residential", term="long")
    world.put("payees", "V1", name="Payee", kind="provider")
    world.put(
        "contracts",
        "K1",
        payee_ref="V1",
        calendar_ref="CAL1",
        name="Contract",
        start_date=EVER,
        end_date=None,
        payment="net",
        days_after_death=2,
        retainer="100:7,50:7,0",
        bank_holidays="paid",
    )
    world.put(
        "people",
        "P1",
        name="Somebody",
        date_of_birth=dt.date(1940, 2, 29),
        date_of_death=None,
        primary_support_reason="mental health",
    )
    world.put("packages", "PK1", person_ref="P1", start_date=EVER, end_date=None)
    return world


def line(world: World, rate: str | None = "700.00", unit: str = "week", **more: object) -> World:
    row: dict[str, object] = {
        "package_ref": "PK1",
        "contract_ref": "K1",
        "service_ref": "S1",
        "unit": unit,
        "quantity": "1",
        "days": "",
        "every_weeks": 1,
        "visit_minutes": None,
        "carers": 1,
        "start_date": FIRST,
        "end_date": None,
    }
    world.put("service_lines", "L1", **{**row, **more})
    if rate:
        world.put("agreed_rates", "A1", line_ref="L1", rate=rate, start_date=EVER, end_date=None)
    return world


def card(world: World, rate: str, first: dt.date = EVER, last: dt.date | None = None, **band: object) -> World:
    world.put(
        "rates",
        world.new("R"),
        contract_ref="K1",
        service_ref="S1",
        unit=world.rows["service_lines"]["L1"]["unit"],
        rate=rate,
        start_date=first,
        end_date=last,
        **band,
    )
    return world


def beside(world: World, extract: str, **row: object) -> World:
    world.put(extract, world.new("X"), **{"line_ref": "L1", "start_date": FIRST, "end_date": None, **row})
    return world


def day(number: int, month: int = 4) -> dt.date:
    return dt.date(2026, month, number)


def with_contract(world: World, **more: object) -> World:
    world.rows["contracts"]["K1"].update(more)
    return world


def with_person(world: World, **more: object) -> World:
    world.rows["people"]["P1"].update(more)
    return world


def with_package(world: World, **more: object) -> World:
    world.rows["packages"]["PK1"].update(more)
    return world


def nursing(world: World, route: str) -> World:
    world.put(
        "nursing_rates",
        "NR",
        band="standard",
        rate="254.06",
        start_date=EVER,
        end_date=None,
        status="inferred",
        announced="made up",
    )
    return beside(world, "nursing_awards", band="standard", route=route)


def shared(world: World, funder: str, percent: str | None = None, weekly: str | None = None, **more: object) -> World:
    if funder not in world.rows["funders"]:
        world.put("funders", funder, name=funder, kind="nhs")
    return beside(world, "funding_shares", funder_ref=funder, percent=percent, weekly_amount=weekly, **more)


Sums = dict[tuple[str, str | None], int]  # by kind and funder
CARE: Sums = {("care", None): 280_000}
CASES: dict[str, tuple[World, Sums]] = {
    "a week is seven days: 28 days at £700": (line(council()), CARE),
    "the last day counts: 6 to 12 April": (line(council(), end_date=day(12)), {("care", None): 70_000}),
    "a package that begins on 20 April": (line(with_package(council(), start_date=day(20))), {("care", None): 140_000}),
    "a contract that ends on 19 April": (line(with_contract(council(), end_date=day(19))), {("care", None): 140_000}),
    "the day of death and two more: to 15 April": (
        line(with_person(council(), date_of_death=day(13))),
        {("care", None): 100_000},
    ),
    "a night at £100, seven a week": (line(council(), "100.00", "night", quantity="7"), CARE),
    "10.5 hours a week at £21.3333": (line(council(), "21.3333", "hour", quantity="10.5"), {("care", None): 89_600}),
    "two carers on Mondays and Fridays": (
        line(council(), "20.00", "visit", days="Mon Fri", carers=2),
        {("care", None): 32_000},
    ),
    "every other week from a Wednesday: the 8th and the 22nd": (
        line(council(), "50.00", "session", days="Wed", every_weeks=2, start_date=day(8)),
        {("care", None): 10_000},
    ),
    "every other week with no days: 14 of 28 days": (
        line(council(), "50.00", "session", every_weeks=2),
        {("care", None): 10_000},
    ),
    "a closed bank holiday: Easter Monday is not counted": (
        line(with_contract(council(), bank_holidays="closed"), "50.00", "session", days="Mon"),
        {("care", None): 15_000},
    ),
    "a calendar month: 25 of 30 days of April and 3 of 31 of May": (
        line(council(), "3000.00", "calendar month"),
        {("care", None): 279_032},
    ),
    "months from the 23rd: 17 of 31 days to 22 April, 11 of 30 since": (
        line(with_contract(council(), months_begin=23), "3000.00", "calendar month"),
        {("care", None): 274_516},
    ),
    "months from the 31st begin on 30 April": (
        line(with_contract(council(), months_begin=31), "3000.00", "calendar month"),
        {("care", None): 278_710},
    ),
    "a week begun is paid whole: from Wednesday to the second Tuesday": (
        line(with_contract(council(), week_price="whole"), start_date=day(8), end_date=day(21)),
        {("care", None): 210_000},
    ),
    "every other week, whole": (
        line(with_contract(council(), week_price="whole"), start_date=day(8), every_weeks=2),
        {("care", None): 140_000},
    ),
    "four weeks": (line(council(), "2800.00", "4 weeks"), CARE),
    "a one-off, once": (line(council(), "99.99", "one-off", start_date=day(20)), {("care", None): 9_999}),
    "an agreed rate alone prices the line": (card(line(council()), "1.00"), CARE),
    "a card that changes on 20 April": (
        card(card(line(council(), None), "700.00", last=day(19)), "770.00", day(20)),
        {("care", None): 294_000},
    ),
    "Saturday before weekend, weekend before any": (
        card(
            card(card(line(council(), None, "visit", days="Fri Sat Sun"), "10.00"), "20.00", day_category="weekend"),
            "30.00",
            day_category="saturday",
        ),
        {("care", None): 4 * (1_000 + 3_000 + 2_000)},
    ),
    "a bank holiday before a weekday": (
        card(
            card(line(council(), None, "visit", days="Mon"), "10.00", day_category="weekday"),
            "25.00",
            day_category="bank holiday",
        ),
        {("care", None): 2_500 + 3 * 1_000},
    ),
    "a visit of 30 minutes in its band": (
        card(
            card(line(council(), None, "visit", quantity="7", visit_minutes=30), "9.00", minutes_to=29),
            "12.50",
            minutes_from=30,
            minutes_to=44,
        ),
        {("care", None): 28 * 1_250},
    ),
    "65 on 20 April": (
        card(
            card(line(with_person(council(), date_of_birth=dt.date(1961, 4, 20)), None), "900.00", age_to=64),
            "700.00",
            age_from=65,
        ),
        {("care", None): 320_000},
    ),
    "born on 29 February: 86 all along": (
        card(card(line(council(), None), "900.00", age_to=85), "700.00", age_from=86),
        CARE,
    ),
    "suspended 13 April to 3 May: 7 days whole, 7 at half, 7 at nothing": (
        beside(line(council()), "suspensions", start_date=day(13), end_date=LAST, reason="hospital", paid=None),
        {("care", None): 70_000 + 70_000 + 35_000},
    ),
    "the suspension’s own steps stand before the contract’s": (
        beside(line(council()), "suspensions", start_date=day(13), end_date=LAST, reason="hospital", paid="0"),
        {("care", None): 70_000},
    ),
    "a contribution is taken off in full while any share is paid, and not after": (
        beside(
            beside(line(council()), "suspensions", start_date=day(13), end_date=LAST, reason="hospital", paid=None),
            "contributions",
            kind="client",
            weekly_amount="70.00",
            collector="provider",
        ),
        {("care", None): 175_000, ("contribution", None): -21_000},
    ),
    "a top-up the provider collects": (
        beside(line(council()), "contributions", kind="top-up", weekly_amount="10.01", collector="provider"),
        {**CARE, ("top-up", None): -4_004},
    ),
    "what the council collects is not taken off": (
        beside(line(council()), "contributions", kind="client", weekly_amount="70.00", collector="council"),
        CARE,
    ),
    "a gross contract is paid whole": (
        beside(
            line(with_contract(council(), payment="gross")),
            "contributions",
            kind="client",
            weekly_amount="70.00",
            collector="provider",
        ),
        CARE,
    ),
    "nursing care the council pays to the home": (
        nursing(line(council()), "added"),
        {**CARE, ("nursing", None): 101_624},
    ),
    "nursing care the NHS pays the home": (
        nursing(line(council()), "deducted"),
        {**CARE, ("nursing deducted", None): -101_624},
    ),
    "a third each: the odd pennies by largest remainder": (
        shared(shared(line(council(), "25.00"), "F1", "33.33"), "F2", "33.33"),
        {("care", None): 3_334, ("care", "F1"): 3_333, ("care", "F2"): 3_333},
    ),
    "a fixed sum first, a percentage of what it leaves": (
        shared(shared(line(council()), "F1", weekly="100.00"), "F2", "50"),
        {("care", None): 120_000, ("care", "F1"): 40_000, ("care", "F2"): 120_000},
    ),
    "a fixed sum is never more than the cost": (
        shared(line(council()), "F1", weekly="900.00"),
        {("care", "F1"): 280_000},
    ),
    "a fixed sum is taken once, however many bands the card has": (
        shared(
            card(
                card(line(council(), None, "visit", days="Mon Sat"), "100.00", day_category="weekday"),
                "80.00",
                day_category="weekend",
            ),
            "F1",
            weekly="30.00",
        ),
        {("care", None): 4 * 18_000 - 12_000, ("care", "F1"): 12_000},
    ),
    "two shares of one funder are one": (
        shared(shared(line(council()), "F1", "25"), "F1", "15"),
        {("care", None): 168_000, ("care", "F1"): 112_000},
    ),
    "a share that begins on 20 April": (
        shared(line(council()), "F1", "50", start_date=day(20)),
        {("care", None): 210_000, ("care", "F1"): 70_000},
    ),
}


def paid(database: Database, world: World, rounding: Rounding = Rounding.HALF_UP) -> Life:
    life = Life(database, policy=replace(POLICY, rounding=rounding))
    assert life.learn(world)
    life.pay("CAL1", LAST + dt.timedelta(days=1))
    assert differences(life) == []
    return life


def by_kind(life: Life) -> Sums:
    return {(kind, funder): pence for (kind, _, _, funder, _, _), pence in life.ledger().items()}


def together(worlds: dict[str, World]) -> World:
    """Many councils of one case each as one council, each case's references under its own name: one run pays
    them all.
    """
    whole = council()
    for case, world in worlds.items():
        for extract, rows in world.rows.items():
            if extract in ("pay_calendars", "nursing_rates"):
                whole.rows[extract].update(rows)
                continue
            for ref, row in rows.items():
                named = {
                    name: f"{case}|{value}" if name.endswith("_ref") and name != "calendar_ref" else value
                    for name, value in row.items()
                }
                whole.rows[extract][f"{case}|{ref}"] = named
    return whole


def by_case(life: Life) -> dict[str, Sums]:
    found: dict[str, Sums] = {}
    for (kind, subject, _, funder, _, _), pence in life.ledger().items():
        found.setdefault(subject.split("|")[0], {})[kind, funder.split("|")[1] if funder else None] = pence
    return found


def test_every_rule(database: Database) -> None:
    life = paid(database, together({name: world for name, (world, _) in CASES.items()}))
    assert by_case(life) == {name: expected for name, (_, expected) in CASES.items()}


def test_half_a_penny_goes_up_or_to_even_as_the_council_says(new_database: Callable[[], Database]) -> None:
    def half() -> World:
        return line(council(), "0.0350", "visit", days="Mon", end_date=FIRST, quantity="0.50", carers=1)

    def whole() -> World:
        return line(council(), "0.0450", "visit", days="Mon", end_date=FIRST)

    assert by_kind(paid(new_database(), whole())) == {("care", None): 5}  # 4.5 pence
    assert by_kind(paid(new_database(), whole(), Rounding.HALF_EVEN)) == {("care", None): 4}
    assert by_kind(paid(new_database(), half())) == {("care", None): 2}  # 1.75 pence


PARKED: dict[str, tuple[Case, str]] = {
    "no rate": (lambda w: line(w, None), "no rate covers 6 April 2026."),
    "a gap": (lambda w: card(line(w, None), "1.00", last=day(20)), "no rate covers 21 April 2026."),
    "no band": (
        lambda w: card(line(w, None, "visit", visit_minutes=30), "1.00", minutes_to=20),
        "no rate on the contract is for visits of this length.",
    ),
    "needs days": (
        lambda w: card(card(line(w, None, "visit"), "1.00", day_category="weekday"), "2.00", day_category="weekend"),
        "the rates differ by day of the week, and the line does not say its days.",
    ),
    "age not known": (
        lambda w: card(with_person(line(w, None), date_of_birth=None), "1.00", age_from=65),
        "the rates differ by age, and the date of birth is not known.",
    ),
}


def test_what_cannot_be_worked_out_is_parked_with_its_reason_and_never_nought(database: Database) -> None:
    life = paid(database, together({name: make(council()) for name, (make, _) in PARKED.items()}))
    assert life.ledger() == {}
    names = {nr: ref.split("|")[0] for ref, nr in life.numbers("service_line").items()}
    with database.begin() as connection:
        rows = connection.execute(select(t.parked.c.subject, t.parked.c.what)).all()
    assert {names[row.subject]: row.what for row in rows} == {name: why for name, (_, why) in PARKED.items()}


def test_a_line_in_a_block_costs_nothing_itself_and_the_block_is_paid(database: Database) -> None:
    world = line(council(), None)
    world.put(
        "blocks",
        "B1",
        contract_ref="K1",
        service_ref="S1",
        unit="4 weeks",
        rate="12500.00",
        start_date=FIRST,
        end_date=None,
    )
    assert paid(database, world).ledger() == {("block", "B1", FIRST, None, "V1", "CAL1"): 1_250_000}


def test_a_contract_that_ends_takes_its_block_back(database: Database) -> None:
    world = line(council(), None)
    world.put(
        "blocks",
        "B1",
        contract_ref="K1",
        service_ref="S1",
        unit="4 weeks",
        rate="2800.00",
        start_date=FIRST,
        end_date=None,
    )
    life = paid(database, world)
    world.rows["contracts"]["K1"]["end_date"] = day(19)
    assert life.learn(world)
    life.pay("CAL1", LAST + dt.timedelta(days=1))
    assert life.ledger() == {("block", "B1", FIRST, None, "V1", "CAL1"): 140_000}


def test_an_adjustment_is_paid_in_the_period_of_its_day(database: Database) -> None:
    world = council()
    for ref, on in (("J1", day(20)), ("J2", day(4, 5))):
        world.put(
            "adjustments",
            ref,
            payee_ref="V1",
            calendar_ref="CAL1",
            service_ref="S1",
            date=on,
            amount="-42.10",
            reason="made up",
            entered_by="Brokerage",
        )
    assert paid(database, world).ledger() == {("adjustment", "J1", FIRST, None, "V1", "CAL1"): -4_210}


@pytest.mark.parametrize(("begins", "pay_months"), [(None, [107_604, 92_396]), (23, [100_000, 100_000])])
def test_a_months_price_is_that_of_each_pay_month_where_months_begin_with_it(
    database: Database, begins: int | None, pay_months: list[int]
) -> None:
    """£1,000.00 a month, pay months from the 23rd: by calendar months it comes to £1,076.04 and £923.96."""
    opens, closes = dt.date(2026, 1, 23), dt.date(2026, 3, 23)
    world = line(with_contract(council(), months_begin=begins), "1000.00", "calendar month", start_date=opens)
    world.rows["pay_calendars"]["CAL1"].update(cycle="calendar month", first_day=opens, go_live=opens)
    life = Life(database)
    assert life.learn(world)
    life.pay("CAL1", closes)
    assert [pence for _, pence in sorted((key[2], pence) for key, pence in life.ledger().items())] == pay_months
    assert differences(life) == []
