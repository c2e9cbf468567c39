"""Random made-up councils that charge: the care of ``tests.laws.worlds``, with everything said about charging beside
it.

``facts`` hands the same rows to the calculation in memory, with no database between.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from billing.assessments.in_force import NOTHING, Decisions
from billing.charges.facts import (
    OWN_TOP_UP,
    TOP_UP,
    Agreements,
    BillPayers,
    ChargeFacts,
    ClientRates,
    Deliveries,
    Exemptions,
    Waivers,
    in_order_of_person,
)
from billing.charges.policy import ChargingPolicy
from finance.care_costs.facts import UNITS, CareFacts, Suspensions
from finance.care_costs.rows import facts_from
from finance.columns import Ints
from finance.days import FOR_EVER, number
from tests.billing.charges import reference
from tests.billing.charges.reference import AT_HOME, FULL_COST, HOME, NIL_BY_LAW, OVER_LIMIT, PERMANENT, Choices, Word
from tests.laws import worlds
from tests.laws.worlds import CLOSES, DAY, OPENS, Row, Rows, World

REFS = {
    "bill_calendars": "calendar_ref",
    "bill_payers": "payer_ref",
    "top_up_agreements": "agreement_ref",
    "charge_exemptions": "exemption_ref",
    "client_rates": "rate_ref",
    "one_off_charges": "charge_ref",
    "waivers": "waiver_ref",
    "deliveries": "delivery_ref",
}
BY_DELIVERY = ("hour", "visit", "session", "day", "night", "mile")
HOSPITAL = ("100", "0", "100:7,50:7,0", "100:3,0")


@dataclass
class Council(World):
    """A world with charging: assessments as words in the order they were said."""

    words: list[Word] = field(default_factory=list)

    def put(self, extract: str, ref: str, **row: object) -> str:
        name = REFS.get(extract) or worlds.REFS[extract]
        self.rows.setdefault(extract, {})[ref] = {name: ref, **row}
        return ref


def make_council(seed: int, lines: int, calendars: int = 1) -> Council:
    """Opening facts, with nearly everybody assessed and billed."""
    care = worlds.make_world(seed, lines, 1)
    one = Council(care.chance, care.rows, care.made)
    for extract in REFS:
        one.rows.setdefault(extract, {})
    for place in range(1, calendars + 1):
        weeks = one.chance.choice([1, 2, 4, 4, 13])
        go_live = OPENS + one.chance.choice([0, 0, 0, 5, 14]) * DAY
        one.put(
            "bill_calendars",
            f"B{place}",
            name=f"Clients {place}",
            weeks=weeks,
            cut_off_days=1,
            due_days=28,
            first_day=OPENS + one.chance.choice([0, 0, -3, 9]) * DAY,
            go_live=go_live,
        )
    one.put("bill_payers", "THIRD", name="A relative", kind="third party", person_ref=None, calendar_ref="B1")
    for ref in list(one.rows["people"]):
        client(one, ref)
    for _ in range(lines):
        charging(one)
    return one


def client(one: Council, ref: str) -> None:
    """Somebody's payer and their first assessments."""
    if one.maybe(93):
        calendar = one.chance.choice(sorted(one.rows["bill_calendars"]))
        one.put("bill_payers", f"BP-{ref}", name="Somebody", kind="client", person_ref=ref, calendar_ref=calendar)
    if one.maybe(95):
        one.words.append(word(one, ref, OPENS - 30 * DAY, None))
    while one.maybe(45):
        assessed(one, ref)


def word(one: Council, person: str, starts: dt.date, ends: dt.date | None) -> Word:
    outcome = one.chance.choice([0, 0, 0, 0, NIL_BY_LAW, FULL_COST, OVER_LIMIT])
    charge = (
        0
        if outcome == NIL_BY_LAW
        else one.chance.choice([one.chance.randrange(0, 60_000), one.chance.randrange(0, 4_000)])
    )
    basis = one.chance.choice([HOME, HOME, PERMANENT, PERMANENT, 2, 3])
    return Word(person, starts, ends, charge, basis, outcome, 32 if one.maybe(3) else 0)


def assessed(one: Council, person: str) -> None:
    """A later assessment; now and then one that takes back, or says the same again."""
    starts = one.day(-20, 110)
    ends = None if one.maybe(60) else starts + one.chance.randrange(1, 60) * DAY
    made = word(one, person, starts, ends)
    mine = [each for each in one.words if each.person == person]
    if one.maybe(5):
        made = Word(person, starts, ends, None)
    elif mine and one.maybe(20):
        old = one.chance.choice(mine)
        made = Word(person, starts, ends, old.charge, old.basis, old.outcome, old.flags)
    one.words.append(made)


def charging(one: Council) -> None:
    """Something said about charging."""
    one.chance.choice([top_up, top_up, exemption, exemption, client_rate, waiver, deliveries, deliveries, single])(one)


def top_up(one: Council) -> None:
    clients = [ref for ref, row in one.rows["bill_payers"].items() if row["kind"] == "client"]
    payer = one.chance.choice(["THIRD", "THIRD", *clients[:2]])
    one.put(
        "top_up_agreements",
        one.new("T"),
        line_ref=one.pick("service_lines"),
        payer_ref=payer,
        weekly_amount=one.money(1, 90, 4 if one.maybe(20) else 2),
        signed=OPENS if one.maybe(85) else None,
        **one.span(),
    )


def exemption(one: Council) -> None:
    line, span = one.pick("service_lines"), one.span(-10, 100, 25, 15)
    _apart(one, "charge_exemptions", {"line_ref": line}, span, reason="reablement")


def client_rate(one: Council) -> None:
    line = one.rows["service_lines"][one.pick("service_lines")]
    key = {"service_ref": line["service_ref"], "unit": line["unit"]}
    _apart(
        one,
        "client_rates",
        key,
        one.span(-10, 100, 60, 40),
        rate=one.money(1, 60, 4),
        flat="yes" if one.maybe(30) else "no",
    )


def waiver(one: Council) -> None:
    clients = [str(row["person_ref"]) for row in one.rows["bill_payers"].values() if row["kind"] == "client"]
    if clients:
        _apart(
            one,
            "waivers",
            {"person_ref": one.chance.choice(clients)},
            one.span(-10, 100, 40, 20),
            **waived(one),
            reason="hardship",
            requested_by="one",
            approved_by="two",
        )


def waived(one: Council) -> Row:
    """A sum a week, or a part of the charge: now and then all of it."""
    part = one.chance.choice(["100", "100", "40", "33.33", "0.01", "99.99"]) if one.maybe(60) else None
    return {"weekly_amount": None if part else one.money(1, 120), "percent": part}


def deliveries(one: Council) -> None:
    """A few days of deliveries of a line bought by the hour or the like."""
    some = [ref for ref, row in one.rows["service_lines"].items() if row["unit"] in BY_DELIVERY]
    if not some:
        return
    line, first = one.chance.choice(sorted(some)), one.day(-5, 110)
    unit = one.rows["service_lines"][line]["unit"]
    for _ in range(one.chance.randrange(1, 6)):
        one.put(
            "deliveries",
            one.new("D"),
            line_ref=line,
            date=first + one.chance.randrange(20) * DAY,
            unit=unit,
            quantity=one.chance.choice(["0.25", "0.5", "1", "1.75", "3"]),
        )


def single(one: Council) -> None:
    sum_ = one.money(1, 300)
    payer = one.pick("bill_payers")
    one.put(
        "one_off_charges",
        one.new("O"),
        payer_ref=payer,
        service_ref=one.pick("services"),
        date=one.day(0, 110),
        amount=f"-{sum_}" if one.maybe(40) else sum_,
        reason="made up",
        entered_by="somebody",
    )


def _apart(one: Council, extract: str, key: Row, span: Row, **more: object) -> None:
    """Put a row in, unless it shares a day with another of its key."""

    def meets(row: Row) -> bool:
        last, own = row["end_date"] or dt.date.max, span["end_date"] or dt.date.max
        assert isinstance(last, dt.date) and isinstance(own, dt.date)
        assert isinstance(row["start_date"], dt.date) and isinstance(span["start_date"], dt.date)
        return row["start_date"] <= own and span["start_date"] <= last

    same = [row for row in one.rows[extract].values() if all(row[name] == value for name, value in key.items())]
    if not any(meets(row) for row in same):
        one.put(extract, one.new(extract[0].upper()), **key, **span, **more)


def a_policy(one: Council) -> ChargingPolicy:
    """Random choices of ``[charging]``."""
    pick = one.chance.choice
    return ChargingPolicy.of(
        {
            "rounding": pick(["half up", "half up", "half even"]),
            "absences": pick([{}, {"hospital": pick(HOSPITAL)}, {"hospital": "as paid"}]),
            "part_week_at_home": pick(["whole week", "by day"]),
            "part_week_in_a_home": pick(["by day", "by day", "whole week"]),
            "order": pick([["residential", "home care", "day care"], ["day care"], []]),
            "days_after_death": pick([0, 0, 5]),
            "arrangement_fee_weekly": pick([0, 275, 1_003]),
            "people_a_chunk": 2,
            "stop_checks": [],
            "shock_amount": 10**9,
        },
        "the law",
    )


def as_choices(policy: ChargingPolicy) -> Choices:
    """The same for the reference."""
    return Choices(
        str(policy.rounding),
        {reason: said for reason, said in policy.absences.items() if said != "as paid"},
        policy.part_week_at_home == "whole week",
        policy.part_week_in_a_home == "whole week",
        policy.order,
        policy.days_after_death,
        policy.arrangement_fee_weekly,
    )


# In memory ------------------------------------------------------------------------------------------------------------


def facts(rows: Rows, words: Sequence[Word], calendar: str, up_to: int, policy: ChargingPolicy) -> ChargeFacts:
    """The rows as the calculation reads them. Numbers are places in the rows, from 1."""
    nr = {name: {ref: place for place, ref in enumerate(of, 1)} for name, of in rows.items()}
    nr["funders"] = nr.get("funders", {})
    paid, charged = facts_from(_care(rows, nr)), facts_from(_care(reference.as_charged(rows, as_choices(policy)), nr))
    retainers = [*paid.retainers, *(each for each in charged.retainers if each not in paid.retainers)]
    made = replace(paid, retainers=retainers, suspensions=_by_words(charged, retainers))
    payers = sorted(
        (nr["people"][ref], nr["bill_payers"][payer])
        for ref in rows["people"]
        if (payer := reference.payer_of(rows, ref, calendar))
    )
    person = np.asarray([each[0] for each in payers], np.int64)
    care, numbers = in_order_of_person(made, np.isin(made.lines.person, person))
    as_paid, _ = in_order_of_person(paid, np.isin(made.lines.person, person))
    place = {
        ref: int(np.flatnonzero(numbers == nr["service_lines"][ref])[0])
        for ref in rows["service_lines"]
        if nr["service_lines"][ref] in numbers
    }
    of_line = {
        name: sorted(
            (place[str(row["line_ref"])], _day(row, "start_date") if "start_date" in row else 0, ref)
            for ref, row in rows[name].items()
            if row["line_ref"] in place
        )
        for name in ("charge_exemptions", "top_up_agreements", "deliveries")
    }
    exempt = [(line, rows["charge_exemptions"][ref]) for line, _, ref in of_line["charge_exemptions"]]
    signed = [(line, rows["top_up_agreements"][ref]) for line, _, ref in of_line["top_up_agreements"]]
    signed = [(line, row) for line, row in signed if row["signed"]]
    said = sorted(
        (nr["people"][each.person], learned, each)
        for learned, each in enumerate(words, 1)
        if nr["people"][each.person] in person
    )
    rates = list(rows["client_rates"].values())
    kinds = {ref: row["kind"] for ref, row in rows["bill_payers"].items()}
    waivers = sorted(
        (nr["people"][str(row["person_ref"])], _day(row, "start_date"), ref) for ref, row in rows["waivers"].items()
    )
    given = [rows["waivers"][ref] for _, _, ref in waivers]
    return ChargeFacts(
        care=care,
        nr=numbers,
        payers=BillPayers(person, _ints([each[1] for each in payers])),
        words=Decisions(
            *(
                _ints(column)
                for column in (
                    [each[0] for each in said],
                    [number(w.starts) for *_, w in said],
                    [number(w.ends) if w.ends else FOR_EVER for *_, w in said],
                    [each[1] for each in said],
                    [NOTHING if w.charge is None else w.charge for *_, w in said],
                    [0] * len(said),
                    [w.basis + 8 * w.outcome + w.flags for *_, w in said],
                )
            )
        ),
        exemptions=Exemptions(_ints([line for line, _ in exempt]), *_spans([row for _, row in exempt])),
        client_rates=ClientRates(
            _ints([nr["services"][str(row["service_ref"])] for row in rates]),
            _ints([UNITS.index(str(row["unit"])) for row in rates]),
            _ints([_rate(row["rate"]) for row in rates]),
            _ints([row["flat"] == "yes" for row in rates]),
            *_spans(rates),
        ),
        agreements=Agreements(
            _ints([line for line, _ in signed]),
            _ints([nr["bill_payers"][str(row["payer_ref"])] for _, row in signed]),
            _ints([OWN_TOP_UP if kinds[str(row["payer_ref"])] == "client" else TOP_UP for _, row in signed]),
            _ints([_rate(row["weekly_amount"]) for _, row in signed]),
            *_spans([row for _, row in signed]),
        ),
        waivers=Waivers(
            _ints([each[0] for each in waivers]),
            _ints([_rate(row["weekly_amount"]) // 100 if row["weekly_amount"] else 0 for row in given]),
            _ints([round(Fraction(str(row["percent"])) * 100) if row["percent"] else 0 for row in given]),
            *_spans(given),
        ),
        deliveries=_deliveries(rows, place, up_to),
        paid=as_paid.suspensions,
        service_kinds={nr["services"][ref]: str(row["kind"]) for ref, row in rows["services"].items()},
    )


def _deliveries(rows: Rows, place: Mapping[str, int], up_to: int) -> Deliveries:
    found: dict[tuple[int, int], int] = {}
    for row in rows["deliveries"].values():
        line = str(row["line_ref"])
        if line in place and _day(row, "date") < up_to and row["unit"] == rows["service_lines"][line]["unit"]:
            key = (place[line], _day(row, "date"))
            found[key] = found.get(key, 0) + _quantity(row)
    keys = sorted(found)
    return Deliveries(
        _ints([line for line, _ in keys]), _ints([on for _, on in keys]), _ints([found[key] for key in keys])
    )


def _by_words(made: CareFacts, retainers: list[str]) -> Suspensions:
    """Suspensions whose shares are places in another list of words."""
    places = np.asarray([retainers.index(each) for each in made.retainers] + [-1], np.int64)
    return replace(made.suspensions, paid=places[made.suspensions.paid])


def _care(charged: Rows, nr: Mapping[str, Mapping[str, int]]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the extracts as rows of the tables."""
    tables = {
        "people": "person",
        "services": "service",
        "packages": "package",
        "contracts": "contract",
        "service_lines": "service_line",
        "agreed_rates": "agreed_rate",
        "rates": "rate",
        "suspensions": "suspension",
        "funding_shares": "funding_share",
        "contributions": "contribution",
        "nursing_awards": "nursing_award",
        "nursing_rates": "nursing_rate",
        "blocks": "block",
    }
    links = {
        "person_ref": "people",
        "service_ref": "services",
        "package_ref": "packages",
        "contract_ref": "contracts",
        "line_ref": "service_lines",
        "payee_ref": "payees",
        "funder_ref": "funders",
    }
    made: dict[str, list[dict[str, Any]]] = {}
    for extract, table in tables.items():
        made[table] = []
        for ref, row in charged.get(extract, {}).items():
            one: dict[str, Any] = {"nr": nr[extract][ref], "starts": None, "ends": None, "day_category": "any"}
            for name, value in row.items():
                if name in links and name != worlds.REFS[extract]:
                    one[name.removesuffix("_ref")] = nr[links[name]][str(value)]
                else:
                    one |= _column(name, value, row)
            made[table].append(one)
    people = {row["nr"]: row["person"] for row in made["package"]}
    for line in made["service_line"]:
        line["person"] = people[line["package"]]
    for share in made["funding_share"]:
        share["basis"] = "percent" if share.get("percent") else "fixed"
        share["amount"] = share["percent"] if share.get("percent") else share["weekly"]
    return made


def _column(name: str, value: Any, row: Row) -> dict[str, Any]:
    if name in ("start_date", "end_date"):
        when = None if value in (None, "") else dt.date.fromisoformat(str(value))
        return {"starts": when} if name == "start_date" else {"ends": when + DAY if when else None}
    if name in ("date_of_birth", "date_of_death"):
        return {name.replace("date_of_birth", "born").replace("date_of_death", "died"): value}
    if name == "primary_support_reason":
        return {"support_reason": value}
    if name == "rate":
        return {"rate": _rate(value)}
    if name == "weekly_amount":
        return {"weekly": _rate(value) if value else None}
    if name == "percent":
        return {"percent": int(Fraction(str(value)) * 100) if value else None}
    if name == "quantity":
        return {"quantity": _quantity(row)}
    if name == "days":
        return {"days": sum(1 << worlds.WEEKDAYS.index(each) for each in str(value or "").split())}
    if name in ("minutes_to", "age_to"):
        return {name.replace("_to", "_until"): None if value is None else int(value) + 1}
    return {name: value}


def _quantity(row: Row) -> int:
    exact = Fraction(str(row["quantity"])) * (60 if row["unit"] == "hour" else 100)
    assert exact.denominator == 1
    return int(exact)


def _rate(value: object) -> int:
    return int(Fraction(str(value)) * 10_000)


def _day(row: Row, name: str) -> int:
    value = row[name]
    assert isinstance(value, dt.date)
    return number(value)


def first_day(calendar: Row) -> dt.date:
    """The first day a calendar charges for."""
    value = calendar["go_live"]
    assert isinstance(value, dt.date)
    return value


def _spans(rows: Sequence[Row]) -> tuple[Ints, Ints]:
    return (
        _ints([_day(row, "start_date") for row in rows]),
        _ints([_day(row, "end_date") + 1 if row["end_date"] else FOR_EVER for row in rows]),
    )


def _ints(values: Sequence[Any]) -> Ints:
    return np.asarray(values, dtype=np.int64)


__all__ = ["AT_HOME", "CLOSES", "OPENS", "Council", "a_policy", "as_choices", "facts", "make_council"]
