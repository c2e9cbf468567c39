"""Late news: which lines have changed since the last run, from which day, and by which facts.

A fact is compared as it was believed then and as it is believed now. Only the days that can differ are worked out
again, so the cost of a run follows what changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Table

from finance.care_costs.news_store import (
    NEWS_TABLES,
    read_award_lines,
    read_begun_away,
    read_blocks_by_contract,
    read_lines_by,
    read_lines_of_service,
    read_touched,
)
from finance.columns import Bulk, Ints, ints
from finance.days import FOR_EVER
from finance.facts import tables as t
from finance.timelines import distinct, group_starts

Flags = NDArray[np.bool_]

CAUSES = {
    "service_line": "the service line changed",
    "package": "the package changed",
    "person": "the person’s record changed",
    "contract": "the contract changed",
    "rate": "the contract’s rates changed",
    "agreed_rate": "the agreed rate changed",
    "suspension": "a suspension changed",
    "funding_share": "the funding changed",
    "contribution": "a contribution changed",
    "nursing_award": "nursing care changed",
    "nursing_rate": "the national nursing rate changed",
    "block": "the block payment changed",
    "adjustment": "an adjustment was entered or changed",
}
UNSETTLED = 1 << len(CAUSES)
WITHDRAWN = UNSETTLED << 1


_OF_STAYS = WITHDRAWN | sum(
    1 << place for place, name in enumerate(CAUSES) if name in ("service_line", "package", "contract", "suspension")
)


def cause_words(mask: int) -> str:
    """The causes in a mask, in words."""
    found = [words for place, words in enumerate(CAUSES.values()) if mask >> place & 1]
    if mask & WITHDRAWN:
        found.append("the service line was withdrawn")
    if mask & UNSETTLED:
        found.append("an earlier run left it unsettled")
    return "; ".join(found)


@dataclass(frozen=True)
class News:
    """Lines to work out again: one row a line, the first day that may differ, and a mask of causes."""

    line: Ints
    since: Ints
    cause: Ints


@dataclass(frozen=True)
class Changed:
    """Facts of one table that now differ, in order of number, and the first day each can matter.

    ``then`` and ``now``: each row as it was believed and as it is, all null where it was not yet, or is no longer.
    """

    nr: Ints
    then: pa.Table
    now: pa.Table
    since: Ints


def compare(touched: pa.Table, before: int, known: int) -> Changed:
    """Facts believed differently at change ``known`` and at change ``before``.

    ``touched`` holds every version learned or superseded between the two. A fact whose end alone has moved matters
    from the earlier of its two ends; any other difference matters from the earlier of its starts.
    """
    nr, learned = ints(touched, "nr"), ints(touched, "learned")
    then = learned <= before
    now = ~then & (ints(touched, "superseded", null=known + 1) > known)
    numbers = distinct(nr[then | now])
    was, is_ = (_rows_of(touched, numbers, nr, each) for each in (then, now))
    content = [name for name in touched.column_names if name not in ("nr", "learned", "superseded")]
    differs = {name: _differs(was[name], is_[name]) for name in content}
    paired = np.isin(numbers, nr[then]) & np.isin(numbers, nr[now])
    changed = ~paired | _any(differs[name] for name in content)
    since = _first_matter(was, is_, differs, paired)
    rows = pa.array(changed)
    return Changed(numbers[changed], was.filter(rows), is_.filter(rows), since[changed])


def _rows_of(touched: pa.Table, numbers: Ints, nr: Ints, which: Flags) -> pa.Table:
    """The chosen versions, a row for each number: null where there is none."""
    place = np.full(len(numbers), -1, np.int64)
    place[np.searchsorted(numbers, nr[which])] = np.flatnonzero(which)
    return touched.take(pa.array(place, mask=place < 0))


def _differs(one: pa.ChunkedArray, other: pa.ChunkedArray) -> Flags:
    neither = pc.and_(pc.is_null(one), pc.is_null(other))
    same = pc.or_(pc.fill_null(pc.equal(one, other), False), neither)
    return ~np.asarray(same.to_numpy(), dtype=bool)


def _any(flags: Iterable[Flags]) -> Flags:
    return np.asarray(np.logical_or.reduce(list(flags)), dtype=bool)


def _first_matter(then: pa.Table, now: pa.Table, differs: dict[str, Flags], paired: Flags) -> Ints:
    if "starts" not in differs:
        return _point(then, now, differs, paired)
    starts = _earlier(then, now, "starts")
    if "ends" not in differs:  # terms hold until the next
        return starts
    ends = _earlier(then, now, "ends")
    other = _any(each for name, each in differs.items() if name != "ends")
    return np.where(paired & ~other, np.maximum(ends, starts), starts)


def _point(then: pa.Table, now: pa.Table, differs: dict[str, Flags], paired: Flags) -> Ints:
    """People and adjustments have no span: a death matters from its day, an adjustment from its day, the rest
    at all.
    """
    if "on" in differs:
        return _earlier(then, now, "on")
    if "died" in differs:
        other = differs["born"] | differs["support_reason"]
        return np.where(other & paired, 0, _earlier(then, now, "died"))
    return np.zeros(len(paired), np.int64)


def _earlier(then: pa.Table, now: pa.Table, name: str) -> Ints:
    """The earlier of two days, one of them perhaps not there, or without end."""
    return np.minimum(ints(then, name, null=FOR_EVER), ints(now, name, null=FOR_EVER))


def nothing() -> News:
    empty = np.empty(0, np.int64)
    return News(empty, empty, empty)


def no_others() -> tuple[News, News]:
    return nothing(), nothing()


def read_news(bulk: Bulk, before: int, known: int) -> tuple[News, tuple[News, News]]:
    """(news of lines, (news of blocks, news of adjustments)) learned after change ``before``, up to ``known``."""
    found: dict[str, list[tuple[Ints, Ints, int]]] = {"line": [], "block": [], "adjustment": []}
    for table in NEWS_TABLES:
        cause = _cause(table)
        touched = read_touched(bulk, table, before, known)
        if not touched.num_rows:
            continue
        changed = compare(touched, before, known)
        if not len(changed.since):
            continue
        if table.name in found:
            found[table.name].append((changed.nr, changed.since, cause))
        if table is t.contract:
            of_contract = read_blocks_by_contract(bulk, changed.nr, known)
            found["block"].append((*_by_owner(changed, *of_contract), cause))
        if table is not t.adjustment:
            found["line"] += [(line, since, cause) for line, since in _lines_of(bulk, table, changed, known)]
        if table is t.service_line:
            gone = np.asarray(changed.now["nr"].is_null().to_numpy(), dtype=bool)
            found["line"] = [
                (changed.nr[~gone], changed.since[~gone], cause),
                (changed.nr[gone], changed.since[gone], WITHDRAWN),
            ]
    lines = _with_stays(bulk, _gather(found["line"]), known)
    return lines, (_gather(found["block"]), _gather(found["adjustment"]))


def _with_stays(bulk: Bulk, news: News, known: int) -> News:
    """The same, and the lines that go on with an absence which one of these may have begun otherwise."""
    moved = news.line[(news.cause & _OF_STAYS) != 0]
    if not len(moved):
        return news
    line, since = read_begun_away(bulk, moved, known)
    more = News(line, since, np.full(len(line), _cause(t.suspension), np.int64))
    return merge_news(
        News(*(np.concatenate([getattr(each, n) for each in (news, more)]) for n in ("line", "since", "cause")))
    )


def _cause(table: Table) -> int:
    """The bit of a table's cause. Later terms of a contract are the contract's."""
    return 1 << list(CAUSES).index("contract" if table is t.contract_terms else table.name)


def _lines_of(bulk: Bulk, table: Table, changed: Changed, known: int) -> list[tuple[Ints, Ints]]:
    if table is t.service_line:
        return [(changed.nr, changed.since)]
    if "line" in changed.now.column_names:
        return _sides(changed, "line")
    if table is t.nursing_rate:
        lines = read_award_lines(bulk, known)
        return [(lines, np.full(len(lines), changed.since.min()))]
    if table is t.contract_terms:
        owner, since = (np.concatenate(each) for each in zip(*_sides(changed, "contract"), strict=True))
        order = np.lexsort((since, owner))
        first = group_starts(owner[order])
        changed = replace(changed, nr=owner[order][first], since=since[order][first])
        return [_by_owner(changed, *read_lines_by(bulk, "contract", changed.nr, known))]
    if table in (t.rate, t.block):
        return [_by_card(bulk, changed, known)]
    return [_by_owner(changed, *read_lines_by(bulk, table.name, changed.nr, known))]


def _sides(changed: Changed, name: str) -> list[tuple[Ints, Ints]]:
    """A column as it was and as it is, each beside the first day its row can matter."""
    return [_there(changed, each, name) for each in (changed.then, changed.now)]


def _there(changed: Changed, rows: pa.Table, name: str) -> tuple[Ints, Ints]:
    """A column of the rows that are there, and the first day each can matter."""
    there = np.asarray(rows[name].is_valid().to_numpy(), dtype=bool)
    return ints(rows, name)[there], changed.since[there]


def _by_card(bulk: Bulk, changed: Changed, known: int) -> tuple[Ints, Ints]:
    """Lines on the cards of changed rates or blocks, as they were and as they are: one may have moved."""
    sides = [
        (*_there(changed, each, "contract"), _there(changed, each, "service")[0])
        for each in (changed.then, changed.now)
    ]
    contract, when, service = (np.concatenate([side[place] for side in sides]) for place in range(3))
    order = np.argsort(when, kind="stable")
    line, place = read_lines_of_service(bulk, contract[order], service[order], known)
    return line, when[order][place]


def _by_owner(changed: Changed, subject: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """Subjects beside the first day on which the changed fact that owns each of them can matter."""
    return subject, changed.since[np.searchsorted(changed.nr, owner)]


def _gather(found: list[tuple[Ints, Ints, int]]) -> News:
    if not found:
        empty = np.empty(0, np.int64)
        return News(empty, empty, empty)
    line = np.concatenate([each[0] for each in found])
    since = np.concatenate([each[1] for each in found])
    cause = np.concatenate([np.full(len(each[0]), each[2], np.int64) for each in found])
    return merge_news(News(line, since, cause))


def merge_news(news: News) -> News:
    """One row a line: the earliest day, and every cause."""
    if not len(news.line):
        return news
    order = np.argsort(news.line, kind="stable")
    line, since, cause = news.line[order], news.since[order], news.cause[order]
    first = np.flatnonzero(np.append(True, line[1:] != line[:-1]))
    return News(line[first], np.minimum.reduceat(since, first), np.bitwise_or.reduceat(cause, first))
