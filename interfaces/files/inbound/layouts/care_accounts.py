"""The layouts of facts about care accounts, read by the same inbound door as every other extract.

They load after the people they name. ``docs/care-account.md`` describes each column.
"""

from functools import partial

import pyarrow as pa

from billing.care_accounts.facts import DIRECTIONS
from billing.care_accounts.tables import FACTS
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.fields import Extract, Field, by_name, days, link, own, pence, text
from interfaces.files.inbound.layouts.value_types import YES_IF_EMPTY, Unreadable, Value, ValueType

CareAccountExtract = partial(Extract, facts=FACTS, right="enter accounts")


def _direction(given: str, accrued: str) -> Value:
    said = given.strip().casefold()
    if said not in DIRECTIONS:
        raise Unreadable("is neither in nor out.", "Write in for a total that came to us, out for one that goes.")
    if said == "in" and not accrued:
        raise Unreadable("has no accrued amount beside it.", "Ask the other council for the costs accrued and its cap.")
    return said


DIRECTION = ValueType(
    "in: another council's total comes to us; out: ours goes to it", pa.string(), _direction, beside="accrued_amount"
)

_person = link("person_ref", "people", "person", "P000123", fixed=True)

CARE_ACCOUNTS = by_name(
    CareAccountExtract(
        "care_account_transfers",
        "Totals of care accounts that move between councils.",
        "transfer",
        "care_account_transfer",
        (
            own("transfer_ref", "transfer", "CAT000123-1"),
            _person,
            Field("direction", "which way the total goes", DIRECTION, "in", "direction"),
            text("council", "the other council", "Example Borough Council", required=True),
            pence(
                "accrued_amount",
                "costs accrued before the day; empty when the total goes out",
                "accrued",
                "12345.67",
                required=False,
            ),
            pence(
                "cap", "the cap it was measured by; empty when the total goes out", "cap", "86000.00", required=False
            ),
            Field(
                "first_day",
                "first day of the new council's responsibility",
                value_types.FIRST_DAY,
                "2028-10-02",
                "starts",
            ),
        ),
    ),
    CareAccountExtract(
        "independent_budgets",
        "What the council would have paid towards needs somebody else meets.",
        "independent budget",
        "independent_budget",
        (
            own("budget_ref", "independent budget", "IPB000123-1"),
            _person,
            pence("weekly_amount", "what the council would have paid a week", "weekly", "612.50"),
            Field(
                "required_from",
                "the day the assessment had to be made; nothing counts before it",
                value_types.FIRST_DAY,
                "2028-10-02",
                "required",
            ),
            Field(
                "in_a_care_home",
                "yes where daily living costs come off",
                YES_IF_EMPTY,
                "yes",
                "living_costs",
                required=False,
            ),
            *days("budget"),
        ),
        apart=("person",),
        apart_says="the same person",
    ),
)
