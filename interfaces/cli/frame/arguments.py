"""Arguments and options that several verbs share."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from interfaces.cli.frame.desk import read_day

RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="The run’s number.", min=1)]
PayeeRef = Annotated[str | None, typer.Option("--payee", metavar="REF", help="Only this payee.")]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A note to keep with it.")]
Why = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why. It is kept with the run.")]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many to show.")]
Folder = Annotated[Path, typer.Option("--folder", file_okay=False, metavar="DIR", help="Where to write.")]
LastDay = Annotated[
    dt.date | None,
    typer.Option("--last-day", parser=read_day, metavar="DATE", help="The last day to pay for, itself included."),
]
