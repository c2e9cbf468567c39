"""What waits for somebody to look: rows that change because of an age, partners not known, charges set for everybody
at once."""

from typing import Annotated

import typer

from billing.assessments.caseload import jobs as caseload_jobs
from billing.assessments.caseload import views_jobs as views
from billing.assessments.caseload.views_jobs import Ages, NotLookedAt, ages_of_month
from finance.days import spoken
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk

SHOWN = 20  # charges listed on the screen; JSON lists them all


def ages(desk: Desk) -> None:
    """List whose weekly allowance changes in the month of --on because they, or their partner, reach an age.

    Example: outturn assess ages --on 2026-12-01
    """
    found = ages_of_month(desk.database, desk.on)
    month = f"{found.first:%B %Y}"
    changes = [(spoken(each.day), str(each.who), each.why) for each in found.changes]
    unknown = [
        (str(each.who), "yes: no new assessment until it is known" if each.turns else "not yet")
        for each in found.unknown
    ]
    desk.answer(
        _ages_json(found),
        printing.table(("Day", "Person", "Why"), changes, title=f"Whose weekly allowance changes in {month}")
        if changes
        else f"Nobody’s weekly allowance changes in {month} because of an age.",
        printing.table(
            ("Person", "Does the charge turn on it?"),
            unknown,
            title="\nCouples of whom the partner’s date of birth is not known",
        )
        if unknown
        else None,
    )


def _ages_json(found: Ages) -> dict[str, object]:
    return {
        "month": f"{found.first:%Y-%m}",
        "changes": [
            {"person": each.who.ref, "name": each.who.name, "day": each.day, "why": each.why} for each in found.changes
        ],
        "partner_not_known": [
            {"person": each.who.ref, "name": each.who.name, "charge_turns_on_it": each.turns} for each in found.unknown
        ],
    }


def not_looked_at(desk: Desk) -> None:
    """List charges set or raised for everybody at once that nobody has looked at, and say which are billed.

    Example: outturn assess not-looked-at --on 2026-04-20
    """
    found = views.not_looked_at(desk.database, desk.on)
    rows = [
        (
            str(each.who),
            spoken(each.starts),
            "not assessed" if each.was is None else sterling(each.was),
            sterling(each.charge),
            "yes" if each.billed else "",
        )
        for each in found[:SHOWN]
    ]
    desk.answer(
        {"charges": [_charge_json(each) for each in found]},
        printing.table(
            ("Person", "From", "Was a week", "Now a week", "Billed already"),
            rows,
            right=("Was a week", "Now a week"),
            title=f"{len(found):,} new or raised charges nobody has looked at",
        )
        if rows
        else "Somebody has looked at every new or raised charge.",
        printing.note("Next: outturn assess looked-at PERSON, once you have looked at what the charge rests on.")
        if rows
        else None,
    )


def _charge_json(each: NotLookedAt) -> dict[str, object]:
    return {
        "person": each.who.ref,
        "name": each.who.name,
        "first_day": each.starts,
        "charge_pence": each.charge,
        "was_pence": each.was,
        "change": each.change,
        "billed": each.billed,
    }


def looked_at(
    desk: Desk, people: Annotated[list[str], typer.Argument(metavar="PERSON…", help="Whose charge you looked at.")]
) -> None:
    """Record that you looked at what people are charged --on a day, which everybody's assessment set or raised.

    Example: outturn assess looked-at P000123 --on 2026-04-20 --as "first officer"
    """
    done = caseload_jobs.look(desk.database, people, desk.on, by=desk.may("enter means", "look at charges"), at=desk.at)
    left = [each for each in people if each not in done]
    desk.answer(
        {"looked_at": done, "nothing_to_look_at": left, "by": desk.by},
        f"{desk.by} looked at the charge of {', '.join(done)}." if done else None,
        f"Nothing waits to be looked at for {', '.join(left)}." if left else None,
    )
