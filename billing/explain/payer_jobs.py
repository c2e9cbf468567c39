"""The verbs: explain a payer’s account, a receipt, and a bill to another funder. Nothing is changed."""

import datetime as dt
from collections.abc import Iterable

import numpy as np
from sqlalchemy import Connection

from billing.bill_store import read_bill
from billing.explain import payer_store as store
from billing.receipts.balances import BILL, GOALS, RECEIPT
from billing.receipts.jobs import account_of, position_of
from billing.tables import number_of
from finance.care_costs.news import cause_words
from finance.columns import Database
from finance.days import spoken
from finance.facts.versions import Row
from finance.money import sterling
from ledgers import store as ledger
from ledgers.explain.explanation import Explanation, NothingToExplain, Section
from ledgers.views.store import read_lines


def explain_payer(database: Database, ref: str) -> Explanation:
    """A payer’s account: everything that moved it, and what is left of each bill; each with the way down."""
    found = account_of(database, ref)
    rows = tuple(
        (spoken(each.on), each.what, each.ref, sterling(each.pence), sterling(each.balance)) for each in found.lines
    )
    down = next((each.ref for each in reversed(found.lines) if each.ref), None)
    said = (f"Each by its reference: outturn explain {down}.",) if down else ()
    left = tuple(
        (number_of(each.nr), spoken(each.due), sterling(each.pence), sterling(each.left)) for each in found.bills
    )
    apart = tuple((what.capitalize(), sterling(pence)) for what, pence in found.apart.items() if pence)
    sections = (
        Section("The account", said, ("Day", "What", "Which", "Amount", "Balance"), rows),
        Section("What the balance is made of", (), ("What", "Amount"), apart),
        Section("What is left of each bill", (), ("Bill", "To be paid by", "Amount", "Left"), left),
    )
    owes = "is in credit by" if found.balance < 0 else "owes"
    headline = f"{found.payer.name} ({found.payer.ref}) {owes} {sterling(abs(found.balance))}."
    figures = {
        "balance_pence": found.balance,
        "unallocated_pence": found.unallocated,
        "refundable_pence": found.refundable,
    }
    return Explanation(ref, "payer", None, headline, tuple(filter(None, sections)), figures)


def explain_receipt(database: Database, ref: str) -> Explanation:
    """A receipt: what told of it, whose it is and who said so, where it is posted, and which bills it pays."""
    with database.read() as connection:
        told = store.read_receipt(connection, ref)
        if told is None:
            raise NothingToExplain(f"There is no receipt “{ref}”.", "List them: outturn receipt list")
        entries = store.read_entries_of_receipt(connection, told.nr)
    whose = told.payer
    amount = told.row["amount"]
    posted = tuple(
        (f"run {row['run']}", row["kind"], spoken(row["recorded"].date()), sterling(row["amount"])) for row in entries
    )
    sections = (
        Section("What was told", tuple(_told(told))),
        Section("What it pays", *_pays(database, told.nr, whose)),
        Section("In the ledger", (), ("By", "Kind", "Posted", "Amount"), posted),
    )
    by = f" from {whose['name']} ({whose['ref']})" if whose else ", and nobody has said whose it is"
    headline = f"{ref}, {sterling(amount)} received on {spoken(told.row['on'])}{by}."
    figures = {"amount_pence": amount, "payer": whose["ref"] if whose else None}
    return Explanation(ref, "receipt", None, headline, tuple(filter(None, sections)), figures)


def _told(receipt: store.ReceiptTold) -> Iterable[str]:
    """Every version of the receipt, of whom it was found to be from, and of its return: what, by whom, from what."""
    for table, rows in receipt.facts.rows.items():
        for row in rows:
            said = {
                "receipt": lambda row: (
                    f"received {spoken(row['on'])}, {sterling(row['amount'])} by {row['method']}"
                    + (f", “{row['payer_reference']}”" if row["payer_reference"] else "")
                ),
                "receipt_identification": lambda row: f"{row['identified_by']} found whose: {row['reason']}",
                "receipt_return": lambda row: f"taken back by the bank on {spoken(row['on'])}: {row['reason']}",
            }[table](row)
            gone = "" if row["superseded"] is None else "; believed otherwise since"
            yield f"{row['ref']}: {said}; {receipt.facts.learned(row['learned'], row['source_row'])}{gone}."


def _pays(
    database: Database, receipt: int, whose: Row | None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """What the allocation makes of it, worked out as it is for the account."""
    if whose is None:
        return (), (), ()
    found = position_of(database, payers=np.asarray([whose["nr"]], dtype=np.int64))
    mine = np.flatnonzero((found.money_of == RECEIPT) & (found.money_nr == receipt))
    made = found.allocation
    rows = [
        (_goal(int(found.owed_of[made.owed[at]]), int(found.owed_nr[made.owed[at]])), sterling(int(made.pence[at])),
         "as told" if made.told[at] else "the oldest first")
        for at in np.flatnonzero(np.isin(made.money, mine))
    ]  # fmt: skip
    left = int(made.money_left[mine].sum())
    said = (f"{sterling(left)} of it is left over.",) if left else ()
    return said, ("What", "Amount", "How"), tuple(rows)


def _goal(of: int, nr: int) -> str:
    return number_of(nr) if of == BILL else GOALS[of]


def explain_recharge_bill(database: Database, number: int) -> Explanation:
    """A bill to another funder: every line it bears a share of, by the pay run it is of, and why what is late is.

    Asserts that its lines come to the bill.
    """
    with database.read() as connection:
        bill = read_bill(connection, number)
        run, source = store.read_recharge(connection, bill)
        window = ledger.read_run(connection, source).window_starts
        entries = store.read_recharged_lines(connection, bill)
        payer = store.payer_named(connection, bill.party)
        named = store.lines_named(connection, [row["subject"] for row in entries])
        causes = _causes(connection, source)
    came = sum(row["amount"] for row in entries)
    assert came == bill.amount, f"{number_of(number)} is {bill.amount}, and its lines come to {came}"
    own = [row for row in entries if not _late(row, window)]
    late = [row for row in entries if _late(row, window)]
    rows = [
        (
            named[row["subject"]][1],
            row["kind"],
            spoken(row["period_starts"]),
            causes.get((row["subject"], row["period_starts"]), "") if row in late else "",
            sterling(row["amount"]),
        )
        for row in [*own, *late]
    ]
    first = named[entries[0]["subject"]][0]
    days, earlier = (sum(row["amount"] for row in some) for some in (own, late))
    share = f"It is the share {payer['name']} pays of the lines of run {source}"
    said = (
        f"{share}: {sterling(days)} for its own days and {sterling(earlier)} for earlier ones.",
        f"How each was worked out, and who bears what of it: outturn explain {first} --run {source}.",
    )
    headline = (
        f"{number_of(number)}, a {bill.kind} to {payer['name']} ({payer['ref']}), is {sterling(bill.amount)}: it was "
        f"issued on {spoken(bill.issued)}."
    )
    figures = {
        "bill_pence": bill.amount,
        "payer": payer["ref"],
        "source_run": source,
        "own_pence": days,
        "earlier_periods_pence": earlier,
        "lines": len(entries),
    }
    section = Section("What it is made of", said, ("What", "Kind", "Period from", "Why again", "Amount"), tuple(rows))
    return Explanation(number_of(number), "bill", run.nr, headline, (section,), figures)


def _late(row: Row, window: dt.date) -> bool:
    return bool(row["period_starts"] < window or row["revision"] > 1)


def _causes(connection: Connection, source: int) -> dict[tuple[int, dt.date], str]:
    """Why each line and period was paid again, by the pay run."""
    run = ledger.read_run(connection, source)
    lines = read_lines(connection, run, late=True).select(["subject", "period_starts", "cause"]).to_pylist()
    return {(row["subject"], row["period_starts"]): cause_words(row["cause"]) for row in lines}
