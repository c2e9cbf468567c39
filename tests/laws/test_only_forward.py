"""A run's life cannot fork: cut off anywhere and met by any other verb, its money is posted, settled and recharged
once.

The process is cut off between two of its transactions by a database that fails at a chosen one; what held in its memory
is gone, and another officer goes on with another verb.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from billing.recharges.jobs import Raised, raise_recharges
from billing.tables import bill_payer
from finance.facts import tables as f
from finance.problems import Guarded, Refusal
from interfaces.database.columns import ColumnTransaction
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from interfaces.files.outbound.proving import prove
from ledgers import entries_store, review_jobs
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.approvals.rules import OverTheTier, OwnWork
from ledgers.coding.store import load_current
from ledgers.debt_jobs import record_debt
from ledgers.officers import jobs as officers
from ledgers.officers.authority import TIMETABLE, NoRight, NotAnOfficer
from ledgers.runs import FindingsOpen, Run, SeveralInTheWay, WrongState
from payruns.jobs import calculate_payrun, release_payrun
from tests.conftest import Grown
from tests.guards import guards_lifted
from tests.laws.living import APPROVER, POLICY, PREPARER, Life, differences
from tests.laws.worlds import CLOSES, DAY, OPENS, changes, make_world

OTHER = "Other"
MOST = 12
"""More transactions than a release of these small councils takes."""


class CutOff(BaseException):
    """The process is gone."""


class Failing(Database):
    """The same database, for a process that is gone before or after its so-many-th transaction commits."""

    def __init__(self, url: str, left: int, when: str) -> None:
        super().__init__(url)
        self.left, self.when = left, when

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with super().begin() as connection:
            yield connection
            self._end("before")
        self._end("after")

    @contextmanager
    def bulk(self) -> Iterator[ColumnTransaction]:
        with super().bulk() as columns:
            yield columns
            self._end("before")
        self._end("after")

    def _end(self, when: str) -> None:
        if when == self.when:
            self.left -= 1
            if self.left == 0:
                raise CutOff


def cut_off(life: Life, left: int, when: str, verb: Callable[[Database], object]) -> bool:
    """Do a verb in a process that is gone at its so-many-th commit. Whether it was."""
    url = life.database.url.render_as_string(hide_password=False)
    dying = Failing(url, left, when)
    try:
        verb(dying)
    except CutOff:
        return True
    finally:
        dying.close()
    return False


def opened(database: Database) -> Life:
    life = Life(database, policy=replace(POLICY, lines_a_chunk=2))
    with database.begin() as connection:
        ledger.add_officers(connection, {OTHER: "manager"}, {})
    assert life.learn(make_world(7, 7, calendars=1))
    return life


def stage(life: Life, nr: int) -> str:
    with life.database.begin() as connection:
        return str(ledger.read_run(connection, nr).status)


OTHERS = ["send back", "calculate", "abandon"]


@pytest.mark.soak
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("other", OTHERS)
def test_a_release_cut_off_anywhere_is_only_released_on(grown: Grown, other: str, when: str) -> None:
    """F1 and F2: whatever another officer tries next, what was posted is paid, and nothing is lost or doubled."""
    gone_at = [left for left in range(1, MOST) if cut_off_and_met(grown, other, left, when)]
    assert len(gone_at) >= 6


@pytest.mark.parametrize("other", OTHERS)
def test_a_release_cut_off_somewhere_is_only_released_on(grown: Grown, other: str) -> None:
    """The same at two moments of the middle, drawn anew each time."""
    for left in random.sample(range(2, 7), 2):
        print(f"cut off after transaction {left}, then: {other}")
        assert cut_off_and_met(grown, other, left, "after")


def cut_off_and_met(grown: Grown, other: str, left: int, when: str) -> bool:
    life = grown(opened)
    run = life.approve(life.draft("CAL1", CLOSES))
    gone = cut_off(life, left, when, lambda database: release_payrun(database, run.nr, by=APPROVER, at=life.now()))
    verbs: dict[str, Callable[[], object]] = {
        "send back": lambda: review_jobs.send_back_run(
            life.database, run.nr, by=OTHER, at=life.now(), note="a line is doubled"
        ),
        "calculate": lambda: calculate_payrun(life.database, run.nr, by=PREPARER, at=life.now()),
        "abandon": lambda: machine.abandon_run(life.database, run.nr, by=PREPARER, at=life.now(), note="given up"),
    }
    before = stage(life, run.nr)
    if before == "approved" and other != "calculate":
        verbs[other]()
    else:
        with pytest.raises(WrongState) as refused:
            verbs[other]()
        assert APPROVER in str(refused.value), "it says who"
    finish(life, run)
    assert differences(life) == []
    assert everybody_paid(life) == []
    return gone


def finish(life: Life, run: Run) -> None:
    """Officers put it right calmly, from whatever stage it is at."""
    now = stage(life, run.nr)
    if now == "abandoned":
        life.pay("CAL1", CLOSES)
        return
    if now == "calculated":
        machine.submit_run(life.database, run.nr, by=PREPARER, at=life.now())
        machine.approve_run(life.database, run.nr, by=APPROVER, at=life.now())
    if now != "released":
        release_payrun(life.database, run.nr, by=OTHER, at=life.now())
    life.settled["CAL1"] = CLOSES


def everybody_paid(life: Life) -> list[tuple[int, int, int]]:
    """(payee, what the ledger owes, what runs carry forward) wherever the two are not the same."""
    with life.database.begin() as connection:
        owed = entries_store.control_balances(connection, "payments")
        last = max(run.nr for run in ledger.read_runs(connection, "payments"))
        carried = {row.party: row.carried_forward for row in ledger.read_parties(connection, last)}
        entries = select(t.entry.c.run).join_from(t.entry, t.run, t.run.c.nr == t.entry.c.run)
        stray = connection.execute(entries.where(t.run.c.status.not_in(["released", "acknowledged"]))).all()
    assert not stray, "entries of a run that is not released"
    return [
        (each, owed.get(each, 0), carried.get(each, 0))
        for each in sorted({*owed, *carried})
        if owed.get(each, 0) != carried.get(each, 0)
    ]


def test_a_run_being_released_is_named_by_the_proof_with_the_way_on(grown: Grown) -> None:
    life = grown(opened)
    run = life.approve(life.draft("CAL1", CLOSES))
    assert cut_off(life, 4, "after", lambda database: release_payrun(database, run.nr, by=APPROVER, at=life.now()))
    found = prove(life.database)
    assert not found.holds
    assert [f"outturn payrun release {run.nr}" in each.what for each in found.differences] == [False, True]
    assert ["is being released" in each.what for each in found.differences] == [False, True]


def test_two_releases_take_the_parts_between_them(grown: Grown) -> None:
    """F10: the second finds each part posted, and says who released the run."""
    life = grown(opened)
    run = life.approve(life.draft("CAL1", CLOSES))
    assert cut_off(life, 4, "after", lambda database: release_payrun(database, run.nr, by=APPROVER, at=life.now()))
    life.release(run)
    with pytest.raises(WrongState, match=f"{APPROVER} released it at"):
        release_payrun(life.database, run.nr, by=OTHER, at=life.now())
    life.settled["CAL1"] = CLOSES
    assert differences(life) == [] and everybody_paid(life) == []


def test_whoever_begins_to_work_a_run_out_last_goes_on(grown: Grown) -> None:
    life = grown(opened)
    run = life.draft("CAL1", CLOSES)
    begun: list[str] = []

    def meanwhile(_what: str, done: int, _whole: int) -> None:
        if done == 1 and not begun:
            begun.append("again")
            calculate_payrun(Database(life.database.url), run.nr, by=OTHER, at=life.now())

    with pytest.raises(WrongState, match="no longer go on working out"):
        calculate_payrun(life.database, run.nr, by=PREPARER, at=life.now(), progress=meanwhile)
    machine.submit_run(life.database, run.nr, by=PREPARER, at=life.now())
    machine.approve_run(life.database, run.nr, by=APPROVER, at=life.now())
    life.release(run)
    life.settled["CAL1"] = CLOSES
    assert differences(life) == []


def test_an_abandoned_run_is_worked_out_no_further(grown: Grown) -> None:
    life = grown(opened)
    run = life.draft("CAL1", CLOSES)

    def meanwhile(_what: str, done: int, _whole: int) -> None:
        if done == 1:
            machine.abandon_run(Database(life.database.url), run.nr, by=OTHER, at=life.now(), note="not this one")

    with pytest.raises(WrongState, match=f"abandoned: {OTHER} abandoned it at"):
        calculate_payrun(life.database, run.nr, progress=meanwhile)
    with life.database.begin() as connection:
        assert ledger.chunk_numbers(connection, run.nr) == []
    life.pay("CAL1", CLOSES)
    assert differences(life) == []


# What a release owes --------------------------------------------------------------------------------------------------


def owed(life: Life) -> list[tuple[int, str]]:
    with life.database.begin() as connection:
        return [(row.run, row.what) for row in ledger.read_owed(connection)]


def test_recharges_are_owed_until_they_are_raised(grown: Grown) -> None:
    """F3: a process gone between settling and recharging leaves the recharges owed, and the proof says so."""
    life = grown(with_funders)
    run = life.pay("CAL1", CLOSES)
    assert owed(life) == [(run.nr, "files"), (run.nr, "recharges")]
    said = [each.what for each in prove(life.database).differences]
    assert f"owes its recharges: outturn billrun recharge {run.nr}" in said
    for left in range(1, 6):
        for when in ("before", "after"):
            cut_off(life, left, when, lambda database: recharge(life, database, run))
    assert recharge(life, life.database, run).run
    assert (run.nr, "recharges") not in owed(life)
    with life.database.begin() as connection:
        e = t.entry.c
        borne = connection.execute(select(func.sum(e.amount)).where(e.run == run.nr, e.funder != 0)).scalar_one()
        raised = connection.execute(select(func.sum(e.amount)).where(e.stream == "recharges")).scalar_one()
    assert borne == raised and borne != 0


def recharge(life: Life, database: Database, run: Run) -> Raised:
    return raise_recharges(database, run.nr, by=APPROVER, at=life.now())


def with_funders(database: Database) -> Life:
    """A council of which another funder bears half of every line, with a bill payer for each funder."""
    life = Life(database, policy=replace(POLICY, lines_a_chunk=2))
    world = make_world(7, 6, calendars=1)
    world.rows["funding_shares"].clear()
    for place, ref in enumerate(sorted(world.rows["service_lines"]), 1):
        about: dict[str, object] = {"line_ref": ref, "funder_ref": min(world.rows["funders"]), "percent": "50"}
        world.put("funding_shares", f"HALF{place}", **about, weekly_amount=None, start_date=OPENS, end_date=None)
    assert life.learn(world)
    funders = sorted(life.numbers("funder").values())
    with life.database.begin() as connection:
        last = connection.execute(select(func.max(f.change.c.nr))).scalar_one()
        for place, nr in enumerate(funders, 1):
            connection.execute(
                insert(bill_payer).values(
                    nr=place, learned=last, ref=f"F{place}", name=f"Funder {place}", kind="funder", funder=nr
                )
            )
    return life


def test_a_run_of_which_others_bear_nothing_owes_no_recharges(grown: Grown) -> None:
    life = grown(opened)
    run = life.pay("CAL1", CLOSES)
    with life.database.begin() as connection:
        done = connection.execute(
            select(t.owed.c.outcome).where(t.owed.c.what == "recharges", t.owed.c.run == run.nr)
        ).scalar_one()
        shares = connection.execute(select(func.count()).where(t.entry.c.funder != 0)).scalar_one()
        nursing = connection.execute(select(func.count()).where(t.entry.c.kind == "nursing")).scalar_one()
    assert (done == "nothing to recharge") == (shares == nursing == 0)


# Who signs ------------------------------------------------------------------------------------------------------------

SPELLINGS = ["PREPARER", "preparer ", "Pre\u200bparer", "Ｐreparer", "Рreparer", "Prepa\u00adrer", "\u00a0Preparer"]


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_own_work_is_own_work_under_any_spelling(grown: Grown, spelled: str) -> None:
    """F5."""
    life = grown(opened)
    database = life.database
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(database, run.nr)
    machine.submit_run(database, run.nr, by=spelled, at=life.now())
    for by in {spelled, PREPARER}:
        with pytest.raises(Refusal) as refused:
            machine.approve_run(database, run.nr, by=by, at=life.now())
        kinds = refused.value.kinds if isinstance(refused.value, SeveralInTheWay) else (type(refused.value).__name__,)
        assert "OwnWork" in kinds
    with database.begin() as connection:
        assert ledger.read_run(connection, run.nr).submitted_by == PREPARER, "kept as the list has it"


def test_only_officers_act_on_runs(grown: Grown) -> None:
    """F9 and F12: a nobody drafts, works out, submits, accepts, holds, lets go, sends back, abandons, releases
    nothing.
    """
    life = grown(opened)
    database = life.database
    run = life.draft("CAL1", CLOSES)
    who: Any = {"by": "Nobody", "at": life.now()}
    hold = life.hold("payee", min(life.believed["payees"]))

    def refused(verb: Callable[[], object]) -> None:
        with pytest.raises(NotAnOfficer, match="Nobody is not on the list of officers"):
            verb()

    refused(lambda: calculate_payrun(database, run.nr, **who))
    calculate_payrun(database, run.nr)
    refused(lambda: machine.submit_run(database, run.nr, **who))
    refused(lambda: review_jobs.accept_findings(database, run.nr, [1], reason="Agreed with the family", **who))
    refused(lambda: review_jobs.hold(database, "payments", "payee", 1, reason="query", **who))
    refused(lambda: review_jobs.let_go(database, hold, **who))
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    refused(lambda: machine.approve_run(database, run.nr, **who))
    refused(lambda: review_jobs.send_back_run(database, run.nr, note="no", **who))
    refused(lambda: machine.abandon_run(database, run.nr, note="no", **who))
    machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    refused(lambda: release_payrun(database, run.nr, **who))
    life.release(run)
    with database.begin() as connection:
        coding = load_current(connection)
    refused(lambda: record_debt(database, run.nr, 1, coding, **who))
    refused(lambda: raise_recharges(database, run.nr, **who))
    up_to = run.up_to + dt.timedelta(days=28)
    draft = machine.Draft(
        run.stream, run.calendar, run.calendar_name, up_to, run.up_to, run.pay_date, run.known, run.policy
    )
    refused(lambda: machine.draft_run(database, draft, **who))


def test_the_timetable_prepares_and_does_nothing_else(grown: Grown) -> None:
    life = grown(opened)
    database = life.database
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(database, run.nr, by=TIMETABLE, at=life.now())
    with pytest.raises(NotAnOfficer):  # typed by a person
        calculate_payrun(database, run.nr, by="timetable", at=life.now())
    for verb in (machine.submit_run, machine.approve_run):
        with pytest.raises(Refusal):
            verb(database, run.nr, by=TIMETABLE, at=life.now())
    with database.begin() as connection, pytest.raises(Refusal, match="what the timetable is called"):
        officers.add_officer(connection, "Timetable ", "manager", None, reason="x", by=APPROVER, at=life.now())


def test_a_role_does_what_it_has_the_right_to(grown: Grown) -> None:
    life = grown(opened)
    database = life.database
    with database.begin() as connection:
        asked = officers.set_rights(
            connection, "officer", ["prepare"], reason="Scheme of 2026", by=APPROVER, at=life.now()
        )
        assert asked is not None
        officers.confirm_change(connection, asked.nr, by=OTHER, at=life.now())
    run = life.approve(life.draft("CAL1", CLOSES))
    with pytest.raises(NoRight, match="As officer, Preparer may not release a run: the role’s rights are prepare"):
        release_payrun(database, run.nr, by=PREPARER, at=life.now())
    with pytest.raises(NoRight):
        life.hold("payee", min(life.believed["payees"]))
    life.release(run)


def with_a_stop(life: Life, run: Run) -> tuple[int, int]:
    """Put a stop finding on the first line of care of a run. (line, payee)."""
    lines = machine.whole_proposal(life.database, run.nr).to_pylist()
    row = next(each for each in lines if each["kind"] == "care" and each["amount"])
    with guards_lifted(life.database, "finding") as connection:
        connection.execute(
            insert(t.finding).values(
                run=run.nr,
                check_name="after death",
                severity="stop",
                what="died",
                subject=row["subject"],
                party=row["party"],
            )
        )
    return row["subject"], row["party"]


def test_a_finding_is_about_a_line_or_about_the_adjustment_of_its_number(grown: Grown) -> None:
    """Holding the line stands in for the one, whatever the adjustment is; and never for the other."""
    life = grown(opened)
    database = life.database
    world = make_world(7, 7, calendars=1)
    world.rows["adjustments"] |= {
        f"A-{nr}": {
            "adjustment_ref": f"A-{nr}",
            "payee_ref": max(world.rows["payees"]),
            "calendar_ref": "CAL1",
            "service_ref": min(world.rows["services"]),
            "date": CLOSES - dt.timedelta(days=5),
            "amount": "90.00",
            "reason": "Agreed settlement",
            "entered_by": "Brokerage",
        }
        for nr in range(40)
    }
    assert life.learn(world)
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(database, run.nr)
    lines = machine.whole_proposal(database, run.nr).to_pylist()
    adjusted = {each["subject"]: each["party"] for each in lines if each["kind"] == "adjustment"}
    care = next(each for each in lines if each["kind"] == "care" and each["amount"] and each["subject"] in adjusted)
    found = {"run": run.nr, "check_name": "x", "severity": "stop", "what": "x", "subject": care["subject"]}
    with guards_lifted(database, "finding") as connection:
        connection.execute(insert(t.finding).values(**found, party=care["party"]))
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    review_jobs.hold(database, "payments", "line", care["subject"], reason="x", by=OTHER, at=life.now())
    machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    review_jobs.send_back_run(database, run.nr, by=OTHER, at=life.now(), note="x")
    with guards_lifted(database, "finding") as connection:
        connection.execute(insert(t.finding).values(**found, party=adjusted[care["subject"]], kind="adjustment"))
    with database.read() as connection:
        assert [each.kind for each in ledger.open_stops(connection, run.nr)] == ["adjustment"]
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    with pytest.raises(FindingsOpen):
        machine.approve_run(database, run.nr, by=APPROVER, at=life.now())


def test_what_was_put_in_beside_a_release_is_named(grown: Grown) -> None:
    """By plain SQL, past the guards: an entry nobody signed for, and a debt nobody raised."""
    life = grown(opened)
    database = life.database
    life.pay("CAL1", OPENS + 45 * DAY)
    with guards_lifted(database, "entry", "run_party") as connection:
        e = dict(connection.execute(select(t.entry).where(t.entry.c.kind == "care").limit(1)).one()._mapping)
        connection.execute(insert(t.entry).values(**e | {"kind": "debt", "subject": 1, "amount": -7_00, "chunk": -1}))
        connection.execute(
            t.run_party.update()
            .where(t.run_party.c.party == e["party"])
            .values(carried_forward=t.run_party.c.carried_forward + 7_00)
        )
    assert any(
        f"payee {e['party']}: has a debt in the ledger that nobody is recorded to have raised" in str(each)
        for each in prove(database).differences
    )
    run = life.approve(life.draft("CAL1", CLOSES))
    assert cut_off(life, 2, "after", lambda database: release_payrun(database, run.nr, by=APPROVER, at=life.now()))
    with guards_lifted(database, "entry") as connection:
        connection.execute(insert(t.entry).values(**e | {"run": run.nr, "subject": 999, "amount": 9_00}))
    (page,) = [each for each in prove(database).runs if each.run == run.nr]
    assert [(each.where, each.what, each.pence) for each in page.differences] == [
        (f"care 999, payee {e['party']}, period from {e['period_starts']}", "posted and not proposed", 9_00)
    ]


def test_whoever_accepted_a_finding_does_not_submit_the_run(grown: Grown) -> None:
    life = grown(opened)
    database = life.database
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(database, run.nr)
    with_a_stop(life, run)
    with database.read() as connection:
        (stop,) = ledger.open_stops(connection, run.nr)
    review_jobs.accept_finding(
        database, run.nr, stop.nr, by=OTHER, at=life.now(), reason="The date of death was keyed wrong"
    )
    with pytest.raises(OwnWork, match="Other accepted findings of run"):
        machine.submit_run(database, run.nr, by="other ", at=life.now())
    with pytest.raises(Guarded), database.begin() as connection:
        connection.execute(t.run.update().values(status="submitted", submitted_by=OTHER))
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())


def test_a_calculation_cut_off_begins_afresh_where_the_parts_would_be_cut_elsewhere_now(grown: Grown) -> None:
    life = grown(opened)
    database = life.database
    run = life.draft("CAL1", CLOSES)
    for left in (3, 4):
        assert cut_off(life, left, "after", lambda database: calculate_payrun(database, run.nr))
    with guards_lifted(database, "run_chunk") as connection:
        connection.execute(t.chunk.update().where(t.chunk.c.number == 0).values(end_subject=t.chunk.c.end_subject - 1))
    life.release(life.approve(run))
    life.settled["CAL1"] = CLOSES
    assert differences(life) == [] and everybody_paid(life) == []


@pytest.mark.parametrize("scope", ["line", "payee"])
def test_a_hold_that_stood_in_for_an_acceptance_keeps_its_money_out_to_the_end(grown: Grown, scope: str) -> None:
    """F8: let go after the approval, its line is not in this run all the same; the next proposes it again."""
    life = grown(opened)
    database = life.database
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(database, run.nr)
    line, payee = with_a_stop(life, run)
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    with pytest.raises(FindingsOpen):
        machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    review_jobs.hold(
        database, "charges", scope, line if scope == "line" else payee, reason="x", by=OTHER, at=life.now()
    )
    with pytest.raises(FindingsOpen):  # a hold of another stream is none
        machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    hold = review_jobs.hold(
        database, "payments", scope, line if scope == "line" else payee, reason="died", by=OTHER, at=life.now()
    )
    machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    assert review_jobs.let_go(database, hold, by=OTHER, at=life.now()) == [run.nr]
    life.release(run)
    with database.begin() as connection:
        e = t.entry.c
        mine = e.subject == line if scope == "line" else e.party == payee
        assert connection.execute(select(func.count()).where(mine, e.run == run.nr, e.kind == "care")).scalar_one() == 0
    life.settled["CAL1"] = CLOSES
    life.pay("CAL1", CLOSES)
    assert differences(life) == [], "the next run proposed it, the same"


def test_whoever_entered_an_adjustment_is_not_the_one_who_approves_it(grown: Grown) -> None:
    life = grown(opened)
    database = life.database
    world = make_world(7, 7, calendars=1)
    payee = min(world.rows["payees"])
    world.rows["adjustments"]["A-OWN"] = {
        "adjustment_ref": "A-OWN",
        "payee_ref": payee,
        "calendar_ref": "CAL1",
        "service_ref": min(world.rows["services"]),
        "date": CLOSES - dt.timedelta(days=5),
        "amount": "49000.00",
        "reason": "Agreed settlement of 2025 dispute",
        "entered_by": "Somebody in the office",
    } | dict.fromkeys((), "")
    told = changes(life.believed, world.rows)
    record_facts(database, told, by="approver", at=life.now(), source="keyed")
    life.believed = world.copy()
    run = life.draft("CAL1", CLOSES)
    with pytest.raises(WrongState, match="it is draft"):  # nothing is worked out yet to look among
        machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    calculate_payrun(database, run.nr)
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    with pytest.raises(OwnWork, match=r"Approver entered what run \d+ .* pays \(an adjustment"):
        machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    machine.approve_run(database, run.nr, by=OTHER, at=life.now())


def test_whoever_takes_an_adjustment_back_is_not_the_one_who_approves_it(grown: Grown) -> None:
    """A recovery of £9,000.00 taken back pays £9,000.00."""
    life = grown(opened)
    database = life.database
    world = make_world(7, 7, calendars=1)
    world.rows["adjustments"]["A-BACK"] = {
        "adjustment_ref": "A-BACK",
        "payee_ref": min(world.rows["payees"]),
        "calendar_ref": "CAL1",
        "service_ref": min(world.rows["services"]),
        "date": CLOSES - dt.timedelta(days=5),
        "amount": "-9000.00",
        "reason": "Paid twice in 2025",
        "entered_by": "Brokerage",
    }
    assert life.learn(world)
    life.pay("CAL1", CLOSES)
    del world.rows["adjustments"]["A-BACK"]
    record_facts(database, changes(life.believed, world.rows), by="approver", at=life.now(), source="keyed")
    life.believed = world.copy()
    run = life.draft("CAL1", CLOSES)
    calculate_payrun(database, run.nr)
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    with pytest.raises(OwnWork, match=r"Approver entered what run \d+ .* pays \(an adjustment"):
        machine.approve_run(database, run.nr, by=APPROVER, at=life.now())
    machine.approve_run(database, run.nr, by=OTHER, at=life.now())


def test_whoever_told_of_the_hours_accepts_nothing_about_them_and_does_not_approve(grown: Grown) -> None:
    """Any fact that decides money, not rates and adjustments alone: here a line's own hours, doubled."""
    life = grown(opened)
    database = life.database
    life.pay("CAL1", CLOSES)
    world = make_world(7, 7, calendars=1)
    line = min(ref for ref, row in world.rows["service_lines"].items() if not row["end_date"])
    before = str(world.rows["service_lines"][line]["quantity"])
    world.rows["service_lines"][line]["quantity"] = "3" if before != "3" else "2"
    record_facts(database, changes(life.believed, world.rows), by="approver", at=life.now(), source="keyed")
    life.believed = world.copy()
    run = life.draft("CAL1", life.rule("CAL1").period(CLOSES).end)
    calculate_payrun(database, run.nr)
    with database.begin() as connection:
        subject = connection.execute(select(f.service_line.c.nr).where(f.service_line.c.ref == line)).scalars().first()
        found = [each for each in ledger.read_findings(connection, run.nr) if each.subject == subject]
    assert found, "what changed is a finding"
    with pytest.raises(OwnWork, match="Approver entered what this is about"):
        review_jobs.accept_finding(
            database, run.nr, found[0].nr, by=APPROVER, at=life.now(), reason="hours agreed by brokerage"
        )
    machine.submit_run(database, run.nr, by=PREPARER, at=life.now())
    with pytest.raises(Refusal, match="a service line"):
        machine.approve_run(database, run.nr, by=APPROVER, at=life.now())


@pytest.mark.parametrize("across", [False, True], ids=["in one period", "the first across the end of one"])
def test_a_sum_split_over_runs_of_one_day_is_one_sum(grown: Grown, across: bool) -> None:
    """F12: four interim runs of £8,000 under a limit of £10,000 are £32,000 that day, where the periods they
    pay meet.
    """
    life = grown(opened)
    database = life.database
    period = life.rule("CAL1").period(life.go_live("CAL1"))
    first = period.end if across else period.first
    life.release(life.approve(life.draft("CAL1", first + dt.timedelta(days=3))))
    with guards_lifted(database, "run", "approval", "run_party") as connection:
        connection.execute(t.run.update().values(to_sign_for=8_000_00))
        connection.execute(t.approval.update().values(to_sign_for=8_000_00))
    second = life.draft("CAL1", first + dt.timedelta(days=5))
    assert second.window_starts == first
    calculate_payrun(database, second.nr)
    machine.submit_run(database, second.nr, by=PREPARER, at=life.now())
    with guards_lifted(database, "run", "run_party") as connection:
        connection.execute(t.run.update().where(t.run.c.nr == second.nr).values(to_sign_for=8_000_00))
        connection.execute(t.run_party.update().values(total=0, brought_forward=0))
    with database.begin() as connection:
        ledger.add_officers(connection, {"Junior": "officer"}, {})  # may sign for £10,000
    day = life.now().replace(hour=23)
    with guards_lifted(database, "approval") as connection:
        connection.execute(t.approval.update().values(approved_at=day.replace(hour=1)))
    with pytest.raises(OverTheTier, match=r"With the other runs signed for today, run \d .* comes to £16,000.00"):
        machine.approve_run(database, second.nr, by="Junior", at=day)
    machine.approve_run(database, second.nr, by="Junior", at=day + dt.timedelta(days=1))


def test_nothing_put_in_by_hand_stops_a_release_for_good(grown: Grown) -> None:
    """Half released, a part is marked as posted by plain SQL, and what a release leaves is put in before it: it is
    released all the same, and everybody is paid what was signed for.
    """
    life = grown(opened)
    run = life.approve(life.draft("CAL1", CLOSES))
    assert cut_off(life, 2, "after", lambda database: release_payrun(database, run.nr, by=APPROVER, at=life.now()))
    with life.database.begin() as connection:
        connection.execute(update(t.chunk).where(t.chunk.c.run == run.nr, ~t.chunk.c.posted).values(posted=True))
        connection.execute(insert(t.owed).values(run=run.nr, what="files", since=life.now()))
        left = {"stream": "payments", "subject": 1, "kind": "care", "since": CLOSES, "reason": "held"}
        connection.execute(insert(t.outstanding).values(run=run.nr, **left))
    release_payrun(life.database, run.nr, by=APPROVER, at=life.now())
    found = [each for each in prove(life.database).runs if each.run == run.nr]
    assert [each.difference for each in found] == [0]
    assert not [each.what for page in found for each in page.differences if "file" not in each.where]
