"""A small released run of a made-up council, as the run machine leaves it: chunks, entries, settlements, balances.

Run 1 left the second payee owing £250.00. Run 2 is the one the tests look at: two payees, four lines in one four-weekly
period, and an adjustment of an earlier one::

    P1 Sunnyside Care    care 1,000.00 (council 700.00, NHS 300.00), contribution -150.25, block 2,000.00
    P2 Acme Homecare     care 120.00, adjustment of an earlier period -30.10, manual adjustment 12.34
"""

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, Executable, Table, insert, update

from billing.recharges.store import source_words
from finance.facts import tables as f
from interfaces.database.connection import Database
from ledgers import tables as t
from ledgers.coding.store import load_current
from ledgers.officers.jobs import add_officers
from ledgers.runs import PROPOSAL, sign
from ledgers.streams import DEBT, SETTLEMENT
from tests.chaining import chain_what_stands
from tests.conftest import Grown
from tests.guards import carry_out, guards_lifted

AT = dt.datetime(2026, 6, 9, 10, 30)
PERIOD = (dt.date(2026, 5, 4), dt.date(2026, 6, 1))
BEFORE = (dt.date(2026, 3, 9), dt.date(2026, 4, 6))
STEPS = pa.schema([("subject", pa.int64())])
SERVICES = {1: "home care", 2: "residential", 3: "day care"}


@dataclass(frozen=True)
class Line:
    """One proposed line."""

    subject: int
    kind: str
    party: int
    amount: int
    service: int = 1
    person: int = 0
    funder: int = 0
    period: tuple[dt.date, dt.date] = PERIOD
    revision: int = 1
    cause: int = 0


LINES = (
    Line(11, "care", 1, 70_000, service=2, person=21),
    Line(11, "care", 1, 30_000, service=2, person=21, funder=31),
    Line(11, "contribution", 1, -15_025, service=2, person=21),
    Line(1, "block", 1, 200_000, service=3),
    Line(12, "care", 2, 12_000, person=22, cause=1 << 4),
    Line(12, "care", 2, -3_010, person=22, period=BEFORE, revision=2, cause=1 << 4),
    Line(1, "adjustment", 2, 1_234, person=22),
)
TAKEN_BACK = (Line(12, "care", 2, -25_000, person=22, period=(dt.date(2026, 2, 9), dt.date(2026, 3, 9))),)
OWED_BEFORE = {2: -25_000}


@dataclass(frozen=True)
class Released:
    database: Database
    run: int
    tamper: Callable[[Executable], None]
    """Carries out a statement the database itself would refuse."""


AddRun = Callable[..., Released]


@pytest.fixture
def add_run(database: Database) -> AddRun:
    """Puts the names, run 1 and run 2 in the database."""
    return partial(_added, database)


def _added(
    database: Database, lines: tuple[Line, ...] = LINES, held: frozenset[int] = frozenset(), debts: tuple[int, ...] = ()
) -> Released:
    _add_names(database)
    _add_run(database, TAKEN_BACK, {}, frozenset(), ())
    run = _add_run(database, lines, OWED_BEFORE, held, debts)
    chain_what_stands(database, AT)
    return Released(database, run, partial(carry_out, database))


@pytest.fixture
def released(grown: Grown) -> Released:
    return grown(_released)


def _released(database: Database) -> Released:
    return _added(database, LINES)


def _add_names(database: Database) -> None:
    known: dict[str, Any] = {"learned": 1, "source_row": 2}
    start = {**known, "starts": dt.date(2025, 1, 1)}
    moment = {"moment": AT, "by": "Officer", "what": "extract", "source": "file"}
    rows: list[tuple[Table, list[dict[str, Any]]]] = [
        (f.change, [{"nr": 1, **moment}, {"nr": 2, **moment}]),
        (
            f.payee,
            [
                {
                    **known,
                    "nr": 1,
                    "ref": "P1",
                    "name": "Sunnyside Care, Ltd",
                    "kind": "provider",
                    "supplier_number": "0045",
                },
                {**known, "nr": 2, "ref": "P/2", "name": "=Acme Homecare", "kind": "provider", "supplier_number": None},
            ],
        ),
        (
            f.bank_detail,
            [
                {
                    **start,
                    "nr": 1,
                    "ref": "B1",
                    "payee": 1,
                    "sort_code": "089999",
                    "account_number": "66374958",
                    "account_name": "SUNNYSIDE CARE",
                    "roll_number": None,
                    "proposed_by": "Officer",
                },
                {
                    **start,
                    "nr": 2,
                    "ref": "B2",
                    "payee": 1,
                    "sort_code": "010101",
                    "account_number": "99999999",
                    "account_name": "NOT CONFIRMED",
                    "roll_number": None,
                    "proposed_by": "Officer",
                },
            ],
        ),
        (
            f.bank_confirmation,
            [
                {
                    "bank_detail": 1,
                    "learned": 1,
                    "proposed_by": "Officer",
                    "confirmed_by": "Second",
                    "change": 2,
                    "evidence": "call back",
                }
            ],
        ),
        (
            f.person,
            [
                {**known, "nr": 21, "ref": "C21", "name": "Mary Jane O'Neil", "support_reason": "memory and cognition"},
                {**known, "nr": 22, "ref": "C22", "name": "Jo Park", "support_reason": "mental health"},
            ],
        ),
        (
            f.service,
            [
                {**known, "nr": nr, "ref": f"S{nr}", "name": kind.capitalize(), "kind": kind, "term": "long"}
                for nr, kind in SERVICES.items()
            ],
        ),
        (
            f.service_line,
            [
                {
                    **start,
                    "nr": 11,
                    "ref": "L11",
                    "package": 1,
                    "person": 21,
                    "contract": 1,
                    "service": 2,
                    "unit": "week",
                    "quantity": 100,
                    "days": 0,
                    "every_weeks": 1,
                    "carers": 1,
                },
                {
                    **start,
                    "nr": 12,
                    "ref": "L12",
                    "package": 2,
                    "person": 22,
                    "contract": 2,
                    "service": 1,
                    "unit": "hour",
                    "quantity": 630,
                    "days": 0,
                    "every_weeks": 1,
                    "carers": 1,
                },
            ],
        ),
        (f.block, [{**start, "nr": 1, "ref": "BL1", "contract": 1, "service": 3, "unit": "4 weeks", "rate": 1}]),
        (f.funder, [{**known, "nr": 31, "ref": "F31", "name": "The NHS", "kind": "nhs"}]),
        (
            f.adjustment,
            [
                {
                    **known,
                    "nr": 1,
                    "ref": "A1",
                    "payee": 2,
                    "calendar": 1,
                    "service": 1,
                    "person": 22,
                    "on": dt.date(2026, 5, 7),
                    "amount": 1_234,
                    "reason": "Mileage, agreed",
                    "entered_by": "Officer",
                }
            ],
        ),
    ]
    made_up = {table.name for table, _ in rows} | {"officer", "officer_change", "approval_tier"}
    with guards_lifted(database, *made_up) as connection:
        for table, values in rows:
            connection.execute(insert(table), values)
        add_officers(connection, {"Approver": "manager"}, {"manager": 10_000_000})


def _add_run(
    database: Database, lines: tuple[Line, ...], owed: dict[int, int], held: frozenset[int], debts: tuple[int, ...]
) -> int:
    made_up = ("run", "approval", "run_chunk", "entry", "run_party", "owed", "run_held", "hold", "outstanding")
    with guards_lifted(database, *made_up) as connection:
        coding = load_current(connection)
        accounts = [
            coding.accounts(line.kind, SERVICES[line.service], None, None, "nhs" if line.funder else None, PERIOD[0])
            for line in lines
        ]
        chunks = [(lines[place], _proposal(lines[place], accounts[place])) for place in (slice(0, 4), slice(4, None))]
        hashes = [hashlib.sha256(proposal).hexdigest() for _, proposal in chunks]
        signed = {
            "prepared_by": "Preparer",
            "submitted_by": "Submitter",
            "signature": sign(hashes),
            "total": sum(line.amount for line in lines),
            "to_sign_for": 400_000,
        }
        run: int = connection.execute(
            insert(t.run)
            .values(
                stream="payments",
                calendar=1,
                calendar_name="Four-weekly providers",
                up_to=PERIOD[1],
                window_starts=PERIOD[0],
                pay_date=dt.date(2026, 6, 12),
                status="released",
                known=2,
                known_before=0,
                drafted_at=AT,
                submitted_at=AT,
                released_at=AT,
                policy="{}",
                lines=len(lines),
                **signed,
            )
            .returning(t.run.c.nr)
        ).scalar_one()
        connection.execute(update(t.run).where(t.run.c.nr == run, t.run.c.nr > 1).values(run_before=run - 1))
        connection.execute(
            insert(t.approval).values(
                run=run,
                approved_by="Approver",
                role="manager",
                limit=10_000_000,
                approved_at=AT,
                day_total=400_000,
                **signed,
            )
        )
        for number, (some, proposal) in enumerate(chunks):
            connection.execute(
                insert(t.chunk),
                {
                    "run": run,
                    "number": number,
                    "first_subject": 0,
                    "end_subject": 99,
                    "lines": len(some),
                    "total": sum(line.amount for line in some),
                    "sha256": hashes[number],
                    "proposal": proposal,
                    "steps": _parquet({"subject": [line.subject for line in some]}, STEPS),
                    "posted": True,
                },
            )
        posted = [(line, pair) for line, pair in zip(lines, accounts, strict=True) if line.subject not in held]
        entries = [_entry(run, line, pair) for line, pair in posted]
        for party in sorted({line.party for line in lines} | set(owed)):
            due = sum(line.amount for line, _ in posted if line.party == party)
            balance = owed.get(party, 0) + due
            kind = DEBT if party in debts else SETTLEMENT
            paid = balance if balance > 0 or party in debts else 0
            if paid:
                pair = coding.accounts(kind, None, None, None, None, PERIOD[0])
                entries.append(_entry(run, Line(run, kind, party, paid), pair))
            connection.execute(
                insert(t.run_party),
                {
                    "run": run,
                    "party": party,
                    "lines": 1,
                    "total": due,
                    "held": 0,
                    "brought_forward": owed.get(party, 0),
                    "paid": max(paid, 0),
                    "carried_forward": balance - paid,
                },
            )
        if entries:
            connection.execute(insert(t.entry), entries)
        connection.execute(
            insert(t.owed),
            [
                {"run": run, "what": "files", "since": AT, "done_at": None, "done_by": None, "outcome": None},
                {
                    "run": run,
                    "what": "recharges",
                    "since": AT,
                    "done_at": AT,
                    "done_by": "Approver",
                    "outcome": "made up",
                },
            ],
        )
        _add_recharge(connection, run)
        for subject, kind in {(line.subject, line.kind) for line in lines if line.subject in held}:
            connection.execute(
                insert(t.outstanding).values(
                    stream="payments", subject=subject, kind=kind, since=PERIOD[0], reason="held", run=run
                )
            )
    return run


def _add_recharge(connection: Connection, run: int) -> None:
    """The run that recharged another, as far as the other's proof looks at it."""
    nr = -run  # out of the way of the numbers the tests go by
    connection.execute(
        insert(t.run).values(
            nr=nr,
            stream="recharges",
            calendar=run,
            calendar_name="recharges",
            up_to=PERIOD[1],
            window_starts=PERIOD[0],
            pay_date=dt.date(2026, 6, 12),
            status="released",
            known=2,
            known_before=0,
            drafted_at=AT,
            released_at=AT,
            prepared_by="Approver",
            policy=source_words(run),
            lines=0,
            total=0,
            to_sign_for=0,
        )
    )
    connection.execute(insert(t.owed).values(run=nr, what="files", since=AT))


def _entry(run: int, line: Line, accounts: tuple[int, int]) -> dict[str, Any]:
    return {
        "stream": "payments",
        "period_starts": line.period[0],
        "period_ends": line.period[1],
        "subject": line.subject,
        "kind": line.kind,
        "funder": line.funder,
        "party": line.party,
        "revision": line.revision,
        "run": run,
        "chunk": 0,
        "debit": accounts[0],
        "credit": accounts[1],
        "amount": line.amount,
        "effective": line.period[1] - dt.timedelta(days=1),
        "recorded": AT,
    }


def _proposal(lines: tuple[Line, ...], accounts: list[tuple[int, int]]) -> bytes:
    names = ("subject", "kind", "funder", "party", "amount", "revision", "service", "person", "cause")
    return _parquet(
        {name: [getattr(line, name) for line in lines] for name in names}
        | {
            "period_starts": [line.period[0] for line in lines],
            "period_ends": [line.period[1] for line in lines],
            "due": [line.amount for line in lines],
            "posted": [0 for _ in lines],
            "debit": [pair[0] for pair in accounts],
            "credit": [pair[1] for pair in accounts],
            "late": [line.period < PERIOD for line in lines],
        },
        PROPOSAL,
    )


def _parquet(columns: dict[str, list[Any]], schema: pa.Schema) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), sink)
    return sink.getvalue()
