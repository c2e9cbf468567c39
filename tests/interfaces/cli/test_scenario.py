"""Scenarios and the demonstration by the console command."""

from pathlib import Path

from tests.interfaces.cli.conftest import Outturn

PUBLISHED = Path(__file__).parents[2] / "scenarios" / "published"


def test_a_scenario_passes_and_one_with_another_sum_says_by_how_much(bare: Outturn, tmp_path: Path) -> None:
    for name in ("council.toml", "hk_wk_01.toml"):
        (tmp_path / name).write_text((PUBLISHED / name).read_text(encoding="utf-8"), encoding="utf-8")
    told = bare.asks("scenario", tmp_path)
    assert (told["passed"], told["failed"]) == (1, 0)
    # Three days of £700.00 a week are £300.00. Expect a penny more, and it must be noticed.
    text = (tmp_path / "hk_wk_01.toml").read_text(encoding="utf-8")
    (tmp_path / "hk_wk_01.toml").write_text(text.replace('sum = "300.00"', 'sum = "300.01"'), encoding="utf-8")
    told = bare.asks("scenario", tmp_path / "hk_wk_01.toml", code=1)
    assert "expected £300.01, came out £300.00" in told["scenarios"][0]["failures"][0]
    assert "expected £300.01, came out £300.00" in bare.says("scenario", tmp_path, "--steps", code=1)


def test_a_file_that_is_no_scenario_is_named_and_the_others_are_run(bare: Outturn, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("title = ", encoding="utf-8")
    told = bare.asks("scenario", tmp_path, code=1)
    assert (told["failed"], told["scenarios"][0]["passed"]) == (1, False)
    assert told["scenarios"][0]["problems"]
    (tmp_path / "bad.toml").unlink()
    assert bare.refused("scenario", tmp_path)["kind"] == "NoScenario"


def test_the_demonstration_ends_proved_with_a_page_to_start_from(bare: Outturn, tmp_path: Path) -> None:
    told = bare.asks("demo", "--people", 60, "--folder", tmp_path / "county")
    assert told["proved"] is True and len(told["runs"]) == 2
    assert Path(told["index"]).is_file()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "keep.txt").write_text("mine", encoding="utf-8")
    assert bare.refused("demo", "--people", 60, "--folder", tmp_path / "mine")["kind"] == "FolderInUse"
    assert (tmp_path / "mine" / "keep.txt").read_text(encoding="utf-8") == "mine"
