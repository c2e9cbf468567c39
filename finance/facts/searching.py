"""What a search goes by: names and numbers in one plain form, whatever their capitals, accents, spaces and stops."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from finance.columns import Ints
from finance.problems import Refusal

SAME, BEGINS, WORDS_BEGIN, HOLDS = range(4)
"""How near something is to what was asked for: the nearest first."""
_NO_PLAIN_FORM = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("ø", "o"), ("đ", "d"), ("ð", "d"), ("þ", "th"), ("ł", "l"))


@dataclass(frozen=True, slots=True)
class Found:
    """Something found: what an officer calls its sort, its reference and name, and what tells it from others like it.

    ``near``: how near, as above. ``was``: the name by which it was found, where it has another now. ``gone``: it was
    cancelled.
    """

    sort: str
    nr: int
    ref: str
    name: str
    near: int
    was: str = ""
    gone: bool = False
    about: str = ""


class NothingToFind(Refusal):
    """What is to be found has neither a letter nor a figure in it."""


def plain(texts: pa.Array) -> pa.Array:
    """Words as they are searched: small letters without accents or apostrophes, one space for all between them."""
    joined = pc.replace_substring_regex(_small(texts), "['’‘ʼ`´]", "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(joined, r"[^\p{L}\p{N}]+", " "))


def close(texts: pa.Array) -> pa.Array:
    """References and numbers as they are searched: the same, with nothing between their letters and figures."""
    return pc.replace_substring_regex(_small(texts), r"[^\p{L}\p{N}]+", "")


def _small(texts: pa.Array) -> pa.Array:
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False:  # as nearly all are, and then it is quick
        return pc.ascii_lower(texts)
    small = pc.utf8_lower(pc.replace_substring_regex(pc.utf8_normalize(texts, "NFKD"), r"\p{M}", ""))
    for letter, spelt in _NO_PLAIN_FORM:
        small = pc.replace_substring(small, letter, spelt)
    return small


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What was asked for: its words, and all of it as a reference or number would be."""

    words: tuple[str, ...]
    whole: str

    @classmethod
    def of(cls, said: str) -> "AskedFor":
        """Raises NothingToFind."""
        words = plain(pa.array([said]))[0].as_py().split()
        if not words:
            what_to_do = "Give part of a name, a reference or a number."
            raise NothingToFind(f"“{said}” has neither a letter nor a figure in it.", what_to_do)
        return cls(tuple(words), "".join(words))


def nearness(wanted: AskedFor, names: pa.Array | None, numbers: Sequence[pa.Array]) -> Ints:
    """How near each row is: one of the four above, or -1 where it is not what was asked for.

    All of it is part of one reference or number; or each of its words is part of the name or of one of them. Figures
    alone are as near where a reference ends in that number: 12, of PER000012.
    """
    called = [close(each.fill_null("")) for each in numbers]
    rows = [*called, *([names] if names is not None else [])]
    near = np.full(len(rows[0]), -1, np.int64)
    for number in called:
        near[_rows(pc.match_substring(number, wanted.whole))] = HOLDS
    if names is not None:
        text = pc.binary_join_element_wise("", plain(names.fill_null("")), *called, " ")  # a space before every word
        near[_every(text, wanted.words)] = HOLDS
        near[_every(text, [f" {word}" for word in wanted.words])] = WORDS_BEGIN
    numbered = rf"(^|[^0-9])0*{wanted.whole}$" if wanted.whole.isdecimal() else f"^{wanted.whole}"
    for number in called:
        near[_rows(pc.match_substring_regex(number, numbered))] = BEGINS
    for number in called:
        near[_rows(pc.equal(number, wanted.whole))] = SAME
    return near


def _every(text: pa.Array, words: Sequence[str]) -> NDArray[np.bool_]:
    """The rows that hold every one of these words."""
    held = np.ones(len(text), bool)
    for word in words:
        held &= _rows(pc.match_substring(text, word))
    return held


def _rows(held: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(held.to_numpy(zero_copy_only=False), dtype=bool)
