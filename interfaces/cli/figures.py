"""Figures of the law, given from a circular: each beside what stood before, confirmed by an officer who sees them."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.assessments.caseload import jobs as caseload_jobs
from billing.assessments.figures_store import figures_now, given_in
from billing.assessments.uprating import views_jobs as views
from finance.assessment import statutory_figures
from finance.assessment.given_figures import FigureBeside, beside, read_figures, standing_on
from finance.parameters import Parameter, Value
from finance.problems import BadParameters, Problem, Refusal
from interfaces.cli.assessments.uprating import Page, Xlsx, tell_effect
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, NotSetUp, verb
from interfaces.cli.policy import Reason, confirmed_in_words, state_in_words, version_json, version_sentence
from interfaces.files.inbound.readers.opening import LARGEST_TOML, UnusableFile, read_text
from ledgers.policy import jobs, store
from ledgers.policy.versions import FIGURES

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Their number: outturn figures list.")]


FEW = 5  # figures named one by one


class BadFiguresFile(Refusal):
    """A file of figures that cannot be used. Nothing was changed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what, problem.what_to_do)
        self.problems = [problem]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    figures = typer.Typer(
        no_args_is_help=True, help="Figures of the law: given from a circular, signed by a second person."
    )
    for name, work in (
        ("propose", propose),
        ("confirm", confirm),
        ("withdraw", withdraw),
        ("list", list_given),
        ("show", show),
        ("effect", effect),
        ("names", names),
    ):
        verb(figures, name)(work)
    app.add_typer(figures, name="figures", rich_help_panel="Set up")


def propose(
    desk: Desk,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The figures (docs/figures.md).")
    ],
    reason: Reason,
) -> None:
    """Give the figures of a circular, each shown beside what stood before. They count once another has confirmed them.

    Example: outturn figures propose april-2027.toml --reason "The circular of 3 February" --as "first officer"
    """
    try:
        text = read_text(file, LARGEST_TOML)
    except UnusableFile as error:
        raise BadFiguresFile(Problem(f"{file.name} {error.where}".strip(), error.what, error.what_to_do)) from error
    with desk.database.begin() as connection:
        held = figures_now(connection, statutory_figures())
        try:
            given = read_figures(text, file.name, held)
            given.over(held, desk.at.date())
        except BadParameters as error:
            raise BadFiguresFile(Problem(file.name, error.what, error.what_to_do)) from error
        made = jobs.propose(
            connection,
            text,
            {},
            kind=FIGURES,
            starts=given.first,
            name=file.name,
            reason=reason,
            by=desk.by,
            at=desk.at,
        )
    rows = beside(given, held)
    desk.answer(
        {**version_json(made), "source": given.source, "amounts": _json(rows)},
        version_sentence(made),
        *_shown(rows),
        printing.note(
            f"Next, by another officer: outturn figures show {made.nr}, then outturn figures confirm {made.nr}"
        ),
    )


def confirm(desk: Desk, number: Number) -> None:
    """Confirm figures as the second officer, having read them in the circular. Assessments go by them from then on.

    Example: outturn figures confirm 3 --as "second officer"
    """
    with desk.database.begin() as connection:
        made = jobs.confirm(connection, number, kind=FIGURES, by=desk.by, at=desk.at)
    desk.answer(
        version_json(made),
        version_sentence(made),
        printing.note(
            f"Next: outturn assess uprate preview NAME --first-day {made.starts} (who changes, and by how much)"
        ),
    )


def withdraw(desk: Desk, number: Number, reason: Reason) -> None:
    """Withdraw figures that wait. They are kept, with why.

    Example: outturn figures withdraw 3 --reason "The circular was corrected" --as "first officer"
    """
    with desk.database.begin() as connection:
        made = jobs.withdraw(connection, number, kind=FIGURES, reason=reason, by=desk.by, at=desk.at)
    desk.answer(version_json(made), version_sentence(made))


def list_given(desk: Desk) -> None:
    """List figures given: from which day, from where, who gave and who confirmed them.

    Example: outturn figures list
    """
    with desk.database.read() as connection:
        given = [each for each in store.read_versions(connection) if each.kind == FIGURES]
    rows = [
        (
            str(each.nr),
            printing.day(each.starts),
            state_in_words(each, None),
            given_in(each).source,
            f"{len(given_in(each).values):,}",
            each.asked_by,
            confirmed_in_words(each),
        )
        for each in given
    ]
    columns = ("Figures", "From", "", "Source", "How many", "Given by", "Confirmed by")
    desk.answer(
        {"figures": [{**version_json(each), "source": given_in(each).source} for each in given]},
        printing.table(columns, rows, right=("Figures", "How many"))
        if rows
        else "None were given: assessments go by those that came with Outturn.",
    )


def show(desk: Desk, number: Number) -> None:
    """Show figures given, each beside what stood the day before with the change, and what was left out.

    Example: outturn figures show 3
    """
    with desk.database.read() as connection:
        made = store.read_version(connection, number, FIGURES)
        held = figures_now(connection, statutory_figures())
    given = given_in(made)
    rows = beside(given, held)
    desk.answer(
        {**version_json(made), "source": given.source, "amounts": _json(rows), "content": made.content},
        version_sentence(made),
        f"Read in {given.source}.",
        *_shown(rows),
    )


def effect(desk: Desk, number: Number, xlsx: Xlsx = None, page: Page = None) -> None:
    """What figures given would do to everybody’s charge on a day, before anybody confirms them. Nothing is stored.

    Example: outturn figures effect 3 --on 2027-04-05 --xlsx effect.xlsx
    """
    with desk.database.read() as connection:
        given = given_in(store.read_version(connection, number, FIGURES))
    policy = desk.council.assessment
    made = caseload_jobs.what_if(desk.database, desk.on, policy, {}, given=given)
    told = views.with_policy(views.of_what_if(desk.database, made), policy, made.on)
    tell_effect(desk, told, xlsx, page, {"on": made.on, "changes": list(made.changes)})


def names(desk: Desk) -> None:
    """List what each figure is called in a file of figures, its unit, and what it is on the day.

    Example: outturn figures names --on 2027-04-05
    """
    try:
        with desk.database.read() as connection:
            held = figures_now(connection, statutory_figures())
    except NotSetUp:  # they are asked for before there is a council, too
        held = statutory_figures()
    rows = [(each.name, each.label, each.unit, _amount(each, standing_on(each, desk.on))) for each in held]
    desk.answer(
        {
            "figures": [
                {"name": each.name, "label": each.label, "unit": each.unit, "value": _plain(standing_on(each, desk.on))}
                for each in held
            ]
        },
        printing.table(("Name", "Figure", "Unit", "Is"), rows, right=("Is",)),
    )


def _json(rows: Sequence[FigureBeside]) -> list[dict[str, object]]:
    return [
        {
            "figure": each.parameter.name,
            "label": each.parameter.label,
            "unit": each.parameter.unit,
            "before": _plain(each.before),
            "given": _plain(each.now),
            "change": each.change,
        }
        for each in rows
    ]


def _plain(value: Value | None) -> object:
    """For machines: pence and whole numbers as they are, other numbers as they are written."""
    return str(value) if isinstance(value, Decimal) else value


def _shown(rows: Sequence[FigureBeside]) -> list[RenderableType]:
    given = [each for each in rows if each.now is not None]
    left_out = [each.parameter.label for each in rows if each.now is None]
    shown = [
        (
            each.parameter.label,
            _amount(each.parameter, each.before),
            _amount(each.parameter, each.now),
            _amount(each.parameter, each.change),
            _share(each),
        )
        for each in given
    ]
    columns = ("Figure", "The day before", "Given", "Change", "")
    made: list[RenderableType] = [printing.table(columns, shown, right=("The day before", "Given", "Change", ""))]
    if left_out:
        more = f", and {len(left_out) - FEW:,} more (--json names each)" if len(left_out) > FEW else ""
        made.append(f"Moved a year before, and not given: {'; '.join(left_out[:FEW])}{more}.")
    return made


def _amount(parameter: Parameter, value: Value | None) -> RenderableType:
    if isinstance(value, int) and not isinstance(value, bool) and parameter.unit.startswith("pence"):
        return printing.amount(value)
    return "" if value is None else str(value)


def _share(each: FigureBeside) -> str:
    """By how much of itself a figure moves, to a tenth of one per cent."""
    if each.change is None or not isinstance(each.before, int) or not each.before:
        return ""
    tenths = each.change * 1000 // each.before
    return f"{'+' if tenths >= 0 else '-'}{abs(tenths) // 10}.{abs(tenths) % 10}%"
