"""The deferred payments stream: every loan worked out from its beginning, less what is posted, ready for the run
machine.

One run covers every agreement. Loans are few and each is one running total, so each run works them out whole: a
backdated valuation, sale or rate, or a charge posted late, is met by the same sum and posts its own difference.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from billing.deferred_payments import kinds, store
from billing.deferred_payments.checks import find
from billing.deferred_payments.due import LoanDue
from billing.deferred_payments.facts import AgreementFacts, Signed
from billing.deferred_payments.loan_to_date import Loan, LoanRefused, Rules, work_out_all
from billing.deferred_payments.policy import DeferredPolicy
from finance.care_costs.bands import CODED_AGES, coded_age
from finance.care_costs.facts import UNKNOWN
from finance.columns import Bulk, Ints
from finance.days import day, number
from ledgers import entries_store
from ledgers.coding.rules import Coding
from ledgers.proposals import DueRows, PostedRows, propose
from ledgers.runs import PARKED, PROPOSAL, Finding, Run, Worked
from ledgers.streams import DEFERRED_PAYMENTS

NAME = DEFERRED_PAYMENTS.name
STEPS = pa.schema(
    [
        ("subject", pa.int64()),
        ("kind", pa.string()),
        ("period_starts", pa.date32()),
        ("on", pa.date32()),
        ("opening", pa.int64()),
        ("bearing", pa.int64()),
        ("rate", pa.string()),
        ("deferred", pa.int64()),
        ("interest", pa.int64()),
        ("closing", pa.int64()),
    ]
)
"""One row a day of each loan whose month or billing period this run posts to. Amounts in pence."""


class DeferredPayments:
    """Deferred payments as a stream of money."""

    name = NAME
    settles = False

    def __init__(self, coding: Coding) -> None:
        self.coding = coding
        self._prepared: PreparedLoans | None = None

    def prepare(self, bulk: Bulk, run: Run) -> "PreparedLoans":
        held = store.read_held(bulk, run.known)
        nothing = pa.table({"subject": pa.array([], pa.int64()), "period_starts": pa.array([], pa.date32())})
        rows = entries_store.read_posted(bulk, NAME, run.calendar, dt.date.min.replace(year=1970), nothing)
        posted = PostedRows.of(rows, kinds.KINDS)
        self._prepared = PreparedLoans(run, held, posted, self.coding)
        return self._prepared

    def findings(self, bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
        prepared = self._prepared or self.prepare(bulk, run)
        return [each for number_ in range(len(prepared.chunks)) for each in prepared.findings(number_)]

    def withheld(self, bulk: Bulk, run: Run, parties: Any) -> dict[int, str]:
        return {}

    def conclude(self, bulk: Bulk, run: Run, posted: pa.Table, at: dt.datetime) -> None:
        """A release posts; it issues nothing."""


@dataclass(frozen=True)
class PreparedLoans:
    """One run's agreements and all that the stream has posted, cut into chunks of agreements."""

    run: Run
    held: list[AgreementFacts]
    posted: PostedRows
    coding: Coding
    found: dict[int, list[Finding]] = field(default_factory=dict)

    @cached_property
    def rules(self) -> Rules:
        return Rules.of(DeferredPolicy.from_json(self.run.policy))

    @cached_property
    def chunks(self) -> list[tuple[int, int]]:
        size = self.rules.policy.agreements_a_chunk
        inner = [each.agreement.nr for each in self.held][size::size]
        return list(zip([0, *inner], [*inner, 2**62], strict=True))

    def findings(self, number_: int) -> list[Finding]:
        """What a reviewer must see of a chunk, noted when it was worked out; a chunk saved earlier is worked
        out again.
        """
        if number_ not in self.found:
            self._loans(number_)
        return self.found[number_]

    def _loans(self, number_: int) -> tuple[list[Loan], list[LoanRefused]]:
        first, end = self.chunks[number_]
        some = [each for each in self.held if first <= each.agreement.nr < end]
        loans, refused = work_out_all(some, self.rules, self.run.up_to)
        self.found[number_] = find(loans, refused, self.rules, self.run.window_starts)
        return loans, refused

    def work_out(self, number_: int) -> Worked:
        first, end = self.chunks[number_]
        loans, refused = self._loans(number_)
        aside = np.asarray([each.held.agreement.nr for each in refused], np.int64)
        mine = (self.posted.subject >= first) & (self.posted.subject < end) & ~np.isin(self.posted.subject, aside)
        rows = [(loan, each) for loan in loans for each in loan.due]
        proposal = self._proposal(rows, self.posted.take(mine))
        return Worked(proposal, _steps(loans, proposal), _parked(refused, self.run))

    def _proposal(self, rows: list[tuple[Loan, LoanDue]], posted: PostedRows) -> pa.Table:
        def column(values: list[int]) -> Ints:
            return np.asarray(values, np.int64)

        due = DueRows(
            column([loan.held.agreement.nr for loan, _ in rows]),
            column([kinds.KINDS.index(each.kind) for _, each in rows]),
            column([0] * len(rows)),
            column([loan.held.agreement.bill_payer for loan, _ in rows]),
            column([number(each.first) for _, each in rows]),
            column([each.pence for _, each in rows]),
        )
        made = propose(due, posted)
        ends = {(loan.held.agreement.nr, each.kind, number(each.first)): each.end for loan, each in rows}
        about = {each.agreement.nr: each.agreement for each in self.held}
        order = np.lexsort((made.kind, made.period, made.subject))
        return pa.Table.from_pylist(
            [
                self._row(
                    about.get(int(made.subject[place])),
                    kinds.KINDS[int(made.kind[place])],
                    day(int(made.period[place])),
                    ends,
                    {
                        name: int(getattr(made, name)[place])
                        for name in ("subject", "party", "due", "posted", "revision", "debit", "credit")
                    },
                )
                for place in order
            ],
            schema=PROPOSAL,
        )

    def _row(
        self,
        about: Signed | None,
        kind: str,
        first: dt.date,
        ends: dict[tuple[int, str, int], dt.date],
        values: dict[str, int],
    ) -> dict[str, Any]:
        """One proposed line. A key posted before keeps its accounts, and its period's end is the month's where the
        loan no longer says."""
        end = ends.get((values["subject"], kind, number(first)), (first + dt.timedelta(days=31)).replace(day=1))
        debit, credit = values["debit"], values["credit"]
        if not debit:
            last = end - dt.timedelta(days=1)
            debit, credit = self.coding.accounts(kind, None, *_whose(about, end), None, last)
        return {
            **values,
            "kind": kind,
            "funder": 0,
            "period_starts": first,
            "period_ends": end,
            "amount": values["due"] - values["posted"],
            "service": 0,
            "person": about.person if about else 0,
            "debit": debit,
            "credit": credit,
            "cause": 0,
            "late": first < self.run.window_starts,
        }


def _whose(about: Signed | None, end: dt.date) -> tuple[str | None, str | None]:
    """The support reason and the age band that income from an agreement is coded by."""
    if about is None:
        return None, None
    born = UNKNOWN if about.born is None else number(about.born)
    age = coded_age(np.asarray([born], np.int64), np.asarray([number(end) - 1], np.int64))
    return about.support_reason, CODED_AGES[int(age[0])]


def _steps(loans: list[Loan], proposal: pa.Table) -> pa.Table:
    """The days behind each line proposed."""
    spans: dict[int, set[tuple[str, dt.date, dt.date]]] = {}
    keys = ("subject", "kind", "period_starts", "period_ends")
    for subject, kind, first, end in zip(*(proposal[name].to_pylist() for name in keys), strict=True):
        if kind in (kinds.CHARGE, kinds.INTEREST):
            spans.setdefault(subject, set()).add((kind, first, end))
    rows = []
    for loan in loans:
        for kind, first, end in sorted(spans.get(loan.held.agreement.nr, ())):
            for each in loan.ledger.within(max(first, loan.ledger.first), min(end, loan.up_to)):
                rows.append(
                    {
                        "subject": loan.held.agreement.nr,
                        "kind": kind,
                        "period_starts": first,
                        "on": each.on,
                        "opening": each.totals.opening,
                        "bearing": each.bearing,
                        "rate": str(each.rate.percent),
                        "deferred": each.deferred,
                        "interest": each.totals.interest,
                        "closing": each.closing,
                    }
                )
    return pa.Table.from_pylist(rows, schema=STEPS)


def _parked(refused: list[LoanRefused], run: Run) -> pa.Table:
    rows = [
        {
            "subject": each.held.agreement.nr,
            "kind": kinds.INTEREST,
            "what": each.why.what,
            "what_to_do": each.why.what_to_do,
            "since": min(each.held.agreement.starts, run.up_to),
        }
        for each in refused
    ]
    return pa.Table.from_pylist(rows, schema=PARKED)
