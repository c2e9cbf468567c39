"""An April uprating: everybody in the preview with a figure or a reason, a second person, applied once, undone.

Statutory figures used by hand: a single person over pension age keeps £232.60 from 6 April 2025 and £241.45 from
6 April 2026; full new State Pension is £230.25 in 2025/26 and £241.30 in 2026/27.
"""

import datetime as dt
import io
from functools import partial

import openpyxl
import pytest
from sqlalchemy import func, insert, select

from billing.assessments import jobs, overrides_jobs, store
from billing.assessments.caseload import jobs as caseload_jobs
from billing.assessments.decisions import line
from billing.assessments.tables import assessment, uprating_approval
from billing.assessments.uprating import jobs as uprating_jobs
from billing.assessments.uprating import store as uprating_store
from billing.assessments.uprating import views_jobs
from billing.assessments.uprating.effect import STATES
from finance.assessment import Override, OverrideOf, default_policy
from finance.columns import Bulk
from finance.days import Span
from finance.problems import Guarded
from interfaces.database.connection import Database
from interfaces.documents.assessments import effect
from interfaces.documents.assessments.pages import effect_page
from interfaces.documents.assessments.workbook import workbook
from tests.billing.assessments.conftest import AT, Tell, care, money, someone
from tests.guards import guards_lifted
from tests.laws.racing import interrupted

POLICY = default_policy()
LAST_YEAR = dt.date(2025, 4, 7)
SPAN = Span(dt.date(2026, 4, 1), dt.date(2026, 5, 1))
LATER = dt.datetime(2026, 3, 1, 9, 0)
FULL = {"kind": "new_state_pension", "amount": "", "follows_rate": "new_state_pension_full"}


@pytest.fixture
def caseload(council: Database, tell: Tell) -> Database:
    """Six people assessed last year, one never assessed, one whose cost nobody gave."""
    everyone = ("RISES", "FALLS", "FREE", "SETBYHAND", "FULLCOST", "NOUGHT", "NEW", "NOCOST")
    tell(
        people=[someone(ref) for ref in everyone],
        circumstances=[care(ref, "2025-04-07", "" if ref == "NOCOST" else "500.00") for ref in everyone],
        incomes=[
            money("RISES", **FULL),
            money("RISES", "60.00", "occupational_pension"),
            money("FALLS", "300.00"),
            money("FREE", "300.00"),
            money("SETBYHAND", "300.00"),
            money("NOUGHT", "100.00"),
            money("NEW", "300.00"),
            money("NOCOST", "300.00"),
            money("FULLCOST", "300.00"),
        ],
        assets=[{"asset_ref": "A1", "person_ref": "FULLCOST", "kind": "savings", "value": "30000.00"}],
        charging_grounds=[{"ground_ref": "G1", "person_ref": "FREE", "ground": "aftercare under section 117"}],
    )
    wanted = Override(
        of=OverrideOf.ASSESSED_MAXIMUM,
        amount_pence=40_00,
        reason="Hardship panel",
        approver="",
        first=dt.date(2025, 5, 1),
        end=dt.date(2026, 10, 1),
    )
    name = overrides_jobs.request_override(council, "SETBYHAND", wanted, by="first officer", at=AT)
    overrides_jobs.approve_override(council, name, by="second officer", at=AT)
    for ref in everyone[:6]:
        jobs.record_assessment(council, ref, LAST_YEAR, POLICY, by="Assessor", at=dt.datetime(2025, 4, 7, 9, 0))
    return council


def _charges(council: Database, on: dt.date) -> dict[str, int | None]:
    return {
        ref: next((each.charge for each in jobs.history(council, ref)[1] if each.holds(on)), None)
        for ref in ("RISES", "FALLS", "FREE", "SETBYHAND", "FULLCOST", "NOUGHT", "NEW", "NOCOST")
    }


def _preview(council: Database) -> uprating_jobs.Preview:
    return uprating_jobs.preview(council, "April 2026", SPAN, POLICY, by="first officer", at=LATER)


def test_everybody_is_in_the_preview_with_a_figure_or_a_reason(caseload: Database) -> None:
    made = _preview(caseload)
    with caseload.begin() as connection:
        refs = {
            nr: ref for nr, (ref, _) in store.refs(connection, [int(each) for each in made.everyone.person]).items()
        }
    rows = {
        refs[int(nr)]: (STATES[int(state)], int(was), int(now), why)
        for nr, state, was, now, why in zip(
            made.everyone.person,
            made.everyone.state,
            made.everyone.was,
            made.everyone.now,
            made.everyone.why,
            strict=True,
        )
    }
    assert rows["RISES"] == ("changed", 230_25 + 60_00 - 232_60, 241_30 + 60_00 - 241_45, "")
    assert rows["FALLS"] == ("changed", 300_00 - 232_60, 300_00 - 241_45, "")
    assert rows["FREE"][:3] == ("untouched", 0, 0) and "section 117" in rows["FREE"][3]
    assert rows["SETBYHAND"][:3] == ("untouched", 40_00, 40_00) and "30 September 2026" in rows["SETBYHAND"][3]
    assert rows["FULLCOST"][:3] == ("untouched", 500_00, 500_00) and "capital limit" in rows["FULLCOST"][3]
    assert rows["NOUGHT"][:3] == ("untouched", 0, 0) and "Nothing is left" in rows["NOUGHT"][3]
    assert rows["NEW"][:3] == ("assessed for the first time", -1, 300_00 - 241_45)
    assert rows["NOCOST"][:3] == ("could not be assessed", -1, -1) and "Supply what the care costs" in rows["NOCOST"][3]
    assert len(rows) == 8


def test_the_summary_adds_up(caseload: Database) -> None:
    total = _preview(caseload).summary
    assert (total.before_pence, total.after_pence) == (
        57_65 + 67_40 + 0 + 40_00 + 500_00 + 0,
        59_85 + 58_55 + 0 + 40_00 + 500_00 + 0 + 58_55,
    )
    assert (total.more, total.less, total.difference_pence) == (2, 1, 2_20 - 8_85 + 58_55)
    assert total.yearly_pence == 52 * (2_20 - 8_85 + 58_55)
    for kind in ("change", "charge before", "age", "setting"):
        bands = [each for each in total.bands if each.kind == kind]
        assert sum(each.people for each in bands) == 8
        assert sum(each.difference_pence for each in bands) == total.difference_pence


def test_the_dead_are_left_out_and_counted(caseload: Database, tell: Tell) -> None:
    """FALLS died the day before the first day, RISES on it: that day is assessed."""
    tell(
        people=[someone("FALLS") | {"date_of_death": "2026-03-31"}, someone("RISES") | {"date_of_death": "2026-04-01"}]
    )
    made = _preview(caseload)
    with caseload.begin() as connection:
        refs = store.refs(connection, [int(each) for each in made.everyone.person])
    assert made.died == 1 and len(made.everyone) == 7 and "FALLS" not in {ref for ref, _ in refs.values()}
    told = views_jobs.of_preview(caseload, uprating_jobs.read_preview(caseload, made.nr))
    words = (
        "1 April 2026: 1 person who died before that day is left out. Nobody is assessed to pay from the day "
        "after death."
    )
    assert told.lines[-1] == words and effect.as_json(told)["left_out_dead"] == 1
    what = caseload_jobs.what_if(caseload, dt.date(2026, 4, 2), POLICY, {"share_of_disposable_income": "50"})
    assert (what.died, len(what.everyone)) == (2, 6)
    assert "2 people who died before that day are left out" in views_jobs.of_what_if(caseload, what).lines[-1]


def test_incomes_given_as_plain_amounts_are_counted_and_named(caseload: Database, tell: Tell) -> None:
    tell(
        incomes=[
            money("FALLS", "310.00", "state_pension", income_ref="I-NEW", start_date="2026-04-06"),  # given anew
            money("FREE", "20.00", "pip_mobility"),  # never counted, so nothing to ask for
            money("NEW", "9.00", "occupational_pension", end_date="2026-04-05"),
        ]
    )
    told = views_jobs.of_preview(caseload, _preview(caseload))
    named = {(told.names[each.person][0], each.kind, each.amount) for each in told.kept}
    assert named == {
        ("RISES", "Occupational or personal pension", 60_00),
        ("FREE", "State Pension", 300_00),
        ("SETBYHAND", "State Pension", 300_00),
        ("NOUGHT", "State Pension", 100_00),
        ("NEW", "State Pension", 300_00),
        ("NOCOST", "State Pension", 300_00),
        ("FULLCOST", "State Pension", 300_00),
    }
    words = str(effect.kept_words(told))
    assert words.startswith("7 people have an income given as a plain amount") and "pension 1" in words
    assert effect.as_json(told)["amounts_not_uprated"]["people"] == 7 and words in effect_page(told)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(told)))["Incomes not uprated"]
    assert sheet.max_row == 8 and sheet["D2"].value in (60, 100, 300)


def test_nothing_is_applied_by_a_preview(caseload: Database) -> None:
    before = _charges(caseload, dt.date(2026, 6, 1))
    _preview(caseload)
    assert _charges(caseload, dt.date(2026, 6, 1)) == before


def test_the_preparer_never_approves_and_the_database_refuses_too(caseload: Database) -> None:
    made = _preview(caseload)
    with pytest.raises(uprating_jobs.OwnUprating):
        uprating_jobs.approve(caseload, made.nr, by="FIRST OFFICER", at=LATER)
    for values in ({"approved_by": "first officer"}, {"approved_by": "second officer", "signature": "0" * 64}):
        row = {
            "uprating": made.nr,
            "prepared_by": "first officer",
            "signature": made.signature,
            "approved_at": LATER,
            **values,
        }
        with pytest.raises(Guarded), caseload.begin() as connection:
            connection.execute(insert(uprating_approval).values(**row))
    with pytest.raises(uprating_jobs.WrongStage, match="is previewed"):
        uprating_jobs.apply(caseload, made.nr, by="second officer", at=LATER)


def test_applied_once_and_undone_with_both_visible(caseload: Database) -> None:
    before = _charges(caseload, dt.date(2026, 6, 1))
    made = _preview(caseload)
    assert uprating_jobs.approve(caseload, made.nr, by="second officer", at=LATER) == made.signature
    done = uprating_jobs.apply(caseload, made.nr, by="second officer", at=LATER)
    assert done.left_out == ()
    after = _charges(caseload, dt.date(2026, 6, 1))
    assert after == before | {"RISES": 59_85, "FALLS": 58_55, "NEW": 58_55}
    assert _charges(caseload, dt.date(2026, 4, 5))["FALLS"] == 67_40  # allowances change on 6 April, not before
    again = uprating_jobs.apply(caseload, made.nr, by="second officer", at=LATER)
    assert again.stored == done.stored
    assert _preview(caseload).summary.states["changed"] == 0  # all of it stands already
    with caseload.begin() as connection:
        rows = connection.execute(select(func.count()).select_from(assessment)).scalar_one()
    change = uprating_jobs.undo(caseload, made.nr, by="first officer", at=LATER)
    assert _charges(caseload, dt.date(2026, 6, 1)) == before
    with caseload.begin() as connection:
        person = store.numbers(connection, ["FALLS"])["FALLS"]
        assert line(store.words(connection, person, done.change))[-1].charge == 58_55
        assert line(store.words(connection, person, change))[-1].charge == 67_40
        assert connection.execute(select(func.count()).select_from(assessment)).scalar_one() > rows


def test_a_run_stopped_half_way_can_be_run_again(caseload: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uprating_store, "PEOPLE_A_CHUNK", 3)
    made = _preview(caseload)
    uprating_jobs.approve(caseload, made.nr, by="second officer", at=LATER)
    marked = uprating_store.mark_applied

    def stops(bulk: Bulk, nr: int, chunk: int) -> None:
        if chunk == 1:
            raise KeyboardInterrupt
        marked(bulk, nr, chunk)

    with monkeypatch.context() as patch:
        patch.setattr(uprating_store, "mark_applied", stops)
        with caseload.read() as connection:
            known = store.latest_change(connection)
        with pytest.raises(KeyboardInterrupt):
            uprating_jobs.apply(caseload, made.nr, by="second officer", at=LATER)
        with caseload.read() as connection:  # no run of charges may take in a part, and believe it has the whole
            assert store.latest_change(connection) == known
            assert connection.execute(select(func.max(assessment.c.learned))).scalar_one() <= known
    uprating_jobs.apply(caseload, made.nr, by="second officer", at=LATER)
    assert _charges(caseload, dt.date(2026, 6, 1))["NEW"] == 58_55
    with caseload.begin() as connection:
        duplicates = (
            select(assessment.c.person, assessment.c.starts)
            .group_by(assessment.c.person, assessment.c.starts, assessment.c.learned)
            .having(func.count() > 1)
        )
        assert not connection.execute(duplicates).all()


def test_the_second_to_sign_at_once_hears_who_was_first(caseload: Database) -> None:
    made = _preview(caseload)
    first = partial(uprating_jobs.approve, caseload, made.nr, by="second officer", at=LATER)
    own = interrupted(caseload, 0, first)
    with pytest.raises(overrides_jobs.ApprovedAlready, match="approved already, by second officer"):
        uprating_jobs.approve(own, made.nr, by="third officer", at=LATER)
    own.close()


def test_applied_twice_at_once_it_is_said_once(caseload: Database) -> None:
    made = _preview(caseload)
    uprating_jobs.approve(caseload, made.nr, by="second officer", at=LATER)
    own = interrupted(caseload, 1, partial(uprating_jobs.apply, caseload, made.nr, by="second officer", at=LATER))
    done = uprating_jobs.apply(own, made.nr, by="third officer", at=LATER)
    with caseload.read() as connection:
        said = connection.execute(
            select(func.count()).select_from(assessment).where(assessment.c.learned > made.known)
        ).scalar_one()
    assert said == done.stored
    own.close()


def test_whoever_changed_since_the_preview_is_left_out_and_named(caseload: Database, tell: Tell) -> None:
    made = _preview(caseload)
    uprating_jobs.approve(caseload, made.nr, by="second officer", at=LATER)
    tell(at=LATER, incomes=[money("FALLS", "310.00")])
    done = uprating_jobs.apply(caseload, made.nr, by="second officer", at=LATER)
    with caseload.begin() as connection:
        assert done.left_out == (store.numbers(connection, ["FALLS"])["FALLS"],)
    assert _charges(caseload, dt.date(2026, 6, 1))["FALLS"] == 67_40


def test_undo_leaves_alone_what_was_assessed_since(caseload: Database, tell: Tell) -> None:
    made = _preview(caseload)
    uprating_jobs.approve(caseload, made.nr, by="second officer", at=LATER)
    uprating_jobs.apply(caseload, made.nr, by="second officer", at=LATER)
    tell(at=LATER, incomes=[money("FALLS", "310.00")])
    jobs.record_assessment(caseload, "FALLS", dt.date(2026, 5, 4), POLICY, by="A", at=dt.datetime(2026, 5, 4, 9, 0))
    uprating_jobs.undo(caseload, made.nr, by="first officer", at=LATER)
    assert _charges(caseload, dt.date(2026, 4, 20))["FALLS"] == 67_40
    assert _charges(caseload, dt.date(2026, 6, 1))["FALLS"] == 310_00 - 241_45


def test_a_preview_that_was_tampered_with_is_not_approved(caseload: Database) -> None:
    from sqlalchemy import update

    from billing.assessments.tables import uprating_chunk

    made = _preview(caseload)
    with guards_lifted(caseload, "uprating_chunk") as connection:
        connection.execute(update(uprating_chunk).values(words=b"something else"))
    with pytest.raises(uprating_jobs.PreviewChanged):
        uprating_jobs.approve(caseload, made.nr, by="second officer", at=LATER)
