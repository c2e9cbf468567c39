"""Which step of ``migrations/versions`` a database is at, and which is the newest: asked by every verb before it
begins.

Apart from ``migrate``, so that what carries steps out is loaded only where one is: it takes as long to load as half of
a verb.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from interfaces.database.connection import Database


def is_up_to_date(database: Database) -> bool:
    """Whether the database has had every step of this version, and none besides."""
    with database.read() as connection:
        return step_of(connection) == newest_step()


def step_of(connection: Connection) -> str | None:
    """The last step a database has had; None of one that has had none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    step = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if step is None else str(step)


def newest_step() -> str:
    """The last step of this version. Steps are numbered, and their files begin with the number."""
    steps = Path(__file__).parent / "migrations" / "versions"
    return max(each.name.partition("_")[0] for each in steps.glob("[0-9]*_*.py"))
