"""Prices raised together, with none passed over unsaid; and taken back to what they were."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from finance.facts import tables as t
from interfaces.database.connection import Database
from tests.interfaces.cli.conftest import ANN, BO, Outturn

WHY = ("--reason", "Cabinet of 9 February")
SINCE = dt.date(2026, 6, 1)
Price = tuple[str, int, int, dt.date, dt.date | None]


def proposed(outturn: Outturn, percent: object, *more: object) -> dict[str, Any]:
    answer: dict[str, Any] = outturn.asks(
        "uplift", "propose", "--percent", percent, "--from", SINCE, *more, *WHY, "--as", ANN
    )
    return answer


def confirmed(outturn: Outturn, load: int) -> None:
    rows = outturn.asks("waiting", "show", load)["rows"]
    outturn.asks("waiting", "confirm", load, *(row["ref"] for row in rows), "--as", BO)


def prices(database: Database) -> set[Price]:
    """Every price believed: its table, of what, how much and when."""
    found: set[Price] = set()
    with database.read() as connection:
        for table, of in ((t.rate, "contract"), (t.block, "contract"), (t.agreed_rate, "line")):
            price = table.c
            query = select(price[of], price.rate, price.starts, price.ends).where(price.superseded.is_(None))
            found |= {(table.name, *row) for row in connection.execute(query)}
    return found


def test_every_price_is_raised_or_left_with_why(released: Outturn, database: Database) -> None:
    before = prices(database)
    seen = proposed(released, "4.5", "--preview")
    held = {each for each in before if each[4] is None or each[4] > SINCE}
    assert len(seen["raised"]) + len(seen["left"]) == len(held)
    assert all(each["why"] for each in seen["left"])
    done = proposed(released, "4.5")
    assert done["load"] and prices(database) == before  # they wait
    assert proposed(released, "4.5")["load"] is None  # and wait once
    confirmed(released, done["load"])
    after = prices(database)
    raised = {(kind, of, rate, ends) for kind, of, rate, starts, ends in after if starts == SINCE}
    ended = {each for each in held if each not in after}
    assert len(raised) == len(ended) == len(seen["raised"]) > 0
    for kind, of, rate, starts, ends in ended:
        assert (kind, of, rate, starts, SINCE) in after
        pence = (2 * rate * 1045 // 1000 + 100) // 200  # to the penny, a half up
        assert (kind, of, 100 * pence, ends) in raised


def test_taken_back_everything_stands_as_it_stood(released: Outturn, database: Database) -> None:
    before = prices(database)
    load = proposed(released, "-2.25", "--step", "0.0001")["load"]
    assert "waiting withdraw" in released.refused("uplift", "undo", load, *WHY, "--as", ANN)["what_to_do"]
    confirmed(released, load)
    assert prices(database) != before
    shown = released.asks("uplift", "undo", load, *WHY, "--preview", "--as", ANN)
    assert shown["load"] is None and {each["goes"] for each in shown["prices"]} == {True, False}
    confirmed(released, released.asks("uplift", "undo", load, *WHY, "--as", ANN)["load"])
    assert prices(database) == before
    assert "has been changed since" in released.refused("uplift", "undo", load, *WHY, "--as", ANN)["what"]


def test_its_effect_is_what_the_prices_say(released: Outturn) -> None:
    load = proposed(released, "10", "--contract", "K1")["load"]
    effect = released.asks("waiting", "effect", load, "--on", "2026-05-05")
    assert effect["week"] == "2026-06-01" and effect["past_pence"] == 0
    assert (
        effect["now_pence"] - effect["was_pence"] == 95_55 + 312_50
    )  # a tenth of £955.50, and of a week of £12,500.00
    for whose in ("payee", "service", "budget"):
        parts = effect[f"by_{whose}"]
        assert sum(each["now_pence"] - each["was_pence"] for each in parts) == 95_55 + 312_50
    assert {len(each["ref"]) for each in effect["by_budget"]} == {5}, effect["by_budget"]


def test_only_what_is_chosen_is_raised(released: Outturn) -> None:
    every = proposed(released, "3", "--preview")["raised"]
    for option, key in (("--payee", "payee"), ("--service", "service")):
        chosen = every[0][key]
        some = proposed(released, "3", option, chosen, "--preview")["raised"]
        assert some == [each for each in every if each[key] == chosen]


def test_a_price_changed_meanwhile_is_not_raised_over(released: Outturn, database: Database) -> None:
    load = proposed(released, "5")["load"]
    ref = released.asks("waiting", "show", load)["rows"][0]["ref"]
    confirmed(released, load)
    change = ("correct", ref, "end_date=2026-05-30", "--reason", "Agreed otherwise", "--as", ANN)
    confirmed(released, released.asks(*change)["load"])
    before = prices(database)
    assert ref in released.refused("uplift", "undo", load, *WHY, "--as", ANN)["what"]
    assert prices(database) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--percent", "four"), "“four” is not a percentage"),
        (("--percent", "£4"), "“£4” is not a percentage"),
        (("--percent", "0"), "raises nothing"),
        (("--percent", "450"), "cannot be meant"),
        (("--percent", "5", "--step", "0"), "not a step in pounds"),
        (("--percent", "5", "--contract", "NONE"), "No price is known of contract NONE"),
    ],
)
def test_what_cannot_be_meant_is_refused(released: Outturn, words: tuple[str, ...], said: str) -> None:
    assert said in released.refused("uplift", "propose", *words, "--from", SINCE, *WHY, "--as", ANN)["what"]


def test_only_an_uplift_is_taken_back(released: Outturn, database: Database) -> None:
    before = prices(database)
    for change in (4, 10**6):  # the sample’s own rates; none
        assert "is no uplift" in released.refused("uplift", "undo", change, *WHY, "--as", ANN)["what"]
    assert prices(database) == before


def test_people_read_it(released: Outturn) -> None:
    said = released.says("uplift", "propose", "--percent", "4.5", "--from", SINCE, *WHY, "--as", ANN)
    assert "raised" in said and "left" in said and "outturn waiting effect" in said
