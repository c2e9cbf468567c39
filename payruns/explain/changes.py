"""What we believed of a subject at one change and believe differently at another: what, who said so, when, from
where.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from finance.care_costs.rows import Row
from finance.days import spoken
from payruns.explain.past import LINE, Past, believed
from payruns.explain.words import differing, field_words, noun

Name = Callable[[str, int], str]
_BEAR = (
    "service_line",
    "package",
    "person",
    "contract",
    "agreed_rate",
    "rate",
    "suspension",
    "funding_share",
    "contribution",
    "nursing_award",
    "nursing_rate",
    "block",
    "adjustment",
)


@dataclass(frozen=True)
class Difference:
    """One fact believed differently. ``then`` is None where it is new, ``now`` where it is believed no more.

    ``change``: the change that told us. ``row``: the line of its file, where it came from one.
    """

    table: str
    ref: str
    then: Row | None
    now: Row | None
    change: Row
    row: int | None

    def what(self, name: Name) -> str:
        """What is different, in words."""
        called = f"{noun(self.table)} {self.ref}"
        if self.then is not None and self.now is not None:
            moved = [
                f"{each.label} {field_words(each, self.now, name)} (was {field_words(each, self.then, name)})"
                for each in differing(self.table, self.then, self.now)
            ]
            return f"{called}: {'; '.join(moved)}"
        return f"{called}: {'new' if self.then is None else 'withdrawn'}"


def differences(past: Past, before: int, known: int) -> list[Difference]:
    """Facts that bear on the money and were believed differently, in the order they were learned."""
    units = {row["unit"] for moment in (before, known) for row in past.at(moment).get("service_line", ())}
    found: list[Difference] = []
    for table in _BEAR:
        versions = [row for row in past.versions[table] if not _beside(past, table, row, units)]
        found += _of_table(past, table, versions, before, known)
    return sorted(found, key=lambda each: (each.change["nr"], each.table, each.ref))


def _beside(past: Past, table: str, row: Row, units: set[str]) -> bool:
    """Whether a row is of the contract but not of this line: a rate for another unit."""
    return table == "rate" and past.sort == LINE and row["unit"] not in units


def _of_table(past: Past, table: str, versions: list[Row], before: int, known: int) -> Iterable[Difference]:
    for nr in dict.fromkeys(row["nr"] for row in versions):
        mine = [row for row in versions if row["nr"] == nr]
        then = next((row for row in mine if believed(row, before)), None)
        now = next((row for row in mine if believed(row, known)), None)
        if now is not None and now is not then:
            if then is None or differing(table, then, now):
                yield Difference(table, now["ref"], then, now, past.changes[now["learned"]], now["source_row"])
        elif then is not None and now is None:
            yield Difference(table, then["ref"], then, None, past.changes[then["superseded"]], None)


def learned_words(change: Row, row: int | None) -> str:
    """Who told us, when, and from what."""
    return f"learned {spoken(change['moment'].date())} by {change['by']} from {source_words(change, row)}"


def source_words(change: Row, row: int | None) -> str:
    """Where something was learned: the file and its line, or the screen."""
    return f"{change['source']} row {row}" if row else str(change["source"])
