"""The layouts of deferred payments as files, read by the same inbound door as every other extract.

They load after the people and bill payers they name. ``docs/deferred-payments.md`` describes each column.
"""

from dataclasses import replace
from functools import partial

from billing.deferred_payments import tables as t
from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.fields import Extract, Field, by_name, days, link, own, pence, text
from interfaces.files.inbound.layouts.value_types import NO_IF_EMPTY

REPAID = replace(value_types.SIGNED_PENCE, says="pounds and pence; below nought where it was paid back")

DeferredExtract = partial(Extract, facts=t.FACTS, right="enter accounts")


def _word(
    name: str, meaning: str, words: tuple[str, ...], example: str, required: bool = True, column: str = ""
) -> Field:
    return Field(name, meaning, value_types.one_of(*words), example, column or name, required)


def _day(name: str, meaning: str, column: str, example: str = "", required: bool = False) -> Field:
    return Field(name, meaning, value_types.FIRST_DAY, example, column, required)


_maybe = partial(pence, required=False)
_agreement = link("agreement_ref", "deferred_agreements", "agreement", "DPA0012", fixed=True)
_on = _day("date", "the day it belongs to", "on", "2026-04-20", required=True)

DEFERRED = by_name(
    DeferredExtract(
        "deferred_agreements",
        "Deferred payment agreements, and interim funding before one is signed.",
        "agreement",
        "deferred_agreement",
        (
            own("agreement_ref", "agreement", "DPA0012"),
            link("payer_ref", "bill_payers", "bill_payer", "BP000123"),
            link("person_ref", "people", "person", "P000123", fixed=True),
            _word(
                "style",
                "the council pays the home and defers the charge, or lends to a person who pays it",
                t.STYLES,
                "deferred charge",
            ),
            _day("start_date", "first day charges are deferred, signed or not", "starts", "2026-04-06", required=True),
            _day("signed_date", "the day it was signed; empty while the funding is interim", "signed", "2026-04-06"),
            _word("security", "what stands behind the debt", t.SECURITIES, "first charge"),
            _day("secured_date", "the day the charge was registered or the security given", "secured", "2026-04-02"),
            text("security_reference", "a title number or a letter", "ZZ000000", required=False),
            _word("compounding", "how often interest is added; empty: by policy", t.COMPOUNDING, "", False),
            Field(
                "fixed_rate",
                "per cent a year, charged while it is allowed; empty: by policy",
                value_types.PERCENT,
                "",
                "fixed_rate",
                False,
            ),
            _day("interest_apart_date", "from when they asked to pay interest as it falls due", "interest_apart"),
            Field("top_up", "their own top-up is deferred too", NO_IF_EMPTY, "no", "top_up", False),
            _maybe("brought_in", "what was owed when it was taken over from another system", "brought_in", ""),
            _day("brought_in_date", "the first day that debt bears interest here", "brought_in_on"),
            _day("ended_date", "the day it ended", "ended"),
            _word("ended_why", "why it ended", t.ENDED_WHY, "", False),
        ),
    ),
    DeferredExtract(
        "deferrals",
        "How much of the charge is deferred. A row with no amount defers all of it; days with no row defer nothing.",
        "terms",
        "deferral",
        (
            own("deferral_ref", "terms", "DPA0012-1"),
            _agreement,
            _maybe(
                "client_pays_weekly",
                "pounds a week paid from income; the rest of the charge is deferred",
                "pays",
                "182.60",
            ),
            _maybe("weekly_deferred", "pounds a week deferred, at most", "weekly", ""),
            Field("percent_deferred", "the part of the charge deferred", value_types.PERCENT, "", "share", False),
            _maybe("income_kept_weekly", "pounds a week of income the person keeps", "kept", "144.00"),
            *days("terms"),
        ),
        apart=("agreement",),
        apart_says="the same agreement",
    ),
    DeferredExtract(
        "valuations",
        "What the home was worth from a day.",
        "valuation",
        "valuation",
        (
            own("valuation_ref", "valuation", "DPA0012-V1"),
            _agreement,
            _day("date", "the first day it counts", "on", "2026-03-16", required=True),
            pence("value", "the person’s own share of its market value", "value", "240000.00"),
            pence("other_charges", "what is paid out of it before the council is", "other_charges", "0.00"),
            text("valued_by", "who valued it", "district valuer"),
        ),
    ),
    DeferredExtract(
        "deferred_fees",
        "What an agreement costs to set up and run.",
        "fee",
        "deferred_fee",
        (
            own("fee_ref", "fee", "DPA0012-F1"),
            _agreement,
            _on,
            _word("kind", "what it is for", t.FEES, "set-up"),
            pence("amount", "the sum", "amount", "670.00"),
            _word("paid", "added to the debt, or billed", t.HOW_PAID, "added to the debt"),
        ),
    ),
    DeferredExtract(
        "deferred_repayments",
        "Money paid off a deferred payment.",
        "repayment",
        "deferred_repayment",
        (
            own("repayment_ref", "repayment", "DPA0012-R1"),
            _agreement,
            _on,
            Field("amount", "the sum", REPAID, "400.00", "amount"),
            text("source", "where it came from", "sale of the home"),
        ),
    ),
    DeferredExtract(
        "deferred_write_offs",
        "What the council has given up.",
        "write-off",
        "deferred_write_off",
        (
            own("write_off_ref", "write-off", "DPA0012-W1"),
            _agreement,
            _on,
            pence("amount", "the sum", "amount", "50.00"),
            _word("recovery", "what was tried, as the yearly return asks", t.RECOVERIES, "part recovered"),
            text("reason", "why", "The estate is exhausted"),
            text("requested_by", "who asked", "income team"),
            text("approved_by", "who agreed: somebody else", "head of finance"),
        ),
        right="enter sums",
    ),
    DeferredExtract(
        "deferred_requests",
        "Requests for a deferred payment, for the yearly return.",
        "request",
        "deferred_request",
        (
            own("request_ref", "request", "DPQ0031"),
            link("person_ref", "people", "person", "P000123", fixed=True),
            _day("made_date", "the day it was made", "made", "2026-02-02", required=True),
            _day("decided_date", "the day it was decided", "decided", "2026-03-20"),
            _word("outcome", "what became of it", t.OUTCOMES, "agreed", False),
            text("why_not", "why it was not agreed", "", required=False),
            Field("top_up", "with a top-up", NO_IF_EMPTY, "no", "top_up", False),
            text("reason", "until a sale, or for life", "until a sale", required=False),
            text("home_use", "what is meant for the home meanwhile", "let", required=False),
        ),
    ),
)
