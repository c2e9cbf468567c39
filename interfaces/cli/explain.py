"""Why a figure is what it is: a line in a pay run or a charge run, or a whole bill, told to the penny."""

from dataclasses import replace
from typing import Annotated

import typer

from billing.assessments.jobs import stored_assessment
from billing.documents.store import bill_number
from billing.explain import explain_bill, explain_charges
from billing.explain.telling import ChargeExplanation, Rested
from finance.days import spoken
from finance.problems import Refusal
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.documents.assessments.story import tell
from ledgers.explain.explanation import Explanation, Section
from payruns.explain import explain_line


def add_to(app: typer.Typer) -> None:
    """Add the verb about lines."""
    verb(app, "explain", rich_help_panel="Pay runs")(explain)


def add_to_bills(app: typer.Typer) -> None:
    """Add the verb about bills to the other verbs about them."""
    verb(app, "explain")(of_bill)


def explain(
    desk: Desk,
    line: Annotated[str, typer.Argument(metavar="LINE", help="A service line, block or adjustment, by reference.")],
    run: Annotated[
        int | None, typer.Option("--run", metavar="RUN", help="In this run; the latest that holds it, when not given.")
    ] = None,
    charges: Annotated[
        bool, typer.Option("--charges", help="What the client is charged for it, in place of what is paid.")
    ] = False,
) -> None:
    """Explain a line to the penny: the facts and where they came from, every step, what changed, and what is posted.

    Example: outturn explain L118 --run 3
    Example: outturn explain L118 --charges
    """
    if charges:
        answer(desk, "Charges for ", _with_assessments(desk, explain_charges(desk.database, line, run=run)))
    else:
        answer(desk, "", explain_line(desk.database, line, run=run))


def of_bill(
    desk: Desk,
    bill: Annotated[str, typer.Argument(metavar="NUMBER", help="The number on the bill or credit note: B0000123.")],
) -> None:
    """Explain a bill to the penny: every stretch of weeks, the assessment behind it, what changed, and what is posted.

    Example: outturn bill explain B0000123
    """
    number = bill_number(bill)
    if number is None:
        raise typer.BadParameter(f"“{bill}” is not the number of a bill. Give it as it is printed: B0000123.")
    answer(desk, "", _with_assessments(desk, explain_bill(desk.database, number)))


def answer(desk: Desk, before: str, found: Explanation) -> None:
    """An explanation of any stream, for people and for machines. ``before``: what its title begins with."""
    title = printing.opening(f"{before}{found.sort} {found.ref}")
    desk.answer(as_json(found), printing.heading(title), found.headline, *printing.sections(found.sections))


def as_json(found: Explanation) -> dict[str, object]:
    """An explanation for machines: amounts in whole pence, exact sums as fractions of a penny, dates in ISO form."""
    return {
        "ref": found.ref,
        "sort": found.sort,
        "run": found.run,
        "headline": found.headline,
        "sections": [
            {"title": each.title, "sentences": each.sentences, "columns": each.columns, "rows": each.rows}
            for each in found.sections
            if each
        ],
        "figures": dict(found.figures),
    }


def _with_assessments(desk: Desk, found: ChargeExplanation) -> ChargeExplanation:
    """The same, with how each assessment behind it was reached."""
    return replace(found, sections=(*found.sections, *(_how_reached(desk, each) for each in found.rested)))


def _how_reached(desk: Desk, each: Rested) -> Section:
    title = f"How the assessment of {each.person} from {spoken(each.word.starts)} was reached"
    if not each.kept:
        return Section(title, ("What it was worked out from is not kept: it was brought in as it stood.",))
    try:
        _, made, _ = stored_assessment(desk.database, each.person, each.on, each.known)
    except Refusal as refused:
        return Section(title, (str(refused),))
    story = tell(made)
    rows = [
        (section.title if place == 0 else "", line.words, line.amount, line.note)
        for section in story.sections
        for place, line in enumerate(section.lines)
    ]
    sentences = (story.headline, *story.summary, *story.notes)
    return Section(title, sentences, ("Step", "What", "A week", "Note"), tuple(rows))
