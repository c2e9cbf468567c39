"""A scenario file as it is written: read whole, every fault named, nothing run."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from billing.charges.policy import ChargingPolicy
from finance.money import read_pence
from finance.problems import Problem, Refusal
from finance.toml_and_json import BadText, read_toml
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.opening import LARGEST_TOML, UnusableFile, read_text
from payruns.policy import PaymentPolicy

Row = dict[str, object]
Facts = dict[str, list[Row]]

VERBS = (
    "learn",
    "assess",
    "pay_run",
    "bill_run",
    "calculate",
    "submit",
    "approve",
    "send_back",
    "release",
    "abandon",
    "hold",
    "let_go",
    "accept",
    "confirm",
    "debt",
    "check",
)
STAGES = ("draft", "calculated", "submitted", "approved", "released")
_STEP = {"on", "by", "approved_by", "up_to", "stop_after", "quarantine", "note", "reason", "refused", "expect", *VERBS}
_TOP = {
    "title",
    "about",
    "source",
    "include",
    "learned",
    "policy",
    "officers",
    "approval_limits",
    "facts",
    "steps",
    "expect",
    "charging",
    "assessments",
}
_CHARGE = {"line", "person", "single", "kind", "payer", "from", "to", "total"}
_ASSESSMENT = {"person", "from", "to", "weekly", "nation", "basis", "outcome"}
_LINE = {"line", "block", "adjustment", "kind", "funder", "payee", "from", "to", "total"}
EXPECTATIONS = {
    "sum",
    "lines",
    "payees",
    "paid",
    "carried",
    "parked",
    "findings",
    "no_findings",
    "status",
    "held",
    "problems",
    "debt",
    "charges",
    "bills",
}
LEDGER_EXPECTATIONS = {"net", "lines", "owed", "charged", "charges"}

OFFICERS = {"Preparer": "payments officer", "Approver": "finance manager"}
LIMITS = {"payments officer": 0, "finance manager": 10**12}


MOST_INCLUDED = 50  # files, the included ones’ own included with them


class BadScenario(Refusal):
    """A scenario file that cannot be understood. ``problems`` lists every fault."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)), "Correct the file and run it again.")
        self.problems = problems


@dataclass(frozen=True)
class ScenarioStep:
    """One dated event. ``verb`` says what is done, ``target`` to what."""

    number: int
    on: dt.date
    verb: str
    target: Any
    more: Mapping[str, Any]
    expect: Mapping[str, Any]
    refused: str | None


@dataclass(frozen=True)
class Scenario:
    """A scenario, ready to run."""

    name: str
    title: str
    about: str
    source: str
    learned: dt.date
    policy: PaymentPolicy
    officers: dict[str, str]
    limits: dict[str, int]
    facts: Facts
    steps: tuple[ScenarioStep, ...]
    expect: Mapping[str, Any] = field(default_factory=dict)
    charging: ChargingPolicy = field(default_factory=ChargingPolicy)
    assessments: tuple[Row, ...] = ()


def read_scenario(path: Path) -> Scenario:
    """Read a scenario and what it includes. Raises BadScenario."""
    faults = _Faults(path.name)
    tree = _with_included(path, faults, ())
    faults.unknown(tree, _TOP, "the file")
    facts = {name: [dict(row) for row in rows] for name, rows in tree.get("facts", {}).items()}
    _check_facts(facts, faults, "facts")
    steps = [_step(number, raw, faults) for number, raw in enumerate(tree.get("steps", []), 1)]
    for one, other in pairwise(steps):
        if other.on < one.on:
            faults.add(
                f"step {other.number}", f"{other.on} is before step {one.number}.", "Put the steps in order of day."
            )
    faults.unknown(tree.get("expect", {}), LEDGER_EXPECTATIONS, "[expect]")
    _check_lines(tree.get("expect", {}).get("lines", []), faults, "[expect]")
    _check_charges(tree.get("expect", {}).get("charges", []), faults, "[expect]")
    _check_assessments(tree.get("assessments", []), faults, "assessments")
    if not steps:
        faults.add("the file", "it has no steps.", "Say what happens, under [[steps]].")
    if not tree.get("title"):
        faults.add("the file", "it has no title.", "Say in a few words what it is about: title = “…”.")
    limits = {
        role: faults.pence(limit, f"approval_limits, {role}") for role, limit in tree.get("approval_limits", {}).items()
    }
    policy, charging = faults.policy(tree.get("policy", {})), faults.charging(tree.get("charging", {}))
    faults.stop()
    return Scenario(
        path.stem,
        tree["title"],
        tree.get("about", ""),
        tree.get("source", ""),
        tree.get("learned", steps[0].on),
        policy,
        tree.get("officers", OFFICERS),
        limits or LIMITS,
        facts,
        tuple(steps),
        tree.get("expect", {}),
        charging,
        tuple(tree.get("assessments", ())),
    )


class _Faults:
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Problem] = []
        self.included = 0

    def add(self, where: str, what: str, what_to_do: str) -> None:
        self.found.append(Problem(f"{self.name}, {where}", what, what_to_do))

    def unknown(self, table: Mapping[str, object], known: set[str], where: str) -> None:
        for name in sorted(set(table) - known):
            self.add(where, f"nothing is called “{name}”.", f"Use one of {', '.join(sorted(known))}.")

    def pence(self, value: object, where: str) -> int:
        try:
            return as_pence(value)
        except Refusal as error:
            self.add(where, error.what, error.what_to_do)
            return 0

    def policy(self, table: dict[str, object]) -> PaymentPolicy:
        try:
            return PaymentPolicy.of(table, f"{self.name}, [policy]")
        except Refusal as error:
            self.add("[policy]", error.what, error.what_to_do)
            return PaymentPolicy()

    def charging(self, table: dict[str, object]) -> ChargingPolicy:
        try:
            return ChargingPolicy.of(table, f"{self.name}, [charging]")
        except Refusal as error:
            self.add("[charging]", error.what, error.what_to_do)
            return ChargingPolicy()

    def stop(self) -> None:
        if self.found:
            raise BadScenario(self.found)


def as_pence(value: object) -> int:
    """Pounds as written in a scenario, quoted or not: ``"1,234.50"``, ``700.00`` or ``700``."""
    return read_pence(str(value))


def _with_included(path: Path, faults: _Faults, above: tuple[Path, ...]) -> dict[str, Any]:
    """The file's tree over those it includes. Facts add up; everything else is the including file's own."""
    try:
        tree = read_toml(read_text(path, LARGEST_TOML))
    except (UnusableFile, BadText) as error:
        raise BadScenario([Problem(f"{path.name} {error.where}".strip(), error.what, error.what_to_do)]) from error
    misshapen = list(_misshapen(tree, path.name))
    if misshapen:
        raise BadScenario(misshapen)
    whole: dict[str, Any] = {}
    included = tree.pop("include", [])
    for name in [included] if isinstance(included, str) else included:
        other = path.parent / name
        faults.included += 1
        if other in above or faults.included > MOST_INCLUDED:
            what = "includes itself." if other in above else f"is one of more than {MOST_INCLUDED} files included."
            faults.add("include", f"{name} {what}", "Take it out.")
            continue
        whole = _over(whole, _with_included(other, faults, (*above, path)))
    return _over(whole, tree)


_TABLES = ("policy", "officers", "approval_limits", "facts", "expect", "charging")
_LISTS = ("steps", "assessments")


def _misshapen(tree: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """Whatever is a list where a table is wanted, a number where words are, and so on, before any of it is
    looked into.
    """
    for key, value in tree.items():
        if key in ("title", "about", "source") and not isinstance(value, str):
            yield Problem(f"{name}, {key}", "it is not words.", f"Write {key} = “…”.")
        elif key == "learned" and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
            yield Problem(f"{name}, learned", "it is not a day.", "Write learned = 2026-05-02.")
        elif key == "include" and not _all_of(str, [value] if isinstance(value, str) else value):
            yield Problem(f"{name}, include", "it is not the name of a file.", "Write include = “common.toml”.")
        elif key in _TABLES and not isinstance(value, dict):
            yield Problem(f"{name}, {key}", "it is not a table.", f"Write it as [{key}].")
        elif key in _LISTS and not _all_of(dict, value):
            yield Problem(f"{name}, {key}", "it is not a list of tables.", f"Write each under [[{key}]].")
    if isinstance(tree.get("facts"), dict):
        yield from _misshapen_facts(tree["facts"], f"{name}, facts")
    if isinstance(tree.get("officers"), dict) and not _all_of(str, list(tree["officers"].values())):
        yield Problem(f"{name}, officers", "a role is not words.", "Write Name = “finance manager”.")
    if isinstance(tree.get("expect"), dict):
        yield from _misshapen_expectations(tree["expect"], f"{name}, [expect]")
    for number, step in enumerate(tree.get("steps", []) if _all_of(dict, tree.get("steps", [])) else [], 1):
        yield from _misshapen_step(step, f"{name}, step {number}")


def _misshapen_step(step: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for key in ("on", "up_to"):
        if isinstance(step.get(key), dt.datetime):
            yield Problem(f"{where}, {key}", "it has a time of day.", "Write the day alone.")
    for key in ("by", "approved_by", "note", "reason", "refused", "stop_after"):
        if not isinstance(step.get(key, ""), str):
            yield Problem(f"{where}, {key}", "it is not words.", "Write it in quotation marks.")
    if not isinstance(step.get("quarantine", False), bool):
        yield Problem(f"{where}, quarantine", "it is not true or false.", "Write true or false.")
    if "learn" in step:
        yield from _misshapen_facts(step["learn"], f"{where}, learn")
    if "assess" in step and not _all_of(dict, step["assess"]):
        yield Problem(f"{where}, assess", "it is not a list of tables.", "Write each under [[steps.assess]].")
    if not isinstance(step.get("expect", {}), dict):
        yield Problem(f"{where}, expect", "it is not a table.", "Write it as [steps.expect].")
    else:
        yield from _misshapen_expectations(step.get("expect", {}), f"{where}, expect")


def _misshapen_facts(facts: object, where: str) -> Iterator[Problem]:
    if not isinstance(facts, dict):
        yield Problem(where, "it is not a table of extracts.", "Write each row under the name of its extract.")
        return
    for name, rows in facts.items():
        if not _all_of(dict, rows):
            yield Problem(f"{where}, {name}", "it is not a list of rows.", "Write each row as a table.")
        elif any(isinstance(value, list | dict) for row in rows for value in row.values()):
            yield Problem(f"{where}, {name}", "a value is a list or a table.", "Give one value for each column.")


def _misshapen_expectations(expect: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for key in ("lines", "charges"):
        if not _all_of(dict, expect.get(key, [])):
            yield Problem(f"{where}, {key}", "it is not a list of tables.", "Write each line as a table.")


def _all_of(kind: type, values: object) -> bool:
    return isinstance(values, list) and all(isinstance(each, kind) for each in values)


def _over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    facts = {name: list(rows) for name, rows in under.get("facts", {}).items()}
    for name, rows in over.get("facts", {}).items():
        facts[name] = [*facts.get(name, []), *rows]
    added = {name: {**under.get(name, {}), **over.get(name, {})} for name in ("policy", "charging")}
    said = [*under.get("assessments", []), *over.get("assessments", [])]
    return {**under, **over, "facts": facts, **added, "assessments": said}


def _check_facts(facts: Mapping[str, object], faults: _Faults, where: str) -> None:
    for name, rows in facts.items():
        if name not in EXTRACTS:
            faults.add(where, f"there is no extract called “{name}”.", f"The extracts are {', '.join(EXTRACTS)}.")
        elif not isinstance(rows, list) or any(not row.get(EXTRACTS[name].ref.name) for row in rows):
            faults.add(f"{where}, {name}", f"a row has no {EXTRACTS[name].ref.name}.", "Give every row its reference.")


def _step(number: int, raw: dict[str, Any], faults: _Faults) -> ScenarioStep:
    where = f"step {number}"
    faults.unknown(raw, _STEP, where)
    verbs = [name for name in VERBS if name in raw]
    if len(verbs) != 1:
        faults.add(where, f"it does {' and '.join(verbs) or 'nothing'}.", f"Give each step one of {', '.join(VERBS)}.")
    on = raw.get("on")
    if not isinstance(on, dt.date):
        faults.add(where, "it has no day.", "Say on = 2026-05-02.")
        on = dt.date.min
    verb = verbs[0] if verbs else "check"
    if verb == "learn":
        _check_facts(raw["learn"], faults, where)
    if verb == "assess":
        _check_assessments(raw["assess"], faults, where)
    if verb in ("pay_run", "bill_run") and not isinstance(raw.get("up_to"), dt.date):
        faults.add(where, "the run has no last day.", "Say up_to = 2026-05-03, the last day it pays or bills.")
    if raw.get("stop_after", "released") not in STAGES:
        faults.add(where, f"a run cannot stop after “{raw['stop_after']}”.", f"Use one of {', '.join(STAGES)}.")
    expect = raw.get("expect", {})
    faults.unknown(expect, EXPECTATIONS, where)
    _check_lines(expect.get("lines", []), faults, where)
    _check_charges(expect.get("charges", []), faults, where)
    more = {name: raw[name] for name in raw if name in _STEP and name not in (*VERBS, "expect", "refused", "on")}
    return ScenarioStep(number, on, verb, raw.get(verb), more, expect, raw.get("refused"))


def _check_lines(lines: list[dict[str, Any]], faults: _Faults, where: str) -> None:
    for line in lines:
        faults.unknown(line, _LINE, where)
        if "total" not in line or sum(name in line for name in ("line", "block", "adjustment")) != 1:
            faults.add(where, "an expected line has no subject or no total.", "Say line = “L1”, total = “100.00”.")
        else:
            faults.pence(line["total"], f"{where}, line {line.get('line', '')}")


def _check_charges(charges: list[dict[str, Any]], faults: _Faults, where: str) -> None:
    for charge in charges:
        faults.unknown(charge, _CHARGE, where)
        if "total" not in charge or sum(name in charge for name in ("line", "person", "single")) != 1:
            faults.add(where, "an expected charge has no subject or no total.", "Say line = “L1”, total = “100.00”.")
        else:
            faults.pence(charge["total"], f"{where}, charge {charge.get('line', '')}")


def _check_assessments(said: list[dict[str, Any]], faults: _Faults, where: str) -> None:
    for each in said:
        faults.unknown(each, _ASSESSMENT, where)
        if not each.get("person") or not isinstance(each.get("from"), dt.date):
            faults.add(where, "an assessment has no person or no first day.", "Say person = “P1”, from = 2026-04-06.")
        if "weekly" in each:
            faults.pence(each["weekly"], f"{where}, assessment of {each.get('person', '')}")
