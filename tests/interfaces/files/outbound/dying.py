"""Processes that write a run's files: one that kills itself at a chosen moment, and two that begin together."""

import datetime as dt
import multiprocessing as mp
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from interfaces.database.connection import Columns, Database
from interfaces.files.outbound.jobs import write_run_files

PATIENCE = 120
_real = {name: getattr(os, name) for name in ("open", "write", "fsync", "replace", "mkdir")}


class Moments:
    """Counts every moment at which the process may die, and dies at the one asked for."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str) -> Callable[..., Any]:
        def act(*args: Any, **how: Any) -> Any:
            self()
            if name == "write":  # half of it, and the rest
                half = len(args[1]) // 2
                _real[name](args[0], args[1][:half])
                self()
                return half + _real[name](args[0], args[1][half:])
            return _real[name](*args, **how)

        return act


class Mortal(Database):
    """A database whose process may die before and after each commit."""

    def __init__(self, url: str, moment: Callable[[], None]) -> None:
        super().__init__(url)
        self._moment = moment

    @contextmanager
    def bulk(self) -> Iterator[Columns]:
        with super().bulk() as columns:
            yield columns
            self._moment()
        self._moment()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with super().begin() as connection:
            yield connection
            self._moment()
        self._moment()


def _in_a_process(work: Callable[[], object]) -> int:
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


def _ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed(database: Database, run: int, folder: Path, at: dt.datetime, last: int) -> bool:
    """Write a run's files in a process killed at its ``last`` moment. False where it ended before."""
    url = database.url.render_as_string(hide_password=False)

    def write_and_die() -> None:
        moment = Moments(last)
        for name in ("write", "fsync", "replace", "mkdir"):
            setattr(os, name, moment.around(name))
        write_run_files(Mortal(url, moment), run, folder, at)

    code = _ended(_in_a_process(write_and_die))
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def both(database: Database, run: int, folders: tuple[Path, Path], ats: tuple[dt.datetime, dt.datetime]) -> list[int]:
    """Write a run's files in two processes that come to issue them at the same moment. How each ended."""
    url, together = database.url.render_as_string(hide_password=False), mp.get_context("fork").Barrier(2)

    def write(folder: Path, at: dt.datetime) -> None:
        begun: list[str] = []

        def wait(moment: str) -> None:
            if moment == "begin" and not begun:  # about to issue, and holding nothing yet
                begun.append(moment)
                together.wait(PATIENCE)

        write_run_files(Database(url, wait), run, folder, at, xlsx=False)

    return [
        _ended(child) for child in [_in_a_process(partial(write, *each)) for each in zip(folders, ats, strict=True)]
    ]
