"""One person's bad data never stops another person's money, and is paid in full once mended."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NewDatabase
from tests.laws.living import Life, differences
from tests.laws.worlds import CLOSES, DAY, OPENS, World, make_world

FEW = settings(max_examples=1)


def _no_price(world: World, ref: str) -> None:
    row = world.rows["service_lines"][ref]
    world.put("contracts", "KBAD", **{**world.rows["contracts"][str(row["contract_ref"])], "contract_ref": "KBAD"})
    row["contract_ref"] = "KBAD"
    for extract in ("agreed_rates", "blocks"):
        for other, each in list(world.rows[extract].items()):
            if each.get("line_ref") == ref:
                del world.rows[extract][other]


def _nursing_of_no_known_rate(world: World, ref: str) -> None:
    world.rows["nursing_awards"] = {}
    world.put("nursing_awards", "NBAD", line_ref=ref, band="higher", route="added", start_date=OPENS, end_date=None)
    for key in [key for key, row in world.rows["nursing_rates"].items() if row["band"] == "higher"]:
        del world.rows["nursing_rates"][key]


BAD = {"no price": _no_price, "no nursing rate": _nursing_of_no_known_rate}


@pytest.mark.parametrize("fault", sorted(BAD))
@FEW
@given(seed=st.integers(0, 10**9))
def test_a_bad_case_is_parked_and_everybody_else_is_paid(new_database: NewDatabase, seed: int, fault: str) -> None:
    life, world = Life(new_database()), make_world(seed, 8)
    for key in ("nursing_awards", "funding_shares"):
        world.rows[key] = {}
    ref = world.put(
        "service_lines",
        "BAD",
        package_ref=world.put("packages", "PKBAD", person_ref=world.pick("people"), start_date=OPENS, end_date=None),
        contract_ref="K1",
        service_ref="S1",
        unit="week",
        quantity="1",
        start_date=OPENS,
        end_date=None,
    )
    world.put("contracts", "K1", **{**world.rows["contracts"]["K1"], "calendar_ref": "CAL1", "end_date": None})
    world.rows["people"][str(world.rows["packages"]["PKBAD"]["person_ref"])]["date_of_death"] = None
    world.put("agreed_rates", "ABAD", line_ref=ref, rate="100.00", start_date=OPENS - DAY, end_date=None)
    good = world.copy()
    BAD[fault](world, ref)
    assert life.learn(world)
    life.pay("CAL1", OPENS + 50 * DAY)
    life.pay("CAL2", OPENS + 50 * DAY)
    assert ("parked", ref) in life.outstanding()
    assert not [key for key in life.ledger() if key[1] == ref]
    assert differences(life) == []
    world.rows = good
    assert life.learn(world)
    life.pay("CAL1", CLOSES)
    life.pay("CAL2", CLOSES)
    assert ("parked", ref) not in life.outstanding()
    assert [key for key in life.ledger() if key[1] == ref]
    assert differences(life) == []
