"""Terms that decide money change from the day a row gives, or were always so; a row that gives neither is refused."""

import datetime as dt
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from finance.facts import tables as t
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import FactsRefused, record_facts
from tests import builders

AT = dt.datetime(2026, 5, 1, 9)
K1 = builders.contract("K1", "4W", retainer="100", days_after_death="3")
BEGAN = ("net", 3, "100", "paid")


def tell(database: Database, *contracts: Mapping[str, object], **facts: list[dict[str, object]]) -> tuple[int, int]:
    """(rows that changed, rows that did not), of the contracts told."""
    given = {**({"contracts": [dict(row) for row in contracts]} if contracts else {}), **facts}
    loaded = record_facts(database, given, by="Brokerage", at=AT, source="letter")
    return (loaded["contracts"].changed, loaded["contracts"].unchanged) if contracts else (0, 0)


@pytest.fixture
def council(database: Database) -> Database:
    tell(
        database,
        K1,
        payees=[builders.payee(), builders.payee("V2", "Made-up Care")],
        services=[builders.RESIDENTIAL],
        pay_calendars=[builders.pay_calendar("4W", "four-weekly")],
        funders=[{"funder_ref": "ICB", "name": "Example ICB", "kind": "nhs"}],
    )
    return database


def believed(database: Database) -> list[tuple[object, ...]]:
    """What the contract began with, then each day from which something else holds."""
    names = ("payment", "days_after_death", "retainer", "bank_holidays")
    own, later = t.contract.c, t.contract_terms.c
    with database.read() as connection:
        began = connection.execute(select(*(own[name] for name in names)).where(own.superseded.is_(None)))
        since = connection.execute(
            select(later.starts, *(later[name] for name in names))
            .where(later.superseded.is_(None))
            .order_by(later.starts)
        )
        return [tuple(row) for row in (*began, *since)]


def day(month: int, number: int = 1) -> dt.date:
    return dt.date(2026, month, number)


def test_another_term_with_no_day_is_refused_and_says_which(council: Database) -> None:
    with pytest.raises(FactsRefused) as refused:
        tell(council, {**K1, "retainer": "50", "payment": "gross"})
    assert str(refused.value.problems[0]) == (
        "letter: contracts row 1, column terms_from: has another payment and retainer than before, and does not say "
        "from which day. Give the day in terms_from, or “always” if it was always so: what was paid is then worked out "
        "again."
    )
    assert believed(council) == [BEGAN]


def test_a_day_leaves_the_past_as_it_was(council: Database) -> None:
    assert tell(council, {**K1, "retainer": "50", "terms_from": "2026-07-01"}) == (1, 0)
    assert believed(council) == [BEGAN, (day(7), "net", 3, "50", "paid")]


@pytest.mark.parametrize("again", ["", "2026-07-01", "2026-08-01"])
def test_sent_again_it_changes_nothing(council: Database, again: str) -> None:
    tell(council, {**K1, "retainer": "50", "terms_from": "2026-07-01"})
    assert tell(council, {**K1, "retainer": "50", "terms_from": again}) == (0, 1)
    assert believed(council) == [BEGAN, (day(7), "net", 3, "50", "paid")]


def test_what_is_known_of_later_days_stands(council: Database) -> None:
    tell(council, {**K1, "retainer": "50", "terms_from": "2026-09-01"})
    assert tell(council, {**K1, "payment": "gross", "terms_from": "2026-07-01"}) == (1, 0)
    assert believed(council) == [BEGAN, (day(7), "gross", 3, "100", "paid"), (day(9), "net", 3, "50", "paid")]
    tell(council, {**K1, "retainer": "80", "terms_from": "2026-09-01"})
    assert believed(council)[-1] == (day(9), "net", 3, "80", "paid")


def test_always_is_one_for_all_days(council: Database) -> None:
    tell(council, {**K1, "retainer": "50", "terms_from": "2026-07-01"})
    assert tell(council, {**K1, "retainer": "50", "terms_from": "Always"}) == (1, 0)
    assert believed(council) == [("net", 3, "50", "paid")]
    assert tell(council, {**K1, "retainer": "50", "terms_from": "always"}) == (0, 1)


def test_from_the_contract_s_own_first_day_is_always(council: Database) -> None:
    tell(council, {**K1, "retainer": "50", "terms_from": K1["start_date"]})
    assert believed(council) == [("net", 3, "50", "paid")]


def test_a_change_is_taken_back_from_the_same_day(council: Database) -> None:
    tell(council, {**K1, "retainer": "50", "terms_from": "2026-07-01"})
    tell(council, {**K1, "terms_from": "2026-07-01"})
    assert believed(council) == [BEGAN, (day(7), *BEGAN)]


def test_what_is_no_term_changes_as_before(council: Database) -> None:
    tell(council, {**K1, "retainer": "50", "terms_from": "2026-07-01"})
    assert tell(council, {**K1, "retainer": "50", "name": "Another name"}) == (1, 0)
    assert believed(council) == [BEGAN, (day(7), "net", 3, "50", "paid")]


def test_a_first_row_holds_from_its_start_or_is_refused(council: Database) -> None:
    with pytest.raises(FactsRefused, match="gives its terms from 1 July 2026, and what held before is not known"):
        tell(council, {**K1, "contract_ref": "K2", "terms_from": "2026-07-01"})


def test_a_contract_cancelled_takes_its_later_terms_with_it(council: Database) -> None:
    tell(council, {**K1, "retainer": "50", "terms_from": "2026-07-01"})
    tell(council, {**K1, "cancelled": "yes"})
    assert believed(council) == []
    tell(council, K1)
    assert believed(council) == [BEGAN]


@pytest.mark.parametrize(
    ("extract", "row", "what"),
    [
        ("contracts", {**K1, "payee_ref": "V2"}, "another payee"),
        ("services", {**builders.RESIDENTIAL, "kind": "nursing"}, "another kind"),
        ("funders", {"funder_ref": "ICB", "name": "Example ICB", "kind": "other"}, "another kind"),
    ],
)
@pytest.mark.parametrize("since", ["", "2026-07-01"])
def test_what_has_no_days_changes_as_always_alone(
    council: Database, extract: str, row: dict[str, object], what: str, since: str
) -> None:
    with pytest.raises(FactsRefused, match=f"has {what} than before, and does not say that it was always so"):
        tell(council, **{extract: [{**row, "terms_from": since}]})
    tell(council, **{extract: [{**row, "terms_from": "always"}]})
