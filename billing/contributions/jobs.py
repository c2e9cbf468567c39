"""The verb: what a client would pay of each of some packages, by the calculation of a charge run. It records
nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from billing.assessments import store as assessments
from billing.assessments.in_force import Decisions
from billing.charges.facts import BillPayers, ChargeFacts, Deliveries
from billing.charges.policy import ChargingPolicy
from billing.charges.store import ChargeWindow, facts_about
from billing.contributions import store
from billing.contributions.basis_words import (
    FULL_COST,
    NOT_ASSESSED,
    assessed_words,
    fee_words,
    stated_words,
    why_not_words,
)
from billing.contributions.expected import ExpectedCharge, over
from finance.assessment import BASES, OUTCOMES, Outcome
from finance.care_costs.facts import CareFacts
from finance.care_costs.store import last_change
from finance.columns import Database, Ints
from finance.days import FOR_EVER, Span, number

MONDAY = dt.date(2026, 4, 6)  # charging weeks begin on this weekday where no bill calendar says otherwise
NOBODY = 0
_PAYER = 1
_HOME, _IN_A_HOME = (
    next(place for place, basis in enumerate(BASES) if basis.name == name) for name in ("home", "permanent")
)


@dataclass(frozen=True)
class PackageAsked:
    """One package. ``care``: its lines, numbered by their place; ``standing``: the same lines, in the same places, as
    they would be in the week ``week``. ``nr``: the number of each line on record, one of its own below nought for
    others.

    ``stated``: what the client is said to pay, pence a week at most, FULL_COST or NOT_ASSESSED; None: as assessed.
    ``in_home``: some of the care is in a care home.
    """

    care: CareFacts
    standing: CareFacts
    nr: Ints
    week: Span
    year: Span
    full: Span
    in_home: bool
    stated: int | str | None = None


@dataclass(frozen=True)
class Expected:
    """What the client would pay, and the sentences that say what it rests on."""

    said: tuple[str, ...]
    week: ExpectedCharge
    year: ExpectedCharge
    full: ExpectedCharge


def expected_contributions(
    database: Database, asked: Sequence[PackageAsked], *, person: int = NOBODY, policy: ChargingPolicy | None = None
) -> list[Expected]:
    """What each package would bring in, on what is believed now. ``person``: whose record to read, if anybody's."""
    rules = policy or ChargingPolicy()
    with database.read() as connection:
        known = last_change(connection)
        words = assessments.words(connection, person) if person else []
        told = {each.learned: store.told(connection, each.learned) for each in words}
        anchor = number((store.charging_week(connection, person) if person else None) or MONDAY)
    with database.read_bulk() as bulk:
        facts = [facts_about(bulk, _window(each, known), _payers(person), each.care, each.nr) for each in asked]
    made = []
    for each, read in zip(asked, facts, strict=True):
        about = _as_asked(read, each, person)
        came = [
            over(replace(about, care=each.standing), each.week, number(each.week.first), rules),
            *(over(about, span, anchor, rules) for span in (each.year, each.full)),
        ]
        if each.stated is not None:
            said = [stated_words(each.stated)]
        elif not person:
            said = ["Nobody is named and no contribution is stated, so none is shown."]
        else:
            said = list(assessed_words(words, each.full, each.in_home, told))
        if person and each.stated is None:
            said += why_not_words(*came)
        made.append(Expected((*said, *fee_words(came[0])), *came))
    return made


def _window(asked: PackageAsked, known: int) -> ChargeWindow:
    none = np.empty(0, np.int64)
    spans = (asked.week, asked.year, asked.full)
    first, end = min(each.first for each in spans), max(each.end for each in spans)
    return ChargeWindow(0, known, number(first), number(end), none, none)


def _payers(person: int) -> BillPayers:
    return BillPayers(np.asarray([person], np.int64), np.asarray([_PAYER], np.int64))


def _as_asked(facts: ChargeFacts, asked: PackageAsked, person: int) -> ChargeFacts:
    """Facts of charging as a costing wants them: the plan and no deliveries, what was stated in place of an assessment.

    A top-up already among the facts of the care has been taken off its cost; its agreement is not to be counted again.
    """
    once = ~np.isin(facts.agreements.line, asked.care.contributions.line)
    none = np.empty(0, np.int64)
    facts = replace(
        facts, agreements=facts.agreements.take(np.flatnonzero(once)), deliveries=Deliveries(none, none, none)
    )
    if asked.stated is None:
        return facts
    return replace(facts, words=_stated(asked.stated, person, asked.in_home))


def _stated(stated: int | str, person: int, in_home: bool) -> Decisions:
    if stated == NOT_ASSESSED:
        return Decisions(*(np.empty(0, np.int64) for _ in Decisions.__slots__))
    outcome = Outcome.FULL_COST if stated == FULL_COST else Outcome.ASSESSED
    how = (_IN_A_HOME if in_home else _HOME) + 8 * OUTCOMES.index(outcome)
    charge = stated if isinstance(stated, int) else 0
    return Decisions(*(np.asarray([each], np.int64) for each in (person, 0, FOR_EVER, 1, charge, 0, how)))
