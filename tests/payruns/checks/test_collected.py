"""What providers collect that wants a look is found on the line, and nothing where all is well."""

from interfaces.database.connection import Database
from ledgers import store as ledger
from tests.payruns.explain.explain_council import FACTS, calculated, council, record

OVER = (
    "The provider is said to collect £1,500.00 a week from the client; from 6 April 2026 the care comes to £1,002.75 a "
    "week, and no more was taken off. Correct the contribution, or the price."
)
FREE = (
    "The provider collects £187.40 a week from the client for 13 April 2026 to 19 April 2026, when the care is free "
    "(section 117). End the contribution, and have what was collected given back."
)
GAP = (
    "Nothing is collected from the client for 13 April 2026 to 19 April 2026: contribution C1 ends before, and the "
    "next begins after. Tell what holds on those days, be it £0.00."
)
COLLECTED = ("collected over cost", "collected on free days", "collected with a gap", "agreed rate ended")


def found(database: Database) -> list[tuple[str, str, int | None]]:
    run = calculated(database, "4W", "2026-05-04")
    with database.read() as connection:
        rows = ledger.read_findings(connection, run.nr)
    return [(row.check_name, row.what, row.amount) for row in rows if row.check_name in COLLECTED]


def test_nothing_where_all_is_well(database: Database) -> None:
    assert found(council(database)) == []


def test_more_than_the_care_costs(database: Database) -> None:
    council(database)
    record(database, contributions=[{**FACTS["contributions"][0], "weekly_amount": "1500.00"}])
    assert found(database) == [
        (
            "collected over cost",
            OVER,
            2 * 49725 + 49725 + 69780,  # a fortnight and a week at the whole price, a week at 80%
        )
    ]


def test_on_days_free_of_charge(database: Database) -> None:
    exempt = {"exemption_ref": "E1", "line_ref": "L1", "reason": "section 117", "start_date": "2026-04-13"}
    council(database)
    record(database, charge_exemptions=[{**exempt, "end_date": "2026-04-19"}])
    assert found(database) == [("collected on free days", FREE, None)]


def test_days_between_two_contributions_are_said_until_something_is_told_of_them(database: Database) -> None:
    one = FACTS["contributions"][0]
    council(database)
    later = {**one, "contribution_ref": "C2", "start_date": "2026-04-20", "weekly_amount": "200.00"}
    record(database, contributions=[{**one, "end_date": "2026-04-12"}, later])
    assert found(database) == [("collected with a gap", GAP, None)]


def test_stages_that_meet_have_no_gap_and_nothing_collected_may_be_told(database: Database) -> None:
    one = FACTS["contributions"][0]
    council(database)
    none = {
        **one,
        "contribution_ref": "C2",
        "start_date": "2026-04-13",
        "end_date": "2026-04-19",
        "weekly_amount": "0.00",
    }
    later = {**one, "contribution_ref": "C3", "start_date": "2026-04-20"}
    record(database, contributions=[{**one, "end_date": "2026-04-12"}, none, later])
    assert found(database) == []
