"""Councils at each stage of their runs, ready to be copied; and every command line that may be given there.

A council has paid and billed once, has learned more since, and has a run open in each stream. Its database is kept as
it stands at every stage: a race or a killing begins from a copy, and ends with calm officers and all the laws.
"""

import copy
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import URL

from billing.tables import bill_payer
from finance.facts.tables import payee
from finance.problems import Refusal
from interfaces.database.connection import utc_now
from interfaces.files.inbound.council_file import read_council_text
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.policy import jobs as policies
from payruns.jobs import release_payrun
from tests.laws.worlds import DAY, OPENS
from tests.quickness import translated_once
from tests.simulation import doors, verbs
from tests.simulation.council import (
    BROKERAGE,
    FUNDER_PAYER,
    INCOME,
    MANAGERS,
    PAY_CALENDAR,
    PREPARERS,
    STREAMS,
    Council,
)
from tests.simulation.databases import Databases
from tests.simulation.laws import AT_THE_END, CHEAP
from tests.simulation.life import Broken, Calm, Life, Tally
from tests.simulation.processes import Ended
from tests.simulation.verbs import At
from tests.simulation.watching import Watch

IDLE, DRAFT, CALCULATED, SUBMITTED, APPROVED, RELEASED = (
    "idle",
    "draft",
    "calculated",
    "submitted",
    "approved",
    "released",
)
STAGES = (IDLE, DRAFT, CALCULATED, SUBMITTED, APPROVED, RELEASED)
FIRST, SECOND, LAST = OPENS + 28 * DAY, OPENS + 56 * DAY, OPENS + 70 * DAY
GROUPS = {"payments": "payrun", "charges": "billrun", "receipts": "receipt"}
NEVER_SAID = ("Traceback", "sqlalchemy", "sqlite3", "psycopg", "adbc", "INSERT INTO", "UPDATE ", "SELECT ", "DETAIL:")
Line = tuple[str, ...]


@dataclass
class Staged:
    """A council at one stage. ``runs``: the run of each stream that is at it."""

    council: Council
    stage: str
    runs: Mapping[str, int]
    stops: Mapping[str, Sequence[int]] = field(default_factory=dict)
    owing: tuple[int, str] | None = None
    held: int = 0
    inbox: Path = Path()
    settings: Path = Path()

    def command_lines(self) -> dict[str, Line]:
        """Every command line worth giving at this stage, by a name for it: all would be done, were they alone."""
        lines = {**self.any_time(), **self._of_stage()}
        return {name: line for name, line in lines.items() if line}

    def any_time(self) -> dict[str, Line]:
        payer = next(
            ref for ref, row in sorted(self.council.believed["bill_payers"].items()) if row["kind"] == "client"
        )
        line = sorted(self.council.believed["service_lines"])[0]
        return {
            "receipt add": ("receipt", "add", "150.25", "--payer", payer, "--as", INCOME),
            "receipt add to nobody": ("receipt", "add", "31.10", "--as", INCOME),
            "receipt refund": (
                "receipt",
                "refund",
                payer,
                "12.34",
                "--reason",
                "Paid twice by the family",
                "--as",
                INCOME,
            ),
            "receipt sign-refund": ("receipt", "sign-refund", "RF000001", "--as", MANAGERS[0]),
            "receipt identify": (
                "receipt",
                "identify",
                "RC000001",
                "--payer",
                payer,
                "--reason",
                "The bank said",
                "--as",
                INCOME,
            ),
            "payrun hold": (
                "payrun",
                "hold",
                "--line",
                line,
                "--reason",
                "The hours are disputed",
                "--as",
                PREPARERS[1],
            ),
            "billrun let-go": ("billrun", "let-go", str(self.held), "--as", PREPARERS[1]),
            "billrun hold": ("billrun", "hold", payer, "--reason", "Being looked into", "--as", PREPARERS[1]),
            "bank confirm": (
                "bank",
                "confirm",
                "--all",
                "--evidence",
                "Called back on the number held",
                "--as",
                MANAGERS[0],
            ),
            "load": ("load", str(self.inbox), "--as", BROKERAGE),
            "officer add": (
                "officer",
                "add",
                "Jo Jones",
                "officer",
                "--reason",
                "Appointed in May",
                "--as",
                MANAGERS[0],
            ),
            "officer limit": (
                "officer",
                "limit",
                "officer",
                "9000",
                "--reason",
                "Reviewed in May",
                "--as",
                MANAGERS[0],
            ),
            "schedule": ("schedule", "--once"),
            "policy propose": (
                *("policy", "propose", str(self.settings), "--from", f"{SECOND}", "--reason", "The minute of May"),
                *("--as", MANAGERS[0]),
            ),
            "policy confirm": ("policy", "confirm", "2", "--as", MANAGERS[1]),
            "policy withdraw": ("policy", "withdraw", "2", "--reason", "Asked for twice", "--as", MANAGERS[0]),
            "proof": ("proof",),
        }

    def _of_stage(self) -> dict[str, Line]:
        lines: dict[str, Line] = {}
        if self.stage == IDLE:
            lines["payrun draft"] = (
                "payrun",
                "draft",
                PAY_CALENDAR,
                "--last-day",
                f"{SECOND - DAY}",
                "--as",
                PREPARERS[0],
            )
            lines["payrun run"] = ("payrun", "run", PAY_CALENDAR, "--last-day", f"{SECOND - DAY}", "--as", PREPARERS[0])
            lines["billrun draft"] = ("billrun", "draft", "B1", "--last-day", f"{SECOND - DAY}", "--as", PREPARERS[0])
            lines["billrun run"] = ("billrun", "run", "B1", "--last-day", f"{SECOND - DAY}", "--as", PREPARERS[0])
            lines["receipt run"] = ("receipt", "run", "--as", PREPARERS[0])
            return lines
        for stream, nr in self.runs.items():
            lines.update(self._of_run(GROUPS[stream], str(nr), stream))
        return lines

    def _of_run(self, group: str, nr: str, stream: str) -> dict[str, Line]:
        approver, preparer = ("--as", MANAGERS[1]), ("--as", PREPARERS[0])
        note = ("--note", "A line is doubled")
        stops = [str(each) for each in self.stops.get(stream, ())]
        possible: dict[str, Sequence[tuple[str, Line]]] = {
            DRAFT: [
                ("calculate", (group, "calculate", nr, *preparer)),
                ("abandon", (group, "abandon", nr, *note, *preparer)),
            ],
            CALCULATED: [
                ("calculate", (group, "calculate", nr, *preparer)),
                ("submit", (group, "submit", nr, *preparer)),
                ("abandon", (group, "abandon", nr, *note, *preparer)),
            ],
            SUBMITTED: [
                ("approve", (group, "approve", nr, *approver) if not stops else ()),
                ("accept", (group, "accept", nr, *stops, "--reason", verbs.REASON, *approver) if stops else ()),
                ("send-back", (group, "send-back", nr, *note, *approver)),
                ("abandon", (group, "abandon", nr, *note, *preparer)),
            ],
            APPROVED: [
                ("release", (group, "release", nr, *preparer)),
                ("send-back", (group, "send-back", nr, *note, *approver)),
                ("abandon", (group, "abandon", nr, *note, *preparer)),
            ],
            RELEASED: [
                ("files", (group, "files", nr, "--folder", "OUT", *preparer)),
                *(
                    [("recharge", ("billrun", "recharge", nr, *preparer)), ("debt", self._debt())]
                    if stream == "payments"
                    else []
                ),
            ],
        }
        return {f"{group} {name}": line for name, line in possible[self.stage]}

    def _debt(self) -> Line:
        if self.owing is None:
            return ()
        return ("payrun", "debt", str(self.owing[0]), self.owing[1], "--as", PREPARERS[1])

    def addressed(self, line: Line, url: URL, out: Path) -> list[str]:
        """A command line with its database, day and folder."""
        words = [str(out) if each == "OUT" else each for each in line]
        where = url.render_as_string(hide_password=False)
        return [*words, "--database", where, "--on", f"{self.council.on}", "--json"]


def stages(where: Databases, seed: int = 7, lines: int = 7) -> dict[str, Staged]:
    """A council at every stage, each in a database of its own."""
    council = Council(seed, where.new(), where.folder / f"stages_{seed}", lines)
    council.open()
    _first_runs(council)
    inbox = council.folder / "to load"
    inbox.mkdir()
    settings = council.folder / "council.toml"
    settings.write_text(council.policy_text(500), encoding="utf-8")
    _propose(council, 400)
    held = _news_since(council)
    told = _to_load(council, inbox)
    made: dict[str, Staged] = {}
    runs: dict[str, int] = {}
    stops: dict[str, list[int]] = {}
    for stage in STAGES:
        for stream in STREAMS if stage != IDLE else ():
            runs[stream], stops[stream] = _brought_to(council, stage, stream, runs.get(stream, 0))
        council.catch_up()
        owing = _owing(council)
        council.close()
        made[stage] = Staged(
            twin(council, where.copy(council.url)),
            stage,
            dict(runs),
            {k: list(v) for k, v in stops.items()},
            owing,
            held,
            told,
            settings,
        )
    where.drop(council.url)
    return made


def _at(council: Council, by: str) -> At:
    council.stop_looking()
    council.opened.append(council.desk(Watch()))
    return At(council, council.opened[-1], by)


def _propose(council: Council, new_bank_days: int) -> None:
    """A policy that waits for a second officer."""
    text = council.policy_text(new_bank_days)
    with council.checks.begin() as connection:
        policies.propose(
            connection,
            text,
            read_council_text(text, "council.toml").kept(),
            starts=SECOND,
            name="council.toml",
            reason="The minute of April",
            by=PREPARERS[0],
            at=council.clock,
        )


def _first_runs(council: Council) -> None:
    """One run of each stream from draft to files."""
    life = Life(council, Tally())
    council.pass_time(35)
    verbs.receipt(council, random.Random(1))(_at(council, INCOME))  # type: ignore[misc]
    council.catch_up()
    Calm(life).finish(FIRST)


def _news_since(council: Council) -> int:
    """What has come about since: news, money in, a refund asked for, a hold."""
    council.pass_time(28)
    for seed in range(3, 9):
        deed = verbs.news(council, random.Random(seed))
        if deed:
            with suppress(Refusal):
                deed(_at(council, BROKERAGE))
        council.catch_up()
    council.world.rows = {
        name: {ref: dict(row) for ref, row in rows.items()} for name, rows in council.believed.items()
    }
    verbs.receipt(council, random.Random(2))(_at(council, INCOME))  # type: ignore[misc]
    verbs.refund(council, random.Random(3))(_at(council, INCOME))  # type: ignore[misc]
    b = bill_payer.c
    funder = verbs.rows_of(council, select(b.nr).where(b.ref == f"{FUNDER_PAYER}1"))[0].nr
    held = review_jobs.hold(
        _at(council, PREPARERS[1]).database,
        "charges",
        "payee",
        funder,
        reason="Being looked into",
        by=PREPARERS[1],
        at=council.clock,
    )
    council.catch_up()
    return held


def _to_load(council: Council, inbox: Path) -> Path:
    """A file that brokerage has ready: a rate put up, and new bank details."""
    for seed in range(20, 200):
        told, _ = council.late_news(random.Random(seed), most=1)
        if told and set(told) <= {"rates", "service_lines", "agreed_rates", "adjustments"}:
            extract = sorted(told)[0]
            return council.as_file(extract, told[extract])
    raise AssertionError("no news that a file could bring")


def _brought_to(council: Council, stage: str, stream: str, nr: int) -> tuple[int, list[int]]:
    """Bring the run of a stream from the stage before to this one. Its number, and the findings that stop it."""
    council.pass_time(0)
    prepares, approves = _at(council, PREPARERS[2]), _at(council, MANAGERS[0])
    if stage == DRAFT:
        nr = verbs.draft_up_to(council, prepares, stream, SECOND).nr
    elif stage == CALCULATED:
        verbs.CALCULATE[stream](prepares.database, nr)
    elif stage == SUBMITTED:
        machine.submit_run(prepares.database, nr, by=PREPARERS[2], at=council.clock)
    elif stage == APPROVED:
        stops = _stops(council, nr)
        council.stop_looking()
        if stops:
            review_jobs.accept_findings(
                approves.database, nr, stops, by=MANAGERS[0], at=council.clock, reason=verbs.REASON
            )
        machine.approve_run(approves.database, nr, by=MANAGERS[0], at=council.clock)
    elif stream == "payments":  # what is owed after it is left to be done
        release_payrun(prepares.database, nr, by=PREPARERS[2], at=council.clock)
    else:
        run = next(each for each in verbs.runs(council) if each.nr == nr)
        verbs.released(_at(council, PREPARERS[2]), run)
    return nr, _stops(council, nr)


def _stops(council: Council, nr: int) -> list[int]:
    return [each.nr for each in ledger.open_stops(council.look(), nr)]


def _owing(council: Council) -> tuple[int, str] | None:
    p = t.run_party.c
    names = {row.nr: row.ref for row in verbs.rows_of(council, select(payee.c.nr, payee.c.ref))}
    latest = verbs.runs(council, ["released"], STREAMS[:1])
    owing = (
        verbs.rows_of(council, select(p.run, p.party).where(p.carried_forward < 0, p.run == latest[0].nr))
        if latest
        else []
    )
    council.stop_looking()
    return (owing[0].run, names[owing[0].party]) if owing else None


# A trial --------------------------------------------------------------------------------------------------------------


def twin(council: Council, url: URL) -> Council:
    """The same council over a copy of its database, with a folder of its own."""
    made = copy.copy(council)
    for name in (
        "believed",
        "said",
        "tellings",
        "files",
        "receipts_told",
        "refunds_told",
        "corrected",
        "written",
        "kept",
    ):
        setattr(made, name, copy.deepcopy(getattr(council, name)))
    made.url, made.looking = url, None
    made.folder = council.folder.parent / f"twin_{str(url.database).rpartition('/')[2]}"
    made.written, made.opened = {}, []
    made.checks = doors.kept(url, made.plain)
    verbs.clear(made.folder)  # another's, whose database went by the same name
    made.out.mkdir(parents=True)
    return made


@dataclass
class Trial:
    """One race or killing: a copy of a staged council, what was done to it, and what came out wrong."""

    staged: Staged
    council: Council
    wrong: list[str] = field(default_factory=list)

    def heard(self, *ended: Ended) -> None:
        """Keep what each command line acknowledged, and complain of what it may not say."""
        for each in ended:
            shown = [word for word in NEVER_SAID if word in each.said]
            if shown and not each.killed:
                last = next((row for row in reversed(each.said.splitlines()) if row.strip()), "")
                self.wrong.append(f"a verb is done or refused, in words: {' '.join(each.words[:2])} said {last[:200]}")
            if each.code not in (0, 1) and not each.killed:
                self.wrong.append(
                    f"a verb is done or refused, in words: {' '.join(each.words[:2])} ended with {each.code}"
                )
            if each.code == 0:
                self._acknowledged(each)

    def _acknowledged(self, ended: Ended) -> None:
        council, answer = self.council, ended.answer
        pence = answer.get("amount_pence")
        if "identify" not in ended.words:
            for name, told in (("receipt", council.receipts_told), ("refund", council.refunds_told)):
                if isinstance(answer.get(name), str) and isinstance(pence, int) and "sign-refund" not in ended.words:
                    ref = answer[name] if answer[name] not in told else f"{answer[name]} again"
                    told[ref] = (pence, None) if name == "receipt" else pence  # type: ignore[assignment]
        for each in answer.get("files") or []:
            known = each.get("name") or Path(each["path"]).name
            for path in council.out.rglob(known):
                council.written[path] = each["sha256"]

    def judge(self) -> None:
        """Ask the laws now, let calm officers finish, and ask them again with all the rest."""
        council = self.council
        doors.without_log(council.url)
        council.clock = max(council.clock, utc_now())
        life = Life(council, Tally())
        try:
            council.catch_up()
            life.ask(CHEAP)
            with translated_once():
                Calm(life).finish(LAST)
                for laws in (CHEAP, AT_THE_END):
                    life.ask(laws)
        except Broken as broken:
            self.wrong.append(str(broken))
