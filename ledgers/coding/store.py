"""Accounts and coding rules in the database. Rules are ended, never deleted; an account keeps its number for good."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from finance.locking import Alone
from ledgers.coding.purposes import Purpose
from ledgers.coding.rules import Account, Coding, CodingRule
from ledgers.coding.shipped import SHIPPED_BY, shipped_rules
from ledgers.tables import account, coding_rule, entry

_CODE = ("entity", "cost_centre", "subjective", "analysis")
_RULE = ("purpose", "kind", "service_kind", "support_reason", "age_band", "funder_kind", "starts", "ends", "account")


def load_current(connection: Connection) -> Coding:
    """Every coding rule, ready to answer for any day. A council with none is given the shipped set first."""
    rows = _read(connection)
    if not rows:
        connection.execute(Alone(coding_rule))  # of two who find none, one brings them and the other reads them
        rows = _read(connection)
    if not rows:
        add_rules(connection, shipped_rules(), SHIPPED_BY, None)
        rows = _read(connection)
    return _coding(rows)


def read_rules(connection: Connection) -> list[CodingRule]:
    """The rules that hold on some day. One ended on or before its first day was withdrawn, and is left out."""
    return _rules(_read(connection))


@lru_cache(maxsize=2)  # a verb asks several times, and they seldom change
def _coding(rows: tuple[Row[Any], ...]) -> Coding:
    return Coding(_rules(rows))


def _read(connection: Connection) -> tuple[Row[Any], ...]:
    query = (
        select(*(coding_rule.c[name] for name in ("nr", *_RULE)), *(account.c[name] for name in (*_CODE, "name")))
        .join(account, account.c.nr == coding_rule.c.account)
        .where(or_(coding_rule.c.ends.is_(None), coding_rule.c.ends > coding_rule.c.starts))
        .order_by(coding_rule.c.nr)
    )
    return tuple(connection.execute(query).all())


def _rules(rows: Iterable[Row[Any]]) -> list[CodingRule]:
    return [
        CodingRule(
            Purpose(row.purpose),
            Account(row.entity, row.cost_centre, row.subjective, row.analysis, row.name, row.account),
            row.kind,
            row.service_kind,
            row.support_reason,
            row.age_band,
            row.funder_kind,
            row.starts,
            row.ends,
            f"coding rule {row.nr}",
        )
        for row in rows
    ]


def add_rules(connection: Connection, rules: Iterable[CodingRule], by: str, at: dt.datetime | None) -> int:
    """Add rules and the accounts they name; ``starts`` must be given. ``at`` None: shipped. Returns how many."""
    rules = list(rules)
    numbers = _account_numbers(connection, [rule.account for rule in rules])
    rows = [
        {
            **{name: getattr(rule, name) for name in _RULE if name != "account"},
            "purpose": rule.purpose.value,
            "account": numbers[_code(rule.account)],
            "entered_by": by,
            "entered_at": at,
        }
        for rule in rules
    ]
    if rows:
        connection.execute(insert(coding_rule), rows)
    return len(rows)


def end_rule(connection: Connection, rule: CodingRule, ends: dt.date) -> None:
    """End a rule on a day; ended on its own first day it is withdrawn."""
    facts = {name: getattr(rule, name) for name in _RULE if name != "account"} | {"account": rule.account.nr}
    same = (
        coding_rule.c[name].is_(None) if value is None else coding_rule.c[name] == value
        for name, value in facts.items()
    )
    connection.execute(update(coding_rule).where(and_(*same)).values(ends=ends))


def read_accounts(connection: Connection) -> dict[int, Account]:
    """Every account by its number."""
    return {
        row.nr: Account(row.entity, row.cost_centre, row.subjective, row.analysis, row.name, row.nr)
        for row in connection.execute(select(account))
    }


def read_posted(connection: Connection, purposes: Iterable[Purpose]) -> dict[Purpose, list[Account]]:
    """The accounts that have served each purpose and that entries are posted to."""
    accounts = read_accounts(connection)
    found: dict[Purpose, list[Account]] = {}
    for purpose in purposes:
        served = select(coding_rule.c.account).where(coding_rule.c.purpose == purpose.value).distinct()
        numbers = sorted(connection.execute(served).scalars())
        found[purpose] = [accounts[nr] for nr in numbers if _posted(connection, nr)]
    return found


def _posted(connection: Connection, account_nr: int) -> bool:
    named = or_(entry.c.debit == account_nr, entry.c.credit == account_nr)
    return connection.execute(select(entry.c.run).where(named).limit(1)).first() is not None


def _account_numbers(connection: Connection, accounts: list[Account]) -> dict[tuple[str, ...], int]:
    known = {_code(each): each for each in read_accounts(connection).values()}
    wanted = {_code(each): each for each in accounts}
    new = [
        {name: getattr(each, name) for name in (*_CODE, "name")} for code, each in wanted.items() if code not in known
    ]
    if new:
        connection.execute(insert(account), new)
    for code, each in wanted.items():
        if code in known and known[code].name != each.name:
            connection.execute(update(account).where(account.c.nr == known[code].nr).values(name=each.name))
    return {_code(each): number for number, each in read_accounts(connection).items()}


def _code(each: Account) -> tuple[str, ...]:
    return (each.entity, each.cost_centre, each.subjective, each.analysis)
