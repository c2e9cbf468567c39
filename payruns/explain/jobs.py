"""The verb: explain one service line, block or adjustment, in the latest run that holds it or in one that is named."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Connection

from finance.care_costs.store import last_change
from finance.columns import Database
from finance.days import Span
from finance.facts import versions_store as facts
from ledgers import store as ledger
from ledgers.explain import store as shared
from ledgers.explain.explanation import Explanation, NothingToExplain, only_with_workings, unknown
from ledgers.explain.sealed import Sealed
from ledgers.runs import Run
from payruns.explain import store
from payruns.explain.line import explanation, never_worked_out
from payruns.explain.subject import LINE, SubjectFacts, rule_of
from payruns.explain.workings import work
from payruns.stream import NAME


def explain_line(database: Database, line_ref: str, *, run: int | None = None) -> Explanation:
    """Why a service line, block or adjustment comes to what it does in a run: the latest that holds it, unless given.

    Raises NothingToExplain for an unknown reference (naming near ones) or a run without workings; NoSuchRun. Asserts
    that what is shown adds up, to the penny, to what the run proposed.
    """
    with database.read() as connection:
        found = store.find(connection, line_ref)
        if not found:
            near = facts.near(connection, store.TABLES.values(), line_ref)
            raise unknown(line_ref, "line, block or adjustment", facts.lines_of(connection, line_ref), near)
        sort, nr = found[0]
        subject = store.read_subject(connection, sort, nr)
        known = last_change(connection)
        runs = [each for each in shared.read_runs(connection, NAME) if each.calendar in subject.ever("calendar")]
        chosen, sealed = _asked(connection, run, subject) if run is not None else _latest(connection, runs, subject)
        postings = store.read_postings(connection, sort, nr, _periods(subject, runs))
        parties = subject.ever("payee")
        holds = shared.read_holds(connection, NAME, [nr] if sort == LINE else [], parties)
        if chosen is None:
            return never_worked_out(subject, known, holds, runs, postings)
        return explanation(
            work(
                subject,
                chosen,
                sealed,
                postings,
                holds=holds,
                known_now=known,
                findings=shared.read_findings(connection, chosen.nr, nr, parties) if sort == LINE else [],
                party=shared.read_party(connection, chosen.nr, _party(subject, chosen, sealed)),
                runs=runs if chosen in runs else [chosen, *runs],
            )
        )


def _periods(subject: SubjectFacts, runs: Iterable[Run]) -> set[dt.date]:
    """The first day of every pay period a run may have posted to."""
    up_to = max((each.up_to for each in runs), default=dt.date.min)
    return {
        each.first
        for calendar in subject.facts.rows["pay_calendar"]
        if calendar["go_live"] < up_to
        for each in rule_of(calendar).periods(Span(calendar["go_live"], up_to))
    }


def _latest(connection: Connection, runs: Iterable[Run], subject: SubjectFacts) -> tuple[Run | None, Sealed]:
    for each in runs:
        sealed = store.read_sealed(connection, each.nr, subject.sort, subject.nr)
        if sealed:
            return each, sealed
    return None, Sealed()


def _asked(connection: Connection, nr: int, subject: SubjectFacts) -> tuple[Run, Sealed]:
    run = only_with_workings(ledger.read_run(connection, nr), NAME, "a pay run")
    if run.calendar not in subject.ever("calendar"):
        theirs = " or ".join(sorted({row["name"] for row in subject.facts.rows["pay_calendar"]}))
        raise NothingToExplain(
            f"{run.title} does not pay {subject.sort} {subject.ref}, which is paid by the calendar {theirs}.",
            "Ask without naming a run, or name a run of that calendar.",
        )
    return run, store.read_sealed(connection, nr, subject.sort, subject.nr)


def _party(subject: SubjectFacts, run: Run, sealed: Sealed) -> int:
    if sealed.proposal:
        return int(sealed.proposal[0]["party"])
    return int((subject.contract(run.known) or subject.own(run.known))["payee"])
