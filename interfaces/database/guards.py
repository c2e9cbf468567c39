"""The guards that stand in a database, set beside those its steps make: by name and by what each says. So are what
else refuses a row: checks, references and unique indexes, which on SQLite are the words of its tables. An index that
only makes finding quicker is for whoever keeps the database to add.

Whoever owns a database can take a guard away, or put a weaker one in its place; on SQLite that is whoever may write to
the file. Everything else the proof finds, it finds after the fact; a guard that is missing is how it will be done.

``guards.toml`` holds a hash of each as a database freshly made has it; a test fails when it is out of date. To make it
again:

    python -m interfaces.database.guards sqlite:///new.db postgresql://…/new > interfaces/database/guards.toml
"""

import hashlib
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, text

FILE = Path(__file__).with_suffix(".toml")
_ON_SQLITE = (
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND "
    "name <> 'alembic_version' AND NOT (type = 'index' AND sql NOT LIKE 'CREATE UNIQUE %') ORDER BY name"
)
_ON_POSTGRESQL = (
    "SELECT g.tgname, c.relname, g.tgenabled::text || ' ' || pg_get_triggerdef(g.oid) || ' ' || p.prosrc || ' ' || "
    "coalesce(array_to_string(p.proconfig, ' '), '') FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN "
    "pg_proc p "
    "ON p.oid = g.tgfoid WHERE NOT g.tgisinternal AND c.relnamespace = current_schema()::regnamespace UNION ALL "
    "SELECT n.conname, c.relname, pg_get_constraintdef(n.oid) || ' ' || n.convalidated::text FROM pg_constraint n JOIN "
    "pg_class c ON c.oid = n.conrelid WHERE n.contype IN ('c', 'f', 'x') AND c.relnamespace = "
    "current_schema()::regnamespace UNION ALL "
    "SELECT i.relname, c.relname, regexp_replace(pg_get_indexdef(x.indexrelid), 'ON .* USING', 'USING') || ' ' || "
    "x.indisvalid::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version' AND "
    "x.indisunique ORDER BY 1"
)
_LAYOUT = re.compile(r'[\s()"]+|::\w+')
"""How one version of PostgreSQL writes a guard down and another may not."""


def standing(connection: Connection) -> dict[str, str]:
    """Every guard, table and unique index in the database: a hash of what it says, by table and name."""
    query = _ON_SQLITE if connection.dialect.name == "sqlite" else _ON_POSTGRESQL
    return {
        f"{table}.{name}": hashlib.sha256(_LAYOUT.sub("", said).encode()).hexdigest()[:20]
        for name, table, said in connection.execute(text(query))
    }


@cache
def made(kind: str) -> Mapping[str, str]:
    """The same, as every step of this version makes them."""
    found: Mapping[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))[kind]
    return found


def unlike(connection: Connection) -> list[tuple[str, str, str]]:
    """Guards that are not as they were made: table, name, and how."""
    there, wanted = standing(connection), made(connection.dialect.name)
    found = [(each, "is not there") for each in wanted if each not in there]
    found += [(each, "has been changed") for each in wanted if there.get(each, wanted[each]) != wanted[each]]
    found += [(each, "is none of ours") for each in there if each not in wanted]
    return [(*each.split(".", 1), how) for each, how in sorted(found)]  # type: ignore[misc]


def unsound(connection: Connection) -> list[tuple[str, str, str]]:
    """Rows of SQLite that its own checks and references refuse, and parts of the file that are damaged: table, name,
    and how. Any session may turn the former off for itself; PostgreSQL lets nobody but its owner do so.
    """
    if connection.dialect.name != "sqlite":
        return []
    found = set()
    for (said,) in connection.execute(text(f"PRAGMA integrity_check({_ASKED})")):
        if failed := _FAILED.fullmatch(said):
            found.add((failed["table"], "has rows that its checks refuse"))
        elif empty := _EMPTY.fullmatch(said):
            found.add((empty["table"], f"has rows with nothing as their {empty['column']}"))
        elif said != "ok":
            found.add((_FILE, f"is damaged ({said}): go back to a copy, and keep this one to look into"))
    for table, _, of, _ in islice(connection.execute(text("PRAGMA foreign_key_check")), _ASKED):
        found.add((table, f"has rows that name a row of {of} that is not there"))
    return [(table, table, how) for table, how in sorted(found)]


_ASKED = 100
_FILE = "file"
_FAILED = re.compile(r"CHECK constraint failed in (?P<table>\w+)")
_EMPTY = re.compile(r"NULL value in (?P<table>\w+)\.(?P<column>\w+)")


def as_toml(databases: Mapping[str, Mapping[str, str]]) -> str:
    """The file, from what stands in a database of each kind."""
    lines = ["# Made from databases freshly made: interfaces/database/guards.py says how."]
    for kind, guards in sorted(databases.items()):
        lines += ["", f"[{kind}]", *(f'"{name}" = "{said}"' for name, said in sorted(guards.items()))]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    from interfaces.database.connection import Database
    from interfaces.database.migrate import migrate

    found = {}
    for url in sys.argv[1:]:
        database = Database(url)
        migrate(database)
        with database.read() as connection:
            found[connection.dialect.name] = standing(connection)
        database.close()
    sys.stdout.write(as_toml(found))
