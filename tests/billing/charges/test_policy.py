"""The choices of ``[charging]``: read whole or refused by name, and kept with the run as they were."""

import pytest

from billing.charges.policy import ChargingPolicy
from finance.problems import BadParameters


def test_choices_come_back_from_a_run_as_they_went_in() -> None:
    choices = ChargingPolicy.of(
        {"absences": {"hospital": "100:42,0"}, "order": ["day care"], "rounding": "half even"}, "the file"
    )
    assert ChargingPolicy.from_json(choices.as_json()) == choices


@pytest.mark.parametrize(
    "table, says",
    [
        ({"absenses": {}}, "no choice is called “absenses”"),
        ({"absences": {"hospital": "all of it"}}, "absences for hospital are “all of it”"),
        ({"absences": {"hospital": "100,50"}}, "absences for hospital are “100,50”"),
        ({"part_week_at_home": "half"}, "part_week_at_home is “half”"),
        ({"rounding": "down"}, "rounding is “down”"),
        ({"arrangement_fee_weekly": "2.75"}, "arrangement_fee_weekly is “2.75”"),
        ({"people_a_chunk": 0}, "people_a_chunk is “0”"),
        ({"zero_bills": 1}, "zero_bills is “1”"),
    ],
)
def test_a_choice_that_cannot_be_meant_is_refused(table: dict[str, object], says: str) -> None:
    with pytest.raises(BadParameters, match=says.replace("(", r"\(")):
        ChargingPolicy.of(table, "the file")
