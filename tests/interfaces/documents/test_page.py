"""A paper as a page: one file, in its language, every table with its headings, and the same words as the PDF."""

import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]

from billing.documents.content import Paper
from interfaces.documents.rendering import as_html, as_pdf, for_screen, plain
from interfaces.documents.statement import tell
from tests.interfaces.documents.papers import BILL_PAPER, STATEMENT_PAPER, squeezed, text_of, to_read

EVERY = [BILL_PAPER, STATEMENT_PAPER, to_read(print_="large"), to_read(language="Welsh")]


def page(paper: Paper) -> Any:
    return etree.HTML(as_html(tell(paper)).decode())


@pytest.mark.parametrize("paper", EVERY)
def test_it_says_what_it_is_and_in_which_language(paper: Paper) -> None:
    tree = page(paper)
    told = tell(paper)
    assert tree.get("lang") == told.tag == ("cy" if paper.to.language == "Welsh" else "en-GB")
    assert tree.findtext(".//title").startswith(told.title)
    assert [each.text for each in tree.findall(".//h1")] == [told.title]
    assert len(tree.findall(".//main")) == len(tree.findall(".//header")) == len(tree.findall(".//footer")) == 1


@pytest.mark.parametrize("paper", EVERY)
def test_every_cell_has_its_headings_and_every_part_its_name(paper: Paper) -> None:
    tree = page(paper)
    for table in tree.findall(".//table"):
        heads = table.findall("thead//th")
        assert heads and {each.get("scope") for each in heads} == {"col"}
        for row in table.findall("tbody/tr"):
            first, *rest = list(row)
            assert (first.tag, first.get("scope")) == ("th", "row") and {each.tag for each in rest} == {"td"}
            assert len(rest) == len(heads) - 1
    names = {each.get("id") for each in tree.findall(".//h2")}
    asked = {
        each.get("aria-labelledby") for each in tree.iter() if isinstance(each.tag, str) and each.get("aria-labelledby")
    }
    assert asked <= names and len(names) == len(tree.findall(".//h2"))


def test_it_needs_nothing_from_anywhere_else() -> None:
    made = as_html(tell(BILL_PAPER)).decode()
    assert not re.search(r"<(script|link|img|iframe|form)\b|url\(|@import|https?://", made)


def test_english_inside_a_welsh_page_is_marked() -> None:
    marked = {each.text for each in page(to_read(language="Welsh")).findall(".//span") if each.get("lang") == "en-GB"}
    assert {"Home care", "hardship while benefits were sorted out"} <= marked
    assert not page(BILL_PAPER).findall(".//span")


@pytest.mark.parametrize("paper", EVERY)
def test_every_word_of_the_page_is_in_the_pdf(paper: Paper) -> None:
    told = tell(paper)
    said = text_of(as_pdf(told))
    for section in told.sections:
        words = [section.title, *section.sentences, *section.after, *(cell for row in section.rows for cell in row)]
        for each in words:
            assert squeezed(plain(each)) in said, each


def test_what_somebody_typed_is_words_and_nothing_more() -> None:
    bill = replace(BILL_PAPER, about="<script>alert(1)</script>")
    assert b"<script" not in as_html(tell(bill))


def test_the_screen_shows_every_sentence() -> None:
    shown = for_screen(tell(to_read(language="Welsh")))
    every = " ".join(" ".join((each.title, *each.sentences)) for each in shown)
    assert "Talwch £278.34 erbyn 5\xa0Mehefin 2026." in every and "\ue000" not in every


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_stand_out_from_the_paper() -> None:
    made = as_html(tell(BILL_PAPER)).decode()
    ink = re.search(r"body { background: #fff; color: (#\w{6})", made)
    assert ink and 1.05 / (luminance(ink[1]) + 0.05) > 7  # WCAG 2.2: 4.5 to 1 is asked for, 7 to 1 is the best grade
