"""Everything told to wait is one list: who, when, why, since how long, and how much it keeps back."""

from tests.interfaces.cli.conftest import ANN, BO, Outturn


def only(outturn: Outturn, *more: object) -> dict[str, object]:
    (one,) = outturn.asks("holds", *more)["held"]
    return dict(one)


def test_a_hold_is_dated_by_the_day_its_officer_acted_for(released: Outturn) -> None:
    released.asks("payrun", "hold", "--payee", "V1", "--reason", "Invoice disputed", "--as", BO, "--on", "2026-05-20")
    held = only(released, "--on", "2026-05-30")
    assert (held["since"], held["days"], held["by"], held["reason"]) == ("2026-05-20", 10, BO, "Invoice disputed")
    assert released.asks("holds", "--on", "2026-05-19")["held"] == [], "as it stood the day before"
    assert released.asks("payrun", "holds")["holds"][0]["held_on"] == "2026-05-20"
    released.asks("payrun", "let-go", 1, "--as", BO, "--on", "2026-06-02")
    assert only(released, "--on", "2026-06-01")["ref"] == "hold 1"
    assert released.asks("holds", "--on", "2026-06-02")["held"] == released.asks("holds")["held"] == []


def test_a_hold_keeps_back_what_waits_for_it_and_not_what_is_paid(released: Outturn) -> None:
    hold = ("payrun", "hold", "--line", "L1", "--reason", "Hours disputed", "--as", BO, "--on", "2026-05-20")
    released.asks(*hold)
    assert only(released)["kept_back_pence"] == 0, "run 1 had paid it"
    run = released.asks("payrun", "run", "4W", "--on", "2026-06-02", "--as", ANN)["run"]
    lines = released.asks("payrun", "lines", run, "--limit", 500)["lines"]
    waits = sum(each["amount_pence"] for each in lines if each["line"] == "L1")
    assert waits and only(released)["kept_back_pence"] == waits
    for verb, by in (("submit", ANN), ("approve", BO), ("release", ANN)):
        released.asks("payrun", verb, run, "--as", by)
    assert only(released)["kept_back_pence"] == waits, "released without it, it is kept back still"


def test_a_payment_withheld_is_in_the_list_until_it_is_paid(outturn: Outturn, council: Outturn) -> None:
    found = {each["sort"] for each in council.asks("holds")["held"]}
    assert found == set(), "nothing has been paid, or withheld, yet"
    assert "Nothing waits" in council.says("holds")


def test_what_is_held_is_shown_with_whose_it_is(released: Outturn) -> None:
    released.asks("payrun", "hold", "--line", "L1", "--reason", "Hours disputed", "--as", BO, "--on", "2026-05-20")
    released.asks("payrun", "hold", "--payee", "V1", "--reason", "Invoice disputed", "--as", BO, "--on", "2026-05-21")
    person, payee = (released.asks("show", ref, "--on", "2026-05-30")["holds"] for ref in ("P1", "V1"))
    assert [each["reason"] for each in person] == ["Hours disputed"]
    assert [(each["reason"], each["held_on"]) for each in payee] == [("Invoice disputed", "2026-05-21")]
    assert released.asks("show", "V1", "--on", "2026-05-20")["holds"] == []
    assert "Told to wait" in released.says("show", "P1", "--on", "2026-05-30")
    assert released.asks("show", "P2", "--on", "2026-05-30")["holds"] == []
