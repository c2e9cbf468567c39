"""The journal file reads back as it was written; out of balance, negative or nought lines are never written."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interfaces.files.outbound.control import BrokenFile, sha256
from interfaces.files.outbound.journal import JournalBatch, JournalLine, read_journal, write_journal

COST = JournalLine(
    "care payable",
    202602,
    "100",
    "A2140",
    "52010",
    "000",
    "dr",
    70_000,
    "GL000012",
    "Run 12: care",
    dt.date(2026, 5, 31),
)
OWED = replace(COST, cost_centre="00000", subjective="B2100", side="cr")
BATCH = JournalBatch("GL000012", dt.datetime(2026, 6, 9, 10, 30), 202603, (COST, OWED))


def test_the_file_as_it_is_documented() -> None:
    content = write_journal(BATCH, "journal.csv").content.decode()
    body = (
        "H,OUTTURN-GL,GL000012,20260609103000,202603,2,700.00,700.00\r\n"
        "D,1,care payable,202602,100,A2140,52010,000,dr,700.00,,GL000012,Run 12: care,20260531\r\n"
        "D,2,care payable,202602,100,00000,B2100,000,cr,700.00,,GL000012,Run 12: care,20260531\r\n"
    )
    assert content == body + f"T,2,700.00,700.00,{sha256(body.encode())}\r\n"


WORDS = ("entity", "cost_centre", "subjective", "analysis", "reference", "narrative", "vat_code")
words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@st.composite
def balanced(draw: st.DrawFn) -> tuple[JournalLine, ...]:
    lines: list[JournalLine] = []
    for _ in range(draw(st.integers(0, 4))):
        line = replace(
            COST,
            journal=draw(words),
            period=draw(st.sampled_from([202601, 202602])),
            amount=draw(st.integers(1, 10**14)),
            date=draw(st.dates(dt.date(2000, 1, 1))),
            **{name: draw(words) for name in WORDS},  # type: ignore[arg-type]
        )
        lines += [line, replace(line, side="cr", subjective=draw(words))]
    return tuple(draw(st.permutations(lines)))


@given(balanced())
def test_what_is_written_reads_back(lines: tuple[JournalLine, ...]) -> None:
    batch = replace(BATCH, lines=lines)
    printed = write_journal(batch, "a")
    assert read_journal(printed.content) == batch
    assert printed.content == write_journal(batch, "a").content
    assert printed.debit == printed.credit == sum(line.amount for line in lines) // 2


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((COST,), "out of balance by 700.00"),
        ((COST, replace(OWED, period=202603)), "period 202602 is out of balance"),
        ((COST, replace(OWED, journal="payments released")), "“care payable” of period 202602 is out of balance"),
        ((replace(COST, amount=-1), replace(OWED, amount=-1)), "every line is above nought"),
        ((replace(COST, amount=0), replace(OWED, amount=0)), "every line is above nought"),
    ],
)
def test_a_wrong_journal_is_never_written(lines: tuple[JournalLine, ...], why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        write_journal(replace(BATCH, lines=lines), "a")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("dr,700.00", "dr,700.01", "out of balance by 0.01"),
        ("2,700.00,700.00", "2,700.00,700.01", "its header says 2, 700.00, 700.01"),
        ("Run 12", "Run 13", "trailer does not agree"),
        ("A2140", "A2150", "trailer does not agree"),
        (",dr,", ",db,", "line 1 is not laid out"),
        (",20260531", ",20260532", "line 1 cannot be read"),
    ],
)
def test_a_broken_file_is_refused(old: str, new: str, why: str) -> None:
    text = write_journal(BATCH, "a").content.decode().replace(old, new, 1)
    with pytest.raises(BrokenFile, match=why):
        read_journal(text.encode())
