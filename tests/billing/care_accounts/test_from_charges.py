"""From a released run of charges to the account: the assessed charge less what was waived, on the days it was for."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from billing.care_accounts import jobs, store
from billing.care_accounts.policy import CareAccountPolicy
from billing.care_accounts.spreading import CountedEntries, spread
from finance.columns import Ints, ints
from finance.days import number
from interfaces.database.connection import Database
from ledgers import review_jobs
from tests.billing.care_accounts.conftest import terms
from tests.billing.charges.charged_council import RESIDENT, assess, bill, make, tell

BEGINS = dt.date(2026, 4, 6)


def meter(database: Database, up_to: str, policy: CareAccountPolicy | None = None) -> jobs.Metered:
    held = policy or terms(living=100_00, begins=BEGINS)
    day = dt.date.fromisoformat(up_to)
    return jobs.meter(database, day, held, by="first officer", at=dt.datetime.combine(day, dt.time(12)))


def account(database: Database, ref: str) -> list[tuple[str, int, bool]]:
    """(first day, pence, reversal) in the order recorded."""
    with database.begin() as connection:
        nr = store.number_of(connection, ref)
        assert nr is not None
        rows = store.lines_of(connection, nr)
    rows.sort(key=lambda row: (row.learned, row.starts, row.revision))
    return [(row.starts.isoformat(), row.pence, bool(row.reversal)) for row in rows]


def test_what_is_charged_counts_less_living_costs_in_a_home_and_all_of_it_elsewhere(database: Database) -> None:
    make(database)
    assess(database, "P1", 150_00, basis=RESIDENT)
    assess(database, "P2", 160_00)  # home care £137.78, then day care up to the maximum from the second week
    bill(database)
    done = meter(database, "2026-05-04")
    assert (done.runs, done.people) == (1, 2)
    weeks = ["2026-04-06", "2026-04-13", "2026-04-20", "2026-04-27"]
    assert account(database, "P1") == [(each, 50_00, False) for each in weeks]
    assert account(database, "P2") == [(weeks[0], 137_78, False), *((each, 160_00, False) for each in weeks[1:])]
    assert meter(database, "2026-05-04").change is None


def test_a_later_run_that_lowers_two_weeks_reverses_those_two(database: Database) -> None:
    make(database)
    assess(database, "P1", 150_00, basis=RESIDENT)
    assess(database, "P2", 100_00)
    bill(database)
    meter(database, "2026-05-04")
    assess(database, "P1", 120_00, starts="2026-04-20", basis=RESIDENT)
    bill(database, "2026-06-01")
    done = meter(database, "2026-06-01")
    assert done.reversals == 2
    assert account(database, "P1")[4:] == [
        ("2026-04-20", -50_00, True),
        ("2026-04-20", 20_00, False),
        ("2026-04-27", -50_00, True),
        ("2026-04-27", 20_00, False),
        *((each, 20_00, False) for each in ("2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25")),
    ]


def test_what_is_waived_does_not_count_and_what_the_provider_collects_does(database: Database) -> None:
    make(
        database,
        contributions=[
            {
                "contribution_ref": "C1",
                "line_ref": "L1",
                "kind": "client",
                "weekly_amount": "100.00",
                "collector": "provider",
                "start_date": "2024-06-03",
            }
        ],
        waivers=[
            {
                "waiver_ref": "W1",
                "person_ref": "P2",
                "weekly_amount": "7.00",
                "reason": "hardship",
                "requested_by": "one",
                "approved_by": "two",
                "start_date": "2026-04-06",
                "end_date": "2026-04-12",
            }
        ],
    )
    assess(database, "P1", 150_00, basis=RESIDENT)
    assess(database, "P2", 100_00)
    bill(database)
    meter(database, "2026-05-04")
    assert [each[1] for each in account(database, "P1")] == [50_00] * 4
    assert [each[1] for each in account(database, "P2")] == [93_00, 100_00, 100_00, 100_00]


def test_care_that_should_never_have_been_is_taken_back(database: Database) -> None:
    make(database)
    assess(database, "P1", 150_00, basis=RESIDENT)
    assess(database, "P2", 100_00)
    bill(database)
    meter(database, "2026-05-04")
    tell(
        database,
        service_lines=[
            {
                "line_ref": "L1",
                "package_ref": "PK1",
                "contract_ref": "K1",
                "service_ref": "RES",
                "unit": "week",
                "quantity": "1",
                "start_date": "2026-04-06",
                "cancelled": "yes",
            }
        ],
    )
    bill(database, "2026-06-01")
    meter(database, "2026-06-01")
    assert sum(each[1] for each in account(database, "P1")) == 0 and len(account(database, "P1")) == 8


def test_care_that_proves_to_be_somebody_elses_moves_to_their_account(database: Database) -> None:
    make(database)
    assess(database, "P1", 150_00, basis=RESIDENT)
    assess(database, "P2", 130_00)
    bill(database)
    meter(database, "2026-05-04")
    assert sum(each[1] for each in account(database, "P2")) == 4 * 130_00
    tell(
        database,
        service_lines=[
            {
                "line_ref": "L2",
                "package_ref": "PK1",
                "contract_ref": "K1",
                "service_ref": "HC",
                "unit": "hour",
                "quantity": "5.5",
                "start_date": "2024-06-03",
            }
        ],
    )
    bill(database, "2026-06-01")
    meter(database, "2026-06-01")
    # Ada's maximum is used up by her home; Noor has day care left: nothing in the first week, then £41.10 a week
    assert sum(each[1] for each in account(database, "P1")) == 8 * 50_00
    assert sum(each[1] for each in account(database, "P2")) == 7 * 41_10


def test_a_charge_held_back_does_not_count_until_it_is_let_go(database: Database) -> None:
    make(database)
    assess(database, "P1", 150_00, basis=RESIDENT)
    assess(database, "P2", 100_00)
    at = dt.datetime(2026, 5, 1, 9)
    nr = review_jobs.hold(database, "charges", "line", 1, reason="in dispute", by="first officer", at=at)
    bill(database)
    meter(database, "2026-05-04")
    assert account(database, "P1") == [] and len(account(database, "P2")) == 4
    review_jobs.let_go(database, nr, by="second officer", at=dt.datetime(2026, 5, 20, 9))
    bill(database, "2026-06-01")
    meter(database, "2026-06-01")
    assert [each[1] for each in account(database, "P1")] == [50_00] * 8


def steps(*rows: tuple[int, int, int, int, int]) -> pa.Table:
    """(line, first day, weeks, charge a week, before the cap)."""
    return pa.table(
        {
            "subject": [each[0] for each in rows],
            "person": [1 for _ in rows],
            "starts": pa.array([each[1] for each in rows], pa.int32()).cast(pa.date32()),
            "ends": pa.array([each[1] + 7 * each[2] for each in rows], pa.int32()).cast(pa.date32()),
            "weeks": [each[2] for each in rows],
            "charge": [each[3] for each in rows],
            "waived": [0 for _ in rows],
            "before_cap": [each[4] for each in rows],
        }
    )


FIRST = number(BEGINS)


def every_four_weeks(days: Ints) -> Ints:
    return np.asarray(days - (days - FIRST) % 28, np.int64)


def posted(*rows: tuple[int, int, int]) -> CountedEntries:
    return CountedEntries(*(np.asarray([each[place] for each in rows], np.int64) for place in range(3)))


@pytest.mark.parametrize(
    ("ledger", "mine", "expected"),
    [
        (400, True, [100, 100, 100, 100]),
        (400, False, [100, 100, 100, 100]),  # worked out again and found the same: its steps stand
        (300, True, [75, 75, 75, 75]),  # part of it held: what stands is shared over the weeks
        (300, False, []),  # held: what was said before goes on standing
        (0, True, [0]),  # taken back, and the steps say otherwise: held again; nothing stands
    ],
)
def test_the_days_are_the_steps_and_the_pence_are_the_ledgers(ledger: int, mine: bool, expected: list[int]) -> None:
    told = posted((7, FIRST, 400)) if mine else posted()
    rows = spread(
        steps((7, FIRST, 4, 100, 100)),
        told,
        posted((7, FIRST, ledger)),
        every_four_weeks,
        np.asarray([7]),
        np.asarray([1]),
        np.asarray([1]),
    )
    made = ints(rows, "pence").tolist()
    assert made == expected or (expected == [0] and made == [0, 0, 0, 0])


def test_weeks_alike_that_run_over_two_bill_periods_are_told_apart() -> None:
    rows = spread(
        steps((7, FIRST, 6, 100, 130)),
        posted((7, FIRST, 400), (7, FIRST + 28, 200)),
        posted((7, FIRST, 400), (7, FIRST + 28, 200)),
        every_four_weeks,
        np.asarray([7]),
        np.asarray([1]),
        np.asarray([0]),
    )
    assert ints(rows, "period_starts").tolist() == [FIRST] * 4 + [FIRST + 28] * 2
    assert ints(rows, "pence").tolist() == [130] * 6  # as it was before the cap limited it
