"""Random made-up councils: opening facts, and the late news that follows, as rows in the words of the extracts.

Everything comes from one seed, so a failure is a seed and two sizes. Not all news is good: some rows are refused by the
inbound door, some leave a line with no price, to be mended later.
"""

import datetime as dt
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

DAY = dt.timedelta(days=1)
OPENS = dt.date(2026, 3, 2)  # a Monday
CLOSES = dt.date(2026, 7, 6)
UNITS = ("week", "day", "night", "hour", "visit", "session", "4 weeks", "calendar month", "mile", "one-off")
BY_THE_DAY = ("day", "night", "hour", "visit", "session", "mile")
CYCLES = ("weekly", "fortnightly", "four-weekly", "calendar month")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
RETAINERS = ("100", "0", "100:7,50:7,0", "80:5,33", "100:14,80:28,0", "50:3,0")
CARDS: tuple[tuple[dict[str, object], ...], ...] = (
    ({},),
    ({},),
    ({"day_category": "weekday"}, {"day_category": "weekend"}),
    (
        {"day_category": "weekday"},
        {"day_category": "saturday"},
        {"day_category": "sunday"},
        {"day_category": "bank holiday"},
    ),
    ({}, {"day_category": "bank holiday"}),
    ({}, {"day_category": "sunday"}, {"day_category": "weekend"}),
    ({"minutes_from": 0, "minutes_to": 20}, {"minutes_from": 21, "minutes_to": 45}, {"minutes_from": 46}),
    ({"age_to": 64}, {"age_from": 65}),
    ({"age_to": 64, "day_category": "weekday"}, {"age_to": 64, "day_category": "weekend"}, {"age_from": 65}),
)

MONTHS_BEGIN = (None, None, 15, 23, 31)
TERMS = ("payment", "days_after_death", "retainer", "bank_holidays", "months_begin", "week_price")
"""What a contract says that may change from a day on: a row has what it began with, ``later`` what holds since."""

Row = dict[str, object]
Rows = dict[str, dict[str, Row]]

REFS = {
    "people": "person_ref",
    "payees": "payee_ref",
    "services": "service_ref",
    "pay_calendars": "calendar_ref",
    "contracts": "contract_ref",
    "rates": "rate_ref",
    "blocks": "block_ref",
    "packages": "package_ref",
    "service_lines": "line_ref",
    "agreed_rates": "rate_ref",
    "suspensions": "suspension_ref",
    "funders": "funder_ref",
    "funding_shares": "share_ref",
    "contributions": "contribution_ref",
    "nursing_awards": "award_ref",
    "nursing_rates": "rate_ref",
    "adjustments": "adjustment_ref",
    "bank_details": "bank_ref",
}


@dataclass
class World:
    """What is believed, as rows by extract and reference, and the chance that makes more of it."""

    chance: random.Random
    rows: Rows = field(default_factory=lambda: {name: {} for name in REFS})
    made: int = 0
    retold: set[str] = field(default_factory=set)  # contracts with new terms since the world was last told

    def put(self, extract: str, ref: str, **row: object) -> str:
        self.rows[extract][ref] = {REFS[extract]: ref, **row, REFS[extract]: ref}
        return ref

    def new(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def pick(self, extract: str) -> str:
        return self.chance.choice(sorted(self.rows[extract]))

    def maybe(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent

    def day(self, low: int = -30, high: int = 120) -> dt.date:
        return OPENS + self.chance.randrange(low, high) * DAY

    def span(self, low: int = -30, high: int = 100, longest: int = 60, endless: int = 40) -> dict[str, object]:
        first = self.day(low, high)
        last = None if self.maybe(endless) else first + self.chance.randrange(longest) * DAY
        return {"start_date": first, "end_date": last}

    def money(self, low: int, high: int, places: int = 2) -> str:
        scale = 10**places
        return f"{self.chance.randrange(low * scale, high * scale) / scale:.{places}f}"

    def copy(self) -> Rows:
        """The rows as they are told."""
        self.retold.clear()
        return deepcopy(self.rows)


def make_world(seed: int, lines: int, calendars: int = 2) -> World:
    """Opening facts of a made-up council with so many service lines."""
    world = World(random.Random(seed))
    for number in range(1, calendars + 1):
        cycle = world.chance.choice(CYCLES)
        anchor = (
            OPENS - 28 * DAY
            if cycle != "calendar month"
            else world.chance.choice([dt.date(2026, 2, 1), dt.date(2026, 1, 15)])
        )
        world.put(
            "pay_calendars",
            f"CAL{number}",
            name=f"Calendar {number}",
            cycle=cycle,
            first_day=anchor,
            timing="arrears",
            cut_off_days=1,
            pay_working_days=3,
            go_live=OPENS + world.chance.choice([0, 0, 5]) * DAY,
        )
    for number, kind in enumerate(("residential", "home care", "day care"), 1):
        world.put("services", f"S{number}", name=f"Service {number}", kind=kind, term="long")
    for number in range(1, 4):
        world.put("payees", f"V{number}", name=f"Payee {number}", kind="provider")
        world.put("funders", f"F{number}", name=f"Funder {number}", kind="nhs")
    for number in range(1, 3 + calendars):
        contract(world, f"K{number}", f"CAL{(number - 1) % calendars + 1}")
    for band in ("standard", "higher"):
        world.put(
            "nursing_rates",
            f"NR-{band}-1",
            band=band,
            rate=world.money(180, 260),
            start_date="2020-04-01",
            end_date="2026-03-31",
            status="inferred",
            announced="made up",
        )
        world.put(
            "nursing_rates",
            f"NR-{band}-2",
            band=band,
            rate=world.money(180, 260),
            start_date="2026-04-01",
            end_date=None,
            status="inferred",
            announced="made up",
        )
    for _ in range(max(lines * 2 // 3, 1)):
        person(world)
    for _ in range(lines):
        line(world)
    for _ in range(lines // 3):
        beside(world)
    for extract in ("suspensions", "nursing_awards", "contributions"):
        _apart(world, extract)
    if world.maybe(60):
        block(world)
    if world.maybe(60):
        adjustment(world)
    return world


def contract(world: World, ref: str, calendar: str) -> None:
    last = None if world.maybe(85) else world.day(40, 120)
    world.put(
        "contracts",
        ref,
        payee_ref=world.pick("payees"),
        calendar_ref=calendar,
        name=f"Contract {ref}",
        start_date=dt.date(2020, 4, 1),
        end_date=last,
        payment=world.chance.choice(["gross", "net"]),
        days_after_death=world.chance.choice([0, 0, 3, 7]),
        retainer=world.chance.choice(RETAINERS),
        bank_holidays=world.chance.choice(["paid", "paid", "closed"]),
        months_begin=world.chance.choice(MONTHS_BEGIN),
        week_price=world.chance.choice([None, None, "whole"]),
    )


def _later(contract: Row) -> dict[dt.date, Row]:
    return contract.get("later", {})  # type: ignore[return-value]


def terms_on(contract: Row, day: dt.date) -> Row:
    """What a contract says on a day."""
    later = _later(contract)
    since = [first for first in later if first <= day]
    return {name: (later[max(since)] if since else contract).get(name) for name in TERMS}


def later_terms(world: World) -> None:
    """A contract’s terms change from a day: one of them, or all."""
    ref = world.pick("contracts")
    if ref in world.retold:
        return
    row, since = world.rows["contracts"][ref], world.day(-10, 100)
    standing = terms_on(row, since)
    terms = dict(standing)
    for name in TERMS if world.maybe(20) else [world.chance.choice(TERMS)]:
        terms[name] = _VALUES[name](world, row)
    if terms != standing:
        row["later"] = {**_later(row), since: terms}
    world.retold.add(ref)


def _always(*names: str) -> Callable[[World], None]:
    """News that a contract was otherwise all along: what was known of later days goes with it."""

    def tell(world: World) -> None:
        ref = world.pick("contracts")
        row, name = world.rows["contracts"][ref], world.chance.choice(names)
        row.pop("later", None)
        row[name] = _VALUES[name](world, row)
        world.retold.add(ref)

    return tell


def person(world: World) -> str:
    born = dt.date(1961, 4, 1) + world.chance.randrange(-40, 90) * DAY if world.maybe(40) else dt.date(1940, 2, 29)
    died = world.day(61, 110) if world.maybe(10) else None
    ref = world.put(
        "people",
        world.new("P"),
        name="Somebody",
        date_of_birth=born if world.maybe(95) else None,
        date_of_death=died,
        primary_support_reason="mental health",
    )
    for _ in range(1 + world.maybe(30)):
        world.put(
            "packages",
            world.new("PK"),
            person_ref=ref,
            start_date=OPENS - world.chance.randrange(40) * DAY,
            end_date=world.day(60, 120) if world.maybe(15) else None,
        )
    return ref


def line(world: World) -> str:
    unit = world.chance.choice(UNITS)
    planned = unit in BY_THE_DAY and world.maybe(65)
    days = sorted(world.chance.sample(range(7), world.chance.randrange(1, 8))) if planned else []
    whole = unit in ("one-off", "calendar month", "4 weeks", "week") and world.maybe(80)
    quantity = "1" if whole else world.chance.choice(["1", "2", "0.5", "2.25", "3"])
    package = world.pick("packages")
    span = world.span(-20, 60)
    ref = world.put(
        "service_lines",
        world.new("L"),
        package_ref=package,
        contract_ref=world.pick("contracts"),
        service_ref=world.pick("services"),
        unit=unit,
        quantity=quantity,
        days=" ".join(WEEKDAYS[each] for each in days),
        every_weeks=world.chance.choice([1, 1, 1, 2, 3]),
        visit_minutes=world.chance.choice([None, 15, 20, 30, 45, 60]),
        carers=world.chance.choice([1, 1, 2]),
        **span,
    )
    agreed = world.maybe(30)
    if agreed:
        agreed_rate(world, ref)
    if not agreed or world.maybe(40):
        card(world, ref)
    return ref


def card(world: World, line_ref: str) -> None:
    """A rate card for a line's contract, service and unit, unless there is one."""
    row = world.rows["service_lines"][line_ref]
    key = {name: row[name] for name in ("contract_ref", "service_ref", "unit")}
    if any(all(each[name] == key[name] for name in key) for each in world.rows["rates"].values()):
        return
    style = world.chance.choice(CARDS)
    if row["unit"] not in BY_THE_DAY and any("day_category" in each for each in style):
        style = CARDS[0]
    cut = world.day(0, 60) if world.maybe(50) else None
    for band in style:
        spans = [(dt.date(2020, 4, 1), cut - DAY if cut else None), *([(cut, None)] if cut else [])]
        for first, last in spans:
            world.put(
                "rates", world.new("R"), **key, rate=world.money(1, 900, 4), start_date=first, end_date=last, **band
            )


def agreed_rate(world: World, line_ref: str) -> None:
    starts = dt.date(2020, 4, 1)
    cut = world.day(0, 60) if world.maybe(40) else None
    world.put(
        "agreed_rates",
        world.new("A"),
        line_ref=line_ref,
        rate=world.money(1, 1500, 4),
        start_date=starts,
        end_date=cut - DAY if cut else None,
    )
    if cut:
        world.put(
            "agreed_rates",
            world.new("A"),
            line_ref=line_ref,
            rate=world.money(1, 1500, 4),
            start_date=cut,
            end_date=None,
        )


def beside(world: World) -> None:
    """Something said of a line: a suspension, a share, a contribution or a nursing award."""
    ref = world.pick("service_lines")
    what = world.chance.randrange(5)
    if what == 0:
        world.put(
            "suspensions",
            world.new("X"),
            line_ref=ref,
            reason="hospital",
            paid=world.chance.choice([None, *RETAINERS]),
            **world.span(0, 100, 30, 20),
        )
    elif what == 1:
        world.put(
            "funding_shares",
            world.new("FS"),
            line_ref=ref,
            funder_ref=world.pick("funders"),
            percent=None,
            weekly_amount=world.money(1, 400),
            **world.span(),
        )
    elif what == 2:
        world.put(
            "funding_shares",
            world.new("FS"),
            line_ref=ref,
            funder_ref=world.pick("funders"),
            percent=world.chance.choice(["10", "33.33", "25", "30", "60"]),
            weekly_amount=None,
            **world.span(),
        )
    elif what == 3:
        world.put(
            "contributions",
            world.new("C"),
            line_ref=ref,
            kind=world.chance.choice(["client", "top-up"]),
            weekly_amount=world.money(1, world.chance.choice([20, 200, 600])),
            collector=world.chance.choice(["provider", "provider", "council"]),
            **world.span(),
        )
    else:
        world.put(
            "nursing_awards",
            world.new("N"),
            line_ref=ref,
            band=world.chance.choice(["standard", "higher"]),
            route=world.chance.choice(["added", "deducted"]),
            **world.span(),
        )


def _apart(world: World, extract: str) -> None:
    """Leave out rows that share a day with an earlier one of their line: the opening facts are sound."""
    taken: set[tuple[object, dt.date]] = set()
    for ref, row in list(world.rows[extract].items()):
        first, last = row["start_date"], row["end_date"] or dt.date(2026, 12, 31)
        assert isinstance(first, dt.date) and isinstance(last, dt.date)
        whose = (row["line_ref"], row.get("kind"), row.get("collector"))
        days = {(whose, first + place * DAY) for place in range((last - first).days + 1)}
        if days & taken:
            del world.rows[extract][ref]
        taken |= days


def block(world: World) -> None:
    world.put(
        "blocks",
        world.new("B"),
        contract_ref=world.pick("contracts"),
        service_ref=world.pick("services"),
        unit=world.chance.choice(["week", "4 weeks", "calendar month"]),
        rate=world.money(100, 9000, 4),
        **world.span(),
    )


def adjustment(world: World) -> None:
    sum_ = world.money(1, 300)
    world.put(
        "adjustments",
        world.new("J"),
        payee_ref=world.pick("payees"),
        calendar_ref=world.pick("pay_calendars"),
        service_ref=world.pick("services"),
        date=world.day(5, 100),
        amount=f"-{sum_}" if world.maybe(40) else sum_,
        reason="made up",
        entered_by="Brokerage",
    )


# News -----------------------------------------------------------------------------------------------------------------


def news(world: World) -> None:
    """One piece of late news, written into the world's rows."""
    world.chance.choice(_NEWS)(world)


def _change(extract: str, *names: str) -> Callable[[World], None]:
    """News that gives one row of an extract another value in one of these columns."""

    def tell(world: World) -> None:
        if not world.rows[extract]:
            return
        row = world.rows[extract][world.pick(extract)]
        name = world.chance.choice(names)
        row[name] = _VALUES[name](world, row)

    return tell


def in_pieces(world: World) -> None:
    """An absence is told in two rows that meet."""
    long = [
        ref
        for ref, row in world.rows["suspensions"].items()
        if row["end_date"] and row["start_date"] < row["end_date"]  # type: ignore[operator]
    ]
    if not long:
        return
    row = world.rows["suspensions"][world.chance.choice(sorted(long))]
    first, last = row["start_date"], row["end_date"]
    assert isinstance(first, dt.date) and isinstance(last, dt.date)
    cut = first + world.chance.randrange(1, (last - first).days + 1) * DAY
    world.put("suspensions", world.new("X"), **{**row, "start_date": cut})
    row["end_date"] = cut - DAY


def replaced(world: World) -> None:
    """A line is replaced in the middle of an absence: what is said of it from then on is said of its successor."""
    if not world.rows["suspensions"]:
        return
    away = world.rows["suspensions"][world.pick("suspensions")]
    old = world.rows["service_lines"][str(away["line_ref"])]
    starts, opened = old["start_date"], away["start_date"]
    assert isinstance(starts, dt.date) and isinstance(opened, dt.date)
    cut = max(starts, opened) + world.chance.randrange(1, 20) * DAY
    if (old["end_date"] or cut) < cut or (away["end_date"] or cut) < cut:  # type: ignore[operator]
        return
    new = world.put("service_lines", world.new("L"), **{**old, "start_date": cut})
    old["end_date"] = cut - DAY
    world.put("suspensions", world.new("X"), **{**away, "line_ref": new, "start_date": cut})
    if world.maybe(50):
        away["end_date"] = cut - DAY
    for row in [each for each in world.rows["agreed_rates"].values() if each["line_ref"] == old["line_ref"]]:
        world.put("agreed_rates", world.new("A"), **{**row, "line_ref": new})


def _cancel(extract: str) -> Callable[[World], None]:
    def tell(world: World) -> None:
        if world.rows[extract]:
            world.rows[extract].pop(world.pick(extract))

    return tell


def _uplift(world: World) -> None:
    """A backdated uplift of every rate of one contract."""
    ref, since = world.pick("contracts"), world.day(-10, 80)
    for key, row in list(world.rows["rates"].items()):
        first, last = row["start_date"], row["end_date"]
        assert isinstance(first, dt.date)
        if row["contract_ref"] == ref and first < since and (last is None or last >= since):  # type: ignore[operator]
            world.put(
                "rates",
                world.new("R"),
                **{
                    **{k: v for k, v in row.items() if k != "rate_ref"},
                    "start_date": since,
                    "rate": world.money(1, 900, 4),
                },
            )
            world.rows["rates"][key]["end_date"] = since - DAY


def _lose_price(world: World) -> None:
    """A rate ends too soon: its lines are parked until it is mended."""
    if world.rows["rates"]:
        world.rows["rates"][world.pick("rates")]["end_date"] = world.day(10, 90)


def _new_line(world: World) -> None:
    person(world)
    line(world)


_VALUES: dict[str, Any] = {
    "end_date": lambda world, row: None if world.maybe(30) else world.day(0, 110),
    "start_date": lambda world, row: world.day(-20, 60),
    "date_of_death": lambda world, row: None if world.maybe(30) else world.day(0, 110),
    "date_of_birth": lambda world, row: dt.date(1961, 4, 1) + world.chance.randrange(0, 90) * DAY,
    "quantity": lambda world, row: world.chance.choice(["1", "2", "0.5", "3"]),
    "every_weeks": lambda world, row: world.chance.choice([1, 2]),
    "carers": lambda world, row: world.chance.choice([1, 2]),
    "contract_ref": lambda world, row: world.pick("contracts"),
    "calendar_ref": lambda world, row: world.pick("pay_calendars"),
    "payee_ref": lambda world, row: world.pick("payees"),
    "payment": lambda world, row: world.chance.choice(["gross", "net"]),
    "retainer": lambda world, row: world.chance.choice(RETAINERS),
    "days_after_death": lambda world, row: world.chance.choice([0, 3, 7]),
    "bank_holidays": lambda world, row: world.chance.choice(["paid", "closed"]),
    "months_begin": lambda world, row: world.chance.choice(MONTHS_BEGIN),
    "week_price": lambda world, row: world.chance.choice([None, "whole"]),
    "paid": lambda world, row: world.chance.choice([None, *RETAINERS]),
    "rate": lambda world, row: world.money(1, 900, 4),
    "weekly_amount": lambda world, row: world.money(1, 300) if row.get("percent") is None else None,
    "collector": lambda world, row: world.chance.choice(["provider", "council"]),
    "funder_ref": lambda world, row: world.pick("funders"),
    "route": lambda world, row: world.chance.choice(["added", "deducted"]),
    "amount": lambda world, row: world.money(1, 300),
    "date": lambda world, row: world.day(5, 100),
    "line_ref": lambda world, row: world.pick("service_lines"),
}
_NEWS = (
    _change("service_lines", "end_date"),
    _change("service_lines", "end_date", "start_date", "quantity", "every_weeks", "carers", "contract_ref"),
    _change("people", "date_of_death"),
    _change("people", "date_of_birth"),
    _change("packages", "end_date", "start_date"),
    _always(*TERMS, "payee_ref"),
    _always("calendar_ref"),
    _change("contracts", "end_date"),
    later_terms, later_terms, later_terms, in_pieces, in_pieces, replaced, replaced,
    _change("rates", "rate"),
    _change("rates", "contract_ref"),
    _change("agreed_rates", "rate", "start_date", "end_date"),
    _change("suspensions", "start_date", "end_date", "paid", "line_ref"),
    _change("funding_shares", "start_date", "end_date", "weekly_amount", "funder_ref", "line_ref"),
    _change("contributions", "start_date", "end_date", "weekly_amount", "collector"),
    _change("nursing_awards", "start_date", "end_date", "route"),
    _change("nursing_rates", "rate"),
    _change("blocks", "rate", "start_date", "end_date", "contract_ref"),
    _change("adjustments", "amount", "date", "payee_ref", "calendar_ref"),
    _cancel("suspensions"), _cancel("funding_shares"), _cancel("contributions"), _cancel("nursing_awards"),
    _cancel("agreed_rates"), _cancel("adjustments"), _cancel("blocks"), _cancel("rates"),
    _uplift, _lose_price, beside, beside, beside, beside, beside, block, adjustment, _new_line, _new_line,
)  # fmt: skip


def changes(before: Rows, after: Rows) -> dict[str, list[Row]]:
    """The rows to send: those new or different, and those no longer there, cancelled."""
    sent: dict[str, list[Row]] = {}
    for extract, rows in after.items():
        told = [row for ref, row in rows.items() if before[extract].get(ref) != row]
        if extract == "contracts":
            told = [_contract_told(before[extract].get(str(row["contract_ref"])), row) for row in told]
        told += [{**row, "cancelled": "yes"} for ref, row in before[extract].items() if ref not in rows]
        if told:
            sent[extract] = told
    return sent


def _contract_told(before: Row | None, row: Row) -> Row:
    """A contract as a row says it: what holds last, or what holds since the day it gives."""
    own = {name: value for name, value in row.items() if name != "later"}
    if before is not None and any(before.get(name) != row.get(name) for name in (*TERMS, "payee_ref", "calendar_ref")):
        return {**own, "terms_from": "always"}
    later, known = _later(row), _later(before or {})
    fresh = [day for day in later if known.get(day) != later[day]]
    if len(fresh) == 1:
        return {**own, **later[fresh[0]], "terms_from": fresh[0]}
    assert not fresh, "two changes of a contract’s terms cannot be told in one row"
    if known and not later:
        return {**own, "terms_from": "always"}
    return {**own, **(later[max(later)] if later else {})}


def contract_after(before: Row | None, told: Row) -> Row:
    """A contract as it is believed once a row has told of it."""
    own = {name: value for name, value in told.items() if name not in ("terms_from", "cancelled")}
    since = told.get("terms_from")
    if before is None or since == "always":
        return own
    later, says = dict(_later(before)), {name: own.get(name) for name in TERMS}
    if isinstance(since, dt.date) and [*map(str, says.values())] != [*map(str, terms_on(before, since).values())]:
        later[since] = says
    return {**own, **{name: before.get(name) for name in TERMS}, **({"later": later} if later else {})}
