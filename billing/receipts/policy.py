"""A council's choices about money received: what a reviewer must stop at, and what is too small to chase."""

import json
from dataclasses import asdict, dataclass, fields

from finance.problems import BadParameters


@dataclass(frozen=True, slots=True)
class ReceiptsPolicy:
    """The ``[receipts]`` table of a council file, kept with every run. Amounts are whole pence.

    ``unidentified_days``: money unidentified for longer is shown. ``refund_pence``: a refund of more must be accepted by
    name. ``small_balance_pence`` and ``small_balance_days``: a balance no larger, whose newest bill is older, is proposed
    for writing off. ``stop_checks``: findings that must be accepted by name before approval.
    """

    unidentified_days: int = 28
    refund_pence: int = 100_000
    small_balance_pence: int = 500
    small_balance_days: int = 90
    lines_a_chunk: int = 100_000
    stop_checks: tuple[str, ...] = (
        "doubled receipt", "refund over credit", "refund over tolerance", "refund after death", "write-off over balance",
    )  # fmt: skip

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "ReceiptsPolicy":
        return cls.of(json.loads(text), "the run's policy")

    @classmethod
    def of(cls, table: dict[str, object], where: str) -> "ReceiptsPolicy":
        """Read a policy table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        known = {each.name for each in fields(cls)}
        for name, value in table.items():
            if name not in known:
                raise BadParameters(f"{where}: no choice is called “{name}”.", f"Use one of {', '.join(sorted(known))}.")
            if name == "stop_checks":
                right = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
            else:
                right = isinstance(value, int) and not isinstance(value, bool) and value >= (name == "lines_a_chunk")
            if not right:
                raise BadParameters(f"{where}: {name} is “{value}”.", f"Give a value like {getattr(cls(), name)}.")
        made = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
        return cls(**made)  # type: ignore[arg-type]  # each value has been read by its own sort above
