"""Why a bill is not what the payer’s last one was, told to an officer; the record is the one the paper is made of."""

from billing.documents import differences as d
from billing.documents.content import BillDiffers, Cause
from finance.days import spoken
from finance.money import sterling
from ledgers.explain.explanation import Section

_WORDS = {
    d.BEGAN: "care that began",
    d.ENDED: "care that ended",
    d.AWAY: "time away from the care",
    d.DAYS: "the days of care charged",
    d.PRICE: "the price or the amount of the care",
    d.ASSESSED: "the financial assessment",
    d.CHANGED: "earlier weeks worked out again",
    d.CHANGED_BEFORE: "the last bill had changes to earlier weeks, which are not asked for twice",
    d.ELSEWHERE: "charges told to wait, or on another bill",
    d.WEEKS: "the number of weeks",
}


def differing(found: BillDiffers | None) -> Section:
    """By cause and by sum; nothing where there was no bill before, or it was the same."""
    title = "Why it is not what the last bill was"
    if found is None or not found.amount:
        return Section(title)
    more = "more" if found.amount > 0 else "less"
    said = (
        f"{found.number} of {spoken(found.issued)} was {sterling(found.was)}; this is {sterling(found.now)}, "
        f"{sterling(abs(found.amount))} {more}. How that was worked out: outturn explain {found.number}"
    )
    rows = [(*_words(each), sterling(each.amount)) for each in found.causes]
    return Section(title, (said,), ("Why", "Of what", "Was", "Is", "Difference"), tuple(rows))


def as_json(found: BillDiffers | None) -> dict[str, object] | None:
    if found is None:
        return None
    causes = [
        {"why": each.kind, "of": each.what, "was": each.was, "is": each.now, "amount_pence": each.amount}
        for each in found.causes
    ]
    return {"bill": found.number, "was_pence": found.was, "difference_pence": found.amount, "causes": causes}


def _words(each: Cause) -> tuple[str, str, str, str]:
    why = _WORDS.get(each.kind, each.kind.removeprefix(d.OTHER).strip())
    was, now = (
        "" if pence is None else str(pence) if each.kind == d.WEEKS else sterling(pence)
        for pence in (each.was, each.now)
    )
    if each.kind == d.ASSESSED and (was or now):
        was, now = was or "the full cost", now or "the full cost"
    return why, each.what, was, now
