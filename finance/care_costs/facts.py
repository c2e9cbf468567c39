"""What the due calculation reads: columns of facts, as known at one moment, sorted by line.

Each class names the table of facts it is told by; ``finance.care_costs.building`` makes it of that table's rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Annotated, Protocol, Self, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from finance.columns import Ints
from finance.days import FOR_EVER

UNITS = ["week", "day", "night", "hour", "visit", "session", "4 weeks", "calendar month", "mile", "one-off"]
WEEK, DAY, NIGHT, HOUR, VISIT, SESSION, FOUR_WEEKS, MONTH, MILE, ONE_OFF = range(len(UNITS))
CATEGORIES = ["any", "weekday", "saturday", "sunday", "weekend", "bank holiday"]
BANDS = ["standard", "higher"]
KINDS = ["care", "contribution", "top-up", "nursing", "nursing deducted", "block", "adjustment"]
CARE, CONTRIBUTION, TOP_UP, NURSING, NURSING_DEDUCTED, BLOCK, ADJUSTMENT = range(len(KINDS))
UNKNOWN = -1_000_000  # before every real day (768 BC)
TAKEN_OFF = (CONTRIBUTION, TOP_UP, NURSING_DEDUCTED)


@dataclass(frozen=True)
class Told:
    """Where a column comes from, where that is not the column of its own name in the table its class is told by.

    ``words``: it is kept as the place of a word among these. ``none``: what stands where nothing is told; an end that
    is not told never comes. ``bare``: what a bare row has, where that is neither nought nor ``none``.
    """

    table: str = ""
    column: str = ""
    words: Sequence[str] | None = None
    none: int = -1
    bare: int | None = None

    def of(self, table: str, name: str) -> "Told":
        """The same, its table and column filled in."""
        column = self.column or name
        none = FOR_EVER if column == "ends" else self.none
        bare = (none if none != -1 else 0) if self.bare is None else self.bare
        return Told(self.table or table, column, self.words, none, bare)


WORKED_OUT = Told()  # of more than one row or table: given by whoever builds the class


@dataclass(frozen=True)
class Columns:
    """Columns of one length, with the same rows taken from each."""

    _of = ""

    def __init_subclass__(cls, of: str = "") -> None:
        """``of``: the table of facts it is told by."""
        cls._of = of

    @classmethod
    @cache
    def told(cls) -> Mapping[str, Told]:
        """Where each column comes from; those that are worked out are left out."""
        said = {each.name: next(iter(get_args(each.type)[1:]), None) for each in fields(cls)}
        return {
            name: (each if isinstance(each, Told) else Told()).of(cls._of, name)
            for name, each in said.items()
            if each is not WORKED_OUT
        }

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Self:
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    @classmethod
    def bare(cls, size: int, **given: Ints | int) -> Self:
        """So many rows of which nothing is told but what is given: a column, or a value for all."""
        every: dict[str, Ints | int] = {each.name: 0 for each in fields(cls)}
        every |= {name: told.bare or 0 for name, told in cls.told().items()} | given
        return cls(**{name: np.zeros(size, np.int64) + each for name, each in every.items()})


@dataclass(frozen=True)
class Lines(Columns, of="service_line"):
    """Service lines with what their package, person, service and contract say of them. One row a line, by ``nr``.

    A bare line is one unit every week by one carer, for nobody, with no end.
    """

    nr: Ints
    person: Ints
    service: Ints
    contract: Ints
    unit: Annotated[Ints, Told(words=UNITS)]
    quantity: Annotated[Ints, Told(bare=100)]
    days: Ints
    every_weeks: Annotated[Ints, Told(bare=1)]
    visit_minutes: Annotated[Ints, Told(bare=-1)]  # -1: none
    carers: Annotated[Ints, Told(bare=1)]
    starts: Ints
    ends: Ints
    package_starts: Annotated[Ints, Told("package", "starts")]
    package_ends: Annotated[Ints, Told("package", "ends")]
    contract_starts: Annotated[Ints, Told("contract", "starts")]
    contract_ends: Annotated[Ints, Told("contract", "ends")]
    payee: Annotated[Ints, Told("contract")]
    net: Annotated[Ints, Told("contract", "payment", ["gross", "net"])]  # 1: paid net of what the provider collects
    days_after_death: Annotated[Ints, Told("contract")]
    retainer: Annotated[Ints, WORKED_OUT]  # place in Facts.retainers
    closed: Annotated[Ints, Told("contract", "bank_holidays", ["paid", "closed"])]  # 1: nothing is paid for them
    months_begin: Annotated[Ints, Told("contract", none=1)]  # the day of the month
    whole_weeks: Annotated[Ints, Told("contract", "week_price", ["by the day", "whole"], bare=0)]  # 1: paid whole
    begun: Annotated[Ints, WORKED_OUT]  # the first day it is there at all
    born: Annotated[Ints, Told("person", none=UNKNOWN)]
    died: Annotated[Ints, Told("person", none=UNKNOWN)]  # UNKNOWN where the person is living
    coding: Annotated[Ints, WORKED_OUT]  # place in Facts.codings


@dataclass(frozen=True)
class LaterTerms(Columns, of="contract_terms"):
    """What a line's contract says from a day on, in place of what the line's own columns say. Most lines have none."""

    line: Annotated[Ints, Told(column="contract")]
    starts: Ints
    ends: Annotated[Ints, WORKED_OUT]
    net: Annotated[Ints, Told(column="payment", words=["gross", "net"])]
    days_after_death: Ints
    retainer: Annotated[Ints, WORKED_OUT]  # place in Facts.retainers
    closed: Annotated[Ints, Told(column="bank_holidays", words=["paid", "closed"])]
    months_begin: Annotated[Ints, Told(none=1)]
    whole_weeks: Annotated[Ints, Told(column="week_price", words=["by the day", "whole"])]


@dataclass(frozen=True)
class LineRates(Columns, of="agreed_rate"):
    line: Ints
    rate: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class CardRates(Columns, of="rate"):
    contract: Ints
    service: Ints
    unit: Annotated[Ints, Told(words=UNITS)]
    rate: Ints
    starts: Ints
    ends: Ints
    category: Annotated[Ints, Told(column="day_category", words=CATEGORIES)]
    minutes_from: Ints  # -1: none
    minutes_until: Ints
    age_from: Ints
    age_until: Ints


@dataclass(frozen=True)
class Suspensions(Columns, of="suspension"):
    line: Ints
    starts: Ints
    ends: Ints
    paid: Annotated[Ints, WORKED_OUT]  # place in Facts.retainers; -1: the contract's
    opened: Annotated[Ints, WORKED_OUT]  # first day of the stay it is part of, from which its days are counted


@dataclass(frozen=True)
class FundingShares(Columns, of="funding_share"):
    line: Ints
    funder: Ints
    fixed: Annotated[Ints, Told(column="basis", words=["percent", "fixed"])]  # 1: a weekly sum, 0: a percentage
    amount: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Contributions(Columns, of="contribution"):
    """What the provider collects; what the council collects plays no part in what is paid."""

    line: Ints
    kind: Annotated[Ints, WORKED_OUT]
    rate: Annotated[Ints, Told(column="weekly")]
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class NursingAwards(Columns, of="nursing_award"):
    line: Ints
    band: Annotated[Ints, Told(words=BANDS)]
    deducted: Annotated[Ints, Told(column="route", words=["added", "deducted"])]
    starts: Ints
    ends: Ints


ByLine = TypeVar("ByLine", LaterTerms, LineRates, Suspensions, FundingShares, Contributions, NursingAwards)


class AboutLines(Protocol):
    """What makes of any table about lines another of the same facts."""

    def __call__(self, table: ByLine, /) -> ByLine: ...


@dataclass(frozen=True)
class NursingRates(Columns, of="nursing_rate"):
    band: Annotated[Ints, Told(words=BANDS)]
    rate: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Blocks(Columns, of="block"):
    nr: Ints
    contract: Ints
    service: Ints
    payee: Annotated[Ints, WORKED_OUT]
    unit: Annotated[Ints, Told(words=UNITS)]
    rate: Ints
    starts: Ints
    ends: Ints
    months_begin: Annotated[Ints, WORKED_OUT]  # as for lines: what its contract began with
    whole_weeks: Annotated[Ints, WORKED_OUT]
    coding: Annotated[Ints, WORKED_OUT]


@dataclass(frozen=True)
class Adjustments(Columns, of="adjustment"):
    nr: Ints
    payee: Ints
    service: Ints
    person: Ints
    on: Ints
    amount: Ints
    coding: Annotated[Ints, WORKED_OUT]
    born: Annotated[Ints, WORKED_OUT]  # UNKNOWN where they are for nobody, or it is not known


@dataclass(frozen=True)
class CareFacts:
    """Everything one calculation reads. Tables about lines are sorted by line."""

    lines: Lines
    terms: LaterTerms
    agreed: LineRates
    card: CardRates
    suspensions: Suspensions
    shares: FundingShares
    contributions: Contributions
    awards: NursingAwards
    nursing: NursingRates
    blocks: Blocks
    block_terms: LaterTerms  # of the contracts of blocks, by block
    adjustments: Adjustments
    retainers: list[str]
    codings: list[tuple[str, str | None]]  # (service kind, primary support reason)

    def part(self, first: int, end: int) -> "CareFacts":
        """The lines at places ``first`` to ``end``, with what is said of them and nothing else by line."""
        lines = self.lines.take(slice(first, end))
        if not len(lines):
            low = high = 0
        else:
            low, high = int(lines.nr[0]), int(lines.nr[-1]) + 1

        def mine(table: ByLine) -> ByLine:
            return table.take(slice(*np.searchsorted(table.line, [low, high])))

        return replace(self, lines=lines).each_about_lines(mine)

    def each_about_lines(self, made: AboutLines) -> Self:
        """The same facts, each table about lines made into another."""
        return replace(
            self,
            terms=made(self.terms),
            agreed=made(self.agreed),
            suspensions=made(self.suspensions),
            shares=made(self.shares),
            contributions=made(self.contributions),
            awards=made(self.awards),
        )
