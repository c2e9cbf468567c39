"""A council's choices about direct debits: notice, lead times, dormancy. The ``[direct_debits]`` table of its file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from finance.choices import at_least_one, read_choices


@dataclass(frozen=True, slots=True)
class DirectDebitPolicy:
    """The choices in force when direct debits are announced.

    ``notice_working_days``: advance notice the payer is given. ``auddis_working_days``: from lodging a mandate to its
    first collection. ``request_working_days``: from asking the banks to the collection. ``late_working_days``: how late
    a collection may be without fresh notice. ``dormant_months``: a mandate unused so long has lapsed at the bank.
    ``represent_working_days``: notice before a sum is presented again, and ``represent_days`` the longest after the
    first time. ``instalment_days_ahead``: how much earlier than it must an instalment is announced.
    """

    notice_working_days: int = 10
    auddis_working_days: int = 5
    request_working_days: int = 2
    late_working_days: int = 3
    dormant_months: int = 24
    represent_working_days: int = 5
    represent_days: int = 30
    instalment_days_ahead: int = 7
    smallest_pence: int = 100

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "DirectDebitPolicy":
        """Read the ``[direct_debits]`` table. Raises BadParameters for a name nobody knows or no whole number."""
        return read_choices(cls, table, where, {each.name: at_least_one for each in fields(cls)})
