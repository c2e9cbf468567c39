"""The shortest life that still breaks a law: whole verbs are left out, then acts by halves, quarters and so on; then
each is made plainer.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.simulation.databases import Databases
from tests.simulation.life import Act, Ending, relive

REPLAYS = Path(__file__).with_name("replays")
Fails = Callable[[Sequence[Act]], Ending | None]


def shortest(where: Databases, ending: Ending, *, seconds: float = 120) -> Ending:
    """A shorter life that breaks the same law, as short as can be found in so many seconds."""
    assert ending.law is not None
    until = time.monotonic() + seconds
    best = ending

    def fails(acts: Sequence[Act]) -> bool:
        nonlocal best
        if time.monotonic() > until:
            return False
        found = relive(where, ending.seed, ending.lines, acts, only=[str(ending.law)], finish=ending.finished)
        if found.law != ending.law:
            return False
        best = found
        return True

    _without_whole_verbs(list(ending.acts), fails)
    _without(list(best.acts), fails)
    _plainer(list(best.acts), fails)
    return best


def _without_whole_verbs(acts: list[Act], fails: Callable[[Sequence[Act]], bool]) -> None:
    """Leave out every act of a verb at once, the commonest first: most verbs have nothing to do with it."""
    for verb, _ in Counter(each.do for each in acts).most_common():
        rest = [each for each in acts if each.do != verb]
        if fails(rest):
            acts[:] = rest


def _without(acts: list[Act], fails: Callable[[Sequence[Act]], bool]) -> None:
    """Leave out as many as can be."""
    size = max(len(acts) // 2, 1)
    while True:
        place, shorter = 0, False
        while place < len(acts):
            rest = acts[:place] + acts[place + size :]
            if fails(rest) or (size == 1 and fails(rest := _as_late(acts, place))):
                acts[:], shorter = rest, True
            else:
                place += size
        if size == 1 and not shorter:
            return
        size = max(size // 2, 1)


def _as_late(acts: Sequence[Act], place: int) -> list[Act]:
    """All acts but one, those after it as late as they were."""
    days = acts[place].days
    after = [
        replace(each, days=each.days + days) if not number else each for number, each in enumerate(acts[place + 1 :])
    ]
    return [*acts[:place], *after]


def _plainer(acts: list[Act], fails: Callable[[Sequence[Act]], bool]) -> None:
    for place, act in enumerate(acts):
        for plain in _ways(act):
            tried = [*acts[:place], plain, *acts[place + 1 :]]
            if fails(tried):
                acts[place] = plain
                break


def _ways(act: Act) -> Iterator[Act]:
    """Plainer acts than this, the plainest first."""
    if act.beside is not None:
        yield replace(act, beside=None, turns=0, inside=False, fault=None)
        yield replace(act.beside, days=act.days)
        yield replace(act, fault=None, beside=replace(act.beside, fault=None))
    elif act.fault is not None:
        yield replace(act, fault=None)
    yield replace(act, days=0, hours=1)


def as_text(ending: Ending) -> str:
    """A life as it is kept among the replays: one line an act."""
    head: dict[str, Any] = {"law": ending.law, "what": ending.what, "seed": ending.seed, "lines": ending.lines}
    rows = ",\n".join(f"  {json.dumps(each.as_row(), ensure_ascii=True)}" for each in ending.acts)
    fields = [f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    return "{\n" + ",\n".join([*fields, f' "acts": [\n{rows}\n ]']) + "\n}\n"


def read(path: Path) -> tuple[dict[str, Any], list[Act]]:
    """(what is said of it, its acts)."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept, [Act.of(row) for row in kept.pop("acts")]
