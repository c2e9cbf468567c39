"""Read circumstances from JSON: checked against the published schema, every fault said with its place and remedy."""

import datetime as dt
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from finance.assessment import (
    Asset,
    Circumstances,
    Expense,
    Frequency,
    Ground,
    GroundHeld,
    HomeDisregard,
    HomeLeftOut,
    Income,
    Nation,
    Nursing,
    Override,
    OverrideOf,
    Setting,
    Stay,
)
from finance.assessment.circumstances import PERSON_DAYS, PERSON_FLAGS
from finance.money import read_pence
from finance.problems import NotAnAmount, Problem, Refusal
from finance.toml_and_json import BadText, place, read_json
from interfaces.files.inbound.circumstances_schema import schema
from interfaces.files.inbound.readers import opening


class CircumstancesRefused(Refusal):
    """A file of circumstances has faults. ``problems`` lists them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = " ".join(str(problem) for problem in problems[:5])
        more = f" There are {len(problems) - 5} more." if len(problems) > 5 else ""
        super().__init__(f"{first}{more}", "Correct the file and try again.")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class CircumstancesRead:
    """One person's circumstances from a file, and the day it asks about, if it says."""

    circumstances: Circumstances
    on: dt.date | None


@dataclass(frozen=True, slots=True)
class Unread:
    """One person in a list whose circumstances have faults: who, as far as the file says, and every fault."""

    person: str
    why: CircumstancesRefused


def read_file(path: Path) -> list[CircumstancesRead | Unread]:
    """Read a file, each person in a list by themselves. Raises CircumstancesRefused when the file itself cannot be
    read, or holds one person alone and has faults.
    """
    try:
        text = opening.read_text(path)
    except opening.UnusableFile as error:
        where = f"{path.name} {error.where}".strip()
        raise CircumstancesRefused([Problem(where, error.what, error.what_to_do)]) from error
    return read_each(text, path.name)


def read_text(text: str, name: str) -> list[CircumstancesRead]:
    """Read JSON text; ``name`` is what faults are reported under. Raises CircumstancesRefused with every fault
    in it.
    """
    every = read_each(text, name)
    problems = [problem for each in every if isinstance(each, Unread) for problem in each.why.problems]
    if problems:
        raise CircumstancesRefused(problems)
    return [each for each in every if isinstance(each, CircumstancesRead)]


def read_each(text: str, name: str) -> list[CircumstancesRead | Unread]:
    """Read JSON text, each person in a list by themselves: the faults of one hold nobody else up."""
    try:
        found = read_json(text)
    except BadText as error:
        where = f"{name} {error.where}".strip()
        raise CircumstancesRefused([Problem(where, error.what, error.what_to_do)]) from error
    people = found if isinstance(found, list) else [found]
    if not people:
        raise CircumstancesRefused([Problem(name, "holds nobody.", "Give one person, or a list of people.")])
    read: list[CircumstancesRead | Unread] = []
    for number, each in enumerate(people, 1):
        where = f"{name}, person {number}" if isinstance(found, list) else name
        faults = list(_too_many(each, where)) or [
            _said(error, where) for error in _in_order(_validator().iter_errors(each))
        ]
        faults += _wrong_days(each, where)
        asked = None if faults else _asked(each, where, faults)
        if asked is not None:
            read.append(asked)
            continue
        why = CircumstancesRefused(faults)
        if not isinstance(found, list):
            raise why
        named = each.get("person") if isinstance(each, dict) else None
        read.append(Unread(named if isinstance(named, str) else f"person {number}", why))
    return read


MOST_ROWS = 2_000  # incomes, or assets, or stays, of one person


def _too_many(person: object, where: str) -> Iterator[Problem]:
    """Lists no person has, which would take very long to work through."""
    for key, rows in person.items() if isinstance(person, dict) else ():
        if isinstance(rows, list) and len(rows) > MOST_ROWS:
            yield Problem(
                f"{where}, {key}", f"holds {len(rows):,}.", f"Nobody has more than {MOST_ROWS:,}: check the file."
            )


@cache
def _validator() -> Draft202012Validator:
    whole = schema()
    return Draft202012Validator({"$defs": whole["$defs"], "$ref": "#/$defs/person"})


def _in_order(errors: Iterable[ValidationError]) -> list[ValidationError]:
    return sorted(errors, key=lambda error: [str(part).zfill(4) for part in error.absolute_path])


def _said(error: ValidationError, name: str) -> Problem:
    where = ", ".join(part for part in (name, place(error.absolute_path)) if part)
    value = json.dumps(error.instance, ensure_ascii=False, default=str)
    short = value if len(value) <= 60 else value[:60] + "…"
    rule: Any = error.validator_value
    known: Any = error.schema
    given: Any = error.instance
    if error.validator == "required":
        missing = next(each for each in rule if f"'{each}'" in error.message)
        return Problem(where, f"has no “{missing}”.", f"Supply {missing.replace('_', ' ')}.")
    if error.validator == "additionalProperties":
        strange = next(each for each in given if each not in known["properties"])
        near = difflib.get_close_matches(strange, known["properties"], 1)
        hint = f"Did you mean “{near[0]}”?" if near else f"Use {', '.join(known['properties'])}."
        return Problem(where, f"“{strange}” is not understood.", hint)
    if error.validator == "enum":
        near = difflib.get_close_matches(str(error.instance), rule, 1)
        hint = f"Did you mean “{near[0]}”?" if near else f"Use one of: {', '.join(rule)}."
        return Problem(where, f"{short} is not a word it knows.", hint)
    if error.validator in ("pattern", "format"):
        remedy = "Write it as 2026-04-06." if "d{4}" in str(rule) or rule == "date" else "Write pounds as 1234.56."
        return Problem(where, f"{short} cannot be read.", remedy)
    if error.validator in ("minimum", "maximum"):
        word = "below" if error.validator == "minimum" else "above"
        return Problem(where, f"{short} is {word} {rule}.", "Correct it.")
    if error.validator == "type":
        kinds = rule if isinstance(rule, str) else " or ".join(rule)
        return Problem(where, f"{short} is not {_TYPES.get(kinds, kinds)}.", "Correct it.")
    return Problem(where, f"{short} is not right.", "Correct it.")


_TYPES = {
    "boolean": "true or false",
    "string": "text",
    "array": "a list",
    "object": "a group of named values",
    "integer": "a whole number",
    "string or integer or number": "an amount of money",
}


def _wrong_days(given: Any, where: str, key: str = "") -> Iterator[Problem]:
    """Days that do not exist, wherever they stand: no pattern can say so, and nothing else wrong may hide them."""
    if isinstance(given, dict):
        for name, each in given.items():
            yield from _wrong_days(each, where, ", ".join(part for part in (key, str(name)) if part))
    elif isinstance(given, list):
        for number, each in enumerate(given, 1):
            yield from _wrong_days(each, where, f"{key} {number}")
    elif isinstance(given, str) and _DAY.fullmatch(given):
        try:
            dt.date.fromisoformat(given)
        except ValueError:
            yield Problem(f"{where}, {key}", f"{given} does not exist.", "Correct the date.")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Reader:
    """Reads values that passed the schema, gathering those that still cannot be right."""

    def __init__(self, where: str, faults: list[Problem]) -> None:
        self.where, self.faults = where, faults

    def pence(self, row: Mapping[str, Any], key: str, path: str = "") -> int | None:
        if key not in row:
            return None
        try:
            return read_pence(str(row[key]))
        except NotAnAmount as error:
            self.faults.append(Problem(self._at(path, key), error.what, error.what_to_do))
            return 0

    def day(self, row: Mapping[str, Any], key: str, after: int = 0) -> dt.date | None:
        return dt.date.fromisoformat(row[key]) + dt.timedelta(days=after) if key in row else None

    def days(self, row: Mapping[str, Any], path: str) -> dict[str, Any]:
        first, end = self.day(row, "first_day"), self.day(row, "last_day", 1)
        if first and end and end <= first:
            self.faults.append(Problem(self._at(path, "last_day"), "is before the first day.", "Correct the dates."))
        return {"first": first, "end": end}

    def _at(self, path: str, key: str) -> str:
        return ", ".join(part for part in (self.where, path, key) if part)


def _asked(row: Mapping[str, Any], where: str, faults: list[Problem]) -> CircumstancesRead | None:
    read = _Reader(where, faults)
    as_given = (*PERSON_FLAGS, "intends_to_return", "children", "nights_before")
    given: dict[str, Any] = {kept: read.day(row, name) for kept, name, _ in PERSON_DAYS}
    given |= {name: row[name] for name in as_given if name in row}
    one = Circumstances(
        person=row["person"],
        born=read.day(row, "date_of_birth"),
        cost_pence=read.pence(row, "weekly_cost"),
        fee_pence=read.pence(row, "home_fee"),
        nation=Nation(row.get("nation", "England")),
        setting=Setting(row.get("setting", "at home")),
        nursing=Nursing(row.get("nursing", "none")),
        first=read.day(row, "first_day"),
        basic_entitlement_pence=read.pence(row, "basic_entitlement"),
        previous_charge_pence=read.pence(row, "previous_charge"),
        incomes=tuple(_income(read, each, at) for each, at in _rows(row, "incomes")) or _none_told(row),
        assets=tuple(_asset(read, each, at) for each, at in _rows(row, "assets")),
        expenses=tuple(
            Expense(
                kind=each["kind"],
                amount_pence=read.pence(each, "amount", at) or 0,
                frequency=_often(each),
                **read.days(each, at),
            )
            for each, at in _rows(row, "expenses")
        ),
        overrides=tuple(
            Override(
                of=OverrideOf(each["of"]),
                amount_pence=read.pence(each, "amount", at) or 0,
                reason=each["reason"],
                approver=each["approver"],
                **read.days(each, at),
            )
            for each, at in _rows(row, "overrides")
        ),
        standings=tuple(
            GroundHeld(ground=Ground(each["ground"]), evidence=each.get("evidence", ""), **read.days(each, at))
            for each, at in _rows(row, "grounds")
        ),
        stays=tuple(Stay(**read.days(each, at)) for each, at in _rows(row, "stays")),
        homes_left_out=tuple(
            HomeLeftOut(
                ground=HomeDisregard(each["ground"]),
                reason=each.get("reason", ""),
                approver=each.get("approver", ""),
                **read.days(each, at),
            )
            for each, at in _rows(row, "homes_left_out")
        ),
        **given,
    )
    on = read.day(row, "on")
    return None if faults else CircumstancesRead(one, on)


def _rows(row: Mapping[str, Any], key: str) -> list[tuple[Mapping[str, Any], str]]:
    return [(each, f"{key} {number}") for number, each in enumerate(row.get(key, ()), 1)]


def _none_told(row: Mapping[str, Any]) -> tuple[Income, ...]:
    """An empty list says that there is none; a list that is not there says nothing."""
    return (Income(kind="no_income", amount_pence=0),) if "incomes" in row else ()


def _often(row: Mapping[str, Any]) -> Frequency:
    return Frequency(row.get("frequency", "weekly"))


def _income(read: _Reader, row: Mapping[str, Any], at: str) -> Income:
    amount, rate = read.pence(row, "amount", at), row.get("follows_rate")
    if (amount is None) == (rate is None):
        what = "has no amount." if rate is None else "has both an amount and a rate it follows."
        read.faults.append(Problem(f"{read.where}, {at}", what, "Give “amount”, or “follows_rate”: one of the two."))
    return Income(kind=row["kind"], amount_pence=amount, rate=rate, frequency=_often(row), **read.days(row, at))


def _asset(read: _Reader, row: Mapping[str, Any], at: str) -> Asset:
    return Asset(
        kind=row["kind"],
        value_pence=read.pence(row, "value", at) or 0,
        owed_pence=read.pence(row, "owed", at) or 0,
        owners=row.get("owners", 1),
        sale_costs=row.get("sale_costs"),
        share_value_pence=read.pence(row, "share_value", at),
        **read.days(row, at),
    )
