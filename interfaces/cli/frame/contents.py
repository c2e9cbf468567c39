"""What the command holds, known without importing any of it: the list of verbs, and the part each is of.

``contents.toml`` is made from the command itself; a test fails when it is out of date. To make it again:

    python -c "from interfaces.cli.frame import contents as c; print(c.as_toml(c.as_it_is()), end='')" >
    interfaces/cli/frame/contents.toml
"""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typer

from interfaces.cli.frame.assembly import app, bare, brings, parts

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb or a group of them: which part brings it, under which heading it is listed, and what is said of it."""

    name: str
    part: str
    panel: str
    help: str


def for_line(arguments: Sequence[str]) -> typer.Typer:
    """As much of the command as one line needs: the list alone, one part, or all of it where the verb is not known."""
    verbs = listed()
    if verbs is None:
        return app()
    if list(arguments) in ([], ["--help"], ["-h"]):
        return _list_alone(verbs)
    part = next((each.part for each in verbs if arguments[0] == each.name), None)
    if part is None:
        return app()
    made = bare()
    made.callback()(lambda: None)  # a command of one verb would otherwise be that verb
    parts()[part](made)
    return made


@cache
def listed() -> tuple[Verb, ...] | None:
    """The list; none when another package brings verbs it does not know."""
    kept = tuple(Verb(**row) for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["verb"])
    return kept if {each.name for each in brings()} <= {each.part for each in kept} else None


def _list_alone(verbs: Sequence[Verb]) -> typer.Typer:
    made = bare()
    for each in verbs:
        made.command(each.name, help=each.help, rich_help_panel=each.panel)(lambda: None)
    return made


def as_it_is() -> list[Verb]:
    """The list as the command itself has it now."""
    of: dict[str, str] = {}
    for part, add in parts().items():
        made = bare()
        made.callback()(lambda: None)
        add(made)
        of.update(dict.fromkeys(typer.main.get_command(made).commands, part))  # type: ignore[attr-defined]
    whole = typer.main.get_command(app()).commands  # type: ignore[attr-defined]
    return [
        Verb(name, of[name], each.rich_help_panel, (each.help or "").split("\n\n")[0])
        for name, each in whole.items()
        if not each.hidden
    ]


def as_toml(verbs: Sequence[Verb]) -> str:
    rows = []
    for each in verbs:
        values = {"name": each.name, "part": each.part, "panel": each.panel, "help": each.help}
        rows.append(
            "\n".join(
                ["[[verb]]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())]
            )
        )
    return "# Made from the command itself: interfaces/cli/frame/contents.py says how.\n\n" + "\n\n".join(rows) + "\n"
