"""Why any reference comes to what it does: a line, block or adjustment; a bill; a person or a package, by their lines.

``payruns.explain`` tells what is paid and ``billing.explain`` what is charged; neither knows of the other.
"""

from collections.abc import Callable, Sequence
from functools import partial

from billing.documents.store import bill_number
from billing.explain import explain_bill, explain_charges
from billing.tables import number_of
from finance.columns import Database
from finance.facts.versions_store import lines_of
from ledgers.explain.explanation import Explanation, NothingToExplain, Section
from payruns.explain import explain_line
from payruns.explain.store import find


def explain_reference(database: Database, ref: str) -> Explanation:
    """Whatever has this reference, in the latest run that holds it. Raises NothingToExplain, naming near ones."""
    with database.read() as connection:
        paid, owner = find(connection, ref), lines_of(connection, ref)
    number = bill_number(ref)
    if paid:
        return explain_line(database, ref)
    if number is not None and number_of(number) == ref.strip().upper():
        return explain_bill(database, number)
    if owner and owner[1]:
        return _by_lines(database, ref, *owner)
    return explain_line(database, ref)  # which says what is near it


def _by_lines(database: Database, ref: str, sort: str, lines: Sequence[str]) -> Explanation:
    """What each line comes to, paid and charged, and how to go on down from there."""
    told = [
        (line, _told(partial(explain_line, database, line)), _told(partial(explain_charges, database, line)))
        for line in lines
    ]
    down = f"How each was worked out: outturn explain {lines[0]}, and outturn explain {lines[0]} --charges."
    rows = tuple((line, paid[0], charged[0]) for line, paid, charged in told)
    figures = [
        {"line": line, "proposed": paid[1].get("proposed"), "amount_pence": charged[1].get("amount_pence")}
        for line, paid, charged in told
    ]
    headline = "It has 1 line." if len(lines) == 1 else f"It has {len(lines)} lines."
    section = Section("What its lines come to", (down,), ("Line", "Paid", "Charged"), rows)
    return Explanation(ref, sort, None, headline, (section,), {"lines": figures})


def _told(explain: Callable[[], Explanation]) -> tuple[str, dict[str, object]]:
    """The answer in a sentence, and its figures; why there is none, where there is none."""
    try:
        found = explain()
    except NothingToExplain as nothing:
        return nothing.what, {}
    return found.headline, dict(found.figures)
