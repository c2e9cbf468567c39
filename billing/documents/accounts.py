"""Payers' accounts as their papers tell them: what was owed at the last bill, what moved it since, what is owed now.

Everything is taken in the order runs were released, so what one bill says is owed is what the next brings forward.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from billing.documents.content import AccountMovement
from billing.tables import number_of


@dataclass(frozen=True, slots=True)
class BilledAccount:
    """``brought_forward`` plus the movements plus the bill is the balance the ledger has after the bill's run."""

    brought_forward: int
    since: dt.date | None
    movements: tuple[AccountMovement, ...]


@dataclass(frozen=True)
class BilledAccounts:
    """Some payers' bills and entries. ``order``: the place of each run among those released, ``days`` its day."""

    order: Mapping[int, int]
    days: Mapping[int, dt.date]
    bills: Mapping[int, list[dict[str, Any]]]
    moves: Mapping[int, list[dict[str, Any]]]
    others: Mapping[int, list[dict[str, Any]]]
    methods: Mapping[int, str]

    @classmethod
    def of(
        cls, runs: pa.Table, bills: pa.Table, moves: pa.Table, others: pa.Table, methods: Mapping[int, str]
    ) -> "BilledAccounts":
        rows = runs.to_pylist()
        return cls(
            {row["nr"]: place for place, row in enumerate(rows)},
            {row["nr"]: row["released_at"].date() for row in rows},
            _grouped(bills),
            _grouped(moves),
            _grouped(others),
            methods,
        )

    def at(self, party: int, bill: int, run: int, amount: int) -> BilledAccount:
        """The account as one bill tells it."""
        now = self.order[run]
        before = [each for each in self.bills.get(party, ()) if each["nr"] < bill and each["run"] != run]
        last = before[-1] if before else None
        then = self.order.get(last["run"], -1) if last else -1
        moved = [
            self._movement(each)
            for each in self.others.get(party, ())
            if each["pence"] and then < self._place(each) <= now
        ]
        moved += [_billed(each) for each in self.bills.get(party, ()) if each["run"] == run and each["nr"] < bill]
        balance = sum(each["pence"] for each in self.moves.get(party, ()) if self._place(each) < now)
        balance += sum(each["pence"] for each in self.moves.get(party, ()) if each["run"] == run)
        movements = tuple(sorted(moved, key=lambda each: (each.shown, each.put_right, each.kind, each.reference)))
        brought = balance - amount - sum(each.amount for each in movements)
        return BilledAccount(brought, last["issued"] if last else None, movements)

    def _place(self, row: Mapping[str, Any]) -> int:
        return self.order.get(row["run"], -1)

    def _movement(self, row: Mapping[str, Any]) -> AccountMovement:
        method = self.methods.get(row["subject"], "") if row["kind"] == "receipt" else ""
        if row["revision"] > 1:
            return AccountMovement(row["posted"], row["kind"], row["pence"], method, row["on"], put_right=True)
        return AccountMovement(self.days[row["run"]], row["kind"], row["pence"], method, row["on"])


def _billed(row: Mapping[str, Any]) -> AccountMovement:
    return AccountMovement(row["issued"], row["kind"], row["amount"], number_of(row["nr"]))


def _grouped(rows: pa.Table) -> dict[int, list[dict[str, Any]]]:
    made: dict[int, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        made.setdefault(row["party"], []).append(row)
    return made
