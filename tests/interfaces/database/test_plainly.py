"""What a database refuses is told in words; every wait has an end; who only reads waits for nobody."""

import datetime as dt
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa
import pytest
from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.exc import IntegrityError

from finance.care_costs.store import last_change
from finance.facts.store import Change, LockChanges, record_change, record_change_here
from finance.facts.tables import change
from finance.problems import Busy, Clash, Guarded, Refusal
from interfaces.database import connection as doors
from interfaces.database.connection import Database
from interfaces.database.plainly import in_plain_words
from ledgers.tables import account
from tests.laws.racing import PROCESSES

AT = dt.datetime(2026, 5, 1, 9)
CODE = {"nr": 7, "entity": "1", "cost_centre": "2", "subjective": "3", "analysis": "4", "name": "made up"}
SQL_WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "sql", "constraint", "key", "libpq")


def row(nr: int = 1) -> dict[str, object]:
    return Change(AT, "Ann", "people extract", "people.csv").row(nr)


def sentence(refusal: Refusal) -> str:
    words = str(refusal)
    assert not any(each in words for each in SQL_WORDS), words
    return words


def test_the_same_key_twice_is_a_clash_through_either_door(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(account).values(CODE))
    with pytest.raises(Clash) as records, database.begin() as connection:
        connection.execute(insert(account).values(CODE))
    rows = pa.Table.from_pylist([CODE])
    with pytest.raises(Clash) as columns, database.bulk() as bulk:
        bulk.append(account, rows)
    assert sentence(records.value) == sentence(columns.value)
    assert sentence(records.value).startswith(
        "Somebody else recorded the same thing at the same moment, and was first."
    )


def test_a_guard_speaks_in_its_own_words_through_either_door(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(change).values(row()))
    for door in (database.begin, database.bulk):
        with pytest.raises(Guarded, match=r"never changed or deleted") as refused, door() as transaction:
            transaction.execute(delete(change))
        assert sentence(refused.value).endswith("Nothing was changed.")


def test_code_within_a_transaction_still_tells_one_error_from_another(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(change).values(row()))
    with pytest.raises(Refusal, match="told by the verb"):
        twice(database)


def twice(database: Database) -> None:
    with database.begin() as connection:
        try:
            connection.execute(insert(change).values(row()))
        except IntegrityError as error:
            raise Refusal("It is told by the verb.", "Look again.") from error


def test_our_own_faults_are_not_called_a_clash(database: Database) -> None:
    with pytest.raises(Exception, match="nowhere") as raised, database.begin() as connection:
        connection.execute(text("SELECT * FROM nowhere"))
    assert not isinstance(raised.value, Refusal)


def test_who_only_reads_may_not_write(database: Database) -> None:
    with pytest.raises(Guarded), database.read() as connection:
        connection.execute(insert(change).values(row()))
    with database.begin() as connection:
        assert last_change(connection) == 0


@contextmanager
def elsewhere(database: Database, work: Callable[[Connection], None]) -> Iterator[int]:
    """Another process that writes, and stays in its transaction until it is ended. Gives its number."""
    here, there = PROCESSES.Pipe(duplex=False)
    url = database.url

    def hold() -> None:
        own = Database(url)
        with own.begin() as connection:
            work(connection)
            there.send("held")
            time.sleep(120)

    other = PROCESSES.Process(target=hold)
    other.start()
    assert here.poll(30)
    try:
        yield int(other.pid or 0)
    finally:
        other.kill()
        other.join(10)


def record(connection: Connection) -> None:
    record_change_here(connection, Change(AT, "Bo", "held", "test"))


def impatient(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The same database, by somebody who waits half a second."""
    monkeypatch.setattr(doors, "WAIT_SECONDS", 0.5)
    if database.sqlite:
        return database
    return Database(database.url.update_query_dict({"options": "-c lock_timeout=500"}))


def test_nobody_waits_for_ever_for_one_that_stopped_dead(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    own = impatient(database, monkeypatch)
    with elsewhere(database, record) as other:
        os.kill(other, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(Busy, match="The database is busy") as records, own.begin() as connection:
            connection.execute(LockChanges())
        with pytest.raises(Busy), own.bulk() as bulk:
            bulk.execute(LockChanges())
        assert time.monotonic() - began < 20
        sentence(records.value)
        with own.read() as connection:
            assert last_change(connection) == 0  # who reads is not kept waiting
    own.close()


def test_one_that_dies_lets_go_of_what_it_held(database: Database) -> None:
    with elsewhere(database, record) as other:
        os.kill(other, signal.SIGKILL)
        with database.begin() as connection:
            assert record_change_here(connection, Change(AT, "Ann", "after", "test")) == 1


def test_a_change_can_be_seen_only_once_all_before_it_can(database: Database) -> None:
    """A run that takes in all up to the latest change never passes over one that comes to light later with a
    smaller number.
    """
    here, there = PROCESSES.Pipe()

    def second() -> None:
        own = Database(database.url)
        there.recv()
        with own.bulk() as bulk:
            there.send(record_change(bulk, Change(AT, "Bo", "second", "test")))
        os._exit(0)

    other = PROCESSES.Process(target=second)
    other.start()
    with database.begin() as connection:
        first = record_change_here(connection, Change(AT, "Ann", "first", "test"))
        here.send("go")
        assert not here.poll(1.5)  # it has no number while the first is not there for all to see
        with database.read() as reader:
            assert last_change(reader) == 0
    assert here.poll(60)
    assert here.recv() == first + 1
    other.join(30)
    with database.read() as connection:
        assert list(connection.execute(select(change.c.what).order_by(change.c.nr)).scalars()) == ["first", "second"]


def test_what_is_no_databases_word_passes() -> None:
    with pytest.raises(ValueError, match="ours"), in_plain_words():
        raise ValueError("ours")
