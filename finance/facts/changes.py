"""What was believed at one change and is believed otherwise at another: what, who said so, when, and from what."""

from collections.abc import Iterable
from typing import NamedTuple

from finance.facts.versions import Row, Versions, is_believed
from finance.facts.words import NOUNS, difference_words


class FactDifference(NamedTuple):
    """One thing believed otherwise. ``change``: the change that told us; ``learned``: who said so, when, from what."""

    change: int
    what: str
    learned: str

    @property
    def words(self) -> str:
        return f"{self.what}; {self.learned}."


def differences(facts: Versions, before: int, known: int) -> list[FactDifference]:
    """Facts that bear on money and were believed differently at these two changes, in the order they were learned.

    Of a rate card, a rate for a unit by which none of the lines is bought is passed over.
    """
    units = {row["unit"] for moment in (before, known) for row in facts.at("service_line", moment)}
    found: list[FactDifference] = []
    for table in NOUNS:
        rows = [row for row in facts.rows.get(table, ()) if table != "rate" or row["unit"] in units]
        found += _of_table(facts, table, rows, before, known)
    return sorted(found)


def _of_table(facts: Versions, table: str, rows: list[Row], before: int, known: int) -> Iterable[FactDifference]:
    name = facts.names(known)
    for nr in dict.fromkeys(row["nr"] for row in rows):
        mine = [row for row in rows if row["nr"] == nr]
        then = next((row for row in mine if is_believed(row, before)), None)
        now = next((row for row in mine if is_believed(row, known)), None)
        what = difference_words(table, then, now, name)
        if what and now is not None:
            yield FactDifference(now["learned"], what, facts.learned(now["learned"], now["source_row"]))
        elif what and then is not None:
            yield FactDifference(then["superseded"], what, facts.learned(then["superseded"]))
