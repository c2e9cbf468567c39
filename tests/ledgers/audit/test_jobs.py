"""What audits notice is one finding night after night; answered, it is asked again only when it comes to more."""

import datetime as dt

import pytest
from sqlalchemy import delete, insert, update

from finance.problems import Clash, Guarded
from interfaces.database.connection import Database
from ledgers.audit.findings import AuditFinding, NoReasonForAnswer, NoSuchAuditFinding, Noticed
from ledgers.audit.jobs import answer_finding, give_finding, keep_audit
from ledgers.audit.store import last_audit, read_findings
from ledgers.audit.tables import audit_answer, audit_finding, audit_seen
from ledgers.officers.authority import NotAnOfficer
from ledgers.officers.jobs import add_officers

AT = dt.datetime(2026, 5, 4, 6, 45)
DAY = dt.date(2026, 5, 4)


@pytest.fixture(autouse=True)
def officers(database: Database) -> None:
    with database.begin() as connection:
        add_officers(connection, {"Ada": "manager", "Ben": "clerk"}, {"manager": 1_000})


def night(database: Database, day: int, *pence: int) -> list[AuditFinding]:
    """An audit of a day in May that notices these sums, and what is kept after it."""
    noticed = [Noticed(f"thing {place}", f"It comes to {each}.", each) for place, each in enumerate(pence) if each]
    keep_audit(database, DAY.replace(day=day), {"sums": noticed}, by="the timetable", at=AT)
    with database.read() as connection:
        return read_findings(connection)


def test_what_is_noticed_again_is_the_same_finding(database: Database) -> None:
    night(database, 4, 100)
    (found,) = night(database, 5, 120)
    assert (found.first_seen.day, found.last_seen.day, found.pence, found.open) == (4, 5, 120, True)
    assert found.what == "It comes to 120." and found.days(DAY.replace(day=14)) == 10
    with database.read() as connection:
        assert last_audit(connection) == (2, DAY.replace(day=5))


def test_what_is_noticed_no_more_is_gone_and_kept(database: Database) -> None:
    night(database, 4, 100, 200)
    first, second = night(database, 5, 0, 200)
    assert (first.gone, first.open, second.open) == (True, False, True)
    first, _ = night(database, 6, 100, 200)
    assert first.open and first.first_seen.day == 4


def test_what_is_answered_is_asked_again_when_it_comes_to_more(database: Database) -> None:
    night(database, 4, 100)
    assert give_finding(database, 1, "ben", by="Ada", at=AT).owner == "Ben"
    done = answer_finding(database, 1, reason="Agreed in March", by="Ada", at=AT)
    assert not done.open and done.answered is not None and done.owner == "Ben"
    (same,) = night(database, 5, 100)
    assert not same.open
    (more,) = night(database, 6, 101)
    assert more.open and [each.by for each in more.answers] == ["Ada", "Ada"]


def test_an_answer_needs_a_finding_a_reason_and_an_officer(database: Database) -> None:
    night(database, 4, 100)
    with pytest.raises(NoReasonForAnswer):
        answer_finding(database, 1, reason=" ", by="Ada", at=AT)
    with pytest.raises(NoSuchAuditFinding):
        answer_finding(database, 2, reason="x", by="Ada", at=AT)
    with pytest.raises(NotAnOfficer):
        give_finding(database, 1, "Nobody", by="Ada", at=AT)


def test_the_database_keeps_what_was_noticed_and_said(database: Database) -> None:
    night(database, 4, 100)
    forged = {"finding": 1, "reason": "x", "pence": 100, "by": "Nobody", "at": AT}
    for deed, words in (
        (update(audit_seen).values(pence=1), "never changed or deleted"),
        (delete(audit_finding), "never changed or deleted"),
        (insert(audit_answer).values(**forged), "answered by an officer on the list"),
    ):
        with pytest.raises((Guarded, Clash), match=words), database.begin() as connection:
            connection.execute(deed)
