"""Processes that write a run's files: one that kills itself at a chosen moment, and two that begin together."""

import datetime as dt
import multiprocessing as mp
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from interfaces.database.connection import Database
from interfaces.files.outbound.folder_jobs import write_run_files
from tests.dying import PATIENCE, Mortal, ended, in_a_process, was_killed

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


def killed(database: Database, run: int, folder: Path, at: dt.datetime, last: int) -> bool:
    """Write a run's files in a process killed at its ``last`` moment. False where it ended before."""
    url = database.url.render_as_string(hide_password=False)

    def write_and_die() -> None:
        moment = Moments(last)
        for name in ("write", "fsync", "replace", "mkdir"):
            setattr(os, name, moment.around(name))
        write_run_files(Mortal(url, lambda _when: moment()), run, folder, at)

    return was_killed(in_a_process(write_and_die))


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

    return [ended(child) for child in [in_a_process(partial(write, *each)) for each in zip(folders, ats, strict=True)]]
