"""What Excel shows of a number in a cell: its number format, read as Excel reads it.

A format this cannot be sure of (fractions, powers of ten, conditions, another calendar) raises CannotTell: a figure is
never guessed at. Rounding is Excel's own: half away from nought, on the fifteen digits that it keeps.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from finance.references import MOST_DIGITS

_DAY = 86_400
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|(General|AM/PM|A/P|E[+-]|y+|m+|d+|h+|s+(?:\.0+)?)|(.)', re.IGNORECASE
)
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+", re.IGNORECASE)
_OURS = {"mm-dd-yy": "dd/mm/yyyy", "m/d/yy h:mm": "dd/mm/yyyy hh:mm"}  # two of Excel's own, shown as the country has it


class CannotTell(Exception):
    """A number format whose showing is not known here."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows. ``value``: what it holds, as text: a figure, a day and time, or hours, minutes and seconds.

    ``kind``: figure, percent, day, or time (of day, or elapsed). ``whole``: whether all that is held can be seen.
    """

    text: str
    value: str
    kind: str
    whole: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a format: ``sort`` is literal, digit, mark, general, text, elapsed or time; ``text`` as written."""

    sort: str
    text: str


def shown_number(value: float, form: str, epoch: dt.datetime) -> Shown:
    """What a number shows in this format. ``epoch``: the day from which the workbook counts. Raises CannotTell."""
    sections = _sections(_OURS.get(form, form))
    exact = as_decimal(value)
    section, own_sign = _chosen(sections, exact)
    if any(part.sort in ("time", "elapsed") for part in section):
        return _moment(value, section, epoch)
    held = f"{exact:f}"
    if any(part.sort in ("general", "text") for part in section):
        text = "".join(held.lstrip("-") if part.sort != "literal" else part.text for part in section)
        return Shown(_signed(text, exact, own_sign), held, "figure", abs(exact) < 10**MOST_DIGITS)
    text, whole = _figure(abs(exact), section)
    percent = any(part.text == "%" and part.sort == "mark" for part in section)
    negative = exact if text.strip("0., %£") else Decimal(0)  # what rounds to nought is shown without its minus
    return Shown(_signed(text, negative, own_sign), held, "percent" if percent else "figure", whole)


def shown_text(text: str, form: str) -> str:
    """What text shows in this format. Raises CannotTell."""
    sections = _sections(form)
    section = sections[3] if len(sections) > 3 else next((s for s in sections if any(p.sort == "text" for p in s)), ())
    if len(sections) < 4 and not section:
        return text
    return "".join(text if part.sort == "text" else part.text for part in section)


def as_decimal(value: float) -> Decimal:
    """A number as Excel keeps it, to fifteen digits."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{MOST_DIGITS}g}")


def _signed(text: str, exact: Decimal, own_sign: bool) -> str:
    return f"-{text.strip()}" if exact < 0 and not own_sign else text.strip()


@lru_cache(1_024)
def _sections(form: str) -> tuple[tuple[_Part, ...], ...]:
    """The parts of a format for numbers above nought, below it, nought, and text."""
    found: list[list[_Part]] = [[]]
    for token in _TOKEN.finditer(form):
        quoted, escaped, space, filled, bracketed, word, other = token.groups()
        if other == ";":
            found.append([])
        elif part := _part(quoted if quoted is not None else escaped, space or filled, bracketed, word, other):
            found[-1].append(part)
    if len(found) > 4:
        raise CannotTell(form)
    return tuple(tuple(_minutes(section)) for section in found)


def _part(literal: str | None, space: str | None, bracketed: str | None, word: str | None, other: str) -> _Part | None:
    if literal is not None:
        return _Part("literal", literal)
    if space is not None:
        return _Part("literal", " ")
    if bracketed is not None:
        return _bracketed(bracketed)
    if word is not None:
        if word.casefold().startswith("e"):
            raise CannotTell(word)
        return _Part("general" if word.casefold() == "general" else "time", word.casefold())
    if other in "0#?":
        return _Part("digit", other)
    if other in ".,%":
        return _Part("mark", other)
    if other == "@":
        return _Part("text", other)
    if other == "/" or not (other.isalpha() and other.isascii()):
        return _Part("literal", other)
    raise CannotTell(other)


def _bracketed(inside: str) -> _Part | None:
    if inside.startswith("$"):
        money = inside[1:].partition("-")[0]
        return _Part("literal", money) if money else None
    if re.fullmatch(r"h+|m+|s+", inside, re.IGNORECASE):
        return _Part("elapsed", inside.casefold())
    if _COLOUR.fullmatch(inside):
        return None
    raise CannotTell(inside)


def _minutes(section: list[_Part]) -> list[_Part]:
    """``m`` after hours or before seconds means minutes: written ``n``. A fraction is not told."""
    times = [place for place, part in enumerate(section) if part.sort in ("time", "elapsed")]
    out = list(section)
    for at, place in enumerate(times):
        if out[place].text[0] != "m":
            continue
        before = section[times[at - 1]].text[0] if at else ""
        after = section[times[at + 1]].text[0] if at + 1 < len(times) else ""
        if before == "h" or after == "s" or out[place].sort == "elapsed":
            out[place] = _Part(out[place].sort, "n" * len(out[place].text))
    digits = any(part.sort == "digit" for part in section)
    if digits and (times or any(part == _Part("literal", "/") for part in section) or "general" in _sorts(section)):
        raise CannotTell("/")
    return out


def _sorts(section: list[_Part]) -> set[str]:
    return {part.sort for part in section}


def _chosen(sections: tuple[tuple[_Part, ...], ...], value: Decimal) -> tuple[tuple[_Part, ...], bool]:
    """The section a value is shown by, and whether that section says the sign itself."""
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _figure(size: Decimal, section: tuple[_Part, ...]) -> tuple[str, bool]:
    """A number without its sign as its section shows it, and whether nothing of it is left out."""
    digits = [place for place, part in enumerate(section) if part.sort == "digit"]
    if not digits:
        return "".join(part.text for part in section), size == 0
    point = next((place for place, part in enumerate(section) if part.text == "." and part.sort == "mark"), None)
    wholes = [place for place in digits if point is None or place < point]
    last = wholes[-1] if wholes else (point or 0)
    commas = [place for place, part in enumerate(section) if part.text == "," and part.sort == "mark"]
    grouped = any(wholes and wholes[0] < place < wholes[-1] for place in commas)
    scale = -3 * sum(place > last for place in commas) + 2 * sum(p.text == "%" and p.sort == "mark" for p in section)
    scaled = size.scaleb(scale)
    places = len(digits) - len(wholes)
    rounded = scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    written = _before_point(section[: last + 1], before.lstrip("0"), grouped)
    rest = list(section[last + 1 :])
    fraction = iter(_after_point(after, [part.text for part in rest if part.sort == "digit"]))
    for part in rest:
        if part.sort == "digit":
            written += next(fraction)
        elif part.text != ",":
            written += part.text
    thousands = any(place > last for place in commas) and size
    return written, rounded == scaled and not thousands and size < 10**MOST_DIGITS


def _before_point(parts: tuple[_Part, ...], digits: str, grouped: bool) -> str:
    """Digits put into their places from the right; what is over goes in at the first place."""
    out: list[str] = []
    left, placed = list(digits), 0
    firsts = [place for place, part in enumerate(parts) if part.sort == "digit"]
    for place in range(len(parts) - 1, -1, -1):
        part = parts[place]
        if part.sort != "digit":
            out.append("" if part.text == "," and part.sort == "mark" else part.text[::-1])
            continue
        while True:
            figure = left.pop() if left else {"0": "0", "?": " "}.get(part.text, "")
            if grouped and placed and placed % 3 == 0 and figure.isdigit():
                out.append(",")
            out.append(figure)
            placed += 1
            if place != firsts[0] or not left:
                break
    return "".join(out)[::-1]


def _after_point(figures: str, places: list[str]) -> list[str]:
    """Digits after the point: noughts at the end are left out where their place is ``#``."""
    out = list(figures.ljust(len(places), "0"))
    for at in range(len(places) - 1, -1, -1):
        if out[at] != "0" or places[at] == "0":
            break
        out[at] = " " if places[at] == "?" else ""
    return out


def _moment(value: float, section: tuple[_Part, ...], epoch: dt.datetime) -> Shown:
    """A day, a time of day, or a time that has gone by."""
    exact = value * _DAY
    seconds = round(exact)
    pure = abs(exact - seconds) < 0.002  # a fifteenth digit of a day is some thousandths of a second
    letters = {part.text[0] for part in section if part.sort in ("time", "elapsed")}
    if value < 0:
        return Shown("########", str(value), "time", False)
    if not letters & set("ymd"):
        return _time(seconds, section, pure)
    days, clock = divmod(seconds, _DAY)
    if epoch.year == 1899 and days <= 60:  # here Excel counts a 29 February 1900 that never was
        raise CannotTell("a day before March 1900")
    try:
        at = epoch + dt.timedelta(days=days, seconds=clock)
    except OverflowError as error:
        raise CannotTell("a day after the year 9999") from error
    seen = letters >= set("ymd") and _clock_seen(clock, letters)
    text = "".join(_of_moment(part, at) if part.sort == "time" else part.text for part in section)
    held = f"{at:%Y-%m-%d}" if not clock else f"{at:%Y-%m-%d %H:%M:%S}"
    return Shown(text.strip(), held, "day", pure and seen)


def _clock_seen(clock: int, letters: set[str]) -> bool:
    hours, minutes, seconds = clock // 3600, clock // 60 % 60, clock % 60
    return all(not size or letter in letters for size, letter in ((hours, "h"), (minutes, "n"), (seconds, "s")))


def _time(seconds: int, section: tuple[_Part, ...], pure: bool) -> Shown:
    """Hours, minutes and seconds; the first of them that is elapsed takes all that is larger."""
    elapsed = {part.text[0] for part in section if part.sort == "elapsed"}
    letters = {part.text[0] for part in section if part.sort in ("time", "elapsed")}
    at = dt.datetime(1900, 1, 1) + dt.timedelta(seconds=seconds % _DAY)
    text = "".join(
        str(seconds // {"h": 3600, "n": 60, "s": 1}[part.text[0]]).zfill(len(part.text))
        if part.sort == "elapsed"
        else _of_moment(part, at)
        if part.sort == "time"
        else part.text
        for part in section
    )
    days_seen = seconds < _DAY or bool(elapsed)
    hours = f"{seconds // 3600}:{seconds // 60 % 60:02d}" + (f":{seconds % 60:02d}" if seconds % 60 else "")
    seen = letters | (set("hn") if "n" in elapsed else set("hns") if "s" in elapsed else set())
    return Shown(text.strip(), hours, "time", pure and days_seen and _clock_seen(seconds % _DAY, seen))


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _of_moment(part: _Part, at: dt.datetime) -> str:
    size = len(part.text)
    match part.text[0]:
        case "y":
            return f"{at.year:04d}" if size > 2 else f"{at.year % 100:02d}"
        case "m":
            return _named(part.text, at.month, _MONTHS[at.month - 1])
        case "d":
            return _named(part.text, at.day, _DAYS[at.weekday()])
        case "h":
            return str(at.hour).zfill(size)
        case "n":
            return str(at.minute).zfill(size)
        case "s":
            if "." in part.text:
                raise CannotTell(part.text)
            return str(at.second).zfill(size)
    raise CannotTell(part.text)  # half days: before and after noon


def _named(form: str, number: int, name: str) -> str:
    """A month or a weekday: ``4``, ``04``, ``Apr``, ``April``, ``A``."""
    if len(form) < 3:
        return str(number).zfill(len(form))
    return name[:3] if len(form) == 3 else name[:1] if len(form) == 5 else name
