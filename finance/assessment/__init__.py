"""Financial assessments: the Care Act means test for one person or a whole county, every figure explained.

Give circumstances, a day and a council's policy; get the weekly charge with every step behind it::

    from finance.assessment import Circumstances, Income, assess, default_policy

    mary = Circumstances(
        person="Mary", born=date(1939, 5, 1), cost_pence=28750,
        incomes=(Income(kind="state_pension", amount_pence=16950),),
    )
    answer = assess(mary, date(2024, 6, 3), default_policy())
    answer.charge_pence          # whole pence a week
    answer.steps                 # label, citation, inputs and exact value of each step
    answer.billable              # False while it rests on a figure nobody has read: answer.not_billable says which

Facts (``circumstances``)
    Circumstances, Income, Asset, Expense, Override, Standing, Stay, HomeLeftOut: frozen, dated, in pence with how often
    they are paid. Kinds and their treatment stand in ``kinds.toml``.
One person (``single``, ``periods``)
    ``assess(circumstances, on, policy, figures=None, *, confirmations=(), known_by=None) -> Assessment``
    ``assess_period(circumstances or dated versions, span, policy, ...) -> list[Segment]``: cut at every day on which a
    fact, figure or choice changes, among them 1 April, 6 April and the first Monday on or after 6 April.
Everybody (``columns``, ``facts``, ``bulk``)
    ``assess_many(columns, on, policy, figures=None, *, confirmations=(), known_by=None, threads=2) -> Results``: the
    same rules over columns. ``columns_on(people, on, choices, figures)`` makes columns of circumstances.
What it rests on (``figures``, ``policy``)
    ``statutory_figures()``, ``confirm(...) -> Confirmation``; ``default_policy()``, ``load_policy(path, name)``,
    ``with_choices(policy, {...})``.
Beside it
    ``deferred`` (offer, equity limit, what is deferred), ``topups``, ``rundown`` (when capital reaches the limit),
    ``notional`` (diminishing notional capital), ``properties`` (the twelve weeks).

Refusals, each saying what to supply: MissingFact, BadFact, UnknownKind, NoValueOnDay, BadColumns, BadParameters,
BelowStatute, ConfirmationDisagrees, NotBillable.

Exact arithmetic throughout: money a week in 10,400ths of a penny, capital in 600ths, one rounding at
``charge.assessed_pence``. ``docs/assessment.md`` tells the whole story.
"""

from finance.assessment.bases import BASES, Basis
from finance.assessment.bulk import assess_many
from finance.assessment.circumstances import (
    Asset,
    BadFact,
    Circumstances,
    Expense,
    Ground,
    GroundHeld,
    HomeDisregard,
    HomeLeftOut,
    Income,
    MissingFact,
    Nation,
    Nursing,
    Override,
    OverrideOf,
    Setting,
    Stay,
)
from finance.assessment.columns import AssessmentColumns, BadColumns
from finance.assessment.facts import columns_on
from finance.assessment.figures import (
    BelowStatute,
    Confirmation,
    ConfirmationDisagrees,
    StatutoryFigure,
    confirm,
    statutory_figures,
)
from finance.assessment.frequencies import Frequency
from finance.assessment.kinds import UnknownKind
from finance.assessment.periods import Segment, assess_period
from finance.assessment.policy import AssessmentChoices, AssessmentPolicy, default_policy, load_policy, with_choices
from finance.assessment.results import (
    NO_CHARGE,
    OUTCOMES,
    Assessment,
    Input,
    NotBillable,
    Outcome,
    Results,
    Step,
    StepLine,
)
from finance.assessment.single import assess

__all__ = [
    "BASES",
    "NO_CHARGE",
    "OUTCOMES",
    "Assessment",
    "AssessmentChoices",
    "AssessmentColumns",
    "AssessmentPolicy",
    "Asset",
    "BadColumns",
    "BadFact",
    "Basis",
    "BelowStatute",
    "Circumstances",
    "Confirmation",
    "ConfirmationDisagrees",
    "Expense",
    "Frequency",
    "Ground",
    "GroundHeld",
    "HomeDisregard",
    "HomeLeftOut",
    "Income",
    "Input",
    "MissingFact",
    "Nation",
    "NotBillable",
    "Nursing",
    "Outcome",
    "Override",
    "OverrideOf",
    "Results",
    "Segment",
    "Setting",
    "StatutoryFigure",
    "Stay",
    "Step",
    "StepLine",
    "UnknownKind",
    "assess",
    "assess_many",
    "assess_period",
    "columns_on",
    "confirm",
    "default_policy",
    "load_policy",
    "statutory_figures",
    "with_choices",
]
