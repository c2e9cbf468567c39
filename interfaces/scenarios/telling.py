"""A scenario’s steps and what came of them, in an officer’s words and by reference."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from finance.days import spoken
from finance.money import sterling
from finance.problems import Refusal
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.scenarios import store
from interfaces.scenarios.reading import Row, ScenarioStep
from interfaces.scenarios.report import Miss, RunLine
from ledgers.runs import Run, Status
from payruns.store import Calendar, read_calendars


@dataclass
class StepOutcome:
    """What a step did: in words, the run it left, and what else may be expected of it."""

    outcome: str
    run: Run | None = None
    problems: list[str] = field(default_factory=list)
    debt: int = 0


@dataclass(frozen=True)
class References:
    """References for numbers."""

    lines: dict[int, str]
    blocks: dict[int, str]
    adjustments: dict[int, str]
    payees: dict[int, str]
    funders: dict[int, str]
    calendars: dict[int, Calendar]

    @classmethod
    def read(cls, connection: Any) -> "References":
        lines, blocks, adjustments, payees, funders = (
            store.read_refs(connection, table) for table in ("service_line", "block", "adjustment", "payee", "funder")
        )
        calendars = {each.nr: each for each in read_calendars(connection)}
        return cls(lines, blocks, adjustments, payees, funders, calendars)

    def subject(self, kind: str, number: int) -> str:
        return {"block": self.blocks, "adjustment": self.adjustments}.get(kind, self.lines)[number]

    def came(
        self, kind: str, subject: int, funder: int, party: int, first: dt.date, last: dt.date, pence: int
    ) -> RunLine:
        name = self.funders[funder] if funder else ""
        return RunLine(kind, self.subject(kind, subject), name, self.payees[party], first, last, pence)


def run_came(run: Run) -> StepOutcome:
    if run.status in (Status.DRAFT, Status.ABANDONED):
        return StepOutcome(str(run.status), run)
    return StepOutcome(f"{run.status}, {run.lines} lines, {sterling(run.total)}", run)


def by_payee(lines: list[RunLine]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.payee] = sums.get(line.payee, 0) + line.pence
    return sums


def compare_problems(expected: list[str], came: list[str]) -> list[Miss]:
    said = " ".join(came)
    return [Miss("what is said", words, said or "nothing") for words in expected if words not in said]


def plain_row(row: Row) -> Row:
    """A row in the form of the files: truth as yes or no, everything else as it is."""
    return {name: ("yes" if value else "") if isinstance(value, bool) else value for name, value in row.items()}


def number_in(refs: Mapping[int, str], ref: str, what: str) -> int:
    found = [nr for nr, each in refs.items() if each == ref]
    if not found:
        raise Refusal(f"There is no {what} “{ref}” in this scenario.", "Use a reference from its facts.")
    return found[0]


def step_words(step: ScenarioStep) -> str:
    """A step as an officer would say it."""
    if step.verb == "pay_run":
        return f"pay run of {step.target} up to {spoken(step.more['up_to'])}"
    if step.verb == "bill_run":
        return f"charge run of {step.target} up to {spoken(step.more['up_to'])}"
    if step.verb == "assess":
        return f"assessed {', '.join(each['person'] for each in step.target)}"
    if step.verb == "learn":
        told = [f"{ref[EXTRACTS[name].ref.name]}" for name, rows in step.target.items() for ref in rows]
        return f"we learned of {', '.join(told)}"
    if isinstance(step.target, dict):
        return f"{step.verb.replace('_', ' ')} {' '.join(map(str, next(iter(step.target.items()))))}"
    target = ", ".join(step.target) if isinstance(step.target, list) else step.target
    return f"{step.verb.replace('_', ' ')} {target}"
