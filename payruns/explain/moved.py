"""Why a payee’s part of a run is not what the last run’s was: by cause and by sum, to the penny. Pure.

Each line’s own days are set beside its own days in the last run, and what moved is told by what moved it: the price,
the days or the amount of care, time away. What is for earlier periods is told apart, by its cause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from finance.care_costs.news import cause_words
from finance.facts.versions import Row

BEGAN, ENDED = "lines that are new to the run", "lines that are no longer in the run"
AWAY, AMOUNT, PRICE = "time away", "the days or the amount of care", "prices"
CHANGED, CHANGED_BEFORE = "earlier periods worked out again", "the last run’s changes to earlier periods, once only"
_KINDS = {"adjustment": "adjustments entered by hand", "block": "block contracts"}

_Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """One cause, how many lines it moved, and by how much in pence."""

    why: str
    lines: int
    amount: int


def moved(now: Sequence[Row], before: Sequence[Row], steps: Iterable[Row], steps_before: Iterable[Row]) -> list[Moved]:
    """Every cause, the largest first. Rows are proposed lines and sealed steps of one payee in two runs. Asserts that
    the causes come to the difference."""
    one, other = _own(before), _own(now)
    then, these = _by_key(steps_before), _by_key(steps)
    sums: dict[str, tuple[set[_Key], int]] = {}

    def add(why: str, key: _Key, pence: int) -> None:
        keys, whole = sums.get(why, (set(), 0))
        sums[why] = {*keys, key}, whole + pence

    for key in sorted({*one, *other}):
        pence = other.get(key, 0) - one.get(key, 0)
        if pence:
            add(_why(key, key in one, key in other, then.get(key, ()), these.get(key, ())), key, pence)
    for rows, sign in ((now, 1), (before, -1)):
        for row in rows:
            if row["late"]:
                why = f"{CHANGED}: {cause_words(row['cause'])}" if row["cause"] and sign > 0 else CHANGED
                add(why if sign > 0 else CHANGED_BEFORE, (row["subject"], row["kind"]), sign * row["amount"])
    made = [Moved(why, len(keys), pence) for why, (keys, pence) in sums.items() if pence]
    difference = sum(row["amount"] for row in now) - sum(row["amount"] for row in before)
    assert sum(each.amount for each in made) == difference, f"{made} do not come to {difference}"
    return sorted(made, key=lambda each: (-abs(each.amount), each.why))


def _own(rows: Iterable[Row]) -> dict[_Key, int]:
    made: dict[_Key, int] = {}
    for row in rows:
        if not row["late"]:
            key = row["subject"], row["kind"]
            made[key] = made.get(key, 0) + row["amount"]
    return made


def _by_key(steps: Iterable[Row]) -> Mapping[_Key, Sequence[Row]]:
    made: dict[_Key, list[Row]] = {}
    for row in steps:
        made.setdefault((row["subject"], row["kind"]), []).append(row)
    return made


def _why(key: _Key, there: bool, here: bool, then: Sequence[Row], now: Sequence[Row]) -> str:
    kind = key[1]
    if kind in _KINDS:
        return _KINDS[kind]
    of = "" if kind == "care" else f"{kind}: "
    if not there or not here:
        return of + (BEGAN if here else ENDED)
    said = [
        word
        for word, of_step in ((PRICE, _prices), (AMOUNT, _amounts), (AWAY, _shares))
        if of_step(then) != of_step(now)
    ]
    return of + (" and ".join(said) or AMOUNT)


def _prices(steps: Sequence[Row]) -> set[tuple[str, int]]:
    return {(row["unit"], row["rate"]) for row in steps if row["share"]}


def _amounts(steps: Sequence[Row]) -> int:
    return sum(row["quantity"] * row["count"] for row in steps)


def _shares(steps: Sequence[Row]) -> dict[int, int]:
    made: dict[int, int] = {}
    for row in steps:
        made[row["share"]] = made.get(row["share"], 0) + row["count"]
    return {share: count for share, count in made.items() if share != 10_000}
