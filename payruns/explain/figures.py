"""The figures of one subject in one run, and the proof that they add up: steps, rounding, funders, posted, proposed."""

import datetime as dt
import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from finance.care_costs import amounts, funding
from finance.care_costs.facts import KINDS, TAKEN_OFF
from finance.care_costs.quantities import COMMON
from finance.days import Span
from finance.facts.versions import Row
from finance.money import Rounding, round_fraction
from ledgers.explain.sealed import Key, Posting, Sealed, key_of, total

_TAKEN_OFF = {KINDS[each] for each in TAKEN_OFF}
LABELS = {
    name: (inspect.getdoc(step) or "").splitlines()[0]
    for name, step in (("exact", amounts.exact), ("due", amounts.sums), ("parts", funding.due))
}
"""What each figure is, in the words of the calculation's own steps."""


@dataclass(frozen=True)
class PaidDays:
    """Days at one rate and one share, as sealed. ``rate`` is in hundredths of a penny, ``exact`` in pence.

    ``count``: days, or planned days. ``over``: what rate × quantity × count × share is divided by. ``weekdays``: which
    days of the week it counts, in words; empty for every day.
    """

    kind: str
    period_starts: dt.date
    span: Span
    rate: int
    unit: str
    quantity: int
    count: int
    over: int
    share: int
    exact: Fraction
    weekdays: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """All but the words."""
        return (
            self.kind,
            self.period_starts,
            self.span,
            self.rate,
            self.unit,
            self.quantity,
            self.count,
            self.over,
            self.share,
            self.exact,
        )

    def as_json(self) -> dict[str, object]:
        figures = {name: getattr(self, name) for name in ("rate", "unit", "quantity", "count", "over", "share")}
        return {**_days(self.span), **figures, "exact": str(self.exact)}


def as_piece(step: Row) -> PaidDays:
    """A sealed step. Asserts that its sum is right."""
    exact = (step["exact_whole"] + Fraction(step["exact_rest"], COMMON)) / 100
    product = Fraction(step["rate"] * step["quantity"] * step["count"] * step["share"], step["over"]) / 100
    assert exact == product, f"a sealed step of {step['period_starts']} comes to {product}p, not {exact}p"
    return PaidDays(
        step["kind"],
        step["period_starts"],
        Span(step["starts"], step["ends"]),
        step["rate"],
        step["unit"],
        step["quantity"],
        step["count"],
        step["over"],
        step["share"],
        exact,
    )


@dataclass(frozen=True)
class FunderShare:
    """One funder's part of one kind of money, and how it stands with the ledger. Pence; below nought takes back."""

    kind: str
    funder: int
    party: int
    due: int
    posted: int
    cause: int

    @property
    def proposed(self) -> int:
        return self.due - self.posted

    def as_json(self) -> dict[str, object]:
        return {"kind": self.kind, "funder": self.funder, "payee": self.party, **_stand(self)}


@dataclass(frozen=True)
class Sum:
    """One kind of money in one period: its steps, their exact total, and the one rounding. Pence.

    ``exact`` is above nought even where the money is taken off; ``due`` is signed.
    """

    kind: str
    pieces: tuple[PaidDays, ...]
    exact: Fraction
    due: int

    def as_json(self) -> dict[str, object]:
        steps = [each.as_json() for each in self.pieces]
        return {"kind": self.kind, "exact": str(self.exact), "due": self.due, "steps": steps}


@dataclass(frozen=True)
class PeriodFigures:
    """One pay period of one subject in one run. ``earlier``: what earlier runs posted to it."""

    span: Span
    late: bool
    sums: tuple[Sum, ...]
    parts: tuple[FunderShare, ...]
    earlier: tuple[Posting, ...]

    @property
    def due(self) -> int:
        return sum(part.due for part in self.parts)

    @property
    def posted(self) -> int:
        return sum(part.posted for part in self.parts)

    @property
    def proposed(self) -> int:
        return self.due - self.posted

    @property
    def pieces(self) -> list[PaidDays]:
        """Every step, of all kinds of money."""
        return [piece for each in self.sums for piece in each.pieces]

    def as_json(self) -> dict[str, object]:
        return {
            **_days(self.span),
            "late": self.late,
            **_stand(self),
            "sums": [each.as_json() for each in self.sums],
            "parts": [each.as_json() for each in self.parts],
        }


def _days(span: Span) -> dict[str, object]:
    return {"starts": span.first.isoformat(), "last_day": span.last.isoformat()}


def _stand(each: FunderShare | PeriodFigures) -> dict[str, object]:
    return {"due": each.due, "posted": each.posted, "proposed": each.proposed}


def figures(
    sealed: Sealed,
    postings: Sequence[Posting],
    window: Sequence[Span],
    window_starts: dt.date,
    rounding: Rounding,
    due_of_own: int | None = None,
) -> list[PeriodFigures]:
    """Each period the run worked out for the subject, in order. Asserts that every one adds up.

    ``postings``: entries of earlier runs of the same calendar. ``window``: the pay periods to show. ``due_of_own``: an
    adjustment's own amount, which has no steps.
    """
    pieces = [as_piece(step) for step in sealed.steps]
    made = []
    for span in window:
        lines = [row for row in sealed.proposal if row["period_starts"] == span.first]
        own = [piece for piece in pieces if piece.period_starts == span.first]
        before = [each for each in postings if each.period_starts == span.first]
        sums = tuple(_sums(own, rounding))
        parts = tuple(_parts(lines, before))
        _prove(sums, parts, span, due_of_own)
        made.append(PeriodFigures(span, span.first < window_starts, sums, parts, tuple(before)))
    proposed = sum(row["amount"] for row in sealed.proposal)
    assert sum(each.proposed for each in made) == proposed, (
        f"the periods come to {sum(e.proposed for e in made)}, not {proposed}"
    )
    return made


def _sums(pieces: Sequence[PaidDays], rounding: Rounding) -> Iterable[Sum]:
    for kind in KINDS:
        mine = tuple(piece for piece in pieces if piece.kind == kind)
        if mine:
            exact = sum((piece.exact for piece in mine), Fraction(0))
            pence = round_fraction(exact, rounding)
            yield Sum(kind, mine, exact, -pence if kind in _TAKEN_OFF else pence)


def _parts(lines: Sequence[Row], before: Sequence[Posting]) -> Iterable[FunderShare]:
    """What is due by funder and payee. A key the run did not propose is due what had been posted for it."""
    posted = total(before)
    proposed = {key_of(row): row for row in lines}
    for key in sorted({*posted, *proposed}, key=_in_order):
        _, kind, funder, party, _ = key
        held, row = posted.get(key, 0), proposed.get(key)
        if row is None:
            yield FunderShare(kind, funder, party, held, held, 0)
            continue
        assert row["posted"] == held, f"the run took {row['posted']}p as posted; the ledger then held {held}p"
        assert row["amount"] == row["due"] - held, "a proposed line is not what is due less what is posted"
        yield FunderShare(kind, funder, party, row["due"], held, row["cause"])


def _in_order(key: Key) -> tuple[int, int, int]:
    return KINDS.index(key[1]), key[2], key[3]


def _prove(sums: Sequence[Sum], parts: Sequence[FunderShare], span: Span, due_of_own: int | None) -> None:
    """The rounded sums of the steps are what is due, kind by kind."""
    for kind in {each.kind for each in sums} | {each.kind for each in parts}:
        worked = sum(each.due for each in sums if each.kind == kind)
        if kind == "adjustment":
            worked = due_of_own or 0
        due = sum(part.due for part in parts if part.kind == kind)
        assert worked == due, f"{kind} for {span}: the steps come to {worked}p and {due}p is due"
