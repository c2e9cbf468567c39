"""The steps of each pay period in words: sums an officer can do on paper, the one rounding, and how it stands."""

from collections.abc import Iterable, Mapping, Sequence

from finance.care_costs.facts import KINDS
from finance.care_costs.retainers import WHOLE_SHARE
from finance.care_words import decimal_words, exact_words, multiples, quantity_words, rate_words, several, share_words
from finance.days import Span, spoken
from finance.facts.versions import Row, overlaps
from finance.facts.words import noun
from finance.money import sterling
from ledgers.explain.explanation import Section
from payruns.explain.figures import FunderShare, PaidDays, PeriodFigures, Sum
from payruns.explain.subject import ADJUSTMENT
from payruns.explain.workings import Workings

Rows = Mapping[str, Sequence[Row]]
WHAT = {
    "care": "Care",
    "contribution": "Client’s contribution, collected by the provider",
    "top-up": "Top-up, collected by the provider",
    "nursing": "NHS-funded nursing care",
    "nursing deducted": "NHS-funded nursing care, paid to the home by the NHS",
    "block": "Block payment",
    "adjustment": "Adjustment",
}
assert set(WHAT) == set(KINDS)
_BY_TIME = ("week", "4 weeks", "calendar month")


def period_section(told: Workings, period: PeriodFigures) -> Section:
    sentences: list[str] = []
    rows = told.subject.facts.all_at(told.run.known)
    for sum_ in period.sums:
        sentences += _sum(told, sum_, rows)
    if told.subject.sort == ADJUSTMENT:
        own = told.subject.own(told.run.known)
        gone = not told.subject.is_believed(told.run.known)
        sentences += [
            "It has been withdrawn, so nothing is due."
            if gone
            else f"{sterling(own['amount'])} for {spoken(own['on'])}: {own['reason']} (entered by {own['entered_by']})"
        ]
    elif not period.sums:
        sentences.append("No day of this period is payable, so nothing is due.")
    sentences += [*_funders(told, period.parts), _stand(period, told), *_as_before(told, period)]
    return Section(f"How it was worked out: {_days(told, period)}", tuple(sentences))


def _days(told: Workings, period: PeriodFigures) -> str:
    if period.span.end > told.run.up_to > period.span.first:
        return f"{Span(period.span.first, told.run.up_to)} (part of the period to {spoken(period.span.last)})"
    return str(period.span)


def _sum(told: Workings, sum_: Sum, rows: Rows) -> Iterable[str]:
    """Each step, then their exact total and the rounding."""
    yield f"{WHAT[sum_.kind]}{', taken off' if sum_.due < 0 else ''}:"
    yield from (_piece(told.in_words(piece), rows) for piece in sum_.pieces)
    exact = f"  In all exactly {exact_words(sum_.exact)}"
    if sum_.exact.denominator == 1:
        yield f"{exact}; nothing to round."
    else:
        yield f"{exact}, rounded once, {told.policy.rounding}, to {sterling(abs(sum_.due))}."


def _piece(piece: PaidDays, rows: Rows) -> str:
    line = rows["service_line"][0] if rows.get("service_line") else None
    beside = [each for each in (piece.weekdays, *(_priced_by(piece, rows) if line else ())) if each]
    return f"  {piece.span}: {sum_words(piece, line)}" + (f" ({'; '.join(beside)})" if beside else "")


def sum_words(piece: PaidDays, line: Row | None = None) -> str:
    """The whole sum: £25.05 an hour × 10.5 hours a week × 14 days ÷ 7 = £526.05. ``line``: whose care it is."""
    whole = piece.over // ((60 if piece.unit == "hour" else 100) * WHOLE_SHARE)
    quantity, times = piece.quantity, []
    for many, words in multiples(line) if line and piece.kind == "care" else ():
        if quantity % many == 0:
            quantity //= many
            times.append(words)
    factors = [
        rate_words(piece.rate, piece.unit),
        *_quantity(piece.unit, quantity, whole),
        *times,
        *_count(piece, whole),
    ]
    if piece.share != WHOLE_SHARE:
        factors.append(f"{share_words(piece.share)} while suspended")
    divided = f" ÷ {whole}" if whole != 1 else ""
    return f"{' × '.join(factors)}{divided} = {exact_words(piece.exact)}"


def _quantity(unit: str, quantity: int, whole: int) -> list[str]:
    if unit in (*_BY_TIME, "one-off"):
        return [] if quantity == 100 else [decimal_words(quantity)]
    return [f"{quantity_words(unit, quantity)} {'a week' if whole == 7 else 'each planned day'}"]


def _count(piece: PaidDays, whole: int) -> list[str]:
    if piece.unit == "one-off":
        return [] if piece.count == 1 else ["0, because it is paid once, in the period it starts in"]
    if piece.unit == "week" and whole == 1:
        return [several(piece.count, "week") + " begun" if piece.count else "0, because no week begins in it"]
    noun = "day" if whole != 1 or piece.unit in _BY_TIME else "planned day"
    return [several(piece.count, noun) or f"0 {noun}s"]


def _priced_by(piece: PaidDays, rows: Rows) -> Iterable[str]:
    """The facts that gave a step of a line its price and its share."""
    found, table = [each["ref"] for each in prices_of(piece, rows)], _source(piece, rows)[0]
    if found:
        by_card = "no agreed rate holds, so " if table == "rate" and rows["agreed_rate"] else ""
        yield f"{by_card}{noun(table)} {' or '.join(found)}"
    elif table == "contribution":
        yield from _held_at_cost(piece, rows)
    if piece.share != WHOLE_SHARE and piece.kind == "care":
        for each in rows["suspension"]:
            if _covers(each, piece):
                yield f"suspension {each['ref']}, {each['reason']}"
                yield from [] if each["paid"] else _terms_of(piece, rows)


def _terms_of(piece: PaidDays, rows: Rows) -> Iterable[str]:
    """The later terms of the contract that say the share of a step, where they have changed."""
    contract = rows["service_line"][0]["contract"]
    held = [
        each
        for each in rows.get("contract_terms", ())
        if each["contract"] == contract and each["starts"] <= piece.span.first
    ]
    if held:
        yield f"{noun('contract_terms')} {max(held, key=lambda each: str(each['starts']))['ref']}"


def _held_at_cost(piece: PaidDays, rows: Rows) -> Iterable[str]:
    """What was said to be collected, where the care comes to less."""
    for each in rows["contribution"]:
        if _covers(each, piece) and (each["kind"] == "top-up") == (piece.kind == "top-up"):
            yield f"contribution {each['ref']} says {rate_words(each['weekly'], 'week')}; the care comes to no more"


def prices_of(piece: PaidDays, rows: Rows) -> list[Row]:
    """The facts whose price a step of a line has, on its days, in its unit and for its length of visit."""
    table, column = _source(piece, rows)
    found = [
        each
        for each in rows.get(table, ())
        if each[column] == piece.rate and _covers(each, piece) and each.get("unit", piece.unit) == piece.unit
    ]
    if table == "contribution":
        return [each for each in found if (each["kind"] == "top-up") == (piece.kind == "top-up")]
    minutes = rows["service_line"][0]["visit_minutes"] if table == "rate" else None
    return [each for each in found if minutes is None or _in_band(minutes, each)]


def _source(piece: PaidDays, rows: Rows) -> tuple[str, str]:
    """The table, and its column, that price a step."""
    if piece.kind == "care":
        agreed = any(_covers(each, piece) for each in rows["agreed_rate"])
        return ("agreed_rate" if agreed else "rate"), "rate"
    return _SOURCES.get(piece.kind, ("", ""))


_SOURCES = {
    "contribution": ("contribution", "weekly"),
    "top-up": ("contribution", "weekly"),
    "nursing": ("nursing_rate", "rate"),
    "nursing deducted": ("nursing_rate", "rate"),
}


def _in_band(minutes: int, rate: Row) -> bool:
    return (rate["minutes_from"] or 0) <= minutes and (rate["minutes_until"] is None or minutes < rate["minutes_until"])


def _covers(row: Row, piece: PaidDays) -> bool:
    return row["starts"] <= piece.span.first and overlaps(row, piece.span.first, piece.span.end)


def _funders(told: Workings, parts: Sequence[FunderShare]) -> Iterable[str]:
    """Who bears the care, where it is not the council alone; and who it is due to, where that has changed."""
    care = [part for part in parts if part.kind == "care"]
    if any(part.funder for part in care):
        paid = ", ".join(f"{told.name('funder', part.funder)} {sterling(part.due)}" for part in care)
        yield f"Paid for by {paid}."
    parties = {part.party for part in parts}
    if len(parties) > 1:
        for party in sorted(parties):
            due = sum(part.due for part in parts if part.party == party)
            yield f"Due to {told.name('payee', party)}: {sterling(due)}."


def _stand(period: PeriodFigures, told: Workings) -> str:
    due, run = f"Due {sterling(period.due)}", f"run {told.run.nr}"
    if not period.earlier:
        return f"{due}, nothing posted before, so {run} proposes {sterling(period.proposed)}."
    verb = "proposes" if period.proposed >= 0 else "takes back"
    return f"{due}, less {sterling(period.posted)} posted before, so {run} {verb} {sterling(abs(period.proposed))}."


def _as_before(told: Workings, period: PeriodFigures) -> Iterable[str]:
    """The steps the period had when it was last posted, where the money has moved since."""
    if not period.proposed or not period.earlier or told.subject.sort == ADJUSTMENT:
        return
    before = told.worked_before(period)
    if before is None:
        return
    run, again = before
    now = {each.kind: each.exact for each in period.sums}
    rows = told.subject.facts.all_at(run.known)
    for kind in KINDS:
        mine = [piece for piece in again.pieces if piece.kind == kind]
        if mine and sum(piece.exact for piece in mine) != now.get(kind, 0):
            what = WHAT[kind] if WHAT[kind].startswith("NHS") else WHAT[kind][0].lower() + WHAT[kind][1:]
            yield f"In run {run.nr}, on what was known then, {what}:"
            yield from (_piece(piece, rows) for piece in mine)
