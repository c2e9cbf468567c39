"""The SQL of deferred payments: agreements and their facts as believed at a change, and the charges posted to
payers.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, select

from billing.deferred_payments import kinds
from billing.deferred_payments import tables as t
from billing.deferred_payments.charged_store import read_weeks
from billing.deferred_payments.facts import AgreementFacts, ChargeEntry, LoanAmount, Share, Signed, Valued, charged
from billing.tables import bill_payer
from finance.columns import Bulk
from finance.facts.tables import change, person, service_line
from finance.facts.versions import believed
from finance.problems import Refusal
from ledgers.streams import CHARGES, DEFERRED_PAYMENTS
from ledgers.tables import entry

CALENDAR = 0  # one run covers every agreement, whatever bill calendar its payer has
CALENDAR_NAME = DEFERRED_PAYMENTS.name
_AT_ONCE = 500  # numbers asked about in one query
Lines = Mapping[int, tuple[dt.date, dt.date | None]]


class NoSuchAgreement(Refusal):
    """An agreement was asked for that is not believed."""


def read_held(bulk: Bulk, known: int | None = None, ref: str | None = None) -> list[AgreementFacts]:
    """Every agreement (or one) with its facts as known at a change and the charges posted to its payer, by number."""
    every = _agreements(bulk, known)
    until = _until(every)
    agreements = [each for each in every if ref is None or each.ref == ref]
    if not agreements:
        return []
    only = [each.nr for each in agreements] if ref is not None else None
    shares = _of(bulk, t.deferral, known, only)
    valuations = _of(bulk, t.valuation, known, only)
    fees = _of(bulk, t.deferred_fee, known, only)
    repayments = _of(bulk, t.deferred_repayment, known, only)
    write_offs = _of(bulk, t.deferred_write_off, known, only)
    charges = _charges(bulk, agreements)
    lines = _lines(bulk, charges, known)
    weeks = read_weeks(bulk, [entry for posted in charges.values() for entry in posted])
    return [
        AgreementFacts(
            agreement=each,
            shares=tuple(
                Share(row["starts"], row["ends"], row["pays"], row["weekly"], row["share"], row["kept"])
                for row in sorted(shares[each.nr], key=lambda row: row["starts"])
            ),
            valuations=tuple(
                Valued(row["on"], row["value"], row["other_charges"], row["valued_by"]) for row in valuations[each.nr]
            ),
            fees=tuple(
                LoanAmount(row["ref"], row["on"], row["amount"], row["kind"], row["paid"] == "billed")
                for row in fees[each.nr]
            ),
            repayments=tuple(
                LoanAmount(row["ref"], row["on"], row["amount"], row["source"]) for row in repayments[each.nr]
            ),
            write_offs=tuple(
                LoanAmount(row["ref"], row["on"], row["amount"], row["recovery"]) for row in write_offs[each.nr]
            ),
            charges=charged(charges[each.nr], lines, each.died, weeks, each.top_up),
            until=until.get(each.nr),
        )
        for each in agreements
    ]


_OF_AGREEMENT = [each.name for each in fields(Signed) if each.name in t.deferred_agreement.c]


def _agreements(bulk: Bulk, known: int | None) -> list[Signed]:
    a, p, who = t.deferred_agreement, person, bill_payer
    query = (
        select(
            *(a.c[name] for name in _OF_AGREEMENT),
            p.c.ref.label("person_ref"),
            p.c.name,
            p.c.born,
            p.c.died,
            p.c.support_reason,
        )
        .join(p, and_(p.c.nr == a.c.person, believed(p, known)))
        .join(who, and_(who.c.nr == a.c.bill_payer, believed(who, known)))
        .where(believed(a, known))
        .order_by(a.c.nr)
    )
    return [Signed(**row) for row in bulk.read(query).to_pylist()]


def _until(agreements: Sequence[Signed]) -> dict[int, dt.date]:
    """Where a payer has several agreements, the day the next one begins: no charge is deferred twice."""
    ordered = sorted(agreements, key=lambda each: (each.bill_payer, each.starts, each.nr))
    return {a.nr: b.starts for a, b in pairwise(ordered) if a.bill_payer == b.bill_payer}


def _of(bulk: Bulk, table: Table, known: int | None, only: Sequence[int] | None) -> Mapping[int, list[dict[str, Any]]]:
    """A fact's rows by agreement, in order of their day and number."""
    query = select(table).where(believed(table, known))
    if only is not None:
        query = query.where(table.c.agreement.in_(only))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in bulk.read(query.order_by(table.c.nr)).to_pylist():
        found[row["agreement"]].append(row)
    return found


def _charges(bulk: Bulk, agreements: Sequence[Signed]) -> Mapping[int, list[ChargeEntry]]:
    """Charges posted to each agreement's payer, by agreement."""
    payers = sorted({each.bill_payer for each in agreements})
    e = entry.c
    query = select(e.party, e.subject, e.kind, e.period_starts, e.period_ends, e.amount, e.run).where(
        e.stream == CHARGES.name, e.kind.in_([*kinds.DEFERRABLE, kinds.TOP_UP])
    )
    if len(payers) <= _AT_ONCE:
        query = query.where(e.party.in_(payers))
    by_party: dict[int, list[tuple[str, ChargeEntry]]] = defaultdict(list)
    for row in bulk.read(query).to_pylist():
        posted = ChargeEntry(row["subject"], row["period_starts"], row["period_ends"], row["amount"], row["run"])
        by_party[row["party"]].append((row["kind"], posted))
    return {
        each.nr: [posted for kind, posted in by_party[each.bill_payer] if each.top_up or kind != kinds.TOP_UP]
        for each in agreements
    }


def _lines(bulk: Bulk, charges: Mapping[int, list[ChargeEntry]], known: int | None) -> Lines:
    """The first and end day of each service line charged for."""
    wanted = sorted({each.line for posted in charges.values() for each in posted})
    sl, found = service_line.c, {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = sl.nr.in_(wanted[first : first + _AT_ONCE])
        rows = bulk.read(select(sl.nr, sl.starts, sl.ends).where(believed(service_line, known), some))
        found.update({row["nr"]: (row["starts"], row["ends"]) for row in rows.to_pylist()})
    return found


def posted_balances(connection: Connection, only: int | None = None) -> dict[int, int]:
    """What the ledger says each agreement's loan stands at, pence."""
    e = entry.c
    query = select(e.subject, func.sum(e.amount)).where(e.stream == DEFERRED_PAYMENTS.name)
    if only is not None:
        query = query.where(e.subject == only)
    return {nr: int(pence) for nr, pence in connection.execute(query.group_by(e.subject))}


def posted_entries(connection: Connection, agreement: int) -> list[dict[str, Any]]:
    """The entries of an agreement, oldest first."""
    e = entry.c
    query = (
        select(e.kind, e.period_starts, e.period_ends, e.revision, e.amount, e.run, e.recorded)
        .where(e.stream == DEFERRED_PAYMENTS.name, e.subject == agreement)
        .order_by(e.period_starts, e.kind, e.revision)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def read_requests(connection: Connection, known: int | None = None) -> list[dict[str, Any]]:
    """Requests for a deferred payment, with the day of birth the age band goes by."""
    r = t.deferred_request
    query: Select[Any] = (
        select(r, person.c.born)
        .join(person, and_(person.c.nr == r.c.person, believed(person, known)))
        .where(believed(r, known))
        .order_by(r.c.nr)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def earliest(connection: Connection) -> dt.date | None:
    """The first day any agreement was ever said to begin, or brought its debt in."""
    a = t.deferred_agreement.c
    days = connection.execute(select(func.min(a.starts), func.min(a.brought_in_on))).one()
    return min((each for each in days if each is not None), default=None)


def last_change(connection: Connection) -> int:
    """The number of the newest change; 0 where nothing has ever been learned."""
    return int(connection.execute(select(func.coalesce(func.max(change.c.nr), 0))).scalar_one())
