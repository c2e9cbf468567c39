"""One person assessed, from a file or from what is stored: shown, recorded, and what stands with what it rests on."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from billing.assessments import jobs
from billing.assessments.views_jobs import AssessmentShown, Stands, assessed
from billing.explain.as_priced import AsPriced
from billing.explain.as_priced_jobs import as_priced
from finance.assessment import Assessment, AssessmentPolicy, default_policy
from finance.assessment import assess as assess_one
from finance.days import spoken
from finance.money import round_fraction, sterling
from finance.problems import Refusal
from interfaces.cli.assessments.policy import MADE_UP, TriedPolicy, policy_of
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.documents.assessments.results_json import as_json
from interfaces.documents.assessments.story import Story, tell
from interfaces.documents.assessments.text import as_text
from interfaces.files.inbound.circumstances_json import Unread, read_file

PersonRef = Annotated[str, typer.Argument(metavar="PERSON", help="The person’s reference.")]
Known = Annotated[
    int | None, typer.Option("--known", metavar="CHANGE", min=1, help="As things were known at this change.")
]


def one(
    desk: Desk,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Circumstances as JSON: docs/assess-files.md.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="REF", help="Somebody whose circumstances are stored.")
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="With --person: store the assessment from that day on.")
    ] = False,
    until: Annotated[
        dt.date | None,
        typer.Option(
            "--until", parser=read_day, metavar="DATE", help="With --record: the first day it no longer speaks for."
        ),
    ] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Show every step with its citation.")] = False,
    letter: Annotated[
        Path | None, typer.Option("--letter", metavar="PATH", help="Also write a letter: .pdf or .html.")
    ] = None,
    policy: TriedPolicy = None,
    known: Known = None,
) -> None:
    """Assess one person, or everyone in a file, and tell the result in plain words.

    Example: outturn assess mary.json --on 2026-06-01
    """
    if (file is None) == (person is None):
        raise typer.BadParameter("Give a FILE of circumstances, or --person REF.")
    if record and policy is not None:
        raise typer.BadParameter("What is recorded goes by the policy in force: leave out --policy.")
    chosen = policy_of(desk, policy)
    made_up = printing.note(MADE_UP) if chosen is default_policy() else None
    if file is not None:
        _from_file(desk, file, chosen, steps, letter)
        return
    assert person is not None
    who, made = jobs.assess_person(desk.database, person, desk.on, chosen, known=known)
    priced = as_priced(desk.database, person, desk.on, known)
    result = as_json(made) | {"name": who.name, "awaiting": list(who.awaiting), "as_priced": _as_priced(made, priced)}
    said: RenderableType | None = None
    if record:
        done = jobs.record_assessment(
            desk.database, person, desk.on, chosen, by=desk.may("enter means", "assess people"), at=desk.at, until=until
        )
        result |= {"recorded": _recorded(done)}
        said = _said_recorded(done)
    story = tell(made, who.name, priced)
    _write_letter(desk, letter, story, desk.on, made.person)
    asides = "\n".join([*who.awaiting, *_parts_from(made, priced)]) or None
    desk.answer(result, as_text(story), asides, _steps(made) if steps else None, said, made_up)


def _as_priced(made: Assessment, priced: AsPriced | None) -> dict[str, object] | None:
    if priced is None:
        return None
    return {
        "first_day": priced.week.first,
        "last_day": priced.week.last,
        "costs_pence": priced.cost,
        "pays_pence": priced.pays(made),
        "council_pays_pence": priced.council_pays(made),
    }


def _parts_from(made: Assessment, priced: AsPriced | None) -> list[str]:
    """For the officer: that the circumstances tell another cost than the packages come to."""
    if priced is None or not priced.parts_from(made):
        return []
    typed, costs = sterling(made.chargeable_cost_pence), sterling(priced.cost)
    said = (
        f"The circumstances say that the care costs {typed} a week; its packages come to {costs} in the week from "
        f"{spoken(priced.week.first)}, and that is what is billed and told. Correct whichever is wrong."
    )
    return [said]


def _from_file(desk: Desk, file: Path, policy: AssessmentPolicy, steps: bool, letter: Path | None) -> None:
    results: list[dict[str, object]] = []
    for asked in read_file(file):
        if isinstance(asked, Unread):
            _refused(desk, results, asked.person, desk.on, asked.why)
            continue
        on = asked.on or desk.on
        try:
            made = assess_one(asked.circumstances, on, policy)
        except Refusal as error:
            _refused(desk, results, asked.circumstances.person, on, error)
            continue
        results.append(as_json(made))
        _write_letter(desk, letter, tell(made), on)
        if not desk.json:
            desk.out.print(as_text(tell(made)))
            if steps:
                desk.out.print(_steps(made))
    if desk.json:
        printing.as_json(results[0] if len(results) == 1 else {"assessments": results})


def _refused(desk: Desk, results: list[dict[str, object]], person: str, on: dt.date, error: Refusal) -> None:
    """One person cannot be answered: say so, and go on to the next."""
    desk.failed = True
    results.append(
        {
            "person": person,
            "on": on,
            "refused": {"kind": type(error).__name__, "what": error.what, "what_to_do": error.what_to_do},
        }
    )
    if not desk.json:
        printing.complain(f"{error.what} {error.what_to_do}")


def _write_letter(desk: Desk, path: Path | None, story: Story, on: dt.date, reference: str = "") -> None:
    if path is not None:
        from interfaces.documents.assessments.letters import Letterhead, write_letter

        head = Letterhead(reference=reference)
        head = head if desk.council.version is None else replace(head, council=desk.council.name)
        write_letter(path, story, on, head)


def _steps(made: Assessment) -> RenderableType:
    rows = []
    for step in made.steps:
        rows.append((step.label, _shown(step.value), step.citation))
        rows += [(f"  {line.label}", _shown(line.value), line.citation) for line in step.lines]
    return printing.table(("Step", "Value", "Authority"), rows, right=("Value",), title="\nEvery step")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str):
        return str(value or "")
    return sterling(round_fraction(value)) + ("" if value.denominator == 1 else " *")  # type: ignore[attr-defined, arg-type]


def _recorded(done: jobs.AssessmentRecorded) -> dict[str, object]:
    return {
        "change": done.change,
        "standing": [_stands(Stands.of(each)) for each in done.standing],
        "differences": [
            {
                "first_day": each.span.first,
                "last_day": each.span.last,
                "days": each.span.days,
                "was_pence": each.was_pence,
                "now_pence": each.now_pence,
                "exact_pence": str(each.exact),
            }
            for each in done.differences
        ],
    }


def _said_recorded(done: jobs.AssessmentRecorded) -> RenderableType:
    if done.change is None:
        return Text("Nothing new: the same assessment stands already.")
    if not done.differences:
        return Text(f"Recorded as change {done.change}.")
    rows = [
        (
            str(each.span),
            str(each.span.days),
            _charge(each.was_pence),
            _charge(each.now_pence),
            sterling(round_fraction(each.exact)),
        )
        for each in done.differences
    ]
    return printing.table(
        ("Days", "How many", "Was a week", "Now a week", "Difference"),
        rows,
        right=("How many", "Was a week", "Now a week", "Difference"),
        title=f"\nRecorded as change {done.change}: what it changes",
    )


def _charge(pence: int | None) -> str:
    return "not assessed" if pence is None else sterling(pence)


def _stands(each: Stands) -> dict[str, object]:
    return {
        "first_day": each.starts,
        "last_day": each.last_day,
        "charge_pence": each.charge,
        "council_pays_pence": each.council_pays,
        "basis": each.how.basis.name,
        "nation": each.how.basis.nation,
        "outcome": str(each.how.outcome),
        "billable": each.how.billable,
        "change": each.change,
    }


def history(desk: Desk, person: PersonRef, known: Known = None) -> None:
    """List a person's assessments as they stand, and what each rests on.

    Example: outturn assess history P000123
    """
    found = assessed(desk.database, person, known)
    desk.answer(_history_json(found), *_history_shown(found))


def _history_json(found: AssessmentShown) -> dict[str, object]:
    return {
        "person": found.ref,
        "name": found.name,
        "standing": [_stands(each) for each in found.standing],
        "awaiting": found.awaiting,
        "told": [
            {
                "fact": each.words,
                "table": each.table,
                "ref": each.ref,
                "first_day": each.starts,
                "ends": each.ends,
                "change": each.learned,
                "when": each.moment,
                "by": each.by,
                "source": each.source,
                "line": each.source_row,
            }
            for each in found.told
        ],
    }


def _history_shown(found: AssessmentShown) -> list[RenderableType]:
    who = f"{found.name} ({found.ref})"
    standing = [
        (
            spoken(each.starts),
            printing.day(each.last_day),
            _charge(each.charge),
            str(each.how.outcome) + ("" if each.how.billable else ", may not be billed yet"),
            str(each.change),
        )
        for each in found.standing
    ]
    told = [
        (
            each.words,
            each.ref,
            printing.day(each.starts),
            printing.moment(each.moment),
            each.by,
            each.source + (f" line {each.source_row}" if each.source_row else ""),
        )
        for each in found.told
    ]
    heads = ("From", "To", "Charge a week", "How", "Change")
    facts = ("Fact", "Reference", "From", "Learned", "From whom", "From what")
    return [
        printing.table(heads, standing, right=("Charge a week",), title=who)
        if standing
        else f"{who} has no assessment.",
        printing.table(facts, told, title="\nWhat we were told"),
        *found.awaiting,
    ]
