"""Which database a test is run on, in a run of them all.

A test that needs a database is written for both kinds. Where some tests are named (a folder, a file, one), each is run
on both. In a run of all of them each is run on one, drawn by the run's seed: another draw in every run, the same for
one seed. What belongs to the databases themselves (``BOTH``) is run on both every time; ``make test-both`` runs all so.
``DATABASES`` (``sqlite``, ``postgresql``, ``sqlite,postgresql``) says outright which.
"""

import os
import random

import pytest

KINDS = os.environ.get("DATABASES", "sqlite,postgresql").split(",")

BOTH = ("tests/interfaces/database/", "tests/laws/test_due_from_scratch.py", "tests/simulation/")
"""Guards, steps and doors of the databases; what is due; races and kills: one kind says nothing of the other."""


def draws(config: pytest.Config) -> bool:
    """Whether this run draws: all the tests, and nobody has said on what."""
    return "DATABASES" not in os.environ and config.args_source is pytest.Config.ArgsSource.TESTPATHS


def drawn(items: list[pytest.Item], seed: int) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests to run, and those left to the other kind of database."""
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        kind = _kind(item)
        (run if kind is None or kind == _draw(item, kind, seed) else left).append(item)
    return run, left


def _kind(item: pytest.Item) -> str | None:
    """The kind of database a test is run on, where it is for this run to say."""
    asked = getattr(item, "callspec", None)
    if asked is None or item.nodeid.startswith(BOTH):
        return None
    return next((value for value in asked.params.values() if value in ("sqlite", "postgresql")), None)


def _draw(item: pytest.Item, kind: str, seed: int) -> str:
    return random.Random(f"{seed} {item.nodeid.replace(kind, '')}").choice(("sqlite", "postgresql"))
