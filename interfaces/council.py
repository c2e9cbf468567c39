"""The council as its policy has it: what the version in force on a day says, read and checked.

Where no version holds the choices are those that ship. A run goes by the version it was drafted under, not by this.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache

from sqlalchemy import Connection

from finance.money import pounds
from finance.parameters import Parameter, Parameters
from finance.problems import Problem, Refusal
from interfaces.files.inbound.council_file import CHOICES, read_council_text
from interfaces.files.inbound.council_file import CouncilSettings as CouncilSettings
from ledgers.officers.authority import Authority
from ledgers.policy.store import read_in_force, read_version
from ledgers.policy.versions import PolicyVersion
from ledgers.runs import Run


class OfficersAskedForElsewhere(Refusal):
    """A council file names officers or limits other than those that stand. ``problems`` lists each."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            "The file names officers or limits other than those that stand. " + " ".join(map(str, problems)),
            "Take [officers] and [tiers] out of it; who may sign is asked for with outturn officer.",
        )
        self.problems = problems


def council_on(connection: Connection, day: dt.date) -> CouncilSettings:
    """What the version in force on a day says. None in force: the choices that ship."""
    return settings_of(read_in_force(connection, day))


def council_of(connection: Connection, run: Run) -> CouncilSettings:
    """What the version a run was drafted under says. None had begun: the choices that ship."""
    return settings_of(None if run.policy_version is None else read_version(connection, run.policy_version))


def settings_of(version: PolicyVersion | None) -> CouncilSettings:
    """What a version says. Raises BadCouncilFile where this version of Outturn cannot read it."""
    return CouncilSettings() if version is None else _read(version.nr, version.name, version.content)


@lru_cache(maxsize=8)
def _read(nr: int, name: str, content: str) -> CouncilSettings:
    return replace(read_council_text(content, name), version=nr)


def check_officers(given: CouncilSettings, now: Authority) -> None:
    """Refuse a file that names officers or limits other than those that stand. Raises OfficersAskedForElsewhere."""
    problems = [
        Problem(f"[officers] {name}", f"{name} is to be {role}.", f"outturn officer add “{name}” “{role}”")
        for name, role in given.officers.items()
        if now.roles.get(now.spelled(name) or "") != role
    ]
    problems += [
        Problem(f"[tiers] {role}", f"A {role} is to sign for {limit} pence.", f"outturn officer limit “{role}” AMOUNT")
        for role, limit in given.tiers.items()
        if now.limits.get(role) != limit
    ]
    if problems:
        raise OfficersAskedForElsewhere(problems)


# Two policies side by side --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChoiceMoved:
    """One choice that two versions of the policy make otherwise, in words. None: there is no such choice there."""

    table: str
    choice: str
    was: str | None
    now: str | None


def effective(given: CouncilSettings) -> dict[tuple[str, str], str]:
    """Every choice a council makes or is given, in words: by its table and its name in the council file."""
    made: dict[tuple[str, str], str] = {("council", "name"): given.name}
    made.update((("council.papers", name), said) for name, said in _said(given.on_paper) if name != "name")
    for table in CHOICES:
        made.update(((table, name), said) for name, said in _said(given.chosen(table)))
    return made


def moved(was: CouncilSettings, now: CouncilSettings) -> list[ChoiceMoved]:
    """What differs between two policies, in the order of the council file."""
    before, after = effective(was), effective(now)
    names = [*after, *(each for each in before if each not in after)]
    return [
        ChoiceMoved(*each, before.get(each), after.get(each)) for each in names if before.get(each) != after.get(each)
    ]


def _said(chosen: object) -> Iterator[tuple[str, str]]:
    """The choices of a record, each by name and in words. Dated ones give every value with the day it begins."""
    assert is_dataclass(chosen) and not isinstance(chosen, type)
    for each in fields(chosen):
        value = getattr(chosen, each.name)
        if isinstance(value, Parameters):
            yield from ((one.name, _dated(one)) for one in value)
        elif isinstance(value, Mapping):
            yield from ((f"{each.name}.{name}", str(one)) for name, one in value.items())
        elif each.name not in ("version", "name") or not hasattr(chosen, "own_figures"):
            yield each.name, _in_words(value)


def _dated(parameter: Parameter) -> str:
    money = parameter.unit.startswith("pence")

    def shown(value: object) -> str:
        return pounds(value) if money and isinstance(value, int) and not isinstance(value, bool) else str(value)

    return "; ".join(
        f"{shown(row.value)} from {row.first:%d %b %Y}" + (f" until {row.until:%d %b %Y}" if row.until else "")
        for row in parameter.values
    )


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(map(_in_words, value))
    if is_dataclass(value):
        return ", ".join(_in_words(getattr(value, each.name)) for each in fields(value))
    return "" if value is None else str(value)
