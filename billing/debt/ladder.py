"""Which step of the ladder each bill takes on a day, or why it takes none. Columns: a whole council at once.

A bill takes the step after the one it took last, never another: when its days after the due day have come, the days
between the two steps have passed since the last, and the days of quiet after a pause are over.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from billing.debt.facts import Known, Reached
from billing.debt.pauses import Pauses, pauses
from billing.debt.policy import STEPS, ReminderPolicy
from finance.columns import Ints
from finance.days import FOR_EVER, day


class Why(IntEnum):
    """What was decided about a bill. ``STEP``: it takes its next step today. The first that fits is the one given."""

    STEP = 0
    PAID = 1
    NOT_CHASED = 2
    NOT_YET_DUE = 3
    BREATHING_SPACE = 4
    DIED = 5
    PLAN = 6
    DISPUTED = 7
    COLLECTING = 8
    REFERRED = 9
    AFTER_PAUSE = 10
    TOO_SOON = 11
    SMALL = 12


OVERDUE = (Why.STEP, Why.AFTER_PAUSE, Why.TOO_SOON)  # past its day, and something may be asked for


@dataclass(frozen=True, slots=True)
class Round:
    """What was decided for every bill on a day: columns, a row a bill, as ``known.owing``.

    ``step``: the step it would take next (5 after the last). ``asked``: pence that may be asked for. ``waits``: the day
    number its next step falls due, where it waits for one.
    """

    known: Known
    pauses: Pauses
    on: int
    why: Ints
    step: Ints
    asked: Ints
    waits: Ints

    @property
    def steps(self) -> Ints:
        """Places of the bills that take a step, payer by payer, oldest first."""
        owing = self.known.owing
        found = np.flatnonzero(self.why == Why.STEP)
        return np.asarray(found[np.lexsort((owing.bill[found], owing.payer[found]))], dtype=np.int64)


def work_out(known: Known, policy: ReminderPolicy, on: int) -> Round:
    """Decide for every bill on a day (a day number). Raises NoValueOnDay where no ladder stands."""
    owing, ladder = known.owing, policy.ladder(day(on))
    found = pauses(known, on, policy.plan_days_grace)
    asked = np.maximum(owing.left - found.disputed - owing.collecting, 0)
    last, since = _last(owing.bill, known.reached)
    step = last + 1

    after_due = np.asarray([0, *ladder.days_after_due, 0], dtype=np.int64)
    gap = np.asarray([0, *(ladder.gap(each) for each in range(1, STEPS + 1)), 0], dtype=np.int64)
    place = np.minimum(step, STEPS + 1)
    ready = np.maximum(owing.due + after_due[place], np.where(last > 0, since + gap[place], 0))
    quiet = np.where(found.resumed >= 0, found.resumed + policy.days_after_pause, 0)

    died, chased = _payer(known, owing.payer)
    left_alone = (died < FOR_EVER) & (on < died + policy.days_after_death)
    why = np.select(
        [
            owing.left <= 0,
            ~chased,
            owing.due >= on,
            found.in_space,
            left_alone,
            found.plan >= 0,
            (asked == 0) & (found.disputed > 0),
            asked == 0,
            step > STEPS,
            (on < quiet) & (quiet >= ready),
            on < ready,
        ],
        [
            Why.PAID,
            Why.NOT_CHASED,
            Why.NOT_YET_DUE,
            Why.BREATHING_SPACE,
            Why.DIED,
            Why.PLAN,
            Why.DISPUTED,
            Why.COLLECTING,
            Why.REFERRED,
            Why.AFTER_PAUSE,
            Why.TOO_SOON,
        ],
        Why.STEP,
    ).astype(np.int64)
    waits = np.where(why == Why.DIED, died + policy.days_after_death, np.maximum(ready, quiet))
    _leave_out_small(owing.payer, asked, why, policy.smallest_pence)
    return Round(known, found, on, why, step, asked, waits)


def _last(bill: Ints, reached: Reached) -> tuple[Ints, Ints]:
    """The last step each bill has taken (0: none), and the day number it was taken."""
    order = np.argsort(bill, kind="stable")
    ranked = bill[order]
    place = np.searchsorted(ranked, reached.bill)
    safe = np.minimum(place, max(len(bill) - 1, 0))
    mine = np.flatnonzero(ranked[safe] == reached.bill) if len(bill) else np.empty(0, np.int64)
    last, since = np.zeros(len(bill), np.int64), np.zeros(len(bill), np.int64)
    mine = mine[np.argsort(reached.step[mine], kind="stable")]  # so that the highest step is the one that stays
    last[order[place[mine]]] = reached.step[mine]
    since[order[place[mine]]] = reached.on[mine]
    return last, since


def _payer(known: Known, payer: Ints) -> tuple[Ints, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Each bill's payer: day of death, and whether they are written to. One nobody knows is not."""
    payers = known.payers
    if not len(payers.payer):
        return np.full(len(payer), FOR_EVER, np.int64), np.zeros(len(payer), bool)
    place = np.minimum(np.searchsorted(payers.payer, payer), len(payers.payer) - 1)
    there = payers.payer[place] == payer
    return np.where(there, payers.died[place], FOR_EVER), there & (payers.chased[place] > 0)


def _leave_out_small(payer: Ints, asked: Ints, why: Ints, smallest: int) -> None:
    """Nobody is written to for less than the smallest sum, all that is past its day taken together."""
    if not len(payer):
        return
    _, place = np.unique(payer, return_inverse=True)
    overdue = np.isin(why, OVERDUE)
    total = np.zeros(int(place.max()) + 1, np.int64)
    np.add.at(total, place[overdue], asked[overdue])
    why[(why == Why.STEP) & (total[place] < smallest)] = Why.SMALL
