"""Why any reference comes to what it does: a line, block or adjustment; a bill of any stream; a payee, a payer or a
receipt; an account of the ledger; a change or a finding; a person or a package, by their lines.

``payruns.explain`` tells what is paid and ``billing.explain`` what is charged; neither knows of the other.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection

from billing import naming_store as billed
from billing.assessments.views_jobs import assessed
from billing.bill_store import read_bill
from billing.care_accounts.views_jobs import care_account
from billing.charges.news import cause_words as charged_again
from billing.documents.store import bill_number
from billing.explain import explain_bill, explain_charges
from billing.explain.change_jobs import explain_change
from billing.explain.payer_jobs import explain_payer, explain_receipt, explain_recharge_bill
from billing.receipts.tables import receipt
from billing.tables import bill_payer, number_of
from finance.care_costs.news import cause_words as paid_again
from finance.care_words import several
from finance.columns import Database
from finance.days import spoken
from finance.facts import tables as t
from finance.facts.versions_store import find as find_fact
from finance.facts.versions_store import lines_of
from finance.money import sterling
from finance.problems import Refusal
from interfaces.database.roles import DECLARED
from ledgers.explain.explanation import Explanation, NothingToExplain, Section
from ledgers.explain.ledger_jobs import explain_account, explain_finding
from ledgers.explain.run_jobs import explain_run
from ledgers.streams import CHARGES, PAYMENTS, RECHARGES
from ledgers.views.store import Naming
from payruns import views_store as paid
from payruns.explain import explain_line
from payruns.explain.payee_jobs import explain_payee
from payruns.explain.store import find


def explain_reference(database: Database, ref: str, run: int | None = None) -> Explanation:
    """Whatever has this reference, in the latest run that holds it or in one that is named. Raises NothingToExplain,
    naming near ones.

    A change, a finding and a run are asked for by a word and a number: change 41, finding 12, run 4.
    """
    numbered = _NUMBERED.fullmatch(ref.strip())
    if numbered:
        number = int(numbered[2])
        return _numbered(database, numbered[1].lower(), number)
    with database.read() as connection:
        sort = _sort_of(connection, ref)
        owner = lines_of(connection, ref)
    if sort == "line":
        return explain_line(database, ref, run=run)
    if sort == "bill":
        return _bill(database, ref)
    if sort == "payee":
        return explain_payee(database, ref, run=run)
    if sort == "payer":
        return explain_payer(database, ref)
    if sort == "receipt":
        return explain_receipt(database, ref)
    if owner:
        return _by_lines(database, ref, *owner)
    if _ACCOUNT.fullmatch(ref.strip()):
        return explain_account(database, ref.strip(), naming_of, run)
    return explain_line(database, ref, run=run)  # which says what is near it


_NUMBERED = re.compile(r"(change|finding|run)\s+#?(\d{1,15})", re.IGNORECASE)
_ACCOUNT = re.compile(r"[^-]+(-[^-]+){3}")


def _sort_of(connection: Connection, ref: str) -> str:
    """What a reference is of; nothing where none of these knows it."""
    if find(connection, ref):
        return "line"
    number = bill_number(ref)
    if number is not None and number_of(number) == ref.strip().upper():
        return "bill"
    for sort, table in (("payee", t.payee), ("payer", bill_payer), ("receipt", receipt)):
        if find_fact(connection, table, ref):
            return sort
    return ""


def _bill(database: Database, ref: str) -> Explanation:
    number = bill_number(ref)
    assert number is not None
    with database.read() as connection:
        stream = read_bill(connection, number).stream
    return explain_recharge_bill(database, number) if stream == RECHARGES.name else explain_bill(database, number)


def _numbered(database: Database, sort: str, number: int) -> Explanation:
    if sort == "change":
        return explain_change(database, number, DECLARED)
    if sort == "run":
        return explain_run(database, number, naming_of, _why_of)
    return explain_finding(database, number, naming_of)


def _why_of(stream: str) -> Callable[[int], str]:
    """What a stream calls the causes of its lines for earlier periods."""
    return {PAYMENTS.name: paid_again, CHARGES.name: charged_again}.get(stream, lambda _: "")


def naming_of(stream: str) -> Naming:
    """What a stream calls whose money it is, and what it is for: a line is called alike whoever pays for it."""
    if stream == PAYMENTS.name:
        return paid.NAMING
    return Naming(billed.payers, paid.subjects)


def _by_lines(database: Database, ref: str, sort: str, lines: Sequence[str]) -> Explanation:
    """What each line comes to, paid and charged, and how to go on down from there; of a person, what they are assessed
    to pay, or that nobody has said."""
    beside = (_assessed(database, ref), *_account(database, ref)) if sort == "person" else ()
    if not lines:
        headline = f"It is a {sort} with no service lines: nothing is paid or charged for it."
        return Explanation(ref, sort, None, headline, tuple(filter(None, beside)), {"lines": []})
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
    return Explanation(ref, sort, None, headline, (section, *filter(None, beside)), {"lines": figures})


def _assessed(database: Database, ref: str) -> Section:
    """What stands of a person’s assessment, or what is missing of it."""
    found = assessed(database, ref)
    rows = tuple(
        (
            spoken(each.starts),
            spoken(each.last_day) if each.last_day else "",
            _weekly(each.charge),
            str(each.how.outcome),
            f"change {each.change}",
        )
        for each in found.standing
    )
    if rows:
        told = found.standing[-1].change
        said = (f"How it was reached: outturn assess --person {ref}. Who said so: outturn explain “change {told}”.",)
    elif found.told:
        said = (f"Nobody has assessed them from what was told: outturn assess --person {ref} --record.",)
    else:
        said = ("Nobody has told their circumstances, so they are not assessed and nothing by means is charged.",)
    return Section("What they are assessed to pay", said, ("From", "To", "A week", "How", "By"), rows)


def _weekly(pence: int | None) -> str:
    return "taken back" if pence is None else sterling(pence)


def _account(database: Database, ref: str) -> tuple[Section, ...]:
    """Each line of a person’s care account, where one is kept, and the care its weeks are counted from."""
    try:
        found = care_account(database, ref)
    except Refusal:
        return ()
    rows = tuple(
        (
            each.kind,
            f"{spoken(each.starts)} to {spoken(each.ends - dt.timedelta(days=1))}",
            sterling(each.pence),
            each.cause,
            f"change {each.change}, {spoken(each.recorded.date())} by {each.by}",
        )
        for each in found.lines
    )
    said = (f"{sterling(found.total)} of a cap of {sterling(found.cap)} is reached, by the lines below.",)
    counted = tuple(
        (
            f"{spoken(each.first)}{f' to {spoken(each.end - dt.timedelta(days=1))}' if each.end else ' on'}",
            sterling(each.pence),
            several(each.per_days, "day"),
            "in a care home, less daily living costs" if each.care_home else "elsewhere, in full",
            str(each.met),
        )
        for each in found.counted
    )
    down = ("What was charged for these days is what their lines above come to, but for top-ups and fees.",)
    return (
        Section("Their care account", said, ("What", "Days", "Amount", "Why", "By"), rows),
        Section("What its weeks are counted from", down, ("Days", "Sum", "For", "Where", "Met"), counted),
    )


def _told(explain: Callable[[], Explanation]) -> tuple[str, dict[str, object]]:
    """The answer in a sentence, and its figures; why there is none, where there is none."""
    try:
        found = explain()
    except NothingToExplain as nothing:
        return nothing.what, {}
    return found.headline, dict(found.figures)
