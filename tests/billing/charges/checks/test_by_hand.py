"""What is typed by hand: single charges and waivers, above a size and told twice, each found and nothing below it."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.charges.checks.doubled_single_charge import doubled
from billing.charges.checks.large_single_charge import CHECK as SINGLE
from billing.charges.checks.large_waiver import CHECK as WAIVER
from billing.charges.checks.large_waiver import found, waived
from interfaces.database.connection import Database
from ledgers.runs import Run
from ledgers.store import read_findings
from tests.billing.charges.charged_council import RESIDENT, assess, bill, make, tell


def findings(database: Database, run: Run, *checks: str) -> list[Any]:
    with database.read() as connection:
        return [each for each in read_findings(connection, run.nr) if each.check_name in checks]


def single(ref: str, pounds: str, **more: object) -> dict[str, object]:
    plain = {
        "payer_ref": "BP1",
        "service_ref": "RES",
        "date": "2026-04-20",
        "reason": "Broken window",
        "entered_by": "Ann",
    }
    return {"charge_ref": ref, **plain, "amount": pounds, **more}


@pytest.mark.parametrize(
    "pounds, stops", [("1000.00", [100_000]), ("-25000.00", [-2_500_000]), ("999.99", []), ("-999.99", [])]
)
def test_a_single_charge_from_its_size_on_whichever_way(database: Database, pounds: str, stops: list[int]) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    tell(database, one_off_charges=[single("S1", pounds)])
    made = findings(database, bill(database), SINGLE.name)
    assert [(each.severity, each.amount, each.kind) for each in made] == [
        ("stop", pence, "one-off charge") for pence in stops
    ]


def test_a_single_charge_told_twice(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    tell(database, one_off_charges=[single("S1", "40.00"), single("S2", "40.00", reason=" broken  WINDOW")])
    (made,) = findings(database, bill(database), "doubled single charge")
    assert (made.severity, made.amount) == ("stop", 4_000)
    assert made.what.startswith("S2 is like S1: £40.00 for 20 April 2026, of the same payer")


names = st.sampled_from(["bill_payer", "service", "on", "amount", "reason"])


@given(names)
def test_single_charges_that_differ_in_any_one_thing_are_two(name: str) -> None:
    plain = {"bill_payer": 1, "service": 1, "on": dt.date(2026, 4, 20), "amount": 500, "reason": "window"}
    other = {"bill_payer": 2, "service": 2, "on": dt.date(2026, 4, 21), "amount": 501, "reason": "door"}
    rows = [{"nr": 1, "ref": "S1", **plain}, {"nr": 2, "ref": "S2", **plain, name: other[name]}]
    assert not doubled({1: 500, 2: 500}, rows)
    assert [each.subject for each in doubled({1: 500, 2: 500}, [rows[0], {"nr": 2, "ref": "S2", **plain}])] == [2]


def test_a_waiver_stops_the_run_that_first_waives_so_much_and_is_not_asked_of_again(database: Database) -> None:
    make(database)
    assess(database, "P1", 30_000, basis=RESIDENT)
    waiver = {"person_ref": "P1", "reason": "Hardship panel", "requested_by": "Ann", "approved_by": "Bo"}
    tell(database, waivers=[{"waiver_ref": "W1", **waiver, "weekly_amount": "300.00", "start_date": "2026-04-06"}])
    (made,) = findings(database, bill(database), WAIVER.name)
    assert (made.severity, made.amount, made.before) == ("stop", 120_000, 0)
    assert made.what == (
        "£1,200.00 of charges is waived, £0.00 last time (W1, asked for by Ann and approved by Bo: “Hardship panel”)."
    )
    assert findings(database, bill(database, "2026-06-01"), WAIVER.name) == []


def test_what_is_waived_is_summed_by_person_and_payer() -> None:
    import pyarrow as pa

    rows = [(1, 7, "waived", -300), (1, 7, "waived", -200), (1, 7, "charge", 900), (2, 7, "waived", -1)]
    columns = dict(zip(("person", "party", "kind", "amount"), zip(*rows, strict=True), strict=True))
    assert waived(pa.table({name: list(some) for name, some in columns.items()})) == {(1, 7): 500, (2, 7): 1}
    assert found((1, 7), 500, 0, {}).what == ("£5.00 of charges is waived, £0.00 last time (no waiver stands now).")
