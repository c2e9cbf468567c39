"""A statement told in one language: what was owed, what happened day by day, what is owed at the end."""

import datetime as dt

from billing.documents.content import BILL, CREDIT_NOTE, PAYMENTS, AccountMovement, Bill, Paper, Statement
from interfaces.documents import parts
from interfaces.documents.bill import movement, tell_bill
from interfaces.documents.sheet import Rows, Sheet, SheetSection
from interfaces.documents.words import Words, words_of


def tell(paper: Paper) -> Sheet:
    """Any paper, in the language of whoever it is to."""
    return tell_bill(paper) if isinstance(paper, Bill) else tell_statement(paper)


def tell_statement(said: Statement) -> Sheet:
    words = words_of(said.to.language)
    last = words.day(said.ends - dt.timedelta(days=1))
    key = (
        "headline.owed_on" if said.closing > 0 else "headline.credit_on" if said.closing < 0 else "headline.nothing_on"
    )
    sections = [_account(words, said, last), _days(words, said)]
    if said.closing > 0:
        sections.append(parts.how_to_pay(words, said.council, said.reference, None))
    if said.closing < 0:
        sections.append(parts.in_credit(words, said.to, -said.closing, said.unpaid_credit))
    return parts.told(
        words,
        title=words.say("paper.statement", days=words.span(said.starts, said.ends)),
        number_label="paper.statement_number",
        number=said.number,
        reference=said.reference,
        issued=said.issued,
        to=said.to,
        council=said.council,
        headline=words.say(key, day=last, amount=words.money(abs(said.closing))),
        summary=(parts.opening(words, said.to, said.payer_kind, said.about),),
        sections=(*sections, parts.whom_to_ask(words, said.council)),
    )


def _account(words: Words, said: Statement, last: str) -> SheetSection:
    rows = Rows((words.say("summary.what"), words.say("summary.amount")), (1,))
    first = words.day(said.starts)
    parts.account_row(rows, words, "summary.opening", "summary.opening_credit", said.opening, first)
    sums: dict[str, int] = {}
    for each in said.movements:
        key = _summed_as(each)
        sums[key] = sums.get(key, 0) + each.amount
    for key in ("bills", "credit_notes", "paid", "put_right", "adjusted"):
        if key in sums:
            rows.add(words.say(f"summary.{key}"), words.money(sums[key]))
    parts.account_row(rows, words, "summary.closing", "summary.closing_credit", said.closing, last, last=True)
    return rows.section(words.say("summary.title"))


def _summed_as(one: AccountMovement) -> str:
    if one.kind in PAYMENTS:
        return "put_right" if one.put_right else "paid"
    return {BILL: "bills", CREDIT_NOTE: "credit_notes"}.get(one.kind, "adjusted")


def _days(words: Words, said: Statement) -> SheetSection:
    title = words.say("statement.title")
    if not said.movements:
        return SheetSection(title, (words.say("statement.none"),))
    names = ("day", "what", "charged", "paid", "balance")
    rows = Rows(tuple(words.say(f"statement.{each}") for each in names), (2, 3, 4), (0,))
    for each, balance in zip(said.movements, said.balances, strict=True):
        charges = each.amount > 0 and not (each.put_right and each.kind in PAYMENTS)
        charged, paid = (words.money(each.amount), "") if charges else ("", words.money(-each.amount))
        left = words.money(balance) if balance >= 0 else words.say("statement.credit", amount=words.money(-balance))
        what = movement(words, each)
        if each.of and each.of != each.on and not each.put_right:
            what = words.say("movements.of.day", what=what, day=words.day(each.of))
        rows.add(words.day(each.on), what, charged, paid, left)
    return rows.section(title, (words.say("statement.intro"),))
