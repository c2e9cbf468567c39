"""What grows breaks nothing that is past: what was kept before a choice or a column came to be is read, and means what
it meant.
"""

import json
from dataclasses import field, make_dataclass

import pytest

from billing.charges.policy import ChargingPolicy
from billing.receipts.policy import ReceiptsPolicy
from finance.choices import KeptChoices
from payruns.policy import PaymentPolicy

KEPT = (PaymentPolicy, ChargingPolicy, ReceiptsPolicy)


@pytest.mark.parametrize("policy", KEPT, ids=lambda each: each.__name__)
def test_a_policy_kept_before_a_choice_came_to_be_is_read_and_means_what_it_meant(policy: type[KeptChoices]) -> None:
    kept = policy().as_json()
    grown: type[KeptChoices] = make_dataclass(
        "Grown", [("one_more", int, field(default=3))], bases=(policy,), frozen=True
    )
    read = grown.from_json(kept)
    names = list(json.loads(kept))
    assert [getattr(read, name) for name in names] == [getattr(policy(), name) for name in names]
    assert json.loads(read.as_json()) == {**json.loads(kept), "one_more": 3}
    assert grown.from_json(read.as_json()) == read
