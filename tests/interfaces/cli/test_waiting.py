"""What a load that waits would do is what it does once it is confirmed: to the penny, in the next run."""

import csv
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from finance.facts import tables as t
from interfaces.database.connection import Database
from tests.interfaces.cli.conftest import ANN, BO, GOOD, Outturn

CHANGES: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("rates", 5, {"rate": "395.00"}),
    ("agreed_rates", 1, {"rate": "970.55"}),
    ("blocks", 0, {"rate": "12,999.99"}),
    ("contracts", 0, {"retainer": "0", "terms_from": "always"}),
)


def told(outturn: Outturn, folder: Path, extract: str, row: int, changed: dict[str, str]) -> int:
    with (GOOD / f"{extract}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row] |= changed
    with (folder / f"{extract}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[row]])
        writer.writeheader()
        writer.writerows(rows)
    return int(outturn.asks("load", folder / f"{extract}.csv", "--as", ANN)["files"][0]["load"])


@pytest.mark.parametrize(("extract", "row", "changed"), CHANGES, ids=[each[0] for each in CHANGES])
def test_days_past_come_to_what_the_next_run_adjusts(
    released: Outturn, database: Database, tmp_path: Path, extract: str, row: int, changed: dict[str, str]
) -> None:
    with database.read() as connection:
        known = connection.execute(select(func.max(t.change.c.nr))).scalar_one()
    load = told(released, tmp_path, extract, row, changed)
    effect: dict[str, Any] = released.asks("waiting", "effect", load, "--on", "2026-05-05")
    assert released.asks("waiting", "effect", load, "--on", "2026-05-05") == effect
    with database.read() as connection:  # only the load itself was recorded, and it waits still
        assert connection.execute(select(func.max(t.change.c.nr))).scalar_one() == known + 1 == load
    assert [each["load"] for each in released.asks("waiting", "list")["loads"]] == [load]
    assert effect["past_pence"] == sum(each["past_pence"] for each in effect["by_payee"])
    released.asks("waiting", "confirm", load, "--as", BO)
    run = released.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", ANN)["run"]
    lines = released.asks("payrun", "lines", run)["lines"]
    assert effect["past_pence"] == sum(each["amount_pence"] for each in lines if each["last_day"] == "2026-05-03")


def test_a_week_then_is_by_hand(released: Outturn, tmp_path: Path) -> None:
    load = told(released, tmp_path, "rates", 5, {"rate": "395.00"})  # the direct payment, from £390.00 a week
    effect = released.asks("waiting", "effect", load, "--on", "2026-05-05")
    assert (effect["week"], effect["lines"]) == ("2026-05-11", 1)
    assert (effect["was_pence"], effect["now_pence"], effect["past_pence"]) == (390_00, 395_00, 4 * 5_00)
    assert [(each["ref"], each["now_pence"]) for each in effect["by_person"]] == [("P2", 395_00)]
    said = released.says("waiting", "effect", load, "--on", "2026-05-05")
    assert "£395.00 in the week from 11 May 2026, £390.00 without it; and £20.00 for days already past" in said
    nothing = told(released, tmp_path, "rates", 1, {"rate": "1,050.00"})  # nobody is paid by it
    assert "Nothing that is paid by line would move" in released.says("waiting", "effect", nothing)


def test_a_price_far_from_what_it_was_is_confirmed_by_its_name(released: Outturn, tmp_path: Path) -> None:
    near = told(released, tmp_path, "agreed_rates", 1, {"rate": "1,051.00"})  # from £955.50: within 10%
    assert released.asks("waiting", "confirm", near, "--as", BO)["files"][0]["changed"] == 1
    ended = {"end_date": "2026-05-31"}
    far = told(released, tmp_path, "rates", 5, ended | {"rate": "429.01"})
    refused = released.refused("waiting", "confirm", far, "--as", BO)
    assert (refused["kind"], refused["what"]) == (
        "PricesFarFromBefore",
        "1 of the prices moves by more than 10%: R6 (390.00 → 429.01, +10.0%).",
    )
    assert released.asks("waiting", "confirm", far, "R6", "--as", BO)["files"][0]["changed"] == 1
    after = {**ended, "rate_ref": "R7", "rate": "520.00", "start_date": "2026-06-01", "end_date": ""}
    follows = told(released, tmp_path, "rates", 5, after)  # of a new reference, the one before it for the same
    assert "R7 (429.01 → 520.00, +21.2%)" in released.refused("waiting", "confirm", follows, "--as", BO)["what"]


def test_sums_that_wait_are_added_up(outturn: Outturn) -> None:
    outturn.asks("officer", "add", BO, "manager", "--limit", "40,000", "--as", BO)
    outturn.asks("officer", "add", ANN, "clerk", "--as", BO)
    outturn.asks("load", GOOD, "--as", ANN)  # adjustments of £150.00 and -£42.10
    (load,) = outturn.asks("waiting", "list")["loads"]
    assert outturn.asks("waiting", "effect", load["load"])["sums_pence"] == 150_00 - 42_10
    assert "come to £107.90" in outturn.says("waiting", "effect", load["load"])
