"""Overpayments: who was paid too much, who looks after it, and how it comes back."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType

from finance.money import read_pence, sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from ledgers.coding.store import load_current
from ledgers.debt_jobs import record_debt
from ledgers.overpayments.cases import Overpayment, OwingStep, in_words
from ledgers.overpayments.jobs import give_owner, set_recovery
from payruns.overpayment_views_jobs import OverpaymentShown, read_overpayment, read_overpayments

CaseNumber = Annotated[int, typer.Argument(metavar="CASE", min=1, help="Its number: outturn overpayments list.")]
Owner = Annotated[str, typer.Argument(metavar="OFFICER", help="On the list of officers.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why: it is kept with the case.")]


def add_to(app: typer.Typer) -> None:
    """Add the group of verbs."""
    cases = typer.Typer(no_args_is_help=True, help="Payees paid too much: a case each, until it is back.")
    for name, work in (("list", list_cases), ("show", show), ("own", own), ("recover", recover), ("invoice", invoice)):
        verb(cases, name)(work)
    app.add_typer(cases, name="overpayments", rich_help_panel="Pay runs")


def list_cases(
    desk: Desk, every: Annotated[bool, typer.Option("--every", help="Those that have ended too.")] = False
) -> None:
    """List who was paid too much and still owes it: how much, since which run, who looks after it, how it comes back.

    Example: outturn overpayments list --on 2026-07-01
    """
    found = read_overpayments(desk.database, every=every)
    rows = [
        (
            str(each.case.nr),
            str(each.payee),
            printing.amount(each.case.pence + each.case.added),
            printing.amount(each.case.taken_off),
            printing.amount(each.case.to_debtors),
            printing.amount(each.case.owing),
            str(each.case.run),
            f"{each.case.days(desk.on):,}",
            each.case.owner or "nobody",
            in_words(each.case.recovery),
        )
        for each in found
    ]
    columns = ("Case", "Payee", "Paid too much", "Taken off", "To debtors", "Still owed", "Run", "Days")
    table = printing.table((*columns, "Owner", "How"), rows, right=("Case", *columns[2:]))
    desk.answer(
        {"on": desk.on, "overpayments": [_json(desk, each) for each in found]},
        table if rows else "Nobody owes anything.",
    )


def show(desk: Desk, case: CaseNumber) -> None:
    """Show one overpayment: what took money back and why, what each run took off since, and what was decided.

    Example: outturn overpayments show 1
    """
    found = read_overpayment(desk.database, case)
    of = found.case
    left = f"{sterling(of.pence)} after run {of.run}; {sterling(of.owing)} still owed."
    desk.answer(
        {**_json(desk, found), **_what_came_json(found)},
        f"Overpayment {of.nr}: {found.payee}, {left}",
        f"Looked after by {of.owner or 'nobody'}; {in_words(of.recovery)}.",
        *_what_came_shown(found),
    )


def _what_came_shown(found: OverpaymentShown) -> list[RenderableType]:
    taken = [
        (
            str(run),
            str(each.about or each.number),
            printing.short_span(each.starts, each.ends),
            printing.amount(each.amount),
            each.why,
        )
        for run, lines in found.lines.items()
        for each in lines
    ]
    steps: list[Sequence[RenderableType]] = [
        (str(each.run), printing.day(each.pay_date), *map(printing.amount, _sums(each))) for each in found.case.steps
    ]
    acts = [
        (printing.moment(each.at), each.by, f"given to {each.owner}" if each.owner else in_words(each), each.reason)
        for each in found.case.acts
    ]
    columns = ("Run", "Paid on", "Owed before", "Due", "Paid", "Taken off", "To debtors", "Owed after")
    lines = printing.table(("Run", "Line", "For", "Taken back", "Why"), taken, right=("Run", "Taken back"))
    decided = printing.table(("When (UTC)", "By", "Decided", "Why"), acts)
    return [*([lines] if taken else []), printing.table(columns, steps, right=columns), *([decided] if acts else [])]


def _sums(step: OwingStep) -> tuple[int, ...]:
    return (step.owed_before, step.due, step.paid, step.taken_off, step.to_debtors, step.owed_after)


def _what_came_json(found: OverpaymentShown) -> dict[str, object]:
    return {
        "lines": [
            {
                "run": run,
                "line": each.about.ref if each.about else None,
                "kind": each.kind,
                "first_day": each.starts,
                "end": each.ends,
                "amount_pence": each.amount,
                "why": each.why,
            }
            for run, lines in found.lines.items()
            for each in lines
        ],
        "runs": [
            {
                "run": each.run,
                "pay_date": each.pay_date,
                "owed_before_pence": each.owed_before,
                "due_pence": each.due,
                "paid_pence": each.paid,
                "taken_off_pence": each.taken_off,
                "to_debtors_pence": each.to_debtors,
                "owed_after_pence": each.owed_after,
            }
            for each in found.case.steps
        ],
        "decided": [
            {"at": each.at, "by": each.by, "owner": each.owner, "how": in_words(each), "reason": each.reason}
            for each in found.case.acts
        ],
    }


def _json(desk: Desk, found: OverpaymentShown) -> dict[str, object]:
    of = found.case
    how = of.recovery
    return {
        "case": of.nr,
        "payee": found.payee.ref,
        "name": found.payee.name,
        "calendar": of.calendar_name,
        "run": of.run,
        "since": of.pay_date,
        "days": of.days(desk.on),
        "opened_pence": of.pence,
        "added_pence": of.added,
        "taken_off_pence": of.taken_off,
        "to_debtors_pence": of.to_debtors,
        "owing_pence": of.owing,
        "owner": of.owner,
        "most_pence": how.most_pence if how else None,
        "most_percent": how.most_percent if how else None,
    }


def own(desk: Desk, case: CaseNumber, owner: Owner, reason: Why = "") -> None:
    """Give an overpayment to an officer, who sees that it comes back.

    Example: outturn overpayments own 1 "first officer" --as "second officer"
    """
    done = give_owner(desk.database, case, owner, reason=reason, by=desk.by, at=desk.at)
    desk.answer({"case": done.nr, "owner": done.owner}, f"{done.owner} looks after overpayment {done.nr}.")


def recover(
    desk: Desk,
    case: CaseNumber,
    reason: Why,
    at_most: Annotated[
        str | None, typer.Option("--at-most", metavar="AMOUNT", help="Taken off a run; 0: nothing.")
    ] = None,
    percent: Annotated[
        int | None, typer.Option("--percent", metavar="N", min=0, max=100, help="Taken off of what is due in a run.")
    ] = None,
) -> None:
    """Say how much each run takes off for an overpayment: a sum, a part of what is due; all of it when neither is said.

    It holds for runs submitted from now on. With --at-most 0 nothing is taken off: invoice it.

    Example: outturn overpayments recover 1 --at-most 250 --reason "Agreed with the home" --as "second officer"
    """
    pence = read_pence(at_most) if at_most is not None else None
    if pence is not None and pence < 0:
        raise typer.BadParameter("A run takes off nothing or more. Write it as 250 or 250.00.")
    done = set_recovery(desk.database, case, pence=pence, percent=percent, reason=reason, by=desk.by, at=desk.at)
    desk.answer(_decided_json(done), f"Overpayment {done.nr}, {sterling(done.owing)}: {in_words(done.recovery)}.")


def _decided_json(done: Overpayment) -> dict[str, object]:
    how = done.recovery
    assert how is not None
    return {"case": done.nr, "most_pence": how.most_pence, "most_percent": how.most_percent, "how": in_words(how)}


def invoice(desk: Desk, case: CaseNumber) -> None:
    """Turn what is left of an overpayment into a debt, which corporate finance invoices: later runs take nothing off.

    Example: outturn overpayments invoice 1 --as "second officer"
    """
    by = desk.by
    found = read_overpayment(desk.database, case)
    with desk.database.begin() as connection:
        coding = load_current(connection)
    last = found.case.steps[-1].run
    owed = record_debt(desk.database, last, found.case.party, coding, by=by, at=desk.at)
    desk.answer(
        {"case": case, "run": last, "payee": found.payee.ref, "debt_pence": owed, "by": by},
        f"{sterling(owed)} owed by {found.payee} is now a debt to be invoiced: outturn payrun files {last}",
    )
