"""Top-ups: the difference between a dearer home's fee and what the council would pay, and who may pay it.

The council answers to the home for the whole fee. A top-up stands outside the assessed charge. Usually somebody else
pays it; the person may pay their own only in the cases here (SI 2014/2670;
statutory guidance annex A).
"""

import datetime as dt
from enum import StrEnum

from finance.assessment.circumstances import Circumstances, Ground, Setting
from finance.assessment.properties import TWELVE_WEEKS_FROM_MOVING_IN, home_left_out
from finance.assessment.results import Assessment, Outcome


class Collection(StrEnum):
    """How a top-up reaches the home. The third is known by elimination only."""

    WITH_THE_CHARGE = "collected by the council with the person's charge"
    STRAIGHT_TO_THE_HOME = "paid straight to the home"
    TO_THE_COUNCIL = "paid to the council by whoever agreed to it"


def own_top_up_allowed(
    circumstances: Circumstances, assessment: Assessment, on: dt.date, *, deferred: bool = False
) -> str | None:
    """Why the person may pay their own top-up, in words; None when only somebody else may."""
    if deferred:
        return "under a deferred payment agreement, where it joins the debt"
    if assessment.outcome in (Outcome.OVER_LIMIT, Outcome.FULL_COST):
        return "while paying in full"
    if any(each.ground is Ground.AFTERCARE and each.holds(on) for each in circumstances.standings):
        return "in accommodation provided as aftercare under section 117"
    twelve_weeks = home_left_out(circumstances, on) == TWELVE_WEEKS_FROM_MOVING_IN
    if circumstances.setting is Setting.PERMANENT and twelve_weeks:
        return "in the twelve weeks from moving in"
    return None
