"""The second word of whoever loads: what a file may take away, and that references alike are meant."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interfaces.cli.frame.desk import Desk

if TYPE_CHECKING:
    from interfaces.files.inbound.door.allowance import Allowance

TakeAway = Annotated[
    int | None,
    typer.Option("--take-away", min=1, metavar="N", help="Let a file take away what is known of up to N rows."),
]
Alike = Annotated[
    bool, typer.Option("--alike", help="New references that look like others are meant: they are other things.")
]


def allowed(desk: Desk, take_away: int | None = None, alike: bool = False) -> "Allowance":
    """What the council’s own limit and this second word allow, and what waits for a second person."""
    from interfaces.files.inbound.door.allowance import Allowance

    policy = desk.council.loading
    return replace(Allowance(policy.take_away).said(take_away=take_away, alike=alike), **_asked(desk))


def by_hand(desk: Desk) -> dict[str, Any]:
    """Who enters rows by hand, when, and the same asked of them but for limits: no column of an extract is broken."""
    from interfaces.files.inbound.door.allowance import WITHOUT_LIMIT

    return {"by": desk.by, "at": desk.at, "allowance": replace(WITHOUT_LIMIT, **_asked(desk))}


def _asked(desk: Desk) -> dict[str, Any]:
    """The second person and the rights asked for: of nobody where there is no officer yet to be asked."""
    now = desk.officers
    there = now is not None and bool(now.founders)
    return {"second": desk.council.loading if there else None, "officers": now if there else None}
