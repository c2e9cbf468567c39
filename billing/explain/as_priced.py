"""One figure for what somebody pays: their assessment, set beside the care as its packages are priced.

The weekly cost in circumstances is what somebody typed. What is billed goes by the packages, and so does what is said.
"""

from dataclasses import dataclass

from finance.assessment import Assessment, Outcome
from finance.days import Span


@dataclass(frozen=True, slots=True)
class AsPriced:
    """What the care of one charging week costs, in pence: less what the NHS, other funders and top-ups bear."""

    week: Span
    cost: int

    def pays(self, made: Assessment) -> int:
        """What the person pays of it a week: all of it, or the lower of it and what they can pay."""
        if made.outcome is Outcome.NIL_BY_LAW:
            return 0
        if made.can_pay_pence is None:
            return self.cost
        return min(self.cost, made.can_pay_pence)

    def council_pays(self, made: Assessment) -> int:
        return self.cost - self.pays(made)

    def parts_from(self, made: Assessment) -> bool:
        """Whether the weekly cost told with the circumstances is another."""
        return made.chargeable_cost_pence != self.cost
