"""Debt at the desk: reminders, and how a payer stands and why."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.debt import jobs
from billing.debt.policy import STEP_NAMES, LadderStep
from billing.debt.reminders import BillStanding, Reminder
from billing.debt.views_jobs import Letters, payer_debt
from finance.days import spoken
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.money_in import receipts
from interfaces.cli.money_in.pausing import breathing_space, dispute, plan
from interfaces.cli.money_in.requests import Payer

CHASING, PAUSING, LOOKING = "Chasing", "Pausing", "Looking"
ENCLOSE = (
    "Send with it the protocol’s information sheet, reply form and financial statement, and a statement of account "
    "(Pre-Action Protocol for Debt Claims)."
)


def add_to(app: typer.Typer) -> None:
    """Add the group ``debt``, with what receipts bring to it."""
    group = typer.Typer(no_args_is_help=True, help="Debt: what is owed, chased, paused, agreed and given up.")
    verb(group, "remind", rich_help_panel=CHASING)(remind)
    for name, work in (("dispute", dispute), ("plan", plan), ("breathing-space", breathing_space)):
        verb(group, name, rich_help_panel=PAUSING)(work)
    for name, look in (("list", list_debt), ("reminders", list_reminders), ("letter", letter)):
        verb(group, name, rich_help_panel=LOOKING)(look)
    receipts.add_to_debt(group)
    app.add_typer(group, name="debt", rich_help_panel="Money coming in")


# Chasing --------------------------------------------------------------------------------------------------------------


def remind(
    desk: Desk,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say who would be written to; record nothing.")
    ] = False,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Only this payer.")] = None,
) -> None:
    """Send the reminders that have fallen due: one letter a payer, each bill one step up the ladder, none twice.

    Example: outturn debt remind --preview
    """
    policy = desk.council.reminders
    who = [jobs.find_payer(desk.database, payer).nr] if payer else None
    if preview:
        made = Letters(jobs.preview_reminders(desk.database, desk.on, policy, who))
    else:
        made = Letters(
            jobs.send_reminders(
                desk.database, desk.on, policy, by=desk.may("enter accounts", "send reminders"), at=desk.at, payers=who
            )
        )
    desk.answer(
        {
            "on": desk.on,
            "preview": preview,
            "asked_pence": made.asked,
            "steps": made.steps,
            "reminders": [_letter(each) for each in made.letters],
        },
        *_letters_shown(made, preview),
    )


def _letters_shown(made: Letters, preview: bool) -> list[RenderableType | None]:
    rows = [
        (
            str(each.nr or ""),
            printing.named(each.name, each.ref),
            each.step_name,
            ", ".join(one.number for one in each.bills),
            printing.amount(each.asked),
            printing.amount(each.disputed or None),
            printing.day(each.reply_by),
            printing.day(each.recoverable_until),
        )
        for each in made.letters
    ]
    columns = ("Reminder", "Payer", "Step", "Bills", "Asked for", "Disputed", "Reply by", "Recoverable until")
    some = f"{printing.several(len(rows), 'letter')}, {sterling(made.asked)}"
    steps = "; ".join(f"{count:,} {name}" for name, count in made.steps.items())
    one = f"To write a letter: outturn debt letter {made.letters[0].nr} --file letter.pdf" if rows else ""
    return [
        printing.table(columns, rows, right=("Reminder", "Asked for", "Disputed")) if rows else None,
        f"{some}, {'would be ' if preview else ''}sent: {steps}.",
        printing.note(one) if one and not preview else None,
        *(printing.note(words) for words in made.notes),
    ]


def _letter(each: Reminder) -> dict[str, object]:
    return {
        "reminder": each.nr,
        "payer": each.ref,
        "name": each.name,
        "on": each.on,
        "step": each.step_name,
        "asked_pence": each.asked,
        "disputed_pence": each.disputed,
        "reply_by": each.reply_by,
        "estate": each.estate,
        "notes": list(each.notes),
        "bills": [_standing(one) for one in each.bills],
        "others": [_standing(one) for one in each.others],
    }


def _standing(each: BillStanding) -> dict[str, object]:
    return {
        "bill": each.number,
        "issued": each.issued,
        "due": each.due,
        "amount_pence": each.amount,
        "left_pence": each.left,
        "disputed_pence": each.disputed,
        "collecting_pence": each.collecting,
        "collect_on": each.collect_on,
        "asked_pence": each.asked,
        "step": STEP_NAMES[each.step],
        "why": each.words,
        "recoverable_until": each.recoverable_until,
    }


# Looking --------------------------------------------------------------------------------------------------------------


def list_debt(desk: Desk, payer: Payer) -> None:
    """Show every bill of a payer with something left: what may be asked for, its step on the ladder, and why.

    Example: outturn debt list BP000123 --on 2026-06-30
    """
    found = payer_debt(desk.database, payer, desk.on, desk.council.reminders)
    who = found.payer
    desk.answer(
        {
            "payer": who.ref,
            "name": who.name,
            "on": found.on,
            "left_pence": found.left,
            "bills": [_standing(each) for each in found.bills],
        },
        printing.heading(f"{printing.named(who.name, who.ref)}, on {spoken(found.on)}"),
        _bills_shown(found.bills) if found.bills else "Nothing is left of any bill.",
    )


def _bills_shown(found: Sequence[BillStanding]) -> RenderableType:
    return printing.table(
        ("Bill", "Due", "Left", "Disputed", "May be asked for", "Step", "Why", "Recoverable until"),
        [
            (
                each.number,
                printing.day(each.due),
                printing.amount(each.left),
                printing.amount(each.disputed or None),
                printing.amount(each.asked),
                STEP_NAMES[each.step],
                each.words,
                printing.day(each.recoverable_until),
            )
            for each in found
        ],
        right=("Left", "Disputed", "May be asked for"),
    )


def list_reminders(
    desk: Desk,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Only this payer’s.")] = None,
    limit: Limit = 50,
) -> None:
    """List reminders sent, the newest first.

    Example: outturn debt reminders --payer BP000123
    """
    who = jobs.find_payer(desk.database, payer).nr if payer else None
    found = jobs.reminders_sent(desk.database, who, limit=limit)
    desk.answer(
        {
            "reminders": [
                {
                    "reminder": each.nr,
                    "payer": each.ref,
                    "on": each.on,
                    "step": STEP_NAMES[each.step],
                    "asked_pence": each.amount,
                    "by": each.by,
                    "at": each.at,
                }
                for each in found
            ]
        },
        printing.table(
            ("Reminder", "Payer", "Day", "Step", "Asked for", "By", "Recorded"),
            [
                (
                    str(each.nr),
                    each.ref,
                    printing.day(each.on),
                    STEP_NAMES[each.step],
                    printing.amount(each.amount),
                    each.by,
                    printing.moment(each.at),
                )
                for each in found
            ],
            right=("Reminder", "Asked for"),
        )
        if found
        else "No reminder has been sent.",
    )


def letter(
    desk: Desk,
    reminder: Annotated[int, typer.Argument(metavar="REMINDER", help="Its number.", min=1)],
    file: Annotated[
        Path | None,
        typer.Option("--file", dir_okay=False, metavar="FILE", help="Write the letter itself here; .pdf or .html."),
    ] = None,
) -> None:
    """Show what a reminder said, as it was sent. With --file, write the letter to be read by whoever it is to.

    Example: outturn debt letter 12 --file letter.pdf
    """
    found = jobs.read_reminder(desk.database, reminder)
    if file is not None:
        return _write_letter(desk, found, file)
    return desk.answer(
        _letter(found),
        printing.heading(
            f"Reminder {found.nr}: {found.step_name} to {printing.named(found.name, found.ref)}, {spoken(found.on)}"
        ),
        _bills_shown(found.bills),
        f"Asked for: {sterling(found.asked)}."
        + (f" To be answered by {spoken(found.reply_by)}." if found.reply_by else ""),
        printing.heading("Left, and not asked for") if found.others else None,
        _bills_shown(found.others) if found.others else None,
        *(printing.note(words) for words in found.notes),
        printing.note(f"To write the letter itself: outturn debt letter {found.nr} --file letter.pdf"),
    )


def _write_letter(desk: Desk, found: Reminder, file: Path) -> None:
    """The letter as a paper. What lays papers out is loaded only when one is asked for."""
    from billing.debt.letters import letter_of
    from interfaces.documents.reminder import tell_reminder
    from interfaces.documents.rendering import as_html, as_pdf
    from interfaces.files.outbound.leaving import leave

    form = file.suffix.lstrip(".").casefold()
    if form not in ("pdf", "html"):
        raise typer.BadParameter(f"A letter cannot be written as {file.name}. Name it .pdf or .html.")
    assert found.nr is not None
    made = letter_of(desk.database, found.nr)
    told = tell_reminder(made, desk.council.on_paper)
    leave(file, as_pdf(told) if form == "pdf" else as_html(told))
    desk.answer(
        {**_letter(found), "file": str(file), "to": made.to.name, "address": list(made.to.address)},
        f"{file}: {found.step_name} {found.nr}, {sterling(found.asked)}, to {made.to.name}.",
        *(printing.note(words) for words in found.notes),
        printing.note(ENCLOSE) if found.step == LadderStep.LETTER_BEFORE_ACTION else None,
    )
