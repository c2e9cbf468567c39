"""The words of each language: nothing left out, the same blanks, numbers and days as that language has them."""

import ast
import datetime as dt
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

import interfaces.documents
from billing.charges import news
from billing.charges.facts import KINDS
from billing.documents.care_content import BilledCare, Pattern
from billing.receipts.facts import KINDS as RECEIPTS
from billing.receipts.tables import METHODS
from finance.care_costs import news as care_news
from finance.care_costs.facts import UNITS
from interfaces.documents.care_words import much, planned, price
from interfaces.documents.words import FOLDER, LANGUAGES, NoSuchLanguage, words_of
from interfaces.files.inbound.layouts.charging import EXEMPT

ENGLISH, WELSH = words_of("English"), words_of("Welsh")
PACKAGE = Path(interfaces.documents.__file__).parent


def blanks(phrase: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", phrase))


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    assert list(ENGLISH.phrases) == list(WELSH.phrases)
    for name, phrase in ENGLISH.phrases.items():
        other = WELSH.phrases[name]
        if isinstance(phrase, str):
            assert isinstance(other, str) and other.strip() and blanks(phrase) == blanks(other), name
        else:
            assert isinstance(other, dict) and {"one", "other"} <= set(other), name
            assert blanks(phrase["other"]) == blanks(other["other"]), name


def test_every_word_asked_for_is_there() -> None:
    asked = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("say", "several")
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    asked.add(str(first.value))
    assert len(asked) > 40 and asked <= set(ENGLISH.phrases)


@pytest.mark.parametrize(
    "group, words",
    [
        ("items", KINDS),
        ("changes.kinds", KINDS),
        ("notes", EXEMPT),
        ("changes.reasons", [words for fact, words in care_news.CAUSES.items() if fact not in ("block", "adjustment")]),
        ("changes.reasons", list(news.WORDS.values())),
        ("movements.methods", METHODS),
        ("movements.kinds", [each for each in RECEIPTS if "unidentified" not in each]),
        ("units", UNITS),
        ("per", UNITS),
    ],
)
def test_every_vocabulary_has_its_words(group: str, words: list[str]) -> None:
    for word in words:
        assert f"{group}.{word}" in WELSH.phrases, word


def test_the_files_are_dated_and_say_whether_a_translator_has_read_them() -> None:
    for code in LANGUAGES.values():
        about = tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))["about"]
        assert isinstance(about["dated"], dt.date) and isinstance(about["checked"], bool)
    assert ENGLISH.checked and not WELSH.checked


def test_days_money_and_numbers() -> None:
    first, end = dt.date(2026, 4, 6), dt.date(2026, 5, 4)
    assert ENGLISH.span(first, end).replace("\xa0", " ") == "6 April to 3 May 2026"
    assert WELSH.span(first, end).replace("\xa0", " ") == "6 Ebrill i 3 Mai 2026"
    assert (
        ENGLISH.span(dt.date(2025, 12, 29), dt.date(2026, 1, 5)).replace("\xa0", " ")
        == "29 December 2025 to 4 January 2026"
    )
    assert ENGLISH.span(first, dt.date(2026, 4, 7)).replace("\xa0", " ") == "6 April 2026"
    assert [ENGLISH.money(each) for each in (0, 5, -123_456_789)] == ["£0.00", "£0.05", "−£1,234,567.89"]
    assert [WELSH.rate(each) for each in (230_000, 234_512)] == ["£23.00", "£23.4512"]


def test_welsh_numbers_change_the_word_after_them() -> None:
    assert [WELSH.several("units.day", each) for each in (1, 2, 3)] == ["1 diwrnod", "2 ddiwrnod", "3 diwrnod"]
    assert [ENGLISH.several("units.day", each) for each in (1, 2)] == ["1 day", "2 days"]
    assert ENGLISH.several("units.hour", Decimal("10.5")) == "10.5 hours"


def test_care_in_words() -> None:
    on = (dt.date(2026, 4, 6), dt.date(2026, 5, 4))
    said = {
        "each week": Pattern("week", 100),
        "one week in 2": Pattern("week", 100, 0, 2),
        "each night": Pattern("night", 700),
        "2 nights a week": Pattern("night", 200),
        "10.5 hours a week": Pattern("hour", 630),
        "1 visit on Monday, Wednesday and Friday": Pattern("visit", 100, 0b10101),
        "1.25 hours on Sunday, one week in 4": Pattern("hour", 75, 0b1000000, 4),
    }
    assert {planned(ENGLISH, each): each for each in said.values()} == said
    care = BilledCare(
        "Home care", "A", *on, 0, Pattern("hour", 630), "hour", 2_525, (230_000, 250_512), "hospital; a word typed"
    )
    assert much(ENGLISH, care) == "10.5 hours a week: 42.08 hours in all; in hospital; a word typed"
    assert price(ENGLISH, care) == "£23.00 an hour; £25.0512 an hour"


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(NoSuchLanguage, match="English or Welsh"):
        words_of("Cornish")
