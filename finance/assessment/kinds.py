"""The kinds of income, capital and expense an assessment knows, read from the table beside this file.

A kind's place in its table is its code in columns: codes follow the order of ``kinds.toml``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finance.problems import BadParameters, Refusal
from finance.toml_and_json import BadText, read_toml

Bools = NDArray[np.bool_]

FILE = Path(__file__).with_suffix(".toml")
STANDINGS = ("confirmed", "secondary", "memory")
TREATMENTS = {
    "income": ("counted", "ignored", "first ten", "savings credit", "rent", "child element"),
    "capital": ("counted", "ignored", "home"),
    "expense": ("housing", "disability", "other"),
}
SETTING_WORDS = {"home": "at_home", "permanent": "permanent", "temporary": "temporary"}
KEYS = {
    "label",
    "treatment",
    "citation",
    "status",
    "at_home",
    "permanent",
    "temporary",
    "qualifying",
    "disability",
    "pension",
    "night_over",
    "land",
    "since",
    "before",
    "days",
    "then",
    "once",
    "joint",
    "rates",
    "meets",
}
MEETS = ("rent", "council tax")


class UnknownKind(Refusal):
    """A kind of income, capital or expense that nobody has said how to treat."""


class UndatedKind(Refusal):
    """A kind treated so for some days from the first, of which nobody has said the first."""


@dataclass(frozen=True, slots=True)
class MeansKind:
    """One kind, how it is treated, and on what authority. ``treatments`` holds what differs by basis.

    ``since`` is the day its treatment began: until then a row of it is treated as the kind ``before``. ``days`` is
    how long the treatment lasts from a row's first day: after that it is treated as the kind ``then``. ``once``
    names a group of which a person has at most one on any day. ``rates`` are the benefit rates it may follow; ``meets``
    one of MEETS: a housing cost, and the benefit that meets it.
    """

    name: str
    label: str
    treatment: str
    citation: str
    status: str
    treatments: Mapping[str, str]
    qualifying: bool = False
    disability: bool = False
    pension: bool = False
    land: bool = False
    night_over: str = ""
    since: dt.date | None = None
    before: str = ""
    days: int = 0
    then: str = ""
    once: str = ""
    joint: bool = False
    rates: tuple[str, ...] = ()
    meets: str = ""

    def treated(self, basis: str) -> str:
        """The treatment on a basis: home, permanent or temporary."""
        return self.treatments.get(basis, self.treatment)


@dataclass(frozen=True, slots=True)
class KindTable:
    """Every kind of one sort, in code order."""

    sort: str
    kinds: tuple[MeansKind, ...]
    codes: Mapping[str, int]

    def code(self, name: str) -> int:
        """Raises UnknownKind when no kind has that name."""
        if name not in self.codes:
            raise UnknownKind(
                f"Nobody has said how to treat {self.sort} of kind “{name}”.", f"Use one of: {', '.join(self.codes)}."
            )
        return self.codes[name]

    def __len__(self) -> int:
        return len(self.kinds)

    def turns(self, name: str, first: dt.date | None) -> list[dt.date]:
        """The days on which a row of a kind begins to be treated as another, for a row that starts on ``first``."""
        kind = self.kinds[self.code(name)]
        ends = [first + dt.timedelta(days=kind.days)] if kind.days and first is not None else []
        return [day for day in (kind.since, *ends) if day is not None]

    def code_on(self, name: str, first: dt.date | None, on: dt.date) -> int:
        """The code of the kind a row is treated as on a day. Raises UndatedKind when its days cannot be counted."""
        kind = self.kinds[self.code(name)]
        if kind.since is not None and on < kind.since:
            return self.code(kind.before)
        if not kind.days:
            return self.code(name)
        if first is None:
            raise UndatedKind(
                f"“{name}” has no first day, and is left out for {kind.days} days from it alone.",
                "Supply the day it began (“first_day”).",
            )
        return self.code(kind.then) if on >= first + dt.timedelta(days=kind.days) else self.code(name)

    def once(self) -> NDArray[np.int64]:
        """For each kind the place of its ``once`` group, nought for none."""
        groups = sorted({kind.once for kind in self.kinds} - {""})
        return np.array([groups.index(kind.once) + 1 if kind.once else 0 for kind in self.kinds], np.int64)

    def where(self, treatment: str, basis: str) -> Bools:
        """One flag a kind: is it treated so on this basis?"""
        return np.array([each.treated(basis) == treatment for each in self.kinds], bool)

    def flags(self, trait: str) -> Bools:
        return np.array([bool(getattr(each, trait)) for each in self.kinds], bool)

    def meeting(self, cost: str) -> NDArray[np.int64]:
        """One flag a kind: is it this housing cost, or a benefit that meets it?"""
        return np.array([each.meets == cost for each in self.kinds], np.int64)


def read_kinds(text: str, file: str) -> dict[str, KindTable]:
    """Read the three tables. Raises BadParameters naming the kind and its fault."""
    try:
        tree = read_toml(text)
    except BadText as error:
        raise BadParameters(f"{' '.join(filter(None, (file, error.where)))} {error.what}", error.what_to_do) from error
    for sort in tree:
        if sort not in TREATMENTS:
            raise BadParameters(f"{file}: “{sort}” is not a sort of kind.", f"Use {', '.join(TREATMENTS)}.")
    return {sort: _table(file, sort, tree.get(sort, {})) for sort in TREATMENTS}


def _table(file: str, sort: str, rows: Mapping[str, Any]) -> KindTable:
    kinds = tuple(_kind(file, sort, name, row) for name, row in rows.items())
    for kind in kinds:
        for key in ("night_over", "before", "then"):
            named = getattr(kind, key)
            if named and named not in rows:
                raise BadParameters(f"{file}, {sort}.{kind.name}: no kind “{named}”.", f"Correct “{key}”.")
        if (kind.since is None) != (not kind.before) or (not kind.days) != (not kind.then):
            raise BadParameters(
                f"{file}, {sort}.{kind.name}: “since” goes with “before”, and “days” with “then”.", "Give both."
            )
    return KindTable(sort, kinds, {kind.name: code for code, kind in enumerate(kinds)})


def _kind(file: str, sort: str, name: str, row: Mapping[str, Any]) -> MeansKind:
    def bad(what: str, what_to_do: str) -> BadParameters:
        return BadParameters(f"{file}, {sort}.{name}: {what}", what_to_do)

    for key in ("label", "treatment", "citation", "status"):
        if not row.get(key):
            raise bad(f"“{key}” is missing.", f"Give the kind a {key}.")
    for key in row:
        if key not in KEYS:
            raise bad(f"“{key}” is not understood.", f"Use only {', '.join(sorted(KEYS))}.")
    treatments = {basis: row[word] for basis, word in SETTING_WORDS.items() if word in row}
    for treatment in (row["treatment"], *treatments.values()):
        _one_of(bad, treatment, TREATMENTS[sort])
    if row["status"] not in STANDINGS:
        raise bad(f"its status is “{row['status']}”.", f"Use one of {', '.join(STANDINGS)}.")
    if row.get("meets", MEETS[0]) not in MEETS:
        raise bad(f"it meets “{row['meets']}”.", f"Use one of {', '.join(MEETS)}.")
    traits: dict[str, Any] = {
        key: tuple(row[key]) if key == "rates" else row[key]
        for key in KEYS - {"label", "treatment", "citation", "status", *SETTING_WORDS.values()}
        if key in row
    }
    return MeansKind(name, row["label"], row["treatment"], row["citation"], row["status"], treatments, **traits)


def _one_of(bad: Any, treatment: str, allowed: Iterable[str]) -> None:
    if treatment not in allowed:
        raise bad(f"“{treatment}” is not a treatment.", f"Use one of {', '.join(allowed)}.")


def rates() -> tuple[str, ...]:
    """Every benefit rate that some income may follow from year to year."""
    return tuple(dict.fromkeys(rate for kind in incomes().kinds for rate in kind.rates))


def own_part(rate: str, pence: int) -> int:
    """What one person has of a benefit rate: all of it, or an equal share of a couple's, a half-penny dropped."""
    return pence // 2 if "_couple" in rate else pence


@cache
def _tables() -> dict[str, KindTable]:
    return read_kinds(FILE.read_text(encoding="utf-8"), FILE.name)


def incomes() -> KindTable:
    return _tables()["income"]


def assets() -> KindTable:
    return _tables()["capital"]


def expenses() -> KindTable:
    return _tables()["expense"]
