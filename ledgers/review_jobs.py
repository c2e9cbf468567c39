"""What a reviewer does to a run and its money: accept findings, send it back, hold a line or a payee, let it go."""

import datetime as dt
from collections.abc import Sequence

from finance.columns import Database
from finance.problems import Refusal
from ledgers import holds_store, store
from ledgers.approvals.jobs import entered_by, take_back_approvals
from ledgers.approvals.rules import OwnWork, is_own_work
from ledgers.jobs import taken
from ledgers.runs import Run, Status, check_reason


def accept_finding(database: Database, run_nr: int, finding: int, *, by: str, at: dt.datetime, reason: str) -> None:
    """Say, by name and with a reason, that a finding has been looked at and the money is right."""
    accept_findings(database, run_nr, [finding], by=by, at=at, reason=reason)


def accept_findings(
    database: Database, run_nr: int, findings: Sequence[int], *, by: str, at: dt.datetime, reason: str
) -> None:
    """The same for several: all of them, or none. Raises NoReason, OwnWork, NotAnOfficer or WrongState."""
    with database.begin() as connection:
        run = taken(connection, run_nr, "accept findings of")
        if is_own_work(run, by):
            may_not = f"{by} prepared or submitted {run.title}, so may not accept its findings."
            raise OwnWork(may_not, "Ask another officer to look at them.")
        officer = store.acting(connection, by, "review", "accept findings")
        check_reason(reason)
        about = [each for each in store.read_findings(connection, run.nr) if each.nr in set(findings)]
        entered = entered_by(connection, run, officer, about)
        if entered:
            raise OwnWork(
                f"{officer} entered what this is about ({', '.join(entered)}), so may not accept it.",
                "Ask another officer to look at it.",
            )
        for finding in findings:
            store.accept_finding(connection, run.nr, finding, officer, reason)
            store.add_event(connection, run.nr, f"accepted finding {finding}", officer, at, reason)


def send_back_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str) -> Run:
    """Return a run to its preparer. Any signature on it is void."""
    with database.begin() as connection:
        run = taken(connection, run_nr, "send back")
        officer = store.acting(connection, by, "review", "send a run back")
        take_back_approvals(connection, run.nr, at)
        holds_store.drop_held(connection, run.nr)
        store.set_run(connection, run, was=(Status.SUBMITTED, Status.APPROVED), status=Status.CALCULATED)
        store.add_event(connection, run.nr, "sent back", officer, at, note)
        return store.read_run(connection, run.nr)


def hold(
    database: Database,
    stream: str,
    scope: str,
    target: int,
    *,
    reason: str,
    by: str,
    at: dt.datetime,
    on: dt.date | None = None,
) -> int:
    """Tell a line's or a payee's money to wait from a day: that of the moment, when not given. Returns the hold's
    number. Runs being released already go on without it.
    """
    if scope not in ("line", "payee"):
        raise Refusal(f"“{scope}” cannot be held.", "Hold a line or a payee.")
    with database.begin() as connection:
        officer = store.acting(connection, by, "review", "hold money")
        return holds_store.add_hold(connection, stream, scope, target, reason, officer, at, on)


def let_go(database: Database, hold_nr: int, *, by: str, at: dt.datetime, on: dt.date | None = None) -> list[int]:
    """End a hold: the next run proposes the same money again. Returns the open runs it stays out of all the same, since
    they were approved on the strength of it, or are being released."""
    with database.begin() as connection:
        officer = store.acting(connection, by, "review", "let money go")
        holds_store.end_hold(connection, hold_nr, officer, at, on)
        return holds_store.open_runs_held_by(connection, hold_nr)
