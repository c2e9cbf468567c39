"""Charges explained: every figure is one an officer could work out by hand, and all of it comes to the ledger."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
import typer

from billing.assessments.jobs import record_assessment
from billing.explain import explain_bill, explain_charges, store
from billing.explain.figures import figures
from billing.explain.weeks import in_weeks, shared
from finance.assessment import Outcome, default_policy
from finance.money import sterling
from interfaces.cli import explain, run
from interfaces.database.connection import Database
from ledgers import review_jobs
from ledgers.explain.explanation import Explanation, NothingToExplain
from tests.billing.charges.charged_council import AT, RESIDENT, assess, bill, entries, make, tell
from tests.saying import all_of


def lines(found: Explanation) -> list[Any]:
    made: Any = found.figures["lines"]
    return list(made)


def posted(database: Database, subject: int) -> int:
    return sum(row[4] for row in entries(database) if row[0] == subject)


def test_the_lower_of_cost_and_maximum_in_the_order_it_is_shared(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 16_000)  # home care £137.78 is charged first; day care £41.10 finds £22.22 left
    bill(database)
    home = explain_charges(database, "L2")
    assert home.headline == "Run 1 posted £551.12."
    assert "The care costs £137.78: 5.5 hours at £25.05." in all_of(
        home
    ) and "Charged £137.78: the cost, which is the lower." in all_of(home)
    day = explain_charges(database, "L3")
    said = all_of(day)
    assert day.headline == "Run 1 posted £66.66."
    assert "13 April 2026 to 3 May 2026, 3 weeks, each:" in said
    assert (
        "The most that may be charged for the week is £160.00, by the assessment recorded 1 April 2026 by assessor "
        "from test."
    ) in said
    assert "L2 is charged first, and takes £137.78 of it." in said and "That leaves £22.22." in said
    assert "Charged £22.22: what is left." in said and "3 weeks come to £66.66." in said
    assert "On B0000002: outturn bill explain B0000002" in said
    assert [each["amount_pence"] for each in lines(day)] == [6_666] and posted(database, 3) == 6_666
    whole = explain_bill(database, 2)
    assert whole.figures["bill_pence"] == 4 * 13_778 + 3 * 2_222
    assert whole.sections[0].rows == (("L2 Home care", "charge", "£551.12"), ("L3 Day care", "charge", "£66.66"))


def test_a_late_assessment_says_what_it_was_who_told_us_and_what_is_given_back(database: Database) -> None:
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
    bill(database, "2026-06-01")
    found = explain_charges(database, "L1")
    said = all_of(found)
    assert found.headline == "Run 2 posted -£120.00: £0.00 for its own weeks and -£120.00 for earlier ones."
    changed = found.section("What changed").sentences
    assert (
        changed[0].startswith("Earlier weeks are worked out again: ")
        and "the financial assessment changed" in changed[0]
    )
    assert (
        "the assessment from 20 April 2026: £90.00 a week at most (was £150.00 a week at most); recorded 1 April 2026 "
        "by "
        "assessor from test."
    ) in changed
    assert (
        "service line L1: last day 3 May 2026 (was no end); recorded 1 April 2026 by Intake team from letter"
        in " ".join(changed)
    )
    assert "6 April 2026 to 19 April 2026, 2 weeks, each:" in said and "2 weeks come to £300.00." in said
    assert "20 April 2026 to 3 May 2026, 2 weeks, each:" in said and "2 weeks come to £180.00." in said
    assert "Run 1 had posted £600.00." in said
    (row,) = lines(found)
    assert (row["due_pence"], row["posted_before_pence"], row["amount_pence"], row["in_ledger_pence"]) == (
        48_000,
        60_000,
        -12_000,
        -12_000,
    )
    credit = explain_bill(database, 2)
    assert (
        credit.headline.startswith("B0000002, a credit note to Ada Example (BP1), is -£120.00")
        and credit.figures["amount_pence"] == -12_000
    )
    assert explain_charges(database, "L1", run=1).headline == "Run 1 posted £600.00."


def test_full_cost_top_up_waiver_and_what_the_provider_collects(database: Database) -> None:
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
            }
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
    )
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.OVER_LIMIT)
    assess(database, "P2", 10_000)
    bill(database)
    said = all_of(explain_charges(database, "L1"))
    assert (
        "The care is priced at £1,002.75, 1 week at £1,002.75; top-ups, other funders or the NHS pay £60.00 of it, "
        "and "
        "£942.75 counts."
    ) in said
    assert "All of it is charged: the full cost, by the assessment" in said
    assert (
        "The provider collects £100.00 itself, so it is not billed (contribution C1, £100.00 a week; recorded 1 April "
        "2026 by Intake team"
    ) in said
    assert "A daughter agreed to pay £60.00 a week: agreement T1, signed 1 April 2026; recorded 1 April 2026" in said
    assert explain_charges(database, "L1").headline == "Run 1 posted £3,611.00."  # 4 × (£942.75 - £100.00 + £60.00)
    waived = all_of(explain_charges(database, "L2"))
    assert "Less £7.00 waived (waiver W1, £7.00 a week, hardship, approved by two; recorded 1 April 2026" in waived
    daughters = explain_bill(database, 3)
    assert daughters.figures["bill_pence"] == 24_000 and "4 weeks come to £240.00." in all_of(daughters)
    assert "The care " not in all_of(daughters)


def test_a_parked_person_says_why_and_what_to_do_and_is_told_once_assessed(database: Database) -> None:
    make(database)
    assess(database, "P2", 10_000)
    bill(database)
    found = explain_charges(database, "L1")
    assert found.headline == "Run 1 charges nothing: no assessment covers 6 April 2026."
    assert found.section("Why nothing is charged").sentences[1] == "Assess the person for that day."
    assert found.figures["parked"] == [
        {
            "what": "no assessment covers 6 April 2026.",
            "what_to_do": "Assess the person for that day.",
            "since": "2026-04-06",
        }
    ]
    assess(database, "P1", 15_000, basis=RESIDENT)
    bill(database, "2026-06-01")
    after = explain_charges(database, "L1")
    assert after.headline == "Run 2 posted £1,200.00: £600.00 for its own weeks and £600.00 for earlier ones."
    assert "an earlier run left it unsettled" in after.section("What changed").sentences[0]


def test_single_charges_holds_and_a_run_not_yet_released(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 16_000)
    tell(
        database,
        one_off_charges=[
            {
                "charge_ref": "S1",
                "payer_ref": "BP2",
                "service_ref": "HC",
                "date": "2026-04-20",
                "amount": "25.00",
                "reason": "key safe",
                "entered_by": "an officer",
            }
        ],
    )
    review_jobs.hold(database, "charges", "payee", 1, reason="looked into", by="first officer", at=AT)
    bill(database)
    assert "£600.00 of it was told to wait" in all_of(explain_charges(database, "L1"))
    whole = explain_bill(database, 1)
    assert whole.figures["bill_pence"] == 4 * 13_778 + 3 * 2_222 + 2_500
    assert whole.section("Single charges").rows[0][1:3] == ("S1", "key safe")


def test_a_week_of_two_assessments_and_a_part_week(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P1", 9_000, starts="2026-04-22", basis=RESIDENT)  # a Wednesday
    assess(database, "P2", 16_000)
    bill(database, "2026-04-29")  # Tuesday is the last day
    found = explain_charges(database, "L1")
    # £150.00 for two sevenths is £42.857 and £90.00 for five £64.286: £107.14; then two sevenths of £90.00, £25.71
    assert "The most that may be charged for the week is £107.14" in all_of(
        found
    ) and "from 22 April 2026, £90.00 a week" in all_of(found)
    assert "£25.71: 2 of 7 days of £90.00 a week at most" in all_of(found)
    assert found.figures["amount_pence"] == 30_000 + 10_714 + 2_571 == posted(database, 1)


def test_what_cannot_be_explained_says_what_to_do(database: Database) -> None:
    make(database)
    with pytest.raises(NothingToExplain, match="No charge run holds L1"):
        explain_charges(database, "L1")
    with pytest.raises(NothingToExplain, match="The nearest references are L3, L2, L1"):
        explain_charges(database, "L9")
    tell(database, bill_payers=[{"payer_ref": "BP1", "cancelled": "yes"}])
    with pytest.raises(NothingToExplain, match="Ada Example .P1. has no bill payer"):
        explain_charges(database, "L1")


def test_the_command_in_words_and_json(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    make(database)
    assess(database, "P2", 16_000)
    bill(database)
    url = database.url.render_as_string(hide_password=False)
    assert run(["explain", "L3", "--charges", "--database", url]) == 0
    shown = capsys.readouterr().out
    assert "Charged £22.22: what is left." in shown and "is not kept: it was brought in as it stood" in shown
    assert run(["explain", "L3", "--charges", "--json", "--database", url]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["figures"]["amount_pence"] == 6_666 and said["figures"]["stretches"][0]["taken_before"] == [[2, 13_778]]


def test_a_figure_off_by_a_penny_stops_it(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 16_000)
    made = bill(database)
    with database.begin() as connection:
        whole = store.read_in_run(connection, made, store.read_person(connection, 1))
    weeks = shared(in_weeks(whole.sealed.steps), whole)
    assert [each.amount for each in figures(whole, weeks)] == [60_000]
    entry = replace(whole.posted[0], amount=59_999)
    with pytest.raises(AssertionError, match="59999 is posted, not 60000"):
        figures(replace(whole, posted=[entry]), weeks)
    with pytest.raises(AssertionError, match="the steps come to 45000"):
        figures(whole, weeks[:3])
    with pytest.raises(AssertionError, match="is not the lower"):
        shared(in_weeks([{**whole.sealed.steps[0], "charge": 15_001}]), whole)


def test_how_the_assessment_was_reached_and_the_verb_about_bills(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    make(database)
    tell(
        database,
        circumstances=[
            {"circumstances_ref": "C1", "person_ref": "P2", "start_date": "2026-04-06", "weekly_cost": "287.50"}
        ],
        incomes=[{"income_ref": "I1", "person_ref": "P2", "kind": "state_pension", "amount": "300.00"}],
    )
    reached = record_assessment(
        database, "P2", dt.date(2026, 4, 6), default_policy(), by="assessor", at=AT, until=dt.date(2026, 8, 1)
    )
    assess(database, "P1", 15_000, basis=RESIDENT)
    bill(database)
    app = typer.Typer()
    app.callback()(lambda: None)
    explain.add_to_bills(app)
    command = typer.main.get_command(app)
    url = database.url.render_as_string(hide_password=False)
    command.main(["explain", "B0000002", "--database", url], standalone_mode=False)
    said = capsys.readouterr().out
    weekly = sterling(reached.segments[0].assessment.charge_pence)
    assert "How the assessment of P2 from 6 April 2026 was reached" in said and f"P2 pays {weekly} a week" in said
    assert "Money coming in each week" in said and "£300.00" in said
