"""The verb: explain what a whole run came to: by kind, by why earlier periods are there, by account, by finding, and
beside the last run. Nothing is changed. Each goes down to an account, a payee or a payer of the run.
"""

from collections.abc import Callable, Iterable

from finance.columns import Database, ints
from finance.money import sterling
from ledgers import store as ledger
from ledgers.explain import ledger_store as store
from ledgers.explain.explanation import Explanation, Section
from ledgers.runs import POSTED, Run
from ledgers.views.records import BesideTheLast
from ledgers.views.store import Naming, beside_the_last, read_lines

MOST = 40
"""Parties named of those that moved furthest."""

Why = Callable[[int], str]
"""The words of a set of causes."""


def explain_run(
    database: Database, nr: int, naming_of: Callable[[str], Naming], why_of: Callable[[str], Why]
) -> Explanation:
    """A run by its number. Raises NoSuchRun. Asserts that what it is made of comes to what it came to."""
    with database.read() as connection:
        run = ledger.read_run(connection, nr)
        beside = beside_the_last(connection, run, naming_of(run.stream), most=MOST)
        lines = read_lines(connection, run).select(["late", "amount", "cause"])
        accounts = store.accounts_of_run(connection, nr)
    earlier = lines.filter(lines["late"])
    late = list(zip(ints(earlier, "cause", 0).tolist(), ints(earlier, "amount").tolist(), strict=True))
    assert sum(each.pence for each in beside.made_of) == run.total, f"run {nr} is not what it is made of"
    sections = (
        _made_of(run, beside),
        _earlier(late, why_of(run.stream)),
        _last(run, beside),
        _accounts(run, accounts),
        Section(
            "What a reviewer was shown",
            (),
            ("Check", "Severity", "Findings", "Waiting", "Sum", "May be wrong"),
            tuple(
                (e.check, e.severity, f"{e.count:,}", f"{e.waiting:,}", sterling(e.pence), sterling(e.moved))
                for e in beside.checks
            ),
        ),
    )
    came = "came to" if run.status in POSTED else "proposes"
    headline = f"{run.heading} {came} {sterling(run.total)}, in {run.lines:,} lines for {beside.parties:,}."
    figures = {"total_pence": run.total, "to_sign_for_pence": run.to_sign_for, "difference_pence": beside.difference}
    return Explanation(str(nr), "run", nr, headline, tuple(filter(None, sections)), figures)


def _made_of(run: Run, beside: BesideTheLast) -> Section:
    rows = tuple(
        (each.kind, "earlier periods" if each.late else "its own days", f"{each.lines:,}", sterling(each.pence))
        for each in beside.made_of
    )
    said = (f"What was signed for is {sterling(run.to_sign_for)}: sums paid and sums taken back, both counted.",)
    return Section("What it is made of", said, ("Kind", "For", "Lines", "Amount"), rows)


def _earlier(late: Iterable[tuple[int, int]], why: Why) -> Section:
    sums: dict[str, tuple[int, int]] = {}
    for cause, pence in late:
        count, whole = sums.get(why(cause), (0, 0))
        sums[why(cause)] = count + 1, whole + pence
    rows = sorted(sums.items(), key=lambda each: -abs(each[1][1]))
    shown = tuple((words or "nothing said", f"{count:,}", sterling(pence)) for words, (count, pence) in rows)
    return Section("Why earlier periods are there", (), ("Why", "Lines", "Amount"), shown)


def _last(run: Run, beside: BesideTheLast) -> Section:
    title = "Beside the last run"
    if beside.last is None or beside.difference is None:
        return Section(title)
    between = f"Run {beside.last.nr} came to {sterling(beside.last.total)}: {sterling(beside.difference)} between them."
    said = [f"{between} What it was made of: outturn explain “run {beside.last.nr}”."]
    if beside.moved:
        said.append(f"Why each moved: outturn explain {beside.moved[0].party.ref} --run {run.nr}.")
    rows = tuple(
        (str(each.party), sterling(each.before or 0), sterling(each.now), sterling(each.difference))
        for each in beside.moved
    )
    return Section(title, tuple(said), ("Who", "Then", "Now", "Difference"), rows)


def _accounts(run: Run, accounts: list[tuple[str, str, int]]) -> Section:
    rows = tuple((code, name, sterling(pence)) for code, name, pence in accounts)
    said = (f"Each: outturn explain {accounts[0][0]} --run {run.nr}.",) if accounts else ()
    return Section("In the ledger", said, ("Account", "Name", "As a debit"), rows)
