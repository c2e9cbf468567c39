"""What a database refuses, in words a person can act on: no SQL, no values, no library's name for it.

One rule for all verbs on both databases. Whoever loses a clash hears :class:`Clash`, or :class:`Busy` once they have
waited for as long as a verb waits; whoever breaks a rule that the database holds hears :class:`Guarded`, in the guard's
own sentence where it has one. What is nobody's clash and no guard is a fault of ours, and is left as it came.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import adbc_driver_manager
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from finance.problems import Busy, Clash, Guarded, Refusal

WAIT_SECONDS = 60


class ConnectionLost(Refusal):
    """The database went away in the middle of a verb."""


class NoRoom(Refusal):
    """The disk the database is on is full."""


class NotADatabase(Refusal):
    """What stands where the database should be is something else, or is broken."""


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Raise what a database refuses as a Refusal. It belongs round a whole transaction, so that code within may still
    tell one library's error from another.
    """
    try:
        yield
    except (DBAPIError, NoneFree, sqlite3.Error, adbc_driver_manager.Error) as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def refusal_of(error: Exception) -> Refusal | None:
    """The refusal a database's error comes to; None where it is a fault of ours."""
    if isinstance(error, NoneFree):
        return _busy()
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    if state:
        return _of_postgresql(state, _sentence(cause))
    words = str(cause)
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return _guarded(words)
    return _of_sqlite(words) or (_lost() if _GONE.search(words) else None)


def _of_postgresql(state: str, sentence: str) -> Refusal | None:
    if state in _WAITED:
        return _busy()
    if state.startswith("40") or state == "23505":
        return _clash()
    if state in ("23000", "P0001"):  # our own guards' word, written for people
        return _guarded(sentence)
    if state in ("23514", "23503", "23P01"):
        return _rule()
    if state in ("42501", "25006"):
        return Guarded(
            "Your role in the database may not do this.", "Ask whoever keeps the database to look at its rights."
        )
    if state.startswith("53"):
        return NoRoom(
            "The database has no room left to work in.", "Nothing was changed. Ask whoever keeps it to make room."
        )
    return _lost() if state.startswith(("08", "57P")) or state == "25P03" else None


_WAITED = ("55P03", "57014")


def _of_sqlite(words: str) -> Refusal | None:
    if _LOCKED.search(words):
        return _busy()
    if "UNIQUE constraint failed" in words:
        return _clash()
    if "CHECK constraint failed" in words or "FOREIGN KEY constraint failed" in words:
        return _rule()
    if _FULL.search(words):
        return NoRoom("The disk the database is on is full.", "Nothing was changed. Make room, then do it again.")
    if _DAMAGED.search(words):
        return NotADatabase(
            "The database’s file is not a database, or is damaged.", "Check --database, or put the last back-up there."
        )
    if "readonly database" in words:
        return Guarded("The database’s file may only be read.", "Ask whoever keeps it for the right to write to it.")
    guard = _GUARD.match(words)  # as the driver for columns passes it on
    return _guarded(guard["words"]) if guard else None


_LOCKED = re.compile(r"database (table |schema )?is locked")
_FULL = re.compile(r"disk is full|disk I/O error")
_DAMAGED = re.compile(r"file is not a database|is malformed|file is encrypted")
_GUARD = re.compile(
    r"^(INTEGRITY: |INTERNAL: failed to execute: )(?P<words>(?!.*(constraint failed|mismatch))[^\n]+)(\nquery was|$)"
)
_GONE = re.compile(r"connection|server closed|could not connect|terminating", re.IGNORECASE)


def _sentence(cause: object) -> str:
    """What PostgreSQL says in its first line, through either driver."""
    told = getattr(getattr(cause, "diag", None), "message_primary", None)
    if told is None:
        details = dict(getattr(cause, "details", None) or ())
        told = details.get(b"PG_DIAG_MESSAGE_PRIMARY", details.get("PG_DIAG_MESSAGE_PRIMARY", b""))
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)


def _sentences(words: str) -> str:
    """A guard's word, as a sentence: it may say what to do after a semicolon or a colon."""
    words = words.strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') else '.'}"


def _guarded(words: str) -> Refusal:
    """A guard's own words. One against replacing meets a key taken already before the key itself does: that is
    a clash.
    """
    return _clash() if "never replaced" in words else Guarded(_sentences(words), "Nothing was changed.")


def _clash() -> Clash:
    return Clash(
        "Somebody else recorded the same thing at the same moment, and was first.",
        "Nothing of yours was kept. Look at what is there; do it again if it is still wanted.",
    )


def _busy() -> Busy:
    return Busy(
        f"The database is busy: another verb has been writing for {WAIT_SECONDS} seconds.",
        "Nothing of yours was kept. Try again; if it goes on, see which verb is still at work, and end it.",
    )


def _rule() -> Guarded:
    return Guarded(
        "This goes against a rule the database holds, so nothing was changed.",
        "Check what you gave against what is there.",
    )


def _lost() -> ConnectionLost:
    return ConnectionLost(
        "The connection to the database was lost.",
        "Look at whether it was done; what was not finished left nothing behind.",
    )
