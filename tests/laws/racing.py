"""Two verbs at once: one carried out whole between two transactions of the other, or both started together for real.

The first is exact: wherever the one begins a transaction it holds nothing, and that is where the other can come
between. The second is the machine's own: two processes, let go at one moment.
"""

import io
import json
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from interfaces.cli import run
from interfaces.cli.frame import desk
from interfaces.database.connection import Database

Verb = Sequence[object]
PROCESSES = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Came:
    """What came of a verb: its answer, or why it was refused. ``broke``: what no person may ever be shown."""

    code: int
    answer: Any
    broke: str = ""

    @property
    def done(self) -> bool:
        return self.code == 0

    @property
    def refusal(self) -> str:
        assert not self.done
        return f"{self.answer['error']['what']} {self.answer['error']['what_to_do']}"


def carry_out(verb: Verb) -> Came:
    """One verb at the console, in this process."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*map(str, verb), "--json"])
        return Came(code, json.loads(out.getvalue()), err.getvalue())
    except Exception:
        return Came(9, None, traceback.format_exc())


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@contextmanager
def at(database: Database) -> Iterator[None]:
    """The console's database is this one."""
    before = os.environ.get("OUTTURN_DATABASE")
    os.environ["OUTTURN_DATABASE"] = address(database)
    try:
        yield
    finally:
        os.environ.pop("OUTTURN_DATABASE")
        if before is not None:
            os.environ["OUTTURN_DATABASE"] = before


def between(database: Database, place: int, one: Verb, other: Verb) -> tuple[Came, Came]:
    """Carry out ``one``, and ``other`` whole just before the ``place``-th transaction of it (from 0) begins."""
    left, came = place + 1, list[Came]()

    def watch(moment: str) -> None:
        nonlocal left
        left -= moment != "commit"
        if left == 0 and not came:
            left = -1
            with _watched(None):
                came.append(carry_out(other))

    with at(database), _watched(watch):
        first = carry_out(one)
    return first, came[0] if came else carry_out_at(database, other)


def carry_out_at(database: Database, verb: Verb) -> Came:
    with at(database):
        return carry_out(verb)


@contextmanager
def _watched(watch: Callable[[str], None] | None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "Database", partial(Database, watch=watch))
        yield


def together(database: Database, *verbs: Verb) -> list[Came]:
    """Carry verbs out at the same moment, each in a process of its own."""
    gate = PROCESSES.Barrier(len(verbs))
    ends = []
    with at(database):
        for verb in verbs:
            here, there = PROCESSES.Pipe(duplex=False)
            racer = PROCESSES.Process(target=_race, args=(gate, there, verb))
            racer.start()
            there.close()
            ends.append((racer, here))
    came = [end.recv() if end.poll(90) else Came(9, None, "it waits for ever") for _, end in ends]
    for racer, end in ends:
        racer.join(5)
        if racer.is_alive():
            racer.kill()
        end.close()
    return came


def _race(gate: Any, there: Any, verb: Verb) -> None:
    gate.wait(60)
    there.send(carry_out(verb))
    there.close()
    os._exit(0)


def interrupted(database: Database, place: int, act: Callable[[], object]) -> Database:
    """The same database to a job that is interrupted: ``act`` is done just before its ``place``-th transaction
    (from 0).
    """
    left = place + 1

    def watch(moment: str) -> None:
        nonlocal left
        left -= moment != "commit"
        if left == 0:
            left = -1
            act()

    return Database(database.url, watch=watch)
