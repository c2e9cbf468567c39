"""Adjustments for days another system paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.days import day, spoken
from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.before_go_live_store import read_too_early
from payruns.checks.seen import Seen
from payruns.store import read_calendar_at

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("before go-live", LOOK, "an adjustment for a day before the calendar’s first: nothing is paid for it")
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    calendar = read_calendar_at(seen.bulk, seen.run.calendar, seen.run.known)
    return [
        CHECK.found(
            f"An adjustment of {sterling(row['amount'])} belongs to a day before "
            f"{spoken(day(calendar.go_live))}, which another system paid. Nothing was paid for it.",
            None,
            row["payee"],
            row["amount"],
        )
        for row in read_too_early(seen.bulk, calendar, seen.run.known).to_pylist()
    ]
