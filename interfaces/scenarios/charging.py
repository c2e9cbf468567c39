"""What a scenario says and expects of charges: assessments told, charge runs made, and what clients are billed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import insert, select

from billing import bill_store
from billing.assessments.decisions import How
from billing.assessments.tables import assessment
from billing.charges import store as charge_store
from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.policy import ChargingPolicy
from billing.charges.stream import NAME as CHARGES
from billing.tables import FACTS
from finance.assessment import BASES, OUTCOMES, Basis, Outcome
from finance.days import day
from finance.facts.store import Change, record_change_here
from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.scenarios import store
from interfaces.scenarios.comparing import compare_lines, compare_sums
from interfaces.scenarios.reading import STAGES, ScenarioStep, as_pence
from interfaces.scenarios.report import Miss, RunLine
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import Run

__all__ = [
    "CHARGES",
    "ChargeNames",
    "assess",
    "bill_run",
    "compare_bills",
    "compare_charges",
    "owing",
    "posted",
    "proposed",
]

DAY = dt.timedelta(days=1)
SORTS = {"line": "charge", "person": "arrangement fee", "single": "one-off charge"}
OUTCOME_WORDS = {
    "assessed": Outcome.ASSESSED,
    "nothing": Outcome.NIL_BY_LAW,
    "full cost": Outcome.FULL_COST,
    "over the limit": Outcome.OVER_LIMIT,
}


def assess(database: Database, said: Iterable[Mapping[str, Any]], at: dt.datetime, source: str) -> int:
    """Record what people are to pay a week, as assessments would. Returns how many."""
    with database.begin() as connection:
        people = {ref: nr for nr, ref in store.read_refs(connection, "person").items()}
        learned = record_change_here(connection, Change(at, "Assessor", "assessed", source))
        rows = [_assessment(each, people, learned) for each in said]
        connection.execute(insert(assessment), rows)
    return len(rows)


def _assessment(said: Mapping[str, Any], people: Mapping[str, int], learned: int) -> dict[str, object]:
    if said.get("person") not in people:
        raise Refusal(
            f"There is nobody called “{said.get('person')}” in this scenario.", "Use a reference from its facts."
        )
    basis = Basis(said.get("nation", "England"), said.get("basis", "home"))
    outcome = OUTCOME_WORDS.get(said.get("outcome", "assessed"))
    if basis not in BASES or outcome is None:
        raise Refusal(
            f"The assessment of {said['person']} is on no basis or outcome we know.",
            f"A basis is home, permanent, temporary or fixed; an outcome {', '.join(OUTCOME_WORDS)}.",
        )
    assert outcome in OUTCOMES
    weekly, last = said.get("weekly"), said.get("to")
    return {
        "person": people[said["person"]],
        "starts": said["from"],
        "ends": last + DAY if last else None,
        "learned": learned,
        "charge": None if weekly is None else as_pence(weekly),
        "council_pays": 0,
        "how": How(basis, outcome).code,
    }


def bill_run(database: Database, step: ScenarioStep, at: dt.datetime, policy: ChargingPolicy) -> Run:
    """A charge run of a bill calendar, from draft to numbered bills, or as far as the step says."""
    last = STAGES.index(step.more.get("stop_after", "released"))
    by, approver = step.more.get("by", "Preparer"), step.more.get("approved_by", "Approver")
    run = draft_billrun(database, step.target, by=by, at=at, up_to=step.more["up_to"] + DAY, policy=policy)
    if last >= 1:
        run = calculate_billrun(database, run.nr)
    if last >= 2:
        run = machine.submit_run(database, run.nr, by=by, at=at)
    if last >= 3:
        run = machine.approve_run(database, run.nr, by=approver, at=at)
    if last >= 4:
        run = release_billrun(database, run.nr, by=approver, at=at)
    return run


class ChargeNames:
    """References of what charges are about, for their numbers."""

    def __init__(self, database: Database) -> None:
        with database.begin() as connection:
            self.lines, self.people = (store.read_refs(connection, each) for each in ("service_line", "person"))
            self.payers, self.singles = (
                {row.nr: row.ref for row in connection.execute(select(FACTS[each].c.nr, FACTS[each].c.ref).distinct())}
                for each in ("bill_payer", "one_off_charge")
            )
            self.go_live = {each.nr: day(each.go_live) for each in charge_store.read_calendars(connection)}

    def subject(self, kind: str, number: int) -> str:
        others = {"arrangement fee": self.people, "one-off charge": self.singles, "person": self.people}
        return str(others.get(kind, self.lines)[number])

    def payer(self, ref: str) -> int:
        for nr, each in self.payers.items():
            if each == ref:
                return int(nr)
        raise Refusal(f"There is no bill payer “{ref}” in this scenario.", "Use a reference from its facts.")


def proposed(database: Database, run: Run) -> list[RunLine]:
    """The lines a charge run proposes."""
    names = ChargeNames(database)
    with database.begin() as connection:
        blobs = [ledger.read_blob(connection, run.nr, number) for number in ledger.chunk_numbers(connection, run.nr)]
    rows = pa.concat_tables([machine.unparquet(blob) for blob in blobs]).to_pylist() if blobs else []
    return [
        RunLine(
            row["kind"],
            names.subject(row["kind"], row["subject"]),
            "",
            names.payers[row["party"]],
            max(row["period_starts"], names.go_live[run.calendar]),
            min(row["period_ends"], run.up_to) - DAY,
            row["amount"],
        )
        for row in rows
    ]


def posted(database: Database) -> list[RunLine]:
    """What the ledger holds of charges."""
    names = ChargeNames(database)
    with database.begin() as connection:
        rows = store.read_postings(connection, CHARGES)
    return [
        RunLine(kind, names.subject(kind, subject), "", names.payers[party], first, last, pence)
        for kind, subject, first, last, _, party, pence in rows
        if pence
    ]


def compare_charges(expected: Iterable[Mapping[str, Any]], came: list[RunLine]) -> list[Miss]:
    """Each expected charge is the sum of what came out for its subject, kind, payer and days; nothing may be
    left over.
    """
    return compare_lines([_as_line(each) for each in expected], came)


def _as_line(wanted: Mapping[str, Any]) -> dict[str, Any]:
    sort = next(each for each in SORTS if each in wanted)
    made = {"line": wanted[sort], "kind": wanted.get("kind", SORTS[sort]), "total": wanted["total"]}
    made |= {name: wanted[name] for name in ("from", "to") if name in wanted}
    return made | ({"payee": wanted["payer"]} if "payer" in wanted else {})


def compare_bills(expected: Mapping[str, object], database: Database, run: Run) -> list[Miss]:
    """What each payer was billed by a run; nobody else may have been."""
    names = ChargeNames(database)
    with database.begin() as connection:
        sums = {names.payers[row.party]: int(row.amount) for row in bill_store.read_bills(connection, run=run.nr)}
    return compare_sums("billed to", expected, sums)


def owing(database: Database) -> dict[str, int]:
    """What each payer has been charged in all."""
    sums: dict[str, int] = {}
    for line in posted(database):
        sums[line.payee] = sums.get(line.payee, 0) + line.pence
    return sums
