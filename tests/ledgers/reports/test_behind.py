"""A calendar is behind from the day after a cut-off that no released run covers; the proof then holds, and says so."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from finance.days import Cycle, PayCalendar, Timing
from interfaces.files.outbound.proof_page import proof_json, proof_page
from ledgers.reports.proof import OpenEnd, Proof, behind

OPENS = dt.date(2026, 4, 6)
FOUR_WEEKS = dt.timedelta(weeks=4)
RULE = PayCalendar(Cycle("four-weekly"), OPENS, Timing("arrears"), 1, 3)


@given(st.integers(0, 200), st.integers(0, 6))
def test_periods_past_their_cut_off_are_counted_and_no_others(days: int, released: int) -> None:
    on, settled = OPENS + dt.timedelta(days=days), OPENS + released * FOUR_WEEKS if released else None
    found = behind("pay calendar 4W", RULE, OPENS, settled, None, on, 3)
    gone = [each for each in range(released, 12) if RULE.cut_off(RULE.period(OPENS + each * FOUR_WEEKS)) < on]
    if not gone:
        assert found is None
        return
    assert found is not None
    count = "1 period" if len(gone) == 1 else f"{len(gone)} periods"
    assert f": {count} with 3 lines whose cut-off has gone by" in found.what
    assert found.what.startswith("was last released up to" if released else "has never been run")


def test_the_proof_holds_and_does_not_read_as_all_well() -> None:
    well, not_all = Proof([], 1, 1, 0, 0), Proof([], 1, 1, 0, 0, (), [OpenEnd("pay calendar 4W", "has never been run")])
    assert well.holds and not_all.holds
    assert proof_json(not_all)["behind"] == [{"where": "pay calendar 4W", "what": "has never been run"}]
    assert "Proved: due, posted and exported agree" in str([str(each) for each in proof_page(well).renderables])
    said = str([str(each) for each in proof_page(not_all).renderables])
    assert "! pay calendar 4W: has never been run." in said
    assert "Not all was run" in said and "Proved: due" not in said
