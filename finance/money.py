"""Money is whole pence. Rates carry four decimals of a pound. One door rounds; shares lose no penny.

Units, said in every name: ``_pence`` is whole pence; ``_rate`` is hundredths of a penny (£12.3456 is 123456).
An exact amount is a numerator over a denominator, in hundredths of a penny, until it meets :func:`round_pence`.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from finance.problems import NotAnAmount

Ints = NDArray[np.int64]

RATE_PER_PENNY = 100
LARGEST_PENCE = 10**11
"""A thousand million pounds, more than any one figure of a council: past this it is a mistake. Ninety million figures
of this size still sum within int64, so that no total of what was let in can wrap.
"""
LARGEST_RATE = 10**11
"""Ten million pounds for one unit of care or one period of a block."""
LARGEST_QUANTITY = 10_000  # of any unit of care: more is a mistake
LONGEST_AMOUNT = 40  # characters


class Rounding(StrEnum):
    """How the one rounding treats exactly half a penny. Council policy; half up unless it says otherwise."""

    HALF_UP = "half up"
    HALF_EVEN = "half even"


_AMOUNT = re.compile(r"^\(?[-+]?\s*£?\s*[-+]?\d[\d,]*(\.\d+)?\)?$|^\(?[-+]?\s*£?\s*\.\d+\)?$")
_MARKED = re.compile(r"\d\)?\s*(CR|DR|C|D)\.?$|^(CR|DR)\b", re.IGNORECASE)
_MINUS_LAST = re.compile(r"(£?\s*[\d.,]+)-")  # as ledgers print it
_GROUPED = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$|^\d+(\.\d+)?$|^\.\d+$")


def read_decimal(text: str) -> Decimal:
    """Read a number as people write it: ``£1,234.50``, ``(20.00)``, ``-20`` and ``20.00-`` are all understood.

    Raises NotAnAmount when the text is empty, holds anything else, or groups its thousands wrongly. ``CR`` or ``DR``
    after it is refused by name: which of them is minus depends on whose account it is.
    """
    if len(text) > LONGEST_AMOUNT:
        raise NotAnAmount(f"“{text[:LONGEST_AMOUNT]}…” is too long to be an amount of money.", "Write it as 1234.56.")
    stripped = text.strip().replace("\u00a0", " ").replace("−", "-")
    if _MARKED.search(stripped):
        raise NotAnAmount(f"“{text}” is marked as a debit or a credit.", "Write it as 1234.56, with a minus if it is.")
    if found := _MINUS_LAST.fullmatch(stripped):
        stripped = f"-{found[1]}"
    if not _AMOUNT.match(stripped):
        raise NotAnAmount(f"“{text}” is not an amount of money.", "Write it as 1234.56.")
    negative = stripped.startswith("(") != ("-" in stripped)
    bare = re.sub(r"[()£+\-\s]", "", stripped)
    if not _GROUPED.match(bare) or stripped.startswith("(") != stripped.endswith(")"):
        raise NotAnAmount(f"“{text}” is not an amount of money.", "Write it as 1234.56.")
    try:
        value = Decimal(bare.replace(",", ""))
    except InvalidOperation as error:
        raise NotAnAmount(f"“{text}” is not an amount of money.", "Write it as 1234.56.") from error
    return -value if negative else value


def read_pence(text: str) -> int:
    """Read pounds and pence as whole pence. A fraction of a penny is refused, not rounded."""
    return _whole(read_decimal(text), 100, LARGEST_PENCE, text, "Give no more than two decimal places.")


def read_rate(text: str) -> int:
    """Read a rate in pounds as hundredths of a penny. A fifth decimal place is refused, not rounded."""
    return _whole(read_decimal(text), 10_000, LARGEST_RATE, text, "Give no more than four decimal places.")


def _whole(value: Decimal, scale: int, most: int, text: str, what_to_do: str) -> int:
    """``value`` in its smallest part. The one place that decides whether a figure from outside is in range."""
    if abs(value) * scale > most:
        raise NotAnAmount(f"“{text}” is too large to be right.", "Check the amount.")
    scaled = value * scale
    if scaled != scaled.to_integral_value():
        raise NotAnAmount(f"“{text}” has too many decimal places.", what_to_do)
    return int(scaled)


def pounds(pence: int) -> str:
    """Pence as plain pounds for files: ``-1234567`` is ``-12345.67``."""
    sign = "-" if pence < 0 else ""
    whole, part = divmod(abs(int(pence)), 100)
    return f"{sign}{whole}.{part:02d}"


def sterling(pence: int) -> str:
    """Pence for people: ``-1234567`` is ``-£12,345.67``."""
    sign = "-" if pence < 0 else ""
    whole, part = divmod(abs(int(pence)), 100)
    return f"{sign}£{whole:,}.{part:02d}"


def sterling_rate(rate: int) -> str:
    """A rate for people, with its third and fourth decimals only when it has them."""
    sign = "-" if rate < 0 else ""
    whole, part = divmod(abs(int(rate)), 10_000)
    digits = f"{part:04d}"
    return f"{sign}£{whole:,}.{digits[:2] if digits.endswith('00') else digits}"


def round_fraction(exact: Fraction, mode: Rounding = Rounding.HALF_UP) -> int:
    """The one rounding, for one exact amount in pence. Half up means away from nought, so -x is minus x."""
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    twice = 2 * rest
    up = twice > exact.denominator or (twice == exact.denominator and (mode is Rounding.HALF_UP or whole % 2 == 1))
    return (whole + up) * (1 if exact >= 0 else -1)


def round_pence(numerator: Ints, denominator: Ints | int, mode: Rounding = Rounding.HALF_UP) -> Ints:
    """The one rounding, for columns: ``numerator / denominator`` pence, exact, to whole pence.

    Both are int64 of one shape (or a scalar denominator, above nought). Equal to :func:`round_fraction` in every row.
    """
    size = np.abs(numerator)
    whole, rest = np.divmod(size, denominator)
    above = rest > denominator - rest
    half = rest == denominator - rest
    up = above | half if mode is Rounding.HALF_UP else above | (half & (whole % 2 == 1))
    return np.asarray((whole + up) * np.sign(numerator), dtype=np.int64)


def share(total_pence: int, weights: Sequence[int]) -> list[int]:
    """Split pence by largest remainder: the shares add back to the whole, and no share is a penny out.

    ``weights`` are whole numbers, nought or above, not all nought. Ties go to the earlier share. A negative total
    is split as its mirror image, so a refund undoes the payment share for share.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("shares need weights of nought or above, not all nought")
    size = abs(total_pence)
    parts = [divmod(size * weight, whole) for weight in weights]
    short = size - sum(part for part, _ in parts)
    order = sorted(range(len(weights)), key=lambda place: (-parts[place][1], place))
    extra = set(order[:short])
    sign = -1 if total_pence < 0 else 1
    return [sign * (part + (place in extra)) for place, (part, _) in enumerate(parts)]
