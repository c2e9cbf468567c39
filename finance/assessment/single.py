"""One person's assessment on a day, with every step, what it rests on, and whether it may be billed."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from finance.assessment.asking import asked, nothing_told, warnings
from finance.assessment.bases import BASES, Basis, basis_codes
from finance.assessment.charge import ASSESSED, NO_LIMIT, TAKEN
from finance.assessment.circumstances import Circumstances, Ground, MissingFact, OverrideOf
from finance.assessment.dataflow import FACTS_NEEDED, Array, dataflow
from finance.assessment.explaining import Explainer
from finance.assessment.facts import columns_on, rates_followed, settled_by
from finance.assessment.figures import Confirmation, StatutoryFigure, figures_on, statutory_figures
from finance.assessment.policy import AssessmentChoices, AssessmentPolicy
from finance.assessment.results import OUTCOMES, Assessment, Outcome
from finance.days import spoken
from finance.parameters import Parameters

LESS_THAN_THE_LAW = (
    "Of savings credit the council leaves out the award up to a maximum, which may be less than the law "
    "requires: somebody whose "
    "income is too high for an award has the maximum left out by bands (SI 2014/2672 Sch 1 para 40, read at "
    "second hand)."
)
WHOSE_PREMIUM = (
    "A disability premium is counted for the couple, and one of the two has reached pension age: it is due only "
    "if the one under pension "
    "age is who qualifies."
)


def assess(
    circumstances: Circumstances,
    on: dt.date,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    confirmations: Iterable[Confirmation] = (),
    known_by: dt.date | None = None,
) -> Assessment:
    """Assess one person on one day.

    ``figures`` are the statutory figures (those beside the rules, when not given); ``confirmations`` what the council
    has read in the circulars; ``known_by`` asks as things were known on a day.

    Raises MissingFact, BadFact, UnknownKind or NoValueOnDay, each saying what to supply; nothing is guessed.
    """
    figures = figures or statutory_figures()
    choices, confirmed = policy.on(on, known_by), tuple(confirmations)
    columns = columns_on([circumstances], on, choices, figures, known_by, confirmed)
    codes = basis_codes(columns.ints("nation"), columns.ints("setting"), columns.ints("stay_days"), choices)
    basis = BASES[int(codes[0])]
    flow = dataflow(basis, choices)
    held = figures_on(flow.figures, figures, policy, on, confirmed, known_by)
    values = flow.run([rule.name for rule in flow.rules], columns, choices, held, on)
    for name, lacking in flow.refused(values, columns).items():
        if lacking[0]:
            raise MissingFact(f"{circumstances.person} {FACTS_NEEDED[name][0]}", FACTS_NEEDED[name][1])
    used = tuple(held[name] for name in flow.figures if flow.touches(name, values, columns)[0])
    _must_be_known(used)
    on_means = bool(values["outcome"][0] == ASSESSED and columns["assessed_override"][0] < 0)
    if on_means:
        used += tuple(rates_followed(circumstances, on, figures, known_by, confirmed))
    explain = Explainer(columns, choices, policy, held, values, flow)
    outcome = OUTCOMES[int(values["outcome"][0])]
    ground = settled_by(circumstances, on, choices)
    unread = tuple(figure.warning() for figure in used if not figure.sure)
    not_billable = (*unread, *(nothing_told(circumstances) if on_means else ()))
    cost, fee = int(columns["cost"][0]), circumstances.fee_pence
    return Assessment(
        person=circumstances.person,
        on=on,
        basis=basis,
        policy=policy.title,
        outcome=outcome,
        because=_because(outcome, ground, circumstances, choices),
        charge_pence=int(values["charge"][0]),
        charge_exact=Fraction(int(values["assessed_exact"][0]), TAKEN),
        chargeable_cost_pence=int(values["chargeable_cost"][0]),
        council_pays_pence=int(values["council_pays"][0]),
        nursing_pence=cost - int(values["chargeable_cost"][0]),
        top_up_pence=max(fee - cost, 0) if fee is not None else 0,
        provisional=circumstances.provisional,
        steps=tuple(explain.step(rule) for rule in flow.rules if rule.unit != "table"),
        figures=used,
        warnings=(
            *not_billable,
            *(figure.instead for figure in used if figure.instead),
            *_english(basis, used),
            *warnings(circumstances, on, ground),
            *_overrides(circumstances, on, outcome),
            *asked(circumstances, on, basis, int(values["council_pays"][0])),
            *_of_policy(basis, choices, values),
        ),
        not_billable=not_billable,
        can_pay_pence=None if values["can_pay"][0] == NO_LIMIT else int(values["can_pay"][0]),
    )


def _must_be_known(used: tuple[StatutoryFigure, ...]) -> None:
    for figure in used:
        if figure.missing is not None:
            raise figure.missing


def _because(outcome: Outcome, ground: Ground | None, one: Circumstances, choices: AssessmentChoices) -> str:
    if ground is not None:
        return str(ground)
    if one.provisional and outcome in (Outcome.FULL_COST, Outcome.NIL_BY_LAW):
        return f"provisional: {choices.provisional_charge} until the assessment is complete"
    return str(outcome)


def _english(basis: Basis, used: tuple[StatutoryFigure, ...]) -> list[str]:
    """Figures of England's regulations that serve somebody in Wales: said, because the Welsh ones were not read."""
    return [
        f"“{figure.parameter.label}” is England’s figure ({figure.parameter.reference}): the Welsh one was not read."
        for figure in used
        if basis.nation == "Wales" and figure.parameter.reference.startswith("SI 2014/2672")
    ]


def _of_policy(basis: Basis, choices: AssessmentChoices, values: Mapping[str, Array]) -> list[str]:
    """What must be said of a choice of the council's that bears on this person."""
    if basis == Basis("England", "home") and values["couple_pension_age"][0] and values["couple_working_age"][0]:
        premiums = ("allowance_disability_couple", "allowance_enhanced_couple")
        if values["outcome"][0] == ASSESSED and any(values[each][0] for each in premiums):
            return [WHOSE_PREMIUM]
    by_award = choices.savings_credit_in_care_homes == "award up to the maximum"
    if (
        basis.name in ("permanent", "temporary")
        and by_award
        and values["pension_age"][0]
        and values["outcome"][0] == ASSESSED
    ):
        return [LESS_THAN_THE_LAW]
    return []


def _overrides(one: Circumstances, on: dt.date, outcome: Outcome) -> Iterator[str]:
    """What was set by hand and, where it does not bear on the charge, why not."""
    for of in OverrideOf:
        override = one.override(of, on)
        if override is None:
            continue
        until = f", to {spoken(override.end - dt.timedelta(days=1))}" if override.end else ""
        idle = ""
        if outcome is Outcome.NIL_BY_LAW:
            idle = " It does not count: nothing may be charged."
        elif of is OverrideOf.ALLOWANCE and outcome is not Outcome.ASSESSED:
            idle = " It does not count: the charge is not worked out from what is kept."
        elif of is OverrideOf.ALLOWANCE and one.override(OverrideOf.ASSESSED_MAXIMUM, on) is not None:
            idle = " It does not count: the most that can be charged is set by hand too."
        yield f"Override of {of}, approved by {override.approver}{until}: {override.reason}.{idle}"
