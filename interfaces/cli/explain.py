"""Why a figure is what it is: whatever has a reference, in a pay run or a charge run, told to the penny."""

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
from interfaces.explaining import explain_reference
from ledgers.explain.explanation import Explanation, Section


def add_to(app: typer.Typer) -> None:
    """Add the verb about lines."""
    verb(app, "explain", rich_help_panel="Pay runs")(explain)


def add_to_bills(app: typer.Typer) -> None:
    """Add the verb about bills to the other verbs about them."""
    verb(app, "explain")(of_bill)


def explain(
    desk: Desk,
    reference: Annotated[
        str,
        typer.Argument(
            metavar="REFERENCE",
            help="Of a line, block or adjustment; a bill, payee, payer or receipt; a person or a package; an account "
            "of the ledger; “run 4”, “change 41” or “finding 12”.",
        ),
    ],
    run: Annotated[
        int | None, typer.Option("--run", metavar="RUN", help="In this run; the latest that holds it, when not given.")
    ] = None,
    charges: Annotated[
        bool, typer.Option("--charges", help="What the client is charged for it, in place of what is paid.")
    ] = False,
) -> None:
    """Explain any figure by its reference, to the penny: facts and where they came from, steps, changes, the ledger.

    A bill, a payee, a payer, a receipt or an account goes down to its lines, and says what moved since the last.

    Example: outturn explain L118 --run 3
    Example: outturn explain L118 --charges
    Example: outturn explain PAY0003 --run 4
    Example: outturn explain "change 41"
    """
    if charges:
        answer(desk, explain_charges(desk.database, reference, run=run), "Charges for ")
    else:
        answer(desk, explain_reference(desk.database, reference, run))


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
    answer(desk, explain_bill(desk.database, number))


def answer(desk: Desk, found: Explanation, before: str = "") -> None:
    """An explanation of any stream, for people and for machines. ``before``: what its title begins with."""
    title = printing.opening(f"{before}{found.sort} {found.ref}")
    if isinstance(found, ChargeExplanation):
        reached = [_how_reached(desk, each) for each in found.rested]
        found = replace(found, sections=(*found.sections, *reached))
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


def _how_reached(desk: Desk, each: Rested) -> Section:
    title = f"How the assessment of {each.person} from {spoken(each.word.starts)} was reached"
    if not each.kept:
        return Section(title, ("What it was worked out from is not kept: it was brought in as it stood.",))
    try:
        _, made, _ = stored_assessment(desk.database, each.person, each.on, each.known)
    except Refusal as refused:
        return Section(title, (str(refused),))
    story = tell(made, priced=each.priced)
    rows = [
        (section.title if place == 0 else "", line.words, line.amount, line.note)
        for section in story.sections
        for place, line in enumerate(section.lines)
    ]
    sentences = (story.headline, *story.summary, *story.notes)
    return Section(title, sentences, ("Step", "What", "A week", "Note"), tuple(rows))
