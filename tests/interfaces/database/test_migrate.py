"""Migrations make exactly the tables the code declares, from nothing and from each earlier step, and guard them."""

import datetime as dt
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Executable, MetaData, Table, delete, insert, inspect, select, text, update

import billing.assessments.tables
import billing.care_accounts.tables
import billing.debt.tables
import billing.deferred_payments.tables
import billing.direct_debits.tables
import billing.documents.tables
import billing.receipts.tables
import billing.tables
import finance.facts.tables
import interfaces.database
import ledgers.chain.tables
import ledgers.overpayments.tables
import ledgers.policy.tables
import ledgers.tables
from finance.facts.tables import FACTS, bank_confirmation, change, person
from finance.problems import Guarded
from interfaces.database.connection import Database
from interfaces.database.migrate import MadeByALaterVersion, NotAsItsStepLeft, migrate
from interfaces.database.steps import is_up_to_date, newest_step
from ledgers.tables import entry
from tests.guards import guards_lifted

STEPS = sorted(
    path.stem for path in (Path(interfaces.database.__file__).parent / "migrations" / "versions").glob("0*.py")
)


DECLARED = (
    finance.facts.tables.metadata,
    billing.assessments.tables.metadata,
    ledgers.tables.metadata,
    billing.tables.metadata,
    billing.documents.tables.metadata,
    billing.receipts.tables.metadata,
    billing.direct_debits.tables.metadata,
    billing.debt.tables.metadata,
    billing.deferred_payments.tables.metadata,
    billing.care_accounts.tables.metadata,
)


def differences(database: Database) -> list[Any]:
    """What the database would need to be as the code declares it."""
    declared = MetaData()
    for metadata in DECLARED:
        for table in metadata.sorted_tables:
            table.to_metadata(declared)
    with database.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, declared))


def rules(database: Database) -> set[tuple[str, ...]]:
    """Every constraint and index, in the database's own words."""
    with database.begin() as connection:
        if not database.sqlite:
            query = (
                "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n' "
                "AND connamespace = 'public'::regnamespace UNION ALL SELECT tablename, indexdef FROM pg_indexes "
                "WHERE schemaname = 'public'"
            )
            found = {tuple(row) for row in connection.execute(text(query))}
        else:
            found = {
                tuple(row)
                for row in connection.execute(
                    text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
                )
            }
            view = inspect(connection)
            for name in view.get_table_names():
                for each in (*view.get_check_constraints(name), *view.get_foreign_keys(name)):
                    found.add((name, str(sorted(each.items()))))
                for each in (*view.get_unique_constraints(name), view.get_pk_constraint(name)):
                    found.add((name, str(sorted(each.items()))))
                with_rowid = connection.execute(text("SELECT wr FROM pragma_table_list(:name)"), {"name": name})
                found.add((name, f"without rowid {with_rowid.scalar_one()}"))
    return {row for row in found if row[0] != "alembic_version"}


def test_constraints_and_indexes_are_as_the_code_declares(new_database: Callable[[], Database]) -> None:
    declared = emptied(new_database())
    for metadata in DECLARED:
        metadata.create_all(declared.engine)
    assert rules(new_database()) == rules(declared)
    assert len(rules(declared)) > 100


def emptied(database: Database) -> Database:
    """The same database with nothing in it at all."""
    if database.sqlite:
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as file:
            file.execute("PRAGMA foreign_keys = OFF")
            for kind, name in file.execute(
                "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'table') AND name NOT LIKE 'sqlite%' "
                "ORDER BY type DESC"
            ).fetchall():
                file.execute(f'DROP {kind} "{name}"')
        return database
    with database.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return database


def test_the_database_is_as_the_code_declares(database: Database) -> None:
    assert differences(database) == []
    assert is_up_to_date(database)


def test_the_newest_step_is_the_one_that_steps_lead_to() -> None:
    scripts = Config()
    scripts.set_main_option("script_location", str(Path(interfaces.database.__file__).parent / "migrations"))
    scripts.set_main_option("path_separator", "os")
    assert newest_step() == ScriptDirectory.from_config(scripts).get_current_head()


def test_upward_from_the_first(database: Database) -> None:
    emptied(database)
    assert not is_up_to_date(database)
    for step in STEPS:
        migrate(database, step.partition("_")[0])
    assert is_up_to_date(database)
    assert differences(database) == []


def test_what_was_recorded_before_is_kept(database: Database) -> None:
    emptied(database)
    migrate(database, "0001")
    with database.begin() as connection:
        record(connection)
    migrate(database)
    with database.begin() as connection:
        assert connection.execute(text("SELECT name FROM person")).scalars().all() == ["Ada Example"]
    assert differences(database) == []


def test_migrating_again_does_nothing(database: Database) -> None:
    with database.begin() as connection:
        record(connection)
    migrate(database)
    with database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM person")).scalar_one() == 1


def test_a_step_that_fails_leaves_the_database_as_it_was(database: Database) -> None:
    emptied(database)
    migrate(database, "0001")
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE entry (nr INTEGER)"))  # in the way of the second step
    with pytest.raises(NotAsItsStepLeft):
        migrate(database)
    with database.begin() as connection:
        assert "run" not in inspect(connection).get_table_names()
        assert MigrationContext.configure(connection).get_current_revision() == "0001"
        connection.execute(text("DROP TABLE entry"))
    migrate(database)
    assert differences(database) == []


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_up_to_date(database)
    with pytest.raises(MadeByALaterVersion, match="at step 9999"):
        migrate(database)


def test_steps_are_numbered_in_order_and_named_in_words() -> None:
    assert [step[:4] for step in STEPS] == [f"{number:04d}" for number in range(1, len(STEPS) + 1)]
    assert all(len(step.split("_")) > 2 for step in STEPS)


def record(connection: Any) -> None:
    """A change and a person."""
    for nr in (1, 2):
        values = {"moment": "2026-05-01 09:00:00", "by": "officer", "what": "people", "source": "people.csv"}
        given = ", ".join(f"'{value}'" for value in values.values())
        connection.execute(text(f'INSERT INTO change (nr, moment, "by", what, source) VALUES ({nr}, {given})'))
    connection.execute(
        text("INSERT INTO person (nr, learned, ref, name, support_reason) VALUES (1, 1, 'P1', 'Ada Example', 'other')")
    )


def row_of(connection: Any, table: Table) -> None:
    """One row in a table, of whatever its columns will take."""
    samples = {"DATE": dt.date(2026, 5, 1), "DATETIME": dt.datetime(2026, 5, 1), "TEXT": "x"}
    columns = [column for column in table.columns if column.name != "superseded"]
    connection.execute(insert(table).values({each.name: samples.get(str(each.type), 1) for each in columns}))


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_may_be_superseded_once_and_nothing_else(database: Database, name: str) -> None:
    fact = FACTS[name]
    with database.begin() as connection:
        record(connection)
        if fact is not person:
            row_of(connection, fact)
    for column in fact.columns:
        if column.name != "superseded":
            refused(database, update(fact).values({column.name: column}))
    refused(database, delete(fact))
    refused(database, update(fact).values(superseded=None))
    with database.begin() as connection:
        assert connection.execute(update(fact).values(superseded=2)).rowcount == 1
    refused(database, update(fact).values(superseded=1))
    refused(database, update(fact).values(superseded=None))


def test_no_column_of_a_fact_is_left_out_of_its_guard(database: Database) -> None:
    """A step that adds a column to a fact must guard it too: the guard of a fact names its columns."""
    facts = [each for metadata in DECLARED for each in metadata.sorted_tables if "superseded" in each.c]
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        if database.sqlite
        else "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.begin() as connection:
        guards = {row[0]: row[1] for row in connection.execute(text(asked))}
    left = []
    for fact in facts:
        named = guards[f"{fact.name}_never_rewritten"].split(" ON ")[0]
        if " UPDATE OF " in named:
            left += [f"{fact.name}.{c.name}" for c in fact.c if not re.search(rf"\b{c.name}\b", named)]
    assert [each for each in left if not each.endswith(".superseded")] == []
    assert len(facts) > 50


def test_changes_confirmations_and_entries_are_never_touched(database: Database) -> None:
    with database.begin() as connection:
        record(connection)
        row_of(connection, FACTS["bank_detail"])
        given = {"bank_detail": 1, "learned": 1, "proposed_by": "x", "confirmed_by": "y", "change": 1, "evidence": "z"}
        connection.execute(insert(bank_confirmation).values(**given))
    refused(database, update(change).values(by="somebody else"))
    refused(database, delete(change))
    refused(database, update(bank_confirmation).values(confirmed_by="somebody else"))
    refused(database, delete(bank_confirmation))
    post_one(database)
    for column in entry.columns:
        refused(database, update(entry).values({column.name: column}))
    refused(database, delete(entry))
    if not database.sqlite:
        refused(database, text("TRUNCATE entry"))


def test_tampering_leaves_the_guards_standing(
    database: Database, tamper: Callable[[Database, Executable], None]
) -> None:
    post_one(database)
    tamper(database, update(entry).values(amount=7))
    with database.begin() as connection:
        assert connection.execute(select(entry.c.amount)).scalar_one() == 7
    refused(database, update(entry).values(amount=8))


def post_one(database: Database) -> None:
    """One entry, and what it leans on."""
    statements = (
        (
            "INSERT INTO account (nr, entity, cost_centre, subjective, analysis, name) VALUES "
            "(1, 'E', 'C', 'S', 'A', 'cost'), (2, 'E', 'C', 'T', 'A', 'control')"
        ),
        (
            "INSERT INTO run (nr, stream, calendar, calendar_name, up_to, window_starts, pay_date, status, known, "
            "known_before, prepared_by, drafted_at, lines, total, to_sign_for, policy) VALUES (1, 'payments', 1, "
            "'x', '2026-05-04', "
            "'2026-04-06', '2026-05-08', 'released', 1, 0, 'officer', '2026-05-04 09:00:00', 1, 100, 100, '{}')"
        ),
        (
            "INSERT INTO entry (stream, period_starts, subject, kind, funder, party, revision, period_ends, run, "
            "chunk, "
            "debit, credit, amount, effective, recorded) VALUES ('payments', '2026-04-06', 1, 'care', 0, 1, 1, "
            "'2026-05-04', 1, 1, 1, 2, 100, '2026-05-03', '2026-05-04 09:00:00')"
        ),
    )
    with guards_lifted(database, "run", "entry") as connection:
        for statement in statements:
            connection.execute(text(statement))


def refused(database: Database, statement: Any) -> None:
    with pytest.raises(Guarded, match="never|once"), database.begin() as connection:
        connection.execute(statement)


def test_a_release_an_earlier_version_was_cut_off_in_keeps_its_holds_and_old_nursing_is_still_owed(
    database: Database,
) -> None:
    """Its first part was posted without what was held; the rest must be too, or it could never be settled."""
    emptied(database)
    migrate(database, "0010")
    day, began, later = "2026-05-01", "2026-05-05 09:00:00.000000", "2026-05-05 10:00:00.000000"

    def put(table: str, **row: object) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row)

    def run(nr: int, status: str, **more: object) -> None:
        put(
            "run",
            nr=nr,
            stream="payments",
            calendar=nr,
            calendar_name="C",
            up_to=day,
            window_starts=day,
            pay_date=day,
            status=status,
            known=1,
            known_before=0,
            prepared_by="A",
            drafted_at=began,
            lines=1,
            total=1,
            to_sign_for=1,
            policy="{}",
            **more,
        )

    def entry(nr: int, kind: str) -> None:
        put(
            "entry",
            stream="payments",
            period_starts=day,
            subject=nr,
            kind=kind,
            funder=0,
            party=1,
            revision=1,
            period_ends=day,
            run=nr,
            chunk=0,
            debit=1,
            credit=2,
            amount=1,
            effective=day,
            recorded=began,
        )

    with guards_lifted(database) as connection:
        run(1, "approved")
        run(2, "approved")
        run(3, "released", released_at=began)
        for nr, kind in ((1, "care"), (2, "care"), (3, "nursing")):
            entry(nr, kind)
            put(
                "run_chunk",
                run=nr,
                number=0,
                first_subject=0,
                end_subject=9,
                lines=1,
                total=1,
                sha256="",
                proposal=b"",
                steps=b"",
                posted=nr != 2,
            )
        for nr, held, let_go in (
            (1, "2026-05-04 09:00:00.000000", None),
            (2, "2026-05-04 09:00:00.000000", later),
            (3, "2026-05-04 09:00:00.000000", "2026-05-04 10:00:00.000000"),
            (4, later, None),
        ):
            put(
                "hold",
                nr=nr,
                stream="payments",
                scope="line",
                target=nr,
                reason="x",
                held_by="A",
                held_at=held,
                released_by=let_go and "A",
                released_at=let_go,
            )
    migrate(database)
    with database.read() as connection:
        stages = connection.execute(text("SELECT nr, status FROM run ORDER BY nr")).all()
        kept_out = connection.execute(text("SELECT run, hold FROM run_held ORDER BY run, hold")).all()
        owed = connection.execute(text("SELECT run, what FROM owed WHERE done_at IS NULL ORDER BY what")).all()
    assert [tuple(each) for each in stages] == [(1, "releasing"), (2, "approved"), (3, "released")]
    assert [tuple(each) for each in kept_out] == [(1, 1), (1, 2), (3, 1), (3, 2)]
    assert [tuple(each) for each in owed] == [(3, "files"), (3, "recharges")]
