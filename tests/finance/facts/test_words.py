"""Every fact that bears on money has its words, and every column of it is told or known to bear on none."""

import datetime as dt

import pytest
from sqlalchemy import Table

from billing import tables as billing
from finance.facts import tables as finance
from finance.facts.versions import Row
from finance.facts.words import NOUNS, days_words, difference_words, value_words

TABLES: dict[str, Table] = {**billing.metadata.tables, **finance.metadata.tables}
OF_EVERY_FACT = {"nr", "learned", "superseded", "ref", "source_row"}

# Columns that move no money: who it is for, who said yes, where a figure was read; and what another column tells.
NOT_MONEY = {
    "service_line": {"end_reason"},
    "package": {"person", "approved_by", "weekly_budget"},
    "person": {"name", "nhs_number", "uprn", "support_reason", "postcode"},
    "contract": {"name"},
    "rate": {"unit"},  # told with its rate
    "funding_share": {"basis"},  # told with its amount
    "nursing_rate": {"status", "announced"},
    "block": {"unit"},
    "adjustment": {"payee", "calendar", "service", "person"},
    "bill_payer": {"name", "customer_number"},
    "client_rate": {"unit"},
    "waiver": {"requested_by", "approved_by"},
    "delivery": {"unit"},
}


def name(table: str, nr: int) -> str:
    return f"{table} {nr}"


@pytest.mark.parametrize("table", NOUNS)
def test_each_column_of_a_fact_is_told_or_bears_on_no_money(table: str) -> None:
    told = set(NOUNS[table].columns)
    columns = {column.name for column in TABLES[table].c} - OF_EVERY_FACT
    assert columns - told == NOT_MONEY.get(table, set())
    assert told <= columns


def rate(**more: object) -> Row:
    row = {
        "nr": 1,
        "ref": "R1",
        "contract": 1,
        "service": 2,
        "unit": "hour",
        "rate": 250_500,
        "day_category": "any",
        "minutes_from": None,
        "minutes_until": None,
        "age_from": None,
        "age_until": None,
        "starts": dt.date(2026, 4, 6),
        "ends": None,
    }
    return {**row, **more}


def line(**more: object) -> Row:
    row = {
        "nr": 1,
        "ref": "L1",
        "package": 1,
        "person": 1,
        "contract": 1,
        "service": 2,
        "unit": "visit",
        "quantity": 200,
        "days": 21,
        "every_weeks": 1,
        "visit_minutes": 30,
        "carers": 1,
        "starts": dt.date(2026, 4, 6),
        "ends": None,
        "end_reason": None,
    }
    return {**row, **more}


def test_what_is_different_has_the_value_it_has_and_had() -> None:
    ended = {"ends": dt.date(2026, 5, 4), "end_reason": "moved away"}
    assert (
        difference_words("rate", rate(), rate(rate=260_000), name)
        == "rate R1: rate £26.00 an hour (was £25.05 an hour)"
    )
    assert difference_words("rate", rate(), rate(unit="day"), name) == "rate R1: rate £25.05 a day (was £25.05 an hour)"
    assert difference_words("service_line", line(), line(every_weeks=2, contract=3), name) == (
        "service line L1: contract contract 3 (was contract 1); planned every 2 weeks (was every week)"
    )
    assert difference_words("service_line", line(), line(**ended), name) == (
        "service line L1: last day 3 May 2026, moved away (was no end)"
    )
    waiver: Row = {"ref": "W1", "person": 1, "weekly": 700, "share": None, "reason": "x", "starts": None, "ends": None}
    assert difference_words("waiver", waiver, {**waiver, "weekly": None, "share": 3_350}, name) == (
        "waiver W1: amount none (was £7.00 a week); part of the charge 33.5% (was none)"
    )


def test_new_withdrawn_and_the_same() -> None:
    assert difference_words("rate", None, rate(), name) == "rate R1: new"
    assert difference_words("rate", rate(), None, name) == "rate R1: withdrawn"
    assert difference_words("rate", rate(), rate(), name) == ""
    assert difference_words("rate", None, None, name) == ""
    assert difference_words("service_line", line(), line(end_reason="a slip of the pen"), name) == ""


def test_what_a_fact_says_leaves_out_its_days_and_what_says_nothing() -> None:
    assert value_words("rate", rate(), name) == "£25.05 an hour"
    assert value_words("rate", rate(day_category="weekend", minutes_until=46), name) == (
        "£25.05 an hour, days weekend, visits under 46 minutes"
    )
    assert value_words("service_line", line(carers=2), name) == "2 visits Mon Wed Fri with 2 carers, 30 minutes a visit"
    share = {"line": 1, "funder": 4, "basis": "percent", "amount": 4_000}
    assert value_words("funding_share", share, name) == "funder funder 4, 40%"
    assert (
        value_words("funding_share", {**share, "basis": "fixed", "amount": 600_000}, name)
        == "funder funder 4, £60.00 a week"
    )
    assert value_words("package", {"starts": dt.date(2026, 4, 6), "ends": None}, name) == "its days alone"


def test_days() -> None:
    assert days_words({"starts": dt.date(2026, 4, 6), "ends": dt.date(2026, 5, 4)}) == "6 April 2026 to 3 May 2026"
    assert days_words({"starts": dt.date(2026, 4, 6), "ends": None}) == "from 6 April 2026"
    assert days_words({"on": dt.date(2026, 4, 6)}) == "6 April 2026"
    assert days_words({"born": None}) == "always"
