"""The layouts of people, payees and the care bought for them: what a case-management system sends.

In the order they must be loaded: no extract names a reference from a later one. ``docs/loading.md`` describes each
column.
"""

from finance.parameters import NOT_FOUND, STATUSES
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.fields import Extract, Field, by_name, number_elsewhere


def _own(name: str, example: str) -> Field:
    return Field(name, "its own reference", value_types.REF, example, column="ref")


def _link(name: str, extract: str, column: str, example: str, required: bool = True, fixed: bool = False) -> Field:
    meaning = f"the reference of the {name.removesuffix('_ref').replace('_', ' ')}"
    return Field(name, meaning, value_types.REF, example, column, required, links=extract, fixed=fixed)


def _text(name: str, meaning: str, example: str, required: bool = True) -> Field:
    return Field(name, meaning, value_types.TEXT, example, name, required)


def _word(name: str, meaning: str, words: tuple[str, ...], example: str, **more: str) -> Field:
    return Field(
        name, meaning, value_types.one_of(*words), example, more.get("column", name), otherwise=more.get("empty", "")
    )


def _days(what: str) -> tuple[Field, Field]:
    return (
        Field("start_date", f"first day of the {what}", value_types.FIRST_DAY, "2026-04-06", "starts"),
        Field("end_date", f"last day of the {what}", value_types.LAST_DAY, "", "ends", required=False),
    )


def _rate(what: str, example: str) -> Field:
    return Field("rate", what, value_types.RATE, example, "rate")


PAYEE_KINDS = ("provider", "direct payment", "carer", "other")
SERVICE_KINDS = (
    "residential", "nursing", "home care", "supported living", "extra care", "day care", "direct payment",
    "shared lives", "transport", "respite", "equipment", "other",
)  # fmt: skip
UNITS = ("week", "day", "night", "hour", "visit", "session", "4 weeks", "calendar month", "mile", "one-off")
BLOCK_UNITS = ("week", "4 weeks", "calendar month")
DAY_CATEGORIES = ("any", "weekday", "saturday", "sunday", "weekend", "bank holiday")
SUPPORT_REASONS = (
    "physical support: personal care",
    "physical support: access and mobility",
    "learning disability",
    "mental health",
    "memory and cognition",
    "sensory support",
    "social support",
)

_MINUTES = "minutes, none when the rate is for any length"
_AGE = "years of age, none when the rate is for any age"

CARE = by_name(
    Extract(
        "people",
        "People the council arranges care for.",
        "person",
        "person",
        (
            _own("person_ref", "P000123"),
            _text("name", "the person's name", "Ada Example"),
            Field("date_of_birth", "the day they were born", value_types.DATE, "1941-02-28", "born", required=False),
            Field("date_of_death", "the day they died", value_types.DATE, "", "died", required=False),
            Field("nhs_number", "NHS number", value_types.NHS_NUMBER, "9990000999", "nhs_number", required=False),
            Field(
                "uprn", "unique property reference number of their home", value_types.UPRN, "10012345678", "uprn", False
            ),
            _word(
                "primary_support_reason",
                "why they have care",
                SUPPORT_REASONS,
                SUPPORT_REASONS[0],
                column="support_reason",
            ),
            _text("postcode", "postcode of their home", "ZZ9 9ZZ", required=False),
        ),
    ),
    Extract(
        "payees",
        "Anyone money is paid to.",
        "payee",
        "payee",
        (
            _own("payee_ref", "V0451"),
            _text("name", "the payee's name", "Example House Limited"),
            _word("kind", "what sort of payee", PAYEE_KINDS, "provider"),
            number_elsewhere("supplier_number", "their number in the corporate finance system", "300451"),
            Field("email", "where remittances go", value_types.EMAIL, "accounts@example.org", "email", required=False),
        ),
        right="enter payees",
    ),
    Extract(
        "bank_details",
        "Where a payee's money goes. Not used until a second person confirms it.",
        "bank details",
        "bank_detail",
        (
            _own("bank_ref", "B0451-1"),
            _link("payee_ref", "payees", "payee", "V0451", fixed=True),
            Field("sort_code", "sort code", value_types.SORT_CODE, "00-00-99", "sort_code"),
            Field("account_number", "account number", value_types.ACCOUNT_NUMBER, "12345678", "account_number"),
            _text("account_name", "the name on the account", "Example House Ltd"),
            number_elsewhere("roll_number", "building society roll number", ""),
            Field("start_date", "first day it is used", value_types.FIRST_DAY, "2026-04-06", "starts"),
        ),
        right="enter payees",
    ),
    Extract(
        "services",
        "The kinds of care the council buys.",
        "service",
        "service",
        (
            _own("service_ref", "RES-OP"),
            _text("name", "what it is called", "Residential care, older people"),
            _word("kind", "what sort of care", SERVICE_KINDS, "residential"),
            _word("term", "long-term or short-term", ("long", "short"), "long"),
        ),
        undated=("kind",),
        right="enter prices",
    ),
    Extract(
        "pay_calendars",
        "When each group of payees is paid.",
        "pay calendar",
        "pay_calendar",
        (
            _own("calendar_ref", "HOMES-4W"),
            _text("name", "what it is called", "Care homes, four-weekly"),
            _word(
                "cycle",
                "how long a pay period is",
                ("weekly", "fortnightly", "four-weekly", "calendar month", "daily"),
                "four-weekly",
            ),
            Field("first_day", "first day of any one pay period", value_types.FIRST_DAY, "2026-04-06", "anchor"),
            _word("timing", "paid after the care or before it", ("arrears", "advance"), "arrears"),
            Field(
                "cut_off_days",
                "days from the period's last day to its run (before its first day, in advance)",
                value_types.whole(0, 60, "a whole number of days"),
                "1",
                "cut_off_days",
            ),
            Field(
                "pay_working_days",
                "working days from the run to the money arriving",
                value_types.whole(0, 60, "a whole number of working days"),
                "3",
                "pay_working_days",
            ),
            Field(
                "go_live",
                "first day paid from here; earlier days were paid by another system",
                value_types.FIRST_DAY,
                "2026-04-06",
                "go_live",
            ),
        ),
        right="enter prices",
    ),
    Extract(
        "contracts",
        "What was agreed with a payee.",
        "contract",
        "contract",
        (
            _own("contract_ref", "K0451"),
            _link("payee_ref", "payees", "payee", "V0451"),
            _link("calendar_ref", "pay_calendars", "calendar", "HOMES-4W"),
            _text("name", "what it is called", "Example House, residential"),
            *_days("contract"),
            _word("payment", "gross, or net of what the provider collects", ("gross", "net"), "net"),
            Field(
                "days_after_death",
                "days paid after the day of death",
                value_types.whole(0, 366, "a whole number of days"),
                "7",
                "days_after_death",
            ),
            Field(
                "retainer",
                "share still paid while a line is suspended",
                value_types.STEPS,
                "100:14,80:28,0",
                "retainer",
            ),
            _word("bank_holidays", "whether bank holidays are paid", ("paid", "closed"), "paid"),
            Field(
                "months_begin",
                "the day of the month on which the month that a month’s price is for begins; empty: the 1st",
                value_types.whole(2, 31, "a day of the month, 2 to 31"),
                "",
                "months_begin",
                required=False,
            ),
            Field(
                "week_price",
                "whole where a week that has begun is paid whole; empty: by the day",
                value_types.one_of("whole"),
                "",
                "week_price",
                required=False,
            ),
        ),
        dated=("payment", "days_after_death", "retainer", "bank_holidays", "months_begin", "week_price"),
        later_name="contract_terms",
        undated=("payee", "calendar"),
        right="enter prices",
    ),
    Extract(
        "rates",
        "The rate card of each contract.",
        "rate",
        "rate",
        (
            _own("rate_ref", "R0451-1"),
            _link("contract_ref", "contracts", "contract", "K0451"),
            _link("service_ref", "services", "service", "RES-OP"),
            _word("unit", "what the rate is for", UNITS, "week"),
            _rate("pounds for one unit", "843.50"),
            *_days("rate"),
            _word("day_category", "the days it is for; empty: any", DAY_CATEGORIES, "any", empty="any"),
            Field(
                "minutes_from",
                "visits at least this long",
                value_types.whole(0, 1440, _MINUTES),
                "",
                "minutes_from",
                False,
            ),
            Field(
                "minutes_to",
                "visits up to and including this long",
                value_types.whole(0, 1440, _MINUTES, plus=1),
                "",
                "minutes_until",
                required=False,
            ),
            Field(
                "age_from", "people at least this old", value_types.whole(0, 130, _AGE), "", "age_from", required=False
            ),
            Field(
                "age_to",
                "people up to and including this age",
                value_types.whole(0, 130, _AGE, plus=1),
                "",
                "age_until",
                required=False,
            ),
        ),
        apart=("contract", "service", "unit", "day_category"),
        bands=(("minutes_from", "minutes_until"), ("age_from", "age_until")),
        apart_says="the same rate card, service and unit in bands that meet",
        right="enter prices",
    ),
    Extract(
        "blocks",
        "Sums paid for capacity, whoever uses it.",
        "block",
        "block",
        (
            _own("block_ref", "BLK-7"),
            _link("contract_ref", "contracts", "contract", "K0451"),
            _link("service_ref", "services", "service", "RES-OP"),
            _word("unit", "what the rate is for", BLOCK_UNITS, "4 weeks"),
            _rate("pounds for one unit", "12500.00"),
            *_days("block"),
        ),
        right="enter prices",
    ),
    Extract(
        "packages",
        "The care agreed for one person.",
        "package",
        "package",
        (
            _own("package_ref", "PK000123"),
            _link("person_ref", "people", "person", "P000123", fixed=True),
            *_days("package"),
            _text("approved_by", "who agreed it", "Funding panel", required=False),
            Field(
                "weekly_budget", "pounds a week agreed", value_types.PENCE, "900.00", "weekly_budget", required=False
            ),
        ),
    ),
    Extract(
        "service_lines",
        "One service for one person from one payee, on a planned pattern.",
        "service line",
        "service_line",
        (
            _own("line_ref", "L000123-1"),
            _link("package_ref", "packages", "package", "PK000123"),
            _link("contract_ref", "contracts", "contract", "K0451"),
            _link("service_ref", "services", "service", "RES-OP"),
            _word("unit", "what the quantity counts", UNITS, "week"),
            Field(
                "quantity",
                "how many a week, or each planned day where days are given",
                value_types.QUANTITY,
                "1",
                "quantity",
            ),
            Field("days", "planned weekdays", value_types.DAYS, "", "days", required=False),
            Field(
                "every_weeks",
                "1 each week, 2 every other week, counted from the start; empty: 1",
                value_types.whole(1, 52, "a whole number of weeks"),
                "1",
                "every_weeks",
                otherwise="1",
            ),
            Field(
                "visit_minutes",
                "how long one visit is",
                value_types.whole(1, 1440, "a whole number of minutes"),
                "",
                "visit_minutes",
                required=False,
            ),
            Field(
                "carers",
                "how many carers at once; empty: 1",
                value_types.whole(1, 9, "a whole number"),
                "1",
                "carers",
                otherwise="1",
            ),
            *_days("service"),
            _text("end_reason", "why it ended", "", required=False),
        ),
    ),
    Extract(
        "agreed_rates",
        "A price agreed for one service line, in place of the rate card.",
        "agreed rate",
        "agreed_rate",
        (
            _own("rate_ref", "AR000123"),
            _link("line_ref", "service_lines", "line", "L000123-1"),
            _rate("pounds for one unit of the line", "910.00"),
            *_days("rate"),
        ),
        apart=("line",),
        apart_says="the same service line",
        right="enter prices",
    ),
    Extract(
        "suspensions",
        "Days a service line stood still.",
        "suspension",
        "suspension",
        (
            _own("suspension_ref", "S000123"),
            _link("line_ref", "service_lines", "line", "L000123-1"),
            *_days("suspension"),
            _word("reason", "why", ("hospital", "holiday", "family", "respite", "refused", "other"), "hospital"),
            Field(
                "paid",
                "share still paid; empty: the contract's retainer",
                value_types.STEPS,
                "",
                "paid",
                required=False,
            ),
        ),
        apart=("line",),
        apart_says="the same service line",
    ),
    Extract(
        "funders",
        "Those besides the council who bear part of a cost.",
        "funder",
        "funder",
        (
            _own("funder_ref", "ICB-1"),
            _text("name", "the funder's name", "Example Integrated Care Board"),
            _word("kind", "what sort of funder", ("nhs", "third party", "other"), "nhs"),
        ),
        undated=("kind",),
        right="enter prices",
    ),
    Extract(
        "funding_shares",
        "The part of a line's cost another funder bears.",
        "funding share",
        "funding_share",
        (
            _own("share_ref", "FS000123"),
            _link("line_ref", "service_lines", "line", "L000123-1"),
            _link("funder_ref", "funders", "funder", "ICB-1"),
            Field(
                "percent",
                "share of what fixed sums leave; this or the weekly amount",
                value_types.PERCENT,
                "40",
                "percent",
                required=False,
            ),
            Field(
                "weekly_amount", "pounds a week; this or the percentage", value_types.RATE, "", "weekly", required=False
            ),
            *_days("share"),
        ),
    ),
    Extract(
        "contributions",
        "What a client or a third party pays towards a line.",
        "contribution",
        "contribution",
        (
            _own("contribution_ref", "C000123"),
            _link("line_ref", "service_lines", "line", "L000123-1"),
            _word("kind", "whose money it is", ("client", "top-up"), "client"),
            Field("weekly_amount", "pounds a week", value_types.RATE, "187.40", "weekly"),
            _word("collector", "who collects it", ("provider", "council"), "provider"),
            *_days("contribution"),
        ),
        apart=("line", "kind", "collector"),
        apart_says="the same service line, kind and collector",
    ),
    Extract(
        "nursing_awards",
        "NHS-funded nursing care on a line.",
        "nursing award",
        "nursing_award",
        (
            _own("award_ref", "N000123"),
            _link("line_ref", "service_lines", "line", "L000123-1"),
            _word("band", "the NHS rate that applies", ("standard", "higher"), "standard"),
            _word(
                "route",
                "added: the council pays it to the home; deducted: the NHS pays the home itself",
                ("added", "deducted"),
                "added",
            ),
            *_days("award"),
        ),
        apart=("line",),
        apart_says="the same service line",
    ),
    Extract(
        "nursing_rates",
        "The national weekly rates of NHS-funded nursing care.",
        "nursing rate",
        "nursing_rate",
        (
            _own("rate_ref", "FNC-STANDARD-MADE-UP"),
            _word("band", "the NHS band", ("standard", "higher"), "standard"),
            _rate("pounds a week", "100.00"),
            *_days("rate"),
            _word(
                "status",
                "how well the figure is known",
                tuple(each for each in STATUSES if each != NOT_FOUND),
                "confirmed",
            ),
            _text("announced", "where the figure was read", "a made-up example"),
        ),
        apart=("band",),
        apart_says="the same band",
        right="enter prices",
    ),
    Extract(
        "adjustments",
        "Manual adjustments and one-off payments.",
        "adjustment",
        "adjustment",
        (
            _own("adjustment_ref", "ADJ0017"),
            _link("payee_ref", "payees", "payee", "V0451"),
            _link("calendar_ref", "pay_calendars", "calendar", "HOMES-4W"),
            _link("service_ref", "services", "service", "RES-OP"),
            _link("person_ref", "people", "person", "P000123", required=False),
            Field("date", "the day it belongs to", value_types.FIRST_DAY, "2026-04-20", "on"),
            Field("amount", "the sum", value_types.SIGNED_PENCE, "150.00", "amount"),
            _text("reason", "why it is made", "Taxi home from hospital on 20 April"),
            _text("entered_by", "who entered it", "brokerage team"),
        ),
        right="enter sums",
    ),
)
