"""What each payee is paid when a run is settled, by what the ledger holds; and a case for whoever is left owing."""

import datetime as dt

import pyarrow as pa

from finance.columns import Bulk, Ints
from ledgers import parties as parties_of
from ledgers import tables as t
from ledgers.coding.rules import Coding
from ledgers.holds import Holds
from ledgers.overpayments import store as overpayments
from ledgers.runs import SETTLED, Run, Stream
from ledgers.streams import SETTLEMENT
from ledgers.urgent_store import read_brought_forward


def pay(
    bulk: Bulk,
    run: Run,
    stream: Stream,
    coding: Coding,
    held: Holds,
    proposal: pa.Table,
    posted: pa.Table,
    at: dt.datetime,
) -> pa.Table:
    """Settle with each payee: paid what is owed, but for those withheld or told to wait. The entries of it."""
    proposed = parties_of.proposed(proposal, read_brought_forward(bulk, run))
    most = overpayments.most_taken(bulk, run)
    owed = parties_of.owed(proposed, posted, most)
    withheld = stream.withheld(bulk, run, owed) if owed else {}
    parties = parties_of.settled(proposed, posted, withheld, held.parties, most)
    bulk.execute(t.run_party.delete().where(t.run_party.c.run == run.nr))
    bulk.append(t.run_party, parties.rows(run.nr))
    overpayments.open_cases(bulk, run, parties, at)
    settlements = _settlements(run, coding, *parties.settled, at)
    bulk.append(t.entry, settlements)
    return settlements


def _settlements(run: Run, coding: Coding, party: Ints, paid: Ints, at: dt.datetime) -> pa.Table:
    """One entry a payee paid: out of the control account, through the bank."""
    count = len(party)
    debit, credit = coding.accounts(SETTLEMENT, None, None, None, None, run.pay_date)
    same = {
        "stream": run.stream,
        "period_starts": run.pay_date,
        "subject": run.nr,
        "kind": SETTLEMENT,
        "funder": 0,
        "revision": 1,
        "period_ends": run.pay_date + dt.timedelta(days=1),
        "run": run.nr,
        "chunk": SETTLED,
        "debit": debit,
        "credit": credit,
        "effective": run.pay_date,
        "recorded": at,
    }
    return pa.table(
        {
            **{name: pa.repeat(pa.scalar(value), count) for name, value in same.items()},
            "party": pa.array(party, pa.int64()),
            "amount": pa.array(paid, pa.int64()),
        }
    )
