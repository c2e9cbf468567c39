"""The second word of whoever loads: what a file may take away, and that references alike are meant."""

from typing import TYPE_CHECKING, Annotated

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


def allowed(desk: Desk, take_away: int | None, alike: bool) -> "Allowance":
    """What the council’s own limit and this second word allow."""
    from interfaces.files.inbound.door.allowance import Allowance

    return Allowance(desk.council.loading.take_away).said(take_away=take_away, alike=alike)
