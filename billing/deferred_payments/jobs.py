"""The verbs of deferred payments: run them, and ask for a loan, its statement, its redemption figure or the return."""

import datetime as dt
from dataclasses import dataclass

from billing.deferred_payments import store
from billing.deferred_payments.due import month
from billing.deferred_payments.loan_to_date import Loan, LoanRefused, Rules, work_out, work_out_all
from billing.deferred_payments.papers import LoanPaper, Quote, due_between, paper, quote, requests_of
from billing.deferred_payments.policy import DeferredPolicy
from billing.deferred_payments.stream import NAME, DeferredPayments
from finance.columns import Database
from finance.days import Span, spoken
from finance.deferred_payments import DebtTotals, RequestCount, YearlyReturn, request_counts, yearly_return
from finance.problems import Problem, Refusal
from ledgers import jobs as machine
from ledgers import release_jobs as releasing
from ledgers import store as ledger
from ledgers.coding.store import load_current
from ledgers.jobs import Draft
from ledgers.policy.store import kept_by, read_in_force
from ledgers.progress import Progress, quiet
from ledgers.runs import Run

ONE = dt.timedelta(days=1)
HALF_YEAR = dt.timedelta(days=186)


class ReturnIncomplete(Refusal):
    """An agreement cannot be worked out, so a return without it would be wrong. ``problems`` lists each."""

    def __init__(self, refused: list[LoanRefused]) -> None:
        refs = ", ".join(each.held.agreement.ref for each in refused)
        super().__init__(f"The return cannot be made: {refs} cannot be worked out.", "Put right each, then ask again.")
        self.problems = [Problem(each.held.agreement.ref, each.why.what, each.why.what_to_do) for each in refused]


def draft_run(
    database: Database, *, by: str, at: dt.datetime, up_to: dt.date, policy: DeferredPolicy | None = None
) -> Run:
    """Open a run of every agreement for days before ``up_to``. Raises Refusal.

    Run it after the charges of those days have been posted: what is deferred is read from them.
    """
    with database.read() as connection:
        known = store.last_change(connection)
        last = ledger.last_posted(connection, NAME, store.CALENDAR)
        begun = last.up_to if last else store.earliest(connection) or up_to
    window = month(begun - ONE)[0]
    return machine.draft_run(
        database,
        Draft(
            NAME,
            store.CALENDAR,
            store.CALENDAR_NAME,
            up_to,
            min(window, up_to),
            up_to - ONE,
            known,
            (policy or DeferredPolicy()).as_json(),
            policy is not None,
        ),
        by=by,
        at=at,
    )


class DraftedOtherwise(Refusal):
    """A run is open that was drafted with other choices, or for other days, than are given now."""


def run_to_work_out(database: Database, *, by: str, at: dt.datetime, up_to: dt.date | None, otherwise: dt.date) -> Run:
    """The run already drafted, else a new one for days before ``up_to`` (``otherwise`` where that is not given).

    A drafted run keeps its own choices. Raises DraftedOtherwise where another day is given now, or another policy
    holds, than it was drafted with.
    """
    with database.read() as connection:
        found = ledger.open_run(connection, NAME, store.CALENDAR)
        holds = read_in_force(connection, found.up_to - ONE) if found else None
        kept = kept_by(connection, holds.nr, NAME) if holds else None
    if found is None or found.status not in ("draft", "calculated"):
        return draft_run(database, by=by, at=at, up_to=up_to or otherwise)
    changed = DeferredPolicy.from_json(found.policy).differences(DeferredPolicy.from_json(kept)) if kept else []
    if up_to is not None and up_to != found.up_to:
        changed.append(f"its last day was {spoken(found.up_to - ONE)} and is now {spoken(up_to - ONE)}")
    if changed:
        raise DraftedOtherwise(
            f"{found.heading} was drafted otherwise than is asked now: {'; '.join(changed)}.",
            f"Abandon it with outturn deferred abandon {found.nr} and run this again; or work it out as it was "
            f"drafted, with "
            f"outturn deferred calculate {found.nr}.",
        )
    return found


def _stream(database: Database) -> DeferredPayments:
    with database.begin() as connection:
        return DeferredPayments(load_current(connection))


class AnotherStream(Refusal):
    """The run is one of another stream of money."""


def _ours(database: Database, run: int) -> None:
    with database.read() as connection:
        found = ledger.read_run(connection, run)
    if found.stream != NAME:
        raise AnotherStream(
            f"{found.heading} is a run of {found.stream}, not of {NAME}.", "Use the verbs of that stream for it."
        )


def calculate_run(
    database: Database, run: int, *, by: str | None = None, at: dt.datetime | None = None, progress: Progress = quiet
) -> Run:
    """Work a run out: what every loan makes due, less what is posted. Raises AnotherStream."""
    _ours(database, run)
    with database.read() as connection:
        known = store.last_change(connection)
    return machine.calculate_run(database, run, _stream(database), by=by, at=at, known=known, progress=progress)


def release_run(database: Database, run: int, *, by: str, at: dt.datetime, progress: Progress = quiet) -> Run:
    """Post an approved run. Raises AnotherStream."""
    _ours(database, run)
    stream = _stream(database)
    return releasing.release_run(database, run, stream, stream.coding, by=by, at=at, progress=progress)


@dataclass(frozen=True, slots=True)
class LoanShown:
    """One loan as worked out to the close of a day, and what the ledger holds of it.

    ``posted`` is the sum of every entry on the loan; it differs from ``loan.owed`` by what no run has posted yet.
    """

    loan: Loan
    posted: int
    limit_reached: dt.date | None

    @property
    def not_posted(self) -> int:
        return self.loan.owed - self.posted

    @property
    def totals(self) -> DebtTotals | None:
        """All that moved the loan so far, by kind; None where nothing has."""
        ledger = self.loan.ledger
        return ledger.between(ledger.first, self.loan.up_to) if ledger.days else None

    @property
    def state(self) -> str:
        """How the agreement stands, in a word or two."""
        kept, days = self.loan.held.agreement, self.loan.ledger.days
        if kept.ended and kept.ended < self.loan.up_to:
            return f"ended by {kept.ended_why}"
        if days and days[-1].ended:
            return "paid in full"
        return "signed" if kept.signed and kept.signed < self.loan.up_to else "interim"


def show(
    database: Database, ref: str, on: dt.date, policy: DeferredPolicy | None = None, known: int | None = None
) -> LoanShown:
    """A loan to the close of ``on``. Raises NoSuchAgreement, or Refusal when it cannot be worked out."""
    rules = Rules.of(policy or DeferredPolicy())
    loan = _loan(database, ref, on, rules, known)
    with database.read() as connection:
        posted = store.posted_balances(connection, loan.held.agreement.nr)
    return LoanShown(loan, posted.get(loan.held.agreement.nr, 0), loan.limit_reached_on(rules))


def show_all(
    database: Database, on: dt.date, policy: DeferredPolicy | None = None
) -> tuple[list[LoanShown], list[LoanRefused]]:
    """Every loan to the close of ``on``, and those that cannot be worked out."""
    rules = Rules.of(policy or DeferredPolicy())
    with database.read_bulk() as bulk:
        held = store.read_held(bulk)
    loans, refused = work_out_all(held, rules, on + ONE)
    with database.read() as connection:
        posted = store.posted_balances(connection)
    shown = [LoanShown(each, posted.get(each.held.agreement.nr, 0), each.limit_reached_on(rules)) for each in loans]
    return shown, refused


def statement_of(
    database: Database, ref: str, first: dt.date | None, on: dt.date, policy: DeferredPolicy | None = None
) -> LoanPaper:
    """The statement of a loan from ``first`` to the close of ``on``; from the last six-monthly day when not given."""
    rules = Rules.of(policy or DeferredPolicy())
    return paper(_loan(database, ref, on, rules), rules, first)


def statements_due(
    database: Database, first: dt.date, on: dt.date, policy: DeferredPolicy | None = None
) -> tuple[list[LoanPaper], list[LoanRefused]]:
    """The six-monthly statements that fall due from ``first`` to ``on``, each up to its own day; and who has
    none yet.
    """
    rules = Rules.of(policy or DeferredPolicy())
    with database.read_bulk() as bulk:
        every = store.read_held(bulk)
    papers: list[LoanPaper] = []
    refused: list[LoanRefused] = []
    for held in every:
        for day in due_between(held, rules, first, on):
            try:
                loan = work_out(held, rules, day + ONE)
                if loan.owed or any(each.closing for each in loan.ledger.within(day - HALF_YEAR, day)):
                    papers.append(paper(loan, rules))
            except Refusal as error:
                refused.append(LoanRefused(held, error))
    return papers, refused


def redemption_of(database: Database, ref: str, day: dt.date, policy: DeferredPolicy | None = None) -> Quote:
    """What clears a loan if paid on a day, and what each day after adds."""
    rules = Rules.of(policy or DeferredPolicy())
    return quote(_loan(database, ref, day, rules), day)


def _loan(database: Database, ref: str, on: dt.date, rules: Rules, known: int | None = None) -> Loan:
    with database.read_bulk() as bulk:
        held = store.read_held(bulk, known, ref)
    if not held:
        raise store.NoSuchAgreement(f"No agreement is called “{ref}”.", "List them with outturn deferred show.")
    if held[0].agreement.starts > on:
        raise Refusal(
            f"{ref} begins on {spoken(held[0].agreement.starts)}, after {spoken(on)}.", "Ask for a later day."
        )
    return work_out(held[0], rules, on + ONE)


@dataclass(frozen=True, slots=True)
class Return:
    """The yearly return: figures with the agreements behind each, requests, and where each year's loans stand
    posted.
    """

    figures: YearlyReturn
    requests: tuple[RequestCount, ...]


def return_for(
    database: Database, year: Span, policy: DeferredPolicy | None = None, known: int | None = None
) -> Return:
    """The return of a year to 31 March. Raises ReturnIncomplete while any agreement cannot be worked out."""
    rules = Rules.of(policy or DeferredPolicy())
    with database.read_bulk() as bulk:
        held = [each for each in store.read_held(bulk, known) if each.agreement.starts < year.end]
    loans, refused = work_out_all(held, rules, year.end)
    if refused:
        raise ReturnIncomplete(refused)
    with database.read() as connection:
        asked = requests_of(store.read_requests(connection, known))
    return Return(yearly_return([each.ledger for each in loans], year), request_counts(asked, year))
