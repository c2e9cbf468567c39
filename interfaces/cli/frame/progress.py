"""Bars on the screen while long work goes on; silence for machines, files and pipes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from interfaces.cli.frame.printing import on_standard_error
from interfaces.cli.frame.visible import visible
from ledgers.progress import Progress


def _quiet(_what: str, _done: int, _whole: int) -> None:
    """Nobody is watching."""


@contextmanager
def bars(wanted: bool = True) -> Iterator[Progress]:
    """A callable told (what, done, whole): one bar for each ``what``, on standard error."""
    if not wanted or not sys.stderr.isatty():
        yield _quiet
        return
    shown = Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=on_standard_error(),
        transient=True,
    )
    with shown:
        known: dict[str, int] = {}

        def say(what: str, done: int, whole: int) -> None:
            if what not in known:
                known[what] = int(shown.add_task(visible(what), total=whole or None))
            shown.update(known[what], completed=done, total=whole or None)  # type: ignore[arg-type]

        yield say
