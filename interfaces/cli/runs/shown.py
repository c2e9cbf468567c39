"""How runs of any stream look: the records their readers are shown, as tables for people and as JSON for machines."""

import datetime as dt
from collections.abc import Mapping, Sequence

from rich.console import RenderableType

from finance.days import spoken
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.runs.tellers import told_by_json, told_by_shown
from ledgers.runs import Run
from ledgers.since import NewsSince
from ledgers.streams import STREAMS
from ledgers.views.records import (
    GRAVITY,
    Approval,
    BesideTheLast,
    Called,
    CheckShown,
    Deed,
    FindingShown,
    HoldShown,
    KindTotals,
    ParkedShown,
    PartyMoved,
    PolicyShown,
    WorkedOut,
)

Rows = list[tuple[RenderableType, ...]]


def ref_of(called: Called | None) -> str | None:
    """The reference of something, where it has one."""
    return called.ref if called else None


# A run ----------------------------------------------------------------------------------------------------------------


def run_json(run: Run) -> dict[str, object]:
    """A run for machines."""
    return {
        "run": run.nr,
        "stream": run.stream,
        "calendar": run.calendar_name,
        "status": str(run.status),
        "first_day": run.window_starts,
        "last_day": run.up_to - dt.timedelta(days=1),
        "pay_date": run.pay_date,
        "lines": run.lines,
        "total_pence": run.total,
        "to_sign_for_pence": run.to_sign_for,
        "signature": run.signature,
        "prepared_by": run.prepared_by,
        "submitted_by": run.submitted_by,
        "drafted_at": run.drafted_at,
        "run_before": run.run_before,
        "policy": run.policy_version,
    }


def sentence(run: Run) -> str:
    """A run in one sentence, and when it is paid where its stream pays."""
    counted = "" if run.status == "draft" else f": {printing.several(run.lines, 'line')}, {sterling(run.total)}"
    paid = f" It is to be paid on {spoken(run.pay_date)}." if STREAMS[run.stream].settles else ""
    return f"{printing.opening(run.title)} is {run.status}{counted}.{paid}"


def runs_shown(runs: Sequence[Run], several: bool) -> RenderableType:
    """Runs, one a line; with their streams where there are ``several``, and when they are paid where they pay."""
    if not runs:
        return "There is no such run."
    pays = STREAMS[runs[0].stream].settles
    rows: Rows = [
        (
            str(each.nr),
            *([each.stream] if several else []),
            each.calendar_name,
            f"{spoken(each.window_starts)} to {spoken(each.up_to - dt.timedelta(days=1))}",
            *([printing.day(each.pay_date)] if pays else []),
            str(each.status),
            f"{each.lines:,}",
            printing.amount(each.total),
            each.prepared_by,
        )
        for each in runs
    ]
    stream, paid = (["Stream"] if several else []), (["Paid on"] if pays else [])
    columns = ("Run", *stream, "Calendar", "For", *paid, "Status", "Lines", "Total", "Prepared by")
    return printing.table(columns, rows, right=("Run", "Lines", "Total"))


def waiting_shown(made: WorkedOut) -> str:
    """What waits for a reviewer of a run, in a sentence."""
    stop, look, note = (made.waiting[each] for each in GRAVITY)
    return (
        f"{printing.several(stop, 'finding')} to deal with before approval, {look:,} to look at, {note:,} to note; "
        f"{printing.several(made.parked, 'case')} could not be worked out."
    )


# A run beside the last ------------------------------------------------------------------------------------------------


def beside_json(beside: BesideTheLast) -> dict[str, object]:
    return {
        "payees": beside.parties,
        "parked": beside.parked,
        "last_run": run_json(beside.last) if beside.last else None,
        "difference_pence": beside.difference,
        "made_of": sums_json(beside.made_of),
        "findings": groups_json(beside.checks),
        "movers": [
            {
                "payee": each.party.ref,
                "name": getattr(each.party, "name", None),
                "now_pence": each.now,
                "before_pence": each.before,
                "difference_pence": each.difference if beside.last else None,
            }
            for each in beside.moved
        ],
        "approved_by": beside.approved_by,
        **approvals_json(beside.approvals, beside.needed),
        "goes_by": policy_json(beside.policy),
        "since": since_json(beside.since),
        "told_by": told_by_json(beside.told_by),
        "events": [{"action": each.action, "by": each.by, "at": each.at, "note": each.note} for each in beside.history],
    }


def groups_json(checks: Sequence[CheckShown]) -> list[dict[str, object]]:
    """Findings by check, for machines."""
    return [
        {
            "check": each.check,
            "severity": each.severity,
            "count": each.count,
            "waiting": each.waiting,
            "amount_pence": each.pence,
            "moved_pence": each.moved,
        }
        for each in checks
    ]


def sums_json(rows: Sequence[KindTotals]) -> list[dict[str, object]]:
    return [
        {"kind": each.kind, "earlier_periods": each.late, "lines": each.lines, "total_pence": each.pence}
        for each in rows
    ]


def beside_shown(beside: BesideTheLast) -> list[RenderableType | None]:
    return [
        _totals(beside),
        sums_shown(beside.made_of),
        since_note(beside.since),
        policy_note(beside.policy),
        _policy_moved(beside.policy),
        groups_shown(beside.checks),
        told_by_shown(beside.told_by),
        _moved(beside.moved, None if beside.run.is_urgent else beside.last),
        _history(beside.history),
    ]


def since_json(news: Sequence[NewsSince]) -> list[dict[str, object]]:
    """What was told since a run was worked out, for machines."""
    return [
        {"kind": each.kind, "what": each.words, "facts": each.facts, "lines": each.lines, "pence": each.pence}
        for each in news
    ]


def since_note(news: Sequence[NewsSince]) -> str | None:
    """The same in words; nothing where nothing was."""
    if not news:
        return None
    return (
        f"Told since it was worked out, and not in it: {'; '.join(map(str, news))}. The next run takes it into account."
    )


def policy_json(policy: PolicyShown) -> dict[str, object]:
    """The policy a run goes by, for machines."""
    return {
        "policy": policy.version,
        "confirmed_by": policy.confirmed_by,
        "stop_checks": policy.stop_checks,
        "changed": [{"choice": each.choice, "was": each.was, "is": each.now} for each in policy.changed],
        "since": policy.since,
    }


def policy_note(policy: PolicyShown) -> str:
    """The policy a run goes by, in words: which, who signed it, which checks stop, what has come to hold since."""
    version = policy.version
    which = "No policy held: it goes by choices nobody signed" if version is None else f"It goes by policy {version}"
    signed = f", confirmed by {policy.confirmed_by}" if policy.confirmed_by else ""
    stops = "" if policy.stop_checks is None else f" Checks that stop: {', '.join(policy.stop_checks) or 'none'}."
    since = f" Policy {policy.since} has come to hold since it was drafted." if policy.since else ""
    return f"{which}{signed}.{stops}{since}"


def _policy_moved(policy: PolicyShown) -> RenderableType | None:
    if not policy.changed:
        return None
    rows = [(each.choice, each.was or "–", each.now or "–") for each in policy.changed]
    return printing.table(("Choice", "Last run", "This run"), rows, title="\nChoices other than the last run’s")


def approvals_json(approvals: Sequence[Approval], needed: int) -> dict[str, object]:
    """Who has signed for a run, and how many must, for machines."""
    return {
        "approvals": [{"by": each.by, "role": each.role, "at": each.at} for each in approvals],
        "approvals_needed": needed,
    }


def approvals_shown(approvals: Sequence[Approval], needed: int) -> str | None:
    """The same in words; nothing where nobody has."""
    if not approvals:
        return None
    left = " (the first of two: another approver signs next)" if len(approvals) < needed else ""
    return " and ".join(f"{each.by}, {each.role}" for each in approvals) + left


def _totals(beside: BesideTheLast) -> RenderableType:
    this, last = beside.run, beside.last
    return printing.pairs(
        [
            ("Prepared by", f"{this.prepared_by}, {printing.moment(this.drafted_at)}"),
            ("Submitted by", this.submitted_by),
            ("Signed by", approvals_shown(beside.approvals, beside.needed)),
            ("To be signed for", printing.amount(this.to_sign_for) if this.signature else None),
            ("Payees", f"{beside.parties:,}"),
            ("Could not be worked out", f"{beside.parked:,}" if beside.parked else None),
            (
                "Last run",
                f"{last.title}: {printing.several(last.lines, 'line')}, {sterling(last.total)}" if last else "none",
            ),
            ("Difference", printing.change(this.total, last.total) if last and not this.is_urgent else None),
            ("Signature", this.signature),
        ]
    )


def sums_shown(rows: Sequence[KindTotals]) -> RenderableType | None:
    """What a run is made of."""
    if not rows:
        return None
    shown = [
        (each.kind, "earlier periods" if each.late else "this period", f"{each.lines:,}", printing.amount(each.pence))
        for each in rows
    ]
    return printing.table(("What", "For", "Lines", "Total"), shown, right=("Lines", "Total"), title="\nMade of")


def groups_shown(checks: Sequence[CheckShown]) -> RenderableType | None:
    """Findings by check, each one decision: how many, and what may be wrong."""
    if not checks:
        return None
    rows = [
        (
            each.severity,
            each.check,
            f"{each.count:,}",
            f"{each.waiting:,}" if each.severity == "stop" else "",
            printing.amount(each.moved) if each.moved else "",
        )
        for each in checks
    ]
    columns = ("Severity", "Check", "Findings", "To accept", "May be wrong")
    return printing.table(columns, rows, right=("Findings", "To accept", "May be wrong"), title="\nFindings")


def _moved(moved: Sequence[PartyMoved], last: Run | None) -> RenderableType | None:
    if not moved:
        return None
    if last is None:
        first = [(str(each.party), printing.amount(each.now)) for each in moved]
        return printing.table(("Payee", "Now"), first, right=("Now",), title="\nPayees with the largest sums")
    furthest = max(abs(each.difference) for each in moved)
    rows = [
        (
            str(each.party),
            printing.amount(each.before),
            printing.amount(each.now),
            printing.amount(each.difference),
            printing.bar(each.difference, furthest),
        )
        for each in moved
    ]
    columns = ("Payee", "Before", "Now", "Moved by", "")
    return printing.table(columns, rows, right=("Before", "Now", "Moved by"), title="\nPayees that moved most")


def _history(history: Sequence[Deed]) -> RenderableType | None:
    if not history:
        return None
    rows = [(printing.moment(each.at), each.by, each.action, each.note or "") for each in history]
    return printing.table(("When (UTC)", "Who", "What", "Note"), rows, title="\nHistory")


# Findings, cases parked, holds ----------------------------------------------------------------------------------------


def finding_json(each: FindingShown, party: str, subject: str | None) -> dict[str, object]:
    """A finding for machines. ``party`` and ``subject``: under which keys its two references stand."""
    return {
        "finding": each.nr,
        "check": each.check,
        "severity": each.severity,
        "what": each.what,
        **({subject: ref_of(each.subject)} if subject else {}),
        party: ref_of(each.party),
        "amount_pence": each.amount,
        "before_pence": each.before,
        "moved_pence": each.moved,
        "accepted_by": each.accepted_by,
        "reason": each.reason,
    }


def findings_shown(found: Sequence[FindingShown], of: int) -> list[RenderableType | None]:
    if not found:
        return ["Nothing was found."]
    rows: Rows = [
        (
            str(each.nr),
            each.severity,
            each.check,
            "; ".join(str(about) for about in (each.subject, each.party) if about),
            each.what,
            printing.amount(each.moved) if each.moved else "",
            f"{each.accepted_by}: {each.reason}" if each.accepted_by else "",
        )
        for each in found
    ]
    columns = ("Finding", "Severity", "Check", "About", "What", "May be wrong", "Accepted")
    return [
        printing.table(columns, rows, right=("Finding", "May be wrong")),
        printing.note(f"{len(found):,} of {of:,}.") if of > len(found) else None,
    ]


def parked_json(each: ParkedShown, subject: str) -> dict[str, object]:
    """A case parked, for machines. ``subject``: under which key its reference stands."""
    return {
        subject: ref_of(each.subject),
        "kind": each.kind,
        "since": each.since,
        "what": each.what,
        "what_to_do": each.what_to_do,
    }


def parked_shown(cases: Sequence[ParkedShown]) -> RenderableType:
    if not cases:
        return "Every case could be worked out."
    rows: Rows = [
        (str(each.subject or each.number), printing.day(each.since), each.what, each.what_to_do) for each in cases
    ]
    return printing.table(("Who or what", "Unsettled from", "What", "What to do"), rows)


def hold_json(each: HoldShown) -> dict[str, object]:
    return {
        "hold": each.nr,
        "scope": each.scope,
        "ref": each.target.ref,
        "reason": each.reason,
        "held_by": each.held_by,
        "held_at": each.held_at,
        "held_on": each.held_on,
        "kept_back_pence": each.kept_back,
    }


def holds_shown(holds: Sequence[HoldShown], words: Mapping[str, str]) -> RenderableType:
    """The holds in force. ``words``: what a scope is called."""
    if not holds:
        return "Nothing is held."
    rows: Rows = [
        (
            str(each.nr),
            f"{words.get(each.scope, each.scope)} {each.target}",
            each.reason,
            each.held_by,
            printing.day(each.held_on),
            printing.amount(each.kept_back),
        )
        for each in holds
    ]
    return printing.table(
        ("Hold", "What", "Reason", "Held by", "Since", "Keeps back"), rows, right=("Hold", "Keeps back")
    )
