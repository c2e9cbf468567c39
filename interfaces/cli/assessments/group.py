"""``outturn assess FILE`` and ``outturn assess --person REF`` assess; every other word after ``assess`` is a verb."""

from typing import Any

import typer
from typer.core import TyperGroup

from interfaces.cli.assessments import beside, facts_in, one_person, to_look_at, to_review, uprating
from interfaces.cli.frame.desk import verb

PANEL = "Assessments"


class _FileOrVerb(TyperGroup):
    """The first word is a verb, or a file of circumstances."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["one", *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The verbs, and below them what a file or ``--person`` takes: that has no word of its own to ask help of."""
        super().format_help(ctx, formatter)
        alone = self.commands["one"]
        alone.format_help(alone.context_class(alone, parent=ctx, info_name=""), formatter)


app = typer.Typer(
    name="assess",
    cls=_FileOrVerb,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Financial assessments: outturn assess FILE, outturn assess --person REF, or one of these verbs.",
)


for _name, _work in (
    ("history", one_person.history),
    ("compare", to_review.compare),
    ("beside", beside.beside),
    ("load", facts_in.load),
    ("templates", facts_in.templates),
    ("what-if", uprating.what_if),
    ("confirm-figures", facts_in.confirm_figures),
    ("due-for-review", to_review.due_for_review),
    ("ages", to_look_at.ages),
    ("not-looked-at", to_look_at.not_looked_at),
    ("looked-at", to_look_at.looked_at),
    ("override", to_review.override),
    ("approve-override", to_review.approve_override),
):
    verb(app, _name, rich_help_panel=PANEL)(_work)
verb(app, "one", hidden=True)(one_person.one)
_uprate = typer.Typer(no_args_is_help=True, help="Reassess everyone for new figures: preview, approve, apply, undo.")
for _name, _step in (
    ("preview", uprating.preview),
    ("show", uprating.show),
    ("list", uprating.list_all),
    ("approve", uprating.approve),
    ("apply", uprating.apply),
    ("undo", uprating.undo),
    ("abandon", uprating.abandon),
):
    verb(_uprate, _name)(_step)
app.add_typer(_uprate, name="uprate", rich_help_panel=PANEL)
