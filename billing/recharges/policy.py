"""A council's choices about recharging other funders."""

from collections.abc import Mapping
from dataclasses import dataclass

from finance.choices import read_choices


@dataclass(frozen=True, slots=True)
class RechargingPolicy:
    """``nursing_funder``: the reference of the funder who pays back NHS-funded nursing care; none: it is not recharged.
    ``due_days``: days from the bill to the day it is to be paid."""

    nursing_funder: str = ""
    due_days: int = 30

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "RechargingPolicy":
        """Read a ``[recharges]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        return read_choices(cls, table, where)
