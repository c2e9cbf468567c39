"""Explaining a line: every figure is one an officer can check by hand, and an explanation that does not add up
is refused.
"""

import datetime as dt
import json

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sqlalchemy import update

from interfaces.cli.explain import as_json
from interfaces.database.connection import Database
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.explain.explanation import Explanation, NothingToExplain
from ledgers.jobs import parquet, unparquet
from payruns.explain import explain_line
from tests.guards import guards_lifted
from tests.payruns.explain.explain_council import FACTS, calculated, council, paid, record
from tests.saying import all_of, said


def says(told: Explanation, section: str) -> str:
    return said([told.section(section)])


def rows(told: Explanation, section: str) -> list[tuple[str, ...]]:
    return list(told.section(section).rows)


def test_home_care_by_the_hour_shared_with_the_nhs(database: Database) -> None:
    """£25.05 × 10.5 hours is £263.025: £263.03. Sixty per cent is £157.818, forty £105.212: the penny goes to
    the council.
    """
    council(database)
    paid(database, "W", "2026-04-13")
    told = explain_line(database, "L2")
    assert told.headline == "Run 1 posted £263.03."
    steps = told.section("How it was worked out").sentences
    assert steps == (
        "Care:",
        "  6 April 2026 to 12 April 2026: £25.05 an hour × 10.5 hours a week × 7 days ÷ 7 = £263.025 (rate R2)",
        "  In all exactly £263.025, rounded once, half up, to £263.03.",
        "Paid for by the council £157.82, Example Care Board (ICB) £105.21.",
        "Due £263.03, nothing posted before, so run 1 proposes £263.03.",
    )
    who = {row[0]: row[1] for row in rows(told, "Who and what")}
    assert who["Person"] == "Noor Beck (P2)"
    assert who["Payee"] == "Made-up Home Care (V2)"
    assert who["Contract"] == "Home care (K2), paid gross"
    assert who["Pay calendar"] == "Home care weekly (W), weekly"
    assert ("rate R2", "£25.05 an hour", "from 1 April 2024", "april.csv row 2", "1 April 2026 by loader") in rows(
        told, "The facts used"
    )
    entries = [(each[1], each[3], each[4], each[6]) for each in rows(told, "In the ledger")]
    assert entries == [("1", "care", "the council", "£157.82"), ("1", "care", "Example Care Board (ICB)", "£105.21")]


def test_rows_of_the_rate_card_that_priced_nothing_are_not_among_the_facts_used(database: Database) -> None:
    """Visits of half an hour on Mondays: the weekend's price and the price of longer visits are the same £15,
    and idle.
    """
    same = {"contract_ref": "K3", "service_ref": "HC", "unit": "visit", "rate": "15.00", "start_date": "2024-04-01"}
    council(
        database,
        contracts=[{**FACTS["contracts"][1], "contract_ref": "K3", "name": "Visits"}],
        rates=[
            {**same, "rate_ref": "R7", "day_category": "weekday", "minutes_from": "1", "minutes_to": "45"},
            {**same, "rate_ref": "R8", "day_category": "weekday", "minutes_from": "46", "minutes_to": "60"},
            {**same, "rate_ref": "R9", "day_category": "weekend", "rate": "18.00"},
        ],
        service_lines=[
            {
                "line_ref": "L3",
                "package_ref": "PK2",
                "contract_ref": "K3",
                "service_ref": "HC",
                "unit": "visit",
                "quantity": "1",
                "days": "Mon",
                "visit_minutes": "30",
                "start_date": "2024-06-03",
            }
        ],
    )
    paid(database, "W", "2026-04-13")
    told = explain_line(database, "L3")
    used = {row[0]: row[1] for row in rows(told, "The facts used") if row[0].startswith("rate ")}
    assert list(used) == ["rate R7"]
    assert "visits from 1 minute," in used["rate R7"] and "(Mon; rate R7)" in all_of(told)


def test_a_care_home_suspended_and_net_of_the_clients_contribution(database: Database) -> None:
    """Three weeks at £1,002.75, one at 80% (£802.20), less four weeks of £187.40: £3,060.85."""
    council(database)
    paid(database, "4W", "2026-05-04")
    told = explain_line(database, "L1")
    text = says(told, "How it was worked out: 6 April 2026 to 3 May 2026")
    assert (
        "27 April 2026 to 3 May 2026: £1,002.75 a week × 7 days × 80% while suspended ÷ 7 = £802.20 "
        "(rate R1; suspension S1, hospital)" in text
    )
    assert "In all exactly £3,810.45; nothing to round." in text
    assert "Client’s contribution, collected by the provider, taken off:" in text
    assert "In all exactly £749.60; nothing to round." in text
    assert "Due £3,060.85, nothing posted before, so run 1 proposes £3,060.85." in text
    assert told.figures["proposed"] == 306_085
    assert json.loads(json.dumps(as_json(told)))["figures"]["periods"][0]["sums"][1]["exact"] == "74960"


def test_late_news_says_what_changed_who_said_so_and_from_where(database: Database) -> None:
    """A rate of £26.00 learned on 22 April, from 6 April: £273.00 a week, £9.97 more for each of two weeks."""
    council(database)
    paid(database, "W", "2026-04-13")
    paid(database, "W", "2026-04-20")
    agreed = {"rate_ref": "AR1", "line_ref": "L2", "rate": "26.00", "start_date": "2026-04-06"}
    record(database, dt.datetime(2026, 4, 22, 9), "late.csv", agreed_rates=[agreed])
    paid(database, "W", "2026-04-27")
    told = explain_line(database, "L2")
    assert told.headline == "Run 3 posted £292.94: £273.00 for its own days and £19.94 for earlier ones."
    changed = told.section("What changed")
    assert changed.sentences == (
        "Why: the agreed rate changed.",
        "agreed rate AR1: new; recorded 22 April 2026 by loader from late.csv row 1.",
    )
    assert changed.rows == (
        ("6 April 2026 to 12 April 2026", "£263.03", "£273.00", "£9.97", "run 1 on 13 April 2026, £263.03"),
        ("13 April 2026 to 19 April 2026", "£263.03", "£273.00", "£9.97", "run 2 on 20 April 2026, £263.03"),
    )
    steps = told.section("How it was worked out: 6 April 2026").sentences
    assert steps[-3:] == (
        "Due £273.00, less £263.03 posted before, so run 3 proposes £9.97.",
        "In run 1, on what was known then, care:",
        "  6 April 2026 to 12 April 2026: £25.05 an hour × 10.5 hours a week × 7 days ÷ 7 = £263.025 (rate R2)",
    )
    first = explain_line(database, "L2", run=1)
    assert first.headline == "Run 1 posted £263.03."
    assert "AR1" not in says(first, "How it was worked out")


def test_a_death_learned_late_takes_back_what_was_paid_after_it(database: Database) -> None:
    """Died 10 April; the home is paid seven days more, to the 17th: 12 days of 28. £1,719.00 less £321.26 is due."""
    council(database)
    paid(database, "4W", "2026-05-04")
    died = dict(FACTS["people"][0], date_of_death="2026-04-10")
    record(database, dt.datetime(2026, 5, 10, 9), "deaths.csv", people=[died])
    paid(database, "4W", "2026-06-01")
    told = explain_line(database, "L1")
    assert told.headline == "Run 2 took back £1,663.11, all for earlier days."
    changed = told.section("What changed")
    assert (
        "person P1: date of death 10 April 2026 (was none); recorded 10 May 2026 by loader from deaths.csv row 1."
        in (changed.sentences)
    )
    assert changed.rows[0][1:4] == ("£3,060.85", "£1,397.74", "-£1,663.11")
    assert "so run 2 takes back £1,663.11." in says(told, "How it was worked out")
    assert told.section("Why it is not paid for these days").sentences == (
        "Ada Example died on 10 April 2026, and the contract pays 7 days after the day of death.",
    )


def test_a_parked_line_says_why_and_what_to_do(database: Database) -> None:
    council(
        database,
        service_lines=[
            {
                "line_ref": "L3",
                "package_ref": "PK2",
                "contract_ref": "K2",
                "service_ref": "HC",
                "unit": "night",
                "quantity": "1",
                "start_date": "2026-04-06",
            }
        ],
    )
    paid(database, "W", "2026-04-13")
    told = explain_line(database, "L3")
    assert told.headline == (
        "Run 1 does not pay it, because no rate covers 6 April 2026. Load the contract’s rate for that day, or an "
        "agreed "
        "rate for the line."
    )
    assert told.section("Why it is not paid").sentences[2].startswith("The whole line waits from 6 April 2026")
    assert told.figures["parked"] == "no rate covers 6 April 2026."


def test_a_held_line_and_the_same_money_when_let_go(database: Database) -> None:
    council(database)
    at = dt.datetime(2026, 4, 10, 9)
    run = calculated(database, "W", "2026-04-13")
    machine.abandon_run(database, run.nr, by="Pat", at=at, note="a hold first")
    with database.begin() as connection:
        line = connection.execute(books.hold.select()).first()
    assert line is None
    nr = _nr(database, "L2")
    hold = review_jobs.hold(database, "payments", "line", nr, reason="invoice disputed", by="Pat", at=at)
    paid(database, "W", "2026-04-13")
    told = explain_line(database, "L2")
    assert told.headline == "Run 2 proposed £263.03, which was held when the run was released, so it was not posted."
    assert told.section("Holds").sentences == (
        "The line was told to wait by Pat on 10 April 2026: invoice disputed. It still waits.",
    )
    review_jobs.let_go(database, hold, by="Grace", at=dt.datetime(2026, 4, 15, 9))
    paid(database, "W", "2026-04-20")
    told = explain_line(database, "L2")
    assert told.headline == "Run 3 posted £526.06: £263.03 for its own days and £263.03 for earlier ones."
    assert told.section("What changed").sentences == ("Why: an earlier run left it unsettled.",)
    assert told.section("What changed").rows[0][4] == "nobody"
    assert told.section("Holds").sentences[0].endswith("Let go by Grace on 15 April 2026.")


def _nr(database: Database, ref: str) -> int:
    from payruns.explain.store import find

    with database.begin() as connection:
        return find(connection, ref)[0][1]


def test_a_line_no_run_has_reached(database: Database) -> None:
    council(
        database,
        service_lines=[
            {
                "line_ref": "L9",
                "package_ref": "PK2",
                "contract_ref": "K2",
                "service_ref": "HC",
                "unit": "hour",
                "quantity": "2",
                "start_date": "2026-07-01",
            }
        ],
    )
    told = explain_line(database, "L9")
    assert (told.run, told.headline) == (None, "No run has worked anything out for it yet.")
    assert told.section("Why it is not paid").sentences == (
        "No run of its pay calendar, Home care weekly, has been worked out yet.",
    )
    paid(database, "W", "2026-04-13")
    assert explain_line(database, "L9").section("Why it is not paid").sentences == (
        "The service line starts on 1 July 2026, after these days.",
    )


def test_a_line_that_has_ended_is_explained_by_its_last_run(database: Database) -> None:
    ended = dict(FACTS["service_lines"][1], end_date="2026-04-09", end_reason="moved away")
    council(database)
    record(database, service_lines=[ended], at=dt.datetime(2026, 4, 2, 9), source="ends.csv")
    paid(database, "W", "2026-04-13")
    paid(database, "W", "2026-04-20")
    told = explain_line(database, "L2")
    assert told.headline == "Run 1 posted £150.30."  # 25.05 × 10.5 × 4 ÷ 7
    assert told.section("Since this run").sentences == (
        (
            "Run 2 (Home care weekly, up to 19 April 2026) has nothing for it. The service line ended on 9 April 2026 "
            "(moved away)."
        ),
    )
    assert explain_line(database, "L2", run=2).headline == "Run 2 has nothing for it."


def test_news_no_run_has_taken_up_is_told(database: Database) -> None:
    council(database)
    paid(database, "W", "2026-04-13")
    moved = dict(FACTS["service_lines"][1], quantity="12")
    record(database, dt.datetime(2026, 4, 14, 9), "more.csv", service_lines=[moved])
    assert explain_line(database, "L2").section("Since this run").sentences == (
        (
            "Not yet in any run: service line L2: quantity 12 hours (was 10.5 hours); recorded 14 April 2026 by loader "
            "from more.csv row 1."
        ),
    )


def test_an_adjustment_and_its_withdrawal(database: Database) -> None:
    council(database)
    paid(database, "W", "2026-04-13")
    told = explain_line(database, "A1")
    assert told.headline == "Run 1 posted £150.00."
    assert told.section("How it was worked out").sentences == (
        "£150.00 for 8 April 2026: Taxi home (entered by brokerage)",
        "Due £150.00, nothing posted before, so run 1 proposes £150.00.",
    )
    gone = dict(FACTS["adjustments"][0], cancelled="yes")
    record(database, dt.datetime(2026, 4, 15, 9), "fixes.csv", adjustments=[gone])
    paid(database, "W", "2026-04-20")
    told = explain_line(database, "A1")
    assert told.headline == "Run 2 took back £150.00, all for earlier days."
    assert "adjustment A1: withdrawn; recorded 15 April 2026 by loader from fixes.csv." in says(told, "What changed")


def test_a_block_and_a_line_it_pays_for(database: Database) -> None:
    """£12,500.00 for 4 weeks, from 13 April: 21 days of 28, £9,375.00. The line itself costs nothing."""
    council(
        database,
        services=[{"service_ref": "ECH", "name": "Extra care", "kind": "extra care", "term": "long"}],
        blocks=[
            {
                "block_ref": "B1",
                "contract_ref": "K1",
                "service_ref": "ECH",
                "unit": "4 weeks",
                "rate": "12500.00",
                "start_date": "2026-04-13",
            }
        ],
        service_lines=[
            {
                "line_ref": "L5",
                "package_ref": "PK1",
                "contract_ref": "K1",
                "service_ref": "ECH",
                "unit": "week",
                "quantity": "1",
                "start_date": "2026-04-06",
            }
        ],
    )
    paid(database, "4W", "2026-05-04")
    told = explain_line(database, "B1")
    assert told.headline == "Run 1 posted £9,375.00."
    assert "13 April 2026 to 3 May 2026: £12,500.00 for 4 weeks × 21 days ÷ 28 = £9,375.00" in says(told, "How it was")
    assert told.figures["same_again"] is True
    line = explain_line(database, "L5")
    assert line.section("Why it is not paid").sentences == (
        "Its capacity is paid for as a block (B1); the line itself costs nothing.",
    )


def test_planned_visits_by_category_of_day(database: Database) -> None:
    """Two carers, one visit on Monday, Saturday and Sunday. 6 April 2026 is Easter Monday, at its own rate."""
    visit = {"contract_ref": "K2", "service_ref": "HC", "unit": "session", "start_date": "2024-04-01"}
    council(
        database,
        rates=[
            {**visit, "rate_ref": f"RS{place}", "day_category": category, "rate": rate}
            for place, (category, rate) in enumerate(
                (("weekday", "10.00"), ("weekend", "12.50"), ("bank holiday", "20.00"))
            )
        ],
        service_lines=[
            {
                "line_ref": "L6",
                "package_ref": "PK2",
                "contract_ref": "K2",
                "service_ref": "HC",
                "unit": "session",
                "quantity": "1",
                "days": "Mon Sat Sun",
                "carers": "2",
                "start_date": "2026-04-06",
            }
        ],
    )
    paid(database, "W", "2026-04-20")
    text = all_of(explain_line(database, "L6", run=1))
    assert "£12.50 a session × 1 session each planned day × 2 carers × 2 planned days = £50.00" in text
    assert "£20.00 a session × 1 session each planned day × 2 carers × 1 planned day = £40.00" in text
    assert "£10.00 a session × 1 session each planned day × 2 carers × 1 planned day = £20.00" in text
    assert "(Sat Sun; rate RS1)" in text or "(Sat Sun, not bank holidays; rate RS1)" in text


def test_unknown_references_name_near_ones(database: Database) -> None:
    council(database)
    with pytest.raises(
        NothingToExplain, match="There is no line, block or adjustment “L22”. The nearest references are L"
    ):
        explain_line(database, "L22")
    with pytest.raises(NothingToExplain, match="P2 is a person, not a line. Its lines are L2."):
        explain_line(database, "P2")
    with pytest.raises(NothingToExplain, match="No reference begins as it does"):
        explain_line(database, "zzz")


def test_runs_that_cannot_explain_say_so(database: Database) -> None:
    council(database)
    run = calculated(database, "W", "2026-04-13")
    told = explain_line(database, "L2")
    assert told.headline == "Run 1 proposes to pay £263.03. It is calculated and not yet released."
    with pytest.raises(
        NothingToExplain, match="does not pay service line L1, which is paid by the calendar Care homes"
    ):
        explain_line(database, "L1", run=run.nr)
    machine.abandon_run(database, run.nr, by="Pat", at=dt.datetime(2026, 4, 13), note="again")
    with pytest.raises(NothingToExplain, match="was abandoned"):
        explain_line(database, "L2", run=run.nr)
    assert explain_line(database, "L2").run is None


@pytest.mark.parametrize(
    "blob, wrong",
    [
        ("steps", {"rate": 1}),
        ("proposal", {"amount": 1}),
        ("proposal", {"due": 1, "amount": 1}),
        ("proposal", {"posted": 1, "amount": -1}),
    ],
)
def test_an_explanation_that_does_not_add_up_is_refused(database: Database, blob: str, wrong: dict[str, int]) -> None:
    """A penny more in any one place of a run's sealed workings, and nothing is explained."""
    council(database)
    run = calculated(database, "W", "2026-04-13")
    with database.begin() as connection:
        table = unparquet(ledger.read_blob(connection, run.nr, 0, blob))
        for name, by in wrong.items():
            more = pc.add(table[name], pa.scalar(by, table[name].type))
            table = table.set_column(table.column_names.index(name), name, more)
    mine = (books.chunk.c.run == run.nr) & (books.chunk.c.number == 0)
    with guards_lifted(database, "run_chunk") as connection:
        connection.execute(update(books.chunk).where(mine).values({blob: parquet(table)}))
    with pytest.raises(AssertionError):
        explain_line(database, "L2")


def test_steps_that_come_to_nothing_say_why(database: Database) -> None:
    """Every other week from 6 April: nothing falls in the week of the 13th. Suspended with no retainer: nothing
    either.
    """
    line = {
        "package_ref": "PK2",
        "contract_ref": "K2",
        "service_ref": "HC",
        "unit": "visit",
        "quantity": "1",
        "start_date": "2026-04-06",
    }
    council(
        database,
        service_lines=[{**line, "line_ref": "L7", "days": "Mon", "every_weeks": "2"}, {**line, "line_ref": "L8"}],
        suspensions=[{"suspension_ref": "S8", "line_ref": "L8", "start_date": "2026-04-06", "reason": "holiday"}],
    )
    paid(database, "W", "2026-04-13")
    assert explain_line(database, "L7").headline == "Run 1 posted £15.00."
    paid(database, "W", "2026-04-20")
    told = explain_line(database, "L7")
    assert told.headline == "Nothing is due for it in run 2."
    assert told.section("Why it is not paid").sentences == ("None of its planned days falls in these days.",)
    told = explain_line(database, "L8")
    assert told.section("Why it is not paid").sentences == ("It is suspended, and nothing is paid while it is.",)
    assert "× 0% while suspended" in all_of(told)


def test_part_of_a_period_paid_early_then_the_rest(database: Database) -> None:
    """Ten days to 15 April: £1,002.75 × 10 ÷ 7 = £1,432.50, less £187.40 × 10 ÷ 7 = £267.71. Then the whole,
    less that.
    """
    council(database)
    paid(database, "4W", "2026-04-16")
    told = explain_line(database, "L1")
    assert told.headline == "Run 1 posted £1,164.79."
    assert told.section("How it was worked out").title == (
        "How it was worked out: 6 April 2026 to 15 April 2026 (part of the period to 3 May 2026)"
    )
    paid(database, "4W", "2026-05-04")
    told = explain_line(database, "L1")
    assert told.headline == "Run 2 posted £1,896.06."
    steps = told.section("How it was worked out").sentences
    assert "Due £3,060.85, less £1,164.79 posted before, so run 2 proposes £1,896.06." in steps
