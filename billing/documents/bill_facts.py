"""Everything a run's bills say, gathered some payers at a time: what was posted, the steps, the facts, the account."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from billing import tables as b
from billing.charges.news import cause_words
from billing.charges.policy import ChargingPolicy
from billing.charges.stream import NAME
from billing.direct_debits.store import read_open
from billing.documents import assessing_jobs, store
from billing.documents.absences import ToldAway, rules_of
from billing.documents.accounts import BilledAccount, BilledAccounts
from billing.documents.addressing import Correspondent, NobodyToSendTo, addressed
from billing.documents.building import OF_CARE, RECHARGED, BillEntry, Head, NamedLine, WeeksAlike, build
from billing.documents.care_content import BilledAway, BilledCare, Pattern
from billing.documents.content import Assessed, Bill, BillDiffers, CouncilOnPaper, Unpaid
from billing.documents.differences import BilledOnce, LineDays, differs, line_days
from billing.documents.differences_jobs import LastBill, last_bills
from billing.documents.run_facts_jobs import RunFacts, RunLines
from billing.receipts.balances import BILL, Position
from billing.receipts.jobs import position_of
from billing.tables import number_of
from finance.care_words import share_words
from finance.columns import Bulk, Database, Ints, ints
from finance.days import day
from finance.facts import tables as f

Rows = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Gathered:
    """The facts of some payers, by number; rows as their tables name them."""

    facts: RunFacts
    entries: Mapping[int, Sequence[Mapping[str, Any]]]
    payers: Rows
    people: Rows
    services: Rows
    lines: Mapping[int, NamedLine]
    lines_of: Mapping[int, Sequence[Mapping[str, Any]]]
    one_offs: Rows
    waivers: Mapping[int, Sequence[Mapping[str, Any]]]
    exemptions: Mapping[int, Sequence[Mapping[str, Any]]]
    correspondents: Mapping[int, Sequence[Correspondent]]
    accounts: BilledAccounts
    collections: Mapping[int, tuple[dt.date, int]]
    unpaid: Mapping[int, Sequence[tuple[int, Unpaid]]]
    refundable: Mapping[int, int]
    deaths: Mapping[int, dt.date]
    assessed: Mapping[int, Sequence[Assessed]]
    away: ToldAway
    last: Mapping[int, LastBill]
    days: Mapping[int, LineDays]

    def bill(self, row: Mapping[str, Any], council: CouncilOnPaper, on: dt.date) -> Bill:
        """One bill's record, to whoever is to be written to on a day. Raises NobodyToSendTo or DoesNotAddUp."""
        payer = self.payers.get(row["party"])
        if payer is None:
            raise NobodyToSendTo("Who is billed is no longer on record.", "Load the bill payer again, then issue.")
        posted = self._posted(row["party"], self.facts, self.entries.get(row["party"], ()), payer["kind"] == "funder")
        person = payer["person"] or self._person_of_lines(row["party"])
        who = self.people.get(person or 0)
        account = self.accounts.at(row["party"], row["nr"], row["run"], row["amount"])
        collected, collecting = self.collections.get(row["nr"], (None, 0))
        head = Head(
            nr=row["nr"],
            kind=row["kind"],
            reference=payer["customer_number"] or payer["ref"],
            payer=payer["name"],
            payer_kind=payer["kind"],
            about=who["name"] if who and payer["kind"] != "funder" else "",
            to=addressed(
                payer["name"],
                self.correspondents.get(row["party"], ()),
                on,
                who["died"] if who else None,
                payer["kind"],
            ),
            issued=row["issued"],
            due=row["due"],
            starts=row["period_starts"],
            ends=row["period_ends"],
            amount=row["amount"],
            brought_forward=account.brought_forward,
            since=account.since,
            movements=account.movements,
            collected=collected,
            collecting=collecting,
            earlier=self._earlier(row, account),
            died=self.deaths.get(person or 0) if payer["kind"] != "funder" else None,
        )
        steps = [step_of(each) for each in self.facts.stepped(row["party"])]
        subjects = {each.subject for each in steps}
        made = build(
            head,
            council,
            posted,
            steps,
            {each: self.facts.prices.of(each) for each in subjects},
            self.lines,
            self.assessed.get(payer["person"] or 0, ()),
            self._free(payer["person"], head.starts, head.ends),
            every := [step_of(each) for each in self.facts.worked_out(row["party"])],
            self._away(every, posted, head),
        )
        made = replace(made, differs=self.differs(row))
        unpaid = -made.balance - self.refundable.get(row["party"], 0)
        return replace(made, unpaid_credit=unpaid) if unpaid > 0 else made

    def _away(self, every: Sequence[WeeksAlike], posted: Sequence[BillEntry], head: Head) -> list[BilledAway]:
        """Time away from the care that is charged, in the bill’s own days and in those it changes."""
        lines = {each.subject for each in every if each.kind in OF_CARE}
        spans = [(head.starts, head.ends), *((each.starts, each.ends) for each in posted if each.kind in OF_CARE)]
        return self.away.told([each for line in sorted(lines) for each in self.facts.prices.shares(line)], spans)

    def _earlier(self, row: Mapping[str, Any], account: BilledAccount) -> tuple[Unpaid, ...]:
        """What the balance of a bill has in it of earlier bills; nothing where they are more than it."""
        balance = account.brought_forward + sum(each.amount for each in account.movements) + row["amount"]
        some = [each for nr, each in self.unpaid.get(row["party"], ()) if nr < row["nr"]]
        return tuple(some) if sum(each.pence for each in some) <= balance else ()

    def differs(self, row: Mapping[str, Any]) -> BillDiffers | None:
        """Why a bill of charges is not what the payer’s last one was; None where there was none."""
        last = self.last.get(row["nr"])
        if last is None:
            return None
        return differs(self._once(*last), self._once(row, self.facts, self.entries.get(row["party"], ())), self.days)

    def _once(self, row: Mapping[str, Any], lines: RunLines, entries: Sequence[Mapping[str, Any]]) -> BilledOnce:
        return BilledOnce(
            number_of(row["nr"]),
            row["issued"],
            row["amount"],
            lines.run.window_starts,
            lines.run.up_to,
            self._posted(row["party"], lines, entries, False),
            [step_of(each) for each in lines.stepped(row["party"])],
        )

    def _posted(
        self, party: int, lines: RunLines, entries: Sequence[Mapping[str, Any]], many_people: bool
    ) -> list[BillEntry]:
        proposed = {_key(each): each for each in lines.proposed(party)}
        return [self._one(entry, proposed.get(_key(entry), {}), many_people) for entry in entries]

    def _one(self, entry: Mapping[str, Any], proposed: Mapping[str, Any], many_people: bool) -> BillEntry:
        kind, subject = entry["kind"], entry["subject"]
        line = self.lines.get(subject) if kind not in ("one-off charge", "arrangement fee") else None
        service = self.services.get(proposed.get("service") or 0)
        what = line.service_from if line else service["name"] if service else ""
        was = proposed.get("posted", 0)
        person = self.people.get(proposed.get("person") or 0)
        return BillEntry(
            kind,
            subject,
            entry["period_starts"],
            entry["period_ends"],
            was,
            was + entry["amount"],
            what,
            f"{person['name']} ({person['ref']})" if many_people and person else "",
            self._reason(proposed.get("cause", 0)),
            self._note(kind, subject, proposed.get("person") or 0, entry),
            line.direct if line else False,
        )

    def _reason(self, cause: int) -> str:
        return cause_words(int(cause)) if cause else ""

    def _note(self, kind: str, subject: int, person: int, entry: Mapping[str, Any]) -> str:
        """What an officer gave as the reason of a single charge or a waiver; that a recharge changes an earlier one."""
        if kind in RECHARGED and entry["revision"] > 1:
            return "recharged before"
        if kind == "one-off charge":
            return str(self.one_offs.get(subject, {}).get("reason", ""))
        if kind == "waived":
            for each in self.waivers.get(person, ()):
                if each["starts"] < entry["period_ends"] and (
                    each["ends"] is None or each["ends"] > entry["period_starts"]
                ):
                    part = f", {share_words(each['share'])}" if each["share"] else ""
                    return f"{each['reason']}{part}"
        return ""

    def _person_of_lines(self, party: int) -> int:
        """Whose care a third party tops up: nobody's, where it is more than one's."""
        people = {each["person"] for each in self.facts.proposed(party) if each["person"]}
        return people.pop() if len(people) == 1 else 0

    def _free(self, person: int | None, starts: dt.date, ends: dt.date) -> list[BilledCare]:
        """Care that is not charged for, and why."""
        made = []
        for row in self.lines_of.get(person or 0, ()):
            for each in self.exemptions.get(row["nr"], ()):
                first = max(each["starts"], row["starts"], starts)
                end = min(each["ends"] or ends, row["ends"] or ends, ends)
                if first < end:
                    line = self.lines[row["nr"]]
                    made.append(
                        BilledCare(line.service, line.provider, first, end, 0, line.pattern, note=each["reason"])
                    )
        return made


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["subject"], row["kind"], row["funder"], row["period_starts"])


def step_of(row: Mapping[str, Any]) -> WeeksAlike:
    return WeeksAlike(
        row["subject"],
        row["kind"],
        row["starts"],
        row["ends"],
        row["weeks"],
        row["cost"],
        row["limit"],
        row["weekly"],
        row["charge"],
        row["days"],
        row["collected"],
    )


def correspondent(row: Mapping[Any, Any]) -> Correspondent:
    names = ("capacity", "name", "address", "postcode", "email", "channel", "language", "print", "starts", "ends")
    return Correspondent(**{name: row[name] for name in names})


def gather(database: Database, facts: RunFacts, bills: pa.Table) -> Gathered:
    """Read what the bills of some payers say. Names are as believed when the run was worked out; addresses as now."""
    known = facts.run.known
    numbers: list[int] = bills["party"].to_pylist()
    parties = pa.table({"party": pa.array(numbers, pa.int64())})
    proposed = [each for party in numbers for each in facts.proposed(party)]
    with database.read_bulk() as bulk:
        entries = store.read_entries(bulk, facts.run.nr, parties).to_pylist()
        payers = _by(store.read_facts(bulk, b.bill_payer, "nr", numbers))
        clients = {row["person"] for row in payers.values() if row["person"]}
        everyone = clients | {row["person"] for row in proposed if row["person"]}
        people = _by(store.read_facts(bulk, f.person, "nr", everyone))
        deaths = {
            row["nr"]: row["died"] for row in store.read_facts(bulk, f.person, "nr", everyone, known) if row["died"]
        }
        services = _by(store.read_facts(bulk, f.service, "nr", {row["service"] for row in proposed}, known))
        own = store.read_facts(bulk, f.service_line, "person", clients, known)
        subjects = {row["subject"] for row in proposed} - {row["nr"] for row in own}
        rows = own + store.read_facts(bulk, f.service_line, "nr", subjects, known)
        contracts = _by(store.read_facts(bulk, f.contract, "nr", {row["contract"] for row in rows}, known))
        payees = _by(store.read_facts(bulk, f.payee, "nr", {row["payee"] for row in contracts.values()}, known))
        away = store.read_facts(bulk, f.suspension, "line", {row["nr"] for row in rows}, known)
        later = store.read_facts(bulk, f.contract_terms, "contract", set(contracts), known) if away else []
        missing = {row["service"] for row in rows} - set(services)
        services |= _by(store.read_facts(bulk, f.service, "nr", missing, known))
        one_offs = _by(
            store.read_facts(
                bulk,
                b.one_off_charge,
                "nr",
                {row["subject"] for row in proposed if row["kind"] == "one-off charge"},
                known,
            )
        )
        waivers = _grouped(store.read_facts(bulk, b.waiver, "person", everyone, known), "person")
        exemptions = _grouped(
            store.read_facts(bulk, b.charge_exemption, "line", {row["nr"] for row in own}, known), "line"
        )
        those = store.read_facts(bulk, b.correspondent, "bill_payer", numbers)
        accounts = BilledAccounts.of(
            store.read_runs_in_order(bulk),
            bills_of := store.bills_before(bulk, parties),
            store.read_moves(bulk, parties),
            others := store.read_other_moves(bulk, parties),
            store.read_methods(bulk, others["subject"].to_pylist()),
        )
        collections = _collections(bulk, ints(bills, "party"), set(bills["nr"].to_pylist()))
    last = last_bills(database, facts, bills, bills_of, parties)
    lines = {row["nr"]: _line(row, services, contracts, payees) for row in rows}
    stood = position_of(database, until=pc.max(bills["issued"]).as_py(), payers=ints(bills, "party"))
    return Gathered(
        facts=facts,
        entries=_grouped(entries, "party"),
        payers=payers,
        people=people,
        services=services,
        lines=lines,
        lines_of=_grouped(own, "person"),
        one_offs=one_offs,
        waivers=waivers,
        exemptions=exemptions,
        correspondents={
            party: [correspondent(each) for each in some] for party, some in _grouped(those, "bill_payer").items()
        },
        accounts=accounts,
        collections=collections,
        unpaid=_unpaid(stood),
        refundable=stood.refundable(),
        deaths=deaths,
        last=last,
        days=line_days(rows, {nr: each.service_from for nr, each in lines.items()}, away),
        away=ToldAway(
            ChargingPolicy.from_json(facts.run.policy) if facts.run.stream == NAME else ChargingPolicy(),
            lines,
            _grouped(away, "line"),
            {row["nr"]: row["contract"] for row in rows},
            rules_of(contracts.values(), later),
        ),
        assessed=assessing_jobs.assessed_in(database, sorted(clients), facts.run.window_starts, facts.run.up_to, known),
    )


def _collections(bulk: Bulk, parties: Ints, bills: set[int]) -> dict[int, tuple[dt.date, int]]:
    """The direct debit announced for each bill: the day, and the whole sum taken on it."""
    return {
        bill: (each.collect_on, each.amount)
        for each in read_open(bulk, parties)
        for bill, _ in each.parts
        if bill in bills
    }


def _unpaid(found: Position) -> dict[int, list[tuple[int, Unpaid]]]:
    """What was left of each payer's bills, by the number of the bill, the oldest due first."""
    made: dict[int, list[tuple[int, Unpaid]]] = {}
    for at in np.flatnonzero((found.owed_of == BILL) & (found.allocation.owed_left > 0)).tolist():
        left = Unpaid(int(found.allocation.owed_left[at]), day(int(found.owed.on[at])))
        made.setdefault(int(found.owed.payer[at]), []).append((int(found.owed_nr[at]), left))
    return {party: sorted(some, key=lambda each: (each[1].due, each[0])) for party, some in made.items()}


def _line(row: Mapping[str, Any], services: Rows, contracts: Rows, payees: Rows) -> NamedLine:
    contract = contracts.get(row["contract"])
    payee = payees.get(contract["payee"]) if contract else None
    service = services.get(row["service"])
    pattern = Pattern(row["unit"], row["quantity"], row["days"] or 0, row["every_weeks"])
    provider = payee["name"] if payee and payee["kind"] == "provider" else ""
    direct = bool(payee and payee["kind"] == "direct payment")
    return NamedLine(service["name"] if service else row["ref"], provider, pattern, direct)


def _by(rows: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    return {row["nr"]: row for row in rows}


def _grouped(rows: Sequence[Mapping[str, Any]], name: str) -> dict[int, list[Mapping[str, Any]]]:
    made: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        made.setdefault(row[name], []).append(row)
    return made
