"""``outturn``, the one console command. Its verbs are the product’s verbs; the screens and the API share them."""

import sys
from collections.abc import Sequence

import typer

from interfaces.cli import printing
from interfaces.cli.assembly import app
from interfaces.cli.desk import MISUSED


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line. Returns 0 when it was done, 1 when it was refused, 2 when it was not understood."""
    arguments = list(arguments)
    command = typer.main.get_command(app())
    try:
        if "--json" not in arguments:
            return int(command.main(arguments, prog_name="outturn") or 0)
        return int(command.main(arguments, prog_name="outturn", standalone_mode=False) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)
    except typer.TyperException as error:
        words = error.format_message()
        printing.as_json({"error": {"kind": "Usage", "what": words, "what_to_do": "See outturn --help.", "problems": []}})
        return MISUSED
    except typer.Abort:
        return 1


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))
