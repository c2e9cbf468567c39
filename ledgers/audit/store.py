"""SQL of audits: what each noticed, and what was answered."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, insert, select

from finance.locking import Alone
from ledgers.audit.findings import AuditAnswer, AuditFinding, NoSuchAuditFinding, Noticed
from ledgers.audit.tables import audit, audit_answer, audit_finding, audit_seen

_f, _s, _a = audit_finding.c, audit_seen.c, audit.c


def add_audit(
    connection: Connection, on: dt.date, noticed: Mapping[str, Sequence[Noticed]], *, by: str, at: dt.datetime
) -> int:
    """Keep what an audit noticed, by test: what was seen before is the same finding. The number of the audit."""
    connection.execute(Alone(audit_finding))
    made = insert(audit).values(on=on, by=by, at=at).returning(_a.nr)
    nr = int(connection.execute(made).scalar_one())
    known = {(row.test, row.key): row.nr for row in connection.execute(select(audit_finding))}
    for test, found in noticed.items():
        for each in found:
            finding = known.get((test, each.key))
            if finding is None:
                new = insert(audit_finding).values(test=test, key=each.key).returning(_f.nr)
                finding = known[test, each.key] = int(connection.execute(new).scalar_one())
            seen = {"finding": finding, "audit": nr, "what": each.what, "pence": each.pence}
            connection.execute(insert(audit_seen).values(seen))
    return nr


def last_audit(connection: Connection) -> tuple[int, dt.date] | None:
    """The number and day of the last audit; None: there was none."""
    row = connection.execute(select(_a.nr, _a.on).order_by(_a.nr.desc()).limit(1)).first()
    return None if row is None else (row.nr, row.on)


def read_findings(connection: Connection, nr: int | None = None) -> list[AuditFinding]:
    """Every finding as it was last seen, or the one of a number. Raises NoSuchAuditFinding."""
    last = last_audit(connection)
    spans = select(_s.finding, func.min(_s.audit).label("first"), func.max(_s.audit).label("last"))
    span = spans.group_by(_s.finding).subquery()
    first, newest = audit.alias(), audit.alias()
    query = (
        select(_f.nr, _f.test, _s.what, _s.pence, first.c.on.label("first"), newest.c.on.label("last"), _s.audit)
        .join_from(audit_finding, span, span.c.finding == _f.nr)
        .join(audit_seen, (_s.finding == _f.nr) & (_s.audit == span.c.last))
        .join(first, first.c.nr == span.c.first)
        .join(newest, newest.c.nr == span.c.last)
        .order_by(_f.nr)
    )
    rows = connection.execute(query if nr is None else query.where(_f.nr == nr)).all()
    if nr is not None and not rows:
        raise NoSuchAuditFinding(f"No audit has a finding {nr}.", "List them: outturn audit list")
    answers: dict[int, list[AuditAnswer]] = {}
    for each in connection.execute(select(audit_answer).order_by(audit_answer.c.nr)):
        said = AuditAnswer(each.owner, each.reason, each.pence, each.by, each.at)
        answers.setdefault(each.finding, []).append(said)
    return [
        AuditFinding(
            row.nr,
            row.test,
            row.what,
            row.pence,
            row.first,
            row.last,
            last is not None and row.audit != last[0],
            answers.get(row.nr, ()),
        )
        for row in rows
    ]


def add_answer(connection: Connection, finding: int, answer: AuditAnswer) -> None:
    said = {"owner": answer.owner, "reason": answer.reason, "pence": answer.pence, "by": answer.by, "at": answer.at}
    connection.execute(insert(audit_answer).values(finding=finding, **said))
