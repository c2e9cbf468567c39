"""Facts for a handful of lines, from rows: what explaining a line, or costing care not yet bought, hands the
calculation.

A row is a mapping of a fact table's column names to values (dates, whole numbers, words, None). ``payruns.store`` reads
the same facts by the column for whole runs; both feed one calculation.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from finance.care_costs import stays
from finance.care_costs.facts import (
    CATEGORIES,
    CONTRIBUTION,
    TOP_UP,
    UNITS,
    UNKNOWN,
    Adjustments,
    Blocks,
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
from finance.care_costs.store import BANDS, BANK_HOLIDAYS, PAYMENTS
from finance.care_costs.terms import netted, terms_of_lines
from finance.columns import Ints
from finance.days import FOR_EVER, number

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


def facts_from(rows: Rows) -> CareFacts:
    """Facts as the calculation reads them. Each line's package, person and contract must be among the rows."""
    by_nr = {
        name: {row["nr"]: row for row in rows.get(name, ())} for name in ("package", "person", "contract", "service")
    }
    lines = sorted(rows.get("service_line", ()), key=lambda row: int(row["nr"]))
    retainers = sorted(set(_retainers(rows)))
    codings = sorted({_coding(line, by_nr) for line in lines}, key=str)
    made = _lines(lines, by_nr, retainers, codings)
    terms = _terms(rows.get("contract_terms", ()), made, retainers)
    return CareFacts(
        lines=made,
        terms=terms,
        agreed=LineRates(*_spans(rows, "agreed_rate", "line", "rate")),
        card=_card(rows.get("rate", ())),
        suspensions=_suspensions(rows, by_nr, retainers),
        shares=_shares(rows),
        contributions=netted(_contributions(rows), made, terms),
        awards=_awards(rows),
        nursing=_nursing(rows.get("nursing_rate", ())),
        blocks=_blocks(rows.get("block", ()), by_nr["contract"]),
        adjustments=Adjustments(*([np.empty(0, np.int64)] * 8)),
        retainers=retainers,
        codings=codings,
    )


def ints(rows: Sequence[Row], name: str, none: int = -1) -> Ints:
    """One column of rows: dates as day numbers, ``none`` where there is no value."""
    return np.asarray([_int(row.get(name), none) for row in rows], dtype=np.int64)


def _int(value: Any, none: int) -> int:
    if value is None:
        return none
    return number(value) if isinstance(value, dt.date) else int(value)


def _ends(rows: Sequence[Row]) -> Ints:
    return ints(rows, "ends", FOR_EVER)


def _places(rows: Sequence[Row], name: str, known: Sequence[str]) -> Ints:
    return np.asarray([-1 if row.get(name) is None else known.index(row[name]) for row in rows], dtype=np.int64)


def _sorted(rows: Rows, name: str) -> list[Row]:
    return sorted(rows.get(name, ()), key=lambda row: (row["line"], row["starts"], row.get("nr") or 0))


def _retainers(rows: Rows) -> list[str]:
    contracts = (*rows.get("contract", ()), *rows.get("contract_terms", ()))
    return [row["retainer"] for row in contracts] + [
        row["paid"] for row in (*rows.get("suspension", ()), *rows.get("suspension_beside", ())) if row.get("paid")
    ]


def _coding(line: Row, by_nr: Mapping[str, Mapping[int, Row]]) -> tuple[str, str | None]:
    service, person = by_nr["service"].get(line["service"]), by_nr["person"].get(line["person"])
    return (service["kind"] if service else "", person["support_reason"] if person else None)


def _lines(
    lines: Sequence[Row],
    by_nr: Mapping[str, Mapping[int, Row]],
    retainers: list[str],
    codings: list[tuple[str, str | None]],
) -> Lines:
    packages = [by_nr["package"][row["package"]] for row in lines]
    contracts = [by_nr["contract"][row["contract"]] for row in lines]
    people = [by_nr["person"][row["person"]] for row in lines]
    return Lines(
        **{
            name: ints(lines, name)
            for name in (
                "nr",
                "person",
                "service",
                "contract",
                "quantity",
                "days",
                "every_weeks",
                "visit_minutes",
                "carers",
                "starts",
            )
        },
        unit=_places(lines, "unit", UNITS),
        ends=_ends(lines),
        package_starts=ints(packages, "starts"),
        package_ends=_ends(packages),
        contract_starts=ints(contracts, "starts"),
        contract_ends=_ends(contracts),
        payee=ints(contracts, "payee"),
        net=_places(contracts, "payment", PAYMENTS),
        days_after_death=ints(contracts, "days_after_death"),
        retainer=_places(contracts, "retainer", retainers),
        closed=_places(contracts, "bank_holidays", BANK_HOLIDAYS),
        born=ints(people, "born", UNKNOWN),
        died=ints(people, "died", UNKNOWN),
        coding=np.asarray([codings.index(_coding(row, by_nr)) for row in lines], dtype=np.int64),
    )


def _terms(rows: Sequence[Row], lines: Lines, retainers: list[str]) -> LaterTerms:
    some = sorted(rows, key=lambda row: (row["contract"], row["starts"]))
    by_contract = LaterTerms(
        line=ints(some, "contract"),
        starts=ints(some, "starts"),
        ends=ints(some, "starts"),
        net=_places(some, "payment", PAYMENTS),
        days_after_death=ints(some, "days_after_death"),
        retainer=_places(some, "retainer", retainers),
        closed=_places(some, "bank_holidays", BANK_HOLIDAYS),
    )
    return terms_of_lines(lines, by_contract)


def _spans(rows: Rows, name: str, *columns: str) -> list[Ints]:
    some = _sorted(rows, name)
    return [*(ints(some, column) for column in columns), ints(some, "starts"), _ends(some)]


def _card(rows: Sequence[Row]) -> CardRates:
    return CardRates(
        ints(rows, "contract"),
        ints(rows, "service"),
        _places(rows, "unit", UNITS),
        ints(rows, "rate"),
        ints(rows, "starts"),
        _ends(rows),
        _places(rows, "day_category", CATEGORIES),
        ints(rows, "minutes_from"),
        ints(rows, "minutes_until"),
        ints(rows, "age_from"),
        ints(rows, "age_until"),
    )


def _suspensions(rows: Rows, by_nr: Mapping[str, Mapping[int, Row]], retainers: list[str]) -> Suspensions:
    """Suspensions of the lines, counted from the first day of their stay: lines that stood before them are among
    ``line_beside``, with their own suspensions, packages and contracts.
    """
    beside = rows.get("line_beside", ())
    given = [*_sorted(rows, "suspension"), *rows.get("suspension_beside", ())]
    starts = ints(given, "starts")
    some = Suspensions(ints(given, "line"), starts, _ends(given), _places(given, "paid", retainers), starts)
    made = stays.opened(some.line, some)
    if beside:
        made = stays.across_lines(_other_lines([*rows["service_line"], *beside], rows, by_nr), made)
    return made.take(slice(len(rows.get("suspension", ()))))


def _other_lines(lines: Sequence[Row], rows: Rows, by_nr: Mapping[str, Mapping[int, Row]]) -> stays.OtherLines:
    lines = sorted(lines, key=lambda row: int(row["nr"]))
    about = {
        name: {**by_nr[name], **{row["nr"]: row for row in rows.get(f"{name}_beside", ())}}
        for name in ("package", "contract")
    }
    packages, contracts = ([about[name][row[name]] for row in lines] for name in ("package", "contract"))
    first, second, third = (ints(each, "starts") for each in (lines, packages, contracts))
    over, sooner, soonest = (_ends(each) for each in (lines, packages, contracts))
    return stays.OtherLines(
        ints(lines, "nr"),
        ints(lines, "person"),
        ints(lines, "service"),
        ints(contracts, "payee"),
        np.maximum(np.maximum(first, second), third),
        np.minimum(np.minimum(over, sooner), soonest),
    )


def _shares(rows: Rows) -> FundingShares:
    some = _sorted(rows, "funding_share")
    return FundingShares(
        ints(some, "line"),
        ints(some, "funder"),
        _places(some, "basis", ["percent", "fixed"]),
        ints(some, "amount"),
        ints(some, "starts"),
        _ends(some),
    )


def _contributions(rows: Rows) -> Contributions:
    """What the provider collects."""
    some = [row for row in _sorted(rows, "contribution") if row["collector"] == "provider"]
    kind = [TOP_UP if row["kind"] == "top-up" else CONTRIBUTION for row in some]
    return Contributions(
        ints(some, "line"), np.asarray(kind, dtype=np.int64), ints(some, "weekly"), ints(some, "starts"), _ends(some)
    )


def _awards(rows: Rows) -> NursingAwards:
    some = _sorted(rows, "nursing_award")
    return NursingAwards(
        ints(some, "line"),
        _places(some, "band", BANDS),
        _places(some, "route", ["added", "deducted"]),
        ints(some, "starts"),
        _ends(some),
    )


def _nursing(rows: Sequence[Row]) -> NursingRates:
    return NursingRates(_places(rows, "band", BANDS), ints(rows, "rate"), ints(rows, "starts"), _ends(rows))


def _blocks(rows: Sequence[Row], contracts: Mapping[int, Row]) -> Blocks:
    some = [row for row in rows if row["contract"] in contracts]
    of = [contracts[row["contract"]] for row in some]
    return Blocks(
        ints(some, "nr"),
        ints(some, "contract"),
        ints(some, "service"),
        ints(of, "payee"),
        _places(some, "unit", UNITS),
        ints(some, "rate"),
        np.maximum(ints(some, "starts"), ints(of, "starts")),
        np.minimum(_ends(some), _ends(of)),
        np.zeros(len(some), np.int64),
    )
