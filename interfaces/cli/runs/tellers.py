"""Who told of what decides a run’s money, as whoever signs for it is shown it."""

from collections.abc import Sequence

from rich.console import RenderableType

from interfaces.cli.frame import printing
from ledgers.told_by import ToldBy

SHOWN = 10


def told_by_json(told: Sequence[ToldBy]) -> list[dict[str, object]]:
    """For machines, all of them."""
    return [
        {
            "by": each.by,
            "what": each.words,
            "confirmed_by": each.confirmed_by,
            "facts": each.facts,
            "lines": each.lines,
            "pence": each.pence,
        }
        for each in told
    ]


def told_by_shown(told: Sequence[ToldBy]) -> RenderableType | None:
    """Those that decide most money, with who confirmed them."""
    if not told:
        return None
    rows = [
        (
            each.by,
            each.words,
            each.confirmed_by or "nobody",
            f"{each.facts:,}",
            f"{each.lines:,}",
            printing.amount(each.pence),
        )
        for each in told[:SHOWN]
    ]
    more = f" ({len(told) - SHOWN:,} more not shown)" if len(told) > SHOWN else ""
    return printing.table(
        ("Told by", "Of", "Confirmed by", "Facts", "Lines", "Which come to"),
        rows,
        right=("Facts", "Lines", "Which come to"),
        title=f"\nNew since the last run, and deciding this one{more}",
    )
