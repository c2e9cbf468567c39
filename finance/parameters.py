"""Dated values that law or council can change: each with the days it applies, when it became known, and a source.

A file stands beside the rule that reads it, with the same name. Its shape, one table an entry::

    [personal_expenses_allowance]
    label = "Personal expenses allowance"
    unit = "pence a week"
    reference = "SI 2014/2672 reg 6"

    [[personal_expenses_allowance.values]]
    from = 2025-04-06
    known = 2025-02-01
    value = 30.65
    status = "confirmed"          # confirmed | cross-checked | inferred | memory
    source = "LAC(DHSC)(2025)1"

Entries may nest (``[income_guarantee.single_pension_age]``). Values run until the next one starts; the last runs on,
unless it gives an ``until``. Money is written in pounds with a point and read exactly.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from finance.days import spoken
from finance.money import read_pence
from finance.problems import BadParameters, NoValueOnDay

STATUSES = ("confirmed", "cross-checked", "inferred", "memory")


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value, the days it applies, the day it became known, how sure we are and on what source."""

    first: dt.date
    end: dt.date | None
    known: dt.date
    value: int | Decimal | str | bool
    status: str
    source: str

    @property
    def sure(self) -> bool:
        """Read in a source or reproduced from one. An inferred or remembered value warns wherever it is used."""
        return self.status in ("confirmed", "cross-checked")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named figure over time."""

    name: str
    label: str
    unit: str
    reference: str
    values: tuple[DatedValue, ...]

    def on(self, day: dt.date, known_by: dt.date | None = None) -> DatedValue:
        """The value that applies on a day, as it was known by the end of ``known_by`` (by now, when not given).

        Raises NoValueOnDay, naming the days that are covered.
        """
        known = [each for each in self.values if known_by is None or each.known <= known_by]
        holding = [each for each in known if each.first <= day and (each.end is None or day < each.end)]
        if not holding:
            cover = f"It is known from {spoken(min(v.first for v in known))}" if known else "No value of it is known"
            asked = f" as known on {spoken(known_by)}" if known_by else ""
            raise NoValueOnDay(
                f"There is no value of “{self.label}” for {spoken(day)}{asked}. {cover}.",
                f"Add the figure and its source to {self.name}.",
            )
        return max(holding, key=lambda each: (each.known, each.first))

    def change_days(self) -> list[dt.date]:
        """Every day on which a value starts or stops."""
        return sorted({each.first for each in self.values} | {each.end for each in self.values if each.end})


@dataclass(frozen=True, slots=True)
class Parameters:
    """A set of parameters by dotted name."""

    by_name: Mapping[str, Parameter] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Parameter:
        if name not in self.by_name:
            raise NoValueOnDay(f"No parameter is called “{name}”.", "Check the spelling, or add it with its source.")
        return self.by_name[name]

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.by_name.values())

    def pence(self, name: str, day: dt.date, known_by: dt.date | None = None) -> int:
        value = self[name].on(day, known_by).value
        assert isinstance(value, int), f"{name} is not money"
        return value

    def merged(self, other: "Parameters") -> "Parameters":
        """Both sets; a name in both is taken from ``other``."""
        return Parameters({**self.by_name, **other.by_name})


def load_parameters(path: Path) -> Parameters:
    """Read one file of dated values. Raises BadParameters naming the entry, the fault and the remedy."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadParameters(f"{path.name} is not readable as TOML: {error}.", "Correct the file.") from error
    found = {name: _parameter(path.name, name, table) for name, table in _entries(tree)}
    if not found:
        raise BadParameters(f"{path.name} holds no values.", "Give at least one entry with a [[values]] table.")
    return Parameters(found)


def _entries(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, table in tree.items():
        if isinstance(table, dict):
            dotted = f"{prefix}{name}"
            if "values" in table or "label" in table:
                yield dotted, table
            else:
                yield from _entries(table, dotted + ".")


def _parameter(file: str, name: str, table: Mapping[str, Any]) -> Parameter:
    def bad(what: str, what_to_do: str) -> BadParameters:
        return BadParameters(f"{file}, {name}: {what}", what_to_do)

    for key in ("label", "unit", "reference", "values"):
        if not table.get(key):
            raise bad(f"“{key}” is missing.", f"Give the entry a {key}.")
    money = table["unit"].startswith("pence")
    rows = [_row(bad, each, money) for each in table["values"]]
    rows.sort(key=lambda each: (each.known, each.first))
    for known in sorted({each.known for each in rows}):
        standing = sorted((each for each in rows if each.known <= known), key=lambda each: (each.first, each.known))
        for earlier, later in zip(standing, standing[1:], strict=False):
            if earlier.first == later.first and earlier.known == later.known:
                raise bad(f"two values start on {spoken(later.first)}.", "Keep one of them.")
            if earlier.end and earlier.end < later.first:
                raise bad(f"no value covers {spoken(earlier.end)} to {spoken(later.first)}.", "Fill the gap.")
            if earlier.end and earlier.end > later.first and earlier.known == later.known:
                raise bad(f"two values cover {spoken(later.first)}.", "End the earlier one first.")
    return Parameter(name, table["label"], table["unit"], table["reference"], tuple(_closed(rows)))


def _row(bad: Any, row: Mapping[str, Any], money: bool) -> DatedValue:
    first = row.get("from")
    if not isinstance(first, dt.date):
        raise bad("a value has no “from” date.", "Write from = 2025-04-06.")
    known, end = row.get("known", first), row.get("until")
    if not isinstance(known, dt.date) or not (end is None or isinstance(end, dt.date)):
        raise bad(f"the value from {first} has a date that is not a date.", "Write dates as 2025-04-06.")
    if end is not None and end <= first:
        raise bad(f"the value from {first} ends on {end}, before it starts.", "Correct “until”.")
    if "value" not in row:
        raise bad(f"the value from {first} is missing.", "Give its “value”, or take the row out.")
    if row.get("status") not in STATUSES:
        raise bad(f"the value from {first} has status “{row.get('status')}”.", f"Use one of {', '.join(STATUSES)}.")
    if not row.get("source"):
        raise bad(f"the value from {first} has no source.", "Say where the figure was read.")
    value = row["value"]
    if isinstance(value, float) or (money and not isinstance(value, int | Decimal)):
        raise bad(f"the value from {first} is not an amount.", "Write pounds and pence, such as 30.65.")
    return DatedValue(first, end, known, read_pence(str(value)) if money else value, row["status"], row["source"])


def _closed(rows: list[DatedValue]) -> Iterator[DatedValue]:
    """Close each value where the next one known with or before it starts; what was learned later stands over it."""
    for each in rows:
        after = [r.first for r in rows if r.first > each.first and r.known <= each.known]
        later = [r.first for r in rows if r.first > each.first]
        end = each.end or (min(after) if after else (min(later) if later else None))
        yield DatedValue(each.first, end, each.known, each.value, each.status, each.source)
