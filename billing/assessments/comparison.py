"""Two assessments of one person compared: what changed, and which fact or rate caused each penny.

The first is turned into the second by changing one thing at a time, in the order of ``ORDER``; what each change does to
the charge is its part. Each part starts where the one before it left off, so the parts add up to the difference
exactly, whatever the rules do with them together. Another order could share some pennies out differently: the order is
stated.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from billing.assessments.frozen import State, frozen
from billing.assessments.rates import Rates
from finance.assessment import Assessment, AssessmentPolicy, Circumstances, assess, with_choices
from finance.assessment.circumstances import PERSON_DAYS, PERSON_FLAGS
from finance.assessment.kinds import assets, expenses, incomes
from finance.assessment.policy import NAMES
from finance.days import spoken
from finance.money import sterling
from finance.parameters import Parameter, Parameters
from finance.problems import NoValueOnDay, Refusal

ORDER = (
    "the council's policy",
    "rates and allowances",
    "the care and the household",
    "income",
    "savings and property",
    "expenses",
    "how the charge is settled",
    "the passing of time",
)
TOGETHER = (
    ("setting", "stay_first", "nights_before", "intends_to_return", "stays", "homes_left_out", "home_sold"),
    ("cost_pence", "fee_pence", "nursing", "cost_includes_nursing"),
    ("couple", "partner_born"),
)
_NO_MONEY = {"provisional"}


def _alone(told: Iterable[str]) -> list[str]:
    """Of what files may tell, what bears on money by itself."""
    return [name for name in told if name not in _NO_MONEY and not any(name in some for some in TOGETHER)]


ALONE = (
    "nation",
    "children",
    *_alone(PERSON_FLAGS),
    "basic_entitlement_pence",
    "previous_charge_pence",
    "born",
    *_alone(kept for kept, _, _ in PERSON_DAYS),
)
WORDS = {
    "setting": "Where the care is",
    "cost_pence": "What the care costs",
    "born": "Date of birth",
    "couple": "Lives with a partner",
    "nation": "Whose law applies",
    "basic_entitlement_pence": "Basic entitlement",
    "previous_charge_pence": "Last year's charge",
    "homes_left_out": "Whether the home is left out",
}


class CannotCompare(Refusal):
    """On the way from one assessment to the other something could not be assessed."""


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """One thing that changed: under which heading, what, from what to what, and the pennies a week it caused."""

    heading: str
    what: str
    was: str
    now: str
    pence: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both assessments and every change between them, in order. The parts add up to the difference."""

    before: Assessment
    after: Assessment
    parts: tuple[ChangedPart, ...]

    @property
    def difference_pence(self) -> int:
        return self.after.charge_pence - self.before.charge_pence


Change = tuple[str, str, str, str, Callable[[State], State]]


def compare(one: State, other: State) -> Comparison:
    """Compare two assessments of one person. Raises as ``assess``, and CannotCompare."""
    before, after = _assess(one), _assess(other)
    now, goal = frozen(one), frozen(other)
    charge = _charge(now, "the first assessment")
    assert charge == before.charge_pence, "freezing the facts must not change the charge"
    parts = []
    for heading, what, was, is_now, change in _changes(now, goal, one, other):
        now = change(now)
        turned = _charge(now, what)
        if turned != charge or heading != ORDER[1]:  # the many rates that do not touch this person go without saying
            parts.append(ChangedPart(heading, what, was, is_now, turned - charge))
        charge = turned
    assert charge == after.charge_pence, "every change made, the second assessment must come out"
    return Comparison(before, after, tuple(parts))


def _assess(state: State) -> Assessment:
    rates = state.rates
    return assess(state.circumstances, state.on, rates.policy, rates.figures, confirmations=rates.confirmations)


def _charge(state: State, what: str) -> int:
    try:
        return _assess(state).charge_pence
    except Refusal as error:
        raise CannotCompare(
            f"With “{what}” changed alone there is no answer: {error.what}", error.what_to_do
        ) from error


def _changes(now: State, goal: State, one: State, other: State) -> Iterator[Change]:
    """Everything that differs, in the order of ORDER, each with how to change it alone."""
    yield from _policy(now, goal)
    yield from _figures(now, goal)
    yield from _household(now.circumstances, goal.circumstances)
    for heading, name, words in ((3, "incomes", _income), (4, "assets", _asset), (5, "expenses", _expense)):
        yield from _items(ORDER[heading], name, words, now.circumstances, goal.circumstances)
    yield from _settled(now.circumstances, goal.circumstances)
    if now.on != goal.on:
        yield (
            ORDER[7],
            "The person's age, and how long a stay has lasted",
            spoken(now.on),
            spoken(goal.on),
            lambda state: replace(state, on=goal.on),
        )


def _policy(now: State, goal: State) -> Iterator[Change]:
    mine, theirs = now.rates.policy, goal.rates.policy
    was, is_now = mine.on(now.on).values(), theirs.on(goal.on).values()
    for name in NAMES:
        if was[name] != is_now[name]:
            yield (
                ORDER[0],
                theirs.label(name),
                _value(theirs.choices[name], was[name]),
                _value(theirs.choices[name], is_now[name]),
                _set_choice(name, is_now[name]),
            )
    for name in sorted({each.name for each in (*mine.own_figures, *theirs.own_figures)}):
        left, right = _own(mine, name, now), _own(theirs, name, goal)
        if left != right:
            parameter = (theirs if name in theirs.own_figures else mine).own_figures[name]
            yield (
                ORDER[0],
                f"{parameter.label}, the council's own",
                _value(parameter, left),
                _value(parameter, right),
                _set_own(theirs, name),
            )


def _own(policy: AssessmentPolicy, name: str, state: State) -> Any:
    return policy.own_figures[name].on(state.on).value if name in policy.own_figures else None


def _set_choice(name: str, value: Any) -> Callable[[State], State]:
    def change(state: State) -> State:
        policy = state.rates.policy
        changed = with_choices(policy, {name: value})
        return _with_rates(state, policy=AssessmentPolicy(policy.name, changed.choices, policy.own_figures))

    return change


def _set_own(theirs: AssessmentPolicy, name: str) -> Callable[[State], State]:
    def change(state: State) -> State:
        policy = state.rates.policy
        kept = {each.name: each for each in policy.own_figures if each.name != name}
        if name in theirs.own_figures:
            kept[name] = theirs.own_figures[name]
        return _with_rates(state, policy=AssessmentPolicy(policy.name, policy.choices, Parameters(kept)))

    return change


def _with_rates(state: State, policy: AssessmentPolicy | None = None, figures: Parameters | None = None) -> State:
    rates = state.rates
    return replace(state, rates=Rates(policy or rates.policy, figures or rates.figures, rates.confirmations))


def _figures(now: State, goal: State) -> Iterator[Change]:
    for parameter in goal.rates.figures:
        if parameter.name not in now.rates.figures:
            continue
        left, right = _at(now.rates.figures[parameter.name], now.on), _at(parameter, goal.on)
        if left != right and right is not None:
            yield ORDER[1], parameter.label, _value(parameter, left), _value(parameter, right), _set_figure(parameter)


def _at(parameter: Parameter, on: dt.date) -> Any:
    try:
        return parameter.on(on).value
    except NoValueOnDay:
        return None


def _set_figure(parameter: Parameter) -> Callable[[State], State]:
    return lambda state: _with_rates(state, figures=state.rates.figures.merged(Parameters({parameter.name: parameter})))


def _household(one: Circumstances, other: Circumstances) -> Iterator[Change]:
    for names in (*TOGETHER, *((name,) for name in ALONE)):
        if any(getattr(one, name) != getattr(other, name) for name in names):
            yield (
                ORDER[2],
                WORDS.get(names[0], names[0].replace("_", " ").capitalize()),
                _facts(one, other, names, one),
                _facts(one, other, names, other),
                _set_facts({name: getattr(other, name) for name in names}),
            )


def _facts(one: Circumstances, other: Circumstances, names: tuple[str, ...], which: Circumstances) -> str:
    return ", ".join(_said(name, getattr(which, name)) for name in names if getattr(one, name) != getattr(other, name))


def _said(name: str, value: Any) -> str:
    if name.endswith("_pence"):
        return "not given" if value is None else sterling(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return spoken(value)
    if isinstance(value, tuple):
        return "left out" if value else "counted"
    return "not given" if value is None else str(value)


def _set_facts(values: dict[str, Any]) -> Callable[[State], State]:
    return lambda state: replace(state, circumstances=replace(state.circumstances, **values))


def _items(
    heading: str, name: str, words: Callable[[Any], tuple[str, str]], one: Circumstances, other: Circumstances
) -> Iterator[Change]:
    """Incomes, assets or expenses: those of one kind are matched in order; each is changed, ended or begun alone."""
    mine, theirs = list(getattr(one, name)), list(getattr(other, name))
    for each in list(mine):
        if each in theirs:  # the same in both: nothing to say
            mine.remove(each)
            theirs.remove(each)
    for each in list(mine):
        match = next((its for its in theirs if its.kind == each.kind), None)
        if match is not None:
            theirs.remove(match)
        label, was = words(each)
        yield heading, label, was, words(match)[1] if match else "none", _swap(name, each, match)
    for each in theirs:
        label, is_now = words(each)
        yield heading, label, "none", is_now, _swap(name, None, each)


def _swap(name: str, old: Any, new: Any) -> Callable[[State], State]:
    def change(state: State) -> State:
        held: list[Any] = list(getattr(state.circumstances, name))
        if old is not None:
            held[held.index(old) : held.index(old) + 1] = [] if new is None else [new]
        else:
            held.append(new)
        return _set_facts({name: tuple(held)})(state)

    return change


def _income(each: Any) -> tuple[str, str]:
    label = next(kind.label for kind in incomes().kinds if kind.name == each.kind)
    return label, f"the rate {each.rate}" if each.rate else f"{sterling(each.amount_pence)} {each.frequency}"


def _asset(each: Any) -> tuple[str, str]:
    label = next(kind.label for kind in assets().kinds if kind.name == each.kind)
    owed = f" less {sterling(each.owed_pence)} owed" if each.owed_pence else ""
    shared = f", {each.owners} owners" if each.owners > 1 else ""
    return label, f"{sterling(each.value_pence)}{owed}{shared}"


def _expense(each: Any) -> tuple[str, str]:
    label = next(kind.label for kind in expenses().kinds if kind.name == each.kind)
    return label, f"{sterling(each.amount_pence)} {each.frequency}"


def _settled(one: Circumstances, other: Circumstances) -> Iterator[Change]:
    if one.standings != other.standings:
        said = [each.standings[0].evidence if each.standings else "on means" for each in (one, other)]
        yield ORDER[6], "How the charge is settled", said[0], said[1], _set_facts({"standings": other.standings})
    if one.provisional != other.provisional:
        yield (
            ORDER[6],
            "Whether all facts are in",
            "provisional" if one.provisional else "complete",
            "provisional" if other.provisional else "complete",
            _set_facts({"provisional": other.provisional}),
        )
    if [(each.of, each.amount_pence) for each in one.overrides] != [
        (each.of, each.amount_pence) for each in other.overrides
    ]:
        said = [
            ", ".join(f"{each.of}: {sterling(each.amount_pence)}" for each in who.overrides) or "none"
            for who in (one, other)
        ]
        yield ORDER[6], "Figures set by hand", said[0], said[1], _set_facts({"overrides": other.overrides})


def _value(parameter: Parameter, value: Any) -> str:
    if value is None:
        return "none"
    if parameter.unit.startswith("pence"):
        return sterling(int(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value}%" if parameter.unit == "percent" else str(value)
