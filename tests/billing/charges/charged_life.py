"""Living through a history of charging: facts and assessments learned, runs made, holds placed; and what came of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from billing import tables as b
from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.policy import ChargingPolicy
from finance.facts import tables as f
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import FactsRefused, record_facts
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.runs import NothingToPay, Run
from tests import builders
from tests.billing.charges import charged_worlds as w
from tests.billing.charges import reference
from tests.billing.charges.charged_worlds import Council, as_choices
from tests.billing.charges.reference import Key, Word
from tests.laws import worlds
from tests.laws.living import last_runs
from tests.laws.worlds import CLOSES, DAY, OPENS, Rows, changes

PREPARER, APPROVER = "Preparer", "Approver"
STREAM = "charges"


@dataclass
class ChargedLife:
    """One database, what is believed in it, and the clock."""

    database: Database
    policy: ChargingPolicy
    believed: Rows = field(default_factory=dict)
    said: list[Word] = field(default_factory=list)
    clock: dt.datetime = dt.datetime(2026, 3, 1, 9)
    settled: dict[str, dt.date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        officers = {PREPARER: "officer", APPROVER: "manager"}
        builders.officers(self.database, officers, {"officer": 10**6, "manager": 10**13})

    def now(self) -> dt.datetime:
        self.clock += dt.timedelta(hours=1)
        return self.clock

    def learn(self, one: Council) -> bool:
        """Tell the database how the world differs from what it believes. Refused, the world goes back to what
        it was.
        """
        before = self.believed or {name: {} for name in one.rows}
        told = changes({name: before.get(name, {}) for name in one.rows}, one.rows)
        try:
            if told:
                record_facts(self.database, told, by="Income team", at=self.now(), source="a law")
        except FactsRefused:
            one.rows = {name: {ref: dict(row) for ref, row in rows.items()} for name, rows in before.items()}
            one.words = list(self.said)
            return False
        self.believed = one.copy()
        for word in one.words[len(self.said) :]:
            self.assess(word)
        return True

    def assess(self, word: Word) -> None:
        self.said.append(word)
        how = word.basis + 8 * word.outcome + word.flags
        builders.assess(
            self.database, word.person, word.charge, at=self.now(), starts=word.starts, ends=word.ends, how=how
        )

    # Runs ------------------------------------------------------------------------------------------------------------

    def draft(self, calendar: str, up_to: dt.date) -> Run:
        return draft_billrun(self.database, calendar, by=PREPARER, at=self.now(), up_to=up_to, policy=self.policy)

    def approve(self, run: Run) -> Run:
        calculate_billrun(self.database, run.nr)
        machine.submit_run(self.database, run.nr, by=PREPARER, at=self.now())
        with self.database.begin() as connection:
            stops = [each.nr for each in ledger.open_stops(connection, run.nr)]
        review_jobs.accept_findings(
            self.database, run.nr, stops, by=APPROVER, at=self.now(), reason="checked against the case"
        )
        return machine.approve_run(self.database, run.nr, by=APPROVER, at=self.now())

    def release(self, run: Run) -> Run:
        return release_billrun(self.database, run.nr, by=APPROVER, at=self.now())

    def bill(self, calendar: str, up_to: dt.date) -> Run:
        """One run from draft to numbered bills."""
        run = self.release(self.approve(self.draft(calendar, up_to)))
        self.settled[calendar] = up_to
        return run

    def abandon(self, calendar: str, up_to: dt.date, stage: int) -> None:
        """A run given up when it is draft, calculated or approved."""
        run = self.draft(calendar, up_to)
        if stage == 1:
            calculate_billrun(self.database, run.nr)
        if stage == 2:
            self.approve(run)
        machine.abandon_run(self.database, run.nr, by=PREPARER, at=self.now(), note="given up")

    def hold(self, scope: str, ref: str) -> int:
        nr = self.numbers("service_line" if scope == "line" else "bill_payer")[ref]
        return review_jobs.hold(self.database, STREAM, scope, nr, reason="query", by=PREPARER, at=self.now())

    def let_go(self, hold: int) -> None:
        review_jobs.let_go(self.database, hold, by=PREPARER, at=self.now())

    # What came out ---------------------------------------------------------------------------------------------------

    def numbers(self, table: str) -> dict[str, int]:
        fact = f.FACTS.get(table, b.FACTS.get(table))
        assert fact is not None
        with self.database.begin() as connection:
            return {row.ref: row.nr for row in connection.execute(select(fact.c.ref, fact.c.nr).distinct())}

    def ledger(self) -> dict[tuple[str, Key], int]:
        """The ledger's sums by calendar, and (kind, subject, payer, period); sums of nought are left out."""
        name = {
            table: {nr: ref for ref, nr in self.numbers(table).items()}
            for table in ("service_line", "person", "bill_payer", "one_off_charge", "bill_calendar")
        }
        of = {"arrangement fee": "person", "one-off charge": "one_off_charge"}
        e = t.entry.c
        key = (t.run.c.calendar, e.kind, e.subject, e.party, e.period_starts)
        query = (
            select(*key, func.sum(e.amount))
            .join_from(t.entry, t.run, e.run == t.run.c.nr)
            .where(e.stream == STREAM)
            .group_by(*key)
        )
        with self.database.begin() as connection:
            rows = connection.execute(query).all()
        return {
            (
                name["bill_calendar"][calendar],
                (kind, name[of.get(kind, "service_line")][subject], name["bill_payer"][party], period),
            ): int(pence)
            for calendar, kind, subject, party, period, pence in rows
            if pence
        }

    def due(self) -> tuple[dict[tuple[str, Key], int], dict[str, set[str]]]:
        """What the reference says is owed for all days settled, by calendar; and whom it cannot charge."""
        found: dict[tuple[str, Key], int] = {}
        parked: dict[str, set[str]] = {}
        for calendar, up_to in self.settled.items():
            owed, parked[calendar] = reference.billed(
                self.believed, self.said, calendar, up_to, as_choices(self.policy)
            )
            found |= {(calendar, key): pence for key, pence in owed.items()}
        return found, parked

    def parked(self) -> set[str]:
        """People left unsettled because they could not be charged."""
        name = {nr: ref for ref, nr in self.numbers("person").items()}
        o = t.outstanding.c
        with self.database.begin() as connection:
            last = o.run.in_(last_runs(STREAM))
            rows = connection.execute(select(o.subject).where(last, o.kind == "person", o.reason == "parked"))
            return {name[row.subject] for row in rows}

    def bills(self) -> list[tuple[int, int, int, int, str]]:
        """(number, run, party, pence, kind) of every bill, in order."""
        c = b.bill.c
        with self.database.begin() as connection:
            return [
                tuple(row) for row in connection.execute(select(c.nr, c.run, c.party, c.amount, c.kind).order_by(c.nr))
            ]

    def posted_by_run(self) -> dict[tuple[int, int], tuple[int, int]]:
        """(entries, pence) by run and payer."""
        e = t.entry.c
        query = (
            select(e.run, e.party, func.count(), func.sum(e.amount)).where(e.stream == STREAM).group_by(e.run, e.party)
        )
        with self.database.begin() as connection:
            return {(run, party): (count, int(pence)) for run, party, count, pence in connection.execute(query)}


def sound(life: ChargedLife, sums: dict[tuple[str, Key], int], stuck: set[str]) -> dict[tuple[str, Key], int]:
    """Sums but those of people who cannot be charged: what was posted for them before stays as it was."""
    payers = {ref for ref, row in life.believed["bill_payers"].items() if row.get("person_ref") in stuck}
    packages = {ref for ref, row in life.believed["packages"].items() if row["person_ref"] in stuck}
    left = {ref for ref, row in life.believed["service_lines"].items() if row["package_ref"] in packages}
    return {
        (calendar, key): pence
        for (calendar, key), pence in sums.items()
        if key[1] not in left and (key[0] == "one-off charge" or key[2] not in payers)
    }


def differences(life: ChargedLife) -> list[str]:
    """Where the ledger is not what the reference says is owed, to the penny; empty when it is."""
    owed, parked = life.due()
    stuck = set().union(*parked.values()) if parked else set()
    due, held = sound(life, owed, stuck), sound(life, life.ledger(), stuck)
    found = [
        f"{key}: due {due.get(key, 0)}, posted {held.get(key, 0)}"
        for key in sorted(set(due) | set(held), key=str)
        if due.get(key, 0) != held.get(key, 0)
    ]
    if life.parked() != stuck:
        found.append(f"parked by the reference {sorted(stuck)}, by the runs {sorted(life.parked())}")
    return found


def misnumbered(life: ChargedLife) -> list[str]:
    """Where bills are not numbered on with none left out, or are not the sums of their runs’ entries."""
    bills, posted = life.bills(), life.posted_by_run()
    found = []
    if [each[0] for each in bills] != list(range(1, len(bills) + 1)):
        found.append(f"numbered {[each[0] for each in bills]}")
    billed = {(run, party): pence for _, run, party, pence, _ in bills}
    should = {key: pence for key, (_, pence) in posted.items() if pence}
    if billed != should:
        found.append(f"billed {billed}, posted {should}")
    if any((kind == "credit note") != (pence < 0) for *_, pence, kind in bills):
        found.append("a credit note that asks for money, or a bill that gives it back")
    return found


# A history ------------------------------------------------------------------------------------------------------------


def news(one: Council) -> None:
    """One piece of late news: half of it about charging, half about the care."""
    if one.maybe(45):
        worlds.news(one)
    else:
        one.chance.choice(_NEWS)(one)


def _later_assessed(one: Council) -> None:
    w.assessed(one, one.pick("people"))


def _late_payer(one: Council) -> None:
    """Everybody with nobody to bill is given a payer and an assessment."""
    billed = {row.get("person_ref") for row in one.rows["bill_payers"].values()}
    for ref in one.rows["people"]:
        if ref not in billed:
            w.client(one, ref)


def _move_payer(one: Council) -> None:
    clients = sorted(ref for ref, row in one.rows["bill_payers"].items() if row["kind"] == "client")
    if clients:
        one.rows["bill_payers"][one.chance.choice(clients)]["calendar_ref"] = one.pick("bill_calendars")


def _move_line(one: Council) -> None:
    """A line turns out to be somebody else's."""
    one.rows["service_lines"][one.pick("service_lines")]["package_ref"] = one.pick("packages")


def _change(extract: str, *names: str) -> Callable[[Council], None]:
    def tell(one: Council) -> None:
        if one.rows[extract]:
            row = one.rows[extract][one.pick(extract)]
            name = one.chance.choice([each for each in names if each in row])
            row[name] = _VALUES[name](one, row)

    return tell


def _waived_otherwise(one: Council) -> None:
    if one.rows["waivers"]:
        one.rows["waivers"][one.pick("waivers")] |= w.waived(one)


def _cancel(extract: str) -> Callable[[Council], None]:
    def tell(one: Council) -> None:
        if one.rows[extract]:
            one.rows[extract].pop(one.pick(extract))

    return tell


_VALUES: dict[str, Callable[[Council, worlds.Row], object]] = {
    "end_date": lambda one, row: None if one.maybe(30) else one.day(0, 110),
    "start_date": lambda one, row: one.day(-20, 60),
    "date": lambda one, row: one.day(0, 110),
    "signed": lambda one, row: None if row["signed"] else OPENS,
    "weekly_amount": lambda one, row: one.money(1, 90),
    "rate": lambda one, row: one.money(1, 60, 4),
    "flat": lambda one, row: "no" if row["flat"] == "yes" else "yes",
    "amount": lambda one, row: one.money(1, 300),
    "quantity": lambda one, row: one.chance.choice(["0.25", "2", "5"]),
    "line_ref": lambda one, row: one.pick("service_lines"),
    "payer_ref": lambda one, row: one.pick("bill_payers"),
}
_NEWS: tuple[Callable[[Council], None], ...] = (
    _later_assessed, _later_assessed, _later_assessed, _later_assessed, _late_payer, _move_payer, _move_line,
    w.top_up, w.exemption, w.client_rate, w.waiver, w.deliveries, w.single,
    _change("top_up_agreements", "signed", "weekly_amount", "end_date", "line_ref", "payer_ref"),
    _change("charge_exemptions", "end_date", "start_date", "line_ref"),
    _change("client_rates", "rate", "flat", "end_date"),
    _change("waivers", "end_date", "start_date"), _waived_otherwise,
    _change("deliveries", "date", "quantity"),
    _change("one_off_charges", "date", "amount", "payer_ref"),
    _cancel("top_up_agreements"), _cancel("charge_exemptions"), _cancel("client_rates"), _cancel("waivers"),
    _cancel("deliveries"), _cancel("one_off_charges"),
)  # fmt: skip


def live(life: ChargedLife, one: Council, steps: int, say: Callable[..., None] = lambda *_: None) -> None:
    """``steps`` of news, holds and runs up to any day; then every hold let go, and a last run of every calendar."""
    chance = one.chance
    up_to = {ref: w.first_day(row) for ref, row in one.rows["bill_calendars"].items()}
    holds: list[int] = []
    for _ in range(steps):
        for _ in range(chance.randrange(4)):
            before = (one.copy(), list(one.words))
            news(one)
            told = changes({name: before[0].get(name, {}) for name in one.rows}, one.rows), one.words[len(before[1]) :]
            say("news", life.learn(one), told)
        if one.maybe(25):
            scope, extract = chance.choice([("line", "service_lines"), ("payee", "bill_payers")])
            holds.append(life.hold(scope, one.pick(extract)))
        if holds and one.maybe(40):
            life.let_go(holds.pop(chance.randrange(len(holds))))
        calendar = chance.choice(sorted(up_to))
        until = min(up_to[calendar] + chance.randrange(45) * DAY, CLOSES)
        try:
            if one.maybe(15):
                life.abandon(calendar, until, chance.randrange(3))
            run = life.bill(calendar, until)
            up_to[calendar] = until
            say("billed", calendar, until, run.nr)
        except NothingToPay:
            pass
    for hold in holds:
        life.let_go(hold)
    for calendar in sorted(up_to):
        life.bill(calendar, CLOSES)
