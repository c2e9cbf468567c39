"""Run one verb of a pay run in a process that kills itself at a chosen commit: ``python -m tests.laws.crashing …``.

Arguments: the database's URL, the run, ``calculate`` or ``release``, which commit, and ``before`` or ``after`` it.
"""

import datetime as dt
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from interfaces.database.connection import Columns, Database
from payruns.jobs import calculate_payrun, release_payrun

AT = dt.datetime(2026, 8, 1, 9)
SURVIVED = 3


class Dying(Database):
    """A database whose process is killed at its so-many-th commit."""

    def __init__(self, url: str, commit: int, when: str) -> None:
        super().__init__(url)
        self.left, self.when = commit, when

    @contextmanager
    def bulk(self) -> Iterator[Columns]:
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

    def _die(self, when: str) -> None:
        if when == self.when:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, run: str, verb: str, commit: str, when: str) -> None:
    database = Dying(url, int(commit), when)
    if verb == "calculate":
        calculate_payrun(database, int(run))
    else:
        release_payrun(database, int(run), by="Approver", at=AT)
    sys.exit(SURVIVED)


if __name__ == "__main__":
    main(*sys.argv[1:])
