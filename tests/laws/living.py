"""Living through a history: facts learned, runs made, holds placed; and what the ledger then holds, by reference."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select

from finance.days import Cycle, PayCalendar, Span
from finance.facts import tables as f
from finance.money import Rounding
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import FactsRefused, record_facts
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import tables as t
from ledgers.runs import Run
from ledgers.urgent import Urgent
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.policy import PaymentPolicy
from tests import builders
from tests.laws.worlds import DAY, Row, Rows, World, changes
from tests.payruns import reference

PREPARER, APPROVER = "Preparer", "Approver"
POLICY = PaymentPolicy(needs_bank_details=False, stop_checks=(), lines_a_chunk=3)
TABLES = {"line": "service_line", "person": "person", "payee": "payee", "adjustment": "adjustment"}
"""Where what an urgent run may be for is kept."""
Key = tuple[str, str, dt.date, str | None, str, str]  # kind, subject, period starts, funder, payee, calendar


@dataclass
class Life:
    """One database, what is believed in it, and the clock."""

    database: Database
    policy: PaymentPolicy = POLICY
    believed: Rows = field(default_factory=dict)
    clock: dt.datetime = dt.datetime(2026, 3, 1, 9)
    settled: dict[str, dt.date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        officers = {PREPARER: "officer", APPROVER: "manager"}
        builders.officers(self.database, officers, {"officer": 10**6, "manager": 10**13})

    def now(self) -> dt.datetime:
        self.clock += dt.timedelta(hours=1)
        return self.clock

    def learn(self, world: World) -> bool:
        """Tell the database how the world differs from what it believes. Refused, the world goes back to what
        it was.
        """
        before = self.believed or {name: {} for name in world.rows}
        told = changes(before, world.rows)
        try:
            if told:
                record_facts(self.database, told, by="Brokerage", at=self.now(), source="a law")
        except FactsRefused:
            world.rows = {name: {ref: dict(row) for ref, row in rows.items()} for name, rows in before.items()}
            return False
        self.believed = world.copy()
        return True

    def draft(self, calendar: str, up_to: dt.date) -> Run:
        return draft_payrun(self.database, calendar, by=PREPARER, at=self.now(), up_to=up_to, policy=self.policy)

    def draft_urgent(self, calendar: str, what: str, ref: str, up_to: dt.date) -> Run:
        """A run for one payee, person, line or adjustment alone."""
        urgent = Urgent(what, self.numbers(TABLES[what])[ref], "nothing to live on")
        return draft_payrun(
            self.database, calendar, by=PREPARER, at=self.now(), up_to=up_to, policy=self.policy, urgent=urgent
        )

    def pay_urgently(self, calendar: str, what: str, ref: str, up_to: dt.date) -> Run:
        """One urgent run from draft to ledger: it settles no days."""
        return self.release(self.approve(self.draft_urgent(calendar, what, ref, up_to)))

    def approve(self, run: Run) -> Run:
        calculate_payrun(self.database, run.nr)
        return builders.sign(self.database, run, PREPARER, APPROVER, self.now)

    def release(self, run: Run) -> Run:
        return release_payrun(self.database, run.nr, by=APPROVER, at=self.now())

    def pay(self, calendar: str, up_to: dt.date) -> Run:
        """One run from draft to ledger."""
        run = self.release(self.approve(self.draft(calendar, up_to)))
        self.settled[calendar] = up_to
        return run

    def abandon(self, calendar: str, up_to: dt.date, stage: int) -> None:
        """A run given up when it is draft, calculated, submitted or approved."""
        run = self.draft(calendar, up_to)
        if stage:
            calculate_payrun(self.database, run.nr)
        if stage > 1:
            machine.submit_run(self.database, run.nr, by=PREPARER, at=self.now())
        if stage > 2:
            machine.approve_run(self.database, run.nr, by=APPROVER, at=self.now())
        machine.abandon_run(self.database, run.nr, by=PREPARER, at=self.now(), note="given up")

    def hold(self, scope: str, ref: str) -> int:
        nr = self.numbers("service_line" if scope == "line" else "payee")[ref]
        return review_jobs.hold(self.database, "payments", scope, nr, reason="query", by=PREPARER, at=self.now())

    def let_go(self, hold: int) -> None:
        review_jobs.let_go(self.database, hold, by=PREPARER, at=self.now())

    def numbers(self, table: str) -> dict[str, int]:
        fact = f.FACTS[table]
        with self.database.read() as connection:
            return {row.ref: row.nr for row in connection.execute(select(fact.c.ref, fact.c.nr).distinct())}

    # What came out ---------------------------------------------------------------------------------------------------

    def ledger(self) -> dict[Key, int]:
        """The ledger's sums by (kind, subject, period, funder, payee, calendar); sums of nought are left out."""
        name = {
            table: {nr: ref for ref, nr in self.numbers(table).items()}
            for table in ("service_line", "block", "adjustment", "payee", "funder", "pay_calendar")
        }
        e = t.entry.c
        query = (
            select(e.kind, e.subject, e.period_starts, e.funder, e.party, t.run.c.calendar, func.sum(e.amount))
            .join_from(t.entry, t.run, e.run == t.run.c.nr)
            .where(e.stream == "payments", e.kind.not_in(("settlement", "debt")))
            .group_by(e.kind, e.subject, e.period_starts, e.funder, e.party, t.run.c.calendar)
        )
        with self.database.begin() as connection:
            rows = connection.execute(query).all()
        return {
            (
                kind,
                name[kind if kind in ("block", "adjustment") else "service_line"][subject],
                period,
                name["funder"][funder] if funder else None,
                name["payee"][party],
                name["pay_calendar"][calendar],
            ): int(sum_)
            for kind, subject, period, funder, party, calendar, sum_ in rows
            if sum_
        }

    def outstanding(self) -> set[tuple[str, str]]:
        """(reason, line) for lines left unsettled."""
        name = {nr: ref for ref, nr in self.numbers("service_line").items()}
        with self.database.begin() as connection:
            o = t.outstanding.c
            rows = connection.execute(select(o.reason, o.subject, o.kind).where(o.run.in_(last_runs("payments")))).all()
        return {(reason, name[subject]) for reason, subject, kind in rows if kind not in ("block", "adjustment")}

    def due(self) -> tuple[dict[Key, int], set[str]]:
        """What the reference says is due for all days settled, and the lines it cannot work out."""
        made: dict[Key, int] = {}
        parked: set[str] = set()
        for ref in self.believed["service_lines"]:
            contract = self.believed["contracts"][str(self.believed["service_lines"][ref]["contract_ref"])]
            calendar = str(contract["calendar_ref"])
            line = reference.Line(self.believed, ref, self.go_live(calendar))
            try:
                own = {
                    (kind, ref, period.first, funder, str(contract["payee_ref"]), calendar): pence
                    for period in self.periods(calendar)
                    for (kind, funder), pence in line.due(
                        period, self.settled[calendar], str(self.policy.rounding)
                    ).items()
                }
                made |= own
            except reference.Parked:
                parked.add(ref)
        return made | self._blocks() | self._adjustments(), parked

    def _blocks(self) -> dict[Key, int]:
        made: dict[Key, int] = {}
        for ref, row in self.believed["blocks"].items():
            contract = self.believed["contracts"][str(row["contract_ref"])]
            calendar = str(contract["calendar_ref"])
            for period in self.periods(calendar):
                pence = reference.block_due(
                    self.believed,
                    ref,
                    self.go_live(calendar),
                    period,
                    self.settled[calendar],
                    str(self.policy.rounding),
                )
                if pence:
                    made["block", ref, period.first, None, str(contract["payee_ref"]), calendar] = pence
        return made

    def _adjustments(self) -> dict[Key, int]:
        made: dict[Key, int] = {}
        for ref, row in self.believed["adjustments"].items():
            calendar, on = str(row["calendar_ref"]), row["date"]
            assert isinstance(on, dt.date)
            for period in self.periods(calendar):
                if period.first <= on < min(period.end, self.settled[calendar]) and on >= self.go_live(calendar):
                    pence = round(reference.amount(row["amount"]) * 100)
                    made["adjustment", ref, period.first, None, str(row["payee_ref"]), calendar] = pence
        return made

    def go_live(self, calendar: str) -> dt.date:
        return reference.as_day(self.believed["pay_calendars"][calendar]["go_live"], reference.NEVER)

    def rule(self, calendar: str) -> PayCalendar:
        row = self.believed["pay_calendars"][calendar]
        return PayCalendar(Cycle(str(row["cycle"])), reference.as_day(row["first_day"], reference.NEVER))

    def periods(self, calendar: str) -> list[reference.Period]:
        settled = self.settled.get(calendar)
        if settled is None or settled <= self.go_live(calendar):
            return []
        spans = self.rule(calendar).periods(Span(self.go_live(calendar), settled))
        return [reference.Period(each.first, each.end) for each in spans]


def last_runs(stream: str) -> Select[tuple[int]]:
    """The last run released of each calendar, for everybody: what it left unsettled is what is unsettled."""
    r = t.run.c
    of_all = (r.stream == stream, r.status == "released", r.urgent_for.is_(None))
    return select(func.max(r.nr)).where(*of_all).group_by(r.calendar)


def differences(life: Life) -> list[str]:
    """Where the ledger is not what the reference says is due, to the penny; empty when it is."""
    due, parked = life.due()
    held = life.ledger()
    keys = sorted(set(due) | set(held), key=str)
    found = [
        f"{key}: due {due.get(key, 0)}, posted {held.get(key, 0)}"
        for key in keys
        if due.get(key, 0) != held.get(key, 0) and key[1] not in parked
    ]
    noted = {ref for reason, ref in life.outstanding() if reason == "parked"}
    if noted != parked:
        found.append(f"parked by the reference {sorted(parked)}, by the run {sorted(noted)}")
    return found


__all__ = ["DAY", "POLICY", "Life", "Rounding", "Row", "differences"]
