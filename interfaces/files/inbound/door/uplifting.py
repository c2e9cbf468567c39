"""Prices raised together: what holds is ended the day before, and another holds from the day; and the same taken back.

Both go through the checks a file goes through, as one change, and wait for a second person where prices do.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from finance.care_costs.uplift import PriceChanged, PriceRaised, Uplift, UpliftPlan, plan
from finance.care_costs.uplift_store import read_changed, read_prices, read_source
from finance.facts.waiting import CONFIRMED
from finance.facts.waiting_store import read_rows
from finance.problems import Problem, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import Allowance
from interfaces.files.inbound.door.beside import as_told, in_words
from interfaces.files.inbound.door.entering import NextRef, TypedRows, enter_all
from interfaces.files.inbound.door.rest_of_folder import day_of
from interfaces.files.inbound.layouts.fields import CANCELLED, Extract
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.layouts.value_types import RATE

SOURCE = "uplift"
_DAY = dt.timedelta(days=1)
_OF = {each.table.name: each for each in EXTRACTS.values()}


class NothingToTakeBack(Refusal):
    """A load that raised no prices, or of which nothing is believed, or some of which is otherwise by now."""


@dataclass(frozen=True, slots=True)
class PricesEntered:
    """What came of it: the change, or the load under which it waits for a second person; and what to look at."""

    change: int | None
    load: int | None
    notes: tuple[Problem, ...]


def planned(connection: Connection, uplift: Uplift) -> UpliftPlan:
    """What an uplift would raise and leave. Raises NotAnUplift where what is chosen has no price."""
    return plan(read_prices(connection, uplift.since), uplift)


def raise_prices(
    database: Database, made: UpliftPlan, *, reason: str, by: str, at: dt.datetime, allowance: Allowance
) -> PricesEntered:
    """Record an uplift, as it was seen. Raises FactsRefused, or ChangedMeanwhile where a price is another by now."""
    since = made.uplift.since
    entries: list[TypedRows] = []
    with database.read() as connection:
        for extract, raised in _by_extract(made.raised):
            told = as_told(connection, extract, dict.fromkeys(each.price.ref for each in raised))
            rows: list[Mapping[str, object]] = []
            for each in raised:
                was, ref = told[each.price.ref], each.price.ref
                rows.append({**was, "end_date": (since - _DAY).isoformat()})
                new = {extract.ref.name: NextRef(f"{ref}-", None), "rate": RATE.write(each.now, "")}
                rows.append({**was, **new, "start_date": since.isoformat()})
            seen = {each.price.ref: each.price.learned for each in raised}
            entries.append(TypedRows(extract.name, rows, correct=frozenset(seen), seen=seen))
    return _entered(database, entries, f"{SOURCE} ({reason})", by, at, allowance)


def _by_extract(raised: Sequence[PriceRaised]) -> Iterable[tuple[Extract, list[PriceRaised]]]:
    for name in dict.fromkeys(each.price.table for each in raised):
        yield _OF[name], [each for each in raised if each.price.table == name]


def _entered(
    database: Database, entries: Sequence[TypedRows], source: str, by: str, at: dt.datetime, allowance: Allowance
) -> PricesEntered:
    if not entries:
        return PricesEntered(None, None, ())
    done = enter_all(database, entries, by=by, at=at, source=source, allowance=allowance, on=day_of(at))
    changes = [each.change for each in done.values() if each.change is not None]
    loads = [each.load for each in done.values() if each.load is not None]
    notes = tuple(note for each in done.values() for note in each.notes)
    return PricesEntered(max(changes, default=None), max(loads, default=None), notes)


def to_take_back(connection: Connection, load: int) -> list[PriceChanged]:
    """The prices an uplift told of, as they stand. Raises NothingToTakeBack."""
    if not (read_source(connection, load) or "").startswith(SOURCE):
        raise NothingToTakeBack(f"Load {load} is no uplift.", "Give the number under which it waited, or its change.")
    waited = read_rows(connection, load, answered=True)
    changes = {each.recorded for each in waited if each.answer == CONFIRMED and each.recorded} or {load}
    found = [each for change in sorted(changes) for each in read_changed(connection, change)]
    if not found:
        what_to_do = f"If it waits still, withdraw it: outturn waiting withdraw {load}"
        raise NothingToTakeBack(f"Nothing of load {load} is believed.", what_to_do)
    moved = [each.ref for each in found if not each.stands]
    if moved:
        some = ", ".join(moved[:5])
        what_to_do = "Correct what is to be otherwise one by one: outturn correct."
        raise NothingToTakeBack(f"Some of what load {load} told has been changed since: {some}.", what_to_do)
    return found


def take_back(
    database: Database, found: Sequence[PriceChanged], *, reason: str, by: str, at: dt.datetime, allowance: Allowance
) -> PricesEntered:
    """Put prices back as they stood before: those that were new go whole. Raises as ``raise_prices`` does."""
    entries: list[TypedRows] = []
    with database.read() as connection:
        for name in dict.fromkeys(each.table for each in found):
            extract, mine = _OF[name], [each for each in found if each.table == name]
            before = in_words(connection, extract, [each.before for each in mine if each.before is not None])
            now = in_words(connection, extract, [each.now for each in mine if each.before is None])
            gone = [{**row, CANCELLED.name: "yes"} for row in now.values()]
            seen = {each.ref: each.learned for each in mine}
            entries.append(TypedRows(extract.name, [*gone, *before.values()], correct=True, seen=seen))
    return _entered(database, entries, f"{SOURCE} taken back ({reason})", by, at, allowance)
