"""Names and numbers are found however they are written, and the nearest is known for it."""

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.facts.searching import BEGINS, HOLDS, SAME, WORDS_BEGIN, AskedFor, NothingToFind, nearness

LETTERS = "abcdefghijklmnopqrstuvwxyzàéîõüçñłøß’'- ABCDEFÉÖ"


def near(said: str, name: str, *numbers: str) -> int:
    rows = nearness(AskedFor.of(said), pa.array([name]), [pa.array([each]) for each in numbers])
    return int(rows[0])


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("sian", "Siân Sample"),
        ("SAMPLE siân", "Siân Sample"),
        ("o connor", "Mary O’Connor"),
        ("oconnor", "Mary O'Connor"),
        ("lukasz", "Łukasz Møller"),
        ("moller", "Łukasz Møller"),
        ("strasse", "Straße"),
        ("smith jones", "Ann Smith-Jones"),
        ("jones   ann", "Ann Smith-Jones"),
        ("Bronte", "Charlotte Bronte\u0308"),
    ],
)
def test_a_name_is_found_however_it_is_typed(said: str, name: str) -> None:
    assert near(said, name, "P1") in (WORDS_BEGIN, HOLDS)


def test_the_nearest_is_what_was_asked_for_itself() -> None:
    assert near("p-000 012", "Ann", "P000012") == SAME
    assert near("999 000 0999", "Ann", "P1", "9990000999") == SAME
    assert near("12", "Ann", "P000012") == near("P0000", "Ann", "P000012") == BEGINS
    assert near("12", "Ann", "P000112") == HOLDS, "a hundred and twelve is another number"
    assert near("ann s", "Ann Smith", "P1") == WORDS_BEGIN
    assert near("mith", "Ann Smith", "P1") == HOLDS
    assert near("ann jones", "Ann Smith", "P1") == -1


def test_nothing_is_asked_for_by_stops_alone() -> None:
    with pytest.raises(NothingToFind):
        AskedFor.of(" - ’ ")


@given(st.text(LETTERS, min_size=1, max_size=20), st.data())
def test_any_part_of_a_name_finds_it_in_any_writing(name: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(name) - 1))
    part = name[first : data.draw(st.integers(first + 1, len(name)))]
    if not any(each.isalnum() for each in part):
        return
    written = data.draw(
        st.sampled_from([str.upper, str.lower, str.title, lambda text: unicodedata.normalize("NFD", text)])
    )
    assert near(written(part), name, "P1") >= 0


def test_many_are_looked_at_as_one_is() -> None:
    names = ["Siân", "Ann", "", "Sian"]
    together = nearness(AskedFor.of("sian"), pa.array([*names, None]), [pa.array([*"abcde"])])
    assert together.tolist() == [near("sian", each, ref) for each, ref in zip(names, "abcd", strict=True)] + [-1]
    assert together.dtype == np.int64
