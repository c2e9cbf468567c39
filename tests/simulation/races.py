"""Set two verbs of the console command off at the same moment, every pair of them; one must win or both be done.

``python -m tests.simulation.races --count 1000 --database sqlite --seed 1 --seconds 3600`` prints one line of JSON.
"""

import json
import random
import sys
import time
from dataclasses import dataclass, field

from tests.simulation.kills import Ground, Tally, asked, ground
from tests.simulation.processes import PATIENCE_SECONDS
from tests.simulation.stages import IDLE, STAGES, Trial, twin


@dataclass
class Races:
    """Races, one after another."""

    on: Ground
    tally: Tally = field(default_factory=Tally)

    def pairs(self) -> list[tuple[str, str, str]]:
        """Every pair worth racing: (stage, one, other). What can be done at any stage meets itself once, and each verb
        of a run's life at its own stage.
        """
        everywhere = sorted(self.on.made[IDLE].any_time())
        found = []
        for stage in STAGES:
            own = sorted(set(self.on.made[stage].command_lines()) - set(everywhere))
            if stage == IDLE:
                own += everywhere
            found += [(stage, one, other) for place, one in enumerate(own) for other in own[place:]]
            found += [(stage, one, other) for one in own for other in everywhere if stage != IDLE]
        return found

    def race(self, stage: str, one: str, other: str) -> None:
        staged = self.on.made[stage]
        lines = staged.command_lines()
        url = self.on.where.copy(staged.council.url)
        trial = Trial(staged, twin(staged.council, url))
        try:
            both = [staged.addressed(lines[each], url, trial.council.out) for each in (one, other)]
            ended = self.on.processes.carry_out(*both)
            self.tally.verbs[f"{one} + {other}"] += 1
            self.tally.refused += sum(each.refused for each in ended)
            trial.heard(*ended)
            if all(each.code for each in ended):
                trial.wrong.append(
                    f"one of two wins: both were refused: {' / '.join(_why(each.said) for each in ended)}"
                )
            if any(each.seconds > PATIENCE_SECONDS for each in ended):
                trial.wrong.append("nothing waits for ever: one of them did")
            trial.judge()
            self.tally.add(f"{one} with {other} at {stage}", trial)
        finally:
            trial.council.close()
            self.on.where.drop(url)


def _why(said: str) -> str:
    rows = [row.strip() for row in said.splitlines() if row.strip()]
    return next((row for row in rows if '"what"' in row), rows[-1] if rows else "nothing was said")[:160]


def race(on: Ground, count: int, seed: int, seconds: float = float("inf")) -> Tally:
    """So many races, or as many as there is time for: each pair once before any twice, in an order of the seed's."""
    began, races = time.monotonic(), Races(on)
    every = races.pairs()
    random.Random(seed).shuffle(every)
    for place in range(count):
        if time.monotonic() - began > seconds:
            break
        races.race(*every[place % len(every)])
    return races.tally


def main() -> int:
    wanted, began = asked("Set two verbs off at the same moment."), time.monotonic()
    with ground(wanted.database) as on:
        tally = race(on, wanted.count, wanted.seed, wanted.seconds)
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
