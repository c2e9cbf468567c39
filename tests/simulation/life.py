"""A life: acts one after another, each perhaps struck by a fault or done beside another, with the laws asked after
each.

An act is a verb, who does it, and a number that settles every choice in it; so a life is a list of acts, and the same
list gives the same life. ``live`` makes the list up as it goes; ``relive`` follows one; calm officers finish both.
"""

import datetime as dt
import random
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import typer

from finance.problems import Refusal
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.runs import POSTED, Run
from ledgers.urgent_store import read_not_counted
from tests.simulation import verbs
from tests.simulation.council import (
    CALM_APPROVER,
    CALM_PREPARER,
    INCOME,
    LATEST,
    MANAGERS,
    OFFICERS,
    PREPARERS,
    STREAMS,
    TIMETABLE,
    Council,
)
from tests.simulation.databases import Databases
from tests.simulation.laws import AT_THE_END, CHEAP, DEAR, Books, Law
from tests.simulation.people import misspelled
from tests.simulation.turns import Hangs, Turns, at_once
from tests.simulation.verbs import VERBS, At
from tests.simulation.watching import DIES, DISK_FULL, DROPS, Died, Fault, Watch, watched

ONLY_REFUSALS = "a verb is done or refused, in words"
FINISHED = "calm officers can finish what was begun"
HANGS = "nothing waits for ever"
EVERY = 25  # acts between the dear laws


@dataclass(frozen=True)
class Act:
    """One verb: ``by`` whom, ``pick`` for every choice in it, so many ``days`` after the last; what strikes it, if
    anything; and another act done at once with it, by turns that ``turns`` settles."""

    do: str
    by: str
    pick: int = 0
    days: int = 0
    hours: int = 1
    fault: Fault | None = None
    beside: "Act | None" = None
    turns: int = 0
    inside: bool = False

    def __str__(self) -> str:
        said = f"{self.do} by {self.by!r}" + (f", {self.fault.kind} at moment {self.fault.at}" if self.fault else "")
        return f"{said}, beside {self.beside}" if self.beside else said

    def as_row(self) -> dict[str, Any]:
        """Plain data, without what is as it mostly is."""
        plain = Act("", "")
        row = {name: value for name, value in asdict(self).items() if value != getattr(plain, name)}
        return {**row, **({"beside": self.beside.as_row()} if self.beside else {})}

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Act":
        fault, beside = row.get("fault"), row.get("beside")
        return cls(**{**row, "fault": Fault(**fault) if fault else None, "beside": cls.of(beside) if beside else None})


class Broken(Exception):
    """A law does not hold."""

    def __init__(self, law: str, what: str) -> None:
        super().__init__(f"{law}: {what}")
        self.law, self.what = law, what


@dataclass
class Tally:
    """What has been simulated."""

    days: int = 0
    acts: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    pairs: int = 0
    changes_of_turn: int = 0
    cheats: int = 0
    refused: int = 0
    laws: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    moments: dict[str, int] = field(default_factory=dict)

    @property
    def years(self) -> float:
        return self.days / 365


@dataclass
class Life:
    """One council and what becomes of it. ``only``: laws that are asked; all of them, when none is named."""

    council: Council
    tally: Tally
    only: Collection[str] = ()
    acts: list[Act] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def perform(self, act: Act) -> None:
        """One act, and the laws after it. Raises Broken."""
        self.acts.append(act)
        council, tally = self.council, self.tally
        council.pass_time(act.days, act.hours)
        tally.days += act.days
        both = [act, *([act.beside] if act.beside else [])]
        deeds = [VERBS[each.do](council, random.Random(each.pick)) for each in both]
        ready = [(each, deed) for each, deed in zip(both, deeds, strict=True) if deed is not None]
        doings = [Doing(self, each, deed) for each, deed in ready]
        council.stop_looking()
        if len(doings) == 2:
            self._at_once(act, doings)
        else:
            for each in doings:
                each.go()
        for each in doings:
            self._reckon(each)
        # else all is as it was when it was last asked
        if any(each.watch.wrote for each in doings) or len(self.acts) % EVERY == 0:
            council.catch_up()
            self.ask(CHEAP)
        if len(self.acts) % EVERY == 0:
            self.ask(DEAR)

    def _at_once(self, act: Act, doings: "Sequence[Doing]") -> None:
        turns = Turns(random.Random(act.turns), len(doings), waits_for_a_lock(self.council))
        for place, each in enumerate(doings):
            each.watch.let_in = partial(turns.rest, place)
            each.watch.inside = act.inside
        at_once(turns, [each.go for each in doings])
        self.tally.pairs += 1
        self.tally.changes_of_turn += turns.changes

    def _reckon(self, doing: "Doing") -> None:
        act, tally = doing.act, self.tally
        tally.acts += 1
        tally.verbs[act.do] += 1
        tally.cheats += act.by not in OFFICERS
        tally.refused += isinstance(doing.ended, Refusal)
        if doing.watch.struck:
            tally.faults[str(act.fault.kind if act.fault else "")] += 1
        else:
            tally.moments[act.do] = max(tally.moments.get(act.do, 0), doing.watch.moments)
        self.told.append(f"{self.council.clock:%d %b %Y} {act}: {doing.came_of_it}")
        if isinstance(doing.ended, Hangs):
            self.broken(HANGS, f"{act}: {doing.ended}")
        elif not doing.allowed:
            self.broken(ONLY_REFUSALS, f"{act}: {described(doing.ended)}")

    def ask(self, laws: dict[str, Law]) -> None:
        """Ask these laws. Raises Broken."""
        books = Books(self.council)
        for name, law in laws.items():
            if not self.only or name in self.only:
                self.tally.laws += 1
                for what in law(self.council, books):
                    self.broken(name, what)

    def broken(self, law: str, what: str) -> None:
        if not self.only or law in self.only:
            raise Broken(law, what)

    def finish(self) -> None:
        """Calm officers do all that is left to do; then everything must agree. Raises Broken."""
        Calm(self).finish()
        for laws in (CHEAP, AT_THE_END):  # a proof that agrees can be read
            self.ask(laws)


class Doing:
    """An act as it is done: its own database, watched."""

    def __init__(self, life: Life, act: Act, deed: verbs.Deed) -> None:
        self.life, self.act, self.deed = life, act, deed
        self.watch = Watch(act.fault)
        self.said = ""
        self.ended: BaseException | None = None

    def go(self) -> None:
        council = self.life.council
        database = council.desk(self.watch)
        try:
            with watched(self.watch, council.out):
                self.said = self.deed(At(council, database, self.act.by))
        except (Exception, Died) as error:
            self.ended = error
        finally:
            self.watch.let_in = None
            council.leave(database)

    @property
    def allowed(self) -> bool:
        """Whether it was done, refused, or ended by what struck it."""
        return (
            self.ended is None or isinstance(self.ended, (Refusal, typer.BadParameter)) or self.watch.struck is not None
        )

    @property
    def came_of_it(self) -> str:
        if self.ended is None:
            return self.said
        if isinstance(self.ended, Refusal):
            return f"refused, {type(self.ended).__name__}: {self.ended.what}"
        return f"{type(self.ended).__name__} {self.ended}".split("\n")[0]


def described(error: BaseException | None) -> str:
    """An error nobody foresaw: its kind and where in the product it was raised."""
    assert error is not None
    places = [
        f"{each.filename.rpartition('/')[2]}:{each.lineno}"
        for each in traceback.extract_tb(error.__traceback__)
        if "/tests/" not in each.filename
        and "site-packages" not in each.filename
        and "/lib/python" not in each.filename
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(places[-3:]))}: {error}".split("\n")[0][:300]


def waits_for_a_lock(council: Council) -> Callable[[], bool] | None:
    """Whether anybody in the council's database waits for a lock. Only a server can be asked."""
    if council.checks.sqlite:
        return None

    def ask() -> bool:
        with council.checks.engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return bool(found.scalar_one())

    return ask


# Finishing ------------------------------------------------------------------------------------------------------------


class Calm:
    """Two officers who have done nothing yet, with nothing to trouble them."""

    def __init__(self, life: Life) -> None:
        self.life, self.council = life, life.council

    def do(self, what: str, by: str, deed: Callable[[At], object]) -> object:
        """One deed. A refusal breaks a law: calm officers have nobody to be in the way of."""
        self.council.stop_looking()
        database = self.council.desk(Watch())
        try:
            return deed(At(self.council, database, by))
        except Refusal as error:
            raise Broken(FINISHED, f"{what}: {type(error).__name__}: {error}") from error
        except Exception as error:
            raise Broken(FINISHED, f"{what}: {described(error)}") from error
        finally:
            self.council.leave(database)

    def try_to(self, by: str, deed: Callable[[At], object]) -> None:
        """The same, where a refusal says only that there was nothing to do."""
        self.council.stop_looking()
        database = self.council.desk(Watch())
        try:
            deed(At(self.council, database, by))
        except Refusal:
            pass
        finally:
            self.council.leave(database)

    def finish(self, ends: dt.date | None = None) -> None:
        """Settle everything before ``ends`` (today, when not given, or whatever day a run has gone up to)."""
        council = self.council
        council.pass_time(1)
        self._let_all_go()
        self._recharge_all()  # those begun and not raised stand in the way of the next run’s, which says so
        open_now = list(reversed(verbs.runs(council, verbs.going_on())))
        for run in sorted(open_now, key=lambda each: not (each.is_urgent and each.status == "releasing")):
            self._finish(run)
        confirm = verbs.confirm_bank(council, random.Random(0))
        if confirm:
            self.do("confirm bank details", CALM_APPROVER, confirm)
        council.catch_up()
        ends = max([ends or council.on, *(each.up_to for each in verbs.runs(council, [str(each) for each in POSTED]))])
        council.ends = ends
        for stream in STREAMS:
            drafted = self.do(
                f"draft {stream}",
                CALM_PREPARER,
                lambda desk, stream=stream: verbs.draft_up_to(council, desk, stream, ends),  # type: ignore[misc]
            )
            if isinstance(drafted, Run):
                self._finish(drafted)
        self._recharge_all()
        for run in reversed(verbs.runs(council, [str(each) for each in POSTED], (*STREAMS, "recharges"))):
            self.do(f"files of {run.title}", CALM_PREPARER, lambda desk, run=run: verbs.written(desk, run))  # type: ignore[misc]

    def _recharge_all(self) -> None:
        for run in reversed(verbs.runs(self.council, [str(each) for each in POSTED], ("payments",))):
            self.try_to(CALM_APPROVER, lambda desk, run=run: verbs.recharged(desk, run))  # type: ignore[misc]

    def _let_all_go(self) -> None:
        held = list(self.council.look().execute(t.hold.select().where(t.hold.c.released_at.is_(None))))
        for each in held:
            self.do(
                f"let go hold {each.nr}",
                CALM_APPROVER,
                lambda desk, nr=each.nr: review_jobs.let_go(desk.database, nr, by=desk.by, at=desk.at),  # type: ignore[misc]
            )

    def _finish(self, run: Run) -> None:
        """From whatever stage it is at to the ledger: one begun is gone on with, any other is worked out again
        and signed.
        """
        title = run.title
        passed_over = bool(read_not_counted(self.council.look(), run))
        if run.status != "releasing" and (run.is_urgent or (passed_over and run.status == "draft")):
            given_up = {"by": CALM_PREPARER, "note": "The run of the calendar pays it"}
            self.do(
                f"abandon {title}",
                CALM_PREPARER,
                lambda desk: machine.abandon_run(desk.database, run.nr, at=desk.at, **given_up),
            )
            return
        if run.status == "releasing" or (run.status == "approved" and not passed_over):
            self.do(f"release {title}", CALM_APPROVER, lambda desk: verbs.released(desk, run))
            return
        if run.status in ("submitted", "approved"):
            self.do(
                f"send back {title}",
                CALM_APPROVER,
                lambda desk: review_jobs.send_back_run(
                    desk.database, run.nr, by=desk.by, at=desk.at, note="To be looked at again"
                ),
            )
        self.do(f"calculate {title}", CALM_PREPARER, lambda desk: verbs.CALCULATE[run.stream](desk.database, run.nr))
        self.do(
            f"submit {title}",
            CALM_PREPARER,
            lambda desk: machine.submit_run(desk.database, run.nr, by=desk.by, at=desk.at),
        )
        stops = [each.nr for each in ledger.open_stops(self.council.look(), run.nr)]
        if stops:
            self.do(
                f"accept findings of {title}",
                CALM_APPROVER,
                lambda desk: review_jobs.accept_findings(
                    desk.database, run.nr, stops, by=desk.by, at=desk.at, reason=verbs.REASON
                ),
            )
        self.do(
            f"approve {title}",
            CALM_APPROVER,
            lambda desk: machine.approve_run(desk.database, run.nr, by=desk.by, at=desk.at),
        )
        self.do(f"release {title}", CALM_APPROVER, lambda desk: verbs.released(desk, run))


# Making a life up -----------------------------------------------------------------------------------------------------

NEXT = {
    "draft": ("calculate",),
    "calculated": ("submit", "submit", "submit", "calculate"),
    "submitted": ("approve", "approve", "accept", "accept", "hold", "send back"),
    "approved": ("release", "release", "release", "send back", "let go"),
    "releasing": ("release",),
}
ANYTHING = {
    "news": 16, "file": 4, "file cut": 2, "file again": 2, "confirm bank": 2, "draft": 6, "urgent": 4, "calculate": 3,
    "submit": 2, "approve": 2, "send back": 3, "abandon": 3, "release": 3, "accept": 3, "hold": 4, "let go": 4,
    "timetable": 3, "recharge": 2, "files": 6, "debt": 2, "proof": 1, "receipt": 6, "identify": 1, "give back": 1,
    "cancel receipt": 1, "refund": 2, "sign refund": 2,
}  # fmt: skip
WORTH_MEETING = (
    ("release", "release"),
    ("release", "abandon"),
    ("release", "send back"),
    ("release", "calculate"),
    ("release", "hold"),
    ("release", "let go"),
    ("release", "news"),
    ("receipt", "receipt"),
    ("refund", "refund"),
    ("files", "files"),
    ("approve", "approve"),
    ("approve", "calculate"),
    ("approve", "let go"),
    ("calculate", "calculate"),
    ("draft", "draft"),
    ("timetable", "timetable"),
    ("submit", "submit"),
    ("accept", "accept"),
    ("recharge", "recharge"),
    ("debt", "debt"),
    ("debt", "release"),
    ("sign refund", "sign refund"),
    ("news", "news"),
    ("confirm bank", "confirm bank"),
    ("files", "debt"),
    ("calculate", "news"),
    ("draft", "news"),
    ("urgent", "draft"),
    ("urgent", "urgent"),
    ("urgent", "release"),
    ("approve", "abandon"),
    ("calculate", "abandon"),
    ("calculate", "submit"),
    ("submit", "abandon"),
    ("approve", "send back"),
    ("send back", "approve"),
    ("approve", "hold"),
)
ANY_TIME = (
    "receipt",
    "refund",
    "files",
    "timetable",
    "recharge",
    "debt",
    "sign refund",
    "news",
    "confirm bank",
    "draft",
    "urgent",
)


@dataclass(frozen=True)
class Mood:
    """How a life goes, in percent: how often a fault strikes, two act at once, somebody cheats."""

    faults: int = 12
    pairs: int = 12
    cheats: int = 4
    backwards: int = 1
    inside: int = 0
    days: int = 14


class Fate:
    """Makes the next act up, knowing how things stand."""

    def __init__(self, council: Council, chance: random.Random, mood: Mood, tally: Tally) -> None:
        self.council, self.chance, self.mood, self.tally = council, chance, mood, tally

    def maybe(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent

    def next_act(self) -> Act:
        act = self._act(self._verb())
        if self.maybe(self.mood.pairs):
            one, other = self._pair()
            act = replace(self._act(one), beside=replace(self._act(other), days=0), turns=self._number())
            if self.maybe(60):  # both look at the same thing
                assert act.beside is not None
                act = replace(act, beside=replace(act.beside, pick=act.pick))
            act = replace(act, inside=self.maybe(self.mood.inside) and not self.council.checks.sqlite)
        return act

    def _number(self) -> int:
        return self.chance.randrange(10**6)

    def _act(self, verb: str) -> Act:
        days = self.chance.randrange(2 * self.mood.days) if self.maybe(70) else 0
        hours = self.chance.choice([0, 1, 1, 6])
        if self.maybe(1):
            days = 120
        elif self.maybe(self.mood.backwards):
            days, hours = 0, -self.chance.choice([1, 2, 30])
        fault = self._fault(verb) if self.maybe(self.mood.faults) else None
        return Act(verb, self._who(verb), self._number(), days, hours, fault)

    def _verb(self) -> str:
        chance = self.chance
        if self.maybe(55):
            open_now = verbs.runs(self.council, verbs.going_on())
            if open_now:
                return chance.choice(NEXT[str(chance.choice(open_now).status)])
            if self.maybe(60):
                return chance.choice(["draft", "draft", "draft", "timetable"])
        return chance.choices(list(ANYTHING), list(ANYTHING.values()))[0]

    def _pair(self) -> tuple[str, str]:
        """Two verbs worth setting on the same run at its stage, or on what is there at any time."""
        open_now = verbs.runs(self.council, verbs.going_on())
        if self.maybe(15):
            return self._verb(), self._verb()
        likely = set(ANY_TIME)
        if open_now and self.maybe(70):
            stages = [str(each.status) for each in open_now]
            likely = set(NEXT["approved" if "approved" in stages and self.maybe(60) else self.chance.choice(stages)])
        one, other = self.chance.choice([pair for pair in WORTH_MEETING if pair[0] in likely])
        return (one, other) if self.maybe(50) else (other, one)

    def _who(self, verb: str) -> str:
        chance = self.chance
        if verb in ("news", "file", "file cut", "file again"):
            who = "Hal Hooper"
        elif verb in ("approve", "accept", "release", "sign refund", "confirm bank", "send back"):
            who = chance.choice(MANAGERS) if self.maybe(85) else chance.choice(PREPARERS)
        elif verb in ("receipt", "refund", "identify", "give back", "cancel receipt"):
            who = INCOME
        else:
            who = chance.choice(PREPARERS) if self.maybe(85) else chance.choice(MANAGERS)
        if self.maybe(self.mood.cheats):
            return chance.choice([misspelled(who, chance), misspelled(who, chance), "Nobody Known", TIMETABLE])
        return who

    def _fault(self, verb: str) -> Fault:
        kinds = [DIES, DIES, DIES, DISK_FULL, DROPS]
        kind = self.chance.choice(kinds)
        return Fault(kind, self.chance.randrange(1, self.tally.moments.get(verb, 30) + 2))


@dataclass(frozen=True)
class Ending:
    """How a life ended: the law it broke, if any, and the acts that led there."""

    seed: int
    lines: int
    acts: Sequence[Act]
    told: Sequence[str]
    law: str | None = None
    what: str | None = None
    finished: bool = False
    """Whether it broke only once calm officers had begun to finish it."""


def live(
    where: Databases,
    seed: int,
    *,
    years: float,
    tally: Tally,
    mood: Mood | None = None,
    only: Collection[str] = (),
    lines: int | None = None,
    finish: bool = True,
) -> Ending:
    """A whole life, made up from its seed."""
    chance = random.Random(seed)
    size = lines if lines is not None else chance.randrange(3, 8)
    chosen = mood or a_mood(chance)
    until = min(dt.datetime(2026, 3, 2, 9) + dt.timedelta(days=int(365 * years)), LATEST)

    def acts(council: Council) -> Iterator[Act]:
        fate = Fate(council, chance, chosen, tally)
        while council.clock < until:
            yield fate.next_act()

    return _lived(where, seed, size, acts, tally, only, finish)


def a_mood(chance: random.Random) -> Mood:
    """Some lives are calm and honest, some are neither; some are full, some are long between two acts."""
    return Mood(
        chance.choice([0, 8, 15, 30]),
        chance.choice([0, 8, 15, 30]),
        chance.choice([0, 0, 4, 10]),
        chance.choice([0, 1]),
        inside=chance.choice([0, 0, 50]),
        days=chance.choice([14, 30, 60]),
    )


def relive(
    where: Databases,
    seed: int,
    lines: int,
    acts: Sequence[Act],
    *,
    tally: Tally | None = None,
    only: Collection[str] = (),
    finish: bool = True,
) -> Ending:
    """A life by a list of acts; finished by calm officers, unless that is not asked for."""
    return _lived(where, seed, lines, lambda _council: iter(acts), tally or Tally(), only, finish)


def _lived(
    where: Databases,
    seed: int,
    lines: int,
    acts: Callable[[Council], Iterator[Act]],
    tally: Tally,
    only: Collection[str],
    finish: bool,
) -> Ending:
    url = where.new()
    folder = where.folder / f"life_{str(url.database).rpartition('/')[2]}"
    council = Council(seed, url, folder, lines, plain=seed % 10 == 0)
    life = Life(council, tally, only)
    finishing = False
    try:
        council.open()
        for act in acts(council):
            life.perform(act)
        finishing = True
        if finish:
            life.finish()
    except Broken as broken:
        return Ending(seed, lines, life.acts, life.told, broken.law, broken.what, finishing)
    finally:
        council.close()
        where.drop(url)
        verbs.clear(folder)
    return Ending(seed, lines, life.acts, life.told)
