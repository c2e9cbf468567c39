"""A price typed ten times over is found beside its card, its like and what it was; an uplift is not."""

import pytest

from interfaces.database.connection import Database
from payruns.checks.price_out_of_line import CHECKS
from tests import builders
from tests.payruns.checks.two_runs import findings_of_second_run

PEERS = 10


def facts(agreed: str | None = None) -> builders.Facts:
    """Ada’s home, and ten others for the same care at £700.00 to £709.00 a week."""
    contracts = [builders.contract(f"K{each}", "4W") for each in range(PEERS + 1)]
    rates = [
        builders.rate(f"R{each}", f"K{each}", "RES", "week", f"{700 + each % PEERS}.00") for each in range(PEERS + 1)
    ]
    made: dict[str, list[builders.Row]] = {
        "people": [builders.ADA],
        "payees": [builders.payee("V1")],
        "services": [builders.RESIDENTIAL],
        "pay_calendars": [builders.pay_calendar("4W", "four-weekly")],
        "contracts": contracts,
        "rates": rates,
        "packages": [builders.package("PK1", "P1")],
        "service_lines": [builders.line("L1", "PK1", "K0", "RES", "week")],
    }
    if agreed:
        made["agreed_rates"] = [agreed_rate("A1", agreed)]
    return made


def agreed_rate(ref: str, pounds: str, starts: str = "2026-04-06", **more: object) -> builders.Row:
    return {"rate_ref": ref, "line_ref": "L1", "rate": pounds, "start_date": starts, **more}


PRICES = [check.name for check in CHECKS]


@pytest.mark.parametrize(
    "before, news, found",
    [
        # agreed for the line at ten times the card’s: for the four weeks of May and those of April
        (None, {"agreed_rates": [agreed_rate("A1", "7000.00")]}, [("price out of line", 8 * 630_000)]),
        (None, {"agreed_rates": [agreed_rate("A1", "840.00", "2026-05-04")]}, []),
        ("700.00", {"agreed_rates": [agreed_rate("A1", "1000.00")]}, [("price moved", 8 * 30_000)]),
        ("700.00", {"agreed_rates": [agreed_rate("A1", "870.00")]}, []),
        (
            "700.00",
            {
                "agreed_rates": [
                    agreed_rate("A1", "700.00", end_date="2026-05-03"),
                    agreed_rate("A2", "1000.00", "2026-05-04"),
                ]
            },
            [("price moved", 4 * 30_000)],
        ),
        (None, {"rates": [builders.rate("R0", "K0", "RES", "week", "7000.00")]}, "both"),
        (None, {"rates": [builders.rate("R0", "K0", "RES", "week", "735.00")]}, []),
    ],
)
def test_a_new_price(database: Database, before: str | None, news: builders.Facts, found: object) -> None:
    made = [each for each in findings_of_second_run(database, facts(before), news) if each.check_name in PRICES]
    if found == "both":
        assert [(each.check_name, each.severity, each.subject) for each in made] == [
            ("price out of line", "stop", None),
            ("price moved", "look", None),
        ]
        assert made[0].what == (
            "A price of the contract’s card is £7,000.00 a week; the middle of 11 prices for the same care is "
            "£705.00 a week."
        )
        return
    assert [(each.check_name, each.amount) for each in made] == found


def test_a_direct_payment_is_a_sum_for_one_person_and_no_price(database: Database) -> None:
    made = facts()
    direct = {**made, "services": [builders.service("RES", "Direct payment")]}
    news = {"agreed_rates": [agreed_rate("A1", "7000.00")]}
    assert not [each for each in findings_of_second_run(database, direct, news) if each.check_name in PRICES]
