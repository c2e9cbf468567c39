"""The files of a known run, byte for byte as they are kept in tests/golden. UPDATE_GOLDEN=1 rewrites them."""

import datetime as dt
import os
from pathlib import Path

from interfaces.files.outbound.folder_jobs import write_run_files
from tests.interfaces.files.outbound.conftest import Released

GOLDEN = Path(__file__).parents[3] / "golden" / "files_out"


def test_the_files_are_as_they_were(released: Released, tmp_path: Path) -> None:
    at = dt.datetime(2026, 6, 10, 8, 0)
    written = write_run_files(released.database, released.run, tmp_path, at, xlsx=False, council="Anytown (made up)")
    made = {each.path.name: each.path.read_bytes() for each in written if each.path.suffix == ".csv"}
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (GOLDEN / name).write_bytes(content)
    assert made == {path.name: path.read_bytes() for path in GOLDEN.iterdir()}
