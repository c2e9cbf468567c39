"""The product's verbs as the simulator speaks them: each looks for something to do and gives back the doing of it.

This is the one place where the simulator meets the product's names. A verb is handed the council and chance; it gives
back a deed to be done at a desk, or nothing where there is nothing to do. Looking is done in peace; doing is watched.
"""

import datetime as dt
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

import scheduler
from billing import tables as b
from billing.charges.jobs import calculate_billrun, draft_billrun
from billing.receipts import tables as r
from billing.receipts.jobs import approve_request, calculate_receipts_run, draft_receipts_run
from finance.facts import tables as f
from finance.money import pounds
from interfaces.cli.frame.desk import Desk
from interfaces.cli.money_in import receipts
from interfaces.cli.runs import billrun, life, payrun
from interfaces.cli.runs import receipts as receipts_run
from interfaces.files.inbound.door.confirming import confirm_bank_details
from interfaces.files.inbound.door.loading import load_file, record_facts
from interfaces.files.outbound.folder_jobs import write_run_files
from interfaces.files.outbound.proving import prove
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.coding.store import load_current
from ledgers.debt_jobs import record_debt
from ledgers.runs import OPEN, POSTED, Run
from ledgers.urgent import Urgent
from payruns.jobs import calculate_payrun, draft_payrun
from tests.laws.worlds import DAY, OPENS
from tests.simulation.council import PAY_CALENDAR, STREAMS, Council
from tests.simulation.watching import WatchedDatabase

LIVES = {each.stream: each for each in (payrun.LIFE, billrun.LIFE, receipts_run.LIFE)}
Deed = Callable[["At"], str]
Verb = Callable[[Council, random.Random], Deed | None]
REASON = "Agreed with the case notes of that week"


class BrokeOff(Exception):
    """A job of the timetable ended in something nobody foresaw."""


class At(Desk):
    """A desk at which an act is done: its own database, day and moment; what is answered is kept."""

    def __init__(self, council: Council, database: WatchedDatabase, by: str) -> None:
        super().__init__(str(council.url), by, council.on, True)
        self.__dict__["database"] = database
        self.watch = database.watching
        self.lived = council
        self.moment = council.clock
        self.answers: list[dict[str, Any]] = []

    @property
    def at(self) -> dt.datetime:
        return self.moment

    def answer(self, result: object, *_shown: object) -> None:
        assert isinstance(result, dict)
        self.answers.append(result)


# What there is --------------------------------------------------------------------------------------------------------


def runs(council: Council, statuses: Sequence[str] | None = None, streams: Sequence[str] = STREAMS) -> list[Run]:
    """Runs at these stages (all of them, when none is named), the newest first."""
    every = ledger.read_runs(council.look())
    return [
        each for each in reversed(every) if each.stream in streams and (statuses is None or each.status in statuses)
    ]


def _one_of(chance: random.Random, found: Sequence[Any]) -> Any:
    """One of these, the first of them more often than not."""
    if not found:
        return None
    return found[0] if chance.randrange(100) < 60 else chance.choice(found)


def open_run(council: Council, chance: random.Random) -> Run | None:
    found: Run | None = _one_of(chance, runs(council, going_on()))
    return found


def going_on() -> list[str]:
    """Stages a run may go on from: those of an open run, and whatever stage a release may be cut off in."""
    return [each.value for each in OPEN] + ["releasing"]


def posted_run(council: Council, chance: random.Random, streams: Sequence[str] = STREAMS) -> Run | None:
    found: Run | None = _one_of(chance, runs(council, [each.value for each in POSTED], streams))
    return found


def rows_of(council: Council, query: Any) -> list[Row[Any]]:
    return list(council.look().execute(query))


# Facts ----------------------------------------------------------------------------------------------------------------


def news(council: Council, chance: random.Random) -> Deed | None:
    """Something has become known, and brokerage tells it."""
    told, words = council.late_news(chance)
    source = council.tell(told) if told else None
    assessed = [council.tell_word(word) for word in words]

    def tell(desk: At) -> str:
        if source:
            record_facts(desk.database, council.tellings[source].rows, by=desk.by, at=desk.at, source=source)
        for each in assessed:
            council.assess(desk.database, each, desk.by)
        return f"{source}: {', '.join(told)}" + (f"; {len(words)} assessed" if words else "")

    return tell if source or assessed else None


def file(council: Council, chance: random.Random, cut: bool = False) -> Deed | None:
    """The same in a file: one of its extracts, whole or cut short on its way."""
    told, _ = council.late_news(chance)
    if not told:
        return None
    extract = chance.choice(sorted(told))
    path = council.as_file(extract, told[extract], chance.random() if cut else None)
    return lambda desk: str(load_file(desk.database, path, by=desk.by, at=desk.at))


def file_cut(council: Council, chance: random.Random) -> Deed | None:
    return file(council, chance, cut=True)


def file_again(council: Council, chance: random.Random) -> Deed | None:
    """A file that has come before comes again, perhaps after newer ones."""
    if not council.files:
        return None
    path = chance.choice(council.files)
    return lambda desk: str(load_file(desk.database, path, by=desk.by, at=desk.at))


def confirm_bank(council: Council, chance: random.Random) -> Deed | None:
    d, said = f.bank_detail.c, f.bank_confirmation.c
    confirmed = select(said.bank_detail).where(said.bank_detail == d.nr, said.learned == d.learned)
    waiting = [row.ref for row in rows_of(council, select(d.ref).where(d.superseded.is_(None), ~confirmed.exists()))]
    if not waiting:
        return None
    evidence = "Called back on the number held already"
    return lambda desk: (
        f"{confirm_bank_details(desk.database, waiting, by=desk.by, at=desk.at, evidence=evidence)} confirmed"
    )


# Runs -----------------------------------------------------------------------------------------------------------------


def draft_up_to(council: Council, desk: At, stream: str, up_to: dt.date) -> Run:
    """Draft a run of a stream for days before ``up_to``."""
    told: dict[str, Any] = {"by": desk.by, "at": desk.at}
    if stream == "payments":
        return draft_payrun(desk.database, PAY_CALENDAR, up_to=up_to, **told)
    if stream == "charges":
        return draft_billrun(desk.database, "B1", up_to=up_to, **told)
    return draft_receipts_run(desk.database, on=up_to - DAY, **told)


def draft(council: Council, chance: random.Random) -> Deed | None:
    """A run of a stream that has none open, up to about now."""
    busy = {each.stream for each in runs(council, going_on()) if not each.is_urgent}
    idle = [each for each in STREAMS if each not in busy] or list(STREAMS)
    stream = chance.choice(idle)
    up_to = max(council.on - chance.randrange(20) * DAY, OPENS + 14 * DAY)

    def do(desk: At) -> str:
        return draft_up_to(council, desk, stream, up_to).heading

    return do


def urgent(council: Council, chance: random.Random) -> Deed | None:
    """A line, a person or a payee is paid before the run of the calendar, for days that are about over."""
    what, table = chance.choice([("line", f.service_line), ("person", f.person), ("payee", f.payee)])
    known = [row.nr for row in rows_of(council, select(table.c.nr).where(table.c.superseded.is_(None)))]
    if not known:
        return None
    whom = Urgent(what, chance.choice(sorted(known)), "There was nothing in the house")
    up_to = max(council.on - chance.randrange(10) * DAY, OPENS + 7 * DAY)
    return lambda desk: (
        draft_payrun(desk.database, PAY_CALENDAR, up_to=up_to, by=desk.by, at=desk.at, urgent=whom).heading
    )


CALCULATE = {"payments": calculate_payrun, "charges": calculate_billrun, "receipts": calculate_receipts_run}


def calculate(council: Council, chance: random.Random) -> Deed | None:
    run = open_run(council, chance)
    if run is None:
        return None
    return lambda desk: f"{run.title}: {CALCULATE[run.stream](desk.database, run.nr).total}"


def submit(council: Council, chance: random.Random) -> Deed | None:
    run = open_run(council, chance)
    return run and (lambda desk: machine.submit_run(desk.database, run.nr, by=desk.by, at=desk.at).title)  # type: ignore[return-value]


def approve(council: Council, chance: random.Random) -> Deed | None:
    run = open_run(council, chance)
    return run and (lambda desk: machine.approve_run(desk.database, run.nr, by=desk.by, at=desk.at).title)  # type: ignore[return-value]


def send_back(council: Council, chance: random.Random) -> Deed | None:
    run = open_run(council, chance)
    if run is None:
        return None
    return lambda desk: (
        review_jobs.send_back_run(desk.database, run.nr, by=desk.by, at=desk.at, note="A line is doubled").title
    )


def abandon(council: Council, chance: random.Random) -> Deed | None:
    run = open_run(council, chance)
    if run is None:
        return None
    return lambda desk: (
        machine.abandon_run(desk.database, run.nr, by=desk.by, at=desk.at, note="The file was short").title
    )


def release(council: Council, chance: random.Random) -> Deed | None:
    run = open_run(council, chance)
    return None if run is None else lambda desk: released(desk, run)


def released(desk: At, run: Run) -> str:
    """Release a run as its own verb of the console command does, with all that follows it."""
    life.release(LIVES[run.stream], desk, run.nr)
    return run.title


def accept(council: Council, chance: random.Random) -> Deed | None:
    """Accept the findings of a run that stop its approval."""
    run = open_run(council, chance)
    if run is None:
        return None
    stops = [each.nr for each in ledger.open_stops(council.look(), run.nr)]
    if not stops:
        return None
    some = stops if chance.randrange(2) else stops[:1]

    def do(desk: At) -> str:
        review_jobs.accept_findings(desk.database, run.nr, some, by=desk.by, at=desk.at, reason=REASON)
        return f"{len(some)} of {run.title}"

    return do


def hold(council: Council, chance: random.Random) -> Deed | None:
    """Tell a line or a party to wait: one that stops an approval, where there is one."""
    run = open_run(council, chance)
    scope, target, stream = "", 0, chance.choice(STREAMS[:2])
    if run is not None:
        stream = run.stream
        stops = ledger.open_stops(council.look(), run.nr)
        if stops and chance.randrange(100) < 80:
            stop = chance.choice(stops)
            by_line = stop.subject is not None and (stop.party is None or chance.randrange(2))
            scope, target = ("line", stop.subject) if by_line else ("payee", stop.party)
    if not target:
        scope = chance.choice(["line", "payee"])
        table = f.service_line if scope == "line" else f.payee if stream == "payments" else b.bill_payer
        known = sorted(row.nr for row in rows_of(council, select(table.c.nr).where(table.c.superseded.is_(None))))
        if not known:
            return None
        target = chance.choice(known)

    def do(desk: At) -> str:
        made = review_jobs.hold(
            desk.database, stream, scope, target, reason="Being looked into", by=desk.by, at=desk.at
        )
        return f"hold {made}: {scope} {target} of {stream}"

    return do


def let_go(council: Council, chance: random.Random) -> Deed | None:
    held = [
        row.nr
        for row in rows_of(
            council, select(t.hold.c.nr).where(t.hold.c.released_at.is_(None)).order_by(t.hold.c.nr.desc())
        )
    ]
    if not held:
        return None
    nr = _one_of(chance, held)

    def do(desk: At) -> str:
        review_jobs.let_go(desk.database, nr, by=desk.by, at=desk.at)
        return f"hold {nr}"

    return do


def timetable(council: Council, chance: random.Random) -> Deed | None:
    """The scheduler wakes and does all that has come due."""

    def do(desk: At) -> str:
        jobs = scheduler.draw_up(desk.database)
        done = list(scheduler.round_of_jobs(desk.database, jobs, desk.on, lambda: desk.at))
        broke = [each.what for each in done if each.what.startswith("It broke off")]
        if broke and not desk.watch.struck:
            raise BrokeOff(broke[0])
        return ", ".join(f"{each.job} {each.outcome}" for each in done) or "nothing has come due"

    return do


# After release --------------------------------------------------------------------------------------------------------


def recharge(council: Council, chance: random.Random) -> Deed | None:
    run = posted_run(council, chance, STREAMS[:1])
    if run is None:
        return None
    return lambda desk: recharged(desk, run)


def recharged(desk: At, run: Run) -> str:
    from billing.recharges.jobs import raise_recharges

    made = raise_recharges(desk.database, run.nr, by=desk.by, at=desk.at, on=desk.on)
    return f"{run.title}: recharge run {made.run}, {made.bills} bills"


def files(council: Council, chance: random.Random) -> Deed | None:
    run = posted_run(council, chance, (*STREAMS, "recharges"))
    xlsx = chance.randrange(100) < 5
    return None if run is None else lambda desk: written(desk, run, xlsx)


def written(desk: At, run: Run, xlsx: bool = False) -> str:
    """Write a run's files; each is then told of as written."""
    made = write_run_files(desk.database, run.nr, desk.lived.out, desk.at, xlsx=xlsx)
    for each in made:
        desk.lived.written[each.path] = each.sha256
    return f"{run.title}: {len(made)} files"


def debt(council: Council, chance: random.Random) -> Deed | None:
    p = t.run_party.c
    owing = rows_of(council, select(p.run, p.party).where(p.carried_forward < 0).order_by(p.run.desc(), p.party))
    if not owing:
        return None
    row = _one_of(chance, owing)

    def do(desk: At) -> str:
        with desk.database.begin() as connection:
            coding = load_current(connection)
        moved = record_debt(desk.database, row.run, row.party, coding, by=desk.by, at=desk.at)
        return f"{moved} of payee {row.party} after run {row.run}"

    return do


def proof(council: Council, chance: random.Random) -> Deed | None:
    return lambda desk: "agrees" if prove(desk.database).holds else "differs"


# Money in -------------------------------------------------------------------------------------------------------------


def receipt(council: Council, chance: random.Random) -> Deed | None:
    payers = sorted(council.believed["bill_payers"])
    payer = chance.choice([None, *payers])
    amount = chance.randrange(100, 90_000)

    def do(desk: At) -> str:
        receipts.add(desk, pounds(amount), payer=payer)
        ref = str(desk.answers[-1]["receipt"])
        if ref in council.receipts_told:
            council.receipts_told[f"{ref} again"] = (amount, payer)
        council.receipts_told.setdefault(ref, (amount, payer))
        return f"{ref}, {amount}"

    return do


def _receipts(council: Council) -> list[Row[Any]]:
    c = r.receipt.c
    return rows_of(council, select(c.ref, c.on).where(c.superseded.is_(None)).order_by(c.nr.desc()))


def identify(council: Council, chance: random.Random) -> Deed | None:
    found = _one_of(chance, _receipts(council))
    if found is None:
        return None
    payer = chance.choice(sorted(council.believed["bill_payers"]))

    def do(desk: At) -> str:
        receipts.identify(desk, found.ref, payer, "The bank was telephoned")
        return f"{found.ref} is from {payer}"

    return do


def give_back(council: Council, chance: random.Random) -> Deed | None:
    found = _one_of(chance, _receipts(council))
    if found is None:
        return None

    def do(desk: At) -> str:
        receipts.give_back(desk, found.ref, "Refer to drawer")
        return str(found.ref)

    return do


def cancel_receipt(council: Council, chance: random.Random) -> Deed | None:
    found = _one_of(chance, _receipts(council))
    if found is None:
        return None

    def do(desk: At) -> str:
        council.corrected.add(found.ref)
        receipts.cancel(desk, found.ref)
        return str(found.ref)

    return do


def refund(council: Council, chance: random.Random) -> Deed | None:
    payer = chance.choice(sorted(council.believed["bill_payers"]))
    amount = chance.randrange(100, 20_000)
    interest = pounds(chance.randrange(1, 900)) if chance.random() < 0.3 else None

    def do(desk: At) -> str:
        receipts.refund(desk, payer, pounds(amount), "Paid twice by the family", interest=interest)
        ref = str(desk.answers[-1]["refund"])
        if ref in council.refunds_told:
            council.refunds_told[f"{ref} again"] = amount
        council.refunds_told.setdefault(ref, amount)
        return f"{ref}, {amount}"

    return do


def sign_refund(council: Council, chance: random.Random) -> Deed | None:
    c = r.refund.c
    waiting = rows_of(
        council, select(c.ref).where(c.superseded.is_(None), c.approved_by.is_(None)).order_by(c.nr.desc())
    )
    found = _one_of(chance, waiting)
    if found is None:
        return None
    return lambda desk: f"{approve_request(desk.database, 'refund', found.ref, by=desk.by, at=desk.at).ref}"


VERBS: dict[str, Verb] = {
    "news": news,
    "file": file,
    "file cut": file_cut,
    "file again": file_again,
    "confirm bank": confirm_bank,
    "draft": draft,
    "urgent": urgent,
    "calculate": calculate,
    "submit": submit,
    "approve": approve,
    "send back": send_back,
    "abandon": abandon,
    "release": release,
    "accept": accept,
    "hold": hold,
    "let go": let_go,
    "timetable": timetable,
    "recharge": recharge,
    "files": files,
    "debt": debt,
    "proof": proof,
    "receipt": receipt,
    "identify": identify,
    "give back": give_back,
    "cancel receipt": cancel_receipt,
    "refund": refund,
    "sign refund": sign_refund,
}


def clear(folder: Path) -> None:
    """Take a council's folders away."""
    shutil.rmtree(folder, ignore_errors=True)
