"""What one released run of charges charged for eligible needs, week by week: read from the ledger and the run's steps.

What counts is what the person is charged (Care Act s.15(2)(a) as amended): the assessed charge, less what the council
has waived, whoever collects it. Top-ups, arrangement fees, flat and one-off charges are no charges for eligible needs.

The ledger says how much stands for a line and bill period; the steps say on which days. Where a run worked a period out
and its money was held, the two do not agree, and what was posted is shared over the days instead.
"""

import numpy as np
import pyarrow as pa
from sqlalchemy import Select, and_, or_, select

from billing.care_accounts.spreading import COUNTED_KINDS, CountedEntries, spread
from billing.charges.store import read_calendar_at
from finance.columns import Bulk, Ints, ints, texts
from finance.facts.tables import service, service_line
from ledgers.jobs import unparquet
from ledgers.streams import CHARGES
from ledgers.tables import chunk, entry
from ledgers.tables import run as ledger_run

CARE_HOMES = ("residential", "nursing")
BEFORE_THE_CAP = "before_cap"  # a step's charge before the cap limits it, where the run watches the cap
_STEPS = ("subject", "person", "kind", "starts", "ends", "weeks", "charge", "waived")


def charged(bulk: Bulk, run: int) -> pa.Table:
    """Rows of ``posted_charges.ROWS``, one a line and week, for every line and period this run has something to
    say of.
    """
    r = ledger_run.c
    told = bulk.read(select(r.calendar, r.known).where(r.nr == run)).to_pylist()[0]
    calendar = read_calendar_at(bulk, told["calendar"], told["known"])
    made = _steps(bulk, run)
    mine = _posted(
        bulk,
        select(entry.c.subject, entry.c.period_starts, entry.c.amount, entry.c.run).where(
            entry.c.stream == CHARGES.name, entry.c.run == run, entry.c.kind.in_(COUNTED_KINDS)
        ),
    )
    lines = np.union1d(ints(made, "subject"), mine.line)
    homes, person = _lines(bulk, lines, told["known"])
    every = _ledger(bulk, lines, run)
    return spread(made, mine, every, calendar.period_starts, lines, person, homes)


def _steps(bulk: Bulk, run: int) -> pa.Table:
    """The run's steps of assessed charges, from all its chunks."""
    blobs = bulk.read(select(chunk.c.steps).where(chunk.c.run == run).order_by(chunk.c.number))["steps"].to_pylist()
    parts = []
    for blob in blobs:
        part = unparquet(blob)
        names = [*_STEPS, BEFORE_THE_CAP] if BEFORE_THE_CAP in part.column_names else list(_STEPS)
        part = part.select(names)
        if BEFORE_THE_CAP not in names:
            part = part.append_column(BEFORE_THE_CAP, part["charge"])
        parts.append(part.filter(pa.array(texts(part, "kind") == COUNTED_KINDS[0])))
    return pa.concat_tables(parts)


def _posted(bulk: Bulk, query: Select[tuple[int, object, int, int]]) -> CountedEntries:
    rows = bulk.read(query)
    return CountedEntries(ints(rows, "subject"), ints(rows, "period_starts"), ints(rows, "amount"))


def _ledger(bulk: Bulk, lines: Ints, run: int) -> CountedEntries:
    """All that stands in the ledger for these lines by the time this run was released."""
    r = ledger_run.c
    asked = bulk.stage("care_account_lines", pa.table({"line": lines}))
    when = bulk.read(select(r.nr, r.released_at).where(r.nr == run))["released_at"].to_pylist()[0]
    by_then = select(r.nr).where(
        r.stream == CHARGES.name, or_(r.released_at < when, and_(r.released_at == when, r.nr <= run))
    )
    return _posted(
        bulk,
        select(entry.c.subject, entry.c.period_starts, entry.c.amount, entry.c.run).where(
            entry.c.stream == CHARGES.name,
            entry.c.kind.in_(COUNTED_KINDS),
            entry.c.run.in_(by_then),
            entry.c.subject.in_(select(asked.c.line)),
        ),
    )


def _lines(bulk: Bulk, lines: Ints, known: int) -> tuple[Ints, Ints]:
    """For each line whether its service is a care home (1), and its person: the newest version by then."""
    asked = bulk.stage("care_account_lines", pa.table({"line": lines}))
    one, kind = service_line.c, service.c
    rows = bulk.read(
        select(one.nr, one.learned, one.person, kind.kind, kind.learned.label("told"))
        .join_from(service_line, service, kind.nr == one.service)
        .where(one.nr.in_(select(asked.c.line)), one.learned <= known, kind.learned <= known)
    )
    nr = ints(rows, "nr")
    order = np.lexsort((ints(rows, "told"), ints(rows, "learned"), nr))
    last = np.append(nr[order][1:] != nr[order][:-1], True) if len(order) else np.empty(0, bool)
    newest = order[last]
    place = np.searchsorted(lines, nr[newest])
    homes, person = np.zeros(len(lines), np.int64), np.full(len(lines), -1, np.int64)
    homes[place] = np.isin(texts(rows, "kind")[newest], CARE_HOMES)
    person[place] = ints(rows, "person")[newest]
    return homes, person
