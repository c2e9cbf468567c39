"""The facts a charge run reads, as columns, as known at one change; and whose charges have changed since another."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, and_, or_, select

from billing import tables as t
from billing.assessments.in_force import Decisions
from billing.assessments.store import MOST
from billing.assessments.tables import assessment
from billing.care_accounts.limits_store import limits
from billing.charges.calendars import BillCalendar
from billing.charges.facts import (
    OWN_TOP_UP,
    TOP_UP,
    Agreements,
    BillPayers,
    ChargeFacts,
    ClientRates,
    Deliveries,
    Exemptions,
    OneOffs,
    Waivers,
    in_order_of_person,
    placed,
    places,
)
from billing.charges.news_store import read_lines_of
from billing.charges.policy import AS_PAID, ChargingPolicy
from finance.care_costs import store as care_store
from finance.care_costs.building import in_stays
from finance.care_costs.facts import UNITS, CareFacts, Suspensions
from finance.care_costs.retainers import WHOLE_SHARE
from finance.care_costs.store import Window
from finance.columns import Bulk, Ints, codes, ends, ints
from finance.days import day, number
from finance.facts import tables as f
from finance.facts.versions import believed
from finance.keys import keyed, unkeyed
from finance.problems import Refusal
from finance.timelines import distinct


def read_calendars(connection: Connection, known: int | None = None) -> list[BillCalendar]:
    """Every bill calendar, as known at a change (now, when not given)."""
    table = t.bill_calendar
    return [
        BillCalendar(
            row.nr,
            row.ref,
            row.name,
            row.weeks,
            number(row.anchor),
            row.cut_off_days,
            row.due_days,
            number(row.go_live),
        )
        for row in connection.execute(select(table).where(believed(table, known)).order_by(table.c.nr))
    ]


def read_calendar(connection: Connection, ref: str, known: int | None = None) -> BillCalendar:
    """One bill calendar by its reference. Refuses an unknown one, naming those there are."""
    found = {each.ref: each for each in read_calendars(connection, known)}
    if ref not in found:
        there = ", ".join(sorted(found)) or "none has been loaded"
        raise Refusal(f"There is no bill calendar “{ref}”.", f"Use one of these: {there}.")
    return found[ref]


def read_calendar_at(bulk: Bulk, nr: int, known: int) -> BillCalendar:
    """A bill calendar by its number, as known at a change."""
    query = select(t.bill_calendar).where(t.bill_calendar.c.nr == nr, believed(t.bill_calendar, known))
    row = bulk.read(query).to_pylist()[0]
    return BillCalendar(
        nr,
        row["ref"],
        row["name"],
        row["weeks"],
        number(row["anchor"]),
        row["cut_off_days"],
        row["due_days"],
        number(row["go_live"]),
    )


@dataclass(frozen=True)
class ChargeWindow:
    """What a run looks at: days ``[starts, up_to)`` of everybody on a bill calendar, and from ``since`` of some."""

    calendar: int
    known: int
    starts: int
    up_to: int
    scope_person: Ints
    scope_since: Ints

    @property
    def earliest(self) -> int:
        return int(min([self.starts, *self.scope_since.tolist()]))


def read_payers(bulk: Bulk, calendar: int, known: int) -> BillPayers:
    """Each client's own bill payer, on one calendar, in order of person."""
    b = t.bill_payer.c
    rows = bulk.read(
        select(b.nr, b.person)
        .where(believed(t.bill_payer, known), b.calendar == calendar, b.person.is_not(None))
        .order_by(b.person, b.nr)
    )
    person, first = np.unique(ints(rows, "person"), return_index=True)
    return BillPayers(person, ints(rows, "nr")[first])


def read_charge_facts(bulk: Bulk, window: ChargeWindow, policy: ChargingPolicy) -> ChargeFacts:
    """Every fact the run's calculation reads."""
    known = window.known
    scope = read_lines_of(bulk, window.scope_person, known)
    none = np.empty(0, np.int64)
    with bulk.beside() as other, ThreadPoolExecutor(1) as meanwhile:
        said = meanwhile.submit(_payers_and_words, other, window)
        care = care_store.read_facts(bulk, Window(None, known, window.starts, window.up_to, scope, none))
        payers, words, everyone = said.result()
    nobody = _nobody_to_bill(care, words, everyone, window.up_to)
    words = _of(payers, words)
    away, retainers = _charged_while_away(bulk, care, known, policy)
    mine = np.isin(care.lines.person, payers.person)
    paid = care.suspensions
    care, nr = in_order_of_person(replace(care, suspensions=away, retainers=retainers), mine)
    paid = placed(paid, nr)
    return replace(facts_about(bulk, window, payers, care, nr, paid, words), nobody_to_bill=nobody)


def facts_about(
    bulk: Bulk,
    window: ChargeWindow,
    payers: BillPayers,
    care: CareFacts,
    nr: Ints,
    paid: Suspensions | None = None,
    words: Decisions | None = None,
) -> ChargeFacts:
    """Care with all that is said of charging for it. ``nr``: the number of each line; one nobody has recorded is below
    nought, and nothing is said of it alone."""
    known = window.known
    service = bulk.read(select(f.service.c.nr, f.service.c.kind).where(believed(f.service, known)))
    return ChargeFacts(
        care=care,
        nr=nr,
        payers=payers,
        words=_of(payers, _words(bulk, window, payers.person)) if words is None else words,
        exemptions=_exemptions(bulk, known, nr),
        client_rates=_client_rates(bulk, known),
        agreements=_agreements(bulk, known, nr),
        waivers=_waivers(bulk, known),
        deliveries=_deliveries(bulk, window, nr, care.lines.unit),
        paid=care.suspensions if paid is None else paid,
        limits=limits(bulk, known),
        service_kinds=dict(zip(service["nr"].to_pylist(), service["kind"].to_pylist(), strict=True)),
    )


def _charged_while_away(
    bulk: Bulk, care: CareFacts, known: int, policy: ChargingPolicy
) -> tuple[Suspensions, list[str]]:
    """Suspensions with the share that is charged, by the council's policy for each reason, in place of the
    share paid.
    """
    s = f.suspension.c
    rows = bulk.read(
        select(s.line, s.starts, s.ends, s.reason, s.paid)
        .where(believed(f.suspension, known))
        .order_by(s.line, s.starts)
    )
    retainers = list(care.retainers)
    for text in rows["paid"].drop_null().unique().to_pylist():
        if text not in retainers:
            retainers.append(text)
    ruled = {reason: steps for reason, steps in policy.absences.items() if steps != AS_PAID}
    for steps in ruled.values():
        if steps not in retainers:
            retainers.append(steps)
    reasons = sorted(ruled)
    reason = codes(rows, "reason", reasons)
    own = codes(rows, "paid", retainers)
    by_reason = np.asarray([retainers.index(ruled[each]) for each in reasons] + [-1], dtype=np.int64)
    paid = np.where(reason >= 0, by_reason[reason], own)
    starts = ints(rows, "starts")
    away = Suspensions(ints(rows, "line"), starts, ends(rows), paid, starts)
    return in_stays(care.lines, away, care_store.lines_of(bulk, known)), retainers


def _payers_and_words(bulk: Bulk, window: ChargeWindow) -> tuple[BillPayers, Decisions, Ints]:
    """This calendar's payers, what was said of anybody's charge, and everybody who has a bill payer on some
    calendar.
    """
    everyone = distinct(
        ints(
            bulk.read(
                select(t.bill_payer.c.person).where(
                    believed(t.bill_payer, window.known), t.bill_payer.c.person.is_not(None)
                )
            ),
            "person",
        )
    )
    return read_payers(bulk, window.calendar, window.known), _words(bulk, window), everyone


FEW = 100


def _words(bulk: Bulk, window: ChargeWindow, people: Ints | None = None) -> Decisions:
    """What was said of people's charges about any day from the earliest looked at. ``people``: only theirs are
    needed.
    """
    a = assessment.c
    query = (
        select(a.person, a.starts, a.ends, a.learned, MOST, a.council_pays, a.how, a.can_pay)
        .where(a.learned <= window.known, a.starts < day(window.up_to + 7))
        .where(or_(a.ends.is_(None), a.ends > day(window.earliest - 7)))
        .order_by(a.person, a.starts, a.learned)
    )
    if people is not None and len(people) <= FEW:
        query = query.where(a.person.in_(people.tolist()))
    return Decisions.of(bulk.read(query))


def _of(payers: BillPayers, words: Decisions) -> Decisions:
    """The words about people who are billed."""
    place = places(payers.person, words.person)
    return words if bool((place >= 0).all()) else words.take(np.flatnonzero(place >= 0))


def _nobody_to_bill(care: CareFacts, words: Decisions, everyone: Ints, up_to: int) -> int:
    """How many people are assessed to pay something, and have care, with no bill payer known for them."""
    asked = words.person[(words.charge > 0) & (words.starts < up_to) & (words.ends >= up_to)]
    asked = asked[places(everyone, asked) < 0]
    if not len(asked):
        return 0
    cared = care.lines.person[(care.lines.starts < up_to) & (care.lines.ends >= up_to)]
    return len(np.intersect1d(asked, cared))


def _about(line: Ints, nr: Ints) -> tuple[Ints, Ints]:
    """(rows, places): the rows that speak of these lines, in order of the line's place."""
    place = places(nr, line)
    rows = np.flatnonzero(place >= 0)
    rows = rows[np.argsort(place[rows], kind="stable")]
    return rows, place[rows]


def _exemptions(bulk: Bulk, known: int, nr: Ints) -> Exemptions:
    c = t.charge_exemption.c
    found = bulk.read(
        select(c.line, c.starts, c.ends).where(believed(t.charge_exemption, known)).order_by(c.line, c.starts)
    )
    rows, place = _about(ints(found, "line"), nr)
    return Exemptions(place, ints(found, "starts")[rows], ends(found)[rows])


def _client_rates(bulk: Bulk, known: int) -> ClientRates:
    c = t.client_rate.c
    rows = bulk.read(
        select(c.service, c.unit, c.rate, c.flat, c.starts, c.ends)
        .where(believed(t.client_rate, known))
        .order_by(c.service, c.unit, c.starts)
    )
    return ClientRates(
        ints(rows, "service"),
        codes(rows, "unit", UNITS),
        ints(rows, "rate"),
        ints(rows, "flat"),
        ints(rows, "starts"),
        ends(rows),
    )


def _agreements(bulk: Bulk, known: int, nr: Ints) -> Agreements:
    """Signed agreements alone: without a signature nothing is billed."""
    a, b = t.top_up_agreement, t.bill_payer
    found = bulk.read(
        select(a.c.line, a.c.bill_payer, a.c.weekly, a.c.starts, a.c.ends, b.c.kind)
        .join_from(a, b, and_(b.c.nr == a.c.bill_payer, believed(b, known)))
        .where(believed(a, known), a.c.signed.is_not(None))
        .order_by(a.c.line, a.c.starts, a.c.nr)
    )
    rows, place = _about(ints(found, "line"), nr)
    own = codes(found, "kind", ["client"])[rows] == 0
    return Agreements(
        place,
        ints(found, "bill_payer")[rows],
        np.where(own, OWN_TOP_UP, TOP_UP),
        ints(found, "weekly")[rows],
        ints(found, "starts")[rows],
        ends(found)[rows],
    )


def _waivers(bulk: Bulk, known: int) -> Waivers:
    """One that says neither a sum nor a part was told before a part could be said: it is of all of the charge."""
    c = t.waiver.c
    rows = bulk.read(
        select(c.person, c.weekly, c.share, c.starts, c.ends)
        .where(believed(t.waiver, known))
        .order_by(c.person, c.starts)
    )
    weekly, share = ints(rows, "weekly"), ints(rows, "share")
    share = np.where((weekly < 0) & (share < 0), WHOLE_SHARE, np.maximum(share, 0))
    return Waivers(ints(rows, "person"), np.maximum(weekly, 0), share, ints(rows, "starts"), ends(rows))


def _deliveries(bulk: Bulk, window: ChargeWindow, nr: Ints, units: Ints) -> Deliveries:
    """One row a line and day, several added up. One in another unit than its line’s says nothing that can be priced."""
    c = t.delivery.c
    found = bulk.read(
        select(c.line, c.on, c.unit, c.quantity)
        .where(believed(t.delivery, window.known), c.on >= day(window.earliest), c.on < day(window.up_to))
        .order_by(c.line, c.on, c.nr)
    )
    rows, place = _about(ints(found, "line"), nr)
    same = codes(found, "unit", UNITS)[rows] == units[place]
    rows, place = rows[same], place[same]
    on, quantity = ints(found, "on")[rows], ints(found, "quantity")[rows]
    key, first = np.unique(keyed(place, on), return_index=True)
    total = np.add.reduceat(quantity, first) if len(first) else quantity
    return Deliveries(*unkeyed(key), total)


def read_one_offs(bulk: Bulk, window: ChargeWindow, payers: BillPayers) -> OneOffs:
    """Single charges of this calendar's payers for days before ``up_to``."""
    c, b = t.one_off_charge, t.bill_payer
    rows = bulk.read(
        select(c.c.nr, c.c.bill_payer, c.c.service, c.c.on, c.c.amount, b.c.person)
        .join_from(c, b, and_(b.c.nr == c.c.bill_payer, believed(b, window.known)))
        .where(believed(c, window.known), c.c.on < day(window.up_to), b.c.calendar == window.calendar)
        .order_by(c.c.nr)
    )
    return OneOffs(
        ints(rows, "nr"),
        ints(rows, "bill_payer"),
        ints(rows, "person"),
        ints(rows, "service"),
        ints(rows, "on"),
        ints(rows, "amount"),
    )


# What has changed ---------------------------------------------------------------------------------------------------
