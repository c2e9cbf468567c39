"""Somebody is paid before the run of their calendar, which takes it off by itself. Every sum is worked out by hand.

L1 is £700.00 a week at V1 and L2 £350.00 a week at V2, both by the day, from 6 April 2026. A period is four weeks long.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Executable, func, select, update

from finance.facts import tables as f
from finance.facts.names_store import number_of
from finance.problems import Guarded, Refusal
from interfaces.database.connection import Database
from interfaces.files.outbound.folder_jobs import write_run_files
from interfaces.files.outbound.proving import prove
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.chain.jobs import prove_chain
from ledgers.coding.rules import Coding
from ledgers.coding.store import read_rules
from ledgers.debt_jobs import record_debt
from ledgers.runs import POSTED, NoReason, Overlapping, Run, RunAlreadyOpen, Status
from ledgers.urgent import RunCameFirst, Urgent, UrgentPaidSince
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.policy import PaymentPolicy
from payruns.urgent import OfAnotherCalendar
from payruns.withheld_views_store import read_withheld
from tests import builders

PREPARER, APPROVER = "Preparer", "Approver"
PERIOD_ENDS = dt.date(2026, 5, 4)
FACTS: dict[str, list[builders.Row]] = {
    "people": [builders.ADA, builders.NOOR],
    "payees": [builders.payee(), builders.payee("V2", "Example Carer")],
    "services": [builders.RESIDENTIAL],
    "pay_calendars": [builders.pay_calendar("4W", "four-weekly", "Four-weekly")],
    "contracts": [builders.contract("K1", "4W"), builders.contract("K2", "4W", payee_ref="V2")],
    "rates": [builders.rate("R1", "K1", "RES", "week", "700.00"), builders.rate("R2", "K2", "RES", "week", "350.00")],
    "packages": [builders.package("PK1", "P1"), builders.package("PK2", "P2")],
    "service_lines": [builders.line("L1", "PK1", "K1", "RES", "week"), builders.line("L2", "PK2", "K2", "RES", "week")],
}
TABLES = {"line": f.service_line, "person": f.person, "payee": f.payee, "adjustment": f.adjustment}


@dataclass
class Paying:
    """One council, whose clock goes on an hour at each act."""

    database: Database
    policy: PaymentPolicy = field(default_factory=lambda: PaymentPolicy(needs_bank_details=False, stop_checks=()))
    clock: dt.datetime = dt.datetime(2026, 4, 20, 9)

    def __post_init__(self) -> None:
        builders.officers(self.database, {PREPARER: "officer", APPROVER: "manager"}, {"officer": 1, "manager": 10**9})
        self.tell(**FACTS)

    def now(self) -> dt.datetime:
        self.clock += dt.timedelta(hours=1)
        return self.clock

    def tell(self, **facts: list[builders.Row]) -> None:
        builders.tell(self.database, facts, self.now())

    def draft(self, up_to: dt.date = PERIOD_ENDS) -> Run:
        return draft_payrun(self.database, "4W", by=PREPARER, at=self.now(), up_to=up_to, policy=self.policy)

    def draft_urgent(self, what: str, ref: str, up_to: dt.date | None = None, why: str = "no money for food") -> Run:
        with self.database.read() as connection:
            table = TABLES[what]
            nr = connection.execute(select(table.c.nr).where(table.c.ref == ref).distinct()).scalar_one()
        at = self.now()
        urgent = Urgent(what, nr, why)
        return draft_payrun(
            self.database, "4W", by=PREPARER, at=at, on=at.date(), up_to=up_to, policy=self.policy, urgent=urgent
        )

    def work_out(self, run: Run) -> Run:
        return calculate_payrun(self.database, run.nr, at=self.now())

    def sign(self, run: Run) -> Run:
        return builders.sign(self.database, run, PREPARER, APPROVER, self.now)

    def release(self, run: Run) -> Run:
        return release_payrun(self.database, run.nr, by=PREPARER, at=self.now())

    def pay(self, run: Run) -> Run:
        return self.release(self.sign(self.work_out(run)))

    def posted(self, run: Run) -> dict[str, int]:
        """Pence a run posted for each line, block or adjustment."""
        e, names = t.entry.c, {"care": f.service_line, "adjustment": f.adjustment}
        query = select(e.kind, e.subject, func.sum(e.amount)).where(e.run == run.nr, e.kind != "settlement")
        with self.database.read() as connection:
            refs = {
                (kind, nr): ref
                for kind, table in names.items()
                for nr, ref in connection.execute(select(table.c.nr, table.c.ref))
            }
            rows = connection.execute(query.group_by(e.kind, e.subject)).all()
        return {refs[row[0], row[1]]: int(row[2]) for row in rows}

    def parties(self, run: Run) -> dict[str, tuple[int, int, int]]:
        """What each payee brought forward, was paid and carries forward, in pence."""
        with self.database.read() as connection:
            refs = {row.nr: row.ref for row in connection.execute(select(f.payee.c.nr, f.payee.c.ref))}
            rows = ledger.read_parties(connection, run.nr)
        return {refs[each.party]: (each.brought_forward, each.paid, each.carried_forward) for each in rows}

    def withheld(self) -> dict[str, int]:
        """Pence owed to each payee and withheld."""
        with self.database.read() as connection:
            return {each.payee.ref: each.pence for each in read_withheld(connection, None)}

    def amiss(self) -> list[str]:
        """What the proof finds, once the files of every run are written."""
        with self.database.read() as connection:
            runs = [run.nr for run in ledger.read_runs(connection) if run.status in POSTED]
        with TemporaryDirectory() as folder:
            for nr in runs:
                write_run_files(self.database, nr, Path(folder), self.now(), xlsx=False)
        proof = prove(self.database)
        found = [*proof.differences, *(each for run in proof.runs for each in run.differences)]
        return [str(each) for each in found]


@pytest.fixture
def paying(database: Database) -> Paying:
    return Paying(database)


def april(last: int) -> dt.date:
    """The day after a last day in April."""
    return dt.date(2026, 4, last) + dt.timedelta(days=1)


def test_the_days_so_far_are_paid_and_the_run_of_the_calendar_pays_the_rest(paying: Paying) -> None:
    urgent = paying.pay(paying.draft_urgent("payee", "V1", april(19)))
    assert paying.posted(urgent) == {"L1": 1_400_00}  # 14 days at £100.00
    assert paying.parties(urgent) == {"V1": (0, 1_400_00, 0)}
    assert urgent.pay_date == dt.date(2026, 4, 21)  # the next working day, not the calendar's
    run = paying.pay(paying.draft())
    assert paying.posted(run) == {"L1": 1_400_00, "L2": 1_400_00}
    assert run.run_before is None and run.window_starts == dt.date(2026, 4, 6)
    assert paying.amiss() == []


@pytest.mark.parametrize("what", ["line", "person", "payee"])
def test_a_line_a_person_or_a_payee_is_paid_alone(paying: Paying, what: str) -> None:
    ref = {"line": "L2", "person": "P2", "payee": "V2"}[what]
    assert paying.posted(paying.pay(paying.draft_urgent(what, ref, april(12)))) == {"L2": 350_00}


def test_a_price_that_changes_between_is_in_the_difference(paying: Paying) -> None:
    paying.pay(paying.draft_urgent("line", "L1", april(19)))
    paying.tell(rates=[builders.rate("R1", "K1", "RES", "week", "770.00")])
    assert paying.posted(paying.pay(paying.draft()))["L1"] == 3_080_00 - 1_400_00


def test_a_death_between_takes_back_the_days_after_it(paying: Paying) -> None:
    paying.pay(paying.draft_urgent("line", "L1", april(19)))
    paying.tell(people=[{**builders.ADA, "date_of_death": "2026-04-12"}])
    run = paying.pay(paying.draft())
    assert paying.posted(run)["L1"] == 700_00 - 1_400_00  # 6 to 12 April are paid
    assert paying.parties(run)["V1"] == (0, 0, -700_00)
    assert paying.amiss() == []


def test_a_line_that_ends_between_takes_back_the_days_after_it(paying: Paying) -> None:
    paying.pay(paying.draft_urgent("line", "L1", april(19)))
    paying.tell(service_lines=[{**FACTS["service_lines"][0], "end_date": "2026-04-12"}])
    assert paying.posted(paying.pay(paying.draft()))["L1"] == 700_00 - 1_400_00


def test_twice_for_more_days_pays_those_and_for_the_same_or_fewer_nothing(paying: Paying) -> None:
    paying.pay(paying.draft_urgent("line", "L1", april(12)))
    assert paying.posted(paying.pay(paying.draft_urgent("line", "L1", april(19)))) == {"L1": 700_00}
    for last in (19, 12):
        again = paying.draft_urgent("person", "P1", april(last))
        assert paying.work_out(again).lines == 0
        machine.abandon_run(paying.database, again.nr, by=PREPARER, at=paying.now(), note="paid already")
    assert paying.posted(paying.pay(paying.draft()))["L1"] == 1_400_00


def test_days_of_a_period_that_was_paid_are_caught_up(paying: Paying) -> None:
    paying.pay(paying.draft())
    paying.tell(service_lines=[builders.line("L3", "PK2", "K1", "RES", "week", start_date="2026-04-27")])
    assert paying.posted(paying.pay(paying.draft_urgent("line", "L3"))) == {"L3": 700_00}  # a week of the last period
    assert paying.posted(paying.pay(paying.draft(dt.date(2026, 6, 1))))["L3"] == 2_800_00


def test_a_run_of_the_calendar_to_an_earlier_day_leaves_the_period_alone(paying: Paying) -> None:
    paying.pay(paying.draft_urgent("line", "L1", april(19)))
    assert paying.posted(paying.pay(paying.draft(april(12)))) == {"L2": 350_00}
    assert paying.posted(paying.pay(paying.draft())) == {"L1": 1_400_00, "L2": 1_050_00}


def test_days_of_a_later_period_are_left_alone_too(paying: Paying) -> None:
    paying.clock = dt.datetime(2026, 5, 11, 9)
    paying.pay(paying.draft_urgent("line", "L1", dt.date(2026, 5, 11)))
    assert paying.posted(paying.pay(paying.draft())) == {"L2": 1_400_00}
    assert paying.posted(paying.pay(paying.draft(dt.date(2026, 6, 1)))) == {"L1": 2_100_00, "L2": 1_400_00}


def test_one_worked_out_before_an_urgent_run_was_released_is_worked_out_again(paying: Paying) -> None:
    run = paying.work_out(paying.draft())
    assert run.total == 4_200_00
    urgent = paying.pay(paying.draft_urgent("line", "L1", april(19)))
    with pytest.raises(UrgentPaidSince, match=f"Run {urgent.nr} .* is released since .* Work it out again"):
        machine.submit_run(paying.database, run.nr, by=PREPARER, at=paying.now())
    assert paying.work_out(run).total == 2_800_00
    paying.release(paying.sign(run))
    assert paying.amiss() == []


def test_nor_is_it_released_once_an_urgent_run_came_before(paying: Paying) -> None:
    run = paying.sign(paying.work_out(paying.draft()))
    paying.pay(paying.draft_urgent("line", "L1", april(19)))
    with pytest.raises(UrgentPaidSince):
        paying.release(run)
    with pytest.raises(Guarded, match="never post without each other"), paying.database.begin() as connection:
        connection.execute(update(t.run).where(t.run.c.nr == run.nr).values(status=str(Status.RELEASING)))


def test_an_urgent_run_that_the_calendar_s_came_before_is_given_up(paying: Paying) -> None:
    urgent = paying.sign(paying.work_out(paying.draft_urgent("line", "L1", april(19))))
    paying.pay(paying.draft())
    with pytest.raises(RunCameFirst, match="Abandon this one"):
        paying.release(urgent)
    with pytest.raises(Guarded, match="never post without each other"), paying.database.begin() as connection:
        connection.execute(update(t.run).where(t.run.c.nr == urgent.nr).values(status=str(Status.RELEASING)))
    machine.abandon_run(paying.database, urgent.nr, by=PREPARER, at=paying.now(), note="paid by its calendar")
    assert paying.amiss() == []


def test_a_draft_that_knows_less_than_an_urgent_run_is_given_up(paying: Paying) -> None:
    run = paying.draft()
    paying.tell(service_lines=[builders.line("L3", "PK2", "K1", "RES", "week", start_date="2026-04-13")])
    paying.pay(paying.draft_urgent("line", "L3", april(19)))
    with pytest.raises(UrgentPaidSince, match="Abandon it and draft another"):
        paying.work_out(run)


def test_of_two_urgent_runs_for_one_line_the_second_is_worked_out_again(paying: Paying) -> None:
    first, second = (paying.draft_urgent(what, ref, april(19)) for what, ref in (("line", "L1"), ("person", "P1")))
    for run in (first, second):
        paying.sign(paying.work_out(run))
    paying.release(first)
    with pytest.raises(Overlapping):
        paying.release(second)


def test_two_urgent_runs_for_others_stand_side_by_side_and_for_the_same_do_not(paying: Paying) -> None:
    first, second = (paying.sign(paying.work_out(paying.draft_urgent("payee", v, april(12)))) for v in ("V1", "V2"))
    with pytest.raises(RunAlreadyOpen):
        paying.draft_urgent("payee", "V1", april(12))
    assert [paying.posted(paying.release(run)) for run in (first, second)] == [{"L1": 700_00}, {"L2": 350_00}]
    assert paying.posted(paying.pay(paying.draft())) == {"L1": 2_100_00, "L2": 1_050_00}


def test_nothing_stays_of_one_given_up(paying: Paying) -> None:
    urgent = paying.sign(paying.work_out(paying.draft_urgent("line", "L1", april(19))))
    machine.abandon_run(paying.database, urgent.nr, by=PREPARER, at=paying.now(), note="not needed")
    assert paying.posted(paying.pay(paying.draft())) == {"L1": 2_800_00, "L2": 1_400_00}


def test_what_an_urgent_run_withholds_is_brought_forward_by_the_calendar_s(paying: Paying) -> None:
    paying.policy = PaymentPolicy(stop_checks=())  # nobody has bank details
    urgent = paying.pay(paying.draft_urgent("payee", "V1", april(19)))
    assert paying.parties(urgent) == {"V1": (0, 0, 1_400_00)}
    assert paying.withheld() == {"V1": 1_400_00}
    run = paying.pay(paying.draft())
    assert paying.withheld() == {"V1": 2_800_00, "V2": 1_400_00}
    assert paying.parties(run) == {"V1": (1_400_00, 0, 2_800_00), "V2": (0, 0, 1_400_00)}
    assert paying.amiss() == []


def test_a_payee_is_paid_what_is_owed_from_before_and_what_they_owe_is_left(paying: Paying) -> None:
    paying.policy = PaymentPolicy(stop_checks=())
    paying.pay(paying.draft())  # withheld: no bank details
    paying.policy = PaymentPolicy(needs_bank_details=False, stop_checks=())
    urgent = paying.pay(paying.draft_urgent("payee", "V1"))
    assert paying.parties(urgent) == {"V1": (2_800_00, 2_800_00, 0)} and urgent.lines == 0
    assert paying.withheld() == {"V2": 1_400_00}
    paying.tell(service_lines=[{**FACTS["service_lines"][0], "end_date": "2026-04-12"}])
    june = dt.date(2026, 6, 1)
    run = paying.pay(paying.draft(june))
    assert paying.parties(run)["V1"] == (0, 0, -2_100_00) and paying.parties(run)["V2"][0] == 1_400_00
    paying.tell(service_lines=[builders.line("L3", "PK2", "K1", "RES", "week", start_date="2026-06-01")])
    paying.clock = dt.datetime(2026, 6, 8, 9)
    again = paying.pay(paying.draft_urgent("payee", "V1", dt.date(2026, 6, 8)))
    assert paying.parties(again) == {"V1": (0, 700_00, 0)}
    with paying.database.read() as connection:
        coding = Coding(read_rules(connection))
    with pytest.raises(Refusal, match="left by urgent runs"):
        record_debt(paying.database, again.nr, 1, coding, by=PREPARER, at=paying.now())
    assert paying.parties(paying.pay(paying.draft(dt.date(2026, 6, 29))))["V1"] == (-2_100_00, 0, 0)
    assert paying.amiss() == []


def test_why_is_said_and_kept_for_good(paying: Paying) -> None:
    with pytest.raises(NoReason):
        paying.draft_urgent("line", "L1", april(12), why="ok")
    run = paying.draft_urgent("line", "L1", april(12))
    assert (run.urgent_for, run.urgent_why) == ("line", "no money for food") and "(urgent, " in run.title
    for changed in ({"urgent_why": "another"}, {"urgent_for": None, "urgent_nr": None}):
        with pytest.raises(Guarded, match="never changed"), paying.database.begin() as connection:
            connection.execute(update(t.run).where(t.run.c.nr == run.nr).values(**changed))
    with pytest.raises(Guarded, match="changed only by working it out"), paying.database.begin() as connection:
        connection.execute(update(t.run).where(t.run.c.nr == run.nr).values(worked_from=-1))


def test_the_chain_holds_whom_it_was_for_and_why(
    paying: Paying, tamper: Callable[[Database, Executable], None]
) -> None:
    run = paying.pay(paying.draft_urgent("line", "L1", april(12)))
    assert not prove_chain(paying.database).differences
    tamper(paying.database, update(t.run).where(t.run.c.nr == run.nr).values(urgent_why="no money for rent"))
    (found,) = prove_chain(paying.database).differences
    assert f"whom run {run.nr} was for, and why" in str(found)


@pytest.mark.parametrize("what, ref", [("payee", "V1"), ("person", "P1"), ("line", "L1")])
def test_one_of_another_calendar_is_refused_and_theirs_is_named(paying: Paying, what: str, ref: str) -> None:
    paying.tell(pay_calendars=[builders.pay_calendar("WK", "weekly", "Weekly")])
    with paying.database.read() as connection:
        urgent = Urgent(what, number_of(connection, TABLES[what], ref), "no money for food")
    with pytest.raises(OfAnotherCalendar, match="not paid by WK") as refused:
        draft_payrun(paying.database, "WK", by=PREPARER, at=paying.now(), up_to=april(13), urgent=urgent)
    assert "4W" in refused.value.what_to_do
