"""What every paper has: whom it is to, the council's details, how to pay, whom to ask."""

import datetime as dt

from billing.documents.content import Addressee, CouncilOnPaper
from interfaces.documents.sheet import Rows, Sheet, SheetSection
from interfaces.documents.words import Words


def envelope(words: Words, to: Addressee) -> tuple[str, ...]:
    """The lines on the envelope."""
    return (name_on_envelope(words, to), *to.address)


def name_on_envelope(words: Words, to: Addressee) -> str:
    return words.say("paper.executors", name=to.name) if to.capacity == "executors" else to.name


def opening(words: Words, to: Addressee, payer_kind: str, about: str) -> str:
    """Whose care the paper is about, and why it comes to the reader."""
    if payer_kind == "funder":
        return words.say("for.funder")
    if payer_kind == "third party" and to.capacity not in ("estate", "executors"):
        return words.say("for.third_party", about=about) if about else words.say("for.third_party_plain")
    return words.say(f"for.{to.capacity}", about=about)


def sender(council: CouncilOnPaper) -> tuple[str, ...]:
    return tuple(each for each in (council.team, *council.address, council.phone, council.email) if each)


def warning(words: Words, council: CouncilOnPaper) -> str:
    return words.say("paper.made_up", council=council.name) if council.made_up else ""


def other_forms(words: Words, to: Addressee) -> str:
    return words.say("paper.ordinary_print" if to.print == "large" else "paper.other_forms")


def account_row(
    rows: Rows, words: Words, owed: str, credit: str, pence: int, day: str = "", *, last: bool = False
) -> None:
    """A balance, called what it is: owed above nought, in credit below."""
    said = words.say(credit if pence < 0 else owed, day=day)
    amount = words.money(abs(pence))
    rows.total(said, amount) if last else rows.add(said, amount)


def how_to_pay(words: Words, council: CouncilOnPaper, reference: str, due: dt.date | None) -> SheetSection:
    """The ways to pay there are; a council that has told of none asks to be asked."""
    rows = Rows((words.say("pay.way"), words.say("pay.details")), (), (0,))
    if council.account_number:
        rows.add(
            words.say("pay.transfer"),
            words.say(
                "pay.transfer_details",
                sort_code=council.sort_code,
                account_number=council.account_number,
                account_name=council.account_name or council.name,
                reference=reference,
            ),
        )
    if council.pay_online:
        rows.add(
            words.say("pay.online"), words.say("pay.online_details", where=council.pay_online, reference=reference)
        )
    if council.pay_phone:
        rows.add(words.say("pay.phone"), words.say("pay.phone_details", where=council.pay_phone, reference=reference))
    trouble = words.say("pay.trouble", due=words.day(due)) if due else words.say("pay.trouble_now")
    if not rows.rows:
        return SheetSection(words.say("pay.title"), (words.say("pay.in_touch"), trouble))
    return rows.section(words.say("pay.title"), after=(trouble,))


def in_credit(words: Words, to: Addressee, credit: int, unpaid: int) -> SheetSection:
    """What becomes of a credit: after a death there is no next bill for it to come off. Pence that were never received
    (``unpaid``) are not offered back.
    """
    estate = to.capacity in ("estate", "executors")
    received = credit - unpaid
    said = (
        [words.say("pay.credit_part" if received else "pay.credit_none", amount=words.money(received))]
        if unpaid
        else []
    )
    if received:
        said.append(words.say("pay.credit_estate" if estate else "pay.credit"))
    return SheetSection(words.say("pay.credit_title"), tuple(said))


def whom_to_ask(words: Words, council: CouncilOnPaper) -> SheetSection:
    rows = Rows((words.say("ask.way"), words.say("ask.details")), (), (0,))
    phone = (
        words.say("ask.hours", phone=council.phone, hours=words.typed(council.hours))
        if council.hours
        else council.phone
    )
    details = (
        ("ask.phone", phone if council.phone else ""),
        ("ask.email", council.email),
        ("ask.web", council.web),
        (
            "ask.write",
            ", ".join(filter(None, (council.team, council.name, *council.address))) if council.address else "",
        ),
    )
    for key, value in details:
        if value:
            rows.add(words.say(key), value)
    after = (words.say("ask.wrong"), words.say("ask.disagree"))
    if not rows.rows:
        return SheetSection(words.say("ask.title"), after)
    return rows.section(words.say("ask.title"), after=after)


def told(
    words: Words,
    *,
    title: str,
    number_label: str,
    number: str,
    reference: str,
    issued: dt.date,
    to: Addressee,
    council: CouncilOnPaper,
    headline: str,
    summary: tuple[str, ...],
    sections: tuple[SheetSection, ...],
) -> Sheet:
    """A paper put together."""
    return Sheet(
        tag=words.tag,
        large=to.print == "large",
        title=title,
        warning=warning(words, council),
        council=council.name,
        sender=sender(council),
        to=envelope(words, to),
        facts=(
            (words.say("paper.date"), words.day(issued)),
            (words.say(number_label), number),
            (words.say("paper.reference"), reference),
        ),
        headline=headline,
        summary=summary,
        sections=sections,
        number=number,
        footer=words.say("paper.footer", number=number, page="{page}", pages="{pages}"),
        closing=other_forms(words, to),
    )
