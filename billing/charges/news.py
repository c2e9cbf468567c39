"""Late news about charges: whose have to be worked out again since the last run, from which day, and why."""

import numpy as np

from billing.care_accounts.limits_store import limit_news
from billing.charges.calendars import BillCalendar
from billing.charges.facts import BY_LINE, FEE, KINDS, ONE_OFF
from billing.charges.news_store import (
    OF_PEOPLE,
    read_assessed,
    read_billed_to,
    read_people_ever_of,
    read_people_of,
    read_people_with,
    read_touched,
)
from billing.tables import bill_payer
from finance.care_costs import news as care_news
from finance.columns import Bulk, Ints, codes, ints
from finance.days import number
from ledgers import store as ledger
from ledgers.runs import Run
from ledgers.scopes import Scope

ASSESSED = 1 << 20
CAUSES = {
    "bill_payer": 1 << 21,
    "top_up_agreement": 1 << 22,
    "charge_exemption": 1 << 23,
    "client_rate": 1 << 24,
    "one_off_charge": 1 << 25,
    "waiver": 1 << 26,
    "delivery": 1 << 27,
}
CAPPED = 1 << 28
UNSETTLED = 1 << 29
WORDS = {
    ASSESSED: "the financial assessment changed",
    CAUSES["bill_payer"]: "who is billed changed",
    CAUSES["top_up_agreement"]: "a top-up agreement changed",
    CAUSES["charge_exemption"]: "an exemption from charges changed",
    CAUSES["client_rate"]: "the rates clients are charged changed",
    CAUSES["one_off_charge"]: "a single charge was entered or changed",
    CAUSES["waiver"]: "a waiver changed",
    CAUSES["delivery"]: "the care delivered was reported",
    CAPPED: "the cap on care costs was reached, or no longer is",
    UNSETTLED: "an earlier run left it unsettled",
}
PERSON = "person"


def cause_words(mask: int) -> str:
    """The causes in a mask, in words."""
    found = [care_news.cause_words(mask & (ASSESSED - 1))] if mask & (ASSESSED - 1) else []
    return "; ".join([*found, *(words for bit, words in WORDS.items() if mask & bit)])


def read_scopes(bulk: Bulk, run: Run, calendar: BillCalendar) -> tuple[Scope, Scope]:
    """(people, single charges) to work out before the window, from late news and unsettled money."""
    people: list[tuple[Ints, Ints, Ints]] = []
    singles: list[tuple[Ints, Ints, Ints]] = []
    if run.run_before:
        people += _care(bulk, run)
        people.append(_caused(*read_assessed(bulk, run.known_before, run.known), ASSESSED))
        people.append(_caused(*limit_news(bulk, run.known_before, run.known), CAPPED))
        for table, owner in OF_PEOPLE:
            owners, since = read_touched(bulk, table, owner, run.known_before, run.known)
            if not len(owners):
                continue
            cause = CAUSES[table.name]
            if owner == "nr":
                singles.append(_caused(owners, since, cause))
            elif owner == "person":
                people.append(_caused(owners, since, cause))
            elif owner == "line":
                people.append(_caused(*_by(read_people_of(bulk, owners, run.known), owners, since), cause))
            else:
                person, service = read_people_with(bulk, owners, run.known)
                people.append(_caused(*_by((service, person), owners, since), cause))
        payers, _ = read_touched(bulk, bill_payer, "nr", run.known_before, run.known)
        topped_up, single = read_billed_to(bulk, payers, run.known)
        whose = read_people_of(bulk, topped_up, run.known)[1]
        people.append(_caused(whose, np.zeros(len(whose), np.int64), CAUSES["bill_payer"]))
        singles.append(_caused(single, np.zeros(len(single), np.int64), CAUSES["bill_payer"]))
    left = ledger.read_outstanding(bulk, run)
    subject, since = ints(left, "subject"), ints(left, "since")
    kind = codes(left, "kind", [*KINDS, PERSON])
    of_line = np.isin(kind, BY_LINE)
    people.append(
        _caused(*_by(read_people_of(bulk, subject[of_line], run.known), subject[of_line], since[of_line]), UNSETTLED)
    )
    of_person = np.isin(kind, (FEE, len(KINDS)))
    people.append(_caused(subject[of_person], since[of_person], UNSETTLED))
    singles.append(_caused(subject[kind == ONE_OFF], since[kind == ONE_OFF], UNSETTLED))
    return _merged(people, run, calendar), _merged(singles, run, calendar)


def _care(bulk: Bulk, run: Run) -> list[tuple[Ints, Ints, Ints]]:
    lines, _ = care_news.read_news(bulk, run.known_before, run.known)
    line, person = read_people_ever_of(bulk, lines.line, run.known)
    place = np.minimum(np.searchsorted(lines.line, line), max(len(lines.line) - 1, 0))
    return [(person, lines.since[place], lines.cause[place])] if len(line) else []


def _caused(owner: Ints, since: Ints, cause: int) -> tuple[Ints, Ints, Ints]:
    return owner, since, np.full(len(owner), cause, np.int64)


def _by(pairs: tuple[Ints, Ints], owners: Ints, since: Ints) -> tuple[Ints, Ints]:
    """(person, since): each owner's day for the people beside it in ``pairs`` of (owner, person)."""
    owner, person = pairs
    if not len(owner) or not len(owners):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order = np.lexsort((since, owners))
    known, first = np.unique(owners[order], return_index=True)
    place = np.minimum(np.searchsorted(known, owner), len(known) - 1)
    met = known[place] == owner
    return person[met], since[order][first[place[met]]]


def _merged(found: list[tuple[Ints, Ints, Ints]], run: Run, calendar: BillCalendar) -> Scope:
    """One row each: the earliest day, moved back to the start of its bill period, and every cause."""
    columns = [np.concatenate([each[place] for each in found] or [np.empty(0, np.int64)]) for place in range(3)]
    merged = care_news.merge_news(care_news.News(*(each.astype(np.int64) for each in columns)))
    kept = merged.since < number(run.up_to)
    since = calendar.period_starts(np.maximum(merged.since[kept], calendar.go_live))
    since = np.minimum(
        np.maximum(since, int(calendar.period_starts(np.asarray([calendar.go_live]))[0])), number(run.window_starts)
    )
    return Scope(merged.line[kept], since, merged.cause[kept])
