"""The prices behind one person's charges: their lines' facts as the run knew them, priced again by the same rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from billing.charges.facts import BillPayers, ChargeFacts
from billing.charges.policy import AS_PAID, ChargingPolicy
from billing.charges.store import ChargeWindow, facts_about
from billing.documents.building import PricedDays
from billing.documents.pricing import prices
from billing.explain.person import InRun, PersonCharged, week_of
from billing.explain.weeks import CARE, ChargedStretch
from finance.care_costs.retainers import WHOLE_SHARE
from finance.care_costs.rows import facts_from
from finance.care_words import share_words, units_words
from finance.columns import Bulk
from finance.days import Span, number
from finance.facts.versions import Row
from finance.money import RATE_PER_PENNY, round_fraction, sterling, sterling_rate

_PRICED = (
    "agreed_rate",
    "funding_share",
    "contribution",
    "nursing_award",
    "rate",
    "nursing_rate",
    "block",
    "package",
    "person",
    "contract",
    "contract_terms",
    "service",
)
Pieces = Mapping[int, Sequence[PricedDays]]


def read_pieces(bulk: Bulk, told: InRun) -> Pieces:
    """Days at each price of every line with steps in the run, a charging week at a time."""
    wanted = {row["subject"] for row in told.sealed.steps if row["kind"] in CARE}
    lines = sorted((row for row in told.at("service_line") if row["nr"] in wanted), key=lambda row: int(row["nr"]))
    if not lines:
        return {}
    first, up_to = week_of(min(row["starts"] for row in told.sealed.steps), told.calendar), told.run.up_to
    facts = facts_of(bulk, told.person, told.run.known, lines, told.policy, Span(first, up_to))
    made = prices(facts, told.calendar.week_starts(number(first), number(up_to)), number(up_to), told.policy)
    return {int(each): made.of(int(each)) for each in facts.nr}


def facts_of(
    bulk: Bulk, person: PersonCharged, known: int, lines: Sequence[Row], policy: ChargingPolicy, days: Span
) -> ChargeFacts:
    """Some of a person’s lines, in order of number, with all that bears on charging for them on some days, as known at
    a change."""
    nr = np.asarray([row["nr"] for row in lines], dtype=np.int64)
    place = {int(each): at for at, each in enumerate(nr)}

    def at(table: str) -> list[Row]:
        return [row for row in person.facts.at(table, known) if row.get("line") in (None, *place)]

    rows = {name: [_placed(row, place) for row in at(name)] for name in _PRICED}
    rows["suspension"] = [_placed({**row, "paid": _charged(row, policy)}, place) for row in at("suspension")]
    rows["service_line"] = [{**row, "nr": at} for at, row in enumerate(lines)]
    none = np.empty(0, np.int64)
    window = ChargeWindow(0, known, number(days.first), number(days.end), none, none)
    payers = BillPayers(np.asarray([person.nr], np.int64), np.asarray([0], np.int64))
    return facts_about(bulk, window, payers, facts_from(rows), nr)


def _placed(row: Row, place: Mapping[int, int]) -> Row:
    return {**row, "line": place[row["line"]]} if row.get("line") is not None else row


def _charged(row: Row, policy: ChargingPolicy) -> str | None:
    """The share charged while somebody is away, by the council's policy for the reason."""
    ruled = policy.absences.get(row["reason"], AS_PAID)
    return row["paid"] if ruled == AS_PAID else ruled


@dataclass(frozen=True)
class Price:
    """So many units at a rate, in hundredths of a penny, and a share of it in hundredths of a per cent."""

    unit: str
    rate: int
    units: Fraction
    share: int = WHOLE_SHARE

    @property
    def words(self) -> str:
        away = "" if self.share == WHOLE_SHARE else f" at {share_words(self.share)} while away"
        return f"{units_words(self.unit, self.units)} at {sterling_rate(self.rate)}{away}"


def week_prices(each: ChargedStretch, pieces: Sequence[PricedDays]) -> list[Price]:
    """What makes up the care of a stretch's first week."""
    end = min(each.end, each.first + (each.end - each.first) / each.weeks)
    found: dict[tuple[str, int, int], Fraction] = {}
    for piece in pieces:
        if each.first <= piece.first < end:
            key = piece.unit, piece.rate, piece.share
            found[key] = found.get(key, Fraction(0)) + piece.units
    return [Price(unit, rate, units, share) for (unit, rate, share), units in found.items() if units]


def price_words(each: ChargedStretch, pieces: Sequence[PricedDays]) -> str:
    """The cost of the care and how it is made up; what others bear of it, where they do."""
    some = week_prices(each, pieces)
    made_up = ", ".join(price.words for price in some)
    if not some:
        return f"The care costs {sterling(each.cost)}."
    exact = sum((price.rate * price.units * price.share for price in some), Fraction(0))
    whole = round_fraction(exact / RATE_PER_PENNY / WHOLE_SHARE)
    if whole == each.cost:
        return f"The care costs {sterling(each.cost)}: {made_up}."
    borne = f"top-ups, other funders or the NHS pay {sterling(whole - each.cost)} of it"
    return f"The care is priced at {sterling(whole)}, {made_up}; {borne}, and {sterling(each.cost)} counts."
