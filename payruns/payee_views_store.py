"""What a reader is shown of a payee: where their money goes and who confirmed it, contracts, what was paid lately."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from finance.facts import tables as t
from finance.facts.bank_details import hidden, hidden_sort_code
from finance.facts.names_store import names
from finance.facts.versions import believed
from finance.names import Named
from ledgers import tables as ledger
from ledgers.runs import Status
from ledgers.streams import PAYMENTS
from ledgers.views.holds_store import read_every_hold
from ledgers.views.records import HoldShown
from payruns.views_store import NAMING


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """Bank details of a payee, of each number the end alone. ``confirmed_by`` None: they wait, and nobody is paid by
    them. ``seen``: by whom, and when, they were last shown whole.
    """

    ref: str
    sort_code: str
    account_number: str
    account_name: str
    starts: dt.date
    proposed_by: str
    proposed_at: dt.datetime
    confirmed_by: str | None
    confirmed_at: dt.datetime | None
    evidence: str | None
    seen: tuple[str, dt.datetime] | None


@dataclass(frozen=True, slots=True)
class ContractOfPayee:
    """A contract, the calendar it is paid by, its days, and how many lines it has on the day."""

    contract: Named
    calendar: Named
    starts: dt.date
    ends: dt.date | None
    lines: int


@dataclass(frozen=True, slots=True)
class RunOfPayee:
    """What a run came to for a payee, in pence. ``withheld``: why nothing was paid."""

    run: int
    calendar: str
    status: Status
    pay_date: dt.date
    total: int
    held: int
    paid: int
    carried_forward: int
    withheld: str | None


@dataclass(frozen=True, slots=True)
class PayeeOnDay:
    """A payee as they stand on a day."""

    nr: int
    payee: Named
    kind: str
    supplier_number: str | None
    email: str | None
    accounts: Sequence[AccountSeen]
    contracts: Sequence[ContractOfPayee]
    runs: Sequence[RunOfPayee]
    holds: Sequence[HoldShown]


def read_payee(
    connection: Connection, nr: int, on: dt.date, known: int, *, runs: int, until: dt.date | None
) -> PayeeOnDay:
    """As believed at a change. ``runs``: how many of their pay runs, the latest first; ``until``: holds as they stood
    on that day, or that stand now.
    """
    row = connection.execute(select(t.payee).where(t.payee.c.nr == nr, believed(t.payee, known))).one()
    return PayeeOnDay(
        nr,
        Named(row.ref, row.name),
        row.kind,
        row.supplier_number,
        row.email,
        _accounts(connection, nr, known),
        _contracts(connection, nr, on, known),
        _runs(connection, nr, on, runs),
        read_every_hold(connection, lambda _: NAMING, until, {(PAYMENTS.name, "payee", nr)}),
    )


def _accounts(connection: Connection, payee: int, known: int) -> list[AccountSeen]:
    d, c, told, said = t.bank_detail.c, t.bank_confirmation, t.change.alias("told"), t.change.alias("said")
    query = (
        select(t.bank_detail, told.c.moment, c.c.confirmed_by, c.c.evidence, said.c.moment.label("confirmed_at"))
        .join_from(t.bank_detail, told, told.c.nr == d.learned)
        .outerjoin(c, (c.c.bank_detail == d.nr) & (c.c.learned == d.learned) & (c.c.change <= known))
        .outerjoin(said, said.c.nr == c.c.change)
        .where(d.payee == payee, believed(t.bank_detail, known))
        .order_by(d.starts.desc(), d.nr)
    )
    rows = connection.execute(query).all()
    v = t.bank_detail_view.c
    views = connection.execute(
        select(v.ref, v.by, v.moment).where(v.ref.in_([each.ref for each in rows])).order_by(v.nr)
    )
    seen = {each.ref: (each.by, each.moment) for each in views}
    return [
        AccountSeen(
            each.ref,
            hidden_sort_code(each.sort_code),
            hidden(each.account_number),
            each.account_name,
            each.starts,
            each.proposed_by,
            each.moment,
            each.confirmed_by,
            each.confirmed_at,
            each.evidence,
            seen.get(each.ref),
        )
        for each in rows
    ]


def _contracts(connection: Connection, payee: int, on: dt.date, known: int) -> list[ContractOfPayee]:
    k, sl = t.contract.c, t.service_line
    rows = connection.execute(
        select(t.contract).where(k.payee == payee, believed(t.contract, known)).order_by(k.starts, k.ref)
    ).all()
    live = (sl.c.starts <= on) & (sl.c.ends.is_(None) | (sl.c.ends > on))
    counted = connection.execute(
        select(sl.c.contract, func.count())
        .where(sl.c.contract.in_([each.nr for each in rows]), believed(sl, known), live)
        .group_by(sl.c.contract)
    )
    lines = {contract: int(count) for contract, count in counted}
    calendars = names(connection, t.pay_calendar, [each.calendar for each in rows])
    return [
        ContractOfPayee(
            Named(each.ref, each.name), calendars[each.calendar], each.starts, each.ends, lines.get(each.nr, 0)
        )
        for each in rows
    ]


def _runs(connection: Connection, payee: int, on: dt.date, limit: int) -> list[RunOfPayee]:
    r, p = ledger.run.c, ledger.run_party.c
    query = (
        select(r.nr, r.calendar_name, r.status, r.pay_date, p.total, p.held, p.paid, p.carried_forward, p.withheld)
        .join_from(ledger.run_party, ledger.run, r.nr == p.run)
        .where(p.party == payee, r.stream == PAYMENTS.name, r.status != str(Status.ABANDONED), r.window_starts <= on)
        .order_by(r.nr.desc())
        .limit(limit)
    )
    return [RunOfPayee(row.nr, row.calendar_name, Status(row.status), *row[3:]) for row in connection.execute(query)]
