"""The layouts of facts about charging, read by the same inbound door as every other extract.

They load with ``load_file`` and ``load_folder`` after the people, service lines and funders they name.
``docs/charges.md`` describes each column.
"""

from functools import partial

from billing.tables import FACTS
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.care import UNITS
from interfaces.files.inbound.layouts.fields import (
    Extract,
    Field,
    by_name,
    days,
    link,
    number_elsewhere,
    own,
    pence,
    text,
    word,
)
from interfaces.files.inbound.layouts.value_types import NO_IF_EMPTY

CAPACITIES = ("home", "representative", "deputy", "estate")
EXEMPT = ("section 117", "reablement", "intermediate care", "continuing healthcare", "council decision")


BillingExtract = partial(Extract, facts=FACTS, right="enter prices")
_whole = partial(value_types.whole, says="a whole number")
_line = link("line_ref", "service_lines", "line", "L000123-1")
_payer = link("payer_ref", "bill_payers", "bill_payer", "BP000123")

CHARGING = by_name(
    BillingExtract(
        "bill_calendars",
        "When each group of clients is billed.",
        "bill calendar",
        "bill_calendar",
        (
            own("calendar_ref", "calendar", "BILL-4W"),
            text("name", "what it is called", "Clients, four-weekly"),
            Field("weeks", "weeks a bill, 1 to 13", _whole(1, 13), "4", "weeks"),
            Field(
                "first_day",
                "first day of any one period; its weekday begins the charging week",
                value_types.FIRST_DAY,
                "2026-04-06",
                "anchor",
            ),
            Field("cut_off_days", "days from the period's last day to its run", _whole(0, 60), "1", "cut_off_days"),
            Field("due_days", "days from the bill to the day it is to be paid", _whole(0, 120), "28", "due_days"),
            Field(
                "go_live",
                "first day charged from here; earlier days were charged by another system",
                value_types.FIRST_DAY,
                "2026-04-06",
                "go_live",
            ),
        ),
    ),
    BillingExtract(
        "bill_payers",
        "Who is billed: clients, those paying top-ups, other funders.",
        "bill payer",
        "bill_payer",
        (
            own("payer_ref", "bill payer", "BP000123"),
            text("name", "the payer's name", "Ada Example"),
            word("kind", "what sort of payer", ("client", "third party", "funder"), "client"),
            link("person_ref", "people", "person", "P000123", required=False, fixed=True),
            link("funder_ref", "funders", "funder", "", required=False, fixed=True),
            link("calendar_ref", "bill_calendars", "calendar", "BILL-4W", required=False),
            number_elsewhere("customer_number", "their number in the corporate finance system", "900123"),
        ),
        right="enter accounts",
    ),
    BillingExtract(
        "correspondents",
        "To whom and how a bill payer's papers go.",
        "correspondent",
        "correspondent",
        (
            own("correspondent_ref", "correspondent", "CO000123-1"),
            _payer,
            word("capacity", "in what capacity; an estate's comes before any other", CAPACITIES, "home"),
            text("name", "whose name is on the envelope", "Ada Example"),
            text("address", "lines of the address, separated by semicolons", "1 Sample Street; Sampleton"),
            text("postcode", "postcode", "ZZ9 9ZZ", required=False),
            Field("email", "where papers go by email", value_types.EMAIL, "", "email", required=False),
            word("channel", "how papers go; empty: post", ("post", "email"), "post", "post"),
            word("language", "the language of papers; empty: English", ("English", "Welsh"), "English", "English"),
            word("print", "the size of print; empty: standard", ("standard", "large"), "standard", "standard"),
            *days("arrangement"),
        ),
        right="enter accounts",
    ),
    BillingExtract(
        "top_up_agreements",
        "Agreements to pay more for a dearer home.",
        "top-up agreement",
        "top_up_agreement",
        (
            own("agreement_ref", "agreement", "TU000123"),
            _line,
            _payer,
            Field("weekly_amount", "pounds a week", value_types.RATE, "60.00", "weekly"),
            Field(
                "signed",
                "the day it was signed; without one nothing is billed",
                value_types.DATE,
                "2026-04-01",
                "signed",
                False,
            ),
            *days("agreement"),
        ),
        right="enter care",
    ),
    BillingExtract(
        "charge_exemptions",
        "Days on which one service is not charged for.",
        "exemption",
        "charge_exemption",
        (
            own("exemption_ref", "exemption", "EX000123"),
            _line,
            word("reason", "why", EXEMPT, "reablement"),
            *days("exemption"),
        ),
        apart=("line",),
        apart_says="the same service line",
        right="enter care",
    ),
    BillingExtract(
        "client_rates",
        "What clients are charged for a service, in place of what the council pays for it.",
        "client rate",
        "client_rate",
        (
            own("rate_ref", "rate", "CR-MEALS"),
            link("service_ref", "services", "service", "RES-OP"),
            word("unit", "what the rate is for", UNITS, "visit"),
            Field("rate", "pounds for one unit", value_types.RATE, "5.20", "rate"),
            Field("flat", "charged whatever the assessment says: yes or no", NO_IF_EMPTY, "no", "flat", required=False),
            *days("rate"),
        ),
        apart=("service", "unit"),
        apart_says="the same service and unit",
    ),
    BillingExtract(
        "one_off_charges",
        "Single charges and allowances.",
        "single charge",
        "one_off_charge",
        (
            own("charge_ref", "charge", "OC0017"),
            _payer,
            link("service_ref", "services", "service", "RES-OP"),
            Field("date", "the day it belongs to", value_types.FIRST_DAY, "2026-04-20", "on"),
            Field("amount", "the sum; below nought gives back", value_types.SIGNED_PENCE, "35.00", "amount"),
            text("reason", "why it is made", "Set-up of a deferred payment"),
            text("entered_by", "who entered it", "income team"),
        ),
        right="enter sums",
    ),
    BillingExtract(
        "waivers",
        "Charges the council has decided not to ask for.",
        "waiver",
        "waiver",
        (
            own("waiver_ref", "waiver", "WV0003"),
            link("person_ref", "people", "person", "P000123", fixed=True),
            pence("weekly_amount", "pounds a week; this or the percentage", "weekly", "20.00", required=False),
            Field(
                "percent",
                "the part of the charge given back; 100 for all of it",
                value_types.PERCENT,
                "",
                "share",
                required=False,
            ),
            text("reason", "why", "Safeguarding: agreed by panel"),
            text("requested_by", "who asked", "income team"),
            text("approved_by", "who agreed: somebody else", "head of service"),
            *days("waiver"),
        ),
        apart=("person",),
        apart_says="the same person",
        right="enter sums",
    ),
    BillingExtract(
        "deliveries",
        "Care delivered on a day. A charging week with any is charged by these alone.",
        "delivery",
        "delivery",
        (
            own("delivery_ref", "delivery", "DV000123"),
            _line,
            Field("date", "the day of the care", value_types.FIRST_DAY, "2026-04-20", "on"),
            word("unit", "the line's own unit", UNITS, "hour"),
            Field("quantity", "how many", value_types.QUANTITY, "1.5", "quantity"),
        ),
        right="enter care",
    ),
)
