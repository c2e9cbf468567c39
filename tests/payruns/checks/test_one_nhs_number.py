"""Two people with one NHS number who both have care are asked about, on the one known later."""

from typing import Any

import pandas as pd
import pytest

from interfaces.database.connection import Database
from payruns.checks.one_nhs_number import alike
from tests import builders
from tests.payruns.checks.two_runs import findings_of_second_run

NUMBER = "9434765919"


def person(nr: int, number: str = NUMBER) -> dict[str, Any]:
    return {"nr": nr, "ref": f"P{nr}", "name": f"Person {nr}", "nhs_number": number}


def own(*rows: tuple[int, int, int]) -> pd.DataFrame:
    """Lines of care: subject, person, pence."""
    return pd.DataFrame([(*row, 7) for row in rows], columns=["subject", "person", "amount", "party"])


def test_the_one_known_later_on_the_dearest_of_its_lines() -> None:
    (found,) = alike([person(1), person(2)], own((10, 1, 500), (20, 2, 300), (21, 2, 400)))
    assert (found.subject, found.party, found.amount, found.severity) == (21, 7, 700, "stop")
    assert found.what == (
        "Person 2 (P2) has the NHS number of Person 1 (P1), 9434765919: both have care, and £7.00 is paid for P2. "
        "Are they one person?"
    )
    (first,) = alike([person(1), person(2)], own((10, 1, 500)))
    assert first.subject == 10, "the other is paid for by another run"
    assert not alike([person(1), person(2, "9434765870")], own((10, 1, 500), (20, 2, 300)))
    assert not alike([person(1), person(2)], own((10, 1, -500)))


@pytest.mark.parametrize("number, found", [(NUMBER, [("stop", 280_000)]), ("9434765870", []), ("", [])])
def test_two_residents_of_one_number(database: Database, number: str, found: list[tuple[str, int]]) -> None:
    facts = {
        "people": [{**builders.ADA, "nhs_number": NUMBER}, {**builders.NOOR, "nhs_number": number}],
        "payees": [builders.payee("V1")],
        "services": [builders.RESIDENTIAL],
        "pay_calendars": [builders.pay_calendar("4W", "four-weekly")],
        "contracts": [builders.contract("K1", "4W")],
        "rates": [builders.rate("R1", "K1", "RES", "week", "700.00")],
        "packages": [builders.package("PK1", "P1"), builders.package("PK2", "P2")],
        "service_lines": [
            builders.line("L1", "PK1", "K1", "RES", "week"),
            builders.line("L2", "PK2", "K1", "RES", "week"),
        ],
    }
    made = [each for each in findings_of_second_run(database, facts, {}) if each.check_name == "one NHS number"]
    assert [(each.severity, each.amount) for each in made] == found
