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


@pytest.mark.parametrize("policy", [PaymentPolicy, ChargingPolicy], ids=lambda each: each.__name__)
def test_a_version_kept_before_a_check_came_to_be_still_says_what_its_text_does(policy: type[KeptChoices]) -> None:
    """A text that names no checks keeps those that shipped on its day; one changed behind its back is another."""
    now = json.loads(policy().as_json())
    before = policy.shipped_before()["stop_checks"]
    assert before and all(set(some) < set(now["stop_checks"]) for some in before)
    for some in before:
        kept = {**now, "stop_checks": sorted(some), "sizes": {}}
        assert policy().says(json.dumps(kept))
        assert not policy.of({"stop_checks": ["credit"]}, "its text").says(json.dumps(kept))
    assert not policy().says(json.dumps({**now, "stop_checks": []}))
    assert not policy().says(json.dumps({**now, "sizes": {"bill shock": 1, "over budget": 1}}))


def test_a_run_drafted_before_a_bill_as_large_as_the_last_was_no_shock_keeps_its_shocks() -> None:
    kept = json.loads(ChargingPolicy().as_json())
    del kept["shock_percent"]
    assert ChargingPolicy.from_json(json.dumps(kept)).shock_percent == 0 != ChargingPolicy().shock_percent
