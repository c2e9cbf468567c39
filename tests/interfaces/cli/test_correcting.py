"""An officer corrects one fact at the console, and why is found again."""

from tests.interfaces.cli.conftest import ANN, Outturn

WHY = ("--reason", "Panel of 3 May", "--as", ANN)


def test_a_correction_is_shown_recorded_and_explained(council: Outturn) -> None:
    shown = council.asks("correct", "L3", "quantity=12", *WHY, "--preview")
    assert shown["moved"] == [{"column": "quantity", "before": "10.5", "after": "12"}] and not shown["recorded"]
    assert council.asks("correct", "L3", "quantity=12", *WHY, "--preview") == shown, "a preview records nothing"
    done = council.asks("correct", "L3", "quantity=12", *WHY)
    assert done["recorded"] and "12 hours a week" in council.asks("show", "L3", "--on", "2026-04-08")["plan"]
    assert "Panel of 3 May" in council.asks("show", "L3", "--on", "2026-04-08")["told"]
    assert "Panel of 3 May" in council.says("explain", f"change {done['change']}")
    assert not council.asks("correct", "L3", "quantity=12", *WHY)["recorded"], "said again, it changes nothing"


def test_who_and_why_are_asked_for(council: Outturn) -> None:
    said = ("correct", "L3", "quantity=12")
    assert council.refused(*said, "--reason", "x", "--as", ANN)["kind"] == "NoReason"
    assert council.refused(*said, "--reason", "Panel of 3 May", "--as", "A stranger")["kind"] == "NotAnOfficer"
    assert council.asks("correct", "L3", "quantity", *WHY, code=2)["error"]["kind"] == "Usage"


def test_account_numbers_are_hidden_and_wait_for_a_second_person(council: Outturn) -> None:
    out = council.says("correct", "B1", "account_number=11112222", *WHY)
    assert "••••2222" in out and "11112222" not in out
    assert "B1" in [each["ref"] for each in council.asks("bank", "list")["waiting"]]


def test_what_is_taken_away_is_said(council: Outturn) -> None:
    done = council.asks("correct", "P3", "date_of_death=", *WHY)
    assert done["notes"], "a death taken back is something to look at"
