"""A council's choices about recharging other funders."""

from dataclasses import dataclass

from finance.problems import BadParameters


@dataclass(frozen=True, slots=True)
class Recharging:
    """``nursing_funder``: the reference of the funder who pays back NHS-funded nursing care; none: it is not recharged.
    ``due_days``: days from the bill to the day it is to be paid."""

    nursing_funder: str = ""
    due_days: int = 30

    @classmethod
    def of(cls, table: dict[str, object], where: str) -> "Recharging":
        """Read a ``[recharges]`` table. Raises BadParameters."""
        for name, value in table.items():
            if name not in ("nursing_funder", "due_days"):
                raise BadParameters(f"{where}: no choice is called “{name}”.", "Use nursing_funder or due_days.")
            wanted = str if name == "nursing_funder" else int
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise BadParameters(f"{where}: {name} is “{value}”.", "Give a funder’s reference, or a number of days.")
        return cls(**table)  # type: ignore[arg-type]  # each value has been read by its own sort above
