"""What a set of coding rules leaves out, and where its money falls instead. Nothing is refused here: it is said."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finance.days import spoken
from ledgers.coding.checks import KNOWN
from ledgers.coding.purposes import STAND_IN, Purpose
from ledgers.coding.rules import Account, CodingRule
from ledgers.streams import coded_kinds

CARE = "care"


@dataclass(frozen=True, slots=True)
class Gap:
    """A purpose, or a kind of cost or income, with no rule of its own from a day on. ``falls_to``: the account,
    in words.
    """

    what: str
    falls_to: str
    starts: dt.date

    def __str__(self) -> str:
        return f"From {spoken(self.starts)} no rule is for {self.what}: it falls to {self.falls_to}."


def gaps(rules: Sequence[CodingRule], first: dt.date, last: dt.date | None = None) -> list[Gap]:
    """Everything left out on any day from ``first`` to ``last`` (None: for good), each from the first such day."""
    changes = {day for rule in rules for day in (rule.starts, rule.ends) if day}
    days = sorted({first, *(day for day in changes if day > first and (last is None or day <= last))})
    found: dict[str, Gap] = {}
    for day in days:
        for what, falls_to in _on(in_force(rules, day)):
            found.setdefault(what, Gap(what, falls_to, day))
    return list(found.values())


def in_force(rules: Sequence[CodingRule], day: dt.date) -> list[CodingRule]:
    """Those of the rules that hold on a day."""
    return [
        rule for rule in rules if (rule.starts is None or rule.starts <= day) and (rule.ends is None or day < rule.ends)
    ]


def _on(rules: Sequence[CodingRule]) -> Iterator[tuple[str, str]]:
    """(what is left out, where it falls) by the rules of one day."""
    for purpose, stands_in in STAND_IN.items():
        if not any(rule.purpose is purpose for rule in rules):
            yield f"{purpose}", _account_of(rules, stands_in)
    suspense = _account_of(rules, Purpose.SUSPENSE)
    costs = [rule for rule in rules if rule.purpose is Purpose.COST and rule.funder_kind is None]
    for kind in coded_kinds(Purpose.COST):
        fitting = [rule for rule in costs if rule.kind in (None, kind)]
        if not fitting:
            yield f"cost, {kind}", suspense
        elif kind == CARE and all(rule.service_kind for rule in fitting):
            for each in KNOWN["service_kind"]:
                if each not in {rule.service_kind for rule in fitting}:
                    yield f"cost, {each}", suspense
    income = [rule for rule in rules if rule.purpose is Purpose.INCOME]
    general = {rule.account.code: rule.account for rule in income if rule.kind is None and rule.funder_kind is None}
    for kind in coded_kinds(Purpose.INCOME):
        if not any(rule.kind == kind for rule in income):
            yield (
                f"income, {kind}",
                _named(next(iter(general.values())))
                if len(general) == 1
                else ("the accounts of income of any kind" if general else suspense),
            )


def _account_of(rules: Sequence[CodingRule], purpose: Purpose) -> str:
    return next((f"{_named(rule.account)} ({purpose})" for rule in rules if rule.purpose is purpose), f"{purpose}")


def _named(account: Account) -> str:
    return f"{account.code} {account.name}"
