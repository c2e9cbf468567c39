"""The types of value an extract's column may hold: how each is read from text, and written back.

Reading gives the value as the tables keep it (pence, hundredths of a penny, minutes, a first day not covered) or raises
:class:`Unreadable`. A value that cannot be read is never taken as nought or as nothing.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.exceptions import ValidationError
from stdnum.gb import nhs

from finance.days import EARLIEST, LATEST
from finance.money import LARGEST_QUANTITY, read_decimal, read_pence, read_rate
from finance.problems import NotAnAmount
from finance.references import ERROR_WORDS, ruined, unseen
from interfaces.files.inbound.layouts.sorts import Sort

Value = str | int | dt.date | bool | None

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FIRST_SPAN_DAY = dt.date(1970, 1, 1)


class Unreadable(Exception):
    """Text that is not what its column holds. ``what`` follows the value in a sentence; ``what_to_do`` stands alone."""

    def __init__(self, what: str, what_to_do: str) -> None:
        super().__init__(f"{what} {what_to_do}")
        self.what = what
        self.what_to_do = what_to_do


@dataclass(frozen=True, slots=True)
class ValueType:
    """One kind of value. ``says`` describes it to the person who prepares the file.

    ``read`` turns text into the value kept, given the text of the column it depends on (``beside``), if it has one.
    ``free`` marks text kept as it comes, which only needs to be free of stray control characters. ``empty`` is what an
    empty value is kept as, where that is not "nothing". ``quick`` marks, a column at a time, texts that are right just
    as they stand; only the others are read one by one. ``sort`` decides how a workbook’s cell becomes text.
    """

    says: str
    arrow: pa.DataType
    read: Callable[[str, str], Value]
    write: Callable[[Value, str], str] = lambda value, _: str(value)
    beside: str = ""
    free: bool = False
    words: tuple[str, ...] = ()
    empty: Value = None
    quick: Callable[[pa.Array], pa.Array] | None = None
    sort: Sort = Sort.WORDS


def _words(text: str, _: str) -> Value:
    if re.match(ERROR_WORDS, text):
        raise Unreadable(
            "is what a spreadsheet writes where it found no value.", "Correct the cell, or leave it empty."
        )
    return text


def _reference(what_to_do: str) -> Callable[[str, str], Value]:
    def read(text: str, _: str) -> Value:
        if what := ruined(text):
            raise Unreadable(what, what_to_do)
        if what := unseen(text):
            raise Unreadable(what, "Type it afresh in the case system and send the file again.")
        return text

    return read


def _alike(pattern: str) -> Callable[[pa.Array], pa.Array]:
    return lambda texts: pc.match_substring_regex(texts, f"^{pattern}$").fill_null(False)


def _ordinary(texts: pa.Array) -> pa.Array:
    """References nobody need look at: up to twelve figures, after letters or none. ``Sep-26`` was once another."""
    plain = _alike("([A-Za-z]{1,8}[-_]?)?[0-9]{1,12}")(texts)
    return pc.and_(plain, pc.invert(_alike("[A-Z][a-z]{2,3}-[0-9]{2}")(texts)))


TEXT = ValueType(
    "text", pa.string(), _words, free=True, quick=lambda texts: pc.invert(pc.starts_with(texts, "#")).fill_null(False)
)
_SEND_IT = "Keep the column as text, put the reference back, and send the file again."
REF = ValueType(
    "the reference your system knows it by, the same in every file",
    pa.string(),
    _reference(_SEND_IT),
    free=True,
    quick=_ordinary,
    sort=Sort.NAME,
)
NUMBER_ELSEWHERE = ValueType(
    "their number in another system, as it is written there; empty while there is none",
    pa.string(),
    _reference("Keep the column as text and put the number back; where there is none, leave it empty."),
    free=True,
    quick=_ordinary,
    sort=Sort.NAME,
)


def one_of(*words: str) -> ValueType:
    """A word from a fixed list, in any mixture of capitals."""
    known = {word.casefold(): word for word in words}
    listed = ", ".join(words)

    def read(text: str, _: str) -> Value:
        word = known.get(" ".join(text.split()).casefold())
        if word is None:
            raise Unreadable("is not a word this column knows.", f"Use one of: {listed}.")
        return word

    return ValueType(f"one of: {listed}", pa.string(), read, words=words)


_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$")
_UK = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: 00:00(?::00)?)?$")
_SHORT_YEAR = re.compile(r"^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}$")


def read_date(text: str) -> dt.date:
    """Read ``2024-03-31`` or ``31/03/2024``."""
    if found := _ISO.match(text):
        year, month, day = map(int, found.groups())
    elif found := _UK.match(text):
        day, month, year = map(int, found.groups())
    elif _SHORT_YEAR.match(text):
        raise Unreadable("has a year of two digits.", "Write the year in full, as 31/03/2024 or 2024-03-31.")
    else:
        raise Unreadable("is not a date.", "Write it as 31/03/2024 or 2024-03-31.")
    try:
        value = dt.date(year, month, day)
    except ValueError as error:
        raise Unreadable("does not exist.", "Correct it in the case system and send the file again.") from error
    if not EARLIEST <= value <= LATEST:
        raise Unreadable("is too far from today to be right.", "Correct it, or leave it empty where there is no date.")
    return value


def _day(text: str, _: str) -> Value:
    return read_date(text)


def _span_day(text: str) -> dt.date:
    value = read_date(text)
    if value < _FIRST_SPAN_DAY:
        raise Unreadable("is before 1970.", "Give the first day that matters for payment.")
    return value


def _iso(value: Value, _: str) -> str:
    assert isinstance(value, dt.date)
    return value.isoformat()


def _iso_before(value: Value, _: str) -> str:
    assert isinstance(value, dt.date)
    return (value - dt.timedelta(days=1)).isoformat()


_A_DATE = "a date, 2024-03-31 or 31/03/2024"
ALWAYS = dt.date.min
"""What “always” is kept as where a row says since when it holds: before every day there is."""


def _since(text: str, _: str) -> Value:
    return ALWAYS if text.casefold() == "always" else _span_day(text)


SINCE = ValueType(
    "a date, or “always”; empty while nothing has changed",
    pa.date32(),
    _since,
    lambda value, _: "always" if value == ALWAYS else _iso(value, _),
)
DATE = ValueType(_A_DATE, pa.date32(), _day, _iso, sort=Sort.DAY)
FIRST_DAY = ValueType(_A_DATE, pa.date32(), lambda text, _: _span_day(text), _iso, sort=Sort.DAY)
LAST_DAY = ValueType(
    "the last day, itself included; empty while there is no end",
    pa.date32(),
    lambda text, _: _span_day(text) + dt.timedelta(days=1),
    _iso_before,
    sort=Sort.DAY,
)


def _amount(reader: Callable[[str], int], *, least: int | None, nought: bool = True) -> Callable[[str, str], Value]:
    def read(text: str, _: str) -> Value:
        try:
            value = reader(text)
        except NotAnAmount as error:
            raise Unreadable(error.what.removeprefix(f"“{text}” "), error.what_to_do) from error
        if least is not None and value < least:
            raise Unreadable("is below nought.", "Give an amount of nought or above.")
        if not nought and value == 0:
            raise Unreadable("is nought.", "Give the amount, or leave the row out.")
        return value

    return read


def plain(value: int, places: int, least: int = 2) -> str:
    """A whole number of the smallest part as a decimal: 123456 with four places is ``12.3456``, 125000 is ``12.50``."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**places)
    digits = f"{part:0{places}d}".rstrip("0").ljust(least, "0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def _decimal(places: int, least: int = 2) -> Callable[[Value, str], str]:
    def write(value: Value, _: str) -> str:
        assert isinstance(value, int)
        return plain(value, places, least)

    return write


PENCE = ValueType("pounds and pence, 1234.56", pa.int64(), _amount(read_pence, least=0), _decimal(2), sort=Sort.FIGURE)
SIGNED_PENCE = ValueType(
    "pounds and pence, above nought to pay the payee, below to take back",
    pa.int64(),
    _amount(read_pence, least=None, nought=False),
    _decimal(2),
    sort=Sort.FIGURE,
)
RATE = ValueType(
    "pounds, to at most four decimal places", pa.int64(), _amount(read_rate, least=0), _decimal(4), sort=Sort.FIGURE
)


def _percent(text: str, _: str) -> Value:
    bare = text.removesuffix("%").strip()
    try:
        scaled = read_decimal(bare) * 100
    except NotAnAmount as error:
        raise Unreadable("is not a percentage.", "Write it as 40 or 33.33.") from error
    if "£" in bare or scaled != scaled.to_integral_value() or not 0 < scaled <= 10_000:
        raise Unreadable("is not a percentage.", "Give a figure above 0 and up to 100, to at most two decimal places.")
    return int(scaled)


PERCENT = ValueType("a percentage, 40 or 33.33", pa.int64(), _percent, _decimal(2, 0), sort=Sort.PERCENT)


def whole(least: int, most: int, says: str, plus: int = 0) -> ValueType:
    """A whole number within limits. ``plus`` is added when it is kept: 1 turns a last into a first not covered."""

    def read(text: str, _: str) -> Value:
        if not re.fullmatch(r"[-+]?\d{1,9}(\.0+)?", text):
            raise Unreadable("is not a whole number.", f"Give a whole number from {least} to {most}.")
        value = int(Decimal(text))
        if not least <= value <= most:
            raise Unreadable(f"is not between {least} and {most}.", f"Give a whole number from {least} to {most}.")
        return value + plus

    def write(value: Value, _: str) -> str:
        assert isinstance(value, int)
        return str(value - plus)

    return ValueType(says, pa.int16(), read, write, sort=Sort.FIGURE)


_HOURS = re.compile(r"^(\d{1,4}):([0-5]\d)(?::00)?$")


def _quantity(text: str, unit: str) -> Value:
    """Hours as minutes; everything else in hundredths. A time that is no whole minute is refused, not rounded."""
    found = _HOURS.match(text)
    if found and unit.casefold() == "hour":
        minutes = Fraction(int(found[1]) * 60 + int(found[2]))
    else:
        try:
            number = read_decimal(text)
        except NotAnAmount as error:
            raise Unreadable("is not a number.", "Write it as 10.5; hours may be written 10:30.") from error
        if "£" in text:
            raise Unreadable("is an amount of money, not a quantity.", "Give how many, and the price under rate.")
        minutes = Fraction(number) * (60 if unit.casefold() == "hour" else 100)
    if minutes <= 0:
        raise Unreadable("is not above nought.", "Give how many, or leave the row out.")
    if minutes > LARGEST_QUANTITY * 100:
        raise Unreadable("is too large to be right.", "Check the quantity and the unit.")
    nearest = round(minutes)
    if unit.casefold() == "hour":
        if abs(minutes - nearest) > Fraction(1, 100):  # 10.3333 can only mean 10:20; 10.33 could be either side of it
            raise Unreadable("hours is not a whole number of minutes.", "Write hours and minutes, as 10:20.")
    elif minutes != nearest:
        raise Unreadable("has too many decimal places.", "Give no more than two decimal places.")
    return nearest


def _write_quantity(value: Value, unit: str) -> str:
    assert isinstance(value, int)
    if unit != "hour":
        return plain(value, 2, 0)
    if value % 3 == 0:
        return plain(value * 100 // 60, 2, 0)
    return f"{value // 60}:{value % 60:02d}"


QUANTITY = ValueType(
    "a number to two decimal places; hours as 10.5 or 10:30",
    pa.int64(),
    _quantity,
    _write_quantity,
    beside="unit",
    sort=Sort.HOURS,
)


def _weekdays(text: str, _: str) -> Value:
    mask = 0
    for word in re.split(r"[\s,;/]+", text.strip()):
        place = _WEEKDAY.get(word.casefold()[:3])
        if place is None or not _FULL[place].startswith(word.casefold().replace("weds", "wed")):
            raise Unreadable("names a day that is not a weekday.", "Write days as Mon Wed Fri.")
        if mask & (1 << place):
            raise Unreadable("names a day twice.", "Name each day once; give the quantity for each planned day.")
        mask |= 1 << place
    return mask


_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = {word[:3]: place for place, word in enumerate(_FULL)}


def _write_weekdays(value: Value, _: str) -> str:
    assert isinstance(value, int)
    return " ".join(word for place, word in enumerate(WEEKDAYS) if value & (1 << place))


DAYS = ValueType("weekdays, Mon Wed Fri; empty for so many a week", pa.int16(), _weekdays, _write_weekdays, empty=0)


_STEP = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)(?:\s*:\s*(\d{1,4}))?")


def _steps(text: str, _: str) -> Value:
    """``100:14,80:28,0``: a share for so many days, the next share for so many, and the last for good.

    Where even the last has days, nothing is paid after them.
    """
    found = [_STEP.fullmatch(part.strip().replace("%", "")) for part in re.split(r"[,;]", text)]
    steps = [(Decimal(each[1]), int(each[2] or 0)) for each in found if each]
    if len(steps) < len(found) or any(share > 100 for share, _ in steps) or any(not days for _, days in steps[:-1]):
        raise Unreadable(
            "is not a list of shares and days.",
            "Write it as 100:14,80:28,0 for all of it for 14 days, 80% for 28 days, then nothing.",
        )
    if steps[-1][1]:
        steps.append((Decimal(0), 0))
    return ",".join(f"{share.normalize():f}:{days}" if days else f"{share.normalize():f}" for share, days in steps)


STEPS = ValueType("shares and days, 100:14,80:28,0; the last is for good", pa.string(), _steps)


def _nhs_number(text: str, _: str) -> Value:
    try:
        number = nhs.validate(text)
    except ValidationError as error:
        raise Unreadable("is not an NHS number.", "Check its ten digits, or leave it empty.") from error
    if len(set(number)) == 1:
        raise Unreadable("is one digit repeated, not a real NHS number.", "Leave it empty until it is known.")
    return number


def _digits(length: int, name: str, hint: str) -> Callable[[str, str], Value]:
    def read(text: str, _: str) -> Value:
        bare = re.sub(r"[\s-]", "", text)
        if not bare.isascii() or not bare.isdigit():
            raise Unreadable("has characters that are not digits.", f"It takes {length} digits.")
        if len(bare) != length:
            digits = "1 digit" if len(bare) == 1 else f"{len(bare)} digits"
            raise Unreadable(f"has {digits}, not {length}.", hint)
        if not bare.strip("0"):
            raise Unreadable("is all noughts.", f"Give the payee's own {name}.")
        return bare

    return read


def _right_nhs_numbers(texts: pa.Array) -> pa.Array:
    """Ten digits, not all one, whose weighted sum is a multiple of eleven."""
    ten = pc.and_(_alike("[0-9]{10}")(texts), pc.invert(pc.match_substring_regex(texts, _ONE_DIGIT)))
    number = np.asarray(pc.if_else(ten, texts, "0").cast(pa.int64()).fill_null(0).to_numpy(), np.int64)
    total = sum((number // 10**place % 10) * (place + 1) for place in range(10))
    return pc.and_(ten, pa.array(total % 11 == 0)).fill_null(False)


_ONE_DIGIT = "|".join(f"^{digit}{{10}}$" for digit in range(10))
NHS_NUMBER = ValueType(
    "ten digits with a right check digit", pa.string(), _nhs_number, quick=_right_nhs_numbers, sort=Sort.NAME
)
SORT_CODE = ValueType(
    "six digits; spaces and hyphens are ignored",
    pa.string(),
    _digits(6, "sort code", "Excel drops a leading nought from a number: keep the column as text."),
    quick=_alike("[1-9][0-9]{5}"),
    sort=Sort.NAME,
)
ACCOUNT_NUMBER = ValueType(
    "eight digits",
    pa.string(),
    _digits(8, "account number", "Put noughts in front of a shorter number, and keep the column as text in Excel."),
    quick=_alike("[1-9][0-9]{7}"),
    sort=Sort.NAME,
)


def _uprn(text: str, _: str) -> Value:
    if not re.fullmatch(r"\d{1,12}", text) or not text.strip("0"):
        raise Unreadable("is not a UPRN.", "A UPRN is up to twelve digits. Leave it empty until it is known.")
    return text.lstrip("0")


UPRN = ValueType("up to twelve digits", pa.string(), _uprn, quick=_alike("[1-9][0-9]{0,11}"), sort=Sort.NAME)


def _email(text: str, _: str) -> Value:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text):
        raise Unreadable("is not an email address.", "Write it as name@example.org, or leave it empty.")
    return text


EMAIL = ValueType("an email address", pa.string(), _email)


_SAID = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def _yes_no(what_to_do: str) -> Callable[[str, str], Value]:
    def read(text: str, _: str) -> Value:
        answer = _SAID.get(text.casefold())
        if answer is None:
            raise Unreadable("is neither yes nor no.", what_to_do)
        return answer

    return read


def _write_yes_no(value: Value, _: str) -> str:
    return "yes" if value else "no"


YES_IF_CANCELLED = ValueType(
    "yes ends belief in the row: it should never have been",
    pa.bool_(),
    _yes_no("Write yes, or leave it empty."),
    lambda value, _: "yes" if value else "",
)
NO_IF_EMPTY = ValueType(
    "yes or no; empty means no", pa.bool_(), _yes_no("Write yes or no."), _write_yes_no, empty=False
)
YES_IF_EMPTY = ValueType(
    "yes or no; empty means yes", pa.bool_(), _yes_no("Write yes or no."), _write_yes_no, empty=True
)
