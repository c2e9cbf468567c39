"""Whoever is to sign for a run is shown who told of what it pays by, and who confirmed it."""

from pathlib import Path

from tests.interfaces.cli.conftest import ANN, BO, Outturn


def test_who_told_of_what_a_run_pays_and_who_confirmed_it(released: Outturn, tmp_path: Path) -> None:
    (tmp_path / "adjustments.csv").write_text(
        "adjustment_ref,payee_ref,calendar_ref,service_ref,person_ref,date,amount,reason,entered_by\n"
        f"A9,V3,4W,DP,,2026-05-20,75.00,Taxi to the hospital,{ANN}\n",
        encoding="utf-8",
    )
    released.told(tmp_path / "adjustments.csv", ANN, BO)
    (tmp_path / "suspensions.csv").write_text(
        "suspension_ref,line_ref,start_date,end_date,reason,paid\nS9,L2,2026-05-11,2026-05-17,holiday,0\n", "utf-8"
    )
    released.asks("load", tmp_path / "suspensions.csv", "--as", BO)
    run = released.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", ANN)["run"]
    told = {(each["what"], each["by"]): each for each in released.asks("payrun", "show", run)["told_by"]}
    assert set(told) == {("an adjustment", ANN), ("a suspension", BO)}  # the rest was known to run 1
    adjusted, away = told["an adjustment", ANN], told["a suspension", BO]
    assert (adjusted["confirmed_by"], adjusted["facts"], adjusted["lines"], adjusted["pence"]) == (BO, 1, 1, 75_00)
    assert (away["confirmed_by"], away["facts"], away["pence"]) == (None, 1, 3 * 390_00)
    said = released.says("payrun", "show", run)
    assert "New since the last run, and deciding this one" in said and "nobody" in said
    first = released.asks("payrun", "show", 1)
    assert first["told_by"] == []  # a released run is signed for by nobody any more


def test_bank_details_are_told_with_who_confirmed_them(council: Outturn) -> None:
    run = council.asks("payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)["run"]
    told = {each["what"]: each for each in council.asks("payrun", "show", run)["told_by"]}
    assert (told["bank details"]["by"], told["bank details"]["confirmed_by"]) == (ANN, BO)
    assert (told["a rate"]["by"], told["a rate"]["confirmed_by"]) == (ANN, None)
