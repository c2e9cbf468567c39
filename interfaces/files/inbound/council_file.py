"""The council file: a page of TOML that says who the council is, who may sign for how much, and every choice it makes.

It is proposed as a version of the council's policy (``ledgers/policy``), and read again from there.

[council]
name = "Ambermere County Council"

[tiers]                           # pounds each role may sign for
"finance manager" = 2_000_000

[officers]
"first officer" = "finance manager"

[payments]                        # see payruns.policy
tolerance_percent = 10

[assessment.minimum_charge]       # see docs/assessment-policy.md
label = "…"
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing.care_accounts.policy import CareAccountPolicy
from billing.charges.policy import ChargingPolicy
from billing.debt.policy import ReminderPolicy
from billing.direct_debits.policy import DirectDebitPolicy
from billing.documents.content import CouncilOnPaper as OnPaper
from billing.receipts.policy import ReceiptsPolicy
from billing.recharges.policy import RechargingPolicy
from finance.money import read_pence
from finance.problems import BadParameters, NotAnAmount, Problem, Refusal
from finance.toml_and_json import BadText, read_toml
from interfaces.documents.council_details import details_of
from interfaces.files.inbound.door.allowance import LoadingPolicy
from interfaces.files.inbound.readers.opening import LARGEST_TOML, UnusableFile, read_text
from ledgers.streams import RECHARGES, STREAMS
from payruns.policy import PaymentPolicy

if TYPE_CHECKING:
    from billing.deferred_payments.policy import DeferredPolicy
    from finance.assessment.policy import AssessmentPolicy


def _deferred(table: Mapping[str, Any], where: str) -> "DeferredPolicy | None":
    """None where the file says nothing of loans: their rules take longer to load than all the rest."""
    if not table:
        return None
    from billing.deferred_payments.policy import DeferredPolicy

    return DeferredPolicy.of(table, where)


def _assessment(table: Mapping[str, Any], where: str) -> "AssessmentPolicy | None":
    """None where the file says nothing of assessments: their rules take long to load too."""
    if not table:
        return None
    from finance.assessment.policy import read_policy

    return read_policy(table, where, "The council")


CHOICES: Mapping[str, tuple[str, Callable[[Any, str], object]]] = {
    "payments": ("policy", PaymentPolicy.of),
    "charging": ("charging", ChargingPolicy.of),
    "recharges": ("recharging", RechargingPolicy.of),
    "receipts": ("receipts", ReceiptsPolicy.of),
    "reminders": ("reminders", ReminderPolicy.of),
    "direct_debits": ("direct_debits", DirectDebitPolicy.of),
    "care_account": ("care_account", CareAccountPolicy.of),
    "deferred_payments": ("deferred_payments", _deferred),
    "loading": ("loading", LoadingPolicy.of),
    "assessment": ("own_assessment", _assessment),
}
"""Each table of choices: what of a Council it says, and who reads it."""
TABLES = ("council", "tiers", "officers", *CHOICES)


class BadCouncilFile(Refusal):
    """A council file that cannot be used. Nothing was changed; ``problems`` lists every fault."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        super().__init__(f"{name} cannot be used. " + " ".join(map(str, problems)), "Correct it and try again.")
        self.problems = problems


@dataclass(frozen=True)
class CouncilSettings:
    """What a council file says, all of it read and checked. Tiers are pence.

    ``version``: the version of the policy it is; None: the choices that ship, or a file not yet proposed.
    """

    name: str = "The council"
    tiers: Mapping[str, int] = field(default_factory=dict)
    officers: Mapping[str, str] = field(default_factory=dict)
    on_paper: OnPaper = field(default_factory=OnPaper)
    policy: PaymentPolicy = field(default_factory=PaymentPolicy)
    charging: ChargingPolicy = field(default_factory=ChargingPolicy)
    recharging: RechargingPolicy = field(default_factory=RechargingPolicy)
    receipts: ReceiptsPolicy = field(default_factory=ReceiptsPolicy)
    reminders: ReminderPolicy = field(default_factory=ReminderPolicy)
    direct_debits: DirectDebitPolicy = field(default_factory=DirectDebitPolicy)
    care_account: CareAccountPolicy = field(default_factory=CareAccountPolicy)
    deferred_payments: "DeferredPolicy | None" = None
    loading: LoadingPolicy = field(default_factory=LoadingPolicy)
    own_assessment: "AssessmentPolicy | None" = None
    version: int | None = None

    @property
    def assessment(self) -> "AssessmentPolicy":
        """The charging policy: the council's own, or the made-up one that ships."""
        from finance.assessment.policy import default_policy

        if self.own_assessment is None:
            return default_policy()
        return replace(self.own_assessment, name=self.name, version=self.version)

    def chosen(self, table: str) -> Any:
        """The choices of a table of the file; of one it says nothing of, those that ship."""
        from billing.deferred_payments.policy import DeferredPolicy

        found = self.assessment if table == "assessment" else getattr(self, CHOICES[table][0])
        return DeferredPolicy() if found is None else found

    def choices_by_stream(self) -> dict[str, Any]:
        """The choices the runs of each stream keep. A recharge keeps the run it is of instead."""
        return {name: self.chosen(each.choices) for name, each in STREAMS.items() if name != RECHARGES.name}

    def kept(self) -> dict[str, str]:
        """The same as they are kept, JSON."""
        return {name: each.as_json() for name, each in self.choices_by_stream().items()}


def read_council(path: Path) -> tuple[str, CouncilSettings]:
    """The text of a council file, and what it says. Raises BadCouncilFile, with the faults of every table."""
    try:
        text = read_text(path, LARGEST_TOML)
    except UnusableFile as error:
        where = f"{path.name} {error.where}".strip()
        raise BadCouncilFile(path.name, [Problem(where, error.what, error.what_to_do)]) from error
    return text, read_council_text(text, path.name)


def read_council_text(text: str, file: str) -> CouncilSettings:
    """What a council file says, from its text; ``file``: the name faults are reported under. Raises BadCouncilFile."""
    try:
        tree = read_toml(text)
    except BadText as error:
        raise BadCouncilFile(file, [Problem(f"{file} {error.where}".strip(), error.what, error.what_to_do)]) from error
    problems = [
        Problem(file, f"[{name}] means nothing here.", f"The tables are {', '.join(TABLES)}.")
        for name in tree
        if name not in TABLES
    ]
    problems += [
        Problem(file, f"{name} is not a table.", f"Write it as [{name}].")
        for name in TABLES
        if not isinstance(tree.get(name, {}), Mapping)
    ]
    if problems:
        raise BadCouncilFile(file, problems)
    tiers, officers = _tiers(tree, file, problems), _officers(tree)
    for name, role in officers.items():
        if tiers and role not in tiers:
            problems.append(
                Problem(f"{file} [officers] {name}", f"“{role}” is not one of the tiers.", "Add it under [tiers].")
            )
    made: dict[str, Any] = {}
    for name, (what, read) in CHOICES.items():
        try:
            made[what] = read(tree.get(name, {}), f"{file} [{name}]")
        except BadParameters as error:
            problems.append(_told(error, f"{file} [{name}]"))
    try:
        on_paper = details_of(tree.get("council", {}), file)
    except BadParameters as error:
        problems.append(_told(error, file))
    if problems:
        raise BadCouncilFile(file, problems)
    name = str(tree.get("council", {}).get("name", "The council"))
    return CouncilSettings(name, tiers, officers, on_paper, **made)


def _told(error: BadParameters, where: str) -> Problem:
    """What a reader of one table refused, as one of the file's problems."""
    return Problem(where, error.what.removeprefix(where).lstrip(": "), error.what_to_do)


def _tiers(tree: Mapping[str, Any], file: str, problems: list[Problem]) -> dict[str, int]:
    tiers: dict[str, int] = {}
    for role, given in tree.get("tiers", {}).items():
        try:
            tiers[role] = read_pence(str(given))
        except NotAnAmount as error:
            problems.append(Problem(f"{file} [tiers] {role}", error.what, error.what_to_do))
    return tiers


def _officers(tree: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(role) for name, role in tree.get("officers", {}).items()}
