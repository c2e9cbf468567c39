"""Rows set aside leave the list once they have loaded right, or when an officer closes them; all are kept."""

from pathlib import Path

import pytest

from tests.interfaces.cli.conftest import ANN, BO, GOOD, Outturn


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def load(outturn: Outturn, path: Path, *lines: str) -> dict[str, object]:
    header = (GOOD / "people.csv").read_text(encoding="utf-8").splitlines()[0]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    (done,) = outturn.asks("load", path, "--quarantine", "--as", ANN)["files"]
    return dict(done)


def waiting(outturn: Outturn, *more: str) -> list[str]:
    return [each["ref"] for each in outturn.asks("quarantine", *more)["rows"]]


BAD = "P9,Dot Wrong,1990-13-01,,,,physical support: personal care,"
RIGHT = "P9,Dot Wrong,1990-12-01,,,,physical support: personal care,"


def test_a_row_that_loads_right_leaves_the_list_and_says_which_load_did_it(council: Outturn, people: Path) -> None:
    load(council, people, BAD)
    assert waiting(council) == ["P9"]
    done = load(council, people, RIGHT)
    assert done["righted"] == 1 and waiting(council) == []
    (kept,) = council.asks("quarantine", "--every")["rows"]
    assert (kept["closed"]["change"], kept["closed"]["by"], kept["closed"]["reason"]) == (done["change"], ANN, None)
    assert "loaded right" in council.says("quarantine", "--every")


def test_a_row_put_back_as_it_was_leaves_the_list_though_it_tells_nothing_new(council: Outturn, people: Path) -> None:
    load(council, people, RIGHT)
    load(council, people, BAD)
    assert waiting(council) == ["P9"], "what is believed stands, and the bad row waits"
    done = load(council, people, RIGHT)
    assert (done["unchanged"], done["righted"]) == (1, 1) and done["change"] and waiting(council) == []
    assert load(council, people, RIGHT)["change"] is None, "loading it again changes nothing"


def test_the_same_bad_row_comes_back_to_the_list(council: Outturn, people: Path) -> None:
    load(council, people, BAD)
    load(council, people, RIGHT)
    load(council, people, BAD)
    assert waiting(council) == ["P9"] and waiting(council, "--every") == ["P9", "P9"]


def test_a_row_that_is_right_and_wrong_in_one_file_waits(council: Outturn, people: Path) -> None:
    load(council, people, BAD)
    load(council, people, RIGHT, BAD)
    assert "P9" in waiting(council)


def test_an_officer_closes_a_row_with_a_reason_and_it_is_kept(council: Outturn, people: Path) -> None:
    load(council, people, BAD)
    (row,) = council.asks("quarantine")["rows"]
    close = ("quarantine", "--close", row["nr"], "--reason", "Sent twice by the brokerage")
    assert council.refused(*close, "--as", "A stranger")["kind"] == "NotAnOfficer"
    assert council.refused("quarantine", "--close", row["nr"], "--reason", "x", "--as", BO)["kind"] == "NoReason"
    done = council.asks(*close, "--as", BO)
    assert waiting(council) == []
    assert council.refused(*close, "--as", BO)["kind"] == "NotSetAside"
    (kept,) = council.asks("quarantine", "--every")["rows"]
    assert (kept["closed"]["by"], kept["closed"]["reason"]) == (BO, "Sent twice by the brokerage")
    assert "Sent twice by the brokerage" in council.says("explain", f"change {done['change']}")
