"""Everybody at once: an uprating previewed, approved, applied or undone; and what would be if policy or figures
were other.
"""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from billing.assessments.caseload import jobs as caseload_jobs
from billing.assessments.uprating import jobs as uprating_jobs
from billing.assessments.uprating import views_jobs as views
from finance.days import Span, spoken
from finance.money import sterling
from interfaces.cli.assessments.policy import TriedPolicy, policy_of
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day
from interfaces.council import council_on
from interfaces.documents.assessments import effect
from interfaces.documents.assessments.pages import effect_page
from interfaces.documents.assessments.workbook import workbook
from interfaces.files.outbound.leaving import leave

SHOWN = 20  # people listed on the screen; the workbook lists them all

UpratingNumber = Annotated[int, typer.Argument(metavar="UPRATING", min=1, help="The uprating’s number.")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", dir_okay=False, help="Also write a workbook.")]
Page = Annotated[
    Path | None, typer.Option("--page", metavar="FILE", dir_okay=False, help="Also write a page with charts.")
]


def preview(
    desk: Desk,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it: “April 2027”.")],
    first_day: Annotated[
        dt.date, typer.Option("--first-day", parser=read_day, metavar="DATE", help="First day the new figures apply.")
    ],
    last_day: Annotated[
        dt.date | None,
        typer.Option(
            "--last-day",
            parser=read_day,
            metavar="DATE",
            help="Last day to look at for further changes: 30 days on, when not given.",
        ),
    ] = None,
    xlsx: Xlsx = None,
    page: Page = None,
) -> None:
    """Work out everybody for new figures, and show who changes, who does not and why. Nothing is applied.

    Example: outturn assess uprate preview "April 2027" --first-day 2027-04-01 --xlsx preview.xlsx --as "first officer"
    """
    end = (last_day or first_day + dt.timedelta(days=29)) + dt.timedelta(days=1)
    with desk.database.read() as connection:
        policy = council_on(connection, first_day).assessment
    made = uprating_jobs.preview(
        desk.database, name, Span(first_day, end), policy, by=desk.may("enter means", "prepare an uprating"), at=desk.at
    )
    tell_effect(
        desk,
        views.with_policy(views.of_preview(desk.database, made), policy, first_day),
        xlsx,
        page,
        {"uprating": made.nr, "signature": made.signature, "status": made.status},
    )
    if not desk.json:
        desk.out.print(f"\nUprating {made.nr} is previewed. Somebody other than {made.prepared_by} approves it.")


def show(desk: Desk, nr: UpratingNumber, xlsx: Xlsx = None, page: Page = None) -> None:
    """Show an uprating as it was previewed.

    Example: outturn assess uprate show 3 --page preview.html
    """
    made = uprating_jobs.read_preview(desk.database, nr)
    tell_effect(
        desk,
        views.of_preview(desk.database, made),
        xlsx,
        page,
        {"uprating": nr, "signature": made.signature, "status": made.status},
    )


def list_all(desk: Desk) -> None:
    """List upratings, the latest first.

    Example: outturn assess uprate list
    """
    found = views.upratings(desk.database)
    rows = [
        (
            str(each.nr),
            each.name,
            spoken(each.starts),
            each.status,
            each.prepared_by,
            each.approved_by or "",
            f"{each.people:,}",
            f"{each.changed:,}",
            effect.signed(each.difference),
        )
        for each in found
    ]
    columns = ("Nr", "Name", "From", "Status", "Prepared by", "Approved by", "People", "Changed", "A week")
    desk.answer(
        {"upratings": [_uprating_json(each) for each in found]},
        printing.table(columns, rows, right=("Nr", "People", "Changed", "A week")) if rows else "There is no uprating.",
    )


def _uprating_json(each: views.UpratingShown) -> dict[str, object]:
    return {
        "nr": each.nr,
        "name": each.name,
        "first_day": each.starts,
        "status": each.status,
        "prepared_by": each.prepared_by,
        "approved_by": each.approved_by,
        "people": each.people,
        "changed": each.changed,
        "before_pence": each.before,
        "after_pence": each.after,
    }


def approve(desk: Desk, nr: UpratingNumber) -> None:
    """Sign a preview as the second person, a confirmed officer: exactly those results, and no others.

    Example: outturn assess uprate approve 3 --as "second officer"
    """
    signature = uprating_jobs.approve(desk.database, nr, by=desk.by, at=desk.at)
    desk.answer(
        {"uprating": nr, "approved_by": desk.by, "signature": signature}, f"Uprating {nr} approved by {desk.by}."
    )


def apply(desk: Desk, nr: UpratingNumber) -> None:
    """Store what was signed. Stopped half-way it can be run again; run twice it changes nothing more.

    Example: outturn assess uprate apply 3 --as "second officer"
    """
    done = uprating_jobs.apply(desk.database, nr, by=desk.may("enter means", "apply an uprating"), at=desk.at)
    left = views.refs_left_out(desk.database, done)
    desk.answer(
        {"uprating": nr, "change": done.change, "stored": done.stored, "left_out": left},
        f"Uprating {nr} applied as change {done.change}: {done.stored:,} assessments stored.",
        "Left out, because their facts or assessments changed since the preview. Assess them afresh: " + ", ".join(left)
        if left
        else None,
    )


def undo(desk: Desk, nr: UpratingNumber) -> None:
    """Put back what stood before, as new assessments. Both stay visible, and what was assessed since is left alone.

    Example: outturn assess uprate undo 3 --as "first officer"
    """
    change = uprating_jobs.undo(desk.database, nr, by=desk.may("enter means", "undo an uprating"), at=desk.at)
    desk.answer({"uprating": nr, "change": change}, f"Uprating {nr} undone as change {change}.")


def abandon(desk: Desk, nr: UpratingNumber) -> None:
    """Give up a preview. Nothing of it was stored as an assessment.

    Example: outturn assess uprate abandon 3
    """
    uprating_jobs.abandon(desk.database, nr)
    desk.answer({"uprating": nr, "status": "abandoned"}, f"Uprating {nr} abandoned.")


def what_if(
    desk: Desk,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A choice of policy or a figure; may be repeated."),
    ] = None,
    other: Annotated[
        int | None,
        typer.Option(
            "--other-policy", metavar="NUMBER", min=1, help="Another version of the policy to follow, waiting or not."
        ),
    ] = None,
    policy: TriedPolicy = None,
    xlsx: Xlsx = None,
    page: Page = None,
) -> None:
    """What would happen to income and to people if policy or figures were other than they are. Nothing is stored.

    Example: outturn assess what-if --set share_of_disposable_income=90 --set minimum_charge=5.00 --on 2026-06-01
    """
    wanted = {}
    for each in changes or ():
        name, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"“{each}” is not NAME=VALUE.")
        wanted[name.strip()] = value.strip()
    chosen = policy_of(desk, policy)
    made = caseload_jobs.what_if(
        desk.database, desk.on, chosen, wanted, other_policy=None if other is None else policy_of(desk, other)
    )
    tell_effect(
        desk,
        views.with_policy(views.of_what_if(desk.database, made), chosen, made.on),
        xlsx,
        page,
        {"on": made.on, "changes": list(made.changes)},
    )


def tell_effect(desk: Desk, told: views.Effect, xlsx: Path | None, page: Path | None, more: dict[str, object]) -> None:
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
            (
                each.name,
                f"{each.people:,}",
                f"{each.more:,}",
                f"{each.less:,}",
                sterling(each.before_pence),
                sterling(each.after_pence),
                effect.signed(each.difference_pence),
            )
            for each in told.bands(kind)
        ]
        heads = ("Band", "People", "Pay more", "Pay less", "Before a week", "After a week", "Difference")
        desk.out.print(printing.table(heads, rows, right=heads[1:], title=f"\n{words}"))
    everyone = told.everyone
    movers = [
        (
            told.ref(row),
            told.name(row),
            effect.charge_words(int(everyone.was[row])),
            effect.charge_words(int(everyone.now[row])),
            effect.signed(int(everyone.difference[row])),
        )
        for row in told.summary.movers
    ]
    if movers:
        desk.out.print(
            printing.table(
                ("Person", "Name", "Was a week", "Now a week", "Difference"),
                movers,
                right=("Was a week", "Now a week", "Difference"),
                title="\nWho moves most",
            )
        )
    for title, rows_ in (("Untouched, and why", told.untouched), ("Not assessed, and why", told.not_assessed)):
        if rows_:
            listed = [(told.ref(row), told.name(row), str(everyone.why[row])) for row in rows_[:SHOWN]]
            more_ = f" ({len(rows_) - SHOWN:,} more in the workbook)" if len(rows_) > SHOWN else ""
            desk.out.print(printing.table(("Person", "Name", "Why"), listed, title=f"\n{title}{more_}"))
    _tell_kept(desk, told)


def _tell_kept(desk: Desk, told: views.Effect) -> None:
    """Incomes that stay as they are, those of the first people by name."""
    words = effect.kept_words(told)
    if words is None:
        return
    desk.out.print(printing.heading("Incomes not uprated"))
    desk.out.print(words)
    rows = [
        (
            *told.names.get(each.person, (str(each.person), "")),
            each.kind,
            sterling(each.amount),
            each.frequency,
            printing.day(each.since) or "always",
        )
        for each in told.kept[:SHOWN]
    ]
    more = f"{len(told.kept) - SHOWN:,} more in the workbook" if len(told.kept) > SHOWN else None
    desk.out.print(
        printing.table(("Person", "Name", "Income", "Amount", "Each", "Since"), rows, right=("Amount",), title=more)
    )
