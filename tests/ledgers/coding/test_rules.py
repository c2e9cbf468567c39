"""The most particular rule wins, on the day asked, and nothing is ever uncoded."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.days import number
from ledgers.coding.checks import KNOWN, faults
from ledgers.coding.purposes import Purpose
from ledgers.coding.rules import Account, Coding, CodingRule, Combination
from ledgers.coding.shipped import shipped_rules

DAY = dt.date(2026, 5, 3)
COST, INCOME = Purpose.COST, Purpose.INCOME
CONTROL, BANK, DEBTOR, SUSPENSE = 901, 902, 903, 904
BALANCES = [(Purpose.CONTROL, CONTROL), (Purpose.BANK, BANK), (Purpose.DEBTOR, DEBTOR), (Purpose.SUSPENSE, SUSPENSE)]


def rule(purpose: Purpose, nr: int, starts: str = "2020-04-01", ends: str | None = None, **states: str) -> CodingRule:
    account = Account("100", "A", f"S{nr}", "0", f"account {nr}", nr)
    return CodingRule(
        purpose,
        account,
        **states,
        starts=dt.date.fromisoformat(starts),
        ends=dt.date.fromisoformat(ends) if ends else None,
    )


def coding(*rules: CodingRule) -> Coding:
    return Coding([*(rule(purpose, nr) for purpose, nr in BALANCES), *rules])


CARE = Combination("care")


def debit(chart: Coding, asked: Combination = CARE, on: dt.date = DAY) -> int:
    return chart.accounts(*asked, on)[0]


def test_more_conditions_win() -> None:
    chart = coding(
        rule(COST, 1), rule(COST, 2, service_kind="home care"), rule(COST, 3, service_kind="home care", age_band="65+")
    )
    assert debit(chart) == 1
    assert debit(chart, CARE._replace(service_kind="home care")) == 2
    assert debit(chart, CARE._replace(service_kind="home care", age_band="18-64")) == 2
    assert debit(chart, CARE._replace(service_kind="home care", age_band="65+")) == 3


def test_as_many_conditions_go_by_precedence() -> None:
    chart = coding(
        rule(COST, 1, age_band="65+"),
        rule(COST, 2, support_reason="mental health"),
        rule(COST, 3, service_kind="nursing"),
        rule(COST, 4, kind="nursing"),
    )
    everything = Combination("nursing", "nursing", "mental health", "65+")
    assert debit(chart, everything) == 4
    assert debit(chart, everything._replace(kind="care")) == 3
    assert debit(chart, everything._replace(kind="care", service_kind=None)) == 2
    assert debit(chart, CARE._replace(age_band="65+")) == 1


def test_another_funders_share_never_falls_to_the_councils_own_code() -> None:
    chart = coding(
        rule(COST, 1, kind="care", service_kind="nursing", support_reason="mental health", age_band="65+"),
        rule(COST, 2, funder_kind="nhs"),
    )
    asked = Combination("care", "nursing", "mental health", "65+")
    assert debit(chart, asked) == 1
    assert debit(chart, asked._replace(funder_kind="nhs")) == 2


def test_the_day_decides() -> None:
    chart = coding(rule(COST, 1, ends="2026-04-01"), rule(COST, 2, starts="2026-04-01"))
    assert debit(chart, on=dt.date(2026, 3, 31)) == 1
    assert debit(chart, on=dt.date(2026, 4, 1)) == 2


def test_what_no_rule_fits_is_suspense() -> None:
    chart = coding(rule(COST, 1, service_kind="home care"))
    assert chart.accounts("care", "day care", None, None, None, DAY) == (SUSPENSE, CONTROL)
    assert chart.accounts("contribution", "home care", None, None, None, DAY) == (SUSPENSE, CONTROL)


def test_both_sides_of_each_kind() -> None:
    chart = coding(rule(COST, 1), rule(INCOME, 2), rule(COST, 3, kind="nursing"))
    assert {
        kind: chart.accounts(kind, None, None, None, None, DAY)
        for kind in (
            "care",
            "block",
            "adjustment",
            "nursing",
            "contribution",
            "top-up",
            "nursing deducted",
            "settlement",
            "debt",
        )
    } == {
        "care": (1, CONTROL),
        "block": (1, CONTROL),
        "adjustment": (1, CONTROL),
        "nursing": (3, CONTROL),
        "contribution": (2, CONTROL),
        "top-up": (2, CONTROL),
        "nursing deducted": (2, CONTROL),
        "settlement": (CONTROL, BANK),
        "debt": (CONTROL, DEBTOR),
    }


combinations = st.builds(
    Combination,
    st.sampled_from([*KNOWN["kind"], "settlement", "debt"]),
    *(
        st.sampled_from([None, "unheard of", *KNOWN[word]])
        for word in ("service_kind", "support_reason", "age_band", "funder_kind")
    ),
)
days = st.dates(dt.date(2000, 4, 1), dt.date(2040, 1, 1))


def numbered() -> list[CodingRule]:
    return [replace(each, account=replace(each.account, nr=nr)) for nr, each in enumerate(shipped_rules(), start=1)]


def shipped_then_changed() -> Coding:
    """The shipped rules, the first of them given a new account from 1 April 2026."""
    first, *rest = numbered()
    changed = dt.date(2026, 4, 1)
    later = replace(first, account=replace(first.account, nr=9_999), starts=changed)
    return Coding([replace(first, ends=changed), later, *rest])


@given(st.lists(combinations, min_size=1, max_size=6), st.data())
def test_columns_say_what_one_at_a_time_says(asked: list[Combination], data: st.DataObject) -> None:
    chart = shipped_then_changed()
    rows = data.draw(st.lists(st.tuples(st.integers(0, len(asked) - 1), days), max_size=20))
    debits, credits = chart.columns(
        asked, np.array([row[0] for row in rows], np.int64), np.array([number(row[1]) for row in rows], np.int64)
    )
    assert list(zip(debits, credits, strict=True)) == [chart.accounts(*asked[place], when) for place, when in rows]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Combination("care", "home care", "memory and cognition", "65+"), "100-A2140-52030-000"),
        (Combination("care", "direct payment", "learning disability", "18-64"), "100-A1150-62010-000"),
        (Combination("care", "home care", "mental health", "18-64", "nhs"), "100-A1160-52210-000"),
        (Combination("care", "home care", None, None, "nhs"), "100-A9000-52210-000"),
        (Combination("nursing", "nursing", "memory and cognition", "65+"), "100-A2140-52110-000"),
        (Combination("contribution", "residential", "memory and cognition", "65+"), "100-A2140-92010-000"),
        (Combination("block", "day care"), "100-A9000-52060-000"),
        (Combination("care", "home care", "mental health", None), "100-A9000-52030-000"),
        (Combination("care", "a new kind", "mental health", "65+"), "100-00000-B9999-000"),
    ],
)
def test_the_shipped_set(asked: Combination, code: str) -> None:
    rules = numbered()
    by_number = {each.account.nr: each.account.code for each in rules}
    assert by_number[Coding(rules).accounts(*asked, DAY)[0]] == code


@pytest.mark.parametrize("code", ["1.23E+05", "NULL", "Sep-26", "52060\u200b", "52060.0"])
def test_a_code_that_a_spreadsheet_has_ruined_is_refused(code: str) -> None:
    rule = CodingRule(Purpose.COST, Account("1", "XX", code, "0", "Day care"), where="coding.csv line 4")
    said = [str(fault) for fault in faults([rule]) if fault.where == rule.where]
    assert len(said) == 1 and said[0].startswith(f"coding.csv line 4: its subjective {code} ")
