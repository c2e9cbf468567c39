"""What the due calculation reads: columns of facts, as known at one moment, sorted by line."""

from dataclasses import dataclass, fields, replace
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from finance.columns import Ints

UNITS = ["week", "day", "night", "hour", "visit", "session", "4 weeks", "calendar month", "mile", "one-off"]
WEEK, DAY, NIGHT, HOUR, VISIT, SESSION, FOUR_WEEKS, MONTH, MILE, ONE_OFF = range(len(UNITS))
CATEGORIES = ["any", "weekday", "saturday", "sunday", "weekend", "bank holiday"]
KINDS = ["care", "contribution", "top-up", "nursing", "nursing deducted", "block", "adjustment"]
CARE, CONTRIBUTION, TOP_UP, NURSING, NURSING_DEDUCTED, BLOCK, ADJUSTMENT = range(len(KINDS))
UNKNOWN = -1_000_000  # before every real day (768 BC)
TAKEN_OFF = (CONTRIBUTION, TOP_UP, NURSING_DEDUCTED)


@dataclass(frozen=True)
class Columns:
    """Columns of one length, with the same rows taken from each."""

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Self:
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))


@dataclass(frozen=True)
class Lines(Columns):
    """Service lines with what their package, person, service and contract say of them. One row a line, by ``nr``."""

    nr: Ints
    person: Ints
    service: Ints
    contract: Ints
    unit: Ints
    quantity: Ints
    days: Ints
    every_weeks: Ints
    visit_minutes: Ints  # -1: none
    carers: Ints
    starts: Ints
    ends: Ints
    package_starts: Ints
    package_ends: Ints
    contract_starts: Ints
    contract_ends: Ints
    payee: Ints
    net: Ints  # 1 where the provider is paid net of what it collects
    days_after_death: Ints
    retainer: Ints  # place in Facts.retainers
    closed: Ints  # 1 where nothing is paid for a bank holiday
    born: Ints  # UNKNOWN where it is not known
    died: Ints  # UNKNOWN where the person is living
    coding: Ints  # place in Facts.codings


@dataclass(frozen=True)
class LaterTerms(Columns):
    """What a line's contract says from a day on, in place of what the line's own columns say. Most lines have none."""

    line: Ints
    starts: Ints
    ends: Ints
    net: Ints
    days_after_death: Ints
    retainer: Ints  # place in Facts.retainers
    closed: Ints


@dataclass(frozen=True)
class LineRates(Columns):
    line: Ints
    rate: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class CardRates(Columns):
    contract: Ints
    service: Ints
    unit: Ints
    rate: Ints
    starts: Ints
    ends: Ints
    category: Ints
    minutes_from: Ints  # -1: none
    minutes_until: Ints
    age_from: Ints
    age_until: Ints


@dataclass(frozen=True)
class Suspensions(Columns):
    line: Ints
    starts: Ints
    ends: Ints
    paid: Ints  # place in Facts.retainers; -1: the contract's
    opened: Ints  # first day of the stay it is part of, from which its days are counted


@dataclass(frozen=True)
class FundingShares(Columns):
    line: Ints
    funder: Ints
    fixed: Ints  # 1: a weekly sum, 0: a percentage
    amount: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Contributions(Columns):
    """What the provider collects; what the council collects plays no part in what is paid."""

    line: Ints
    kind: Ints
    rate: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class NursingAwards(Columns):
    line: Ints
    band: Ints
    deducted: Ints
    starts: Ints
    ends: Ints


ByLine = TypeVar("ByLine", LaterTerms, LineRates, Suspensions, FundingShares, Contributions, NursingAwards)


class AboutLines(Protocol):
    """What makes of any table about lines another of the same facts."""

    def __call__(self, table: ByLine, /) -> ByLine: ...


@dataclass(frozen=True)
class NursingRates(Columns):
    band: Ints
    rate: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Blocks(Columns):
    nr: Ints
    contract: Ints
    service: Ints
    payee: Ints
    unit: Ints
    rate: Ints
    starts: Ints
    ends: Ints
    coding: Ints


@dataclass(frozen=True)
class Adjustments(Columns):
    nr: Ints
    payee: Ints
    service: Ints
    person: Ints
    on: Ints
    amount: Ints
    coding: Ints
    born: Ints  # UNKNOWN where they are for nobody, or it is not known


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
