"""Columns of facts made of the rows of their tables: one way, for all the rows of a run and for a handful."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.care_costs import stays
from finance.care_costs.facts import (
    CONTRIBUTION,
    TOP_UP,
    UNKNOWN,
    Adjustments,
    Blocks,
    ByLine,
    CardRates,
    CareFacts,
    Columns,
    Contributions,
    FundingShares,
    LaterTerms,
    LineRates,
    Lines,
    NursingAwards,
    NursingRates,
    Suspensions,
    Told,
)
from finance.care_costs.stays import OtherLines
from finance.care_costs.terms import netted, terms_of_lines
from finance.columns import Ints, codes, ends, ints

Made = TypeVar("Made", bound=Columns)
_MADE = (
    Lines,
    LaterTerms,
    LineRates,
    CardRates,
    Suspensions,
    FundingShares,
    Contributions,
    NursingAwards,
    NursingRates,
    Blocks,
    Adjustments,
)
_BESIDE = {
    "service_line": ("package",),
    "package": ("nr",),
    "person": ("nr", "support_reason"),
    "contract": ("nr", "retainer"),
    "contract_terms": ("retainer",),
    "service": ("nr", "kind"),
    "suspension": ("paid",),
    "contribution": ("kind", "collector"),
}  # what is worked out rests on these


def _wanted() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {table: dict.fromkeys(columns) for table, columns in _BESIDE.items()}
    for told in (each for made in _MADE for each in made.told().values()):
        found.setdefault(told.table, {})[told.column] = None
    return {table: tuple(columns) for table, columns in found.items()}


WANTED = _wanted()
"""The tables of facts a calculation reads, and the columns of each."""


OthersLines = Callable[[Ints], OtherLines]
"""Every line of some people."""


def care_facts(rows: Mapping[str, pa.Table], lines_of: OthersLines) -> CareFacts:
    """The facts of one calculation. ``rows``: every table of ``WANTED``; what hangs on lines in order of line and
    start, the rest in order of number. ``lines_of``: asked where an absence may have begun on another line.

    Lines whose contract is not there are left out, and so is what is said of lines that are not there.
    """
    retainers = _Words(rows["contract"]["retainer"])
    coding_of = CodingOf(rows["service"], rows["person"])
    lines = _lines(rows, retainers, coding_of)
    later = _terms(rows, retainers)
    terms = terms_of_lines(lines, later)
    blocks = _blocks(rows, coding_of)
    away = rows["suspension"]
    suspensions = columns(Suspensions, rows, paid=retainers.places(away["paid"]), opened=ints(away, "starts"))
    return CareFacts(
        lines=lines,
        terms=terms,
        agreed=_about(lines, columns(LineRates, rows)),
        card=columns(CardRates, rows),
        suspensions=_about(lines, in_stays(lines, suspensions, lines_of)),
        shares=_about(lines, columns(FundingShares, rows)),
        contributions=_contributions(rows["contribution"], lines, terms),
        awards=_about(lines, columns(NursingAwards, rows)),
        nursing=columns(NursingRates, rows),
        blocks=blocks,
        block_terms=terms_of_lines(Lines.bare(len(blocks), nr=blocks.nr, contract=blocks.contract), later),
        adjustments=_adjustments(rows, coding_of),
        retainers=retainers.words,
        codings=coding_of.codings,
    )


def columns(of: type[Made], rows: Mapping[str, pa.Table], **worked_out: Ints) -> Made:
    """One class of columns, of the table it is told by."""
    return of(**{name: column(rows[told.table], told) for name, told in of.told().items()} | worked_out)


def column(rows: pa.Table, told: Told) -> Ints:
    """One column as a table tells it."""
    if told.words is not None:
        return codes(rows, told.column, list(told.words))
    return ints(rows, told.column, told.none)


class _Words:
    """Distinct texts, by place."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self.words: list[str] = sorted({word for word in column.unique().to_pylist() if word})

    def places(self, column: pa.ChunkedArray) -> Ints:
        new = {word for word in column.unique().to_pylist() if word} - set(self.words)
        self.words.extend(sorted(new))
        return codes(pa.table({"words": column}), "words", self.words)


class CodingOf:
    """The place of each (service kind, support reason) a line is coded by, among ``codings``."""

    def __init__(self, service: pa.Table, people: pa.Table) -> None:
        kinds = sorted(set(service["kind"].to_pylist()))
        reasons = sorted({each for each in people["support_reason"].unique().to_pylist() if each is not None})
        self.codings: list[tuple[str, str | None]] = [(kind, each) for kind in kinds for each in [*reasons, None]]
        self._services, self._kind = ints(service, "nr"), codes(service, "kind", kinds)
        self._order = np.argsort(self._services)
        self._people, self._reason = ints(people, "nr"), codes(people, "support_reason", reasons)
        self._reasons = len(reasons)
        self._reason[self._reason < 0] = self._reasons

    def __call__(self, service: Ints, person: Ints) -> Ints:
        kind = self._kind[self._order][np.searchsorted(self._services[self._order], service)]
        reason = _of_people(
            self._people, np.where(self._reason < 0, self._reasons, self._reason), person, self._reasons
        )
        return np.asarray(kind * (self._reasons + 1) + reason, dtype=np.int64)


def _of_people(people: Ints, said: Ints, person: Ints, otherwise: int) -> Ints:
    """What is said of each person asked about; ``otherwise`` where there is no such person."""
    if not len(people):
        return np.full(len(person), otherwise, np.int64)
    place = np.minimum(np.searchsorted(people, person), len(people) - 1)
    return np.asarray(np.where(people[place] == person, said[place], otherwise), dtype=np.int64)


def _of_contracts(rows: pa.Table, contract: pa.Table) -> tuple[pa.Table, Ints]:
    """The rows whose contract is there, and the place of each one's."""
    contracts, theirs = ints(contract, "nr"), ints(rows, "contract")
    of = np.searchsorted(contracts, theirs)
    mine = of < len(contracts)
    mine[mine] &= contracts[of[mine]] == theirs[mine]
    return (rows, of) if mine.all() else (rows.filter(pa.array(mine)), of[mine])


def _lines(rows: Mapping[str, pa.Table], retainers: _Words, coding_of: CodingOf) -> Lines:
    """Lines joined with what their contract, person and package say of them."""
    own, of = _of_contracts(rows["service_line"], rows["contract"])
    tables = {**rows, "service_line": own}
    place: dict[str, Ints | slice] = {"service_line": slice(None), "contract": of}
    for name in ("person", "package"):
        place[name] = np.searchsorted(ints(rows[name], "nr"), ints(own, name))
    made = {name: column(tables[told.table], told)[place[told.table]] for name, told in Lines.told().items()}
    return Lines(
        **made,
        begun=np.maximum(np.maximum(made["starts"], made["package_starts"]), made["contract_starts"]),
        retainer=retainers.places(rows["contract"]["retainer"])[of],
        coding=coding_of(ints(own, "service"), ints(own, "person")),
    )


def _terms(rows: Mapping[str, pa.Table], retainers: _Words) -> LaterTerms:
    """What contracts say from a day on, by contract."""
    table = rows["contract_terms"]
    starts = ints(table, "starts")
    some = columns(LaterTerms, rows, ends=starts, retainer=retainers.places(table["retainer"]))
    return some.take(np.lexsort((some.starts, some.line)).astype(np.int64))


def in_stays(lines: Lines, some: Suspensions, lines_of: OthersLines) -> Suspensions:
    """Suspensions counted from the first day of the stay each is part of. ``some``: all that are believed."""
    some = stays.opened(some.line, some)
    away = stays.begun_away(lines, some)
    return stays.across_lines(lines_of(lines.person[away]), some) if len(away) else some


def other_lines(rows: Mapping[str, pa.Table]) -> OtherLines:
    """Lines of people with the days each is live, from their rows and those of their packages and contracts."""
    own, of = _of_contracts(rows["service_line"], rows["contract"])
    within = np.searchsorted(ints(rows["package"], "nr"), ints(own, "package"))
    tables: list[tuple[pa.Table, Ints | slice]] = [(rows["contract"], of), (rows["package"], within)]
    first, end = ints(own, "starts"), ends(own)
    for table, at in tables:
        first, end = np.maximum(first, ints(table, "starts")[at]), np.minimum(end, ends(table)[at])
    nr, person, service = (ints(own, name) for name in ("nr", "person", "service"))
    return OtherLines(nr, person, service, ints(rows["contract"], "payee")[of], first, end)


def _contributions(rows: pa.Table, lines: Lines, terms: LaterTerms) -> Contributions:
    """Contributions the provider collects, for the days on which the line's contract is paid net of them."""
    rows = rows.filter(pc.equal(rows["collector"], "provider"))
    kind = np.where(codes(rows, "kind", ["client", "top-up"]) == 1, TOP_UP, CONTRIBUTION)
    made = _about(lines, columns(Contributions, {"contribution": rows}, kind=kind))
    return netted(made, lines, terms)


def _about(lines: Lines, table: ByLine) -> ByLine:
    """The rows that speak of one of these lines. Other lines are not paid by this run, or are over and done with."""
    if not len(lines):
        return table.take(slice(0))
    place = np.minimum(np.searchsorted(lines.nr, table.line), len(lines) - 1)
    return table.take(lines.nr[place] == table.line)


def _blocks(rows: Mapping[str, pa.Table], coding_of: CodingOf) -> Blocks:
    """Blocks on the days of their contracts."""
    contract = rows["contract"]
    own, of = _of_contracts(rows["block"], contract)
    made = {name: column(own, told) for name, told in Blocks.told().items()}
    made["starts"] = np.maximum(made["starts"], column(contract, Lines.told()["contract_starts"])[of])
    made["ends"] = np.minimum(made["ends"], column(contract, Lines.told()["contract_ends"])[of])
    made |= {name: column(contract, Lines.told()[name])[of] for name in ("months_begin", "whole_weeks")}
    nobody = np.full(len(of), -1, np.int64)
    return Blocks(**made, payee=ints(contract, "payee")[of], coding=coding_of(made["service"], nobody))


def _adjustments(rows: Mapping[str, pa.Table], coding_of: CodingOf) -> Adjustments:
    service, person = (ints(rows["adjustment"], name) for name in ("service", "person"))
    people, born = ints(rows["person"], "nr"), column(rows["person"], Lines.told()["born"])
    return columns(Adjustments, rows, coding=coding_of(service, person), born=_of_people(people, born, person, UNKNOWN))
