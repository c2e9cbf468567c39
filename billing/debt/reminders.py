"""A reminder as it will be written: all a letter needs, and the reason in words for every bill.

One payer gets one letter a day, however many of their bills take a step; it is headed by the highest step among them.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from billing.debt.breathing_spaces import BreathingSpace, recoverable_until
from billing.debt.ladder import Round, Why
from billing.debt.policy import REPLY_DAYS, STEP_NAMES, LadderStep
from billing.tables import number_of
from finance.days import FOR_EVER, day, spoken
from finance.money import sterling

OFFER_DEFERRAL = (
    "Where a deferred payment agreement could be made, it must be offered and refused before a court is asked "
    "(Care Act 2014 s.69(2))."
)


@dataclass(frozen=True, slots=True)
class BillStanding:
    """One bill on the day: what is left of it, what of that may be asked for, and why.

    ``step``: the step it takes today, or took last. ``recoverable_until``: the last day a court may be asked for it.
    ``collect_on``: the first day of what is ``collecting``.
    """

    bill: int
    issued: dt.date
    due: dt.date
    amount: int
    left: int
    disputed: int
    collecting: int
    asked: int
    why: Why
    step: int
    words: str
    recoverable_until: dt.date
    collect_on: dt.date | None = None

    @property
    def number(self) -> str:
        """The bill's number as people see it."""
        return number_of(self.bill)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One letter. ``bills`` are asked for; ``others`` are left too, and why they are not asked for today.

    ``nr`` is None in a preview. ``reply_by``: the last day to reply to a letter before action. ``estate``: the payer
    has died, and the letter goes to whoever settles the estate.
    """

    nr: int | None
    payer: int
    ref: str
    name: str
    on: dt.date
    step: int
    bills: tuple[BillStanding, ...]
    others: tuple[BillStanding, ...]
    estate: bool

    @property
    def step_name(self) -> str:
        return STEP_NAMES[self.step]

    @property
    def asked(self) -> int:
        return sum(each.asked for each in self.bills)

    @property
    def disputed(self) -> int:
        return sum(each.disputed for each in (*self.bills, *self.others))

    @property
    def recoverable_until(self) -> dt.date:
        """The first day one of its bills may no longer be recovered after."""
        return min(each.recoverable_until for each in self.bills)

    @property
    def reply_by(self) -> dt.date | None:
        return self.on + dt.timedelta(days=REPLY_DAYS) if self.step == LadderStep.LETTER_BEFORE_ACTION else None

    def as_json(self) -> str:
        """The letter as it is kept: ``from_json`` gives it back."""
        return json.dumps(
            _kept(self), default=lambda value: _kept(value) if isinstance(value, BillStanding) else value.isoformat()
        )

    @classmethod
    def from_json(cls, text: str, nr: int) -> "Reminder":
        """A letter as it was kept."""
        kept = json.loads(text)
        bills, others = (tuple(map(_standing, kept.pop(name))) for name in ("bills", "others"))
        return cls(**{**kept, "nr": nr, "on": dt.date.fromisoformat(kept["on"]), "bills": bills, "others": others})

    @property
    def notes(self) -> tuple[str, ...]:
        """What an officer must see to before it goes."""
        return (OFFER_DEFERRAL,) if self.step >= LadderStep.LETTER_BEFORE_ACTION else ()


def _kept(record: "Reminder | BillStanding") -> dict[str, object]:
    return {each.name: getattr(record, each.name) for each in fields(record)}


def _standing(kept: dict[str, Any]) -> BillStanding:
    days = {name: dt.date.fromisoformat(kept[name]) for name in ("issued", "due", "recoverable_until")}
    collect_on = dt.date.fromisoformat(kept["collect_on"]) if kept.get("collect_on") else None
    return BillStanding(**{**kept, **days, "why": Why(kept["why"]), "collect_on": collect_on})


@dataclass(frozen=True, slots=True)
class PayerName:
    """A payer's reference and name."""

    ref: str
    name: str


def reminders(found: Round, names: dict[int, PayerName], spaces: dict[int, list[BreathingSpace]]) -> Iterator[Reminder]:
    """The letters of a round, payer by payer. Nothing else is written."""
    owing = found.known.owing
    steps = found.steps
    every = np.argsort(owing.payer, kind="stable")
    ranked = owing.payer[every]
    payers = found.known.payers
    died = dict(zip(payers.payer.tolist(), payers.died.tolist(), strict=True))
    for payer in np.unique(owing.payer[steps]).tolist():
        theirs = every[np.searchsorted(ranked, payer) : np.searchsorted(ranked, payer, side="right")]
        standing = [standing_of(found, int(place), spaces.get(payer, [])) for place in theirs]
        named = names.get(payer, PayerName(str(payer), ""))
        taken = tuple(
            sorted((each for each in standing if each.why is Why.STEP), key=lambda each: (each.due, each.bill))
        )
        others = tuple(each for each in standing if each.why not in (Why.STEP, Why.PAID))
        highest = max(each.step for each in taken)
        estate = died.get(payer, FOR_EVER) < FOR_EVER
        yield Reminder(None, payer, named.ref, named.name, day(found.on), highest, taken, others, estate)


def standing_of(found: Round, place: int, spaces: list[BreathingSpace]) -> BillStanding:
    """One bill of a round, in words."""
    owing = found.known.owing
    why = Why(int(found.why[place]))
    step = int(found.step[place]) if why is Why.STEP else int(found.step[place]) - 1
    since = day(int(owing.owed_since[place]))
    covering = [each for each in spaces if since < each.starts]
    return BillStanding(
        int(owing.bill[place]),
        day(int(owing.issued[place])),
        day(int(owing.due[place])),
        int(owing.amount[place]),
        int(owing.left[place]),
        int(found.pauses.disputed[place]),
        int(owing.collecting[place]),
        int(found.asked[place]),
        why,
        step,
        _words(found, place, why, covering),
        recoverable_until(day(int(owing.issued[place])), covering),
        _collect_on(found, place),
    )


def _collect_on(found: Round, place: int) -> dt.date | None:
    days = found.known.owing.collect_on
    return day(int(days[place])) if days is not None and days[place] < FOR_EVER else None


def _words(found: Round, place: int, why: Why, covering: list[BreathingSpace]) -> str:
    """Why a bill takes its step, or takes none, in one or two sentences."""
    said = _reason(found, place, why, covering)
    disputed, asked = int(found.pauses.disputed[place]), int(found.asked[place])
    if disputed and why is Why.PLAN:
        said += f" {sterling(disputed)} of it is disputed and waits."
    elif disputed and asked and why is not Why.DISPUTED:
        said += f" {sterling(disputed)} of it is disputed and waits; the rest, {sterling(asked)}, is asked for."
    said += _on_its_way(int(found.known.owing.collecting[place]), _collect_on(found, place), day(found.on))
    if out := int(found.pauses.left_out[place]):
        said += f" {sterling(out)} of it, disputed when the plan was agreed, is not in the plan."
    broken = int(found.pauses.broken[place])
    if broken >= 0:
        plan = found.known.plans[broken]
        said += f" Instalment plan {plan.ref} is broken: {found.pauses.missed[broken]}."
    return said


def _on_its_way(pence: int, when: dt.date | None, on: dt.date) -> str:
    if not pence or when is None:
        return ""
    if when > on:
        return f" {sterling(pence)} is to be collected by direct debit on {spoken(when)}."
    return f" {sterling(pence)} was to be collected by direct debit on {spoken(when)} and is not in the ledger yet."


def _reason(found: Round, place: int, why: Why, covering: list[BreathingSpace]) -> str:
    owing = found.known.owing
    on, due, waits = day(found.on), day(int(owing.due[place])), int(found.waits[place])
    step = int(found.step[place])
    if why is Why.STEP:
        return f"{_opening(STEP_NAMES[step])}: it was to be paid by {spoken(due)}, {(on - due).days} days ago."
    if why is Why.BREATHING_SPACE:
        holding = [each for each in covering if each.holds(on)]
        until = max((each.ends or dt.date.max for each in holding), default=dt.date.max)
        ends = "its end is not known" if until == dt.date.max else f"until {spoken(until - dt.timedelta(days=1))}"
        return f"In a breathing space, {ends}: no reminders, interest or fees."
    if why is Why.DIED:
        return f"The payer has died; the estate is left alone until {spoken(day(waits))}."
    if why is Why.PLAN:
        return f"Instalment plan {found.known.plans[int(found.pauses.plan[place])].ref} covers it and is kept."
    if why is Why.TOO_SOON:
        return f"The {STEP_NAMES[step]} falls due on {spoken(day(waits))}."
    if why is Why.AFTER_PAUSE:
        return (
            f"What paused it ended on {spoken(day(int(found.pauses.resumed[place])))}: left alone until "
            f"{spoken(day(waits))}."
        )
    return {
        Why.PAID: "Nothing is left of it.",
        Why.NOT_CHASED: "Payers of this kind are not sent reminders.",
        Why.NOT_YET_DUE: f"It is to be paid by {spoken(due)}.",
        Why.DISPUTED: "All that is left of it is disputed.",
        Why.COLLECTING: "It is being collected by direct debit.",
        Why.REFERRED: "Every step has been taken: it has been referred.",
        Why.SMALL: "Too little is past its day to write about.",
    }[why]


def _opening(words: str) -> str:
    return words[:1].upper() + words[1:]
