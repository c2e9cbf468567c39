"""Why somebody is charged what they are: a service line in a charge run, or a whole bill, told to the penny."""

from collections.abc import Iterable
from typing import Annotated

import typer

from billing.assessments.jobs import stored_assessment
from billing.documents.store import bill_number
from billing.explain import Explained, Part, explain_bill, explain_charges
from billing.explain.explained import Rested
from finance.days import spoken
from finance.problems import Refusal
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.documents.assessments.story import Story, tell


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file to the verbs about bills."""
    verb(app, "explain")(explain)


def explain(
    desk: Desk,
    bill: Annotated[str, typer.Argument(metavar="NUMBER", help="The number on the bill or credit note: B0000123.")],
) -> None:
    """Explain a bill to the penny: every stretch of weeks, the assessment behind it, what changed, and what is posted.

    Example: outturn bill explain B0000123
    """
    number = bill_number(bill)
    if number is None:
        raise typer.BadParameter(f"“{bill}” is not the number of a bill. Give it as it is printed: B0000123.")
    answer(desk, f"Bill {bill}", explain_bill(desk.database, number))


def explain_line_charges(desk: Desk, line: str, run: int | None) -> None:
    """Explain what a line is charged, in a run or in the latest that holds it."""
    answer(desk, f"Charges for service line {line}", explain_charges(desk.database, line, run=run))


def answer(desk: Desk, title: str, found: Explained) -> None:
    """The explanation, with how each assessment behind it was reached."""
    whole = found.with_parts(*(_how_reached(desk, each) for each in found.rested))
    desk.answer(whole.as_json(), printing.heading(title), whole.headline, *printing.sections(whole.parts))


def _how_reached(desk: Desk, each: Rested) -> Part:
    title = f"How the assessment of {each.person} from {spoken(each.word.starts)} was reached"
    if not each.kept:
        return Part(title, ("What it was worked out from is not kept: it was brought in as it stood.",))
    try:
        _, made, _ = stored_assessment(desk.database, each.person, each.on, each.known)
    except Refusal as refused:
        return Part(title, (str(refused),))
    return Part(title, *_as_table(tell(made)))


def _as_table(story: Story) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The story of an assessment: its sentences, then its sums, section by section."""
    return (story.headline, *story.summary, *story.notes), ("Step", "What", "A week", "Note"), tuple(_rows(story))


def _rows(story: Story) -> Iterable[tuple[str, ...]]:
    for section in story.sections:
        for place, line in enumerate(section.lines):
            yield (section.title if place == 0 else "", line.words, line.amount, line.note)
