"""A pay run by the console command, from draft to release, to the penny; and each way it may not happen."""

from pathlib import Path
from typing import Any

from tests.interfaces.cli.conftest import ANN, BO, Outturn

# Four weeks from 6 April 2026, by hand. V1: block £12,500.00; L1 £955.50 × 4 = £3,822.00, nursing £210.00 × 4 =
# £840.00, less contribution £187.40 × 4 = £749.60 and top-up £75.00 × 4 = £300.00; an adjustment of £150.00.
V1 = 12_500_00 + 3_822_00 + 840_00 - 749_60 - 300_00 + 150_00
V3 = 390_00 * 4  # a direct payment of £390.00 a week


def worked_out(council: Outturn) -> int:
    return int(council.asks("payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)["run"])


def test_a_run_from_draft_to_release(council: Outturn) -> None:
    drafted = council.asks("payrun", "draft", "4W", "--on", "2026-05-04", "--as", ANN)
    assert (drafted["first_day"], drafted["last_day"], drafted["pay_date"]) == (
        "2026-04-06",
        "2026-05-03",
        "2026-05-07",
    )
    made = council.asks("payrun", "calculate", drafted["run"], "--as", ANN)
    assert (made["status"], made["total_pence"], made["prepared_by"]) == ("calculated", V1 + V3, ANN)
    assert made["to_sign_for_pence"] == V1 + V3
    assert council.asks("payrun", "submit", made["run"], "--as", ANN)["status"] == "submitted"
    approved = council.asks("payrun", "approve", made["run"], "--signature", made["signature"][:12], "--as", BO)
    assert (approved["status"], approved["approved_by"]) == ("approved", BO)
    done = council.asks("payrun", "release", made["run"], "--as", ANN)
    assert (done["status"], done["paid_pence"], done["payees_paid"]) == ("released", V1 + V3, 2)
    (listed,) = council.asks("payrun", "list")["runs"]
    assert (listed["run"], listed["total_pence"], listed["status"]) == (made["run"], V1 + V3, "released")
    assert council.asks("payrun", "list", "--open")["runs"] == []
    assert "£17,822.40" in council.says("payrun", "list")


def test_the_run_is_shown_beside_the_last(released: Outturn) -> None:
    first = released.asks("payrun", "show", 1)
    assert first["last_run"] is None and first["difference_pence"] is None
    assert {(each["payee"], each["now_pence"]) for each in first["movers"]} == {("V1", V1), ("V3", V3)}
    assert {(each["before_pence"], each["difference_pence"]) for each in first["movers"]} == {(None, None)}
    assert "Before" not in released.says("payrun", "show", 1)
    assert [each["action"] for each in first["events"]] == [
        "drafted",
        "worked out",
        "submitted",
        "approved",
        "began releasing",
        "released",
    ]
    released.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", ANN)
    second = released.asks("payrun", "show", 2)
    assert second["last_run"]["run"] == 1
    assert second["difference_pence"] == second["total_pence"] - (V1 + V3)
    assert sum(each["total_pence"] for each in second["made_of"]) == second["total_pence"]
    shown = released.says("payrun", "show", 2)
    assert "Example House Limited (V1)" in shown and "Difference" in shown and "█" in shown


def test_lines_name_people_services_and_payees_with_references(council: Outturn) -> None:
    nr = worked_out(council)
    lines = council.asks("payrun", "lines", nr, "--payee", "V1")
    assert lines["of"] == 7 and sum(each["amount_pence"] for each in lines["lines"]) == V1
    care = next(
        each for each in lines["lines"] if each["line"] == "L1" and each["kind"] == "care" and not each["funder"]
    )
    assert (care["person"], care["service"], care["payee"], care["amount_pence"]) == ("P1", "RES", "V1", 3_522_00)
    assert (care["first_day"], care["last_day"], care["posted_pence"]) == ("2026-04-06", "2026-05-03", 0)
    borne = next(each for each in lines["lines"] if each["funder"])
    assert (borne["funder"], borne["amount_pence"]) == ("FAM", 300_00)
    shown = council.says("payrun", "lines", nr, "--limit", 1)
    assert "£12,500.00" in shown and "1 of 9" in shown
    assert council.refused("payrun", "lines", nr, "--payee", "V11")["what_to_do"] == "Did you mean V1?"


def test_the_preparer_may_not_approve_nor_anyone_above_their_tier(council: Outturn) -> None:
    asked = council.asks("officer", "add", "Di Manager", "manager", "--reason", "Appointed 1 May", "--as", BO)
    council.asks("officer", "confirm", asked["change"], "--as", ANN)
    asked = council.asks("officer", "change", ANN, "manager", "--reason", "Acting up in May", "--as", BO)
    council.asks("officer", "confirm", asked["change"], "--as", "Di Manager")
    asked = council.asks(
        "officer", "add", "Cy Junior", "clerk", "--limit", "17,822.39", "--reason", "Appointed 1 May", "--as", ANN
    )
    council.asks("officer", "confirm", asked["change"], "--as", BO)
    nr = worked_out(council)
    council.asks("payrun", "submit", nr, "--as", ANN)
    assert council.refused("payrun", "approve", nr, "--as", ANN)["kind"] == "OwnWork"
    assert council.refused("payrun", "approve", nr, "--as", "Cy Junior")["kind"] == "OverTheTier"
    assert council.refused("payrun", "approve", nr, "--as", "Nobody")["kind"] == "NotAnOfficer"
    assert council.refused("payrun", "release", nr, "--as", ANN)["kind"] == "WrongState"
    wrong = council.refused("payrun", "approve", nr, "--signature", "0" * 64, "--as", BO)
    assert wrong["kind"] == "SignatureVoid"
    assert council("payrun", "approve", nr, "--signature", "9f", "--as", BO)[0] == 2
    assert council.asks("payrun", "show", nr)["status"] == "submitted"


def test_sent_back_then_abandoned_the_next_run_proposes_the_same_money(council: Outturn) -> None:
    nr = worked_out(council)
    council.asks("payrun", "submit", nr, "--as", ANN)
    assert council.asks("payrun", "send-back", nr, "--note", "look again", "--as", BO)["status"] == "calculated"
    assert council.refused("payrun", "draft", "4W", "--on", "2026-05-04", "--as", ANN)["kind"] == "RunAlreadyOpen"
    assert council.asks("payrun", "abandon", nr, "--note", "wrong extract", "--as", ANN)["status"] == "abandoned"
    again = worked_out(council)
    assert council.asks("payrun", "show", again)["total_pence"] == V1 + V3
    assert [each["note"] for each in council.asks("payrun", "show", nr)["events"]] == [
        None,
        None,
        None,
        "look again",
        "wrong extract",
    ]


def test_a_run_half_made_goes_on_and_a_day_without_a_cut_off_is_refused(council: Outturn) -> None:
    early = council.refused("payrun", "run", "4W", "--on", "2026-05-03", "--as", ANN)
    assert "the next cut-off is 4 May 2026" in early["what"]
    drafted = council.asks("payrun", "draft", "4W", "--last-day", "19/04/2026", "--on", "2026-05-03", "--as", ANN)
    assert (drafted["last_day"], drafted["interim"]) == ("2026-04-19", True)
    went_on = council.asks("payrun", "run", "4W", "--on", "2026-05-03", "--as", ANN)
    assert (went_on["run"], went_on["status"], went_on["interim"]) == (drafted["run"], "calculated", True)
    again = council.asks("payrun", "run", "4W", "--on", "2026-05-03", "--as", ANN)  # not yet submitted: afresh
    assert (again["run"], again["status"]) == (drafted["run"], "calculated")
    assert "An interim run: 19 April 2026 is inside the period 6 April 2026 to 3 May 2026" in council.says(
        "payrun", "show", 1
    )
    council.asks("payrun", "abandon", 1, "--note", "whole period instead", "--as", ANN)
    assert council.asks("payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)["interim"] is False
    assert "nterim" not in council.says("payrun", "show", 2)


def test_a_held_line_waits_and_comes_back_identical(council: Outturn) -> None:
    nr = worked_out(council)
    hold = council.asks("payrun", "hold", "--line", "L2", "--reason", "hours disputed", "--as", ANN)["hold"]
    (held,) = council.asks("payrun", "holds")["holds"]
    assert (held["ref"], held["scope"], held["reason"]) == ("L2", "line", "hours disputed")
    council.asks("payrun", "submit", nr, "--as", ANN)
    council.asks("payrun", "approve", nr, "--as", BO)
    done = council.asks("payrun", "release", nr, "--as", ANN)
    assert (done["paid_pence"], done["held_pence"]) == (V1, V3)
    council.asks("payrun", "let-go", hold, "--as", BO)
    assert council.asks("payrun", "holds")["holds"] == []
    council.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", ANN)
    lines = council.asks("payrun", "lines", 2, "--payee", "V3")["lines"]
    assert sum(each["amount_pence"] for each in lines if each["last_day"] == "2026-05-03") == V3
    assert council("payrun", "hold", "--reason", "x", "--as", ANN)[0] == 2
    assert council.refused("payrun", "let-go", 99, "--as", ANN)["what"].startswith("There is no hold 99")


def test_a_finding_to_deal_with_stops_approval_until_another_accepts_it(released: Outturn, tmp_path: Path) -> None:
    rise = tmp_path / "agreed_rates.csv"
    rise.write_text(
        "rate_ref,line_ref,rate,start_date,end_date\nAR3,L2,390.00,2026-04-06,2026-05-03\nAR9,L2,780.00,2026-05-04,\n",
        encoding="utf-8",
    )
    released.told(rise, ANN, BO)
    released.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", ANN)
    released.asks("payrun", "submit", 2, "--as", ANN)
    (stop,) = released.asks("payrun", "findings", 2, "--severity", "stop")["findings"]
    # £390.00 a week less 40% the NHS bears is £936.00 in four weeks; at £780.00 twice that. Both funders together:
    # £3,120.00.
    assert (stop["check"], stop["line"], stop["payee"]) == ("doubled", "L2", "V3")
    assert (stop["amount_pence"], stop["before_pence"]) == (2 * V3, V3)
    assert released.refused("payrun", "approve", 2, "--as", BO)["kind"] == "FindingsOpen"
    both = released.refused("payrun", "approve", 2, "--as", ANN)  # everything that stands in the way at once
    assert [each["where"] for each in both["problems"]] == ["FindingsOpen", "OwnWork", "OverTheTier"]
    assert "(3)" in released.says("payrun", "approve", 2, "--as", ANN, code=1)
    own = released.refused("payrun", "accept", 2, stop["finding"], "--reason", "fine", "--as", ANN)
    assert "prepared" in own["what"]
    for nothing in ("ok", "fine, looks ok to me", "aaaaaaaaaaaaaaa", "L2 22/5"):
        refused = released.refused("payrun", "accept", 2, stop["finding"], "--reason", nothing, "--as", BO)
        assert refused["kind"] == "NoReason"
    wrong = released.refused("payrun", "accept", 2, "--check", "double", "--reason", "panel letter seen", "--as", BO)
    assert "doubled" in wrong["what_to_do"]
    assert released("payrun", "accept", 2, "--reason", "panel letter seen", "--as", BO)[0] == 2
    together = ("payrun", "accept", 2, "--check", "doubled", "--reason", "panel letter seen", "--as", BO, "--count")
    assert released.refused(*together, 7)["kind"] == "OtherFindings"
    done = released.asks(*together, 1)
    assert done == {"run": 2, "accepted": [stop["finding"]], "by": BO, "stops_left": 0}
    assert released.asks("payrun", "findings", 2, "--severity", "stop", "--waiting")["of"] == 0
    assert "panel letter seen" in released.says("payrun", "findings", 2)
    assert released.asks("payrun", "approve", 2, "--as", BO)["status"] == "approved"


def test_how_often_a_check_fired_and_what_came_of_it_is_kept(released: Outturn, tmp_path: Path) -> None:
    def agreed(pounds: str) -> None:
        (tmp_path / "agreed_rates.csv").write_text(
            "rate_ref,line_ref,rate,start_date,end_date\nAR3,L2,390.00,2026-04-06,2026-05-03\n"
            f"AR9,L2,{pounds},2026-05-04,\n",
            encoding="utf-8",
        )
        released.told(tmp_path / "agreed_rates.csv", ANN, BO)

    def doubled() -> dict[str, Any]:
        every = {each["check"]: each for each in released.asks("payrun", "checks")["checks"]}
        assert every["after death"]["fired"] == 0, "one that has never fired is listed as well"
        return dict(every["doubled"])

    agreed("780.00")
    released.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", ANN)
    before = doubled()
    assert (before["runs"], before["fired"], before["left"], before["moved_pence"]) == (1, 1, 1, V3)
    whole = released.asks("payrun", "findings", 2)
    assert whole["of"] == len(whole["findings"]) == sum(each["count"] for each in whole["groups"]) > 1
    some = released.asks("payrun", "findings", 2, "--limit", 1)
    assert len(some["findings"]) == 1 and some["groups"] == whole["groups"], "none hides another"
    agreed("390.00")
    released.asks("payrun", "calculate", 2, "--as", ANN)
    after = doubled()
    assert (after["fired"], after["left"], after["changed"], after["moved_changed_pence"]) == (1, 0, 1, V3)
    released.asks("payrun", "abandon", 2, "--note", "begun too early", "--as", ANN)
    assert doubled()["changed"] == 1
    assert "Might be wrong" in released.says("payrun", "checks", "--since", "2026-05-04")
    assert released.asks("payrun", "checks", "--since", "2027-01-01")["checks"][0]["fired"] == 0


def test_what_a_payee_owes_becomes_a_debt(council: Outturn, tmp_path: Path) -> None:
    (tmp_path / "adjustments.csv").write_text(
        "adjustment_ref,payee_ref,calendar_ref,service_ref,person_ref,date,amount,reason,entered_by\n"
        "A9,V3,4W,DP,,2026-04-20,-5000.00,Paid twice in March,Ann Preparer\n",
        encoding="utf-8",
    )
    council.told(tmp_path / "adjustments.csv", ANN, BO)
    nr = worked_out(council)
    (finding,) = council.asks("payrun", "findings", nr, "--check", "takes back")["findings"]
    assert (finding["payee"], finding["amount_pence"]) == ("V3", V3 - 5_000_00)
    shown = council.asks("payrun", "show", nr)  # what is paid is signed for in full, whatever is taken back elsewhere
    assert (shown["total_pence"], shown["to_sign_for_pence"]) == (V1 + V3 - 5_000_00, V1)
    assert "To be signed for" in council.says("payrun", "show", nr)
    council.asks("payrun", "submit", nr, "--as", ANN)
    council.asks("payrun", "approve", nr, "--as", BO)
    done = council.asks("payrun", "release", nr, "--as", ANN)
    assert (done["paid_pence"], done["carried_forward_pence"]) == (V1, V3 - 5_000_00)
    asked = council.asks("officer", "alone", "manager", "3,439.99", "--reason", "Scheme of 2026", "--as", BO)
    assert council.refused("payrun", "debt", nr, "V3", "--as", ANN)["kind"] == "OverTheTier"  # a clerk signs for none
    assert council.refused("officer", "confirm", asked["change"], "--as", BO)["kind"] == "OfficerNeedsASecondPerson"
    council.asks("officer", "confirm", asked["change"], "--as", ANN)
    assert "alone" in council.refused("payrun", "debt", nr, "V3", "--as", BO)["what"]
    asked = council.asks("officer", "alone", "manager", "3,440", "--reason", "Scheme of 2026", "--as", BO)
    council.asks("officer", "confirm", asked["change"], "--as", ANN)
    assert council.asks("payrun", "debt", nr, "V3", "--as", BO)["debt_pence"] == 5_000_00 - V3
    assert "owes nothing" in council.refused("payrun", "debt", nr, "V3", "--as", BO)["what"]


def test_what_cannot_be_worked_out_is_parked_and_everyone_else_is_paid(council: Outturn) -> None:
    assert council.asks("payrun", "parked", worked_out(council))["parked"] == []
    assert "Every case could be worked out" in council.says("payrun", "parked", 1)
    assert council.refused("payrun", "show", 7)["what"] == "There is no run 7."


def test_above_the_sum_a_role_signs_for_alone_two_sign(council: Outturn, tmp_path: Path) -> None:
    """Asked for and confirmed, shown where officers, runs and the proof are; the first signature releases nothing."""
    asked = council.asks("officer", "add", "Di Manager", "manager", "--reason", "Appointed 1 May", "--as", BO)
    council.asks("officer", "confirm", asked["change"], "--as", ANN)
    asked = council.asks("officer", "alone", "manager", "10,000", "--reason", "Scheme of 2026", "--as", BO)
    assert (asked["alone_pence"], asked["counts"]) == (10_000_00, False)
    assert council.asks("officer", "list")["tiers"][0]["alone_pence"] is None
    council.asks("officer", "confirm", asked["change"], "--as", "Di Manager")
    tiers = {each["role"]: each["alone_pence"] for each in council.asks("officer", "list")["tiers"]}
    assert tiers["manager"] == 10_000_00
    assert "Manager may sign alone for up to £10,000.00: above it two" in council.says("officer", "list")
    assert "Manager alone up to £10,000.00" in council.says("officer", "history")
    nr = worked_out(council)
    council.asks("payrun", "submit", nr, "--as", ANN)
    first = council.asks("payrun", "approve", nr, "--as", BO)
    assert (first["status"], first["approvals_needed"], len(first["approvals"])) == ("submitted", 2, 1)
    shown = council.asks("payrun", "show", nr)
    assert (shown["approved_by"], [each["by"] for each in shown["approvals"]]) == (None, [BO])
    assert "the first of two: another approver signs next" in council.says("payrun", "show", nr)
    assert council.refused("payrun", "release", nr, "--as", ANN)["kind"] == "WrongState"
    assert council.refused("payrun", "approve", nr, "--as", BO)["kind"] == "SignedAlready"
    said = council.says("payrun", "approve", nr, "--as", "Di Manager")
    assert f"Signed by {BO}, manager and Di Manager, manager" in said and f"outturn payrun release {nr}" in said
    council.asks("payrun", "release", nr, "--as", ANN)
    assert council.asks("payrun", "show", nr)["approved_by"] == "Di Manager"
    council.asks("payrun", "files", nr, "--folder", tmp_path / "out", "--as", ANN)
    (proved,) = council.asks("proof", code=1)["runs"]  # other funders have nobody to bill yet: it owes its recharges
    assert proved["holds"] is True


def test_a_run_in_arrears_does_not_pay_for_months_to_come_unsaid(council: Outturn) -> None:
    far = ("payrun", "draft", "4W", "--last-day", "2026-12-13", "--as", ANN)
    refused = council.refused(*far, "--on", "2026-05-04")
    assert refused["kind"] == "FarAhead" and "13 December 2026" in refused["what"]
    near = council.asks("payrun", "draft", "4W", "--last-day", "2026-05-10", "--as", ANN, "--on", "2026-05-04")
    assert near["interim"], "days of the period now running may be paid before it ends"
    council.asks("payrun", "abandon", near["run"], "--note", "to ask again", "--as", ANN)
    assert council.asks(*far, "--on", "2026-12-01")["run"], "whoever acts for a later day says so"
