"""The verbs: explain what one service line is charged, or a whole bill. Nothing is changed."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection

from billing.bill_store import read_bill, read_bills
from billing.charges.stream import NAME
from billing.explain import store
from billing.explain.explained import Explained, Part
from billing.explain.past import InRun, Past, Row
from billing.explain.prices import read_pieces
from billing.explain.telling import Told, assessment_json, name_of, parts, rested, tell
from billing.tables import number_of
from finance.columns import Database
from finance.days import spoken
from finance.money import sterling
from finance.problems import Refusal
from ledgers import store as ledger
from ledgers.runs import POSTED, Run, Status


class NothingToExplain(Refusal):
    """No line has this reference, no charge run has it, or the bill is not one of charges."""


def explain_charges(database: Database, line_ref: str, *, run: int | None = None) -> Explained:
    """Why a service line is charged what it is, in the latest charge run that holds it or in a run that is named.

    Raises NothingToExplain or NoSuchRun. Asserts that what is shown comes, to the penny, to what the ledger holds.
    """
    with database.read() as connection:
        line = store.find_line(connection, line_ref)
        if line is None:
            raise _unknown(connection, line_ref)
        past = store.read_past(connection, line["person"])
        in_run = _named(connection, run, past) if run is not None else _latest(connection, past, line)
        if in_run is None:
            raise _never(connection, past, line)
        bills = read_bills(connection, run=in_run.run.nr) if in_run.run.status in POSTED else []
    with database.read_bulk() as bulk:
        pieces = read_pieces(bulk, in_run)
    nr = line["nr"]
    made = tell(in_run, lambda subject, kind, _: subject == nr and kind != "arrangement fee", pieces)
    parties = {each.key[2] for each in made.figures}
    numbers = [number_of(each.nr) for each in bills if each.party in parties]
    about = Part("Who and what", tuple(_about(made, [name_of(in_run, line["nr"], "")], numbers)))
    headline = _headline(made)
    return Explained(line_ref, in_run.run.nr, headline, (about, *parts(made)), tuple(rested(made)), _figures([made]))


def explain_bill(database: Database, number: int) -> Explained:
    """Why a bill or credit note comes to what it does: every line of it. Asserts that they add up to the bill."""
    with database.read() as connection:
        bill = read_bill(connection, number)
        if bill.stream != NAME:
            raise NothingToExplain(
                f"{number_of(number)} is a bill of {bill.stream}, not of charges to a client.",
                f"See what it says: outturn bill show {number_of(number)}",
            )
        run = ledger.read_run(connection, bill.run)
        entries = store.read_bill_entries(connection, bill)
        payer = store.payer_of(connection, bill.party)
        people = store.people_of(connection, entries, run.known)
        in_runs = [store.read_in_run(connection, run, store.read_past(connection, person)) for person in people]
        singles = store.read_single_charges(connection, entries)
    with database.read_bulk() as bulk:
        pieces = [read_pieces(bulk, each) for each in in_runs]
    told = [
        tell(each, lambda _s, _k, party: party == bill.party, priced)
        for each, priced in zip(in_runs, pieces, strict=True)
    ]
    came = sum(each["amount"] for each in entries)
    single = _single(entries, singles)
    known = sum(each.amount for each in told) + sum(
        each["amount"] for each in entries if each["subject"] in singles and each["kind"] == "one-off charge"
    )
    assert came == bill.amount == known, (
        f"{number_of(number)} is {bill.amount}: its entries come to {came}, its lines to {known}"
    )
    by_when = f" and is to be paid by {spoken(bill.due)}" if bill.amount > 0 else ""  # nobody pays a credit note
    headline = (
        f"{number_of(number)}, a {bill.kind} to {payer['name']} ({payer['ref']}), is {sterling(bill.amount)}: it was "
        f"issued on "
        f"{spoken(bill.issued)}{by_when}."
    )
    made = [Part("The bill", (_run_words(run),), ("What", "Kind", "Amount"), tuple(_made_of(told, single)))]
    for each in told:
        before = f"{_who(each.in_run)}: " if len(told) > 1 else ""
        made += [Part(f"{before}{part.title}", part.sentences, part.columns, part.rows) for part in parts(each)]
    made += [single] if single.rows else []
    return Explained(
        number_of(number),
        run.nr,
        headline,
        tuple(made),
        tuple(word for each in told for word in rested(each)),
        {"bill_pence": bill.amount, "payer": payer["ref"], **_figures(told)},
    )


def _made_of(told: Iterable[Told], single: Part) -> Iterable[tuple[str, str, str]]:
    sums: dict[tuple[str, str], int] = {}
    for each in told:
        for figure in each.figures:
            key = name_of(each.in_run, figure.key[0], figure.key[1]), figure.key[1]
            sums[key] = sums.get(key, 0) + (0 if figure.held else figure.amount)
    yield from ((what, kind, sterling(pence)) for (what, kind), pence in sums.items() if pence)
    yield from ((row[1], "one-off charge", row[4]) for row in single.rows)


def _single(entries: Iterable[Row], singles: dict[int, list[Row]]) -> Part:
    rows = []
    for each in entries:
        if each["kind"] == "one-off charge" and each["subject"] in singles:
            row = singles[each["subject"]][-1]
            told = f"learned {spoken(row['moment'].date())} by {row['by']} from {row['source']}"
            rows.append(
                (spoken(row["on"]), row["ref"], row["reason"], f"{row['entered_by']}; {told}", sterling(each["amount"]))
            )
    return Part("Single charges", (), ("Day", "What", "Reason", "Entered by", "Amount"), tuple(rows))


def _figures(told: Iterable[Told]) -> dict[str, object]:
    some = list(told)
    return {
        "amount_pence": sum(each.amount for each in some),
        "earlier_periods_pence": sum(each.earlier for each in some),
        "names": {each.in_run.past.ref("service_line", s.subject): s.subject for each in some for s in each.stretches},
        "stretches": [s.as_json() for each in some for s in each.stretches],
        "lines": [f.as_json() for each in some for f in each.figures],
        "assessments": [assessment_json(word, each.in_run) for each in some for word in rested(each)],
        "changes": [change.words(each.in_run.past) for each in some for change in each.changes],
        "parked": [
            {
                "what": each.in_run.parked["what"],
                "what_to_do": each.in_run.parked["what_to_do"],
                "since": each.in_run.parked["since"].isoformat(),
            }
            for each in some
            if each.in_run.parked
        ],
    }


def _who(in_run: InRun) -> str:
    row = in_run.past.one("person", in_run.past.person, in_run.run.known)
    return f"{row['name']} ({row['ref']})" if row else f"person {in_run.past.person}"


def _run_words(run: Run) -> str:
    status = "" if run.status in POSTED else f" It is {run.status}, and nothing is posted yet."
    return f"{run.title}: worked out on what was known at change {run.known}, prepared by {run.prepared_by}.{status}"


def _about(told: Told, what: list[str], bills: list[str]) -> Iterable[str]:
    yield f"{', '.join(what)}, for {_who(told.in_run)}."
    yield _run_words(told.in_run.run)
    if bills:
        yield f"On {', '.join(bills)}: outturn bill explain {bills[0]}"


def _headline(told: Told) -> str:
    run = told.in_run.run
    if told.in_run.parked:
        return f"Run {run.nr} charges nothing: {told.in_run.parked['what']}"
    verb = "posted" if run.status in POSTED else "proposes"
    if not told.figures:
        return f"Run {run.nr} charges nothing for it."
    split = (
        f": {sterling(told.amount - told.earlier)} for its own weeks and {sterling(told.earlier)} for earlier ones"
        if told.earlier
        else ""
    )
    return f"Run {run.nr} {verb} {sterling(told.amount)}{split}."


def _latest(connection: Connection, past: Past, line: Row) -> InRun | None:
    for run in store.read_runs(connection):
        found = store.read_in_run(connection, run, past)
        if found.parked or any(
            each["subject"] == line["nr"] and each["kind"] != "arrangement fee"
            for each in (*found.steps, *found.proposal)
        ):
            return found
    return None


def _named(connection: Connection, nr: int, past: Past) -> InRun:
    run = ledger.read_run(connection, nr)
    if run.stream != NAME:
        raise NothingToExplain(f"Run {nr} is not a run of charges.", "Give the number of a charge run.")
    if run.status is Status.ABANDONED:
        raise NothingToExplain(f"{run.title} was abandoned, so its workings are gone.", "Ask without naming a run.")
    if run.status is Status.DRAFT:
        raise NothingToExplain(f"{run.title} has not been worked out yet.", "Calculate it first.")
    return store.read_in_run(connection, run, past)


def _never(connection: Connection, past: Past, line: Row) -> NothingToExplain:
    payers = [row for row in past.versions["bill_payer"] if row["person"] == past.person and row["superseded"] is None]
    if not payers:
        who: Any = (
            past.versions["person"][-1] if past.versions["person"] else {"name": "The person", "ref": past.person}
        )
        return NothingToExplain(
            f"{who['name']} ({who['ref']}) has no bill payer, so no charge run bills them.",
            "Give them one in the bill_payers extract.",
        )
    exempt = [
        row for row in past.versions["charge_exemption"] if row["line"] == line["nr"] and row["superseded"] is None
    ]
    why = f" It is exempt from charges: {exempt[0]['reason']} ({exempt[0]['ref']})." if exempt else ""
    return NothingToExplain(
        f"No charge run holds {line['ref']}.{why}", "Run the charges first, or see who is billed and from when."
    )


def _unknown(connection: Connection, ref: str) -> NothingToExplain:
    near = store.lines_near(connection, ref)
    close = get_close_matches(ref, near, n=5, cutoff=0) or near[:8]
    there = f"The nearest lines are {', '.join(close)}." if close else "Give the reference of a service line."
    return NothingToExplain(f"There is no service line “{ref}”.", there)
