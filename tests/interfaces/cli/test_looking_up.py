"""An officer looks things up: by part of a name, a reference or a number, and is told how to see more."""

from tests.interfaces.cli.conftest import ANN, Outturn


def test_anything_is_found_by_part_of_its_name_or_number(released: Outturn) -> None:
    def found(*said: str) -> list[tuple[str, str]]:
        return [(each["sort"], each["ref"]) for each in released.asks("find", *said)["found"]]

    assert found("sian")[0] == ("person", "P3")
    assert found("999", "000", "0999") == [("person", "P1")]
    assert found("approver") == [("officer", "Bo Approver")]
    assert ("payments", "run 1") in found("run", "1") and ("payments", "run 1") in found("1")
    assert found("L1")[0] == ("service line", "L1")
    assert found("nobody of that name") == []
    assert "Nothing is called" in released.says("find", "nobody of that name")


def test_what_is_found_says_how_to_see_more_and_that_verb_works(released: Outturn) -> None:
    for each in released.asks("find", "1", "--limit", 200)["found"]:
        code, _, err = released(*each["see"].removeprefix("outturn ").split())
        assert code == 0, (each, err)


def test_somebody_is_found_by_the_name_they_once_had(council: Outturn, tmp_path: object) -> None:
    from pathlib import Path

    from tests.interfaces.cli.conftest import GOOD

    path = Path(str(tmp_path)) / "people.csv"
    path.write_text(
        (GOOD / "people.csv").read_text(encoding="utf-8").replace("Ada Example", "Ada Wren"), encoding="utf-8"
    )
    council.asks("load", path, "--as", ANN)
    (one,) = council.asks("find", "ada example")["found"]
    assert (one["ref"], one["name"], one["once_called"]) == ("P1", "Ada Wren", "Ada Example")
    assert council.asks("find", "ada wren")["found"][0]["once_called"] is None


def test_one_sort_is_asked_for_by_its_name(released: Outturn) -> None:
    assert {each["sort"] for each in released.asks("find", "1", "--only", "person")["found"]} == {"person"}
    assert released.refused("find", "1", "--only", "people")["kind"] == "NoSuchSort"
    assert released.refused("find", "--", "-")["kind"] == "NothingToFind"
