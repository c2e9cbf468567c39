"""From stored circumstances to stored assessments, a million people, against the floor: the same rows read and written.

The target is 5 seconds a million on each database. The floor reads the very rows the verb reads and writes the very
rows it writes, by the fastest plain path, with nothing worked out between.
"""

import datetime as dt
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from billing.assessments.caseload import outcomes_store
from billing.assessments.caseload import store as caseload_store
from billing.assessments.caseload.jobs import reassess_everyone
from billing.assessments.caseload.outcomes import assess_on
from billing.assessments.rates import Rates
from billing.assessments.tables import assessment
from billing.assessments.tables import caseload as packed
from finance.assessment import default_policy, statutory_figures
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from tests.bench.assessments_county import ON, fill
from tests.bench.servers import postgresql

SECONDS_A_MILLION = 5.0
AT = dt.datetime(2025, 10, 6, 12, 0)


def measure(database: Database, people: int) -> dict[str, Any]:
    """Fill a database, assess everyone from it into it, and time each part."""
    migrate(database)
    started = time.perf_counter()
    fill(database, people, faults=False)
    filled = time.perf_counter() - started
    started = time.perf_counter()
    with database.bulk() as bulk:
        caseload_store.refresh(bulk)
    packed_in = time.perf_counter() - started
    floor = _floor(database)
    best, done = float("inf"), None
    for _ in range(2):
        started = time.perf_counter()
        done = reassess_everyone(database, ON, default_policy(), by="Bench", at=AT)
        best = min(best, time.perf_counter() - started)
    assert done is not None
    with database.begin() as connection:
        of_it = assessment.c.learned == done.change
        stored = connection.execute(select(func.count()).select_from(assessment).where(of_it)).scalar_one()
    assert stored == done.stored and done.people == stored + done.refused
    a_million = best / people * 1_000_000
    return {
        "database": "sqlite" if database.sqlite else "postgresql",
        "people": people,
        "stored": stored,
        "refused": done.refused,
        "seconds": round(best, 2),
        "seconds_a_million": round(a_million, 2),
        "target_seconds_a_million": SECONDS_A_MILLION,
        "met": a_million <= SECONDS_A_MILLION,
        "floor_seconds": round(floor, 2),
        "times_the_floor": round(best / floor, 2),
        "filling_seconds": round(filled, 2),
        "packing_seconds": round(packed_in, 2),
    }


def _floor(database: Database) -> float:
    """Read the packed rows and write rows of results, with nothing between but what makes the rows once beforehand."""
    with database.bulk() as bulk:
        made = assess_on(caseload_store.read(bulk), ON, Rates(default_policy(), statutory_figures()))
    rows = outcomes_store.words(made.take((~made.refused).nonzero()[0]), 1)
    started = time.perf_counter()
    with database.bulk() as bulk:
        bulk.read(select(packed.c.person, packed.c.starts, packed.c.who, packed.c["items"]).order_by(packed.c.person))
        bulk.append(assessment, rows)
    return time.perf_counter() - started


def main(json_path: str | None = None, people: int = 1_000_000) -> list[dict[str, Any]]:
    """Measure both databases; print, and write JSON when a path is given."""
    folder = Path(tempfile.mkdtemp(prefix="outturn-bench-"))
    results = []
    try:
        database = Database(f"sqlite:///{folder / 'bench.db'}")
        results.append(measure(database, people))
        database.close()
        _say(results[-1])
        results.append(_postgresql(people))
        _say(results[-1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if json_path:
        Path(json_path).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return results


def _postgresql(people: int) -> dict[str, Any]:
    with postgresql() as url:
        database = Database(url)
        try:
            return measure(database, people)
        finally:
            database.close()


def _say(each: dict[str, Any]) -> None:
    print(
        f"{each['database']}: {each['people']:,} people from stored circumstances to stored results in "
        f"{each['seconds']} s "
        f"({each['seconds_a_million']} s a million; target {each['target_seconds_a_million']}), "
        f"{each['times_the_floor']} times the floor of {each['floor_seconds']} s"
    )


if __name__ == "__main__":
    main(None, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
