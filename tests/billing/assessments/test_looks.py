"""Who looked at a new or raised charge (UK GDPR articles 22A to 22D), and residents' benefits that stop after 28
days."""

import datetime as dt
import json

import pytest

from billing.assessments import jobs
from billing.assessments.caseload import jobs as everyone_jobs
from finance.assessment import default_policy
from finance.problems import Guarded
from interfaces.database.connection import Database
from tests.billing.assessments.conftest import AT, Tell, care, money, someone
from tests.interfaces.cli.assessments.test_verbs import Outturn, outturn  # noqa: F401

POLICY = default_policy()
ON = dt.date(2026, 4, 6)


def reassess(council: Database, on: dt.date = ON) -> None:
    everyone_jobs.reassess_everyone(council, on, POLICY, by="night", at=AT)


def charges(council: Database, on: dt.date = ON) -> list[tuple[int, int | None]]:
    return [(each.charge, each.was) for each in everyone_jobs.not_looked_at(council, on)]


@pytest.fixture
def two(council: Database, tell: Tell) -> Database:
    tell(
        people=[someone("P1"), someone("P2")],
        circumstances=[care("P1"), care("P2")],
        incomes=[money("P1", "300.00"), money("P2", "280.00")],
    )
    return council


def test_a_charge_set_for_everybody_waits_until_somebody_looks(two: Database) -> None:
    """300.00 and 280.00 less the guarantee of 241.45."""
    reassess(two)
    assert charges(two) == [(58_55, None), (38_55, None)]
    assert everyone_jobs.look(two, ["P1"], ON, by="first officer", at=AT) == ["P1"]
    assert charges(two) == [(38_55, None)]
    assert everyone_jobs.look(two, ["P1"], ON, by="first officer", at=AT) == [], "looking again records nothing"


def test_an_officers_own_assessment_is_a_look(two: Database) -> None:
    jobs.record_assessment(two, "P1", ON, POLICY, by="first officer", at=AT)
    jobs.record_assessment(two, "P2", ON, POLICY, by="first officer", at=AT)
    assert charges(two) == []


def test_a_raised_charge_waits_anew_and_a_lower_one_does_not(two: Database, tell: Tell) -> None:
    reassess(two)
    everyone_jobs.look(two, ["P1", "P2"], ON, by="first officer", at=AT)
    tell(incomes=[money("P1", "310.00"), money("P2", "270.00")])
    reassess(two)
    assert charges(two) == [(68_55, 58_55)]
    reassess(two)
    assert charges(two) == [], "said again, it was not raised by this"


def test_who_looked_is_never_changed(two: Database) -> None:
    reassess(two)
    everyone_jobs.look(two, ["P1"], ON, by="first officer", at=AT)
    for statement in ("UPDATE assessment_look SET looked_by = 'another'", "DELETE FROM assessment_look"):
        with pytest.raises(Guarded), two.begin() as connection:
            connection.exec_driver_sql(statement)


def test_the_verbs_say_so(two: Database, outturn: Outturn) -> None:  # noqa: F811
    reassess(two)
    at = (
        "--on",
        ON.isoformat(),
        "--json",
        "--database",
        two.url.render_as_string(hide_password=False),
        "--as",
        "first officer",
    )
    code, said, _ = outturn("not-looked-at", *at)
    assert code == 0 and [
        (each["person"], each["charge_pence"], each["was_pence"], each["billed"])
        for each in json.loads(said)["charges"]
    ] == [("P1", 58_55, None, False), ("P2", 38_55, None, False)]
    code, said, _ = outturn("looked-at", "P1", "P2", *at)
    assert code == 0 and json.loads(said) == {
        "looked_at": ["P1", "P2"],
        "nothing_to_look_at": [],
        "by": "first officer",
    }
    code, said, _ = outturn("looked-at", "P9", *at)
    assert code == 1 and "P9" in said


def test_residents_benefits_with_no_last_day_come_up_after_28_days(
    council: Database,
    tell: Tell,
    outturn: Outturn,  # noqa: F811
) -> None:
    """Moved in on 6 April 2026, the council pays part: to be looked at on 4 May. Who pays in full is not asked
    about."""
    home = {"setting": "care home, permanent", "stay_first_day": "2026-04-06", "cost": "900.00"}
    benefit = {"kind": "attendance_allowance_higher", "amount": "114.60"}
    tell(
        people=[someone("P1"), someone("P2")],
        circumstances=[care("P1", **home), care("P2", **home)],
        incomes=[money("P1"), money("P1", **benefit), money("P2"), money("P2", **benefit)],
        assets=[{"asset_ref": "A1", "person_ref": "P2", "kind": "savings", "value": "90000.00"}],
    )
    reassess(council)
    assert jobs.benefits_to_stop(council, dt.date(2026, 5, 3)) == []
    [each] = jobs.benefits_to_stop(council, dt.date(2026, 5, 4))
    assert (each.ref, each.kind, each.review) == ("P1", "attendance_allowance_higher", dt.date(2026, 5, 4))
    url = council.url.render_as_string(hide_password=False)
    _, said, _ = outturn("due-for-review", "--on", "2026-05-01", "--within", "3", "--json", "--database", url)
    assert [each["person"] for each in json.loads(said)["benefits_with_no_last_day"]] == ["P1"]
    tell(incomes=[money("P1", **benefit, end_date="2026-05-03")])
    assert jobs.benefits_to_stop(council, dt.date(2026, 6, 1)) == []


def test_what_was_given_up_and_stands_at_one_sum_comes_up_after_a_week(
    council: Database,
    tell: Tell,
    outturn: Outturn,  # noqa: F811
) -> None:
    gave = {"asset_ref": "G1", "person_ref": "P1", "kind": "notional_capital", "value": "40000.00"}
    tell(
        people=[someone("P1"), someone("P2")],
        circumstances=[care("P1"), care("P2")],
        incomes=[money("P1"), money("P2")],
        assets=[
            gave | {"start_date": "2026-04-06"},
            gave | {"asset_ref": "G2", "person_ref": "P2", "start_date": "2026-04-06", "end_date": "2026-04-12"},
        ],
    )

    def listed(on: str) -> list[tuple[str, str, int, str | None]]:
        url = council.url.render_as_string(hide_password=False)
        _, said, _ = outturn("due-for-review", "--on", on, "--within", "0", "--json", "--database", url)
        found = json.loads(said)["notional_capital_at_one_sum"]
        return [(each["person"], each["asset"], each["amount_pence"], each["review"]) for each in found]

    assert listed("2026-04-12") == []
    assert listed("2026-04-13") == [("P1", "G1", 40_000_00, "2026-04-13")]
    tell(assets=[gave])
    assert listed("2026-04-13") == [("P1", "G1", 40_000_00, None)]
    tell(people=[someone("P1") | {"date_of_death": "2026-04-20"}])
    assert listed("2026-06-01") == []
    tell(people=[someone("P1")], assets=[gave | {"start_date": "2026-04-06", "end_date": "2026-04-12"}])
    assert listed("2026-06-01") == []
