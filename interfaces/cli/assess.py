"""Financial assessments: one person from a file or from what is stored, the caseload in April, and what-ifs.

``outturn assess FILE`` and ``outturn assess --person REF`` assess; every other word after ``assess`` is a verb.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from dateutil.relativedelta import relativedelta
from rich.console import RenderableType
from rich.text import Text
from sqlalchemy import Connection
from typer.core import TyperGroup

from billing.bill_store import billed_up_to
from finance.assessment import Assessment, Override, Policy, default_policy, load_policy
from finance.assessment import assess as assess_one
from finance.assessments import comparison as comparisons
from finance.assessments import everyone_jobs, jobs, store, uprating_jobs
from finance.assessments.timeline import How, Word
from finance.days import Span, day, spoken
from finance.money import read_pence, round_fraction, sterling
from finance.problems import Refusal
from interfaces.assessments import effect
from interfaces.assessments.circumstances_json import Unread, read_file
from interfaces.assessments.pages import effect_page
from interfaces.assessments.results_json import as_json
from interfaces.assessments.story import tell
from interfaces.assessments.text import as_text
from interfaces.assessments.workbook import workbook
from interfaces.cli import printing
from interfaces.cli.council import CouncilFile
from interfaces.cli.desk import Desk, read_day, verb
from interfaces.council_file import read_council
from interfaces.files.outbound.leaving import leave
from ledgers.officers.standing import check_officer
from ledgers.officers.store import read_standing

PANEL = "Assessments"
SHOWN = 20  # people listed on the screen; the workbook lists them all

PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", envvar="OUTTURN_CHARGING_POLICY", metavar="FILE", exists=True, dir_okay=False,
                 help="The council’s charging policy; the made-up default when not given."),
]  # fmt: skip
PersonRef = Annotated[str, typer.Argument(metavar="PERSON", help="The person’s reference.")]
UpratingNumber = Annotated[int, typer.Argument(metavar="UPRATING", min=1, help="The uprating’s number.")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", dir_okay=False, help="Also write a workbook.")]
Page = Annotated[
    Path | None, typer.Option("--page", metavar="FILE", dir_okay=False, help="Also write a page with charts.")
]
Known = Annotated[
    int | None, typer.Option("--known", metavar="CHANGE", min=1, help="As things were known at this change.")
]


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
    name="assess", cls=_FileOrVerb, no_args_is_help=True, rich_markup_mode="rich",
    help="Financial assessments: outturn assess FILE, outturn assess --person REF, or one of these verbs.",
)  # fmt: skip


def policy_of(path: Path | None) -> Policy:
    """The council's policy, or the default council's. Its name is the file's."""
    return default_policy() if path is None else load_policy(path, path.stem.replace("_", " ").title())


def one(
    desk: Desk,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Circumstances as JSON: docs/assess-files.md.")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="REF", help="Somebody whose circumstances are stored.")] = None,
    record: Annotated[bool, typer.Option("--record", help="With --person: store the assessment from that day on.")] = False,
    until: Annotated[dt.date | None, typer.Option("--until", parser=read_day, metavar="DATE", help="With --record: the first day it no longer speaks for.")] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Show every step with its citation.")] = False,
    letter: Annotated[Path | None, typer.Option("--letter", metavar="PATH", help="Also write a letter: .pdf or .html.")] = None,
    policy: PolicyFile = None,
    known: Known = None,
    council: CouncilFile = None,
) -> None:  # fmt: skip
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
    results.append({
        "person": person, "on": on,
        "refused": {"kind": type(error).__name__, "what": error.what, "what_to_do": error.what_to_do},
    })  # fmt: skip
    if not desk.json:
        printing.complain(f"{error.what} {error.what_to_do}")


def _write_letter(
    path: Path | None, made: Assessment, name: str | None, on: dt.date, council: Path | None
) -> None:  # fmt: skip
    if path is not None:
        from interfaces.assessments.letters import Letterhead, write_letter

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
        "first_day": word.starts, "last_day": word.ends and word.ends - dt.timedelta(days=1),
        "charge_pence": word.charge, "council_pays_pence": word.council_pays, "basis": how.basis.name,
        "nation": how.basis.nation, "outcome": str(how.outcome), "billable": how.billable, "change": word.learned,
    }  # fmt: skip


def _recorded(done: jobs.Recorded) -> dict[str, object]:
    return {
        "change": done.change,
        "standing": [_word(each) for each in done.standing],
        "differences": [
            {"first_day": each.span.first, "last_day": each.span.last, "days": each.span.days,
             "was_pence": each.was_pence, "now_pence": each.now_pence, "exact_pence": str(each.exact)}
            for each in done.differences
        ],
    }  # fmt: skip


def _said_recorded(done: jobs.Recorded) -> RenderableType:
    if done.change is None:
        return Text("Nothing new: the same assessment stands already.")
    if not done.differences:
        return Text(f"Recorded as change {done.change}.")
    rows = [
        (str(each.span), str(each.span.days), _charge(each.was_pence), _charge(each.now_pence),
         sterling(round_fraction(each.exact)))
        for each in done.differences
    ]  # fmt: skip
    return printing.table(("Days", "How many", "Was a week", "Now a week", "Difference"), rows,
                          right=("How many", "Was a week", "Now a week", "Difference"),
                          title=f"\nRecorded as change {done.change}: what it changes")  # fmt: skip


def _charge(pence: int | None) -> str:
    return "not assessed" if pence is None else sterling(pence)


def history(desk: Desk, person: PersonRef, known: Known = None) -> None:
    """List a person's assessments as they stand, and what each rests on.

    Example: outturn assess history P000123
    """
    who, words = jobs.history(desk.database, person, known)
    told = sorted(who.told, key=lambda each: (each.learned, each.table, each.ref))
    desk.answer(
        {"person": who.ref, "name": who.name, "standing": [_word(each) for each in words], "awaiting": list(who.awaiting),
         "told": [{"fact": each.words, "table": each.table, "ref": each.ref, "first_day": each.starts, "ends": each.ends,
                   "change": each.learned, "when": each.moment, "by": each.by, "source": each.source,
                   "line": each.source_row} for each in told]},
        printing.table(
            ("From", "To", "Charge a week", "How", "Change"),
            [(spoken(each.starts), printing.day(each.ends and each.ends - dt.timedelta(days=1)), _charge(each.charge),
              str(How.of(each.how).outcome) + ("" if How.of(each.how).billable else ", may not be billed yet"),
              str(each.learned)) for each in words],
            right=("Charge a week",), title=f"{who.name} ({who.ref})",
        ) if words else f"{who.name} ({who.ref}) has no assessment.",
        printing.table(
            ("Fact", "Reference", "From", "Learned", "From whom", "From what"),
            [(each.words, each.ref, printing.day(each.starts), printing.moment(each.moment), each.by,
              each.source + (f" line {each.source_row}" if each.source_row else "")) for each in told],
            title="\nWhat we were told",
        ),
        *who.awaiting,
    )  # fmt: skip


def load(
    desk: Desk,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", exists=True, help="Files, or a folder of them.")],
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Set bad rows aside and load the rest.")] = False,
) -> None:
    """Load circumstances from CSV or XLSX: docs/assess-files.md. Loading a file again changes nothing.

    Example: outturn assess load circumstances/ --as "first officer"
    """
    from interfaces.assessments.loading import load_circumstances

    found = load_circumstances(desk.database, paths, by=desk.by, at=desk.at, quarantine=quarantine)
    desk.failed = not all(each.loaded for each in found)
    problems = [each for one_ in found for each in one_.problems]
    desk.answer(
        {"files": [each.as_json() for each in found], "loaded": not desk.failed},
        Text("\n".join(str(each) for each in found)),
        printing.table(("Where", "What", "What to do"), [(p.where, p.what, p.what_to_do) for p in problems[:30]],
                       title="\nProblems") if problems else None,
    )  # fmt: skip


def templates(desk: Desk, folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Where to write them.")]) -> None:
    """Write an example file of each layout, as CSV and XLSX.

    Example: outturn assess templates templates/
    """
    from interfaces.assessments.loading import write_templates

    made = write_templates(folder)
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
        {"day": said.day, "confirmed_by": said.confirmed_by, "source": said.source,
         "figures": {name: str(value) for name, value in said.values.items()}},
        f"{len(said.values)} figures confirmed for {spoken(said.day)} by {said.confirmed_by}, from {said.source}.",
    )  # fmt: skip


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
        {"due": [{"person": row.ref, "name": row.name, "review": row.review, "overdue_days": max((desk.on - row.review).days, 0),
                  "provisional": bool(row.provisional)} for row in due],
         "overrides": [{"ref": row.ref, "person": row.person_ref, "of": row.of, "amount_pence": row.amount,
                        "first_day": row.starts, "last_day": row.ends - dt.timedelta(days=1), "expires": row.ends,
                        "approved_by": row.approved_by, "requested_by": row.requested_by,
                        "reason": row.reason} for row in ending],
         "benefits_with_no_last_day": [{"person": each.ref, "name": each.name, "kind": each.kind, "review": each.review}
                                       for each in stopping]},
        printing.table(
            ("Review by", "Person", "Overdue", ""),
            [(spoken(row.review), printing.named(row.name, row.ref),
              printing.several((desk.on - row.review).days, "day") if row.review < desk.on else "",
              "provisional" if row.provisional else "") for row in due],
            title="Due for review",
        ) if due else "Nobody is due for review.",
        printing.table(
            ("Override", "Person", "Sets", "To", "First day", "Last day", "Approved by"),
            [(row.ref, row.person_ref, row.of, sterling(row.amount), spoken(row.starts), spoken(row.ends - dt.timedelta(days=1)),
              row.approved_by or "waiting")
             for row in ending], right=("To",), title="\nOverrides",
        ) if ending else None,
        printing.table(
            ("Review by", "Person", "Benefit"),
            [(spoken(each.review), printing.named(each.name, each.ref), each.kind.replace("_", " ")) for each in stopping],
            title="\nResidents’ benefits that stop after 28 days and have no last day",
        ) if stopping else None,
    )  # fmt: skip


def ages(desk: Desk) -> None:
    """List whose weekly allowance changes in the month of --on because they, or their partner, reach an age.

    Example: outturn assess ages --on 2026-12-01
    """
    first = desk.on.replace(day=1)
    span = Span(first, first + relativedelta(months=1))
    turning, unknown = everyone_jobs.rows_turning(desk.database, span)
    with desk.database.read() as connection:
        named = store.refs(connection, sorted({each.person for each in turning} | {each.person for each in unknown}))
    desk.answer(
        {"month": f"{first:%Y-%m}",
         "changes": [{"person": named[each.person][0], "name": named[each.person][1], "day": day(each.day), "why": each.why}
                     for each in turning],
         "partner_not_known": [{"person": named[each.person][0], "name": named[each.person][1],
                                "charge_turns_on_it": each.turns} for each in unknown]},
        printing.table(
            ("Day", "Person", "Why"),
            [(spoken(day(each.day)), printing.named(named[each.person][1], named[each.person][0]), each.why)
             for each in turning], title=f"Whose weekly allowance changes in {first:%B %Y}",
        ) if turning else f"Nobody’s weekly allowance changes in {first:%B %Y} because of an age.",
        printing.table(
            ("Person", "Does the charge turn on it?"),
            [(printing.named(named[each.person][1], named[each.person][0]),
              "yes: no new assessment until it is known" if each.turns else "not yet") for each in unknown],
            title="\nCouples of whom the partner’s date of birth is not known",
        ) if unknown else None,
    )  # fmt: skip


def not_looked_at(desk: Desk) -> None:
    """List charges that stand --on a day, set or raised for everybody at once, that nobody has looked at; and which are billed.

    Example: outturn assess not-looked-at --on 2026-04-20
    """
    found = everyone_jobs.not_looked_at(desk.database, desk.on)
    with desk.database.read() as connection:
        named = store.refs(connection, [each.person for each in found])
        billed = billed_up_to(connection, [each.person for each in found])
    rows = [(named[each.person], each, each.person in billed and billed[each.person] > day(each.starts)) for each in found]
    desk.answer(
        {"charges": [{"person": ref, "name": name, "first_day": day(each.starts), "charge_pence": each.charge, "was_pence": each.was,
                      "change": each.learned, "billed": issued} for (ref, name), each, issued in rows]},
        printing.table(
            ("Person", "From", "Was a week", "Now a week", "Billed already"),
            [(printing.named(name, ref), spoken(day(each.starts)), _charge(each.was), sterling(each.charge), "yes" if issued else "")
             for (ref, name), each, issued in rows[:SHOWN]], right=("Was a week", "Now a week"),
            title=f"{len(rows):,} new or raised charges nobody has looked at",
        ) if rows else "Somebody has looked at every new or raised charge.",
        printing.note("Next: outturn assess looked-at PERSON, once you have looked at what the charge rests on.") if rows else None,
    )  # fmt: skip


def looked_at(
    desk: Desk, people: Annotated[list[str], typer.Argument(metavar="PERSON…", help="Whose charge you looked at.")]
) -> None:
    """Record that you looked at what people are charged --on a day, which everybody's assessment set or raised.

    Example: outturn assess looked-at P000123 --on 2026-04-20 --as "first officer"
    """
    done = everyone_jobs.look(desk.database, people, desk.on, by=desk.by, at=desk.at)
    left = [each for each in people if each not in done]
    desk.answer(
        {"looked_at": done, "nothing_to_look_at": left, "by": desk.by},
        f"{desk.by} looked at the charge of {', '.join(done)}." if done else None,
        f"Nothing waits to be looked at for {', '.join(left)}." if left else None,
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
        dt.date | None, typer.Option("--first-day", parser=read_day, metavar="DATE", help="The first day it holds: the day acted on, when not given.")
    ] = None,
) -> None:
    """Ask for a figure to be set by hand. It counts once somebody else approves it, and stops after its last day.

    Example: outturn assess override P000123 --of maximum --amount 40.00 --reason "Hardship panel 3 May" --first-day 2026-05-04 --last-day 2026-09-30
    """
    wanted = Override(
        of=jobs.override_of(of), amount_pence=read_pence(amount), reason=reason, approver="",
        first=first_day or desk.on, end=last_day + dt.timedelta(days=1),
    )  # fmt: skip
    name = jobs.request_override(desk.database, person, wanted, by=desk.by, at=desk.at)
    assert wanted.first is not None
    desk.answer(
        {"ref": name, "person": person, "first_day": wanted.first, "last_day": last_day},
        f"{name} asked for: from {spoken(wanted.first)} to {spoken(last_day)}. It counts once an officer who did not ask for it "
        "approves it.",
        printing.note(f"Next: outturn assess approve-override {name}"),
    )


def _confirmed_officer(connection: Connection, by: str) -> None:
    """Whoever is the second person stands on the list of officers, under the very name they act in."""
    check_officer(read_standing(connection), by, "approve it")


def approve_override(
    desk: Desk, ref: Annotated[str, typer.Argument(metavar="OVERRIDE", help="The override’s reference.")]
) -> None:
    """Approve, as a confirmed officer, an override somebody else asked for.

    Example: outturn assess approve-override OVERRIDE-12 --as "second officer"
    """
    person = jobs.approve_override(desk.database, ref, by=desk.by, at=desk.at, may_sign=_confirmed_officer)
    desk.answer({"ref": ref, "person": person}, f"{ref} approved by {desk.by}. Assess {person} again.")


def uprate_preview(
    desk: Desk,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it: “April 2027”.")],
    first_day: Annotated[dt.date, typer.Option("--first-day", parser=read_day, metavar="DATE", help="First day the new figures apply.")],
    last_day: Annotated[dt.date | None, typer.Option("--last-day", parser=read_day, metavar="DATE", help="Last day to look at for further changes: 30 days on, when not given.")] = None,
    policy: PolicyFile = None,
    xlsx: Xlsx = None,
    page: Page = None,
) -> None:  # fmt: skip
    """Work out everybody for new figures, and show who changes, who does not and why. Nothing is applied.

    Example: outturn assess uprate preview "April 2027" --first-day 2027-04-01 --xlsx preview.xlsx --as "first officer"
    """
    end = (last_day or first_day + dt.timedelta(days=29)) + dt.timedelta(days=1)
    made = uprating_jobs.preview(desk.database, name, Span(first_day, end), policy_of(policy), by=desk.by, at=desk.at)
    _tell_effect(
        desk,
        effect.with_policy(effect.of_preview(desk.database, made), policy_of(policy), first_day),
        xlsx,
        page,
        {"uprating": made.nr, "signature": made.signature, "status": made.status},
    )
    if not desk.json:
        desk.out.print(f"\nUprating {made.nr} is previewed. Somebody other than {made.prepared_by} approves it.")


def uprate_show(desk: Desk, nr: UpratingNumber, xlsx: Xlsx = None, page: Page = None) -> None:
    """Show an uprating as it was previewed.

    Example: outturn assess uprate show 3 --page preview.html
    """
    made = uprating_jobs.read_preview(desk.database, nr)
    _tell_effect(
        desk,
        effect.of_preview(desk.database, made),
        xlsx,
        page,
        {"uprating": nr, "signature": made.signature, "status": made.status},
    )


def uprate_list(desk: Desk) -> None:
    """List upratings, the latest first.

    Example: outturn assess uprate list
    """
    rows = uprating_jobs.every(desk.database)
    desk.answer(
        {"upratings": [{"nr": row.nr, "name": row.name, "first_day": row.starts, "status": row.status,
                        "prepared_by": row.prepared_by, "approved_by": row.approved_by, "people": row.people,
                        "changed": row.changed, "before_pence": row.total_before, "after_pence": row.total_after}
                       for row in rows]},
        printing.table(
            ("Nr", "Name", "From", "Status", "Prepared by", "Approved by", "People", "Changed", "A week"),
            [(str(row.nr), row.name, spoken(row.starts), row.status, row.prepared_by, row.approved_by or "",
              f"{row.people:,}", f"{row.changed:,}", effect.signed(row.total_after - row.total_before)) for row in rows],
            right=("Nr", "People", "Changed", "A week"),
        ) if rows else "There is no uprating.",
    )  # fmt: skip


def uprate_approve(desk: Desk, nr: UpratingNumber) -> None:
    """Sign a preview as the second person, a confirmed officer: exactly those results, and no others.

    Example: outturn assess uprate approve 3 --as "second officer"
    """
    signature = uprating_jobs.approve(desk.database, nr, by=desk.by, at=desk.at, may_sign=_confirmed_officer)
    desk.answer(
        {"uprating": nr, "approved_by": desk.by, "signature": signature}, f"Uprating {nr} approved by {desk.by}."
    )


def uprate_apply(desk: Desk, nr: UpratingNumber) -> None:
    """Store what was signed. Stopped half-way it can be run again; run twice it changes nothing more.

    Example: outturn assess uprate apply 3 --as "second officer"
    """
    done = uprating_jobs.apply(desk.database, nr, by=desk.by, at=desk.at)
    with desk.database.read() as connection:
        refs = store.refs(connection, list(done.left_out))
    left = [refs.get(each, (str(each), ""))[0] for each in done.left_out]
    desk.answer(
        {"uprating": nr, "change": done.change, "stored": done.stored, "left_out": left},
        f"Uprating {nr} applied as change {done.change}: {done.stored:,} assessments stored.",
        "Left out, because their facts or assessments changed since the preview. Assess them afresh: " + ", ".join(left)
        if left
        else None,
    )


def uprate_undo(desk: Desk, nr: UpratingNumber) -> None:
    """Put back what stood before, as new assessments. Both stay visible, and what was assessed since is left alone.

    Example: outturn assess uprate undo 3 --as "first officer"
    """
    change = uprating_jobs.undo(desk.database, nr, by=desk.by, at=desk.at)
    desk.answer({"uprating": nr, "change": change}, f"Uprating {nr} undone as change {change}.")


def uprate_abandon(desk: Desk, nr: UpratingNumber) -> None:
    """Give up a preview. Nothing of it was stored as an assessment.

    Example: outturn assess uprate abandon 3
    """
    uprating_jobs.abandon(desk.database, nr)
    desk.answer({"uprating": nr, "status": "abandoned"}, f"Uprating {nr} abandoned.")


def what_if(
    desk: Desk,
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A choice of policy or a figure; may be repeated.")] = None,
    other: Annotated[Path | None, typer.Option("--other-policy", metavar="FILE", exists=True, dir_okay=False, help="Another policy to follow instead.")] = None,
    policy: PolicyFile = None,
    xlsx: Xlsx = None,
    page: Page = None,
) -> None:  # fmt: skip
    """What would happen to income and to people if policy or figures were other than they are. Nothing is stored.

    Example: outturn assess what-if --set share_of_disposable_income=90 --set minimum_charge=5.00 --on 2026-06-01
    """
    wanted = {}
    for each in changes or ():
        name, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"“{each}” is not NAME=VALUE.")
        wanted[name.strip()] = value.strip()
    made = everyone_jobs.what_if(
        desk.database, desk.on, policy_of(policy), wanted, other_policy=None if other is None else policy_of(other)
    )
    _tell_effect(
        desk, effect.with_policy(effect.of_what_if(desk.database, made), policy_of(policy), made.on), xlsx, page, {"on": made.on, "changes": list(made.changes)}
    )


def _tell_effect(
    desk: Desk, told: effect.Effect, xlsx: Path | None, page: Path | None, more: dict[str, object]
) -> None:
    if xlsx is not None:
        leave(xlsx, workbook(told), over=True)
    if page is not None:
        leave(page, effect_page(told).encode(), over=True)
    if desk.json:
        printing.as_json(more | effect.as_json(told))
        return
    desk.out.print(printing.heading(told.title))
    for line in told.lines:
        desk.out.print(line)
    desk.out.print(printing.table(("", ""), effect.totals(told.summary), right=("",)))
    for kind, words in effect.KINDS.items():
        rows = [
            (each.name, f"{each.people:,}", f"{each.more:,}", f"{each.less:,}", sterling(each.before_pence),
             sterling(each.after_pence), effect.signed(each.difference_pence))
            for each in effect.of_kind(told.summary, kind)
        ]  # fmt: skip
        heads = ("Band", "People", "Pay more", "Pay less", "Before a week", "After a week", "Difference")
        desk.out.print(printing.table(heads, rows, right=heads[1:], title=f"\n{words}"))
    everyone = told.everyone
    movers = [
        (told.ref(row), told.name(row), effect.charge_words(int(everyone.was[row])), effect.charge_words(int(everyone.now[row])),
         effect.signed(int(everyone.difference[row])))
        for row in told.summary.movers
    ]  # fmt: skip
    if movers:
        desk.out.print(printing.table(("Person", "Name", "Was a week", "Now a week", "Difference"), movers,
                                      right=("Was a week", "Now a week", "Difference"), title="\nWho moves most"))  # fmt: skip
    for title, rows_ in (
        ("Untouched, and why", effect.untouched(told)),
        ("Not assessed, and why", effect.not_assessed(told)),
    ):
        if rows_:
            listed = [(told.ref(row), told.name(row), str(everyone.why[row])) for row in rows_[:SHOWN]]
            more_ = f" ({len(rows_) - SHOWN:,} more in the workbook)" if len(rows_) > SHOWN else ""
            desk.out.print(printing.table(("Person", "Name", "Why"), listed, title=f"\n{title}{more_}"))
    _tell_kept(desk, told)


def _tell_kept(desk: Desk, told: effect.Effect) -> None:
    """Incomes that stay as they are, those of the first people by name."""
    words = effect.kept_words(told)
    if words is None:
        return
    desk.out.print(printing.heading("Incomes not uprated"))
    desk.out.print(words)
    rows = [
        (*told.names.get(each.person, (str(each.person), "")), each.kind, sterling(each.amount), each.frequency,
         printing.day(each.since) or "always") for each in told.kept[:SHOWN]
    ]  # fmt: skip
    more = f"{len(told.kept) - SHOWN:,} more in the workbook" if len(told.kept) > SHOWN else None
    desk.out.print(printing.table(("Person", "Name", "Income", "Amount", "Each", "Since"), rows, right=("Amount",), title=more))


def compare(
    desk: Desk,
    person: PersonRef,
    first: Annotated[dt.date, typer.Option("--from", parser=read_day, metavar="DATE", help="The day of the first assessment.")],
    known: Annotated[int | None, typer.Option("--from-known", metavar="CHANGE", min=1, help="The first as things were known at this change.")] = None,
    policy: PolicyFile = None,
    before_policy: Annotated[Path | None, typer.Option("--from-policy", metavar="FILE", exists=True, dir_okay=False, help="The first on another policy.")] = None,
) -> None:  # fmt: skip
    """Compare a person's assessment on two days: what changed, and which fact or rate caused each penny.

    Example: outturn assess compare P000123 --from 2025-06-02 --on 2026-06-01
    """
    made = jobs.compare_days(
        desk.database, person, first, desk.on, policy_of(policy), before_policy=policy_of(before_policy) if before_policy else None,
        before_known=known,
    )  # fmt: skip
    rows = [(each.heading, each.what, each.was, each.now, effect.signed(each.pence)) for each in made.parts]
    desk.answer(
        {"person": person, "before_pence": made.before.charge_pence, "after_pence": made.after.charge_pence,
         "difference_pence": made.difference_pence, "order": list(comparisons.ORDER),
         "parts": [{"heading": each.heading, "what": each.what, "was": each.was, "now": each.now, "pence": each.pence}
                   for each in made.parts]},
        printing.table(("", "What changed", "Was", "Is", "A week"), [
            *rows, ("", "Altogether", sterling(made.before.charge_pence), sterling(made.after.charge_pence),
                    effect.signed(made.difference_pence))], right=("A week",),
            title=f"{person}: {spoken(first)} compared with {spoken(desk.on)}"),
        printing.note("One thing is changed at a time, in this order: " + ", ".join(comparisons.ORDER) + "."),
    )  # fmt: skip


for _name, _work in (
    ("history", history), ("compare", compare), ("load", load), ("templates", templates), ("what-if", what_if),
    ("confirm-figures", confirm_figures), ("due-for-review", due_for_review), ("ages", ages), ("not-looked-at", not_looked_at),
    ("looked-at", looked_at), ("override", override),
    ("approve-override", approve_override),
):  # fmt: skip
    verb(app, _name, rich_help_panel=PANEL)(_work)
verb(app, "one", hidden=True)(one)
_uprate = typer.Typer(no_args_is_help=True, help="Reassess everyone for new figures: preview, approve, apply, undo.")
for _name, _step in (
    ("preview", uprate_preview), ("show", uprate_show), ("list", uprate_list), ("approve", uprate_approve),
    ("apply", uprate_apply), ("undo", uprate_undo), ("abandon", uprate_abandon),
):  # fmt: skip
    verb(_uprate, _name)(_step)
app.add_typer(_uprate, name="uprate", rich_help_panel=PANEL)
