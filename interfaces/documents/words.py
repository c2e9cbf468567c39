"""The fixed words of papers in each language, with its own days, money and forms of number (Babel).

The words stand in ``words/en.toml`` and ``words/cy.toml``, under the same names. A word of the vocabulary that has no
entry (something an officer typed) is kept as typed and, in another language's paper, marked as English so that it is
read aloud as English.
"""

import datetime as dt
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from finance.problems import Refusal

FOLDER = Path(__file__).with_name("words")
LANGUAGES = {"English": "en", "Welsh": "cy"}

# Around words that are in English inside another language: two characters that nobody can type.
ENGLISH, END = "\ue000", "\ue001"
_UNTYPED = {ord(ENGLISH): None, ord(END): None}
MINUS = "−"  # read aloud as minus; a hyphen is not


class NoSuchLanguage(Refusal):
    """A paper was asked for in a language there are no words of."""


@dataclass(frozen=True, eq=False)
class Words:
    """One language. ``say`` fills in a sentence; everything given to it is already in words."""

    language: str
    code: str
    tag: str
    locale: Locale
    checked: bool
    phrases: dict[str, str | dict[str, str]]

    def say(self, key: str, **values: str) -> str:
        """A sentence by its name, with its blanks filled."""
        phrase = self.phrases[key]
        assert isinstance(phrase, str), f"{key} has a form for each number"
        return phrase.format_map(values)

    def several(self, key: str, count: Decimal | int, **values: str) -> str:
        """A phrase in the form its number asks for."""
        forms = self.phrases[key]
        assert isinstance(forms, dict), f"{key} has one form"
        form = forms.get(self.locale.plural_form(count), forms["other"])
        return form.format_map({"n": self.number(Decimal(count)), **values})

    def term(self, group: str, word: str, **values: str) -> str | None:
        """A word of a vocabulary, or None where there is no entry for it."""
        phrase = self.phrases.get(f"{group}.{word}")
        return phrase.format_map(values) if isinstance(phrase, str) else None

    def typed(self, words: str) -> str:
        """What somebody typed, marked as English in any other language."""
        clean = words.translate(_UNTYPED)
        return clean if self.code == "en" or not clean else f"{ENGLISH}{clean}{END}"

    def either(self, group: str, word: str) -> str:
        """A word of a vocabulary, or else as it was typed."""
        return self.term(group, word) or self.typed(word)

    def day(self, when: dt.date) -> str:
        return _day(when, "d MMMM y", self.code)

    def span(self, starts: dt.date, ends: dt.date) -> str:
        """``[starts, ends)`` in words: 6 April to 3 May 2026, or one day."""
        last = ends - dt.timedelta(days=1)
        if last <= starts:
            return self.day(starts)
        same = starts.year == last.year
        first = _day(starts, "d MMMM" if same else "d MMMM y", self.code)
        return self.say("paper.days", first=first, last=self.day(last))

    def money(self, pence: int) -> str:
        return _money(int(pence), self.code)

    def rate(self, hundredths: int) -> str:
        """A rate, with its third and fourth decimals only when it has them."""
        if hundredths % 100 == 0:
            return self.money(hundredths // 100)
        exact = format_currency(Decimal(hundredths) / 10_000, "GBP", "¤#,##0.00##", self.locale, currency_digits=False)
        return exact.replace("-", MINUS)

    def number(self, value: Decimal) -> str:
        return _number(value, self.code).replace("-", MINUS)


@cache
def words_of(language: str) -> Words:
    """A language by its name. Raises NoSuchLanguage."""
    if language not in LANGUAGES:
        raise NoSuchLanguage(f"There are no words in {language}.", f"Choose {' or '.join(LANGUAGES)}.")
    tree = tomllib.loads((FOLDER / f"{LANGUAGES[language]}.toml").read_text(encoding="utf-8"))
    about = tree.pop("about")
    return Words(
        about["language"], about["code"], about["tag"], Locale.parse(about["locale"]), about["checked"], _flat(tree)
    )


def _flat(tree: dict[str, Any], under: str = "") -> dict[str, str | dict[str, str]]:
    flat: dict[str, str | dict[str, str]] = {}
    for key, value in tree.items():
        name = f"{under}{key}"
        if isinstance(value, dict) and "other" in value and "one" in value:
            flat[name] = value
        elif isinstance(value, dict):
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = value
    return flat


def _locale(code: str) -> str:
    return "en_GB" if code == "en" else code


@lru_cache(65_536)  # a day and its month stay on one line
def _day(when: dt.date, form: str, code: str) -> str:
    return format_date(when, form, locale=_locale(code)).replace(" ", "\N{NO-BREAK SPACE}", 1)


@lru_cache(65_536)
def _money(pence: int, code: str) -> str:
    return format_currency(Decimal(pence) / 100, "GBP", locale=_locale(code)).replace("-", MINUS)


@lru_cache(4_096)
def _number(value: Decimal, code: str) -> str:
    return format_decimal(value, locale=_locale(code))
