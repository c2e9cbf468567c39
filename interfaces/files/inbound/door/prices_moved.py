"""Prices that wait beside those they take the place of: by how much they move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, select

from finance.facts.waiting import WaitingRow
from interfaces.files.inbound.door.beside import as_told, as_written
from interfaces.files.inbound.layouts.fields import Extract
from interfaces.files.inbound.layouts.register import EXTRACTS

PRICE = "rate"
_OF_ITS_DAYS = ("start_date", "end_date", "status", "announced")


@dataclass(frozen=True, slots=True)
class PriceMoved:
    """A price that waits and the one it takes the place of, in pounds, as the file writes them."""

    ref: str
    was: str
    now: str

    @property
    def percent(self) -> Decimal:
        """By how much it moves, of what it was; of nothing, the whole."""
        was, now = Decimal(self.was), Decimal(self.now)
        return (now - was) / was * 100 if was else Decimal(100 if now else 0)

    def __str__(self) -> str:
        return f"{self.ref} ({self.was} → {self.now}, {self.percent:+.1f}%)"


def prices_moved(connection: Connection, rows: Sequence[WaitingRow]) -> list[PriceMoved]:
    """The prices among rows that wait of which one was known: under the same reference, or just before for the same."""
    found: list[PriceMoved] = []
    for name in dict.fromkeys(each.extract for each in rows):
        extract, mine = EXTRACTS[name], [each for each in rows if each.extract == name]
        if PRICE not in extract.by_name:
            continue
        known = as_told(connection, extract, dict.fromkeys(_alike(connection, extract, mine)))
        for each in mine:
            now = as_written(extract, each.columns)
            was = known.get(each.ref) or _before(extract, now, known)
            if was is not None and PRICE in now and was[PRICE] != now[PRICE]:
                found.append(PriceMoved(each.ref, was[PRICE], now[PRICE]))
    return found


def _alike(connection: Connection, extract: Extract, rows: Sequence[WaitingRow]) -> list[str]:
    """Every reference believed of the same contracts, lines or services as some rows, and of the rows’ own."""
    table = extract.table
    link = next((each for each in extract.fields if each.links), None)
    own: ColumnElement[bool] = table.c.ref.in_(sorted({each.ref for each in rows}))
    if link is not None:
        of = EXTRACTS[link.links].table
        named = sorted({each.columns.get(link.name, "") for each in rows})
        own = own | table.c[link.column].in_(select(of.c.nr).where(of.c.ref.in_(named)))
    return list(connection.execute(select(table.c.ref).where(own, table.c.superseded.is_(None))).scalars())


def _before(
    extract: Extract, row: Mapping[str, str], known: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str] | None:
    """The price known for the same that began last before this one does."""
    same = [each.name for each in extract.fields[1:] if each.name not in (PRICE, *_OF_ITS_DAYS)]
    starts = row.get("start_date", "")
    before = [
        each
        for each in known.values()
        if each["start_date"] < starts and all(each.get(name) == row.get(name) for name in same)
    ]
    return max(before, key=lambda each: each["start_date"], default=None)
