"""The council file: one page of TOML that says who the council is, who may sign for how much, and its payment policy.

    [council]
    name = "Ambermere County Council"

    [tiers]                           # pounds each role may sign for
    "finance manager" = 2_000_000

    [officers]
    "first officer" = "finance manager"

    [payments]                        # see payruns.policy
    tolerance_percent = 10
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from billing.charges.policy import Charging
from billing.recharges.policy import Recharging
from finance.money import read_pence
from finance.problems import NotAnAmount, Problem, Refusal
from payruns.policy import Policy

TABLES = (
    "council", "tiers", "officers", "payments", "charging", "receipts", "reminders", "direct_debits", "care_account",
    "deferred_payments", "recharges",
)  # fmt: skip


class BadCouncilFile(Refusal):
    """A council file that cannot be used. Nothing was changed; ``problems`` lists every fault."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        super().__init__(f"{name} cannot be used. " + " ".join(map(str, problems)), "Correct it and try again.")
        self.problems = problems


@dataclass(frozen=True)
class Council:
    """What a council file says. Tiers are pence."""

    name: str = "The council"
    tiers: Mapping[str, int] = field(default_factory=dict)
    officers: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    charging: Charging = field(default_factory=Charging)
    recharging: Recharging = field(default_factory=Recharging)


def read_council(path: Path | None) -> Council:
    """Read a council file; none gives the defaults. Raises BadCouncilFile or BadParameters."""
    if path is None:
        return Council()
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCouncilFile(path.name, [Problem(path.name, f"{error}.", "")]) from error
    problems = [
        Problem(path.name, f"[{name}] means nothing here.", f"The tables are {', '.join(TABLES)}.")
        for name in tree
        if name not in TABLES
    ]
    tiers: dict[str, int] = {}
    for role, given in tree.get("tiers", {}).items():
        try:
            tiers[role] = read_pence(str(given))
        except NotAnAmount as error:
            problems.append(Problem(f"{path.name} [tiers] {role}", error.what, error.what_to_do))
    officers = {str(name): str(role) for name, role in tree.get("officers", {}).items()}
    for name, role in officers.items():
        if tiers and role not in tiers:
            problems.append(
                Problem(f"{path.name} [officers] {name}", f"“{role}” is not one of the tiers.", "Add it under [tiers].")
            )
    if problems:
        raise BadCouncilFile(path.name, problems)
    name = str(tree.get("council", {}).get("name", "The council"))
    payments = Policy.of(tree.get("payments", {}), path.name)
    return Council(name, tiers, officers, payments, Charging.of(tree.get("charging", {}), f"{path.name} [charging]"),
                   Recharging.of(tree.get("recharges", {}), f"{path.name} [recharges]"))  # fmt: skip
