"""The verb: explain a change, what was learned at one moment: who told us, from what, and every fact of it."""

from collections.abc import Iterable

from sqlalchemy import MetaData

from billing.explain import change_store as store
from finance.columns import Database
from finance.days import spoken
from finance.facts.versions import Row
from finance.facts.words import NOUNS, days_words, noun
from ledgers.explain.explanation import Explanation, NothingToExplain, Section

MOST = 200
"""Facts shown of one table; the rest are counted."""


def explain_change(database: Database, nr: int, declared: Iterable[MetaData]) -> Explanation:
    """A change by its number. ``declared``: the tables there are. Raises NothingToExplain."""
    with database.read() as connection:
        row = store.read_change(connection, nr)
        if row is None:
            last = store.last_nr(connection)
            raise NothingToExplain(f"There is no change {nr}.", f"They are numbered from 1 to {last}.")
        told = {table.name: store.read_told(connection, table, nr) for table in store.tables_of_facts(declared)}
        people = store.count_assessed(connection, nr)
    told = {name: rows for name, rows in told.items() if rows}
    count = sum(row["learned"] == nr for rows in told.values() for row in rows)
    headline = (
        f"Change {nr}: {row['what']}, recorded {spoken(row['moment'].date())} by {row['by']} from {row['source']}. "
        f"It told {count:,} facts" + (f", and what {people:,} people are assessed to pay." if people else ".")
    )
    sections = [_of_table(name, rows, nr, row["source"]) for name, rows in told.items()]
    figures = {
        "change": nr,
        "by": row["by"],
        "source": row["source"],
        "sha256": row["sha256"],
        "facts": {name: len(rows) for name, rows in told.items()},
        "people_assessed": people,
    }
    return Explanation(str(nr), "change", None, headline, tuple(filter(None, sections)), figures)


def _of_table(name: str, rows: list[Row], nr: int, source: str) -> Section:
    called = noun(name) if name in NOUNS else name.replace("_", " ")
    made = []
    again = {row["nr"] for row in rows if row["learned"] == nr}
    before = {row["nr"] for row in rows if row.get("superseded") == nr}
    for row in rows[:MOST]:
        if row["learned"] == nr:
            what = "told anew" if row["nr"] in before else "new"
        elif row["nr"] in again:
            continue
        else:
            what = "taken back"
        where = f"{source} row {row['source_row']}" if row.get("source_row") else source
        made.append((row["ref"], what, days_words(row) if row.get("starts") else "", where))
    more = (f"{len(rows) - MOST:,} more are not shown.",) if rows[MOST:] else ()
    return Section(called.capitalize(), more, ("Reference", "What", "Days", "Where"), tuple(made))
