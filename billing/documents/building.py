"""One bill's record from what the run posted, the steps behind it, and the facts it names. Pure: rows in, a Bill out."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from billing.documents.content import (
    Addressee,
    Assessed,
    Bill,
    Care,
    Change,
    Council,
    Item,
    Movement,
    Pattern,
    Stretch,
)
from billing.tables import number_of
from finance.money import round_fraction

IN_FULL = -1  # in steps: charged at cost, whatever the assessment says
CHARGE, FLAT, SINGLE = "charge", "flat charge", "one-off charge"
RECHARGED = ("recharge", "recharged nursing")  # a funder is told the lines of the pay run: nothing is worked out again
MOST_PRICES = 3
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Posted:
    """One entry of the run, in pence: what had been posted for its days before, and what is due. ``reason``: why it
    changed. ``what`` and ``person`` are names; ``note`` an officer's reason (a waiver's, a single charge's)."""

    kind: str
    subject: int
    starts: dt.date
    ends: dt.date
    was: int
    now: int
    what: str = ""
    person: str = ""
    reason: str = ""
    note: str = ""

    @property
    def amount(self) -> int:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class Step:
    """Weeks of one line charged alike: ``cost``, ``limit`` and ``charge`` are pence of each week."""

    subject: int
    kind: str
    starts: dt.date
    ends: dt.date
    weeks: int
    cost: int
    limit: int
    weekly: int
    charge: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Days of one line at one price. ``units``: how much, in whole units (hours, days, visits)."""

    line: int
    first: dt.date
    end: dt.date
    unit: str
    rate: int
    units: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """A service line by name: what, from whom, and what is planned."""

    service: str
    provider: str
    pattern: Pattern | None


@dataclass(frozen=True, slots=True)
class Head:
    """What a bill says besides its lines."""

    nr: int
    kind: str
    reference: str
    payer: str
    payer_kind: str
    about: str
    to: Addressee
    issued: dt.date
    due: dt.date
    starts: dt.date
    ends: dt.date
    amount: int
    brought_forward: int = 0
    since: dt.date | None = None
    movements: tuple[Movement, ...] = ()
    collected: dt.date | None = None
    collecting: int = 0


def build(
    head: Head, council: Council, posted: Sequence[Posted], steps: Sequence[Step], pieces: Mapping[int, Sequence[Piece]],
    lines: Mapping[int, Line], assessed: Sequence[Assessed] = (), free: Sequence[Care] = (),
) -> Bill:  # fmt: skip
    """Put a bill together. ``steps`` are those of its own days; ``free`` is care in them that is not charged for.

    Raises DoesNotAddUp when its lines do not come to its amount.
    """
    late = [each for each in posted if each.kind not in RECHARGED and (each.starts < head.starts or each.was)]
    own = [each for each in posted if each not in late]
    weeks = stretches([each for each in steps if each.kind == CHARGE], head.starts)
    charge = sum(each.amount for each in own if each.kind == CHARGE)
    told = sum(each.amount for each in weeks) == charge
    items = [each for each in own if not (told and each.kind == CHARGE)]
    made = Bill(
        kind=head.kind, number=number_of(head.nr), reference=head.reference, payer=head.payer, payer_kind=head.payer_kind,
        about=head.about, to=head.to, council=council, issued=head.issued, due=head.due, starts=head.starts,
        ends=head.ends, amount=head.amount, brought_forward=head.brought_forward, since=head.since,
        collected=head.collected, collecting=head.collecting,
        care=(*care(steps, pieces, lines), *free), assessed=tuple(assessed) if weeks else (),
        stretches=tuple(weeks) if told else (), items=tuple(map(_item, items)), changes=tuple(_changes(late)),
        movements=head.movements,
    )  # fmt: skip
    made.check()
    return made


def care(
    steps: Iterable[Step], pieces: Mapping[int, Sequence[Piece]], lines: Mapping[int, Line]
) -> list[Care]:
    """The care behind the charges, in order of service and day: what was planned, what it came to, its price, its cost."""
    made = []
    for step in steps:
        if step.kind not in (CHARGE, FLAT):
            continue
        line = lines.get(step.subject, Line("", "", None))
        some = [each for each in pieces.get(step.subject, ()) if each.first < step.ends and step.starts < each.end]
        units, rates, gross = _priced(some, step)
        notes = [FLAT.split()[0]] if step.kind == FLAT else []
        cost = step.cost * step.weeks
        if some and abs(gross - cost) > step.weeks:  # a penny's rounding a week is no deduction
            notes.append("less others")
        unit = some[0].unit if some else ""
        made.append(Care(
            line.service, line.provider, step.starts, step.ends, cost, line.pattern, unit,
            round_fraction(units * (60 if unit == "hour" else 100)), rates, "; ".join(notes),
        ))  # fmt: skip
    return sorted(made, key=lambda each: (each.service, each.provider, each.starts))


def _priced(pieces: Sequence[Piece], step: Step) -> tuple[Fraction, tuple[int, ...], int]:
    """How much in a step's days, at what prices, and what it comes to in pence before anything is taken off."""
    units, gross, rates = Fraction(0), Fraction(0), dict[int, None]()
    for each in pieces:
        if len({piece.unit for piece in pieces}) > 1:
            return Fraction(0), (), 0
        days = min(each.end, step.ends) - max(each.first, step.starts)
        part = each.units * Fraction(days.days, (each.end - each.first).days)
        units += part
        gross += part * each.rate
        rates[each.rate] = None
    return units, tuple(rates) if len(rates) <= MOST_PRICES else (), round_fraction(gross / 100)


def stretches(steps: Sequence[Step], anchor: dt.date) -> list[Stretch]:
    """Weeks charged alike, one after another. A week's charge is that of all its services together."""
    weeks: dict[dt.date, list[Step]] = {}
    for step in steps:
        first = step.starts - (step.starts - anchor) % WEEK
        for place in range(step.weeks):
            weeks.setdefault(first + place * WEEK, []).append(step)
    made: list[Stretch] = []
    for week in sorted(weeks):
        weekly = sum(each.charge for each in weeks[week])
        limit = _limit(weeks[week], weekly)
        before = made[-1] if made else None
        if before and before.ends == week and (before.weekly, before.limit) == (weekly, limit):
            made[-1] = replace(before, weeks=before.weeks + 1)
        else:
            made.append(Stretch(week, 1, weekly, limit))
    return made


def _limit(steps: Sequence[Step], charge: int) -> str:
    """Why a week's charge is what it is."""
    if all(each.limit == IN_FULL for each in steps):
        return "full"
    if not charge:
        return "nothing"
    most = max(each.limit for each in steps)
    if any(each.limit == IN_FULL for each in steps):
        return "limit"
    if charge < most:
        return "cost"
    return "assessed" if most == max(each.weekly for each in steps) else "part"


def _item(one: Posted) -> Item:
    return Item(one.kind, one.what, one.starts, one.ends, one.amount, one.note, one.person)


def _changes(late: Sequence[Posted]) -> list[Change]:
    """Changes in order of day. A single charge is called what the officer called it."""
    order = sorted(late, key=lambda each: (each.starts, each.kind, each.what, each.person, each.subject))
    return [
        Change(each.kind, each.note if each.kind == SINGLE and each.note else each.what, each.starts, each.ends, each.was,
               each.now, each.reason, each.person)
        for each in order
    ]  # fmt: skip
