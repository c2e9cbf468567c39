"""Setting a council up, and what is said when it has not been."""

from pathlib import Path

import pytest

from tests.interfaces.cli.conftest import Outturn

COUNCIL = """
[council]
name = "Made-up Council"
[tiers]
"manager" = 20_000
"director" = 2500000.50
[officers]
"Bo Approver" = "manager"
"Di Rector" = "director"
[payments]
tolerance_percent = 5
"""


def test_init_makes_a_database_names_officers_and_may_be_run_again(bare: Outturn, tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text(COUNCIL, encoding="utf-8")
    place = f"sqlite:///{tmp_path / 'new' / 'care.db'}"
    for _ in range(2):
        made = bare.asks("init", "--database", place, "--council", tmp_path / "council.toml", "--tier", "clerk=1,000.00")
        assert made["tiers_pence"] == {"manager": 20_000_00, "director": 2_500_000_50, "clerk": 1_000_00}
    listed = bare.asks("officer", "list", "--database", place)
    assert listed["officers"] == [
        {"name": "Bo Approver", "role": "manager", "limit_pence": 20_000_00},
        {"name": "Di Rector", "role": "director", "limit_pence": 2_500_000_50},
    ]
    assert "£2,500,000.50" in bare.says("officer", "list", "--database", place)
    assert bare.asks("migrate", "--database", place)["migrated"] is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[councils]\nname = 'x'", "[councils] means nothing here"),
        ("[tiers]\nmanager = 'lots'", "[tiers] manager: “lots” is not an amount of money"),
        ("[tiers]\nmanager = 1\n[officers]\nBo = 'manger'", "[officers] Bo: “manger” is not one of the tiers"),
        ("[payments]\nrounding = 'down'", "rounding “down” is not known"),
        ("[tiers", "cannot be used"),
    ],
)
def test_a_faulty_council_file_is_refused_and_makes_nothing(bare: Outturn, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "council.toml").write_text(text, encoding="utf-8")
    refused = bare.refused("init", "--database", f"sqlite:///{tmp_path}/x.db", "--council", tmp_path / "council.toml")
    assert words in f"{refused['what']} {refused['what_to_do']}"
    assert not (tmp_path / "x.db").exists()


def test_an_officer_keeps_their_role(outturn: Outturn) -> None:
    outturn.asks("officer", "add", "Bo", "manager", "--limit", "20000")
    assert "already on the list as manager" in outturn.refused("officer", "add", "Bo", "director")["what"]
    assert outturn.asks("officer", "add", "Bo", "manager")["limits_pence"] == [20_000_00]


def test_a_database_that_is_not_there_is_a_sentence_not_a_traceback(bare: Outturn, tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path / 'nowhere.db'}"
    refused = bare.refused("payrun", "list", "--database", place)
    assert refused["kind"] == "NotSetUp"
    code, out, err = bare("payrun", "list", "--database", place)
    assert (code, out) == (1, "")
    assert err.startswith("There is no sqlite:///") and "Run “outturn init” first" in err and "Traceback" not in err
    assert not (tmp_path / "nowhere.db").exists()


def test_a_database_without_tables_and_a_wrong_address_are_refused(bare: Outturn, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert "holds no council yet" in bare.refused("payrun", "list", "--database", f"sqlite:///{tmp_path}/empty.db")["what"]
    assert "is not the address of a database" in bare.refused("payrun", "list", "--database", "care")["what"]
    unreachable = "postgresql://nobody:secret@127.0.0.1:1/care"
    refused = bare.refused("payrun", "list", "--database", unreachable)
    assert "cannot be opened" in refused["what"] and "secret" not in str(refused)


def test_what_is_not_understood_ends_with_2(bare: Outturn, tmp_path: Path) -> None:
    assert bare("nonsense")[0] == 2
    assert bare("payrun", "show")[0] == 2
    assert "No such command" in bare.refused("nonsense", code=2)["what"]
    assert "is not a day" in bare.refused("calendar", "list", "--on", "31/02/2026", code=2)["what"]


def test_who_is_acting_must_be_said_by_those_who_change_something(outturn: Outturn, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = outturn.refused("payrun", "draft", "4W", "--on", "2026-05-04", code=2)
    assert "Say who you are" in refused["what"]
    monkeypatch.setenv("OUTTURN_USER", "Ann")
    assert "There is no pay calendar “4W”" in outturn.refused("payrun", "draft", "4W", "--on", "2026-05-04")["what"]
