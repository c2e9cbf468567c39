"""What a reference may be, and when two look alike to everybody but a machine.

A reference is a name, not a quantity. What a spreadsheet or a broken export has made of one (a date, a rounded number,
a word for nothing) is no reference any more; one that holds what cannot be seen would pass for another.
"""

import re
import unicodedata

from finance.names import is_unseen, name_key, unseen_shown

MOST_DIGITS = 15  # of a number that a spreadsheet keeps; those after them it makes noughts
_FOR_NOTHING = frozenset(
    ("null", "<null>", "(null)", "\\n", "none", "nan", "n/a", "na", "nil", "undefined", "#n/a", "#ref!", "#value!",
     "#name?", "#div/0!", "#null!", "#num!", "#spill!", "#calc!")
)  # fmt: skip
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"  # SEP-10, in capitals, is a reference still
_DATES = re.compile(
    rf"\d{{4}}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?|([0-2]?\d|3[01])/(0?\d|1[0-2])/(\d\d|\d{{4}})|"
    rf"\d{{1,2}}[- ]({_MONTH})([- ]\d{{2,4}})?|({_MONTH})-\d\d"
)
_POWER = re.compile(r"[-+]?\d+(\.\d+)?e\+\d+|[-+]?\d+\.\d+e\d+", re.IGNORECASE)
_POINT = re.compile(r"\d+\.0+")
ERROR_WORDS = r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)$|^#{4,}$"
"""What a spreadsheet writes where it had no answer: never a name, in any column."""


def for_nothing(text: str) -> bool:
    """Whether this is a word that a broken export writes where it has nothing."""
    return text.strip().casefold() in _FOR_NOTHING


def ruined(text: str) -> str | None:
    """What has become of a reference, to follow it in a sentence; None where it may be one."""
    if for_nothing(text):
        return "is what a broken export writes for nothing."
    if not any(each.isalnum() for each in text):
        return "has neither a letter nor a figure in it."
    if _DATES.fullmatch(text):
        return "is a date: the spreadsheet has changed what was typed."
    if _POWER.fullmatch(text):
        return "is a number shortened to a power of ten: the spreadsheet has lost its figures."
    if _POINT.fullmatch(text):
        return "is a number that was given a decimal point on the way."
    return None


def unseen(text: str) -> str | None:
    """What cannot be seen in a reference, or is seen in another form, to follow it in a sentence; None where nothing
    is.
    """
    if any(is_unseen(each) or (each.isspace() and each != " ") for each in text):
        marked = "".join(f"[U+{ord(each):04X}]" if each.isspace() and each != " " else each for each in text)
        return f"holds what cannot be seen, marked here: “{unseen_shown(marked)}”."
    usual = unicodedata.normalize("NFKC", text)
    if usual != text:
        return f"holds letters in an unusual form (wide, raised or joined): they are usually typed “{usual}”."
    return None


def looks(ref: str) -> tuple[str, str]:
    """Two marks of how a reference looks: another with either of them is the same to the eye.

    The first passes over capitals, spaces, alphabets and noughts in front; the second over nought and O, one, I and l.
    """
    key = name_key(ref)
    return key.lstrip("0") or "0" if key.isdigit() else key, ref.translate(_GLYPHS)


_WHOLE = re.compile("[0-9]{1,18}")
"""As many figures as a database's whole numbers are sure to hold."""


def number_in(words: str) -> int | None:
    """The whole number somebody gave, in figures from 0 to 9 alone; None of anything else, and of what is too long to
    be a number of anything here.
    """
    return int(words) if _WHOLE.fullmatch(words) else None


_GLYPHS = str.maketrans("OIl", "011")


def rounded(refs: list[str]) -> list[str]:
    """Those of a column’s references that were numbers too long for a spreadsheet, if it has rounded every one of them.

    One that ends otherwise, or begins with noughts, which a spreadsheet takes off, shows that the column was kept as
    text: then none of them was rounded.
    """
    long = [ref for ref in refs if len(ref) > MOST_DIGITS and ref.isascii() and ref.isdigit()]
    kept = [ref for ref in long if ref.startswith("0") or ref[MOST_DIGITS:].strip("0")]
    return [] if kept else long
