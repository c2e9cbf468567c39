"""TOML and JSON from outside, read within limits: what comes out is small enough, flat enough and plain enough to
trust.

A library’s own failures (nesting past its reach, a number of five thousand figures, a date in the year 10000) and
values no rule here could hold are one refusal, in plain words, with their place in the file.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from finance.days import EARLIEST, LATEST
from finance.problems import Refusal

LARGEST_TEXT = 64 << 20  # characters of JSON
LARGEST_TOML = 4 << 20  # characters of TOML, which is slow to read
DEEPEST = 20  # levels of lists and tables inside one another
LONGEST_KEY = 32  # parts of one dotted key
LARGEST_WHOLE = 10**15
_FINEST = 30  # places either side of the point

_DOTTED = re.compile(r"[\w\"'-][ \t]*\.(?=[ \t]*[\w\"'-])")
_PLACE = re.compile(r"at line (\d+), column (\d+)")
_LOST = re.compile("[\x00\ud800-\udfff]")


class BadText(Refusal):
    """Text that cannot be read as TOML or JSON. ``where`` is the place in it, where there is one to name."""

    def __init__(self, what: str, what_to_do: str, where: str = "") -> None:
        super().__init__(what, what_to_do)
        self.where = where


def read_toml(text: str) -> dict[str, Any]:
    """A TOML file as plain values; numbers with a point are Decimal. Raises BadText."""
    _refuse_long(text, LARGEST_TOML)
    _refuse_long_keys(text)
    try:
        tree = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        where = f"line {found[1]}, column {found[2]}" if found else "last line"
        raise BadText("is not TOML: from here on it cannot be understood.", "Correct it there.", where) from error
    except (ValueError, ArithmeticError) as error:
        raise BadText("holds a number or a date that is too large to be right.", "Correct it.") from error
    except RecursionError as error:
        raise _too_deep() from error
    _refuse_strange(tree)
    return tree


def read_json(text: str) -> Any:
    """A JSON file as plain values; numbers with a point are Decimal, and no name comes twice in one place.
    Raises BadText.
    """
    _refuse_long(text, LARGEST_TEXT)
    try:
        tree = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadText("is not JSON: from here on it cannot be understood.", "Correct it there.", where) from error
    except (ValueError, ArithmeticError) as error:
        raise BadText("holds a number that is too large to be right.", "Correct it.") from error
    except RecursionError as error:
        raise _too_deep() from error
    _refuse_strange(tree)
    return tree


def _no_number(word: str) -> Any:
    raise BadText(f"holds {word}, which is no number.", "Give the number, or leave it out.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadText(f"says “{_short(key)}” twice in one place.", "Keep one of them.")
        found[key] = value
    return found


def _refuse_long(text: str, most: int) -> None:
    if len(text) > most:
        raise BadText(f"is longer than {most >> 20:,} million characters.", "Send it in parts.")


def _refuse_long_keys(text: str) -> None:
    """A name of very many parts costs their square to read, and makes a tree nobody can walk."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > LONGEST_KEY and any(
            len(_DOTTED.findall(part)) > LONGEST_KEY for part in (line.split("=")[:-1] or [line])
        ):
            raise BadText(
                "has a name of too many parts.", f"Use at most {LONGEST_KEY} dots in one name.", f"line {number}"
            )


def _too_deep() -> BadText:
    return BadText("has too many lists or tables inside one another.", f"Use no more than {DEEPEST} levels.")


def _refuse_strange(tree: object) -> None:
    """Refuse what is well written and still no value of ours: too deep, too large, of no day, holding lost letters."""
    waiting: list[tuple[object, tuple[object, ...]]] = [(tree, ())]
    while waiting:
        value, path = waiting.pop()
        if len(path) > DEEPEST:
            raise _too_deep()
        wrong = _wrong(value)
        if wrong:
            raise BadText(*wrong, where=place(path))
        waiting.extend((each, (*path, key)) for key, each in _inside(value))


def _inside(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, dict):
        for key, each in value.items():
            if _LOST.search(key):
                raise BadText("has a name that holds a character which stands for no letter.", "Take it out.")
            yield key, each
    elif isinstance(value, list):
        yield from enumerate(value)


def _wrong(value: object) -> tuple[str, str] | None:
    """(what, what to do) of a value that cannot be right whatever it is for."""
    if isinstance(value, str):
        if _LOST.search(value):
            return "holds a character that stands for no letter.", "Take it out."
    elif isinstance(value, bool):
        return None
    elif isinstance(value, int):
        if abs(value) > LARGEST_WHOLE:
            return "is a number too large to be right.", "Correct it."
    elif isinstance(value, Decimal):
        if not value.is_finite() or value.adjusted() > _FINEST or int(value.as_tuple().exponent) < -_FINEST:
            return "is a number too large or too fine to be right.", "Correct it."
    elif isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        if not EARLIEST <= day <= LATEST:
            return "is a day too far from today to be right.", "Correct it."
    return None


def place(path: Sequence[object]) -> str:
    """Where in the file, in words: ``steps 2, on``."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(_short(str(part + 1 if isinstance(part, int) else part)))
    return ", ".join(words)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
