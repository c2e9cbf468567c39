"""How often each check has fired, and what came of it: a council sets its sizes and its stops by it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Fired(NamedTuple):
    """A finding of a run: what it is of (``about``: kind, subject, party), what moved, and whether anybody accepted it.

    ``working``: in which it was found; None: it stands.
    """

    run: int
    check: str
    about: tuple[str | None, int | None, int | None]
    moved: int
    accepted: bool
    working: int | None = None


@dataclass(slots=True)
class CheckTally:
    """One check over some runs. Each finding is counted once a run, however often that was worked out, under what came
    of it: ``accepted`` by somebody, ``held``, ``changed`` (gone once the run was worked out again), ``given_up``
    with its run, or ``left`` as it was. ``moved``, ``moved_changed``: pence that might be wrong, of all and of those.
    """

    check: str
    runs: int = 0
    fired: int = 0
    accepted: int = 0
    held: int = 0
    changed: int = 0
    given_up: int = 0
    left: int = 0
    moved: int = 0
    moved_changed: int = 0


def tally(
    standing: Iterable[Fired],
    gone: Iterable[Fired],
    holds: Mapping[int, tuple[set[int], set[int]]],
    given_up: Mapping[int, int],
    of_no_line: Iterable[str],
) -> list[CheckTally]:
    """``standing``: what runs are found to have; ``gone``: what they were found to have before, in order; ``holds``:
    the lines and parties each run was released without; ``given_up``: runs
    abandoned, and their last working. The checks that fired most first.
    """
    last: dict[tuple[object, ...], Fired] = {}
    for each in (*gone, *standing):
        last[each.run, each.check, each.about] = each
    made: dict[str, CheckTally] = {}
    runs: dict[str, set[int]] = {}
    for each in last.values():
        one = made.setdefault(each.check, CheckTally(each.check))
        runs.setdefault(each.check, set()).add(each.run)
        one.fired += 1
        one.moved += each.moved
        kind, subject, party = each.about
        lines, parties = holds.get(each.run, (set(), set()))
        if each.working is not None and each.working != given_up.get(each.run):
            one.changed += 1
            one.moved_changed += each.moved
        elif each.accepted:
            one.accepted += 1
        elif each.working is not None:
            one.given_up += 1
        elif party in parties or (subject in lines and kind not in set(of_no_line)):
            one.held += 1
        else:
            one.left += 1
    for check, some in runs.items():
        made[check].runs = len(some)
    return sorted(made.values(), key=lambda each: (-each.fired, each.check))
