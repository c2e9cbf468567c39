"""One bill's record from what the run posted, the steps behind it, and the facts it names. Pure: rows in, a
Bill out.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from billing.documents.care_content import BilledAway, BilledCare, Pattern, QuantityAtPrice, by_month, days_of
from billing.documents.content import (
    AccountMovement,
    Addressee,
    Assessed,
    Bill,
    BilledStretch,
    Correction,
    CouncilOnPaper,
    Item,
    Unpaid,
)
from billing.tables import number_of
from finance.care_costs.retainers import WHOLE_SHARE
from finance.money import round_fraction

IN_FULL = -1  # in steps: charged at cost, whatever the assessment says
CHARGE, FLAT, SINGLE = "charge", "flat charge", "one-off charge"
OF_CARE = (CHARGE, FLAT)
RECHARGED = ("recharge", "recharged nursing")  # a funder is told the lines of the pay run: nothing is worked out again
COLLECTED, DIRECT = "collected by provider", "kept from the direct payment"
TOP_UPS = ("third-party top-up", "own top-up")
THE_PERSON = "the person’s record changed"
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class BillEntry:
    """One entry of the run, in pence: what had been posted for its days before, and what is due. ``reason``: why it
    changed. ``what`` and ``person`` are names; ``note`` an officer's reason (a waiver's, a single charge's).
    ``direct``: of a direct payment, which nobody but the person is paid.
    """

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
    direct: bool = False

    @property
    def amount(self) -> int:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class WeeksAlike:
    """Weeks of one line charged alike: ``cost``, ``limit``, ``charge`` and ``collected`` are pence of each week;
    ``days`` are charged of one; ``weekly`` is the assessed charge of a whole week in pence, a top-up's in hundredths of
    a penny.
    """

    subject: int
    kind: str
    starts: dt.date
    ends: dt.date
    weeks: int
    cost: int
    limit: int
    weekly: int
    charge: int
    days: int = 7
    collected: int = 0


@dataclass(frozen=True, slots=True)
class PricedDays:
    """Days of one line at one price. ``units``: how much, in whole units (hours, days, visits); ``share`` of the price
    is charged, in hundredths of a per cent."""

    line: int
    first: dt.date
    end: dt.date
    unit: str
    rate: int
    units: Fraction
    share: int = WHOLE_SHARE


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A service line by name: what, from whom, and what is planned. ``direct``: by direct payment."""

    service: str
    provider: str
    pattern: Pattern | None
    direct: bool = False

    @property
    def service_from(self) -> str:
        """Residential care, Example House."""
        return ", ".join(filter(None, (self.service, self.provider)))


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
    movements: tuple[AccountMovement, ...] = ()
    collected: dt.date | None = None
    collecting: int = 0
    earlier: tuple[Unpaid, ...] = ()
    died: dt.date | None = None


def build(
    head: Head,
    council: CouncilOnPaper,
    posted: Sequence[BillEntry],
    steps: Sequence[WeeksAlike],
    pieces: Mapping[int, Sequence[PricedDays]],
    lines: Mapping[int, NamedLine],
    assessed: Sequence[Assessed] = (),
    free: Sequence[BilledCare] = (),
    every: Sequence[WeeksAlike] = (),
    away: Sequence[BilledAway] = (),
) -> Bill:
    """Put a bill together. ``steps`` are those of its own days, ``every`` those of earlier days too; ``free`` is care
    in its own days that is not charged for; ``away`` is time away from the care.

    Raises DoesNotAddUp when its lines do not come to its amount.
    """
    late = [each for each in posted if each.kind not in RECHARGED and (each.starts < head.starts or each.was)]
    own = [each for each in posted if each not in late]
    weeks = stretches([each for each in steps if each.kind == CHARGE], head.starts)
    charge = sum(each.amount for each in own if each.kind == CHARGE)
    told = sum(each.amount for each in weeks) == charge
    items = [each for each in own if not (told and each.kind == CHARGE)]
    died, charged_until = _death(head, late, every)
    made = Bill(
        kind=head.kind,
        number=number_of(head.nr),
        reference=head.reference,
        payer=head.payer,
        payer_kind=head.payer_kind,
        about=head.about,
        to=head.to,
        council=council,
        issued=head.issued,
        due=head.due,
        starts=head.starts,
        ends=head.ends,
        amount=head.amount,
        brought_forward=head.brought_forward,
        since=head.since,
        collected=head.collected,
        collecting=head.collecting,
        care=(*care(steps, pieces, lines), *free),
        assessed=tuple(assessed) if weeks else (),
        stretches=tuple(weeks) if told else (),
        items=tuple(_item(each, every) for each in items),
        changes=tuple(_changes(late, every)),
        movements=head.movements,
        earlier=head.earlier,
        unpaid_credit=0,
        away=tuple(away),
        died=died,
        charged_until=charged_until,
    )
    made.check()
    return made


def care(
    steps: Iterable[WeeksAlike], pieces: Mapping[int, Sequence[PricedDays]], lines: Mapping[int, NamedLine]
) -> list[BilledCare]:
    """The care behind the charges, in order of service and day: what was planned, what it came to, its price,
    its cost.
    """
    made = []
    for step in steps:
        if step.kind not in OF_CARE:
            continue
        line = lines.get(step.subject, NamedLine("", "", None))
        some = [each for each in pieces.get(step.subject, ()) if each.first < step.ends and step.starts < each.end]
        priced, gross = _priced(some, step)
        notes = [FLAT.split()[0]] if step.kind == FLAT else []
        cost = step.cost * step.weeks
        if some and abs(gross - cost) > step.weeks:  # a penny's rounding a week is no deduction
            notes.append("less others")
        alone = priced and len({each.unit for each in priced}) == 1
        made.append(
            BilledCare(
                line.service,
                line.provider,
                step.starts,
                step.ends,
                cost,
                line.pattern,
                priced[0].unit if alone else "",
                sum(each.quantity for each in priced) if alone else 0,
                tuple(dict.fromkeys(each.rate for each in priced)),
                "; ".join(notes),
                priced=tuple(priced),
                weeks=step.weeks if some and step.weeks > 1 and gross != cost else 0,
            )
        )
    return sorted(made, key=lambda each: (each.service, each.provider, each.starts))


def _priced(pieces: Sequence[PricedDays], step: WeeksAlike) -> tuple[list[QuantityAtPrice], int]:
    """How much in a step's days at each price, in order, and what it comes to in pence before anything is taken off."""
    units: dict[tuple[str, int, int, int], Fraction] = {}
    days: dict[tuple[str, int, int, int], int] = {}
    gross = Fraction(0)
    for each in pieces:
        first, end = max(each.first, step.starts), min(each.end, step.ends)
        part = each.units * Fraction((end - first).days, (each.end - each.first).days)
        gross += part * each.rate * Fraction(each.share, WHOLE_SHARE)
        for length, some, months in by_month(each.unit, first, end, part) if each.share else ():
            key = each.unit, each.rate, length, each.share
            units[key] = units.get(key, Fraction(0)) + months
            days[key] = days.get(key, 0) + some
    made = [
        QuantityAtPrice(
            unit,
            round_fraction(many * (60 if unit == "hour" else 100)),
            rate,
            *days_of(unit, many, days[unit, rate, length, share], length),
            share,
        )
        for (unit, rate, length, share), many in units.items()
        if many
    ]
    return made, round_fraction(gross / 100)


def stretches(steps: Sequence[WeeksAlike], anchor: dt.date) -> list[BilledStretch]:
    """Weeks charged alike, one after another. A week's charge is that of all its services together."""
    weeks: dict[dt.date, list[WeeksAlike]] = {}
    for step in steps:
        first = step.starts - (step.starts - anchor) % WEEK
        for place in range(step.weeks):
            weeks.setdefault(first + place * WEEK, []).append(step)
    return _alike(
        BilledStretch(week, 1, pence := sum(each.charge for each in some), _limit(some, pence), *_part(some))
        for week, some in sorted(weeks.items())
    )


def _alike(weeks: Iterable[BilledStretch]) -> list[BilledStretch]:
    """Whole weeks alike, one after another, as one stretch."""
    made: list[BilledStretch] = []
    for week in weeks:
        before = made[-1] if made else None
        if (
            before
            and before.ends == week.starts
            and replace(week, starts=before.starts, weeks=before.weeks) == before
            and week.days == 7
        ):
            made[-1] = replace(before, weeks=before.weeks + 1)
        else:
            made.append(week)
    return made


def _part(steps: Sequence[WeeksAlike]) -> tuple[int, int]:
    """How many days of a week are charged, and what a whole week would be asked where the charge is that share
    of it.
    """
    days = (max(each.ends for each in steps) - min(each.starts for each in steps)).days
    if days >= 7:
        return 7, 0
    whole = max(each.weekly for each in steps)
    return days, whole if round_fraction(Fraction(whole * days, 7)) == sum(each.charge for each in steps) else 0


def _workings(one: BillEntry, every: Iterable[WeeksAlike]) -> tuple[BilledStretch, ...]:
    """The weeks one entry is made of, where they come to what is due."""
    made = []
    for step in sorted(
        (each for each in every if (each.subject, each.kind) == (one.subject, one.kind)), key=lambda each: each.starts
    ):
        weekly = -step.collected if step.collected else step.charge
        days, whole = (step.days or 7, step.weekly) if not step.collected else (7, 0)
        if step.kind in TOP_UPS:
            whole //= 100
        if days >= 7 or round_fraction(Fraction(whole * days, 7)) != weekly:
            whole = 0
        firsts = (step.starts + place * WEEK for place in range(step.weeks))
        made += [
            BilledStretch(first, 1, weekly, _alone(step), days, whole)
            for first in firsts
            if one.starts <= first < one.ends
        ]
    return tuple(_alike(made)) if made and sum(each.amount for each in made) == one.now else ()


def _alone(step: WeeksAlike) -> str:
    """Why one line is charged what it is in a week: empty where it was agreed."""
    if step.kind != CHARGE:
        return ""
    return "rest" if 0 < step.charge < min(step.cost, step.limit) else _limit([step], step.charge)


def _death(head: Head, late: Sequence[BillEntry], every: Iterable[WeeksAlike]) -> tuple[dt.date | None, dt.date | None]:
    """The day of death where this bill is the first to go by it or covers it, and the last day charged."""
    told = any(THE_PERSON in each.reason for each in late)
    if head.died is None or head.died >= head.ends or not (told or head.died >= head.starts):
        return None, None
    last = max((each.ends for each in every if each.charge), default=None)
    return head.died, last - dt.timedelta(days=1) if last else None


def _limit(steps: Sequence[WeeksAlike], charge: int) -> str:
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


def _item(one: BillEntry, every: Sequence[WeeksAlike]) -> Item:
    workings = _workings(one, every) if one.kind in TOP_UPS else ()
    return Item(kind_of(one), one.what, one.starts, one.ends, one.amount, one.note, one.person, workings)


def kind_of(one: BillEntry) -> str:
    """What a paper calls its kind."""
    return DIRECT if one.direct and one.kind == COLLECTED else one.kind


def _changes(late: Sequence[BillEntry], every: Sequence[WeeksAlike]) -> list[Correction]:
    """Changes in order of day. A single charge is called what the officer called it."""
    order = sorted(late, key=lambda each: (each.starts, each.kind, each.what, each.person, each.subject))
    return [
        Correction(
            kind_of(each),
            each.note if each.kind == SINGLE and each.note else each.what,
            each.starts,
            each.ends,
            each.was,
            each.now,
            each.reason,
            each.person,
            _workings(each, every),
        )
        for each in order
    ]
