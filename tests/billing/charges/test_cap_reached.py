"""From the day the cap on care costs is reached, what is charged falls; the run after the metering gives back
what was over.
"""

import datetime as dt

from billing.care_accounts.jobs import meter
from billing.care_accounts.policy import CareAccountPolicy, DatedAmount
from interfaces.database.connection import Database
from tests.billing.charges.charged_council import RESIDENT, assess, bill, entries, make

DAY = dt.date(2026, 4, 6)
AT = dt.datetime(2026, 5, 5, 9)


def terms(cap: int) -> CareAccountPolicy:
    return CareAccountPolicy(
        on_from=DAY,
        source="made up",
        cap=(DatedAmount(DAY, cap, "made up"),),
        daily_living_costs=(DatedAmount(DAY, 7_000, "made up"),),
    )


def test_at_home_nothing_more_is_charged_and_in_a_home_living_costs_alone(database: Database) -> None:
    make(database)
    assess(database, "P1", 27_000, basis=RESIDENT)  # £270 a week, £70 of it living: £200 counts
    assess(database, "P2", 16_000)  # home care £137.78, then day care: £160.00 from the second week
    first = bill(database)
    meter(database, dt.date(2026, 5, 4), terms(50_000), by="first officer", at=AT)
    second = bill(database, "2026-06-01")
    assert {(kind, period) for _, kind, _, period, _ in entries(database, first)} == {("charge", "2026-04-06")}
    off = {
        (subject, period): pence
        for subject, kind, _, period, pence in entries(database, second)
        if kind == "over the cap"
    }
    # P1 has counted £400 after two weeks and reaches £500 halfway through the third: £270 less £100, then £200 a week
    assert off[1, "2026-04-06"] == -(10_000 + 20_000)
    assert off[1, "2026-05-04"] == -4 * 20_000
    charged = sum(
        pence for subject, _, party, period, pence in entries(database) if party == 2 and period == "2026-04-06"
    )
    assert charged == 50_000  # P2 is charged up to the cap, and no more
    assert sum(pence for _, _, party, period, pence in entries(database) if party == 2 and period == "2026-05-04") == 0


def test_with_care_accounts_off_nothing_is_taken_off(database: Database) -> None:
    make(database)
    assess(database, "P1", 27_000, basis=RESIDENT)
    assess(database, "P2", 16_000)
    bill(database)
    assert not [row for row in entries(database) if row[1] == "over the cap"]
