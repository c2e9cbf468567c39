"""Somebody paid before the run of their calendar, by the console: for days, and on account."""

from tests.interfaces.cli.conftest import ANN, BO, Outturn
from tests.interfaces.cli.runs.test_payrun import V1, V3

WHY = "Nothing in for the week-end"
URGENT = ("payrun", "urgent", "4W", "--reason", WHY, "--on", "2026-04-20", "--as", ANN)


def sign_and_release(council: Outturn, run: int) -> None:
    council.asks("payrun", "submit", run, "--as", ANN)
    assert WHY in council.says("payrun", "approve", run, "--as", BO)
    council.asks("payrun", "release", run, "--as", ANN)


def month(council: Outturn) -> int:
    return int(council.asks("payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)["total_pence"])


def test_a_payee_is_paid_urgently_and_the_run_of_the_calendar_takes_it_off(council: Outturn) -> None:
    made = council.asks(*URGENT, "--payee", "V3", "--last-day", "2026-04-19")
    assert (made["total_pence"], made["pay_date"], made["status"]) == (390_00 * 2, "2026-04-21", "calculated")
    assert made["urgent"] == {"for": "payee", "ref": "V3", "reason": WHY}
    assert f"Urgent, for payee V3 alone, prepared by {ANN}: {WHY}" in council.says("payrun", "show", made["run"])
    sign_and_release(council, made["run"])
    assert month(council) == V1 + V3 - 390_00 * 2
    assert council.asks("payrun", "show", 2)["urgent"] is None


def test_a_sum_on_account_waits_with_what_takes_it_off(council: Outturn) -> None:
    entered = council.asks(*URGENT, "--payee", "V3", "--service", "RES", "--sum", "1,500.00")
    ref, back = entered["on_account"], entered["taken_off"]
    assert entered["run"] is None and back == f"{ref}-OFF"
    rows = council.asks("waiting", "show", entered["load"])["rows"]
    assert {row["ref"]: row["columns"]["amount"] for row in rows} == {ref: "1500.00", back: "-1500.00"}
    assert back in rows[0]["columns"]["reason"] and ref in rows[1]["columns"]["reason"]
    assert council.refused(*URGENT, "--adjustment", ref)["kind"] == "NoSuchReference"
    council.asks("waiting", "confirm", entered["load"], ref, "--as", BO)
    assert council.refused(*URGENT, "--adjustment", ref)["kind"] == "HalfOnAccount"
    council.asks("waiting", "confirm", entered["load"], back, "--as", BO)
    assert council.refused(*URGENT, "--adjustment", back)["kind"] == "HalfOnAccount"
    sign_and_release(council, council.asks(*URGENT, "--adjustment", ref)["run"])
    assert month(council) == V1 + V3 - 1_500_00


def test_what_is_asked_is_said_whole(council: Outturn) -> None:
    assert council.says(*URGENT, code=2) and council.says(*URGENT, "--payee", "V1", "--line", "L1", code=2)
    assert "Name a --line" in council.says(*URGENT, "--payee", "V3", "--sum", "250.00", code=2)
    assert "above nought" in council.says(*URGENT, "--line", "L1", "--sum", "0.00", code=2)
    short = ("payrun", "urgent", "4W", "--line", "L1", "--reason", "ok", "--as", ANN)
    assert council.refused(*short)["kind"] == "NoReason"


def test_what_cannot_be_paid_enters_nothing(council: Outturn) -> None:
    """A sum on account for somebody of another calendar, and a day to pay on that has gone by."""
    weekly = ("payrun", "urgent", "W", *URGENT[3:])
    for whom in (("--payee", "V3", "--service", "RES"), ("--line", "L1")):
        assert council.refused(*weekly, *whom, "--sum", "50.00")["kind"] == "OfAnotherCalendar"
    assert council.asks("waiting", "list")["loads"] == []
    late = council.refused(*URGENT, "--payee", "V3", "--last-day", "2026-04-19", "--pay-on", "2026-04-17")
    assert late["kind"] == "PaidInThePast" and council.asks("payrun", "list")["runs"] == []
