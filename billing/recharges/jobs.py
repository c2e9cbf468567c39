"""Raising the recharges of a pay run: one transaction, once; what cannot be billed yet is named, and raised
when it can.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from billing.bill_store import number_bills
from billing.recharges import store
from billing.recharges.policy import RechargingPolicy
from billing.recharges.store import KIND, NAME, NURSING
from finance.care_costs.bands import CODED_AGES, coded_age
from finance.care_costs.facts import UNKNOWN
from finance.columns import Database, Ints, ints
from finance.days import number
from finance.problems import Refusal
from ledgers import entries_store
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.chain.covering import entry_lines
from ledgers.chain.links import PART, RUN, About, sha256
from ledgers.chain.store import add_links, read_codes
from ledgers.coding.rules import Coding, Combination
from ledgers.coding.store import load_current
from ledgers.jobs import parquet
from ledgers.officers.authority import Timetable
from ledgers.policy.store import read_in_force
from ledgers.proposals import Proposal, accounts_of, as_proposal
from ledgers.release_jobs import as_entries
from ledgers.runs import POSTED, Run, sign
from ledgers.streams import FILES, PAYMENTS, RECHARGES

KINDS = [KIND, NURSING]


class NobodyToBill(Refusal):
    """A funder bears part of a pay run and has no bill payer."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What was recharged. ``run``: the recharge run; None when the pay run had nothing for other funders to bear."""

    run: int | None
    bills: int
    lines: int
    pence: int


def raise_recharges(
    database: Database,
    source: int,
    *,
    by: str,
    at: dt.datetime,
    on: dt.date | None = None,
    policy: RechargingPolicy | None = None,
) -> Raised:
    """Recharge what other funders bear of a released pay run, and number a bill for each. Doing so again does nothing.

    ``on``: the day the bills are dated; the day of ``at`` when not given.

    Raises NobodyToBill, naming every funder without a bill payer: nothing is raised until they have one, and the run
    goes on owing it.
    """
    choices = policy or RechargingPolicy()
    with database.read() as connection:
        run = ledger.read_run(connection, source)
        if run.stream != PAYMENTS.name or run.status not in POSTED:
            raise Refusal(f"{run.heading} has paid nothing yet.", "Recharge a pay run once it is released.")
        officer = _raising(connection, by)
        already = store.read_recharged(connection, source)
        if already is not None and already[1] != "draft":
            return Raised(already[0], 0, 0, 0)
        payers, funders = store.read_payers(connection), store.read_funders(connection)
        coding = load_current(connection)
    nursing = next((nr for nr, row in funders.items() if row.ref == choices.nursing_funder), 0)
    if choices.nursing_funder and not nursing:
        raise Refusal(f"There is no funder “{choices.nursing_funder}”.", "Correct nursing_funder under [recharges].")
    with database.bulk() as bulk:
        rows = store.read_borne_by_others(bulk, source, nursing)
        about = store.read_about(bulk, source, run.known)
        before = store.read_recharged_before(bulk, source)
    if not rows.num_rows:
        with database.begin() as connection:
            connection.execute(ledger.done(source, RECHARGES.name, officer, at, "nothing to recharge"))
        return Raised(None, 0, 0, 0)
    funder = np.where(ints(rows, "funder") == 0, nursing, ints(rows, "funder"))
    missing = sorted({int(each) for each in np.unique(funder)} - set(payers))
    if missing:
        names = ", ".join(
            f"{funders[each].name} ({funders[each].ref})" if each in funders else str(each) for each in missing
        )
        raise NobodyToBill(
            f"Nobody is billed for {names}.", "Load a bill payer of kind funder for each, then raise again."
        )
    party = np.asarray([payers[int(each)] for each in funder], dtype=np.int64)
    kinds = {nr: row.kind for nr, row in funders.items()}
    proposal = _proposal(rows, about, funder, party, _revisions(rows, funder, party, before), kinds, coding, run)
    return _post(database, run, proposal, officer, at, on or at.date(), choices)


def _raising(connection: Connection, by: str) -> str:
    """Whoever raises recharges: an officer who may release runs, or the timetable, which does what is owed."""
    return str(by) if isinstance(by, Timetable) else ledger.acting(connection, by, "release", "raise recharges")


def _revisions(rows: pa.Table, funder: Ints, party: Ints, before: pa.Table) -> Ints:
    """Each line’s place among the recharges of its key. Not the pay run’s own: there two payees of one line each have a
    first, and a funder is billed for both.
    """
    newest = {tuple(each.values())[:-1]: each["revision"] for each in before.to_pylist()}
    made = []
    kinds = [NURSING if each == "nursing" else KIND for each in rows["kind"].to_pylist()]
    for key in zip(
        rows["subject"].to_pylist(),
        rows["period_starts"].to_pylist(),
        kinds,
        funder.tolist(),
        party.tolist(),
        strict=True,
    ):
        newest[key] = newest.get(key, 0) + 1
        made.append(newest[key])
    return np.asarray(made, np.int64)


def _proposal(
    rows: pa.Table,
    about: pa.Table,
    funder: Ints,
    party: Ints,
    revision: Ints,
    kinds: dict[int, str],
    coding: Coding,
    source: Run,
) -> pa.Table:
    """Each line as a run keeps it, with the two accounts it is posted to."""
    subject, ends = ints(rows, "subject"), ints(rows, "period_ends")
    nought = np.zeros(len(subject), np.int64)
    nursing = np.asarray([each == "nursing" for each in rows["kind"].to_pylist()])
    amount = ints(rows, "amount")
    proposed = Proposal(
        subject,
        np.where(nursing, KINDS.index(NURSING), KINDS.index(KIND)),
        funder,
        party,
        ints(rows, "period_starts"),
        amount,
        nought,
        revision,
        nought,
        nought,
        np.arange(len(subject)),
    )
    place = _places(about, subject)
    known = place >= 0

    def of(column: Ints, otherwise: int) -> Ints:
        return (
            np.where(known, column[np.maximum(place, 0)], otherwise) if len(column) else np.full(len(place), otherwise)
        )

    age = coded_age(of(ints(about, "born", UNKNOWN), UNKNOWN), ends - 1)
    codings = [(None, None), *zip(about["kind"].to_pylist(), about["support_reason"].to_pylist(), strict=True)]
    words = list(dict.fromkeys(codings))
    coded = np.asarray([words.index(each) for each in codings], np.int64)[place + 1]
    funders = sorted(kinds)
    code = (coded * len(CODED_AGES) + age) * len(funders) + np.searchsorted(np.asarray(funders), funder)

    def combination(packed: int) -> Combination:
        rest, whose = divmod(packed, len(funders))
        which, band = divmod(rest, len(CODED_AGES))
        return Combination(KIND, *words[which], CODED_AGES[band], kinds[funders[whose]])

    accounts = accounts_of(proposed, coding, code, combination, ends - 1)
    return as_proposal(
        proposed,
        KINDS,
        accounts,
        ends=ends,
        cause=nought,
        window=number(source.window_starts),
        service=of(ints(about, "service"), 0),
        person=of(ints(about, "person"), 0),
    )


def _places(about: pa.Table, subject: Ints) -> Ints:
    """The row of ``about`` for each subject, -1 where it is not there."""
    known = ints(about, "nr")
    if not len(known):
        return np.full(len(subject), -1, np.int64)
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known, subject, sorter=order), len(known) - 1)]
    return np.where(known[place] == subject, place, -1)


def _drafted(
    database: Database, source: Run, proposal: pa.Table, by: str, at: dt.datetime, total: int
) -> tuple[int, Run]:
    """The recharge run of this run: the one that was drafted before, or a new one."""
    with database.begin() as connection:
        ledger.lock_calendar(connection, NAME, source.calendar)
        already = store.read_recharged(connection, source.nr)
        begun = ledger.open_run(connection, NAME, source.calendar)
        if begun and already is None:
            first = store.source_of(begun.policy)
            raise Refusal(
                f"The recharges of run {first} are begun and not raised.",
                f"Raise them first: outturn billrun recharge {first}",
            )
        version = read_in_force(connection, source.up_to - dt.timedelta(days=1))
        nr = (
            already[0]
            if already
            else ledger.add_run(
                connection,
                stream=NAME,
                calendar=source.calendar,
                calendar_name=source.calendar_name,
                up_to=source.up_to,
                window_starts=source.window_starts,
                pay_date=source.pay_date,
                status="draft",
                known=source.known,
                known_before=source.known_before,
                run_before=None,
                prepared_by=by,
                drafted_at=at,
                lines=proposal.num_rows,
                total=total,
                to_sign_for=0,
                policy=store.source_words(source.nr),
                policy_version=version.nr if version else None,
            )
        )
        return nr, ledger.read_run(connection, nr)


def _post(
    database: Database,
    source: Run,
    proposal: pa.Table,
    by: str,
    at: dt.datetime,
    issued: dt.date,
    choices: RechargingPolicy,
) -> Raised:
    """The recharge run's lines, entries and bills, in one transaction with the word that they are no longer owed. A run
    drafted before and cut off is taken up; where somebody else raises them at once, theirs stand."""
    blob = parquet(proposal)
    sha = hashlib.sha256(blob).hexdigest()
    total = int(ints(proposal, "amount").sum())
    nr, run = _drafted(database, source, proposal, by, at, total)
    with database.read() as connection:
        codes = read_codes(connection)
    status = t.run.c.status
    with database.bulk() as bulk:
        if bulk.change(ledger.touch(nr, status == "draft")) != 1:
            return Raised(nr, 0, 0, 0)
        bulk.change(ledger.done(source.nr, RECHARGES.name, by, at, f"raised as run {nr}"))
        bulk.append(
            t.chunk,
            pa.table(
                {
                    "run": [nr],
                    "number": [0],
                    "first_subject": [0],
                    "end_subject": [2**62],
                    "lines": [proposal.num_rows],
                    "total": [total],
                    "sha256": [sha],
                    "proposal": [blob],
                    "steps": [blob],
                    "posted": [False],
                }
            ),
        )
        releasing = (
            t.run.update().where(t.run.c.nr == nr, status == "draft").values(status="releasing", signature=sign([sha]))
        )
        assert bulk.change(releasing) == 1, f"run {nr} is not the draft it was"
        bulk.execute(t.chunk.update().where(t.chunk.c.run == nr).values(posted=True))
        entries = as_entries(run, 0, proposal, at)
        bulk.append(t.entry, entries)
        posted = entries_store.posted_sums(bulk, nr)
        bills = number_bills(
            bulk, run, posted, issued=issued, due=issued + dt.timedelta(days=choices.due_days), zero_bills=False
        )
        bulk.append(
            t.run_event, pa.table({"run": [nr], "action": [f"raised with run {source.nr}"], "by": [by], "at": [at]})
        )
        bulk.append(t.owed, pa.table({"run": [nr], "what": [FILES], "since": pa.array([at], pa.timestamp("us"))}))
        bulk.execute(t.run.update().where(t.run.c.nr == nr).values(status="released", released_at=at))
        covers = sha256(entry_lines(entries, codes))
        add_links(bulk, [About(RUN, nr)], at, [(About(PART, nr, 0), covers)] if entries.num_rows else ())
    return Raised(nr, bills, proposal.num_rows, total)
