"""Late news: which lines have changed since the last run, from which day, and by which facts.

A fact is compared as it was believed then and as it is believed now. Only the days that can differ are worked out
again, so the cost of a run follows what changed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Table

from finance import tables as t
from finance.care_costs import store
from finance.columns import Bulk
from finance.days import FOR_EVER, number

Ints = NDArray[np.int64]

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


def cause_words(mask: int) -> str:
    """The causes in a mask, in words."""
    found = [words for place, words in enumerate(CAUSES.values()) if mask >> place & 1]
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
    """Facts of one table that now differ: the row as it stands (or stood), and the first day it can matter."""

    rows: pd.DataFrame
    since: Ints


def compare(touched: pd.DataFrame, before: int, known: int) -> Changed:
    """Facts believed differently at change ``known`` and at change ``before``.

    ``touched`` holds every version learned or superseded between the two. A fact whose end alone has moved matters
    from the earlier of its two ends; any other difference matters from the earlier of its starts.
    """
    then = touched[(touched.learned <= before)]
    now = touched[(touched.learned > before) & (touched.superseded.isna() | (touched.superseded > known))]
    content = [name for name in touched.columns if name not in ("nr", "learned", "superseded")]
    both = then.merge(now, on="nr", how="outer", suffixes=("_then", "_now"), indicator=True)
    if not len(both):
        return Changed(both, np.empty(0, np.int64))
    differs = {
        name: ~(
            (both[f"{name}_then"] == both[f"{name}_now"])
            | (both[f"{name}_then"].isna() & both[f"{name}_now"].isna())
        ).fillna(False).astype(bool)
        for name in content
    }  # fmt: skip
    paired = both["_merge"] == "both"
    changed = ~paired | np.logical_or.reduce([np.asarray(each) for each in differs.values()])
    since = _first_matter(both, differs, paired, content)
    return Changed(both[changed], since[np.asarray(changed)])


def _first_matter(both: pd.DataFrame, differs: dict[str, pd.Series], paired: pd.Series, content: list[str]) -> Ints:
    if "starts" not in content:
        return _point(both, differs, content)
    starts = _earlier(both, "starts")
    ends = _earlier(both, "ends", none=FOR_EVER)
    other = np.logical_or.reduce([np.asarray(differs[name]) for name in content if name != "ends"])
    return np.where(np.asarray(paired) & ~other, np.maximum(ends, starts), starts)


def _point(both: pd.DataFrame, differs: dict[str, pd.Series], content: list[str]) -> Ints:
    """People and adjustments have no span: a death matters from its day, an adjustment from its day, the rest at all."""
    if "on" in content:
        return _earlier(both, "on")
    if "died" in content:
        other = np.asarray(differs["born"]) | np.asarray(differs["support_reason"])
        return np.where(other & np.asarray(both["_merge"] == "both"), 0, _earlier(both, "died", none=FOR_EVER))
    return np.zeros(len(both), np.int64)


def _earlier(both: pd.DataFrame, name: str, none: int = 0) -> Ints:
    def numbers(column: pd.Series) -> Ints:
        return np.asarray([none if pd.isna(each) else number(each) for each in column], dtype=np.int64)

    then, now = both[f"{name}_then"], both[f"{name}_now"]
    present = both["_merge"]
    first, second = numbers(then), numbers(now)
    first = np.where(present == "right_only", FOR_EVER, first)
    second = np.where(present == "left_only", FOR_EVER, second)
    return np.minimum(first, second)


def nothing() -> News:
    empty = np.empty(0, np.int64)
    return News(empty, empty, empty)


def no_others() -> tuple[News, News]:
    return nothing(), nothing()


def read_news(bulk: Bulk, before: int, known: int) -> tuple[News, tuple[News, News]]:
    """(news of lines, (news of blocks, news of adjustments)) learned after change ``before``, up to ``known``."""
    found: dict[str, list[tuple[Ints, Ints, int]]] = {"line": [], "block": [], "adjustment": []}
    for place, table in enumerate(store.NEWS_TABLES):
        touched = store.read_touched(bulk, table, before, known)
        if not touched.num_rows:
            continue
        changed = compare(touched.to_pandas(date_as_object=True), before, known)
        if not len(changed.since):
            continue
        if table.name in found:
            found[table.name].append((_numbers(changed.rows["nr"]), changed.since, 1 << place))
        if table is t.contract:
            of_contract = store.read_blocks_by_contract(bulk, _numbers(changed.rows["nr"]), known)
            found["block"].append((*_by_owner(changed, *of_contract), 1 << place))
        if table is not t.adjustment:
            found["line"] += [(line, since, 1 << place) for line, since in _lines_of(bulk, table, changed, known)]
    return _gather(found["line"]), (_gather(found["block"]), _gather(found["adjustment"]))


def _numbers(column: pd.Series) -> Ints:
    return np.asarray(column.to_numpy(dtype=np.int64), dtype=np.int64)


def _lines_of(bulk: Bulk, table: Table, changed: Changed, known: int) -> list[tuple[Ints, Ints]]:
    rows, since = changed.rows, changed.since
    if table is t.service_line:
        return [(_numbers(rows["nr"]), since)]
    if "line_then" in rows:
        return [
            (_numbers(rows[name].dropna()), since[rows[name].notna().to_numpy()]) for name in ("line_then", "line_now")
        ]
    if table is t.nursing_rate:
        lines = store.read_award_lines(bulk, known)
        return [(lines, np.full(len(lines), since.min()))]
    if table in (t.rate, t.block):
        pairs = [_cards(rows, since, each) for each in ("then", "now")]
        contract, service, when = (np.concatenate([each[place] for each in pairs]) for place in range(3))
        order = np.argsort(when, kind="stable")
        line, place = store.read_lines_of_service(bulk, contract[order], service[order], known)
        return [(line, when[order][place])]
    return [_by_owner(changed, *store.read_lines_by(bulk, table.name, _numbers(rows["nr"]), known))]


def _cards(rows: pd.DataFrame, since: Ints, when: str) -> tuple[Ints, Ints, Ints]:
    """(contract, service, since) of rates or blocks as they were then, or are now: both, for one may have moved."""
    there = rows[f"contract_{when}"].notna()
    some = rows[there]
    return _numbers(some[f"contract_{when}"]), _numbers(some[f"service_{when}"]), since[there.to_numpy()]


def _by_owner(changed: Changed, subject: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """Subjects beside the first day on which the changed fact that owns each of them can matter."""
    nr = _numbers(changed.rows["nr"])
    order = np.argsort(nr)
    return subject, changed.since[order][np.searchsorted(nr[order], owner)]


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


