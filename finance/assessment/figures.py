"""The statutory figures beside the rules, and a council's confirmation that it has read them.

A figure nobody read in a source (seen at second hand, worked out, inferred, or remembered) may be shown but not
billed from until the council confirms it against the circular: who confirmed it, when, from what, and the value they
read.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

from finance.assessment.policy import AssessmentPolicy
from finance.days import spoken
from finance.money import sterling
from finance.parameters import NOT_FOUND, UNSURE, DatedValue, Parameter, Parameters, load_parameters
from finance.problems import NoValueOnDay, Refusal

ONE = dt.timedelta(days=1)
NO_FIGURE = 10**9  # pence: no figure is as much, and one without a value is more
FOLDER = Path(__file__).parent
FILES = ("capital", "income", "guarantee", "residents", "savings_credit", "wales", "nursing", "benefits", "deferred")


class ConfirmationDisagrees(Refusal):
    """A council confirmed a figure that is not the one loaded. One of the two is wrong."""


class BelowStatute(Refusal):
    """A council's own figure is less than the law allows a person to keep."""


@cache
def statutory_figures() -> Parameters:
    """Every figure beside the rules, by name."""
    figures = Parameters()
    for file in FILES:
        figures = figures.merged(load_parameters(FOLDER / f"{file}.toml"))
    return figures


def known_up_to(figures: Parameters | None = None) -> dt.date | None:
    """The first day on which what people keep, at home or in a home, is no longer known; None where all is known for
    good. A charge worked out before is no charge for that day.
    """
    kept = [each.name for file in ("guarantee", "residents") for each in load_parameters(FOLDER / f"{file}.toml")]
    known = [each for each in figures or statutory_figures() if each.name in kept]
    last = [max(each.values, key=lambda value: value.first).until for each in known]
    return min((until for until in last if until is not None), default=None)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A council's record that it read a year's figures in the circular.

    ``values`` holds each figure as read (pence, or a percentage), for the values that start or stand on ``day``.
    """

    day: dt.date
    values: Mapping[str, object]
    confirmed_by: str
    confirmed_on: dt.date
    source: str


def confirm(
    figures: Parameters,
    day: dt.date,
    names: Iterable[str] | None = None,
    *,
    confirmed_by: str,
    confirmed_on: dt.date,
    source: str,
) -> Confirmation:
    """A confirmation that the named figures (every one known, when none is named) are right as loaded for ``day``."""
    values: dict[str, object] = {}
    for each in figures:
        standing = _standing(each, day, None)
        if isinstance(standing, DatedValue) and (names is None or each.name in set(names)):
            values[each.name] = standing.value
    if not (confirmed_by and source):
        raise Refusal("A confirmation needs a name and a source.", "Say who read the figures, and in what.")
    return Confirmation(day, values, confirmed_by, confirmed_on, source)


@dataclass(frozen=True, slots=True)
class StatutoryFigure:
    """One figure as it stands on a day: its value, or why there is none, and who has vouched for it."""

    parameter: Parameter
    dated: DatedValue | None
    missing: NoValueOnDay | None = None
    confirmed: Confirmation | None = None
    instead: str = ""  # why the law's figure stands for the council's own

    @property
    def name(self) -> str:
        return self.parameter.name

    @property
    def value(self) -> int:
        """Pence, or a whole percentage.

        A figure with no value gives a number no figure could be, different for each: whoever it touches is refused.
        """
        if self.dated is None:
            return NO_FIGURE + crc32(self.name.encode()) % 10**8
        assert isinstance(self.dated.value, int), f"{self.name} is not a whole number"
        return self.dated.value

    @property
    def sure(self) -> bool:
        return self.dated is not None and (self.dated.sure or self.confirmed is not None)

    def warning(self) -> str:
        """What an officer is told about a figure nobody has read."""
        assert self.dated is not None
        amount = f"{self.value} {self.parameter.unit}"
        if self.parameter.unit.startswith("pence"):
            amount = sterling(self.value)
        how = UNSURE.get(self.dated.status, "is not confirmed")
        return f"“{self.parameter.label}” of {amount} from {spoken(self.dated.first)} {how}: confirm it first."


def figures_on(
    names: Iterable[str],
    figures: Parameters,
    policy: AssessmentPolicy | None,
    day: dt.date,
    confirmations: Iterable[Confirmation] = (),
    known_by: dt.date | None = None,
) -> dict[str, StatutoryFigure]:
    """The named figures as they stand on a day; a council's own, with its policy, in place of the statutory ones.

    Raises ConfirmationDisagrees and BelowStatute. A figure without a value is given with its refusal, not raised:
    only the people it touches are refused.
    """
    held = tuple(confirmations)
    return {name: _figure(name, figures, policy, day, held, known_by) for name in names}


def _figure(
    name: str,
    figures: Parameters,
    policy: AssessmentPolicy | None,
    day: dt.date,
    confirmations: tuple[Confirmation, ...],
    known_by: dt.date | None,
) -> StatutoryFigure:
    parameter = figures[name]
    dated = _standing(parameter, day, known_by)
    instead = ""
    if policy is not None and name in policy.own_figures:
        own, instead = _own(policy, parameter, dated, day, known_by)
        if own is not None:
            return StatutoryFigure(policy.own_figures[name], own)
    if isinstance(dated, NoValueOnDay):
        return StatutoryFigure(parameter, None, dated)
    for each in confirmations:
        if name in each.values and _standing(parameter, each.day, None) is dated:
            if each.values[name] != dated.value:
                raise ConfirmationDisagrees(
                    f"{each.confirmed_by} read “{parameter.label}” as {each.values[name]} in {each.source}; "
                    f"{dated.value} is loaded.",
                    "Correct the figure or the confirmation.",
                )
            return StatutoryFigure(parameter, dated, None, each, instead)
    return StatutoryFigure(parameter, dated, instead=instead)


def _own(
    policy: AssessmentPolicy,
    parameter: Parameter,
    law: DatedValue | NoValueOnDay,
    day: dt.date,
    known_by: dt.date | None,
) -> tuple[DatedValue | None, str]:
    """A council's own figure where it stands on a day, or None and why the law's stands for it.

    It has ended, or the law's has risen above it since it began. Raises BelowStatute where it was below from the
    beginning.
    """
    named = policy.own_figures[parameter.name]
    own = _standing(named, day, known_by)
    whose = f"{policy.name}’s own “{parameter.label}”"
    if isinstance(own, NoValueOnDay):
        ended = [each.until for each in named.values if each.until is not None and each.until <= day]
        return None, f"{whose} ended on {spoken(max(ended) - ONE)}: the law’s figure stands for it." if ended else ""
    if isinstance(law, NoValueOnDay) or int(str(own.value)) >= int(str(law.value)):
        return own, ""
    then = _standing(parameter, max(own.first, parameter.values[0].first), known_by)
    if isinstance(then, NoValueOnDay) or int(str(own.value)) < int(str(then.value)):
        raise BelowStatute(
            f"{policy.name}'s own “{parameter.label}” for {spoken(day)} is below the statutory figure.",
            "Raise it, or take it out of the policy.",
        )
    return None, (
        f"{whose} of {sterling(int(str(own.value)))} has been overtaken by the law’s "
        f"{sterling(int(str(law.value)))} from "
        f"{spoken(law.first)}, which stands for it."
    )


def own_figures_standing(
    policy: AssessmentPolicy, figures: Parameters, day: dt.date, known_by: dt.date | None = None
) -> dict[str, StatutoryFigure]:
    """Each figure a council has its own of, as it stands on a day: its own, or the law's with the reason
    (``instead``)."""
    named = [each.name for each in policy.own_figures if each.name in figures]
    return figures_on(named, figures, policy, day, (), known_by)


def _standing(parameter: Parameter, day: dt.date, known_by: dt.date | None) -> DatedValue | NoValueOnDay:
    try:
        standing = parameter.on(day, known_by)
    except NoValueOnDay as refusal:
        return refusal
    assert standing.status != NOT_FOUND
    return standing
