"""What an explanation says of terms that changed, of a rate that ended, and of what was held at the cost."""

from interfaces.database.connection import Database
from ledgers.explain.explanation import Explanation
from payruns.explain import explain_line
from tests.payruns.explain.explain_council import FACTS, council, paid, record
from tests.saying import said

K1 = FACTS["contracts"][0]
C1 = FACTS["contributions"][0]


def says(told: Explanation, section: str) -> str:
    return said([each for each in told.sections if each.title.startswith(section)])


def test_the_terms_of_a_day_and_who_said_so(database: Database) -> None:
    council(database)
    record(database, source="letter.csv", contracts=[{**K1, "retainer": "50", "terms_from": "2026-04-27"}])
    paid(database, "4W", "2026-05-04")
    told = explain_line(database, "L1")
    worked = says(told, "How it was worked out")
    assert "27 April 2026 to 3 May 2026" in worked and "50% while suspended" in worked
    assert "terms of contract K1 from 2026-04-27" in worked
    assert "paid while suspended 50" in says(told, "The facts used") and "letter.csv" in says(told, "The facts used")


def test_what_was_always_so_says_that_somebody_said_it(database: Database) -> None:
    council(database)
    paid(database, "4W", "2026-05-04")
    record(database, source="letter.csv", contracts=[{**K1, "retainer": "50", "terms_from": "always"}])
    paid(database, "4W", "2026-06-01")
    changed = says(explain_line(database, "L1"), "What changed")
    assert "paid while suspended 50 (was 100:7,80:14,0); said to have been always so" in changed
    assert "letter.csv" in changed and "the contract changed" in changed


def test_a_rate_that_ended_gives_way_to_the_card_and_says_so(database: Database) -> None:
    agreed: dict[str, object] = {
        "rate_ref": "A1",
        "line_ref": "L1",
        "rate": "1050.00",
        "start_date": "2026-04-06",
        "end_date": "2026-04-12",
    }
    council(database, agreed_rates=[agreed])
    paid(database, "4W", "2026-05-04")
    worked = says(explain_line(database, "L1"), "How it was worked out")
    assert "agreed rate A1" in worked and "no agreed rate holds, so rate R1" in worked


def test_what_is_held_at_the_cost_says_what_was_said(database: Database) -> None:
    council(database)
    record(database, contributions=[{**C1, "weekly_amount": "1500.00"}])
    paid(database, "4W", "2026-05-04")
    worked = says(explain_line(database, "L1"), "How it was worked out")
    assert "£1,002.75 a week × 14 days ÷ 7 = £2,005.50 (contribution C1 says £1,500.00 a week" in worked
