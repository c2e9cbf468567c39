"""What a reviewer of a charge run must see: surprising bills, first and missing ones, credits, and what was not
billed.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from billing.assessments.figures_store import figures_in_columns
from billing.charges import check_store
from billing.charges.policy import ChargingPolicy
from finance.assessment.figures import known_up_to, statutory_figures
from finance.columns import Bulk
from finance.days import spoken
from finance.money import sterling, sterling_rate
from ledgers.runs import Finding, Run
from ledgers.streams import OF_NO_LINE

LATE_FIRST_BILL = 30
NEVER = -(10**15)  # in place of last time’s amount, where there was no last time
LISTED = 1_000
"""Findings of one sort listed one by one; past this many they are counted in one, for nobody reads a million."""


def find(bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None, nobody_to_bill: int) -> list[Finding]:
    """Everything to be seen, in order of weight. Which checks stop approval is policy."""
    policy = ChargingPolicy.from_json(run.policy)
    now = _by_party(proposal)
    now["last"] = _last(now, before)
    found = [
        *_shocks(now, run, policy),
        *_after_death(bulk, run, proposal),
        *_credits(now),
        *_gone(now, before),
        *_firsts(bulk, run, now),
        *_past_figures(bulk, run, proposal),
        *_cost_told(bulk, run, policy),
        *_not_billed(bulk, run, nobody_to_bill),
    ]
    return [_weighed(each, set(policy.stop_checks)) for each in found]


def _weighed(found: Finding, stops: set[str]) -> Finding:
    severity = "stop" if found.check in stops else "look" if found.severity == "stop" else found.severity
    return replace(found, severity=severity)


def _by_party(proposal: pa.Table) -> pd.DataFrame:
    """Pence, the oldest day and the number of lines, by payer."""
    sums = proposal.group_by("party").aggregate([("amount", "sum"), ("amount", "count"), ("period_starts", "min")])
    frame: pd.DataFrame = sums.to_pandas(date_as_object=True).set_index("party").sort_index()
    return frame.rename(columns={"period_starts_min": "since"}).assign(last=NEVER)


def _last(now: pd.DataFrame, before: pa.Table | None) -> pd.Series:
    """What each payer was billed last time, in pence."""
    if before is None:
        return pd.Series(NEVER, index=now.index)
    last: pd.Series = _by_party(before)["amount_sum"].reindex(now.index, fill_value=0)
    return last


def _listed(check: str, severity: str, rows: pd.DataFrame, say: Callable[[Any], str]) -> Iterator[Finding]:
    """A finding for each payer in ``rows``, the largest first; past LISTED they are counted in one."""
    ordered = rows.reindex(rows["amount_sum"].abs().sort_values(ascending=False, kind="stable").index)
    head: Any = ordered.head(LISTED).reset_index().itertuples()
    for row in head:
        before = None if row.last == NEVER else int(row.last)
        yield Finding(check, severity, say(row), party=int(row.party), amount=int(row.amount_sum), before=before)
    rest = ordered.iloc[LISTED:]
    if len(rest):
        more = int(rest["amount_sum"].sum())
        yield Finding(check, severity, f"{len(rest):,} more like these, {sterling(more)} together.", amount=more)


def _shocks(now: pd.DataFrame, run: Run, policy: ChargingPolicy) -> Iterator[Finding]:
    """Bills over an amount, reaching far back, or many times the last one."""
    oldest = run.window_starts - dt.timedelta(weeks=policy.shock_weeks)
    amount, last = now["amount_sum"], now["last"]
    large = amount > policy.shock_amount
    old = (now["since"] < oldest) & (amount > 0)
    jump = (last > 0) & (amount > last * policy.shock_times)

    def say(row: Any) -> str:
        why = []
        if row.amount_sum > policy.shock_amount:
            why.append(f"it is over {sterling(policy.shock_amount)}")
        if row.since < oldest:
            why.append(f"it reaches back to {row.since:%-d %B %Y}")
        if 0 < row.last * policy.shock_times < row.amount_sum:
            why.append(f"the last one was {sterling(int(row.last))}")
        return f"A bill of {sterling(int(row.amount_sum))}: {', and '.join(why)}."

    yield from _listed("bill shock", "stop", now[large | old | jump], say)


def _credits(now: pd.DataFrame) -> Iterator[Finding]:
    yield from _listed(
        "credit", "look", now[now["amount_sum"] < 0], lambda row: f"A credit note of {sterling(-int(row.amount_sum))}."
    )


def _gone(now: pd.DataFrame, before: pa.Table | None) -> Iterator[Finding]:
    if before is None:
        return
    then = _by_party(before)
    gone = then[~then.index.isin(now.index) & (then["amount_sum"] > 0)].assign(last=lambda rows: rows["amount_sum"])
    yield from _listed(
        "gone",
        "look",
        gone.assign(amount_sum=0),
        lambda row: f"Billed {sterling(int(row.last))} last time and nothing now.",
    )


def _firsts(bulk: Bulk, run: Run, now: pd.DataFrame) -> Iterator[Finding]:
    """First bills: how many, and those for care that began more than 30 days before the run's days end."""
    fresh = now[~now.index.isin(check_store.read_billed(bulk)) & (now["amount_sum"] > 0)]
    if not len(fresh):
        return
    yield Finding(
        "first bill",
        "note",
        f"{several(len(fresh), 'payer')} billed for the first time.",
        amount=int(fresh["amount_sum"].sum()),
    )
    if run.run_before is not None:
        late = run.up_to - dt.timedelta(days=LATE_FIRST_BILL)
        yield from _listed(
            "first bill late",
            "look",
            fresh[fresh["since"] < late],
            lambda row: f"A first bill, for care since {row.since:%-d %B %Y}.",
        )


def _after_death(bulk: Bulk, run: Run, proposal: pa.Table) -> list[Finding]:
    """Money asked for days after a person died."""
    died = check_store.read_died(bulk, run.known)
    if not died:
        return []
    rows = proposal.filter(pc.is_in(proposal["person"], pa.array(sorted(died), pa.int64())))
    return [
        Finding(
            "after death",
            "stop",
            f"A charge for days from {row['period_starts']:%-d %B %Y}: the person died on "
            f"{died[row['person']]:%-d %B %Y}.",
            row["subject"],
            row["party"],
            row["amount"],
            kind=row["kind"] if row["kind"] in OF_NO_LINE else None,
        )
        for row in rows.to_pylist()
        if row["amount"] > 0 and row["period_starts"] > died[row["person"]]
    ]


def _past_figures(bulk: Bulk, run: Run, proposal: pa.Table) -> Iterator[Finding]:
    """Charges for days on which what people keep is not known: assessments of before are carried on."""
    end = known_up_to(figures_in_columns(bulk, statutory_figures()))
    if end is None or run.up_to <= end:
        return
    people = check_store.read_assessed_before(bulk, end, max(end, run.window_starts), run.known)
    rows = proposal.filter(
        pc.and_(
            pc.is_in(proposal["person"], pa.array(sorted(people), pa.int64())),
            pc.and_(pc.greater(proposal["amount"], 0), pc.greater(proposal["period_ends"], pa.scalar(end))),
        )
    )
    if rows.num_rows:
        amount = pc.sum(rows["amount"]).as_py()
        who = several(len(pc.unique(rows["person"])), "person", "people")
        what = (
            f"{who} charged {sterling(amount)} for periods past {spoken(end - dt.timedelta(days=1))}, the last day for "
            "which what people keep is known, by assessments of before it. Give the new figures and assess everybody "
            "again."
        )
        yield Finding("figures not known", "look", what, amount=amount)


def _cost_told(bulk: Bulk, run: Run, policy: ChargingPolicy) -> Iterator[Finding]:
    """Those who pay in full and whose circumstances tell another weekly cost than their packages come to."""
    apart = [
        each for each in check_store.read_costs_told(bulk, run) if abs(each.told - each.priced) > policy.told_cost_apart
    ]
    if apart:
        far = max(apart, key=lambda each: (abs(each.told - each.priced), each.ref))
        what = (
            f"{several(len(apart), 'person who pays', 'people who pay')} the full cost charged by their packages, and "
            f"their circumstances tell another weekly cost: furthest apart {far.ref}, told as {sterling(far.told)} and "
            f"priced at {sterling(far.priced)}. Correct whichever is wrong."
        )
        yield Finding("cost told differs", "note", what, amount=sum(each.priced - each.told for each in apart))


def _not_billed(bulk: Bulk, run: Run, nobody: int) -> Iterator[Finding]:
    """Care that ought to be charged and is not: nobody to bill, or a top-up nobody has signed for."""
    if nobody:
        yield Finding(
            "nobody to bill",
            "look",
            f"{several(nobody, 'person', 'people')} assessed to pay for care, and no "
            "bill payer is known for them. Load their bill payers.",
        )
    for row in check_store.read_unsigned(bulk, run.known, run.up_to)[:LISTED]:
        yield Finding(
            "not signed",
            "look",
            f"A top-up of {sterling_rate(row['weekly'])} a week has no signed agreement, so it is not billed.",
            row["line"],
            row["bill_payer"],
        )


def several(count: int, one: str, more: str = "") -> str:
    """``1 payer is``, ``3 payers are``."""
    return f"{count:,} {one} is" if count == 1 else f"{count:,} {more or one + 's'} are"
