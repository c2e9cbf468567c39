"""What stopped money and is gone: an end, a death, a suspension, that a line was withdrawn. The days are paid again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finance.days import FOR_EVER, number, spoken
from finance.money import sterling
from ledgers.checks import STOP, Check
from payruns.checks import paid_again_store as store
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    import pandas as pd

    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

CHECK = Check(
    "paid again",
    STOP,
    "a line was known to end, or its person to have died, or it to be suspended or withdrawn; that is gone, and days "
    "from then on are paid: what they come to in this run, earlier days and its own",
    size=0,
)
CHECKS = (CHECK,)
ENDED = "The line was known to end on"
DIED = "The person was known to have died on"
SUSPENDED = "The line was known to be suspended from"
WITHDRAWN = "The line had been withdrawn, and is told again from"
ONE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gone:
    """What stopped the money of a line: in words, and the days it stopped it for, as far as nothing else does now.
    ``removed``: it is taken away, and not moved to a later day.
    """

    words: str
    starts: int
    ends: int = FOR_EVER
    removed: bool = True


def read(bulk: Bulk, run: Run) -> dict[int, Gone]:
    """What is gone of each line, as known to the last run; of several, the last to begin."""
    asked = (bulk, run.known_before, run.known)
    gone: dict[int, Gone] = {}

    def add(nr: int, one: Gone) -> None:
        if nr not in gone or gone[nr].starts < one.starts:
            gone[nr] = one

    for row in store.read_withdrawn_before(*asked).to_pylist() if run.run_before else ():
        add(row["nr"], Gone(f"{WITHDRAWN} {spoken(row['starts'])}: it is paid", number(row["starts"])))
    for row in store.read_suspended_before(*asked).to_pylist():
        ends = FOR_EVER if row["ends"] is None else number(row["ends"])
        add(row["nr"], Gone(_taken(SUSPENDED, row["starts"]), number(row["starts"]), ends))
    for row in store.read_died_before(*asked).to_pylist():
        add(row["nr"], Gone(_taken(DIED, row["starts"]), number(row["starts"]), removed=row["now"] is None))
    for row in store.read_ended_before(*asked).to_pylist():
        words = _taken(ENDED, row["starts"] - ONE)
        add(row["nr"], Gone(words, number(row["starts"]), removed=row["now"] is None))
    return gone


def _taken(words: str, when: dt.date) -> str:
    return f"{words} {spoken(when)}, and that has been moved or taken away since: it is paid"


def find(seen: Seen, gone: Mapping[int, Gone]) -> list[Finding]:
    return paid_again(gone, seen.lines, number(seen.run.window_starts), seen.size(CHECK))


def paid_again(gone: Mapping[int, Gone], lines: pd.DataFrame, window: int, size: int) -> list[Finding]:
    """Lines paid so many pence or more for periods with days that were stopped. A day still to come that is moved is no
    more than a plan changed.
    """
    some = lines[(lines.kind == "care") & lines.subject.isin(list(gone))]
    found = []
    for subject in some.subject.unique().tolist():
        theirs, what = some[some.subject == subject], gone[subject]
        if what.starts >= window and not what.removed:
            continue
        on = theirs[(theirs.period_ends > what.starts) & (theirs.period_starts < what.ends)]
        earlier, own = (int(on.amount[which].sum()) for which in (on.late, ~on.late))
        if earlier + own >= max(size, 1):
            parts = [f"{sterling(earlier)} for days before this period"] if earlier else []
            parts += [f"{sterling(own)} for this period"] if own else []
            found.append(
                CHECK.found(f"{what.words} {' and '.join(parts)}.", subject, int(theirs.party.iloc[0]), earlier + own)
            )
    return found
