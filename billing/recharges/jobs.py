"""Raising the recharges of a pay run: one transaction, once; what cannot be billed yet is named, and raised when it can."""

import datetime as dt
import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from billing.bill_store import number_bills
from billing.recharges import store
from billing.recharges.policy import Recharging
from billing.recharges.store import NAME
from finance.care_costs.bands import day_at_age
from finance.columns import Database, Ints, ints
from finance.problems import Refusal
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.coding.rules import Coding, Combination
from ledgers.coding.store import load_current
from ledgers.jobs import as_entries, parquet
from ledgers.runs import POSTED, PROPOSAL, Run, sign

KIND = "recharge"


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
    database: Database, source: int, *, by: str, at: dt.datetime, policy: Recharging | None = None
) -> Raised:
    """Recharge what other funders bear of a released pay run, and number a bill for each. Doing so again does nothing.

    Raises NobodyToBill, naming every funder without a bill payer: nothing is raised until they have one.
    """
    choices = policy or Recharging()
    with database.begin() as connection:
        run = ledger.read_run(connection, source)
        if run.stream != "payments" or run.status not in POSTED:
            raise Refusal(f"{run.heading} has paid nothing yet.", "Recharge a pay run once it is released.")
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
    if not rows.num_rows:
        return Raised(None, 0, 0, 0)
    funder = np.where(ints(rows, "funder") == 0, nursing, ints(rows, "funder"))
    missing = sorted({int(each) for each in np.unique(funder)} - set(payers))
    if missing:
        names = ", ".join(f"{funders[each].name} ({funders[each].ref})" if each in funders else str(each) for each in missing)
        raise NobodyToBill(f"Nobody is billed for {names}.", "Load a bill payer of kind funder for each, then raise again.")
    party = np.asarray([payers[int(each)] for each in funder], dtype=np.int64)
    kinds = {nr: row.kind for nr, row in funders.items()}
    proposal = _proposal(rows, about, funder, party, kinds, coding)
    return _post(database, run, proposal, already[0] if already else None, by, at, choices)


def _proposal(
    rows: pa.Table, about: pa.Table, funder: Ints, party: Ints, kinds: dict[int, str], coding: Coding
) -> pa.Table:  # fmt: skip
    """Each line as a run keeps it, with the two accounts it is posted to."""
    subject = ints(rows, "subject")
    known = ints(about, "nr")
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known, subject, sorter=order), max(len(known) - 1, 0))] if len(known) else None
    effective = ints(rows, "period_ends") - 1
    nobody = np.zeros(len(subject), np.int64)
    service, person = (ints(about, name)[place] if place is not None else nobody for name in ("service", "person"))
    combinations, which = _combinations(about, place, funder, kinds, effective)
    debit, credit = coding.columns(combinations, which, effective)
    amount = ints(rows, "amount")
    nursing = np.asarray([each == "nursing" for each in rows["kind"].to_pylist()])
    columns = {
        "subject": subject, "funder": funder, "party": party, "due": amount, "posted": nobody, "amount": amount,
        "revision": ints(rows, "revision"), "service": service, "person": person, "debit": debit, "credit": credit,
        "cause": nobody, "late": ints(rows, "revision") > 1, "period_starts": rows["period_starts"],
        "period_ends": rows["period_ends"],
        "kind": pa.array(np.where(nursing, "recharged nursing", KIND)),
    }  # fmt: skip
    made = {name: each if isinstance(each, pa.Array | pa.ChunkedArray) else pa.array(each) for name, each in columns.items()}
    return pa.table({field.name: made[field.name].cast(field.type) for field in PROPOSAL}, schema=PROPOSAL)


def _combinations(
    about: pa.Table, place: Ints | None, funder: Ints, kinds: dict[int, str], effective: Ints
) -> tuple[list[Combination], Ints]:  # fmt: skip
    found: dict[Combination, int] = {}
    which = np.zeros(len(funder), np.int64)
    people = about.to_pylist()
    born = ints(about, "born", -(10**6))
    for row, (who, when) in enumerate(zip(funder.tolist(), effective.tolist(), strict=True)):
        own = people[place[row]] if place is not None else None
        old = None
        if own is not None and own["born"] is not None and place is not None:
            old = "65+" if when >= int(day_at_age(born[place[row] : place[row] + 1], np.asarray([65]))[0]) else "18-64"
        key = Combination(KIND, own["kind"] if own else None, own["support_reason"] if own else None, old, kinds.get(who))
        which[row] = found.setdefault(key, len(found))
    return list(found), which


def _post(
    database: Database, source: Run, proposal: pa.Table, nr: int | None, by: str, at: dt.datetime, choices: Recharging
) -> Raised:
    """The recharge run's lines, entries and bills, in one transaction. ``nr``: a run drafted before and cut off."""
    blob = parquet(proposal)
    sha = hashlib.sha256(blob).hexdigest()
    total = int(ints(proposal, "amount").sum())
    with database.begin() as connection:
        nr = nr or ledger.add_run(
            connection, stream=NAME, calendar=source.calendar, calendar_name=source.calendar_name, up_to=source.up_to,
            window_starts=source.window_starts, pay_date=source.pay_date, status="draft", known=source.known,
            known_before=source.known_before, run_before=None, prepared_by=by, drafted_at=at, lines=proposal.num_rows,
            total=total, to_sign_for=0, policy=store.source_words(source.nr),
        )  # fmt: skip
        run = ledger.read_run(connection, nr)
    with database.bulk() as bulk:
        bulk.append(t.chunk, pa.table({
            "run": [nr], "number": [0], "first_subject": [0], "end_subject": [2**62], "lines": [proposal.num_rows],
            "total": [total], "sha256": [sha], "proposal": [blob], "steps": [blob], "posted": [True],
        }))  # fmt: skip
        bulk.append(t.entry, as_entries(run, 0, proposal, at))
        issued = at.date()
        bills = number_bills(bulk, run, proposal, issued=issued, due=issued + dt.timedelta(days=choices.due_days), zero_bills=False)
        bulk.append(t.run_event, pa.table({"run": [nr], "action": [f"raised with run {source.nr}"], "by": [by], "at": [at]}))
        bulk.execute(t.run.update().where(t.run.c.nr == nr).values(
            status="released", released_at=at, signature=sign([sha])
        ))  # fmt: skip
    return Raised(nr, bills, proposal.num_rows, total)
