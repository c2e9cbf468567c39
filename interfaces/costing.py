"""A costing with the client's contribution: the facts made for each option, handed to the calculation of charges too.

``payruns.cost`` prices care not yet bought and ``billing.contributions`` charges for it; neither knows of the other.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from billing.charges.calculate import CARE_HOMES
from billing.charges.policy import ChargingPolicy
from billing.contributions.expected import ExpectedCharge
from billing.contributions.jobs import NOBODY, Expected, PackageAsked, expected_contributions
from finance.care_costs.facts import CareFacts
from finance.care_costs.rows import Row, Rows, facts_from
from finance.columns import Database
from finance.days import Span
from payruns.cost.costing import ClientPart, ClientPays, Costing, OptionCost
from payruns.cost.jobs import cost_planned
from payruns.cost.options import Option
from payruns.cost.planned import Planned
from payruns.cost.pricing import going_on, standard_week
from payruns.policy import PaymentPolicy

_BY_LINE = ("agreed_rate", "funding_share", "contribution", "nursing_award")
_SHARED = ("contract", "service", "block", "rate", "nursing_rate")
_WEEK = dt.timedelta(days=7)


def cost_with_contributions(
    database: Database,
    options: Sequence[Option],
    *,
    on: dt.date,
    person: str | None = None,
    policy: PaymentPolicy | None = None,
    charging: ChargingPolicy | None = None,
) -> Costing:
    """Cost each option and say what the client would pay of it. Raises as :func:`payruns.cost.cost_package` does."""
    made = cost_planned(database, options, on=on, person=person, policy=policy)
    nr = int(made.person["nr"]) if made.person else NOBODY
    asked = [
        _asked(option, plans, cost, nr)
        for option, plans, cost in zip(made.options, made.plans, made.costing.options, strict=True)
    ]
    expected = expected_contributions(database, asked, person=nr, policy=charging)
    return made.costing.with_clients([_part(each) for each in expected])


def _part(expected: Expected) -> ClientPart:
    return ClientPart(expected.said, _paid(expected.week), _paid(expected.year), _paid(expected.full))


def _paid(came: ExpectedCharge) -> ClientPays:
    return ClientPays(came.client, came.top_up)


def _asked(option: Option, plans: Sequence[Planned], cost: OptionCost, person: int) -> PackageAsked:
    week = _common_week(plans, cost.year.first)
    nr = [int(each.line["nr"]) if each.line["package"] else -place for place, each in enumerate(plans, 1)]
    return PackageAsked(
        care=_together([each.rows for each in plans], person),
        standing=_together([_in_week(each, week) for each in plans], person),
        nr=np.asarray(nr, dtype=np.int64),
        week=week,
        year=cost.year,
        full=cost.full,
        in_home=any(each.service["kind"] in CARE_HOMES for each in plans),
        stated=option.contribution,
    )


def _common_week(plans: Sequence[Planned], first: dt.date) -> Span:
    """One standard week for all of an option's lines: the latest of their own, for a maximum is of a week."""
    return max((standard_week(each.line, first) for each in plans), key=lambda each: each.first)


def _in_week(planned: Planned, week: Span) -> Rows:
    """A line's facts as they would be in a standard week: going on, falling in it; what is paid once is in no week."""
    rows = going_on(planned)
    (line,) = rows["service_line"]
    values: dict[str, Any] = {"quantity": 0} if line["unit"] == "one-off" else {}
    monday = line["starts"] - dt.timedelta(days=line["starts"].weekday())
    if (week.first - monday) // _WEEK % line["every_weeks"]:
        values["starts"] = week.first
    return {**rows, "service_line": [{**line, **values}]}


def _together(many: Sequence[Rows], person: int) -> CareFacts:
    """Lines of one option as one set of facts, numbered by their place, all of one person."""
    rows: dict[str, list[Row]] = {name: [] for name in ("service_line", "person", "package", *_BY_LINE)}
    shared: dict[str, dict[int, Row]] = {name: {} for name in (*_SHARED, "package")}
    for place, each in enumerate(many):
        rows["service_line"] += [{**line, "nr": place, "person": person} for line in each["service_line"]]
        rows["person"] = [{**who, "nr": person} for who in each["person"]]
        for name in _BY_LINE:
            rows[name] += [{**row, "line": place} for row in each[name]]
        for name, found in shared.items():
            found.update({row["nr"]: row for row in each[name]})
    return facts_from({**rows, **{name: list(found.values()) for name, found in shared.items()}})
