"""An assessment's life: dated facts in, a charge recorded, better facts, the difference by day, and all of it kept.

In 2026/27 a single person over pension age keeps £241.45 a week (Anyshire adds nothing), so £300.00 of pension
leaves £58.55 to charge.
"""

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from billing.assessments import jobs, overrides_jobs, store
from billing.assessments.decisions import standing
from billing.assessments.tables import assessment, override_approval
from finance.assessment import Override, OverrideOf, default_policy
from finance.days import Span
from finance.problems import NoSuchPerson, Refusal
from interfaces.database.connection import Database
from tests.billing.assessments.conftest import AT, Tell, care, money, someone

ON = dt.date(2026, 4, 6)
POLICY = default_policy()


def _record(
    council: Database, on: dt.date = ON, at: dt.datetime = AT, until: dt.date | None = None
) -> jobs.AssessmentRecorded:
    return jobs.record_assessment(council, "P1", on, POLICY, by="Assessor", at=at, until=until)


def test_a_charge_comes_from_stored_facts(council: Database, tell: Tell) -> None:
    tell(people=[someone()], circumstances=[care()], incomes=[money()])
    who, made = jobs.assess_person(council, "P1", ON, POLICY)
    assert made.charge_pence == 300_00 - 241_45
    assert {(each.table, each.by, each.source) for each in who.told} == {
        ("circumstance", "Intake team", "letter"),
        ("income", "Intake team", "letter"),
    }


def test_what_can_be_paid_is_kept_apart_from_the_cost_of_the_care(council: Database, tell: Tell) -> None:
    """£387.75 of pension leaves £146.30; the care was thought to cost £129.93 a week."""
    tell(people=[someone()], circumstances=[care(weekly_cost="129.93")], incomes=[money(amount="387.75")])
    (word,) = _record(council).standing
    assert (word.charge, word.can_pay, word.most) == (129_93, 146_30, 146_30)
    assert _record(council).change is None
    tell(circumstances=[care(weekly_cost="229.44")])
    (word,) = _record(council).standing
    assert (word.charge, word.can_pay) == (146_30, 146_30)


def test_recording_twice_changes_nothing(council: Database, tell: Tell) -> None:
    tell(people=[someone()], circumstances=[care()], incomes=[money()])
    first = _record(council)
    assert first.change is not None and [each.charge for each in first.standing] == [58_55]
    assert first.standing[0].ends is None
    assert _record(council).change is None


def test_the_true_up_shows_the_difference_by_day(council: Database, tell: Tell) -> None:
    """Provisional on £300.00; in June we learn it was £310.00 from 4 May: £10.00 a week more for 8 weeks and 3 days."""
    tell(people=[someone()], circumstances=[care(provisional="yes")], incomes=[money()])
    _record(council)
    tell(
        at=dt.datetime(2026, 6, 30, 9, 0),
        source="award letter",
        circumstances=[care(provisional="no")],
        incomes=[
            money(end_date="2026-05-03"),
            {**money(amount="310.00", start_date="2026-05-04"), "income_ref": "I-P1-new"},
        ],
    )
    done = _record(council, at=dt.datetime(2026, 6, 30, 9, 0), until=dt.date(2026, 7, 2))
    assert [(each.span, each.was_pence, each.now_pence, each.exact) for each in done.differences] == [
        (Span(dt.date(2026, 5, 4), dt.date(2026, 7, 2)), 58_55, 68_55, Fraction(10_00 * 59, 7))
    ]
    assert standing(done.standing, dt.date(2026, 7, 2)).charge == 58_55  # type: ignore[union-attr]


def test_nothing_is_edited_and_the_past_can_be_asked_again(council: Database, tell: Tell) -> None:
    tell(people=[someone()], circumstances=[care()], incomes=[money()])
    first = _record(council)
    tell(incomes=[money(amount="320.00")])
    second = _record(council)
    with council.begin() as connection:
        rows = connection.execute(select(assessment.c.learned, assessment.c.charge)).all()
    assert sorted(rows) == [(first.change, 58_55), (second.change, 78_55)]
    assert jobs.history(council, "P1", first.change)[1][0].charge == 58_55
    word, made, _ = jobs.stored_assessment(council, "P1", ON, first.change)
    assert (word.charge, made.charge_pence) == (58_55, 58_55)
    assert jobs.assess_person(council, "P1", ON, POLICY, known=first.change)[1].charge_pence == 58_55


def test_a_future_change_is_cut_where_it_begins(council: Database, tell: Tell) -> None:
    tell(
        people=[someone()],
        circumstances=[care(end_date="2026-09-30"), care(start="2026-10-01", cost="50.00")],
        incomes=[money()],
    )
    done = _record(council)
    assert [(each.starts, each.ends, each.charge) for each in done.standing] == [
        (ON, dt.date(2026, 10, 1), 58_55),
        (dt.date(2026, 10, 1), None, 50_00),
    ]


def test_the_three_april_dates_split_a_year(council: Database, tell: Tell) -> None:
    """From 1 April 2025: £228.70 kept to 5 April, £232.60 from 6 April; State Pension's new rate from Monday 7
    April.
    """
    tell(
        people=[someone()],
        circumstances=[care(start="2025-04-01")],
        incomes=[
            money(amount="", kind="new_state_pension", follows_rate="new_state_pension_full"),
            money(amount="70.00", kind="occupational_pension"),
        ],
    )
    done = jobs.record_assessment(council, "P1", dt.date(2025, 4, 1), POLICY, by="A", at=AT, until=dt.date(2025, 4, 14))
    assert [(each.starts, each.charge) for each in done.standing] == [
        (dt.date(2025, 4, 1), 221_20 + 70_00 - 228_70),
        (dt.date(2025, 4, 6), 221_20 + 70_00 - 232_60),
        (dt.date(2025, 4, 7), 230_25 + 70_00 - 232_60),
    ]


def test_an_override_counts_only_once_a_second_person_approves_it(council: Database, tell: Tell) -> None:
    tell(people=[someone()], circumstances=[care()], incomes=[money()])
    wanted = Override(
        of=OverrideOf.ASSESSED_MAXIMUM,
        amount_pence=40_00,
        reason="Hardship panel",
        approver="",
        first=dt.date(2026, 5, 1),
        end=dt.date(2026, 6, 1),
    )
    name = overrides_jobs.request_override(council, "P1", wanted, by="first officer", at=AT)
    who, made = jobs.assess_person(council, "P1", dt.date(2026, 5, 10), POLICY)
    assert made.charge_pence == 58_55 and "awaits a second person" in who.awaiting[0]
    with pytest.raises(overrides_jobs.OwnOverride):
        overrides_jobs.approve_override(council, name, by="first  Officer", at=AT)
    with council.begin() as connection:
        row = store.overrides(connection)[0]
    own = insert(override_approval).values(
        override=row.nr, learned=row.learned, requested_by="first officer", approved_by="first officer", change=1
    )
    with council.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(own)
    overrides_jobs.approve_override(council, name, by="second officer", at=AT)
    done = _record(council)
    assert [(each.starts, each.charge) for each in done.standing] == [
        (ON, 58_55),
        (dt.date(2026, 5, 1), 40_00),
        (dt.date(2026, 6, 1), 58_55),
    ]
    with council.begin() as connection:
        assert store.overrides(connection)[0].approved_by == "second officer"


def test_an_override_needs_a_reason_and_an_expiry(council: Database, tell: Tell) -> None:
    tell(people=[someone()])
    for missing in ({"reason": " "}, {"end": None}, {"end": ON}):
        given = {"reason": "Panel", "end": dt.date(2026, 6, 1), **missing}
        wanted = Override(of=OverrideOf.ALLOWANCE, amount_pence=1, approver="", first=ON, **given)  # type: ignore[arg-type]
        with pytest.raises(Refusal):
            overrides_jobs.request_override(council, "P1", wanted, by="A", at=AT)


def test_review_dates_come_up(council: Database, tell: Tell) -> None:
    tell(
        people=[someone(), someone("P2"), someone("P3")],
        circumstances=[care(review_date="2026-05-01"), care("P2", review_date="2026-06-01"), care("P3")],
    )
    due = jobs.due_for_review(council, dt.date(2026, 5, 1))
    assert [(row.ref, row.review) for row in due] == [("P1", dt.date(2026, 5, 1))]


def test_a_figure_nobody_read_may_be_billed_once_confirmed(council: Database, tell: Tell) -> None:
    """The couple's guarantee for 2026/27 was worked out, not read."""
    tell(people=[someone()], circumstances=[care(couple="yes")], incomes=[money()])
    _, before = jobs.assess_person(council, "P1", ON, POLICY)
    assert not before.billable
    jobs.confirm_figures(council, ON, by="second officer", at=AT, source="LAC(DHSC)(2026)1")
    _, after = jobs.assess_person(council, "P1", ON, POLICY)
    assert after.billable and after.charge_pence == before.charge_pence
    assert after.figures[0].confirmed is not None or any(each.confirmed for each in after.figures)


def test_nobody_is_assessed_from_the_day_after_death(council: Database, tell: Tell) -> None:
    """Learned in July: died on 10 June. The charge is told up to that day; one added by mistake comes back when
    put right.
    """
    tell(people=[someone()], circumstances=[care()], incomes=[money()])
    _record(council)
    tell(people=[someone() | {"date_of_death": "2026-06-10"}], at=dt.datetime(2026, 7, 1, 9, 0))
    assert [(each.starts, each.ends) for each in jobs.history(council, "P1")[1]] == [(ON, dt.date(2026, 6, 11))]
    with pytest.raises(jobs.Died, match="P1 died on 10 June 2026.*from the day after.*--on 2026-06-10"):
        jobs.assess_person(council, "P1", dt.date(2026, 6, 11), POLICY)
    with pytest.raises(jobs.Died):
        _record(council, dt.date(2026, 6, 11))
    assert jobs.assess_person(council, "P1", dt.date(2026, 6, 10), POLICY)[1].charge_pence == 58_55
    tell(incomes=[money(amount="310.00")], at=dt.datetime(2026, 7, 2, 9, 0))
    done = _record(council, at=dt.datetime(2026, 7, 2, 9, 0))
    assert [(each.starts, each.ends, each.charge) for each in done.standing] == [(ON, dt.date(2026, 6, 11), 68_55)]
    assert [(each.span, each.exact) for each in done.differences] == [
        (Span(ON, dt.date(2026, 6, 11)), Fraction(10_00 * 66, 7))
    ]
    tell(people=[someone()], at=dt.datetime(2026, 7, 3, 9, 0))
    assert [(each.starts, each.ends) for each in jobs.history(council, "P1")[1]] == [(ON, None)]


def test_who_is_not_known_is_said(council: Database, tell: Tell) -> None:
    with pytest.raises(NoSuchPerson, match="Nobody is known as P9"):
        jobs.assess_person(council, "P9", ON, POLICY)
    tell(people=[someone()])
    with pytest.raises(jobs.NoCircumstances, match="start date of 2026-04-06 or before"):
        jobs.assess_person(council, "P1", ON, POLICY)
