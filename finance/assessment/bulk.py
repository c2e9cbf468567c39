"""Everybody's assessment on one day, in columns: the same rules as for one person, in partitions on threads."""

import datetime as dt
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from dateutil.relativedelta import relativedelta
from numpy.typing import NDArray

from finance.assessment import ages
from finance.assessment.ages import NO_BIRTH_DATE
from finance.assessment.bases import BASES, basis_codes
from finance.assessment.charge import ASSESSED
from finance.assessment.columns import AssessmentColumns
from finance.assessment.dataflow import FACTS_NEEDED, Dataflow, dataflow
from finance.assessment.facts import ADULT
from finance.assessment.figures import Confirmation, StatutoryFigure, figures_on, statutory_figures
from finance.assessment.policy import AssessmentChoices, AssessmentPolicy
from finance.assessment.results import NO_CHARGE, Results
from finance.days import number
from finance.parameters import Parameters

Ints = NDArray[np.int64]

PARTITION = 32_768  # people: small enough that a step's columns stay in the processor's cache
ALWAYS_NEEDED = (
    "born",
    "pension_age_given",
    "standing",
    "allowance_override",
    "assessed_override",
    "unread_rate",
    "untold",
)
FACTS_REFUSED = (
    "No date of birth. Supply it.",
    "Under 18: the Care Act charges adults only. Check the date of birth.",
    "Whether pension age had been reached is not known. Supply the day.",
    *(f"The person {what} {remedy}" for what, remedy in FACTS_NEEDED.values()),
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every partition needs: the choices, and for each basis its dataflow and figures."""

    on: dt.date
    choices: AssessmentChoices
    flows: tuple[Dataflow, ...]
    figures: tuple[dict[str, StatutoryFigure], ...]
    reasons: tuple[str, ...]


def assess_many(
    columns: AssessmentColumns,
    on: dt.date,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    confirmations: Iterable[Confirmation] = (),
    known_by: dt.date | None = None,
    threads: int = 2,
) -> Results:
    """Assess everyone in the columns on one day.

    People whose facts cannot answer the question, or whose charge would rest on a figure with no value that day, are
    refused one by one with a reason and the charge NO_CHARGE; nobody else is held up. Raises only for trouble that is
    everybody's: a policy without a choice for the day, a confirmation that disagrees.
    """
    plan = _plan(on, policy, figures or statutory_figures(), tuple(confirmations), known_by)
    basis = basis_codes(columns.ints("nation"), columns.ints("setting"), columns.ints("stay_days"), plan.choices)
    results = _blank(len(columns), basis, plan.reasons)

    def work(part: tuple[int, Ints]) -> None:
        _assess_part(columns, part[1], plan, part[0], results)

    parts = list(_parts(basis))
    if threads > 1 and len(parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, parts))
    else:
        for part in parts:
            work(part)
    return results


def _parts(basis: Ints) -> Iterator[tuple[int, Ints]]:
    """Everyone once, those of one basis together: (basis, places), no more than PARTITION places at a time."""
    for code in np.flatnonzero(np.bincount(basis, minlength=len(BASES))):
        places = np.flatnonzero(basis == code)
        for first in range(0, len(places), PARTITION):
            yield int(code), places[first : first + PARTITION]


def _blank(people: int, basis: Ints, reasons: tuple[str, ...]) -> Results:
    ints = [np.empty(people, np.int64) for _ in range(5)]
    return Results(ints[0], ints[1], ints[2], basis, np.empty(people, bool), ints[3], reasons, ints[4])


def _plan(
    on: dt.date,
    policy: AssessmentPolicy,
    figures: Parameters,
    confirmations: tuple[Confirmation, ...],
    known_by: dt.date | None,
) -> _Plan:
    choices = policy.on(on, known_by)
    flows = tuple(dataflow(basis, choices) for basis in BASES)
    held = tuple(figures_on(flow.figures, figures, policy, on, confirmations, known_by) for flow in flows)
    missing = {name: str(each.missing) for some in held for name, each in some.items() if each.missing is not None}
    return _Plan(on, choices, flows, held, (*FACTS_REFUSED, *missing.values()))


def _assess_part(columns: AssessmentColumns, places: Ints, plan: _Plan, code: int, results: Results) -> None:
    """Assess the people in these places, all on one basis, and write what they come to into the results."""
    flow, figures = plan.flows[code], plan.figures[code]
    together = int(places[-1] - places[0]) + 1 == len(places)
    some = (
        columns.slice(int(places[0]), int(places[-1]) + 1)
        if together
        else columns.take(places, {*flow.facts, *ALWAYS_NEEDED})
    )
    missing = [name for name in flow.figures if figures[name].missing is not None]
    unsure = [name for name in flow.figures if figures[name].missing is None and not figures[name].sure]
    wanted = {"charge", "can_pay", "council_pays", "outcome"} | flow.watched(missing) | flow.watched(unsure)
    values = flow.run(wanted, some, plan.choices, figures, plan.on)
    reason = _facts_refused(some, plan.on)
    for name, lacking in flow.refused(values, some).items():
        reason[lacking & (reason < 0)] = len(FACTS_REFUSED) - len(FACTS_NEEDED) + list(FACTS_NEEDED).index(name)
    for name in missing:
        touched = flow.touches(name, values, some)
        reason[touched & (reason < 0)] = plan.reasons.index(str(figures[name].missing))
    unconfirmed = np.zeros(len(some), bool)
    for name in unsure:
        unconfirmed |= flow.touches(name, values, some)
    means_counted = (values["outcome"] == ASSESSED) & (some["assessed_override"] < 0)
    unconfirmed |= (some["unread_rate"] | some["untold"]) & means_counted
    results.charge[places] = np.where(reason >= 0, NO_CHARGE, values["charge"])
    results.can_pay[places] = np.where(reason >= 0, NO_CHARGE, values["can_pay"])
    results.council_pays[places] = np.where(reason >= 0, NO_CHARGE, values["council_pays"])
    results.outcome[places], results.unconfirmed[places], results.reason[places] = (
        values["outcome"],
        unconfirmed,
        reason,
    )


def _facts_refused(columns: AssessmentColumns, on: dt.date) -> Ints:
    """For each person the place of the reason they cannot be assessed, or -1."""
    born, day = columns.ints("born"), number(on)
    reason = np.full(len(columns), -1, np.int64)
    reason[born > number(on - relativedelta(years=ADULT))] = 1
    if day < ages.REACHED_BY:
        reason[ages.pension_age_unknown(born, day) & ~columns["pension_age_given"]] = 2
    reason[born == NO_BIRTH_DATE] = 0
    return reason
