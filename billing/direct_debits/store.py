"""The SQL of direct debits: mandates and what happened to them, collections and theirs."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, Table, and_, func, select

from billing import tables as b
from billing.direct_debits import tables as t
from billing.direct_debits.announcing import Announcement, CollectionStanding, MandateFacts
from billing.direct_debits.states import OPEN, CollectionStatus, MandateStatus
from finance.columns import Bulk, Ints
from finance.facts import tables as f


def among(bulk: Bulk, query: Select[Any], column: ColumnElement[Any], wanted: Iterable[int] | Ints | None) -> pa.Table:
    if wanted is None:
        return bulk.read(query)
    values = wanted if isinstance(wanted, np.ndarray) else list(wanted)
    staged = bulk.stage("debits_asked", pa.table({"asked": pa.array(values, pa.int64())}))
    return bulk.read(query.where(column.in_(select(staged.c.asked))))


# Mandates -------------------------------------------------------------------------------------------------------------


def read_mandates(bulk: Bulk, payers: Ints | None = None) -> list[MandateFacts]:
    """Every mandate believed now, as it stands. No bank details are read."""
    told = t.mandate.c
    query = select(told.nr, told.ref, told.bill_payer, told.lodged).where(told.superseded.is_(None)).order_by(told.nr)
    rows = among(bulk, query, told.bill_payer, payers).to_pylist()
    numbers = [row["nr"] for row in rows] if payers is not None else None
    happened = t.mandate_event.c
    events = among(
        bulk,
        select(happened.mandate, happened.status, happened.on).order_by(happened.mandate, happened.step),
        happened.mandate,
        numbers,
    ).to_pylist()
    status = {event["mandate"]: MandateStatus(event["status"]) for event in events}
    lodged = {event["mandate"]: event["on"] for event in events if event["status"] == MandateStatus.LODGED}
    used = _last_used(bulk, numbers)
    return [
        MandateFacts(
            row["nr"],
            row["ref"],
            row["bill_payer"],
            status.get(row["nr"], MandateStatus.LODGED if row["lodged"] else MandateStatus.SIGNED),
            lodged.get(row["nr"], row["lodged"]),
            used.get(row["nr"]),
        )
        for row in rows
    ]


def _last_used(bulk: Bulk, mandates: list[int] | None) -> dict[int, dt.date]:
    """The last day each mandate was used at the bank."""
    made, happened = t.collection.c, t.collection_event.c
    query = (
        select(made.mandate, func.max(happened.collect_on).label("on"))
        .join(t.collection, made.nr == happened.collection)
        .where(happened.status == CollectionStatus.COLLECTED)
        .group_by(made.mandate)
    )
    rows = among(bulk, query, made.mandate, mandates)
    return dict(zip(rows["mandate"].to_pylist(), rows["on"].to_pylist(), strict=True))


def mandate_steps(bulk: Bulk, mandates: Sequence[int]) -> dict[int, int]:
    """The last step of each of these mandates (0: nothing has happened yet)."""
    happened = t.mandate_event.c
    query = select(happened.mandate, func.max(happened.step, type_=BigInteger).label("step")).group_by(happened.mandate)
    rows = among(bulk, query, happened.mandate, mandates)
    return {
        **dict.fromkeys(mandates, 0),
        **dict(zip(rows["mandate"].to_pylist(), rows["step"].to_pylist(), strict=True)),
    }


def add_mandate_events(bulk: Bulk, change: int, events: Sequence[Mapping[str, object]]) -> None:
    """Record what happened to mandates: mandate, step, status, on, reason, note."""
    append(bulk, t.mandate_event, [{"change": change, "reason": None, "note": None, **each} for each in events])


def append(bulk: Bulk, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        bulk.append(table, pa.Table.from_pylist([dict(each) for each in rows], schema=_schema(table)))


def _schema(table: Table) -> pa.Schema:
    kinds = {"BIGINT": pa.int64(), "SMALLINT": pa.int16(), "DATE": pa.date32(), "INTEGER": pa.int32()}
    return pa.schema([pa.field(each.name, kinds.get(str(each.type), pa.string())) for each in table.columns])


def read_died(bulk: Bulk, payers: Ints) -> set[int]:
    """Those of these payers who are clients we know to have died."""
    payer, person = b.bill_payer.c, f.person.c
    query = (
        select(payer.nr)
        .join(f.person, and_(person.nr == payer.person, person.superseded.is_(None)))
        .where(payer.superseded.is_(None), person.died.is_not(None))
    )
    return set(among(bulk, query, payer.nr, payers)["nr"].to_pylist())


# Collections ----------------------------------------------------------------------------------------------------------


def read_open(bulk: Bulk, payers: Ints | None = None) -> list[CollectionStanding]:
    """Collections announced, requested or presented again."""
    made = t.collection.c
    last = t.collection_event.alias("last")
    later = t.collection_event.alias("later")
    newest = ~select(later.c.step).where(later.c.collection == last.c.collection, later.c.step > last.c.step).exists()
    query = (
        select(made.nr, made.bill_payer)
        .join(last, last.c.collection == made.nr)
        .where(last.c.status.in_([str(each) for each in OPEN]), newest)
    )
    rows = among(bulk, query, made.bill_payer, payers)
    return read_collections(bulk, rows["nr"].to_pylist())


def read_collections(bulk: Bulk, numbers: Sequence[int]) -> list[CollectionStanding]:
    """These collections as they stand, by number."""
    if not len(numbers):
        return []
    made, part, happened = t.collection.c, t.collection_bill.c, t.collection_event.c
    parts: dict[int, list[tuple[int, int]]] = {}
    for row in among(
        bulk, select(t.collection_bill).order_by(part.collection, part.bill), part.collection, numbers
    ).to_pylist():
        parts.setdefault(row["collection"], []).append((row["bill"], row["amount"]))
    events: dict[int, list[dict[str, Any]]] = {}
    query = select(
        happened.collection, happened.step, happened.status, happened.on, happened.collect_on, happened.reason
    )
    for row in among(
        bulk, query.order_by(happened.collection, happened.step), happened.collection, numbers
    ).to_pylist():
        events.setdefault(row["collection"], []).append(row)
    rows = among(bulk, select(t.collection).order_by(made.nr), made.nr, numbers).to_pylist()
    return [_standing(row, tuple(parts[row["nr"]]), events[row["nr"]]) for row in rows]


def _standing(
    row: Mapping[str, Any], parts: tuple[tuple[int, int], ...], events: Sequence[Mapping[str, Any]]
) -> CollectionStanding:
    last = events[-1]
    represented = [place for place, each in enumerate(events) if each["status"] == CollectionStatus.REPRESENTED]
    first = events[: represented[0]] if represented else events
    return CollectionStanding(
        row["nr"],
        row["mandate"],
        row["bill_payer"],
        row["amount"],
        row["announced"],
        row["plan"],
        row["instalment"],
        parts,
        CollectionStatus(last["status"]),
        last["step"],
        last["on"],
        last["collect_on"],
        first[-1]["collect_on"],
        last["reason"],
        bool(represented),
    )


def numbers_of(bulk: Bulk, payer: int | None = None, limit: int | None = None) -> list[int]:
    """Numbers of collections, the newest last: of one payer, or no more than so many."""
    made = t.collection.c
    query = select(made.nr).order_by(made.nr.desc())
    query = query if payer is None else query.where(made.bill_payer == payer)
    return list(reversed(bulk.read(query.limit(limit) if limit else query)["nr"].to_pylist()))


def next_collection(bulk: Bulk) -> int:
    """The next number of a collection. Safe once a change is recorded in the same transaction."""
    found = bulk.read(select(func.max(t.collection.c.nr, type_=BigInteger).label("nr")))["nr"][0].as_py()
    return 1 + (found or 0)


def add_collections(bulk: Bulk, change: int, on: dt.date, announced: Sequence[Announcement]) -> list[int]:
    """Record what was announced; gives the numbers."""
    first = next_collection(bulk)
    numbered = list(enumerate(announced, first))
    append(
        bulk,
        t.collection,
        [
            {
                "nr": nr,
                "change": change,
                "mandate": each.mandate.nr,
                "bill_payer": each.mandate.bill_payer,
                "amount": each.amount,
                "announced": on,
                "plan": each.plan,
                "instalment": each.instalment,
            }
            for nr, each in numbered
        ],
    )
    append(
        bulk,
        t.collection_bill,
        [{"collection": nr, "bill": bill, "amount": pence} for nr, each in numbered for bill, pence in each.parts],
    )
    add_collection_events(
        bulk,
        change,
        [
            {"collection": nr, "step": 1, "status": CollectionStatus.ANNOUNCED, "on": on, "collect_on": each.collect_on}
            for nr, each in numbered
        ],
    )
    return [nr for nr, _ in numbered]


def add_collection_events(bulk: Bulk, change: int, events: Sequence[Mapping[str, object]]) -> None:
    """Record what happened to collections: collection, step, status, on, collect_on, reason, note."""
    append(
        bulk,
        t.collection_event,
        [{"change": change, "reason": None, "note": None, **each, "status": str(each["status"])} for each in events],
    )


# At the desk ----------------------------------------------------------------------------------------------------------


def accounts_in_use(bulk: Bulk, sort_code: str, account_number: str) -> list[str]:
    """References of mandates believed now on an account."""
    told = t.mandate.c
    query = select(told.ref).where(
        told.superseded.is_(None), told.sort_code == sort_code, told.account_number == account_number
    )
    return list(bulk.read(query.order_by(told.ref))["ref"].to_pylist())


def ever_used(bulk: Bulk, ref: str) -> bool:
    """Whether a reference was ever a mandate's."""
    return bool(bulk.read(select(t.mandate.c.nr).where(t.mandate.c.ref == ref).limit(1)).num_rows)


def list_mandates(connection: Connection) -> list[Row[Any]]:
    """Mandates believed now with their payers; of the account, only what may be shown."""
    told, payer = t.mandate.c, b.bill_payer.c
    query = (
        select(
            told.nr,
            told.ref,
            told.bill_payer,
            told.account_name,
            told.account_number,
            told.signed,
            payer.ref.label("payer_ref"),
            payer.name.label("payer_name"),
        )
        .outerjoin(b.bill_payer, and_(payer.nr == told.bill_payer, payer.superseded.is_(None)))
        .where(told.superseded.is_(None))
        .order_by(told.ref)
    )
    return list(connection.execute(query))


def history(connection: Connection, table: Table, column: str, nr: int) -> list[Row[Any]]:
    """What happened to one mandate or collection, in order, with who did it and when."""
    query = (
        select(table, f.change.c.by, f.change.c.moment)
        .join(f.change, f.change.c.nr == table.c.change)
        .where(table.c[column] == nr)
        .order_by(table.c.step)
    )
    return list(connection.execute(query))
