"""Notional capital: money given away to lessen the charge is counted as if still held, and lessens week by week.

Each week it falls by what it costs the person: the charge with it less the charge without (SI 2014/2672 reg 23; the
mechanics are read at second hand, in guidance). Both charges are kept, week by week, for the audit.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from finance.assessment.circumstances import Asset, BadFact, Circumstances
from finance.assessment.figures import Confirmation
from finance.assessment.policy import AssessmentPolicy
from finance.assessment.single import assess
from finance.parameters import Parameters

KIND = "notional_capital"


@dataclass(frozen=True, slots=True)
class NotionalWeek:
    """One week: notional capital at its start, the two charges, and what it falls by. Whole pence."""

    first: dt.date
    notional_pence: int
    charge_with_pence: int
    charge_without_pence: int

    @property
    def falls_by_pence(self) -> int:
        return min(self.charge_with_pence - self.charge_without_pence, self.notional_pence)

    @property
    def left_pence(self) -> int:
        return self.notional_pence - self.falls_by_pence


def diminish(
    circumstances: Circumstances,
    notional_pence: int,
    first: dt.date,
    weeks: int,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    confirmations: Iterable[Confirmation] = (),
) -> list[NotionalWeek]:
    """Notional capital over so many weeks from a day, stopping when none is left.

    ``circumstances`` holds the person's actual capital, dated; each week is assessed with that week's actual capital.
    Raises BadFact when the circumstances already hold notional capital, and as :func:`assess`.
    """
    if notional_pence < 0 or any(asset.kind == KIND for asset in circumstances.assets):
        raise BadFact("Notional capital is given twice, or below nought.", "Give it once, as what was given away.")
    held, found, left = tuple(confirmations), list[NotionalWeek](), notional_pence
    for week in range(weeks):
        if left == 0:
            break
        on = first + dt.timedelta(weeks=week)
        asset = Asset(kind=KIND, value_pence=left)
        with_it = replace(circumstances, assets=(*circumstances.assets, asset))
        charge_with = assess(with_it, on, policy, figures, confirmations=held).charge_pence
        charge_without = assess(circumstances, on, policy, figures, confirmations=held).charge_pence
        found.append(NotionalWeek(on, left, charge_with, charge_without))
        left = found[-1].left_pence
    return found
