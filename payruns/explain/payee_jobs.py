"""The verb: explain what a pay run came to for one payee: what it is made of, what was settled, and why it is not what
the last run came to. Nothing is changed.
"""

import pyarrow.compute as pc
from sqlalchemy import Connection

from finance.care_costs.news import cause_words
from finance.columns import Database
from finance.days import spoken
from finance.facts import tables as t
from finance.facts.names_store import names, number_of
from finance.facts.versions import Row
from finance.money import sterling
from ledgers import store as ledger
from ledgers.explain.explanation import Explanation, NothingToExplain, Section, only_with_workings
from ledgers.explain.store import read_party, read_runs
from ledgers.lines_store import unparquet
from ledgers.runs import POSTED, Run
from ledgers.views.store import read_lines
from payruns.explain.moved import moved
from payruns.stream import NAME
from payruns.views_store import subjects

MOST = 100


def explain_payee(database: Database, ref: str, *, run: int | None = None) -> Explanation:
    """What a run came to for a payee: the latest with anything of theirs, unless it is named. Raises NothingToExplain.

    Asserts that the lines come to what the run holds for the payee, and the causes to the difference from the last run.
    """
    with database.read() as connection:
        party = number_of(connection, t.payee, ref)
        payee = names(connection, t.payee, [party])[party]
        chosen = _run(connection, party, run)
        if chosen is None:
            raise NothingToExplain(f"No pay run holds anything of {payee}.", "See who is paid: outturn payrun list")
        row = read_party(connection, chosen.nr, party)
        lines = read_lines(connection, chosen, party).to_pylist()
        assert row is not None and row["total"] == sum(each["amount"] for each in lines), (
            "lines are not the payee’s sum"
        )
        last = ledger.read_run(connection, chosen.run_before) if chosen.run_before else None
        beside = _beside(connection, chosen, last, party, lines)
        sections = (_came_to(chosen, row), beside[0], _lines(connection, chosen, lines))
    headline = f"{chosen.heading} came to {sterling(row['total'])} for {payee}, and pays {sterling(row['paid'])}."
    figures = {
        "total_pence": row["total"],
        "paid_pence": row["paid"],
        "carried_forward_pence": row["carried_forward"],
        "difference_pence": beside[2],
        "moved": beside[1],
    }
    return Explanation(ref, "payee", chosen.nr, headline, tuple(filter(None, sections)), figures)


def _run(connection: Connection, party: int, run: int | None) -> Run | None:
    if run is not None:
        chosen = only_with_workings(ledger.read_run(connection, run), NAME, "a pay run")
        return chosen if read_party(connection, run, party) else None
    return next((each for each in read_runs(connection, NAME) if read_party(connection, each.nr, party)), None)


def _came_to(run: Run, row: Row) -> Section:
    rows = [("Brought forward", sterling(row["brought_forward"])), ("The lines of the run", sterling(row["total"]))]
    if row["held"]:
        rows.append(("Of which told to wait, and not posted", sterling(row["held"])))
    if run.status in POSTED:
        moved_on = row["brought_forward"] + row["total"] - row["held"] - row["paid"] - row["carried_forward"]
        rows.append(("Paid", sterling(row["paid"])))
        rows += [("Moved to debtors", sterling(moved_on))] if moved_on else []
        rows.append(("Carried forward", sterling(row["carried_forward"])))
    why = (f"Nothing was paid: {row['withheld']}",) if row["withheld"] else ()
    return Section("What it came to", why, ("What", "Amount"), tuple(rows))


def _beside(
    connection: Connection, run: Run, last: Run | None, party: int, lines: list[Row]
) -> tuple[Section, list[dict[str, object]], int]:
    """By cause and by sum, beside the last run of the calendar."""
    if last is None:
        return Section("Why it is not what the last run came to"), [], sum(each["amount"] for each in lines)
    before = read_lines(connection, last, party).to_pylist()
    subjects_ = {each["subject"] for each in [*lines, *before]}
    found = moved(lines, before, _steps(connection, run, subjects_), _steps(connection, last, subjects_))
    was, now = (sum(each["amount"] for each in rows) for rows in (before, lines))
    rows = [(each.why, f"{each.lines:,}", sterling(each.amount)) for each in found]
    both = f"Run {last.nr} came to {sterling(was)} and run {run.nr} to {sterling(now)}"
    said = (f"{both}: {sterling(now - was)} between them.",)
    section = Section("Why it is not what the last run came to", said, ("Why", "Lines", "Difference"), tuple(rows))
    told = [{"why": each.why, "lines": each.lines, "amount_pence": each.amount} for each in found]
    return section, told, now - was


def _steps(connection: Connection, run: Run, wanted: set[int]) -> list[Row]:
    """The sealed steps of these subjects in the run’s own days."""
    made: list[Row] = []
    columns = ("subject", "kind", "period_starts", "rate", "unit", "quantity", "count", "share")
    for number in ledger.chunk_numbers(connection, run.nr):
        table = unparquet(ledger.read_blob(connection, run.nr, number, "steps"))
        if table.num_rows and set(columns) <= set(table.column_names):
            mine = table.filter(pc.greater_equal(table["period_starts"], run.window_starts)).select(columns).to_pylist()
            made += [row for row in mine if row["subject"] in wanted]
    return made


def _lines(connection: Connection, run: Run, lines: list[Row]) -> Section:
    some = sorted((each for each in lines if each["amount"]), key=lambda each: -abs(each["amount"]))
    about = subjects(connection, [(each["kind"], each["subject"]) for each in some[:MOST]])
    rows = []
    for each in some[:MOST]:
        what = about.get((each["kind"], each["subject"]))
        rows.append(
            (
                str(what) if what else f"number {each['subject']}",
                each["kind"],
                spoken(each["period_starts"]),
                cause_words(each["cause"]) if each["late"] else "",
                sterling(each["amount"]),
            )
        )
    if some[MOST:]:
        rows.append((f"{len(some) - MOST:,} more", "", "", "", sterling(sum(each["amount"] for each in some[MOST:]))))
    first = next((what.ref for what in about.values()), None)
    down = (f"How each was worked out: outturn explain {first} --run {run.nr}.",) if first else ()
    return Section("What it is made of", down, ("What", "Kind", "Period from", "Why again", "Amount"), tuple(rows))
