"""The second person’s word on rows that wait: they are recorded as whoever told of them told them, or withdrawn."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

import numpy as np

from finance.columns import Bulk
from finance.facts import store, waiting_store
from finance.facts.store import Change
from finance.facts.waiting import NoReasonToWithdraw, NoSuchLoad, WaitingRow, check_second, chosen
from finance.names import same_person
from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import WITHOUT_LIMIT
from interfaces.files.inbound.door.arriving import Arrival, FactsRefused
from interfaces.files.inbound.door.outcomes import ExtractLoaded
from interfaces.files.inbound.door.prices_moved import PriceMoved, prices_moved
from interfaces.files.inbound.door.rest_of_folder import day_of
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.reading import Text, text_of
from ledgers.chain.links import CONFIRMED, About
from ledgers.chain.store import add_links
from ledgers.officers.store import read_standing

Seen = TypeVar("Seen")


class PricesFarFromBefore(Refusal):
    """Prices among rows confirmed all together move by more than the council lets pass without naming them."""

    def __init__(self, moved: Sequence[PriceMoved], percent: int, load: int) -> None:
        named = ", ".join(map(str, moved[:_NAMED]))
        more = f" and {len(moved) - _NAMED:,} more" if len(moved) > _NAMED else ""
        refs, move = " ".join(each.ref for each in moved[:_NAMED]), "moves" if len(moved) == 1 else "move"
        super().__init__(
            f"{len(moved):,} of the prices {move} by more than {percent}%: {named}{more}.",
            f"Look at each, and confirm it by name: outturn waiting confirm {load} {refs}",
        )


_NAMED = 5


def confirm_waiting(
    database: Database, load: int, refs: Sequence[str], *, by: str, at: dt.datetime, percent: int | None = None
) -> list[ExtractLoaded]:
    """Believe rows of a load that wait, all or those named, through the same checks as when they came.

    ``percent``: by how much a price may move that is not named. Raises PricesFarFromBefore where one moves further.
    They are told by whoever told of them; that ``by`` confirmed them is kept. Raises NoSuchLoad, NotAnOfficer,
    NoRight, NeedsASecondPerson, or FactsRefused where they no longer pass, having recorded nothing.
    """
    with database.read() as connection:
        now = read_standing(connection)
        officer = now.acting(by, "confirm", "confirm what others told of")
        rows = chosen(waiting_store.read_rows(connection), load, refs)
        moved = [] if refs or percent is None else prices_moved(connection, rows)
    check_second(rows, officer)
    if far := [each for each in moved if percent is not None and abs(each.percent) > percent]:
        raise PricesFarFromBefore(far, percent or 0, load)
    done: list[ExtractLoaded] = []
    confirmed: list[About] = []
    with database.bulk() as bulk:
        for mine, arrival, learned in _believe(bulk, rows, at):
            waits = dict.fromkeys(waiting_store.of_extract(bulk, arrival.name)["nr"].to_pylist())
            gone = [each.ref for each in mine if each.nr not in waits]
            if gone:
                raise NoSuchLoad(f"{gone[0]} was confirmed or overtaken meanwhile.", "Look at the load again.")
            waiting_store.confirm(bulk, learned, [each.nr for each in mine], officer, now.roles[officer], at)
            confirmed.append(About(CONFIRMED, learned))
            done.append(arrival.outcome(learned, False))
        add_links(bulk, confirmed, at)
    return done


def _believe(
    bulk: Bulk, rows: Sequence[WaitingRow], at: dt.datetime
) -> Iterator[tuple[list[WaitingRow], Arrival, int]]:
    """Record rows, an extract at a time, each by a change of its own. Raises FactsRefused where they do not pass."""
    for mine in _by_extract(rows):
        arrival, change = Arrival(_text(mine), on=day_of(at), allowance=WITHOUT_LIMIT), _change(mine[0], at)
        learned = store.record_change(bulk, change)
        arrival.meet(bulk, change)
        if not arrival.refused(False):
            arrival.add(bulk, learned)
            arrival.end(bulk, learned)
        if arrival.refused(False):
            raise FactsRefused(arrival.text.faults.problems())
        yield mine, arrival, learned


def try_waiting(database: Database, load: int, *, at: dt.datetime, look: Callable[[Bulk, int, int], Seen]) -> Seen:
    """What ``look`` sees with the rows of a load that wait believed: given the changes before and after. Nothing is
    kept. Raises NoSuchLoad, or FactsRefused where they do not pass.
    """
    with database.read() as connection:
        rows = chosen(waiting_store.read_rows(connection), load, ())
    with database.trial() as bulk:
        learned = [each for _, _, each in _believe(bulk, rows, at)]
        return look(bulk, learned[0] - 1, learned[-1])


def withdraw_waiting(
    database: Database, load: int, refs: Sequence[str], *, reason: str, by: str, at: dt.datetime
) -> list[WaitingRow]:
    """Rows of a load are not to be confirmed: said by whoever told of them, or by whoever might confirm them.

    Raises NoSuchLoad, NotAnOfficer, NoRight, NoReasonToWithdraw.
    """
    if not reason.strip():
        raise NoReasonToWithdraw("Nothing is said about why.", "Say why with --reason: it is kept with the rows.")
    with database.begin() as connection:
        store.lock_changes(connection)
        now = read_standing(connection)
        officer = now.known(by, "withdraw what waits")
        rows = chosen(waiting_store.read_rows(connection), load, refs)
        if not all(same_person(each.by, officer) for each in rows):
            now.check_right(officer, "confirm", "withdraw what others told of")
        waiting_store.withdraw(connection, [each.nr for each in rows], officer, reason.strip(), at)
    return rows


def _by_extract(rows: Sequence[WaitingRow]) -> Iterator[list[WaitingRow]]:
    """In the order extracts depend on each other."""
    order = {name: place for place, name in enumerate(EXTRACTS)}
    in_order = sorted(rows, key=lambda each: (order[each.extract], each.nr))
    for _, mine in groupby(in_order, key=lambda each: each.extract):
        yield list(mine)


def _text(rows: list[WaitingRow]) -> Text:
    """The rows as they came, each with its line in the file it came in."""
    text = text_of(EXTRACTS[rows[0].extract], [each.columns for each in rows], rows[0].source)
    lines = np.array([each.source_row for each in rows], np.int64)
    faults = replace(text.faults, name=rows[0].source, lines=lines)
    return replace(text, lines=lines, faults=faults)


def _change(row: WaitingRow, at: dt.datetime) -> Change:
    """The change that believes a row: told by whoever told of it, in the file it came in."""
    return Change(at, row.by, f"{row.extract} extract, confirmed", row.source, row.sha256)
