"""What a run proposes, pays and carries forward for each payee, in columns in order of payee. Amounts in pence."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from finance.columns import Ints


@dataclass(frozen=True)
class Parties:
    """One row a payee. ``withheld``: why nothing was paid where something was owed, by payee."""

    party: Ints
    lines: Ints
    total: Ints
    held: Ints
    brought_forward: Ints
    paid: Ints
    carried_forward: Ints
    withheld: Mapping[int, str] = field(default_factory=dict)

    def rows(self, run: int) -> pa.Table:
        """Rows as the table keeps them."""
        withheld = self.withheld
        names = ("party", "lines", "total", "held", "brought_forward", "paid", "carried_forward")
        words: pa.Array = pa.nulls(len(self.party), pa.string())
        if withheld:
            words = pa.array([withheld.get(each) for each in self.party.tolist()], pa.string())
        return pa.table(
            {
                "run": pa.repeat(pa.scalar(run, pa.int64()), len(self.party)),
                **{name: pa.array(getattr(self, name), pa.int64()) for name in names},
                "withheld": words,
            }
        )

    @property
    def settled(self) -> tuple[Ints, Ints]:
        """(payee, pence) for everyone paid something."""
        some = self.paid != 0
        return self.party[some], self.paid[some]


def proposed(lines: pa.Table, brought: Mapping[int, int]) -> Parties:
    """What the lines of a run come to for each payee, beside what each brings forward."""
    known, count, total = _sums(lines)
    party = np.union1d(known, _numbers(brought))
    nought = np.zeros(len(party), np.int64)
    return Parties(
        party,
        _placed(party, known, count),
        _placed(party, known, total),
        nought,
        _placed(party, _numbers(brought), _values(brought)),
        nought,
        nought,
    )


@dataclass(frozen=True, slots=True)
class MostTaken:
    """The most a run takes off what it pays a payee who owes: so many pence, or so many per cent of what is due."""

    pence: int | None = None
    percent: int | None = None

    def of(self, due: int) -> int:
        """Pence of a sum due. Part of a penny stays with the payee."""
        return self.pence if self.pence is not None else due * (self.percent or 0) // 100


def settled(
    proposed: Parties,
    posted: pa.Table,
    withheld: Mapping[int, str],
    held: Collection[int],
    most: Mapping[int, MostTaken] = MappingProxyType({}),
) -> Parties:
    """The same after its lines are posted: paid what is owed, but for those withheld or told to wait; the rest
    carried. ``most``: what is taken off at most for what a payee owes from before; all of it, where nothing is said.
    """
    balance, now, to_pay = _after(proposed, posted, most)
    owed = to_pay > 0
    waits = np.isin(proposed.party, np.asarray(sorted({*withheld, *held}), dtype=np.int64))
    paid = np.where(owed & ~waits, to_pay, 0)
    why = {each: withheld.get(each, "held") for each in proposed.party[owed & waits].tolist()}
    return Parties(
        proposed.party,
        proposed.lines,
        proposed.total,
        proposed.total - now,
        proposed.brought_forward,
        paid,
        balance - paid,
        why,
    )


def owed(proposed: Parties, posted: pa.Table, most: Mapping[int, MostTaken] = MappingProxyType({})) -> list[int]:
    """Payees to whom something is to be paid once the lines are posted."""
    _, _, to_pay = _after(proposed, posted, most)
    return [int(each) for each in proposed.party[to_pay > 0]]


def _after(proposed: Parties, posted: pa.Table, most: Mapping[int, MostTaken]) -> tuple[Ints, Ints, Ints]:
    """Each payee's balance, what was posted, and what is to be paid of it."""
    known, _, total = _sums(posted)
    now = _placed(proposed.party, known, total)
    balance = proposed.brought_forward + now
    to_pay = np.maximum(balance, 0)
    for place in np.flatnonzero(np.isin(proposed.party, np.asarray(list(most), dtype=np.int64))):
        brought, due = int(proposed.brought_forward[place]), int(now[place])
        if brought < 0 < due:
            to_pay[place] = due - min(-brought, due, most[int(proposed.party[place])].of(due))
    return balance, now, to_pay


def _sums(lines: pa.Table) -> tuple[Ints, Ints, Ints]:
    """(payee, lines, pence), in order of payee."""
    sums = lines.group_by("party").aggregate([("amount", "count"), ("amount", "sum")])
    party, count, total = (
        np.asarray(sums[name].to_numpy(), np.int64) for name in ("party", "amount_count", "amount_sum")
    )
    order = np.argsort(party)
    return party[order], count[order], total[order]


def _placed(party: Ints, known: Ints, values: Ints) -> Ints:
    made = np.zeros(len(party), np.int64)
    made[np.searchsorted(party, known)] = values
    return made


def _numbers(by_party: Mapping[int, int]) -> Ints:
    return np.asarray(list(by_party), dtype=np.int64)


def _values(by_party: Mapping[int, int]) -> Ints:
    return np.asarray(list(by_party.values()), dtype=np.int64)
