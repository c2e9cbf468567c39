"""What a reader of a care account is shown: where it stands, what another council takes over, every line and why."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from billing.care_accounts.jobs import show
from finance.care_cap import carry_out, meter
from finance.care_cap.facts import MeteredCare
from finance.columns import Database

WHOLE = 10_000
"""All of the cap, in hundredths of a per cent."""


@dataclass(frozen=True, slots=True)
class AccountLineShown:
    """One line of an account, and who recorded it. ``reversal``: it takes back a line recorded before."""

    kind: str
    starts: dt.date
    ends: dt.date
    pence: int
    reversal: bool
    cause: str
    change: int
    recorded: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What another council takes the account over at."""

    on: dt.date
    accrued: int
    cap: int


@dataclass(frozen=True, slots=True)
class CareAccount:
    """One account as it stands, in pence. ``share``: hundredths of a per cent of the cap; ``closed``: from when it is
    another council's. ``counted``: the care its weeks are counted from.
    """

    ref: str
    name: str
    total: int
    cap: int
    metered_to: dt.date
    weekly: int
    reached: dt.date | None
    projected: dt.date | None
    closed: dt.date | None
    handed_over: HandedOver | None
    lines: Sequence[AccountLineShown]
    counted: Sequence[MeteredCare]
    statements: Sequence[dt.date]

    @property
    def share(self) -> int:
        """Cut off, so that no one is told they reached the cap who did not."""
        return self.total * WHOLE // self.cap if self.cap else WHOLE


def care_account(database: Database, ref: str, known: int | None = None) -> CareAccount:
    """One person's, now or as known at a change. Raises CareAccountsOff or NoAccount."""
    found = show(database, ref, known)
    stands, handed = found.position, None
    if stands.closed:
        out = carry_out(meter(found.facts, found.terms, stands.closed), found.terms, "the other council")
        handed = HandedOver(out.on, out.accrued_pence, out.cap_pence)
    return CareAccount(
        found.ref,
        found.name,
        stands.total,
        stands.cap,
        stands.metered_to,
        stands.weekly,
        stands.reached,
        stands.projected,
        stands.closed,
        handed,
        [
            AccountLineShown(
                row.kind,
                row.starts,
                row.ends,
                row.pence,
                bool(row.reversal),
                row.cause,
                row.learned,
                row.moment,
                row.by,
            )
            for row in found.lines
        ],
        found.facts.care,
        [each.on for each in found.statements],
    )
