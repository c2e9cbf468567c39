"""A 65th birthday inside a pay period: priced by the day, coded by the period's last day (docs/decisions, 9)."""

from sqlalchemy import select

from interfaces.database.connection import Database
from ledgers import tables as books
from tests.payruns.explain.explain_council import council, paid

BIRTHDAYS = {"P65": "1961-04-20", "POLD": "1950-01-01", "PYOUNG": "1970-01-01"}


def test_the_price_changes_on_the_birthday_and_the_code_is_that_of_the_last_day(database: Database) -> None:
    """Four weeks from 6 April 2026: 14 days at £900.00 a week, then 14 at £700.00, is £3,200.00, all under 65
    and over.
    """
    band = {
        "contract_ref": "K3",
        "service_ref": "RES",
        "unit": "week",
        "start_date": "2024-04-01",
        "day_category": "any",
    }
    council(
        database,
        people=[
            {"person_ref": ref, "name": ref, "date_of_birth": born, "primary_support_reason": "memory and cognition"}
            for ref, born in BIRTHDAYS.items()
        ],
        contracts=[
            {
                "contract_ref": "K3",
                "payee_ref": "V1",
                "calendar_ref": "4W",
                "name": "By age",
                "start_date": "2024-04-01",
                "payment": "gross",
                "days_after_death": "0",
                "retainer": "0",
                "bank_holidays": "paid",
            }
        ],
        rates=[
            {**band, "rate_ref": "R7", "rate": "900.00", "age_from": "18", "age_to": "64"},
            {**band, "rate_ref": "R8", "rate": "700.00", "age_from": "65"},
        ],
        packages=[{"package_ref": f"K-{ref}", "person_ref": ref, "start_date": "2026-04-06"} for ref in BIRTHDAYS],
        service_lines=[
            {
                "line_ref": f"L-{ref}",
                "package_ref": f"K-{ref}",
                "contract_ref": "K3",
                "service_ref": "RES",
                "unit": "week",
                "quantity": "1",
                "start_date": "2026-04-06",
            }
            for ref in BIRTHDAYS
        ],
    )
    paid(database, "4W", "2026-05-04")
    entry, account = books.entry.c, books.account.c
    query = select(entry.amount, account.cost_centre).join_from(books.entry, books.account, entry.debit == account.nr)
    with database.begin() as connection:
        found = dict(
            tuple(row)
            for row in connection.execute(
                query.where(entry.kind == "care", entry.amount.in_((3_200_00, 2_800_00, 3_600_00)))
            )
        )
    assert found[3_200_00] == found[2_800_00] != found[3_600_00]
