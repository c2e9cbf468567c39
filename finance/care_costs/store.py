"""The facts the cost of care is worked out from, as columns, as known at one change; and what has changed since."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, and_, false, func, or_, select, true

from finance.care_costs import stays
from finance.care_costs.facts import (
    CATEGORIES,
    CONTRIBUTION,
    TOP_UP,
    UNITS,
    UNKNOWN,
    Adjustments,
    Blocks,
    ByLine,
    CardRates,
    CareFacts,
    Contributions,
    FundingShares,
    LaterTerms,
    LineRates,
    Lines,
    NursingAwards,
    NursingRates,
    Suspensions,
)
from finance.care_costs.terms import netted, terms_of_lines
from finance.columns import Bulk, Ints, codes, ends, ints
from finance.days import day
from finance.facts import tables as t
from finance.facts.versions import believed
from finance.timelines import distinct

BANDS = ["standard", "higher"]
PAYMENTS = ["gross", "net"]
BANK_HOLIDAYS = ["paid", "closed"]


def last_change(connection: Connection) -> int:
    """The number of the newest change; 0 where nothing has ever been learned."""
    return int(connection.execute(select(func.coalesce(func.max(t.change.c.nr), 0))).scalar_one())


@dataclass(frozen=True)
class Window:
    """What a run looks at: days ``[starts, up_to)`` of every line of a pay calendar, and earlier days of lines in
    scope.

    ``calendar``: None for lines of every calendar, and then no adjustments. ``scope_line``/``scope_since``: lines with
    late news or unsettled money, and the first day of each to work out.
    """

    calendar: int | None
    known: int
    starts: int
    up_to: int
    scope_line: Ints
    scope_since: Ints


def read_facts(bulk: Bulk, window: Window) -> CareFacts:
    """Every fact the run's calculation reads: half of the tables by a second transaction, meanwhile."""
    known = window.known
    with bulk.beside() as other, ThreadPoolExecutor(1) as meanwhile:
        behind = meanwhile.submit(_behind_lines, other, known)
        raw = _line_rows(bulk, window)
        service = bulk.read(select(t.service.c.nr, t.service.c.kind).where(believed(t.service, known)))
        contract, later = _contracts(bulk, window), _later_terms(bulk, known)
        card, nursing = _card(bulk, known), _nursing_rates(bulk, known)
        rows = behind.result()
    retainers = _Words(pa.chunked_array([*contract["retainer"].chunks, *later["retainer"].chunks], pa.string()))
    codings, coding_of = _codings(service, rows["person"])
    lines = _lines(raw, contract, rows["person"], rows["package"], retainers, coding_of)
    terms = _terms(later, lines, retainers)
    return CareFacts(
        lines=lines,
        terms=terms,
        agreed=_about(lines, _agreed(rows["agreed_rate"])),
        card=card,
        suspensions=_about(lines, in_stays(bulk, known, lines, _suspensions(rows["suspension"], retainers))),
        shares=_about(lines, _shares(rows["funding_share"])),
        contributions=_contributions(rows["contribution"], lines, terms),
        awards=_about(lines, _awards(rows["nursing_award"])),
        nursing=nursing,
        blocks=_blocks(bulk, known, contract, coding_of),
        adjustments=_adjustments(bulk, window, coding_of, rows["person"]),
        retainers=retainers.words,
        codings=codings,
    )


_HANGING = {
    t.agreed_rate: ("rate",),
    t.suspension: ("paid",),
    t.funding_share: ("funder", "basis", "amount"),
    t.contribution: ("kind", "weekly", "collector"),
    t.nursing_award: ("band", "route"),
}


def _behind_lines(bulk: Bulk, known: int) -> dict[str, pa.Table]:
    """People and packages, in order of number; and the dated facts that hang on lines, in order of line and start."""
    p, k = t.person.c, t.package.c
    queries = {
        t.person: select(p.nr, p.born, p.died, p.support_reason).order_by(p.nr),
        t.package: select(k.nr, k.starts, k.ends).order_by(k.nr),
    } | {
        table: select(table.c.line, *(table.c[name] for name in columns), table.c.starts, table.c.ends).order_by(
            table.c.line, table.c.starts, table.c.nr
        )
        for table, columns in _HANGING.items()
    }
    return {table.name: bulk.read(query.where(believed(table, known))) for table, query in queries.items()}


def _line_rows(bulk: Bulk, window: Window) -> pa.Table:
    """Lines live in the window, and those in scope, in order of number."""
    scope = bulk.stage("scope", pa.table({"line": window.scope_line}))
    sl = t.service_line.c
    live = and_(sl.starts < day(window.up_to), or_(sl.ends.is_(None), sl.ends > day(window.starts)))
    return bulk.read(
        select(
            sl.nr,
            sl.package,
            sl.person,
            sl.contract,
            sl.service,
            sl.unit,
            sl.quantity,
            sl.days,
            sl.every_weeks,
            sl.visit_minutes,
            sl.carers,
            sl.starts,
            sl.ends,
        )
        .where(believed(t.service_line, window.known))
        .where(or_(live, sl.nr.in_(select(scope.c.line))))
        .order_by(sl.nr)
    )


class _Words:
    """Distinct texts, by place."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self.words: list[str] = sorted({word for word in column.unique().to_pylist() if word})

    def places(self, column: pa.ChunkedArray) -> Ints:
        new = {word for word in column.unique().to_pylist() if word} - set(self.words)
        self.words.extend(sorted(new))
        return codes(pa.table({"words": column}), "words", self.words)


def _contracts(bulk: Bulk, window: Window) -> pa.Table:
    c = t.contract.c
    return bulk.read(
        select(c.nr, c.payee, c.calendar, c.starts, c.ends, c.payment, c.days_after_death, c.retainer, c.bank_holidays)
        .where(believed(t.contract, window.known))
        .where(true() if window.calendar is None else c.calendar == window.calendar)
        .order_by(c.nr)
    )


def _later_terms(bulk: Bulk, known: int) -> pa.Table:
    """What holds from a day on under contracts whose terms have changed, in order of contract and day."""
    c = t.contract_terms.c
    return bulk.read(
        select(c.contract, c.starts, c.payment, c.days_after_death, c.retainer, c.bank_holidays)
        .where(believed(t.contract_terms, known))
        .order_by(c.contract, c.starts)
    )


def _terms(rows: pa.Table, lines: Lines, retainers: _Words) -> LaterTerms:
    by_contract = LaterTerms(
        line=ints(rows, "contract"),
        starts=ints(rows, "starts"),
        ends=ints(rows, "starts"),
        net=codes(rows, "payment", PAYMENTS),
        days_after_death=ints(rows, "days_after_death"),
        retainer=retainers.places(rows["retainer"]),
        closed=codes(rows, "bank_holidays", BANK_HOLIDAYS),
    )
    return terms_of_lines(lines, by_contract)


class _CodingOf:
    """The place of each (service kind, support reason) a line is coded by."""

    def __init__(self, service: pa.Table, people: pa.Table, reasons: list[str], kinds: list[str]) -> None:
        self._services, self._kind = ints(service, "nr"), codes(service, "kind", kinds)
        self._order = np.argsort(self._services)
        self._people, self._reason = ints(people, "nr"), codes(people, "support_reason", reasons)
        self._reasons = len(reasons)

    def __call__(self, service: Ints, person: Ints) -> Ints:
        kind = self._kind[self._order][np.searchsorted(self._services[self._order], service)]
        if not len(self._people):
            return kind * (self._reasons + 1) + self._reasons
        place = np.minimum(np.searchsorted(self._people, person), len(self._people) - 1)
        reason = np.where(self._people[place] == person, self._reason[place], self._reasons)
        return np.asarray(kind * (self._reasons + 1) + reason, dtype=np.int64)


def _codings(service: pa.Table, people: pa.Table) -> tuple[list[tuple[str, str | None]], _CodingOf]:
    kinds = sorted(set(service["kind"].to_pylist()))
    reasons = sorted(set(people["support_reason"].unique().to_pylist()))
    return [(kind, reason) for kind in kinds for reason in [*reasons, None]], _CodingOf(service, people, reasons, kinds)


def _lines(
    raw: pa.Table, contract: pa.Table, people: pa.Table, packages: pa.Table, retainers: _Words, coding_of: _CodingOf
) -> Lines:
    """Lines of the run's calendar, joined with what their contract, person and package say of them."""
    contracts = ints(contract, "nr")
    of = np.searchsorted(contracts, ints(raw, "contract"))
    mine = of < len(contracts)
    mine[mine] &= contracts[of[mine]] == ints(raw, "contract")[mine]
    if not mine.all():
        raw, of = raw.filter(pa.array(mine)), of[mine]
    person = ints(raw, "person")
    who = np.searchsorted(ints(people, "nr"), person)
    where = np.searchsorted(ints(packages, "nr"), ints(raw, "package"))
    service = ints(raw, "service")
    return Lines(
        nr=ints(raw, "nr"),
        person=person,
        service=service,
        contract=ints(raw, "contract"),
        unit=codes(raw, "unit", UNITS),
        quantity=ints(raw, "quantity"),
        days=ints(raw, "days"),
        every_weeks=ints(raw, "every_weeks"),
        visit_minutes=ints(raw, "visit_minutes"),
        carers=ints(raw, "carers"),
        starts=ints(raw, "starts"),
        ends=ends(raw),
        package_starts=ints(packages, "starts")[where],
        package_ends=ends(packages)[where],
        contract_starts=ints(contract, "starts")[of],
        contract_ends=ends(contract)[of],
        payee=ints(contract, "payee")[of],
        net=codes(contract, "payment", PAYMENTS)[of],
        days_after_death=ints(contract, "days_after_death")[of],
        retainer=retainers.places(contract["retainer"])[of],
        closed=codes(contract, "bank_holidays", BANK_HOLIDAYS)[of],
        born=ints(people, "born", null=UNKNOWN)[who],
        died=ints(people, "died", null=UNKNOWN)[who],
        coding=coding_of(service, person),
    )


def _agreed(rows: pa.Table) -> LineRates:
    return LineRates(ints(rows, "line"), ints(rows, "rate"), ints(rows, "starts"), ends(rows))


def _card(bulk: Bulk, known: int) -> CardRates:
    c = t.rate.c
    rows = bulk.read(
        select(
            c.contract,
            c.service,
            c.unit,
            c.rate,
            c.starts,
            c.ends,
            c.day_category,
            c.minutes_from,
            c.minutes_until,
            c.age_from,
            c.age_until,
        ).where(believed(t.rate, known))
    )
    return CardRates(
        ints(rows, "contract"),
        ints(rows, "service"),
        codes(rows, "unit", UNITS),
        ints(rows, "rate"),
        ints(rows, "starts"),
        ends(rows),
        codes(rows, "day_category", CATEGORIES),
        ints(rows, "minutes_from"),
        ints(rows, "minutes_until"),
        ints(rows, "age_from"),
        ints(rows, "age_until"),
    )


def _suspensions(rows: pa.Table, retainers: _Words) -> Suspensions:
    starts = ints(rows, "starts")
    return Suspensions(ints(rows, "line"), starts, ends(rows), retainers.places(rows["paid"]), starts)


def in_stays(bulk: Bulk, known: int, lines: Lines, some: Suspensions) -> Suspensions:
    """Suspensions counted from the first day of the stay each is part of. ``some``: all that are believed."""
    some = stays.opened(some.line, some)
    away = stays.begun_away(lines, some)
    return stays.across_lines(_lines_of_people(bulk, known, lines.person[away]), some) if len(away) else some


def _lines_of_people(bulk: Bulk, known: int, people: Ints) -> stays.OtherLines:
    sl, k, c = t.service_line, t.package, t.contract
    staged = bulk.stage("away", pa.table({"person": distinct(people)}))
    rows = bulk.read(
        select(
            sl.c.nr,
            sl.c.person,
            sl.c.service,
            c.c.payee,
            *(each.c[name].label(f"{each.name}_{name}") for each in (sl, k, c) for name in ("starts", "ends")),
        )
        .join_from(sl, k, and_(k.c.nr == sl.c.package, believed(k, known)))
        .join(c, and_(c.c.nr == sl.c.contract, believed(c, known)))
        .where(believed(sl, known), sl.c.person.in_(select(staged.c.person)))
        .order_by(sl.c.nr)
    )
    names = (sl.name, k.name, c.name)
    first, second, third = (ints(rows, f"{name}_starts") for name in names)
    over, sooner, soonest = (ends(rows, f"{name}_ends") for name in names)
    return stays.OtherLines(
        ints(rows, "nr"),
        ints(rows, "person"),
        ints(rows, "service"),
        ints(rows, "payee"),
        np.maximum(np.maximum(first, second), third),
        np.minimum(np.minimum(over, sooner), soonest),
    )


def _shares(rows: pa.Table) -> FundingShares:
    return FundingShares(
        ints(rows, "line"),
        ints(rows, "funder"),
        codes(rows, "basis", ["percent", "fixed"]),
        ints(rows, "amount"),
        ints(rows, "starts"),
        ends(rows),
    )


def _contributions(rows: pa.Table, lines: Lines, terms: LaterTerms) -> Contributions:
    """Contributions the provider collects, for the days on which the line's contract is paid net of them."""
    rows = rows.filter(pc.equal(rows["collector"], "provider"))
    made = _about(
        lines,
        Contributions(
            ints(rows, "line"),
            np.where(codes(rows, "kind", ["client", "top-up"]) == 1, TOP_UP, CONTRIBUTION),
            ints(rows, "weekly"),
            ints(rows, "starts"),
            ends(rows),
        ),
    )
    return netted(made, lines, terms)


def _about(lines: Lines, table: ByLine) -> ByLine:
    """The rows that speak of one of these lines. Other lines are not paid by this run, or are over and done with."""
    if not len(lines):
        return table.take(slice(0))
    place = np.minimum(np.searchsorted(lines.nr, table.line), len(lines) - 1)
    return table.take(lines.nr[place] == table.line)


def _awards(rows: pa.Table) -> NursingAwards:
    return NursingAwards(
        ints(rows, "line"),
        codes(rows, "band", BANDS),
        codes(rows, "route", ["added", "deducted"]),
        ints(rows, "starts"),
        ends(rows),
    )


def _nursing_rates(bulk: Bulk, known: int) -> NursingRates:
    c = t.nursing_rate.c
    rows = bulk.read(select(c.band, c.rate, c.starts, c.ends).where(believed(t.nursing_rate, known)))
    return NursingRates(codes(rows, "band", BANDS), ints(rows, "rate"), ints(rows, "starts"), ends(rows))


def _blocks(bulk: Bulk, known: int, contract: pa.Table, coding_of: _CodingOf) -> Blocks:
    c = t.block.c
    rows = bulk.read(
        select(c.nr, c.contract, c.service, c.unit, c.rate, c.starts, c.ends)
        .where(believed(t.block, known))
        .order_by(c.nr)
    )
    contracts = ints(contract, "nr")
    of = np.searchsorted(contracts, ints(rows, "contract"))
    mine = of < len(contracts)
    mine[mine] &= contracts[of[mine]] == ints(rows, "contract")[mine]
    rows, of = rows.filter(pa.array(mine)), of[mine]
    service = ints(rows, "service")
    return Blocks(
        ints(rows, "nr"),
        ints(rows, "contract"),
        service,
        ints(contract, "payee")[of],
        codes(rows, "unit", UNITS),
        ints(rows, "rate"),
        np.maximum(ints(rows, "starts"), ints(contract, "starts")[of]),
        np.minimum(ends(rows), ends(contract)[of]),
        coding_of(service, np.full(len(service), -1, np.int64)),
    )


def _adjustments(bulk: Bulk, window: Window, coding_of: _CodingOf, people: pa.Table) -> Adjustments:
    c = t.adjustment.c
    rows = bulk.read(
        select(c.nr, c.payee, c.service, c.person, c.on, c.amount)
        .where(believed(t.adjustment, window.known))
        .where(false() if window.calendar is None else c.calendar == window.calendar, c.on < day(window.up_to))
        .order_by(c.nr)
    )
    service, person = ints(rows, "service"), ints(rows, "person")
    return Adjustments(
        ints(rows, "nr"),
        ints(rows, "payee"),
        service,
        person,
        ints(rows, "on"),
        ints(rows, "amount"),
        coding_of(service, person),
        _born(people, person),
    )


def _born(people: pa.Table, person: Ints) -> Ints:
    """The birthday of each person asked about, UNKNOWN where there is no such person."""
    known, born = ints(people, "nr"), ints(people, "born", null=UNKNOWN)
    if not len(known):
        return np.full(len(person), UNKNOWN, np.int64)
    place = np.minimum(np.searchsorted(known, person), len(known) - 1)
    return np.where(known[place] == person, born[place], UNKNOWN)


def read_funder_kinds(bulk: Bulk, known: int) -> dict[int, str]:
    """What kind of funder each number is."""
    rows = bulk.read(select(t.funder.c.nr, t.funder.c.kind).where(believed(t.funder, known)))
    return dict(zip(rows["nr"].to_pylist(), rows["kind"].to_pylist(), strict=True))


# What has changed ---------------------------------------------------------------------------------------------------
