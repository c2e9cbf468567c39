"""The laws of the design as questions to the database and the folder, asked after every act. Each names what breaks it.

They are asked of the tables themselves, in plain SQL, and share no code with what they judge. The dear ones (the proof
from end to end, the ledger beside a calculation from scratch) are asked now and then, and when a life ends.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text

from interfaces.files.outbound.proving import prove
from ledgers.runs import Status
from tests.billing.charges import charged_life
from tests.laws import living
from tests.simulation.council import OFFICERS, PAY_CALENDAR, TIMETABLE, Council
from tests.simulation.people import person

POSTING = {str(each) for each in (Status.RELEASING, Status.RELEASED, Status.ACKNOWLEDGED)}
"""Stages in which a run may have entries."""

MONEY = "kind NOT IN ('settlement', 'debt')"
Law = Callable[[Council, "Books"], Iterator[str]]


class Books:
    """The database, asked in SQL; each question once."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self._runs: dict[int, Any] | None = None

    def ask(self, query: str) -> list[Any]:
        return list(self.council.look().execute(text(query)))

    def asked(self, *queries: str) -> list[list[Any]]:
        """Several, one after another."""
        return [self.ask(query) for query in queries]

    @property
    def runs(self) -> dict[int, Any]:
        if self._runs is None:
            self._runs = {row.nr: row for row in self.ask("SELECT * FROM run")}
        return self._runs


def balanced(_council: Council, books: Books) -> Iterator[str]:
    """Debits equal credits: every entry names two accounts there are, and a run there is; none is for nothing."""
    for row in books.ask(
        "SELECT e.run, count(*) AS many FROM entry e LEFT JOIN account d ON d.nr = e.debit LEFT JOIN account c ON "
        "c.nr = e.credit "
        "LEFT JOIN run r ON r.nr = e.run WHERE d.nr IS NULL OR c.nr IS NULL OR r.nr IS NULL OR e.debit = e.credit OR "
        "e.amount = 0 "
        "GROUP BY e.run"
    ):
        yield f"{row.many} entries of run {row.run} do not balance"


def posted_once(_council: Council, books: Books) -> Iterator[str]:
    """No key is posted twice: the revisions of a key are 1, 2, 3 and on, with none left out."""
    for row in books.ask(
        f"SELECT stream, period_starts, subject, kind, party FROM entry WHERE {MONEY} "
        "GROUP BY stream, period_starts, subject, kind, funder, party HAVING count(*) <> max(revision) OR "
        "min(revision) <> 1"
    ):
        yield f"{row.stream} {row.kind} {row.subject} of {row.period_starts} has not been posted in order"


def entries_of_posting_runs(_council: Council, books: Books) -> Iterator[str]:
    """Entries are only of runs that are being released or are released; an abandoned run has none."""
    for row in books.ask("SELECT run, sum(amount) AS pence, count(*) AS many FROM entry GROUP BY run"):
        run = books.runs.get(row.run)
        if run is not None and run.status not in POSTING:
            yield f"run {row.run} of {run.stream} is {run.status} and has {row.many} entries, {row.pence} pence"


def settled(_council: Council, books: Books) -> Iterator[str]:
    """Every payee of a released run: brought forward + posted − paid − made a debt = carried forward; and the next run
    brings forward what this one carried."""
    parties, entries = books.asked(
        "SELECT * FROM run_party",
        "SELECT run, party, sum(CASE WHEN kind = 'settlement' THEN 0 WHEN kind = 'debt' THEN 0 ELSE amount END) AS "
        "posted, "
        "sum(CASE WHEN kind = 'settlement' THEN amount ELSE 0 END) AS paid, sum(CASE WHEN kind = 'debt' THEN amount "
        "ELSE 0 END) AS moved "
        "FROM entry WHERE stream = 'payments' GROUP BY run, party",
    )
    kept = {(row.run, row.party): row for row in parties}
    sums = {(row.run, row.party): row for row in entries}
    for run in (
        each
        for each in books.runs.values()
        if each.stream == "payments" and each.status in ("released", "acknowledged")
    ):
        for key in sorted({key for key in (*kept, *sums) if key[0] == run.nr}):
            row, books_say = kept.get(key), sums.get(key)
            posted, paid, moved = (int(getattr(books_say, name, 0) or 0) for name in ("posted", "paid", "moved"))
            brought, carried, said_paid = (
                int(getattr(row, name, 0) or 0) for name in ("brought_forward", "carried_forward", "paid")
            )
            if brought + posted - paid - moved != carried:
                yield f"run {run.nr}, payee {key[1]}: {brought} + {posted} − {paid} − {moved} is not {carried}"
            if paid != said_paid:
                yield f"run {run.nr}, payee {key[1]}: {paid} was paid and {said_paid} is said"
            before = kept.get((run.run_before, key[1])) if run.run_before else None
            owed = int(before.carried_forward) if before else 0
            owed += sum(_added(kept.get((each.nr, key[1]))) for each in _urgent_since(books, run.run_before, run.nr))
            if run.urgent_for is not None:  # what they owe it leaves to the calendar's, and pays a payee alone
                own = run.urgent_for == "payee" and run.urgent_nr == key[1]
                owed = brought if own and brought > 0 else 0
            if brought != owed:
                yield (
                    f"run {run.nr}, payee {key[1]} brings {brought} forward, and run {run.run_before} carried "
                    f"something else"
                )


def _urgent_since(books: Books, before: int | None, but: int = 0) -> list[Any]:
    """Urgent runs released after the run of the calendar before, and before the next."""
    done = ("released", "acknowledged")
    return [
        each
        for each in books.runs.values()
        if each.urgent_for is not None and each.status in done and each.run_before == before and each.nr != but
    ]


def _added(row: Any) -> int:
    """What an urgent run adds to what a payee is owed."""
    return int(row.carried_forward) - int(row.brought_forward) if row else 0


def every_payee_is_paid(_council: Council, books: Books) -> Iterator[str]:
    """All that was ever posted for a payee, less all that was paid or made a debt, is what the last released
    run carries.
    """
    parties, entries, unfinished = books.asked(
        "SELECT run, party, brought_forward, carried_forward FROM run_party",
        (
            f"SELECT e.party, sum(CASE WHEN {MONEY} THEN amount ELSE -amount END) AS owed FROM entry e WHERE stream = "
            f"'payments' GROUP BY e.party"
        ),
        (
            "SELECT DISTINCT r.nr FROM run r JOIN entry e ON e.run = r.nr WHERE r.stream = 'payments' AND r.status IN "
            "('approved', 'releasing')"
        ),
    )
    if unfinished:
        return  # a release cut off: what it posted is settled once somebody goes on with it
    done = [
        each
        for each in books.runs.values()
        if each.stream == "payments" and each.status in ("released", "acknowledged") and each.urgent_for is None
    ]
    last = max((each.nr for each in done), default=None)
    carried = {row.party: int(row.carried_forward) for row in parties if row.run == last}
    urgent = {each.nr for each in _urgent_since(books, last)}
    for row in parties:
        if row.run in urgent:
            carried[row.party] = carried.get(row.party, 0) + _added(row)
    for row in entries:
        if int(row.owed) != carried.get(row.party, 0):
            yield (
                f"payee {row.party} is owed {int(row.owed)} by the ledger, and {carried.get(row.party, 0)} is "
                f"carried forward"
            )


def bills_are_charges(council: Council, books: Books) -> Iterator[str]:
    """Each bill is what its run charged its payer; nobody charged is without one, unless the proof says it is owed;
    numbers go on with none left out.
    """
    bills, entries = books.asked(
        "SELECT nr, run, party, stream, amount FROM bill ORDER BY nr",
        (
            "SELECT run, party, sum(amount) AS pence FROM entry WHERE stream IN ('charges', 'recharges') GROUP BY run, "
            "party"
        ),
    )
    ended = {nr for nr, run in books.runs.items() if run.status in ("released", "acknowledged")}
    billed = {(row.run, row.party): int(row.amount) for row in bills if row.run in ended or row.amount}
    charged = {(row.run, row.party): int(row.pence) for row in entries if row.pence and row.run in ended}
    for key in sorted({*billed, *charged}):
        if billed.get(key, 0) != charged.get(key, 0) and (key in billed or not owed(council, key[0])):
            yield f"payer {key[1]} was charged {charged.get(key, 0)} by run {key[0]} and billed {billed.get(key, 0)}"
    if [row.nr for row in bills] != list(range(1, len(bills) + 1)):
        yield "bills are not numbered on with none left out"


def recharged_or_owed(council: Council, books: Books) -> Iterator[str]:
    """What other funders bear of a released pay run is recharged to them, or listed as owed by the proof."""
    borne, raised = books.asked(
        (
            "SELECT run, funder, sum(amount) AS pence FROM entry WHERE stream = 'payments' AND funder <> 0 GROUP BY "
            "run, "
            "funder"
        ),
        (
            "SELECT e.run, e.funder, sum(e.amount) AS pence FROM entry e WHERE stream = 'recharges' GROUP BY e.run, "
            "e.funder"
        ),
    )
    recharges: dict[tuple[int, int], int] = {}
    sources: set[int] = set()
    for row in raised:
        source = _source(books.runs[row.run].policy)
        sources.add(source)
        recharges[source, row.funder] = recharges.get((source, row.funder), 0) + int(row.pence)
    missing = sorted(
        {
            row.run
            for row in borne
            if books.runs[row.run].status in ("released", "acknowledged") and row.run not in sources
        }
    )
    for nr in missing:
        if not owed(council, nr):
            yield f"run {nr} bears money of other funders, and nobody has recharged it or says that it is owed"
    for row in borne:
        if row.run in sources and recharges.get((row.run, row.funder), 0) != int(row.pence):
            yield (
                f"funder {row.funder} bears {row.pence} of run {row.run} and was recharged "
                f"{recharges.get((row.run, row.funder), 0)}"
            )


def _source(policy: str) -> int:
    return next(iter(value for value in json.loads(policy).values() if isinstance(value, int)), 0)


def owed(council: Council, run: int) -> bool:
    """Whether the proof says that something of a run is still to be done. A file not yet issued is another matter."""
    council.stop_looking()
    found = prove(council.checks, run)
    said = [*found.differences, *(each for one in found.runs for each in one.differences)]
    return any("owes" in each.what for each in said)


def receipts_are_kept(council: Council, books: Books) -> Iterator[str]:
    """Every receipt and refund a clerk was told is recorded is there, under its own reference and for its own
    amount.
    """
    found, asked = books.asked(
        "SELECT ref, amount FROM receipt WHERE superseded IS NULL",
        "SELECT ref, amount FROM refund WHERE superseded IS NULL",
    )
    for told, rows, noun in (
        ({ref: pence for ref, (pence, _) in council.receipts_told.items()}, found, "receipt"),
        (council.refunds_told, asked, "refund"),
    ):
        there = {row.ref: int(row.amount) for row in rows}
        for ref, pence in told.items():
            own = ref.removesuffix(" again")
            if own in council.corrected:
                continue
            if own != ref or there.get(ref) != pence:
                yield f"{noun} {own} of {pence} was acknowledged, and {there.get(own, 'nothing')} is recorded under it"


def signed_by_another(_council: Council, books: Books) -> Iterator[str]:
    """Nobody approves what they prepared or submitted, under any spelling; nor their own refund or bank details."""
    for row in books.ask("SELECT run, prepared_by, submitted_by, approved_by FROM approval"):
        run = books.runs[row.run]
        theirs = {person(each) for each in (row.prepared_by, row.submitted_by, run.prepared_by, run.submitted_by)}
        if person(row.approved_by) in theirs:
            yield f"run {row.run} was approved by {row.approved_by!r}, who prepared or submitted it"
    for row in books.ask("SELECT ref, requested_by, approved_by FROM refund WHERE approved_by IS NOT NULL"):
        if person(row.requested_by) == person(row.approved_by):
            yield f"refund {row.ref} was signed for by whoever asked for it"
    for row in books.ask("SELECT bank_detail, proposed_by, confirmed_by FROM bank_confirmation"):
        if person(row.proposed_by) == person(row.confirmed_by):
            yield f"bank details {row.bank_detail} were confirmed by whoever proposed them"


def enough_have_signed(_council: Council, books: Books) -> Iterator[str]:
    """A run with entries was signed for by as many people as it needed: by two where it came, with the others of its
    day, to more than the role of who signed may sign for alone.
    """
    approvals, sums = books.asked(
        "SELECT run, needed, role, approved_by, approved_at, day_total, signature FROM approval ORDER BY run, place",
        "SELECT role, alone, confirmed_at FROM officer_change WHERE alone IS NOT NULL AND confirmed_by IS NOT NULL "
        "ORDER BY nr",
    )
    for run in books.runs.values():
        if run.status not in POSTING or run.stream == "recharges":
            continue
        mine = [row for row in approvals if row.run == run.nr and row.signature == run.signature]
        needed = max((int(row.needed) for row in mine), default=1)
        for row in mine:
            alone = [each.alone for each in sums if each.role == row.role and each.confirmed_at <= row.approved_at]
            if alone and int(row.day_total) > int(alone[-1]):
                needed = 2
        people = {person(row.approved_by) for row in mine}
        if len(people) < needed or len(people) < len(mine):
            yield f"run {run.nr} was signed for by {len(people)} of {needed}: {sorted(people)}"


def only_officers_act(_council: Council, books: Books) -> Iterator[str]:
    """Whoever submitted, approved, released, sent back or gave up a run is an officer; its preparer may be the
    timetable.
    """
    for row in books.ask('SELECT run, action, "by" FROM run_event'):
        prepares = row.by == TIMETABLE and row.action in ("drafted", "worked out")
        if row.by not in OFFICERS and not prepares and not row.action.startswith("raised with"):
            yield f"run {row.run}: {row.action} by {row.by!r}, who is no officer"
    for run in books.runs.values():
        if (
            run.prepared_by not in OFFICERS
            and run.prepared_by != TIMETABLE
            and run.status in POSTING
            and run.stream != "recharges"
        ):
            yield f"run {run.nr} was prepared by {run.prepared_by!r}, who is no officer"


def findings_accepted_by_another(_council: Council, books: Books) -> Iterator[str]:
    """A finding is accepted by an officer who neither prepared nor submitted the run."""
    for row in books.ask("SELECT run, nr, accepted_by FROM finding WHERE accepted_by IS NOT NULL"):
        run = books.runs[row.run]
        if row.accepted_by not in OFFICERS:
            yield f"finding {row.nr} of run {row.run} was accepted by {row.accepted_by!r}, who is no officer"
        if run.submitted_by and person(row.accepted_by) in (person(run.prepared_by), person(run.submitted_by)):
            yield f"finding {row.nr} of run {row.run} was accepted by {row.accepted_by!r}, whose own work it is"


def no_stop_is_paid(_council: Council, books: Books) -> Iterator[str]:
    """Money of a line or party with a finding that stops approval is posted only once somebody has accepted it."""
    for row in books.ask(
        "SELECT DISTINCT f.run, f.nr, f.what FROM finding f JOIN entry e ON e.run = f.run AND "
        "(e.subject = f.subject OR (f.subject IS NULL AND e.party = f.party)) "
        "AND e.kind NOT IN ('settlement', 'debt', 'block', 'adjustment', 'one-off charge', 'arrangement fee') "
        "WHERE f.severity = 'stop' AND f.accepted_by IS NULL AND (f.subject IS NOT NULL OR f.party IS NOT NULL)"
    ):
        yield f"run {row.run} posted what finding {row.nr} should have stopped: {row.what}"


def issued_files_are_whole(council: Council, books: Books) -> Iterator[str]:
    """Every file in the folder is one the database has issued, byte for byte; every file told of as written is
    there.
    """
    issued: dict[str, str] | None = None
    there = {}
    for path in council.out.rglob("*"):
        if path.is_file() and not temporary(path.name):
            there[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    if there:
        issued = {row.name: row.sha256 for row in books.ask("SELECT name, sha256 FROM export")}
        for path, sha in sorted(there.items(), key=lambda each: ("creditor" not in each[0].name, each[0])):
            if issued.get(path.name) != sha:
                what = "was never issued" if path.name not in issued else "is not what was issued"
                yield f"{path.name} is in the folder and {what}"
    for path, sha in council.written.items():
        if there.get(path) != sha:
            yield f"{path.name} was written and is {'not there any more' if path not in there else 'another file now'}"


def temporary(name: str) -> bool:
    """Whether a file has not been given its last name yet."""
    return name.startswith((".", "~", "_tmp")) or name.endswith((".tmp", ".part", ".partial", ".new", ".writing"))


def nothing_is_rewritten(council: Council, books: Books) -> Iterator[str]:
    """What a run posted is never more or less later (a balance made a debt comes besides); nor is a bill or a file."""
    now: dict[tuple[str, int], tuple[int, int]] = {}
    entries, bills = books.asked(
        f"SELECT run, count(*) AS many, sum(amount) AS pence FROM entry WHERE {MONEY} GROUP BY run",
        "SELECT run, count(*) AS many, sum(amount) AS pence FROM bill GROUP BY run",
    )
    ended = {nr for nr, run in books.runs.items() if run.status in ("released", "acknowledged")}
    for noun, rows in (("entries", entries), ("bills", bills)):
        now.update({(noun, row.run): (row.many, int(row.pence)) for row in rows if row.run in ended})
    for key, was in council.kept.items():
        if now.get(key) != was:
            yield f"the {key[0]} of run {key[1]} were {was} and are {now.get(key)}"
    council.kept = now


CHEAP: dict[str, Law] = {
    "debits equal credits": balanced,
    "nothing is posted twice": posted_once,
    "only runs being released have entries": entries_of_posting_runs,
    "every payee of a run is settled": settled,
    "every payee is paid what is posted": every_payee_is_paid,
    "every bill is what was charged": bills_are_charges,
    "what others bear is recharged or owed": recharged_or_owed,
    "every receipt acknowledged is recorded": receipts_are_kept,
    "nobody signs for their own work": signed_by_another,
    "enough have signed": enough_have_signed,
    "only officers act": only_officers_act,
    "findings are accepted by another officer": findings_accepted_by_another,
    "nothing stopped is paid": no_stop_is_paid,
    "files in the folder are those issued": issued_files_are_whole,
    "nothing is rewritten": nothing_is_rewritten,
}


# The dear ones --------------------------------------------------------------------------------------------------------


def proof_can_be_read(council: Council, _books: Books) -> Iterator[str]:
    """The proof finds nothing wrong but files that nobody has asked for yet, and what it lists as owed."""
    council.stop_looking()
    found = prove(council.checks)
    for where in (found.differences, *(run.differences for run in found.runs)):
        for each in where:
            if not any(
                word in str(each) for word in ("has not been issued", "do not agree", "owes", "is being released")
            ):
                yield str(each)


def proof_agrees(council: Council, _books: Books) -> Iterator[str]:
    """Due = posted = exported, to the penny, and nothing is owed."""
    council.stop_looking()
    found = prove(council.checks)
    for where in (found.differences, *(run.differences for run in found.runs)):
        yield from (str(each) for each in where)


def ledger_is_from_scratch(council: Council, _books: Books) -> Iterator[str]:
    """What the ledger holds is what a slow calculation of everything believed, from the first day, says is due."""
    council.stop_looking()
    life = living.Life(
        council.checks, council.pay_policy, council.believed, council.clock, {PAY_CALENDAR: council.ends}
    )
    yield from living.differences(life)
    charged = charged_life.ChargedLife(
        council.checks, council.charging, council.believed, council.said, council.clock, {"B1": council.ends}
    )
    yield from charged_life.differences(charged)


def receipts_are_posted(_council: Council, books: Books) -> Iterator[str]:
    """What the ledger holds of receipts is what is believed of them; of refunds, no more than was signed for: one waits
    while there is no money for it. That none is of more than came, the proof says.
    """
    told, back, given, posted, refunds = books.asked(
        "SELECT coalesce(sum(amount), 0) AS pence FROM receipt WHERE superseded IS NULL",
        "SELECT coalesce(sum(r.amount), 0) AS pence FROM receipt_return b JOIN receipt r ON r.nr = b.receipt AND "
        "r.superseded IS NULL "
        "WHERE b.superseded IS NULL",
        "SELECT coalesce(sum(amount), 0) AS pence FROM refund WHERE superseded IS NULL AND approved_by IS NOT NULL",
        "SELECT coalesce(sum(amount), 0) AS pence FROM entry WHERE stream = 'receipts' AND kind NOT LIKE 'refund%'",
        "SELECT coalesce(sum(amount), 0) AS pence FROM entry WHERE stream = 'receipts' AND kind LIKE 'refund%'",
    )
    wanted = int(back[0].pence) - int(told[0].pence)
    if int(posted[0].pence) != wanted:
        yield f"receipts come to {wanted} and the ledger holds {int(posted[0].pence)}"
    if int(refunds[0].pence) > int(given[0].pence):
        yield f"refunds of {int(refunds[0].pence)} are posted, and {int(given[0].pence)} was signed for"


DEAR: dict[str, Law] = {"the proof can be read": proof_can_be_read}
AT_THE_END: dict[str, Law] = {
    "the proof agrees": proof_agrees,
    "the ledger is what is due from scratch": ledger_is_from_scratch,
    "every receipt is posted": receipts_are_posted,
}
