"""Real processes: the console command, carried out by processes that can be killed and set off at the same moment.

Starting Python and importing the product takes seconds; so one process imports it, opens nothing and starts no thread,
and forks itself for every command line it is told to carry out. ``python -m tests.simulation.processes`` is that
process: a line of JSON in tells it what to carry out, and it answers with the numbers of the processes, and later how
they ended.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
QUIET = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
KILLED = -signal.SIGKILL
PATIENCE_SECONDS = 120.0


@dataclass
class Ended:
    """How a command line ended: its exit code (below nought: the signal), what it said, and how long it took."""

    code: int
    said: str
    seconds: float
    words: Sequence[str] = field(default_factory=list)

    @property
    def answer(self) -> dict[str, Any]:
        """What it answered for machines; nothing where it was killed before it did."""
        place = self.said.find("{")
        with suppress(ValueError):
            return dict(json.loads(self.said[place:])) if place >= 0 else {}
        return {}

    @property
    def refused(self) -> bool:
        return self.code == 1 and "error" in self.answer

    @property
    def killed(self) -> bool:
        return self.code == KILLED


class Processes:
    """Carries out command lines, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.simulation.processes"],
            cwd=ROOT,
            env={**os.environ, **QUIET},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._answered()

    def carry_out(self, *lines: Sequence[str], kill_after: float | None = None) -> list[Ended]:
        """Carry out command lines at the same moment. ``kill_after``: the first is killed after so many seconds."""
        heard = [self.folder / f"said_{place}" for place in range(len(lines))]
        self._tell({"lines": [list(each) for each in lines], "said": [str(each) for each in heard]})
        began = time.monotonic()
        running = self._answered()["running"]
        if kill_after is not None:
            time.sleep(max(kill_after - (time.monotonic() - began), 0))
            with suppress(ProcessLookupError):
                os.kill(running[0], signal.SIGKILL)
        ended = self._answered()["ended"]
        return [
            Ended(code, said.read_text(encoding="utf-8", errors="replace"), took, line)
            for (code, took), said, line in zip(ended, heard, lines, strict=True)
        ]

    def _tell(self, what: dict[str, Any]) -> None:
        assert self._server.stdin
        self._server.stdin.write(json.dumps(what) + "\n")
        self._server.stdin.flush()

    def _answered(self) -> dict[str, Any]:
        assert self._server.stdout
        line = self._server.stdout.readline()
        assert line, "the process that forks has ended"
        return dict(json.loads(line))

    def close(self) -> None:
        assert self._server.stdin
        self._server.stdin.close()
        try:
            self._server.wait(60)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


# The process that forks -----------------------------------------------------------------------------------------------


def serve(asked: IO[str], answers: IO[str]) -> None:
    """Carry out what is asked, line by line, until no more is."""
    from interfaces.cli.frame.assembly import app

    app()  # everything a verb needs is imported; nothing is opened
    for module in ("adbc_driver_sqlite.dbapi", "adbc_driver_postgresql.dbapi", "psycopg", "pandas"):
        with suppress(ImportError):
            __import__(module)
    gc.freeze()
    print("{}", file=answers, flush=True)
    for line in iter(asked.readline, ""):
        told = json.loads(line)
        gate, opens = os.pipe()
        running = [_forked(words, said, gate, opens) for words, said in zip(told["lines"], told["said"], strict=True)]
        os.close(gate)
        began = time.monotonic()
        os.close(opens)
        print(json.dumps({"running": running}), file=answers, flush=True)
        print(json.dumps({"ended": _awaited(running, began)}), file=answers, flush=True)
        _learn(told["said"])


def _learn(said: Sequence[str]) -> None:
    """Import what the verbs carried out had to import besides: the next need not."""
    for each in said:
        names = Path(f"{each}.imported")
        if names.exists():
            for name in names.read_text(encoding="utf-8").split():
                if name not in sys.modules:
                    with suppress(Exception):
                        import_module(name)
            names.unlink()


def _awaited(running: Sequence[int], began: float) -> list[tuple[int, float]]:
    ended: dict[int, tuple[int, float]] = {}
    while len(ended) < len(running):
        for each in running:
            if each not in ended:
                done, status = os.waitpid(each, os.WNOHANG)
                if done:
                    ended[each] = (os.waitstatus_to_exitcode(status), time.monotonic() - began)
                elif time.monotonic() - began > PATIENCE_SECONDS:
                    os.kill(each, signal.SIGABRT)  # it waits for ever: nobody kills it otherwise
        time.sleep(0.002)
    return [ended[each] for each in running]


def _forked(words: Sequence[str], said: str, gate: int, opens: int) -> int:
    child = os.fork()
    if child:
        return child
    code, had = 1, set(sys.modules)
    try:
        os.close(opens)
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for each in (1, 2):
            os.dup2(handle, each)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
        os.read(gate, 1)  # until all have been forked
        code = _carried_out(words)
    finally:
        with suppress(Exception):
            Path(f"{said}.imported").write_text(" ".join(sorted(set(sys.modules) - had)), encoding="utf-8")
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _carried_out(words: Sequence[str]) -> int:
    import traceback

    from interfaces.cli import run

    try:
        return run(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
