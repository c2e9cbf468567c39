"""A letter that asks for what is owed, told in English: what and since when, how to pay, what happens next, who can
help.

Its words stand beside it in ``reminder.toml``. It is laid out as every other paper is.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from billing.debt.letters import Letter
from billing.debt.reminders import Reminder
from billing.documents.content import CouncilOnPaper
from interfaces.documents import parts
from interfaces.documents.sheet import Rows, Sheet, SheetSection
from interfaces.documents.words import Words, words_of

PLAN = "Instalment plan "


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def tell_reminder(letter: Letter, council: CouncilOnPaper) -> Sheet:
    """Everything the letter says."""
    words, its, sent = words_of("English"), _words(), letter.reminder
    step, number = str(sent.step), str(sent.nr)
    day = words.day(sent.reply_by) if sent.reply_by else ""
    headline = its["headline"]["reply" if sent.reply_by else "pay"].format(amount=words.money(sent.asked), day=day)
    sections = [
        _owed(words, sent),
        _others(words, sent),
        parts.how_to_pay(words, council, letter.reference, None),
        SheetSection(its["next"]["title"], tuple(each.format(day=day) for each in its["next"][step])),
        SheetSection(its["disagree"]["title"], (its["disagree"]["words"],)),
        _advice(),
        parts.whom_to_ask(words, council),
    ]
    return Sheet(
        tag=words.tag,
        large=letter.to.print == "large",
        title=its["title"][step],
        warning=parts.warning(words, council),
        council=council.name,
        sender=parts.sender(council),
        to=parts.envelope(words, letter.to),
        facts=(
            (its["facts"]["date"], words.day(sent.on)),
            (its["facts"]["number"], number),
            (words.say("paper.reference"), letter.reference),
        ),
        headline=headline,
        summary=(parts.opening(words, letter.to, letter.payer_kind, letter.about),),
        sections=tuple(each for each in sections if each is not None),
        number=number,
        footer=words.say("paper.footer", number=f"{its['facts']['number']} {number}", page="{page}", pages="{pages}"),
        closing=parts.other_forms(words, letter.to),
    )


def _owed(words: Words, sent: Reminder) -> SheetSection:
    its = _words()["owed"]
    rows = Rows(tuple(its["columns"]), (3, 4))
    after = []
    for each in sent.bills:
        rows.add(
            each.number, words.day(each.issued), words.day(each.due), words.money(each.left), words.money(each.asked)
        )
        if each.disputed:
            after.append(its["disputed"].format(amount=words.money(each.disputed), bill=each.number))
        if each.collecting and each.collect_on:
            amount, when = words.money(each.collecting), words.day(each.collect_on)
            after.append(its["collecting"].format(amount=amount, bill=each.number, day=when))
        if PLAN in each.words:
            after.append(each.words[each.words.index(PLAN) :])
    rows.total(its["total"], words.money(sent.asked))
    return rows.section(its["title"], after=(*dict.fromkeys(after), its["paid"]))


def _others(words: Words, sent: Reminder) -> SheetSection | None:
    its = _words()["others"]
    rows = Rows(tuple(its["columns"]), (2,))
    for each in sent.others:
        rows.add(each.number, words.day(each.due), words.money(each.left), its.get(each.why.name, its["other"]))
    return rows.section(its["title"]) if sent.others else None


def _advice() -> SheetSection:
    its = _words()["advice"]
    rows = Rows(tuple(its["columns"]), (), (0,))
    for who, how in its["rows"]:
        rows.add(who, how)
    return rows.section(its["title"], after=(its["words"],))
