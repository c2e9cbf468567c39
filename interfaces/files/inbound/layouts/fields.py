"""What a layout is made of: columns, the extract they make up, and the columns many extracts have.

Every column must be in the file even when it has nothing in it, because a column left out by mistake would otherwise
wipe what is known. What a row says of itself alone may be left out: ``cancelled``, and ``terms_from`` where there is
one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Table

from finance.facts.tables import FACTS
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.value_types import ValueType


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an extract.

    ``column``: where the value is kept in the table. ``links``: the extract whose reference it names. ``otherwise``:
    what an empty value stands for. ``fixed``: may never change once it is known.
    """

    name: str
    meaning: str
    kind: ValueType
    example: str = ""
    column: str = ""
    required: bool = True
    links: str = ""
    otherwise: str = ""
    fixed: bool = False

    @property
    def label(self) -> str:
        """The column's name as it is spoken: ``start date``."""
        return self.name.replace("_", " ").replace("nhs", "NHS").replace("uprn", "UPRN")


@dataclass(frozen=True)
class Extract:
    """One extract: its columns, the table of ``facts`` its rows become, and what may not overlap in it.

    ``dated``: columns that decide money and change from a day on; what holds from then is kept in ``later_name``, which
    names its owner in a column called as the extract's noun. ``undated``: columns that decide money and have no days:
    they change only for a row that says it was always so. ``right``: what an officer's role needs to tell of them
    (``ledgers.officers.authority.RIGHTS``).
    """

    name: str
    meaning: str
    noun: str
    table_name: str
    fields: tuple[Field, ...]
    apart: tuple[str, ...] = ()
    bands: tuple[tuple[str, str], ...] = ()
    apart_says: str = ""
    dated: tuple[str, ...] = ()
    later_name: str = ""
    undated: tuple[str, ...] = ()
    right: str = "enter care"
    facts: Mapping[str, Table] = field(default_factory=lambda: FACTS, repr=False, compare=False)

    @property
    def table(self) -> Table:
        return self.facts[self.table_name]

    @property
    def later(self) -> Table | None:
        return self.facts[self.later_name] if self.later_name else None

    @property
    def ref(self) -> Field:
        """Its own reference: always the first column."""
        return self.fields[0]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {each.name: each for each in (*self.fields, *self.of_the_row)}

    @property
    def of_the_row(self) -> tuple[Field, ...]:
        """The columns that say something of the row itself: they may be left out."""
        return (TERMS_FROM, CANCELLED) if self.dated or self.undated else (CANCELLED,)

    @property
    def columns(self) -> list[str]:
        return [each.name for each in self.fields]


CANCELLED = Field(
    "cancelled", "yes when the row should never have been", value_types.YES_IF_CANCELLED, column="", required=False
)


TERMS_FROM = Field(
    "terms_from", "the day from which what has changed holds, or always", value_types.SINCE, column="", required=False
)


def by_name(*extracts: Extract) -> dict[str, Extract]:
    """Some extracts by their names, in the order given."""
    return {each.name: each for each in extracts}


def own(name: str, noun: str, example: str) -> Field:
    """An extract's own reference."""
    return Field(name, f"the {noun}’s reference", value_types.REF, example, column="ref")


def link(name: str, extract: str, column: str, example: str, required: bool = True, fixed: bool = False) -> Field:
    """A reference from another extract."""
    return Field(
        name,
        f"a reference from the {extract.replace('_', ' ')} extract",
        value_types.REF,
        example,
        column,
        required,
        links=extract,
        fixed=fixed,
    )


def text(name: str, meaning: str, example: str, required: bool = True) -> Field:
    return Field(name, meaning, value_types.TEXT, example, name, required)


def number_elsewhere(name: str, meaning: str, example: str) -> Field:
    """What another system numbers somebody by."""
    return Field(name, meaning, value_types.NUMBER_ELSEWHERE, example, name, required=False)


def word(name: str, meaning: str, words: tuple[str, ...], example: str, empty: str = "") -> Field:
    return Field(name, meaning, value_types.one_of(*words), example, name, not empty, otherwise=empty)


def pence(name: str, meaning: str, column: str, example: str, required: bool = True) -> Field:
    return Field(name, meaning, value_types.PENCE, example, column, required)


def days(what: str) -> tuple[Field, Field]:
    """The first and last day of something."""
    return (
        Field("start_date", f"first day of the {what}", value_types.FIRST_DAY, "2026-04-06", "starts"),
        Field("end_date", f"last day of the {what}", value_types.LAST_DAY, "", "ends", required=False),
    )
