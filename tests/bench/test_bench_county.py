"""The benchmark county is what it says: the asked-for mixture, facts that hang together, news that supersedes."""

import datetime as dt
from collections.abc import Callable

import numpy as np
from sqlalchemy import func, select

from finance.columns import ends, ints
from finance.days import FOR_EVER, number
from finance.facts import tables
from interfaces.database.connection import Database
from tests.bench.county import PERIOD, fill, learn_news

LINES = 20_000


def _count(database: Database, *conditions: object, table: str = "service_line") -> int:
    with database.begin() as connection:
        query = select(func.count()).select_from(tables.FACTS[table]).where(*conditions)  # type: ignore[arg-type]
        return connection.execute(query).scalar_one()


def test_the_mixture_is_as_asked(database: Database) -> None:
    filled = fill(database, LINES)
    line = tables.service_line.c
    assert _count(database) == LINES == filled.counts["service_line"]
    assert filled.counts["payee"] == LINES // 17
    assert 0.42 < _count(database, line.unit == "week") / LINES < 0.48
    assert 0.02 < filled.counts["suspension"] / LINES < 0.04
    assert 0.05 < filled.counts["contribution"] / LINES < 0.07
    assert 0.03 < filled.counts["funding_share"] / LINES < 0.05
    assert 0.02 < filled.counts["nursing_award"] / LINES < 0.04
    inside = (tables.agreed_rate.c.starts > PERIOD[0]) & (tables.agreed_rate.c.starts < PERIOD[1])
    changed = _count(database, inside, table="agreed_rate") / _count(database, line.unit == "week")
    assert 0.03 < changed < 0.09


def test_every_line_has_a_price_on_every_day_of_the_period(database: Database) -> None:
    fill(database, 2_000, periods_of_history=26)
    with database.bulk() as bulk:
        line = bulk.read(select(tables.service_line))
        card = bulk.read(select(tables.rate))
        agreed = bulk.read(select(tables.agreed_rate))
    priced = dict.fromkeys(range(1, 2_001), 0)
    spans = zip(ints(agreed, "line"), ints(agreed, "starts"), ends(agreed), strict=True)
    for owner, starts, closes in spans:
        priced[int(owner)] += int(closes - starts)
    cards: dict[tuple[int, str], int] = {}
    columns = (ints(card, "contract"), card["unit"].to_pylist(), ints(card, "starts"), ends(card))
    for contract, unit, starts, closes in zip(*columns, strict=True):
        days = max(0, min(closes, number(PERIOD[1])) - max(starts, number(PERIOD[0])))
        cards[int(contract), unit] = cards.get((int(contract), unit), 0) + days
    units = line["unit"].to_pylist()
    for nr, contract, starts, unit in zip(
        ints(line, "nr"), ints(line, "contract"), ints(line, "starts"), units, strict=False
    ):
        if unit == "week":
            assert priced[int(nr)] == FOR_EVER - starts
        else:
            assert cards[int(contract), unit] % 28 == 0  # each band and category covers the period exactly once
            assert cards[int(contract), unit] > 0


def test_news_supersedes_and_never_rewrites(database: Database) -> None:
    fill(database, LINES)
    believed = tables.service_line.c.superseded.is_(None)
    ended_before = _count(database, believed, tables.service_line.c.end_reason == "died")
    news = learn_news(database, 0.05)
    assert news.change == 2 and news.counts["lines"] == LINES * 0.05
    superseded = _count(database, tables.service_line.c.superseded == 2)
    again = _count(database, tables.service_line.c.learned == 2) - news.counts["service_line"]
    assert superseded == again > LINES * 0.02
    assert _count(database, believed) == LINES + news.counts["service_line"]
    assert _count(database, believed, tables.service_line.c.end_reason == "died") > ended_before
    assert _count(database, tables.service_line.c.learned == 1) == LINES
    with database.bulk() as bulk:
        rows = bulk.read(select(tables.service_line).where(believed))
        rates = bulk.read(select(tables.agreed_rate).where(tables.agreed_rate.c.superseded.is_(None)))
    assert bool(np.all(ends(rows) > ints(rows, "starts")))
    assert sorted(ints(rows, "nr")) == list(range(1, LINES + news.counts["service_line"] + 1))
    order = np.lexsort((ints(rates, "starts"), ints(rates, "line")))
    line, starts, closes = ints(rates, "line")[order], ints(rates, "starts")[order], ends(rates)[order]
    same = line[1:] == line[:-1]
    assert bool(np.all(closes[:-1][same] == starts[1:][same]))  # no gap and no overlap in any line's prices


def test_news_reaches_back_over_many_periods(database: Database) -> None:
    fill(database, LINES, periods_of_history=26)
    learn_news(database, 0.05, periods_back=26)
    with database.bulk() as bulk:
        away = bulk.read(select(tables.suspension).where(tables.suspension.c.learned == 2))
    back = number(PERIOD[1]) - ints(away, "starts")
    assert back.max() > 24 * 28 and back.min() < 3 * 28 and back.max() <= 26 * 28


def test_the_same_seed_writes_the_same_facts(new_database: Callable[[], Database]) -> None:
    def lines() -> list[object]:
        database = new_database()
        fill(database, 1_000, seed=7)
        with database.bulk() as bulk:
            return [bulk.read(select(table)).to_pylist() for table in tables.FACTS.values()]

    assert lines() == lines()
    assert dt.date(2026, 4, 6) == PERIOD[0]
