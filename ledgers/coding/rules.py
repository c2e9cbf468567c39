"""Coding: which two accounts an entry names. The most particular rule that fits wins; nothing is ever uncoded.

A rule states a purpose, any of five conditions, and the days it holds. Of the rules that fit, one naming the funder
comes before one that does not; then the rule stating more conditions; then, between rules stating as many, the one
that states the kind, the kind of service, the support reason, the age band, in that order. Two rules stating the same
conditions never hold on the same day, so there is always exactly one answer.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from finance.columns import Ints
from finance.days import day as day_of
from finance.days import number
from ledgers.coding.purposes import STAND_IN, Purpose
from ledgers.streams import CODED, KINDS

CONDITIONS = ("funder_kind", "kind", "service_kind", "support_reason", "age_band")
AGE_BANDS = ("18-64", "65+")


@dataclass(frozen=True, slots=True)
class Account:
    """A full code in the corporate ledger. ``nr`` is its number here, nought until it is stored."""

    entity: str
    cost_centre: str
    subjective: str
    analysis: str
    name: str
    nr: int = 0

    @property
    def code(self) -> str:
        return f"{self.entity}-{self.cost_centre}-{self.subjective}-{self.analysis}"


@dataclass(frozen=True, slots=True)
class CodingRule:
    """One rule. A condition left out fits everything; ``starts`` left out means from the day it is loaded."""

    purpose: Purpose
    account: Account
    kind: str | None = None
    service_kind: str | None = None
    support_reason: str | None = None
    age_band: str | None = None
    funder_kind: str | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    where: str = "coding rule"

    @property
    def conditions(self) -> tuple[str | None, ...]:
        """What it states, in order of precedence, None where it states nothing."""
        return (self.funder_kind, self.kind, self.service_kind, self.support_reason, self.age_band)

    @property
    def stated(self) -> tuple[bool, ...]:
        return tuple(value is not None for value in self.conditions)


class Combination(NamedTuple):
    """Everything a code can turn on, but the day. None where it is not known or does not apply (the council: no
    ``funder_kind``)."""

    kind: str
    service_kind: str | None = None
    support_reason: str | None = None
    age_band: str | None = None
    funder_kind: str | None = None


Dated = tuple[int, int, int]  # first day, end, account number

_NEVER_ENDS = number(dt.date.max)


class Coding:
    """A council's coding rules, ready to answer. Accounts are given by number."""

    def __init__(self, rules: Sequence[CodingRule]) -> None:
        self.rules = tuple(rules)
        self._index: dict[Purpose, dict[tuple[bool, ...], dict[tuple[str | None, ...], list[Dated]]]] = {}
        days: set[int] = set()
        for rule in rules:
            assert rule.account.nr, f"{rule.where}: its account is not stored"
            first = number(rule.starts or dt.date.min)
            end = number(rule.ends) if rule.ends else _NEVER_ENDS
            days.update((first, end))
            shapes = self._index.setdefault(rule.purpose, {})
            shapes.setdefault(rule.stated, {}).setdefault(rule.conditions, []).append((first, end, rule.account.nr))
        self._changes = np.array(sorted(days), dtype=np.int64)
        self._order = {
            purpose: sorted(shapes, key=lambda stated: (stated[0], sum(stated), stated), reverse=True)
            for purpose, shapes in self._index.items()
        }

    def accounts(
        self,
        kind: str,
        service_kind: str | None,
        support_reason: str | None,
        age_band: str | None,
        funder_kind: str | None,
        day: dt.date,
    ) -> tuple[int, int]:
        """The (debit, credit) account numbers of an entry effective on a day. An unknown code is suspense,
        never none.
        """
        return self._accounts(Combination(kind, service_kind, support_reason, age_band, funder_kind), number(day))

    def columns(self, combinations: Sequence[Combination], which: Ints, day: Ints) -> tuple[Ints, Ints]:
        """(debit, credit) account numbers for columns: row by row, ``combinations[which]`` on day number ``day``.

        Each combination is worked out once for each stretch of days between changes of the rules.
        """
        stretch = np.searchsorted(self._changes, day, side="right").astype(np.int64)
        every = np.asarray(which, dtype=np.int64) * (len(self._changes) + 1) + stretch
        _, first, back = np.unique(every, return_index=True, return_inverse=True)
        pairs = np.array(
            [self._accounts(combinations[int(which[row])], int(day[row])) for row in first], dtype=np.int64
        ).reshape(-1, 2)
        return pairs[back, 0], pairs[back, 1]

    def of(self, purpose: Purpose) -> frozenset[int]:
        """Every account that has ever served a purpose."""
        return frozenset(rule.account.nr for rule in self.rules if rule.purpose is purpose)

    def _accounts(self, asked: Combination, day: int) -> tuple[int, int]:
        kind = KINDS[asked.kind]
        debit, credit = (self._account(each, asked, day) for each in (kind.debit, kind.credit))
        return debit, credit

    def _account(self, purpose: Purpose, asked: Combination, day: int) -> int:
        """The account of one side. What no rule fits is suspense."""
        if purpose not in CODED:
            return self._only(purpose, day)
        found = self._find(purpose, asked._replace(kind=KINDS[asked.kind].coded_as or asked.kind), day)
        return found if found is not None else self._only(Purpose.SUSPENSE, day)

    def _only(self, purpose: Purpose, day: int) -> int:
        found = self._find(purpose, Combination(""), day)
        if found is None and purpose in STAND_IN:
            return self._only(STAND_IN[purpose], day)
        assert found is not None, f"no {purpose} account on {day_of(day)}: the rules were loaded without their checks"
        return found

    def _find(self, purpose: Purpose, asked: Combination, day: int) -> int | None:
        values = (asked.funder_kind, asked.kind, asked.service_kind, asked.support_reason, asked.age_band)
        for stated in self._order.get(purpose, ()):
            wanted = tuple(value if said else None for value, said in zip(values, stated, strict=True))
            for first, end, account in self._index[purpose][stated].get(wanted, ()):
                if first <= day < end:
                    return account
        return None
