"""What a reviewer must see before signing: this run's lines beside the last run's, and what looks wrong in itself."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from finance.care_costs.facts import KINDS, TAKEN_OFF
from finance.care_costs.news import CAUSES
from finance.columns import Bulk, Ints, ints
from finance.days import FOR_EVER, Span, day, number, spoken
from finance.money import sterling
from ledgers.runs import Finding, Run
from payruns import at_once_store, doubts, doubts_store, store
from payruns.at_once import at_once, same_care_twice
from payruns.collected import on_free_days, over_cost, rates_ended, with_gaps
from payruns.large import large
from payruns.policy import PaymentPolicy

if TYPE_CHECKING:
    import pandas as pd

_GROSS = "The provider is said to collect a contribution, but its contract is paid gross, so nothing was taken off."
_ENDED = "The line goes on after its contract ends; days after that were not paid."
_TAKEN_OFF = [KINDS[each] for each in TAKEN_OFF]
_LINE_KINDS = [each for each in KINDS if each not in ("block", "adjustment")]
_PRICES = sum(1 << place for place, name in enumerate(CAUSES) if name in ("rate", "agreed_rate", "nursing_rate"))


def find(bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
    """Every finding on a run. ``before`` is the proposal of the last run released for the same calendar."""
    policy, up_to = PaymentPolicy.from_json(run.policy), number(run.up_to)
    with bulk.beside() as other, ThreadPoolExecutor(1) as meanwhile:
        over = meanwhile.submit(store.read_lives_over, other, run.known, up_to)
        budgets = meanwhile.submit(store.read_budgets, other, run.known)
        gross = meanwhile.submit(store.read_gross_collectors, other, run.known, run.calendar, up_to)
        ended = meanwhile.submit(store.read_ended_contracts, other, run.known, run.calendar, up_to)
        own_days = meanwhile.submit(_of_own_days, other, run)
        lines = _frame(proposal)
        found = _payees(lines) + _backdated(lines, run, policy) + _prices(lines) + same_care_twice(lines)
        found += _changed_banks(bulk, run, lines, policy) + _no_banks(bulk, run, lines, policy)
        if before is not None:
            earlier = _frame(before)
            found += _against_last_run(bulk, run, _by_subject(lines), _by_subject(earlier), policy)
            found += _first_payees(lines, earlier)
        found += _lives(over.result(), lines, policy) + _over_budget(budgets.result(), run, lines, policy)
        found += _of_lines(gross.result(), "gross contract", _GROSS)
        found += _of_lines(ended.result(), "contract ended", _ENDED)
        paid = set(lines.subject[lines.kind == "care"])
        found += [each for each in own_days.result() if each.subject in paid]
    if lines.kind.isin(["contribution", "top-up"]).any():
        found += over_cost(store.read_taken_off(bulk, run.nr), store.read_said_collected(bulk, run.known))
    found += _too_early(bulk, run) + _doubts(bulk, run, lines, policy) + large(lines, policy)
    gravity = {"stop": 0, "look": 1, "note": 2}
    return sorted(found, key=lambda each: (gravity[each.severity], each.check, -abs(each.amount or 0)))


def _of_own_days(bulk: Bulk, run: Run) -> list[Finding]:
    """What the facts say of a run’s own days; some runs have none."""
    if run.window_starts >= run.up_to:
        return []
    asked = (bulk, run.known, run.calendar, days := Span(run.window_starts, run.up_to))
    found = on_free_days(store.read_collected_on_free_days(*asked), days)
    return found + with_gaps(store.read_collected_with_gaps(*asked)) + rates_ended(store.read_rates_ended(*asked))


def _doubts(bulk: Bulk, run: Run, lines: pd.DataFrame, policy: PaymentPolicy) -> list[Finding]:
    """What stopped money and is gone, adjustments told twice, one account under several payees."""
    stops = policy.stop_checks
    own = (
        lines[(lines.kind == "care") & ~lines.late]
        .groupby("subject")
        .agg(party=("party", "first"), pence=("amount", "sum"))
    )
    paid_now = {row["subject"]: (row["party"], row["pence"]) for row in _rows(own[own.pence > 0])}
    places = at_once_store.read_places(bulk, run.known, Span(run.window_starts, run.up_to)) if paid_now else None
    gone = {
        row["nr"]: (words, row["when"])
        for read, words in (
            (doubts_store.read_suspended_before, doubts.SUSPENDED),
            (doubts_store.read_died_before, doubts.DIED),
            (doubts_store.read_ended_before, doubts.ENDED),
        )
        for row in read(bulk, run.known_before, run.known).to_pylist()
    }
    late = lines[(lines.kind == "care") & lines.late & lines.subject.isin(list(gone))]
    sums = late.groupby("subject").agg(amount=("amount", "sum"), party=("party", "first"))
    found = doubts.paid_again(gone, _rows(sums), "paid again" in stops)
    if places is not None:
        found += at_once(places.to_pylist(), paid_now, stops)
    own = lines[(lines.kind == "adjustment") & (lines.amount != 0)]
    if len(own):
        ours = dict(zip(own.subject.tolist(), own.amount.tolist(), strict=True))
        known = doubts_store.read_adjustments_of(bulk, run.known, own.party.unique())
        found += doubts.doubled_adjustments(ours, known.to_pylist(), "doubled adjustment" in stops)
    paid = dict(_by_payee(lines))
    shared = doubts.sharing(paid, doubts_store.read_accounts(bulk, run.known, number(run.pay_date)))
    if shared:
        names = doubts_store.read_payee_names(bulk, run.known, chain.from_iterable(shared.values()))
        found += doubts.shared_accounts(shared, paid, names, "shared account" in stops)
    return found


def _of_lines(lines: Ints, check: str, what: str) -> list[Finding]:
    return [Finding(check, "look", what, subject=line) for line in lines.tolist()]


def _frame(proposal: pa.Table) -> pd.DataFrame:
    """What the checks look at of each proposed line; the first day of its period as a day number."""
    wanted = (
        "subject",
        "kind",
        "funder",
        "party",
        "period_starts",
        "due",
        "amount",
        "service",
        "person",
        "cause",
        "late",
    )
    some = proposal.select(wanted)
    place = some.column_names.index("period_starts")
    some = some.set_column(place, "period_starts", some["period_starts"].cast(pa.int32()))
    frame: pd.DataFrame = some.to_pandas(categories=["kind"])
    return frame


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, its index among their values."""
    flat = frame.reset_index()
    names = [str(name) for name in flat.columns]
    return [
        dict(zip(names, row, strict=True)) for row in zip(*(flat[name].tolist() for name in flat.columns), strict=True)
    ]


def _by_payee(lines: pd.DataFrame) -> list[tuple[int, int]]:
    """(payee, pence) in order of payee."""
    sums = lines.groupby("party")["amount"].sum()
    return list(zip(sums.index.tolist(), sums.tolist(), strict=True))


def _by_subject(lines: pd.DataFrame) -> pd.DataFrame:
    """What each line comes to for the window itself, leaving out adjustments to earlier periods."""
    own = lines[~lines.late & lines.kind.isin(_LINE_KINDS)]
    return own.groupby("subject").agg(amount=("amount", "sum"), party=("party", "first"))


def _against_last_run(
    bulk: Bulk, run: Run, now: pd.DataFrame, then: pd.DataFrame, policy: PaymentPolicy
) -> list[Finding]:
    """New, gone, doubled, nought, over tolerance. A line that began or ended part-way moves for a known reason."""
    both = now.add_suffix("_now").join(then.add_suffix("_then"), how="outer")
    amount_now = both.amount_now.astype("Int64").fillna(0).to_numpy(np.int64)
    amount_then = both.amount_then.astype("Int64").fillna(0).to_numpy(np.int64)
    party = both.party_now.astype("Int64").fillna(both.party_then.astype("Int64")).to_numpy(np.int64)
    subject = both.index.to_numpy(np.int64)
    has_now, has_then = both.amount_now.notna().to_numpy(), both.amount_then.notna().to_numpy()
    change = np.abs(amount_now - amount_then)
    large = (change > policy.tolerance_pence) & (change * 100 > np.abs(amount_then) * policy.tolerance_percent)
    doubled = (
        has_now & has_then & (amount_then > 0) & (amount_now >= 2 * amount_then) & (change > policy.tolerance_pence)
    )
    reason = _reasons(bulk, run, subject[(has_then & ~has_now) | (large & has_now & has_then)])
    known = (
        np.asarray([int(each) in reason for each in subject], dtype=bool) if reason else np.zeros(len(subject), bool)
    )
    sorts = (
        ("new", "note", has_now & ~has_then, "Not paid last time."),
        ("gone", "look", has_then & ~has_now & ~known, "Paid last time and not this time, for no reason we know."),
        ("ended", "note", has_then & ~has_now & known, "Paid last time and not this time:"),
        ("nought", "look", has_now & has_then & (amount_now == 0) & (amount_then != 0), "Comes to nothing this time."),
        ("doubled", "stop", doubled & ~known, "At least twice what it was."),
        (
            "over tolerance",
            "look",
            has_now & has_then & large & ~doubled & ~known & (amount_now != 0),
            "Moved by more than is usual.",
        ),
        ("part period", "note", has_now & has_then & large & known & (amount_now != 0), "Moved:"),
    )
    found = []
    for check, severity, which, words in sorts:
        graver = "stop" if check in policy.stop_checks else "look" if severity == "stop" else severity
        found += [
            Finding(
                check,
                graver,
                f"{words} {_why(reason, subject[row], words)}{sterling(int(amount_now[row]))} now, "
                f"{sterling(int(amount_then[row]))} before.",
                int(subject[row]),
                int(party[row]),
                int(amount_now[row]),
                int(amount_then[row]),
            )
            for row in np.flatnonzero(which)
        ]
    return found


def _why(reason: dict[int, str], subject: int, words: str) -> str:
    return f"{reason[int(subject)]}. " if words.endswith(":") else ""


def _reasons(bulk: Bulk, run: Run, subjects: np.ndarray) -> dict[int, str]:
    """Why a line may be paid less or more than last time: it began, ended, stood still or could not be worked out."""
    window = run.window_starts - (run.up_to - run.window_starts)
    wanted = {int(each) for each in subjects}
    reason: dict[int, str] = {}
    lives = store.read_line_lives(bulk, run.known, np.asarray(sorted(wanted), dtype=np.int64)).to_pylist()
    alive = {row["nr"] for row in lives}
    for row in lives:
        if row["died"] and row["died"] < run.up_to:
            reason[row["nr"]] = f"the person died on {spoken(row['died'])}"
        elif row["ends"] and row["ends"] < run.up_to:
            reason[row["nr"]] = f"the line ended on {spoken(row['ends'] - dt.timedelta(days=1))}"
        elif row["starts"] > window:
            reason[row["nr"]] = f"the line began on {spoken(row['starts'])}"
        elif row["every_weeks"] > 1:
            reason[row["nr"]] = f"it is planned every {row['every_weeks']} weeks"
    for nr in wanted - alive:
        reason[nr] = "the line was withdrawn"
    for nr in store.read_suspended(bulk, run.known, window, run.up_to).tolist():
        if nr in wanted:
            reason.setdefault(nr, "it was suspended for part of the time")
    for nr in store.read_parked(bulk, run.nr).tolist():
        if nr in wanted:
            reason.setdefault(nr, "it could not be worked out, so it waits")
    return reason


def _first_payees(lines: pd.DataFrame, earlier: pd.DataFrame) -> list[Finding]:
    return [
        Finding("first payment", "look", f"First payment to this payee: {sterling(amount)}.", None, party, amount)
        for party, amount in _by_payee(lines[~lines.party.isin(earlier.party)])
    ]


def _payees(lines: pd.DataFrame) -> list[Finding]:
    return [
        Finding(
            "takes back",
            "look",
            f"More is taken back than paid: {sterling(amount)}. It is carried forward.",
            None,
            party,
            amount,
        )
        for party, amount in _by_payee(lines)
        if amount < 0
    ]


def _backdated(lines: pd.DataFrame, run: Run, policy: PaymentPolicy) -> list[Finding]:
    limit = number(run.window_starts - dt.timedelta(weeks=policy.backdated_weeks))
    old = lines[lines.late & (lines.period_starts < limit)]
    rows = old.groupby("subject").agg(
        amount=("amount", "sum"), first=("period_starts", "min"), party=("party", "first")
    )
    return [
        Finding(
            "backdated",
            "look",
            f"Adjusts periods back to {spoken(day(row['first']))}: {sterling(row['amount'])}.",
            row["subject"],
            row["party"],
            row["amount"],
        )
        for row in _rows(rows)
    ]


def _prices(lines: pd.DataFrame) -> list[Finding]:
    moved = lines[(lines.cause & _PRICES) != 0]
    rows = moved.groupby("party").agg(amount=("amount", "sum"), count=("subject", "nunique"))
    return [
        Finding(
            "rate changed",
            "note",
            f"Rates changed for {row['count']} lines of this payee since the last run.",
            None,
            row["party"],
            row["amount"],
        )
        for row in _rows(rows)
    ]


def _lives(over: pa.Table, lines: pd.DataFrame, policy: PaymentPolicy) -> list[Finding]:
    """Money for a period after a death or an end."""
    care = lines[(lines.kind == "care") & (lines.amount > 0)]
    nr, columns = over["nr"].to_pylist(), {name: ints(over, name, null=FOR_EVER) for name in ("died", "ends")}
    found = []
    for check, column, words in (
        ("after death", "died", "the person died on"),
        ("after end", "ends", "the line ended by"),
    ):
        when = {line: on for line, on in zip(nr, columns[column].tolist(), strict=True) if on < FOR_EVER}
        severity = "stop" if check in policy.stop_checks else "look"
        found += [
            Finding(
                check,
                severity,
                f"{sterling(row['amount'])} for a period after {words} {spoken(day(when[row['subject']]))}.",
                row["subject"],
                row["party"],
                row["amount"],
            )
            for row in _rows(care[care.subject.isin(when)])
            if row["period_starts"] >= when[row["subject"]]
        ]
    return found


def _over_budget(agreed: pa.Table, run: Run, lines: pd.DataFrame, policy: PaymentPolicy) -> list[Finding]:
    """Packages whose care costs more than was agreed, by more than the tolerance: shown by how much more."""
    budgets = agreed.to_pandas().set_index("nr")
    some = lines[(lines.kind == "care") & ~lines.late].join(budgets, on="subject", how="inner")
    if not len(some):
        return []
    days = (run.up_to - run.window_starts).days
    rows = some.groupby("package").agg(
        cost=("due", "sum"), agreed=("weekly_budget", "first"), party=("party", "first"), subject=("subject", "first")
    )
    over = rows[rows.cost * 700 > rows.agreed * days * (100 + policy.tolerance_percent)]
    over = over.assign(more=over.cost - (2 * over.agreed * days + 7) // 14)
    return [
        Finding(
            "over budget",
            "look",
            f"The package costs {sterling(row['cost'])} for {days} days, {sterling(row['more'])} more than the "
            f"{sterling(row['agreed'])} a week that was agreed.",
            row["subject"],
            row["party"],
            row["more"],
        )
        for row in _rows(over)
    ]


def _changed_banks(bulk: Bulk, run: Run, lines: pd.DataFrame, policy: PaymentPolicy) -> list[Finding]:
    since = dt.datetime.combine(run.pay_date - dt.timedelta(days=policy.new_bank_days), dt.time())
    fresh = store.read_changed_banks(bulk, since, run.known)
    held = store.read_ready_banks(bulk, run.known, run.pay_date) if fresh else {}

    def words(party: int) -> str:
        paid_to = f"the account ending {held[party][-4:]}" if party in held else "nowhere until they are"
        if fresh[party]:
            return f"Bank details changed within {policy.new_bank_days} days of payment: paid to {paid_to}."
        return f"New bank details wait for a second person: paid to {paid_to}."

    return [
        Finding("bank details changed", "look", words(party), None, party, amount)
        for party, amount in _by_payee(lines[lines.party.isin(list(fresh))])
    ]


def _no_banks(bulk: Bulk, run: Run, lines: pd.DataFrame, policy: PaymentPolicy) -> list[Finding]:
    if not policy.needs_bank_details:
        return []
    ready = store.read_ready_banks(bulk, run.known, run.pay_date)
    return [
        Finding(
            "no bank details",
            "look",
            f"No bank details confirmed by a second person: {sterling(amount)} will wait.",
            None,
            party,
            amount,
        )
        for party, amount in _by_payee(lines)
        if amount > 0 and party not in ready
    ]


def _too_early(bulk: Bulk, run: Run) -> list[Finding]:
    calendar = store.read_calendar_at(bulk, run.calendar, run.known)
    return [
        Finding(
            "before go-live",
            "look",
            f"An adjustment of {sterling(row['amount'])} belongs to a day before "
            f"{spoken(day(calendar.go_live))}, which another system paid. Nothing was paid for it.",
            None,
            row["payee"],
            row["amount"],
        )
        for row in store.read_too_early(bulk, calendar, run.known).to_pylist()
    ]
