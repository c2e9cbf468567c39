"""The verb: explain one service line, block or adjustment, in the latest run that holds it or in a run that is
named.
"""

import datetime as dt
from collections.abc import Iterable
from difflib import get_close_matches

from sqlalchemy import Connection

from finance.care_costs.store import last_change
from finance.columns import Database
from finance.days import Span
from finance.problems import Refusal
from ledgers import store as ledger
from ledgers.runs import Run, Status
from payruns.explain import store
from payruns.explain.explanation import Explanation
from payruns.explain.past import LINE, Past, Sealed, rule_of
from payruns.explain.telling import as_explanation, never_worked_out
from payruns.explain.told import tell
from payruns.stream import NAME


class NothingToExplain(Refusal):
    """No line, block or adjustment has this reference, or the run keeps no workings."""


def explain_line(database: Database, line_ref: str, *, run: int | None = None) -> Explanation:
    """Why a service line, block or adjustment comes to what it does in a run: the latest that holds it, unless given.

    Raises NothingToExplain for an unknown reference (naming near ones) or a run without workings; NoSuchRun. Asserts
    that what is shown adds up, to the penny, to what the run proposed.
    """
    with database.read() as connection:
        found = store.find(connection, line_ref)
        if not found:
            raise _unknown(connection, line_ref)
        sort, nr = found[0]
        past = store.read_past(connection, sort, nr)
        known = last_change(connection)
        runs = store.read_runs(connection, _calendars(past))
        chosen, sealed = _asked(connection, run, past) if run is not None else _latest(connection, runs, past)
        postings = store.read_postings(connection, sort, nr, _periods(past, runs))
        parties = {
            each["payee"] for each in (*past.versions["contract"], *past.versions[_own(past)]) if each.get("payee")
        }
        holds = store.read_holds(connection, nr if sort == LINE else None, parties)
        if chosen is None:
            return never_worked_out(past, known, holds, runs, postings)
        party = _party(past, chosen, sealed)
        return as_explanation(
            tell(
                past,
                chosen,
                sealed,
                postings,
                holds=holds,
                known_now=known,
                findings=store.read_findings(connection, chosen.nr, nr, parties) if sort == LINE else [],
                party=store.read_party(connection, chosen.nr, party) if party else None,
                runs=runs if chosen in runs else [chosen, *runs],
            )
        )


def _own(past: Past) -> str:
    return {"service line": "service_line"}.get(past.sort, past.sort)


def _calendars(past: Past) -> set[int]:
    return {row["calendar"] for name in ("contract", _own(past)) for row in past.versions[name] if row.get("calendar")}


def _periods(past: Past, runs: Iterable[Run]) -> list[dt.date]:
    """The first day of every pay period a run may have posted to."""
    up_to = max((each.up_to for each in runs), default=None)
    found: set[dt.date] = set()
    for calendar in past.versions["pay_calendar"]:
        if up_to and calendar["go_live"] < up_to:
            found |= {each.first for each in rule_of(calendar).periods(Span(calendar["go_live"], up_to))}
    return sorted(found)


def _latest(connection: Connection, runs: Iterable[Run], past: Past) -> tuple[Run | None, Sealed]:
    for each in runs:
        sealed = store.read_sealed(connection, each.nr, past.sort, past.nr)
        if sealed:
            return each, sealed
    return None, Sealed([], [], None)


def _asked(connection: Connection, nr: int, past: Past) -> tuple[Run, Sealed]:
    run = ledger.read_run(connection, nr)
    if run.stream != NAME:
        raise NothingToExplain(f"Run {nr} is not a pay run.", "Give the number of a pay run.")
    if run.status is Status.ABANDONED:
        raise NothingToExplain(f"{run.title} was abandoned, so its workings are gone.", "Ask without naming a run.")
    if run.status is Status.DRAFT:
        raise NothingToExplain(f"{run.title} has not been worked out yet.", "Calculate it first.")
    if run.calendar not in _calendars(past):
        theirs = " or ".join(sorted({row["name"] for row in past.versions["pay_calendar"]}))
        raise NothingToExplain(
            f"{run.title} does not pay {past.sort} {past.ref}, which is paid by the calendar {theirs}.",
            "Ask without naming a run, or name a run of that calendar.",
        )
    return run, store.read_sealed(connection, nr, past.sort, past.nr)


def _party(past: Past, run: Run, sealed: Sealed) -> int | None:
    if sealed.proposal:
        return int(sealed.proposal[0]["party"])
    source = past.contract(run.known) or past.own(run.known)
    return int(source["payee"])


def _unknown(connection: Connection, ref: str) -> NothingToExplain:
    other = store.lines_of(connection, ref)
    if other:
        noun, lines = other
        if lines:
            return NothingToExplain(f"{ref} is a {noun}, not a line.", f"Its lines are {_listed(lines)}.")
        return NothingToExplain(f"{ref} is a {noun} with no service lines.", "There is nothing to explain yet.")
    close = get_close_matches(ref, store.near(connection, ref), n=5, cutoff=0)
    what_to_do = f"The nearest references are {_listed(close)}." if close else _NONE_NEAR
    return NothingToExplain(f"There is no line, block or adjustment “{ref}”.", what_to_do)


_NONE_NEAR = "No reference begins as it does. Give a person’s reference to see their lines."


def _listed(refs: list[str], most: int = 8) -> str:
    shown = ", ".join(refs[:most])
    return f"{shown} and {len(refs) - most} more" if len(refs) > most else shown
