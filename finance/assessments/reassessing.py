"""Reassess everyone from what is stored, into what is stored: one transaction, read and written in columns."""

import datetime as dt
from dataclasses import dataclass

from finance.assessment import Policy, statutory_figures
from finance.assessments import caseload, store, writing
from finance.assessments.everyone import Outcomes, assess_on, assess_over
from finance.assessments.rates import Rates
from finance.columns import Database
from finance.days import Span
from finance.parameters import Parameters
from finance.store import Change, record_change


@dataclass(frozen=True, slots=True)
class Reassessed:
    """What a reassessment did: how many people it looked at, rows stored, and people refused."""

    change: int
    people: int
    stored: int
    refused: int


def rates_of(database: Database, policy: Policy, figures: Parameters | None = None) -> Rates:
    """A policy and figures with what the council has confirmed."""
    with database.begin() as connection:
        return store.rates_now(connection, policy, figures or statutory_figures())


def reassess_everyone(
    database: Database,
    on: dt.date,
    policy: Policy,
    figures: Parameters | None = None,
    *,
    by: str,
    at: dt.datetime,
    until: dt.date | None = None,
    source: str = "everyone reassessed",
) -> Reassessed:
    """Assess everyone on a day, or over the days up to ``until``, and store it all as one change.

    For one day, a row ends where something of the person's own changes; over a span the days after are assessed too.
    """
    rates = rates_of(database, policy, figures)
    with database.bulk() as bulk:
        known = caseload.refresh(bulk)
        load = caseload.read(bulk)
        made = assess_on(load, on, rates) if until is None else assess_over(load, Span(on, until), rates)
        learned = record_change(bulk, Change(at, by, "everyone reassessed", source))
        writing.add_batch(bulk, learned, "reassessed", known, rates)
        stored = writing.add_outcomes(bulk, made, learned)
    return Reassessed(learned, _people(made), stored, int(made.refused.sum()))


def _people(made: Outcomes) -> int:
    return int((made.person[1:] != made.person[:-1]).sum()) + bool(len(made))
