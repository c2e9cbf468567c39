"""The journal that accrues what belongs to a year and is coded after it, and the one that takes it back in the next."""

import datetime as dt
from dataclasses import replace

from finance.days import financial_period
from interfaces.files.outbound.control import Printed
from interfaces.files.outbound.journal import JournalBatch, JournalLine, write_journal
from interfaces.files.outbound.year_end_store import AccrualShown, YearEndShown
from ledgers.coding.rules import Account

KIND = "accrual journal"
ACCRUED, REVERSED = "accrued at the year’s end", "accrual taken back"
"""What its two journals are called: each balances by itself, in the last period of a year and the first of the next."""


def accrual_journal(found: YearEndShown, year_end: dt.date, at: dt.datetime) -> Printed | None:
    """One file of both, so many pence an account each way; nothing where nothing is to be accrued."""
    batch = f"GA{year_end:%Y%m%d}"
    accrued = [line for each in found.accruals if each.before for line in _both(each, year_end, batch)]
    if not accrued:
        return None
    first = year_end + dt.timedelta(days=1)
    back = [
        replace(line, journal=REVERSED, period=_period(first), date=first, side="cr" if line.side == "dr" else "dr")
        for line in accrued
    ]
    name = f"journal_accruals_{year_end:%Y-%m-%d}.csv"
    return write_journal(JournalBatch(batch, at, _period(year_end), (*accrued, *back)), name, KIND)


def _both(each: AccrualShown, year_end: dt.date, batch: str) -> tuple[JournalLine, JournalLine]:
    debit, credit = (each.debit, each.credit) if each.before > 0 else (each.credit, each.debit)
    words = f"{each.stream}: {each.kind}, days to {year_end:%d/%m/%Y}"

    def line(account: Account, side: str) -> JournalLine:
        return JournalLine(
            ACCRUED,
            _period(year_end),
            account.entity,
            account.cost_centre,
            account.subjective,
            account.analysis,
            "dr" if side == "dr" else "cr",
            abs(each.before),
            batch,
            f"{words}, {account.name}",
            year_end,
        )

    return line(debit, "dr"), line(credit, "cr")


def _period(when: dt.date) -> int:
    year, month = financial_period(when)
    return year * 100 + month
