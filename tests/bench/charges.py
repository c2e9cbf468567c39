"""How fast charge runs are, beside a floor measured in the same run. ``python -m tests.bench.charges``, or make bench.

*Charge run*: so many people's facts in the database to posted charges and numbered bills, over the same facts
bulk-read and the same entries and bills bulk-written with no logic at all; a ratio, and peak memory. Each measure runs
in a process of its own. The county is that of the pay-run benchmark, with a bill payer and an assessment for everybody,
top-ups on 2% of lines, and waivers for one person in a thousand.
"""

import argparse
import datetime as dt
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import MetaData, func, select
from sqlalchemy.sql import quoted_name

from billing import tables as charging
from billing.assessments.tables import assessment
from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.policy import ChargingPolicy
from finance.days import number
from finance.facts import tables as facts
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.runs import Run
from tests.bench.county import FIRST_CHANGE, LINES_A_PERSON, PERIOD, fill
from tests.bench.payruns import AT, MANAGER, OFFICER, _clock, _peak_mb
from tests.bench.servers import postgresql

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


def _dates(day: dt.date, count: int) -> pa.Array:
    return pa.array(np.full(count, number(day), np.int32)).cast(pa.date32())


def prepare(url: str, people: int) -> None:
    """A county of so many people with everything charging needs."""
    database = Database(url)
    migrate(database)
    fill(database, int(people * LINES_A_PERSON))
    random = np.random.default_rng(7)
    with database.bulk() as bulk:
        who = bulk.read(select(facts.person.c.nr).order_by(facts.person.c.nr))["nr"].to_numpy()
        lines = bulk.read(select(facts.service_line.c.nr).order_by(facts.service_line.c.nr))["nr"].to_numpy()
        count = len(who)

        def same(value: object, rows: int = count) -> pa.Array:
            return pa.repeat(pa.scalar(value), rows)

        bulk.append(
            charging.bill_calendar,
            pa.table(
                {
                    "nr": [1],
                    "learned": [FIRST_CHANGE],
                    "ref": ["B4"],
                    "name": ["Clients"],
                    "weeks": [4],
                    "anchor": [PERIOD[0]],
                    "cut_off_days": [1],
                    "due_days": [28],
                    "go_live": [PERIOD[0]],
                }
            ),
        )
        bulk.append(
            charging.bill_payer,
            pa.table(
                {
                    "nr": who,
                    "learned": same(FIRST_CHANGE),
                    "ref": pa.array([f"BP{each}" for each in who.tolist()]),
                    "name": same("Somebody made up"),
                    "kind": same("client"),
                    "person": who,
                    "calendar": same(1),
                }
            ),
        )
        charge = np.where(random.random(count) < 0.2, 0, random.integers(500, 25_000, count))
        how = np.where(random.random(count) < 0.1, 2 * 8, 0) + random.integers(0, 2, count)
        bulk.append(
            assessment,
            pa.table(
                {
                    "person": who,
                    "starts": _dates(dt.date(2026, 4, 6), count),
                    "learned": same(FIRST_CHANGE),
                    "charge": charge,
                    "council_pays": same(0),
                    "how": how.astype(np.int16),
                }
            ),
        )
        topped = lines[random.random(len(lines)) < 0.02]
        bulk.append(
            charging.top_up_agreement,
            pa.table(
                {
                    "nr": np.arange(1, len(topped) + 1),
                    "learned": same(FIRST_CHANGE, len(topped)),
                    "ref": pa.array([f"TU{each}" for each in topped.tolist()]),
                    "line": topped,
                    "bill_payer": random.choice(who, len(topped)),
                    "weekly": random.integers(100_000, 900_000, len(topped)),
                    "signed": _dates(PERIOD[0], len(topped)),
                    "starts": _dates(PERIOD[0], len(topped)),
                }
            ),
        )
        waived = who[random.random(count) < 0.001]
        bulk.append(
            charging.waiver,
            pa.table(
                {
                    "nr": np.arange(1, len(waived) + 1),
                    "learned": same(FIRST_CHANGE, len(waived)),
                    "ref": pa.array([f"WV{each}" for each in waived.tolist()]),
                    "person": waived,
                    "weekly": same(700, len(waived)),
                    "reason": same("made up", len(waived)),
                    "requested_by": same("one", len(waived)),
                    "approved_by": same("two", len(waived)),
                    "starts": _dates(PERIOD[0], len(waived)),
                }
            ),
        )
    with database.begin() as connection:
        ledger.add_officers(connection, {OFFICER: OFFICER, MANAGER: MANAGER}, {OFFICER: 10**6, MANAGER: 10**15})
    database.close()


def charge_run(database: Database) -> tuple[Run, dict[str, float]]:
    """One run from draft to numbered bills."""
    policy = ChargingPolicy(stop_checks=())
    at = dt.datetime.combine(PERIOD[1], AT.time())
    start = _clock()
    run = draft_billrun(database, "B4", by=OFFICER, at=at, up_to=PERIOD[1], policy=policy)
    run = calculate_billrun(database, run.nr)
    calculated = _clock()
    machine.submit_run(database, run.nr, by=OFFICER, at=at)
    machine.approve_run(database, run.nr, by=MANAGER, at=at)
    run = release_billrun(database, run.nr, by=MANAGER, at=at)
    return run, {"calculate": calculated - start, "release": _clock() - calculated}


def _floor(database: Database, run: Run) -> dict[str, float]:
    """The same facts read, and the same entries and bills written, with no logic."""
    plain = books.entry.to_metadata(MetaData(), name="entry_floor")
    bills = charging.bill.to_metadata(plain.metadata, name="bill_floor")
    for table in (plain, bills):
        for index in table.indexes:
            index.name = quoted_name(f"floor_{index.name}", quote=None)
        table.create(database.engine)
    with database.bulk() as bulk:
        entries = bulk.read(select(books.entry).where(books.entry.c.run == run.nr))
        numbered = bulk.read(select(charging.bill).where(charging.bill.c.run == run.nr))
    entries = entries.sort_by([("period_starts", "ascending"), ("subject", "ascending")])
    start = _clock()
    with database.bulk() as bulk:
        for name in READ:
            bulk.read(select(facts.FACTS[name]))
        for each in (assessment, charging.bill_payer, charging.top_up_agreement, charging.waiver):
            bulk.read(select(each))
    read = _clock()
    size = ChargingPolicy().people_a_chunk
    for first in range(0, entries.num_rows, size):
        with database.bulk() as bulk:
            bulk.append(plain, entries.slice(first, size))
    with database.bulk() as bulk:
        bulk.append(bills, numbered)
    written = _clock()
    for table in (plain, bills):
        table.drop(database.engine)
    return {"read": read - start, "write": written - read}


def measure(url: str) -> dict[str, Any]:
    """The run, then the floor."""
    database = Database(url)
    run, took = charge_run(database)
    peak = _peak_mb()
    with database.begin() as connection:
        people = connection.execute(select(func.count()).select_from(facts.person)).scalar_one()
        bills = connection.execute(select(func.count()).select_from(charging.bill)).scalar_one()
    floor = _floor(database, run)
    database.close()
    total, least = sum(took.values()), sum(floor.values())
    return {
        "people": people,
        "posted": run.lines,
        "bills": bills,
        "seconds": total,
        "parts": took,
        "floor_seconds": least,
        "floor_parts": floor,
        "ratio": total / least,
        "peak_mb": peak,
    }


def in_its_own_process(kind: str, people: int) -> dict[str, Any]:
    """Prepare and measure, each in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="outturn-bench-"))
    try:
        if kind == "sqlite":
            return _steps(f"sqlite:///{folder / 'bench.db'}", people)
        with postgresql() as url:
            return _steps(url, people)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _steps(url: str, people: int) -> dict[str, Any]:
    for step in ("prepare", "measure"):
        command = [sys.executable, "-m", "tests.bench.charges", "--step", step, "--url", url, "--people", str(people)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def main(json_path: str | None = None, sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)) -> None:
    """Measure everything and print a line for each; ``json_path``: keep the figures there too."""
    made: dict[str, Any] = {}
    for kind in ("sqlite", "postgresql"):
        for people in sizes:
            figure = in_its_own_process(kind, people)
            made[f"charges {kind} {people}"] = figure
            print(
                f"charge run, {kind}, {people:,} people, {figure['bills']:,} bills: {figure['seconds']:.1f} s, "
                f"{figure['ratio']:.2f} times the floor of {figure['floor_seconds']:.1f} s, peak memory "
                f"{figure['peak_mb']:,} MB",
                flush=True,
            )
    if json_path:
        Path(json_path).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", choices=["prepare", "measure"])
    parser.add_argument("--url")
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--json")
    parser.add_argument("--most", type=int, default=1_000_000, help="the largest size to measure")
    asked = parser.parse_args()
    if asked.step == "prepare":
        prepare(asked.url, asked.people)
    elif asked.step:
        print(json.dumps(measure(asked.url)))
    else:
        main(asked.json, tuple(size for size in (10_000, 100_000, 1_000_000) if size <= asked.most))
