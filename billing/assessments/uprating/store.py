"""The SQL of upratings: what was previewed, sealed in chunks; who approved; what has been applied."""

import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, Row, func, insert, or_, select, text, update

from billing.assessments.in_force import Decisions
from billing.assessments.tables import (
    assessment,
    assessment_batch,
    circumstance,
    income,
    uprating,
    uprating_approval,
    uprating_chunk,
)
from billing.assessments.uprating.effect import People
from finance.columns import Bulk, Ints, ints
from finance.days import Span
from finance.facts.tables import person, service_line
from finance.facts.versions import believed
from finance.locking import Alone

PEOPLE_A_CHUNK = 100_000


def amounts_kept(bulk: Bulk, known: int, span: Span) -> pa.Table:
    """Incomes given as an amount before an uprating's days that still stand after them, with none given anew in
    between.

    An uprating leaves them as they are. Columns: person, kind, amount (pence), frequency, starts.
    """
    i, other = income.c, income.alias()
    anew = select(other.c.nr).where(
        other.c.person == i.person,
        other.c.kind == i.kind,
        other.c.starts >= span.first,
        other.c.starts < span.end,
        believed(other, known),
    )
    return bulk.read(
        select(i.person, i.kind, i.amount, i.frequency, i.starts)
        .where(
            believed(income, known),
            i.amount.is_not(None),
            or_(i.starts.is_(None), i.starts < span.first),
            or_(i.ends.is_(None), i.ends >= span.end),
            ~anew.exists(),
        )
        .order_by(i.person, i.kind)
    )


@dataclass(frozen=True, slots=True)
class Chunk:
    """One sealed part of a preview."""

    people: bytes
    words: bytes
    rows: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.people + self.words).hexdigest()


def parquet(rows: pa.Table) -> bytes:
    """A table as Parquet: the same rows give the same bytes."""
    made = io.BytesIO()
    pq.write_table(rows, made, compression="zstd")
    return made.getvalue()


def from_parquet(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def chunks(everyone: People, words: pa.Table) -> list[Chunk]:
    """A preview cut by person into parts that can be applied one at a time."""
    owners = np.asarray(words["person"].to_numpy(), np.int64)
    made = []
    for first in range(0, max(len(everyone), 1), PEOPLE_A_CHUNK):
        place = np.arange(first, min(first + PEOPLE_A_CHUNK, len(everyone)))
        who = everyone.person[place]
        inside = (owners >= who[0]) & (owners <= who[-1]) if len(who) else np.zeros(len(owners), bool)
        made.append(Chunk(parquet(_people(everyone, place)), parquet(words.filter(pa.array(inside))), len(place)))
    return made


def _people(everyone: People, place: Ints) -> pa.Table:
    columns = {name: getattr(everyone, name)[place] for name in People.__slots__}
    return pa.table(
        {name: pa.array(values, pa.string()) if name == "why" else values for name, values in columns.items()}
    )


def people_of(contents: list[bytes]) -> People:
    """Everyone in a preview, from its chunks."""
    rows = pa.concat_tables([from_parquet(each) for each in contents])
    columns = {name: ints(rows, name) for name in People.__slots__ if name != "why"}
    return People(**columns, why=np.asarray(rows["why"].to_pylist(), object))


def signature(hashes: list[str], rates: str) -> str:
    """One hash over every chunk, in order, and the figures they rest on."""
    return hashlib.sha256("\n".join([*hashes, rates]).encode()).hexdigest()


def add(connection: Connection, values: dict[str, Any], made: list[Chunk]) -> int:
    """Keep a preview. Gives its number."""
    connection.execute(Alone(uprating))
    nr = 1 + int(connection.execute(select(func.max(uprating.c.nr))).scalar_one() or 0)
    connection.execute(insert(uprating).values(nr=nr, **values))
    connection.execute(
        insert(uprating_chunk),
        [
            {
                "uprating": nr,
                "chunk": place,
                "rows": each.rows,
                "people": each.people,
                "words": each.words,
                "sha256": each.sha256,
                "applied": False,
            }
            for place, each in enumerate(made)
        ],
    )
    return nr


def find(connection: Connection, nr: int) -> Row[Any] | None:
    return connection.execute(select(uprating).where(uprating.c.nr == nr)).first()


def every(connection: Connection) -> list[Row[Any]]:
    """Every uprating with its approver, the latest first."""
    query = select(uprating, uprating_approval.c.approved_by).outerjoin(
        uprating_approval, uprating_approval.c.uprating == uprating.c.nr
    )
    return list(connection.execute(query.order_by(uprating.c.nr.desc())))


def chunk_people(connection: Connection, nr: int) -> list[bytes]:
    query = select(uprating_chunk.c.people).where(uprating_chunk.c.uprating == nr).order_by(uprating_chunk.c.chunk)
    return list(connection.execute(query).scalars())


def chunk_words(bulk: Bulk, nr: int, chunk: int) -> pa.Table:
    which = (uprating_chunk.c.uprating == nr) & (uprating_chunk.c.chunk == chunk)
    return from_parquet(bulk.read(select(uprating_chunk.c.words).where(which))["words"][0].as_py())


def unapplied(bulk: Bulk, nr: int) -> list[int]:
    """Chunks not applied yet, in order."""
    which = (uprating_chunk.c.uprating == nr) & uprating_chunk.c.applied.is_(False)
    query = select(uprating_chunk.c.chunk).where(which).order_by(uprating_chunk.c.chunk)
    return list(bulk.read(query)["chunk"].to_pylist())


def row_of(bulk: Bulk, nr: int) -> dict[str, Any]:
    """An uprating, as it stands now that nobody else can move it on."""
    bulk.execute(Alone(uprating))
    return dict(bulk.read(select(uprating).where(uprating.c.nr == nr)).to_pylist()[0])


def alone(connection: Connection) -> None:
    """Let nobody else move an uprating on until this transaction ends."""
    connection.execute(Alone(uprating))


def hashes(connection: Connection, nr: int) -> tuple[list[str], bool]:
    """The hashes of a preview's chunks, and whether each is still that of its content."""
    rows = connection.execute(
        select(uprating_chunk).where(uprating_chunk.c.uprating == nr).order_by(uprating_chunk.c.chunk)
    )
    found, whole = [], True
    for row in rows:
        found.append(row.sha256)
        whole &= Chunk(bytes(row.people), bytes(row.words), row.rows).sha256 == row.sha256
    return found, whole


def approve(connection: Connection, row: Row[Any], by: str, at: dt.datetime) -> None:
    """Record a second person's signature. The database refuses the preparer's own, or one over anything else."""
    connection.execute(
        insert(uprating_approval).values(
            uprating=row.nr, prepared_by=row.prepared_by, approved_by=by, signature=row.signature, approved_at=at
        )
    )


def approver(connection: Connection, nr: int) -> str | None:
    """Who approved an uprating, if anybody has."""
    return connection.execute(
        select(uprating_approval.c.approved_by).where(uprating_approval.c.uprating == nr)
    ).scalar()


def set_status(connection: Connection, nr: int, status: str, **more: Any) -> None:
    connection.execute(update(uprating).where(uprating.c.nr == nr).values(status=status, **more))


def move(bulk: Bulk, nr: int, status: str, **more: Any) -> None:
    bulk.execute(update(uprating).where(uprating.c.nr == nr).values(status=status, **more))


def add_batch(bulk: Bulk, change: int, kind: str, known: int, rates: str, uprating: int) -> None:
    """Record what a batch of assessments is made from."""
    rows = {"change": [change], "kind": [kind], "known": [known], "rates": [rates], "uprating": [uprating]}
    bulk.append(assessment_batch, pa.table(rows))


def mark_applied(bulk: Bulk, nr: int, chunk: int) -> None:
    which = (uprating_chunk.c.uprating == nr) & (uprating_chunk.c.chunk == chunk)
    bulk.execute(update(uprating_chunk).where(which).values(applied=True))


def words_between(bulk: Bulk, first: dt.date, end: dt.date | None, known: int | None = None) -> Decisions:
    """Everything said about any day in a span, as known at a change."""
    query = select(*_COLUMNS).where(or_(assessment.c.ends.is_(None), assessment.c.ends > first))
    if end is not None:
        query = query.where(assessment.c.starts < end)
    if known is not None:
        query = query.where(assessment.c.learned <= known)
    return Decisions.of(bulk.read(query))


def words_of(bulk: Bulk, change: int) -> Decisions:
    """Everything one change said."""
    return Decisions.of(bulk.read(select(*_COLUMNS).where(assessment.c.learned == change)))


def words_after(bulk: Bulk, change: int) -> Decisions:
    """Everything said since a change. Where no batch is later, the assessments need not be looked through."""
    later = select(assessment_batch.c.change).where(assessment_batch.c.change > change).limit(1)
    if not bulk.read(later).num_rows:
        return Decisions.of(bulk.read(select(*_COLUMNS).where(text("1 = 0"))))
    return Decisions.of(bulk.read(select(*_COLUMNS).where(assessment.c.learned > change)))


_COLUMNS = (
    assessment.c.person,
    assessment.c.starts,
    assessment.c.ends,
    assessment.c.learned,
    assessment.c.charge,
    assessment.c.council_pays,
    assessment.c.how,
    assessment.c.can_pay,
)


def served(bulk: Bulk, on: dt.date) -> Ints:
    """People with care planned on a day."""
    line = service_line.c
    query = select(line.person).where(
        line.superseded.is_(None), line.starts <= on, or_(line.ends.is_(None), line.ends > on)
    )
    return np.unique(ints(bulk.read(query.distinct()), "person"))


def dead(bulk: Bulk, on: dt.date) -> Ints:
    """People who died before a day."""
    return np.unique(
        ints(bulk.read(select(person.c.nr).where(person.c.superseded.is_(None), person.c.died < on)), "nr")
    )


def left_out_dead(connection: Connection, on: dt.date, known: int) -> int:
    """How many people died before a day on which they have circumstances or a charge, as known at a change."""
    c, a = circumstance.c, assessment.c
    facts = select(c.nr).where(
        c.person == person.c.nr, c.starts <= on, or_(c.ends.is_(None), c.ends > on), believed(circumstance, known)
    )
    charges = select(a.person).where(
        a.person == person.c.nr, a.starts <= on, or_(a.ends.is_(None), a.ends > on), a.learned <= known
    )
    which = believed(person, known), person.c.died < on, or_(facts.exists(), charges.exists())
    return int(connection.execute(select(func.count()).select_from(person).where(*which)).scalar_one())
