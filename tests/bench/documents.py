"""Papers a second: laid out by two processes, and a whole run issued from the database, against the least it could
take.

The floor is an empty one-page PDF/UA-1 document compiled as often, by as many processes, in the same run. Run it as
``python -m tests.bench.documents``.
"""

import argparse
import datetime as dt
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from billing.documents.content import Bill
from billing.documents.issuing import Order
from billing.documents.jobs import issue_documents
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.documents.press import AT_ONCE, Press, lay_out
from interfaces.documents.rendering import compiled
from ledgers import store as ledger
from tests.billing.charges import charged_council
from tests.billing.documents.billed_council import AT, COUNCIL, OFFICER, correspondent
from tests.interfaces.documents.papers import BILL_PAPER

WORKERS = 2
WANTED = 60  # papers a second
EMPTY = b'#set document(title: "Nothing", date: none)\n#set text(lang: "en", font: "Libertinus Serif")\nNothing\n'
_clock = time.perf_counter


def _bills(count: int, start: int = 0) -> Iterator[Bill]:
    """As many different bills, each a page or three with a line of every sort."""
    for place in range(start, start + count):
        yield replace(
            BILL_PAPER,
            number=f"B{place:07}",
            reference=f"BP{place:06}",
            payer=f"Person {place}",
            about=f"Person {place}",
            to=replace(BILL_PAPER.to, name=f"Person {place}"),
            brought_forward=place,
        )


def _some_empty(count: int) -> int:
    return sum(len(compiled(EMPTY, {"place": str(place)})) for place in range(count))


def _least(pool: ProcessPoolExecutor, count: int) -> float:
    start = _clock()
    sizes: Iterable[int] = pool.map(_some_empty, [AT_ONCE] * (count // AT_ONCE))
    assert all(sizes)
    return _clock() - start


def measure_layout(count: int) -> dict[str, Any]:
    """Bills laid out, sealed and packed by two warm processes; and an empty page as often by two others."""
    with Press(WORKERS) as press:
        list(press.lay_out(Order(each, 1) for each in _bills(WORKERS * AT_ONCE * 2)))
        start = _clock()
        made = sum(1 for _ in press.lay_out(Order(each, 1) for each in _bills(count, 1_000)))
        took = _clock() - start
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        _least(pool, WORKERS * AT_ONCE * 2)
        floor = _least(pool, count)
    return {
        "papers": made,
        "seconds": took,
        "a_second": made / took,
        "floor_seconds": floor,
        "ratio": took / floor,
        "processor_ms": measure_one(),
    }


def measure_one(count: int = 40) -> float:
    """Milliseconds of processor one paper takes in one warm process: the same however busy the machine is, nearly."""
    orders = [Order(each, 1) for each in _bills(count, 500_000)]
    lay_out(orders[0])
    start = time.process_time()
    for each in orders[1:]:
        lay_out(each)
    return 1000 * (time.process_time() - start) / (count - 1)


def _county(database: Database, people: int) -> int:
    """A released run with a bill for each of so many people in a home and at home."""
    f = charged_council.FACTS
    numbers = range(1, people + 1)
    more: dict[str, list[dict[str, object]]] = {
        "people": [
            {
                "person_ref": f"P{n}",
                "name": f"Person {n}",
                "date_of_birth": "1941-02-28",
                "primary_support_reason": "memory and cognition",
            }
            for n in numbers
        ],
        "packages": [{"package_ref": f"PK{n}", "person_ref": f"P{n}", "start_date": "2024-06-03"} for n in numbers],
        "service_lines": [
            {
                "line_ref": f"L{n}",
                "package_ref": f"PK{n}",
                "contract_ref": "K1",
                "service_ref": "HC",
                "unit": "hour",
                "quantity": str(3 + n % 20),
                "start_date": "2026-04-06",
            }
            for n in numbers
        ],
        "bill_payers": [
            {
                "payer_ref": f"BP{n}",
                "name": f"Person {n}",
                "kind": "client",
                "person_ref": f"P{n}",
                "calendar_ref": "B4",
            }
            for n in numbers
        ],
        "correspondents": [correspondent(f"W{n}", f"BP{n}", f"Person {n}") for n in numbers],
    }
    charged_council.tell(database, **{name: rows for name, rows in f.items() if name not in more}, **more)
    with database.begin() as connection:
        ledger.add_officers(connection, charged_council.OFFICERS, {"officer": 10**7, "manager": 10**12})
    _assess(database, people)
    return charged_council.bill(database).nr


def _assess(database: Database, people: int) -> None:
    from sqlalchemy import insert, select

    from billing.assessments.tables import assessment
    from finance.facts.store import Change, record_change_here
    from finance.facts.tables import person

    with database.begin() as connection:
        learned = record_change_here(connection, Change(AT, "assessor", "assessed", "bench"))
        nrs = connection.execute(select(person.c.nr).order_by(person.c.nr)).scalars().all()
        connection.execute(
            insert(assessment),
            [
                {
                    "person": nr,
                    "starts": dt.date(2024, 6, 3),
                    "ends": None,
                    "learned": learned,
                    "charge": 6_000 + nr,
                    "council_pays": 0,
                    "how": 0,
                }
                for nr in nrs
            ],
        )
    assert len(nrs) == people


def measure_issue(people: int) -> dict[str, Any]:
    """A released run's bills from the database to papers in it, and begun again with nothing left to do."""
    folder = Path(tempfile.mkdtemp(prefix="outturn-bench-papers-"))
    try:
        database = Database(f"sqlite:///{folder / 'bench.db'}")
        migrate(database)
        run = _county(database, people)
        with Press(WORKERS) as press:
            list(press.lay_out(Order(each, 1) for each in _bills(WORKERS * AT_ONCE)))
            start = _clock()
            done = issue_documents(database, run, COUNCIL, press, by=OFFICER, at=AT, on=AT.date())
            took = _clock() - start
        assert done.papers == people and not done.problems
        database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "papers": done.papers,
        "seconds": took,
        "a_second": done.papers / took,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main(count: int = 800, people: int = 1_000, json_path: str | None = None) -> None:
    """Measure both and print a line for each; ``json_path``: keep the figures there too."""
    layout, whole = measure_layout(count), measure_issue(people)
    print(
        f"layout: {layout['a_second']:.0f} papers a second in {WORKERS} processes (at least {WANTED} wanted), "
        f"{layout['ratio']:.1f} times an empty page; {layout['processor_ms']:.0f} ms of processor each",
        flush=True,
    )
    print(
        f"a run issued: {whole['a_second']:.0f} papers a second, {whole['papers']:,} bills, peak memory "
        f"{whole['peak_mb']:,} MB "
        "beside the two processes",
        flush=True,
    )
    if json_path:
        Path(json_path).write_text(json.dumps({"layout": layout, "issue": whole}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=800)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--json")
    asked = parser.parse_args()
    main(asked.count, asked.people, asked.json)
