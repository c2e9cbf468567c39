"""A charge run from facts to numbered bills: what an officer could work out by hand."""

import datetime as dt

import pytest
from sqlalchemy import insert, select

from billing.charges.served import Unbilled
from billing.charges.served_store import read_served
from billing.tables import bill as bill_table
from billing.tables import waiver as waiver_table
from finance.assessment import Outcome
from finance.problems import Guarded, Refusal
from interfaces.database.connection import Database
from ledgers import store as ledger
from ledgers.runs import Run
from tests.billing.charges.charged_council import FACTS, RESIDENT, assess, bill, entries, make, tell
from tests.guards import guards_lifted


def amounts(database: Database) -> dict[tuple[str, int], int]:
    """Pence posted by kind and subject, all time."""
    found: dict[tuple[str, int], int] = {}
    for subject, kind, _, _, pence in entries(database):
        found[kind, subject] = found.get((kind, subject), 0) + pence
    return found


def test_the_lower_of_cost_and_maximum_shared_over_services(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)  # £150.00 a week; the home costs £1,002.75
    # home care £137.78 (5.5 × £25.05 = £137.775), then day care £41.10 from the second week
    assess(database, "P2", 16_000)
    bill(database)
    assert amounts(database) == {
        ("charge", 1): 4 * 15_000,
        ("charge", 2): 4 * 13_778,
        ("charge", 3): 3 * (16_000 - 13_778),
    }
    with database.begin() as connection:
        bills = [
            (b.nr, b.party, b.kind, b.amount, b.issued.isoformat(), b.due.isoformat())
            for b in connection.execute(select(bill_table).order_by(bill_table.c.nr))
        ]
    assert bills == [
        (1, 1, "bill", 60_000, "2026-05-04", "2026-06-01"),
        (2, 2, "bill", 4 * 13_778 + 3 * 2_222, "2026-05-04", "2026-06-01"),
    ]


def test_what_a_person_can_pay_meets_the_cost_of_their_packages_and_not_a_cost_typed_once(database: Database) -> None:
    """£146.30 is left over, and was held at the £129.93 typed with the circumstances; the care comes to £178.88."""
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 12_993, can_pay=14_630)
    bill(database)
    # home care £137.78 and, from the second week, day care £41.10: the rest of what can be paid
    assert amounts(database) == {
        ("charge", 1): 4 * 15_000,
        ("charge", 2): 4 * 13_778,
        ("charge", 3): 3 * (14_630 - 13_778),
    }


def test_what_can_be_paid_told_later_is_news_and_posts_the_difference(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 12_993)
    bill(database)
    assert amounts(database)["charge", 2] == 4 * 12_993, "of old assessments it is not known: what was kept stands"
    assess(database, "P2", 12_993, can_pay=14_630)
    bill(database, "2026-06-01")
    again = {key: pence for key, pence in amounts(database).items() if key[1] == 2}
    assert again == {("charge", 2): 8 * 13_778}


def test_charges_past_the_last_figures_known_are_named(database: Database) -> None:
    """What people keep is known to 5 April 2027: the period to 2 May 2027 is charged by assessments of before."""
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 0, outcome=Outcome.FULL_COST)
    assert found(database, bill(database, "2027-04-05"), "figures not known") == []
    (finding,) = found(database, bill(database, "2027-05-03"), "figures not known")
    assert finding.startswith("1 person is charged £600.00 for periods past 5 April 2027")


def found(database: Database, run: Run, check: str) -> list[str]:
    with database.read() as connection:
        return [row.what for row in ledger.read_findings(connection, run.nr) if row.check_name == check]


def test_part_of_a_week_in_a_home_is_charged_by_the_day_and_at_home_as_a_week(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 10_000)
    tell(
        database,
        service_lines=[
            {
                "line_ref": "L1",
                "package_ref": "PK1",
                "contract_ref": "K1",
                "service_ref": "RES",
                "unit": "week",
                "quantity": "1",
                "start_date": "2026-04-06",
                "end_date": "2026-04-29",
            },
            {
                "line_ref": "L2",
                "package_ref": "PK2",
                "contract_ref": "K1",
                "service_ref": "HC",
                "unit": "hour",
                "quantity": "5.5",
                "start_date": "2024-06-03",
                "end_date": "2026-04-29",
            },
        ],
    )
    bill(database)
    # three weeks and three days: 3/7 of £150.00 is £64.29; at home 3/7 of the care costs £59.05, under the whole
    # maximum with day care £41.10 on top of it in that week
    assert amounts(database) == {
        ("charge", 1): 45_000 + 6_429,
        ("charge", 2): 3 * 10_000 + 5_905,
        ("charge", 3): 10_000 - 5_905,
    }


def test_late_news_posts_the_difference_and_a_credit_note(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 0, outcome=Outcome.NIL_BY_LAW)
    bill(database)
    assess(database, "P1", 9_000, starts="2026-04-20", basis=RESIDENT)
    tell(
        database,
        service_lines=[
            {
                "line_ref": "L1",
                "package_ref": "PK1",
                "contract_ref": "K1",
                "service_ref": "RES",
                "unit": "week",
                "quantity": "1",
                "start_date": "2026-04-06",
                "end_date": "2026-05-03",
            }
        ],
    )
    second = bill(database, "2026-06-01")
    assert entries(database, second) == [(1, "charge", 1, "2026-04-06", -2 * 6_000)]
    with database.begin() as connection:
        last = connection.execute(select(bill_table).order_by(bill_table.c.nr.desc())).first()
    assert last is not None and (last.kind, last.amount) == ("credit note", -12_000)


def test_full_cost_top_up_waiver_exemption_and_what_the_provider_collects(database: Database) -> None:
    make(database)
    tell(
        database,
        bill_payers=[{"payer_ref": "BP3", "name": "A daughter", "kind": "third party"}],
        top_up_agreements=[
            {
                "agreement_ref": "T1",
                "line_ref": "L1",
                "payer_ref": "BP3",
                "weekly_amount": "60.00",
                "signed": "2026-04-01",
                "start_date": "2026-04-06",
            },
            {
                "agreement_ref": "T2",
                "line_ref": "L1",
                "payer_ref": "BP1",
                "weekly_amount": "5.00",
                "start_date": "2026-04-06",
            },
        ],
        contributions=[
            {
                "contribution_ref": "C1",
                "line_ref": "L1",
                "kind": "client",
                "weekly_amount": "100.00",
                "collector": "provider",
                "start_date": "2024-06-03",
            }
        ],
        waivers=[
            {
                "waiver_ref": "W1",
                "person_ref": "P2",
                "weekly_amount": "7.00",
                "reason": "hardship",
                "requested_by": "one",
                "approved_by": "two",
                "start_date": "2026-04-06",
                "end_date": "2026-04-12",
            }
        ],
        charge_exemptions=[
            {
                "exemption_ref": "E1",
                "line_ref": "L2",
                "reason": "reablement",
                "start_date": "2026-04-13",
                "end_date": "2026-04-19",
            }
        ],
    )
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.OVER_LIMIT)
    assess(database, "P2", 10_000)
    bill(database)
    assert amounts(database) == {
        ("charge", 1): 4 * (100_275 - 6_000),
        ("collected by provider", 1): -4 * 10_000,
        ("third-party top-up", 1): 4 * 6_000,
        ("charge", 2): 3 * 10_000,
        ("charge", 3): 4_110,  # the week without home care
        ("waived", 2): -700,
    }


def waived(starts: str, ends: str, **how_much: object) -> dict[str, object]:
    return {
        "waiver_ref": "W1",
        "person_ref": "P2",
        "reason": "hardship",
        "requested_by": "one",
        "approved_by": "two",
        "start_date": starts,
        "end_date": ends,
        **how_much,
    }


def test_a_part_of_the_charge_is_given_back_on_its_own_days_alone(database: Database) -> None:
    """Home care takes the £100.00 a week: 40% of three days of a week, then all of those and of the next week."""
    make(database)
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.NIL_BY_LAW)
    assess(database, "P2", 10_000)
    bill(database)
    assert amounts(database) == {("charge", 2): 40_000}
    tell(database, waivers=[waived("2026-04-10", "2026-04-12", percent="40%")])
    second = bill(database, "2026-06-01")
    assert (2, "waived", 2, "2026-04-06", -1_714) in entries(database, second)
    tell(database, waivers=[waived("2026-04-10", "2026-04-19", percent="100")])
    third = bill(database, "2026-06-29")
    assert (2, "waived", 2, "2026-04-06", 1_714 - 4_286 - 10_000) in entries(database, third)


def test_all_of_the_charge_of_care_of_three_days_is_all_of_it(database: Database) -> None:
    make(database)
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.NIL_BY_LAW)
    assess(database, "P2", 10_000)
    tell(
        database,
        charge_exemptions=[
            {
                "exemption_ref": f"E{line}{first}",
                "line_ref": line,
                "reason": "reablement",
                "start_date": first,
                "end_date": last,
            }
            for line in ("L2", "L3")
            for first, last in (("2026-04-06", "2026-04-07"), ("2026-04-11", "2026-05-03"))
        ],
        waivers=[waived("2026-04-08", "2026-04-10", percent="100")],
    )
    bill(database)
    charged = amounts(database)
    assert charged["charge", 2] > 0
    assert charged["waived", 2] == -charged["charge", 2]
    assert charged.get(("waived", 3), 0) == -charged.get(("charge", 3), 0)


def test_one_told_of_neither_before_either_could_be_is_of_all_of_the_charge(database: Database) -> None:
    make(database)
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.NIL_BY_LAW)
    assess(database, "P2", 10_000)
    tell(database, waivers=[waived("2026-04-06", "2026-04-12", percent="40")])
    with guards_lifted(database, "waiver") as connection:
        connection.execute(waiver_table.update().values(share=None))
    bill(database)
    assert amounts(database) == {("charge", 2): 40_000, ("waived", 2): -10_000}


@pytest.mark.parametrize(
    ("how_much", "says"),
    [
        ({"percent": "40", "weekly_amount": "7.00"}, "both a percentage and a weekly amount"),
        ({}, "no percentage and no weekly amount"),
        ({"percent": "0"}, "is not a percentage"),
        ({"percent": "100.01"}, "is not a percentage"),
    ],
)
def test_a_waiver_says_a_sum_or_a_part(database: Database, how_much: dict[str, str], says: str) -> None:
    make(database)
    with pytest.raises(Refusal, match=says):
        tell(database, waivers=[waived("2026-04-06", "2026-04-12", **how_much)])


@pytest.mark.parametrize("how_much", [{"weekly": 7, "share": 7}, {}, {"share": 0}, {"share": 10_001}])
def test_the_database_refuses_a_waiver_of_neither_or_both(database: Database, how_much: dict[str, int]) -> None:
    make(database)
    tell(database, waivers=[waived("2026-04-06", "2026-04-12", percent="40")])
    with database.read() as connection:
        row = dict(connection.execute(select(waiver_table)).mappings().one()) | {"nr": 2, "ref": "W2"}
    row |= {"weekly": None, "share": None} | how_much
    with pytest.raises(Guarded, match="either pounds a week or a part"), database.begin() as connection:
        connection.execute(insert(waiver_table).values(row))


def test_one_person_not_assessed_is_parked_and_billed_once_assessed(database: Database) -> None:
    make(database)
    assess(database, "P2", 10_000)
    bill(database)
    assert {subject for subject, *_ in entries(database)} == {2}
    assess(database, "P1", 15_000, basis=RESIDENT)
    second = bill(database, "2026-06-01")
    assert [row for row in entries(database, second) if row[0] == 1] == [
        (1, "charge", 1, "2026-04-06", 60_000),
        (1, "charge", 1, "2026-05-04", 60_000),
    ]


def test_care_delivered_is_charged_in_place_of_the_plan(database: Database) -> None:
    make(database)
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.NIL_BY_LAW)
    assess(database, "P2", 20_000)
    tell(
        database,
        deliveries=[
            {"delivery_ref": "D1", "line_ref": "L2", "date": "2026-04-07", "unit": "hour", "quantity": "1:30"},
            {"delivery_ref": "D2", "line_ref": "L2", "date": "2026-04-10", "unit": "hour", "quantity": "1"},
        ],
    )
    bill(database)
    assert amounts(database)["charge", 2] == 3_758 + 2_505 + 3 * 13_778


def test_an_interim_run_changes_no_total(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 16_000)
    bill(database, "2026-04-16")
    bill(database, "2026-04-29")
    bill(database)
    assert amounts(database) == {("charge", 1): 60_000, ("charge", 2): 4 * 13_778, ("charge", 3): 3 * 2_222}


def test_who_was_never_billed_and_why(database: Database) -> None:
    make(
        database,
        people=[
            {
                "person_ref": "P3",
                "name": "Nobody's Client",
                "date_of_birth": "1944-01-01",
                "primary_support_reason": "memory and cognition",
            }
        ],
        packages=[{"package_ref": "PK3", "person_ref": "P3", "start_date": "2026-03-02"}],
        service_lines=[
            {
                "line_ref": "L4",
                "package_ref": "PK3",
                "contract_ref": "K1",
                "service_ref": "DAY",
                "unit": "day",
                "quantity": "1",
                "days": "Mon",
                "start_date": "2026-03-02",
            }
        ],
    )
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 0)
    assess(database, "P3", 4_000)
    assert served(database) == [
        ("P3", Unbilled.NOBODY_TO_BILL),
        ("P1", Unbilled.NOT_YET),
        ("P2", Unbilled.NOTHING_TO_PAY),
    ]
    bill(database)
    assert served(database) == [("P3", Unbilled.NOBODY_TO_BILL), ("P2", Unbilled.NOTHING_TO_PAY)]


def served(database: Database) -> list[tuple[str, Unbilled]]:
    with database.read() as connection:
        return [(each.ref, each.why) for each in read_served(connection, dt.date(2026, 5, 4))]


def test_those_never_assessed_are_named_first_and_what_a_provider_collects_last(database: Database) -> None:
    make(database)
    assert served(database) == [
        ("P2", Unbilled.NOT_TOLD),
        ("P1", Unbilled.NOT_TOLD),
    ]  # with care since 2024, and since a year on
    told: dict[str, object] = {
        "circumstances_ref": "C1",
        "person_ref": "P2",
        "start_date": "2026-04-06",
        "weekly_cost": "100.00",
    }
    tell(database, circumstances=[told])
    assert served(database) == [("P1", Unbilled.NOT_TOLD), ("P2", Unbilled.NOT_ASSESSED)]
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 4_000)
    collects = {"line_ref": "L1", "kind": "client", "weekly_amount": "150.00", "collector": "provider"}
    tell(database, contributions=[{"contribution_ref": "CN1", **collects, "start_date": "2024-06-03"}])
    assert served(database) == [("P2", Unbilled.NOT_YET), ("P1", Unbilled.COLLECTED)]
    exempt = {"line_ref": "L1", "reason": "section 117", "start_date": "2026-04-06"}
    tell(database, charge_exemptions=[{"exemption_ref": "E1", **exempt}])
    assess(database, "P2", None)
    assert served(database) == [("P2", Unbilled.TAKEN_BACK), ("P1", Unbilled.EXEMPT)]
    assess(database, "P2", 4_000)
    tell(database, rates=[{**FACTS["rates"][1], "end_date": "2026-04-12"}])
    bill(database)
    assert served(database) == [("P2", Unbilled.STUCK)]  # what was collected from P1 on exempt days is credited
