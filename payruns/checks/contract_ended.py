"""Lines that go on after their contract ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.days import number
from ledgers.checks import LOOK, Check
from payruns.checks.contract_ended_store import read_ended_contracts
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from finance.columns import Bulk, Ints
    from ledgers.runs import Finding, Run

CHECK = Check("contract ended", LOOK, "days past a contract’s end, which are not paid")
CHECKS = (CHECK,)
WHAT = "The line goes on after its contract ends; days after that were not paid."


def read(bulk: Bulk, run: Run) -> Ints:
    return read_ended_contracts(bulk, run.known, run.calendar, number(run.up_to))


def find(seen: Seen, lines: Ints) -> list[Finding]:
    return [CHECK.found(WHAT, subject=line) for line in lines.tolist()]
