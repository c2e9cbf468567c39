"""Care in English: quantities, planned patterns, prices and shares, as explanations, costings and remittances say them.

A remittance made again must be the same bytes, so :func:`planned_words` may not change. Bills have words of their own,
in English and in Welsh.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from finance.money import sterling, sterling_rate

PER = {
    "week": "a week",
    "day": "a day",
    "night": "a night",
    "hour": "an hour",
    "visit": "a visit",
    "session": "a session",
    "4 weeks": "for 4 weeks",
    "calendar month": "a calendar month",
    "mile": "a mile",
    "one-off": "once",
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NOT_WEEKLY = ("4 weeks", "calendar month", "one-off")
PLANNED = ("unit", "quantity", "days", "every_weeks", "carers")
"""What a service line says of what is planned, as remittances print it: what ``planned_words`` is told, in order."""


def planned_words(
    unit: str, quantity: int, days: int, every_weeks: int, carers: int = 1, visit_minutes: int | None = None
) -> str:
    """One planned pattern: 10.5 hours a week; 2 visits Mon Wed Fri every 2 weeks with 2 carers, 30 minutes a visit.

    Hours are kept as minutes, everything else as hundredths.
    """
    with_carers = f" with {carers} carers" if carers > 1 else ""
    long = f", {minutes_words(visit_minutes)} a visit" if visit_minutes else ""
    return _pattern(unit, quantity, days, every_weeks) + with_carers + long


def plan_words(line: Mapping[str, Any]) -> str:
    """The planned pattern of a service line, with all it says."""
    return planned_words(*(line[name] for name in (*PLANNED, "visit_minutes")))


def multiples(line: Mapping[str, Any]) -> Iterable[tuple[int, str]]:
    """What a line’s quantity is multiplied by, and how a sum says so: by 2, “2 carers”."""
    if line["carers"] > 1:
        yield line["carers"], f"{line['carers']} carers"


def _pattern(unit: str, quantity: int, days: int, every_weeks: int) -> str:
    amount = decimal_words(quantity * 100 // 60 if unit == "hour" else quantity)
    if unit in _NOT_WEEKLY:
        return f"{amount} × {unit}" if amount != "1" else {"one-off": "one-off"}.get(unit, f"each {unit}")
    if unit == "week" and quantity == 100 and not days:
        return "each week" if every_weeks == 1 else f"one week in {every_weeks}"
    what = f"{amount} {unit if amount == '1' else f'{unit}s'}"
    if unit == "hour" and quantity % 3:
        what = f"{quantity // 60} h {quantity % 60} min"
    when = weekday_names(days) if days else "a week"
    return f"{what} {when}" + (f" every {every_weeks} weeks" if every_weeks > 1 else "")


def quantity_words(unit: str, quantity: int) -> str:
    """How many units: 10.5 hours, 20 minutes, 3 visits. Hours are kept as minutes, the rest as hundredths."""
    if unit == "hour" and quantity % 3:
        hours, minutes = divmod(quantity, 60)
        return " ".join(part for part in (several(hours, "hour"), several(minutes, "minute")) if part)
    return units_words(unit, Fraction(quantity, 60 if unit == "hour" else 100))


def units_words(unit: str, units: Fraction) -> str:
    """So many units: 5.5 hours, 1 week, 2 × 4 weeks; what it is exactly, where that is finer than thousandths."""
    amount = fraction_words(units)
    exactly = f" (exactly {units.numerator} ÷ {units.denominator})" if 1000 % units.denominator else ""
    if unit in ("4 weeks", "one-off"):
        return f"{amount} × {unit}{exactly}"
    return f"{amount} {unit if units == 1 else f'{unit}s'}{exactly}"


def fraction_words(units: Fraction) -> str:
    """A number as a decimal, to the nearest thousandth."""
    whole, part = divmod((units.numerator * 2000 + units.denominator) // (2 * units.denominator), 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".")


def decimal_words(hundredths: int) -> str:
    """A number kept in hundredths: 10.5."""
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")


def several(count: int, noun: str) -> str:
    """1 hour, 2 hours; nothing for none."""
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""


def minutes_words(minutes: int) -> str:
    return several(minutes, "minute") or "0 minutes"


def share_words(share: int) -> str:
    """A share kept in hundredths of a per cent: 80%, 62.5%."""
    return decimal_words(share) + "%"


def rate_words(rate: int, unit: str | None) -> str:
    """A price: £25.05 an hour."""
    return f"{sterling_rate(rate)} {PER[unit]}" if unit else sterling_rate(rate)


def exact_words(pence: Fraction) -> str:
    """An exact amount: as many as four decimals when that is all of it, else six and a mark."""
    if pence.denominator == 1:
        return sterling(int(pence))
    if (pence * 100).denominator == 1:
        return sterling_rate(int(pence * 100)).rstrip("0")
    sign, size = ("-", -pence) if pence < 0 else ("", pence)
    millionths = int(size * 10_000)
    return f"{sign}£{millionths // 1_000_000:,}.{millionths % 1_000_000:06d}…"


def weekdays_words(normal: int, holiday: int) -> str:
    """Which days are counted. ``normal`` and ``holiday`` are masks of weekdays, Monday 1; bank holidays apart."""
    if normal == holiday:
        return weekday_names(normal)
    if not normal:
        return "bank holidays"
    apart = ", not bank holidays" if not holiday else f", and bank holidays on {weekday_names(holiday)}"
    return f"{weekday_names(normal)}{apart}"


def weekday_names(days: int) -> str:
    """The names of a mask of weekdays, Monday 1."""
    return " ".join(name for place, name in enumerate(WEEKDAYS) if days >> place & 1)
