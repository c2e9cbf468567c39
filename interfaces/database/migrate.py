"""Bring a database up to the shape this version needs: every step in ``migrations/versions`` it has not had, in order.

All of it happens in one transaction, one process at a time, so a database is either as it was or as it should be. To
change a table, change its ``tables.py`` and add a numbered step; a test fails until both say the same.
"""

import re
import tempfile
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.database.steps import step_of

_THERE_OR_NOT = re.compile("already exists|no such (table|column|index|trigger)|duplicate column|does not exist")
_ONE_AT_A_TIME = 7_205_331  # any number, as long as nobody else on the server locks by it


class NotAsItsStepLeft(Refusal):
    """The database says it has had certain steps, and is not what those leave: a step could not be carried out."""


class MadeByALaterVersion(Refusal):
    """The database has had steps this version does not know."""


def migrate(database: Database, to: str = "head") -> None:
    """Make or upgrade every table, index and guard. Running it again does nothing.

    Raises MadeByALaterVersion when the database is ahead of this version, NotAsItsStepLeft when it is not what it says
    it is; then nothing is touched.
    """
    with database.begin() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        try:
            command.upgrade(_config(connection), to)
        except DBAPIError as error:
            if not _THERE_OR_NOT.search(str(error.orig)):
                raise
            raise NotAsItsStepLeft(
                "The database is not what the step it says it is at leaves.",
                "Nothing was changed. Put the last back-up in its place, or ask whoever looks after Outturn.",
            ) from error
        except CommandError as error:
            at = step_of(connection)
            raise MadeByALaterVersion(
                f"The database is at step {at}, which this version does not know.", "Install the version that made it."
            ) from error


@cache
def empty_file() -> bytes:
    """A SQLite database that has had every step and holds nothing else. Made once a process: what the steps cost is
    most of what a short scenario would.
    """
    with tempfile.TemporaryDirectory(prefix="outturn-empty-") as folder:
        path = Path(folder, "empty.db")
        database = Database(f"sqlite:///{path}")
        migrate(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return path.read_bytes()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
