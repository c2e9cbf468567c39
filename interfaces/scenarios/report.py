"""What came of a scenario: step by step, with each expectation that failed in words."""

import datetime as dt
from dataclasses import asdict, dataclass, field

from finance.days import spoken
from finance.money import sterling


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that did not come true."""

    what: str
    expected: str
    came_out: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, came out {self.came_out}"


@dataclass(frozen=True, slots=True)
class RunLine:
    """One proposed or posted line: days ``first`` to ``last``, both in; pence."""

    kind: str
    subject: str
    funder: str
    payee: str
    first: dt.date
    last: dt.date
    pence: int

    @property
    def title(self) -> str:
        funder = f", {self.funder}" if self.funder else ""
        return f"{self.subject} {self.kind}{funder} {days(self.first, self.last)}"


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step: what was done, what came of it, and what should have and did not."""

    number: int
    on: dt.date
    what: str
    outcome: str
    lines: tuple[RunLine, ...] = ()
    misses: tuple[Miss, ...] = ()


@dataclass(slots=True)
class Report:
    """A whole scenario."""

    name: str
    title: str
    steps: list[StepReport] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.misses and not any(step.misses for step in self.steps)

    @property
    def failures(self) -> list[str]:
        """Every failed expectation as a sentence."""
        own = [f"step {s.number}, {spoken(s.on)}, {s.what}: {miss}" for s in self.steps for miss in s.misses]
        return [*own, *(f"at the end: {miss}" for miss in self.misses)]

    def as_json(self) -> dict[str, object]:
        """The same, for machines. Amounts in pence, days as text."""
        return {
            "name": self.name,
            "title": self.title,
            "passed": self.passed,
            "failures": self.failures,
            "steps": [
                {
                    "number": step.number,
                    "on": step.on.isoformat(),
                    "what": step.what,
                    "outcome": step.outcome,
                    "lines": [
                        {**asdict(line), "first": line.first.isoformat(), "last": line.last.isoformat()}
                        for line in step.lines
                    ],
                    "failures": [str(miss) for miss in step.misses],
                }
                for step in self.steps
            ],
        }

    def __str__(self) -> str:
        told = [f"{self.title}: {'as expected' if self.passed else f'{len(self.failures)} not as expected'}"]
        for step in self.steps:
            told.append(f"  {spoken(step.on)}: {step.what}: {step.outcome}")
            told += [f"    {line.title}: {sterling(line.pence)}" for line in step.lines]
            told += [f"    ✗ {miss}" for miss in step.misses]
        return "\n".join([*told, *(f"  ✗ {miss}" for miss in self.misses)])


def days(first: dt.date, last: dt.date) -> str:
    """Days for people: 1 to 7 December 2022."""
    if first == last:
        return spoken(first)
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same else spoken(first)} to {spoken(last)}"
