"""A bill or credit note told in one language: what to pay, the care, how the charge was reached, what changed
and why.
"""

import datetime as dt

from billing.documents.content import (
    BILL,
    CREDIT_NOTE,
    AccountMovement,
    Assessed,
    Bill,
    BilledStretch,
    Cause,
    Correction,
    Item,
    Unpaid,
)
from billing.documents.differences import ASSESSED, CHANGED, OTHER, PRICE, WEEKS
from interfaces.documents import parts
from interfaces.documents.care_words import at_each_price, much, percent, price, whose_rule
from interfaces.documents.sheet import Rows, Sheet, SheetSection
from interfaces.documents.words import Words, words_of

OUTCOMES = {
    "assessed on means": "assessed.means",
    "nothing may be charged": "assessed.nil",
    "full cost without a means test": "assessed.full",
    "full cost: capital is over the upper limit": "assessed.over",
}


def tell_bill(bill: Bill) -> Sheet:
    """Everything the bill says, in the language of whoever it is to."""
    words = words_of(bill.to.language)
    title = "paper.credit_note" if bill.kind == CREDIT_NOTE else "paper.bill"
    sections = [
        _account(words, bill),
        _care(words, bill),
        _away(words, bill),
        *_assessed(words, bill),
        _charge(words, bill),
        _items(words, bill),
        _changes(words, bill),
        _worked_out(words, bill),
        _differs(words, bill),
        _movements(words, bill),
        *_paying(words, bill),
        parts.whom_to_ask(words, bill.council),
    ]
    return parts.told(
        words,
        title=words.say(title, days=words.span(*bill.covers)),
        number_label=f"{title}_number",
        number=bill.number,
        reference=bill.reference,
        issued=bill.issued,
        to=bill.to,
        council=bill.council,
        headline=_headline(words, bill),
        summary=(parts.opening(words, bill.to, bill.payer_kind, bill.about), *_death(words, bill)),
        sections=tuple(each for each in sections if each is not None),
    )


def _headline(words: Words, bill: Bill) -> str:
    said = []
    if bill.kind == CREDIT_NOTE:
        said.append(words.say("headline.credit_note", amount=words.money(-bill.amount)))
    if bill.collected:
        amount, day = words.money(bill.collecting), words.day(bill.collected)
        said.append(words.say("headline.collected", amount=amount, day=day))
        if not bill.to_pay:
            said.append(words.say("headline.nothing_to_do"))
    if bill.to_pay:
        said.append(_to_pay(words, bill, bool(said)))
    if bill.balance <= 0:
        said.append(_none_owed(words, bill.balance))
    return " ".join(said)


def _to_pay(words: Words, bill: Bill, more: bool) -> str:
    """What to pay and by when: what was to be paid earlier apart, and nothing by the day of a credit note, which asks
    for nothing.
    """
    amount, due = words.money(bill.to_pay), words.day(bill.due)
    earlier = () if bill.collecting else bill.earlier
    if bill.kind == CREDIT_NOTE or (earlier and bill.owed_earlier >= bill.to_pay):
        whens = " ".join(_earlier(words, bill, each, "headline.was", "headline.is") for each in earlier)
        return f"{words.say('headline.owed_still', amount=amount)} {whens}".strip()
    said = words.say("headline.still_owed" if more else "headline.pay", amount=amount, due=due)
    if not earlier:
        return said
    parts_ = [_earlier(words, bill, each, "headline.of_which_was", "headline.of_which_is") for each in earlier]
    return " ".join([said, *parts_])


def _earlier(words: Words, bill: Bill, one: Unpaid, was: str, is_: str) -> str:
    return words.say(was if one.due <= bill.issued else is_, amount=words.money(one.pence), due=words.day(one.due))


def _death(words: Words, bill: Bill) -> tuple[str, ...]:
    if bill.died is None:
        return ()
    died, last = words.day(bill.died), bill.charged_until
    if last is None or last < bill.died:
        return (words.say("death.none_after", day=died),)
    if last == bill.died:
        return (words.say("death.on_the_day", day=died),)
    return (words.say("death.later", day=died, last=words.day(last)),)


def _none_owed(words: Words, balance: int) -> str:
    return words.say("headline.in_credit" if balance < 0 else "headline.nothing", amount=words.money(-balance))


def _account(words: Words, bill: Bill) -> SheetSection:
    rows = Rows((words.say("summary.what"), words.say("summary.amount")), (1,))
    since = words.day(bill.since) if bill.since else ""
    if bill.since or bill.brought_forward:
        owed = "summary.before" if bill.since else "summary.before_first"
        parts.account_row(rows, words, owed, "summary.before_credit", bill.brought_forward, since)
    paid, put_right = bill.paid, bill.payments_put_right
    if paid:
        rows.add(words.say("summary.payments"), words.money(paid))
    if put_right:
        rows.add(words.say("summary.put_right"), words.money(put_right))
    if bill.moved - paid - put_right:
        rows.add(words.say("summary.other"), words.money(bill.moved - paid - put_right))
    rows.add(words.say("summary.bill" if bill.kind == BILL else "summary.credit_note"), words.money(bill.amount))
    parts.account_row(rows, words, "summary.owed", "summary.credit", bill.balance, last=True)
    for each in bill.earlier:
        rows.add(_earlier(words, bill, each, "summary.of_which_was", "summary.of_which_is"), words.money(each.pence))
    return rows.section(words.say("summary.title"))


def _care(words: Words, bill: Bill) -> SheetSection | None:
    if not bill.care:
        return None
    names = [words.say(f"care.{each}") for each in ("care", "person", "days", "much", "rate", "cost")]
    rows = Rows(tuple(names), (5,))
    for care in bill.care:
        service = words.typed(care.service)
        named = words.say("care.from", service=service, provider=care.provider) if care.provider else service
        rows.add(
            named,
            care.person,
            words.span(care.starts, care.ends),
            much(words, care),
            price(words, care),
            words.money(care.cost),
        )
        for amount, rate in at_each_price(words, care):
            rows.add(words.say("care.of_which"), "", "", amount, rate, "")
    for place in (4, 3, 1):
        rows.without(place)
    if len(bill.care) > 1:
        rows.total(words.say("care.total"), words.money(bill.care_cost))
    intro = "care.intro_funder" if bill.payer_kind == "funder" else "care.intro"
    return rows.section(words.say("care.title"), (words.say(intro),))


def _away(words: Words, bill: Bill) -> SheetSection | None:
    """Every absence, with its days, its share and whose rule."""
    if not bill.away:
        return None
    rows = Rows(tuple(words.say(f"away.{each}") for each in ("care", "why", "days", "many", "share", "rule")), (4,))
    for each in bill.away:
        service = words.typed(each.service)
        share = (
            words.say("away.of_price", share=percent(words, each.share)) if each.share else words.say("away.nothing")
        )
        rows.add(
            words.say("care.from", service=service, provider=each.provider) if each.provider else service,
            words.either("notes", each.reason),
            words.span(each.starts, each.ends),
            words.several("units.day", (each.ends - each.starts).days),
            share,
            whose_rule(words, each),
        )
    return rows.section(words.say("away.title"), (words.say("away.intro"),))


def _assessed(words: Words, bill: Bill) -> list[SheetSection]:
    return [_one_assessed(words, each, place == 0) for place, each in enumerate(bill.assessed)]


def _one_assessed(words: Words, assessed: Assessed, first: bool) -> SheetSection:
    day = words.day(assessed.starts)
    if assessed.weekly is None:
        said = [words.say("assessed.from_full", day=day)]
    else:
        said = [words.say("assessed.from", day=day, amount=words.money(assessed.weekly))]
    key = OUTCOMES.get(assessed.outcome, "assessed.full_plain")
    if key == "assessed.full" and not assessed.because:
        key = "assessed.full_plain"
    said.append(words.say(key, because=words.typed(assessed.because)))
    rows = Rows((words.say("assessed.what", day=day), words.say("assessed.amount")), (1,))
    for each in assessed.workings:
        label = words.either("workings", each.label)
        rows.total(label, words.money(each.pence)) if each.total else rows.add(label, words.money(each.pence))
    if not rows.rows:
        return SheetSection(words.say("assessed.title") if first else said[0], tuple(said if first else said[1:]))
    return rows.section(words.say("assessed.title") if first else said[0], said if first else said[1:])


def _charge(words: Words, bill: Bill) -> SheetSection | None:
    if not bill.stretches:
        return None
    rows = Rows(tuple(words.say(f"charge.{each}") for each in ("days", "why", "sum", "amount")), (3,))
    for each in bill.stretches:
        total = sum_of(words, each)
        why = words.say(f"charge.{each.limit}")
        rows.add(words.span(each.starts, each.ends), why, total, words.money(each.amount))
    if len(bill.stretches) > 1:
        rows.total(words.say("charge.total"), words.money(bill.charged))
    return rows.section(words.say("charge.title"))


def _items(words: Words, bill: Bill) -> SheetSection | None:
    if not bill.items:
        return None
    rows = Rows(tuple(words.say(f"items.{each}") for each in ("what", "person", "days", "amount")), (3,))
    for each in bill.items:
        rows.add(_item(words, each), each.person, words.span(each.starts, each.ends), words.money(each.amount))
    rows.without(1)
    if len(bill.items) > 1:
        rows.total(words.say("items.total"), words.money(bill.extras))
    return rows.section(words.say("items.title"))


def _item(words: Words, item: Item) -> str:
    what = words.term("items", item.kind, what=words.typed(item.what)) or words.typed(item.what or item.kind)
    if item.workings:
        what = f"{what}: {', '.join(sum_of(words, each) for each in item.workings)}"
    reason = words.either("notes", item.reason) if item.reason else ""
    return words.say("items.because", what=what, reason=reason) if reason and reason not in what else what


def _changes(words: Words, bill: Bill) -> SheetSection | None:
    if not bill.changes:
        return None
    rows = Rows(
        tuple(words.say(f"changes.{each}") for each in ("what", "person", "days", "was", "now", "amount")), (3, 4, 5)
    )
    for each in bill.changes:
        rows.add(
            _change(words, each),
            each.person,
            words.span(each.starts, each.ends),
            words.money(each.was),
            words.money(each.now),
            words.money(each.amount),
        )
    rows.without(1)
    if len(bill.changes) > 1:
        rows.total(words.say("changes.total"), words.money(bill.changed))
    return rows.section(words.say("changes.title"), (words.say("changes.intro"),))


def _differs(words: Words, bill: Bill) -> SheetSection | None:
    """Why the bill is not what the last one was, by cause, to the penny."""
    differs = bill.differs
    if differs is None or not differs.amount:
        return None
    rows = Rows((words.say("differs.why"), words.say("differs.amount")), (1,))
    for each in differs.causes:
        rows.add(cause_words(words, each), words.money(each.amount))
    rows.total(words.say("differs.total"), words.money(differs.amount))
    said = words.say(
        "differs.more" if differs.amount > 0 else "differs.less",
        was=words.money(differs.was),
        day=words.day(differs.issued),
        number=differs.number,
        now=words.money(differs.now),
        amount=words.money(abs(differs.amount)),
    )
    return rows.section(words.say("differs.title"), (said,))


def cause_words(words: Words, cause: Cause) -> str:
    """One cause why a bill is not what the last one was."""
    if cause.kind.startswith(OTHER):
        kind = cause.kind.removeprefix(OTHER).strip()
        return words.term("items", kind, what=words.typed(cause.what)) or words.typed(cause.what or kind)
    if cause.kind == WEEKS:
        return words.say("differs.weeks", was=str(cause.was), now=str(cause.now))
    if cause.kind == CHANGED:
        reasons = " ".join(words.either("changes.reasons", each) for each in cause.what.split("; ") if each)
        return words.say("differs.changed", what=reasons or words.say("changes.first", what="").lstrip(". "))
    was, now = (None if each is None else words.money(each) for each in (cause.was, cause.now))
    if cause.kind == ASSESSED and (was or now):
        key = "most" if was and now else "full" if was else "from_full"
        return words.say(f"differs.assessment_{key}", was=was or "", now=now or "")
    if cause.kind == PRICE and was and now:
        return words.say("differs.price_was", what=words.typed(cause.what), was=was, now=now)
    return words.say(f"differs.{cause.kind}", what=words.typed(cause.what))


def _worked_out(words: Words, bill: Bill) -> SheetSection | None:
    """The weeks behind what earlier days should be."""
    some = [each for each in bill.changes if each.workings and each.now]
    if not some:
        return None
    rows = Rows(tuple(words.say(f"changes.{each}") for each in ("which", "days", "sum", "now")), (3,))
    for change in some:
        what = words.either("changes.kinds", change.kind)
        what = f"{what}: {words.typed(change.what)}" if change.what else what
        for each in change.workings:
            why = words.term("charge", each.limit) if each.limit else None
            total = sum_of(words, each)
            end = each.ends if each.days >= 7 else each.starts + dt.timedelta(days=each.days)
            rows.add(what, words.span(each.starts, end), f"{total}; {why}" if why else total, words.money(each.amount))
    return rows.section(words.say("changes.worked_out"))


def sum_of(words: Words, each: BilledStretch) -> str:
    """How weeks alike come to their charge: 4 weeks at £67.71; of part of a week, by days."""
    if each.days >= 7:
        return words.several("charge.sum_of", each.weeks, weekly=words.money(each.weekly))
    if each.whole:
        return words.several("charge.share_of", each.days, weekly=words.money(each.whole))
    return words.several("charge.days_of", each.days, amount=words.money(each.weekly))


def _change(words: Words, change: Correction) -> str:
    kind = words.either("changes.kinds", change.kind)
    what = f"{kind}: {words.typed(change.what)}" if change.what else kind
    said = words.say("changes.first", what=what) if not change.was else f"{what}."
    reasons = [words.either("changes.reasons", each) for each in change.reason.split("; ") if each]
    return " ".join([said, *reasons])


def _movements(words: Words, bill: Bill) -> SheetSection | None:
    if not bill.movements:
        return None
    rows = Rows(tuple(words.say(f"movements.{each}") for each in ("day", "what", "amount")), (2,), (0,))
    for each in bill.movements:
        rows.add(words.day(each.shown), movement(words, each), words.money(each.amount))
    if not bill.since:
        return rows.section(words.say("movements.title_first"))
    return rows.section(words.say("movements.title", day=words.day(bill.since)))


def movement(words: Words, one: AccountMovement) -> str:
    """What moved an account, in words."""
    if one.put_right:
        day = words.day(one.of or one.on)
        return words.term("movements.put_right", one.kind, day=day) or words.say(
            "movements.put_right.other", what=words.either("movements.kinds", one.kind), day=day
        )
    said = words.term("movements.kinds", one.kind, reference=one.reference) or words.typed(one.kind)
    if not one.reference or one.reference in said:
        return said
    method = words.term("movements.methods", one.reference)
    return f"{said} {method}" if method else f"{said}: {words.typed(one.reference)}"


def _paying(words: Words, bill: Bill) -> list[SheetSection]:
    if bill.to_pay:
        due = None if bill.kind == CREDIT_NOTE else bill.due
        return [parts.how_to_pay(words, bill.council, bill.reference, due)]
    return [parts.in_credit(words, bill.to, -bill.balance, bill.unpaid_credit)] if bill.balance < 0 else []
