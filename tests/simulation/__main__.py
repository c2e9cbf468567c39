"""Simulate councils: ``python -m tests.simulation --councils 20 --years 2 --seed 1 --database sqlite --seconds 600``.

Prints one line of JSON: council-years, acts, faults, pairs, laws asked, failures. A life that breaks a law is told on
standard error with its shortest replay, which is also written to the folder given with ``--keep``.
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

from tests.simulation.databases import databases
from tests.simulation.life import Mood, Tally, live, relive
from tests.simulation.shrinking import as_text, read, shortest
from tests.simulation.watching import simulated


def main() -> int:
    asked = _asked()
    tally, began, broken, failures = Tally(), time.monotonic(), Counter[str](), 0
    lives = 0
    with databases(asked.database) as where, simulated():
        if asked.replay:
            return _replay(asked)
        mood = Mood(asked.faults, asked.pairs, asked.cheats, 1, asked.inside, asked.days) if asked.own_mood else None
        for seed in range(asked.seed, asked.seed + asked.councils):
            if time.monotonic() - began > asked.seconds:
                break
            ending = live(
                where, seed, years=asked.years, tally=tally, mood=mood, only=asked.law, finish=not asked.unfinished
            )
            lives += 1
            if ending.law:
                failures += 1
                broken[ending.law] += 1
                print(f"Council {seed}, act {len(ending.acts)}: {ending.law}: {ending.what}", file=sys.stderr)
                if asked.shrink:
                    short = shortest(where, ending, seconds=asked.shrink)
                    print("\n".join(short.told), as_text(short), sep="\n", file=sys.stderr)
                    if asked.keep:
                        asked.keep.mkdir(parents=True, exist_ok=True)
                        name = f"{ending.law.replace(' ', '_')}_{seed}.json"
                        (asked.keep / name).write_text(as_text(short), encoding="utf-8")
                if failures >= asked.failures:
                    break
    took = time.monotonic() - began
    print(
        json.dumps(
            {
                "database": asked.database,
                "seed": asked.seed,
                "councils": lives,
                "council_years": round(tally.years, 1),
                "acts": tally.acts,
                "refused": tally.refused,
                "faults": dict(tally.faults),
                "pairs_at_once": tally.pairs,
                "changes_of_turn": tally.changes_of_turn,
                "cheats": tally.cheats,
                "laws_asked": tally.laws,
                "failures": failures,
                "broken": dict(broken),
                "seconds": round(took, 1),
                "council_years_a_second": round(tally.years / took, 2),
                "processor_seconds": round(time.process_time(), 1),
                "verbs": dict(sorted(tally.verbs.items())),
            }
        )
    )
    return 1 if failures else 0


def _replay(asked: argparse.Namespace) -> int:
    kept, acts = read(asked.replay)
    with databases(asked.database) as where:
        ending = relive(where, kept["seed"], kept["lines"], acts, only=asked.law or [kept["law"]])
        if ending.law and asked.keep:
            short = shortest(where, ending, seconds=asked.shrink)
            (asked.keep / asked.replay.name).write_text(as_text(short), encoding="utf-8")
    print("\n".join(ending.told), f"{ending.law}: {ending.what}" if ending.law else "Every law holds.", sep="\n")
    return 1 if ending.law else 0


def _asked() -> argparse.Namespace:
    said = argparse.ArgumentParser(
        prog="python -m tests.simulation", description="Councils that live for years in seconds."
    )
    add = said.add_argument
    add("--councils", type=int, default=20, help="how many")
    add("--years", type=float, default=2, help="how long each lives")
    add("--seed", type=int, default=1, help="the first council's; the next has the next")
    add("--database", choices=["sqlite", "postgresql"], default="sqlite")
    add("--seconds", type=float, default=float("inf"), help="begin no further council after so long")
    add("--law", action="append", default=[], metavar="LAW", help="ask this law alone; may be repeated")
    add("--failures", type=int, default=10, help="stop after so many")
    add(
        "--shrink",
        type=float,
        default=60,
        metavar="SECONDS",
        help="how long to look for a shorter replay; 0: not at all",
    )
    add("--keep", type=Path, metavar="DIR", help="write the shortest replays here")
    add("--replay", type=Path, metavar="FILE", help="relive one replay and say what came of each act")
    add(
        "--unfinished", action="store_true", help="do not let calm officers finish: only for laws asked after every act"
    )
    add(
        "--own-mood",
        action="store_true",
        help="the same mood for every council, by the next five; else each has its own",
    )
    add("--faults", type=int, default=12, help="percent of acts struck")
    add("--pairs", type=int, default=12, help="percent of acts done beside another")
    add("--cheats", type=int, default=4, help="percent of acts by somebody who may not")
    add("--inside", type=int, default=0, help="percent of pairs that change places inside transactions (PostgreSQL)")
    add("--days", type=int, default=14, help="days between acts, about")
    return said.parse_args()


if __name__ == "__main__":
    sys.exit(main())
