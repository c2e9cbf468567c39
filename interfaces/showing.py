"""What stands of a person, a payee, a contract or a line on a day: payments and charges, which are strangers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select

from billing.person_views_jobs import MoneyOfPerson, money_of_person
from finance.care_costs.store import last_change
from finance.columns import Database
from finance.facts import tables as t
from finance.facts.names_store import NoSuchReference
from finance.facts.searching import SAME
from finance.facts.versions import believed
from finance.problems import Refusal
from interfaces.explaining import naming_of
from interfaces.searching import find_anything, seen_by
from ledgers.streams import CHARGES, PAYMENTS
from ledgers.views.holds_store import read_every_hold
from ledgers.views.records import HoldShown
from payruns.care_views_jobs import CareOfLine, care_of_lines
from payruns.contract_views_store import ContractOnDay, read_contract
from payruns.payee_views_store import PayeeOnDay, read_payee

SORTS: dict[str, Table] = {"person": t.person, "payee": t.payee, "contract": t.contract, "line": t.service_line}
"""What may be shown, by what an officer calls it."""
RUNS = 6


class SeveralHaveIt(Refusal):
    """One reference is that of a person and of a payee, say."""


@dataclass(frozen=True, slots=True)
class PersonOnDay:
    """A person as they stand on a day."""

    ref: str
    name: str
    born: dt.date | None
    died: dt.date | None
    nhs_number: str | None
    postcode: str | None
    support_reason: str
    lines: Sequence[CareOfLine]
    money: MoneyOfPerson
    holds: Sequence[HoldShown]

    @property
    def live(self) -> Sequence[CareOfLine]:
        return [each for each in self.lines if each.live]

    @property
    def week_pence(self) -> int:
        """What seven days of all their care come to."""
        return sum(each.week_pence for each in self.live)


OnDay = PersonOnDay | PayeeOnDay | ContractOnDay | CareOfLine


def show_reference(
    database: Database,
    ref: str,
    on: dt.date,
    *,
    only: str | None = None,
    known: int | None = None,
    until: dt.date | None = None,
    every: bool = False,
) -> OnDay:
    """Whatever of these has the reference, as it stands on a day and as known at a change, or now.

    ``until``: accounts as they were posted by the end of that day; ``every``: prices whose days are over too. Raises
    NoSuchReference, naming what else has the reference or is near it, and SeveralHaveIt.
    """
    with database.read() as connection:
        at = last_change(connection) if known is None else known
        having = _having(connection, ref.strip(), at, only)
        if len(having) > 1:
            raise SeveralHaveIt(
                f"{ref} is the reference of {' and of '.join(f'a {sort}' for sort in having)}.",
                f"Say which: --only {next(iter(having))}.",
            )
        if having:
            ((sort, nr),) = having.items()
            if sort == "line":
                return care_of_lines(connection, on, at, line=nr)[0]
            if sort == "payee":
                return read_payee(connection, nr, on, at, runs=RUNS, until=until)
            if sort == "contract":
                return read_contract(connection, nr, on, at, every=every)
            row = connection.execute(select(t.person).where(t.person.c.nr == nr, believed(t.person, at))).one()
            lines = care_of_lines(connection, on, at, person=nr)
    if not having:
        raise _nothing(database, ref)
    money = money_of_person(database, nr, row.ref, on, known=known, until=until)
    of_them = (row.ref, row.name, row.born, row.died, row.nhs_number, row.postcode, row.support_reason)
    held = {(PAYMENTS.name, "line", each.nr) for each in lines} | {
        (CHARGES.name, "payee", each) for each in money.payers
    }
    with database.read() as connection:
        holds = read_every_hold(connection, naming_of, until, held)
    return PersonOnDay(*of_them, lines, money, holds)


def _having(connection: Connection, ref: str, known: int, only: str | None) -> dict[str, int]:
    """What has this reference, in these letters; or in any capitals where nothing has it as it is written."""
    if only is not None and only not in SORTS:
        raise NoSuchReference(f"There is nothing to show called a “{only}”.", f"Use one of: {', '.join(SORTS)}.")
    wanted = {sort: table for sort, table in SORTS.items() if only in (None, sort)}
    for way in (ref, ref.upper()):
        found = {
            sort: connection.execute(select(table.c.nr).where(table.c.ref == way, believed(table, known))).scalar()
            for sort, table in wanted.items()
        }
        if any(found.values()):
            return {sort: int(nr) for sort, nr in found.items() if nr is not None}
    return {}


def _nothing(database: Database, ref: str) -> NoSuchReference:
    near = find_anything(database, ref, limit=3).found
    same = [each for each in near if each.near == SAME]
    if same:
        return NoSuchReference(f"{ref} is a {same[0].sort}.", f"To see it: {seen_by(same[0])}")
    meant = f"Did you mean {' or '.join(each.ref for each in near)}?" if near else "Look for it: outturn find."
    return NoSuchReference(f"No person, payee, contract or line is known as {ref}.", meant)
