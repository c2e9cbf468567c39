"""Journals sum a run's entries: in balance by journal and period, nothing negative, nothing nought, nothing lost."""

import datetime as dt

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from billing.charges import facts as charges
from billing.deferred_payments import kinds as deferred
from billing.receipts import facts as receipts
from billing.recharges import jobs as recharges
from finance.care_costs import facts as payments
from ledgers.reports.journal import JOURNALS, JournalDetail, summarise

COST, OTHER_COST, CONTROL, BANK, DEBTOR = 1, 2, 8, 9, 10
Row = tuple[str, int, int, int, int, dt.date, int]  # kind, debit, credit, party, subject, effective, amount
APRIL, MAY = dt.date(2026, 4, 30), dt.date(2026, 5, 31)


def entries(*rows: Row) -> pa.Table:
    names = ("kind", "debit", "credit", "party", "subject", "effective", "amount")
    types = (pa.string(), *[pa.int64()] * 4, pa.date32(), pa.int64())
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table(
        {name: pa.array(list(column), kind) for name, column, kind in zip(names, columns, types, strict=True)}
    )


def lines(detail: JournalDetail, *rows: Row) -> list[tuple[object, ...]]:
    kept = {JournalDetail.ACCOUNT: (), JournalDetail.PAYEE: ("party",), JournalDetail.LINE: ("party", "subject")}[
        detail
    ]
    return [
        (JOURNALS[row["journal"]], row["period"], row["account"], *(row[name] for name in kept), row["net"])
        for row in summarise(entries(*rows), detail).to_pylist()
    ]


ROWS: tuple[Row, ...] = (
    ("care", COST, CONTROL, 1, 11, MAY, 1_000),
    ("care", COST, CONTROL, 2, 12, MAY, -300),
    ("care", OTHER_COST, CONTROL, 2, 13, MAY, 50),
    ("care", OTHER_COST, CONTROL, 2, 13, MAY, -50),
    ("care", COST, CONTROL, 1, 11, APRIL, 70),
    ("settlement", CONTROL, BANK, 1, 5, MAY, 1_070),
    ("debt", CONTROL, DEBTOR, 2, 5, MAY, -300),
)


def test_by_account() -> None:
    assert lines(JournalDetail.ACCOUNT, *ROWS) == [
        ("care payable", 202601, COST, 70),
        ("care payable", 202601, CONTROL, -70),
        ("care payable", 202602, COST, 700),
        ("care payable", 202602, CONTROL, -700),
        ("payments released", 202602, CONTROL, 1_070),
        ("payments released", 202602, BANK, -1_070),
        ("moved to debtors", 202602, CONTROL, -300),
        ("moved to debtors", 202602, DEBTOR, 300),
    ]


def test_by_payee_and_by_line() -> None:
    assert lines(JournalDetail.PAYEE, *ROWS[:2]) == [
        ("care payable", 202602, COST, 1, 1_000),
        ("care payable", 202602, COST, 2, -300),
        ("care payable", 202602, CONTROL, 1, -1_000),
        ("care payable", 202602, CONTROL, 2, 300),
    ]
    assert (len(lines(JournalDetail.PAYEE, *ROWS)), len(lines(JournalDetail.LINE, *ROWS))) == (10, 10)


def test_money_coming_in_is_never_called_care_payable() -> None:
    """Each stream has journals of its own, and the kinds it posts are all in them."""
    streams = {
        "payments": payments.KINDS,
        "charges": charges.KINDS,
        "recharges": recharges.KINDS,
        "receipts": receipts.KINDS,
        "deferred payments": deferred.KINDS,
    }
    named = {
        stream: {
            line[0] for line in lines(JournalDetail.ACCOUNT, *((kind, COST, CONTROL, 1, 5, MAY, 1) for kind in kinds))
        }
        for stream, kinds in streams.items()
    }
    assert named == {
        "payments": {"care payable"},
        "charges": {"charges billed"},
        "recharges": {"recharges billed"},
        "receipts": {
            "receipts",
            "receipts not identified",
            "receipts returned",
            "refunds",
            "interest on refunds",
            "debts written off",
        },
        "deferred payments": {
            "deferred payments",
            "deferred interest and fees",
            "deferred receipts",
            "deferred refunds",
            "deferred debts written off",
        },
    }


def test_no_entries_no_lines() -> None:
    assert lines(JournalDetail.ACCOUNT) == []


rows = st.tuples(
    st.sampled_from(["care", "contribution", "settlement", "debt"]),
    st.integers(1, 3),
    st.integers(4, 5),
    st.integers(1, 2),
    st.integers(1, 3),
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    st.integers(-(10**12), 10**12).filter(bool),
)


@given(st.lists(rows, max_size=12), st.sampled_from(JournalDetail))
def test_nothing_is_lost_whatever_the_detail(some: list[Row], detail: JournalDetail) -> None:
    table = summarise(entries(*some), detail).to_pylist()
    for account in range(1, 6):
        debits = sum(row[6] for row in some if row[1] == account) - sum(row[6] for row in some if row[2] == account)
        assert sum(row["net"] for row in table if row["account"] == account) == debits
    assert all(row["net"] for row in table)
