"""One person assessed, from a file or from what is stored: shown, recorded, set by hand, compared; and facts
brought in.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from billing.assessments import comparison as comparisons
from billing.assessments import jobs
from billing.assessments.decisions import How, Word
from finance.assessment import Assessment, Override, Policy
from finance.assessment import assess as assess_one
from finance.days import spoken
from finance.money import read_pence, round_fraction, sterling
from finance.problems import Refusal
from interfaces.cli.assessments.policy import PolicyFile, policy_of
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.documents.assessments import effect
from interfaces.documents.assessments.results_json import as_json
from interfaces.documents.assessments.story import tell
from interfaces.documents.assessments.text import as_text
from interfaces.files.inbound.circumstances_json import Unread, read_file
from interfaces.files.inbound.council_file import read_council

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
    policy: PolicyFile = None,
    known: Known = None,
    council: CouncilFile = None,
) -> None:
    """Assess one person, or everyone in a file, and tell the result in plain words.

    Example: outturn assess mary.json --on 2026-06-01
    """
    if (file is None) == (person is None):
        raise typer.BadParameter("Give a FILE of circumstances, or --person REF.")
    chosen = policy_of(policy)
    if file is not None:
        _from_file(desk, file, chosen, steps, letter, council)
        return
    assert person is not None
    who, made = jobs.assess_person(desk.database, person, desk.on, chosen, known=known)
    result = as_json(made) | {"name": who.name, "awaiting": list(who.awaiting)}
    said: RenderableType | None = None
    if record:
        done = jobs.record_assessment(desk.database, person, desk.on, chosen, by=desk.by, at=desk.at, until=until)
        result |= {"recorded": _recorded(done)}
        said = _said_recorded(done)
    _write_letter(letter, made, who.name, desk.on, council)
    awaiting = "\n".join(who.awaiting) or None
    desk.answer(result, as_text(tell(made, who.name)), awaiting, _steps(made) if steps else None, said)


def _from_file(desk: Desk, file: Path, policy: Policy, steps: bool, letter: Path | None, council: Path | None) -> None:
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
        _write_letter(letter, made, None, on, council)
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


def _write_letter(path: Path | None, made: Assessment, name: str | None, on: dt.date, council: Path | None) -> None:
    if path is not None:
        from interfaces.documents.assessments.letters import Letterhead, write_letter

        head = Letterhead(reference=made.person if name else "")
        head = head if council is None else replace(head, council=read_council(council).name)
        write_letter(path, tell(made, name), on, head)


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


def _word(word: Word) -> dict[str, object]:
    how = How.of(word.how)
    return {
        "first_day": word.starts,
        "last_day": word.ends and word.ends - dt.timedelta(days=1),
        "charge_pence": word.charge,
        "council_pays_pence": word.council_pays,
        "basis": how.basis.name,
        "nation": how.basis.nation,
        "outcome": str(how.outcome),
        "billable": how.billable,
        "change": word.learned,
    }


def _recorded(done: jobs.Recorded) -> dict[str, object]:
    return {
        "change": done.change,
        "standing": [_word(each) for each in done.standing],
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


def _said_recorded(done: jobs.Recorded) -> RenderableType:
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


def history(desk: Desk, person: PersonRef, known: Known = None) -> None:
    """List a person's assessments as they stand, and what each rests on.

    Example: outturn assess history P000123
    """
    who, words = jobs.history(desk.database, person, known)
    told = sorted(who.told, key=lambda each: (each.learned, each.table, each.ref))
    desk.answer(
        {
            "person": who.ref,
            "name": who.name,
            "standing": [_word(each) for each in words],
            "awaiting": list(who.awaiting),
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
                for each in told
            ],
        },
        printing.table(
            ("From", "To", "Charge a week", "How", "Change"),
            [
                (
                    spoken(each.starts),
                    printing.day(each.ends and each.ends - dt.timedelta(days=1)),
                    _charge(each.charge),
                    str(How.of(each.how).outcome) + ("" if How.of(each.how).billable else ", may not be billed yet"),
                    str(each.learned),
                )
                for each in words
            ],
            right=("Charge a week",),
            title=f"{who.name} ({who.ref})",
        )
        if words
        else f"{who.name} ({who.ref}) has no assessment.",
        printing.table(
            ("Fact", "Reference", "From", "Learned", "From whom", "From what"),
            [
                (
                    each.words,
                    each.ref,
                    printing.day(each.starts),
                    printing.moment(each.moment),
                    each.by,
                    each.source + (f" line {each.source_row}" if each.source_row else ""),
                )
                for each in told
            ],
            title="\nWhat we were told",
        ),
        *who.awaiting,
    )


def load(
    desk: Desk,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", exists=True, help="Files, or a folder of them.")],
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Set bad rows aside and load the rest.")] = False,
) -> None:
    """Load circumstances from CSV or XLSX: docs/assess-files.md. Loading a file again changes nothing.

    Example: outturn assess load circumstances/ --as "first officer"
    """
    from interfaces.files.inbound.door.loading_circumstances import load_circumstances

    found = load_circumstances(desk.database, paths, by=desk.by, at=desk.at, quarantine=quarantine)
    desk.failed = not all(each.loaded for each in found)
    problems = [each for one_ in found for each in one_.problems]
    desk.answer(
        {"files": [each.as_json() for each in found], "loaded": not desk.failed},
        Text("\n".join(str(each) for each in found)),
        printing.table(
            ("Where", "What", "What to do"),
            [(p.where, p.what, p.what_to_do) for p in problems[:30]],
            title="\nProblems",
        )
        if problems
        else None,
    )


def templates(
    desk: Desk, folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Where to write them.")]
) -> None:
    """Write an example file of each layout, as CSV and XLSX.

    Example: outturn assess templates templates/
    """
    from interfaces.files.inbound.describing import write_templates
    from interfaces.files.inbound.layouts.circumstances import CIRCUMSTANCES

    made = write_templates(CIRCUMSTANCES, folder, ("csv", "xlsx"))
    desk.answer({"files": [str(each) for each in made]}, "\n".join(map(str, made)))


def confirm_figures(
    desk: Desk,
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="The circular the figures were read in.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="FIGURE…", help="Which; every one, when none is named.")
    ] = None,
) -> None:
    """Record that you read a year's figures in the circular, and that they are as loaded: those that stand --on a day.

    Example: outturn assess confirm-figures --on 2026-04-06 --source "LAC(DHSC)(2026)1" --as "first officer"
    """
    said = jobs.confirm_figures(desk.database, desk.on, names or None, by=desk.by, at=desk.at, source=source)
    desk.answer(
        {
            "day": said.day,
            "confirmed_by": said.confirmed_by,
            "source": said.source,
            "figures": {name: str(value) for name, value in said.values.items()},
        },
        f"{len(said.values)} figures confirmed for {spoken(said.day)} by {said.confirmed_by}, from {said.source}.",
    )


def due_for_review(
    desk: Desk,
    within: Annotated[
        int, typer.Option("--within", min=0, metavar="DAYS", help="Also those due in so many days.")
    ] = 28,
) -> None:
    """List people whose circumstances, benefits or overrides are to be looked at again.

    Example: outturn assess due-for-review --within 28
    """
    by_day = desk.on + dt.timedelta(days=within)
    due = jobs.due_for_review(desk.database, by_day)
    ending = jobs.expiring(desk.database, by_day)
    stopping = jobs.benefits_to_stop(desk.database, by_day)
    desk.answer(
        {
            "due": [
                {
                    "person": row.ref,
                    "name": row.name,
                    "review": row.review,
                    "overdue_days": max((desk.on - row.review).days, 0),
                    "provisional": bool(row.provisional),
                }
                for row in due
            ],
            "overrides": [
                {
                    "ref": row.ref,
                    "person": row.person_ref,
                    "of": row.of,
                    "amount_pence": row.amount,
                    "first_day": row.starts,
                    "last_day": row.ends - dt.timedelta(days=1),
                    "expires": row.ends,
                    "approved_by": row.approved_by,
                    "requested_by": row.requested_by,
                    "reason": row.reason,
                }
                for row in ending
            ],
            "benefits_with_no_last_day": [
                {"person": each.ref, "name": each.name, "kind": each.kind, "review": each.review} for each in stopping
            ],
        },
        printing.table(
            ("Review by", "Person", "Overdue", ""),
            [
                (
                    spoken(row.review),
                    printing.named(row.name, row.ref),
                    printing.several((desk.on - row.review).days, "day") if row.review < desk.on else "",
                    "provisional" if row.provisional else "",
                )
                for row in due
            ],
            title="Due for review",
        )
        if due
        else "Nobody is due for review.",
        printing.table(
            ("Override", "Person", "Sets", "To", "First day", "Last day", "Approved by"),
            [
                (
                    row.ref,
                    row.person_ref,
                    row.of,
                    sterling(row.amount),
                    spoken(row.starts),
                    spoken(row.ends - dt.timedelta(days=1)),
                    row.approved_by or "waiting",
                )
                for row in ending
            ],
            right=("To",),
            title="\nOverrides",
        )
        if ending
        else None,
        printing.table(
            ("Review by", "Person", "Benefit"),
            [
                (spoken(each.review), printing.named(each.name, each.ref), each.kind.replace("_", " "))
                for each in stopping
            ],
            title="\nResidents’ benefits that stop after 28 days and have no last day",
        )
        if stopping
        else None,
    )


def override(
    desk: Desk,
    person: PersonRef,
    of: Annotated[str, typer.Option("--of", metavar="FIGURE", help="allowance or maximum.")],
    amount: Annotated[str, typer.Option("--amount", metavar="POUNDS", help="What it is set to, a week.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
    last_day: Annotated[
        dt.date, typer.Option("--last-day", parser=read_day, metavar="DATE", help="The last day it holds.")
    ],
    first_day: Annotated[
        dt.date | None,
        typer.Option(
            "--first-day",
            parser=read_day,
            metavar="DATE",
            help="The first day it holds: the day acted on, when not given.",
        ),
    ] = None,
) -> None:
    """Ask for a figure to be set by hand. It counts once somebody else approves it, and stops after its last day.

    Example: outturn assess override P000123 --of maximum --amount 40.00 --reason "Hardship panel" --last-day 2026-09-30
    """
    wanted = Override(
        of=jobs.override_of(of),
        amount_pence=read_pence(amount),
        reason=reason,
        approver="",
        first=first_day or desk.on,
        end=last_day + dt.timedelta(days=1),
    )
    name = jobs.request_override(desk.database, person, wanted, by=desk.by, at=desk.at)
    assert wanted.first is not None
    desk.answer(
        {"ref": name, "person": person, "first_day": wanted.first, "last_day": last_day},
        f"{name} asked for: from {spoken(wanted.first)} to {spoken(last_day)}. It counts once an officer who did not "
        f"ask for it "
        "approves it.",
        printing.note(f"Next: outturn assess approve-override {name}"),
    )


def approve_override(
    desk: Desk, ref: Annotated[str, typer.Argument(metavar="OVERRIDE", help="The override’s reference.")]
) -> None:
    """Approve, as a confirmed officer, an override somebody else asked for.

    Example: outturn assess approve-override OVERRIDE-12 --as "second officer"
    """
    person = jobs.approve_override(desk.database, ref, by=desk.by, at=desk.at)
    desk.answer({"ref": ref, "person": person}, f"{ref} approved by {desk.by}. Assess {person} again.")


def compare(
    desk: Desk,
    person: PersonRef,
    first: Annotated[
        dt.date, typer.Option("--from", parser=read_day, metavar="DATE", help="The day of the first assessment.")
    ],
    known: Annotated[
        int | None,
        typer.Option("--from-known", metavar="CHANGE", min=1, help="The first as things were known at this change."),
    ] = None,
    policy: PolicyFile = None,
    before_policy: Annotated[
        Path | None,
        typer.Option("--from-policy", metavar="FILE", exists=True, dir_okay=False, help="The first on another policy."),
    ] = None,
) -> None:
    """Compare a person's assessment on two days: what changed, and which fact or rate caused each penny.

    Example: outturn assess compare P000123 --from 2025-06-02 --on 2026-06-01
    """
    made = jobs.compare_days(
        desk.database,
        person,
        first,
        desk.on,
        policy_of(policy),
        before_policy=policy_of(before_policy) if before_policy else None,
        before_known=known,
    )
    rows = [(each.heading, each.what, each.was, each.now, effect.signed(each.pence)) for each in made.parts]
    desk.answer(
        {
            "person": person,
            "before_pence": made.before.charge_pence,
            "after_pence": made.after.charge_pence,
            "difference_pence": made.difference_pence,
            "order": list(comparisons.ORDER),
            "parts": [
                {"heading": each.heading, "what": each.what, "was": each.was, "now": each.now, "pence": each.pence}
                for each in made.parts
            ],
        },
        printing.table(
            ("", "What changed", "Was", "Is", "A week"),
            [
                *rows,
                (
                    "",
                    "Altogether",
                    sterling(made.before.charge_pence),
                    sterling(made.after.charge_pence),
                    effect.signed(made.difference_pence),
                ),
            ],
            right=("A week",),
            title=f"{person}: {spoken(first)} compared with {spoken(desk.on)}",
        ),
        printing.note("One thing is changed at a time, in this order: " + ", ".join(comparisons.ORDER) + "."),
    )
