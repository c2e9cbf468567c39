"""Allocations that tell more of a receipt to bills than it is: in the file, or with what is believed."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from billing.receipts import tables as t
from finance.columns import Bulk, ints
from finance.facts import store
from finance.money import sterling
from interfaces.files.inbound.readers.faults import Columns, mask
from interfaces.files.inbound.readers.reading import Text


def check_allocations(bulk: Bulk, text: Text, found: Columns, values: Columns) -> None:
    """Blame, of each receipt told beyond what it is, the row of this file with which it comes to more."""
    extract = text.extract
    if extract.table is not t.allocation:
        return
    good = ~text.faults.bad
    rows = np.flatnonzero(~mask(values["cancelled"]) & good)
    receipt = found["receipt"].take(pa.array(rows))
    asked = receipt.drop_null().unique()
    came = store.current_by(bulk, t.receipt, "nr", asked, ["nr", "ref", "amount"]).to_pylist()
    ref, left = ({each["nr"]: each[name] for each in came} for name in ("ref", "amount"))
    before = store.current_by(bulk, t.allocation, "receipt", asked, ["ref", "receipt", "amount"])
    own = values[extract.ref.name].filter(pa.array(good))
    for each in before.filter(pc.invert(pc.is_in(before["ref"], value_set=own))).to_pylist():
        left[each["receipt"]] = left.get(each["receipt"], 0) - each["amount"]
    blamed, said = [], []
    amount = ints(pa.table({"amount": found["amount"].take(pa.array(rows))}), "amount", 0)
    for row, nr, pence in zip(rows.tolist(), receipt.to_pylist(), amount.tolist(), strict=True):
        if nr not in left:
            continue
        if pence > left[nr]:
            blamed.append(row)
            said.append(f"{sterling(pence)} is more than the {sterling(max(left[nr], 0))} that is left of {ref[nr]}")
            continue
        left[nr] -= pence
    what_to_do = "Give no more than that, or cancel another allocation of it."
    text.faults.add(np.asarray(blamed, np.int64), "amount", "{}.", what_to_do, said)
