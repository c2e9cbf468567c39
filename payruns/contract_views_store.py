"""What a reader is shown of a contract: its terms from each day, and its rates, with who entered them and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import Connection

from finance.facts import tables as t
from finance.facts.versions import Name, Row, Versions, overlaps
from finance.facts.versions_store import Reading, numbers
from finance.facts.words import value_words
from finance.names import Named

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EnteredBy:
    """Who told us of something, when, and from what."""

    by: str
    at: dt.datetime
    source: str


@dataclass(frozen=True, slots=True)
class TermsShown:
    """What holds under a contract from a day on."""

    starts: dt.date
    words: str
    entered: EnteredBy


@dataclass(frozen=True, slots=True)
class RateShown:
    """A price. ``sort``: rate card, agreed rate or block; ``about``: the service, or the line and person it is for."""

    sort: str
    ref: str
    about: str
    words: str
    starts: dt.date
    ends: dt.date | None
    in_force: bool
    entered: EnteredBy

    @property
    def last_day(self) -> dt.date | None:
        return self.ends and self.ends - ONE_DAY


@dataclass(frozen=True, slots=True)
class ContractOnDay:
    """A contract as it stands on a day. ``over``: prices whose days are over, where they are left out."""

    nr: int
    contract: Named
    payee: Named
    calendar: Named
    starts: dt.date
    ends: dt.date | None
    terms: Sequence[TermsShown]
    rates: Sequence[RateShown]
    over: int
    entered: EnteredBy


def read_contract(connection: Connection, nr: int, on: dt.date, known: int, *, every: bool) -> ContractOnDay:
    """As believed at a change. ``every``: prices whose days were over before the day too."""
    reading = Reading(connection)
    own = reading.read(t.contract, "nr", [nr])
    reading.read(t.contract_terms, "contract", [nr])
    reading.read(t.payee, "nr", numbers(own, "payee"))
    reading.read(t.pay_calendar, "nr", numbers(own, "calendar"))
    reading.where(t.rate, t.rate.c.contract == nr)
    reading.where(t.block, t.block.c.contract == nr)
    lines = reading.where(t.service_line, t.service_line.c.contract == nr)
    reading.where(t.agreed_rate, t.agreed_rate.c.line.in_(numbers(lines, "nr")))
    priced = [*reading.rows["rate"], *reading.rows["block"], *lines]
    reading.read(t.service, "nr", numbers(priced, "service"))
    reading.read(t.person, "nr", numbers(lines, "person"))
    facts = reading.versions()
    row = facts.one("contract", nr, known)
    payee, calendar = facts.one("payee", row["payee"], known), facts.one("pay_calendar", row["calendar"], known)
    prices = sorted(_prices(facts, known, on), key=lambda each: (_SORTS.index(each.sort), each.about, each.starts))
    shown = [each for each in prices if every or each.ends is None or each.ends > on]
    return ContractOnDay(
        nr,
        Named(row["ref"], row["name"]),
        Named(payee["ref"], payee["name"]),
        Named(calendar["ref"], calendar["name"]),
        row["starts"],
        row["ends"],
        _terms(row, facts, known),
        shown,
        len(prices) - len(shown),
        _entered(row, facts),
    )


CARD, AGREED, BLOCK = _SORTS = ("rate card", "agreed rate", "block")


def _entered(row: Row, facts: Versions) -> EnteredBy:
    said = facts.changes[row["learned"]]
    return EnteredBy(said["by"], said["moment"], facts.source(row["learned"], row["source_row"]))


def _terms(row: Row, facts: Versions, known: int) -> list[TermsShown]:
    """What the contract began with, and what holds from each day since."""
    later = sorted(facts.at("contract_terms", known), key=itemgetter("starts"))
    name = facts.names(known)
    return [
        TermsShown(each["starts"], value_words("contract_terms", each, name), _entered(each, facts))
        for each in (row, *later)
    ]


def _prices(facts: Versions, known: int, on: dt.date) -> list[RateShown]:
    name = facts.names(known)

    def price(sort: str, table: str, row: Row, about: str, unit: str | None) -> RateShown:
        now = overlaps(row, on, on + ONE_DAY)
        words = value_words(table, {**row, "unit": unit}, name)
        return RateShown(sort, row["ref"], about, words, row["starts"], row["ends"], now, _entered(row, facts))

    found = [
        price(sort, table, row, name("service", row["service"]), row["unit"])
        for sort, table in ((CARD, "rate"), (BLOCK, "block"))
        for row in facts.at(table, known)
    ]
    for row in facts.at("agreed_rate", known):
        line = facts.find("service_line", row["line"], known)
        if line is not None:
            found.append(price(AGREED, "agreed_rate", row, _line(line, name), line["unit"]))
    return found


def _line(line: Row, name: Name) -> str:
    return f"{line['ref']}: {name('person', line['person'])}, {name('service', line['service'])}"
