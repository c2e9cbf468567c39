"""What a care account statement says (Care Act 2014 s.29): figures that tie to the account, and the lines
behind them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, Protocol, Self

from dateutil.relativedelta import relativedelta

from finance.care_cap import (
    AccountFacts,
    AccountKind,
    AccountStatement,
    Entry,
    Terms,
    meter,
    projected_day,
    yearly_statement,
)
from finance.days import spoken
from finance.money import round_fraction
from finance.problems import Refusal

CARE_ENDED_DAYS = 91  # no care for longer than the longest bill period: it is not taken to go on


class RecordedLine(Protocol):
    """A line as recorded; ``learned``: the change that recorded it."""

    @property
    def kind(self) -> str: ...
    @property
    def starts(self) -> dt.date: ...
    @property
    def ends(self) -> dt.date: ...
    @property
    def pence(self) -> int: ...
    @property
    def reversal(self) -> bool: ...
    @property
    def cause(self) -> str: ...
    @property
    def learned(self) -> int: ...
    @property
    def moment(self) -> dt.datetime: ...


@dataclass(frozen=True, slots=True)
class StatementMovement:
    """One line of the account that this statement is the first to show."""

    kind: str
    first: dt.date
    last: dt.date
    pence: int
    reversal: bool
    cause: str
    recorded: dt.date


@dataclass(frozen=True, slots=True)
class Given:
    """A statement: opening + metered + adjustments + brought in + corrections = closing. Money is whole pence.

    ``share``: hundredths of a per cent of the cap that have been reached. ``indicative``: the day the cap may be
    reached, where that is near enough to have to be said. ``again``: given before, and shown as it was.
    """

    person: str
    name: str
    on: dt.date
    since: dt.date | None
    cap_pence: int
    opening_pence: int
    metered_pence: int
    adjustments_pence: int
    brought_in_pence: int
    corrections_pence: int
    closing_pence: int
    share: int
    living_weekly_pence: int
    living_pence: int
    weekly_pence: int
    metered_to: dt.date
    reached: dt.date | None
    indicative: dt.date | None
    next_due: dt.date
    movements: tuple[StatementMovement, ...]
    again: bool = False

    def as_json(self) -> dict[str, object]:
        """For keeping, and for machines: days as ISO text."""
        told = {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in ("movements", "again")}
        moved = [{f.name: _plain(getattr(each, f.name)) for f in fields(StatementMovement)} for each in self.movements]
        return {**told, "movements": moved}

    @classmethod
    def from_json(cls, content: Mapping[str, Any], again: bool) -> Self:
        moved = [StatementMovement(**_read(each, ("first", "last", "recorded"))) for each in content["movements"]]
        days = ("on", "since", "metered_to", "reached", "indicative", "next_due")
        return cls(**{**_read(content, days), "movements": tuple(moved)}, again=again)


def statement(
    person: str,
    name: str,
    facts: AccountFacts,
    lines: Sequence[RecordedLine],
    terms: Terms,
    on: dt.date,
    last: tuple[dt.date, int] | None,
    metered_to: dt.date,
) -> Given:
    """A statement on a day, of the lines recorded. ``last``: the day of the one before, and the change it knew of.

    Weeks not over by the day wait for the next. Raises Refusal when no account was kept on the day.
    """
    account = meter(facts, terms, on)
    if account.cap_pence is None:
        raise Refusal(f"{person} had no care account on {spoken(on)}.", "Give the statement for a later day.")
    shown = [each for each in lines if each.ends <= on]
    before = [last is not None and each.learned <= last[1] and each.ends <= last[0] for each in shown]
    entries = [
        Entry(
            AccountKind(each.kind),
            each.starts,
            each.ends,
            each.pence,
            last[0] if old and last else on,
            bool(each.reversal),
        )
        for each, old in zip(shown, before, strict=True)
    ]
    made = yearly_statement(account, entries, terms, on=on, since=last[0] if last else None)
    made = _paced(made, facts, terms, min(metered_to, on))
    return Given(
        person=person,
        name=name,
        on=on,
        since=made.since,
        cap_pence=account.cap_pence,
        opening_pence=made.opening_pence,
        metered_pence=made.metered_pence,
        adjustments_pence=made.adjustments_pence,
        brought_in_pence=made.brought_in_pence,
        corrections_pence=made.corrections_pence,
        closing_pence=made.closing_pence,
        share=int(made.share * 10_000),
        living_weekly_pence=round_fraction(terms.living_daily(on) * 7),
        living_pence=made.living_pence,
        weekly_pence=made.weekly_pence,
        metered_to=min(metered_to, on),
        reached=made.reached_on,
        indicative=made.indicative,
        next_due=made.next_due,
        movements=tuple(_movement(each) for each, old in zip(shown, before, strict=True) if not old),
    )


def _paced(made: AccountStatement, facts: AccountFacts, terms: Terms, metered_to: dt.date) -> AccountStatement:
    """Charges may end before the day of the statement: the pace is that of the last day metered."""
    if (made.on - metered_to).days > CARE_ENDED_DAYS or made.reached_on is not None:
        return replace(made, weekly_pence=0, indicative=None)
    account = meter(facts, terms, metered_to)
    pace = account.pieces[-1].day.counted if account.pieces else Fraction(0)
    projected = projected_day(account)
    near = made.on + relativedelta(months=terms.months("projection_within_months", made.on))
    return replace(
        made,
        weekly_pence=round_fraction(pace * 7, terms.rounding),
        indicative=projected if projected and projected <= near else None,
    )


def _movement(each: RecordedLine) -> StatementMovement:
    last = each.ends - dt.timedelta(days=1)
    return StatementMovement(
        each.kind, each.starts, last, each.pence, bool(each.reversal), each.cause, each.moment.date()
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _read(content: Mapping[str, Any], days: Sequence[str]) -> dict[str, Any]:
    return {key: dt.date.fromisoformat(value) if key in days and value else value for key, value in content.items()}
