"""Each check of a pay run where one thing is wrong: it is found, and nothing is where all is well."""

from typing import Any

import pytest

from interfaces.database.connection import Database
from payruns.checks import (
    against_last,
    agreed_rate_ended,
    backdated,
    bank_details_changed,
    before_go_live,
    collected_on_free_days,
    collected_over_cost,
    collected_with_a_gap,
    contract_ended,
    first_payment,
    gross_contract,
    lives_over,
    no_bank_details,
    over_budget,
    rate_changed,
    same_care_twice,
    takes_back,
)
from payruns.checks.register import CHECKS_OF_PAYMENTS
from payruns.policy import PaymentPolicy
from tests import builders
from tests.payruns.checks.two_runs import findings_of_second_run

FACTS: dict[str, list[builders.Row]] = {
    "people": [builders.ADA, builders.NOOR],
    "payees": [builders.payee("V1"), builders.payee("V2", name="Other Care")],
    "services": [builders.HOME_CARE],
    "pay_calendars": [builders.pay_calendar("4W", "four-weekly")],
    "contracts": [builders.contract("K1", "4W"), builders.contract("K2", "4W", payee_ref="V2")],
    "rates": [builders.rate("R1", "K1", "HC", "hour", "20.00"), builders.rate("R2", "K2", "HC", "hour", "20.00")],
    "packages": [
        builders.package("PK1", "P1", weekly_budget="200.00"),
        builders.package("PK2", "P2", weekly_budget="200.00"),
    ],
    "service_lines": [
        builders.line("L1", "PK1", "K1", "HC", "hour", "10"),
        builders.line("L2", "PK2", "K1", "HC", "hour", "10"),
    ],
}


def line(ref: str, quantity: str = "10", package: str = "PK1", contract: str = "K1", **more: object) -> builders.Row:
    return builders.line(ref, package, contract, "HC", "hour", quantity, **more)


def adjustment(pounds: str, on: str = "2026-05-11") -> builders.Row:
    plain = {"calendar_ref": "4W", "service_ref": "HC", "person_ref": "", "reason": "as agreed", "entered_by": "Ann"}
    return {"adjustment_ref": "A1", "payee_ref": "V1", "date": on, "amount": pounds, **plain}


def contribution(ref: str, **more: object) -> builders.Row:
    plain = {"line_ref": "L1", "kind": "client", "collector": "provider", "weekly_amount": "50.00"}
    return {"contribution_ref": ref, **plain, "start_date": "2026-04-06", **more}


CASES: list[tuple[Any, str, builders.Facts, int | None]] = [
    (against_last.NEW, "note", {"service_lines": [line("L3", "1")]}, 8_000),
    (against_last.ENDED, "note", {"service_lines": [line("L2", package="PK2", end_date="2026-05-03")]}, 80_000),
    (against_last.PART, "note", {"service_lines": [line("L2", package="PK2", end_date="2026-05-10")]}, 60_000),
    (against_last.DOUBLED, "stop", {"service_lines": [line("L2", "20", "PK2")]}, 80_000),
    (against_last.OVER, "look", {"service_lines": [line("L2", "12", "PK2")]}, 16_000),
    (over_budget.CHECK, "look", {"service_lines": [line("L2", "12", "PK2")]}, 16_000),
    (first_payment.CHECK, "look", {"service_lines": [line("L3", "1", "PK2", "K2")]}, 16_000),
    (takes_back.CHECK, "look", {"adjustments": [adjustment("-2000.00")]}, 40_000),
    (before_go_live.CHECK, "look", {"adjustments": [adjustment("30.00", "2026-04-01")]}, 3_000),
    (rate_changed.CHECK, "note", {"rates": [builders.rate("R1", "K1", "HC", "hour", "21.00")]}, 16_000),
    (same_care_twice.CHECK, "look", {"service_lines": [line("L3", start_date="2026-04-06")]}, 80_000),
    (contract_ended.CHECK, "look", {"contracts": [builders.contract("K1", "4W", end_date="2026-05-17")]}, 0),
    (
        gross_contract.CHECK,
        "look",
        {
            "contracts": [builders.contract("K1", "4W", payment="gross", terms_from="2026-04-06")],
            "contributions": [contribution("C1")],
        },
        0,
    ),
    (collected_over_cost.CHECK, "look", {"contributions": [contribution("C1", weekly_amount="300.00")]}, None),
    (
        collected_with_a_gap.CHECK,
        "look",
        {"contributions": [contribution("C1", end_date="2026-05-10"), contribution("C2", start_date="2026-05-18")]},
        0,
    ),
    (
        collected_on_free_days.CHECK,
        "look",
        {
            "contributions": [contribution("C1")],
            "charge_exemptions": [
                {"exemption_ref": "E1", "line_ref": "L1", "reason": "section 117", "start_date": "2026-05-04"}
            ],
        },
        0,
    ),
    (
        agreed_rate_ended.CHECK,
        "look",
        {
            "agreed_rates": [
                {
                    "rate_ref": "G1",
                    "line_ref": "L1",
                    "rate": "20.50",
                    "start_date": "2026-04-06",
                    "end_date": "2026-05-17",
                }
            ]
        },
        0,
    ),
]


@pytest.mark.parametrize("check, severity, news, moved", CASES, ids=lambda each: getattr(each, "name", ""))
def test_it_is_found_where_its_trouble_is(
    database: Database, check: Any, severity: str, news: builders.Facts, moved: int | None
) -> None:
    made = [each for each in findings_of_second_run(database, FACTS, news) if each.check_name == check.name]
    assert made and {each.severity for each in made} == {severity}
    if moved is not None:
        assert [abs((each.amount or 0) - (each.before or 0)) for each in made] in ([moved], [moved, moved])


def test_where_all_is_well_nothing_is_found(database: Database) -> None:
    assert [(each.check_name, each.what) for each in findings_of_second_run(database, FACTS, {})] == []


def test_what_needs_a_longer_past_or_a_death_says_where_it_is_shown() -> None:
    for module in (backdated, bank_details_changed, lives_over, no_bank_details):
        assert all(check.words for check in module.CHECKS)
    assert CHECKS_OF_PAYMENTS.declared["nought"] is against_last.NOUGHT


def test_a_council_may_make_any_check_a_stop_or_have_it_silent_below_a_size(database: Database) -> None:
    sizes = {**PaymentPolicy().sizes, "over budget": 16_001}
    policy = PaymentPolicy(needs_bank_details=False, stop_checks=("over tolerance",), sizes=sizes)
    news = {"service_lines": [line("L2", "12", "PK2")]}
    made = findings_of_second_run(database, FACTS, news, policy=policy)
    assert [(each.check_name, each.severity) for each in made] == [("over tolerance", "stop")]
