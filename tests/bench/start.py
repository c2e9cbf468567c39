"""How long a console verb takes to start, beside Python loading SQLAlchemy alone. ``python -m tests.bench.start``.

Processor time of whole processes, each the least of several: the same however busy the machine is, nearly. The verb is
the lightest that opens a database; nobody waits for less.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

VERB_MOST, HELP_MOST = 0.7, 0.3
_CONSOLE = "import sys; from interfaces.cli import main; sys.argv[0] = 'outturn'; main()"


def _processor_seconds(*line: str) -> float:
    """Of one process, from its start to its end. One that fails is not measured. Bytecode is kept, as where the product
    is installed: without it every start compiles every module anew, which takes longer than all the rest.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    done = subprocess.run([sys.executable, "-c", *line], capture_output=True, text=True, check=False, env=kept)
    after = os.times()
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    return after.children_user + after.children_system - before.children_user - before.children_system


def measure(times: int = 5) -> dict[str, float]:
    """Seconds of processor of ``--help``, of a verb, and of the floor, and each over the floor."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder, 'start.db')}"
        _processor_seconds(_CONSOLE, "init", "--database", database)
        lines = {
            "floor": ("import sqlalchemy",),
            "help": (_CONSOLE, "--help"),
            "verb": (_CONSOLE, "payrun", "list", "--database", database),
        }
        took = {name: [_processor_seconds(*line)] for name, line in lines.items()}  # the first makes bytecode
        for _ in range(times):
            for name, line in lines.items():
                took[name].append(_processor_seconds(*line))
    least = {name: min(seconds[1:]) for name, seconds in took.items()}
    return {**least, "help_ratio": least["help"] / least["floor"], "verb_ratio": least["verb"] / least["floor"]}


def main(json_path: str | None = None, times: int = 5) -> None:
    """Measure and print a line; ``json_path``: keep the figures there too."""
    took = measure(times)
    print(
        f"start: --help {took['help']:.2f} s of processor (under {HELP_MOST} wanted), {took['help_ratio']:.1f} times "
        f"the floor of "
        f"{took['floor']:.2f} s; a verb that opens the database {took['verb']:.2f} s (under {VERB_MOST} wanted), "
        f"{took['verb_ratio']:.1f} times",
        flush=True,
    )
    if json_path:
        Path(json_path).write_text(json.dumps(took, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    main(asked.json, asked.times)
