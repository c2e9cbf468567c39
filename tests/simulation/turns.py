"""Two verbs at once, one step at a time: between their transactions the seed says which goes on.

Exactly one of the two runs at any time. On PostgreSQL they may be made to change places inside their transactions too;
one that then waits for the other's lock is found out by asking the server, and the other goes on until it lets go.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context

Stuck = Callable[[], bool]
PATIENCE_SECONDS = 30.0


class Hangs(Exception):
    """Neither of two verbs goes on."""


class Turns:
    """Whose turn it is. ``stuck``: whether somebody waits for a lock (asked when the one whose turn it is makes
    no move).
    """

    def __init__(self, chance: random.Random, verbs: int, stuck: Stuck | None = None) -> None:
        self.chance = chance
        self.stuck = stuck
        self.changed = threading.Condition()
        self.turn = chance.randrange(verbs)
        self.resting = set(range(verbs))
        self.ended: set[int] = set()
        self.waits: set[int] = set()
        self.changes = 0
        self.often = chance.choice([5, 15, 30, 60])  # percent of steps after which the other goes on

    def rest(self, me: int) -> None:
        """Called by the verb ``me`` between two steps: perhaps the other goes on now."""
        with self.changed:
            self.resting.add(me)
            self.waits.discard(me)
            if self.turn == me:
                self._settle(me)
                others = sorted(self.resting - self.ended - {me})
                if others and self.chance.randrange(100) < self.often:
                    self.turn = self.chance.choice(others)
                    self.changes += 1
            self.changed.notify_all()
            self._until_mine(me)

    def end(self, me: int) -> None:
        with self.changed:
            self.ended.add(me)
            self.resting.discard(me)
            if self.turn == me and (left := sorted(self.resting - self.ended) or sorted(self.waits - self.ended)):
                self.turn = left[0]
            self.changed.notify_all()

    def start(self, me: int) -> None:
        with self.changed:
            self._until_mine(me)

    def _until_mine(self, me: int) -> None:
        began = time.monotonic()
        while self.turn != me:
            heard = self.changed.wait(0.02)
            if self.turn in self.ended or (not heard and self._is_stuck(self.turn, began)):
                self.waits.add(self.turn)
                self.turn = me
                self.changed.notify_all()
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise Hangs("The two verbs wait for each other.")
        self.resting.discard(me)

    def _is_stuck(self, who: int, began: float) -> bool:
        if who in self.resting:
            return False
        if self.stuck is None:
            return time.monotonic() - began > PATIENCE_SECONDS / 3
        return self.stuck()

    def _settle(self, me: int) -> None:
        """One that waited for a lock may have it now: let it come to rest, or wait again, before anybody chooses."""
        began = time.monotonic()
        while self.waits - self.ended - {me} and time.monotonic() - began < PATIENCE_SECONDS:
            if self.stuck is not None and self.stuck():
                return
            self.changed.wait(0.01)


def at_once(turns: Turns, verbs: Sequence[Callable[[], None]]) -> None:
    """Carry out the verbs, each in a thread of its own, by turns. Each keeps what came of it to itself; nothing
    is raised.
    """

    def take_part(me: int, work: Callable[[], None]) -> None:
        try:
            turns.start(me)
            work()
        finally:
            turns.end(me)

    threads = [
        threading.Thread(target=copy_context().run, args=(take_part, me, work), daemon=True)
        for me, work in enumerate(verbs)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
