"""``outturn``, the one console command. Its verbs are the product’s verbs; the screens and the API share them."""

import sys
from collections.abc import Sequence

import typer
from typer._click.exceptions import NoArgsIsHelpError

from interfaces.cli.contents import for_line
from interfaces.cli.misuse import MISUSED, said


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line. Returns 0 when it was done, 1 when it was refused, 2 when it was not understood."""
    arguments = list(arguments)
    try:
        command = typer.main.get_command(for_line(arguments))
        return int(command.main(arguments, prog_name="outturn", standalone_mode=False) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)
    except NoArgsIsHelpError as error:
        error.show()
        return MISUSED
    except typer.TyperException as error:
        from interfaces.cli import printing

        what, what_to_do = said(error)
        if "--json" in arguments:
            printing.as_json({"error": {"kind": "Usage", "what": what, "what_to_do": what_to_do, "problems": []}})
        else:
            printing.complain(f"{what} {what_to_do}")
        return MISUSED
    except typer.Abort:
        return 1


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))
