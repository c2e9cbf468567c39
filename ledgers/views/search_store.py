"""SQL of searching what every stream shares: runs, by number or calendar, and officers by name."""

import re

import pyarrow as pa
from sqlalchemy import Connection

from finance.days import spoken
from finance.facts.searching import SAME, AskedFor, Found, nearness
from finance.money import sterling
from finance.references import number_in
from ledgers import store
from ledgers.officers.views_store import read_officers
from ledgers.runs import Run


def search_runs(connection: Connection, wanted: AskedFor) -> list[Found]:
    """Runs of this number, said with the word or without it; or of a calendar so called."""
    number = number_in(re.sub("^run", "", wanted.whole))
    runs = store.read_runs(connection)
    near = nearness(wanted, pa.array([each.calendar_name for each in runs], pa.string()), [])
    found = []
    for run, how in zip(runs, near.tolist(), strict=True):
        if run.nr == number or how >= 0:
            at = SAME if run.nr == number else how
            found.append(Found(run.stream, run.nr, f"run {run.nr}", run.calendar_name, at, about=_about(run)))
    return found


def _about(run: Run) -> str:
    return f"{run.status}, {sterling(run.total)}, to be paid or billed on {spoken(run.pay_date)}"


def search_officers(connection: Connection, wanted: AskedFor) -> list[Found]:
    """Officers on the list, by name."""
    officers = read_officers(connection).officers
    near = nearness(wanted, pa.array([each.name for each in officers], pa.string()), [])
    return [
        Found("officer", place, each.name, each.name, how, about=each.role)
        for place, (each, how) in enumerate(zip(officers, near.tolist(), strict=True))
        if how >= 0
    ]
