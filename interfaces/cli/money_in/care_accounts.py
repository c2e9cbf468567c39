"""Care accounts: brought up to date, one shown, a statement given, and who is near the cap."""

import datetime as dt
import json
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from billing.care_accounts import jobs
from billing.care_accounts.approaching_cap import Near
from billing.care_accounts.statements import Given
from billing.care_accounts.views_jobs import WHOLE, CareAccount, care_account
from finance.days import spoken
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, read_day, verb

PANEL = "Care accounts"
HELP = "Care accounts: what counts towards the cap on care costs. Off until the council switches them on."
Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person’s reference.")]
ONE = dt.timedelta(days=1)


def add_to(app: typer.Typer) -> None:
    """Add the group ``care-account``."""
    group = typer.Typer(no_args_is_help=True, help=HELP)
    for name, work in (("meter", meter_accounts), ("show", show), ("statement", give), ("near", near)):
        verb(group, name)(work)
    app.add_typer(group, name="care-account", rich_help_panel=PANEL)


def meter_accounts(
    desk: Desk,
    last_day: Annotated[
        dt.date | None,
        typer.Option(
            "--last-day",
            parser=read_day,
            metavar="DATE",
            help="The last day to work out. The day before, when not given.",
        ),
    ] = None,
) -> None:
    """Bring every account up to a day: take in what was charged, record each week over, put right what changed.

    Run again it adds nothing. Weeks already recorded are never changed: they are reversed, and put right beside.

    Example: outturn care-account meter --last-day 2028-10-29 --as "first officer"
    """
    up_to = last_day + ONE if last_day else desk.on
    terms = desk.council.care_account
    with desk.progress() as say:
        done = jobs.meter(
            desk.database, up_to, terms, by=desk.may("enter accounts", "meter care accounts"), at=desk.at, progress=say
        )
    last = up_to - ONE
    sentence = (
        f"Care accounts are metered to {spoken(last)}: {printing.several(done.people, 'account')} worked out, "
        f"{printing.several(done.lines, 'line')} recorded"
        if done.change
        else f"Nothing new: care accounts stand as they were, metered to {spoken(last)}"
    )
    more = f", {done.reversals:,} of them reversals" if done.reversals else ""
    reached = f" {printing.several(done.reached, 'more account')} reached the cap." if done.reached else ""
    desk.failed = bool(done.problems)
    desk.answer(
        {
            "change": done.change,
            "last_day": last,
            "runs_taken_in": done.runs,
            "accounts": done.people,
            "lines": done.lines,
            "reversals": done.reversals,
            "newly_reached": done.reached,
            "problems": [printing.problem(each) for each in done.problems],
        },
        f"{sentence}{more}.{reached}",
        printing.table(
            ("Left as it was", "Why", "What to do"),
            [(each.where, each.what, each.what_to_do) for each in done.problems],
        )
        if done.problems
        else None,
    )


def show(
    desk: Desk,
    person: Person,
    known: Annotated[
        int | None, typer.Option("--known", min=1, metavar="CHANGE", help="As it was known at a change.")
    ] = None,
    weeks: Annotated[
        int, typer.Option("--weeks", min=0, metavar="N", help="How many of the latest lines to show.")
    ] = 13,
) -> None:
    """Show a person's account: where it stands, what it rests on, each line and its reversals, the statements given.

    Example: outturn care-account show P000123
    """
    found = care_account(desk.database, person, known)
    desk.answer(_account_json(found), *_account_shown(found, weeks))


def _account_json(found: CareAccount) -> dict[str, object]:
    handed = found.handed_over
    return {
        "person": found.ref,
        "name": found.name,
        "metered_to": found.metered_to - ONE,
        "total_pence": found.total,
        "cap_pence": found.cap,
        "share_percent": _percent(found.share),
        "weekly_pence": found.weekly,
        "reached": found.reached,
        "projected": found.projected,
        "closed": found.closed,
        "to_hand_over": handed and {"first_day": handed.on, "accrued_pence": handed.accrued, "cap_pence": handed.cap},
        "lines": [
            {
                "kind": each.kind,
                "first_day": each.starts,
                "last_day": each.ends - ONE,
                "pence": each.pence,
                "reversal": each.reversal,
                "cause": each.cause,
                "change": each.change,
                "recorded": each.recorded,
                "by": each.by,
            }
            for each in found.lines
        ],
        "statements": found.statements,
    }


def _account_shown(found: CareAccount, weeks: int) -> list[RenderableType | None]:
    handed = found.handed_over
    handed_over = f"{sterling(handed.accrued)} against a cap of {sterling(handed.cap)}" if handed else None
    lines = [
        (
            printing.short_span(each.starts, each.ends),
            f"{each.kind}, reversed" if each.reversal else each.kind,
            printing.amount(each.pence),
            each.cause,
            spoken(each.recorded.date()),
            each.by,
        )
        for each in found.lines[max(len(found.lines) - weeks, 0) :]
    ]
    title = f"\nThe latest of {printing.several(len(found.lines), 'line')}"
    return [
        printing.heading(printing.named(found.name, found.ref)),
        printing.bar(min(found.share, WHOLE), WHOLE),
        printing.pairs(
            [
                ("Counted so far", f"{sterling(found.total)} of {sterling(found.cap)}, {_percent(found.share)}%"),
                ("Metered to", spoken(found.metered_to - ONE)),
                ("A week", None if found.reached else sterling(found.weekly)),
                ("Cap reached", printing.day(found.reached)),
                ("Cap may be reached", None if found.reached else printing.day(found.projected)),
                ("Another council's from", printing.day(found.closed)),
                ("To hand over", handed_over),
                ("Statements given", ", ".join(map(spoken, found.statements))),
            ]
        ),
        printing.table(("Days", "", "Amount", "Why", "Recorded", "By"), lines, right=("Amount",), title=title)
        if lines
        else None,
    ]


def give(desk: Desk, person: Person) -> None:
    """Give a person's statement for a day (--on), of what was recorded since their last. Asked again, it says the same.

    Example: outturn care-account statement P000123 --on 2029-10-01 --as "first officer"
    """
    made = jobs.give_statement(
        desk.database, person, desk.on, by=desk.may("enter accounts", "give statements"), at=desk.at
    )
    desk.answer(statement_json(made), *statement_words(made))


def statement_json(made: Given) -> dict[str, object]:
    """A statement for machines."""
    told = made.as_json()
    told["share_percent"] = _percent(made.share)
    told.pop("share")
    return {**json.loads(json.dumps(told)), "given_before": made.again}


def statement_words(made: Given) -> list[RenderableType]:
    """A statement for people."""
    since = f" since {spoken(made.since)}" if made.since else ""
    if made.reached:
        ahead = (
            f"The cap was reached on {spoken(made.reached)}. From that day you pay daily living costs in a care "
            f"home, and nothing elsewhere."
        )
    elif made.indicative:
        ahead = (
            f"If care goes on as on {spoken(made.metered_to - ONE)}, the cap may be reached on "
            f"{spoken(made.indicative)}."
        )
    else:
        ahead = "The cap is not likely to be reached within 18 months."
    return [
        printing.heading(f"Care account of {printing.named(made.name, made.person)} on {spoken(made.on)}"),
        printing.sums(
            [
                (f"Counted up to {spoken(made.since)}" if made.since else "Counted before", made.opening_pence),
                (f"Counted{since}", made.metered_pence),
                ("Adjustment to keep the share of the cap", made.adjustments_pence),
                ("Brought in from another council", made.brought_in_pence),
                ("Corrections of earlier weeks", made.corrections_pence),
                ("Counted in all", made.closing_pence),
                ("The cap", made.cap_pence),
            ]
        ),
        f"{_percent(made.share)}% of the cap has been reached. {sterling(made.weekly_pence)} counts each week.",
        (
            f"Daily living costs of {sterling(made.living_weekly_pence)} a week in a care home do not count; they came "
            f"to {sterling(made.living_pence)}{since}."
        ),
        ahead,
        f"The next statement is due by {spoken(made.next_due)}.",
        printing.note("Given before; shown as it was.") if made.again else "",
    ]


def near(
    desk: Desk,
    share: Annotated[
        int, typer.Option("--share", min=0, max=100, metavar="PERCENT", help="At least this much of the cap.")
    ] = 80,
    months: Annotated[
        int, typer.Option("--months", min=0, max=600, metavar="N", help="Or likely to reach it within so many months.")
    ] = 18,
    limit: Limit = 50,
) -> None:
    """List accounts past the cap or near it, with the day it was or may be reached: those who reached it first.

    Example: outturn care-account near --share 75 --months 12
    """
    found, names, up_to = jobs.near_the_cap(desk.database, desk.on, share=share * 100, months=months)
    desk.answer(
        {"metered_to": up_to - ONE, "accounts": [_near_json(each, names) for each in found]},
        printing.table(
            ("Person", "Counted", "Cap", "Share", "", "A week", "Reached, or may be"),
            [
                (
                    printing.named(*reversed(names[each.person])),
                    sterling(each.total),
                    sterling(each.cap),
                    f"{_percent(each.share)}%",
                    printing.bar(min(each.share, WHOLE), WHOLE),
                    sterling(each.weekly) if not each.reached else "",
                    _when(each),
                )
                for each in found[:limit]
            ],
            right=("Counted", "Cap", "Share", "A week"),
            title=f"Care accounts near the cap, metered to {spoken(up_to - ONE)}",
        )
        if found
        else "Nobody is near the cap.",
        printing.note(f"{len(found) - limit:,} more: ask with --limit.") if len(found) > limit else None,
    )


def _near_json(each: Near, names: dict[int, tuple[str, str]]) -> dict[str, Any]:
    ref, name = names[each.person]
    return {
        "person": ref,
        "name": name,
        "total_pence": each.total,
        "cap_pence": each.cap,
        "share_percent": _percent(each.share),
        "weekly_pence": each.weekly,
        "metered_to": each.metered_to - ONE,
        "reached": each.reached,
        "projected": None if each.reached else each.day,
    }


def _when(each: Near) -> str:
    if each.reached:
        return f"reached {spoken(each.reached)}"
    return spoken(each.day) if each.day else "not at this pace"


def _percent(share: int) -> str:
    """Hundredths of a per cent as people write them, cut off, so that no one is told they reached it who did not."""
    return f"{share // 100}.{share % 100 // 10}"
