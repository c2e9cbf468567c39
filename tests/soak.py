"""Simulated councils, damaged files, kills and races, round after round, until so much has been done.

``python -m tests.soak --log soak.jsonl --seed 20261130`` does them in small commands of their own, one at a time, each
with a new seed, and adds the line of JSON that each ends with to the log, with the command and what it complained of.
``python -m tests.soak --log soak.jsonl --total`` adds a log up, at any time. Begun again with the same log it goes on.
"""

import argparse
import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KINDS = ("sqlite", "postgresql")
AIMS = {"council_years": 10_000, "kills": 1_000, "races": 1_000, "inputs": 1_000_000}
"""Kills and races: on each database."""


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--log", type=Path, required=True, help="lines of JSON are added to it")
    asked.add_argument("--seed", type=int, default=1, help="the first seed")
    asked.add_argument("--rounds", type=int, default=10**6, help="stop after so many")
    asked.add_argument("--keep", type=Path, help="where the shortest replays and the failing inputs go; beside the log")
    asked.add_argument("--total", action="store_true", help="only add the log up")
    given = asked.parse_args()
    given.keep = given.keep or given.log.parent / "soak-failures"
    given.log.parent.mkdir(parents=True, exist_ok=True)
    if not given.total:
        _soak(given)
    summed = total(_rows(given.log))
    print(json.dumps(summed, indent=1))
    return 1 if summed["failures"] else 0


def _soak(given: argparse.Namespace) -> None:
    begun = 1 + max((row["round"] for row in _rows(given.log)), default=-1)
    for place in range(begun, begun + given.rounds):
        done = total(_rows(given.log))
        commands = list(_round(done, given.seed + 1_000 * place, given.keep))
        if not commands:
            return
        for command in commands:
            ended = subprocess.run(
                [sys.executable, "-W", "ignore", "-m", *command], capture_output=True, text=True, check=False
            )
            rows = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
            if not rows:
                rows = [{"failures": 1}]  # it broke off
            with given.log.open("a", encoding="utf-8") as log:
                for row in rows:
                    complaints = ended.stderr[-4000:] if row.get("failures") or row.get("failed") else ""
                    log.write(
                        json.dumps(
                            {
                                "at": f"{dt.datetime.now():%Y-%m-%d %H:%M}",
                                "round": place,
                                "command": " ".join(command),
                                "said": complaints,
                                **row,
                            }
                        )
                        + "\n"
                    )


def _round(done: dict[str, Any], seed: int, keep: Path) -> Iterator[list[str]]:
    """The commands of one round: a little of everything that there is not enough of yet."""
    for kind in KINDS:
        on = ["--database", kind, "--seed", str(seed)]
        if done["council_years"] < AIMS["council_years"]:
            yield ["tests.simulation", "--councils", "12", "--years", "2.5", "--keep", str(keep), *on]
        for name in ("kills", "races"):
            if done[f"{name}_{kind}"] < AIMS[name]:
                yield [f"tests.simulation.{name}", "--count", "25", *on]
        seed += 500
    if done["inputs"] < AIMS["inputs"]:
        yield ["tests.fuzz", "--inputs", "1000", "--seed", str(seed), "--keep", str(keep)]


def _rows(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything done, added up."""
    sums: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for row in rows:
        command = row["command"].split()[0].removeprefix("tests.")
        on = row.get("database", "")
        sums["failures"] += row.get("failures", 0) + row.get("failed", 0)
        if command == "simulation":
            for name in ("council_years", "acts", "pairs_at_once", "cheats", "laws_asked", "councils"):
                sums[name] += row.get(name, 0)
                sums[f"{name}_{on}"] += row.get(name, 0) * (name == "council_years")
            faults.update(row.get("faults", {}))
        elif command == "fuzz":
            sums["inputs"] += row.get("inputs", 0)
        else:
            sums[f"{command.rpartition('.')[2]}_{on}"] += (
                row.get("killed", 0) if command.endswith("kills") else row.get("trials", 0)
            )
    return {
        **Counter(dict.fromkeys(("failures", "council_years", "inputs"), 0)),
        **{f"{name}_{on}": 0 for name in ("kills", "races") for on in KINDS},
        **{name: round(value, 1) for name, value in sums.items() if value},
        "faults": dict(faults),
    }


if __name__ == "__main__":
    sys.exit(main())
