"""Bring a database up to the shape this version needs. Safe to run again; nothing already there is lost."""

import finance.tables
import ledgers.tables
from interfaces.database.connection import Database


def migrate(database: Database) -> None:
    """Make or upgrade every table, index and guard."""
    finance.tables.metadata.create_all(database.engine)
    ledgers.tables.metadata.create_all(database.engine)
