"""Late news an officer could follow by hand: payers and lines that move, bank holidays, assessments made again."""

from billing.charges.policy import ChargingPolicy
from finance.assessment import Outcome
from interfaces.database.connection import Database
from tests.billing.charges.charged_council import FACTS, RESIDENT, assess, bill, entries, make, tell

WEEKLY: dict[str, object] = {
    "calendar_ref": "B1",
    "name": "Clients, weekly",
    "weeks": "1",
    "first_day": "2026-04-06",
    "cut_off_days": "1",
    "due_days": "28",
    "go_live": "2026-04-06",
}


def test_a_payer_moved_to_another_calendar_is_not_billed_twice(database: Database) -> None:
    make(database, bill_calendars=[WEEKLY])
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 0, outcome=Outcome.NIL_BY_LAW)
    bill(database)
    tell(database, bill_payers=[{**FACTS["bill_payers"][0], "calendar_ref": "B1"}])
    back = bill(database, "2026-06-01")
    afresh = bill(database, "2026-05-04", calendar="B1")
    assert entries(database, back) == [(1, "charge", 1, "2026-04-06", -60_000)]
    weeks = ("2026-04-06", "2026-04-13", "2026-04-20", "2026-04-27")
    assert entries(database, afresh) == [(1, "charge", 1, week, 15_000) for week in weeks]
    assert sum(row[4] for row in entries(database)) == 60_000


def test_a_line_that_was_somebody_elses_is_shared_again_for_both(database: Database) -> None:
    day_care_first = ChargingPolicy(order=("day care",))
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 10_000)
    bill(database, policy=day_care_first)
    line = next(row for row in FACTS["service_lines"] if row["line_ref"] == "L3")
    tell(database, service_lines=[{**line, "package_ref": "PK1"}])
    moved = bill(database, policy=day_care_first)
    assert sorted(entries(database, moved)) == [
        (1, "charge", 1, "2026-04-06", -3 * 4_110),  # Ada’s home: £150.00 less the day care now hers, for three weeks
        (2, "charge", 2, "2026-04-06", 3 * 4_110),  # Noor’s home care goes up to the whole £100.00
        (3, "charge", 1, "2026-04-06", 3 * 4_110),
        (3, "charge", 2, "2026-04-06", -3 * 4_110),
    ]


def test_care_delivered_on_a_bank_holiday_is_charged_though_the_contract_is_closed(database: Database) -> None:
    make(database)
    tell(
        database,
        contracts=[{**FACTS["contracts"][0], "bank_holidays": "closed", "terms_from": "always"}],
        deliveries=[{"delivery_ref": "D1", "line_ref": "L2", "date": "2026-04-06", "unit": "hour", "quantity": "2"}],
    )  # Easter Monday
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.NIL_BY_LAW)
    assess(database, "P2", 20_000)
    bill(database, "2026-04-13")
    assert [row for row in entries(database) if row[0] == 2] == [(2, "charge", 2, "2026-04-06", 5_010)]


def test_an_assessment_that_says_the_same_again_rounds_nothing_twice(database: Database) -> None:
    """Full cost said again from a Wednesday: £137.775 stays £137.78, not £39.364 and £98.411 rounded apart."""
    make(database)
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.NIL_BY_LAW)
    assess(database, "P2", 0, outcome=Outcome.OVER_LIMIT)
    assess(database, "P2", 0, outcome=Outcome.OVER_LIMIT, starts="2026-04-08")
    bill(database, "2026-04-13")
    assert [row for row in entries(database) if row[0] == 2] == [(2, "charge", 2, "2026-04-06", 13_778)]
    assert bill(database, "2026-04-13").lines == 0
