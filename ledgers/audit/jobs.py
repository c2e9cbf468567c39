"""The verbs of audits: keep what one noticed, give a finding to an officer, answer it."""

import datetime as dt
from collections.abc import Mapping, Sequence

from finance.columns import Database
from ledgers import store as ledger
from ledgers.audit import store
from ledgers.audit.findings import AuditAnswer, AuditFinding, NoReasonForAnswer, Noticed
from ledgers.officers.store import read_standing


def keep_audit(
    database: Database, on: dt.date, noticed: Mapping[str, Sequence[Noticed]], *, by: str, at: dt.datetime
) -> int:
    """Keep what an audit noticed, by test. The number of the audit."""
    with database.begin() as connection:
        return store.add_audit(connection, on, noticed, by=by, at=at)


def answer_finding(database: Database, nr: int, *, reason: str, by: str, at: dt.datetime) -> AuditFinding:
    """Answer a finding, by an officer who may review: it is not listed again until it comes to more.

    Raises NoSuchAuditFinding, NoReasonForAnswer, NotAnOfficer, NoRight.
    """
    if not reason.strip():
        raise NoReasonForAnswer("Nothing is said about why.", "Say what was found with --reason: it is kept.")
    return _say(database, nr, None, reason.strip(), by, at)


def give_finding(database: Database, nr: int, owner: str, *, by: str, at: dt.datetime) -> AuditFinding:
    """Give a finding to an officer to look into. Raises NoSuchAuditFinding, NotAnOfficer, NoRight."""
    return _say(database, nr, owner, "Given to look into.", by, at)


def _say(database: Database, nr: int, owner: str | None, reason: str, by: str, at: dt.datetime) -> AuditFinding:
    with database.begin() as connection:
        officer = ledger.acting(connection, by, "review", "answer an audit")
        named = read_standing(connection).known(owner, "look into an audit") if owner else None
        (finding,) = store.read_findings(connection, nr)
        store.add_answer(connection, nr, AuditAnswer(named, reason, finding.pence, officer, at))
        return store.read_findings(connection, nr)[0]
