"""Debt at the desk: reminders, how a payer stands and why, disputes, instalment plans, breathing spaces."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.debt import jobs, store
from billing.debt import tables as t
from billing.debt.breathing_spaces import Kind, end_of
from billing.debt.instalments import Every, Plan
from billing.debt.policy import STEP_NAMES, Step
from billing.debt.reminders import Reminder, Standing
from billing.tables import number_of
from finance.days import spoken
from finance.money import pounds, read_pence, sterling
from finance.problems import NotAnAmount, Refusal
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.cli.money_in import receipts
from interfaces.cli.money_in.direct_debits import read_choices
from interfaces.files.inbound.council_file import read_council
from interfaces.files.inbound.door.entering import Entered, NextRef, enter
from interfaces.files.inbound.layouts.receipts import read_bill_number
from interfaces.files.inbound.layouts.value_types import Unreadable

CHASING, PAUSING, LOOKING = "Chasing", "Pausing", "Looking"
BY_HAND = "by hand"
ONE = dt.timedelta(days=1)
ENCLOSE = (
    "Send with it the protocol’s information sheet, reply form and financial statement, and a statement of account "
    "(Pre-Action Protocol for Debt Claims)."
)


class NothingToEnd(Refusal):
    """There is nothing of the sort that has not ended."""


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


Payer = Annotated[str, typer.Argument(metavar="PAYER", help="The bill payer’s reference, or customer number.")]
OwnRef = Annotated[str | None, typer.Option("--ref", metavar="REF", help="What to call it. Made up, when not given.")]
FirstDay = Annotated[
    dt.date | None,
    typer.Option(
        "--first-day", parser=read_day, metavar="DATE", help="Its first day. The day acted on, when not given."
    ),
]
LastDay = Annotated[
    dt.date | None,
    typer.Option(
        "--last-day", parser=read_day, metavar="DATE", help="End the one that stands, this being its last day."
    ),
]


def _pounds(text: str) -> str:
    try:
        pence = read_pence(text)
    except NotAnAmount as error:
        raise typer.BadParameter(f"{error.what} {error.what_to_do}") from error
    if pence <= 0:
        raise typer.BadParameter(f"“{text}” is not above nought.")
    return pounds(pence)


# Chasing --------------------------------------------------------------------------------------------------------------


def remind(
    desk: Desk,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say who would be written to; record nothing.")
    ] = False,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Only this payer.")] = None,
    council: CouncilFile = None,
) -> None:
    """Send the reminders that have fallen due: one letter a payer, each bill one step up the ladder, none twice.

    Example: outturn debt remind --preview
    """
    policy = read_choices(council).reminders
    who = [jobs.find_payer(desk.database, payer).nr] if payer else None
    if preview:
        made = jobs.preview_reminders(desk.database, desk.on, policy, who)
    else:
        made = jobs.send_reminders(desk.database, desk.on, policy, by=desk.by, at=desk.at, payers=who)
    asked = sum(each.asked for each in made)
    counts = [(name, sum(each.step == step for each in made)) for step, name in enumerate(STEP_NAMES) if step]
    rows: list[list[RenderableType]] = [
        [
            str(each.nr or ""),
            printing.named(each.name, each.ref),
            each.step_name,
            ", ".join(one.number for one in each.bills),
            printing.amount(each.asked),
            printing.amount(each.disputed or None),
            printing.day(each.reply_by),
            printing.day(min(one.recoverable_until for one in each.bills)),
        ]
        for each in made
    ]
    desk.answer(
        {
            "on": desk.on,
            "preview": preview,
            "asked_pence": asked,
            "steps": dict(counts),
            "reminders": [_letter(each) for each in made],
        },
        printing.table(
            ("Reminder", "Payer", "Step", "Bills", "Asked for", "Disputed", "Reply by", "Recoverable until"),
            rows,
            right=("Reminder", "Asked for", "Disputed"),
        )
        if rows
        else None,
        f"{printing.several(len(made), 'letter')}, {sterling(asked)}, {'would be ' if preview else ''}sent: "
        + "; ".join(f"{count:,} {name}" for name, count in counts)
        + ".",
        printing.note(f"To write a letter: outturn debt letter {made[0].nr} --file letter.pdf")
        if made and not preview
        else None,
        *(printing.note(words) for words in dict.fromkeys(words for each in made for words in each.notes)),
    )


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


def _standing(each: Standing) -> dict[str, object]:
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


def list_debt(desk: Desk, payer: Payer, council: CouncilFile = None) -> None:
    """Show every bill of a payer with something left: what may be asked for, its step on the ladder, and why.

    Example: outturn debt list BP000123 --on 2026-06-30
    """
    who = jobs.find_payer(desk.database, payer)
    found = jobs.standing(desk.database, who.nr, desk.on, read_choices(council).reminders)
    desk.answer(
        {
            "payer": who.ref,
            "name": who.name,
            "on": desk.on,
            "left_pence": sum(each.left for each in found),
            "bills": [_standing(each) for each in found],
        },
        printing.heading(f"{printing.named(who.name, who.ref)}, on {spoken(desk.on)}"),
        _bills_shown(found) if found else "Nothing is left of any bill.",
    )


def _bills_shown(found: list[Standing] | tuple[Standing, ...]) -> RenderableType:
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
    council: CouncilFile = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", dir_okay=False, metavar="FILE", help="Write the letter itself here; .pdf or .html."),
    ] = None,
) -> None:
    """Show what a reminder said, as it was sent. With --file, write the letter to be read by whoever it is to.

    Example: outturn debt letter 12 --file letter.pdf --council council.toml
    """
    found = jobs.read_reminder(desk.database, reminder)
    if file is not None:
        return _write_letter(desk, found, file, council)
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


def _write_letter(desk: Desk, found: Reminder, file: Path, council: Path | None) -> None:
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
    told = tell_reminder(made, read_council(council).on_paper)
    leave(file, as_pdf(told) if form == "pdf" else as_html(told))
    desk.answer(
        {**_letter(found), "file": str(file), "to": made.to.name, "address": list(made.to.address)},
        f"{file}: {found.step_name} {found.nr}, {sterling(found.asked)}, to {made.to.name}.",
        *(printing.note(words) for words in found.notes),
        printing.note(ENCLOSE) if found.step == Step.LETTER_BEFORE_ACTION else None,
    )


# Pausing --------------------------------------------------------------------------------------------------------------


def _record(desk: Desk, extract: str, row: dict[str, object], standing: store.Fact | None = None) -> Entered:
    """Tell one fact: as new, or as what has become of the one that stands."""
    seen = {standing.ref: standing.learned} if standing is not None else None
    return enter(
        desk.database, extract, [row], by=desk.by, at=desk.at, source=BY_HAND, correct=standing is not None, seen=seen
    )


def dispute(
    desk: Desk,
    bill: Annotated[str, typer.Argument(metavar="BILL", help="The bill’s number, B0000123.")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why it is disputed.")] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="AMOUNT", help="How much of it; all of it, when not given.")
    ] = None,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    ref: OwnRef = None,
) -> None:
    """Record that a bill, or part of it, is disputed: that part waits, the rest is asked for. Or end a dispute.

    Example: outturn debt dispute B0000123 --amount 40 --reason "No visits on 3 and 4 April" --as "income team"
    """
    try:
        nr = read_bill_number(bill)
    except Unreadable as error:
        raise typer.BadParameter(f"“{bill}” {error.what} {error.what_to_do}") from error
    with desk.database.read() as connection:
        billed = store.bill_of(connection, nr)
        if billed is None:
            raise Refusal(f"No bill {number_of(nr)} was issued.", "Check the number on the bill.")
        payer_ref = store.ref_of(connection, billed.party)
        standing = store.open_fact(connection, t.dispute, desk.on, bill=nr)
    if last_day is None:
        if not reason:
            raise typer.BadParameter("Say why it is disputed: --reason TEXT; or end the dispute: --last-day DATE.")
        given = _pounds(amount) if amount else None
        if given and read_pence(given) > billed.amount:
            raise Refusal(
                f"{number_of(nr)} is {sterling(billed.amount)}, less than {sterling(read_pence(given))}.",
                "Give no more than it is.",
            )
        done = _record(
            desk,
            "disputes",
            {
                "dispute_ref": ref or NextRef(f"DIS-{number_of(nr)}-", None),
                "payer_ref": payer_ref,
                "bill": number_of(nr),
                "amount": given,
                "reason": reason,
                "entered_by": desk.by,
                "start_date": first_day or desk.on,
            },
        )
        what = f"{sterling(read_pence(given))} of {number_of(nr)}" if given else f"All of {number_of(nr)}"
        words = f"{what} is disputed from {spoken(first_day or desk.on)}: it waits, and the rest is asked for."
    else:
        row = _one(standing, ref, f"dispute of {number_of(nr)}")
        done = _record(
            desk,
            "disputes",
            {
                "dispute_ref": row.ref,
                "payer_ref": payer_ref,
                "bill": number_of(nr),
                "amount": pounds(row.amount) if row.amount else None,
                "reason": row.reason,
                "entered_by": row.entered_by,
                "start_date": row.starts,
                "end_date": last_day,
            },
            row,
        )
        words = f"The dispute of {number_of(nr)} ends on {spoken(last_day)}."
    desk.answer({"dispute": done.refs[0], "bill": number_of(nr), "payer": payer_ref, "change": done.change}, words)


def _one(standing: list[store.Fact], ref: str | None, what: str) -> store.Fact:
    found = [each for each in standing if ref in (None, each.ref)]
    if not found:
        raise NothingToEnd(f"There is no {what} that has not ended.", "Look at it with: outturn debt list PAYER")
    if len(found) > 1:
        raise NothingToEnd(
            f"There is more than one {what}.", f"Say which with --ref: {', '.join(each.ref for each in found)}."
        )
    return found[0]


def plan(
    desk: Desk,
    payer: Payer,
    amount: Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help="One instalment.")] = None,
    every: Annotated[
        str, typer.Option("--every", metavar="HOW OFTEN", help=f"How often: {', '.join(Every)}.")
    ] = Every.MONTHLY,
    first: Annotated[
        dt.date | None,
        typer.Option("--first", parser=read_day, metavar="DATE", help="The day of the first instalment."),
    ] = None,
    bills_from: Annotated[
        dt.date | None,
        typer.Option(
            "--bills-from",
            parser=read_day,
            metavar="DATE",
            help="It covers bills issued on this day or after; the oldest, when not given.",
        ),
    ] = None,
    bills_to: Annotated[
        dt.date | None,
        typer.Option(
            "--bills-to",
            parser=read_day,
            metavar="DATE",
            help="And up to and including this day; the newest, when not given.",
        ),
    ] = None,
    direct_debit: Annotated[
        bool, typer.Option("--direct-debit", help="Instalments are collected by direct debit.")
    ] = False,
    last_day: LastDay = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show the instalments; record nothing.")] = False,
    ref: OwnRef = None,
) -> None:
    """Agree to pay what is left of some bills bit by bit. While it is kept they are not chased. Or end a plan.

    Example: outturn debt plan BP000123 --amount 50 --every monthly --first 2026-05-15 --as "debt officer"
    """
    who = jobs.find_payer(desk.database, payer)
    if last_day is not None:
        _end_plan(desk, who, last_day, ref)
        return
    if amount is None or first is None:
        raise typer.BadParameter("Give --amount and --first; or end the plan that stands: --last-day DATE.")
    if every not in list(Every):
        raise typer.BadParameter(f"“{every}” is not how often. Use one of {', '.join(Every)}.")
    given = _pounds(amount)
    covered = jobs.plan_terms(desk.database, who.nr, bills_from, bills_to + ONE if bills_to else None, on=desk.on)
    with desk.database.read() as connection:
        # for a preview
        name = ref or f"IP-{who.ref}-{store.count_of(connection, t.instalment_plan, f'IP-{who.ref}-') + 1}"
    agreed = Plan(
        0,
        name,
        who.nr,
        first,
        Every(every),
        read_pence(given),
        covered.debt,
        covered.first,
        covered.end,
        direct_debit,
        desk.on,
        None,
    )
    change = None
    if not preview:
        done = _record(
            desk,
            "instalment_plans",
            {
                "plan_ref": ref or NextRef(f"IP-{who.ref}-", None),
                "payer_ref": who.ref,
                "first_payment_date": first,
                "every": every,
                "amount": given,
                "debt": pounds(covered.debt),
                "bills_from_date": covered.first,
                "bills_to_date": covered.end - ONE,
                "direct_debit": "yes" if direct_debit else "no",
                "agreed_by": desk.by,
                "start_date": desk.on,
            },
        )
        name, change = done.refs[0], done.change
    made = agreed.schedule()
    desk.answer(
        {
            "plan": name,
            "payer": who.ref,
            "preview": preview,
            "debt_pence": covered.debt,
            "change": change,
            "bills": [number_of(each) for each in covered.bills],
            "left_out": [{"bill": number_of(bill), "disputed_pence": pence} for bill, pence in covered.left_out],
            "instalments": [{"instalment": each.number, "due": each.due, "amount_pence": each.amount} for each in made],
        },
        f"Plan {name} of {printing.named(who.name, who.ref)}: {sterling(covered.debt)} of "
        f"{printing.several(len(covered.bills), 'bill')}"
        f" ({', '.join(map(number_of, covered.bills))}), "
        f"{'by direct debit' if direct_debit else 'paid by the payer'}{', not recorded' if preview else ''}.",
        "Disputed, so not in the plan: "
        + ", ".join(f"{sterling(pence)} of {number_of(bill)}" for bill, pence in covered.left_out)
        + ". Once it is settled, agree about it apart."
        if covered.left_out
        else None,
        printing.table(
            ("Instalment", "Due", "Amount"),
            [(str(each.number), printing.day(each.due), printing.amount(each.amount)) for each in made],
            right=("Instalment", "Amount"),
        ),
    )


def _end_plan(desk: Desk, who: jobs.Payer, last_day: dt.date, ref: str | None) -> None:
    with desk.database.read() as connection:
        row = _one(
            store.open_fact(connection, t.instalment_plan, desk.on, bill_payer=who.nr), ref, f"plan of {who.ref}"
        )
    change = _record(
        desk,
        "instalment_plans",
        {
            "plan_ref": row.ref,
            "payer_ref": who.ref,
            "first_payment_date": row.first_payment,
            "every": row.every,
            "amount": pounds(row.amount),
            "debt": pounds(row.debt),
            "bills_from_date": row.bills_from,
            "bills_to_date": row.bills_until - ONE,
            "direct_debit": "yes" if row.direct_debit else "no",
            "agreed_by": row.agreed_by,
            "start_date": row.starts,
            "end_date": last_day,
        },
        row,
    ).change
    desk.answer(
        {"plan": row.ref, "payer": who.ref, "last_day": last_day, "change": change},
        f"Plan {row.ref} of {printing.named(who.name, who.ref)} ends on {spoken(last_day)}.",
    )


def breathing_space(
    desk: Desk,
    payer: Payer,
    notice: Annotated[
        str | None, typer.Option("--notice", metavar="REF", help="The reference of the notice that told us.")
    ] = None,
    crisis: Annotated[bool, typer.Option("--crisis", help="A mental health crisis breathing space.")] = False,
    first_day: FirstDay = None,
    treatment_ended: Annotated[
        dt.date | None,
        typer.Option(
            "--treatment-ended",
            parser=read_day,
            metavar="DATE",
            help="The last day of crisis treatment: it lasts 30 days more.",
        ),
    ] = None,
    last_day: LastDay = None,
    ref: OwnRef = None,
) -> None:
    """Record a breathing space, or its end: what was owed at its start is not chased or charged interest.

    Example: outturn debt breathing-space BP000123 --notice BSN-0001 --first-day 2026-05-08 --as "debt officer"
    """
    who = jobs.find_payer(desk.database, payer)
    with desk.database.read() as connection:
        every = store.open_fact(connection, t.breathing_space, desk.on, bill_payer=who.nr)
    standing = [each for each in every if not _over(each, desk.on)]
    if notice:
        kind = Kind.MENTAL_HEALTH if crisis else Kind.STANDARD
        starts = first_day or desk.on
        held = None
        row = {"space_ref": ref or NextRef(f"BS-{who.ref}-", None), "kind": str(kind), "notice": notice}
    elif treatment_ended or last_day:
        held = _one(standing, ref, f"breathing space of {who.ref}")
        kind, starts = Kind(held.kind), held.starts
        row = {"space_ref": held.ref, "kind": held.kind, "notice": held.notice}
        treatment_ended = treatment_ended or held.treatment_ended
    else:
        raise typer.BadParameter("Give --notice; or say when it ends: --treatment-ended DATE or --last-day DATE.")
    done = _record(
        desk,
        "breathing_spaces",
        {
            **row,
            "payer_ref": who.ref,
            "start_date": starts,
            "treatment_ended_date": treatment_ended,
            "end_date": last_day,
        },
        held,
    )
    ends = end_of(kind, starts, treatment_ended, last_day + ONE if last_day else None)
    until = f"until {spoken(ends - ONE)}" if ends else "for as long as crisis treatment lasts and 30 days more"
    desk.answer(
        {
            "breathing_space": done.refs[0],
            "payer": who.ref,
            "kind": kind,
            "first_day": starts,
            "last_day": ends - ONE if ends else None,
            "change": done.change,
        },
        (
            f"{printing.opening(kind)} breathing space of {printing.named(who.name, who.ref)}, from {spoken(starts)} "
            f"{until}."
        ),
    )


def _over(each: store.Fact, on: dt.date) -> bool:
    ends = end_of(each.kind, each.starts, each.treatment_ended, each.ends)
    return ends is not None and ends <= on
