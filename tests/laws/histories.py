"""A random history: late news between runs, runs on random days, holds placed and let go, runs given up."""

from collections.abc import Callable
from dataclasses import dataclass

from ledgers.runs import NothingToPay
from tests.laws.living import Life
from tests.laws.worlds import CLOSES, DAY, OPENS, World, changes, make_world, news

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
            until = min(up_to[calendar] + chance.randrange(45) * DAY, CLOSES)
            try:
                if self.world.maybe(15):
                    life.abandon(calendar, until, chance.randrange(4))
                life.pay(calendar, until)
                up_to[calendar] = until
                self.say("paid", calendar, until)
            except NothingToPay:
                self.say("nothing to pay", calendar, until)
        for hold in holds:
            life.let_go(hold)
        self.close()

    def close(self) -> None:
        for calendar in sorted(self.world.rows["pay_calendars"]):
            self.life.pay(calendar, CLOSES)
