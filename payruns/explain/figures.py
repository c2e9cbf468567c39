"""The figures of one subject in one run, and the proof that they add up: steps, rounding, funders, posted, proposed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from finance.care_costs.facts import KINDS, TAKEN_OFF
from finance.care_costs.rows import Row
from finance.days import Span
from finance.money import Rounding, round_fraction
from payruns.explain.past import Posting, Sealed
from payruns.explain.sums import Piece, as_piece

_Key = tuple[dt.date, str, int, int]
_TAKEN_OFF = {KINDS[each] for each in TAKEN_OFF}


@dataclass(frozen=True)
class Part:
    """One funder's part of one kind of money, and how it stands with the ledger. Pence; below nought takes back."""

    kind: str
    funder: int
    party: int
    due: int
    posted: int
    revision: int
    cause: int
    debit: int
    credit: int

    @property
    def proposed(self) -> int:
        return self.due - self.posted


@dataclass(frozen=True)
class Sum:
    """One kind of money in one period: its steps, their exact total, and the one rounding. Pence.

    ``exact`` is above nought even where the money is taken off; ``due`` is signed.
    """

    kind: str
    pieces: tuple[Piece, ...]
    exact: Fraction
    due: int


@dataclass(frozen=True)
class PeriodFigures:
    """One pay period of one subject in one run."""

    span: Span
    late: bool
    sums: tuple[Sum, ...]
    parts: tuple[Part, ...]
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


def _sums(pieces: Sequence[Piece], rounding: Rounding) -> Iterable[Sum]:
    for kind in KINDS:
        mine = tuple(piece for piece in pieces if piece.kind == kind)
        if mine:
            exact = sum((piece.exact for piece in mine), Fraction(0))
            pence = round_fraction(exact, rounding)
            yield Sum(kind, mine, exact, -pence if kind in _TAKEN_OFF else pence)


def _parts(lines: Sequence[Row], before: Sequence[Posting]) -> Iterable[Part]:
    """What is due by funder and payee. A key the run did not propose is due what had been posted for it."""
    posted: dict[_Key, int] = {}
    for each in before:
        posted[each.key] = posted.get(each.key, 0) + each.amount
    proposed = {(row["period_starts"], row["kind"], row["funder"], row["party"]): row for row in lines}
    last = {each.key: each.revision for each in before}
    for key in sorted({*posted, *proposed}, key=_in_order):
        _, kind, funder, party = key
        held, row = posted.get(key, 0), proposed.get(key)
        if row is None:
            yield Part(kind, funder, party, held, held, last[key], 0, 0, 0)
            continue
        assert row["posted"] == held, f"the run took {row['posted']}p as posted; the ledger then held {held}p"
        assert row["amount"] == row["due"] - held, "a proposed line is not what is due less what is posted"
        rest = (row[name] for name in ("revision", "cause", "debit", "credit"))
        yield Part(kind, funder, party, row["due"], held, *rest)


def _in_order(key: _Key) -> tuple[int, int, int]:
    return KINDS.index(key[1]), key[2], key[3]


def _prove(sums: Sequence[Sum], parts: Sequence[Part], span: Span, due_of_own: int | None) -> None:
    """The rounded sums of the steps are what is due, kind by kind."""
    for kind in {each.kind for each in sums} | {each.kind for each in parts}:
        worked = sum(each.due for each in sums if each.kind == kind)
        if kind == "adjustment":
            worked = due_of_own or 0
        due = sum(part.due for part in parts if part.kind == kind)
        assert worked == due, f"{kind} for {span}: the steps come to {worked}p and {due}p is due"
