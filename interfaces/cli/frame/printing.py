"""How an answer looks: tables with amounts in sterling on the right, bars, sentences; and JSON for machines.

In JSON, money is whole pence under keys that end ``_pence``, days and moments are ISO 8601, and keys do not change
between versions without a note in the changelog.

No word is ever mark-up: names, reasons and files are other people’s words, and are shown as they stand.
"""

import datetime as dt
import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from finance.days import spoken
from finance.money import sterling
from finance.problems import Problem
from interfaces.cli.frame.visible import escaped, visible

WIDE_WITHOUT_A_SCREEN = 160
BAR_WIDTH = 24
Shown = RenderableType
_FIGURE = re.compile(r"^-?£?[\d,]+(\.\d+)?p?%?$")


class PlainConsole(Console):
    """A console that takes every word as it stands: no mark-up, no names of pictures, nothing a terminal would obey.

    This is the one place where what is shown meets the terminal. Colour and weight come from :class:`Text` alone, which
    our own code makes; a string, whoever wrote it, is only ever shown.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **settings)

    def render_str(self, text: str, **settings: Any) -> Text:
        return super().render_str(visible(text), **settings)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)


def console(**settings: Any) -> PlainConsole:
    """Standard output. Into a pipe or a file it is plain and wide, so that nothing is cut short."""
    if sys.stdout.isatty():
        return PlainConsole(**settings)
    return PlainConsole(width=WIDE_WITHOUT_A_SCREEN, no_color=True, **settings)


def on_standard_error(**settings: Any) -> PlainConsole:
    return PlainConsole(stderr=True, **settings)


def words(said: str, style: str = "") -> Text:
    """Words in a style: the one way to give them one. They are made visible before they are laid out."""
    return Text(visible(said), style=style)


def as_json(result: object) -> None:
    made = json.dumps(result, default=_plain, ensure_ascii=False, indent=2)
    sys.stdout.write(escaped(made, sys.stdout.encoding or "utf-8") + "\n")


def _plain(value: Any) -> object:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def complain(said: str) -> None:
    """A refusal, on standard error."""
    on_standard_error(soft_wrap=True).print(words(said, "red"))


def problem(each: Problem) -> dict[str, str]:
    return {"where": each.where, "what": each.what, "what_to_do": each.what_to_do}


def amount(pence: int | None) -> Text:
    """Pence for a table: sterling, red where it takes back."""
    if pence is None:
        return Text("")
    return Text(sterling(pence), style="red" if pence < 0 else "")


def day(when: dt.date | None) -> str:
    return spoken(when) if when else ""


def moment(when: dt.datetime | None) -> str:
    return f"{spoken(when.date())} {when:%H:%M}" if when else ""


def named(name: str, ref: str) -> str:
    """What something is called, with its reference."""
    return f"{name} ({ref})" if ref and ref != name else name


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[RenderableType]],
    *,
    right: Sequence[str] = (),
    title: str | None = None,
) -> Table:
    """A table for people. Columns named in ``right`` (amounts, counts) are right-aligned and never cut short."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        if name in right:
            made.add_column(name, justify="right", no_wrap=True)
        else:
            made.add_column(name, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def pairs(rows: Iterable[tuple[str, RenderableType | None]]) -> Table:
    """Names and values, one a line; those with no value are left out."""
    made = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in rows:
        if value is not None and value != "":
            made.add_row(name, value)
    return made


def sums(rows: Iterable[tuple[str, int]]) -> Table:
    """Names and amounts in pence, one a line, the pennies under one another."""
    made = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(style="bold", no_wrap=True)
    made.add_column(justify="right", no_wrap=True)
    for name, pence in rows:
        made.add_row(name, amount(pence))
    return made


def bar(value: int, largest: int) -> Text:
    """A bar in proportion to the largest: to the right for more, in red for less."""
    eighths = abs(value) * BAR_WIDTH * 8 // largest if largest else 0
    whole, part = divmod(eighths, 8)
    drawn = "█" * whole + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[part]
    return Text(drawn or ("▏" if value else ""), style="red" if value < 0 else "green")


def note(said: str) -> Text:
    return words(said, "dim")


class Titled(Protocol):
    """A part of a page: sentences, then a small table whose cells are text."""

    @property
    def title(self) -> str: ...
    @property
    def sentences(self) -> tuple[str, ...]: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> tuple[tuple[str, ...], ...]: ...


def sections(parts: Iterable[Titled]) -> list[RenderableType]:
    """Parts of a page that have anything in them. Columns of figures stand on the right."""
    shown: list[RenderableType] = []
    for part in parts:
        if not part.sentences and not part.rows:
            continue
        shown += [heading(part.title), *map(words, part.sentences)]
        if part.rows:
            figures = [
                name
                for place, name in enumerate(part.columns)
                if _mostly_figures([row[place].strip() for row in part.rows if row[place].strip()])
            ]
            shown.append(table(part.columns, part.rows, right=figures))
    return shown


def _mostly_figures(cells: Sequence[str]) -> bool:
    return sum(bool(_FIGURE.match(each)) for each in cells) * 2 > len(cells)


def heading(said: str) -> Text:
    return words(f"\n{said}", "bold")


def opening(said: str) -> str:
    """Words as they begin a sentence, names inside them left alone."""
    return said[:1].upper() + said[1:]


def several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def change(now: int, before: int) -> Text:
    """How far a sum has moved: pence, and per cent of what it was, to one decimal place."""
    moved = now - before
    said = f"{'+' if moved > 0 else ''}{sterling(moved)}"
    if before:
        tenths = (abs(moved) * 2_000 + abs(before)) // (abs(before) * 2)
        said += f" ({'-' if moved < 0 else '+' if moved else ''}{tenths // 10}.{tenths % 10}%)"
    return Text(said, style="red" if moved < 0 else "")


def short_span(first: dt.date, end: dt.date) -> str:
    """Days for a narrow column: 6 Apr to 3 May 2026."""
    last = end - dt.timedelta(days=1)
    return f"{first.day} {first:%b}{'' if first.year == last.year else f' {first.year}'} to {last.day} {last:%b %Y}"
