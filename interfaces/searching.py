"""Anything by part of a name, a reference or a number: facts about care, money coming in, runs and officers."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from billing import search_store as billed
from finance.columns import Database
from finance.facts import search_store as care
from finance.facts.searching import AskedFor, Found
from finance.problems import Refusal
from ledgers.streams import STREAMS
from ledgers.views import search_store as runs

_FACTS = {each.sort: each for each in (*care.SOUGHT, *billed.SOUGHT)}
SORTS = (*_FACTS, "bill", "run", "officer")
"""What may be found, in the order it is shown."""
_RUNS, _BILLS = tuple(STREAMS), ("bill", "credit note")


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, the nearest first, at most so many; and how many of each sort there are in all."""

    found: Sequence[Found]
    of: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.of.values())


class NoSuchSort(Refusal):
    """Something is asked for of a sort there is none of."""


def find_anything(database: Database, said: str, *, only: str | None = None, limit: int) -> Search:
    """Raises NothingToFind, or NoSuchSort."""
    wanted = AskedFor.of(said)
    if only is not None and only not in SORTS:
        raise NoSuchSort(f"Nothing is called a “{only}”.", f"Use one of: {', '.join(SORTS)}.")
    sought = [each for each in _FACTS.values() if only in (None, each.sort)]
    with database.read_bulk() as bulk:
        found = [one for each in sought for one in care.search(bulk, wanted, each)]
    with database.read() as connection:
        found += runs.search_runs(connection, wanted) if only in (None, "run") else []
        found += billed.search_bills(connection, wanted) if only in (None, "bill") else []
        found += runs.search_officers(connection, wanted) if only in (None, "officer") else []
        found.sort(key=lambda each: (each.near, each.gone, SORTS.index(_sort(each)), each.name, each.ref))
        told = {
            (each.sort, each.nr): each
            for sort in _FACTS
            for each in care.described(connection, _FACTS[sort], [one for one in found[:limit] if one.sort == sort])
        }
    of: dict[str, int] = {}
    for each in found:
        of[_sort(each)] = of.get(_sort(each), 0) + 1
    return Search([told.get((each.sort, each.nr), each) for each in found[:limit]], of)


def _sort(each: Found) -> str:
    """The sort it is counted under: runs and bills say more than that of themselves."""
    return "run" if each.sort in _RUNS else "bill" if each.sort in _BILLS else each.sort


def seen_by(each: Found) -> str:
    """The verb that shows more of what was found."""
    if each.sort in _RUNS:
        return f"outturn {STREAMS[each.sort].shown_by} {each.nr}"
    return _SEEN_BY[_sort(each)].format(quote(each.ref))


_SEEN_BY = {
    "person": "outturn show {}",
    "payee": "outturn show {}",
    "contract": "outturn show {}",
    "line": "outturn show {}",
    "package": "outturn explain {}",
    "block": "outturn explain {}",
    "adjustment": "outturn explain {}",
    "funder": 'outturn find {} --only "payer"',
    "payer": "outturn receipt account {}",
    "receipt": "outturn explain {}",
    "mandate": "outturn direct-debit show {}",
    "deferred payment agreement": "outturn deferred show {}",
    "bill": "outturn bill show {}",
    "officer": "outturn officer list",
}
