"""Processes that do one thing and die at it, with nothing tidied up."""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from interfaces.database.columns import ColumnTransaction
from interfaces.database.connection import Database

PATIENCE = 120
Verb = Callable[..., object]
"""Handed the database and what it is to be done with."""
_PROCESSES = multiprocessing.get_context("forkserver")
"""Each is copied from a small process that has read the code and done nothing: a Python begun anew reads it for a
second and a half, and this one may be too large to copy.
"""
_PROCESSES.set_forkserver_preload(["payruns.jobs", "billing.charges.jobs", __name__])
Die = Callable[[str], None]
"""Told ``before`` and ``after`` each commit; kills the process, or not."""


class Mortal(Database):
    """A database whose process may die before and after each commit."""

    def __init__(self, url: str, die: Die) -> None:
        super().__init__(url)
        self._die = die

    @contextmanager
    def bulk(self) -> Iterator[ColumnTransaction]:
        with super().bulk() as columns:
            yield columns
            self._die("before")
        self._die("after")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with super().begin() as connection:
            yield connection
            self._die("before")
        self._die("after")


def killed_at(database: Database, commit: int, when: str, verb: Verb, **how: object) -> bool:
    """Do a verb in a process that is killed before or after its so-many-th commit. Whether it was (it may have finished
    before reaching that commit).
    """
    url = database.url.render_as_string(hide_password=False)
    child = _PROCESSES.Process(target=_do_and_die, args=(url, commit, when, verb, how))
    child.start()
    child.join(PATIENCE)
    return _was_killed(child.exitcode)


def _do_and_die(url: str, commit: int, when: str, verb: Verb, how: dict[str, object]) -> None:
    left = {when: commit}

    def die(now: str) -> None:
        left[now] = left.get(now, 0) - 1
        if left[now] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    verb(Mortal(url, die), **how)


def was_killed(child: int) -> bool:
    """Whether it was killed; else it did all it had to."""
    return _was_killed(ended(child))


def _was_killed(code: int | None) -> bool:
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def in_a_process(work: Callable[[], object]) -> int:
    """A copy of this process that does one thing and ends, at once and with nothing tidied up."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.alarm(PATIENCE)
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
