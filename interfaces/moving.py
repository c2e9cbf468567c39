"""What a load that waits would do to what is paid, by payee, person, service and budget. A record, made once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import Connection, Table

from finance.days import spoken
from finance.facts import tables as t
from finance.facts.names_store import names
from finance.facts.waiting_store import read_rows
from finance.money import Rounding, sterling
from finance.names import Named
from interfaces.database.connection import Database
from interfaces.files.inbound.door.second_person import sums_of
from interfaces.files.inbound.door.second_word import try_waiting
from ledgers.coding.rules import Coding
from ledgers.coding.store import read_rules
from payruns.effect_jobs import LineMoved, PaymentEffect, read_effect

_WHOSE: dict[str, Table] = {"payee": t.payee, "person": t.person, "service": t.service}


@dataclass(frozen=True, slots=True)
class PartMoved:
    """A payee, a person, a service or a budget (a cost centre): pence a week before and then, and the difference for
    days past.
    """

    ref: str
    name: str
    was: int
    now: int
    past: int


@dataclass(frozen=True, slots=True)
class LoadMoves:
    """What a load does, in whole and by payee, person, service and budget, those that move most first."""

    load: int
    effect: PaymentEffect
    by: dict[str, list[PartMoved]]
    sums: int | None
    """Pence its rows come to where they are sums of money, which no line moves for: adjustments, single charges."""

    @property
    def sentence(self) -> str:
        whole, week = self.effect, spoken(self.effect.week.first)
        if self.sums is not None:
            return f"The sums of load {self.load} come to {sterling(self.sums)}."
        if not any(self.by.values()):
            return f"Nothing that is paid by line would move with load {self.load}; what is charged is not worked out."
        return (
            f"With load {self.load} the care it touches comes to {sterling(whole.now)} in the week from {week}, "
            f"{sterling(whole.was)} without it; and {sterling(whole.past)} for days already past."
        )

    def as_json(self) -> dict[str, object]:
        whole = self.effect
        return {
            "load": self.load,
            "week": whole.week.first,
            "lines": len(whole.lines),
            "was_pence": whole.was,
            "now_pence": whole.now,
            "past_pence": whole.past,
            "sums_pence": self.sums,
            **{
                f"by_{whose}": [
                    {"ref": e.ref, "name": e.name, "was_pence": e.was, "now_pence": e.now, "past_pence": e.past}
                    for e in parts
                ]
                for whose, parts in self.by.items()
            },
        }


def effect_of(database: Database, load: int, *, on: dt.date, at: dt.datetime, rounding: Rounding) -> LoadMoves:
    """What a load that waits would do. Raises NoSuchLoad, or FactsRefused where it does not pass."""
    effect = try_waiting(
        database, load, at=at, look=lambda bulk, before, after: read_effect(bulk, before, after, on, rounding)
    )
    by: dict[str, list[PartMoved]] = {}
    with database.read() as connection:
        sums = sums_of(row for row in read_rows(connection, load))
        for whose, table in _WHOSE.items():
            parts = effect.by(attrgetter(whose))
            by[whose] = _named(parts, names(connection, table, [nr for nr, *_ in parts if nr]))
        by["budget"] = _by_budget(connection, effect)
    return LoadMoves(load, effect, by, sums)


Parts = list[tuple[int, int, int, int]]


def _named(parts: Parts, called: Mapping[int, Named]) -> list[PartMoved]:
    return [PartMoved(called[nr].ref, called[nr].name, was, now, past) for nr, was, now, past in parts if nr in called]


def _by_budget(connection: Connection, effect: PaymentEffect) -> list[PartMoved]:
    """By the cost centre that the rules of the ledger give a line's own cost in the week, whoever else bears of it; of
    none while there are no rules.
    """
    rules, centres = read_rules(connection), dict[int, str]()
    if not rules:
        return []
    coding = Coding(rules)
    accounts = {rule.account.nr: rule.account for rule in coding.rules}
    every = sorted({each.cost_centre for each in accounts.values()})

    def centre(line: LineMoved) -> int:
        debit, _ = coding.accounts(*line.coded, effect.week.first)
        account = accounts[debit]
        place = every.index(account.cost_centre)
        centres.setdefault(place, account.name)
        return place

    parts = effect.by(centre)
    return _named(parts, {place: Named(every[place], name) for place, name in centres.items()})
