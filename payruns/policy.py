"""A council's choices about paying: rounding, tolerances, how far back is a surprise. Kept with every run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from finance.choices import KeptChoices, at_least_one, read_choices, some_of
from finance.money import Rounding
from ledgers.checks import Checks
from ledgers.since import BANK, DEATH, KINDS_OF_NEWS


@dataclass(frozen=True, slots=True)
class PaymentPolicy(KeptChoices):
    """The choices in force when a run is drafted.

    ``tolerance_percent`` and ``tolerance_pence``: a line that moved by more than both is shown. ``backdated_weeks``:
    adjustments reaching further back are shown. ``large_adjustment_pence``: one entered by hand of so much is shown;
    ``large_earlier_pence``: so much for one payee’s days before the period. ``new_bank_days``: bank details newer than
    this are shown. ``urgent_times``: a payee paid urgently more often in ``urgent_days`` is shown. ``price_times``: a
    new price so many times another, or such a part of it, is shown; ``price_percent``: one that moved by more.
    ``stop_checks``: checks whose findings must be accepted by name before
    approval. ``sizes``: of a check, the pence below which it says nothing (``payruns.checks``). ``stop_news``: news
    since a run was worked out that it does not go on past (``ledgers.since``). ``months_close_after``,
    ``years_close_after``: days after its end for which a month, and a financial year, takes what belongs to it
    (``ledgers.closed_periods``); nought: for good.
    """

    rounding: Rounding = Rounding.HALF_UP
    tolerance_percent: int = 10
    tolerance_pence: int = 5_000
    backdated_weeks: int = 12
    large_adjustment_pence: int = 1_000_000
    large_earlier_pence: int = 2_500_000
    new_bank_days: int = 28
    urgent_times: int = 3
    urgent_days: int = 90
    price_times: int = 5
    price_percent: int = 25
    lines_a_chunk: int = 100_000
    needs_bank_details: bool = True
    months_close_after: int = 0
    years_close_after: int = 0
    stop_checks: tuple[str, ...] = field(default_factory=lambda: _checks().stops)
    sizes: dict[str, int] = field(default_factory=lambda: _checks().sizes)
    stop_news: tuple[str, ...] = (DEATH, BANK)

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "PaymentPolicy":
        """Read a ``[payments]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        readers = {
            "lines_a_chunk": at_least_one,
            "price_times": at_least_one,
            "urgent_times": at_least_one,
            "urgent_days": at_least_one,
            "sizes": _checks().read_sizes,
            "stop_news": some_of(*KINDS_OF_NEWS),
        }
        return read_choices(cls, table, where, readers)

    @classmethod
    def shipped_before(cls) -> Mapping[str, Sequence[set[str]]]:
        return {"stop_checks": _checks().stops_before}


def _checks() -> Checks:
    """Asked for when choices are made, for the checks go by the choices."""
    from payruns.checks.register import CHECKS_OF_PAYMENTS

    return CHECKS_OF_PAYMENTS
