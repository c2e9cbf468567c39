"""Runs whose lines meet: one worked out without what another of its stream has posted since, or is posting."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from ledgers import holds_store, store
from ledgers.holds import Holds
from ledgers.lines_store import read_proposal
from ledgers.runs import Overlapping, Run
from ledgers.urgent_store import read_urgent_since

_KEY = ("subject", "kind", "funder", "party", "period_starts", "revision")
_LINE = ("subject", "kind")


def check_still_next(connection: Connection, run: Run) -> None:
    """Raise Overlapping where a run of another calendar has posted, or is posting, a line of this one since it was
    drafted: a line that moved between them is counted on by both, and what this one says of it is no longer what is
    left to post. So where another urgent run of its calendar has paid the same line since an urgent one was worked out.
    """
    others: list[tuple[int, Sequence[str]]] = [(nr, _KEY) for nr in store.released_since_drafted(connection, run)]
    others += [(other.nr, _LINE) for other in read_urgent_since(connection, run)]
    if not others:
        return
    mine = _to_post(connection, run.nr)
    for nr, key in others:
        if _meet(mine, _to_post(connection, nr), key):
            other = store.read_run(connection, nr)
            raise Overlapping(
                f"{other.heading} posts some of the same lines, since {run.title} was drafted.",
                f"Send this one back and work it out again, once run {nr} is released.",
            )


def _meet(mine: pa.Table, theirs: pa.Table, key: Sequence[str]) -> bool:
    both = pa.concat_tables(
        [
            one.filter(pc.is_in(one["subject"], other["subject"].unique())).group_by(list(key)).aggregate([])
            for one, other in ((mine, theirs), (theirs, mine))
        ]
    )
    met = both.group_by(list(key)).aggregate([([], "count_all")])
    return pc.any(pc.greater(met["count_all"], 1)).as_py() is True


def _to_post(connection: Connection, nr: int) -> pa.Table:
    """The keys of what a run posts."""
    return (
        Holds(*holds_store.held_of_run(connection, nr)).posted(read_proposal(connection, nr, _KEY)).select(list(_KEY))
    )
