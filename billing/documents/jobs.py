"""The verbs of papers: issue a run's bills, a bill in another form, a statement; and record that papers were sent.

Issuing is streamed and restartable: papers are kept some at a time, each with its bytes, hash and record, and a run
begun again makes only what is missing. Nothing issued is ever made again.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from billing.documents import store
from billing.documents.addressing import NobodyToSendTo, addressed
from billing.documents.content import BILL, CREDIT_NOTE, Council, DoesNotAddUp, Movement, Statement
from billing.documents.gathering_jobs import RunFacts, correspondent, gather, run_facts
from billing.documents.issuing import LaidOut, Order, Press, opened
from billing.documents.keeping import unpacked
from billing.tables import number_of
from finance.columns import Database
from finance.problems import Problem, Refusal
from ledgers import store as ledger
from ledgers.runs import POSTED

Progress = Callable[[str, int, int], None]
AT_ONCE = 250  # bills read together, and papers kept together


class NotReleased(Refusal):
    """Papers are made of what is posted, and this run is not."""


class AlreadySent(Refusal):
    """A record says this paper was sent."""


def quiet(_what: str, _done: int, _whole: int) -> None:
    """Progress nobody watches."""


@dataclass(slots=True)
class Issued:
    """What issuing did. ``problems`` are bills that have no paper yet, and why."""

    run: int
    papers: int = 0
    before: int = 0
    problems: list[Problem] = field(default_factory=list)


def issue_documents(
    database: Database, run_nr: int, council: Council, press: Press, *, by: str, at: dt.datetime, on: dt.date,
    progress: Progress = quiet, every_html: bool = False, at_once: int = AT_ONCE, only: Collection[int] | None = None,
) -> Issued:  # fmt: skip
    """Make every paper of a released run that is not there yet: a PDF of each bill, and a page for those sent by email.

    ``only``: the bills, by number, whose papers are wanted now.

    A bill that cannot be told or has nobody to go to is a Problem; everybody else's is made. Raises NotReleased.
    """
    with database.begin() as connection:
        run = ledger.read_run(connection, run_nr)
        if run.status not in POSTED:
            raise NotReleased(f"{run.heading} is {run.status}.", "Release it, then its papers can be made.")
        before = store.count_documents(connection, run_nr)
    with database.bulk() as bulk:
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
            _keep(database, kept, at, by)
            done.papers += len(kept)
            kept = []
            progress("papers", done.papers, waiting.num_rows)
    if kept:
        _keep(database, kept, at, by)
        done.papers += len(kept)
    progress("papers", waiting.num_rows, waiting.num_rows)
    return done


def _keep(database: Database, made: Sequence[LaidOut], at: dt.datetime, by: str) -> None:
    with database.bulk() as bulk:
        store.add_documents(bulk, made, at, by)


def _orders(
    database: Database, facts: RunFacts, waiting: pa.Table, council: Council, on: dt.date, done: Issued, every_html: bool,
    at_once: int,
) -> Iterator[Order]:  # fmt: skip
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


def read_paper(connection: Connection, number: str, *, format_: str = "pdf", large: bool = False, language: str | None = None) -> Row[object]:
    """A paper as it was issued, by the number it carries: the first, unless another form is named. Raises NoSuchPaper."""
    rows = [
        each for each in store.find_documents(connection, number, format_)
        if (language is None or each.language == language) and (not large or each.print == "large")
    ]  # fmt: skip
    if not rows:
        raise store.NoSuchPaper(
            f"No such paper numbered {number} has been issued.", "Issue the run’s papers, or ask for it in that form."
        )
    return rows[0]


def bytes_of(row: Row[object]) -> bytes:
    """The bytes as issued. Raises ChangedSinceIssue."""
    return opened(row.name, row.content, row.sha256)


def in_another_form(
    database: Database, number: str, press: Press, *, by: str, at: dt.datetime, format_: str = "pdf", large: bool = False,
    language: str | None = None,
) -> Row[object]:  # fmt: skip
    """The same bill as a page, in large print or in another language, made from what it was issued as saying.

    It is kept as issued beside the first; asked for again it is that one.
    """
    with database.begin() as connection:
        first = read_paper(connection, number)
        wanted = (format_, language or first.language, "large" if large else first.print)
        for each in store.find_documents(connection, number, format_):
            if (each.format, each.language, each.print) == wanted:
                return each
        paper = unpacked(first.kind, first.record)
    to = replace(paper.to, language=wanted[1], print=wanted[2])
    made = next(iter(press.lay_out([Order(replace(paper, to=to), first.party, format_, first.bill)])))
    with database.begin() as connection:
        return store.read_document(connection, store.add_document(connection, made, at, by))


# Statements -----------------------------------------------------------------------------------------------------------


def make_statement(
    database: Database, payer_ref: str, starts: dt.date, ends: dt.date, council: Council, *, on: dt.date
) -> tuple[Statement, int]:
    """One payer's account over ``[starts, ends)`` as the ledger has it, and the payer's number. Nothing is stored."""
    with database.begin() as connection:
        payer = store.payer_of(connection, payer_ref)
        person = store.person_of(connection, payer.person) if payer.person else None
        rows = [correspondent(each._mapping) for each in store.correspondents_of(connection, payer.nr)]
    parties = pa.table({"party": pa.array([payer.nr], pa.int64())})
    with database.bulk() as bulk:
        entries = store.read_account(bulk, parties)
        methods = store.read_methods(bulk, [each["subject"] for each in entries if each["kind"] == "receipt"])
        bills = {(each["run"], each["stream"]): each for each in store.bills_before(bulk, parties).to_pylist()}
    opening = sum(each["pence"] for each in entries if each["day"] < starts)
    closing = sum(each["pence"] for each in entries if each["day"] < ends)
    inside = [each for each in entries if starts <= each["day"] < ends]
    to = addressed(payer.name, rows, on, person.died if person else None, payer.kind)
    made = Statement(
        payer.customer_number or payer.ref, payer.name, payer.kind, person.name if person else "", to, council, on,
        starts, ends, opening, closing, tuple(_movements(inside, bills, methods)),
    )  # fmt: skip
    made.check()
    return made, payer.nr


def _movements(
    entries: Sequence[dict[str, object]], bills: dict[tuple[object, object], dict[str, object]], methods: dict[int, str]
) -> list[Movement]:
    billed: dict[tuple[object, object], int] = {}
    days: dict[tuple[object, object], dt.date] = {}
    made: list[Movement] = []
    for each in entries:
        key = (each["run"], each["stream"])
        if each["stream"] in store.BILLED:
            billed[key] = billed.get(key, 0) + int(str(each["pence"]))
            days[key] = each["day"]  # type: ignore[assignment]
        elif each["pence"]:
            made.append(Movement(each["day"], str(each["kind"]), int(str(each["pence"])),  # type: ignore[arg-type]
                                 methods.get(int(str(each["subject"])), "") if each["kind"] == "receipt" else "",
                                 each["on"]))  # type: ignore[arg-type]  # fmt: skip
    for key, pence in billed.items():
        bill = bills.get(key)
        number = number_of(int(str(bill["nr"]))) if bill else ""
        if pence:
            made.append(Movement(days[key], BILL if pence > 0 else CREDIT_NOTE, pence, number))
    return sorted(made, key=lambda each: (each.on, each.kind not in (BILL, CREDIT_NOTE), each.of or each.on, each.reference))


def issue_statement(
    database: Database, payer_ref: str, starts: dt.date, ends: dt.date, council: Council, press: Press, *, by: str,
    at: dt.datetime, on: dt.date, format_: str = "pdf",
) -> Row[object]:  # fmt: skip
    """Make and keep a statement. The same statement again is the one already kept."""
    said, party = make_statement(database, payer_ref, starts, ends, council, on=on)
    made = next(iter(press.lay_out([Order(said, party, format_)])))
    with database.begin() as connection:
        for each in store.find_documents(connection, said.number, format_):
            if each.sha256 == made.sha256:
                return each
        return store.read_document(connection, store.add_document(connection, made, at, by))


# Sending --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """That one paper went: where, and the proof of it."""

    document: int
    to_where: str
    proof: str


def record_dispatch(
    database: Database, sent: Sequence[Sent], how: str, *, by: str, at: dt.datetime, again: bool = False
) -> int:
    """Record that papers were sent, all or none. Raises AlreadySent unless ``again`` says they were sent once more."""
    with database.begin() as connection:
        there = store.already_sent(connection, [each.document for each in sent])
        if there and not again:
            raise AlreadySent(
                f"{len(there)} of these papers have been recorded as sent before.", "Say so if they were sent once more."
            )
        try:
            store.add_dispatches(connection, [
                {"document": each.document, "how": how, "to_where": each.to_where, "at": at, "by": by, "proof": each.proof}
                for each in sent
            ])  # fmt: skip
        except IntegrityError as error:
            raise Refusal("A paper in this batch was never issued here.", "Use the batch this database made.") from error
    return len(sent)
