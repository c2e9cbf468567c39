"""What waits for somebody to look: rows that change because of an age, partners not known, charges set for everybody
at once."""

from typing import Annotated

import typer
from dateutil.relativedelta import relativedelta

from billing.assessments import store
from billing.assessments.caseload import jobs as caseload_jobs
from billing.bill_store import billed_up_to
from finance.days import Span, day, spoken
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk

SHOWN = 20  # charges listed on the screen; JSON lists them all


def ages(desk: Desk) -> None:
    """List whose weekly allowance changes in the month of --on because they, or their partner, reach an age.

    Example: outturn assess ages --on 2026-12-01
    """
    first = desk.on.replace(day=1)
    span = Span(first, first + relativedelta(months=1))
    turning, unknown = caseload_jobs.rows_turning(desk.database, span)
    with desk.database.read() as connection:
        named = store.refs(connection, sorted({each.person for each in turning} | {each.person for each in unknown}))
    desk.answer(
        {
            "month": f"{first:%Y-%m}",
            "changes": [
                {"person": named[each.person][0], "name": named[each.person][1], "day": day(each.day), "why": each.why}
                for each in turning
            ],
            "partner_not_known": [
                {"person": named[each.person][0], "name": named[each.person][1], "charge_turns_on_it": each.turns}
                for each in unknown
            ],
        },
        printing.table(
            ("Day", "Person", "Why"),
            [
                (spoken(day(each.day)), printing.named(named[each.person][1], named[each.person][0]), each.why)
                for each in turning
            ],
            title=f"Whose weekly allowance changes in {first:%B %Y}",
        )
        if turning
        else f"Nobody’s weekly allowance changes in {first:%B %Y} because of an age.",
        printing.table(
            ("Person", "Does the charge turn on it?"),
            [
                (
                    printing.named(named[each.person][1], named[each.person][0]),
                    "yes: no new assessment until it is known" if each.turns else "not yet",
                )
                for each in unknown
            ],
            title="\nCouples of whom the partner’s date of birth is not known",
        )
        if unknown
        else None,
    )


def not_looked_at(desk: Desk) -> None:
    """List charges set or raised for everybody at once that nobody has looked at, and say which are billed.

    Example: outturn assess not-looked-at --on 2026-04-20
    """
    found = caseload_jobs.not_looked_at(desk.database, desk.on)
    with desk.database.read() as connection:
        named = store.refs(connection, [each.person for each in found])
        billed = billed_up_to(connection, [each.person for each in found])
    rows = [
        (named[each.person], each, each.person in billed and billed[each.person] > day(each.starts)) for each in found
    ]
    desk.answer(
        {
            "charges": [
                {
                    "person": ref,
                    "name": name,
                    "first_day": day(each.starts),
                    "charge_pence": each.charge,
                    "was_pence": each.was,
                    "change": each.learned,
                    "billed": issued,
                }
                for (ref, name), each, issued in rows
            ]
        },
        printing.table(
            ("Person", "From", "Was a week", "Now a week", "Billed already"),
            [
                (
                    printing.named(name, ref),
                    spoken(day(each.starts)),
                    "not assessed" if each.was is None else sterling(each.was),
                    sterling(each.charge),
                    "yes" if issued else "",
                )
                for (ref, name), each, issued in rows[:SHOWN]
            ],
            right=("Was a week", "Now a week"),
            title=f"{len(rows):,} new or raised charges nobody has looked at",
        )
        if rows
        else "Somebody has looked at every new or raised charge.",
        printing.note("Next: outturn assess looked-at PERSON, once you have looked at what the charge rests on.")
        if rows
        else None,
    )


def looked_at(
    desk: Desk, people: Annotated[list[str], typer.Argument(metavar="PERSON…", help="Whose charge you looked at.")]
) -> None:
    """Record that you looked at what people are charged --on a day, which everybody's assessment set or raised.

    Example: outturn assess looked-at P000123 --on 2026-04-20 --as "first officer"
    """
    done = caseload_jobs.look(desk.database, people, desk.on, by=desk.by, at=desk.at)
    left = [each for each in people if each not in done]
    desk.answer(
        {"looked_at": done, "nothing_to_look_at": left, "by": desk.by},
        f"{desk.by} looked at the charge of {', '.join(done)}." if done else None,
        f"Nothing waits to be looked at for {', '.join(left)}." if left else None,
    )
