"""Lines whose contribution a gross contract does not take off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.days import number
from ledgers.checks import LOOK, Check
from payruns.checks.gross_contract_store import read_gross_collectors
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from finance.columns import Bulk, Ints
    from ledgers.runs import Finding, Run

CHECK = Check("gross contract", LOOK, "a contribution a gross contract does not take off")
CHECKS = (CHECK,)
WHAT = "The provider is said to collect a contribution, but its contract is paid gross, so nothing was taken off."


def read(bulk: Bulk, run: Run) -> Ints:
    return read_gross_collectors(bulk, run.known, run.calendar, number(run.up_to))


def find(seen: Seen, lines: Ints) -> list[Finding]:
    return [CHECK.found(WHAT, subject=line) for line in lines.tolist()]
