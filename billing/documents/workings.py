"""An assessment in the few steps a family can follow: what came in, what is kept, what is taken off, what is left."""

import datetime as dt
from fractions import Fraction

from billing.documents.content import Assessed, Working
from finance.assessment import Assessment, Outcome
from finance.money import round_fraction

STEPS = (
    ("income", "counted_income", 1),
    ("tariff", "tariff_income", 1),
    ("kept", "allowance", -1),
    ("costs", "deductions", -1),
)


def assessed(made: Assessment, starts: dt.date, weekly: int) -> Assessed:
    """The steps of one assessment, to the nearest penny each, for a paper. ``weekly`` is the charge as it was
    stored.
    """
    if made.outcome in (Outcome.FULL_COST, Outcome.OVER_LIMIT):
        return Assessed(starts, None, str(made.outcome), made.because)
    if made.outcome is Outcome.NIL_BY_LAW:
        return Assessed(starts, weekly, str(made.outcome), made.because)
    steps = {each.name: each.value for each in made.steps}
    found = []
    for label, name, sign in STEPS:
        value = steps.get(name)
        if isinstance(value, Fraction) and value:
            found.append(Working(label, sign * round_fraction(value)))
    left = steps.get("disposable")
    if isinstance(left, Fraction) and round_fraction(left) != weekly:
        found.append(Working("left", round_fraction(left), total=True))
    found.append(Working("maximum", weekly, total=True))
    return Assessed(starts, weekly, str(made.outcome), "", tuple(found))


def as_stored(starts: dt.date, weekly: int | None, outcome: str) -> Assessed:
    """What is kept of an assessment alone, where it can no longer be worked out again."""
    whole = outcome in (Outcome.FULL_COST, Outcome.OVER_LIMIT)
    return Assessed(starts, None if whole else weekly, outcome)
