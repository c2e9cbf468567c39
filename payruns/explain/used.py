"""Who and what a line is, and the facts used: each with its days, its value, where it came from and who told us."""

from collections.abc import Iterable, Sequence

from finance.care_costs.rows import Row
from finance.days import FOR_EVER, Span, number, spoken
from finance.money import sterling
from payruns.explain.changes import source_words
from payruns.explain.explanation import PLAIN, Section
from payruns.explain.past import ADJUSTMENT, LINE, Past
from payruns.explain.steps import namer, prices_of
from payruns.explain.sums import Piece
from payruns.explain.words import NOUNS, days_words, noun, plan_words, value_words


def who_and_what(past: Past, known: int) -> Section:
    """Names and references: the person, the service, the payee, the contract, the calendar, the plan."""
    own, contract = past.own(known), past.contract(known)
    name = namer(past, known)
    rows: list[tuple[str, str]] = []
    if own.get("person") is not None:
        person = past.of("person", own["person"], known)
        died = f", died {spoken(person['died'])}" if person["died"] else ""
        rows.append(("Person", f"{name('person', own['person'])}{died}"))
    rows.append(("Service", name("service", own["service"])))
    rows.append(("Payee", name("payee", (contract or own)["payee"])))
    if contract is not None:
        rows.append(("Contract", f"{name('contract', contract['nr'])}, paid {contract['payment']}"))
    calendar = past.calendar(known)
    rows.append(("Pay calendar", f"{calendar['name']} ({calendar['ref']}), {calendar['cycle']}"))
    if past.sort == LINE:
        rows += [("Package", _package(past, own, known)), ("Plan", plan_words(own))]
    if past.sort == ADJUSTMENT:
        rows.append(("Adjustment", f"{sterling(own['amount'])} for {spoken(own['on'])}: {own['reason']}"))
    else:
        rows.append(("Days", days_words(own) + (f" ({own['end_reason']})" if own.get("end_reason") else "")))
    return Section("Who and what", (), PLAIN, tuple(rows))


def _package(past: Past, own: Row, known: int) -> str:
    package = past.of("package", own["package"], known)
    words = str(package["ref"])
    if package["approved_by"]:
        words += f", agreed by {package['approved_by']}"
    if package["weekly_budget"] is not None:
        words += f", {sterling(package['weekly_budget'])} a week"
    return words


def facts_section(past: Past, known: int, spans: Sequence[Span], pieces: Sequence[Piece] = ()) -> Section:
    """Every fact the steps rest on. Those that touch none of the spans are left out, when there are spans; so are the
    rows of a rate card that priced none of the steps, when there are steps."""
    name = namer(past, known)
    rows = []
    for table, row in _used(past, known):
        if not _touches(row, spans) or (table == "rate" and pieces and not _priced_any(row, past, known, pieces)):
            continue
        change = past.changes[row["learned"]]
        rows.append(
            (
                f"{noun(table)} {row['ref']}",
                value_words(table, row, name),
                days_words(row),
                source_words(change, row["source_row"]),
                f"{spoken(change['moment'].date())} by {change['by']}",
            )
        )
    return Section("The facts used", (), ("Fact", "What it says", "Days", "From", "Learned"), tuple(rows))


def _used(past: Past, known: int) -> Iterable[tuple[str, Row]]:
    rows = past.at(known)
    own = past.own(known)
    for table in NOUNS:
        for row in rows[table]:
            if past.sort == LINE and table in ("rate", "block") and not _prices(table, row, own, rows):
                continue
            if table == "contract" and row["nr"] != own.get("contract"):
                continue
            yield table, row


def _prices(table: str, row: Row, own: Row, rows: dict[str, list[Row]]) -> bool:
    """Whether a rate card's row or a block is one the line looks to."""
    if rows["agreed_rate"] or (row["contract"], row["service"]) != (own["contract"], own["service"]):
        return False
    return bool(row["unit"] == own["unit"]) if table == "rate" else not rows["rate"]


def _priced_any(row: Row, past: Past, known: int, pieces: Sequence[Piece]) -> bool:
    """Whether a rate card's row priced any of the steps of care."""
    rows = past.at(known)
    return any(row in prices_of(piece, rows) for piece in pieces if piece.kind == "care")


def _touches(row: Row, spans: Sequence[Span]) -> bool:
    if not spans or row.get("starts") is None or "package" in row:
        return True
    ends = FOR_EVER if row["ends"] is None else number(row["ends"])
    return number(row["starts"]) < number(max(each.end for each in spans)) and ends > number(
        min(each.first for each in spans)
    )
