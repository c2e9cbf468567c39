"""Words for people: never a formula, never what a page cannot carry, and the same again when read back."""

import csv
import io
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]
from openpyxl import load_workbook

from finance.columns import ints
from interfaces.documents.batches import COLUMNS as MANIFEST_COLUMNS
from interfaces.documents.batches import manifest, read_manifest
from interfaces.documents.rendering import as_html, as_pdf
from interfaces.documents.statement import tell
from interfaces.files.outbound.control import Printed, TooMuchToAdd, must_add_up
from interfaces.files.outbound.printing import LOST, guarded, in_a_cell, shown, unguarded, words_for_people
from interfaces.files.outbound.remittance_xlsx import read_remittance_xlsx, write_remittance_xlsx
from tests.interfaces.documents.papers import BILL_PAPER, squeezed, text_of
from tests.interfaces.files.outbound.test_remittance import PAPER

CANNOT = [
    "\uffff",
    "\ufffe",
    "\x00",
    "\x01",
    "\x0b",
    "\x1b",
    "\x7f",
    "\x85",
    "\x9f",
    "\ufdd0",
    "\U0001ffff",
    "\U0010fffe",
]
HALF = "\ud800"
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\tx",
    "\rx",
    "\n=1",
    " =1",
    "\xa0=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
]


@given(st.text(), st.sampled_from(["", *CANNOT, HALF]))
def test_what_is_shown_can_be_carried_by_xml(words: str, odd: str) -> None:
    said = shown(words + odd)
    assert len(said) == len(words + odd) and shown(said) == said
    made = etree.Element("words")
    made.text = said
    assert (etree.fromstring(etree.tostring(made)).text or "") == said


@given(st.one_of(st.text(), st.sampled_from(FORMULAS), st.sampled_from(["'", "'-x", "' -x"])))
def test_a_guarded_word_is_no_formula_and_comes_back(word: str) -> None:
    assert unguarded(guarded(word)) == shown(word)
    assert guarded(word)[:1] not in ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("word", FORMULAS)
def test_every_formula_is_guarded(word: str) -> None:
    assert guarded(word) == f"'{word}"


@given(
    st.lists(
        st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(FORMULAS + CANNOT)), max_size=5
    )
)
def test_a_column_is_guarded_as_a_word_is(words: list[str]) -> None:
    cells = words_for_people(pa.array(words, pa.string())).to_pylist()
    for word, cell in zip(words, cells, strict=True):
        ((read,),) = csv.reader([cell]) if cell else ((("",),))
        assert read == guarded(in_a_cell(word))


@pytest.mark.parametrize("odd", [*CANNOT, HALF])
def test_nothing_a_name_holds_breaks_a_paper(odd: str) -> None:
    name = f"Ann{odd} Other"
    paper = replace(BILL_PAPER, payer=name, about=name, to=replace(BILL_PAPER.to, name=name))
    assert f"Ann{LOST} Other" in as_html(tell(paper)).decode()
    assert as_pdf(tell(paper)).startswith(b"%PDF")
    line = replace(PAPER.lines[0], person=name, note=name)
    book = write_remittance_xlsx(replace(PAPER, payee_name=name, lines=(line, *PAPER.lines[1:])))
    read = read_remittance_xlsx(book)
    assert (read.payee_name, read.lines[0].person, read.lines[0].note) == (f"Ann{LOST} Other",) * 3


@pytest.mark.parametrize(
    ("name", "read"), [("Ann 李明", f"Ann {LOST}{LOST}"), ("😀 Ann", f"{LOST} Ann"), ("Zoë Ŵyn", "Zoë Ŵyn")]
)
def test_a_letter_no_font_has_stops_no_paper(name: str, read: str) -> None:
    paper = tell(replace(BILL_PAPER, payer=name, to=replace(BILL_PAPER.to, name=name)))
    assert squeezed(read) in text_of(as_pdf(paper))
    assert name in as_html(paper).decode()


def test_a_workbook_of_many_lines_is_as_one_of_few() -> None:
    many = replace(
        PAPER,
        lines=PAPER.lines * 3,
        care=PAPER.care * 3,
        taken_off=PAPER.taken_off * 3,
        adjustments=PAPER.adjustments * 3,
        paid=PAPER.paid + 2 * (PAPER.care + PAPER.taken_off + PAPER.adjustments),
    )
    sheet = load_workbook(io.BytesIO(write_remittance_xlsx(many))).worksheets[0]
    first, *others = [
        [
            (cell.value, cell.number_format, cell.font.b, cell.alignment.wrap_text)
            for cell in row
            if cell.value is not None
        ]
        for row in sheet.iter_rows(min_row=10, max_row=9 + len(many.lines))
    ]
    assert others[len(PAPER.lines) - 1] == first
    assert read_remittance_xlsx(write_remittance_xlsx(many)) == many


def test_a_post_manifest_holds_no_formula_and_reads_back() -> None:
    line = (
        1,
        7,
        "B0000007",
        "bill",
        "000001_B0000007.pdf",
        '=HYPERLINK("http://x.example")',
        "@payer",
        "-1 High Street\n=2",
        "English",
        "plain",
        9,
        "ab" * 32,
        "+1",
    )
    made = manifest([line])
    rows = list(csv.reader(io.StringIO(made.decode(), newline="")))
    cells = dict(zip(MANIFEST_COLUMNS, rows[1], strict=True))
    assert (cells["Addressed to"][:2], cells["Capacity"], cells["Send to"], cells["Proof"]) == (
        "'=",
        "'@payer",
        "'-1 High Street\n=2",
        "'+1",
    )
    (read,) = read_manifest(made, "manifest.csv")
    assert (read.file, read.send_to, read.proof) == (line[4], line[7], line[12])


@given(st.lists(st.integers(-(1 << 63), (1 << 63) - 1), max_size=6))
def test_a_sum_that_would_wrap_is_refused(amounts: list[int]) -> None:
    column = ints(pa.table({"amount": pa.array(amounts, pa.int64())}), "amount")
    if sum(abs(each) for each in amounts) >= 1 << 63:
        with pytest.raises(TooMuchToAdd, match="The lines of the run come to more than can be added up"):
            must_add_up(column, "The lines of the run")
    else:
        must_add_up(column, "The lines of the run")
    with pytest.raises(TooMuchToAdd, match="would come to"):
        Printed("journal", "journal.csv", b"", 1, 1 << 63, 0)
