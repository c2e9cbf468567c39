"""One person, however their name is typed: whoever acts, signs or is paid is told apart by one normal form of a name.

Capitals, spaces of any kind, composed letters, full-width letters, marks that cannot be seen, kinds of hyphen and
apostrophe, and Cyrillic and Greek letters that look like Latin ones make nobody another person.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from finance.problems import Refusal

LONGEST = 100

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # shown as nothing, and called letters or marks
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "‘’‛′ʼʹ`´＇"), "'")
_LIKE_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХԚԜ", "ABEZHIKMNOPTYXABESIJKMHOPCTYXQW")
_LIKE_SMALL = str.maketrans(
    "аӓвсԁеёгһіїјкӏмнопԛрѕтѵԝхуүѡαβγεηικνορτυχωϲϳ", "aäbcdeërhiïjklmhonqpstvwxyywabyenikvoptuxwcj"
)
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC", "CHEROKEE", "COPTIC", "GEORGIAN")


class NotAName(Refusal):
    """Something that cannot stand for a person on a list of officers."""


@lru_cache(4_096)  # an officer's name is met again with every act
def name_key(name: str) -> str:
    """The normal form of a name: two names are one person's where these are equal."""
    plain = unicodedata.normalize("NFKC", name).translate(_HYPHENS).translate(_APOSTROPHES)
    seen = "".join(" " if each.isspace() else each for each in plain if not is_unseen(each))
    folded = " ".join(seen.split()).translate(_LIKE_CAPITALS).casefold()
    return unicodedata.normalize("NFKC", folded.translate(_LIKE_SMALL))


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's."""
    return name_key(one) == name_key(other)


def check_name(name: str) -> str:
    """A name as it goes on a list of officers, spaces made single. Raises NotAName where it could pass for another."""
    said = " ".join(name.split())
    letters = [each for each in said if each.isalpha()]
    if not letters:
        raise NotAName("A name needs letters.", "Give the officer’s name.")
    if len(said) > LONGEST:
        raise NotAName(f"A name of {len(said):,} letters is too long.", f"Keep it to {LONGEST}.")
    if any(is_unseen(each) for each in said):
        raise NotAName(f"“{unseen_shown(said)}” holds marks that cannot be seen.", "Type the name afresh.")
    scripts = {script for each in letters for script in _SCRIPTS if unicodedata.name(each, "").startswith(script)}
    if len(scripts) > 1:
        mixed = " and ".join(sorted(each.capitalize() for each in scripts))
        raise NotAName(f"“{said}” mixes {mixed} letters, and could pass for another name.", "Type it in one alphabet.")
    return unicodedata.normalize("NFC", said)


def is_unseen(character: str) -> bool:
    """Whether a character shows nothing where it stands; a space of any kind does."""
    if character in _UNSEEN or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return True
    return unicodedata.category(character) in ("Cf", "Cc", "Cs", "Co", "Cn") and not character.isspace()


def unseen_shown(text: str) -> str:
    """Text with what cannot be seen in it marked: ``L1[U+200B]``."""
    return "".join(f"[U+{ord(each):04X}]" if is_unseen(each) else each for each in text)


@dataclass(frozen=True, slots=True)
class Named:
    """What something is called: its reference, and its name."""

    ref: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.ref})" if self.name and self.name != self.ref else self.ref
