"""Kill verbs of the console command at random moments, then give any other; at the end everything must agree.

``python -m tests.simulation.kills --count 1000 --database sqlite --seed 1 --seconds 3600`` prints one line of JSON.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.engine import URL

from tests.simulation.databases import Databases, databases
from tests.simulation.processes import Processes
from tests.simulation.stages import IDLE, Staged, Trial, stages, twin
from tests.simulation.watching import simulated

WEIGHTS = {
    "release": 6,
    "files": 4,
    "calculate": 3,
    "approve": 2,
    "submit": 2,
    "recharge": 4,
    "run": 2,
    "load": 2,
    "schedule": 2,
}


@dataclass
class Tally:
    """What was done to real processes, and what came out wrong."""

    trials: int = 0
    killed: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, heading: str, trial: Trial) -> None:
        self.trials += 1
        for what in trial.wrong:
            self.broken[what.split(": ")[0]] += 1
            self.wrong.append(f"{heading}: {what}")
            print(self.wrong[-1], file=sys.stderr)

    def as_row(self) -> dict[str, object]:
        return {
            "trials": self.trials,
            "killed": self.killed,
            "refused": self.refused,
            "failures": len(self.wrong),
            "broken": dict(self.broken),
            "verbs": dict(sorted(self.verbs.items())),
        }


@dataclass(frozen=True)
class Ground:
    """Where real processes are tried: databases, councils at every stage in them, and processes to set on copies."""

    where: Databases
    made: dict[str, Staged]
    processes: Processes


@contextmanager
def ground(kind: str, server: URL | None = None) -> Iterator[Ground]:
    """Ground on one kind of database."""
    with databases(kind, server) as where, Processes(where.folder) as processes:
        with simulated():
            made = stages(where)
        yield Ground(where, made, processes)
        for staged in made.values():
            staged.council.close()
            where.drop(staged.council.url)


@dataclass
class Killer:
    """Kills, one after another. ``took``: seconds each command line needs when left alone."""

    on: Ground
    tally: Tally = field(default_factory=Tally)
    took: dict[str, float] = field(default_factory=dict)

    def kill_one(self, chance: random.Random) -> None:
        stage = chance.choice(list(self.on.made))
        staged = self.on.made[stage]
        lines = staged.command_lines()
        weights = [WEIGHTS.get(name.split()[-1], 1) * (1 if name in self._everywhere else 3) for name in lines]
        name = chance.choices(list(lines), weights)[0]
        then = chance.choice([each for each in self._every_line(staged) if each != name])
        url = self.on.where.copy(staged.council.url)
        trial = Trial(staged, twin(staged.council, url))
        try:
            self._measure(staged, name)
            first = staged.addressed(lines[name], url, trial.council.out)
            ended = self.on.processes.carry_out(first, kill_after=chance.uniform(0.05, 1.05) * self.took[name])
            self.tally.killed += ended[0].killed
            self.tally.verbs[name] += 1
            trial.heard(*ended)
            after = self.on.processes.carry_out(
                staged.addressed(self._every_line(staged)[then], url, trial.council.out)
            )
            self.tally.refused += after[0].refused
            trial.heard(*after)
            trial.judge()
            self.tally.add(f"{name} killed at {stage}, then {then}", trial)
        finally:
            trial.council.close()
            self.on.where.drop(url)

    def _measure(self, staged: Staged, name: str) -> None:
        if name in self.took:
            return
        url = self.on.where.copy(staged.council.url)
        spare = twin(staged.council, url)
        ended = self.on.processes.carry_out(staged.addressed(staged.command_lines()[name], url, spare.out))
        assert ended[0].code in (0, 1), ended[0].said
        self.took[name] = ended[0].seconds
        spare.close()
        self.on.where.drop(url)

    @property
    def _everywhere(self) -> set[str]:
        return set(self.on.made[IDLE].any_time())

    def _every_line(self, staged: Staged) -> dict[str, tuple[str, ...]]:
        """Every command line of every stage, about the runs that are open here: the next verb need not be a
        wise one.
        """
        found: dict[str, tuple[str, ...]] = {}
        for other in self.on.made.values():
            found.update(other.command_lines())
        found.update(staged.command_lines())
        return found


def kill(on: Ground, count: int, seed: int, seconds: float = float("inf")) -> Tally:
    """So many kills, or as many as there is time for."""
    began, killer = time.monotonic(), Killer(on)
    for place in range(count):
        if time.monotonic() - began > seconds:
            break
        killer.kill_one(random.Random(f"{seed} {place}"))
    return killer.tally


def asked(what: str) -> argparse.Namespace:
    said = argparse.ArgumentParser(description=what)
    said.add_argument("--count", type=int, default=100)
    said.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--seconds", type=float, default=float("inf"), help="begin no further one after so long")
    return said.parse_args()


def main() -> int:
    wanted, began = asked("Kill verbs at random moments, then give any other."), time.monotonic()
    with ground(wanted.database) as on:
        tally = kill(on, wanted.count, wanted.seed, wanted.seconds)
    print(
        json.dumps(
            {
                "database": wanted.database,
                "seed": wanted.seed,
                **tally.as_row(),
                "seconds": round(time.monotonic() - began, 1),
            }
        )
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
