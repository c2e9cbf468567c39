"""A council's choices about direct debits: notice, lead times, dormancy. The ``[direct_debits]`` table of its file."""

from dataclasses import dataclass, fields

from finance.problems import BadParameters


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
    def of(cls, table: dict[str, object], where: str) -> "DirectDebitPolicy":
        """Read the ``[direct_debits]`` table. Raises BadParameters for a name nobody knows or no whole number."""
        known = [each.name for each in fields(cls)]
        for name, value in table.items():
            if name not in known:
                raise BadParameters(
                    f"{where}: no choice of direct debits is called “{name}”.", f"Use one of {', '.join(known)}."
                )
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise BadParameters(f"{where}: {name} is “{value}”.", "Give a whole number above nought.")
        return cls(**table)  # type: ignore[arg-type]  # each value has been read by its own sort above
