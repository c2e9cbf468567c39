"""Expenses somebody gave that take nothing off, and why: read from the steps of their assessment."""

from dataclasses import dataclass
from fractions import Fraction

from finance.assessment import Assessment
from finance.assessment.kinds import expenses
from finance.money import round_fraction, sterling


@dataclass(frozen=True, slots=True)
class NotCounted:
    """One expense left out: exact pence a week, why in words, and on what authority."""

    label: str
    weekly: Fraction
    why: str
    authority: str

    def __str__(self) -> str:
        return f"{self.label}, {sterling(round_fraction(self.weekly))} a week, is not counted: {self.why}."


def not_counted(made: Assessment) -> list[NotCounted]:
    """Every expense above nought that its kind, the setting or the council's policy leaves out."""
    claimed = next((step.lines for step in made.steps if step.name == "expense_weekly"), ())
    found = []
    for line in claimed:
        treated = next((kind.treated(_setting(made)) for kind in expenses().kinds if kind.label == line.label), "")
        why = _why(made, treated)
        if line.value and why:
            found.append(NotCounted(line.label, line.value, *why))
    return found


def _setting(made: Assessment) -> str:
    return "temporary" if made.basis.name == "fixed" else made.basis.name


def _why(made: Assessment, treated: str) -> tuple[str, str] | None:
    """(why, authority) for an expense of a treatment to be left out; None where it counts."""
    setting = _setting(made)
    if treated == "housing" and setting == "permanent":
        return "somebody who lives in a care home for good has no home to pay for", "SI 2014/2672 Sch 1 para 2"
    if treated != "disability":
        return None
    if setting != "home":
        return "expenses because of disability are taken off only for care at home", "SI 2014/2672 Sch 1 para 4"
    if made.basis.nation == "Wales":
        return "in Wales a percentage of basic entitlement is left in place of each expense", "WSI 2015/1844 Sch 1"
    if _value(made, "has_disability_benefit") is False and not _value(made, "disability_expenses_allowed"):
        return (
            "no disability benefit (Attendance Allowance, or the care part of DLA or PIP) is counted as income, and "
            "these "
            "expenses are set against one"
        ), "SI 2014/2672 Sch 1 para 4; council policy: disability_expenses_need_benefit"
    offered, claimed = _value(made, "disability_expenses_offered"), _value(made, "disability_expenses_claimed")
    if isinstance(offered, Fraction) and offered != claimed:
        instead = (
            f"the council takes off a standard {sterling(round_fraction(offered))} for expenses because of "
            f"disability instead"
        )
        return instead, "Council policy: standard_disability_expense"
    return None


def _value(made: Assessment, name: str) -> object:
    return next((step.value for step in made.steps if step.name == name), None)
