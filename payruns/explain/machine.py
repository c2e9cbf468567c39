"""The figures of an explanation for machines: whole pence, exact sums as fractions of a penny, ISO dates."""

import inspect
from fractions import Fraction

from finance.care_costs import amounts, funding
from payruns.explain.figures import Part, PeriodFigures, Sum
from payruns.explain.sums import Piece
from payruns.explain.told import Told

LABELS = {
    name: (inspect.getdoc(step) or "").splitlines()[0]
    for name, step in (("exact", amounts.exact), ("due", amounts.sums), ("parts", funding.due))
}
"""What each figure is, in the words of the calculation's own steps."""


def as_figures(told: Told) -> dict[str, object]:
    return {
        "calendar": told.run.calendar_name,
        "status": str(told.run.status),
        "rounding": str(told.policy.rounding),
        "due": told.due,
        "posted": told.due - told.proposed,
        "proposed": told.proposed,
        "posted_by_run": told.posted_by_run,
        "parked": told.sealed.parked["what"] if told.sealed.parked else None,
        "same_again": told.same_again,
        "labels": LABELS,
        "periods": [_period(each) for each in told.periods],
    }


def _period(period: PeriodFigures) -> dict[str, object]:
    return {
        "starts": period.span.first.isoformat(),
        "last_day": period.span.last.isoformat(),
        "late": period.late,
        "due": period.due,
        "posted": period.posted,
        "proposed": period.proposed,
        "sums": [_sum(each) for each in period.sums],
        "parts": [_part(each) for each in period.parts],
    }


def _sum(sum_: Sum) -> dict[str, object]:
    return {
        "kind": sum_.kind,
        "exact": _fraction(sum_.exact),
        "due": sum_.due,
        "steps": [_piece(each) for each in sum_.pieces],
    }


def _piece(piece: Piece) -> dict[str, object]:
    return {
        "starts": piece.span.first.isoformat(),
        "last_day": piece.span.last.isoformat(),
        "rate": piece.rate,
        "unit": piece.unit,
        "quantity": piece.quantity,
        "count": piece.count,
        "over": piece.over,
        "share": piece.share,
        "exact": _fraction(piece.exact),
    }


def _part(part: Part) -> dict[str, object]:
    return {
        "kind": part.kind,
        "funder": part.funder,
        "payee": part.party,
        "due": part.due,
        "posted": part.posted,
        "proposed": part.proposed,
    }


def _fraction(exact: Fraction) -> str:
    return str(exact)
