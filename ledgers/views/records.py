"""What a reader of a run is shown: typed records that a console, a screen or an interface renders as it likes. Pure.

Money is in pence, days end as spans do (``ends``: the first day after). What something is called comes from the stream:
what has no name we know of is None.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ledgers.checks import GRAVITY as GRAVITY
from ledgers.runs import Run
from ledgers.since import NewsSince
from ledgers.told_by import ToldBy


class Called(Protocol):
    """What something is called: its reference, and in a sentence ``str`` of it."""

    @property
    def ref(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FindingShown:
    """Something a reviewer should see, and what has been said of it."""

    nr: int
    check: str
    severity: str
    what: str
    subject: Called | None
    party: Called | None
    amount: int | None
    before: int | None
    accepted_by: str | None
    reason: str | None

    @property
    def moved(self) -> int:
        """The pence that may be wrong, as of a finding."""
        return abs((self.amount or 0) - (self.before or 0))


@dataclass(frozen=True, slots=True)
class CheckShown:
    """The findings of one check of a run, one decision: how many, how many nobody has accepted, what they come to, and
    what may be wrong: what moved.
    """

    severity: str
    check: str
    count: int
    waiting: int
    pence: int
    moved: int


@dataclass(frozen=True, slots=True)
class ParkedShown:
    """A case a run could not work out. ``number``: the subject's, where it has no name."""

    kind: str
    number: int
    subject: Called | None
    since: dt.date
    what: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A line or a payee told to wait: since which day, when that was entered, and how much it keeps back, in pence."""

    nr: int
    stream: str
    scope: str
    target: Called
    number: int
    reason: str
    held_by: str
    held_at: dt.datetime
    held_on: dt.date
    kept_back: int


@dataclass(frozen=True, slots=True)
class KindTotals:
    """Lines and pence of one kind, for the run's own period or for earlier ones."""

    kind: str
    late: bool
    lines: int
    pence: int


@dataclass(frozen=True, slots=True)
class PartyMoved:
    """What a run comes to for one party, and what the run before did; None: there is none."""

    party: Called
    now: int
    before: int | None

    @property
    def difference(self) -> int:
        return self.now - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a run (UTC)."""

    action: str
    by: str
    at: dt.datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class Approval:
    """One signature on a run (UTC)."""

    by: str
    role: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A run as it stands, with what waits for a reviewer: findings nobody has accepted by severity, cases parked."""

    run: Run
    waiting: Mapping[str, int]
    parked: int


@dataclass(frozen=True, slots=True)
class ChoiceChanged:
    """A choice a run goes by that the one before it did not, as kept. None: it had no such choice."""

    choice: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """The policy a run goes by. ``version``: None: none held, and the choices are those that ship or that were named.

    ``stop_checks``: findings of these must be accepted by name; None: the stream has none to choose. ``changed``: since
    the last run. ``since``: a version that has come to hold on its last day since it was drafted.
    """

    version: int | None
    confirmed_by: str | None
    stop_checks: Sequence[str] | None
    changed: Sequence[ChoiceChanged]
    since: int | None


def policy_shown(
    kept: str, before: str | None, version: int | None, confirmed_by: str | None, since: int | None
) -> PolicyShown:
    """The policy a run goes by, from what it and the run before it keep of theirs (JSON)."""
    now = json.loads(kept)
    then = now if before is None else json.loads(before)

    def said(given: Mapping[str, Any], name: str) -> str | None:
        return json.dumps(given[name], ensure_ascii=False) if name in given else None

    names = [*now, *(each for each in then if each not in now)]
    changed = [
        ChoiceChanged(each, said(then, each), said(now, each)) for each in names if then.get(each) != now.get(each)
    ]
    stops = now.get("stop_checks")
    return PolicyShown(version, confirmed_by, stops, changed, since)


@dataclass(frozen=True, slots=True)
class BesideTheLast:
    """A run beside the last of its calendar: what an approver signs by."""

    run: Run
    last: Run | None
    parties: int
    parked: int
    made_of: Sequence[KindTotals]
    checks: Sequence[CheckShown]
    moved: Sequence[PartyMoved]
    approvals: Sequence[Approval]
    needed: int
    history: Sequence[Deed]
    policy: PolicyShown
    since: Sequence[NewsSince]
    told_by: Sequence[ToldBy]

    @property
    def approved_by(self) -> str | None:
        """Whoever signed last, where all who must have; None: somebody is still to sign."""
        return self.approvals[-1].by if len(self.approvals) >= self.needed else None

    @property
    def difference(self) -> int | None:
        """From the last run, in pence; None where there is none, and of an urgent run, which pays hardly anybody."""
        return self.run.total - self.last.total if self.last and not self.run.is_urgent else None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a release paid and kept back."""

    paid: int
    parties_paid: int
    held: int
    carried_forward: int
    withheld: int


def made_of(lines: pa.Table) -> list[KindTotals]:
    """What lines come to by kind: those of the run's own period first, the largest sums first."""
    if not lines.num_rows:
        return []
    sums = lines.group_by(["kind", "late"]).aggregate([("amount", "count"), ("amount", "sum")])
    columns = (sums[name].to_pylist() for name in ("kind", "late", "amount_count", "amount_sum"))
    return sorted(
        (KindTotals(*row) for row in zip(*columns, strict=True)), key=lambda row: (row.late, -abs(row.pence), row.kind)
    )


def largest(lines: pa.Table, limit: int) -> pa.Table:
    """The lines that move most money, whichever way, at most so many."""
    size = lines.append_column("size", pc.abs(lines["amount"]))
    order = pc.sort_indices(size, [("size", "descending"), ("subject", "ascending"), ("period_starts", "ascending")])
    return lines.take(order[:limit])


def by_check(findings: Iterable[Any]) -> list[CheckShown]:
    """Findings counted and added up by check, the gravest first, and then the checks of which most moved."""
    sums: dict[tuple[str, str], tuple[int, int, int, int]] = {}
    for each in findings:
        key = (each.severity, each.check_name)
        count, left, pence, moved = sums.get(key, (0, 0, 0, 0))
        moved += abs((each.amount or 0) - (each.before or 0))
        sums[key] = (count + 1, left + (each.accepted_by is None), pence + (each.amount or 0), moved)
    made = [CheckShown(*key, *figures) for key, figures in sums.items()]
    return sorted(made, key=lambda each: (GRAVITY.index(each.severity), -each.moved, each.check))


def furthest(now: Mapping[int, int], then: Mapping[int, int], most: int) -> list[tuple[int, int, int]]:
    """(party, pence now, pence before), those that moved furthest first. Against no earlier run, all is new."""
    both = [(party, now.get(party, 0), then.get(party, 0)) for party in sorted({*now, *then})]
    return sorted((each for each in both if each[1] != each[2]), key=lambda each: -abs(each[1] - each[2]))[:most]
