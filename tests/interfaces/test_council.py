"""What a policy says: every choice in words, what two versions choose otherwise, and an assessment by a version."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from finance.assessment import default_policy
from interfaces.council import council_on, effective, moved, settings_of
from interfaces.database.connection import Database
from interfaces.files.inbound.council_file import CHOICES, read_council_text
from tests.builders import policy_holds

OWN = """[council]
name = "Made-up County Council"
[assessment.minimum_charge]
label = "A weekly charge below this is waived"
unit = "pence a week"
reference = "A made-up minute"
[[assessment.minimum_charge.values]]
from = 2015-04-06
value = 1.25
status = "confirmed"
source = "A made-up minute"
"""
tolerances = st.integers(0, 100)


def test_every_table_of_choices_is_said() -> None:
    tables = {table for table, _ in effective(settings_of(None))}
    assert tables >= set(CHOICES)


@given(tolerances, tolerances, st.booleans())
def test_two_policies_differ_in_what_they_choose_and_in_nothing_else(one: int, other: int, banks: bool) -> None:
    first = read_council_text(f"[payments]\ntolerance_percent = {one}\n", "first")
    second = read_council_text(
        f"[payments]\ntolerance_percent = {other}\nneeds_bank_details = {str(banks).lower()}\n", "second"
    )
    found = {(each.choice, each.was, each.now) for each in moved(first, second)}
    wanted = {("tolerance_percent", str(one), str(other))} if one != other else set()
    assert found == wanted | (set() if banks else {("needs_bank_details", "yes", "no")})
    assert {(each.choice, each.now, each.was) for each in moved(second, first)} == found


def test_what_a_stream_keeps_is_read_back_as_it_was() -> None:
    given_ = read_council_text(OWN + "[charging]\nshock_weeks = 4\n", "council.toml")
    kept, chosen = given_.kept(), given_.choices_by_stream()
    assert {stream: type(each).from_json(kept[stream]) for stream, each in chosen.items()} == chosen


def test_an_assessment_goes_by_the_version_that_holds_and_says_which(database: Database) -> None:
    nr = policy_holds(database, OWN, dt.date(2026, 5, 1))
    with database.read() as connection:
        before, held = (council_on(connection, dt.date(2026, month, 30)) for month in (4, 5))
    assert before.assessment is default_policy() and before.version is None
    assert held.assessment.title == f"Made-up County Council, policy {nr}"
    assert held.assessment.on(dt.date(2026, 5, 30)).minimum_charge == 125
