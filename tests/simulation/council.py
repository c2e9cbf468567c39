"""A made-up council that lives for years: what it believes, its officers, its clock, and what was told to whom.

The people and their care are those of ``tests.billing.charges.charged_worlds``, whose days move on with the clock. What
the database believes is never guessed: every telling is kept, and believed once the database has a change of its name.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import URL

from billing.assessments.tables import assessment
from finance.days import bank_holiday_reach
from finance.facts.store import Change, record_change_here
from finance.facts.tables import change, person
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from interfaces.files.inbound.layouts.register import EXTRACTS
from ledgers import store as ledger
from payruns.policy import PaymentPolicy
from tests.billing.charges import charged_life
from tests.billing.charges.charged_worlds import Council as Charged
from tests.billing.charges.charged_worlds import a_policy, make_council
from tests.billing.charges.reference import Word
from tests.builders import begin_with_policy, policy_table
from tests.laws.worlds import DAY, OPENS, Row, Rows, changes, contract_after
from tests.simulation import doors
from tests.simulation.watching import Watch, WatchedDatabase

PREPARERS = ("Ann Archer", "Bob Baker", "Cas Carver")
MANAGERS = ("Dee Draper", "Eve Ewart")
CALM_PREPARER, CALM_APPROVER = "Flo Fisher", "Gil Gates"
BROKERAGE, INCOME = "Hal Hooper", "Ivy Ironside"
OFFICERS = {
    **dict.fromkeys((*PREPARERS, BROKERAGE, INCOME, CALM_PREPARER), "officer"),
    **dict.fromkeys((*MANAGERS, CALM_APPROVER), "manager"),
}
LIMITS = {"officer": 10**6, "manager": 10**13}
TIMETABLE = "timetable"
PAY_CALENDAR, FUNDER_PAYER = "CAL1", "BP-FUNDER-"
STREAMS = ("payments", "charges", "receipts")
LATEST = dt.datetime.combine(bank_holiday_reach().last - 60 * DAY, dt.time(9))
"""No life is longer: beyond the list of bank holidays a pay date is refused."""


@dataclass
class LongCouncil(Charged):
    """A world whose days are about its clock's, not always about its opening."""

    since: dt.date = OPENS

    def day(self, low: int = -30, high: int = 120) -> dt.date:
        return self.since + self.chance.randrange(low, high) * DAY


@dataclass
class Telling:
    """Something told to the database: rows by extract, a row cancelled among them; or an assessment."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    word: Word | None = None


@dataclass
class Council:
    """One simulated council."""

    seed: int
    url: URL
    folder: Path
    lines: int = 4
    plain: bool = False
    """Whether its verbs go through the product's own doors, opened each time."""
    world: LongCouncil = field(init=False)
    clock: dt.datetime = dt.datetime(2026, 3, 2, 9)
    believed: Rows = field(default_factory=dict)
    said: list[Word] = field(default_factory=list)
    tellings: dict[str, Telling] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    changes_read: int = 0
    receipts_told: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    refunds_told: dict[str, int] = field(default_factory=dict)
    corrected: set[str] = field(default_factory=set)
    written: dict[Path, str] = field(default_factory=dict)
    kept: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    opened: list[WatchedDatabase] = field(default_factory=list)
    """Databases opened on its behalf, to be closed with it."""
    looking: ExitStack | None = None
    connection: Connection = field(init=False)
    ends: dt.date = OPENS
    """The first day not settled, once calm officers have finished everything."""

    def __post_init__(self) -> None:
        made = make_council(self.seed, self.lines)
        self.world = LongCouncil(made.chance, made.rows, made.made, made.retold, made.words)
        for place, funder in enumerate(sorted(self.world.rows["funders"]), 1):
            self.world.put(
                "bill_payers",
                f"{FUNDER_PAYER}{place}",
                name=funder,
                kind="funder",
                funder_ref=funder,
                person_ref=None,
                calendar_ref=None,
            )
        for line in sorted(self.world.rows["service_lines"])[::2]:  # much of what goes wrong is about what others bear
            self.world.put(
                "funding_shares",
                self.world.new("FS"),
                line_ref=line,
                funder_ref="F1",
                percent="10",
                weekly_amount=None,
                start_date=OPENS - 30 * DAY,
                end_date=None,
            )
        for payee in sorted(self.world.rows["payees"]):
            self._bank(payee, OPENS)
        banks = self.world.maybe(50)
        self.pay_policy = PaymentPolicy(lines_a_chunk=3, needs_bank_details=banks)
        charging = a_policy(self.world)
        stops = ("bill shock", "after death")
        self.charging = replace(charging, stop_checks=stops, shock_amount=200_000) if self.world.maybe(40) else charging
        self.charging = replace(self.charging, people_a_chunk=2)
        self.checks = doors.kept(self.url, self.plain)
        self.out.mkdir(parents=True, exist_ok=True)
        self.inbox.mkdir(parents=True, exist_ok=True)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def inbox(self) -> Path:
        return self.folder / "in"

    @property
    def on(self) -> dt.date:
        return self.clock.date()

    def open(self) -> None:
        """Officers and opening facts, told calmly."""
        with self.checks.begin() as connection:
            ledger.add_officers(connection, OFFICERS, LIMITS)
            begin_with_policy(connection, self.policy_text(), by=next(iter(OFFICERS)), at=self.clock)
        source = self.tell(changes({name: {} for name in self.world.rows}, self.world.rows))
        record_facts(self.checks, self.tellings[source].rows, by=BROKERAGE, at=self.clock, source=source)
        for word in list(self.world.words):
            self.assess(self.checks, self.tell_word(word), INCOME)
        self.catch_up()

    def policy_text(self, new_bank_days: int = 28) -> str:
        """The council file it begins with: small chunks, so that a run has several."""
        payments = replace(self.pay_policy, new_bank_days=new_bank_days)
        return (
            f'[council]\nname = "A made-up council"\n\n{policy_table("payments", payments)}\n'
            f"{policy_table('charging', self.charging)}\n[receipts]\nlines_a_chunk = 2\n"
        )

    def pass_time(self, days: int, hours: int = 1) -> None:
        self.clock = min(self.clock + dt.timedelta(days=days, hours=hours), LATEST)
        self.world.since = max(OPENS, self.on - 60 * DAY)

    # Desks ------------------------------------------------------------------------------------------------------------

    def desk(self, watch: Watch) -> WatchedDatabase:
        """A database of its own for a verb."""
        database = doors.taken(WatchedDatabase, self.url, self.plain)
        database.watching = watch
        return database

    def leave(self, database: WatchedDatabase) -> None:
        """The verb has ended. What struck it took its connections with it."""
        if database.plain or database.watching.struck:
            database.close()
        doors.rest(database)

    # Looking ----------------------------------------------------------------------------------------------------------

    def look(self) -> Connection:
        """One transaction to look by, kept while nobody does anything: opening a SQLite file is dear."""
        if self.looking is None:
            self.looking = ExitStack()
            only_read = getattr(self.checks, "read", self.checks.begin)
            self.connection = self.looking.enter_context(only_read())
        return self.connection

    def stop_looking(self) -> None:
        """Before anybody does anything."""
        if self.looking is not None:
            self.looking.close()
            self.looking = None

    def close(self) -> None:
        """Let go of every connection; they are opened again when they are asked for."""
        self.stop_looking()
        while self.opened:
            doors.rest(self.opened.pop())
        doors.close(self.url)

    # What is told -----------------------------------------------------------------------------------------------------

    def tell(self, rows: dict[str, list[Row]]) -> str:
        """Keep what is about to be told; the name it goes by."""
        source = f"letter {len(self.tellings) + 1}"
        self.tellings[source] = Telling(rows)
        return source

    def tell_word(self, word: Word) -> str:
        source = f"assessment {len(self.tellings) + 1}"
        self.tellings[source] = Telling(word=word)
        return source

    def assess(self, database: Database, source: str, by: str) -> None:
        """Say what a person is to pay, as an assessment would."""
        word = self.tellings[source].word
        assert word is not None
        p = person.c
        with database.begin() as connection:
            learned = record_change_here(connection, Change(self.clock, by, "assessed", source))
            who = connection.execute(select(p.nr).where(p.ref == word.person, p.superseded.is_(None))).scalar_one()
            connection.execute(
                insert(assessment).values(
                    person=who,
                    starts=word.starts,
                    ends=word.ends,
                    learned=learned,
                    charge=word.charge,
                    council_pays=0,
                    how=word.basis + 8 * word.outcome + word.flags,
                )
            )

    def late_news(self, chance: random.Random, most: int = 3) -> tuple[dict[str, list[Row]], list[Word]]:
        """What has become known: rows to tell, and assessments. The world is what is believed, and this besides."""
        world = self.world
        world.rows, world.words, world.chance = _copied(self.believed), list(self.said), chance
        world.retold.clear()
        if chance.randrange(100) < 8 and world.rows["payees"]:
            self._bank(chance.choice(sorted(world.rows["payees"])), world.day(0, 40))
        else:
            for _ in range(chance.randrange(1, most + 1)):
                charged_life.news(world)
        return changes({name: self.believed.get(name, {}) for name in world.rows}, world.rows), world.words[
            len(self.said) :
        ]

    def _bank(self, payee: str, starts: dt.date) -> None:
        account = f"{self.world.chance.randrange(10**7, 10**8)}"
        self.world.put(
            "bank_details",
            self.world.new("BK"),
            payee_ref=payee,
            sort_code="00-00-99",
            account_number=account,
            account_name=payee,
            roll_number=None,
            start_date=starts,
        )

    def as_file(self, extract: str, rows: Iterable[Row], cut: float | None = None) -> Path:
        """A file of some rows of an extract, whole or cut short, kept under the name and the hash it is known by."""
        given = list(rows)
        names = list(dict.fromkeys([*(name for row in given for name in row), *EXTRACTS[extract].columns]))
        sink = io.StringIO(newline="")
        writer = csv.DictWriter(sink, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(given)
        text = sink.getvalue()
        if cut is not None:
            text = text[: max(1, int(len(text) * cut))]
        path = self.inbox / f"{extract}_{len(self.files) + 1}.csv"
        path.write_text(text, encoding="utf-8")
        self.files.append(path)
        read = [
            {name: _typed(value) for name, value in row.items() if name} for row in csv.DictReader(io.StringIO(text))
        ]
        self.tellings[path.name] = Telling({extract: read})
        return path

    def catch_up(self) -> None:
        """Believe what the database has come to believe, in the order it did."""
        query = select(change.c.nr, change.c.source).where(change.c.nr > self.changes_read).order_by(change.c.nr)
        rows = self.look().execute(query).all()
        for nr, source in rows:
            self.changes_read = nr
            if source in self.tellings:
                self._believe(self.tellings[source])

    def _believe(self, told: Telling) -> None:
        if told.word is not None:
            self.said.append(told.word)
        for extract, rows in told.rows.items():
            kept = self.believed.setdefault(extract, {})
            own = next(iter(rows[0])) if rows else ""
            for row in rows:
                ref = str(row[own])
                if row.get("cancelled") == "yes":
                    kept.pop(ref, None)
                elif extract == "contracts":
                    kept[ref] = contract_after(kept.get(ref), row)
                else:
                    kept[ref] = {name: value for name, value in row.items() if name != "cancelled"}
        for extract in self.world.rows:
            self.believed.setdefault(extract, {})


def _copied(rows: Rows) -> Rows:
    return {name: {ref: dict(row) for ref, row in of.items()} for name, of in rows.items()}


def _typed(value: str | None) -> object:
    """A cell as the world keeps it: days as days, nothing as None, all else as it is written."""
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        return value
