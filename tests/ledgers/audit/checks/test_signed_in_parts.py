"""What one pair signs in a week in parts is noticed where the whole is above what the role signs alone."""

import datetime as dt

import pytest
from sqlalchemy import insert

from interfaces.database.connection import Database
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.audit.checks import signed_in_parts
from ledgers.officers.jobs import add_officers
from tests.guards import guards_lifted
from tests.ledgers.overpayments.test_store import RUN

MONDAY = dt.datetime(2026, 5, 4, 9)


@pytest.fixture(autouse=True)
def officers(database: Database) -> None:
    with database.begin() as connection:
        add_officers(connection, {"Ada": "manager", "Ben": "clerk"}, {"manager": 10_000_00})


def signed(database: Database, *parts: tuple[int, int, str], needed: int = 1) -> list[str]:
    """Runs signed so many days after a Monday, for so many pence, prepared by somebody; and what is noticed then."""
    with guards_lifted(database, "run", "approval") as connection:
        for place, (days, pence, preparer) in enumerate(parts):
            sums = {"prepared_by": preparer, "submitted_by": preparer, "signature": f"s{place}", "total": pence}
            up_to = dt.date(2026, 5, 4) + dt.timedelta(weeks=place)
            more = {"up_to": up_to, "pay_date": up_to, "status": "released", "to_sign_for": pence}
            nr = ledger.add_run(connection, **{**RUN, **sums, **more, "calendar": place})
            said = {"role": "manager", "limit": 10_000_00, "to_sign_for": pence, "day_total": pence, "needed": needed}
            at = MONDAY + dt.timedelta(days=days)
            connection.execute(insert(t.approval).values(run=nr, approved_by="Ada", approved_at=at, **sums, **said))
    with database.read() as connection:
        return [
            each.what
            for each in signed_in_parts.find(
                signed_in_parts.read(connection, dt.date(2026, 5, 31)), dt.date(2026, 5, 31)
            )
        ]


def test_two_parts_in_a_week_above_the_sum_together(database: Database) -> None:
    (found,) = signed(database, (0, 6_000_00, "Ben"), (4, 5_000_00, "Ben"))
    assert found == (
        "In week 2026-W19 Ada signed alone for runs 1 and 2, which Ben prepared: £11,000.00 together, where manager "
        "signs alone for £10,000.00."
    )


@pytest.mark.parametrize(
    "parts",
    [
        [(0, 6_000_00, "Ben"), (4, 4_000_00, "Ben")],
        [(0, 6_000_00, "Ben"), (7, 5_000_00, "Ben")],
        [(0, 6_000_00, "Ben"), (4, 5_000_00, "Cy")],
        [(0, 9_999_00, "Ben")],
    ],
    ids=["within the sum", "another week", "another preparer", "one run"],
)
def test_all_is_well(database: Database, parts: list[tuple[int, int, str]]) -> None:
    assert signed(database, *parts) == []


def test_what_two_signed_for_is_left_out(database: Database) -> None:
    assert signed(database, (0, 6_000_00, "Ben"), (4, 5_000_00, "Ben"), needed=2) == []
