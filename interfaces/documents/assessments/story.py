"""An assessment told in plain words, section by section: the one telling behind the text, the page and the letter.

Amounts are exact pence a week, shown to the nearest penny; the charge alone is rounded in earnest, once.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from billing.explain.as_priced import AsPriced
from finance.assessment import Assessment, Outcome, Step
from finance.assessment.kinds import MeansKind, assets, expenses, incomes
from finance.assessment.parts import parts
from finance.days import spoken
from finance.money import round_fraction, sterling
from interfaces.documents.assessments.not_counted import not_counted


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of a section: words, and an amount a week in words (empty where there is none). ``total`` stands out."""

    words: str
    amount: str = ""
    note: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class StorySection:
    """A heading, a sentence or two, and lines with amounts."""

    title: str
    sentences: tuple[str, ...] = ()
    lines: tuple[StoryLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """The whole telling. ``headline`` is the answer; ``notes`` what must be borne in mind."""

    person: str
    on: dt.date
    title: str
    headline: str
    summary: tuple[str, ...]
    sections: tuple[StorySection, ...]
    notes: tuple[str, ...]


def shown(exact: Fraction | int) -> str:
    """Exact pence in words, to the nearest penny."""
    return sterling(round_fraction(Fraction(exact)))


def tell(made: Assessment, name: str | None = None, priced: AsPriced | None = None) -> Story:
    """Tell an assessment to the person or their family. ``name`` is what to call them, in place of the reference;
    ``priced`` is what their care costs by its packages, which is what they are billed for."""
    who = name or made.person
    sums = _Sums.of(made, priced)
    sections = [_money_in(made), _savings(made), _kept(made), _taken_off(made), _left(made, sums)]
    settled = made.outcome in (Outcome.NIL_BY_LAW, Outcome.FULL_COST)
    told = [] if settled else [each for each in sections if each is not None]
    return Story(
        who,
        made.on,
        f"What {who} pays towards care",
        f"{who} pays {shown(sums.pays)} a week from {spoken(made.on)}.",
        tuple(_summary(made, sums)),
        tuple(told),
        tuple(_notes(made)),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the care costs, who pays what of it, whole pence a week; and whether that is by its packages."""

    costs: int
    pays: int
    council_pays: int
    by_packages: bool

    @classmethod
    def of(cls, made: Assessment, priced: AsPriced | None) -> "_Sums":
        if priced is None:
            return cls(made.chargeable_cost_pence, made.charge_pence, made.council_pays_pence, False)
        return cls(priced.cost, priced.pays(made), priced.council_pays(made), True)


def _summary(made: Assessment, sums: _Sums) -> list[str]:
    by = ", by the prices agreed for it" if sums.by_packages else ""
    said = [f"The care costs {shown(sums.costs)} a week{by}. The council pays {shown(sums.council_pays)}."]
    if made.nursing_pence:
        said.append(f"The NHS pays {shown(made.nursing_pence)} a week more towards nursing.")
    if made.top_up_pence:
        said.append(f"The home asks {shown(made.top_up_pence)} a week above what the council pays: that is a top-up.")
    because = {
        Outcome.NIL_BY_LAW: f"The law does not let the council charge for this care: {made.because}.",
        Outcome.FULL_COST: f"The full cost is charged: {made.because}.",
        Outcome.OVER_LIMIT: "Savings and property are above the upper capital limit, so the full cost is charged.",
    }
    if made.outcome in because:
        said.append(because[made.outcome])
    return said


def _value(made: Assessment, name: str) -> Fraction:
    """A step's exact value, nought where this basis has no such step."""
    for step in made.steps:
        if step.name == name:
            return Fraction(step.value) if isinstance(step.value, Fraction) else Fraction(0)
    return Fraction(0)


def _step(made: Assessment, name: str) -> Step | None:
    return next((step for step in made.steps if step.name == name), None)


def _kind(label: str, kinds: tuple[MeansKind, ...]) -> MeansKind | None:
    return next((kind for kind in kinds if kind.label == label), None)


def _basis(made: Assessment) -> str:
    return "temporary" if made.basis.name == "fixed" else made.basis.name


def _money_in(made: Assessment) -> StorySection | None:
    step = _step(made, "income_weekly")
    if step is None:
        return None
    lines = []
    for line in step.lines:
        kind = _kind(line.label, incomes().kinds)
        ignored = kind is not None and kind.treated(_basis(made)) == "ignored"
        lines.append(StoryLine(line.label, shown(line.value), "not counted" if ignored else ""))
    left_out = _value(made, "income_left_out")
    if left_out:
        lines.append(StoryLine("Left out, as the law or the council's policy says", f"-{shown(left_out)}"))
    lines.append(StoryLine("Income counted", shown(_value(made, "counted_income")), total=True))
    said = () if step.lines else ("No income was given.",)
    return StorySection("Money coming in each week", said, tuple(lines))


def _savings(made: Assessment) -> StorySection | None:
    step = _step(made, "asset_share")
    if step is None or not step.lines:
        return None
    lines = [StoryLine(line.label, shown(line.value), _capital_note(line.label, made)) for line in step.lines]
    lines.append(StoryLine("Savings and property counted", shown(_value(made, "capital")), total=True))
    tariff = _value(made, "tariff_income")
    said = []
    if made.outcome is Outcome.OVER_LIMIT:
        said.append(f"This is above the upper limit of {shown(_value(made, 'capital_limit'))}.")
    elif tariff:
        lower = next((each.value for each in made.figures if each.name == "capital_lower_limit"), None)
        above = f" above {shown(lower)}" if lower else " above the lower limit"
        said.append(f"For every £250, or part of it,{above}, the law counts £1 a week as income: {shown(tariff)}.")
    elif made.basis.nation == "England":
        said.append("This is not more than the lower limit, so nothing is counted from it.")
    return StorySection("Savings and property", tuple(said), tuple(lines))


def _capital_note(label: str, made: Assessment) -> str:
    kind = _kind(label, assets().kinds)
    if kind is None or kind.treated(_basis(made)) == "counted":
        return ""
    if kind.treated(_basis(made)) == "home":
        return (
            ""
            if made.outcome is Outcome.OVER_LIMIT or _value(made, "capital") > _value(made, "capital_besides_home")
            else "left out"
        )
    return "not counted"


def _kept(made: Assessment) -> StorySection | None:
    if _step(made, "allowance") is None:
        return None
    lines = [StoryLine(label, shown(value)) for label, value in parts(made, "allowance")]
    if len(lines) > 1:
        lines.append(StoryLine("Kept each week", shown(_value(made, "allowance")), total=True))
    return StorySection("What must be left to live on", ("The law sets how much a person must keep.",), tuple(lines))


def _taken_off(made: Assessment) -> StorySection | None:
    step = _step(made, "expense_weekly")
    left_out = not_counted(made)
    labels = {each.label for each in left_out}
    claimed = (
        [
            StoryLine(
                line.label,
                shown(line.value),
                "not counted" if line.label in labels else _expense_note(line.label, made),
            )
            for line in step.lines
        ]
        if step
        else []
    )
    if not _value(made, "deductions") and not left_out:
        return None
    lines = [StoryLine(label, shown(value)) for label, value in parts(made, "deductions")]
    lines.append(StoryLine("Taken off", shown(_value(made, "deductions")), total=True))
    said = [*map(str, left_out), *(["These are the costs that were given:"] if claimed else [])]
    return StorySection("Costs taken off", tuple(said), (*claimed, *lines))


def _expense_note(label: str, made: Assessment) -> str:
    kind = _kind(label, expenses().kinds)
    return (
        {"disability": "because of disability", "housing": "housing"}.get(kind.treated(_basis(made)), "")
        if kind
        else ""
    )


def _left(made: Assessment, sums: _Sums) -> StorySection | None:
    if _step(made, "disposable") is None or made.outcome is Outcome.OVER_LIMIT:
        return None
    lines = [StoryLine("Income counted", shown(_value(made, "counted_income")))]
    for words, name, sign in (
        ("Income counted from savings", "tariff_income", ""),
        ("Kept each week", "allowance", "-"),
        ("Costs taken off", "deductions", "-"),
    ):
        value = _value(made, name)
        if value:
            lines.append(StoryLine(words, f"{sign}{shown(value)}"))
    lines.append(StoryLine("Left over", shown(_value(made, "disposable")), _floor(made), total=True))
    if _value(made, "assessed_exact") != _value(made, "disposable"):
        lines.append(StoryLine("The share of it the council takes", shown(_value(made, "assessed_exact"))))
    lines.append(StoryLine("Charge each week", shown(sums.pays), _why(made, sums), total=True))
    return StorySection("How that makes the charge", (), tuple(lines))


def _floor(made: Assessment) -> str:
    left = _value(made, "means") - _value(made, "allowance") - _value(made, "deductions")
    return "never below nought" if left < 0 else ""


def _why(made: Assessment, sums: _Sums) -> str:
    """Why the charge is not simply what is left over."""
    if sums.by_packages and made.can_pay_pence is not None and sums.pays < made.can_pay_pence:
        return "no more than the care costs"
    if any(warning.startswith("Override of") for warning in made.warnings):
        return "set by hand: see below"
    if not sums.by_packages and _value(made, "assessed_maximum") > _value(made, "charge_before_limits"):
        return "no more than the care costs"
    if made.charge_pence == 0 and _value(made, "charge_after_increase_limit"):
        return "too small to collect"
    if _value(made, "charge_before_limits") > sums.pays:
        return "held to the weekly maximum or the limit on increases"
    return ""


def _notes(made: Assessment) -> list[str]:
    notes = list(made.warnings)
    if not made.billable:
        notes.append("This may be shown but not billed until those figures are confirmed.")
    return notes
