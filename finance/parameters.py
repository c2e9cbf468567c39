"""Dated values that law or council can change: each with the days it applies, when it became known, and a source.

A file stands beside the rule that reads it, with the same name. Its shape, one table an entry::

    [personal_expenses_allowance]
    label = "Personal expenses allowance"
    unit = "pence a week"         # pence… | percent | days | flag | choice (then give choices = [...])
    reference = "SI 2014/2672 reg 6"

    [[personal_expenses_allowance.values]]
    from = 2025-04-06
    known = 2025-02-01            # the first day it applies, when left out
    value = 30.65
    status = "confirmed"          # confirmed | cross-checked | secondary | derived | inferred | memory | not found
    source = "LAC(DHSC)(2025)1"

Entries may nest (``[income_guarantee.single_pension_age]``). Values run until the next one starts; the last runs on,
unless it gives an ``until``. Money is written in pounds with a point and read exactly. A row whose status is "not
found" has no value: asking for it is refused, so that a hole in what we know is never filled by last year's figure.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from finance.days import spoken
from finance.money import read_pence
from finance.problems import BadParameters, NotAnAmount, NoValueOnDay
from finance.toml_and_json import BadText, read_toml

NOT_FOUND = "not found"
UNSURE = {
    "secondary": "was seen in one source at second hand",
    "derived": "was worked out from figures that were read",
    "inferred": "was worked out from the year before",
    "memory": "was remembered, not read",
}
"""Statuses that warn wherever a value is used, and why."""
STATUSES = ("confirmed", "cross-checked", *UNSURE, NOT_FOUND)
ENTRY_KEYS = {"label", "unit", "reference", "values", "choices"}
ROW_KEYS = {"from", "known", "until", "value", "status", "source"}

Value = int | Decimal | str | bool
Fault = Callable[[str, str], BadParameters]


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value, the days it applies, the day it became known, how sure we are and on what source.

    ``end`` is the first day it no longer applies as things are known now; ``until`` is an end the file itself gives.
    """

    first: dt.date
    end: dt.date | None
    known: dt.date
    value: Value
    status: str
    source: str
    until: dt.date | None = None

    @property
    def sure(self) -> bool:
        """Read in a source, in two independent ones, or reproduced from some. Any other value warns wherever it is
        used."""
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

        Of the values started by then the latest to start stands, and of those the latest learned.
        Raises NoValueOnDay, naming the days that are covered.
        """
        known = [each for each in self.values if known_by is None or each.known <= known_by]
        started = [each for each in known if each.first <= day]
        standing = max(started, key=lambda each: (each.first, each.known), default=None)
        asked = f" as known on {spoken(known_by)}" if known_by else ""
        if standing is not None and standing.status == NOT_FOUND:
            why = f"It was {standing.source} from {spoken(standing.first)}"
        elif standing is None:
            why = f"It is known from {spoken(min(v.first for v in known))}" if known else "No value of it is known"
        elif standing.until is not None and day >= standing.until:
            why = f"It is known up to {spoken(standing.until - dt.timedelta(days=1))}"
        else:
            return standing
        raise NoValueOnDay(
            f"There is no value of “{self.label}” for {spoken(day)}{asked}. {why}.",
            f"Add the figure and its source to {self.name}.",
        )

    def with_value(self, given: DatedValue) -> "Parameter":
        """The same with one more value, in place of one that starts and became known on the same days.

        Raises BadParameters where a day between two values would have none.
        """
        others = [row for row in self.values if (row.first, row.known) != (given.first, given.known)]
        rows = sorted([*others, given], key=lambda row: (row.first, row.known))
        _no_gaps(lambda what, to_do: BadParameters(f"{self.name}: {what}", to_do), rows)
        return Parameter(self.name, self.label, self.unit, self.reference, tuple(_closed(rows)))

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

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

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
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadParameters(f"{path.name} is not readable as text: {error}.", "Save the file as UTF-8.") from error
    return read_parameters(text, path.name)


def read_parameters(text: str, file: str) -> Parameters:
    """Read dated values from text; ``file`` is the name faults are reported under. Raises BadParameters."""
    try:
        tree = read_toml(text)
    except BadText as error:
        raise BadParameters(f"{' '.join(filter(None, (file, error.where)))} {error.what}", error.what_to_do) from error
    return parameters_in(tree, file)


def parameters_in(tree: Mapping[str, Any], file: str) -> Parameters:
    """Dated values of a table read already; ``file`` is the name faults are reported under. Raises BadParameters."""
    found = {name: _parameter(file, name, table) for name, table in _entries(file, tree)}
    if not found:
        raise BadParameters(f"{file} holds no values.", "Give at least one entry with a [[values]] table.")
    return Parameters(found)


def _entries(file: str, tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, table in tree.items():
        dotted = f"{prefix}{name}"
        if not isinstance(table, dict):
            raise BadParameters(f"{file}, {dotted}: it belongs to no entry.", "Put it under an entry, or take it out.")
        if ENTRY_KEYS & set(table):
            yield dotted, table
        else:
            yield from _entries(file, table, dotted + ".")


def _parameter(file: str, name: str, table: Mapping[str, Any]) -> Parameter:
    def bad(what: str, what_to_do: str) -> BadParameters:
        return BadParameters(f"{file}, {name}: {what}", what_to_do)

    for key in ("label", "unit", "reference", "values"):
        if not table.get(key):
            raise bad(f"“{key}” is missing.", f"Give the entry a {key}.")
    _no_strangers(bad, table, ENTRY_KEYS)
    for key in ("label", "unit", "reference"):
        if not isinstance(table[key], str):
            raise bad(f"“{key}” is not words.", f"Write {key} = “…”.")
    for key, kind in (("values", dict), ("choices", str)):
        if not isinstance(table.get(key, []), list) or not all(isinstance(each, kind) for each in table.get(key, [])):
            raise bad(f"“{key}” is not a list of {'tables' if kind is dict else 'words'}.", f"Write {key} as a list.")
    if table["unit"] == "choice" and not table.get("choices"):
        raise bad("“choices” is missing.", "List what may be chosen.")
    rows = [_row(bad, each, table["unit"], table.get("choices")) for each in table["values"]]
    rows.sort(key=lambda each: (each.first, each.known))
    _no_gaps(bad, rows)
    return Parameter(name, table["label"], table["unit"], table["reference"], tuple(_closed(rows)))


def _no_strangers(bad: Fault, table: Mapping[str, Any], known: set[str]) -> None:
    for key in table:
        if key not in known:
            raise bad(f"“{key}” is not understood.", f"Use only {', '.join(sorted(known))}.")


def _row(bad: Fault, row: Mapping[str, Any], unit: str, choices: Sequence[str] | None) -> DatedValue:
    first = row.get("from")
    if not _is_date(first):
        raise bad("a value has no “from” date.", "Write from = 2025-04-06.")
    assert isinstance(first, dt.date)
    _no_strangers(bad, row, ROW_KEYS)
    known, until = row.get("known", first), row.get("until")
    if not _is_date(known) or not (until is None or _is_date(until)):
        raise bad(f"the value from {first} has a date that is not a date.", "Write dates as 2025-04-06.")
    if until is not None and until <= first:
        raise bad(f"the value from {first} ends on {until}, before it starts.", "Correct “until”.")
    status = row.get("status")
    if status not in STATUSES:
        raise bad(f"the value from {first} has status “{status}”.", f"Use one of {', '.join(STATUSES)}.")
    if not row.get("source"):
        raise bad(f"the value from {first} has no source.", "Say where the figure was read.")
    if status == NOT_FOUND:
        if "value" in row:
            raise bad(f"the value from {first} is marked not found, yet given.", "Take out the value or the mark.")
        return DatedValue(first, until, known, "", status, row["source"], until)
    if "value" not in row:
        raise bad(f"the value from {first} is missing.", "Give its “value”, or mark it “not found”.")
    return DatedValue(
        first, until, known, _value(bad, first, row["value"], unit, choices), status, row["source"], until
    )


def _is_date(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _value(bad: Fault, first: dt.date, value: Any, unit: str, choices: Sequence[str] | None) -> Value:
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if unit.startswith("pence"):
        if not number:
            raise bad(f"the value from {first} is not an amount.", "Write pounds and pence, such as 30.65.")
        try:
            return read_pence(str(value))
        except NotAnAmount as error:
            raise bad(f"the value from {first} is not an amount: {error.what}", error.what_to_do) from error
    if unit == "flag" and not isinstance(value, bool):
        raise bad(f"the value from {first} is not true or false.", "Write true or false.")
    if unit in ("percent", "days") and not (number and value >= 0):
        raise bad(f"the value from {first} is not a number of {unit}.", "Write a number of nought or more.")
    if choices and value not in choices:
        raise bad(f"the value from {first}, “{value}”, is not a choice.", f"Use one of {', '.join(choices)}.")
    if not isinstance(value, int | Decimal | str):
        raise bad(f"the value from {first} is neither a number nor text.", "Write one value.")
    return value


def _no_gaps(bad: Fault, rows: list[DatedValue]) -> None:
    """Rows come in order of first day, then of when they were learned."""
    for earlier, later in pairwise(rows):
        if earlier.first == later.first and earlier.known == later.known:
            raise bad(f"two values start on {spoken(later.first)}.", "Keep one of them.")
        if earlier.first == later.first or earlier.until is None:
            continue
        if earlier.until < later.first:
            raise bad(
                f"no value covers {spoken(earlier.until)} to {spoken(later.first)}.",
                "Fill the gap, or mark it “not found”.",
            )
        if earlier.until > later.first and later.known <= earlier.known:
            raise bad(f"two values cover {spoken(later.first)}.", "End the earlier one first.")


def _closed(rows: list[DatedValue]) -> Iterator[DatedValue]:
    """Close each value where the next one starts, as things are known now."""
    for each in rows:
        end = min((r.first for r in rows if r.first > each.first), default=None)
        if each.until is not None:
            end = each.until if end is None else min(end, each.until)
        yield DatedValue(each.first, end, each.known, each.value, each.status, each.source, each.until)
