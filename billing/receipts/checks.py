"""What a reviewer must see before money received, given back or given up is posted."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from billing.receipts import balances_store, store
from billing.receipts import tables as t
from billing.receipts.facts import OWED
from billing.receipts.policy import ReceiptsPolicy
from finance.columns import Bulk
from finance.days import spoken
from finance.money import sterling
from ledgers.runs import Finding, Run

_GRAVITY = {"stop": 0, "look": 1, "note": 2}
_COLUMNS = ("subject", "kind", "party", "period_starts", "due", "posted", "amount", "cause")
Line = dict[str, Any]


def find(bulk: Bulk, run: Run, proposal: pa.Table) -> list[Finding]:
    """Every finding on a run of receipts."""
    policy = ReceiptsPolicy.from_json(run.policy)
    lines: list[Line] = proposal.select(_COLUMNS).to_pylist()
    due = [line for line in lines if line["due"]]
    payers = np.unique(np.asarray([line["party"] for line in lines if line["party"]], dtype=np.int64))
    before = balances_store.read_balances(bulk, payers) if len(payers) else {}
    after = {int(payer): before.get(int(payer), 0) for payer in payers}
    for line in lines:
        if line["party"]:
            after[line["party"]] += line["amount"]
    found = _doubled(bulk, run, due) + _never_billed(bulk, due) + _deaths(bulk, run, due) + _credits(due, after)
    found += _refunds(due, policy) + _write_offs(bulk, run, lines) + _moved(lines) + _returned(due)
    found += _told(bulk, run, due) + _unidentified(bulk, run, policy)
    graver = [_graver(each, policy) for each in found]
    return sorted(graver, key=lambda each: (_GRAVITY[each.severity], each.check, -abs(each.amount or 0)))


def _graver(each: Finding, policy: ReceiptsPolicy) -> Finding:
    """A finding under the council's own choice of what stops a run."""
    if each.check in policy.stop_checks:
        severity = "stop"
    else:
        severity = "look" if each.severity == "stop" else each.severity
    return replace(each, severity=severity)


def _receipts(due: list[Line]) -> list[Line]:
    return [line for line in due if line["kind"] == "receipt"]


def _doubled(bulk: Bulk, run: Run, due: list[Line]) -> list[Finding]:
    """The same payer, day, amount and reference as another receipt. Money nobody is known for needs a
    reference, too.
    """
    ours = {line["subject"] for line in due if line["kind"] in ("receipt", "unidentified receipt")}
    if not ours:
        return []
    days = {line["period_starts"] for line in due if line["subject"] in ours}
    alike: dict[tuple[Any, ...], list[Line]] = {}
    for row in store.read_receipts_of_days(bulk, days, run.known).to_pylist():
        if row["payer"] or row["payer_reference"]:
            alike.setdefault((row["payer"], row["on"], row["amount"], row["payer_reference"]), []).append(row)
    found = []
    for rows in alike.values():
        rows.sort(key=lambda row: int(row["nr"]))
        if len(rows) > 1 and any(row["nr"] in ours for row in rows):
            last = max((row for row in rows if row["nr"] in ours), key=lambda row: int(row["nr"]))
            other = next(row for row in rows if row is not last)
            found.append(
                Finding(
                    "doubled receipt",
                    "stop",
                    f"{last['ref']} is like {other['ref']}: {sterling(last['amount'])} on "
                    f"{spoken(last['on'])}, from the same payer with the same reference. Cancel one if it is the "
                    f"same money.",
                    last["nr"],
                    last["payer"] or None,
                    last["amount"],
                    kind="receipt" if last["payer"] else "unidentified receipt",
                )
            )
    return found


def _never_billed(bulk: Bulk, due: list[Line]) -> list[Finding]:
    received = _receipts(due)
    billed = store.read_billed(bulk, _parties(received)) if received else set()
    return [
        Finding(
            "never billed",
            "look",
            f"{sterling(-line['due'])} from a payer who has never been billed.",
            line["subject"],
            line["party"],
            -line["due"],
            kind=line["kind"],
        )
        for line in received
        if line["party"] not in billed
    ]


def _parties(lines: list[Line]) -> np.ndarray:
    return np.unique(np.asarray([line["party"] for line in lines], dtype=np.int64))


def _deaths(bulk: Bulk, run: Run, due: list[Line]) -> list[Finding]:
    """Money from or to somebody who had died: it belongs with the estate."""
    lines = [line for line in due if line["kind"] in ("receipt", "refund")]
    died = store.read_deaths(bulk, _parties(lines), run.known) if lines else {}
    words = {"receipt": "received after", "refund": "to be given back after"}
    names = {"receipt": "after death", "refund": "refund after death"}
    return [
        Finding(
            names[line["kind"]],
            "look",
            f"{sterling(abs(line['due']))} {words[line['kind']]} the client died on "
            f"{spoken(died[line['party']])}. It belongs with the estate.",
            line["subject"],
            line["party"],
            abs(line["due"]),
            kind=line["kind"],
        )
        for line in lines
        if line["party"] in died and line["period_starts"] > died[line["party"]]
    ]


def _credits(due: list[Line], after: dict[int, int]) -> list[Finding]:
    """Receipts larger than what is owed."""
    received: dict[int, int] = {}
    for line in _receipts(due):
        received[line["party"]] = received.get(line["party"], 0) - line["due"]
    return [
        Finding(
            "over the balance",
            "look",
            f"{sterling(pence)} received leaves {sterling(-after[payer])} in credit.",
            None,
            payer,
            pence,
        )
        for payer, pence in received.items()
        if after[payer] < 0
    ]


def _refunds(due: list[Line], policy: ReceiptsPolicy) -> list[Finding]:
    """Refunds, and interest with one, of more than the council lets through unseen."""
    asked = {
        "refund": ("refund over tolerance", "A refund", policy.refund_pence),
        "refund interest": ("interest over tolerance", "Interest on a refund", policy.refund_interest_pence),
    }
    found = []
    for line in due:
        name, what, most = asked.get(line["kind"], ("", "", 0))
        pence = abs(line["due"])
        if name and pence > most:
            said = f"{what} of {sterling(pence)} is more than {sterling(most)}."
            found.append(Finding(name, "stop", said, line["subject"], line["party"], pence, kind=line["kind"]))
    return found


def _write_offs(bulk: Bulk, run: Run, lines: list[Line]) -> list[Finding]:
    """Write-offs of more than is owed: so much of each as is owed stands, and no more."""
    lowered = {line["subject"]: line for line in lines if line["kind"] == "write-off" and line["cause"] & OWED}
    if not lowered:
        return []
    signed = store.read_requests(bulk, t.write_off, np.asarray(sorted(lowered), dtype=np.int64), run.known)
    found = []
    for row in signed.to_pylist():
        line = lowered[row["nr"]]
        stands, pence = -line["due"], -line["amount"]
        said = f"{row['ref']} gives up {sterling(row['amount'])}, and {sterling(stands)} is owed without it"
        if line["posted"]:
            more = f"{sterling(-pence)} of it falls away" if pence < 0 else f"{sterling(pence)} more of it stands again"
            found.append(Finding("write-off falls away", "look", f"{said}: {more}.", **_about(line, pence)))
        else:
            what = f"{said}: no more than that is given up."
            found.append(Finding("write-off over balance", "stop", what, **_about(line, pence)))
    return found


def _about(line: Line, pence: int) -> dict[str, Any]:
    return {"subject": line["subject"], "party": line["party"], "amount": pence, "kind": line["kind"]}


def _moved(lines: list[Line]) -> list[Finding]:
    """Money taken off a payer it had been posted to."""
    return [
        Finding(
            "taken off a payer",
            "look",
            f"{sterling(line['amount'])} posted before is taken off this payer again.",
            line["subject"],
            line["party"],
            line["amount"],
            kind="receipt",
        )
        for line in lines
        if line["kind"] == "receipt" and not line["due"] and line["party"]
    ]


def _returned(due: list[Line]) -> list[Finding]:
    return [
        Finding(
            "returned",
            "note",
            f"{sterling(line['due'])} was taken back by the bank.",
            line["subject"],
            line["party"] or None,
            line["due"],
            kind=line["kind"],
        )
        for line in due
        if line["kind"].startswith("returned")
    ]


def _told(bulk: Bulk, run: Run, due: list[Line]) -> list[Finding]:
    """Allocations that cannot be done as told."""
    payer = {line["subject"]: line["party"] for line in _receipts(due)}
    if not payer:
        return []
    told = store.read_allocations(bulk, np.asarray(sorted(payer), dtype=np.int64), run.known).to_pylist()
    return [
        Finding(
            "allocation not done",
            "look",
            f"{row['ref']} gives {sterling(row['amount'])} to "
            f"{'a bill of another payer' if row['party'] else 'a bill that does not exist'}; it goes to the oldest "
            "bill instead.",
            row["receipt"],
            payer[row["receipt"]],
            row["amount"],
            kind="receipt",
        )
        for row in told
        if row["party"] != payer[row["receipt"]]
    ]


def _unidentified(bulk: Bulk, run: Run, policy: ReceiptsPolicy) -> list[Finding]:
    """All the money nobody has been found for in too long, as one finding: ``receipt list --unidentified`` names it."""
    since = run.up_to - dt.timedelta(days=policy.unidentified_days)
    old: list[Line] = store.read_unidentified(bulk, since, run.known).to_pylist()
    if not old:
        return []
    total = sum(row["amount"] for row in old)
    return [
        Finding(
            "unidentified too long",
            "look",
            f"{len(old):,} receipt{'s' if len(old) > 1 else ''} nobody has been found for in "
            f"{policy.unidentified_days} days, {sterling(total)} in all; the oldest, {old[0]['ref']}, came on "
            f"{spoken(old[0]['on'])}.",
            amount=total,
        )
    ]
