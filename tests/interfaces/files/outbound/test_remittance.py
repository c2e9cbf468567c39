"""Remittances: every figure foots, words cannot become formulas, and numbers and dates are left as they are."""

import datetime as dt
import io
import zipfile
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.days import number
from interfaces.files.outbound.control import BrokenFile
from interfaces.files.outbound.printing import pounds_column, words_for_people
from interfaces.files.outbound.remittance import (
    AWAY,
    SECTIONS,
    WORDS,
    Heading,
    Payees,
    Remittance,
    RemittanceLine,
    figures,
    print_remittances,
    read_remittance,
)
from interfaces.files.outbound.remittance_xlsx import read_remittance_xlsx, write_remittance_xlsx

NOWHERE = [*range(0xFDD0, 0xFDF0), *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))]
"""What Unicode keeps for no character at all; in what is printed each is a sign that something was there."""
words = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff" + "".join(map(chr, NOWHERE))),
    max_size=10,
) | (st.sampled_from(["=1+1", "-12.50", "'=x", "''-", "@SUM(A1)", "+44", 'a"b', "a,b", "007"]))
days = st.dates(dt.date(1980, 1, 1), dt.date(2200, 1, 1))
pence = st.integers(-(10**12), 10**12)
lines = st.builds(
    RemittanceLine,
    st.sampled_from(SECTIONS),
    words,
    words,
    words,
    words,
    words,
    words,
    days,
    days,
    pence.filter(bool),
    words,
).map(lambda line: replace(line, amount=0) if line.section == AWAY else line)
HEADING = Heading("Anytown, made up", 12, "Four-weekly", dt.date(2026, 6, 12))


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    theirs = tuple(sorted(draw(st.lists(lines, max_size=4)), key=lambda line: SECTIONS.index(line.section)))
    care, off, adjusted = (sum(line.amount for line in theirs if line.section == name) for name in SECTIONS[:3])
    brought, moved, paid = draw(pence), draw(pence), draw(pence)
    return Remittance(
        HEADING,
        draw(words),
        draw(words),
        draw(words),
        theirs,
        care,
        off,
        adjusted,
        brought,
        moved,
        paid,
        care + off + adjusted + brought - moved - paid,
    )


def printed(papers: list[Remittance]) -> list[tuple[bytes, int, int]]:
    def safe(values: list[str]) -> pa.Array:
        return words_for_people(pa.array(values, pa.string()))

    def whole(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(values, np.int64)

    payees = Payees(
        safe([each.payee_ref for each in papers]),
        safe([each.payee_name for each in papers]),
        safe([each.supplier_number for each in papers]),
        whole([each.brought_forward for each in papers]),
        whole([each.moved for each in papers]),
        whole([each.paid for each in papers]),
    )
    rows = [(place, line) for place, each in enumerate(papers) for line in each.lines]
    table = pa.table(
        {
            "payee": whole([place for place, _ in rows]),
            "section": whole([SECTIONS.index(line.section) for _, line in rows]),
            "first": whole([number(line.first) for _, line in rows]),
            "last": whole([number(line.last) for _, line in rows]),
            "amount": whole([line.amount for _, line in rows]),
            **{name: safe([getattr(line, name) for _, line in rows]) for name in WORDS},
        }
    )
    return list(print_remittances(HEADING, payees, table))


@given(st.lists(remittances(), min_size=1, max_size=3))
def test_what_is_printed_reads_back(papers: list[Remittance]) -> None:
    files = printed(papers)
    assert [read_remittance(content) for content, _, _ in files] == papers
    for (content, count, due), paper in zip(files, papers, strict=True):
        assert (count, due) == (len(paper.lines), paper.care + paper.taken_off + paper.adjustments)
        assert figures(content) == (due, paper.paid, paper.carried_forward)
    assert files == printed(papers)


LINE = RemittanceLine(
    "Care",
    "C1",
    "J P",
    "Home care",
    "L1",
    "10.5 hours a week",
    "Care",
    dt.date(2026, 5, 4),
    dt.date(2026, 5, 31),
    -1_250,
    "=cmd|'/c calc'!A1",
)
PAPER = Remittance(HEADING, "P1", "-Sunny, Ltd", "0045", (LINE,), -1_250, 0, 0, 2_000, 0, 750, 0)


def test_formulas_are_defused_and_negative_amounts_are_not() -> None:
    ((content, _, _),) = printed([PAPER])
    text = content.decode()
    assert text.startswith('\ufeffRemittance advice\r\nCouncil,"Anytown, made up"\r\nPayee,P1,"\'-Sunny, Ltd"\r\n')
    assert "Care,C1,J P,Home care,L1,10.5 hours a week,Care,04/05/2026,31/05/2026,-12.50,'=cmd|'/c calc'!A1\r\n" in text


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("2026,-12.50", "2026,-12.51", "“Care” says -12.50 and its lines make -12.51"),
        ("Brought forward,20.00", "Brought forward,20.01", "do not come to the amount paid"),
        ("Amount paid,7.50", "Amount paid,7.5", "is not an amount"),
        ("Remittance advice", "Remittance", "does not begin"),
        ("04/05/2026", "2026-05-04", "cannot be read"),
    ],
)
def test_a_broken_remittance_is_refused(old: str, new: str, why: str) -> None:
    ((content, _, _),) = printed([PAPER])
    with pytest.raises(BrokenFile, match=why):
        read_remittance(content.decode().replace(old, new).encode())


@given(remittances())
def test_a_workbook_reads_back(paper: Remittance) -> None:
    assert read_remittance_xlsx(write_remittance_xlsx(paper)) == paper


def test_a_workbook_is_the_same_bytes_and_holds_no_formula() -> None:
    content = write_remittance_xlsx(PAPER)
    assert content == write_remittance_xlsx(PAPER)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"2026-06-12T00:00:00Z" in book.read("docProps/core.xml")


@given(st.lists(st.integers(-(10**17), 10**17), max_size=5))
def test_pounds_in_columns(amounts: list[int]) -> None:
    from finance.money import pounds

    assert pounds_column(np.array(amounts, np.int64)).to_pylist() == [pounds(each) for each in amounts]
