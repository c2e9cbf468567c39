"""Feed damaged files to the readers for as long as is wanted.

    python -m tests.fuzz --inputs 100000 --seed 1 --reader workbook

One JSON line a reader says how many inputs were taken, refused and failed. Each kind of failure is saved, three of it
at most, under ``--keep``; ``--first`` goes on from a number. Exit code 1 when anything failed.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.fuzz.readers import READERS
from tests.fuzz.running import feed, said


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument(
        "--inputs",
        type=int,
        default=10_000,
        help="how many for each reader; a fifth of it for one that loads into a database",
    )
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--reader", action="append", choices=sorted(READERS), help="only this one; may be repeated")
    asked.add_argument("--first", type=int, default=0, help="the number of the first input")
    asked.add_argument("--keep", type=Path, default=Path("fuzz-failures"), help="where failing inputs are saved")
    given = asked.parse_args()
    shared = Path("/dev/shm")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="outturn-fuzz-", dir=shared if shared.is_dir() else None) as folder:
        for name in given.reader or READERS:
            told = feed(
                name, max(given.inputs // READERS[name].one_in, 1), given.seed, Path(folder), given.keep, given.first
            )
            failed += len(told.failures)
            print(json.dumps(said(told)), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
