"""Pausing the chasing of debt: disputes, instalment plans and breathing spaces, told and ended."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.debt import jobs, store
from billing.debt import tables as t
from billing.debt.breathing_spaces import BreathingSpaceKind, end_of
from billing.debt.instalments import Every, Instalment, Plan
from billing.tables import number_of
from finance.days import spoken
from finance.money import pounds, read_pence, sterling
from finance.problems import Refusal
from interfaces.cli.allowing import by_hand
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.cli.money_in.requests import BY_HAND, Payer, bill_number, in_pounds
from interfaces.files.inbound.door.entering import Entered, NextRef, enter

ONE = dt.timedelta(days=1)


class NothingToEnd(Refusal):
    """There is nothing of the sort that has not ended."""


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


def _record(desk: Desk, extract: str, row: dict[str, object], standing: store.Fact | None = None) -> Entered:
    """Tell one fact: as new, or as what has become of the one that stands."""
    seen = {standing.ref: standing.learned} if standing is not None else None
    return enter(
        desk.database, extract, [row], source=BY_HAND, correct=standing is not None, seen=seen, **by_hand(desk)
    )


def _one(standing: list[store.Fact], ref: str | None, what: str) -> store.Fact:
    found = [each for each in standing if ref in (None, each.ref)]
    if not found:
        raise NothingToEnd(f"There is no {what} that has not ended.", "Look at it with: outturn debt list PAYER")
    if len(found) > 1:
        raise NothingToEnd(
            f"There is more than one {what}.", f"Say which with --ref: {', '.join(each.ref for each in found)}."
        )
    return found[0]


# Disputes -------------------------------------------------------------------------------------------------------------


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
    nr = bill_number(bill)
    with desk.database.read() as connection:
        billed = store.bill_of(connection, nr)
        if billed is None:
            raise Refusal(f"No bill {number_of(nr)} was issued.", "Check the number on the bill.")
        payer_ref = store.ref_of(connection, billed.party)
        standing = store.open_fact(connection, t.dispute, desk.on, bill=nr)
    told: dict[str, object] = {"payer_ref": payer_ref, "bill": number_of(nr)}
    if last_day is not None:
        done, words = _end_dispute(desk, told, _one(standing, ref, f"dispute of {number_of(nr)}"), last_day)
    else:
        if not reason:
            raise typer.BadParameter("Say why it is disputed: --reason TEXT; or end the dispute: --last-day DATE.")
        given = in_pounds(amount) if amount else None
        if given and read_pence(given) > billed.amount:
            raise Refusal(
                f"{number_of(nr)} is {sterling(billed.amount)}, less than {sterling(read_pence(given))}.",
                "Give no more than it is.",
            )
        row = {
            **told,
            "dispute_ref": ref or NextRef(f"DIS-{number_of(nr)}-", None),
            "amount": given,
            "reason": reason,
            "entered_by": desk.by,
            "start_date": first_day or desk.on,
        }
        done = _record(desk, "disputes", row)
        what = f"{sterling(read_pence(given))} of {number_of(nr)}" if given else f"All of {number_of(nr)}"
        words = f"{what} is disputed from {spoken(first_day or desk.on)}: it waits, and the rest is asked for."
    desk.answer({"dispute": done.refs[0], "bill": number_of(nr), "payer": payer_ref, "change": done.change}, words)


def _end_dispute(desk: Desk, told: dict[str, object], row: store.Fact, last_day: dt.date) -> tuple[Entered, str]:
    ended = {
        **told,
        "dispute_ref": row.ref,
        "amount": pounds(row.amount) if row.amount else None,
        "reason": row.reason,
        "entered_by": row.entered_by,
        "start_date": row.starts,
        "end_date": last_day,
    }
    return _record(desk, "disputes", ended, row), f"The dispute of {told['bill']} ends on {spoken(last_day)}."


# Plans ----------------------------------------------------------------------------------------------------------------


HowMuch = Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help="One instalment.")]
HowOften = Annotated[str, typer.Option("--every", metavar="HOW OFTEN", help=f"How often: {', '.join(Every)}.")]
First = Annotated[
    dt.date | None, typer.Option("--first", parser=read_day, metavar="DATE", help="The day of the first instalment.")
]
BillsFrom = Annotated[
    dt.date | None,
    typer.Option(
        "--bills-from",
        parser=read_day,
        metavar="DATE",
        help="It covers bills issued on this day or after; the oldest, when not given.",
    ),
]
BillsTo = Annotated[
    dt.date | None,
    typer.Option(
        "--bills-to",
        parser=read_day,
        metavar="DATE",
        help="And up to and including this day; the newest, when not given.",
    ),
]
ByDirectDebit = Annotated[bool, typer.Option("--direct-debit", help="Instalments are collected by direct debit.")]
OnlyShown = Annotated[bool, typer.Option("--preview", help="Only show the instalments; record nothing.")]


def plan(
    desk: Desk,
    payer: Payer,
    amount: HowMuch = None,
    every: HowOften = Every.MONTHLY,
    first: First = None,
    bills_from: BillsFrom = None,
    bills_to: BillsTo = None,
    direct_debit: ByDirectDebit = False,
    last_day: LastDay = None,
    preview: OnlyShown = False,
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
    pence = read_pence(in_pounds(amount))
    covered = jobs.plan_terms(desk.database, who.nr, bills_from, bills_to + ONE if bills_to else None, on=desk.on)
    agreed = jobs.plan_over(desk.database, who, covered, ref, first, Every(every), pence, direct_debit, on=desk.on)
    change = None
    if not preview:
        row = {**_plan_row(agreed, who), "plan_ref": ref or NextRef(f"IP-{who.ref}-", None), "agreed_by": desk.by}
        done = _record(desk, "instalment_plans", row)
        agreed, change = replace(agreed, ref=done.refs[0]), done.change
    made = agreed.schedule()
    desk.answer(
        {
            "plan": agreed.ref,
            "payer": who.ref,
            "preview": preview,
            "debt_pence": covered.debt,
            "change": change,
            "bills": [number_of(each) for each in covered.bills],
            "left_out": [{"bill": number_of(bill), "disputed_pence": pence} for bill, pence in covered.left_out],
            "instalments": [{"instalment": each.number, "due": each.due, "amount_pence": each.amount} for each in made],
        },
        *_plan_shown(agreed, who, covered, made, preview),
    )


def _plan_row(agreed: Plan, who: jobs.Payer) -> dict[str, object]:
    """A plan's terms, as the door takes them."""
    return {
        "plan_ref": agreed.ref,
        "payer_ref": who.ref,
        "first_payment_date": agreed.first_payment,
        "every": str(agreed.every),
        "amount": pounds(agreed.amount),
        "debt": pounds(agreed.debt),
        "bills_from_date": agreed.bills_from,
        "bills_to_date": agreed.bills_until - ONE,
        "direct_debit": "yes" if agreed.direct_debit else "no",
        "start_date": agreed.starts,
    }


def _plan_shown(
    agreed: Plan, who: jobs.Payer, covered: jobs.Covered, made: Sequence[Instalment], preview: bool
) -> list[RenderableType | None]:
    bills = f"{printing.several(len(covered.bills), 'bill')} ({', '.join(map(number_of, covered.bills))})"
    how = "by direct debit" if agreed.direct_debit else "paid by the payer"
    disputed = ", ".join(f"{sterling(pence)} of {number_of(bill)}" for bill, pence in covered.left_out)
    whose = f"Plan {agreed.ref} of {printing.named(who.name, who.ref)}"
    return [
        f"{whose}: {sterling(covered.debt)} of {bills}, {how}{', not recorded' if preview else ''}.",
        f"Disputed, so not in the plan: {disputed}. Once it is settled, agree about it apart." if disputed else None,
        printing.table(
            ("Instalment", "Due", "Amount"),
            [(str(each.number), printing.day(each.due), printing.amount(each.amount)) for each in made],
            right=("Instalment", "Amount"),
        ),
    ]


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


# Breathing spaces -----------------------------------------------------------------------------------------------------


Notice = Annotated[
    str | None, typer.Option("--notice", metavar="REF", help="The reference of the notice that told us.")
]
Crisis = Annotated[bool, typer.Option("--crisis", help="A mental health crisis breathing space.")]
TreatmentEnded = Annotated[
    dt.date | None,
    typer.Option(
        "--treatment-ended",
        parser=read_day,
        metavar="DATE",
        help="The last day of crisis treatment: it lasts 30 days more.",
    ),
]


def breathing_space(
    desk: Desk,
    payer: Payer,
    notice: Notice = None,
    crisis: Crisis = False,
    first_day: FirstDay = None,
    treatment_ended: TreatmentEnded = None,
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
        kind = BreathingSpaceKind.MENTAL_HEALTH if crisis else BreathingSpaceKind.STANDARD
        starts = first_day or desk.on
        held = None
        row = {"space_ref": ref or NextRef(f"BS-{who.ref}-", None), "kind": str(kind), "notice": notice}
    elif treatment_ended or last_day:
        held = _one(standing, ref, f"breathing space of {who.ref}")
        kind, starts = BreathingSpaceKind(held.kind), held.starts
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
