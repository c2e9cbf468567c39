"""The SQL of explaining what is seen in the ledger itself: an account, a payee’s part of a run, a finding."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, and_, case, cast, func, or_, select

from finance.facts.versions import Row
from ledgers import tables as t

_e = t.entry.c


def rows_of(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def read_accounts(connection: Connection, code: str) -> list[Row]:
    """Accounts of a full code, entity-cost centre-subjective-analysis, as the journal and the trial balance show it."""
    return [row for row in rows_of(connection, select(t.account)) if code_of(row) == code]


def near_accounts(connection: Connection, code: str) -> list[str]:
    """Codes that share a part of this one."""
    parts = {each for each in code.split("-") if len(each) > 2}
    return sorted(code_of(row) for row in rows_of(connection, select(t.account)) if parts & {*code_of(row).split("-")})


def code_of(account: Row) -> str:
    return "-".join(account[name] for name in ("entity", "cost_centre", "subjective", "analysis"))


def side_of(account: int) -> ColumnElement[int]:
    """An entry’s pence as a debit of an account."""
    side: ColumnElement[int] = case((_e.debit == account, _e.amount), else_=0) - case(
        (_e.credit == account, _e.amount), else_=0
    )
    return side


def sums_of_account(connection: Connection, account: int, run: int | None, *by: str) -> list[Row]:
    """What an account holds, as a debit, by columns of its entries; of one run, or of all."""
    pence = cast(func.sum(side_of(account)), BigInteger).label("pence")
    columns = [_e[name] for name in by]
    asked: list[Any] = [or_(_e.debit == account, _e.credit == account)]
    if run is not None:
        asked.append(_e.run == run)
    query = select(*columns, func.count().label("entries"), pence).where(and_(*asked)).group_by(*columns)
    return rows_of(connection, query.order_by(*columns))


def accounts_of_run(connection: Connection, run: int) -> list[tuple[str, str, int]]:
    """(code, name, pence as a debit) of every account a run moved, in order of code."""
    sums: dict[int, int] = {}
    for column, sign in ((_e.debit, 1), (_e.credit, -1)):
        pence = cast(func.sum(_e.amount), BigInteger).label("pence")
        for row in connection.execute(select(column, pence).where(_e.run == run).group_by(column)):
            sums[row[0]] = sums.get(row[0], 0) + sign * row.pence
    rows = {row["nr"]: row for row in rows_of(connection, select(t.account))}
    return sorted((code_of(rows[nr]), rows[nr]["name"], pence) for nr, pence in sums.items())


def moved_on(connection: Connection, account: int) -> tuple[int, int]:
    """(debits, credits) of an account, neither below nought, as the trial balance shows them."""
    debit = case((_e.debit == account, _e.amount), else_=-_e.amount)
    up = cast(func.coalesce(func.sum(case((debit > 0, debit), else_=0)), 0), BigInteger)
    down = cast(func.coalesce(func.sum(case((debit < 0, -debit), else_=0)), 0), BigInteger)
    row = connection.execute(select(up, down).where(or_(_e.debit == account, _e.credit == account))).one()
    return int(row[0]), int(row[1])


def read_entries(connection: Connection, run: int, *asked: ColumnElement[bool]) -> list[Row]:
    """Entries of a run, in the ledger’s order."""
    order = (_e.subject, _e.period_starts, _e.kind, _e.funder, _e.revision)
    return rows_of(connection, select(t.entry).where(_e.run == run, *asked).order_by(*order))


def read_finding(connection: Connection, nr: int) -> Row | None:
    return next(iter(rows_of(connection, select(t.finding).where(t.finding.c.nr == nr))), None)
