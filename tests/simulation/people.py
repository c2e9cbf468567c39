"""Who somebody is, however they write their name; and the ways of writing it that cheats use."""

import random
import unicodedata

LOOK_ALIKES = str.maketrans("АаВЕеКМНОоРрСсТуХх", "AaBEeKMHOoPpCcTyXx")
INVISIBLE = "\u200b\u200c\u200d\ufeff\u00ad\u2060"


def person(name: str | None) -> str:
    """One form of a name: letters as they look, no capitals, one space between words."""
    shown = "".join(each for each in unicodedata.normalize("NFKC", name or "") if each not in INVISIBLE)
    return " ".join(shown.translate(LOOK_ALIKES).split()).casefold()


def misspelled(name: str, chance: random.Random) -> str:
    """The same name written so that a comparison letter by letter takes it for another's."""
    way = chance.randrange(6)
    if way == 0:
        return name.upper()
    if way == 1:
        return name.replace(" ", "  ")
    if way == 2:
        return name.replace(" ", "\u00a0")
    if way == 3:
        return name[:2] + "\u200b" + name[2:]
    if way == 4:
        return name.replace("A", "\u0410").replace("e", "\u0435")
    return "".join(chr(ord(each) + 0xFEE0) if each.isascii() and each.isalpha() else each for each in name)
