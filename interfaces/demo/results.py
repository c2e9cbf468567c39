"""What the demonstration did: each run, what was billed, what is explained and where to look; for its pages and
machines.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from billing.care_accounts.approaching_cap import Near
from interfaces.demo.county import Manifest
from interfaces.demo.money_in import BilledTold, DemoPaper
from interfaces.files.inbound.door.loading import ExtractLoaded
from interfaces.files.outbound.folder_jobs import IssuedFile
from ledgers.explain.explanation import Explanation
from ledgers.reports.proof import Proof
from ledgers.runs import Run


@dataclass(frozen=True)
class RunTold:
    """One run of the demonstration, for its page. Money in pence."""

    run: Run
    loaded: Sequence[ExtractLoaded]
    findings: Counter[tuple[str, str]]
    accepted: int
    parked: Sequence[tuple[str, str, str]]
    paid: int
    payees: int
    withheld: int
    owing: int
    by_service: Sequence[tuple[str, int, int]]
    files: Sequence[IssuedFile]
    adjusted: int

    @property
    def found(self) -> int:
        """Findings of every check."""
        return self.findings.total()

    @property
    def quarantined(self) -> int:
        """Rows set aside."""
        return sum(each.quarantined for each in self.loaded)


@dataclass(frozen=True)
class DemoTold:
    """What the demonstration did and where it is."""

    manifest: Manifest
    runs: Sequence[RunTold]
    proof: Proof
    explanations: Sequence[tuple[str, str, Explanation]]
    billed: Sequence[BilledTold]
    papers_made: int
    papers: Sequence[DemoPaper]
    near_cap: Sequence[tuple[str, str, Near]]
    index: Path
    took: Sequence[tuple[str, int]]
    """Each phase, in order, and its milliseconds."""

    def as_json(self) -> dict[str, object]:
        """The same, for machines; money in whole pence."""
        return {
            "council": self.manifest.council,
            "people": self.manifest.people,
            "index": str(self.index),
            "proved": self.proof.holds,
            "runs": [
                {
                    "run": each.run.nr,
                    "up_to": (each.run.up_to - dt.timedelta(days=1)).isoformat(),
                    "lines": each.run.lines,
                    "total": each.run.total,
                    "paid": each.paid,
                    "payees": each.payees,
                    "withheld": each.withheld,
                    "adjusted": each.adjusted,
                    "parked": len(each.parked),
                    "quarantined": each.quarantined,
                    "findings": {f"{check} ({severity})": n for (check, severity), n in sorted(each.findings.items())},
                }
                for each in self.runs
            ],
            "bill_runs": [
                {
                    "run": each.run.nr,
                    "bills": each.bills,
                    "billed": each.billed,
                    "credit_notes": each.credit_notes,
                    "credited": each.credited,
                    "adjusted": each.adjusted,
                    "parked": each.parked,
                    "recharged": each.recharged.pence,
                    "assessed": each.reassessed.people,
                    "received": each.received.received_pence if each.received else 0,
                }
                for each in self.billed
            ],
            "papers": self.papers_made,
            "phases": [{"phase": what, "milliseconds": took} for what, took in self.took],
        }
