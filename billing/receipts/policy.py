"""A council's choices about money received: what a reviewer must stop at, and what is too small to chase."""

from collections.abc import Mapping
from dataclasses import dataclass

from finance.choices import KeptChoices, at_least_one, read_choices


@dataclass(frozen=True, slots=True)
class ReceiptsPolicy(KeptChoices):
    """The ``[receipts]`` table of a council file, kept with every run. Amounts are whole pence.

    ``unidentified_days``: money unidentified for longer is shown. ``refund_pence``: a refund of more must be accepted
    by name; so must interest of more than ``refund_interest_pence`` with one. ``small_balance_pence`` and
    ``small_balance_days``: a balance no larger, whose newest bill is older, is proposed for writing off.
    ``stop_checks``: findings that must be accepted by name before approval.
    """

    unidentified_days: int = 28
    refund_pence: int = 100_000
    refund_interest_pence: int = 0
    small_balance_pence: int = 500
    small_balance_days: int = 90
    lines_a_chunk: int = 100_000
    stop_checks: tuple[str, ...] = (
        "doubled receipt",
        "refund over tolerance",
        "interest over tolerance",
        "refund after death",
        "write-off over balance",
    )

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "ReceiptsPolicy":
        """Read a ``[receipts]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        return read_choices(cls, table, where, {"lines_a_chunk": at_least_one})
