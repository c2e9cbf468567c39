"""The verb: what a week of somebody’s care costs as its packages are priced, by the calculation of a charge run. It
records nothing.
"""

import datetime as dt

import numpy as np

from billing.charges.calculate import Charges, calculate_charges
from billing.charges.policy import ChargingPolicy
from billing.charges.segments import live_first
from billing.charges.stream import NAME
from billing.contributions.jobs import MONDAY
from billing.contributions.store import charging_week
from billing.explain.as_priced import AsPriced
from billing.explain.prices import facts_of
from billing.explain.store import read_person
from finance.care_costs.store import last_change
from finance.columns import Database
from finance.days import Span, day, number
from finance.facts import tables as f
from finance.facts import versions_store as facts
from ledgers import store as ledger


def as_priced(database: Database, ref: str, on: dt.date, known: int | None = None) -> AsPriced | None:
    """The charging week a day falls in, or the next where care begins in the middle of it; by the policy of the newest
    run of charges. None where no care is recorded then, or where its price cannot be worked out."""
    with database.read() as connection:
        row = facts.find(connection, f.person, ref)
        if row is None:
            return None
        person = read_person(connection, row["nr"])
        at = last_change(connection) if known is None else known
        anchor = number(charging_week(connection, row["nr"]) or MONDAY)
        runs = ledger.read_runs(connection, NAME)
    policy = ChargingPolicy.from_json(runs[-1].policy) if runs else ChargingPolicy()
    opens = number(on) - (number(on) - anchor) % 7
    lines = sorted(person.facts.at("service_line", at), key=lambda each: int(each["nr"]))
    if not lines:
        return None
    with database.read_bulk() as bulk:
        about = facts_of(bulk, person, at, lines, policy, Span(day(opens), day(opens + 14)))
    begins = live_first(about.care.lines, np.full(len(lines), opens, np.int64))
    opens += 7 * int(bool(((begins > opens) & (begins < opens + 7)).any()))
    weeks = np.asarray([opens], np.int64)
    made = calculate_charges(about, weeks, np.full(len(lines), opens, np.int64), opens + 7, policy)
    return _told(made, Span(day(opens), day(opens + 7)))


def _told(made: Charges, week: Span) -> AsPriced | None:
    """A flat charge is outside the assessment, so what it is for is no part of the cost."""
    if len(made.troubles.line) or not len(made.weeks):
        return None
    counted = made.weeks.cost[made.weeks.flat == 0]
    return AsPriced(week, int(counted.sum()))
