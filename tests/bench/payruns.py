"""How fast pay runs are, each beside a floor measured in the same run. ``python -m tests.bench.payruns``, or make
bench.

- *calculation*: due lines worked out in memory, from facts already read; service lines a second.
- *whole run*: facts in the database to posted ledger and files written, over the same rows bulk-read, bulk-written and
  printed by the fastest plain path with no logic at all; a ratio, and peak memory, for several sizes.
- *late news*: a run in which 1% of lines carry news over up to 26 past periods, over the same run with none; a ratio.

Everything is measured in a process of its own. Times are noisy on a busy machine; the ratios much less so.
"""

import argparse
import datetime as dt
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # noqa: F401  # loaded before the clock starts: what loading costs is tests/bench/start.py's figure
import pyarrow as pa
import pyarrow.csv as pv
from sqlalchemy import MetaData, select
from sqlalchemy.sql import quoted_name

from finance.care_costs.calculate import calculate_due, sorted_card
from finance.days import day
from finance.facts import tables as facts
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.files.outbound.folder_jobs import write_run_files
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.coding.store import load_current
from ledgers.runs import Run
from payruns import store
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.policy import PaymentPolicy
from payruns.stream import Payments
from tests.bench.county import fill, learn_news
from tests.bench.servers import postgresql

OFFICER, MANAGER = "payments officer", "payments manager"
READ = (
    "service_line",
    "person",
    "package",
    "contract",
    "rate",
    "agreed_rate",
    "suspension",
    "funding_share",
    "contribution",
    "nursing_award",
)
AT = dt.datetime(2026, 5, 5, 9)


def _clock() -> float:
    return time.perf_counter()


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _prepare(database: Database, lines: int) -> None:
    migrate(database)
    fill(database, lines)
    with database.begin() as connection:
        ledger.add_officers(connection, {OFFICER: OFFICER, MANAGER: MANAGER}, {OFFICER: 10**6, MANAGER: 10**15})


def _whole_run(database: Database, folder: Path, periods: int = 1) -> tuple[Run, dict[str, float]]:
    """One run from draft to files. ``periods``: how many pay periods after the last settled day it covers."""
    with database.begin() as connection:
        calendar = store.read_calendars(connection)[0]
        last = ledger.last_posted(connection, "payments", calendar.nr)
    up_to = last.up_to if last else day(calendar.go_live)
    for _ in range(periods):
        up_to = calendar.rule.period(up_to).end
    policy = PaymentPolicy(needs_bank_details=False, stop_checks=())
    start = _clock()
    run = draft_payrun(database, calendar.ref, by=OFFICER, at=AT, up_to=up_to, policy=policy)
    run = calculate_payrun(database, run.nr)
    calculated = _clock()
    machine.submit_run(database, run.nr, by=OFFICER, at=AT)
    machine.approve_run(database, run.nr, by=MANAGER, at=AT)
    run = release_payrun(database, run.nr, by=MANAGER, at=AT)
    released = _clock()
    write_run_files(database, run.nr, folder, AT, xlsx=False)
    printed = _clock()
    return run, {"calculate": calculated - start, "release": released - calculated, "files": printed - released}


def _floor(database: Database, run: Run, folder: Path) -> dict[str, float]:
    """The same rows read, written and printed, with no logic."""
    plain = books.entry.to_metadata(MetaData(), name="entry_floor")
    for foreign in list(plain.foreign_key_constraints):
        plain.constraints.discard(foreign)
    for index in plain.indexes:
        index.name = quoted_name(f"floor_{index.name}", quote=None)
    plain.create(database.engine)
    with database.bulk() as bulk:
        entries = bulk.read(select(books.entry).where(books.entry.c.run == run.nr))
    entries = entries.sort_by([("period_starts", "ascending"), ("subject", "ascending")])
    start = _clock()
    with database.bulk() as bulk:
        for name in READ:
            bulk.read(select(facts.FACTS[name]))
    read = _clock()
    size = PaymentPolicy().lines_a_chunk
    for first in range(0, entries.num_rows, size):
        with database.bulk() as bulk:
            bulk.append(plain, entries.slice(first, size))
    written = _clock()
    sink = pa.BufferOutputStream()
    pv.write_csv(entries, sink)
    text = memoryview(sink.getvalue())
    payees = len(np.unique(entries["party"].to_numpy()))
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(payees):
        with open(folder / f"{number}.csv", "wb") as file:
            file.write(text[len(text) * number // payees : len(text) * (number + 1) // payees])
    printed = _clock()
    plain.drop(database.engine)
    return {"read": read - start, "write": written - read, "print": printed - written}


def measure_whole(url: str, lines: int, folder: Path) -> dict[str, Any]:
    database = Database(url)
    run, took = _whole_run(database, folder / "files")
    peak = _peak_mb()
    floor = _floor(database, run, folder / "floor")
    database.close()
    total, least = sum(took.values()), sum(floor.values())
    return {
        "lines": lines,
        "posted": run.lines,
        "seconds": total,
        "parts": took,
        "floor_seconds": least,
        "floor_parts": floor,
        "ratio": total / least,
        "peak_mb": peak,
    }


def measure_calculation(url: str, lines: int, _folder: Path) -> dict[str, Any]:
    """Due lines in memory, in parts over two threads. The floor: the same columns each summed once, in the same
    parts.
    """
    database = Database(url)
    with database.begin() as connection:
        calendar = store.read_calendars(connection)[0]
        coding = load_current(connection)
    run = draft_payrun(database, calendar.ref, by=OFFICER, at=AT, up_to=calendar.rule.period(day(calendar.go_live)).end)
    with database.bulk() as bulk:
        prepared = Payments(coding).prepare(bulk, run)
    machine.abandon_run(database, run.nr, by=OFFICER, at=AT, note="measured")
    whole = len(prepared.facts.lines)
    since, up_to = np.full(whole, prepared.periods.starts[0]), int(prepared.periods.ends[-1])
    cells = sorted_card(prepared.facts)

    size = PaymentPolicy().lines_a_chunk

    def part(first: int) -> int:
        facts_ = prepared.facts.part(first, first + size)
        return len(calculate_due(facts_, prepared.periods, since[: len(facts_.lines)], up_to, cells=cells).due)

    best = float("inf")
    for _ in range(5):
        start = _clock()
        with ThreadPoolExecutor(2) as pool:
            due = sum(pool.map(part, range(0, whole, size)))
        best = min(best, _clock() - start)
    database.close()
    return {"lines": whole, "due_lines": due, "seconds": best, "lines_a_second": round(whole / best)}


def measure_news(url: str, lines: int, folder: Path) -> dict[str, Any]:
    """The same period run twice over 26 periods of real history: once with no news, abandoned; once with 1% news."""
    database = Database(url)
    timings = []
    for number in range(26):
        _whole_run(database, folder / f"history-{number}")
        shutil.rmtree(folder / f"history-{number}")
    with database.begin() as connection:
        calendar = store.read_calendars(connection)[0]
        last = ledger.last_posted(connection, "payments", calendar.nr)
    assert last
    for number, share in enumerate((0.0, 0.01)):
        if share:
            learn_news(database, share)
        start = _clock()
        up_to = calendar.rule.period(last.up_to).end
        policy = PaymentPolicy(needs_bank_details=False, stop_checks=())
        run = draft_payrun(database, calendar.ref, by=OFFICER, at=AT, up_to=up_to, policy=policy)
        run = calculate_payrun(database, run.nr)
        timings.append((_clock() - start, run.lines))
        machine.abandon_run(database, run.nr, by=OFFICER, at=AT, note=f"measured {number}")
    database.close()
    (quiet, quiet_lines), (busy, busy_lines) = timings
    return {
        "lines": lines,
        "quiet_seconds": quiet,
        "quiet_lines": quiet_lines,
        "news_seconds": busy,
        "news_lines": busy_lines,
        "ratio": busy / quiet,
    }


MEASURES = {"whole": measure_whole, "calculation": measure_calculation, "news": measure_news}


def _in_its_own_process(measure: str, url: str, lines: int, folder: Path) -> dict[str, Any]:
    for step in ("prepare", measure):
        command = [
            sys.executable,
            "-m",
            "tests.bench.payruns",
            "--step",
            step,
            "--url",
            url,
            "--lines",
            str(lines),
            "--folder",
            str(folder),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def _measure(measure: str, kind: str, lines: int) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="outturn-bench-"))
    try:
        if kind == "sqlite":
            return _in_its_own_process(measure, f"sqlite:///{folder / 'bench.db'}", lines, folder)
        with postgresql() as url:
            return _in_its_own_process(measure, url, lines, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(
    json_path: str | None = None, sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000), news_lines: int = 50_000
) -> None:
    """Measure everything and print a line for each; ``json_path``: keep the figures there too."""
    made: dict[str, Any] = {}
    figure = _measure("calculation", "sqlite", max(sizes))
    made["calculation"] = figure
    print(
        f"calculation in memory: {figure['lines_a_second']:,} service lines a second ({figure['lines']:,} lines)",
        flush=True,
    )
    for kind in ("sqlite", "postgresql"):
        for lines in sizes:
            figure = _measure("whole", kind, lines)
            made[f"whole {kind} {lines}"] = figure
            print(
                f"whole run, {kind}, {lines:,} lines: {figure['seconds']:.1f} s, {figure['ratio']:.2f} times the "
                f"floor of "
                f"{figure['floor_seconds']:.1f} s, peak memory {figure['peak_mb']:,} MB",
                flush=True,
            )
    for kind in ("sqlite", "postgresql"):
        figure = _measure("news", kind, news_lines)
        made[f"news {kind}"] = figure
        print(
            f"late news on 1% of {figure['lines']:,} lines over 26 periods, {kind}: {figure['ratio']:.2f} times a run "
            "with none",
            flush=True,
        )
    if json_path:
        Path(json_path).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def _step(asked: argparse.Namespace) -> None:
    folder = Path(asked.folder)
    if asked.step == "prepare":
        database = Database(asked.url)
        _prepare(database, asked.lines)
        database.close()
    else:
        print(json.dumps(MEASURES[asked.step](asked.url, asked.lines, folder)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", choices=["prepare", *MEASURES])
    parser.add_argument("--url")
    parser.add_argument("--lines", type=int, default=0)
    parser.add_argument("--folder")
    parser.add_argument("--json")
    parser.add_argument("--most", type=int, default=1_000_000, help="the largest size to measure")
    asked = parser.parse_args()
    if asked.step:
        _step(asked)
    else:
        main(asked.json, tuple(size for size in (10_000, 100_000, 1_000_000) if size <= asked.most))
