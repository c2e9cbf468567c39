"""A county of any size, written straight into the tables: the facts the benchmarks run on. All of it is made up.

``fill`` writes as many service lines as asked, with the payees, contracts, rates, people and dated facts behind them,
through the bulk door. ``learn_news`` then learns, as one later change, back-dated news about a share of the lines.
The mixture: 45% of lines at a weekly rate agreed line by line, 55% on rate cards (visits, hours and sessions, most of
them on planned weekdays); 3% suspended in the period, 5% with a rate change inside it, 6% with a contribution the
provider collects, 4% part-funded by the NHS, 3% with NHS-funded nursing care, 1% at weekend rates, one payee for
every 17 lines, one four-weekly calendar.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Column, Table, func, select, text, update

from finance.columns import Bulk, Ints, ends, ints
from finance.days import FOR_EVER, number
from finance.facts import tables
from interfaces.database.connection import Database

PERIOD = (dt.date(2026, 4, 6), dt.date(2026, 5, 4))  # the pay period the benchmarks pay, [first, end)
CALENDAR, FIRST_CHANGE = 1, 1
PERIOD_DAYS = 28
LINES_A_PAYEE = 17
LINES_A_PERSON = 1.3
CHUNK = 200_000

SERVICES = (
    ("Residential care", "residential"),
    ("Nursing care", "nursing"),
    ("Supported living", "supported living"),
    ("Home care", "home care"),
    ("Day care", "day care"),
)
RESIDENTIAL, NURSING, SUPPORTED, HOME_CARE, DAY_CARE = range(1, 6)

# Four kinds of contract, by share of payees. A line's kind is its contract's.
WEEKLY, VISITS, HOURS, SESSIONS = range(4)
_KIND_SHARE = (0.45, 0.27, 0.18, 0.10)
_WEEKEND_SHARE = 1 / 27  # of the visit contracts: about one line in a hundred
_CARD_CHANGE_SHARE = 0.05
_FIRST, _END = number(PERIOD[0]), number(PERIOD[1])
_LONG_AGO = number(dt.date(2019, 4, 1))
_BANDS = ((None, 16), (16, 31), (31, 46), (46, None))  # minutes of a visit, [from, until)
_BAND_PRICE = (95_000, 130_000, 175_000, 225_000)  # hundredths of a penny: short visits cost more by the minute
_VISIT_MINUTES = (15, 30, 45, 60)
_VISIT_SHARE = (0.08, 0.60, 0.22, 0.10)
_SUPPORT_REASONS = ("physical support: personal care", "learning disability", "mental health", "memory and cognition")


@dataclass(frozen=True)
class Filled:
    """What was written: how many of each fact, and the change each was learned by."""

    change: int
    counts: dict[str, int]


def fill(
    database: Database, lines: int, *, news_share: float = 0.0, periods_of_history: int = 0, seed: int = 1
) -> Filled:
    """Write facts for ``lines`` service lines into an empty database, in one transaction.

    ``periods_of_history`` moves go-live that many four-week periods before PERIOD and gives every price its yearly
    uplift back to then. ``news_share`` above nought calls :func:`learn_news` when the rest is written.
    """
    counts: dict[str, int] = {}
    with database.bulk() as bulk:
        writer = _Writer(bulk, counts, FIRST_CHANGE)
        writer.change("the opening facts of a made-up county")
        kinds = _payees(writer, lines, periods_of_history, np.random.default_rng(seed))
        _people(writer, lines, np.random.default_rng(seed + 1))
        for place, first in enumerate(range(0, lines, CHUNK)):
            chunk = np.random.default_rng((seed, place))
            _lines(writer, kinds, lines, first, min(first + CHUNK, lines), periods_of_history, chunk)
        bulk.execute(text("ANALYZE"))
    if news_share > 0:
        learn_news(database, news_share, periods_back=max(periods_of_history, 1), seed=seed)
    return Filled(FIRST_CHANGE, counts)


class _Writer:
    """Adds facts learned by one change, numbering each kind on from those already there."""

    def __init__(self, bulk: Bulk, counts: dict[str, int], change: int) -> None:
        self.bulk, self.counts, self._change = bulk, counts, change

    def change(self, what: str) -> None:
        moment = dt.datetime(2026, 3, 30, 9) + dt.timedelta(days=35 * (self._change - FIRST_CHANGE))
        row = {"nr": self._change, "moment": moment, "by": "benchmark", "what": what, "source": "tests/bench/county.py"}
        self.bulk.append(tables.change, pa.Table.from_pylist([row]))

    def add(self, table: Table, letter: str, rows: int, /, **columns: object) -> Ints:
        """Append ``rows`` facts; a column may be one value for all, an array, or an Arrow array. Returns their nrs."""
        first = self.counts.get(table.name, 0) + 1
        nr = np.arange(first, first + rows, dtype=np.int64)
        self.add_versions(table, nr, _ref(letter, nr), **columns)
        self.counts[table.name] = first + rows - 1
        return nr

    def add_versions(self, table: Table, nr: Ints, ref: pa.Array, /, **columns: object) -> None:
        """Append facts that already have a number and a ref: later versions of what was believed."""
        if not len(nr):
            return
        full = {"nr": nr, "learned": self._change, "ref": ref, "source_row": nr % 1_000_000 + 2} | columns
        made = {name: _column(value, len(nr), name) for name, value in full.items() if value is not None}
        self.bulk.append(table, pa.table(made))


def _column(value: object, rows: int, name: str) -> pa.Array:
    if isinstance(value, np.ndarray) and name in ("starts", "ends", "born", "anchor", "go_live"):
        return pa.array(value.astype(np.int32), pa.int32(), mask=value >= FOR_EVER).cast(pa.date32())
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value
    if isinstance(value, np.ndarray):
        return pa.array(value)
    return pa.repeat(pa.scalar(value), rows)


def _ref(letter: str, nr: Ints) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(nr).cast(pa.string()), width=8, padding="0")
    return pc.binary_join_element_wise(letter, digits, "")


def _pick(words: tuple[str, ...], index: NDArray[np.int64]) -> pa.Array:
    return pa.array(words).take(pa.array(index))


def _april(periods_of_history: int) -> list[int]:
    """The first day of each price year that matters, oldest first: from before go-live to the year of PERIOD."""
    first = PERIOD[0] - dt.timedelta(days=PERIOD_DAYS * periods_of_history)
    oldest = first.year - (first < dt.date(first.year, 4, 6))
    return [_LONG_AGO] + [number(dt.date(year, 4, 6)) for year in range(oldest + 1, PERIOD[0].year + 1)]


# Payees, their contracts and their rate cards


def _payees(writer: _Writer, lines: int, history: int, rng: np.random.Generator) -> Ints:
    """Write everything the lines are bought from. Returns each contract's kind; a contract has its payee's number."""
    payees = max(lines // LINES_A_PAYEE, 8)
    kinds = rng.choice(4, payees, p=_KIND_SHARE)
    kinds[:4] = (WEEKLY, VISITS, HOURS, SESSIONS)
    for (service, kind), expected in zip(SERVICES, range(1, 6), strict=True):
        assert writer.add(tables.service, "S", 1, name=service, kind=kind, term="long")[0] == expected
    go_live = np.array([_FIRST - PERIOD_DAYS * history])
    writer.add(
        tables.pay_calendar,
        "C",
        1,
        name="Four-weekly",
        cycle="four-weekly",
        anchor=np.array([_FIRST]),
        timing="arrears",
        cut_off_days=1,
        pay_working_days=3,
        go_live=go_live,
    )
    nr = np.arange(1, payees + 1)
    name = pc.binary_join_element_wise("Made-up provider ", pa.array(nr).cast(pa.string()), "")
    writer.add(tables.payee, "P", payees, name=name, kind="provider", supplier_number=_ref("9", nr))
    writer.add(
        tables.bank_detail,
        "B",
        payees,
        payee=nr,
        sort_code="000000",
        account_number=_ref("", nr),
        account_name=name,
        starts=np.full(payees, _LONG_AGO),
        proposed_by="Officer A",
    )
    writer.bulk.append(
        tables.bank_confirmation,
        pa.table(
            {
                "bank_detail": nr,
                "learned": np.full(payees, FIRST_CHANGE),
                "proposed_by": ["Officer A"] * payees,
                "confirmed_by": ["Officer B"] * payees,
                "change": np.full(payees, FIRST_CHANGE),
                "evidence": ["made up"] * payees,
            }
        ),
    )
    writer.add(
        tables.contract,
        "K",
        payees,
        payee=nr,
        calendar=CALENDAR,
        name=name,
        starts=np.full(payees, _LONG_AGO),
        payment=_pick(("gross", "net"), (kinds == WEEKLY).astype(np.int64)),
        days_after_death=np.where(kinds == WEEKLY, 3, 0),
        retainer=_pick(("0", "100:14,80:28,0"), (kinds == WEEKLY).astype(np.int64)),
        bank_holidays="paid",
    )
    _cards(writer, kinds, history, rng)
    aprils = [*_april(history), FOR_EVER]
    for band, pounds in (("standard", 260), ("higher", 360)):
        for opens, closes in pairwise(aprils):
            writer.add(
                tables.nursing_rate,
                "Y",
                1,
                band=band,
                rate=10_000 * pounds,
                starts=np.array([opens]),
                ends=np.array([closes]),
                status="inferred",
                announced="made up",
            )
    for body in range(1, 4):
        writer.add(tables.funder, "F", 1, name=f"NHS body {body} (made up)", kind="nhs")
    return kinds


def _cards(writer: _Writer, kinds: Ints, history: int, rng: np.random.Generator) -> None:
    payees = len(kinds)
    level = rng.integers(90, 116, payees)  # each provider's prices, as a percentage of the usual
    changes = np.where(rng.random(payees) < _CARD_CHANGE_SHARE, _FIRST + rng.integers(1, PERIOD_DAYS, payees), FOR_EVER)
    weekend = (kinds == VISITS) & (rng.random(payees) < _WEEKEND_SHARE)
    weekend[1] = True

    def add(
        who: NDArray[np.bool_],
        service: int,
        unit: str,
        price: int,
        band: tuple[int | None, int | None],
        day_category: str = "any",
    ) -> None:
        contract = np.flatnonzero(who) + 1
        for starts, closes, percent in _price_spans(changes[contract - 1], history):
            real = starts < closes
            writer.add(
                tables.rate,
                "R",
                int(real.sum()),
                contract=contract[real],
                service=service,
                unit=unit,
                rate=(price * level[contract - 1] * percent // 10_000)[real],
                starts=starts[real],
                ends=closes[real],
                day_category=day_category,
                minutes_from=band[0],
                minutes_until=band[1],
            )

    for band, price in zip(_BANDS, _BAND_PRICE, strict=True):
        add((kinds == VISITS) & ~weekend, HOME_CARE, "visit", price, band)
        for category, dearer in (("weekday", 100), ("weekend", 117), ("bank holiday", 200)):
            add(weekend, HOME_CARE, "visit", price * dearer // 100, band, category)
    add(kinds == HOURS, HOME_CARE, "hour", 250_500, (None, None))
    add(kinds == HOURS, SUPPORTED, "hour", 229_500, (None, None))
    add(kinds == SESSIONS, DAY_CARE, "session", 480_000, (None, None))


def _price_spans(changes: Ints, history: int) -> list[tuple[Ints, Ints, int]]:
    """(starts, ends, percent) of each price: a step each April, and one more on the contract's own change day."""
    aprils = _april(history)
    spans: list[tuple[Ints, Ints, int]] = []
    for place, opens in enumerate(aprils):
        last = place == len(aprils) - 1
        closes = changes if last else np.full(len(changes), aprils[place + 1])
        spans.append((np.full(len(changes), opens), closes, 100 - 5 * (len(aprils) - 1 - place)))
    spans.append((changes, np.full(len(changes), FOR_EVER), 103))
    return spans


# People, packages and lines


def _people_count(lines: int) -> int:
    return max(int(lines / LINES_A_PERSON), 1)


def _people(writer: _Writer, lines: int, rng: np.random.Generator) -> None:
    people = _people_count(lines)
    for first in range(0, people, CHUNK):
        rows = min(CHUNK, people - first)
        nr = np.arange(first + 1, first + rows + 1)
        reason = rng.integers(0, len(_SUPPORT_REASONS), rows)
        writer.add(
            tables.person,
            "Q",
            rows,
            name=pc.binary_join_element_wise("Person ", pa.array(nr).cast(pa.string()), ""),
            born=number(dt.date(1930, 1, 1)) + rng.integers(0, 365 * 77, rows),
            support_reason=_pick(_SUPPORT_REASONS, reason),
        )
        writer.add(
            tables.package,
            "G",
            rows,
            person=nr,
            starts=np.full(rows, number(dt.date(2020, 4, 6))),
            approved_by="Panel (made up)",
        )


def _lines(
    writer: _Writer, kinds: Ints, lines: int, first: int, end: int, history: int, rng: np.random.Generator
) -> None:
    """One chunk of service lines and every dated fact that hangs on them."""
    rows = end - first
    package = np.arange(first, end) * _people_count(lines) // lines + 1
    contract = rng.integers(1, len(kinds) + 1, rows)
    kind = kinds[contract - 1]
    chance = rng.random(rows)
    service = np.select(
        [kind == VISITS, kind == HOURS, kind == SESSIONS, chance < 0.25, chance < 0.40],
        [HOME_CARE, np.where(chance < 0.3, SUPPORTED, HOME_CARE), DAY_CARE, NURSING, SUPPORTED],
        RESIDENTIAL,
    )
    starts = number(dt.date(2021, 4, 5)) + rng.integers(0, 1826, rows)
    begins_now = rng.random(rows) < 0.02
    starts[begins_now] = _FIRST + rng.integers(0, PERIOD_DAYS, int(begins_now.sum()))
    closes = np.full(rows, FOR_EVER)
    ends_now = (rng.random(rows) < 0.02) & ~begins_now
    closes[ends_now] = _FIRST + rng.integers(1, PERIOD_DAYS, int(ends_now.sum()))
    days = _weekdays(kind, rng)
    unit = _pick(("week", "visit", "hour", "session"), kind)
    nr = writer.add(
        tables.service_line,
        "L",
        rows,
        package=package,
        person=package,
        contract=contract,
        service=service,
        unit=unit,
        quantity=_quantity(kind, days, rng),
        days=days,
        every_weeks=np.where((kind == SESSIONS) & (rng.random(rows) < 0.1), 2, 1),
        visit_minutes=pa.array(rng.choice(_VISIT_MINUTES, rows, p=_VISIT_SHARE), mask=kind != VISITS),
        carers=np.where((kind == VISITS) & (rng.random(rows) < 0.18), 2, 1),
        starts=starts,
        ends=closes,
        end_reason=pa.array(["moved"] * rows, mask=~ends_now),
    )
    _agreed_rates(writer, nr[kind == WEEKLY], starts[kind == WEEKLY], history, rng)
    _hangings(writer, nr, kind, service, starts, rng)


def _weekdays(kind: Ints, rng: np.random.Generator) -> Ints:
    """Planned weekdays as bits. Visits always have them; half the hours and all the sessions do; weeks never."""
    rows = len(kind)
    visits = rng.choice((127, 31, 21, 127 - 32, 65), rows, p=(0.7, 0.12, 0.08, 0.06, 0.04))
    sessions = rng.choice((1, 5, 10, 21, 31), rows)
    hours = np.where(rng.random(rows) < 0.5, visits, 0)
    return np.select([kind == VISITS, kind == HOURS, kind == SESSIONS], [visits, hours, sessions], 0)


def _quantity(kind: Ints, days: Ints, rng: np.random.Generator) -> Ints:
    """Hundredths of a week, visit or session; minutes of hours: a week, or each planned day."""
    rows = len(kind)
    visits = 100 * rng.choice((1, 2, 3, 4), rows, p=(0.4, 0.3, 0.2, 0.1))
    weekly_minutes = 15 * rng.integers(14, 120, rows)
    daily_minutes = 15 * rng.integers(2, 16, rows)
    hours = np.where(days > 0, daily_minutes, weekly_minutes)
    return np.select([kind == VISITS, kind == HOURS], [visits, hours], 100)


def _agreed_rates(writer: _Writer, line: Ints, starts: Ints, history: int, rng: np.random.Generator) -> None:
    """Weekly prices, in pounds divisible by seven pence as some councils ask; 5% change inside the period."""
    price = 70_000 * rng.integers(90, 170, len(line))  # £630 to £1,183 a week
    changes = np.where(rng.random(len(line)) < 0.05, _FIRST + rng.integers(1, PERIOD_DAYS, len(line)), FOR_EVER)
    for opens, closes, percent in _price_spans(changes, history):
        opens = np.maximum(opens, starts)
        real = opens < closes
        writer.add(
            tables.agreed_rate,
            "A",
            int(real.sum()),
            line=line[real],
            rate=(price * percent // 100)[real],
            starts=opens[real],
            ends=closes[real],
        )


def _hangings(writer: _Writer, nr: Ints, kind: Ints, service: Ints, starts: Ints, rng: np.random.Generator) -> None:
    """Suspensions, contributions, NHS shares and nursing awards."""
    rows = len(nr)
    hit = rng.random(rows) < 0.03
    away = _FIRST - 7 + rng.integers(0, PERIOD_DAYS + 6, int(hit.sum()))
    away = np.maximum(away, starts[hit])
    nights = np.minimum(1 + rng.geometric(1 / 8, len(away)), 60)
    paid = pa.array(["100:7,80:21,0"] * len(away), mask=rng.random(len(away)) < 0.7)
    writer.add(
        tables.suspension, "U", len(away), line=nr[hit], starts=away, ends=away + nights, reason="hospital", paid=paid
    )
    weekly = kind == WEEKLY
    hit = weekly & (rng.random(rows) < 0.06 / 0.45)
    pounds = 10_000 * rng.integers(90, 320, int(hit.sum()))
    writer.add(
        tables.contribution,
        "N",
        len(pounds),
        line=nr[hit],
        kind="client",
        weekly=pounds,
        collector="provider",
        starts=starts[hit],
    )
    hit = rng.random(rows) < 0.04
    count = int(hit.sum())
    percent = rng.random(count) < 0.8
    amount = np.where(percent, 500 * rng.integers(2, 18, count), 10_000 * rng.integers(50, 250, count))
    writer.add(
        tables.funding_share,
        "H",
        count,
        line=nr[hit],
        funder=rng.integers(1, 4, count),
        basis=_pick(("fixed", "percent"), percent.astype(np.int64)),
        amount=amount,
        starts=starts[hit],
    )
    hit = (service == NURSING) & (rng.random(rows) < 0.03 / (0.45 * 0.25))
    count = int(hit.sum())
    writer.add(
        tables.nursing_award,
        "W",
        count,
        line=nr[hit],
        band="standard",
        route=_pick(("added", "deducted"), (rng.random(count) < 0.5).astype(np.int64)),
        starts=starts[hit],
    )


# Late news


def learn_news(
    database: Database, share: float, *, periods_back: int = 26, seed: int = 1, before: dt.date = PERIOD[1]
) -> Filled:
    """Learn, as one later change, back-dated news about ``share`` of the lines. Returns the change and its counts.

    Each piece of news reaches back to a day drawn evenly from the ``periods_back`` four-week periods before
    ``before``. A quarter of the lines turn out to have ended, a tenth to have started a week later, three in ten to
    have changed in price (agreed rates) or quantity (rate cards), the rest to have been in hospital.
    """
    with database.bulk() as bulk:
        counts = {table.name: _last(bulk, table) for table in tables.FACTS.values()}
        change = _last(bulk, tables.change) + 1
        rng = np.random.default_rng((seed, change))
        writer = _Writer(bulk, counts, change)
        writer.change("back-dated news")
        before_news = dict(counts)
        chosen = np.sort(rng.choice(counts["service_line"], round(counts["service_line"] * share), replace=False)) + 1
        for part in np.array_split(chosen, max(1, -(-len(chosen) // 20_000))):
            _news(writer, part, number(before), periods_back, rng, change)
    learned = {name: counts[name] - was for name, was in before_news.items() if counts[name] != was}
    return Filled(change, learned | {"lines": len(chosen)})


def _last(bulk: Bulk, table: Table) -> int:
    return int(ints(bulk.read(select(func.max(table.c.nr).label("nr"))), "nr", null=0)[0])


def _news(writer: _Writer, chosen: Ints, before: int, periods_back: int, rng: np.random.Generator, change: int) -> None:
    table = tables.service_line
    rows = _current(writer.bulk, table, table.c.nr, chosen)
    starts, closes = ints(rows, "starts"), ends(rows)
    day = before - 1 - rng.integers(0, PERIOD_DAYS * periods_back, rows.num_rows)
    day = np.maximum(day, starts + 8)  # nothing is learned about days before the line began
    live = (day < closes) & (day < before)
    what = rng.choice(4, rows.num_rows, p=(0.25, 0.10, 0.30, 0.35))
    weekly = np.asarray(pc.equal(rows["unit"], "week"))

    ended = live & (what == 0)
    _again(writer, rows, ended, change, starts, np.where(ended, day, closes), end_reason="died")
    later = live & (what == 1)
    _again(writer, rows, later, change, np.where(later, starts + 7, starts), closes)
    resized = live & (what == 2) & ~weekly
    _again(writer, rows, resized, change, starts, np.where(resized, day, closes), end_reason="changed")
    kept = rows.filter(pa.array(resized))
    follow = {name: kept[name] for name in _CARRIED}
    quantity = ints(kept, "quantity")
    writer.add(
        table,
        "L",
        kept.num_rows,
        **(follow | {"quantity": quantity + quantity // 2, "starts": day[resized], "ends": closes[resized]}),
    )
    away = live & ~ended & ~later & ~resized & ~((what == 2) & weekly)
    nights = np.minimum(2 + rng.geometric(1 / 9, int(away.sum())), 70)
    writer.add(
        tables.suspension,
        "U",
        len(nights),
        line=ints(rows, "nr")[away],
        starts=day[away],
        ends=day[away] + nights,
        reason="hospital",
    )
    repriced = live & (what == 2) & weekly
    _reprice(writer, ints(rows, "nr")[repriced], day[repriced], change)


_CARRIED = ("package", "person", "contract", "service", "unit", "days", "every_weeks", "visit_minutes", "carers")


def _current(bulk: Bulk, table: Table, column: Column[int], wanted: Ints) -> pa.Table:
    """The rows believed now whose ``column`` is one of ``wanted``, in order of it."""
    believed = select(table).where(table.c.superseded.is_(None))
    parts = [
        bulk.read(believed.where(column.in_(part.tolist())))
        for part in np.array_split(wanted, max(1, -(-len(wanted) // 5_000)))
    ]
    return pa.concat_tables(parts).sort_by([("nr", "ascending")])


def _supersede(bulk: Bulk, table: Table, nr: Ints, change: int) -> None:
    for part in np.array_split(nr, max(1, -(-len(nr) // 5_000))):
        if len(part):
            still = table.c.nr.in_(part.tolist()) & table.c.superseded.is_(None)
            bulk.execute(update(table).where(still).values(superseded=change))


def _again(
    writer: _Writer,
    rows: pa.Table,
    which: NDArray[np.bool_],
    change: int,
    starts: Ints,
    closes: Ints,
    end_reason: str | None = None,
) -> None:
    """Supersede the chosen lines with new versions that start and end on the given days."""
    kept = rows.filter(pa.array(which))
    _supersede(writer.bulk, tables.service_line, ints(kept, "nr"), change)
    carried = {name: kept[name] for name in (*_CARRIED, "quantity")}
    writer.add_versions(
        tables.service_line,
        ints(kept, "nr"),
        kept["ref"],
        starts=starts[which],
        ends=closes[which],
        end_reason=end_reason if end_reason is not None else kept["end_reason"],
        **carried,
    )


def _reprice(writer: _Writer, line: Ints, day: Ints, change: int) -> None:
    """From each line's day on, its agreed rates are 4% more: whole later spans re-learned, the one it falls in cut."""
    if not len(line):
        return
    table = tables.agreed_rate
    rows = _current(writer.bulk, table, table.c.line, line)
    order = np.argsort(line)
    from_day = day[order][np.searchsorted(line[order], ints(rows, "line"))]
    starts, closes, rate = ints(rows, "starts"), ends(rows), ints(rows, "rate")
    touched = closes > from_day
    cut = touched & (starts < from_day)
    _supersede(writer.bulk, table, ints(rows, "nr")[touched], change)
    kept = rows.filter(pa.array(touched))
    writer.add_versions(
        table,
        ints(kept, "nr"),
        kept["ref"],
        line=kept["line"],
        starts=starts[touched],
        rate=np.where(cut, rate, rate + rate // 25)[touched],
        ends=np.where(cut, from_day, closes)[touched],
    )
    writer.add(
        table,
        "A",
        int(cut.sum()),
        line=ints(rows, "line")[cut],
        rate=(rate + rate // 25)[cut],
        starts=from_day[cut],
        ends=closes[cut],
    )
