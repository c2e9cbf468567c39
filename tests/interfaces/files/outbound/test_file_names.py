"""A reference always gives a name that every system takes, that is nobody else's, and that is the same again."""

import re

from hypothesis import given
from hypothesis import strategies as st

from interfaces.files.outbound.file_names import FileNames

AROUND = "journal_debt_run_000012_{}.csv"
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
NASTY = [
    "a" * 240,
    "ㄅ" * 240,
    "ㄅ" * 239 + "x",
    "CON",
    "nul.csv",
    "com1",
    "P.",
    ".",
    "..",
    "",
    "P/2",
    "a\\b",
    "x\x00y",
    "\n",
    "p1",
    "P1",
    "é",
    "e\u0301",
    "ß",
    "SS",
    "~",
    "P~1",
    "\ud800",
    "\uffff",
    "P1 ",
    " P1",
]
refs = st.lists(st.one_of(st.text(max_size=300), st.sampled_from(NASTY)), max_size=30, unique=True)


@given(refs)
def test_a_name_is_valid_distinct_and_stable(those: list[str]) -> None:
    names = FileNames(those)
    made = [names.of(ref) for ref in those]
    for name in made:
        assert re.fullmatch(r"[A-Za-z0-9_.~%-]+", name) and not name.startswith(".") and not name.endswith(".")
        assert name.split(".")[0].casefold() not in RESERVED
        assert len(AROUND.format(name).encode()) <= 200
    assert len({name.casefold() for name in made}) == len(those)
    assert [FileNames(reversed(those)).of(ref) for ref in those] == made


def test_names_stay_what_they_were() -> None:
    names = FileNames(["P1", "P/2", "prov-7", "Sunny Côte", "x" * 120])
    assert [names.of(ref) for ref in ("P1", "P/2", "prov-7", "Sunny Côte", "x" * 120)] == [
        "P1",
        "P%2F2",
        "prov-7",
        "Sunny%20C%C3%B4te",
        "x" * 120,
    ]


def test_alike_but_for_capitals_are_told_apart() -> None:
    names = FileNames(["P1", "p1", "P2"])
    assert names.of("P2") == "P2" and names.of("P1").startswith("P1~") and names.of("p1").startswith("p1~")
    assert names.of("P1")[3:] != names.of("p1")[3:]
