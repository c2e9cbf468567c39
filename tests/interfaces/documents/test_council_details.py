"""What papers say of the council, as the council file gives it; and what is refused there."""

import pytest

from billing.documents.content import CouncilOnPaper
from finance.problems import BadParameters
from interfaces.documents.council_details import details_of

PAPERS = {"team": "Billing", "address": ["County Hall", "AM1 1AA"], "phone": "01234 567890"}


def test_what_is_given_is_said_and_the_rest_is_as_it_was() -> None:
    found = details_of({"name": "Ambermere", "papers": PAPERS}, "council.toml")
    assert (found.name, found.team, found.phone) == ("Ambermere", "Billing", "01234 567890")
    assert found.address == ("County Hall", "AM1 1AA")
    assert found.email == CouncilOnPaper().email and found.made_up is False


def test_with_nothing_given_nothing_is_made_up() -> None:
    assert details_of({}, "council.toml") == CouncilOnPaper()


def test_a_made_up_council_says_so() -> None:
    assert details_of({"made_up": True}, "council.toml").made_up is True


@pytest.mark.parametrize(
    "table, why",
    [
        ({"papers": "all"}, r"\[council.papers\] is not a table"),
        ({"papers": {"fax": "1"}}, r"\[council.papers\] has no “fax”"),
        ({"papers": {"name": "Ambermere"}}, r"\[council.papers\] has no “name”"),
        ({"papers": {"address": "County Hall"}}, "address is “County Hall”"),
        ({"papers": {"phone": 1234}}, "phone is “1234”"),
        ({"made_up": "yes"}, "made_up is “yes”"),
    ],
)
def test_what_is_wrong_is_named_with_where(table: dict[str, object], why: str) -> None:
    with pytest.raises(BadParameters, match=why) as refused:
        details_of(table, "council.toml")
    assert "council.toml" in str(refused.value)
