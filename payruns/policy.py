"""A council's choices about paying: rounding, tolerances, how far back is a surprise. Kept with every run."""

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from finance.money import Rounding
from finance.problems import BadParameters


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices in force when a run is drafted.

    ``tolerance_percent`` and ``tolerance_pence``: a line that moved by more than both is shown.
    ``backdated_weeks``: adjustments reaching further back are shown. ``new_bank_days``: bank details newer than this
    are shown. ``stop_checks``: checks whose findings must be accepted by name before approval.
    """

    rounding: Rounding = Rounding.HALF_UP
    tolerance_percent: int = 10
    tolerance_pence: int = 5_000
    backdated_weeks: int = 12
    new_bank_days: int = 28
    lines_a_chunk: int = 100_000
    needs_bank_details: bool = True
    stop_checks: tuple[str, ...] = ("doubled", "after death")

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Policy":
        return cls.of(json.loads(text), "the run's policy")

    @classmethod
    def of(cls, table: dict[str, object], where: str) -> "Policy":
        """Read a policy table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        known = {each.name: each for each in fields(cls)}
        for name, value in table.items():
            if name not in known:
                raise BadParameters(f"{where}: no choice is called “{name}”.", f"Use one of {', '.join(known)}.")
            default = getattr(cls(), name)
            wanted = list if isinstance(default, tuple) else type(default)
            if name == "rounding" and value not in list(Rounding):
                raise BadParameters(f"{where}: rounding “{value}” is not known.", "Use half up or half even.")
            if name != "rounding" and not isinstance(value, wanted | tuple if wanted is list else wanted):
                raise BadParameters(f"{where}: {name} is “{value}”.", f"Give a value like {default}.")
        made = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
        if "rounding" in made:
            made["rounding"] = Rounding(str(made["rounding"]))
        return cls(**made)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """Read the ``[payments]`` table of a policy file."""
        try:
            tree = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise BadParameters(f"{path} cannot be read: {error}.", "Correct the policy file.") from error
        return cls.of(tree.get("payments", {}), path.name)
