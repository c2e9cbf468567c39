"""What must hold within a row of one extract and of no other, each by the extract's name. Pure: columns in,
faults out.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from billing.debt.breathing_spaces import BreathingSpaceKind as Breathing
from interfaces.files.inbound.readers.faults import Columns, Mask, mask, short
from interfaces.files.inbound.readers.reading import Text

Check = Callable[[Text, Columns, Mask], None]
_AGAIN = "Correct it in the case system and send the file again."
_MOST = 600  # instalments: fifty years of months is a mistake


def say(text: Text, rows: Mask, column: str, what: str, what_to_do: str = _AGAIN) -> None:
    """A fault of a column in some rows, each with what it holds there put into ``what``."""
    places = np.flatnonzero(rows)
    given = short(text.columns[column].take(pa.array(places)).to_pylist()) if len(places) else []
    text.faults.add(places, column, what, what_to_do, given)


def _people(text: Text, values: Columns, live: Mask) -> None:
    wrong = mask(pc.less(values["date_of_death"], values["date_of_birth"])) & live
    say(text, wrong, "date_of_death", "date of death {} is before the date of birth.")


def _rates(text: Text, values: Columns, live: Mask) -> None:
    for first, last, said in (("minutes_from", "minutes_to", "minutes to"), ("age_from", "age_to", "age to")):
        wrong = mask(pc.less_equal(values[last], values[first])) & live
        say(text, wrong, last, f"{said} {{}} is below {first.replace('_', ' ')}.")


def _service_lines(text: Text, values: Columns, live: Mask) -> None:
    whole = pc.is_in(values["unit"], pa.array(["week", "4 weeks", "calendar month", "one-off"]))
    wrong = mask(whole) & mask(pc.greater(values["days"], 0)) & live
    what_to_do = "Leave days empty, or give the unit of one day's care."
    say(text, wrong, "days", "days {} cannot be planned for care bought in a unit longer than a day.", what_to_do)


def _percent_or_weekly(text: Text, values: Columns, live: Mask) -> None:
    percent, weekly = (mask(text.columns[name].is_valid()) for name in ("percent", "weekly_amount"))
    what_to_do = "Give one of percent and weekly amount, and leave the other empty."
    text.faults.add(percent & weekly & live, "percent", "has both a percentage and a weekly amount.", what_to_do)
    text.faults.add(~percent & ~weekly & live, "percent", "has no percentage and no weekly amount.", what_to_do)


def _plans(given: Text, values: Columns, live: Mask) -> None:
    before = mask(pc.less_equal(values["bills_to_date"], values["bills_from_date"])) & live
    given.faults.add(before, "bills_to_date", "is before bills from date.", "Correct the days of the bills covered.")
    many = mask(pc.greater(values["debt"], pc.multiply(values["amount"], _MOST))) & live
    given.faults.add(many, "amount", f"would take more than {_MOST} instalments.", "Agree a larger instalment.")


def _spaces(given: Text, values: Columns, live: Mask) -> None:
    standard = np.asarray([kind == Breathing.STANDARD for kind in values["kind"].to_pylist()], dtype=bool)
    wrong = standard & mask(values["treatment_ended_date"].is_valid()) & live
    given.faults.add(
        wrong,
        "treatment_ended_date",
        "is given for a standard breathing space.",
        "Leave it empty, or correct the kind.",
    )
    early = mask(pc.less(values["treatment_ended_date"], values["start_date"])) & live
    given.faults.add(early, "treatment_ended_date", "is before the start date.", "Correct it against the notice.")


def _both(one: str, other: str, what: str) -> Callable[[Text, Columns, Mask], None]:
    """Two columns that are both given or both empty."""

    def check(text: Text, values: Columns, live: Mask) -> None:
        lone = (mask(values[one].is_valid()) != mask(values[other].is_valid())) & live
        text.faults.add(lone, one, f"has one of {what}.", "Give both, or neither.")

    return check


def _deferred_agreements(text: Text, values: Columns, live: Mask) -> None:
    _both("ended_date", "ended_why", "ended date and ended why")(text, values, live)
    _both("brought_in", "brought_in_date", "brought in and brought in date")(text, values, live)


def _deferrals(text: Text, values: Columns, live: Mask) -> None:
    names = ("client_pays_weekly", "weekly_deferred", "percent_deferred")
    pays, weekly, share = (mask(values[name].is_valid()) for name in names)
    many = (pays & weekly | share & (pays | weekly)) & live
    text.faults.add(
        many, names[0], "says in more than one way how much is deferred.", "Give one way, or none for all of it."
    )


def _above_nought(text: Text, values: Columns, live: Mask) -> None:
    text.faults.add(
        mask(pc.equal(values["amount"], 0)) & live, "amount", "is nought.", "Give the amount, or leave it out."
    )


def _deferred_write_offs(text: Text, values: Columns, live: Mask) -> None:
    _above_nought(text, values, live)
    asked, agreed = (pc.utf8_lower(values[name].cast(pa.string())) for name in ("requested_by", "approved_by"))
    same = mask(pc.equal(asked, agreed)) & live
    text.faults.add(same, "approved_by", "is who asked for it.", "A second person approves a write-off.")


OWN_CHECKS: dict[str, Check] = {
    "people": _people,
    "rates": _rates,
    "service_lines": _service_lines,
    "funding_shares": _percent_or_weekly,
    "waivers": _percent_or_weekly,
    "instalment_plans": _plans,
    "breathing_spaces": _spaces,
    "deferred_agreements": _deferred_agreements,
    "deferrals": _deferrals,
    "deferred_fees": _above_nought,
    "deferred_write_offs": _deferred_write_offs,
    "deferred_requests": _both("decided_date", "outcome", "decided date and outcome"),
}
