"""The SQL of papers: what a run's bills are made of, each paper as issued, and the records of sending."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Row, Select, Table, and_, cast, exists, func, insert, select, true
from sqlalchemy.types import BigInteger

from billing import tables as b
from billing.assessments.tables import assessment as a
from billing.documents import tables as t
from billing.documents.content import STATEMENT, Bill
from billing.documents.issuing import LaidOut
from billing.receipts.balances_store import BILLED, EFFECT, RECEIVABLE
from billing.receipts.tables import receipt
from billing.tables import number_of
from finance.columns import Bulk
from finance.facts import tables as f
from finance.facts.versions import believed
from finance.problems import Refusal
from finance.references import number_in
from ledgers import tables as ledger
from ledgers.entries_store import InOrder
from ledgers.runs import POSTED

_e, _run = ledger.entry.c, ledger.run.c


class NoSuchPaper(Refusal):
    """No paper of that number has been issued."""


# What bills are made of -----------------------------------------------------------------------------------------------


def bills_to_issue(bulk: Bulk, run: int) -> pa.Table:
    """A run's bills that have no paper yet, in order of number."""
    bill, made = b.bill, t.document.c
    there = exists().where(made.bill == bill.c.nr, made.format == "pdf")
    return bulk.read(select(bill).where(bill.c.run == run, ~there).order_by(bill.c.nr))


def bills_before(bulk: Bulk, parties: pa.Table) -> pa.Table:
    """Every bill of these payers: nr, run, party, stream, kind, issued, amount."""
    staged = bulk.stage("papers_of", parties)
    c = b.bill.c
    return bulk.read(
        select(c.nr, c.run, c.party, c.stream, c.kind, c.issued, c.amount)
        .where(c.party.in_(select(staged.c.party)))
        .order_by(c.party, c.nr)
    )


def read_runs_in_order(bulk: Bulk) -> pa.Table:
    """Every run posted, in the order they were released: a pay run raises recharges too."""
    posted = _run.status.in_([str(each) for each in POSTED])
    return bulk.read(select(_run.nr, _run.stream, _run.released_at).where(posted).order_by(_run.released_at, _run.nr))


def _of_parties(bulk: Bulk, parties: pa.Table, *columns: Any) -> Select[Any]:
    """Entries of these payers in the receivable streams: by run and payer, as they are indexed."""
    staged = bulk.stage("accounts_of", parties)
    pairs = InOrder(ledger.run, staged, true())
    same = and_(_e.run == _run.nr, _e.party == staged.c.party)
    return select(*columns).select_from(InOrder(pairs, ledger.entry, same)).where(same, _e.stream.in_(RECEIVABLE))


def read_moves(bulk: Bulk, parties: pa.Table) -> pa.Table:
    """What each run did to each payer's account: party, run, pence."""
    pence = cast(func.sum(EFFECT), BigInteger).label("pence")
    return bulk.read(_of_parties(bulk, parties, _e.party, _e.run, pence).group_by(_e.party, _e.run))


def read_other_moves(bulk: Bulk, parties: pa.Table) -> pa.Table:
    """Entries besides bills: party, run, kind, subject, on, revision, pence, and the day the run is of (``posted``)."""
    query = _of_parties(
        bulk,
        parties,
        _e.party,
        _e.run,
        _e.kind,
        _e.subject,
        _e.effective.label("on"),
        _e.revision,
        EFFECT.label("pence"),
        _run.pay_date.label("posted"),
    )
    return bulk.read(query.where(_e.stream.not_in(BILLED)).order_by(_e.party, _e.effective, _e.subject))


def read_methods(bulk: Bulk, receipts: Iterable[int]) -> dict[int, str]:
    """How each receipt came."""
    staged = bulk.stage("receipts_of", pa.table({"nr": pa.array(sorted(set(receipts)), pa.int64())}))
    rows = bulk.read(
        select(receipt.c.nr, receipt.c.method).where(
            receipt.c.superseded.is_(None), receipt.c.nr.in_(select(staged.c.nr))
        )
    )
    return dict(zip(rows["nr"].to_pylist(), rows["method"].to_pylist(), strict=True))


def read_entries(bulk: Bulk, run: int, parties: pa.Table) -> pa.Table:
    """What a run posted for these payers."""
    staged = bulk.stage("entries_of", parties)
    return bulk.read(
        select(_e.party, _e.subject, _e.kind, _e.funder, _e.period_starts, _e.period_ends, _e.amount, _e.revision)
        .select_from(InOrder(staged, ledger.entry, and_(_e.run == run, _e.party == staged.c.party)))
        .where(_e.run == run, _e.party == staged.c.party, _e.stream.in_(BILLED))
        .order_by(_e.party, _e.period_starts, _e.kind, _e.subject)
    )


def read_facts(
    bulk: Bulk, table: Table, by: str, numbers: Iterable[int], known: int | None = None
) -> list[dict[str, Any]]:
    """Facts whose column ``by`` is one of these numbers, as believed at a change (now, when None)."""
    staged = bulk.stage("facts_of", pa.table({"asked": pa.array(sorted(set(numbers)), pa.int64())}))
    query = select(table).where(believed(table, known), table.c[by].in_(select(staged.c.asked)))
    rows: list[dict[str, Any]] = bulk.read(query).to_pylist()
    return rows


def read_words(connection: Connection, people: Sequence[int], known: int) -> list[Row[Any]]:
    """Everything said of these people's charges by a change: person, starts, ends, learned, charge, how."""
    found: list[Row[Any]] = []
    for first in range(0, len(people), 500):
        some = list(people[first : first + 500])
        query = select(a).where(a.c.person.in_(some), a.c.learned <= known)
        found += connection.execute(query.order_by(a.c.person, a.c.learned, a.c.starts))
    return found


# Papers ---------------------------------------------------------------------------------------------------------------


def values_of(made: LaidOut, at: dt.datetime, by: str) -> dict[str, Any]:
    """A paper as the table keeps it."""
    paper, order = made.order.paper, made.order
    whole = isinstance(paper, Bill)
    return {
        "kind": paper.kind,
        "bill": order.bill,
        "party": order.party,
        "name": paper.number,
        "format": order.format,
        "language": paper.to.language,
        "print": paper.to.print,
        "addressed_to": made.addressed_to,
        "capacity": paper.to.capacity,
        "channel": paper.to.channel,
        "send_to": paper.to.send_to,
        "dated": paper.issued,
        "starts": paper.starts,
        "ends": paper.ends,
        "amount": paper.amount if isinstance(paper, Bill) else paper.billed + paper.paid,
        "balance": paper.balance if isinstance(paper, Bill) else paper.closing,
        "sha256": made.sha256,
        "size": made.size,
        "made_at": at,
        "made_by": by,
        "content": made.content,
        "record": made.record if whole or order.format else None,
    }


Form = tuple[int | None, str, str, str]
"""A paper of a bill, in one form: bill, format, language, print."""


def form_of(made: LaidOut) -> Form:
    to = made.order.paper.to
    return made.order.bill, made.order.format, to.language, to.print


def forms_kept(bulk: Bulk, bills: Sequence[int]) -> set[Form]:
    """The forms in which papers of these bills are kept."""
    c = t.document.c
    rows = bulk.read(select(c.bill, c.format, c.language, c.print).where(c.bill.in_(list(bills))))
    return {(row["bill"], row["format"], row["language"], row["print"]) for row in rows.to_pylist()}


def add_documents(bulk: Bulk, made: Sequence[LaidOut], at: dt.datetime, by: str) -> None:
    """Keep papers as issued, all of them or none."""
    rows = [values_of(each, at, by) for each in made]
    kinds = {
        "bill": pa.int64(),
        "starts": pa.date32(),
        "ends": pa.date32(),
        "dated": pa.date32(),
        "made_at": pa.timestamp("us"),
        "content": pa.binary(),
        "record": pa.binary(),
    }
    bulk.append(
        t.document, pa.table({name: pa.array([row[name] for row in rows], kinds.get(name)) for name in rows[0]})
    )


def add_document(connection: Connection, made: LaidOut, at: dt.datetime, by: str) -> int:
    nr = connection.execute(
        insert(t.document).values(**values_of(made, at, by)).returning(t.document.c.nr)
    ).scalar_one()
    return int(nr)


_WITHOUT_BYTES = [each for each in t.document.c if each.name not in ("content", "record")]


def find_documents(connection: Connection, number: str, format_: str | None = "pdf") -> list[Row[Any]]:
    """Papers by the number they carry, the first issued first; of every form, where None is named."""
    made, bill = t.document.c, bill_number(number)
    query = select(t.document).where(made.name == number.strip() if bill is None else made.bill == bill)
    return list(
        connection.execute((query if format_ is None else query.where(made.format == format_)).order_by(made.nr))
    )


def find_statements(connection: Connection, party: int, starts: dt.date, ends: dt.date) -> list[Row[Any]]:
    """Every statement kept of a payer's account over exactly these days, in every form, the first issued first."""
    made = t.document.c
    same = and_(made.party == party, made.kind == STATEMENT, made.starts == starts, made.ends == ends)
    return list(connection.execute(select(t.document).where(same).order_by(made.nr)))


def read_document(connection: Connection, nr: int) -> Row[Any]:
    """One paper with its bytes. Raises NoSuchPaper."""
    row = connection.execute(select(t.document).where(t.document.c.nr == nr)).one_or_none()
    if row is None:
        raise NoSuchPaper(f"There is no paper {nr}.", "List a run’s papers: outturn bill papers RUN.")
    return row


def bill_number(number: str) -> int | None:
    """``B0000123`` as 123; None where it is no bill's number."""
    return number_in(number.strip().upper().removeprefix("B"))


def run_of(connection: Connection, bill: int) -> int | None:
    """The run a bill was raised by; None where there is no such bill."""
    return connection.execute(select(b.bill.c.run).where(b.bill.c.nr == bill)).scalar_one_or_none()


def count_documents(connection: Connection, run: int) -> int:
    """How many papers a run has."""
    bills = select(b.bill.c.nr).where(b.bill.c.run == run)
    query = select(func.count()).select_from(t.document).where(t.document.c.bill.in_(bills))
    return int(connection.execute(query).scalar_one())


def documents_of_run(connection: Connection, run: int) -> list[Row[Any]]:
    """A run's papers without their bytes, each with how often it has been sent."""
    sent = select(func.count()).where(t.dispatch.c.document == t.document.c.nr).scalar_subquery()
    bills = select(b.bill.c.nr).where(b.bill.c.run == run)
    query = select(*_WITHOUT_BYTES, sent.label("sent")).where(t.document.c.bill.in_(bills))
    return list(connection.execute(query.order_by(t.document.c.nr)))


def to_send(connection: Connection, run: int, how: str) -> list[Row[Any]]:
    """A run's papers for one channel that no record says were sent, without their bytes, in order."""
    c = t.document.c
    bills = select(b.bill.c.nr).where(b.bill.c.run == run)
    sent = exists().where(t.dispatch.c.document == c.nr)
    query = select(*_WITHOUT_BYTES).where(c.bill.in_(bills), c.channel == how, ~sent)
    return list(connection.execute(query.order_by(c.bill, c.nr)))


def read_content(connection: Connection, nrs: Sequence[int]) -> dict[int, tuple[bytes, str]]:
    """(compressed bytes, sha256) of papers by number."""
    c = t.document.c
    rows = connection.execute(select(c.nr, c.content, c.sha256).where(c.nr.in_(nrs)))
    return {row.nr: (bytes(row.content), row.sha256) for row in rows}


def read_records(connection: Connection, nrs: Sequence[int]) -> dict[int, bytes]:
    """What papers say, by number, as packed."""
    c = t.document.c
    found: dict[int, bytes] = {}
    for first in range(0, len(nrs), 500):
        rows = connection.execute(select(c.nr, c.record).where(c.nr.in_(list(nrs[first : first + 500]))))
        found.update({row.nr: bytes(row.record) for row in rows})
    return found


def already_sent(connection: Connection, nrs: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for first in range(0, len(nrs), 500):
        some = list(nrs[first : first + 500])
        found |= set(connection.execute(select(t.dispatch.c.document).where(t.dispatch.c.document.in_(some))).scalars())
    return found


def add_dispatches(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(t.dispatch), list(rows))


def dispatches_of(connection: Connection, document: int) -> list[Row[Any]]:
    return list(
        connection.execute(select(t.dispatch).where(t.dispatch.c.document == document).order_by(t.dispatch.c.nr))
    )


def papers_of_payer(connection: Connection, party: int) -> list[Row[Any]]:
    """A payer's papers, without their bytes, the newest first."""
    query = select(*_WITHOUT_BYTES).where(t.document.c.party == party)
    return list(connection.execute(query.order_by(t.document.c.nr.desc())))


def name_of(bill: int) -> str:
    return number_of(bill)


def person_of(connection: Connection, nr: int) -> Row[Any] | None:
    c = f.person.c
    return connection.execute(select(f.person).where(c.nr == nr, c.superseded.is_(None))).one_or_none()


def correspondents_of(connection: Connection, party: int) -> list[Row[Any]]:
    c = b.correspondent.c
    return list(connection.execute(select(b.correspondent).where(c.bill_payer == party, c.superseded.is_(None))))
