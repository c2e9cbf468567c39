"""Values of a costing file, each read from its text or refused with what to write instead."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from finance.days import EARLIEST, LATEST
from finance.money import LARGEST_QUANTITY, read_decimal, read_pence, read_rate
from finance.problems import NotAnAmount
from payruns.cost.options import FULL_COST, NOT_ASSESSED, ShareAsked

NOT_YET = " References and prices are looked up once all of the file can be read."


class WrongValue(Exception):
    """One value that cannot be read: what is wrong, and what to do."""

    def __init__(self, what: str, what_to_do: str) -> None:
        super().__init__(what)
        self.what, self.what_to_do = what, what_to_do


def decimal(text: str) -> Decimal:
    value = _number(text, "is not a quantity.", "Give a number above nought, such as 10.5.")
    if value <= 0 or "£" in text:
        raise WrongValue("is not a quantity.", "Give a number above nought, such as 10.5.")
    if value > LARGEST_QUANTITY:
        raise WrongValue("is too large to be right.", f"Give no more than {LARGEST_QUANTITY:,}.")
    return value


def _number(text: str, otherwise: str, what_to_do: str) -> Decimal:
    """A number that is no amount of money, and is not to be called one where it cannot be read."""
    try:
        return read_decimal(text)
    except NotAnAmount as error:
        raise WrongValue(otherwise, what_to_do) from error


def quantity_of(value: Decimal, unit: str) -> int | None:
    """A quantity in the unit's smallest part: minutes for hours, else hundredths. None where it is finer than that."""
    scaled = value * (60 if unit == "hour" else 100)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def quantity_read(unit: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        made = quantity_of(decimal(text), unit)
        if made is None:
            raise WrongValue("is too fine.", TOO_FINE)
        return made

    return read


TOO_FINE = "Give hours to a whole minute, anything else to two decimal places."


def rate_of(text: str) -> int:
    made = read_rate(text)
    if made < 0:
        raise WrongValue("is below nought.", "Give an amount of nought or above.")
    return made


def contribution_of(text: str) -> int | str:
    """Pence a week at most, or one of two words."""
    said = " ".join(text.split()).lower()
    if said in (FULL_COST, NOT_ASSESSED):
        return said
    try:
        pence = read_pence(text)
    except NotAnAmount as error:
        remedy = f"Write pounds a week, such as 150.00, or {FULL_COST}, or {NOT_ASSESSED}."
        raise WrongValue("is not what a client pays.", remedy) from error
    if pence < 0:
        raise WrongValue("is below nought.", "Give an amount of nought or above.")
    return pence


def word(words: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = " ".join(text.split()).lower()
        if found not in words:
            raise WrongValue("is not a word known here.", f"Use one of {', '.join(words)}.")
        return found

    return read


def count(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,4}", text) or not least <= int(text) <= most:
            raise WrongValue("is not a whole number that could be right.", f"Give one from {least} to {most}.")
        return int(text)

    return read


_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


_THROUGH = re.compile(r"\s*[-–—]\s*|\s+to\s+", re.IGNORECASE)


_HOW_DAYS = "Write them as Mon Wed Fri, or Mon-Fri for a run of days."


def weekdays(text: str) -> int:
    """A mask of weekdays, Monday the lowest bit. ``Mon-Fri`` and ``Mon to Fri`` are every day from one to the other."""
    mask = 0
    for word in re.split(r"[\s,;/]+", _THROUGH.sub("-", text.strip())):
        first, *rest = (_weekday(each) for each in word.split("-"))
        last = rest[0] if rest else first
        if len(rest) > 1 or (rest and last <= first):
            raise WrongValue("has a run of days that does not go forward in one week.", _HOW_DAYS)
        days = (2 << last) - (1 << first)
        if mask & days:
            raise WrongValue("names a day twice.", "Name each day once; give the quantity for each planned day.")
        mask |= days
    return mask


def _weekday(word: str) -> int:
    """The place of a day written whole or by its first three letters or more: a word not wholly read is refused."""
    said = "wed" if word.casefold() == "weds" else word.casefold()
    place = next((place for place, name in enumerate(_DAY_NAMES) if len(said) >= 3 and name.startswith(said)), None)
    if place is None:
        raise WrongValue("is not days of the week.", _HOW_DAYS)
    return place


PLAN: dict[str, Callable[[str], int]] = {
    "days": weekdays,
    "every_weeks": count(1, 52),
    "visit_minutes": count(1, 1440),
    "carers": count(1, 9),
}
"""What is planned beside a unit and a quantity, each a value of :class:`LineAsked`, and how it is read."""


def day(text: str) -> dt.date:
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    uk = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if found:
            return _near(dt.date(int(found[1]), int(found[2]), int(found[3])))
        if uk:
            return _near(dt.date(int(uk[3]), int(uk[2]), int(uk[1])))
    except ValueError as error:
        raise WrongValue("does not exist.", "Correct the day.") from error
    raise WrongValue("is not a date.", "Write it as 2026-06-01 or 01/06/2026.")


def _near(when: dt.date) -> dt.date:
    if not EARLIEST <= when <= LATEST:
        raise WrongValue("is too far from today to be right.", "Correct the day.")
    return when


def last_day(text: str) -> dt.date:
    return day(text) + dt.timedelta(days=1)


def shares(text: str) -> tuple[ShareAsked, ...]:
    """``ICB 40%; FAM 75.00``: a percentage of the cost, or pounds a week."""
    return tuple(_share(part.strip()) for part in text.split(";") if part.strip())


def _share(part: str) -> ShareAsked:
    funder, _, size = part.rpartition(" ")
    if not funder:
        raise WrongValue("does not say who bears how much.", "Write it as ICB 40% or FAM 75.00.")
    if size.endswith("%"):
        basis = _number(size[:-1], "has a percentage that cannot be read.", "Write it as ICB 40%.") * 100
        if basis != basis.to_integral_value() or not 0 < basis <= 10_000:
            raise WrongValue("has a percentage that cannot be right.", "Give one above 0 and up to 100.")
        return ShareAsked(funder.strip(), "percent", int(basis))
    return ShareAsked(funder.strip(), "fixed", rate_of(size))
