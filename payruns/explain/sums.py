"""One step of the workings, exact, and as a sum an officer can do on paper."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from finance.care_costs.quantities import COMMON
from finance.care_costs.retainers import WHOLE_SHARE
from finance.care_costs.rows import Row
from finance.days import Span
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
_BY_TIME = ("week", "4 weeks", "calendar month")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Piece:
    """Days at one rate and one share, as sealed. ``rate`` is in hundredths of a penny, ``exact`` in pence.

    ``count``: days, or planned days. ``over``: what rate × quantity × count × share is divided by. ``weekdays``: which
    days of the week it counts, in words; empty for every day.
    """

    kind: str
    period_starts: dt.date
    span: Span
    rate: int
    unit: str
    quantity: int
    count: int
    over: int
    share: int
    exact: Fraction
    weekdays: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """All but the words."""
        return (
            self.kind,
            self.period_starts,
            self.span,
            self.rate,
            self.unit,
            self.quantity,
            self.count,
            self.over,
            self.share,
            self.exact,
        )


def as_piece(step: Row) -> Piece:
    """A sealed step. Asserts that its sum is right."""
    exact = (step["exact_whole"] + Fraction(step["exact_rest"], COMMON)) / 100
    product = Fraction(step["rate"] * step["quantity"] * step["count"] * step["share"], step["over"]) / 100
    assert exact == product, f"a sealed step of {step['period_starts']} comes to {product}p, not {exact}p"
    return Piece(
        step["kind"],
        step["period_starts"],
        Span(step["starts"], step["ends"]),
        step["rate"],
        step["unit"],
        step["quantity"],
        step["count"],
        step["over"],
        step["share"],
        exact,
    )


def exact_money(pence: Fraction) -> str:
    """An exact amount for people: as many as four decimals when that is all of it, else six and a mark."""
    if pence.denominator == 1:
        return sterling(int(pence))
    if (pence * 100).denominator == 1:
        return sterling_rate(int(pence * 100)).rstrip("0")
    sign, size = ("-", -pence) if pence < 0 else ("", pence)
    millionths = int(size * 10_000)
    return f"{sign}£{millionths // 1_000_000:,}.{millionths % 1_000_000:06d}…"


def quantity_words(unit: str, quantity: int) -> str:
    """How many units, in words: 10.5 hours, 20 minutes, 3 visits. Hours are kept as minutes, the rest as hundredths."""
    if unit == "hour" and quantity % 3:
        hours, minutes = divmod(quantity, 60)
        return " ".join(part for part in (_several(hours, "hour"), _several(minutes, "minute")) if part)
    amount = _decimal(quantity * 5 // 3 if unit == "hour" else quantity)
    many = unit if amount == "1" or unit in ("4 weeks", "one-off") else f"{unit}s"
    return f"{amount} × {unit}" if unit in ("4 weeks", "one-off") and amount != "1" else f"{amount} {many}"


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""


def share_words(share: int) -> str:
    """A share for people: 80%, 62.5%."""
    return _decimal(share) + "%"


def _decimal(hundredths: int) -> str:
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")


def sum_words(piece: Piece, carers: int = 1) -> str:
    """The whole sum: £25.05 an hour × 10.5 hours a week × 14 days ÷ 7 = £526.05."""
    whole = piece.over // ((60 if piece.unit == "hour" else 100) * WHOLE_SHARE)
    apart = carers > 1 and piece.quantity % carers == 0
    quantity = piece.quantity // carers if apart else piece.quantity
    factors = [f"{sterling_rate(piece.rate)} {PER[piece.unit]}", *_quantity(piece.unit, quantity, whole)]
    factors += [f"{carers} carers"] if apart else []
    factors += _count(piece, whole)
    if piece.share != WHOLE_SHARE:
        factors.append(f"{share_words(piece.share)} while suspended")
    divided = f" ÷ {whole}" if whole != 1 else ""
    return f"{' × '.join(factors)}{divided} = {exact_money(piece.exact)}"


def _quantity(unit: str, quantity: int, whole: int) -> list[str]:
    if unit in (*_BY_TIME, "one-off"):
        return [] if quantity == 100 else [_decimal(quantity)]
    return [f"{quantity_words(unit, quantity)} {'a week' if whole == 7 else 'each planned day'}"]


def _count(piece: Piece, whole: int) -> list[str]:
    if piece.unit == "one-off":
        return [] if piece.count == 1 else ["0, because it is paid once, in the period it starts in"]
    noun = "day" if whole != 1 or piece.unit in _BY_TIME else "planned day"
    return [_several(piece.count, noun) or f"0 {noun}s"]


def weekdays_words(normal: int, holiday: int) -> str:
    """Which days a step counts. ``normal`` and ``holiday`` are masks of weekdays, Monday 1; bank holidays apart."""
    if normal == holiday:
        return _names(normal)
    if not normal:
        return "bank holidays"
    apart = ", not bank holidays" if not holiday else f", and bank holidays on {_names(holiday)}"
    return f"{_names(normal)}{apart}"


def _names(mask: int) -> str:
    return " ".join(name for place, name in enumerate(WEEKDAYS) if mask >> place & 1)
