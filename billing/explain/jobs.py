"""The verbs: explain what one service line is charged, or a whole bill. Nothing is changed."""

from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
from sqlalchemy import Connection

from billing.bill_store import read_bill, read_bills
from billing.charges.stream import NAME
from billing.documents.bill_facts import gather
from billing.documents.content import BillDiffers
from billing.documents.run_facts_jobs import run_facts
from billing.explain import store
from billing.explain.differing import as_json as differs_json
from billing.explain.differing import differing
from billing.explain.person import InRun, PersonCharged
from billing.explain.prices import read_pieces
from billing.explain.telling import FEE, ChargeExplanation, ChargeWorkings, as_json, name_of, rested, sections, tell
from billing.tables import number_of
from finance.columns import Database
from finance.days import spoken
from finance.facts import tables as f
from finance.facts import versions_store as facts
from finance.facts.versions import Row, Versions
from finance.money import sterling
from ledgers import store as ledger
from ledgers.explain import store as shared
from ledgers.explain.explanation import NothingToExplain, Section, only_with_workings, unknown
from ledgers.runs import POSTED, Run


def explain_charges(database: Database, line_ref: str, *, run: int | None = None) -> ChargeExplanation:
    """Why a service line is charged what it is, in the latest charge run that holds it or in a run that is named.

    Raises NothingToExplain or NoSuchRun. Asserts that what is shown comes, to the penny, to what the ledger holds.
    """
    with database.read() as connection:
        line = facts.find(connection, f.service_line, line_ref)
        if line is None:
            near = facts.near(connection, [f.service_line], line_ref)
            raise unknown(line_ref, "service line", facts.lines_of(connection, line_ref), near)
        person = store.read_person(connection, line["person"])
        in_run = _named(connection, run, person) if run is not None else _latest(connection, person, line)
        if in_run is None:
            raise _never(person, line)
        bills = read_bills(connection, run=in_run.run.nr) if in_run.run.status in POSTED else []
    with database.read_bulk() as bulk:
        pieces = read_pieces(bulk, in_run)
    nr = line["nr"]
    made = tell(in_run, lambda subject, kind, _: subject == nr and kind != FEE, pieces)
    parties = {each.key[3] for each in made.figures}
    about = [f"{name_of(in_run, nr, '')}, for {_who(in_run)}.", _run_words(in_run.run)]
    numbers = [number_of(each.nr) for each in bills if each.party in parties]
    if numbers:
        about.append(f"On {', '.join(numbers)}: outturn bill explain {numbers[0]}")
    told = (Section("Who and what", tuple(about)), *sections(made))
    return ChargeExplanation(
        line_ref, "service line", in_run.run.nr, _headline(made), told, as_json([made]), tuple(rested(made))
    )


def explain_bill(database: Database, number: int) -> ChargeExplanation:
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
        in_runs = [store.read_in_run(connection, run, store.read_person(connection, nr)) for nr in people]
        singles = store.read_single_charges(connection, entries)
    with database.read_bulk() as bulk:
        pieces = [read_pieces(bulk, each) for each in in_runs]
    told = [
        tell(each, lambda _s, _k, party: party == bill.party, priced)
        for each, priced in zip(in_runs, pieces, strict=True)
    ]
    one_off = [each for each in entries if each["kind"] == "one-off charge"]
    came = sum(each["amount"] for each in entries)
    known = sum(each.amount for each in told) + sum(each["amount"] for each in one_off)
    assert came == bill.amount == known, (
        f"{number_of(number)} is {bill.amount}: its entries come to {came}, its lines to {known}"
    )
    by_when = f" and is to be paid by {spoken(bill.due)}" if bill.amount > 0 else ""  # nobody pays a credit note
    headline = (
        f"{number_of(number)}, a {bill.kind} to {payer['name']} ({payer['ref']}), is {sterling(bill.amount)}: "
        f"it was issued on {spoken(bill.issued)}{by_when}."
    )
    single = _single(one_off, singles, run.known)
    differs = _differs(database, run, pa.Table.from_pylist([dict(bill._mapping)]))
    made = [Section("The bill", (_run_words(run),), ("What", "Kind", "Amount"), tuple(_made_of(told, single)))]
    for each in told:
        before = f"{_who(each.in_run)}: " if len(told) > 1 else ""
        made += [replace(section, title=f"{before}{section.title}") for section in sections(each)]
    made.insert(1, differing(differs))
    figures = {"bill_pence": bill.amount, "payer": payer["ref"], "differs": differs_json(differs), **as_json(told)}
    return ChargeExplanation(
        number_of(number),
        "bill",
        run.nr,
        headline,
        tuple(filter(None, [*made, single])),
        figures,
        tuple(word for each in told for word in rested(each)),
    )


def _differs(database: Database, run: Run, bill: pa.Table) -> BillDiffers | None:
    """Of one bill, as a table of one row; None where the payer had no bill before it."""
    return gather(database, run_facts(database, run, priced=False), bill).differs(bill.to_pylist()[0])


def _made_of(told: Iterable[ChargeWorkings], single: Section) -> Iterable[tuple[str, str, str]]:
    sums: dict[tuple[str, str], int] = {}
    for each in told:
        for figure in each.figures:
            key = name_of(each.in_run, figure.key[0], figure.key[1]), figure.key[1]
            sums[key] = sums.get(key, 0) + (0 if figure.held else figure.amount)
    yield from ((what, kind, sterling(pence)) for (what, kind), pence in sums.items() if pence)
    yield from ((row[1], "one-off charge", row[4]) for row in single.rows)


def _single(entries: Iterable[Row], singles: Versions, known: int) -> Section:
    rows = []
    for each in entries:
        row = singles.one("one_off_charge", each["subject"], known)
        by = f"{row['entered_by']}; {singles.learned(row['learned'], row['source_row'])}"
        rows.append((spoken(row["on"]), row["ref"], row["reason"], by, sterling(each["amount"])))
    return Section("Single charges", (), ("Day", "What", "Reason", "Entered by", "Amount"), tuple(rows))


def _who(in_run: InRun) -> str:
    return in_run.named("person", in_run.person.nr)


def _run_words(run: Run) -> str:
    status = "" if run.status in POSTED else f" It is {run.status}, and nothing is posted yet."
    known = f"worked out on all that was recorded up to change {run.known}"
    return f"{run.title}: {known}, prepared by {run.prepared_by}.{status}"


def _headline(told: ChargeWorkings) -> str:
    run, parked = told.in_run.run, told.in_run.sealed.parked
    if parked:
        return f"Run {run.nr} charges nothing: {parked['what']}"
    if not told.figures:
        return f"Run {run.nr} charges nothing for it."
    verb = "posted" if run.status in POSTED else "proposes"
    own = f": {sterling(told.amount - told.earlier)} for its own weeks and {sterling(told.earlier)} for earlier ones"
    return f"Run {run.nr} {verb} {sterling(told.amount)}{own if told.earlier else ''}."


def _latest(connection: Connection, person: PersonCharged, line: Row) -> InRun | None:
    for run in shared.read_runs(connection, NAME):
        found = store.read_in_run(connection, run, person)
        rows = (*found.sealed.steps, *found.sealed.proposal)
        if found.sealed.parked or any(row["subject"] == line["nr"] and row["kind"] != FEE for row in rows):
            return found
    return None


def _named(connection: Connection, nr: int, person: PersonCharged) -> InRun:
    run = only_with_workings(ledger.read_run(connection, nr), NAME, "a run of charges")
    return store.read_in_run(connection, run, person)


def _never(person: PersonCharged, line: Row) -> NothingToExplain:
    def still(table: str, column: str, nr: int) -> list[Row]:
        return [row for row in person.facts.rows[table] if row[column] == nr and row["superseded"] is None]

    if not still("bill_payer", "person", person.nr):
        who = person.facts.rows["person"][-1]
        return NothingToExplain(
            f"{who['name']} ({who['ref']}) has no bill payer, so no charge run bills them.",
            "Give them one in the bill_payers extract.",
        )
    exempt = still("charge_exemption", "line", line["nr"])
    why = f" It is exempt from charges: {exempt[0]['reason']} ({exempt[0]['ref']})." if exempt else ""
    return NothingToExplain(
        f"No charge run holds {line['ref']}.{why}", "Run the charges first, or see who is billed and from when."
    )
