"""Everybody's assessment on one day, in columns: the same rules as for one person, in partitions on threads."""

import datetime as dt
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finance.assessment import ages
from finance.assessment.bases import BASES, basis_codes
from finance.assessment.columns import NO_BIRTH_DATE, Columns
from finance.assessment.dataflow import Dataflow, dataflow
from finance.assessment.facts import ADULT
from finance.assessment.figures import Confirmation, Figure, figures_on, statutory_figures
from finance.assessment.policy import Choices, Policy
from finance.assessment.results import NO_CHARGE, Results
from finance.days import number
from finance.parameters import Parameters

Ints = NDArray[np.int64]

PARTITION = 32_768  # people: small enough that a step's columns stay in the processor's cache
FACTS_REFUSED = (
    "No date of birth. Supply it.",
    "Under 18: the Care Act charges adults only. Check the date of birth.",
    "Whether pension age had been reached is not known. Supply the day.",
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every partition needs: the choices, and for each basis its dataflow and figures."""

    on: dt.date
    choices: Choices
    flows: tuple[Dataflow, ...]
    figures: tuple[dict[str, Figure], ...]
    reasons: tuple[str, ...]


def assess_many(
    columns: Columns,
    on: dt.date,
    policy: Policy,
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
    edges = [*range(0, len(columns), PARTITION), len(columns)]
    parts = list(zip(edges, edges[1:], strict=False))

    def work(part: tuple[int, int]) -> Results:
        return _assess_part(columns.slice(*part), plan)

    if threads > 1 and len(parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            done = list(pool.map(work, parts))
    else:
        done = [work(part) for part in parts] or [_empty(plan)]
    return Results(
        *(np.concatenate([getattr(each, name) for each in done]) for name in COLUMNS), reasons=plan.reasons
    )


COLUMNS = ("charge", "council_pays", "outcome", "basis", "unconfirmed", "reason")


def _plan(
    on: dt.date,
    policy: Policy,
    figures: Parameters,
    confirmations: tuple[Confirmation, ...],
    known_by: dt.date | None,
) -> _Plan:
    choices = policy.on(on, known_by)
    flows = tuple(dataflow(basis, choices) for basis in BASES)
    held = tuple(figures_on(flow.figures, figures, policy, on, confirmations, known_by) for flow in flows)
    missing = {name: str(each.missing) for some in held for name, each in some.items() if each.missing is not None}
    return _Plan(on, choices, flows, held, (*FACTS_REFUSED, *missing.values()))


def _empty(plan: _Plan) -> Results:
    none = np.empty(0, np.int64)
    return Results(none, none, none, none, np.empty(0, bool), none, plan.reasons)


def _assess_part(columns: Columns, plan: _Plan) -> Results:
    basis = basis_codes(columns["nation"], columns["setting"], columns["stay_days"], plan.choices)  # type: ignore[arg-type]
    count = len(columns)
    charge, council = np.empty(count, np.int64), np.empty(count, np.int64)
    outcome, unconfirmed, reason = np.empty(count, np.int64), np.empty(count, bool), np.empty(count, np.int64)
    for code in np.flatnonzero(np.bincount(basis, minlength=len(BASES))):
        places = np.flatnonzero(basis == code)
        some = columns if len(places) == count else columns.take(places)
        part = _assess_basis(some, plan, int(code))
        charge[places], council[places], outcome[places] = part.charge, part.council_pays, part.outcome
        unconfirmed[places], reason[places] = part.unconfirmed, part.reason
    return Results(charge, council, outcome, basis, unconfirmed, reason, plan.reasons)


def _assess_basis(columns: Columns, plan: _Plan, code: int) -> Results:
    flow, figures = plan.flows[code], plan.figures[code]
    missing = [name for name in flow.figures if figures[name].missing is not None]
    unsure = [name for name in flow.figures if figures[name].missing is None and not figures[name].sure]
    wanted = {"charge", "council_pays", "outcome"} | flow.watched(missing) | flow.watched(unsure)
    values = flow.run(wanted, columns, plan.choices, figures, plan.on)
    reason = _facts_refused(columns, plan.on)
    for name in missing:
        touched = flow.touches(name, values, columns)
        reason[touched & (reason < 0)] = plan.reasons.index(str(figures[name].missing))
    unconfirmed = np.zeros(len(columns), bool)
    for name in unsure:
        unconfirmed |= flow.touches(name, values, columns)
    refused = reason >= 0
    charge = np.where(refused, NO_CHARGE, values["charge"])
    council = np.where(refused, NO_CHARGE, values["council_pays"])
    return Results(charge, council, values["outcome"], reason, unconfirmed, reason, plan.reasons)


def _facts_refused(columns: Columns, on: dt.date) -> Ints:
    """For each person the place of the reason they cannot be assessed, or -1."""
    born, day = np.asarray(columns["born"], np.int64), number(on)
    reason = np.full(len(columns), -1, np.int64)
    youngest = number(dt.date(on.year - ADULT, 1, 1))
    if len(born) and int(born.max()) >= youngest:
        reason[ages.anniversary(born, ADULT) > day] = 1
    if day < ages.REACHED_BY:
        reason[ages.pension_age_unknown(born, day) & (columns["pension_age_day"] == ages.REACHED_BY)] = 2
    reason[born == NO_BIRTH_DATE] = 0
    return reason
