"""The second person’s word on rows that wait: they are recorded as whoever told of them told them, or withdrawn."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from finance.facts import store, waiting_store
from finance.facts.store import Change
from finance.facts.waiting import NoReasonToWithdraw, WaitingRow, check_second, chosen
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import WITHOUT_LIMIT
from interfaces.files.inbound.door.arriving import Arrival, ExtractLoaded, FactsRefused
from interfaces.files.inbound.door.rest_of_folder import day_of
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.reading import Text, text_of
from ledgers.officers.store import read_standing


def confirm_waiting(
    database: Database, load: int, refs: Sequence[str], *, by: str, at: dt.datetime
) -> list[ExtractLoaded]:
    """Believe rows of a load that wait, all or those named, through the same checks as when they came.

    They are told by whoever told of them; that ``by`` confirmed them is kept. Raises NoSuchLoad, NotAnOfficer,
    NoRight, NeedsASecondPerson, or FactsRefused where they no longer pass, having recorded nothing.
    """
    with database.read() as connection:
        now = read_standing(connection)
        officer = now.acting(by, "confirm", "confirm what others told of")
        rows = chosen(waiting_store.read_rows(connection), load, refs)
    check_second(rows, officer)
    done: list[ExtractLoaded] = []
    with database.bulk() as bulk:
        for extract, mine in _by_extract(rows):
            arrival, change = Arrival(_text(mine), on=day_of(at), allowance=WITHOUT_LIMIT), _change(mine[0], at)
            learned = store.record_change(bulk, change)
            arrival.meet(bulk, change)
            if arrival.refused(False):
                raise FactsRefused(arrival.text.faults.problems())
            arrival.add(bulk, learned)
            arrival.end(bulk, learned)
            if arrival.refused(False):
                raise FactsRefused(arrival.text.faults.problems())
            waits = dict.fromkeys(waiting_store.of_extract(bulk, extract)["nr"].to_pylist())
            gone = [each.ref for each in mine if each.nr not in waits]
            assert not gone, f"{gone} was confirmed or overtaken meanwhile"
            waiting_store.confirm(bulk, learned, [each.nr for each in mine], officer, now.roles[officer], at)
            done.append(arrival.outcome(learned, False))
    return done


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
        if any(each.by != officer for each in rows):
            now.check_right(officer, "confirm", "withdraw what others told of")
        waiting_store.withdraw(connection, [each.nr for each in rows], officer, reason.strip(), at)
    return rows


def _by_extract(rows: Sequence[WaitingRow]) -> Iterator[tuple[str, list[WaitingRow]]]:
    """In the order extracts depend on each other."""
    order = {name: place for place, name in enumerate(EXTRACTS)}
    in_order = sorted(rows, key=lambda each: (order[each.extract], each.nr))
    for extract, mine in groupby(in_order, key=lambda each: each.extract):
        yield extract, list(mine)


def _text(rows: list[WaitingRow]) -> Text:
    """The rows as they came, each with its line in the file it came in."""
    text = text_of(EXTRACTS[rows[0].extract], [each.columns for each in rows], rows[0].source)
    lines = np.array([each.source_row for each in rows], np.int64)
    faults = replace(text.faults, name=rows[0].source, lines=lines)
    return replace(text, lines=lines, faults=faults)


def _change(row: WaitingRow, at: dt.datetime) -> Change:
    """The change that believes a row: told by whoever told of it, in the file it came in."""
    return Change(at, row.by, f"{row.extract} extract, confirmed", row.source, row.sha256)
