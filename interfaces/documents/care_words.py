"""Care in words: what is planned each week, what that came to in these days, and the price."""

from decimal import Decimal

from billing.documents.care_content import BilledAway, BilledCare, Pattern, QuantityAtPrice
from finance.care_costs.retainers import WHOLE_SHARE, read_retainer
from interfaces.documents.words import Words

MINUTES = "hour"  # the unit kept in minutes; every other is kept in hundredths


def quantity(words: Words, unit: str, amount: int) -> str:
    """A quantity with its unit: 10.5 hours, 2 visits. To two decimal places, as a family would check it."""
    exact = Decimal(amount) / (60 if unit == MINUTES else 100)
    shown = exact.quantize(Decimal("0.01")).normalize()
    return words.several(f"units.{unit}", shown if shown % 1 else Decimal(int(shown)))


def planned(words: Words, pattern: Pattern) -> str:
    """One planned pattern: 10.5 hours a week; 2 visits on Monday and Wednesday, one week in 2."""
    every = str(pattern.every_weeks)
    if pattern.quantity == 100 and not pattern.days and pattern.unit == "week":
        return words.say("pattern.each_week") if pattern.every_weeks == 1 else words.say("pattern.one_in", n=every)
    if pattern.quantity == 700 and not pattern.days and pattern.every_weeks == 1 and pattern.unit in ("day", "night"):
        return words.say(f"pattern.each_{pattern.unit}")
    amount = quantity(words, pattern.unit, pattern.quantity)
    if pattern.unit in ("4 weeks", "calendar month", "one-off"):
        return amount
    if pattern.days:
        said = words.say("pattern.on_days", amount=amount, days=weekdays(words, pattern.days))
    else:
        said = words.say("pattern.weekly", amount=amount)
    return said if pattern.every_weeks == 1 else words.say("pattern.every", planned=said, n=every)


def weekdays(words: Words, days: int) -> str:
    """Monday, Wednesday and Friday, of a bit a weekday."""
    names = [words.say(f"weekdays.{place}") for place in range(7) if days >> place & 1]
    return names[0] if len(names) == 1 else words.say("pattern.and", some=", ".join(names[:-1]), last=names[-1])


def much(words: Words, care: BilledCare) -> str:
    """How much: what was planned, what it came to in these days, and why it is not charged for."""
    plan = planned(words, care.pattern) if care.pattern else ""
    alone = care.priced[0] if len(care.priced) == 1 else None
    came = quantity(words, care.unit, care.quantity) if care.unit and care.quantity else ""
    if alone:
        came = amount_of(words, alone)
    said = words.say("care.in_all", planned=plan, came=came) if plan and came else plan or came
    notes = [words.either("notes", each) for each in care.note.split("; ") if each]
    notes += [each for each in (share_of(words, alone), at_share(words, alone)) if each] if alone else []
    if care.weeks:
        notes.append(words.several("charge.sum_of", care.weeks, weekly=words.money(care.cost // care.weeks)))
    return "; ".join([said, *notes]) if said else "; ".join(notes)


def amount_of(words: Words, one: QuantityAtPrice) -> str:
    """How much at one price: 10.5 hours; 2 weeks and 6 days, where it is no whole number of weeks."""
    if not one.days:
        return quantity(words, one.unit, one.quantity)
    weeks, days = divmod(one.days, 7) if one.unit == "week" else (0, one.days)
    said = words.several("units.day", days)
    return words.say("pattern.and", some=words.several("units.week", weeks), last=said) if weeks else said


def share_of(words: Words, one: QuantityAtPrice) -> str:
    """What a day is of what the price is for; nothing where none is told by the day."""
    if not one.days:
        return ""
    return (
        words.say("care.a_month", of=words.several("units.day", one.of))
        if one.unit == "calendar month"
        else words.say("care.a_day_of_7" if one.of == 7 else "care.a_day_of_28")
    )


def at_share(words: Words, one: QuantityAtPrice) -> str:
    """That less than all of the price is charged, while somebody is away."""
    return "" if one.share == WHOLE_SHARE else words.say("care.at_share", share=percent(words, one.share))


def percent(words: Words, share: int) -> str:
    """A share kept in hundredths of a per cent: 80%, 62.5%."""
    return f"{words.number((Decimal(share) / 100).normalize())}%"


def whose_rule(words: Words, each: BilledAway) -> str:
    """By whose rule time away is charged, step by step: as the contract says, 100% for 28 days, then 80%."""
    steps = []
    for share, days in read_retainer(each.rule):
        said = percent(words, share) if share else words.say("away.nothing")
        steps.append(words.say("away.for_days", share=said, days=words.several("units.day", days)) if days else said)
    said = steps[0]
    for step in steps[1:]:
        said = words.say("away.then", first=said, next=step)
    return words.say(f"away.{each.whose}", rule=said)


def at_each_price(words: Words, care: BilledCare) -> list[tuple[str, str]]:
    """(how much, price) of each price there was, where there was more than one."""
    if len(care.priced) < 2:
        return []
    return [
        (
            "; ".join(filter(None, (amount_of(words, each), share_of(words, each), at_share(words, each)))),
            words.say(f"per.{each.unit}", amount=words.rate(each.rate)),
        )
        for each in care.priced
    ]


def price(words: Words, care: BilledCare) -> str:
    """The price; those of an older paper one after another, where it changed. Several have a row each."""
    if len(care.priced) > 1:
        return ""
    if not care.unit or not care.rates:
        return ""
    said = [words.say(f"per.{care.unit}", amount=words.rate(each)) for each in care.rates]
    for then in said[1:]:
        said[0] = words.say("care.two_prices", first=said[0], then=then)
    return said[0]
