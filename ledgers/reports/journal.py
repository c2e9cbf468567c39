"""A run's entries as journals for the general ledger: summed, never negative, no noughts, each in balance.

One journal for each thing a run does (care payable, charges billed, receipts banked: ``ledgers.streams``) and each
financial period. Within a journal an account has one line: its net for the period, debit or credit. The lines may be
kept apart by payee, or by subject (the service line, block or adjustment), when asked.
"""

from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Ints, ints
from finance.days import day, financial_period
from ledgers.streams import KINDS

OTHER = "other postings"
"""The journal of a kind that has none: no kind the product posts."""
JOURNALS = (*dict.fromkeys(each.journal for each in KINDS.values()), OTHER)
"""Every journal, in the order of the file: that in which the streams name them."""
_PLACE = {name: JOURNALS.index(each.journal) for name, each in KINDS.items()}


class JournalDetail(StrEnum):
    """How far a journal is summed."""

    ACCOUNT = "by account"
    PAYEE = "by payee"
    LINE = "by line"


_KEPT = {
    JournalDetail.ACCOUNT: (),
    JournalDetail.PAYEE: ("party",),
    JournalDetail.LINE: ("party", "subject", "kind_code"),
}


def summarise(entries: pa.Table, detail: JournalDetail = JournalDetail.ACCOUNT) -> pa.Table:
    """Journal lines of entries (columns debit, credit, amount, effective, kind, party, subject), in order.

    Gives journal (a place in JOURNALS), period (yyyymm of the financial year and month), account, what the detail
    keeps, net (pence, a debit above nought), and effective (the last day any of it belongs to).
    """
    amount = ints(entries, "amount")
    kind = entries["kind"].combine_chunks().dictionary_encode()
    if isinstance(kind, pa.ChunkedArray):
        kind = kind.combine_chunks()
    words = kind.dictionary.to_pylist()
    journal_of = np.array([_PLACE.get(word, JOURNALS.index(OTHER)) for word in words] or [0], np.int64)
    kind_code = np.asarray(kind.indices.to_numpy(zero_copy_only=False), np.int64)
    effective = ints(entries, "effective")
    columns = {
        "journal": journal_of[kind_code],
        "period": periods(effective),
        "party": ints(entries, "party"),
        "subject": ints(entries, "subject"),
        "kind_code": kind_code,
        "effective": effective,
    }
    both = {name: np.concatenate([column, column]) for name, column in columns.items()}
    both["account"] = np.concatenate([ints(entries, "debit"), ints(entries, "credit")])
    both["net"] = np.concatenate([amount, -amount])
    keys = ["journal", "period", "account", *_KEPT[detail]]
    lines = pa.table(both).group_by(keys).aggregate([("net", "sum"), ("effective", "max")])
    lines = lines.rename_columns({"net_sum": "net", "effective_max": "effective"})
    lines = lines.filter(pc.not_equal(lines["net"], 0)).sort_by([(key, "ascending") for key in keys])
    _must_balance(lines)
    return lines


def periods(days: Ints) -> Ints:
    """The financial period of each day number: 202601 is April 2026, 202612 March 2027."""
    different, place = np.unique(days, return_inverse=True)
    found = [financial_period(day(int(each))) for each in different]
    return np.array([year * 100 + month for year, month in found] or [0], np.int64)[place]


def _must_balance(lines: pa.Table) -> None:
    sums = lines.group_by(["journal", "period"]).aggregate([("net", "sum")])
    assert all(total == 0 for total in sums["net_sum"].to_pylist()), "a journal does not balance"
