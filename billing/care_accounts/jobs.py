"""The verbs of care accounts: meter them, show one, give a statement. Each is one transaction; nothing is ever
rewritten.

``by`` says who, ``at`` when (UTC); ``on`` and ``up_to`` are days handed in. The clock is never read here.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from billing.care_accounts import charged_store, store
from billing.care_accounts.approaching_cap import Near, near
from billing.care_accounts.changes import Additions, changes
from billing.care_accounts.facts import Wrong, accounts, one
from billing.care_accounts.policy import CareAccountPolicy, CareAccountsOff
from billing.care_accounts.positions import positions
from billing.care_accounts.posted_charges import alike_joined
from billing.care_accounts.statements import Given, statement
from billing.care_accounts.stretches import stretches
from billing.care_accounts.totals import totals
from billing.care_accounts.weeks import ADJUSTMENT, BROUGHT_IN, METERED, due_lines, week_first
from finance.care_cap import AccountFacts, Terms
from finance.columns import Bulk, Database, Ints, ints, words
from finance.days import day, number, spoken
from finance.facts.store import Change, LockChanges, record_change, record_change_here
from finance.problems import Problem, Refusal

PEOPLE_AT_ONCE = 50_000
FIRST_WORDS = {METERED: "the week was over", ADJUSTMENT: "the cap changed", BROUGHT_IN: "another council told us"}
CHARGED, TOLD, TERMS = "the charges changed", "a budget or transfer changed", "the terms changed"
OTHERWISE = "earlier days of the account changed"


class NoAccount(Refusal):
    """A person who has no care account."""


class MeteredFurther(Refusal):
    """Accounts were brought up to a later day already."""


@dataclass(frozen=True, slots=True)
class Metered:
    """What a metering did. ``change`` is None when there was nothing new. ``problems``: accounts left as they were."""

    change: int | None
    up_to: dt.date
    runs: int
    people: int
    lines: int
    reversals: int
    reached: int
    problems: tuple[Problem, ...]


class _NothingNew(Exception):
    """Nothing is to be kept of this transaction."""


def meter(
    database: Database,
    up_to: dt.date,
    policy: CareAccountPolicy,
    *,
    by: str,
    at: dt.datetime,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _whole: None,
) -> Metered:
    """Bring every account up to a day: take in the charges released since, and record what is due less what is
    recorded.

    Accounts with news are worked out again from their beginning; nothing is recorded twice. A person whose facts cannot
    be so is left as they were, and named. Raises CareAccountsOff, MeteredFurther, or NoValueOnDay for a missing figure.
    """
    if policy.on_from is None or up_to <= policy.on_from:
        raise CareAccountsOff(up_to if policy.on else None)
    job = _Metering(up_to, policy, progress)
    try:
        with database.bulk() as bulk:
            job.change = record_change(bulk, Change(at, by, "care accounts metered", f"up to {up_to.isoformat()}"))
            job.run(bulk)
            if not job.told_anything:
                raise _NothingNew
    except _NothingNew:
        job.change = None
    with database.read() as connection:
        names = store.named(connection, sorted(each.person for each in job.wrong))
    problems = tuple(
        Problem(f"care account of {names.get(each.person, (str(each.person), ''))[0]}", each.what, each.what_to_do)
        for each in job.wrong
    )
    return Metered(job.change, up_to, job.runs, job.people, job.lines, job.reversals, job.reached, problems)


class _Metering:
    """One metering while it goes on."""

    def __init__(self, up_to: dt.date, policy: CareAccountPolicy, progress: Callable[[str, int, int], None]) -> None:
        self.up_to, self.policy, self.progress = up_to, policy, progress
        self.terms = policy.terms()
        self.change: int | None = None
        self.runs = self.people = self.lines = self.reversals = self.reached = self.moved = 0
        self.wrong: list[Wrong] = []
        self.again = False
        self.charged = self.told = np.empty(0, np.int64)
        self.new_terms = False

    @property
    def told_anything(self) -> bool:
        return bool(self.runs or self.lines or self.moved) or not self.again

    def run(self, bulk: Bulk) -> None:
        assert self.change is not None
        last = store.last_metering(bulk)
        if last is not None and last["up_to"] > self.up_to:
            raise MeteredFurther(
                f"Care accounts have been metered up to {spoken(last['up_to'])}, which is after {spoken(self.up_to)}.",
                "Meter up to that day or a later one.",
            )
        for nr in store.runs_to_take_in(bulk):
            store.take_in(bulk, self.change, nr, alike_joined(charged_store.charged(bulk, nr)))
            self.runs += 1
        people = self._whose(bulk, last)
        for first in range(0, len(people), PEOPLE_AT_ONCE):
            self.progress("metering", first, len(people))
            self._some(bulk, people[first : first + PEOPLE_AT_ONCE])
        self.people = len(people)
        store.add_metering(
            bulk,
            learned=self.change,
            up_to=self.up_to,
            known=self.change,
            terms=self.policy.as_json(),
            people=self.people,
            lines=self.lines,
        )

    def _whose(self, bulk: Bulk, last: dict[str, Any] | None) -> Ints:
        """People with news since the last metering; everybody when it is the first, or the terms are other ones."""
        if last is None:
            return store.everyone(bulk)
        since, was = int(last["learned"]), last["up_to"]
        self.charged, self.told = store.charged_since(bulk, since), store.told_since(bulk, since)
        self.new_terms = last["terms"] != self.policy.as_json()
        self.again = was == self.up_to and not self.new_terms
        if self.new_terms or any(was <= each < self.up_to for each in self.terms.change_days()):
            return store.everyone(bulk)
        over = day(int(week_first(np.asarray([number(was)]), self.terms)[0]))
        return np.unique(np.concatenate([self.charged, self.told, store.going_on(bulk, over, self.up_to)]))

    def _some(self, bulk: Bulk, people: Ints) -> None:
        assert self.change is not None
        up_to = number(self.up_to)
        held, wrong = accounts(store.stored(bulk, people), self.terms)
        cut = stretches(held, self.terms, up_to)
        made = totals(held, cut, self.terms.rounding)
        due = due_lines(held, cut, made, self.terms, up_to)
        recorded = store.recorded(bulk, people)
        fine = np.isin(people, [each.person for each in wrong], invert=True)
        new = changes(due, recorded.take(fine[recorded.who]))
        store.add_weeks(bulk, self.change, people, new, self._causes(people, new))
        stand = positions(held, cut, made, self.terms, up_to)
        before = store.last_positions(bulk, people)
        moved = stand.take(_moved(store.positions_table(people, stand), before))
        store.add_positions(bulk, self.change, people, moved)
        self.wrong += wrong
        self.lines, self.reversals = self.lines + len(new), self.reversals + int(new.reversal.sum())
        self.moved += len(moved)
        self.reached += _newly_reached(people, moved.who[moved.reached >= 0], before)

    def _causes(self, people: Ints, new: Additions) -> pa.Array:
        """Why each line is recorded: for a first word what it is; for a correction what is new about the person."""
        known = [*FIRST_WORDS.values(), TERMS, TOLD, CHARGED, OTHERWISE]
        person = people[new.who]
        correction = np.select(
            [np.full(len(new), self.new_terms), np.isin(person, self.told), np.isin(person, self.charged)], [3, 4, 5], 6
        )
        place = np.where(new.first_word, new.kind, correction)
        return words(place, known)


def _moved(now: pa.Table, before: pa.Table) -> Ints:
    """Places of positions that are new, or differ from the last."""
    held = {row["person"]: row for row in before.drop_columns(["learned"]).to_pylist()} if before.num_rows else {}
    return np.asarray([place for place, row in enumerate(now.to_pylist()) if held.get(row["person"]) != row], np.int64)


def _newly_reached(people: Ints, who: Ints, before: pa.Table) -> int:
    had = ints(before, "person")[ints(before, "reached") >= 0] if before.num_rows else np.empty(0, np.int64)
    return int(np.isin(people[who], had, invert=True).sum())


# Reading back --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CareAccountShown:
    """One account as it stands: where it stands, its facts, every line with who recorded it, and the statements
    given.
    """

    ref: str
    name: str
    up_to: dt.date
    terms: Terms
    facts: AccountFacts
    position: Any
    lines: tuple[Any, ...]
    statements: tuple[Any, ...]


def show(database: Database, ref: str, known: int | None = None) -> CareAccountShown:
    """One person's account, now or as known at a change. Raises CareAccountsOff or NoAccount."""
    with database.read() as connection:
        last = store.last_metering_here(connection, known)
        if last is None:
            raise CareAccountsOff
        nr = _person(store.number_of(connection, ref), ref)
        name = store.named(connection, [nr])[nr][1]
        position = store.position_of(connection, nr, known)
        lines = tuple(store.lines_of(connection, nr, known))
        given = tuple(each for each in store.statements_of(connection, nr) if known is None or each.learned <= known)
    if position is None:
        raise NoAccount(
            f"{ref} has no care account.",
            f"Nothing that counts was charged or told of up to {spoken(last.up_to)}. Meter, or check the reference.",
        )
    with database.read_bulk() as bulk:
        facts = one(store.stored(bulk, np.asarray([nr], np.int64), known), ref)
    terms = CareAccountPolicy.from_json(last.terms).terms()
    return CareAccountShown(ref, name, last.up_to, terms, facts, position, lines, given)


def give_statement(database: Database, ref: str, on: dt.date, *, by: str, at: dt.datetime) -> Given:
    """Give a person their statement, of what was recorded since the last one; on the day of one given, that very one.

    Raises CareAccountsOff, NoAccount, or Refusal for a day before the last statement or past what was metered.
    """
    shown = show(database, ref)
    for each in shown.statements:
        if each.on == on:
            return Given.from_json(json.loads(each.content), again=True)
    if on > shown.up_to:
        raise Refusal(
            f"Care accounts are metered up to {spoken(shown.up_to)}, not to {spoken(on)}.",
            "Meter up to the day of the statement first: outturn care-account meter.",
        )
    last = shown.statements[-1] if shown.statements else None
    if last is not None and on < last.on:
        raise Refusal(f"{ref} had a statement on {spoken(last.on)} already.", "Give the next one for a later day.")
    with database.begin() as connection:
        connection.execute(LockChanges())
        nr = shown.position.person
        given, position = store.statements_of(connection, nr), store.position_of(connection, nr)
        if (len(given), position) == (len(shown.statements), shown.position):
            known = store.latest_change(connection)
            made = statement(
                shown.ref,
                shown.name,
                shown.facts,
                shown.lines,
                shown.terms,
                on,
                (last.on, last.known) if last else None,
                shown.position.metered_to,
            )
            change = record_change_here(
                connection, Change(at, by, f"care account statement of {ref}", f"on {on.isoformat()}")
            )
            store.add_statement(
                connection,
                person=nr,
                on=on,
                learned=change,
                known=known,
                content=json.dumps(made.as_json(), ensure_ascii=False),
            )
            return made
    return give_statement(database, ref, on, by=by, at=at)  # somebody has moved the account on: begin from where it is


def _person(nr: int | None, ref: str) -> int:
    if nr is None:
        raise NoAccount(f"Nobody is known as {ref}.", "Check the reference, or load the people extract first.")
    return nr


def near_the_cap(
    database: Database, on: dt.date, *, share: int, months: int
) -> tuple[list[Near], dict[int, tuple[str, str]], dt.date]:
    """Accounts near the cap or past it (see ``near.near``), (reference, name) of each person, and the day metered up
    to.

    Raises CareAccountsOff where accounts were never metered.
    """
    with database.read_bulk() as bulk:
        last = store.last_metering(bulk)
        if last is None:
            raise CareAccountsOff
        rows = store.last_positions(bulk).to_pylist()
    found = near(rows, on, last["up_to"], share=share, months=months)
    with database.read() as connection:
        names = store.named(connection, [each.person for each in found])
    return found, {each.person: names.get(each.person, (str(each.person), "")) for each in found}, last["up_to"]
