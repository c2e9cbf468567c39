"""Loading a coding set: whole or not at all, from its first day, the same set twice changing nothing."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from interfaces.database.connection import Database
from ledgers.coding.gaps import gaps
from ledgers.coding.jobs import BadCoding, RulesLoaded, load_coding, load_coding_file
from ledgers.coding.shipped import SHIPPED_BY, shipped_rules
from ledgers.coding.store import load_current, read_accounts
from ledgers.tables import account, coding_rule, entry
from tests.guards import guards_lifted

AT = dt.datetime(2026, 5, 3, 9, 0)
HEADER = (
    "purpose,kind,service_kind,support_reason,age_band,funder_kind,first_day,last_day,"
    "entity,cost_centre,subjective,analysis,account_name"
)
BALANCES = [
    "control,,,,,,01/04/2026,,1,0,B2,0,Creditors",
    "bank,,,,,,2026-04-01,,1,0,B1,0,Bank",
    "debtor,,,,,,2026-04-01,,1,0,B3,0,Debtors",
    "suspense,,,,,,2026-04-01,,1,0,B9,0,Suspense",
]


def as_csv(*rows: str, balances: list[str] = BALANCES) -> bytes:
    return "\n".join([HEADER, *balances, *rows]).encode()


def figures(loaded: RulesLoaded) -> tuple[int, int, int]:
    return loaded.added, loaded.ended, loaded.unchanged


def test_an_empty_ledger_is_given_the_shipped_set_once(database: Database) -> None:
    with database.begin() as connection:
        first = load_current(connection)
    with database.begin() as connection:
        again = load_current(connection)
        entered = connection.execute(select(coding_rule.c.entered_by, coding_rule.c.entered_at).distinct()).all()
    assert len(first.rules) == len(again.rules) == len(shipped_rules())
    assert [tuple(each) for each in entered] == [(SHIPPED_BY, None)]
    asked = ("care", "home care", "memory and cognition", "65+", None, AT.date())
    assert first.accounts(*asked) == again.accounts(*asked)


def test_a_new_set_takes_over_from_its_first_day(database: Database) -> None:
    rows = ["cost,,home care,,,,2026-04-01,,1,H,5,0,Home care"]
    with database.begin() as connection:
        load_current(connection)
        loaded = load_coding_file(connection, "coding.csv", as_csv(*rows), "Finance Officer", AT)
        chart = load_current(connection)
        names = {nr: each.name for nr, each in read_accounts(connection).items()}
        said = select(coding_rule.c.entered_by, coding_rule.c.entered_at).where(coding_rule.c.entered_by != SHIPPED_BY)
        assert set(connection.execute(said).all()) == {("Finance Officer", AT)}
    assert figures(loaded) == (5, len(shipped_rules()), 0)
    march, april = (
        chart.accounts("care", "home care", "memory and cognition", "65+", None, day)
        for day in (dt.date(2026, 3, 31), dt.date(2026, 4, 1))
    )
    assert [names[nr] for nr in march] == [
        "Home care: memory and cognition, 65 and over",
        "Creditors: care payees control",
    ]
    assert [names[nr] for nr in april] == ["Home care", "Creditors"]


def test_the_same_set_twice_changes_nothing(database: Database) -> None:
    with database.begin() as connection:
        load_coding_file(connection, "coding.csv", as_csv(), "Finance Officer", AT)
        before = connection.execute(select(coding_rule)).all()
        again = load_coding_file(connection, "coding.csv", as_csv(), "Somebody Else", AT)
        assert figures(again) == (0, 0, 4)
        assert connection.execute(select(coding_rule)).all() == before


def test_a_rule_without_a_first_day_starts_when_it_is_loaded(database: Database) -> None:
    undated = [row.replace("2026-04-01", "").replace("01/04/2026", "") for row in BALANCES]
    with database.begin() as connection:
        load_coding_file(connection, "coding.csv", as_csv(balances=undated), "Finance Officer", AT)
        assert connection.execute(select(coding_rule.c.starts).distinct()).scalars().all() == [AT.date()]


def test_a_correction_withdraws_rules_not_yet_begun(database: Database) -> None:
    later = "cost,,,,,,2027-04-01,,1,X,5,0,Next year"
    with database.begin() as connection:
        load_coding_file(connection, "a.csv", as_csv(later), "Finance Officer", AT)
        loaded = load_coding_file(connection, "b.csv", as_csv(), "Finance Officer", AT)
        chart = load_current(connection)
        assert figures(loaded) == (0, 1, 4)
        withdrawn = select(coding_rule.c.ends).where(coding_rule.c.starts == dt.date(2027, 4, 1))
        assert connection.execute(withdrawn).scalars().all() == [dt.date(2027, 4, 1)]
    assert len(chart.rules) == 4


def test_every_fault_is_named_and_nothing_is_loaded(database: Database) -> None:
    rows = [
        "cost,,home hare,,,,2026-04-01,,1,H,5,0,Home care",
        "cost,care,,,,,2026-04-01,2026-03-01,1,H,5,0,Home care",
        "cost,nursing,,,,,2026-04-01,2026-04-30,1,H,6,0,Nursing",
        "cost,nursing,,,,,2026-04-30,,1,H,6,0,Nurses",
        "control,care,,,,,2026-04-01,,1,0,B2,0,Creditors",
        "income,,,,,,2026-04-01,,1,,9,0,Income",
    ]
    with database.begin() as connection, pytest.raises(BadCoding) as refused:
        load_coding_file(connection, "coding.csv", as_csv(*rows, balances=BALANCES[:3]), "Finance Officer", AT)
    assert [(problem.where, problem.what) for problem in refused.value.problems] == [
        ("coding.csv line 5", "“home hare” is not a service kind."),
        ("coding.csv line 6", "it ends before it starts."),
        ("coding.csv line 9", "a control account is one for everything, and this rule states conditions."),
        ("coding.csv line 10", "its account has no cost centre."),
        ("coding.csv line 8", "it states the same conditions as coding.csv line 7 for some of the same days."),
        ("coding rules", "there is no suspense account on 1 April 2026."),
        ("coding.csv line 8", "account 1-H-6-0 is called “Nurses” here and “Nursing” before."),
    ]
    with database.begin() as connection:
        assert connection.execute(select(func.count()).select_from(account)).scalar_one() == 0


def test_equal_rules_one_after_the_other_are_no_overlap(database: Database) -> None:
    rows = [
        "cost,nursing,,,,,2026-04-01,2026-04-30,1,H,6,0,Nursing",
        "cost,nursing,,,,,2026-05-01,,1,H,7,0,Nursing from May",
    ]
    with database.begin() as connection:
        load_coding_file(connection, "coding.csv", as_csv(*rows), "Finance Officer", AT)
        chart = load_current(connection)
        names = {nr: each.name for nr, each in read_accounts(connection).items()}
    found = [chart.accounts("nursing", None, None, None, None, dt.date(2026, *day))[0] for day in ((4, 30), (5, 1))]
    assert [names[nr] for nr in found] == ["Nursing", "Nursing from May"]


def test_no_rules_at_all_is_a_fault(database: Database) -> None:
    with database.begin() as connection, pytest.raises(BadCoding, match="there are none"):
        load_coding(connection, [], "Finance Officer", AT)


def test_what_a_set_leaves_out_is_said_with_where_its_money_falls(database: Database) -> None:
    rows = ["cost,,home care,,,,2026-04-01,,1,H,5,0,Home care", "income,charge,,,,,2026-04-01,,1,H,9,0,Charges"]
    with database.begin() as connection:
        loaded = load_coding_file(connection, "coding.csv", as_csv(*rows), "Finance Officer", AT)
    falls = {each.what: each.falls_to for each in loaded.gaps}
    assert falls["receivable"] == "1-0-B3-0 Debtors (debtor)"
    for purpose in ("deferred", "unidentified", "bad debt"):
        assert falls[purpose] == "1-0-B9-0 Suspense (suspense)"
    assert (
        falls["cost, residential"]
        == falls["income, waived"]
        == falls["income, recharge"]
        == "1-0-B9-0 Suspense (suspense)"
    )
    assert "cost, home care" not in falls and "income, charge" not in falls
    assert {each.starts for each in loaded.gaps} == {dt.date(2026, 4, 1)}
    general = [
        *rows,
        "income,,,,,,2026-04-01,,1,H,8,0,Other income",
        "cost,,,,,,2026-04-01,,1,H,4,0,Other care",
        "receivable,,,,,,2026-04-01,2026-05-31,1,0,B4,0,Clients",
    ]
    with database.begin() as connection:
        loaded = load_coding_file(connection, "coding.csv", as_csv(*general), "Finance Officer", AT)
    found = {each.what: (each.falls_to, each.starts) for each in loaded.gaps}
    assert found["income, waived"] == ("1-H-8-0 Other income", dt.date(2026, 4, 1))
    assert found["receivable"] == ("1-0-B3-0 Debtors (debtor)", dt.date(2026, 6, 1))  # its rule ends on the last of May
    assert not [each for each in found if each.startswith("cost")]


def test_the_shipped_set_leaves_nothing_out() -> None:
    assert gaps(shipped_rules(), dt.date(2026, 4, 1)) == []


def test_a_set_that_leaves_money_behind_on_a_control_account_is_refused(database: Database) -> None:
    with database.begin() as connection:
        coding = load_current(connection)
    debit, credit = coding.accounts("recharge", None, None, None, "nhs", AT.date())
    with database.begin() as connection:
        load_coding_file(connection, "coding.csv", as_csv(), "Finance Officer", AT)  # nothing is posted yet
    with guards_lifted(database, "entry") as connection:
        connection.execute(
            entry.insert().values(
                stream="recharges",
                run=1,
                period_starts=dt.date(2026, 4, 6),
                period_ends=dt.date(2026, 5, 4),
                subject=1,
                kind="recharge",
                funder=1,
                party=1,
                revision=0,
                amount=100,
                debit=debit,
                credit=credit,
                effective=AT.date(),
                recorded=AT,
                chunk=0,
            )
        )
    with database.begin() as connection, pytest.raises(BadCoding) as refused:
        load_coding_file(connection, "coding.csv", as_csv("cost,,,,,,2026-04-01,,1,H,5,0,Care"), "Finance Officer", AT)
    (problem,) = refused.value.problems
    assert problem.what == (
        "there is no receivable account on 1 April 2026, and entries are posted to "
        "100-00000-B1310-000 Debtors: clients and funders billed."
    )
    named = ["receivable,,,,,,2026-04-01,,1,0,B4,0,Clients", "cost,,,,,,2026-04-01,,1,H,5,0,Care"]
    with database.begin() as connection:
        assert load_coding_file(connection, "coding.csv", as_csv(*named), "Finance Officer", AT).added == 2
        together = BALANCES[2].replace("1,0,B3,0,Debtors", "100,00000,B1310,000,Debtors: clients and funders billed")
        load_coding_file(
            connection, "c.csv", as_csv(balances=[*BALANCES[:2], together, BALANCES[3]]), "Finance Officer", AT
        )
