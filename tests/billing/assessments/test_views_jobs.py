"""Assessments as they are shown: what stands to its last day, what we were told in order, what is to be reviewed."""

import datetime as dt

from billing.assessments import jobs, overrides_jobs
from billing.assessments.views_jobs import assessed, due_for_review
from finance.assessment import Override, OverrideOf, default_policy
from interfaces.database.connection import Database
from tests.billing.assessments.conftest import AT, Tell, care, money, someone

ON, POLICY = dt.date(2026, 4, 6), default_policy()


def test_what_stands_and_what_it_rests_on(council: Database, tell: Tell) -> None:
    tell(people=[someone()], circumstances=[care()], incomes=[money()])
    jobs.record_assessment(council, "P1", ON, POLICY, by="Assessor", at=AT, until=dt.date(2026, 6, 1))
    found = assessed(council, "P1")
    (each,) = found.standing
    assert (each.starts, each.last_day, each.charge) == (ON, dt.date(2026, 5, 31), 300_00 - 241_45)
    assert each.how.billable and each.council_pays == 287_50 - 58_55
    assert [told.table for told in found.told] == ["circumstance", "income"]
    assert (found.ref, found.name, list(found.awaiting)) == ("P1", "Person P1", [])


def test_reviews_say_how_long_they_are_overdue_and_overrides_that_they_wait(council: Database, tell: Tell) -> None:
    tell(
        people=[someone(), someone("P2"), someone("P3")],
        circumstances=[
            care(review_date="2026-05-01", provisional="yes"),
            care("P2", review_date="2026-06-01"),
            care("P3", review_date="2026-07-01"),
        ],
    )
    wanted = Override(
        of=OverrideOf.ASSESSED_MAXIMUM,
        amount_pence=40_00,
        reason="Panel",
        approver="",
        first=dt.date(2026, 5, 1),
        end=dt.date(2026, 9, 1),
    )
    overrides_jobs.request_override(council, "P1", wanted, by="first officer", at=AT)
    found = due_for_review(council, dt.date(2026, 5, 11), 28)
    assert [(each.ref, each.overdue, each.provisional) for each in found.people] == [("P1", 10, True), ("P2", 0, False)]
    (each,) = found.overrides
    assert (each.person, each.amount, each.last_day, each.approved_by) == ("P1", 40_00, dt.date(2026, 8, 31), None)
