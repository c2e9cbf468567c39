"""What is to be looked at again: reviews due, figures set by hand, and two days of one person compared."""

import datetime as dt
from typing import Annotated

import typer
from rich.console import RenderableType

from billing.assessments import comparison as comparisons
from billing.assessments import jobs, overrides_jobs
from billing.assessments import views_jobs as views
from billing.assessments.views_jobs import DueForReview
from finance.assessment import Override
from finance.days import spoken
from finance.money import read_pence, sterling
from interfaces.cli.assessments.one_person import PersonRef
from interfaces.cli.assessments.policy import TriedPolicy, policy_of
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.documents.assessments import effect


def due_for_review(
    desk: Desk,
    within: Annotated[
        int, typer.Option("--within", min=0, metavar="DAYS", help="Also those due in so many days.")
    ] = 28,
) -> None:
    """List people whose circumstances, benefits, overrides or notional capital are to be looked at again.

    Example: outturn assess due-for-review --within 28
    """
    found = views.due_for_review(desk.database, desk.on, within)
    desk.answer(_review_json(found), *_review_shown(found))


def _review_json(found: DueForReview) -> dict[str, object]:
    return {
        "due": [
            {
                "person": each.ref,
                "name": each.name,
                "review": each.review,
                "overdue_days": each.overdue,
                "provisional": each.provisional,
            }
            for each in found.people
        ],
        "overrides": [
            {
                "ref": each.ref,
                "person": each.person,
                "of": each.of,
                "amount_pence": each.amount,
                "first_day": each.starts,
                "last_day": each.last_day,
                "expires": each.ends,
                "approved_by": each.approved_by,
                "requested_by": each.requested_by,
                "reason": each.reason,
            }
            for each in found.overrides
        ],
        "benefits_with_no_last_day": [
            {"person": each.ref, "name": each.name, "kind": each.kind, "review": each.review} for each in found.benefits
        ],
        "notional_capital_at_one_sum": [
            {
                "person": each.ref,
                "name": each.name,
                "asset": each.asset,
                "amount_pence": each.pence,
                "review": each.review,
            }
            for each in found.given_up
        ],
    }


def _review_shown(found: DueForReview) -> list[RenderableType | None]:
    due = [
        (
            spoken(each.review),
            printing.named(each.name, each.ref),
            printing.several(each.overdue, "day") if each.overdue else "",
            "provisional" if each.provisional else "",
        )
        for each in found.people
    ]
    ending = [
        (
            each.ref,
            each.person,
            each.of,
            sterling(each.amount),
            spoken(each.starts),
            spoken(each.last_day),
            each.approved_by or "waiting",
        )
        for each in found.overrides
    ]
    stopping = [
        (spoken(each.review), printing.named(each.name, each.ref), each.kind.replace("_", " "))
        for each in found.benefits
    ]
    given_up = [
        (
            spoken(each.review) if each.review else "no first day",
            printing.named(each.name, each.ref),
            each.asset,
            sterling(each.pence),
        )
        for each in found.given_up
    ]
    heads = ("Override", "Person", "Sets", "To", "First day", "Last day", "Approved by")
    return [
        printing.table(("Review by", "Person", "Overdue", ""), due, title="Due for review")
        if due
        else "Nobody is due for review.",
        printing.table(heads, ending, right=("To",), title="\nOverrides") if ending else None,
        printing.table(
            ("Review by", "Person", "Benefit"),
            stopping,
            title="\nResidents’ benefits that stop after 28 days and have no last day",
        )
        if stopping
        else None,
        printing.table(
            ("Falls from", "Person", "Asset", "Counted at"),
            given_up,
            right=("Counted at",),
            title="\nGiven up, and counted at one sum: see “outturn assess beside PERSON”",
        )
        if given_up
        else None,
    ]


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
        of=overrides_jobs.override_of(of),
        amount_pence=read_pence(amount),
        reason=reason,
        approver="",
        first=first_day or desk.on,
        end=last_day + dt.timedelta(days=1),
    )
    name = overrides_jobs.request_override(
        desk.database, person, wanted, by=desk.may("enter means", "ask for an override"), at=desk.at
    )
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
    person = overrides_jobs.approve_override(desk.database, ref, by=desk.by, at=desk.at)
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
    policy: TriedPolicy = None,
    before_policy: Annotated[
        int | None,
        typer.Option("--from-policy", metavar="NUMBER", min=1, help="The first on another version of the policy."),
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
        policy_of(desk, policy),
        before_policy=policy_of(desk, before_policy) if before_policy else None,
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
