"""The layouts of circumstances as files, read by the same inbound door as every other extract.

They load with ``load_file`` and ``load_folder`` after the people they name. ``docs/assess-files.md`` describes each
column.
"""

import difflib
from collections.abc import Iterable
from functools import partial

import pyarrow as pa

from billing.assessments.tables import FACTS
from finance.assessment import Frequency, Ground, HomeDisregard, Nation, Nursing, Setting, kinds
from finance.assessment.circumstances import PERSON_DAYS, PERSON_FLAGS
from finance.assessment.kinds import KindTable, assets, expenses, incomes
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.fields import Extract, Field, by_name
from interfaces.files.inbound.layouts.value_types import NO_IF_EMPTY, YES_IF_EMPTY, Unreadable, Value, ValueType

FactExtract = partial(Extract, facts=FACTS, right="enter means")


def _known(table: KindTable) -> ValueType:
    """A kind of income, asset or expense, by its name or its label."""
    names = {label.casefold(): each.name for each in table.kinds for label in (each.name, each.label)}

    def read(text: str, _: str) -> Value:
        found = names.get(text.strip().casefold().replace(" ", "_"), names.get(" ".join(text.split()).casefold()))
        if found is None:
            near = difflib.get_close_matches(text.casefold(), names, 1)
            hint = f"Did you mean {names[near[0]]}?" if near else "Use a kind from docs/assess-kinds.md."
            raise Unreadable(f"is not a kind of {table.sort} anybody has said how to treat.", hint)
        return found

    return ValueType(f"a kind of {table.sort} from docs/assess-kinds.md", pa.string(), read, words=tuple(table.codes))


def rate_names() -> tuple[str, ...]:
    """The benefit rates an income may follow from year to year."""
    return kinds.rates()


def _rate(text: str, amount: str) -> Value:
    name = text.strip().casefold().replace(" ", "_")
    if name not in rate_names():
        near = difflib.get_close_matches(name, rate_names(), 1)
        hint = f"Did you mean {near[0]}?" if near else "Use a rate from docs/assess-kinds.md, or give the amount."
        raise Unreadable("is not a benefit rate we hold.", hint)
    if amount:
        raise Unreadable("is given beside an amount.", "Give the amount or the rate it follows, not both.")
    return name


AS_ITS_KIND = "as its kind"


def _sale_costs(text: str, kind: str) -> Value:
    """Selling land costs unless somebody says not; selling anything else does not unless somebody says so."""
    if text.strip().casefold() != AS_ITS_KIND:
        return NO_IF_EMPTY.read(text, "")
    try:
        named = str(_known(assets()).read(kind, ""))
    except Unreadable:
        return False  # the kind has its own fault
    return assets().kinds[assets().code(named)].land


SALE_COSTS = ValueType(
    "yes or no; empty means yes for land and no for the rest",
    pa.bool_(),
    _sale_costs,
    lambda value, _: "yes" if value else "no",
    beside="kind",
)
RATE = ValueType("a benefit rate from docs/assess-kinds.md", pa.string(), _rate, beside="amount")

_person = partial(
    Field,
    "person_ref",
    "a reference from the people extract",
    value_types.REF,
    "P000123",
    "person",
    links="people",
    fixed=True,
)


def _own(name: str, noun: str, example: str) -> Field:
    owner = f"{noun}'" if noun.endswith("s") else f"{noun}'s"
    return Field(name, f"the {owner} reference", value_types.REF, example, column="ref")


def _flag(name: str, meaning: str) -> Field:
    return Field(name, meaning, NO_IF_EMPTY, "no", name, required=False)


def _pence(name: str, meaning: str, column: str, example: str = "", required: bool = False) -> Field:
    return Field(name, meaning, value_types.PENCE, example, column, required)


def _day(name: str, meaning: str, column: str) -> Field:
    return Field(name, meaning, value_types.DATE, "", column, required=False)


def _days(what: str, required: bool) -> tuple[Field, Field]:
    since = "" if required else "; empty when it has always been so"
    return (
        Field("start_date", f"first day of the {what}{since}", value_types.FIRST_DAY, "2026-04-06", "starts", required),
        Field("end_date", f"last day of the {what}", value_types.LAST_DAY, "", "ends", required=False),
    )


def _often() -> Field:
    return Field(
        "frequency",
        "how often it is paid",
        value_types.one_of(*Frequency),
        "weekly",
        "frequency",
        required=False,
        otherwise="weekly",
    )


def _choice(name: str, meaning: str, words: Iterable[str], empty: str, column: str = "") -> Field:
    return Field(name, meaning, value_types.one_of(*map(str, words)), empty, column or name, False, otherwise=empty)


CIRCUMSTANCES = by_name(
    FactExtract(
        "circumstances",
        "A person's household and care, from a day.",
        "circumstances",
        "circumstance",
        (
            _own("circumstances_ref", "circumstances", "C000123-1"),
            _person(),
            *_days("circumstances", True),
            _choice("nation", "whose law applies", Nation, "England"),
            _choice("setting", "where the care is", Setting, "at home"),
            _pence("weekly_cost", "what the arranged care costs a week", "cost", "287.50"),
            _pence("home_fee", "what the care home asks a week, where that is more", "fee"),
            _choice("nursing", "NHS-funded nursing care in the cost", Nursing, "none"),
            *(_flag(name, meaning) for name, meaning in PERSON_FLAGS.items()),
            Field(
                "children",
                "dependent children in the household",
                value_types.whole(0, 30, "0 to 30"),
                "0",
                "children",
                False,
                otherwise="0",
            ),
            Field(
                "intends_to_return",
                "a temporary resident means to go home, or is selling it to buy another home to live in",
                YES_IF_EMPTY,
                "yes",
                "intends_to_return",
                False,
            ),
            Field(
                "nights_before",
                "nights of short stay already used this year",
                value_types.whole(0, 366, "0 to 366"),
                "0",
                "nights_before",
                False,
                otherwise="0",
            ),
            *(_day(name, meaning, column) for column, name, meaning in PERSON_DAYS),
            _pence("basic_entitlement", "Wales: the weekly entitlement the buffer is built on", "basic_entitlement"),
            _pence(
                "previous_charge", "last year's weekly charge, for a council that limits increases", "previous_charge"
            ),
            _day("review_date", "the day by which to look at it again", "review"),
        ),
        apart=("person",),
        apart_says="the same person",
    ),
    FactExtract(
        "incomes",
        "What people receive.",
        "income",
        "income",
        (
            _own("income_ref", "income", "I000123-SP"),
            _person(),
            Field("kind", "what it is", _known(incomes()), "state_pension", "kind"),
            _pence("amount", "how much each time; empty where it follows a rate", "amount", "169.50"),
            _often(),
            Field("follows_rate", "the benefit rate it follows from year to year", RATE, "", "rate", required=False),
            *_days("the income", False),
        ),
    ),
    FactExtract(
        "assets",
        "What people own.",
        "asset",
        "asset",
        (
            _own("asset_ref", "asset", "A000123-1"),
            _person(),
            Field("kind", "what it is", _known(assets()), "savings", "kind"),
            _pence("value", "market value", "value", "15000.00", True),
            Field("owed", "what is owed on the whole of it", value_types.PENCE, "0.00", "owed", False, otherwise="0"),
            Field("owners", "how many own it", value_types.whole(1, 6, "1 to 6"), "1", "owners", False, otherwise="1"),
            Field(
                "sale_costs",
                "whether selling it would cost money: a tenth comes off",
                SALE_COSTS,
                "",
                "sale_costs",
                False,
                otherwise=AS_ITS_KIND,
            ),
            _pence("share_value", "jointly owned land: what the person's own share would fetch", "share_value"),
            *_days("the days it is owned", False),
        ),
    ),
    FactExtract(
        "expenses",
        "What people must pay, as far as it is allowed for.",
        "expense",
        "expense",
        (
            _own("expense_ref", "expense", "E000123-1"),
            _person(),
            Field("kind", "what it is", _known(expenses()), "rent", "kind"),
            _pence("amount", "how much each time", "amount", "25.00", True),
            _often(),
            *_days("the expense", False),
        ),
    ),
    FactExtract(
        "charging_grounds",
        "Why a charge is settled without the means test.",
        "ground",
        "charging_ground",
        (
            _own("ground_ref", "ground", "G000123-1"),
            _person(),
            Field("ground", "why", value_types.one_of(*Ground), str(Ground.AFTERCARE), "ground"),
            Field("evidence", "what shows it", value_types.TEXT, "Discharge letter of 2 March 2026", "evidence", False),
            *_days("the days it holds", False),
        ),
    ),
    FactExtract(
        "home_stays",
        "Stays as a permanent resident of a care home.",
        "stay",
        "home_stay",
        (_own("stay_ref", "stay", "S000123-1"), _person(), *_days("stay", True)),
    ),
    FactExtract(
        "homes_left_out",
        "Decisions to leave a resident's own home out of capital.",
        "decision",
        "home_left_out",
        (
            _own("decision_ref", "decision", "D000123-1"),
            _person(),
            Field("ground", "why", value_types.one_of(*HomeDisregard), str(HomeDisregard.PARTNER), "ground"),
            Field("reason", "the council's reason, where it is a discretion", value_types.TEXT, "", "reason", False),
            Field("approver", "who decided, where it is a discretion", value_types.TEXT, "", "approver", False),
            *_days("the days it holds", False),
        ),
    ),
)
