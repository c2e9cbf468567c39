"""A balance made a debt: what a payee owes after a run is taken off what is carried on, and invoiced."""

import datetime as dt

import pyarrow as pa
from sqlalchemy import update

from finance.columns import Database
from finance.money import sterling
from finance.problems import Refusal
from ledgers import store
from ledgers import tables as t
from ledgers.approvals.rules import OverTheTier, check_alone, tier_for
from ledgers.chain.covering import entry_lines
from ledgers.chain.links import DEBT_MADE, About, sha256
from ledgers.chain.store import add_links, read_codes
from ledgers.coding.rules import Coding
from ledgers.officers.store import alone_of, limits_of, role_of
from ledgers.runs import POSTED, SETTLED, Status, raised
from ledgers.streams import DEBT


def record_debt(database: Database, run_nr: int, party: int, coding: Coding, *, by: str, at: dt.datetime) -> int:
    """Turn what a payee owes after a run into a debt to be invoiced. Returns the pence moved (above nought).

    By an officer who may release runs and sign for as much. Refused while a later run has been submitted with the
    balance.
    """
    with database.begin() as connection:
        officer = store.acting(connection, by, "release", "turn a balance into a debt")
        asked = store.read_run(connection, run_nr)
        store.lock_calendar(connection, asked.stream, asked.calendar)
        run = store.read_run(connection, run_nr)
        if run.is_urgent:
            raise Refusal("What a payee owes is left by urgent runs to those of the calendar.", "Name its latest run.")
        row = next((each for each in store.read_parties(connection, run_nr) if each.party == party), None)
        if run.status not in POSTED or row is None or row.carried_forward >= 0:
            raise Refusal("This payee owes nothing after that run.", "Look at what the run carried forward.")
        last = store.last_posted(connection, run.stream, run.calendar)
        assert last is not None, f"{run.title} is posted, and its calendar has no posted run"
        if last.nr != run.nr:
            raise Refusal("A later run has carried the balance on.", "Name the latest run.")
        later = store.open_run(connection, run.stream, run.calendar)
        if later and later.status in (Status.SUBMITTED, Status.APPROVED, Status.RELEASING):
            raise Refusal(
                f"{later.heading} is {later.status}, and was worked out with this balance.",
                "Send it back first, or name it once it is released.",
            )
        owed = -int(row.carried_forward)
        role = role_of(connection, officer) or ""
        if tier_for(owed, limits_of(connection, role)) is None:
            raise OverTheTier(
                f"{sterling(owed)} is more than {officer} may sign for as {role}.",
                "Ask an officer with a higher limit.",
            )
        check_alone(owed, alone_of(connection, role), officer, role)
        debit, credit = coding.accounts(DEBT, None, None, None, None, run.pay_date)
        entry = {
            "stream": run.stream,
            "period_starts": run.pay_date,
            "subject": run.nr,
            "kind": DEBT,
            "funder": 0,
            "party": party,
            "revision": 1,
            "period_ends": run.pay_date + dt.timedelta(days=1),
            "run": run.nr,
            "chunk": SETTLED,
            "debit": debit,
            "credit": credit,
            "amount": -owed,
            "effective": run.pay_date,
            "recorded": at,
        }
        connection.execute(t.entry.insert().values(entry))
        p = t.run_party.c
        moved = connection.execute(
            update(t.run_party)
            .where(p.run == run.nr, p.party == party, p.carried_forward == row.carried_forward)
            .values(carried_forward=0)
        )
        assert moved.rowcount == 1, f"the balance of payee {party} after run {run.nr} moved meanwhile"
        store.add_event(connection, run.nr, raised(owed, party), officer, at, None)
        covers = sha256(entry_lines(pa.Table.from_pylist([entry]), read_codes(connection)))
        add_links(connection, (), at, [(About(DEBT_MADE, run.nr, party), covers)])
        return owed
