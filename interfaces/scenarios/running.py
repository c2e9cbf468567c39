"""Living through a scenario: each step by the same verbs an officer uses, on a clock of its own."""

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa

from finance.days import day
from finance.money import sterling
from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.database.migrate import empty_file
from interfaces.files.inbound.door.confirming import confirm_bank_details
from interfaces.files.inbound.door.loading import ExtractLoaded, record_facts
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.outbound.leaving import leave
from interfaces.scenarios import charging, store
from interfaces.scenarios.comparing import compare_lines, compare_names, compare_parked, compare_sum, compare_sums
from interfaces.scenarios.reading import STAGES, Facts, Row, Scenario, ScenarioStep, read_scenario
from interfaces.scenarios.report import Miss, Report, RunLine, StepReport
from interfaces.scenarios.telling import (
    References,
    StepOutcome,
    by_payee,
    compare_problems,
    number_in,
    plain_row,
    run_came,
    step_words,
)
from ledgers import entries_store, holds_store, review_jobs
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.coding.store import load_current
from ledgers.debt_jobs import record_debt
from ledgers.runs import Run
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.store import read_calendar
from payruns.stream import NAME

DAY = dt.timedelta(days=1)


def run_scenario(path: Path | str, database: Database | None = None) -> Report:
    """Run a scenario file in a database of its own, or in the (migrated) one given. Raises BadScenario for a
    bad file.
    """
    scenario = read_scenario(Path(path))
    with ExitStack() as stack:
        if database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="outturn-scenario-"))
            leave(Path(folder, "scenario.db"), empty_file())
            database = Database(f"sqlite:///{folder}/scenario.db")
            stack.callback(database.close)
        return _Casework(scenario, database).live()


class _Casework:
    """One scenario being lived through."""

    def __init__(self, scenario: Scenario, database: Database) -> None:
        self.scenario, self.database = scenario, database
        self.told: dict[str, dict[str, Row]] = {}
        self.moment = dt.datetime.combine(scenario.learned, dt.time(8))
        self.verbs: dict[str, Callable[[ScenarioStep], StepOutcome]] = {
            "learn": self._learn,
            "assess": self._assess,
            "pay_run": self._pay_run,
            "bill_run": self._bill_run,
            "calculate": self._calculate,
            "submit": self._submit,
            "approve": self._approve,
            "send_back": self._send_back,
            "release": self._release,
            "abandon": self._abandon,
            "hold": self._hold,
            "let_go": self._let_go,
            "accept": self._accept,
            "confirm": self._confirm,
            "debt": self._debt,
            "check": self._check,
        }

    def live(self) -> Report:
        with self.database.begin() as connection:
            ledger.add_officers(connection, self.scenario.officers, self.scenario.limits)
        report = Report(self.scenario.name, self.scenario.title)
        if self.scenario.facts:
            self._tell(self.scenario.facts, "Brokerage")
        if self.scenario.assessments:
            charging.assess(self.database, self.scenario.assessments, self.moment, self.scenario.name)
        report.steps = [self._live(step) for step in self.scenario.steps]
        report.misses = self._at_the_end()
        return report

    def _live(self, step: ScenarioStep) -> StepReport:
        self.moment = max(self.moment + dt.timedelta(minutes=1), dt.datetime.combine(step.on, dt.time(9)))
        what = step_words(step)
        try:
            came = self.verbs[step.verb](step)
        except Refusal as error:
            return self._refused(step, what, error)
        misses = [] if not step.refused else [Miss("the step", f"to be refused ({step.refused})", came.outcome)]
        lines = self._proposed(came.run) if came.run else []
        return StepReport(
            step.number, step.on, what, came.outcome, tuple(lines), (*misses, *self._compare(step, came, lines))
        )

    def _refused(self, step: ScenarioStep, what: str, error: Refusal) -> StepReport:
        names = getattr(error, "kinds", (type(error).__name__,))
        said = f"refused ({', '.join(names)}): {error}"
        problems = [str(each) for each in getattr(error, "problems", ())]
        if step.refused in names:
            misses = compare_problems(step.expect.get("problems", []), [*problems, str(error)])
        else:
            misses = [Miss("the step", f"to be refused ({step.refused})" if step.refused else "to be done", said)]
        return StepReport(step.number, step.on, what, said, (), tuple(misses))

    # Verbs -----------------------------------------------------------------------------------------------------------

    def _tell(self, facts: Facts, by: str, quarantine: bool = False) -> dict[str, ExtractLoaded]:
        """Learn facts. A row that names a reference already told need say only what is different."""
        rows: dict[str, list[Mapping[str, object]]] = {}
        for extract, given in facts.items():
            ref = EXTRACTS[extract].ref.name
            before = self.told.get(extract, {})
            latest: dict[str, Row] = {}
            for row in given:
                latest[str(row[ref])] = {**latest.get(str(row[ref]), before.get(str(row[ref]), {})), **plain_row(row)}
            rows[extract] = list(latest.values())
        loaded = record_facts(
            self.database, rows, by=by, at=self.moment, source=self.scenario.name, quarantine=quarantine
        )
        for extract, told in rows.items():
            layout = EXTRACTS[extract]
            passing = {each.name for each in layout.of_the_row}
            kept = {str(row[layout.ref.name]): {k: v for k, v in row.items() if k not in passing} for row in told}
            self.told.setdefault(extract, {}).update(kept)
        return loaded

    def _learn(self, step: ScenarioStep) -> StepOutcome:
        loaded = self._tell(step.target, step.more.get("by", "Brokerage"), step.more.get("quarantine", False))
        said = "; ".join(
            f"{each.extract.replace('_', ' ')}: {each.new} new, {each.changed} changed, {each.cancelled} cancelled"
            + (f", {each.quarantined} set aside" if each.quarantined else "")
            for each in loaded.values()
        )
        return StepOutcome(said, problems=[str(problem) for each in loaded.values() for problem in each.problems])

    def _assess(self, step: ScenarioStep) -> StepOutcome:
        return StepOutcome(f"{charging.assess(self.database, step.target, self.moment, self.scenario.name)} assessed")

    def _bill_run(self, step: ScenarioStep) -> StepOutcome:
        return run_came(charging.bill_run(self.database, step, self.moment, self.scenario.charging))

    def _pay_run(self, step: ScenarioStep) -> StepOutcome:
        last = STAGES.index(step.more.get("stop_after", "released"))
        by = step.more.get("by", "Preparer")
        up_to = step.more["up_to"] + DAY
        run = draft_payrun(self.database, step.target, by=by, at=self.moment, up_to=up_to, policy=self.scenario.policy)
        if last >= 1:
            run = calculate_payrun(self.database, run.nr)
        if last >= 2:
            run = machine.submit_run(self.database, run.nr, by=by, at=self.moment)
        if last >= 3:
            run = machine.approve_run(
                self.database, run.nr, by=step.more.get("approved_by", "Approver"), at=self.moment
            )
        if last >= 4:
            run = release_payrun(self.database, run.nr, by=step.more.get("approved_by", "Approver"), at=self.moment)
        return run_came(run)

    def _calculate(self, step: ScenarioStep) -> StepOutcome:
        return run_came(calculate_payrun(self.database, self._latest(step).nr))

    def _submit(self, step: ScenarioStep) -> StepOutcome:
        by = step.more.get("by", "Preparer")
        return run_came(
            machine.submit_run(self.database, self._latest(step).nr, by=by, at=self.moment, note=step.more.get("note"))
        )

    def _approve(self, step: ScenarioStep) -> StepOutcome:
        by = step.more.get("by", "Approver")
        return run_came(
            machine.approve_run(self.database, self._latest(step).nr, by=by, at=self.moment, note=step.more.get("note"))
        )

    def _send_back(self, step: ScenarioStep) -> StepOutcome:
        run, by = self._latest(step), step.more.get("by", "Approver")
        return run_came(
            review_jobs.send_back_run(
                self.database, run.nr, by=by, at=self.moment, note=step.more.get("note", "sent back")
            )
        )

    def _release(self, step: ScenarioStep) -> StepOutcome:
        by = step.more.get("by", "Approver")
        return run_came(release_payrun(self.database, self._latest(step).nr, by=by, at=self.moment))

    def _abandon(self, step: ScenarioStep) -> StepOutcome:
        run, by = self._latest(step), step.more.get("by", "Preparer")
        return run_came(
            machine.abandon_run(self.database, run.nr, by=by, at=self.moment, note=step.more.get("note", "given up"))
        )

    def _hold(self, step: ScenarioStep) -> StepOutcome:
        scope, number = self._held(step)
        reason, by = step.more.get("reason", "query"), step.more.get("by", "Preparer")
        review_jobs.hold(self.database, self._stream(step), scope, number, reason=reason, by=by, at=self.moment)
        return StepOutcome("held")

    def _stream(self, step: ScenarioStep) -> str:
        return charging.CHARGES if "payer" in step.target else NAME

    def _let_go(self, step: ScenarioStep) -> StepOutcome:
        scope, number = self._held(step)
        with self.database.begin() as connection:
            there = holds_store.read_holds(connection, self._stream(step))
        holds = [row.nr for row in there if (row.scope, row.target) == (scope, number)]
        for hold in holds or [0]:
            review_jobs.let_go(self.database, hold, by=step.more.get("by", "Preparer"), at=self.moment)
        return StepOutcome("let go")

    def _accept(self, step: ScenarioStep) -> StepOutcome:
        """Accept every open finding of a check on the run drafted last."""
        with self.database.begin() as connection:
            run = max((run.nr for run in ledger.read_runs(connection)), default=0)
            found = [
                row.nr
                for row in ledger.read_findings(connection, run)
                if row.check_name == step.target and row.accepted_by is None
            ]
        reason, by = step.more.get("reason", "looked at"), step.more.get("by", "Approver")
        for finding in found or [0]:
            review_jobs.accept_finding(self.database, run, finding, by=by, at=self.moment, reason=reason)
        return StepOutcome(f"{len(found)} accepted")

    def _confirm(self, step: ScenarioStep) -> StepOutcome:
        evidence, by = step.more.get("reason", "called back"), step.more.get("by", "Approver")
        count = confirm_bank_details(self.database, step.target, by=by, at=self.moment, evidence=evidence)
        return StepOutcome(f"{count} confirmed")

    def _debt(self, step: ScenarioStep) -> StepOutcome:
        """Turn what a payee owes after the run drafted last into a debt."""
        run = self._latest_of_any()
        with self.database.begin() as connection:
            coding = load_current(connection)
            party = number_in(store.read_refs(connection, "payee"), step.target, "payee")
        by = step.more.get("by", "Approver")
        moved = record_debt(self.database, run, party, coding, by=by, at=self.moment)
        return StepOutcome(f"{sterling(moved)} to be invoiced", debt=moved)

    def _check(self, step: ScenarioStep) -> StepOutcome:
        return run_came(self._latest(step))

    def _held(self, step: ScenarioStep) -> tuple[str, int]:
        scope, ref = next(iter(step.target.items()))
        if scope == "payer":
            return "payee", charging.ChargeNames(self.database).payer(ref)
        with self.database.begin() as connection:
            refs = store.read_refs(connection, "service_line" if scope == "line" else "payee")
        return scope, number_in(refs, ref, scope)

    def _latest(self, step: ScenarioStep) -> Run:
        """The run drafted last of the calendar a step names."""
        with self.database.begin() as connection:
            nr = store.latest_run(connection, NAME, read_calendar(connection, step.target).nr)
            if nr is None:
                raise Refusal(f"No run of {step.target} has been drafted.", "Draft one with pay_run.")
            return ledger.read_run(connection, nr)

    def _latest_of_any(self) -> int:
        with self.database.begin() as connection:
            return max((run.nr for run in ledger.read_runs(connection, NAME)), default=0)

    # What came out ---------------------------------------------------------------------------------------------------

    def _proposed(self, run: Run) -> list[RunLine]:
        if run.stream == charging.CHARGES:
            return charging.proposed(self.database, run)
        with self.database.begin() as connection:
            blobs = [
                ledger.read_blob(connection, run.nr, number) for number in ledger.chunk_numbers(connection, run.nr)
            ]
            names = References.read(connection)
        if not blobs:
            return []
        go_live = day(names.calendars[run.calendar].go_live)
        rows = pa.concat_tables([machine.unparquet(blob) for blob in blobs]).to_pylist()
        return [
            names.came(
                row["kind"],
                row["subject"],
                row["funder"],
                row["party"],
                max(row["period_starts"], go_live),
                min(row["period_ends"], run.up_to) - DAY,
                row["amount"],
            )
            for row in rows
        ]

    def _posted(self) -> list[RunLine]:
        with self.database.begin() as connection:
            names, rows = References.read(connection), store.read_postings(connection, NAME)
        return [
            names.came(kind, subject, funder, party, first, last, pence)
            for kind, subject, first, last, funder, party, pence in rows
            if pence
        ]

    def _compare(self, step: ScenarioStep, came: StepOutcome, lines: list[RunLine]) -> list[Miss]:
        expect = step.expect
        misses: list[Miss] = []
        if "problems" in expect:
            misses += compare_problems(expect["problems"], came.problems)
        if "debt" in expect:
            misses += compare_sum("the debt", expect["debt"], came.debt)
        if came.run is None:
            return misses
        if "status" in expect and expect["status"] != came.run.status:
            misses.append(Miss("the run", expect["status"], came.run.status))
        if "sum" in expect:
            misses += compare_sum("the run’s total", expect["sum"], sum(line.pence for line in lines))
        if "lines" in expect:
            misses += compare_lines(expect["lines"], lines)
        if "charges" in expect:
            misses += charging.compare_charges(expect["charges"], lines)
        if "bills" in expect:
            misses += charging.compare_bills(expect["bills"], self.database, came.run)
        if "payees" in expect:
            misses += compare_sums("proposed for", expect["payees"], by_payee(lines))
        return misses + self._compare_run(expect, came.run)

    def _compare_run(self, expect: Mapping[str, Any], run: Run) -> list[Miss]:
        with self.database.begin() as connection:
            names = References.read(connection)
            parties = ledger.read_parties(connection, run.nr)
            findings = [row.check_name for row in ledger.read_findings(connection, run.nr)]
            why_parked = store.read_parked(connection, run.nr)
        billed = charging.ChargeNames(self.database) if run.stream == charging.CHARGES else None
        parked = {(billed or names).subject(kind, subject): why for kind, subject, why in why_parked}
        misses: list[Miss] = []
        for name, column in (("paid", "paid"), ("carried", "carried_forward"), ("held", "held")):
            if name in expect:
                parties_named = billed.payers if billed else names.payees
                sums = {parties_named[row.party]: int(getattr(row, column)) for row in parties}
                misses += compare_sums(f"{name},", expect[name], sums)
        if "findings" in expect:
            misses += compare_names("findings", expect["findings"], findings)
        misses += [Miss("findings", f"no “{name}”", name) for name in expect.get("no_findings", []) if name in findings]
        if "parked" in expect:
            misses += compare_parked(expect["parked"], parked, "person" if billed else "line")
        return misses

    def _at_the_end(self) -> list[Miss]:
        expect, posted = self.scenario.expect, self._posted()
        misses: list[Miss] = []
        if "net" in expect:
            misses += compare_sum("posted in all", expect["net"], sum(line.pence for line in posted))
        if "lines" in expect:
            misses += compare_lines(expect["lines"], posted)
        if "charges" in expect:
            misses += charging.compare_charges(expect["charges"], charging.posted(self.database))
        if "charged" in expect:
            misses += compare_sums("charged to", expect["charged"], charging.owing(self.database))
        if "owed" in expect:
            with self.database.begin() as connection:
                names, owed = References.read(connection), entries_store.control_balances(connection, NAME)
            misses += compare_sums("owed to", expect["owed"], {names.payees[nr]: sum_ for nr, sum_ in owed.items()})
        return misses
