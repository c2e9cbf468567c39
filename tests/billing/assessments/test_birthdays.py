"""Whose row changes this month because of an age, and couples of whom the partner's is not known: from extract to
list."""

import datetime as dt
import json

import pytest

from billing.assessments import jobs, store
from billing.assessments.caseload import jobs as everyone_jobs
from billing.assessments.decisions import Decision
from billing.assessments.rates import Rates
from finance.assessment import AssessmentPolicy, default_policy, statutory_figures
from finance.assessment.circumstances import MissingFact
from finance.days import Span, number
from finance.facts.store import Change, record_change_here
from interfaces.database.connection import Database
from tests.billing.assessments.conftest import AT, Tell, care, money, someone
from tests.interfaces.cli.assessments.test_verbs import Outturn, outturn  # noqa: F401

POLICY: AssessmentPolicy = default_policy()
JUNE = Span(dt.date(2026, 6, 1), dt.date(2026, 7, 1))


@pytest.fixture
def couples(council: Database, tell: Tell) -> Database:
    """P1's partner is 66 and one month on 5 June 2026, and P1 much later. P2 turns 25, single; P3 likewise, of a
    couple."""
    two = {"couple": "yes", "cost": "900.00"}
    tell(
        people=[
            someone("P1", "1970-05-01"),
            someone("P2", "2001-06-10"),
            someone("P3", "2001-06-10"),
            someone("P4", "1970-05-01"),
            someone("P5", "1940-05-01"),
        ],
        circumstances=[
            care("P1", **two, partner_date_of_birth="1960-05-05"),
            care("P2"),
            care("P3", **two, partner_date_of_birth="1999-01-01"),
            care("P4", **two),
            care("P5", **two),
        ],
        incomes=[money(ref, "300.00", "employment_and_support_allowance") for ref in ("P1", "P2", "P3", "P4")],
    )
    return council


def test_the_month_lists_those_whose_row_turns_and_no_others(couples: Database) -> None:
    turning, unknown = everyone_jobs.rows_turning(couples, JUNE)
    with couples.read() as connection:
        ref = {nr: ref for nr, (ref, _) in store.refs(connection, [1, 2, 3, 4, 5]).items()}
    assert [(ref[each.person], each.day, each.why) for each in turning] == [
        ("P1", number(dt.date(2026, 6, 5)), "the partner reaches pension age"),
        ("P2", number(dt.date(2026, 6, 10)), "reaches 25"),
    ]
    assert [(ref[each.person], each.turns) for each in unknown] == [("P4", True), ("P5", False)]


def test_from_the_extract_to_the_stored_charge_and_its_explanation(couples: Database) -> None:
    """The couple's working-age row, 94.55, gives way to the pension-age row, 184.30, on the day the partner reaches
    the age."""
    done = jobs.record_assessment(couples, "P1", dt.date(2026, 4, 6), POLICY, by="A", at=AT)
    assert [(each.starts, each.charge) for each in done.standing] == [
        (dt.date(2026, 4, 6), 30_000 - 9_455),
        (dt.date(2026, 6, 5), 30_000 - 18_430),
    ]
    _, made, _ = jobs.stored_assessment(couples, "P1", dt.date(2026, 6, 20))
    assert made.value("couple_pension_age") is True and made.value("allowance_couple_pension_age") == 18_430
    done_all = everyone_jobs.reassess_everyone(couples, dt.date(2026, 4, 6), POLICY, by="A", at=AT)
    assert done_all.refused == 1, "only the couple whose charge turns on a partner's age nobody has given"


def test_a_couple_without_the_date_keeps_what_was_decided_and_is_not_decided_anew(
    couples: Database, tell: Tell
) -> None:
    with pytest.raises(MissingFact, match="P4 lives with a partner"):
        jobs.record_assessment(couples, "P4", dt.date(2026, 4, 6), POLICY, by="A", at=AT)
    tell(circumstances=[care("P4", couple="no", cost="900.00")])
    jobs.record_assessment(couples, "P4", dt.date(2026, 4, 6), POLICY, by="A", at=AT)
    tell(circumstances=[care("P4", couple="yes", cost="900.00")])
    everyone_jobs.reassess_everyone(couples, dt.date(2026, 4, 6), POLICY, by="A", at=AT)
    _, standing = jobs.history(couples, "P4")
    assert [(each.starts, each.charge) for each in standing] == [(dt.date(2026, 4, 6), 30_000 - 12_040)]


def test_what_was_decided_before_the_fact_was_asked_for_stands_and_is_not_worked_out_anew(couples: Database) -> None:
    """As an earlier version stored it: the working-age row for a couple whose partner's age nobody asked."""
    with couples.begin() as connection:
        nr = store.numbers(connection, ["P4"])["P4"]
        known = store.latest_change(connection)
        rates = store.keep_rates(connection, Rates(POLICY, statutory_figures()))
        change = record_change_here(connection, Change(AT, "A", "assessment of P4", "an earlier version"))
        store.add_batch(connection, change, "assessed", known, rates)
        store.add_words(connection, nr, [Decision(dt.date(2026, 4, 6), None, 205_45, 694_55, 0, change)])
    _, standing = jobs.history(couples, "P4")
    assert [each.charge for each in standing] == [205_45]
    with pytest.raises(jobs.WorkedOutDifferently, match="stored as 20545 pence, and stands.*partner"):
        jobs.stored_assessment(couples, "P4", dt.date(2026, 6, 1))
    everyone_jobs.reassess_everyone(couples, dt.date(2026, 6, 1), POLICY, by="A", at=AT)
    assert [each.charge for each in jobs.history(couples, "P4")[1]] == [205_45]
    assert [each.turns for each in everyone_jobs.rows_turning(couples, JUNE)[1]] == [True, False]


def test_the_verb_says_so(couples: Database, outturn: Outturn) -> None:  # noqa: F811
    code, said, _ = outturn("ages", "--on", "2026-06-15", "--json", "--database", str(couples.url))
    told = json.loads(said)
    assert code == 0 and told["month"] == "2026-06"
    assert [(each["person"], each["day"]) for each in told["changes"]] == [("P1", "2026-06-05"), ("P2", "2026-06-10")]
    assert told["partner_not_known"] == [
        {"person": "P4", "name": "Person P4", "charge_turns_on_it": True},
        {"person": "P5", "name": "Person P5", "charge_turns_on_it": False},
    ]
