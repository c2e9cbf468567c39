"""Pay calendars: who is paid when."""

import typer

from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from payruns.calendar_views_store import CalendarShown, read_calendars_shown


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    calendar = typer.Typer(no_args_is_help=True, help="Pay calendars: who is paid when.")
    verb(calendar, "list")(list_calendars)
    app.add_typer(calendar, name="calendar", rich_help_panel="Facts in")


def list_calendars(desk: Desk) -> None:
    """List pay calendars, with the period now running and its next cut-off and pay date.

    Example: outturn calendar list --on 2026-05-01
    """
    with desk.database.read() as connection:
        found = read_calendars_shown(connection, desk.on)
    rows = [
        (
            each.ref,
            each.name,
            f"{each.cycle} in {each.timing}",
            printing.day(each.cut_off),
            str(each.period),
            printing.day(each.pay_date),
        )
        for each in found
    ]
    desk.answer(
        {"calendars": [_calendar_json(each) for each in found]},
        printing.table(("Calendar", "Name", "Cycle", "Next cut-off", "For", "Paid on"), rows)
        if rows
        else "No pay calendar has been loaded.",
    )


def _calendar_json(each: CalendarShown) -> dict[str, object]:
    return {
        "ref": each.ref,
        "name": each.name,
        "cycle": each.cycle,
        "timing": each.timing,
        "go_live": each.go_live,
        "period_first_day": each.period.first,
        "period_last_day": each.period.last,
        "cut_off": each.cut_off,
        "pay_date": each.pay_date,
    }
