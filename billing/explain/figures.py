"""What is due by key, from the steps; and the proof that it is what the run proposed and the ledger holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from billing.charges.weekly_costs import COUNCIL
from billing.explain.person import InRun
from billing.explain.weeks import CARE, COLLECTED, ChargedStretch
from ledgers.explain.sealed import Key, key_of, total
from ledgers.runs import POSTED


@dataclass(frozen=True)
class ChargeFigure:
    """One kind of money of one subject, payer and bill period, in pence. ``ledger``: what this run has posted; None
    before it is released."""

    key: Key
    due: int
    before: int
    ledger: int | None
    held: bool
    late: bool
    cause: int

    @property
    def amount(self) -> int:
        return self.due - self.before

    def as_json(self) -> dict[str, object]:
        subject, kind, _, party, period = self.key
        return {
            "subject": subject,
            "kind": kind,
            "payer": party,
            "period_starts": period.isoformat(),
            "due_pence": self.due,
            "posted_before_pence": self.before,
            "amount_pence": self.amount,
            "in_ledger_pence": self.ledger,
            "held": self.held,
            "earlier_period": self.late,
        }


def figures(told: InRun, weeks: Sequence[ChargedStretch]) -> list[ChargeFigure]:
    """Every key the run worked out or had posted for these periods, in order. Asserts that all of it adds up."""
    due = _due(told, weeks)
    proposed = {key_of(row): row for row in told.sealed.proposal}
    before, now = total(told.earlier), total(told.posted)
    released = told.run.status in POSTED
    made = []
    for key in sorted({*due, *proposed}, key=lambda each: (each[-1], each)):
        subject, _, _, party, _ = key
        row = proposed.get(key)
        owed, was = due.get(key, 0), before.get(key, 0)
        amount = row["amount"] if row else 0
        assert row is None or (row["due"], row["posted"]) == (owed, was), (
            f"{key}: the steps come to {owed} and {was} was posted, not {row['due']} and {row['posted']}"
        )
        assert owed - was == amount, f"{key}: {owed} less {was} is not the {amount} proposed"
        held = released and amount != 0 and key not in now and bool({("payee", party), ("line", subject)} & told.held)
        assert not released or held or now.get(key, 0) == amount, f"{key}: {now.get(key, 0)} is posted, not {amount}"
        made.append(
            ChargeFigure(
                key,
                owed,
                was,
                now.get(key, 0) if released else None,
                held,
                bool(row and row["late"]),
                int(row["cause"]) if row else 0,
            )
        )
    return made


def _due(told: InRun, weeks: Iterable[ChargedStretch]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for week in weeks:
        parts = [(week.kind, -week.collected if week.kind == COLLECTED else week.charge)]
        if week.kind in CARE:
            parts += [("waived", -week.waived), ("over the cap", -week.over_cap)]
        for kind, pence in parts:
            key = week.subject, kind, COUNCIL, week.party, told.period(week.first)
            found[key] = found.get(key, 0) + pence
    return {key: pence for key, pence in found.items() if pence}
