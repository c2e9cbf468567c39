"""What reports read from the ledger. Sums are added up by the database and come back as whole pence."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, case, cast, exists, false, func, or_, select

from ledgers.coding.purposes import Purpose
from ledgers.reports.balances import LedgerMovement
from ledgers.runs import raised
from ledgers.streams import DEBT, PAYMENTS, STREAMS, names_of
from ledgers.tables import (
    account,
    approval_tier,
    chunk,
    coding_rule,
    entry,
    officer,
    officer_change,
    outstanding,
    owed,
    parked,
    run,
    run_event,
    run_party,
)


def movements(
    connection: Connection,
    as_at: dt.date | None = None,
    known_at: dt.datetime | None = None,
    run_nr: int | None = None,
    without: Sequence[str] = (),
) -> list[LedgerMovement]:
    """Entries added up by pair of accounts and effective day.

    ``as_at``: effective on or before that day. ``known_at``: recorded at or before that moment. ``run_nr``: that
    run's. ``without``: kinds of entry left out.
    """
    query = (
        select(
            entry.c.debit,
            entry.c.credit,
            entry.c.effective,
            _pence(case((entry.c.amount > 0, entry.c.amount), else_=0)).label("paid"),
            _pence(case((entry.c.amount < 0, -entry.c.amount), else_=0)).label("taken_back"),
        )
        .where(*_asked(as_at, known_at, run_nr), entry.c.kind.not_in(without))
        .group_by(entry.c.debit, entry.c.credit, entry.c.effective)
        .order_by(entry.c.debit, entry.c.credit, entry.c.effective)
    )
    return [LedgerMovement(*row) for row in connection.execute(query)]


def account_entries(
    connection: Connection,
    account_nr: int,
    as_at: dt.date | None = None,
    known_at: dt.datetime | None = None,
    limit: int = 1000,
) -> list[Row[tuple[object, ...]]]:
    """The entries behind an account's balance, first effective first, ``side`` being their pence as a debit."""
    side = case((entry.c.debit == account_nr, entry.c.amount), else_=-entry.c.amount).label("side")
    query = (
        select(*entry.c, side)
        .where(or_(entry.c.debit == account_nr, entry.c.credit == account_nr), *_asked(as_at, known_at, None))
        .order_by(entry.c.effective, entry.c.run, entry.c.subject, entry.c.kind, entry.c.funder, entry.c.revision)
        .limit(limit)
    )
    return list(connection.execute(query))


def payee_balances(
    connection: Connection, before_run: int | None = None, run_nr: int | None = None, stream: str = PAYMENTS.name
) -> dict[int, int]:
    """What the council owes each payee (below nought: what the payee owes it), in pence; settled payees left out.

    ``before_run``: only entries of earlier runs of the stream. ``run_nr``: only that run's.
    """
    controls = control_accounts()
    owed = case((entry.c.credit.in_(controls), entry.c.amount), else_=0) - case(
        (entry.c.debit.in_(controls), entry.c.amount), else_=0
    )
    query = select(entry.c.party, _pence(owed).label("owed")).where(entry.c.stream == stream).group_by(entry.c.party)
    if before_run is not None:
        query = query.where(entry.c.run < before_run)
    if run_nr is not None:
        query = query.where(entry.c.run == run_nr)
    return {row.party: row.owed for row in connection.execute(query.having(_pence(owed) != 0))}


def last_carried_forward(connection: Connection) -> int:
    """What the last released run of each calendar carried forward for its payees, and urgent runs since posted and did
    not pay, in pence.
    """
    query = select(_pence(_carried())).where(run_party.c.run.in_(_standing()))
    return int(connection.execute(query.join_from(run_party, run, run.c.nr == run_party.c.run)).scalar_one())


def _standing() -> Select[tuple[int]]:
    """The last released run of each calendar, and the urgent ones released since."""
    mine, later = run.alias().c, run.alias().c
    same = (later.stream == mine.stream, later.calendar == mine.calendar, later.urgent_for.is_(None))
    after = case((mine.urgent_for.is_(None), mine.nr), else_=func.coalesce(mine.run_before, 0))
    overtaken = select(later.nr).where(*same, later.status.in_(["released", "acknowledged"]), later.nr > after)
    return select(mine.nr).where(mine.status.in_(["released", "acknowledged"]), ~overtaken.exists())


def _carried() -> ColumnElement[int]:
    """What a run leaves a payee owed: all of it by the run of a calendar, by an urgent one what it adds."""
    p = run_party.c
    return case((run.c.urgent_for.is_(None), p.carried_forward), else_=p.carried_forward - p.brought_forward)


def carried_by_payee(connection: Connection) -> dict[int, int]:
    """What the last released run of each pay calendar carried forward for each payee, with what urgent runs since add,
    in pence; nothing carried left out.
    """
    pence = _pence(_carried())
    query = (
        select(run_party.c.party, pence.label("carried"))
        .join_from(run_party, run, run.c.nr == run_party.c.run)
        .where(_settled(), run.c.nr.in_(_standing()))
        .group_by(run_party.c.party)
    )
    return {row.party: row.carried for row in connection.execute(query.having(pence != 0))}


def last_runs(connection: Connection) -> set[int]:
    """The last released run of each calendar of each stream."""
    last = (
        select(func.max(run.c.nr))
        .where(run.c.status.in_(["released", "acknowledged"]), run.c.urgent_for.is_(None))
        .group_by(run.c.stream, run.c.calendar)
    )
    return set(connection.execute(last).scalars())


def parked_and_outstanding(connection: Connection, nr: int) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """Subjects a run parked, and those it left for the next to look back for, each with its kind."""
    of = [select(table.c.subject, table.c.kind).where(table.c.run == nr) for table in (parked, outstanding)]
    left, noted = ({(row.subject, row.kind) for row in connection.execute(query)} for query in of)
    return left, noted


def broken_chains(connection: Connection) -> list[Row[tuple[int, int, int, int]]]:
    """Payees brought forward at another balance than the run before carried, with what urgent runs between added: run,
    party, pence brought forward, pence carried. An urgent run brings forward no more than it pays the one it is for.
    """
    before, between, added = run_party.alias(), run.alias(), run_party.alias()
    same = (between.c.stream == run.c.stream, between.c.calendar == run.c.calendar, between.c.urgent_for.is_not(None))
    moved = (
        select(_pence(added.c.carried_forward - added.c.brought_forward))
        .join_from(added, between, between.c.nr == added.c.run)
        .where(*same, between.c.status.in_(["released", "acknowledged"]), added.c.party == run_party.c.party)
        .where(func.coalesce(between.c.run_before, 0) == func.coalesce(run.c.run_before, 0))
        .correlate(run, run_party)
        .scalar_subquery()
    )
    b = run_party.c.brought_forward
    for_it = (run.c.urgent_for == "payee") & (run.c.urgent_nr == run_party.c.party) & (b > 0)
    chained = func.coalesce(before.c.carried_forward, 0) + moved
    carried = case((run.c.urgent_for.is_(None), chained), (for_it, b), else_=0)
    query = (
        select(run.c.nr, run_party.c.party, run_party.c.brought_forward, carried.label("carried"))
        .join_from(run, run_party, run_party.c.run == run.c.nr)
        .outerjoin(before, (before.c.run == run.c.run_before) & (before.c.party == run_party.c.party))
        .where(_settled(), run_party.c.brought_forward != carried)
    )
    return list(connection.execute(query.order_by(run.c.nr, run_party.c.party)))


def owed_unrecorded(connection: Connection) -> list[tuple[int, str]]:
    """What a release owes by its stream and is recorded nowhere, done or not: run and what."""
    there = {(row.run, row.what) for row in connection.execute(select(owed.c.run, owed.c.what))}
    runs = connection.execute(
        select(run.c.nr, run.c.stream).where(run.c.status.in_(["released", "acknowledged"])).order_by(run.c.nr)
    )
    return [
        (row.nr, what)
        for row in runs
        if row.stream in STREAMS
        for what in STREAMS[row.stream].owes
        if (row.nr, what) not in there
    ]


def officers(connection: Connection) -> list[Row[Any]]:
    """Every role an officer has had: name, role, the normal form kept of the name, who confirmed it; of which founder
    it is, and whether the change that gave it says the same, confirmed by another than asked for it.
    """
    c = officer_change.c
    given = (c.name == officer.c.name) & (c.role == officer.c.role) & (c.confirmed_by == officer.c.confirmed_by)
    query = select(
        officer.c.name,
        officer.c.role,
        officer.c.key,
        officer.c.confirmed_by,
        c.founding,
        func.coalesce(given & ((c.confirmed_by != c.asked_by) | c.founding.is_not(None)), false()).label("given"),
    )
    return list(
        connection.execute(query.outerjoin(officer_change, c.nr == officer.c.change).order_by(officer.c.change))
    )


def limits_nobody_gave(connection: Connection) -> list[tuple[str, int]]:
    """Limits of roles that no confirmed change gave: role and pence."""
    tier, c = approval_tier.c, officer_change.c
    given = exists().where(
        c.nr == tier.change, c.role == tier.role, c.limit == tier.limit, c.confirmed_by == tier.confirmed_by
    )
    return [(row.role, row.limit) for row in connection.execute(select(tier.role, tier.limit).where(~given))]


def _settled() -> ColumnElement[bool]:
    return run.c.status.in_(["released", "acknowledged"]) & run.c.stream.in_(names_of(lambda each: each.settles))


def suspense_entries(connection: Connection, run_nr: int | None = None) -> list[Row[tuple[object, ...]]]:
    """Every entry that no coding rule fitted, largest first: what it was, whose, and how much."""
    suspense = accounts_for(Purpose.SUSPENSE)
    query = (
        select(
            entry.c.run,
            entry.c.stream,
            entry.c.kind,
            entry.c.subject,
            entry.c.party,
            entry.c.funder,
            entry.c.period_starts,
            entry.c.effective,
            entry.c.amount,
        )
        .where(or_(entry.c.debit.in_(suspense), entry.c.credit.in_(suspense)), *_asked(None, None, run_nr))
        .order_by(func.abs(entry.c.amount).desc(), entry.c.subject, entry.c.effective)
    )
    return list(connection.execute(query))


def debts_nobody_raised(connection: Connection) -> list[tuple[int, int, int]]:
    """Debts in the ledger whose run has no event of its payee's being raised: run, payee, pence."""
    said = {
        (row.run, row.action)
        for row in connection.execute(
            select(run_event.c.run, run_event.c.action).where(run_event.c.action.like("debt of %"))
        )
    }
    rows = connection.execute(
        select(entry.c.run, entry.c.party, entry.c.amount)
        .where(entry.c.kind == DEBT)
        .order_by(entry.c.run, entry.c.party)
    )
    return [(nr, party, pence) for nr, party, pence in rows if (nr, raised(-pence, party)) not in said]


def strays(connection: Connection) -> int:
    """How many entries name a run or an account that is not there. Always nought, and counted to be sure of it."""
    known = [select(account.c.nr), select(account.c.nr), select(run.c.nr)]
    columns = (entry.c.debit, entry.c.credit, entry.c.run)
    missing = [column.not_in(each) for column, each in zip(columns, known, strict=True)]
    return int(connection.execute(select(func.count()).select_from(entry).where(or_(*missing))).scalar_one())


def unfinished(connection: Connection) -> list[Row[tuple[int, str, str, bool, int, int, int]]]:
    """Runs with entries in the ledger that are not released: number, stream, status, whether an earlier version cut
    them off, parts, parts posted, pence.
    """
    parts = select(func.count()).select_from(chunk).where(chunk.c.run == run.c.nr)
    pence = select(_pence(entry.c.amount)).where(entry.c.run == run.c.nr)
    query = select(
        run.c.nr,
        run.c.stream,
        run.c.status,
        run.c.cut_off,
        parts.scalar_subquery().label("parts"),
        parts.where(chunk.c.posted).scalar_subquery().label("posted"),
        pence.scalar_subquery().label("pence"),
    ).where(or_(run.c.status == "releasing", exists().where(entry.c.run == run.c.nr)))
    return list(connection.execute(query.where(run.c.status.not_in(["released", "acknowledged"])).order_by(run.c.nr)))


def account_names(connection: Connection) -> dict[int, str]:
    """Accounts by number, as their code and name."""
    return {
        row.nr: f"{row.entity}-{row.cost_centre}-{row.subjective}-{row.analysis} {row.name}"
        for row in connection.execute(select(account))
    }


def control_accounts() -> Select[tuple[int]]:
    """Every account that has ever been the creditors' control account."""
    return accounts_for(Purpose.CONTROL)


def accounts_for(purpose: Purpose) -> Select[tuple[int]]:
    return select(coding_rule.c.account).where(coding_rule.c.purpose == purpose.value)


def _asked(as_at: dt.date | None, known_at: dt.datetime | None, run_nr: int | None) -> Iterator[ColumnElement[bool]]:
    if as_at is not None:
        yield entry.c.effective <= as_at
    if known_at is not None:
        yield entry.c.recorded <= known_at
    if run_nr is not None:
        yield entry.c.run == run_nr


def _pence(amount: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)
