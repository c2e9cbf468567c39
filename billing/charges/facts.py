"""What the calculation of charges reads: the care itself, the assessments, and the facts of charging, as columns."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from billing.assessments.in_force import Decisions
from billing.care_accounts.limits import Limits
from finance.care_costs.facts import ByLine, CareFacts, Columns, Suspensions
from finance.columns import Ints

KINDS = [
    "charge",
    "collected by provider",
    "third-party top-up",
    "own top-up",
    "flat charge",
    "waived",
    "arrangement fee",
    "one-off charge",
    "over the cap",
]
CHARGE, COLLECTED, TOP_UP, OWN_TOP_UP, FLAT, WAIVED, FEE, ONE_OFF, OVER_THE_CAP = range(len(KINDS))
BY_LINE = (CHARGE, COLLECTED, TOP_UP, OWN_TOP_UP, FLAT, WAIVED, OVER_THE_CAP)


@dataclass(frozen=True)
class BillPayers(Columns):
    """Clients' own bill payers: one row a person, in order of person."""

    person: Ints
    payer: Ints


@dataclass(frozen=True)
class Exemptions(Columns):
    line: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class ClientRates(Columns):
    """What clients are charged for a service and unit, in place of its cost. ``flat``: outside the assessment."""

    service: Ints
    unit: Ints
    rate: Ints
    flat: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Agreements(Columns):
    """Signed top-up agreements. ``kind``: TOP_UP or OWN_TOP_UP; ``weekly`` in hundredths of a penny."""

    line: Ints
    payer: Ints
    kind: Ints
    weekly: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Waivers(Columns):
    """``weekly`` in pence, or ``share`` in hundredths of a per cent of the charge; the other is nought."""

    person: Ints
    weekly: Ints
    share: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class OneOffs(Columns):
    nr: Ints
    payer: Ints
    person: Ints  # -1 where the payer is nobody's own
    service: Ints
    on: Ints
    amount: Ints


@dataclass(frozen=True)
class Deliveries(Columns):
    line: Ints
    on: Ints
    quantity: Ints


About = TypeVar("About", Exemptions, Agreements, Deliveries)
Theirs = TypeVar("Theirs", BillPayers, Waivers)


@dataclass(frozen=True)
class ChargeFacts:
    """Everything one calculation of charges reads.

    ``care`` holds the lines of people who have a bill payer, in order of person, numbered by their place; ``nr`` is the
    number of each. Facts about lines name them by place, in order; facts about people are in order of person.
    """

    care: CareFacts
    nr: Ints
    payers: BillPayers
    words: Decisions
    exemptions: Exemptions
    client_rates: ClientRates
    agreements: Agreements
    waivers: Waivers
    deliveries: Deliveries
    service_kinds: dict[int, str]
    paid: Suspensions  # as the payee is paid; those of ``care`` say what is charged
    nobody_to_bill: int = 0  # people assessed to pay and cared for, whom nobody is billed for
    limits: Limits | None = None  # people whose care account has reached the cap

    def part(self, first: int, end: int) -> "ChargeFacts":
        """The lines at places ``first`` to ``end``, numbered from nought, with what is said of them and their
        people.
        """
        care = self.care.part(first, end)

        def from_nought(table: ByLine) -> ByLine:
            return replace(table, line=table.line - first)

        def about(table: About) -> About:
            low, high = np.searchsorted(table.line, [first, end])
            return replace(table.take(slice(int(low), int(high))), line=table.line[low:high] - first)

        people = self.care.lines.person[first:end]
        lowest, highest = (int(people[0]), int(people[-1]) + 1) if len(people) else (0, 0)

        def theirs(table: Theirs) -> Theirs:
            return table.take(slice(*np.searchsorted(table.person, [lowest, highest])))

        low, high = np.searchsorted(self.words.person, [lowest, highest])
        return replace(
            self,
            care=replace(care, lines=replace(care.lines, nr=care.lines.nr - first)).each_about_lines(from_nought),
            nr=self.nr[first:end],
            payers=theirs(self.payers),
            words=self.words.take(np.arange(low, high)),
            exemptions=about(self.exemptions),
            agreements=about(self.agreements),
            waivers=theirs(self.waivers),
            deliveries=about(self.deliveries),
            paid=from_nought(self.paid.take(slice(*np.searchsorted(self.paid.line, [first, end])))),
        )


def in_order_of_person(care: CareFacts, kept: NDArray[np.bool_]) -> tuple[CareFacts, Ints]:
    """The lines kept, in order of person and number, numbered by their place; and the number of each."""
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort((care.lines.nr[rows], care.lines.person[rows]))]
    nr = care.lines.nr[rows]
    lines = replace(care.lines.take(rows), nr=np.arange(len(rows), dtype=np.int64))

    def ours(table: ByLine) -> ByLine:
        return placed(table, nr)

    return replace(care, lines=lines).each_about_lines(ours), nr


def placed(table: ByLine, nr: Ints) -> ByLine:
    """The rows that speak of these lines, by place and in its order."""
    place = places(nr, table.line)
    rows = np.flatnonzero(place >= 0)
    order = rows[np.argsort(place[rows], kind="stable")]
    return replace(table.take(order), line=place[order])


def places(numbers: Ints, asked: Ints) -> Ints:
    """Where each number asked for stands among ``numbers`` (distinct, in any order); -1 where it is not there."""
    if not len(numbers):
        return np.full(len(asked), -1, np.int64)
    if len(numbers) < 2 or bool((numbers[1:] > numbers[:-1]).all()):
        order = np.arange(len(numbers), dtype=np.int64)
    else:
        order = np.argsort(numbers, kind="stable").astype(np.int64)
    place = np.minimum(np.searchsorted(numbers, asked, sorter=order), len(numbers) - 1)
    found = order[place]
    return np.where(numbers[found] == asked, found, -1)
