"""A reference that a spreadsheet or a broken export has ruined is told from one that may stand."""

import pytest

from finance.references import for_nothing, looks, number_in, rounded, ruined, unseen

GOOD = ["P1", "000451", "SEP-10", "RES-OP", "K-2026-04", "A/12345-6", "2E10", "Null-Smith", "12/ABC", "E5", "1.5", "É1"]


@pytest.mark.parametrize("ref", GOOD)
def test_what_may_stand(ref: str) -> None:
    assert ruined(ref) is None
    assert unseen(ref) is None


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("NULL", "writes for nothing"),
        ("#N/A", "writes for nothing"),
        ("nan", "writes for nothing"),
        ("None", "writes for nothing"),
        ("n/a", "writes for nothing"),
        ("-", "neither a letter nor a figure"),
        ("########", "neither a letter nor a figure"),
        ("2026-09-01", "is a date"),
        ("01/09/2026", "is a date"),
        ("Sep-26", "is a date"),
        ("01-Sep", "is a date"),
        ("3.00E+05", "power of ten"),
        ("1E+20", "power of ten"),
        ("451.0", "given a decimal point"),
    ],
)
def test_what_was_ruined(ref: str, said: str) -> None:
    assert said in (ruined(ref) or "")


def test_what_cannot_be_seen_is_marked() -> None:
    assert unseen("L1\u200b") == "holds what cannot be seen, marked here: “L1[U+200B]”."
    assert unseen("L\u00a01") == "holds what cannot be seen, marked here: “L[U+00A0]1”."
    assert "usually typed “L1”" in (unseen("Ｌ1") or "")


def test_a_number_given_is_of_plain_figures_and_not_too_long() -> None:
    assert [number_in(each) for each in ("0", "007", "9" * 18)] == [0, 7, 10**18 - 1]
    assert [number_in(each) for each in ("", "-1", "1.0", "²", "٣", "9" * 19, " 1", "1\n")] == [None] * 8


def test_only_a_column_of_noughts_was_rounded() -> None:
    assert rounded(["1234567890123460000", "P1"]) == ["1234567890123460000"]
    assert rounded(["1234567890123460000", "1234567890123456789"]) == []
    assert rounded(["123456789012340"]) == []
    assert rounded(["0000000100000000"]) == rounded(["0000000100000000", "1234567890123460000"]) == []


def test_looks() -> None:
    assert looks("L1")[0] == looks("l1")[0] == looks("L1\u200b")[0] == looks("Ｌ1")[0]
    assert looks("PO1")[1] == looks("P01")[1]
    assert looks("L1")[1] != looks("11")[1]
    assert looks("00123")[0] == looks("123")[0]
    assert for_nothing(" Null ") and not for_nothing("Nullson")
