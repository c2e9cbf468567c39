"""The SQL of facts: recording a change, looking references up, superseding versions, confirming bank details.

Changes are numbered without gaps, one at a time: whoever records one first takes :class:`LockChanges`, so a second
recorder waits, then sees all that the first wrote. What is asked about many references at once is laid in a temporary
table and joined, so the cost follows what is asked, not what is stored.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    insert,
    select,
    text,
    update,
)

from finance.columns import Bulk
from finance.facts.tables import (
    FACTS,
    bank_confirmation,
    bank_detail,
    change,
    payee,
    person,
    quarantine,
    quarantine_closed,
    waiting_answer,
)
from finance.facts.versions import believed
from finance.locking import Alone
from finance.problems import Refusal


class LockChanges(Alone):
    """Let nobody else record a change until this transaction ends. Reading goes on.

    Every fact is recorded under a change, so this puts all who record facts in a row. A change is committed before the
    next is numbered: whoever reads that the latest is 7 has 6 and all before it, and a run never passes over one that
    comes to light late.
    """

    inherit_cache = False

    def __init__(self) -> None:
        super().__init__(change)


@dataclass(frozen=True, slots=True)
class Change:
    """Who tells us something, when (UTC), and from what."""

    moment: dt.datetime
    by: str
    what: str
    source: str
    sha256: str | None = None

    def row(self, nr: int) -> dict[str, object]:
        values = {"moment": self.moment, "by": self.by, "what": self.what, "source": self.source}
        return {"nr": nr, **values, "sha256": self.sha256}


def record_change(bulk: Bulk, new: Change) -> int:
    """Record a change and give its number. Nobody else can until this transaction ends."""
    bulk.execute(LockChanges())
    nr = _next(bulk, change)
    bulk.append(change, pa.Table.from_pylist([new.row(nr)]))
    return nr


def record_change_here(connection: Connection, new: Change) -> int:
    """The same, through the door for records."""
    connection.execute(LockChanges())
    nr = 1 + (connection.execute(select(func.max(change.c.nr))).scalar_one() or 0)
    connection.execute(insert(change).values(**new.row(nr)))
    return nr


def lock_changes(connection: Connection) -> None:
    """Let nobody else record a change until this transaction ends, where none is recorded in it."""
    connection.execute(LockChanges())


def next_nr(bulk: Bulk, fact: Table) -> int:
    """The next lasting number of a fact. Safe once a change is recorded in the same transaction."""
    return _next(bulk, fact)


def _next(bulk: Bulk, table: Table) -> int:
    found = bulk.read(select(func.max(table.c.nr, type_=BigInteger).label("nr")))["nr"][0].as_py()
    return 1 + (found or 0)


def _asked(bulk: Bulk, values: pa.Array | pa.ChunkedArray) -> Select[Any]:
    """Different values, as a query to be used with ``in_`` before the next are asked for."""
    return select(bulk.stage("asked", pa.table({"asked": values})).c.asked)


def told_by(bulk: Bulk, fact: Table, refs: pa.Array) -> pa.Table:
    """Who told us of each of these (different) references, believed still or not, and when: ``ref``, ``nr``,
    ``learned``, ``superseded``, ``by``, ``moment``; every version, the oldest first.
    """
    versions = select(fact.c.ref, fact.c.nr, fact.c.learned, fact.c.superseded, change.c.by, change.c.moment)
    query = versions.join(change, change.c.nr == fact.c.learned).where(fact.c.ref.in_(_asked(bulk, refs)))
    return bulk.read(query.order_by(fact.c.learned, fact.c.nr))


def told_on(bulk: Bulk, fact: Table, owner: str, amount: str, by: str, since: dt.datetime) -> pa.Table:
    """Pence (``pence``), whichever way, that one person has told of each ``owner`` from a moment on, and is believed;
    what a second person confirmed is left out.
    """
    c = fact.c
    pence = func.sum(func.abs(c[amount]), type_=BigInteger).label("pence")
    confirmed = select(waiting_answer.c.change).where(waiting_answer.c.answer == "confirmed")
    told = select(c[owner].label("owner"), pence).join(change, change.c.nr == c.learned)
    mine = told.where(c.superseded.is_(None), change.c.by == by, change.c.moment >= since)
    return bulk.read(mine.where(change.c.nr.not_in(confirmed)).group_by(c[owner]))


def refs_beginning(bulk: Bulk, fact: Table, beginning: str) -> int:
    """How many references that begin so were ever used."""
    query = select(func.count(func.distinct(fact.c.ref), type_=BigInteger).label("count"))
    return int(bulk.read(query.where(fact.c.ref.startswith(beginning, autoescape=True)))["count"][0].as_py())


def refs_believed(bulk: Bulk, fact: Table) -> pa.Table:
    """Every reference (``ref``) believed now."""
    return bulk.read(select(fact.c.ref).where(fact.c.superseded.is_(None)))


def is_empty(bulk: Bulk, fact: Table) -> bool:
    """Whether nothing was ever recorded in a fact table."""
    return not bulk.read(select(fact.c.nr).limit(1)).num_rows


def current(bulk: Bulk, fact: Table, refs: pa.Array, columns: Sequence[str]) -> pa.Table:
    """The rows believed now, of those with these (different) references: ``ref`` and the columns asked for."""
    return current_by(bulk, fact, "ref", refs, ["ref", *columns])


def current_by(bulk: Bulk, fact: Table, column: str, values: pa.Array, columns: Sequence[str]) -> pa.Table:
    """The columns asked for, of the rows believed now whose ``column`` holds one of these (different) values."""
    query = select(*(fact.c[name] for name in columns)).where(fact.c.superseded.is_(None))
    if not len(values) or is_empty(bulk, fact):
        return bulk.read(query.where(text("1 = 0")))
    if len(values) * _MOST < next_nr(bulk, fact):
        return bulk.read(query.where(fact.c[column].in_(_asked(bulk, values))))
    everyone = bulk.read(query if column in columns else query.add_columns(fact.c[column]))
    return everyone.filter(pc.is_in(everyone[column], value_set=values)).select(list(columns))


_MOST = 4  # asking after a quarter of a table or more, it is quicker to read it all and pick


def once_believed(bulk: Bulk, fact: Table, refs: pa.Array) -> pa.Table:
    """``ref`` and ``nr`` of facts with these references that were once believed: their numbers are theirs for good."""
    old = fact.c.superseded.is_not(None)
    query = select(fact.c.ref, fact.c.nr).where(old).distinct()
    if not len(refs) or not bulk.read(select(fact.c.nr).where(old).limit(1)).num_rows:
        return bulk.read(query.where(text("1 = 0")))
    return bulk.read(query.where(fact.c.ref.in_(_asked(bulk, refs))))


def died(bulk: Bulk, people: pa.Array) -> pa.Table:
    """``nr`` and day of death (``died``) of those of these people who have died."""
    dead = person.c.superseded.is_(None) & person.c.died.is_not(None)
    return bulk.read(select(person.c.nr, person.c.died).where(person.c.nr.in_(_asked(bulk, people)), dead))


def add_versions(bulk: Bulk, fact: Table, learned: int, rows: pa.Table) -> None:
    """Begin believing rows (with their ``nr``), as learned by a change."""
    bulk.append(fact, rows.append_column("learned", pa.repeat(pa.scalar(learned, pa.int64()), rows.num_rows)))


def supersede(bulk: Bulk, fact: Table, learned: int, nrs: pa.Array) -> None:
    """Stop believing what is believed now of these facts."""
    if not len(nrs):
        return
    still = fact.c.nr.in_(_asked(bulk, nrs)) & fact.c.superseded.is_(None)
    bulk.execute(update(fact).where(still).values(superseded=learned))


def dependents(bulk: Bulk, fact: Table, column: str, owners: pa.Array) -> pa.Table:
    """References (``ref``) still believed that point at one of these facts, and at which (``owner``)."""
    found = current_by(bulk, fact, column, owners, ["ref", column])
    return found.rename_columns(["ref", "owner"])


def set_aside(bulk: Bulk, extract: str, refs: pa.Array) -> pa.Table:
    """What waits in quarantine under these references of an extract, the latest last."""
    query = select(quarantine).where(quarantine.c.extract == extract, waits()).order_by(quarantine.c.nr)
    return bulk.read(query.where(quarantine.c.ref.in_(_asked(bulk, refs))))


def already_set_aside(bulk: Bulk, extract: str) -> pa.Table:
    """Everything that waits in quarantine from an extract."""
    q = quarantine.c
    return bulk.read(select(q.source_row, q.content, q.what).where(q.extract == extract, waits()))


def waits() -> ColumnElement[bool]:
    """Of a row set aside: neither loaded right since nor closed."""
    closed = exists().where(quarantine_closed.c.quarantine == quarantine.c.nr)
    return ~closed.correlate(quarantine)


def waiting_refs(bulk: Bulk, extract: str) -> pa.Table:
    """``nr`` and ``ref`` of the rows of an extract that wait in quarantine under a reference."""
    q = quarantine.c
    return bulk.read(select(q.nr, q.ref).where(q.extract == extract, q.ref.is_not(None), waits()).order_by(q.nr))


class NotSetAside(Refusal):
    """A row is to be closed that was never set aside, or that waits no more."""


def check_waiting(connection: Connection, numbers: Sequence[int]) -> None:
    """Raise NotSetAside unless every one of these rows waits."""
    q = quarantine.c
    waiting = set(connection.execute(select(q.nr).where(q.nr.in_(numbers), waits())).scalars())
    strange = [each for each in numbers if each not in waiting]
    if strange:
        what = f"No row {strange[0]} waits in quarantine."
        raise NotSetAside(what, "See those that wait: outturn quarantine. Those closed before: --every.")


def close_righted(bulk: Bulk, learned: int, numbers: Sequence[int]) -> None:
    """Let rows set aside wait no more: a change has loaded them right."""
    if numbers:
        rows = {"quarantine": pa.array(numbers, pa.int64()), "change": pa.repeat(learned, len(numbers))}
        bulk.append(quarantine_closed, pa.table(rows))


def close_quarantine_here(connection: Connection, learned: int, numbers: Sequence[int], reason: str) -> None:
    """The same, an officer having closed them."""
    rows = [{"quarantine": each, "change": learned, "reason": reason} for each in numbers]
    connection.execute(insert(quarantine_closed), rows)


def put_aside(bulk: Bulk, learned: int, rows: list[dict[str, object]]) -> None:
    """Add rows to quarantine."""
    first = _next(bulk, quarantine)
    numbered = [{"nr": first + place, "change": learned, **row} for place, row in enumerate(rows)]
    if numbered:
        bulk.append(quarantine, pa.Table.from_pylist(numbered))


@dataclass(frozen=True, slots=True)
class ProposedBankDetails:
    """Bank details believed now, and who has confirmed them, if anyone."""

    ref: str
    nr: int
    learned: int
    payee_name: str
    proposed_by: str
    confirmed_by: str | None


def proposed_bank_details(connection: Connection, refs: Sequence[str] | None = None) -> list[ProposedBankDetails]:
    """Bank details believed now: those with these references, or all that nobody has confirmed."""
    detail, said = bank_detail.c, bank_confirmation.c
    query = (
        select(detail.ref, detail.nr, detail.learned, payee.c.name, detail.proposed_by, said.confirmed_by)
        .join(payee, (payee.c.nr == detail.payee) & payee.c.superseded.is_(None))
        .outerjoin(bank_confirmation, (said.bank_detail == detail.nr) & (said.learned == detail.learned))
        .where(detail.superseded.is_(None))
        .order_by(detail.ref)
    )
    if refs is None:
        return [ProposedBankDetails(*row) for row in connection.execute(query.where(said.confirmed_by.is_(None)))]
    wanted = list(dict.fromkeys(refs))
    parts = [wanted[place : place + _AT_ONCE] for place in range(0, len(wanted), _AT_ONCE)]
    return [
        ProposedBankDetails(*row) for part in parts for row in connection.execute(query.where(detail.ref.in_(part)))
    ]


_AT_ONCE = 5_000  # values a statement may carry


def confirmed_bank_details(known: int, on: dt.date) -> Select[Any]:
    """Where payees' money may go on a day, as confirmed by a second person by change ``known``; the last row of a payee
    stands.

    A change nobody has confirmed does not displace the version confirmed before it; a cancelled set of details is gone.
    """
    detail, word, standing = bank_detail.c, bank_confirmation.c, bank_detail.alias()
    held = select(standing.c.nr).where(believed(standing, known))
    return (
        select(detail.payee, detail.sort_code, detail.account_number, detail.account_name, detail.roll_number)
        .join_from(bank_detail, bank_confirmation, and_(detail.nr == word.bank_detail, detail.learned == word.learned))
        .where(word.change <= known, detail.starts <= on, detail.nr.in_(held))
        .order_by(detail.starts, detail.learned, detail.nr)
    )


def confirm(
    connection: Connection, details: Sequence[ProposedBankDetails], by: str, evidence: str, learned: int
) -> None:
    """Record a second person's word for bank details. The database refuses the proposer's own."""
    connection.execute(
        insert(bank_confirmation),
        [
            {
                "bank_detail": each.nr,
                "learned": each.learned,
                "proposed_by": each.proposed_by,
                "confirmed_by": by,
                "change": learned,
                "evidence": evidence,
            }
            for each in details
        ],
    )


def counts(connection: Connection) -> dict[str, int]:
    """How many rows of each fact are believed now."""
    return {
        name: connection.execute(select(func.count()).select_from(fact).where(fact.c.superseded.is_(None))).scalar_one()
        for name, fact in FACTS.items()
    }
