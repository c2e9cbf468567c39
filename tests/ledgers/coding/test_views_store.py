"""Coding as it is shown: the rules of a day, and every rule when asked for."""

import datetime as dt

from interfaces.database.connection import Database
from ledgers.coding.views_store import read_coding

ON = dt.date(2026, 5, 1)


def test_a_new_council_is_shown_the_shipped_rules_in_force_on_a_day(database: Database) -> None:
    with database.begin() as connection:
        now, every = read_coding(connection, ON), read_coding(connection, ON, every=True)
        long_ago = read_coding(connection, dt.date(1990, 1, 1))
    assert now.rules and all((each.starts or ON) <= ON < (each.ends or dt.date.max) for each in now.rules)
    assert len(every.rules) >= len(now.rules) > len(long_ago.rules)
