"""The verbs of papers: issue a run's bills, a bill in another form, a statement; and record that papers were sent.

Issuing is streamed and restartable: papers are kept some at a time, each with its bytes, hash and record, and a run
begun again makes only what is missing. Nothing issued is ever made again.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from billing.documents import statements, store
from billing.documents.addressing import NobodyToSendTo, addressed
from billing.documents.bill_facts import correspondent, gather
from billing.documents.content import CouncilOnPaper, DoesNotAddUp, Statement
from billing.documents.issuing import LaidOut, Order, Press, opened
from billing.documents.paper_json import unpacked
from billing.documents.run_facts_jobs import RunFacts, run_facts
from billing.documents.tables import dispatch, document
from billing.receipts import balances_store
from billing.receipts.jobs import position_of
from billing.receipts.store import payer_of
from billing.tables import number_of
from finance.columns import Database
from finance.days import spoken
from finance.locking import Alone
from finance.problems import Problem, Refusal
from ledgers import store as ledger
from ledgers.progress import Progress, quiet
from ledgers.runs import POSTED, NotReleased

ONE = dt.timedelta(days=1)
AT_ONCE = 250  # bills read together, and papers kept together


class AlreadySent(Refusal):
    """A record says this paper was sent."""


@dataclass(slots=True)
class Issued:
    """What issuing did. ``problems`` are bills that have no paper yet, and why."""

    run: int
    papers: int = 0
    before: int = 0
    problems: list[Problem] = field(default_factory=list)


def issue_documents(
    database: Database,
    run_nr: int,
    council: CouncilOnPaper,
    press: Press,
    *,
    by: str,
    at: dt.datetime,
    on: dt.date,
    progress: Progress = quiet,
    every_html: bool = False,
    at_once: int = AT_ONCE,
    only: Collection[int] | None = None,
) -> Issued:
    """Make every paper of a released run that is not there yet: a PDF of each bill, and a page for those sent by email.

    ``only``: the bills, by number, whose papers are wanted now.

    A bill that cannot be told or has nobody to go to is a Problem; everybody else's is made. Raises NotReleased.
    """
    with database.read() as connection:
        run = ledger.read_run(connection, run_nr)
        if run.status not in POSTED:
            raise NotReleased(f"{run.heading} is {run.status}.", "Release it, then its papers can be made.")
        before = store.count_documents(connection, run_nr)
    with database.read_bulk() as bulk:
        waiting = store.bills_to_issue(bulk, run_nr)
    if only is not None:
        waiting = waiting.filter(pc.is_in(waiting["nr"], pa.array(sorted(only), pa.int64())))
    done = Issued(run_nr, before=before)
    if not waiting.num_rows:
        return done
    facts = run_facts(database, run)
    orders = _orders(database, facts, waiting, council, on, done, every_html, at_once)
    kept: list[LaidOut] = []
    for made in press.lay_out(orders):
        kept.append(made)
        if len(kept) >= at_once and made.order.format == "pdf":
            # a bill's page comes before its PDF, so what is kept is whole bills
            done.papers += _keep(database, kept, at, by)
            kept = []
            progress("papers", done.papers, waiting.num_rows)
    if kept:
        done.papers += _keep(database, kept, at, by)
    progress("papers", waiting.num_rows, waiting.num_rows)
    return done


def _keep(database: Database, made: Sequence[LaidOut], at: dt.datetime, by: str) -> int:
    """Keep papers, leaving out those somebody who issues the same run has kept meanwhile. Gives how many were kept."""
    with database.bulk() as bulk:
        bulk.execute(Alone(document))
        there = store.forms_kept(bulk, [each.order.bill for each in made if each.order.bill is not None])
        fresh = [each for each in made if store.form_of(each) not in there]
        if fresh:
            store.add_documents(bulk, fresh, at, by)
    return len(fresh)


def _orders(
    database: Database,
    facts: RunFacts,
    waiting: pa.Table,
    council: CouncilOnPaper,
    on: dt.date,
    done: Issued,
    every_html: bool,
    at_once: int,
) -> Iterator[Order]:
    for first in range(0, waiting.num_rows, at_once):
        some = waiting.slice(first, at_once)
        gathered = gather(database, facts, some)
        for row in some.to_pylist():
            try:
                paper = gathered.bill(row, council, on)
            except (NobodyToSendTo, DoesNotAddUp) as error:
                done.problems.append(Problem(number_of(row["nr"]), error.what, error.what_to_do))
                continue
            if every_html or paper.to.channel == "email":
                yield Order(paper, row["party"], "html", row["nr"])
            yield Order(paper, row["party"], "pdf", row["nr"])


# One paper ------------------------------------------------------------------------------------------------------------


def read_paper(
    connection: Connection,
    number: str,
    *,
    format_: str | None = "pdf",
    large: bool = False,
    language: str | None = None,
) -> Row[Any]:
    """A paper as it was issued, by the number it carries: the first, unless another form is named (None: the first of
    all). Raises NoSuchPaper.
    """
    rows = [
        each
        for each in store.find_documents(connection, number, format_)
        if (language is None or each.language == language) and (not large or each.print == "large")
    ]
    if not rows:
        raise store.NoSuchPaper(f"No such paper numbered {number} has been issued.", _how_to_have(connection, number))
    return rows[0]


def _how_to_have(connection: Connection, number: str) -> str:
    if store.find_documents(connection, number, None):
        return f"It has been issued in another form: outturn bill print {number} --to FILE makes this one."
    bill = store.bill_number(number)
    run = store.run_of(connection, bill) if bill is not None else None
    if run is not None:
        return f"The bill is there and its paper is not: outturn bill issue {run} makes the papers of its run."
    return "Check the number, as it stands on the paper. No bill has it either."


def bytes_of(row: Row[object]) -> bytes:
    """The bytes as issued. Raises ChangedSinceIssue."""
    return opened(row.name, row.content, row.sha256)


def in_another_form(
    database: Database,
    number: str,
    press: Press,
    *,
    by: str,
    at: dt.datetime,
    format_: str = "pdf",
    large: bool = False,
    language: str | None = None,
) -> Row[object]:
    """The same bill as a page, in large print or in another language, made from what it was issued as saying.

    It is kept as issued beside the first; asked for again it is that one.
    """
    with database.read() as connection:
        first = read_paper(connection, number)
        wanted = (format_, language or first.language, "large" if large else first.print)
        for each in store.find_documents(connection, number, format_):
            if (each.format, each.language, each.print) == wanted:
                return each
        paper = unpacked(first.kind, first.record)
    to = replace(paper.to, language=wanted[1], print=wanted[2])
    made = next(iter(press.lay_out([Order(replace(paper, to=to), first.party, format_, first.bill)])))
    with database.begin() as connection:
        connection.execute(Alone(document))
        for each in store.find_documents(connection, number, format_):
            if (each.format, each.language, each.print) == wanted:  # somebody has had it made meanwhile
                return each
        return store.read_document(connection, store.add_document(connection, made, at, by))


# Statements -----------------------------------------------------------------------------------------------------------


class NotYetCome(Refusal):
    """A statement was asked for of days that have not come."""


def make_statement(
    database: Database,
    payer_ref: str,
    starts: dt.date,
    ends: dt.date,
    council: CouncilOnPaper,
    *,
    on: dt.date,
    until: dt.date | None = None,
) -> tuple[Statement, int]:
    """One payer's account over ``[starts, ends)`` as it stands now, or by what was posted by the end of a day
    (``until``), and the payer's number. Nothing is stored.

    ``payer_ref`` is the payer's reference or customer number. Raises NotKnown or NobodyToSendTo.
    """
    with database.read() as connection:
        payer = payer_of(connection, payer_ref)
        person = store.person_of(connection, payer.person) if payer.person else None
        rows = [correspondent(each._mapping) for each in store.correspondents_of(connection, payer.nr)]
        entries = balances_store.read_account(connection, payer.nr, until)
        bills = balances_store.read_bills_of(connection, payer.nr, until)
        refs = balances_store.read_refs(connection, entries)
    with database.read_bulk() as bulk:
        methods = store.read_methods(bulk, [each.subject for each in entries if each.kind == statements.RECEIPT])
    every = statements.movements(entries, bills, refs, methods)
    to = addressed(payer.name, rows, on, person.died if person else None, payer.kind)
    closing = sum(each.amount for each in every if each.on < ends)
    made = Statement(
        payer.customer_number or payer.ref,
        payer.name,
        payer.kind,
        person.name if person else "",
        to,
        council,
        on,
        starts,
        ends,
        sum(each.amount for each in every if each.on < starts),
        closing,
        tuple(each for each in every if starts <= each.on < ends),
        unpaid_credit=_unpaid_credit(database, payer.nr, closing, until),
    )
    made.check()
    return made, payer.nr


def _unpaid_credit(database: Database, payer: int, closing: int, until: dt.date | None) -> int:
    """So much of what is in credit as was never received."""
    if closing >= 0:
        return 0
    found = position_of(database, until=until, payers=np.asarray([payer], dtype=np.int64))
    return max(-closing - found.refundable().get(payer, 0), 0)


def issue_statement(
    database: Database,
    payer_ref: str,
    starts: dt.date,
    ends: dt.date,
    council: CouncilOnPaper,
    press: Press,
    *,
    by: str,
    at: dt.datetime,
    on: dt.date,
    format_: str = "pdf",
    until: dt.date | None = None,
) -> Row[object]:
    """Make and keep a statement. One that says the same again is the one kept; one that says otherwise is another
    paper, with a number of its own. Raises NotYetCome, besides what ``make_statement`` does.
    """
    refuse_days_to_come(ends, on)
    said, party = make_statement(database, payer_ref, starts, ends, council, on=on, until=until)
    while True:
        with database.read() as connection:
            kept = store.find_statements(connection, party, starts, ends)
        said = _numbered(said, kept)
        there = _kept_as(said, kept, format_)
        if there is not None:
            return there
        made = next(iter(press.lay_out([Order(said, party, format_)])))
        with database.begin() as connection:
            connection.execute(Alone(document))
            if len(store.find_statements(connection, party, starts, ends)) == len(kept):
                return store.read_document(connection, store.add_document(connection, made, at, by))


def refuse_days_to_come(ends: dt.date, on: dt.date) -> None:
    """Raise NotYetCome where days before ``ends`` come after ``on``."""
    if ends - ONE > on:
        raise NotYetCome(
            f"A statement up to {spoken(ends - ONE)} cannot be issued on {spoken(on)}: those days have not come.",
            f"Issue it up to {spoken(on)}, or look at it on screen as it stands so far.",
        )


def _numbered(said: Statement, kept: Sequence[Row[Any]]) -> Statement:
    """The statement under the number of the one that says the same; else under the next."""
    first: dict[str, Statement] = {}  # what is found by a number is what was first kept under it
    for each in kept:
        if each.name not in first:
            paper = unpacked(each.kind, each.record)
            assert isinstance(paper, Statement)
            first[each.name] = paper
            if statements.same_content(paper, said):
                return replace(said, edition=paper.edition, issued=paper.issued)
    return replace(said, edition=1 + max((each.edition for each in first.values()), default=0))


def _kept_as(said: Statement, kept: Sequence[Row[Any]], format_: str) -> Row[Any] | None:
    wanted = (said.number, format_, said.to.language, said.to.print)
    return next((each for each in kept if (each.name, each.format, each.language, each.print) == wanted), None)


# Sending --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperSent:
    """That one paper went: where, and the proof of it."""

    document: int
    to_where: str
    proof: str


def record_dispatch(
    database: Database, sent: Sequence[PaperSent], how: str, *, by: str, at: dt.datetime, again: bool = False
) -> int:
    """Record that papers were sent, all or none. Raises AlreadySent unless ``again`` says they were sent once more."""
    with database.begin() as connection:
        connection.execute(Alone(dispatch))
        there = store.already_sent(connection, [each.document for each in sent])
        if there and not again:
            last = store.dispatches_of(connection, min(there))[-1]
            raise AlreadySent(
                f"{len(there)} of these papers have been recorded as sent before, the first by {last.by} at "
                f"{last.at:%H:%M} (UTC) "
                f"on {spoken(last.at.date())}.",
                "Say so if they were sent once more.",
            )
        try:
            store.add_dispatches(
                connection,
                [
                    {
                        "document": each.document,
                        "how": how,
                        "to_where": each.to_where,
                        "at": at,
                        "by": by,
                        "proof": each.proof,
                    }
                    for each in sent
                ],
            )
        except IntegrityError as error:
            raise Refusal(
                "A paper in this batch was never issued here.", "Use the batch this database made."
            ) from error
    return len(sent)
