"""Shapes that numbered steps share: a table of facts, and guards against rewriting. Never changed once a step
has used them.
"""

import re
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

_NEVER = "Facts are never changed or deleted: record a new version."
_ONCE = "A version is superseded once, for good."


def add_fact(name: str, *columns: SchemaItem, comment: str) -> None:
    """A table of facts: a lasting number, the change that told us and the one that told us better, a reference."""
    op.create_table(
        name,
        sa.Column("nr", sa.BigInteger(), primary_key=True),
        sa.Column("learned", sa.BigInteger(), sa.ForeignKey("change.nr"), primary_key=True),
        sa.Column("superseded", sa.BigInteger(), sa.ForeignKey("change.nr")),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Integer(), comment="line of the file it came from"),
        *columns,
        comment=comment,
        sqlite_with_rowid=False,
    )
    now, before = sa.text("superseded IS NULL"), sa.text("superseded IS NOT NULL")
    op.create_index(f"{name}_current", name, ["ref"], unique=True, sqlite_where=now, postgresql_where=now)
    op.create_index(f"{name}_learned", name, ["learned"])
    op.create_index(f"{name}_superseded", name, ["superseded"], sqlite_where=before, postgresql_where=before)


def span() -> tuple[sa.Column[object], sa.Column[object]]:
    """The days a fact applies to."""
    return (
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
    )


def guard_facts(tables: Iterable[str]) -> None:
    """Refuse to change or delete a fact, but for superseding a version once."""
    for table in tables:
        guard_but(table, ("superseded",), _NEVER)
        again = "OLD.superseded IS NOT NULL OR NEW.superseded IS NULL"
        refuse(f"{table}_superseded_once", "UPDATE OF superseded", table, _ONCE, again)


def guard_records(tables: Mapping[str, str]) -> None:
    """Refuse to change or delete a record, in the words given for its table."""
    for table, words in tables.items():
        refuse(f"{table}_never_rewritten", "UPDATE", table, words)
        _refuse_removal(table, words)


def guard_added(tables: Iterable[str]) -> None:
    """Refuse to change what a step has added to facts, as all else of them: the guard names their columns."""
    for table in tables:
        drop_guard(f"{table}_never_rewritten", table)
        refuse(f"{table}_never_rewritten", f"UPDATE OF {_content(table, ('superseded',))}", table, _NEVER)


def guard_but(table: str, free: Iterable[str], words: str) -> None:
    """Refuse to delete from a table, or to change any of its columns but those named."""
    refuse(f"{table}_never_rewritten", f"UPDATE OF {_content(table, free)}", table, words)
    _refuse_removal(table, words)


def _content(table: str, free: Iterable[str]) -> str:
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    return ", ".join(f'"{name}"' for name in columns if name not in free)


def guard_once_posted(table: str, words: str) -> None:
    """Refuse to delete a row of a run that is in the ledger. Until then a run's rows may be worked out again."""
    of_posted = "SELECT 1 FROM run WHERE run.nr = OLD.run AND run.status IN ('released', 'acknowledged')"
    if op.get_bind().dialect.name == "postgresql":
        name = f"refuse_deleting_{table}"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS ({of_posted}) THEN "
            f"RAISE EXCEPTION '%', '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; "
            f"END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
        refuse(f"{table}_never_emptied", "TRUNCATE", table, words)
    else:
        refuse(f"{table}_never_deleted", "DELETE", table, words, f"EXISTS ({of_posted})")


def guard_against_replacing(tables: Mapping[str, str], also: str = "") -> None:
    """Refuse SQLite's INSERT OR REPLACE of a row that is there: it removes the old one and fires no trigger of DELETE.

    ``also``: what else makes a row the same as one that is there, besides its keys. For tables of few rows: the trigger
    takes some 3 microseconds of each row put in, half as long again as the row.
    """
    if op.get_bind().dialect.name == "postgresql":
        return
    view = sa.inspect(op.get_bind())
    for table, words in tables.items():
        keys = [view.get_pk_constraint(table)["constrained_columns"]]
        keys += [each["column_names"] for each in view.get_unique_constraints(table)]
        same = [" AND ".join(f'"{name}" = NEW."{name}"' for name in key) for key in keys] + ([also] if also else [])
        there = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {each})" for each in same)
        refuse(f"{table}_never_replaced", "INSERT", table, words, there)


def _refuse_removal(table: str, words: str) -> None:
    refuse(f"{table}_never_deleted", "DELETE", table, words)
    if op.get_bind().dialect.name == "postgresql":
        refuse(f"{table}_never_emptied", "TRUNCATE", table, words)


def refuse(name: str, deed: str, table: str, words: str, when: str = "") -> None:
    """A trigger that refuses a deed in these words: any statement that tries it or, given ``when``, any row of one."""
    if op.get_bind().dialect.name == "postgresql":
        each = f"FOR EACH ROW WHEN ({when})" if when else "FOR EACH STATEMENT"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {each} EXECUTE FUNCTION refuse_rewriting('{words}')"
        )
    else:
        only = f"WHEN {when}" if when else ""
        op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {only} BEGIN SELECT RAISE(ABORT, '{words}'); END")


def refuse_where(name: str, deed: str, table: str, words: str, condition: str) -> None:
    """A trigger that refuses a deed to any row for which a condition holds, which may ask other tables."""
    if op.get_bind().dialect.name == "postgresql":
        row = "OLD" if deed.startswith("DELETE") else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '%', '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; "
            f"END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        refuse(name, deed, table, words, condition)


def refuse_rows_where(name: str, deed: str, table: str, words: str, condition: str, of: str = "run") -> None:
    """The same where a deed is done to many rows at once and the condition asks only whose each is (``of``: the column
    that says so): PostgreSQL asks once for each owner among a statement's rows, SQLite of each row.

    PostgreSQL asks when the rows are in or gone. What it refuses is taken back, with the whole statement.
    """
    if op.get_bind().dialect.name != "postgresql":
        refuse(name, deed, table, words, condition)
        return
    row, rows = ("OLD", "taken_out") if deed == "DELETE" else ("NEW", "put_in")
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM (SELECT "
        f"DISTINCT {of} FROM {rows}) each_owner WHERE {condition.replace(f'{row}.', 'each_owner.')}) THEN "
        f"RAISE EXCEPTION '%', '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {deed} ON {table} REFERENCING {row} TABLE AS {rows} FOR EACH STATEMENT EXECUTE "
        f"FUNCTION {name}()"
    )


def drop_guard(name: str, table: str) -> None:
    """Take a guard away, for a later step to put another in its place."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {name} ON {table}")
    else:
        op.execute(f"DROP TRIGGER {name}")


def guard_numbers(tables: Iterable[str], words: str) -> None:
    """Refuse to give a row of SQLite another of its hidden numbers (rowid), or one that is not from 1 up: no guard of
    named columns sees it, and what has the number already is removed without a trigger of DELETE. A table whose rows
    are never changed needs none of the first; a number that nothing is known by need not be from 1 up. Where a
    table's keys are unique for some rows alone, a changed row is asked for those too.
    """
    if op.get_bind().dialect.name == "postgresql":
        return
    for table in tables:
        if _is_changed(table):
            met = [f"rowid <> OLD.rowid AND {each}" for each, _ in _unique_for_some(table)]
            asked = ["NEW.rowid <> OLD.rowid", *(f"EXISTS (SELECT 1 FROM {table} WHERE {each})" for each in met)]
            refuse(f"{table}_keeps_its_number", "UPDATE", table, words, " OR ".join(asked))
        if sa.inspect(op.get_bind()).get_pk_constraint(table)["constrained_columns"] != ["nr"]:
            there = f"EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"
            refuse(f"{table}_number_taken", "INSERT", table, words, there)
        else:
            op.execute(
                f"CREATE TRIGGER {table}_numbered_from_1 AFTER INSERT ON {table} WHEN NEW.rowid NOT BETWEEN 1 AND "
                f"{MOST_NUMBERS} BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )


MOST_NUMBERS = 1_000_000_000_000_000
"""Above it a table might run out of numbers, and SQLite would give them in no order."""


def guard_unique_indexes(tables: Iterable[str], words: str) -> None:
    """Refuse SQLite's INSERT OR REPLACE of a row that is there by a unique index, which is no constraint of its
    table.
    """
    if op.get_bind().dialect.name == "postgresql":
        return
    for table in tables:
        for met, name in _unique_for_some(table):
            refuse(f"{name}_never_replaced", "INSERT", table, words, f"EXISTS (SELECT 1 FROM {table} WHERE {met})")


def _unique_for_some(table: str) -> list[tuple[str, str]]:
    """What makes a new row the same as one that is there by each unique index of a table, and the index's name."""
    found = []
    for index in sa.inspect(op.get_bind()).get_indexes(table):
        if index["unique"]:
            met = [f'"{name}" = NEW."{name}"' for name in index["column_names"]]
            of_some = str(index.get("dialect_options", {}).get("sqlite_where", ""))
            both = [of_some, _of_new(table, of_some)] if of_some else []
            found.append((" AND ".join([*met, *both]), str(index["name"])))
    return found


def _of_new(table: str, condition: str) -> str:
    """A condition written for a table's rows, asked of the new row of a trigger on SQLite."""
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    named = [name for name in columns if re.search(rf"\b{name}\b", condition)]
    new = ", ".join(f'NEW."{name}" AS "{name}"' for name in named)
    return f"EXISTS (SELECT 1 FROM (SELECT {new}) WHERE {condition})"


def _is_changed(table: str) -> bool:
    """Whether the guards of a table let some of its columns be changed."""
    said = op.get_bind().exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (f"{table}_never_rewritten",)
    )
    never = said.scalar_one_or_none()
    return never is None or " UPDATE OF " in never


def guard_newest(tables: Iterable[str], words: str) -> None:
    """Refuse a version of a fact told, or superseded, by any change but the newest and those recorded at
    its moment (of a folder, each file is one): whoever tells a fact has recorded its change just before, and nobody
    else can until they are done. A version is put in as believed.
    """

    def other(column: str) -> str:
        latest = "(SELECT moment FROM change ORDER BY nr DESC LIMIT 1)"
        return f"NOT EXISTS (SELECT 1 FROM change c WHERE c.nr = NEW.{column} AND c.moment = {latest})"

    told, better = other("learned"), f"NEW.superseded IS NOT NULL AND {other('superseded')}"
    for table in tables:
        first = told
        if op.get_bind().dialect.name == "postgresql":
            refuse(f"{table}_begins_as_believed", "INSERT", table, words, "NEW.superseded IS NOT NULL")
        else:
            first = f"NEW.superseded IS NOT NULL OR {told}"
        refuse_rows_where(f"{table}_learned_by_the_newest", "INSERT", table, words, first, of="learned")
        refuse_rows_where(f"{table}_superseded_by_the_newest", "UPDATE", table, words, better, of="superseded")


def guard_moments(tables: Iterable[str], words: str) -> None:
    """Refuse on SQLite, where a column holds any words, a moment or a day that is none."""
    if op.get_bind().dialect.name == "postgresql":
        return
    for table in tables:
        asked = []
        for column in sa.inspect(op.get_bind()).get_columns(table):
            new = f'NEW."{column["name"]}"'
            if isinstance(column["type"], sa.DateTime):
                asked.append(f"{new} NOT GLOB '????-??-?? ??:??:??*' OR datetime({new}) IS NULL AND {new} IS NOT NULL")
            elif isinstance(column["type"], sa.Date):
                asked.append(f"{new} NOT GLOB '????-??-??' OR date({new}) IS NULL AND {new} IS NOT NULL")
        for deed in ("INSERT", *(["UPDATE"] if _is_changed(table) else [])) if asked else ():
            refuse(f"{table}_dated_on_{deed.lower()}", deed, table, words, " OR ".join(asked))


def refuse_numbered_before(table: str, words: str) -> None:
    """Refuse a record with a number before one that is there. SQLite gives the number as it puts the row in."""
    after = f"EXISTS (SELECT 1 FROM {table} WHERE nr > NEW.nr)"
    if op.get_bind().dialect.name == "postgresql":
        refuse_where(f"{table}_numbered_on", "INSERT", table, words, after)
    else:
        op.execute(
            f"CREATE TRIGGER {table}_numbered_on AFTER INSERT ON {table} WHEN {after} BEGIN SELECT RAISE(ABORT, "
            f"'{words}'); END"
        )


def refuse_emptying(tables: Iterable[str], words: str) -> None:
    """Refuse PostgreSQL's TRUNCATE, which fires no trigger of rows."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            refuse(f"{table}_never_emptied", "TRUNCATE", table, words)


def replace_check(table: str, name: str, before: str, after: str) -> None:
    """Put another condition in place of a table's own check. SQLite keeps a check as the words of the table alone,
    which may be changed where what is stored stays as it is (https://sqlite.org/lang_altertable.html#otheralter).
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, after)
        return
    words = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).scalar_one()
    assert words.count(before) == 1, f"{table} is not checked by {before}"
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (words.replace(before, after), table)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def pin_guards() -> None:
    """Let guards read the council's own tables alone. On PostgreSQL a session's temporary tables come before them by
    name, so that whoever made a temporary ``officer`` would be asked whether they are on it. Each step that makes a
    guard ends with this.
    """
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    mine = sa.text(
        "SELECT p.oid::regprocedure::text, quote_ident(current_schema()) FROM pg_proc p WHERE p.pronamespace = "
        "current_schema()::regnamespace AND p.prorettype = 'trigger'::regtype AND p.proconfig IS NULL"
    )
    for name, schema in connection.execute(mine).all():
        op.execute(f"ALTER FUNCTION {name} SET search_path = {schema}, pg_temp")
