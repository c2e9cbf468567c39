"""Whether runs go by the policy that was signed: its text, what each stream keeps of it, and what each run kept."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from finance.choices import KeptChoices
from finance.problems import Refusal
from interfaces.council import settings_of
from ledgers.policy.store import read_choices, read_versions
from ledgers.policy.versions import POLICY, PolicyVersion
from ledgers.reports.proof import Difference
from ledgers.runs import Run


def prove_policy(connection: Connection, runs: Sequence[Run]) -> list[Difference]:
    """What does not go by a policy as it was signed: put past the guards of the database, or with one taken away."""
    versions = read_versions(connection)
    kept = {each.nr: read_choices(connection, each.nr) for each in versions}
    counted = {each.nr for each in versions if each.counts}
    found = [one for each in versions if each.kind == POLICY for one in _prove_version(each, kept[each.nr])]
    for run in runs:
        if run.policy_version is None:
            continue
        signed = kept.get(run.policy_version, {}).get(run.stream, run.policy)
        if run.policy_version not in counted or signed != run.policy:
            what = f"goes by other choices than policy {run.policy_version}, which it names"
            found.append(Difference(f"run {run.nr}", what, 0))
    return found


def _prove_version(version: PolicyVersion, kept: dict[str, str]) -> Iterator[Difference]:
    where = f"policy {version.nr}"
    if hashlib.sha256(version.content.encode()).hexdigest() != version.sha256:
        yield Difference(where, "is not the text that was proposed", 0)
        return
    try:
        said = settings_of(version).choices_by_stream()
    except Refusal as refusal:
        yield Difference(where, f"cannot be read by this version of Outturn: {refusal.what}", 0)
        return
    for stream, chosen in said.items():
        if stream in kept and not _says(chosen, kept[stream]):
            yield Difference(where, f"has other choices for {stream} than its text", 0)


def _says(chosen: Any, kept: str) -> bool:
    return chosen.says(kept) if isinstance(chosen, KeptChoices) else bool(chosen.from_json(kept) == chosen)
