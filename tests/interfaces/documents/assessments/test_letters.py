"""A letter says what the assessment says, can be read aloud, and lets nothing anybody typed change it."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree  # type: ignore[import-untyped]

from finance.assessment import Asset, Circumstances, Income, assess, default_policy
from interfaces.documents.assessments.letters import (
    LARGE,
    Letterhead,
    NotALetter,
    as_html,
    as_pdf,
    letter,
    write_letter,
)
from interfaces.documents.assessments.story import Story, tell

ON = dt.date(2026, 6, 1)


def _story(name: str = "Mary Example") -> Story:
    one = Circumstances(
        person="P1",
        born=dt.date(1939, 5, 1),
        cost_pence=500_00,
        incomes=(Income(kind="state_pension", amount_pence=300_00), Income(kind="pip_mobility", amount_pence=20_00)),
        assets=(Asset(kind="savings", value_pence=15_000_00),),
    )
    return tell(assess(one, ON, default_policy()), name)


def _content(**head: object) -> dict[str, object]:
    return letter(_story(), ON, Letterhead(council="Anyshire (made up)", reference="P1", **head))  # type: ignore[arg-type]


def _text(pdf: pikepdf.Pdf) -> str:
    """The text of a tagged PDF, through each font's own map from glyphs to letters."""
    words = []
    for page in pdf.pages:
        maps = {str(name): _to_unicode(font) for name, font in page.Resources.Font.items()}
        current: dict[int, str] = {}
        for each in pikepdf.parse_content_stream(page):
            operands: Any = each.operands
            operator = each.operator
            if str(operator) == "Tf":
                current = maps[str(operands[0])]
            elif str(operator) in ("Tj", "TJ"):
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        raw = bytes(part)
                        words += [
                            current.get(int.from_bytes(raw[at : at + 2], "big"), "") for at in range(0, len(raw), 2)
                        ]
    return "".join(words)


def _to_unicode(font: pikepdf.Object) -> dict[int, str]:
    found: dict[int, str] = {}
    text = font.ToUnicode.read_bytes().decode("ascii", "replace")
    for block in text.split("beginbfchar")[1:]:
        for row in block.split("endbfchar")[0].strip().splitlines():
            code, letters = row.split()[:2]
            found[int(code.strip("<>"), 16)] = bytes.fromhex(letters.strip("<>")).decode("utf-16-be")
    return found


def _tags(node: pikepdf.Object, found: list[str]) -> list[str]:
    if isinstance(node, pikepdf.Array):
        for each in node:
            _tags(each, found)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append(str(node["/S"]))
        if "/K" in node:
            _tags(node["/K"], found)
    return found


def test_the_pdf_can_be_read_aloud() -> None:
    with pikepdf.open(io.BytesIO(as_pdf(_content()))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en-GB"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert pdf.open_metadata()["dc:title"] == "What Mary Example pays towards care"
        tags = _tags(pdf.Root.StructTreeRoot, [])
    assert tags.count("/H1") == 1 and tags.count("/H2") >= 5
    assert tags.count("/Table") == 4 and tags.count("/TH") == 8


def test_the_pdf_says_what_the_assessment_says() -> None:
    with pikepdf.open(io.BytesIO(as_pdf(_content()))) as pdf:
        said = _text(pdf).replace("\u00a0", " ")
    for words in (
        "Mary Example pays £61.55 a week from 1 June 2026.",
        "£300.00",
        "£241.45",
        "not counted",
        "If you disagree",
    ):
        assert words.replace(" ", "") in said.replace(" ", "")


def test_every_page_is_the_councils_own() -> None:
    """At the foot: whose letter, whose reference where there is one, and which page of how many."""
    for reference, foot in (("P1", "Anyshire (made up), P1, page 1 of "), ("", "Anyshire (made up), page 1 of ")):
        content = letter(_story(), ON, Letterhead(council="Anyshire (made up)", reference=reference))
        with pikepdf.open(io.BytesIO(as_pdf(content))) as pdf:
            assert foot.replace(" ", "") in _text(pdf).replace("\u00a0", "").replace(" ", "")


def test_the_page_says_the_same() -> None:
    content = _content()
    tree = etree.HTML(as_html(content))
    assert tree.get("lang") == "en-GB" and len(tree.findall(".//h1")) == 1
    said = " ".join(" ".join(tree.itertext()).split())
    assert "Mary Example pays £61.55 a week from 1 June 2026." in said and "£241.45" in said
    for table in tree.findall(".//table"):
        assert [each.get("scope") for each in table.findall("thead//th")] == ["col", "col"]


def test_nothing_typed_can_change_the_layout() -> None:
    nasty = '#panic("no") <b>*x*</b> $y$ \\ @z'
    content = letter(_story(nasty), ON)
    with pikepdf.open(io.BytesIO(as_pdf(content))) as pdf:
        assert nasty.replace(" ", "") in _text(pdf).replace(" ", "").replace("\u00a0", "")
    assert "<b>" not in as_html(content)


def test_large_print_and_names_of_files(tmp_path: Path) -> None:
    assert len(pikepdf.open(io.BytesIO(as_pdf(_content(size=LARGE)))).pages) > 1
    write_letter(tmp_path / "a.pdf", _story(), ON)
    write_letter(tmp_path / "a.html", _story(), ON)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF") and "£61.55" in (tmp_path / "a.html").read_text(
        "utf-8"
    )
    with pytest.raises(NotALetter):
        write_letter(tmp_path / "a.docx", _story(), ON)
