"""The steps of each pay period in words: the sums, the one rounding, who bears it, and how it stands with the
ledger.
"""

from collections.abc import Callable, Iterable, Sequence

from finance.care_costs.facts import KINDS
from finance.care_costs.retainers import WHOLE_SHARE
from finance.care_costs.rows import Row
from finance.days import Span, spoken
from finance.money import sterling
from payruns.explain.explanation import Section
from payruns.explain.figures import Part, PeriodFigures, Sum
from payruns.explain.past import ADJUSTMENT, LINE, Past
from payruns.explain.sums import Piece, exact_money, sum_words
from payruns.explain.told import Told
from payruns.explain.words import noun

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
_OFF = "taken off"


def name_of(told: Told) -> Callable[[str, int], str]:
    """Gives the name and reference of a fact by its number, as known to the run."""
    return namer(told.past, told.run.known)


def namer(past: Past, known: int) -> Callable[[str, int], str]:
    def name(table: str, nr: int) -> str:
        if table == "funder" and not nr:
            return "the council"
        row = past.of(table, nr, known)
        return f"{row['name']} ({row['ref']})"

    return name


def period_sections(told: Told) -> Iterable[Section]:
    return (_section(told, each) for each in told.periods)


def _section(told: Told, period: PeriodFigures) -> Section:
    sentences: list[str] = []
    for sum_ in period.sums:
        sentences += _sum(told, sum_)
    if told.past.sort == ADJUSTMENT:
        own = told.past.own(told.run.known)
        gone = not told.past.is_believed(told.run.known)
        sentences += [
            "It has been withdrawn, so nothing is due."
            if gone
            else f"{sterling(own['amount'])} for {spoken(own['on'])}: {own['reason']} (entered by {own['entered_by']})"
        ]
    elif not period.sums:
        sentences.append("No day of this period is payable, so nothing is due.")
    sentences += _funders(told, period.parts)
    sentences.append(_stand(period, told))
    sentences += _as_before(told, period)
    return Section(f"How it was worked out: {_days(told, period)}", tuple(sentences))


def _days(told: Told, period: PeriodFigures) -> str:
    if period.span.end > told.run.up_to > period.span.first:
        return f"{Span(period.span.first, told.run.up_to)} (part of the period to {spoken(period.span.last)})"
    return str(period.span)


def _sum(told: Told, sum_: Sum) -> Iterable[str]:
    """Each step, then their exact total and the rounding."""
    carers = int(told.past.own(told.run.known).get("carers") or 1) if sum_.kind == "care" else 1
    yield f"{WHAT[sum_.kind]}{f', {_OFF}' if sum_.due < 0 else ''}:"
    rows = told.past.at(told.run.known)
    yield from (_piece(told.in_words(piece), rows, told.past, carers) for piece in sum_.pieces)
    yield f"  {rounding_words(sum_, told.policy.rounding)}"


def rounding_words(sum_: Sum, mode: str) -> str:
    """The exact total and the one rounding."""
    if sum_.exact.denominator == 1:
        return f"In all exactly {exact_money(sum_.exact)}; nothing to round."
    return f"In all exactly {exact_money(sum_.exact)}, rounded once, {mode}, to {sterling(abs(sum_.due))}."


def _piece(piece: Piece, rows: dict[str, list[Row]], past: Past, carers: int) -> str:
    beside = [each for each in (piece.weekdays, *priced_by(piece, rows, past)) if each]
    return f"  {piece.span}: {sum_words(piece, carers)}" + (f" ({'; '.join(beside)})" if beside else "")


def priced_by(piece: Piece, rows: dict[str, list[Row]], past: Past) -> Iterable[str]:
    """The facts that gave a step its price and its share."""
    if past.sort != LINE:
        return
    found = [each["ref"] for each in prices_of(piece, rows)]
    if found:
        yield f"{noun(_source(piece, rows)[0])} {' or '.join(found)}"
    if piece.share != WHOLE_SHARE and piece.kind == "care":
        yield from (
            f"suspension {each['ref']}, {each['reason']}" for each in rows["suspension"] if _covers(each, piece)
        )


def prices_of(piece: Piece, rows: dict[str, list[Row]]) -> list[Row]:
    """The facts whose price a step has, on its days, in its unit and for its length of visit."""
    table, column = _source(piece, rows)
    found = [
        each
        for each in rows.get(table, ())
        if each[column] == piece.rate and _covers(each, piece) and each.get("unit", piece.unit) == piece.unit
    ]
    if table == "contribution":
        return [each for each in found if _kind(each) == piece.kind]
    minutes = rows["service_line"][0]["visit_minutes"] if table == "rate" else None
    return [each for each in found if minutes is None or _in_band(minutes, each)]


def _source(piece: Piece, rows: dict[str, list[Row]]) -> tuple[str, str]:
    """The table, and its column, that price a step."""
    if piece.kind == "care":
        return ("agreed_rate" if rows["agreed_rate"] else "rate"), "rate"
    return _SOURCES.get(piece.kind, ("", ""))


def _in_band(minutes: int, rate: Row) -> bool:
    return (rate["minutes_from"] or 0) <= minutes and (rate["minutes_until"] is None or minutes < rate["minutes_until"])


_SOURCES = {
    "contribution": ("contribution", "weekly"),
    "top-up": ("contribution", "weekly"),
    "nursing": ("nursing_rate", "rate"),
    "nursing deducted": ("nursing_rate", "rate"),
}


def _kind(contribution: Row) -> str:
    return "top-up" if contribution["kind"] == "top-up" else "contribution"


def _covers(row: Row, piece: Piece) -> bool:
    return bool(row["starts"] <= piece.span.first and (row["ends"] is None or piece.span.first < row["ends"]))


def _funders(told: Told, parts: Sequence[Part]) -> Iterable[str]:
    """Who bears the care, where it is not the council alone; and who it is due to, where that has changed."""
    name = name_of(told)
    care = [part for part in parts if part.kind == "care"]
    if any(part.funder for part in care):
        yield "Borne by " + ", ".join(f"{name('funder', part.funder)} {sterling(part.due)}" for part in care) + "."
    parties = {part.party for part in parts}
    if len(parties) > 1:
        for party in sorted(parties):
            due = sum(part.due for part in parts if part.party == party)
            yield f"Due to {name('payee', party)}: {sterling(due)}."


def _stand(period: PeriodFigures, told: Told) -> str:
    verb = "proposes" if period.proposed >= 0 else "takes back"
    if not period.earlier:
        return (
            f"Due {sterling(period.due)}, nothing posted before, so run {told.run.nr} proposes "
            f"{sterling(period.proposed)}."
        )
    return (
        f"Due {sterling(period.due)}, less {sterling(period.posted)} posted before, so run {told.run.nr} {verb} "
        f"{sterling(abs(period.proposed))}."
    )


def _as_before(told: Told, period: PeriodFigures) -> Iterable[str]:
    """The steps the period had when it was last posted, where the money has moved since."""
    if not period.proposed or not period.earlier or told.past.sort == ADJUSTMENT:
        return
    before = told.worked_before(period)
    if before is None:
        return
    run, again = before
    now = {each.kind: each.exact for each in period.sums}
    rows, carers = told.past.at(run.known), int(told.past.own(run.known).get("carers") or 1)
    for kind in KINDS:
        mine = [piece for piece in again.pieces if piece.kind == kind]
        if mine and sum(piece.exact for piece in mine) != now.get(kind, 0):
            yield f"In run {run.nr}, on what was known then, {_lower(WHAT[kind])}:"
            yield from (_piece(piece, rows, told.past, carers if kind == "care" else 1) for piece in mine)


def _lower(words: str) -> str:
    return words if words.startswith("NHS") else words[0].lower() + words[1:]
