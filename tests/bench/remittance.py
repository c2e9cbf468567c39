"""One payee's remittance of 50,000 lines: printed, read, made a workbook, and shown by the console command as it is
used.

Run it as ``python -m tests.bench.remittance``.
"""

import argparse
import contextlib
import datetime as dt
import io
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from finance.days import number
from interfaces.cli.frame.printing import console
from interfaces.cli.runs.files import remittance_shown
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.remittance import Heading, Payees, Remittance, print_remittances, read_remittance
from interfaces.files.outbound.remittance_xlsx import write_remittance_xlsx

LINES = 50_000
MOST_SECONDS = 5.0
_FIRST = number(dt.date(2026, 5, 4))
_clock = time.perf_counter


def _printed(lines: int) -> bytes:
    each = range(lines)
    nought = np.zeros(1, np.int64)
    table = pa.table(
        {
            "payee": np.zeros(lines, np.int64),
            "section": np.zeros(lines, np.int64),
            "amount": np.arange(lines) + 10_000,
            "first": np.full(lines, _FIRST),
            "last": np.full(lines, _FIRST + 27),
            **{name: [f"{name} {place}" for place in each] for name in ("person", "initials", "line", "note")},
            **{name: [name] * lines for name in ("service", "planned", "what")},
        }
    )
    payees = Payees(
        pa.array(["P1"]),
        pa.array(["Sunnyside Care"]),
        pa.array(["0045"]),
        nought,
        nought,
        np.array([int(np.sum(np.arange(lines) + 10_000))]),
    )
    ((content, _, _),) = print_remittances(
        Heading("Anytown (made up)", 2, "Four-weekly", dt.date(2026, 6, 12)), payees, table
    )
    return bytes(content)


def _show(paper: Remittance) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        for each in remittance_shown(paper):
            console().print(each)


def measure(lines: int = LINES) -> dict[str, float]:
    """Seconds of each step, of all, and of the processor: the same however busy the machine is, nearly."""
    took: dict[str, float] = {}
    start = before = _clock()
    worked = time.process_time()

    def done(step: str) -> None:
        nonlocal before
        took[step], before = _clock() - before, _clock()

    content = _printed(lines)
    done("print")
    paper = read_remittance(content)
    done("read")
    book = write_remittance_xlsx(paper)
    done("workbook")
    _show(paper)
    done("show")
    with tempfile.TemporaryDirectory() as folder:
        for name, made in (("remittance.csv", content), ("remittance.xlsx", book)):
            leave(Path(folder, name), made)
    done("leave")
    return {**took, "seconds": _clock() - start, "processor_seconds": time.process_time() - worked}


def main(lines: int = LINES, json_path: str | None = None) -> None:
    """Measure and print a line; ``json_path``: keep the figures there too."""
    took = measure(lines)
    steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in took.items() if "seconds" not in step)
    print(
        f"a remittance of {lines:,} lines: {took['seconds']:.2f} s (under {MOST_SECONDS:.0f} wanted for {LINES:,}), "
        f"{took['processor_seconds']:.2f} s of processor: {steps}",
        flush=True,
    )
    if json_path:
        Path(json_path).write_text(json.dumps(took, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--json")
    asked = parser.parse_args()
    main(asked.lines, asked.json)
