"""What waits, bill by bill: the part disputed, what a breathing space covers, what an instalment plan covers.

One answer for the ladder and for direct debits, so that nothing told to wait is asked for by another road.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.debt.facts import Credits, Disputes, Known, Owing, Spaces, pairs
from billing.debt.instalments import Missed
from finance.columns import Ints
from finance.days import FOR_EVER, day, number

Mask = NDArray[np.bool_]
WHOLE = 1 << 50  # more pence than any bill


@dataclass(frozen=True, slots=True)
class Pauses:
    """A row a bill, as ``Owing``.

    ``disputed``: pence that wait. ``in_space``: a breathing space covers it. ``plan``: place of the plan that covers it
    and is kept, or -1. ``broken``: place of a plan that covers it and is not kept, or -1. ``resumed``: day number the
    last dispute, plan or breathing space over it ended, or -1. ``missed``: by place of plan, the instalment missed.
    ``left_out``: pence of a bill on a plan that are not in the plan, having been disputed when it was agreed.
    ``of_plan``: by place of plan, pence of it not paid yet.
    """

    disputed: Ints
    in_space: Mask
    plan: Ints
    broken: Ints
    resumed: Ints
    missed: dict[int, Missed]
    left_out: Ints
    of_plan: dict[int, int]


def pauses(known: Known, on: int, days_grace: int) -> Pauses:
    """What waits on a day (a day number)."""
    owing = known.owing
    resumed = np.full(len(owing), -1, np.int64)
    disputed = _disputed(owing, known.disputes, on, resumed)
    in_space = _in_space(owing, known.spaces, on, resumed)
    plan, broken, missed, left_out, of_plan = _planned(known, on, days_grace, resumed)
    return Pauses(disputed, in_space, plan, broken, resumed, missed, left_out, of_plan)


def _disputed(owing: Owing, disputes: Disputes, on: int, resumed: Ints) -> Ints:
    bill, mine = pairs(owing.bill, disputes.bill)
    amount = np.where(disputes.amount[mine] < 0, owing.left[bill], disputes.amount[mine])
    active = (disputes.starts[mine] <= on) & (on < disputes.ends[mine])
    total = np.zeros(len(owing), np.int64)
    np.add.at(total, bill[active], np.minimum(amount, owing.left[bill])[active])
    over = disputes.ends[mine] <= on
    np.maximum.at(resumed, bill[over], disputes.ends[mine][over])
    return np.minimum(total, np.maximum(owing.left, 0))


def _in_space(owing: Owing, spaces: Spaces, on: int, resumed: Ints) -> Mask:
    bill, mine = pairs(owing.payer, spaces.payer)
    covered = owing.owed_since[bill] < spaces.starts[mine]
    active = covered & (spaces.starts[mine] <= on) & (on < spaces.ends[mine])
    found = np.zeros(len(owing), bool)
    found[bill[active]] = True
    over = covered & (spaces.ends[mine] <= on)
    np.maximum.at(resumed, bill[over], spaces.ends[mine][over])
    return found


def _planned(
    known: Known, on: int, days_grace: int, resumed: Ints
) -> tuple[Ints, Ints, dict[int, Missed], Ints, dict[int, int]]:
    owing, plans = known.owing, known.plans
    kept = np.full(len(owing), -1, np.int64)
    broken = np.full(len(owing), -1, np.int64)
    missed: dict[int, Missed] = {}
    begin = np.asarray([number(each.starts) for each in plans], dtype=np.int64)
    end = np.asarray([number(each.ends) if each.ends else FOR_EVER for each in plans], dtype=np.int64)
    since = np.asarray([number(each.bills_from) for each in plans], dtype=np.int64)
    until = np.asarray([number(each.bills_until) for each in plans], dtype=np.int64)
    bill, mine = pairs(owing.payer, np.asarray([each.bill_payer for each in plans], dtype=np.int64))
    covered = (since[mine] <= owing.issued[bill]) & (owing.issued[bill] < until[mine])
    over = covered & (end[mine] <= on)
    np.maximum.at(resumed, bill[over], end[mine][over])
    out = np.minimum(_left_out(owing.bill[bill], begin[mine], known.disputes, known.credits), owing.left[bill])
    active = covered & (begin[mine] <= on) & (on < end[mine]) & ((owing.left[bill] > out) | (out == 0))
    left, left_out = np.zeros(len(plans), np.int64), np.zeros(len(owing), np.int64)
    np.add.at(left, mine[active], (owing.left[bill] - out)[active])
    left_out[bill[active]] = out[active]
    for place, plan in enumerate(plans):
        if plan.holds(day(on)) and (found := plan.short(int(left[place]), day(on), days_grace)):
            missed[place] = found
    good = active & ~np.isin(mine, list(missed))
    kept[bill[good]] = mine[good]
    bad = active & np.isin(mine, list(missed))
    broken[bill[bad]] = mine[bad]
    return kept, broken, missed, left_out, dict(enumerate(left.tolist()))


def _left_out(bill: Ints, agreed: Ints, disputes: Disputes, credits: Credits) -> Ints:
    """Pence of each bill that were disputed on the day its plan was agreed, less what has been credited since: settled
    for the payer it is gone; settled for the council it is owed, and still is not the plan's."""
    row, of = pairs(bill, disputes.bill)
    held = (disputes.starts[of] <= agreed[row]) & (agreed[row] < disputes.ends[of])
    amount = np.where(disputes.amount[of] < 0, WHOLE, disputes.amount[of])
    out = np.zeros(len(bill), np.int64)
    np.add.at(out, row[held], amount[held])
    row, of = pairs(bill, credits.bill)
    since = credits.on[of] > agreed[row]
    np.subtract.at(out, row[since], credits.pence[of][since])
    return np.maximum(out, 0)
