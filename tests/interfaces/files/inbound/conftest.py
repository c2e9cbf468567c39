"""A database that holds the good sample of every extract."""

import datetime as dt
from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_folder
from tests.conftest import Grown

GOOD = Path(__file__).parents[3] / "files" / "good"
AT = dt.datetime(2026, 5, 4, 9)


@pytest.fixture
def loaded(grown: Grown) -> Database:
    return grown(_loaded)


def _loaded(database: Database) -> Database:
    for each in load_folder(database, GOOD, by="loader", at=AT):
        assert each.loaded, each.problems
    return database
