"""Looking things up: anything by part of a name or number; a person, a payee, a contract or a line on a day."""

from typing import Annotated

import typer

from finance.facts.searching import Found
from interfaces.cli import on_a_day
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, verb
from interfaces.searching import SORTS, Search, find_anything, seen_by
from interfaces.showing import show_reference

PANEL = "Everyday"


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "find", rich_help_panel=PANEL)(find)
    verb(app, "show", rich_help_panel=PANEL)(show)


def find(
    desk: Desk,
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS…", help="Part of a name, a reference or a number, in any capitals or accents."),
    ],
    only: Annotated[
        str | None, typer.Option("--only", metavar="SORT", help=f"Only one sort: {', '.join(SORTS)}.")
    ] = None,
    limit: Limit = 20,
) -> None:
    """Find anything by part of a name, a reference or a number: people, payees, contracts, lines, payers, bills, runs.

    Each word has to be in it. A name somebody once had finds them too. The nearest come first.

    Example: outturn find okafor
    Example: outturn find "999 000 0999"
    Example: outturn find example house --only contract
    """
    found = find_anything(desk.database, " ".join(words), only=only, limit=limit)
    desk.answer({"found": [_json(each) for each in found.found], "count": found.count, "of": found.of}, *_shown(found))


def _json(each: Found) -> dict[str, object]:
    return {
        "sort": each.sort,
        "ref": each.ref,
        "name": each.name,
        "about": each.about,
        "once_called": each.was or None,
        "cancelled": each.gone,
        "see": seen_by(each),
    }


def _shown(found: Search) -> list[printing.Shown]:
    if not found.found:
        return ["Nothing is called or numbered so."]
    rows = [(each.sort, each.ref, each.name, _about(each), seen_by(each)) for each in found.found]
    shown: list[printing.Shown] = [printing.table(("", "Reference", "Name", "", "To see more"), rows)]
    if found.count > len(rows):
        of = ", ".join(printing.several(count, sort) for sort, count in found.of.items())
        shown.append(
            printing.note(f"The nearest {len(rows):,} of {found.count:,}: {of}. Say more of it, or --only SORT.")
        )
    return shown


def _about(each: Found) -> str:
    said = [each.about, f"once called {each.was}" if each.was and each.was != each.name else ""]
    return ", ".join(filter(None, [*said, "cancelled" if each.gone else ""]))


def show(
    desk: Desk,
    reference: Annotated[
        str, typer.Argument(metavar="REFERENCE", help="Of a person, a payee, a contract or a service line.")
    ],
    only: Annotated[
        str | None, typer.Option("--only", metavar="SORT", help="person, payee, contract or line, where two share it.")
    ] = None,
    known: Annotated[
        int | None, typer.Option("--known", metavar="CHANGE", help="As things were known at this change.", min=0)
    ] = None,
    every: Annotated[bool, typer.Option("--every", help="Of a contract: prices whose days are over too.")] = False,
) -> None:
    """Show a person, a payee, a contract or a line as it stands on a day: --on, today when not given.

    A person: their care with its places, prices and who bears it; assessment, account, open bills. A payee: bank
    details and who confirmed them, contracts, what was paid lately. A contract: its terms and rates from each day, with
    who entered them.

    Example: outturn show P000123 --on 2026-05-03
    Example: outturn show K0451 --every
    """
    found = show_reference(desk.database, reference, desk.on, only=only, known=known, until=desk.as_at, every=every)
    desk.answer({"on": desk.on, "known": known, **on_a_day.as_json(found)}, *on_a_day.as_shown(found, desk.on))
