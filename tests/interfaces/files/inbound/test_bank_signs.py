"""Money out never becomes money in, however a bank tells one from the other."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interfaces.files.inbound.bank_signs import read_signed_pence
from interfaces.files.inbound.bank_statement import BadStatement, read_statement

SAID = {"CR": 1, "C": 1, "Credit": 1, "+": 1, "DR": -1, "D": -1, "debit": -1, "-": -1, "DB": -1}


def statement(folder: Path, *lines: str) -> Path:
    path = folder / "statement.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def marked(folder: Path, heading: str) -> Path:
    """Three lines, all above nought, of which the bank says that two went out."""
    rows = ("05/05/2026,CR,150.00,900001 ORDER", "05/05/2026,DR,60.00,REFUND 900001", "06/05/2026,DR,1200.00,RENT")
    return statement(folder, f"Date,{heading},Amount,Description", *rows)


@pytest.mark.parametrize("heading", ["CR/DR", "Debit/Credit"])
def test_marks_in_another_column_are_heeded(tmp_path: Path, heading: str) -> None:
    lines, out = read_statement(marked(tmp_path, heading))
    assert [line.pence for line in lines] == [15_000]
    assert out == 2


def test_a_column_of_marks_nobody_has_named_is_refused_by_name(tmp_path: Path) -> None:
    path = marked(tmp_path, "Type")
    with pytest.raises(BadStatement) as refused:
        read_statement(path)
    (problem,) = refused.value.problems
    assert problem.what == "its column “Type” says of 2 lines that they went the other way than read."
    assert problem.what_to_do == "Say that it tells the way: --column sign=Type."
    assert [line.pence for line in read_statement(path, {"sign": "Type"})[0]] == [15_000]


def test_marks_that_say_what_the_signs_say_are_no_trouble(tmp_path: Path) -> None:
    rows = ("05/05/2026,CR,150.00,ORDER", "05/05/2026,DR,-60.00,REFUND")
    lines, out = read_statement(statement(tmp_path, "Date,Type,Amount,Description", *rows))
    assert ([line.pence for line in lines], out) == ([15_000], 1)


def test_two_columns(tmp_path: Path) -> None:
    rows = ("05/05/2026,150.00,,ORDER", "05/05/2026,,60.00,REFUND", "06/05/2026,0.00,12.00,RENT")
    lines, out = read_statement(statement(tmp_path, "Date,Paid in,Paid out,Description", *rows))
    assert ([line.pence for line in lines], out) == ([15_000], 2)
    both = statement(tmp_path, "Date,Paid in,Paid out,Description", "05/05/2026,150.00,60.00,ORDER")
    with pytest.raises(BadStatement, match="money in and money out on one line"):
        read_statement(both)


@pytest.mark.parametrize(
    ("mark", "amount", "said"),
    [
        ("??", "5.00", "says neither in nor out"),
        ("", "5.00", "says neither in nor out"),
        ("CR", "-5.00", "is marked as money in, and is below nought"),
    ],
)
def test_a_mark_that_cannot_be_believed_is_refused(tmp_path: Path, mark: str, amount: str, said: str) -> None:
    path = statement(tmp_path, "Date,CR/DR,Amount,Description", f"05/05/2026,{mark},{amount},ORDER")
    with pytest.raises(BadStatement, match=said):
        read_statement(path)


@given(st.integers(1, 10**9), st.sampled_from(list(SAID)), st.sampled_from(["column", "beside", "signed", "out"]))
def test_the_way_is_the_marks_however_it_is_told(pence: int, mark: str, told: str) -> None:
    amount, sign = f"{pence // 100:,}.{pence % 100:02d}", SAID[mark]
    value = {
        "column": {"amount": amount, "sign": mark},
        "beside": {"amount": f"{amount} {mark}" if mark.isalpha() and len(mark) < 3 else f"{'-' * (sign < 0)}{amount}"},
        "signed": {"amount": amount if sign > 0 else f"{amount}-"},
        "out": {"amount": amount, "out": ""} if sign > 0 else {"amount": "", "out": amount},
    }[told]
    assert read_signed_pence(value) == sign * pence
