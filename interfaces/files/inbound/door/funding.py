"""Percentages of one service line that come to more than the whole on some day: in the file, or with what is
believed.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk, Ints, ints
from finance.days import FOR_EVER, day, spoken
from finance.facts import store
from interfaces.files.inbound.readers.faults import Columns, mask
from interfaces.files.inbound.readers.parsing import whole
from interfaces.files.inbound.readers.reading import Text

WHOLE = 10_000  # hundredths of a per cent
_NAMES = ["line", "basis", "amount", "starts", "ends"]


def check_funding(bulk: Bulk, text: Text, found: Columns, values: Columns) -> None:
    """Blame, on each line funded over 100%, the share of this file that starts last; name the others beside it."""
    extract = text.extract
    if extract.name != "funding_shares":
        return
    rows = np.flatnonzero(~mask(values["cancelled"]) & ~text.faults.bad)
    own = pa.table({name: found[name] for name in _NAMES} | {"ref": values[extract.ref.name]}).take(pa.array(rows))
    before = store.current_by(bulk, extract.table, "line", whole(own["line"]).drop_null().unique(), [*_NAMES, "ref"])
    replaced = values[extract.ref.name].filter(pa.array(~text.faults.bad))
    before = before.filter(pc.invert(pc.is_in(before["ref"], value_set=replaced)))
    both = pa.concat_tables([own, before.select(own.column_names).cast(own.schema)])
    percent = np.flatnonzero(mask(pc.equal(both["basis"], "percent")))
    line, amount = ints(both, "line")[percent], ints(both, "amount")[percent]
    first, end = ints(both, "starts", 0)[percent], ints(both, "ends", FOR_EVER)[percent]
    refs = both["ref"].to_pylist()
    blamed, said = [], []
    for where, when in zip(*over(line, amount, first, end), strict=True):
        standing = np.flatnonzero((line == where) & (first <= when) & (when < end))
        ours = [each for each in standing if percent[each] < len(rows)]
        if not ours:
            continue
        last = max(ours, key=lambda each: (first[each], each))
        others = [_named(text, rows, refs, int(percent[each])) for each in standing if each != last]
        blamed.append(rows[percent[last]])
        total = f"{amount[standing].sum() / 100:g}"
        said.append(f"with {' and '.join(others)} comes to {total}% of the line on {spoken(day(int(when)))}")
    what_to_do = "Correct or end one of them, and send the file again."
    text.faults.add(np.asarray(blamed, np.int64), "percent", "{}.", what_to_do, said)


def _named(text: Text, rows: Ints, refs: list[str], place: int) -> str:
    where = f" ({text.faults.word} {text.lines[rows[place]]})" if place < len(rows) else ""
    return f"{text.extract.noun} {refs[place]}{where}"


def over(line: Ints, amount: Ints, first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """(line, the first day) of lines whose amounts come to more than WHOLE on some day."""
    lines, days = np.concatenate([line, line]), np.concatenate([first, end])
    change = np.concatenate([amount, -amount])
    order = np.lexsort((change, days, lines))  # on one day, what ends goes before what starts
    lines, days = lines[order], days[order]
    places = np.flatnonzero(np.cumsum(change[order]) > WHOLE)  # each line's changes come to nought, so none runs on
    which, at = np.unique(lines[places], return_index=True)
    return which, days[places[at]]
