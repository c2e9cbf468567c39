"""Making facts of what is asked: each line to be costed as the rows the calculation would read, were it bought."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from finance.care_costs.rows import Row
from finance.days import PayCalendar, spoken
from finance.problems import Problem
from payruns.cost.options import LineAsked, LineChange, Option
from payruns.cost.store import Believed
from payruns.cost.values import PLAN, TOO_FINE, quantity_of
from payruns.explain.subject import rule_of

_LONG_AGO = dt.date(1970, 1, 1)
_DAY = dt.timedelta(days=1)
_NOBODY: Row = {"nr": 0, "born": None, "died": None, "support_reason": None}
_ANY_PACKAGE: Row = {"nr": 0, "starts": _LONG_AGO, "ends": None}
_NO_CONTRACT: Row = {
    "nr": 0,
    "payee": 0,
    "starts": _LONG_AGO,
    "ends": None,
    "payment": "net",
    "days_after_death": 0,
    "retainer": "0",
    "bank_holidays": "paid",
}


@dataclass(frozen=True)
class Planned:
    """One line to be costed: its facts, the calendar it would be paid by (None without a contract), and its names."""

    ref: str
    where: str
    rows: Mapping[str, list[Row]]
    calendar: PayCalendar | None
    service: Row
    payee: str
    notes: tuple[str, ...]

    @property
    def line(self) -> Row:
        return self.rows["service_line"][0]


def plan(option: Option, known: Believed, on: dt.date, horizon: dt.date) -> tuple[list[Planned], list[Problem]]:
    """Every line of an option, as facts, and what is wrong with them. Prices that end before ``horizon`` are
    carried on.
    """
    made: list[Planned] = []
    problems: list[Problem] = []
    if option.from_record:
        for line in known.lines:
            change = next((each for each in option.changes if each.line == line["ref"]), LineChange(line["ref"]))
            if not change.drop:
                made += _from_record(line, change, option, known, horizon, problems)
        theirs = sorted(line["ref"] for line in known.lines)
        problems += [
            Problem(
                each.where,
                f"the person has no line “{each.line}” now.",
                f"Their lines are {', '.join(theirs) or 'none'}.",
            )
            for each in option.changes
            if each.line not in theirs
        ]
        if not known.lines and not option.lines:
            problems.append(Problem(option.where, "the person has no line that goes on.", "Give the lines to cost."))
    for place, asked in enumerate(option.lines, 1):
        made += _from_asked(asked, f"line {place}", known, on, horizon, problems)
    return made, problems


def _from_asked(
    asked: LineAsked, ref: str, known: Believed, on: dt.date, horizon: dt.date, problems: list[Problem]
) -> Iterable[Planned]:
    service = _find(known, "service", asked.service, asked.where, problems)
    contract = _find(known, "contract", asked.contract, asked.where, problems) if asked.contract else _NO_CONTRACT
    funders = [_find(known, "funder", each.funder, asked.where, problems) for each in asked.shares]
    if service is None or contract is None or None in funders:
        return
    starts = asked.starts or on
    span = {"line": 1, "starts": _LONG_AGO, "ends": None}
    line = {
        **{name: getattr(asked, name) for name in ("unit", "quantity", *PLAN, "ends")},
        "nr": 1,
        "ref": ref,
        "package": 0,
        "person": 0,
        "contract": contract["nr"],
        "service": service["nr"],
        "starts": starts,
    }
    shares: list[Row] = [
        {**span, "nr": place, "funder": funder["nr"], "basis": share.basis, "amount": share.amount}
        for place, (share, funder) in enumerate(zip(asked.shares, funders, strict=True))
        if funder
    ]
    top_up = {**span, "nr": 1, "kind": "top-up", "weekly": asked.top_up, "collector": "provider"}
    award = {**span, "nr": 1, "band": asked.nursing, "route": asked.nursing_route}
    by_line: dict[str, list[Row]] = {
        "agreed_rate": [] if asked.rate is None else [{**span, "nr": 1, "rate": asked.rate}],
        "funding_share": shares,
        "contribution": [top_up] if asked.top_up else [],
        "nursing_award": [award] if asked.nursing else [],
    }
    person = {**known.person, "nr": 0} if known.person else _NOBODY
    yield from _planned(line, by_line, _ANY_PACKAGE, person, contract, service, asked.where, known, horizon, problems)


def _from_record(
    line: Row, change: LineChange, option: Option, known: Believed, horizon: dt.date, problems: list[Problem]
) -> Iterable[Planned]:
    """A line the person has, with the option's changes."""
    where = change.where if change.values else f"{option.where}, line {line['ref']}"
    values: dict[str, Any] = dict(change.values)
    rate = values.pop("rate", None)
    contract: Row | None = known.by_nr("contract", line["contract"])
    if "contract" in values:
        contract = _find(known, "contract", values["contract"], where, problems)
        if contract is None:
            return
        values["contract"] = contract["nr"]
    if isinstance(values.get("quantity"), Decimal):
        values["quantity"] = quantity_of(values["quantity"], line["unit"])
        if values["quantity"] is None:
            problems.append(Problem(f"{where}, quantity", "it is too fine.", TOO_FINE))
            return
    by_line: dict[str, list[Row]] = {
        name: [row for row in known.rows[name] if row["line"] == line["nr"]]
        for name in ("agreed_rate", "funding_share", "contribution", "nursing_award")
    }
    by_line["contribution"] = [
        {**row, "collector": "provider"} for row in by_line["contribution"] if row["kind"] == "top-up"
    ]
    if rate is not None:
        by_line["agreed_rate"] = [{"nr": 1, "line": line["nr"], "rate": rate, "starts": _LONG_AGO, "ends": None}]
    elif "contract" in values:
        by_line["agreed_rate"] = []
    service, package = known.by_nr("service", line["service"]), known.by_nr("package", line["package"])
    assert known.person is not None and contract is not None
    yield from _planned(
        {**line, **values}, by_line, package, known.person, contract, service, where, known, horizon, problems
    )


def _planned(
    line: Row,
    by_line: Mapping[str, list[Row]],
    package: Row,
    person: Row,
    contract: Row,
    service: Row,
    where: str,
    known: Believed,
    horizon: dt.date,
    problems: list[Problem],
) -> Iterable[Planned]:
    ended = contract["ends"] is not None and contract["ends"] <= line["starts"]
    if contract["nr"] and (ended or contract["starts"] > line["starts"]) and not package["nr"]:
        what = f"contract {contract['ref']} " + (
            f"ended on {spoken(contract['ends'] - _DAY)}"
            if ended
            else f"does not start until {spoken(contract['starts'])}"
        )
        problems.append(Problem(where, f"{what}.", "Give another contract, or another start."))
        return
    notes: list[str] = []
    card = [
        row
        for row in known.rows["rate"]
        if row["contract"] == contract["nr"] and row["service"] == service["nr"] and row["unit"] == line["unit"]
    ]
    carried = {
        "agreed_rate": _agreed(by_line["agreed_rate"], card, horizon, notes),
        "rate": _carried(card, _BANDS, horizon, notes, "rate card"),
        "nursing_rate": _carried(
            known.rows["nursing_rate"],
            ("band",),
            horizon,
            notes if by_line["nursing_award"] else [],
            "national nursing rate",
        ),
    }
    blocks = [
        row for row in known.rows["block"] if (row["contract"], row["service"]) == (contract["nr"], service["nr"])
    ]
    if blocks and not card and not by_line["agreed_rate"]:
        notes.append(f"Its capacity is paid for as a block ({blocks[0]['ref']}), so it costs nothing more.")
    if contract["ends"] is not None and contract["ends"] < horizon:
        notes.append(f"Its contract ends on {spoken(contract['ends'] - _DAY)}; days after that are not counted.")
    if package["ends"] is not None and package["ends"] < horizon:
        notes.append(f"Its package ends on {spoken(package['ends'] - _DAY)}; days after that are not counted.")
    notes += _twice(by_line, known)
    calendar = rule_of(known.by_nr("pay_calendar", contract["calendar"])) if contract["nr"] else None
    payee = known.by_nr("payee", contract["payee"])["name"] if contract["nr"] else "no contract named"
    rows: dict[str, list[Row]] = {
        "service_line": [line],
        "package": [package],
        "person": [person],
        "contract": [{**contract, "payment": "net"}],
        "contract_terms": [
            {**row, "payment": "net"} for row in known.rows["contract_terms"] if row["contract"] == contract["nr"]
        ],
        "service": [service],
        "block": blocks,
        **by_line,
        **carried,
    }
    yield Planned(line["ref"], where, rows, calendar, service, payee, tuple(notes))


def _agreed(rates: list[Row], card: list[Row], horizon: dt.date, notes: list[str]) -> list[Row]:
    """Agreed rates, the last carried on past its end where the contract has no price to fall back on."""
    if not card:
        return _carried(rates, (), horizon, notes, "agreed rate")
    last = max(rates, key=lambda row: str(row["starts"]), default=None)
    if last is not None and last["ends"] is not None and last["ends"] < horizon:
        notes.append(
            f"Its agreed rate ends on {spoken(last['ends'] - _DAY)}; the contract’s own rate holds from there."
        )
    return rates


_BANDS = ("day_category", "minutes_from", "minutes_until", "age_from", "age_until")


def _carried(rows: Iterable[Row], bands: tuple[str, ...], horizon: dt.date, notes: list[str], noun: str) -> list[Row]:
    """Prices, the last of each band carried on past its end: the next year's are seldom known."""
    rows = sorted(rows, key=lambda row: str(row["starts"]))
    last = {tuple(row[name] for name in bands): row for row in rows}
    ends = {row["ends"] for row in last.values() if row["ends"] is not None and row["ends"] < horizon}
    if ends:
        notes.append(f"Its {noun} ends on {spoken(max(ends) - _DAY)}; the last price is carried on from there.")
    return [{**row, "ends": None} if any(row is each for each in last.values()) else row for row in rows]


def _twice(by_line: Mapping[str, list[Row]], known: Believed) -> Iterable[str]:
    third = {row["nr"] for row in known.rows["funder"] if row["kind"] == "third party"}
    if by_line["contribution"] and any(row["funder"] in third for row in by_line["funding_share"]):
        yield "It has both a top-up and a third party’s funding share; both are counted as the third party’s."


def _find(known: Believed, table: str, ref: str, where: str, problems: list[Problem]) -> Row | None:
    found = known.by_ref(table, ref)
    if found is None:
        near = get_close_matches(ref, known.near.get((table, ref)) or known.refs(table), n=5, cutoff=0.3)
        there = (
            f"Did you mean {' or '.join(near)}?" if near else f"Give the reference of a {table} that has been loaded."
        )
        problems.append(Problem(where, f"there is no {table} “{ref}”.", there))
    return found
