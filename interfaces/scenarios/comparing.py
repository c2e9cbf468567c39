"""What was expected beside what came out. Pure: rows in, misses out."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from finance.money import sterling
from interfaces.scenarios.reading import as_pence
from interfaces.scenarios.report import Miss, RunLine, days


def compare_lines(expected: Iterable[Mapping[str, Any]], came: Sequence[RunLine]) -> list[Miss]:
    """Each expected line is the sum of what came out for its subject, kind, funder and days; nothing may be left over.

    A line is one of an expected line's when they share a day. One whose expected total is nought need not come out.
    """
    misses: list[Miss] = []
    left = list(came)
    for wanted in expected:
        mine = [line for line in left if _matches(wanted, line)]
        left = [line for line in left if line not in mine]
        total, should = sum(line.pence for line in mine), as_pence(wanted["total"])
        if total != should or (not mine and should):
            misses.append(Miss(_title(wanted), sterling(should), sterling(total) if mine else "no such line"))
    misses += [Miss(line.title, "no such line", sterling(line.pence)) for line in left]
    return misses


def _matches(wanted: Mapping[str, Any], line: RunLine) -> bool:
    sort, subject = next((name, wanted[name]) for name in ("line", "block", "adjustment") if name in wanted)
    kind = wanted.get("kind", "care" if sort == "line" else sort)
    first, last = wanted.get("from", dt.date.min), wanted.get("to", dt.date.max)
    return (
        (line.subject, line.kind, line.funder) == (subject, kind, wanted.get("funder", ""))
        and wanted.get("payee", line.payee) == line.payee
        and first <= line.last
        and line.first <= last
    )


def _title(wanted: Mapping[str, Any]) -> str:
    subject = wanted.get("line") or wanted.get("block") or wanted.get("adjustment")
    funder = f", {wanted['funder']}" if "funder" in wanted else ""
    span = f" {days(wanted['from'], wanted['to'])}" if "from" in wanted and "to" in wanted else ""
    kind = wanted.get("kind") or next(name for name in ("line", "block", "adjustment") if name in wanted)
    return f"{subject} {'care' if kind == 'line' else kind}{funder}{span}"


def compare_sum(what: str, expected: object, came: int) -> list[Miss]:
    should = as_pence(expected)
    return [] if should == came else [Miss(what, sterling(should), sterling(came))]


def compare_sums(what: str, expected: Mapping[str, object], came: Mapping[str, int]) -> list[Miss]:
    """Sums by payee; a payee not expected must come to nothing, one expected to come to nothing may be absent."""
    found = [miss for name, sum_ in expected.items() for miss in compare_sum(f"{what} {name}", sum_, came.get(name, 0))]
    found += [
        Miss(f"{what} {name}", "nothing", sterling(sum_))
        for name, sum_ in came.items()
        if sum_ and name not in expected
    ]
    return found


def compare_names(what: str, expected: Iterable[str], came: Iterable[str]) -> list[Miss]:
    """Names that must be among those that came out."""
    there = sorted(set(came))
    said = ", ".join(there) or "none"
    return [Miss(what, name, said) for name in expected if name not in there]


def compare_parked(expected: Iterable[Mapping[str, str]], came: Mapping[str, str], what: str = "line") -> list[Miss]:
    """Lines (or, of charges, people) parked, each with words its reason must hold; nothing else may be parked."""
    wanted = {each.get("line") or each["person"]: each.get("why", "") for each in expected}
    found = [
        Miss(f"{what} {ref} parked", why or "parked", came.get(ref, "not parked"))
        for ref, why in wanted.items()
        if ref not in came or why not in came[ref]
    ]
    return found + [Miss(f"{what} {ref} parked", "not parked", why) for ref, why in came.items() if ref not in wanted]
