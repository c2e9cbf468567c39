"""The proof of everything, with the calendars that are behind: periods that no released run pays or bills."""

import datetime as dt
from dataclasses import replace

from finance.columns import Database
from interfaces.files.outbound.proving import prove
from ledgers.reports.proof import Proof


def prove_as_on(database: Database, on: dt.date) -> Proof:
    """Every run proved; and what no run has come to on a day, of pay and of bill calendars."""
    from billing.charges import views_store as bills  # brings what charges
    from payruns import calendar_views_store as payments

    proof = prove(database)
    with database.read() as connection:
        return replace(proof, open=[*payments.read_behind(connection, on), *bills.read_behind(connection, on)])
