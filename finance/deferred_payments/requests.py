"""Requests for a deferred payment and what became of them, counted as the yearly return asks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from finance.assessment.circumstances import BadFact
from finance.days import Span


class AgeBand(StrEnum):
    YOUNGER = "18 to 64"
    OLDER = "65 and over"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``decided`` is None while it is open. ``why_not`` is given when it was not agreed.

    ``reason``: until a sale, or for life; ``use``: what is meant for the home meanwhile.
    """

    reference: str
    made: dt.date
    age: AgeBand
    decided: dt.date | None = None
    why_not: str | None = None
    top_up: bool = False
    reason: str = ""
    use: str = ""

    def __post_init__(self) -> None:
        if self.decided is not None and self.decided < self.made:
            raise BadFact(f"{self.reference} was decided before it was made.", "Correct the dates.")


@dataclass(frozen=True, slots=True)
class RequestCount:
    """So many requests in one box of the return, and which they are."""

    table: str
    box: str
    age: AgeBand
    requests: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.requests)


def request_counts(requests: Iterable[Request], year: Span) -> tuple[RequestCount, ...]:
    """Requests decided in the year: what became of them, and why agreed ones were asked for. Open ones are left out."""
    boxes: dict[tuple[str, str, AgeBand], list[str]] = defaultdict(list)
    for each in requests:
        if each.decided is None or not year.holds(each.decided):
            continue
        if each.why_not is not None:
            boxes["what became of it", f"not agreed: {each.why_not}", each.age].append(each.reference)
            continue
        with_top_up = "agreed, with a top-up" if each.top_up else "agreed, without a top-up"
        boxes["what became of it", with_top_up, each.age].append(each.reference)
        boxes["reason", each.reason or "not recorded", each.age].append(each.reference)
        boxes["use of the home", each.use or "not recorded", each.age].append(each.reference)
    return tuple(RequestCount(*key, tuple(sorted(refs))) for key, refs in sorted(boxes.items()))
