"""A random history: late news between runs, runs on random days, holds placed and let go, runs given up."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ledgers.jobs import abandon_run, submit_run
from ledgers.runs import NothingToPay
from ledgers.urgent import Urgent, UrgentPaidSince
from payruns.jobs import calculate_payrun
from payruns.urgent import OfAnotherCalendar
from payruns.urgent_store import read_calendars
from tests.laws.living import PREPARER, TABLES, Life
from tests.laws.worlds import CLOSES, DAY, OPENS, World, changes, make_world, news

URGENT = [("line", "service_lines"), ("person", "people"), ("payee", "payees"), ("adjustment", "adjustments")]
Say = Callable[..., None]


def quiet(*_words: object) -> None:
    """Nobody is listening."""


@dataclass
class History:
    """One council's few months."""

    life: Life
    world: World
    say: Say = quiet

    @classmethod
    def begin(cls, life: Life, seed: int, lines: int, say: Say = quiet) -> "History":
        world = make_world(seed, lines)
        assert life.learn(world), "the opening facts are sound"
        return cls(life, world, say)

    def some_news(self, most: int = 3) -> None:
        for _ in range(self.world.chance.randrange(most + 1)):
            news(self.world)
            told = changes(self.life.believed, self.world.rows)
            taken = self.life.learn(self.world)
            if told:
                self.say("news", "learned" if taken else "refused", told)

    def live(self, steps: int) -> None:
        """``steps`` of news, holds and runs; then every hold let go, and a last run of every calendar."""
        chance, life = self.world.chance, self.life
        up_to = dict.fromkeys(sorted(self.world.rows["pay_calendars"]), OPENS)
        holds: list[int] = []
        for _ in range(steps):
            self.some_news()
            if self.world.maybe(25):
                scope, extract = chance.choice([("line", "service_lines"), ("payee", "payees")])
                holds.append(life.hold(scope, self.world.pick(extract)))
                self.say("hold", scope)
            if holds and self.world.maybe(40):
                life.let_go(holds.pop(chance.randrange(len(holds))))
                self.say("let go")
            calendar = chance.choice(sorted(up_to))
            self.some_urgent(calendar, up_to[calendar])
            until = min(up_to[calendar] + chance.randrange(45) * DAY, CLOSES)
            try:
                if self.world.maybe(15):
                    life.abandon(calendar, until, chance.randrange(4))
                if self.world.maybe(20):
                    self.overtaken(calendar, until)
                else:
                    life.pay(calendar, until)
                up_to[calendar] = until
                self.say("paid", calendar, until)
            except NothingToPay:
                self.say("nothing to pay", calendar, until)
        for hold in holds:
            life.let_go(hold)
        self.close()

    def some_urgent(self, calendar: str, settled: dt.date) -> None:
        """Somebody is paid before the run of the calendar, for some days or again for the same; some are given up."""
        while self.world.maybe(35):
            what, ref = self.whom(calendar)
            until = min(settled + self.world.chance.randrange(45) * DAY, CLOSES)
            if ref not in self.life.numbers(TABLES[what]):
                continue
            self.say("urgent", calendar, what, ref, until)
            if not self.pays(calendar, what, ref):
                with pytest.raises(OfAnotherCalendar):
                    self.life.draft_urgent(calendar, what, ref, until)
                continue
            if self.world.maybe(15):
                run = self.life.draft_urgent(calendar, what, ref, until)
                abandon_run(self.life.database, run.nr, by=PREPARER, at=self.life.now(), note="not needed")
            else:
                self.life.pay_urgently(calendar, what, ref, until)
            self.some_news(1)

    def whom(self, calendar: str) -> tuple[str, str]:
        """A line that the calendar pays, or whose it is, or whom it is paid to; or an adjustment."""
        rows, chance = self.world.rows, self.world.chance
        lines = [
            row
            for row in rows["service_lines"].values()
            if rows["contracts"][str(row["contract_ref"])]["calendar_ref"] == calendar
        ]
        if not lines or self.world.maybe(20):
            what, extract = chance.choice([each for each in URGENT if rows[each[1]]])
            return what, self.world.pick(extract)
        line = chance.choice(lines)
        contract, package = rows["contracts"][str(line["contract_ref"])], rows["packages"][str(line["package_ref"])]
        said = {"line": line["line_ref"], "payee": contract["payee_ref"], "person": package["person_ref"]}
        what = chance.choice(sorted(said))
        return what, str(said[what])

    def pays(self, calendar: str, what: str, ref: str) -> bool:
        """Whether a calendar pays a line, a person, a payee or an adjustment, as is believed now."""
        with self.life.database.read() as connection:
            urgent = Urgent(what, self.life.numbers(TABLES[what])[ref], "asked")
            return calendar in read_calendars(connection, urgent).values()

    def overtaken(self, calendar: str, until: dt.date) -> None:
        """A run is worked out, and somebody is paid urgently before it is released: it is worked out again."""
        life, run = self.life, self.life.draft(calendar, until)
        calculate_payrun(life.database, run.nr)
        whom = self.whom(calendar)
        if self.pays(calendar, *whom):
            life.pay_urgently(calendar, *whom, until)
            with pytest.raises(UrgentPaidSince):
                submit_run(life.database, run.nr, by=PREPARER, at=life.now())
        life.release(life.approve(run))
        life.settled[calendar] = until

    def close(self) -> None:
        for calendar in sorted(self.world.rows["pay_calendars"]):
            self.life.pay(calendar, CLOSES)
