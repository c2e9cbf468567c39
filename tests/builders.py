"""What tests make councils of: rows in the words of the extracts, facts told one at a time, what runs leave behind, and
a run signed and released. Only what matters to a test need be said.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

import billing.tables as b
from billing.assessments.tables import assessment
from finance.assessment import OUTCOMES, Outcome
from finance.choices import KeptChoices
from finance.facts.store import Change, record_change_here
from finance.facts.tables import person as person_table
from interfaces.database.connection import Database
from interfaces.files.inbound.council_file import read_council_text
from interfaces.files.inbound.door.loading import record_facts
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.officers.store import read_standing
from ledgers.policy import jobs as policies
from ledgers.runs import Run

Row = dict[str, object]
LONG_AGO = "2024-04-01"
OPENS = "2026-04-06"  # a Monday, and the first day of the tax year

# Rows in the words of the extracts ------------------------------------------------------------------------------------


def person(ref: str = "P1", name: str = "Ada Example", born: str = "1941-02-28", **more: object) -> Row:
    return {
        "person_ref": ref,
        "name": name,
        "date_of_birth": born,
        "primary_support_reason": "physical support: personal care",
        **more,
    }


ADA, NOOR = person(), person("P2", "Noor Beck", "1950-01-01", primary_support_reason="memory and cognition")


def payee(ref: str = "V1", name: str = "Example House Limited", kind: str = "provider", **more: object) -> Row:
    return {"payee_ref": ref, "name": name, "kind": kind, **more}


def service(ref: str, name: str, kind: str | None = None) -> Row:
    return {"service_ref": ref, "name": name, "kind": kind or name.lower(), "term": "long"}


HOME_CARE, DAY_CARE = service("HC", "Home care"), service("DAY", "Day care")
RESIDENTIAL = service("RES", "Residential care", "residential")


def pay_calendar(ref: str, cycle: str, name: str | None = None) -> Row:
    return {
        "calendar_ref": ref,
        "name": name or ref,
        "cycle": cycle,
        "first_day": OPENS,
        "timing": "arrears",
        "cut_off_days": "1",
        "pay_working_days": "3",
        "go_live": OPENS,
    }


def contract(ref: str, calendar: str, **more: object) -> Row:
    return {
        "contract_ref": ref,
        "calendar_ref": calendar,
        "payee_ref": "V1",
        "name": ref,
        "start_date": LONG_AGO,
        "payment": "net",
        "days_after_death": "0",
        "retainer": "0",
        "bank_holidays": "paid",
        **more,
    }


def rate(ref: str, contract: str, service: str, unit: str, pounds: str, **more: object) -> Row:
    return {
        "rate_ref": ref,
        "contract_ref": contract,
        "service_ref": service,
        "unit": unit,
        "rate": pounds,
        "start_date": LONG_AGO,
        "day_category": "any",
        **more,
    }


def package(ref: str, person: str, **more: object) -> Row:
    return {"package_ref": ref, "person_ref": person, "start_date": "2024-06-03", **more}


def line(ref: str, package: str, contract: str, service: str, unit: str, quantity: str = "1", **more: object) -> Row:
    return {
        "line_ref": ref,
        "package_ref": package,
        "contract_ref": contract,
        "service_ref": service,
        "unit": unit,
        "quantity": quantity,
        "start_date": OPENS,
        **more,
    }


def bill_payer(ref: str, person: str, name: str, calendar: str = "B4", **more: object) -> Row:
    return {"payer_ref": ref, "name": name, "kind": "client", "person_ref": person, "calendar_ref": calendar, **more}


Facts = Mapping[str, Sequence[Mapping[str, object]]]


def tell(database: Database, facts: Facts, at: dt.datetime, by: str = "Intake team", source: str = "letter") -> None:
    """Facts in the words of the files."""
    record_facts(database, {name: list(map(dict, rows)) for name, rows in facts.items()}, by=by, at=at, source=source)


def assess(
    database: Database,
    ref: str,
    charge: int | None,
    *,
    at: dt.datetime,
    starts: dt.date,
    ends: dt.date | None,
    how: int,
    can_pay: int | None = None,
) -> None:
    """Say what a person is to pay a week, as an assessment would."""
    with database.begin() as connection:
        learned = record_change_here(connection, Change(at, "assessor", "assessed", "test"))
        p = person_table.c
        who = connection.execute(select(p.nr).where(p.ref == ref, p.superseded.is_(None))).scalar_one()
        connection.execute(
            insert(assessment).values(
                person=who,
                starts=starts,
                ends=ends,
                learned=learned,
                charge=charge,
                council_pays=0,
                how=how,
                can_pay=can_pay,
            )
        )


def how_assessed(basis: int, outcome: Outcome = Outcome.ASSESSED, flags: int = 0) -> int:
    return basis + 8 * OUTCOMES.index(outcome) + flags


# Officers, and a run signed and released ------------------------------------------------------------------------------


def officers(database: Database, roles: Mapping[str, str], limits: Mapping[str, int]) -> None:
    with database.begin() as connection:
        ledger.add_officers(connection, dict(roles), dict(limits))


def sign(
    database: Database,
    run: Run,
    preparer: str,
    approver: str,
    at: Callable[[], dt.datetime],
    accepting: str | None = None,
) -> Run:
    """Submit a run that is worked out and approve it; what stops it is accepted first, where a reason is given."""
    machine.submit_run(database, run.nr, by=preparer, at=at())
    if accepting is not None:
        with database.read() as connection:
            stops = [each.nr for each in ledger.open_stops(connection, run.nr)]
        for nr in stops:
            review_jobs.accept_finding(database, run.nr, nr, by=approver, at=at(), reason=accepting)
    return machine.approve_run(database, run.nr, by=approver, at=at())


# A council told one fact at a time, and given what runs leave ---------------------------------------------------------


@dataclass
class Told:
    """One database, told facts by hand. ``AT`` and ``BY``: when, and by whom."""

    database: Database

    AT = dt.datetime(2026, 5, 1, 9)
    BY = "Intake"

    def tell(self, table: Table, ref: str, **values: object) -> int:
        """A fact, or a new version of it, whole; gives its number."""
        with self.database.begin() as connection:
            learned = self._supersede(connection, table, ref)
            nr = connection.execute(select(table.c.nr).where(table.c.ref == ref)).scalars().first()
            nr = nr or _next(connection, table)
            connection.execute(insert(table).values(nr=nr, learned=learned, ref=ref, **values))
            return int(nr)

    def cancel(self, table: Table, ref: str) -> None:
        with self.database.begin() as connection:
            self._supersede(connection, table, ref)

    def _supersede(self, connection: Connection, table: Table, ref: str) -> int:
        learned = record_change_here(connection, Change(self.AT, self.BY, ref, "test"))
        same = (table.c.ref == ref) & table.c.superseded.is_(None)
        connection.execute(update(table).where(same).values(superseded=learned))
        return learned

    def believed(self, table: Table, ref: str) -> dict[str, Any]:
        """What is believed of a fact, without what says when it was; nothing, where it is not."""
        query = select(table).where(table.c.ref == ref, table.c.superseded.is_(None))
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        kept = dict(row._mapping) if row else {}
        return {name: value for name, value in kept.items() if name not in ("nr", "ref", "learned", "superseded")}

    def number(self, table: Table, ref: str) -> int:
        with self.database.read() as connection:
            return int(connection.execute(select(table.c.nr).where(table.c.ref == ref)).scalars().first() or 0)

    def balance(self, payer: int) -> int:
        """What the ledger holds of a payer or payee."""
        with self.database.read() as connection:
            query = select(func.sum(t.entry.c.amount)).where(t.entry.c.party == payer)
            return int(connection.execute(query).scalar_one() or 0)


def post(
    connection: Connection,
    stream: str,
    kind: str,
    subject: int,
    party: int,
    period: tuple[dt.date, dt.date],
    pence: int,
    *,
    run: int,
    at: dt.datetime,
    accounts: tuple[int, int] = (1, 2),
    effective: dt.date | None = None,
) -> None:
    """An entry as a released run leaves it; of the same key as another, its next revision."""
    starts, ends = period
    key = {"stream": stream, "period_starts": starts, "subject": subject, "kind": kind, "funder": 0, "party": party}
    e = t.entry
    before = connection.execute(select(func.max(e.c.revision)).where(*(e.c[name] == key[name] for name in key)))
    connection.execute(
        insert(e).values(
            **key,
            revision=1 + (before.scalar_one() or 0),
            period_ends=ends,
            run=run,
            chunk=0,
            debit=accounts[0],
            credit=accounts[1],
            amount=pence,
            effective=effective or ends,
            recorded=at,
        )
    )


def number_bill(
    connection: Connection, run: int, payer: int, pence: int, period: tuple[dt.date, dt.date], due: dt.date
) -> int:
    """A bill of one line (below nought, a credit note), issued the day its period ends."""
    starts, issued = period
    nr = _next(connection, b.bill)
    connection.execute(
        insert(b.bill).values(
            nr=nr,
            run=run,
            party=payer,
            stream="charges",
            kind="credit note" if pence < 0 else "bill",
            period_starts=starts,
            period_ends=issued,
            issued=issued,
            due=due,
            lines=1,
            amount=pence,
        )
    )
    return nr


def _next(connection: Connection, table: Table) -> int:
    return int(1 + (connection.execute(select(func.max(table.c.nr))).scalar_one() or 0))


# Policy ---------------------------------------------------------------------------------------------------------------


def begin_with_policy(
    connection: Connection, text: str, *, by: str = "first officer", at: dt.datetime = dt.datetime(2026, 4, 1)
) -> int:
    """The policy a council without runs begins with, from the text of a council file. Returns its number."""
    kept = read_council_text(text, "council.toml").kept()
    return policies.found(connection, text, kept, name="council.toml", by=by, at=at).nr


def policy_holds(database: Database, text: str, starts: dt.date = dt.date(2024, 4, 1)) -> int:
    """A policy from the text of a council file, signed by two officers of the council. Returns its number."""
    kept, at = read_council_text(text, "council.toml").kept(), dt.datetime(2024, 4, 1)
    with database.begin() as connection:
        if len(read_standing(connection).roles) < 2:
            ledger.add_officers(connection, {"first keeper": "keeper", "second keeper": "keeper"}, {})
        first, second, *_ = read_standing(connection).roles
        said = {"starts": starts, "name": "council.toml", "reason": "Cabinet"}
        made = policies.propose(connection, text, kept, **said, by=first, at=at)  # type: ignore[arg-type]
        return policies.confirm(connection, made.nr, by=second, at=at).nr


def policy_table(name: str, choices: KeptChoices) -> str:
    """One table of a council file with every choice of a record."""

    def said(value: object) -> str:
        if isinstance(value, Mapping):
            return "{ " + ", ".join(f"{json.dumps(each)} = {said(one)}" for each, one in value.items()) + " }"
        return json.dumps(value)

    given = json.loads(choices.as_json()).items()
    return "\n".join([f"[{name}]", *(f"{each} = {said(value)}" for each, value in given), ""])
