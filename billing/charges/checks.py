"""What a reviewer of a charge run must see: surprising bills, first and missing ones, credits, and what was not billed."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from billing.charges import check_store
from billing.charges.policy import Charging
from finance.columns import Bulk
from finance.money import sterling
from ledgers.runs import Finding, Run

LATE_FIRST_BILL = 30
LISTED = 1_000
"""Findings of one sort listed one by one; past this many they are counted in one, for nobody reads a million."""


def find(bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
    """Everything to be seen, in order of weight. Which checks stop approval is policy."""
    policy = Charging.from_json(run.policy)
    now = _by_party(proposal)
    then = _by_party(before) if before is not None else None
    found = [
        *_listed(list(_shocks(now, then, run, policy)), "bill shock"),
        *_after_death(bulk, run, proposal),
        *_listed(list(_credits(now)), "credit"),
        *_listed(list(_gone(now, then)), "gone"),
        *_firsts(bulk, run, now),
        *_not_billed(bulk, run),
    ]
    stops = set(policy.stop_checks)
    return [_weighed(each, stops) for each in found]


def _weighed(found: Finding, stops: set[str]) -> Finding:
    severity = "stop" if found.check in stops else found.severity
    return Finding(found.check, severity, found.what, found.subject, found.party, found.amount, found.before)


def _by_party(proposal: pa.Table) -> pd.DataFrame:
    """Pence, the oldest day and the number of lines, by payer."""
    sums = proposal.group_by("party").aggregate([("amount", "sum"), ("amount", "count"), ("period_starts", "min")])
    frame: pd.DataFrame = sums.to_pandas(date_as_object=True).set_index("party").sort_index()
    return frame


def _listed(found: list[Finding], check: str) -> list[Finding]:
    if len(found) <= LISTED:
        return found
    rest = found[LISTED:]
    more = sum(each.amount or 0 for each in rest)
    last = Finding(check, rest[0].severity, f"{len(rest):,} more like these, {sterling(more)} together.", amount=more)
    return [*found[:LISTED], last]


def _shocks(now: pd.DataFrame, then: pd.DataFrame | None, run: Run, policy: Charging) -> Iterator[Finding]:
    """Bills over an amount, reaching far back, or many times the last one."""
    if not len(now):
        return
    amount = now["amount_sum"].to_numpy(np.int64)
    last = np.zeros(len(now), np.int64)
    if then is not None:
        last = then["amount_sum"].reindex(now.index, fill_value=0).to_numpy(np.int64)
    oldest = run.window_starts - dt.timedelta(weeks=policy.shock_weeks)
    old = np.asarray([each < oldest for each in now["period_starts_min"]], bool) & (amount > 0)
    large = amount > policy.shock_amount
    jump = (last > 0) & (amount > last * policy.shock_times)
    for place in np.flatnonzero(large | old | jump).tolist():
        why = []
        if large[place]:
            why.append(f"it is over {sterling(policy.shock_amount)}")
        if old[place]:
            why.append(f"it reaches back to {now['period_starts_min'].iloc[place]:%-d %B %Y}")
        if jump[place]:
            why.append(f"the last one was {sterling(int(last[place]))}")
        yield Finding(
            "bill shock", "stop", f"A bill of {sterling(int(amount[place]))}: {', and '.join(why)}.",
            party=int(now.index[place]), amount=int(amount[place]), before=int(last[place]) if then is not None else None,
        )  # fmt: skip


def _credits(now: pd.DataFrame) -> Iterator[Finding]:
    for party, row in now[now["amount_sum"] < 0].iterrows():
        yield Finding("credit", "look", f"A credit note of {sterling(-int(row['amount_sum']))}.", party=int(str(party)),
                      amount=int(row["amount_sum"]))  # fmt: skip


def _gone(now: pd.DataFrame, then: pd.DataFrame | None) -> Iterator[Finding]:
    if then is None:
        return
    for party, row in then[~then.index.isin(now.index) & (then["amount_sum"] > 0)].iterrows():
        yield Finding("gone", "look", f"Billed {sterling(int(row['amount_sum']))} last time and nothing now.",
                      party=int(str(party)), amount=0, before=int(row["amount_sum"]))  # fmt: skip


def _firsts(bulk: Bulk, run: Run, now: pd.DataFrame) -> list[Finding]:
    """First bills: how many, and those for care that began more than 30 days before the run's days end."""
    billed = check_store.read_billed(bulk)
    fresh = now[~now.index.isin(billed) & (now["amount_sum"] > 0)]
    if not len(fresh):
        return []
    found = [Finding("first bill", "note", f"{len(fresh):,} payers are billed for the first time.",
                     amount=int(fresh["amount_sum"].sum()))]  # fmt: skip
    if run.run_before is None:
        return found
    late = run.up_to - dt.timedelta(days=LATE_FIRST_BILL)
    slow = fresh[[each < late for each in fresh["period_starts_min"]]]
    return found + _listed([
        Finding("first bill late", "look", f"A first bill, for care since {row['period_starts_min']:%-d %B %Y}.",
                party=int(str(party)), amount=int(row["amount_sum"]))
        for party, row in slow.iterrows()
    ], "first bill late")  # fmt: skip


def _after_death(bulk: Bulk, run: Run, proposal: pa.Table) -> list[Finding]:
    """Money asked for days after a person died."""
    died = check_store.read_died(bulk, run.known)
    if not died:
        return []
    rows = proposal.filter(pc.is_in(proposal["person"], pa.array(sorted(died), pa.int64())))
    return [
        Finding("after death", "stop", f"A charge for days from {row['period_starts']:%-d %B %Y}: the person died on "
                f"{died[row['person']]:%-d %B %Y}.", row["subject"], row["party"], row["amount"])
        for row in rows.to_pylist() if row["amount"] > 0 and row["period_starts"] > died[row["person"]]
    ]  # fmt: skip


def _not_billed(bulk: Bulk, run: Run) -> list[Finding]:
    """Care that ought to be charged and is not: nobody to bill, or a top-up nobody has signed for."""
    found = []
    nobody = check_store.count_with_nobody_to_bill(bulk, run.known, run.up_to)
    if nobody:
        found.append(Finding("nobody to bill", "look", f"{nobody:,} people are assessed to pay and have care, and no bill "
                             "payer is known for them. Load their bill payers."))  # fmt: skip
    found += _listed([
        Finding("not signed", "look", f"A top-up of {sterling(row['weekly'] // 100)} a week has no signed agreement, so it "
                "is not billed.", row["line"], row["bill_payer"])
        for row in check_store.read_unsigned(bulk, run.known, run.up_to)
    ], "not signed")  # fmt: skip
    return found
